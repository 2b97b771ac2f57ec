"""Linear algebra at many points, against the same functions at one point after the other, in exact fractions."""

from __future__ import annotations

from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from rdgames.algebra import linear
from rdgames.algebra.fields import Numbers
from rdgames.kernel import matrices

SIZES = (1, 2, 4, 7)


def some_matrices(size: int, columns: int, points: int = 5) -> np.ndarray:
    """Return matrices of small whole numbers, whose leading minors are not zero."""
    entries = np.random.default_rng(size).integers(-4, 5, size=(size, columns, points)).astype(float)
    entries[:, :size] -= 7 * np.eye(size)[..., None]
    return entries


def exactly(matrix: np.ndarray) -> list[list[Fraction]]:
    return [[Fraction(int(entry)) for entry in row] for row in matrix]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", linear.MATRIX_FUNCTIONS)
def test_functions_of_matrices_are_those_of_the_algebra(name: str, size: int) -> None:
    many = some_matrices(size, size)
    with jax.enable_x64(True):
        found = np.asarray(matrices.MATRIX_FUNCTIONS[name](jnp.asarray(many)))
    expected = [linear.MATRIX_FUNCTIONS[name](Numbers({}), exactly(many[..., point])) for point in range(5)]
    zero_before = np.cumsum(np.array(expected) == 0, axis=1) > (np.array(expected) == 0)
    expected_numbers = np.where(zero_before & (name == "leading_minors"), np.nan, np.array(expected, dtype=float))
    np.testing.assert_allclose(found.T, expected_numbers, rtol=1e-11)


@pytest.mark.parametrize("size", SIZES)
def test_solutions_meet_the_equations(size: int) -> None:
    matrix, right = some_matrices(size, size), some_matrices(size, size + 2)
    with jax.enable_x64(True):
        matrix, right = jnp.asarray(matrix), jnp.asarray(right)
        found = matrices.solve(matrix, right)
        np.testing.assert_allclose(matrices.times(matrix, found), right, atol=1e-10)


def test_rows_are_exchanged_where_a_pivot_is_zero() -> None:
    exchange = jnp.array([[[0.0], [1.0]], [[1.0], [0.0]]])
    with jax.enable_x64(True):
        assert matrices.solve(exchange, jnp.array([[[3.0]], [[5.0]]])).ravel().tolist() == [5, 3]
        assert matrices.determinant(exchange).item() == -1


def test_equations_without_solution_have_none() -> None:
    with jax.enable_x64(True):
        assert not jnp.isfinite(matrices.solve(jnp.ones((2, 2, 1)), jnp.ones((2, 1, 1)))).all()
        assert matrices.determinant(jnp.ones((2, 2, 1))).item() == 0
