"""Coalitions proposed one after the other: Bloch's sizes, and the proposals played out one game at a time."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings

from rdgames.errors import InputError
from rdgames.sharing.coalitions import members
from rdgames.sharing.partitions import partitions
from rdgames.stability.sequential import FORMED, NOT_SETTLED, UNKNOWN, propose_coalitions, propose_sizes
from rdgames.stability.symmetric import structures, tabulate_sizes
from tests.stability.small_tables import association, by_player, tables

BLOCH = [(2,), (2, 1), (3, 1), (4, 1), (5, 1), (5, 2), (6, 2), (7, 2), (8, 2), (8, 3), (9, 3), (10, 3)]
BLOCH += [(11, 3), (11, 4)]
"""Sizes for 2 to 15 firms; the first is the integer nearest to (3n + 1)/4."""

Formed = frozenset[frozenset[int]]


@pytest.mark.parametrize("n", range(2, 16))
def test_associations_of_bloch(n: int) -> None:
    found = propose_sizes(tabulate_sizes(association, n))
    assert structures(n)[int(found.structure)] == BLOCH[n - 2]
    first = int(found.chosen[0])
    assert abs(first - (3 * n + 1) / 4) <= 0.5
    assert found.chosen.sum() == n


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_proposals_of_equal_players_are_choices_of_sizes(n: int) -> None:
    table = [by_player(each, association, n) for each in partitions(n)]
    found = propose_coalitions(table)
    sizes = tuple(sorted((block.bit_count() for block in partitions(n)[int(found.partition)]), reverse=True))
    assert found.status == FORMED
    assert sizes == BLOCH[n - 2]


NEVER = -1
"""No row: nobody ever agrees, which is worst for all."""


def stationary_outcomes(table: np.ndarray) -> set[int]:
    """Return what can form in a stationary equilibrium of three players' game without end, all of which are tried."""
    rows = {frozenset(frozenset(members(block)) for block in each): row for row, each in enumerate(partitions(3))}

    def worth(i: int, row: int) -> float:
        return float(table[row][i]) if row != NEVER else -1.0

    @cache
    def ends(there: Formed) -> list[dict[int, int]]:
        """Return what forms if each of those who are left proposes, in every equilibrium."""
        left = sorted(frozenset(range(3)) - frozenset().union(*there))
        groups = [group for size in range(1, len(left) + 1) for group in combinations(left, size)]
        following = []
        for group in groups:
            after, rest = there | {frozenset(group)}, [i for i in left if i not in group]
            following.append({each[rest[0]] for each in ends(after)} if rest else {rows[after]})
        found = []
        for then in product(*following):
            for guess in product([*range(5), NEVER], repeat=len(left)):
                end = dict(zip(left, guess, strict=True))
                if is_equilibrium(dict(zip(groups, then, strict=True)), end):
                    found.append(end)
        return found

    def is_equilibrium(then: dict[tuple[int, ...], int], end: dict[int, int]) -> bool:
        best: dict[int, set[int]] = {}  # who is next to propose, or NEVER if a coalition is formed
        for proposer in end:
            answers = []
            for group, row in then.items():
                if proposer in group:
                    after, who = row, NEVER
                    for i in sorted(group, reverse=True):
                        if i != proposer and worth(i, end[i]) > worth(i, after):
                            after, who = end[i], i
                    answers.append((after, who))
            most = max(worth(proposer, after) for after, _ in answers)
            best[proposer] = {
                who for after, who in answers if after == end[proposer] and worth(proposer, after) == most
            }
        ending = {NEVER}
        for _ in end:
            ending |= {i for i in end if best[i] & ending}
        return ending >= set(end)

    return {each[0] for each in ends(frozenset())}


@settings(max_examples=60, deadline=None)
@given(tables(5, 3))
def test_what_forms_is_a_stationary_equilibrium_of_the_game_without_end(table: np.ndarray) -> None:
    found = propose_coalitions(table)
    if found.status == FORMED:
        assert int(found.partition) in stationary_outcomes(table)


def test_nearly_all_stationary_equilibria_are_reached() -> None:
    draw = np.random.default_rng(1)
    reached = missed = 0
    for _ in range(60):
        table = np.stack([draw.permutation(5) for _ in range(3)], axis=-1)
        possible, found = stationary_outcomes(table), propose_coalitions(table)
        assert possible or found.status == NOT_SETTLED
        if len(possible) == 1:
            reached += int(found.partition) in possible
            missed += found.status == NOT_SETTLED
    assert reached > 50
    assert missed <= 1


ROUND = [[0, 0, 0], [3, 2, 1], [2, 1, 3], [1, 3, 2], [1, 1, 1]]
"""Each of three wants to be with the next one, who wants somebody else (Bloch 1996, Shenoy 1979)."""


