"""Coalitions proposed one after the other: Bloch's sizes, and the proposals played out one game at a time."""

from __future__ import annotations

from functools import cache
from itertools import combinations

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


def played_out(table: np.ndarray, refusals: int) -> int:
    """Return the row that forms if so many proposals may be refused; all proposals are tried, the smallest first."""
    rows = {frozenset(frozenset(members(block)) for block in each): row for row, each in enumerate(partitions(3))}

    @cache
    def end(there: Formed, proposer: int, left_to_refuse: int) -> int:
        left = frozenset(range(3)) - frozenset().union(*there)
        if left_to_refuse < 0:
            return rows[there | {frozenset({i}) for i in left}]
        best = None
        for size in range(1, len(left) + 1):
            for group in combinations(sorted(left), size):
                if proposer not in group:
                    continue
                after = there | {frozenset(group)}
                rest = left - frozenset(group)
                row = end(after, min(rest), left_to_refuse) if rest else rows[after]
                agreed = all(
                    table[row][i] >= table[end(there, i, left_to_refuse - 1)][i] for i in group if i != proposer
                )
                if agreed and (best is None or table[row][proposer] > table[best][proposer]):
                    best = row
        assert best is not None
        return best

    return end(frozenset(), 0, refusals)


@settings(max_examples=60, deadline=None)
@given(tables(5, 3))
def test_proposals_played_out(table: np.ndarray) -> None:
    found = propose_coalitions(table)
    if found.status == FORMED:
        assert {played_out(table, refusals) for refusals in (8, 9, 10)} == {int(found.partition)}


ROUND = [[0, 0, 0], [3, 2, 1], [2, 1, 3], [1, 3, 2], [1, 1, 1]]
"""Each of three wants to be with the next one, who wants somebody else (Bloch 1996, Shenoy 1979)."""


def test_proposals_may_go_round_in_circles() -> None:
    found = propose_coalitions(ROUND)
    assert (found.status, found.partition) == (NOT_SETTLED, -1)
    assert len({played_out(np.array(ROUND), refusals) for refusals in range(6, 12)}) > 1


def test_the_first_to_propose_has_the_choice() -> None:
    pairs = [[0, 0, 0], [3, 3, 1], [4, 1, 2], [1, 4, 4], [1, 1, 1]]
    assert propose_coalitions(pairs).partition == 3  # 1 and 2 want each other most, and 0 can only agree
    equal = [[1, 1, 1], [2, 2, 0], [2, 0, 2], [0, 2, 2], [1, 1, 1]]
    assert [int(propose_coalitions(equal, order).partition) for order in ([0, 1, 2], [0, 2, 1], [1, 2, 0])] == [1, 2, 3]


def test_points_are_answered_one_by_one() -> None:
    some = np.random.default_rng(5).integers(0, 6, (4, 3, 15, 4)).astype(float)
    some[1, 2, 3, 0] = np.nan
    together = propose_coalitions(some)
    assert together.status[1, 2] == UNKNOWN
    assert together.partition[1, 2] == -1
    for place in np.ndindex(4, 3):
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
