"""The linear program of one stage, and the exact arithmetic around it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.sharing import programs
from rdgames.sharing.coalitions import membership
from rdgames.sharing.programs import exact_optimum, float_optimum, inverse, kernel, pivots, positive_weights

MATRICES = st.lists(st.lists(st.integers(-2, 2), min_size=4, max_size=4), min_size=1, max_size=4).map(np.array)


def test_a_program_without_bound_has_no_optimum():
    # two players, whose floors add up to more than there is: raising both weights gains for ever
    columns, costs = np.array([[1, -1, 1, -1], [1, 1, 0, 0]]), np.array([0, 0, 1, 1])
    assert exact_optimum(columns, costs) is None
    assert float_optimum(columns, costs.astype(float)) is None


def test_simplex_steps_that_gain_nothing_end():
    # all coalitions of six players, with ties everywhere
    size = membership(6).sum(axis=1)
    proper = slice(1, -1)
    moves = (membership(6)[proper, :5].astype(int) - membership(6)[proper, 5:]).T
    for costs in (size[proper] % 2, size[proper] * 0, (size[proper] - 3) ** 2):
        weights = exact_optimum(np.vstack([moves, np.ones(62, dtype=int)]), costs).weights
        assert sum(weights.values()) == 1
        assert sum(weight * int(costs[place]) for place, weight in weights.items()) == costs.max()


@settings(deadline=None)
@given(costs=st.lists(st.integers(-5, 5), min_size=14, max_size=14))
def test_floats_and_fractions_find_an_optimum_of_the_same_value(costs):
    moves = (membership(4)[1:-1, :3].astype(int) - membership(4)[1:-1, 3:]).T
    columns, costs = np.vstack([moves, np.ones(14, dtype=int)]), np.array(costs)
    found = [float_optimum(columns, costs.astype(float)), exact_optimum(columns, costs)]
    values = [sum(weight * int(costs[place]) for place, weight in one.weights.items()) for one in found]
    assert values[0] == values[1]
    for one in found:
        weights = one.weights
        assert len({round(float(one.excesses[place]), 9) for place in weights}) == 1  # they have the level of the stage
        assert min(weights.values()) > 0
        assert (sum(weight * columns[:, place] for place, weight in weights.items()) == [0, 0, 0, 1]).all()


@settings(deadline=None)
@given(costs=st.lists(st.integers(-5, 5), min_size=14, max_size=14))
def test_numbers_of_any_length_take_the_same_steps(costs):
    moves = (membership(4)[1:-1, :3].astype(int) - membership(4)[1:-1, 3:]).T
    columns = np.vstack([moves, np.ones(14, dtype=int)])
    short = exact_optimum(columns, np.array(costs))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programs, "_HALF_WORD", 0)
        long = exact_optimum(columns, np.array([cost << 100 for cost in costs], dtype=object))
    assert long.weights == short.weights
    assert (long.excesses == short.excesses * (1 << 100)).all()
    # no other shares would have a smaller largest excess: those that were found bring it down to the level
    assert max(short.excesses) == short.excesses[next(iter(short.weights))]


@settings(deadline=None)
@given(matrix=MATRICES)
def test_the_kernel_is_all_that_a_matrix_makes_zero(matrix):
    found = kernel(matrix)
    assert not (matrix @ found).any()
    assert found.shape[1] + len(pivots(matrix)) == matrix.shape[1]
    assert len(pivots(found)) == found.shape[1] if found.size else True


def test_an_inverse_over_one_denominator():
    numerators, denominator = inverse([[1, 1], [1, -2]])
    assert (numerators.tolist(), denominator) == ([[2, 1], [1, -1]], 3)


def test_weights_are_there_only_if_they_are_unique_and_positive():
    right = np.array([0, 1])
    assert positive_weights(np.array([[1, -2], [1, 1]]), right, [7, 9]) == {7: Fraction(2, 3), 9: Fraction(1, 3)}
    assert positive_weights(np.array([[1, 2], [1, 1]]), right, [7, 9]) is None  # one would be negative
    assert positive_weights(np.array([[1, -1, 0], [1, 1, 1]]), right, [7, 8, 9]) is None  # many do
    assert positive_weights(np.array([[1], [1]]), right, [7]) is None  # none does
