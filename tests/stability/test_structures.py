"""Stable partitions: against the announcement games played out, and against the sizes of equal players' coalitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.coalitions import members
from rdgames.sharing.partitions import partitions
from rdgames.stability.codes import UNDECIDED, UNKNOWN, UNSTABLE
from rdgames.stability.structures import stable_partitions
from rdgames.stability.symmetric import stable_sizes, structures, tabulate_sizes
from tests.stability.small_tables import amounts, association, by_player, tables

Outcome = frozenset[frozenset[int]]
WITH = {i: [frozenset({i, *rest}) for n in range(3) for rest in combinations({0, 1, 2} - {i}, n)] for i in range(3)}


def grouped(labels: list[Hashable]) -> Outcome:
    found = defaultdict(set)
    for player, label in enumerate(labels):
        found[label].add(player)
    return frozenset(map(frozenset, found.values()))


def gamma(announced: tuple[frozenset[int], ...]) -> Outcome:
    return grouped([
        wish if all(announced[other] == wish for other in wish) else frozenset({player})
        for player, wish in enumerate(announced)
    ])  # fmt: skip


GAMES: dict[str, tuple[list[list[Hashable]], Callable[[tuple], Outcome]]] = {
    "open": ([[0, 1, 2]] * 3, lambda addresses: grouped(list(addresses))),
    "delta": ([WITH[i] for i in range(3)], lambda announced: grouped(list(announced))),
    "gamma": ([WITH[i] for i in range(3)], gamma),
}
"""What each player can announce, and what results."""


def nash_outcomes(table: np.ndarray, game: str, most: int) -> set[Outcome]:
    """Return the partitions of Nash equilibria of an announcement game, against moves of up to so many players."""
    choices, outcome_of = GAMES[game]
    rows = {frozenset(frozenset(members(block)) for block in each): row for row, each in enumerate(partitions(3))}
    found = set()
    for profile in product(*choices):
        before = table[rows[outcome_of(profile)]]
        improved = False
        for size in range(1, most + 1):
            for group in combinations(range(3), size):
                for others in product(*(choices[i] for i in group)):
                    changed = list(profile)
                    for i, choice in zip(group, others, strict=True):
                        changed[i] = choice
                    after = table[rows[outcome_of(tuple(changed))]]
                    improved |= all(after[i] > before[i] for i in group)
        if not improved:
            found.add(outcome_of(profile))
    return found


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("game", list(GAMES))
@settings(max_examples=20, deadline=None)
@given(table=tables(5, 3))
def test_equilibria_of_the_announcement_games(game: str, together: bool, table: np.ndarray) -> None:
    found = stable_partitions(table, game, together=together).stable
    stable = {
        frozenset(frozenset(members(block)) for block in each)
        for each, kept in zip(partitions(3), found, strict=True)
        if kept
    }
    assert stable == nash_outcomes(table, game, 3 if together else 1)


@settings(deadline=None, max_examples=50)
@given(tables(15, 4))
def test_the_more_may_move_the_less_is_stable(table: np.ndarray) -> None:
    stable = {name: stable_partitions(table, name).stable for name in ("open", "exclusive", "delta")}
    assert not (stable["open"] & ~stable["exclusive"]).any()
    assert not (stable["exclusive"] & ~stable["delta"]).any()
    for name in GAMES:
        strong = stable_partitions(table, name, together=True)
        alone = stable_partitions(table, name)
        assert not (strong.stable & ~alone.stable).any()
        assert (strong.gain >= alone.gain)[~alone.stable].all()  # where one may move at all


@settings(deadline=None, max_examples=50)
@given(tables(15, 4), st.permutations(range(4)))
def test_names_do_not_count(table: np.ndarray, order: list[int]) -> None:
    def renamed(block: int) -> int:
        return sum(1 << order.index(i) for i in members(block))

    places = {frozenset(each): row for row, each in enumerate(partitions(4))}
    to = [places[frozenset(map(renamed, each))] for each in partitions(4)]
    other = np.empty_like(table)
    other[to] = table[:, order]
    for name in ("open", "exclusive", "delta", "gamma"):
        np.testing.assert_array_equal(stable_partitions(other, name).stable[to], stable_partitions(table, name).stable)


@settings(deadline=None, max_examples=50)
@given(st.lists(amounts, min_size=12, max_size=12))
def test_sizes_tell_the_same_of_equal_players(numbers: list[int]) -> None:
    drawn = iter(numbers)
    values = {(sizes, k): next(drawn) for sizes in structures(4) for k in sorted(set(sizes))}

    def payoffs(sizes: tuple[int, ...]) -> list[int]:
        return [values[sizes, k] for k in sizes]

    table = [by_player(each, payoffs, 4) for each in partitions(4)]
    for name in ("open", "exclusive", "delta", "gamma"):
        of_sizes = stable_sizes(tabulate_sizes(payoffs, 4), name)
        of_players = stable_partitions(table, name)
        for row, each in enumerate(partitions(4)):
            place = structures(4).index(tuple(sorted((block.bit_count() for block in each), reverse=True)))
            assert of_players.stable[row] == of_sizes.stable[place]
            if not of_players.stable[row]:
                assert of_players.gain[row] == of_sizes.gain[place]


@pytest.mark.parametrize("n", range(2, 13))
def test_open_associations_take_everybody(n: int) -> None:
    # Bloch 1995, Yi 1997: a member of a larger association gets more, so nobody stays outside if all may join.
    found = stable_sizes(tabulate_sizes(association, n), "open").stable
    assert [sizes for sizes, stable in zip(structures(n), found, strict=True) if stable] == [(n,)]


@pytest.mark.parametrize("n", range(2, 9))
def test_cartels_of_a_linear_cournot_market(n: int) -> None:
    # Each firm gains by leaving a cartel that stays together, and by joining none but another single firm of a duopoly.
    # If a cartel that is left breaks up, that lasts by which its members gain (Salant, Switzer and Reynolds 1983).
    table = tabulate_sizes(lambda sizes: [Fraction(1, (len(sizes) + 1) ** 2 * k) for k in sizes], n)
    stable = {
        name: {sizes for sizes, kept in zip(structures(n), stable_sizes(table, name).stable, strict=True) if kept}
        for name in ("open", "exclusive", "delta", "gamma")
    }
    alone = (1,) * n
    assert stable["open"] == stable["exclusive"] == ({(2,)} if n == 2 else {alone})
    assert stable["delta"] == ({(2,)} if n == 2 else set()) | {alone}
    paying = {k for k in range(2, n + 1) if k * (n - k + 2) ** 2 <= (n + 1) ** 2}
    one_cartel = {sizes for sizes in stable["gamma"] if sum(k > 1 for k in sizes) < 2}
    assert one_cartel == {(k,) + (1,) * (n - k) for k in paying} | {alone}


def test_what_is_unknown_is_said() -> None:
    payoffs = np.ones((5, 3))
    payoffs[1] = np.nan
    found = stable_partitions(payoffs, "open").status
    assert found.tolist() == [UNDECIDED, UNKNOWN, UNDECIDED, UNDECIDED, UNDECIDED]
    payoffs[2, 1] = 0  # player 1 gains by leaving the partition (0, 2; 1), whatever it would get with 0
    assert stable_partitions(payoffs, "open").status[2] == UNSTABLE
    sizes = tabulate_sizes(lambda each: [np.nan if each == (2, 1) else 1.0 for _ in each], 3)
    assert stable_sizes(sizes).status.tolist() == [UNDECIDED, UNKNOWN, UNDECIDED]


def test_messages() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'open'"):
        stable_partitions(np.ones((5, 3)), "opn")
    with pytest.raises(InputError, match="found 4 rows for 3 players, expected 5 partitions"):
        stable_partitions(np.ones((4, 3)))
    with pytest.raises(InputError, match="expected open, delta or gamma"):
        stable_partitions(np.ones((5, 3)), "exclusive", together=True)
    with pytest.raises(InputError, match="found 7 players, expected at most 6"):
        stable_partitions(np.ones((877, 7)), together=True)
    with pytest.raises(InputError, match="found 1 payoffs for the coalitions of sizes \\(2, 1\\), expected 2"):
        tabulate_sizes(lambda sizes: [1] if len(sizes) == 2 else [1] * len(sizes), 3)
