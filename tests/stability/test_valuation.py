"""What players get once each coalition divides: against rules applied by hand, and what an ideal division can keep."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.coalitions import membership
from rdgames.sharing.partitions import partitions
from rdgames.sharing.shapley import Shapley, WeightedShapley
from rdgames.sharing.structures import AumannDreze
from rdgames.stability.alone import core_stability, potentially_internal, stable_coalitions, within
from rdgames.stability.codes import UNKNOWN
from rdgames.stability.structures import stable_partitions
from rdgames.stability.valuation import ANOTHER_SUM, NO_PART, NO_SUM, valued_alone, valued_in_partitions
from tests.stability.small_tables import tables

RULES = ("equal-split", "equal-surplus", "shapley", "almost-ideal")


@settings(deadline=None, max_examples=50)
@given(tables(8, 3))
def test_members_divide_what_they_earn_and_others_keep_theirs(table: np.ndarray) -> None:
    for rule in RULES:
        found = valued_alone(table, rule).payoffs
        np.testing.assert_array_equal(within(found).sum(axis=-1), within(table).sum(axis=-1))
        outside = ~membership(3)
        np.testing.assert_array_equal(found[outside], table[outside])
        single = [1, 2, 4]
        np.testing.assert_array_equal(found[single], table[single])


@settings(deadline=None, max_examples=50)
@given(tables(8, 3))
def test_shares_by_hand(table: np.ndarray) -> None:
    worth = within(table).sum(axis=-1)
    pair = valued_alone(table, "shapley").payoffs[5]
    surplus = worth[5] - worth[1] - worth[4]
    assert (pair[0], pair[2]) == (worth[1] + surplus / 2, worth[4] + surplus / 2)
    assert valued_alone(table, "shapley").payoffs[7].tolist() == Shapley().divide(worth).shares.tolist()
    assert valued_alone(table, "equal-split").payoffs[7].tolist() == [worth[7] / 3] * 3


@settings(deadline=None, max_examples=50)
@given(tables(8, 3))
def test_an_almost_ideal_division_keeps_every_coalition_that_can_be_kept(table: np.ndarray) -> None:
    for remaining in ("together", "alone"):
        kept = stable_coalitions(valued_alone(table, "almost-ideal", remaining=remaining).payoffs, remaining=remaining)
        np.testing.assert_array_equal(kept.internal.stable, potentially_internal(table, remaining=remaining))
        for rule in RULES:
            found = stable_coalitions(valued_alone(table, rule).payoffs, remaining=remaining)
            assert not (found.internal.stable & ~kept.internal.stable).any()


@settings(deadline=None, max_examples=50)
@given(tables(15, 4))
def test_partitions_of_one_coalition_and_lone_others_are_valued_the_same(table: np.ndarray) -> None:
    ones = [0 if c.bit_count() < 2 else c for c in range(16)]
    places = {each: row for row, each in enumerate(partitions(4))}

    def row(coalition: int) -> int:
        blocks = [coalition, *(1 << i for i in range(4) if not coalition >> i & 1)]
        return places[tuple(sorted((block for block in blocks if block), key=lambda block: block & -block))]

    rows = [row(each) for each in ones]
    for rule in RULES:
        whole = valued_in_partitions(table, rule).payoffs[rows]
        np.testing.assert_array_equal(whole, valued_alone(table[rows], rule).payoffs)


def test_two_coalitions_divide_side_by_side() -> None:
    table = np.random.default_rng(1).integers(0, 9, (15, 4)).astype(float)
    places = {each: row for row, each in enumerate(partitions(4))}
    pairs, other_apart = places[3, 12], places[3, 4, 8]
    found = valued_in_partitions(table, "equal-surplus").payoffs[pairs]
    apart = table[other_apart, 2:]  # what 2 and 3 earn alone while 0 and 1 stay together
    assert found[2:] == pytest.approx(apart + (table[pairs, 2:].sum() - apart.sum()) / 2)
    options = np.array([table[other_apart, 2], table[other_apart, 3]])
    ideal = valued_in_partitions(table, "almost-ideal").payoffs[pairs, 2:]
    assert ideal == pytest.approx(options + (table[pairs, 2:].sum() - options.sum()) / 2)


def test_a_rule_may_depend_on_who_the_members_are() -> None:
    weights = np.array([1.0, 2.0, 3.0])
    table = np.zeros((8, 3))
    table[7], table[6] = [6, 0, 0], [0, 5, 0]
    found = valued_alone(table, lambda who: WeightedShapley(weights[list(who)])).payoffs
    assert found[6] == pytest.approx([0, 2, 3])
    assert found[7] == pytest.approx(WeightedShapley(weights).divide(within(table).sum(axis=-1)).shares)
    with pytest.raises(InputError, match="in a coalition of 2: found weights of 3 players"):
        valued_alone(table, WeightedShapley(weights))


def test_what_is_unknown_is_said() -> None:
    table = np.ones((8, 3))
    table[3] = np.nan
    found = valued_alone(table, "shapley")
    assert [found.meanings[number] for number in found.status[[3, 5, 7]]] == [NO_SUM, found.meanings[0], NO_PART]
    assert np.isnan(found.payoffs[[3, 7]]).all()
    assert found.status.tolist() == [0, 0, 0, found.status[3], 0, 0, 0, found.status[7]]
    no_gain = np.array([[2.0, 2.0], [2.0, 2.0], [2.0, 2.0], [1.0, 1.0]])
    undivided = valued_alone(no_gain, "nash")
    assert undivided.meanings[undivided.status[3]].startswith("nash: ")
    assert np.isnan(undivided.payoffs[3]).all()


def test_a_rule_that_divides_another_sum_says_nothing() -> None:
    # Aumann and Dreze: 0 and 1 divide what they earn without 2, and 2 has what it earns without them. If all cooperate
    # and outsiders gain by cooperation of others, that is more than all earn.
    earned = np.array([[1, 1, 1]] * 3 + [[3, 3, 4]] + [[1, 1, 1]] + [[3, 4, 3], [4, 3, 3], [2, 2, 2]], dtype=float)
    for table in (earned, np.array([[Fraction(int(x)) for x in row] for row in earned], dtype=object)):
        found = valued_alone(table, lambda who: AumannDreze([[0], [1]] if len(who) == 2 else [[0, 1], [2]]))
        assert [found.meanings[number] for number in found.status] == [
            ANOTHER_SUM if row in (3, 5, 6, 7) else found.meanings[0] for row in range(8)
        ]
        whole = valued_alone(table, lambda who: AumannDreze([range(len(who))]))
        np.testing.assert_array_equal(whole.payoffs, valued_alone(table, "shapley").payoffs)
        assert stable_coalitions(found.payoffs).internal.status[7] == UNKNOWN
        assert core_stability(found.payoffs).status == UNKNOWN


def test_an_almost_ideal_division_for_coalitions_that_break_up() -> None:
    table = np.random.default_rng(0).integers(0, 9, (15, 4)).astype(float)
    kept = {
        remaining: stable_partitions(valued_in_partitions(table, "almost-ideal", remaining=remaining).payoffs, "gamma")
        for remaining in ("together", "alone")
    }
    assert (kept["alone"].stable & ~kept["together"].stable).any()
    assert not (kept["together"].stable & ~kept["alone"].stable).any()


def test_messages() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'shapley'"):
        valued_alone(np.ones((4, 2)), "shaply")
    with pytest.raises(InputError, match="WeightedShapley"):
        valued_alone(np.ones((4, 2)), "weighted-shapley")
    with pytest.raises(InputError, match="partition function form"):
        valued_alone(np.ones((4, 2)), "myerson-partition")
    with pytest.raises(InputError, match="expected a name, a rule, or a function"):
        valued_alone(np.ones((4, 2)), 3)
    with pytest.raises(UnknownNameError, match="did you mean 'alone'"):
        valued_in_partitions(np.ones((2, 2)), "almost-ideal", remaining="alon")
