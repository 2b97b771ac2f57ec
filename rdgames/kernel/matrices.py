"""Linear algebra of small matrices at many points, which lie along the axes behind rows and columns.

XLA runs along the points, so that one step of an elimination is one vectorized loop; the steps are loops that are
compiled once, whatever the size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

SMALL_PIVOT = 1e-2
"""Below which part of the largest entry of its column a pivot is exchanged for that."""


def times(left: Float[Array, "rows inner *points"], right: Float[Array, "inner columns *points"]) -> Any:
    """Return the product of two matrices at every point."""
    return sum(left[:, place, None] * right[None, place] for place in range(left.shape[1]))


def solve(matrix: Float[Array, "size size *points"], right: Float[Array, "size columns *points"]) -> Any:
    """Solve linear equations at every point by elimination; where there is no solution it is not finite."""
    size = matrix.shape[0]
    numbers = _numbers(matrix)

    def eliminate(place: Any, rows: Any) -> Any:
        rows, pivot, _ = _exchanged(rows, place, numbers)
        pivot = pivot / jax.lax.dynamic_index_in_dim(pivot, place, 1)
        factors = jax.lax.dynamic_index_in_dim(rows, place, 1)
        return jnp.where(numbers == place, pivot, rows - factors * pivot)

    return jax.lax.fori_loop(0, size, eliminate, jnp.concatenate([matrix, right], 1))[:, size:]


def determinant(matrix: Float[Array, "size size *points"]) -> Any:
    """Return the determinants, as the only entry along the first axis."""
    size = matrix.shape[0]
    numbers = _numbers(matrix)

    def eliminate(place: Any, state: tuple[Any, Any]) -> tuple[Any, Any]:
        rows, product = state
        rows, above, exchanged = _exchanged(rows, place, numbers)
        pivot = jax.lax.dynamic_index_in_dim(above, place, 1)
        factors = jax.lax.dynamic_index_in_dim(rows, place, 1) / jnp.where(pivot == 0, 1.0, pivot)
        product = product * jnp.where(exchanged, -pivot, pivot)[0, 0]
        return jnp.where(numbers > place, rows - factors * above, rows), product

    _, product = jax.lax.fori_loop(0, size, eliminate, (matrix, jnp.ones(matrix.shape[2:])))
    return product[None]


def _numbers(matrix: Any) -> Any:
    """Return the number of each row, along the first axis."""
    return jnp.arange(matrix.shape[0]).reshape([-1, *[1] * (matrix.ndim - 1)])


def _exchanged(rows: Any, place: Any, numbers: Any) -> tuple[Any, Any, Any]:
    """Exchange a row with the one below it that has the largest entry in its column, wherever its own is small.

    Exchanging takes longer than eliminating, so it is done only in blocks where it matters somewhere.

    Returns
    -------
    rows, pivot, exchanged
        All rows; that which now stands in its place; whether it is another one.
    """
    before = jax.lax.dynamic_index_in_dim(rows, place, 0)
    column = jnp.where(numbers >= place, jnp.abs(jax.lax.dynamic_index_in_dim(rows, place, 1)), -1.0)
    own = jax.lax.dynamic_index_in_dim(column, place, 0)
    small = own < SMALL_PIVOT * column.max(axis=0, keepdims=True)

    def exchange() -> tuple[Any, Any, Any]:
        largest = jnp.where(small, jnp.argmax(column, axis=0, keepdims=True), place)
        pivot = jnp.take_along_axis(rows, largest, axis=0)
        found = jnp.where(numbers == largest, before, rows)
        return jnp.where(numbers == place, pivot, found), pivot, small

    found: tuple[Any, Any, Any] = jax.lax.cond(small.any(), exchange, lambda: (rows, before, small))
    return found


def leading_minors(matrix: Float[Array, "size size *points"]) -> Any:
    """Return the determinants of the leading square parts, smallest first; behind one that is zero, no numbers."""
    size = matrix.shape[0]
    numbers = _numbers(matrix)

    def eliminate(place: Any, state: tuple[Any, Any]) -> tuple[Any, Any]:
        rows, pivots = state
        above = jax.lax.dynamic_index_in_dim(rows, place, 0)
        pivot = jax.lax.dynamic_index_in_dim(above, place, 1)
        factors = jax.lax.dynamic_index_in_dim(rows, place, 1) / pivot
        pivots = jax.lax.dynamic_update_index_in_dim(pivots, pivot[0, 0], place, 0)
        return jnp.where(numbers > place, rows - factors * above, rows), pivots

    _, pivots = jax.lax.fori_loop(0, size, eliminate, (matrix, jnp.zeros_like(matrix[0])))
    return jnp.cumprod(pivots, axis=0)


def characteristic_polynomial(matrix: Float[Array, "size size *points"]) -> Any:
    """Return the coefficients of ``det(s*I - matrix)``, highest power first (Faddeev and LeVerrier)."""
    size = matrix.shape[0]
    points = matrix.shape[2:]
    unit = jnp.eye(size).reshape([size, size, *[1] * len(points)])

    def step(place: Any, state: tuple[Any, Any]) -> tuple[Any, Any]:
        power, coefficients = state
        last = jax.lax.dynamic_index_in_dim(coefficients, place - 1, 0)
        power = times(matrix, power + last * unit)
        trace = sum(power[row, row] for row in range(size))
        return power, jax.lax.dynamic_update_index_in_dim(coefficients, -trace / place, place, 0)

    coefficients = jnp.zeros((size + 1, *points)).at[0].set(1.0)
    _, coefficients = jax.lax.fori_loop(1, size + 1, step, (jnp.zeros_like(matrix), coefficients))
    return coefficients


def hurwitz_minors(matrix: Float[Array, "size size *points"]) -> Any:
    """Return the Hurwitz determinants, smallest first: `rdgames.algebra.linear.hurwitz_minors`."""
    size = matrix.shape[0]
    coefficients = characteristic_polynomial(matrix)
    rows, columns = np.indices((size, size))
    places = 2 * (columns + 1) - (rows + 1)
    there = ((places >= 0) & (places <= size)).reshape([size, size, *[1] * (matrix.ndim - 2)])
    return leading_minors(jnp.where(there, coefficients[np.clip(places, 0, size)], 0.0))


MATRIX_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "determinant": determinant,
    "leading_minors": leading_minors,
    "hurwitz_minors": hurwitz_minors,
}
"""What `rdgames.algebra.linear.MATRIX_FUNCTIONS` is on arrays."""
