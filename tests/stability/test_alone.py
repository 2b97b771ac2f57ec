"""One coalition and lone outsiders: against published results, and against the definitions taken literally."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings

from rdgames.errors import InputError, UnknownNameError
from rdgames.stability.alone import (
    core_stability,
    potential_surplus,
    potentially_internal,
    profitable,
    stable_coalitions,
)
from rdgames.stability.codes import STABLE, UNDECIDED, UNKNOWN, UNSTABLE
from rdgames.stability.symmetric import stable_size
from tests.stability.small_tables import cournot, cournot_table, tables

SUBSETS = [frozenset(i for i in range(3) if number >> i & 1) for number in range(8)]


def naive(table: np.ndarray, remaining: str, *, exclusive: bool) -> list[tuple[bool, bool, bool]]:
    """Return by the definitions whether each coalition of three is internally, externally, potentially stable."""
    f = {coalition: dict(enumerate(row)) for coalition, row in zip(SUBSETS, table.tolist(), strict=True)}
    found = []
    for s in SUBSETS:
        left = {i: (s - {i} if remaining == "together" else frozenset()) for i in s}
        internal = len(s) < 2 or all(f[s][i] >= f[left[i]][i] for i in s)
        potential = len(s) < 2 or sum(f[s][i] for i in s) >= sum(f[left[i]][i] for i in s)
        external = not s or not any(
            f[s | {j}][j] > f[s][j] and not (exclusive and any(f[s | {j}][i] < f[s][i] for i in s))
            for j in set(range(3)) - s
        )
        found.append((internal, external, potential))
    return found


@settings(deadline=None, max_examples=50)
@given(tables(8, 3))
def test_definitions_taken_literally(table: np.ndarray) -> None:
    for remaining in ("together", "alone"):
        for exclusive in (False, True):
            for each in (table, table.astype(float)):
                found = stable_coalitions(each, remaining=remaining, exclusive=exclusive)
                potential = potentially_internal(each, remaining=remaining)
                answers = zip(found.internal.stable, found.external.stable, potential, strict=True)
                assert [tuple(map(bool, answer)) for answer in answers] == naive(table, remaining, exclusive=exclusive)


@settings(deadline=None, max_examples=50)
@given(tables(8, 3))
def test_the_core_taken_literally(table: np.ndarray) -> None:
    worth = {s: sum(row[i] for i in s) for s, row in zip(SUBSETS, table.tolist(), strict=True)}
    excess = {s: worth[s] - sum(table[7][i] for i in s) for s in SUBSETS if 0 < len(s) < 3}
    found = core_stability(table)
    assert bool(found.stable) == all(each <= 0 for each in excess.values())
    assert found.excess == max(excess.values())
    if not found.stable:
        assert excess[SUBSETS[int(found.by)]] == found.excess


@settings(deadline=None, max_examples=50)
@given(tables(8, 3))
def test_names_units_and_stakes_do_not_count(table: np.ndarray) -> None:
    before = stable_coalitions(table)
    for order in permutations(range(3)):
        to = [sum(1 << order.index(i) for i in s) for s in SUBSETS]
        renamed = np.empty_like(table)
        renamed[to] = table[:, list(order)]
        after = stable_coalitions(renamed)
        np.testing.assert_array_equal(after.stable[to], before.stable)
        np.testing.assert_array_equal(potential_surplus(renamed)[to], potential_surplus(table))
    stakes = np.array([Fraction(5), Fraction(-7), Fraction(1, 3)], dtype=object)
    moved = stable_coalitions(3 * table + stakes)
    np.testing.assert_array_equal(moved.stable, before.stable)
    np.testing.assert_array_equal(moved.internal.gain, 3 * before.internal.gain)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_no_cartel_in_a_linear_cournot_market_is_stable_unless_it_is_a_duopoly(n: int) -> None:
    found = stable_coalitions(cournot_table(n))
    sizes = {number.bit_count() for number in np.flatnonzero(found.internal.stable).tolist()}
    assert sizes - {0, 1} == ({2} if n == 2 else set())
    outsiders = stable_coalitions(cournot_table(n), exclusive=True).external.stable
    assert all(outsiders[number] for number in range(1 << n) if 2 <= number.bit_count() < n - 1) or n < 3


@pytest.mark.parametrize("n", range(2, 10))
def test_a_merger_in_a_linear_cournot_market_pays_for_four_in_five(n: int) -> None:
    # Salant, Switzer and Reynolds 1983: fewer than 80 % of the firms never gain, and all of them always do.
    pays = {k for k in range(2, n + 1) if profitable(cournot_table(n))[(1 << k) - 1] == 1}
    assert n in pays
    assert min(pays) >= Fraction(4, 5) * n
    assert pays == {k for k in range(2, n + 1) if k * (n - k + 2) ** 2 < (n + 1) ** 2}


def price_leaders(n: int) -> tuple[list[Fraction], list[Fraction]]:
    """Return what members and outsiders get if k of n firms, with costs q**2/2, lead the price for a demand 1 - p."""
    inside, outside = [], []
    for k in range(n + 1):
        m = 1 + n - k  # slope of the demand that the fringe leaves
        price = Fraction(k + m, m * (2 * k + m)) if k else Fraction(1, 1 + n)
        quantity = 1 - m * price
        inside.append((price * quantity - quantity**2 / (2 * k)) / k if k else Fraction(0))
        outside.append(price**2 / 2)
    return inside, outside


def test_price_leadership_always_has_a_stable_cartel() -> None:
    # d'Aspremont, Jacquemin, Gabszewicz and Weymark 1983: some size is stable, whatever the number of firms.
    for n in range(2, 25):
        inside, outside = price_leaders(n)
        assert all(within <= without for within, without in zip(inside[1:n], outside[1:n], strict=True))
        found = stable_size(np.array(inside, dtype=object), np.array(outside, dtype=object))
        assert found[1:].any()
        literal = [
            k
            for k in range(1, n + 1)
            if (k == 1 or inside[k] >= outside[k - 1]) and (k == n or outside[k] >= inside[k + 1])
        ]
        assert np.flatnonzero(found[1:]).tolist() == [k - 1 for k in literal]


@pytest.mark.parametrize("exclusive", [False, True])
def test_sizes_and_coalitions_of_equal_players_agree(exclusive: bool) -> None:
    for n in (2, 3, 4, 5):
        inside, outside = price_leaders(n)
        rows = [
            [inside[c.bit_count()] if c >> i & 1 and c.bit_count() > 1 else outside[c.bit_count()] for i in range(n)]
            for c in range(1 << n)
        ]
        inside[1] = outside[1] = outside[0]  # one firm alone leads nobody in either description
        rows = [outside[:1] * n if c.bit_count() < 2 else row for c, row in enumerate(rows)]
        found = stable_coalitions(np.array(rows, dtype=object), exclusive=exclusive).stable
        sizes = stable_size(np.array(inside, dtype=object), np.array(outside, dtype=object), exclusive=exclusive)
        assert [bool(found[(1 << k) - 1]) for k in range(n + 1)] == sizes.tolist()


def test_what_is_unknown_is_said() -> None:
    payoffs = cournot_table(3).astype(float)
    payoffs[3] = np.nan  # the pair 0, 1
    found = stable_coalitions(payoffs)
    assert found.internal.status[3] == found.external.status[3] == UNKNOWN
    assert found.internal.status[7] == UNSTABLE  # others than player 2 gain by leaving, and that is known
    assert core_stability(payoffs).status == UNDECIDED
    kept = np.array([[1.0, 1.0, 1.0]] * 8)
    kept[3] = np.nan
    assert stable_coalitions(kept).internal.status.tolist() == [STABLE] * 3 + [UNKNOWN] + [STABLE] * 3 + [UNDECIDED]
    assert not potentially_internal(kept)[[3, 7]].any()
    assert profitable(kept)[3] == -1
    assert core_stability(np.where(np.arange(8)[:, None] == 7, np.nan, kept)).status == UNKNOWN


def test_points_are_answered_one_by_one() -> None:
    some = np.random.default_rng(3).integers(0, 5, (2, 3, 16, 4)).astype(float)
    together = stable_coalitions(some)
    for place in np.ndindex(2, 3):
        for name in ("status", "gain", "by", "to"):
            one = getattr(stable_coalitions(some[place]).external, name)
            np.testing.assert_array_equal(getattr(together.external, name)[place], one)
        assert core_stability(some).status[place] == core_stability(some[place]).status


def test_messages() -> None:
    with pytest.raises(InputError, match="found 3 rows for 2 players, expected 2\\*\\*P, here 4"):
        stable_coalitions([[0, 0]] * 3)
    with pytest.raises(InputError, match="infinite payoffs"):
        stable_coalitions([[0.0, np.inf]] * 4)
    with pytest.raises(UnknownNameError, match="did you mean 'together'"):
        stable_coalitions([[0, 0]] * 4, remaining="togethr")
    with pytest.raises(InputError, match="n \\+ 1 of each"):
        stable_size([1, 2, 3], [1, 2])
    assert cournot(2, [0, 1]) == [Fraction(1, 8)] * 2