def test_proposals_may_go_round_in_circles() -> None:
    found = propose_coalitions(ROUND)
    assert (found.status, found.partition) == (NOT_SETTLED, -1)
    assert stationary_outcomes(np.array(ROUND)) == set()


def test_a_proposal_may_be_made_to_be_refused() -> None:
    # Alone player 0 has 2. It asks player 1, who refuses and joins player 2: that gives player 0 as much as 4.
    table = [[3, 2, 2], [5, 3, 3], [1, 4, 1], [4, 5, 4], [2, 1, 5]]
    assert stationary_outcomes(np.array(table)) == {3}
    assert propose_coalitions(table).partition == 3


WAITING = {
    (5,): {5: 4}, (4, 1): {4: 6, 1: 1}, (3, 2): {3: 2, 2: 8}, (3, 1, 1): {3: 11, 1: 7},
    (2, 2, 1): {2: 5, 1: 3}, (2, 1, 1, 1): {2: 10, 1: 0}, (1, 1, 1, 1, 1): {1: 9},
}  # fmt: skip
"""Of five who are alike the first stays alone and has 7, so that three who come later can have 11."""


def test_sizes_are_not_proposals_where_those_who_come_later_get_more() -> None:
    def payoffs(sizes: tuple[int, ...]) -> list[int]:
        return [WAITING[sizes][k] for k in sizes]

    sizes = propose_sizes(tabulate_sizes(payoffs, 5))
    assert sizes.chosen.tolist() == [1, 3, 1, 0, 0]
    assert propose_coalitions([by_player(each, payoffs, 5) for each in partitions(5)]).status == NOT_SETTLED


@pytest.mark.parametrize("n", range(2, 14))
def test_cartels_of_bloch(n: int) -> None:
    # Bloch 1996: some firms of a linear Cournot market stay alone, and then all others form a cartel: as many as is the
    # first integer behind (2n + 3 - sqrt(4n + 5))/2, so that k firms gain by a cartel: k*(n - k + 2)**2 < (n + 1)**2.
    found = propose_sizes(tabulate_sizes(lambda sizes: [Fraction(1, (len(sizes) + 1) ** 2 * k) for k in sizes], n))
    cartel = int((2 * n + 3 - sqrt(4 * n + 5)) / 2) + 1
    assert found.chosen.tolist() == [1] * (n - cartel) + [cartel] + [0] * (cartel - 1)
    assert cartel == min(k for k in range(2, n + 1) if k * (n - k + 2) ** 2 < (n + 1) ** 2)


@pytest.mark.parametrize("n", [5, 6])
def test_cartels_of_bloch_by_proposals(n: int) -> None:
    def payoffs(sizes: tuple[int, ...]) -> list[Fraction]:
        return [Fraction(1, (len(sizes) + 1) ** 2 * k) for k in sizes]

    table = np.array([by_player(each, payoffs, n) for each in partitions(n)], dtype=object)
    blocks = partitions(n)[int(propose_coalitions(table).partition)]
    assert [block.bit_count() for block in blocks] == ([5] if n == 5 else [1, 5])


def test_the_first_to_propose_has_the_choice() -> None:
    pairs = [[0, 0, 0], [3, 3, 1], [4, 1, 2], [1, 4, 4], [1, 1, 1]]
    assert propose_coalitions(pairs).partition == 3  # 1 and 2 want each other most, and 0 can only agree
    equal = [[1, 1, 1], [2, 2, 0], [2, 0, 2], [0, 2, 2], [1, 1, 1]]
    assert [int(propose_coalitions(equal, order).partition) for order in ([0, 1, 2], [0, 2, 1], [1, 2, 0])] == [1, 2, 3]


def test_points_are_answered_one_by_one() -> None:
    some = np.random.default_rng(5).integers(0, 6, (2, 3, 15, 4)).astype(float)
    some[1, 2, 3, 0] = np.nan
    together = propose_coalitions(some)
    assert together.status[1, 2] == UNKNOWN
    assert together.partition[1, 2] == -1
    for place in np.ndindex(2, 3):
        one = propose_coalitions(some[place])
        assert (one.status, one.partition) == (together.status[place], together.partition[place])
    sizes = np.random.default_rng(6).integers(1, 6, (7, 5, 4)).astype(float)
    sizes *= np.array([[k < len(each) for k in range(4)] for each in structures(4)])
    both = propose_sizes(sizes)
    np.testing.assert_array_equal(both.chosen, [propose_sizes(each).chosen for each in sizes])


def test_messages() -> None:
    with pytest.raises(InputError, match="found 8 players, expected at most 7 who propose"):
        propose_coalitions(np.ones((4140, 8)))
    with pytest.raises(InputError, match="expected each player of 0 to 2 once"):
        propose_coalitions(np.ones((5, 3)), [0, 1])
