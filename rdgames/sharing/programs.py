"""The linear program of one stage of the nucleolus, solved in floats and put right exactly, or solved exactly.

Where shares x may still move in some directions z, the largest excess of the coalitions that they move is made as small
as possible. By duality that is

    max  sum of c_j w_j    such that    sum of w_j (z_j, u_j) = (0, 1),    w >= 0,

where the column j of a coalition S has how the directions move it, u_j = 1, and its excess c_j at any shares that keep
what was settled; that of a player held to at least the own worth has u_j = 0. Coalitions of positive weight have the
largest excess in every solution of the stage. Columns are whole numbers, so that weights are exact fractions whatever
the worths: only the choice of columns depends on these.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat
from jaxtyping import Float, Int64, Shaped
from scipy.optimize import linprog

POSITIVE = 1e-7
"""What a weight exceeds in floats, if it is positive: weights are ratios of determinants of small matrices."""

PRECISE = {"presolve": False, "dual_feasibility_tolerance": 1e-10, "primal_feasibility_tolerance": 1e-10}
"""How HiGHS is asked to solve: at a vertex, and precisely."""


def float_optimum(columns: Int64[np.ndarray, "rows n"], costs: Float[np.ndarray, " n"]) -> dict[int, Fraction] | None:
    """Return the positive weights of a vertex that is optimal up to rounding; None if there is none to be had."""
    scale = np.abs(costs).max() or 1.0
    right = np.zeros(len(columns))
    right[-1] = 1.0
    found = linprog(-costs / scale, A_eq=columns, b_eq=right, method="highs-ds", options=PRECISE)
    if found.status != 0:
        return None
    support = np.flatnonzero(found.x > POSITIVE)
    return positive_weights(columns[:, support], right.astype(np.int64), support.tolist())


def positive_weights(
    columns: Int64[np.ndarray, "rows n"], right: Int64[np.ndarray, " rows"], names: Sequence[int]
) -> dict[int, Fraction] | None:
    """Return the exact weights that combine columns to the right side, by name; None unless unique and positive."""
    reduced, rank = fmpq_mat(np.column_stack([columns, right]).tolist()).rref()
    count = len(names)
    if rank != count or any(reduced[row, row] == 0 for row in range(count)):
        return None  # the columns depend on each other, or do not combine to the right side
    weights = [Fraction(int(entry.p), int(entry.q)) for entry in (reduced[row, count] for row in range(count))]
    return dict(zip(names, weights, strict=True)) if all(weight > 0 for weight in weights) else None


def exact_optimum(columns: Int64[np.ndarray, "rows n"], costs: Shaped[np.ndarray, " n"]) -> dict[int, Fraction] | None:
    """Return the positive weights of an optimal vertex, by the simplex method; None if it is unbounded.

    Costs are whole numbers, so that all is exact: the inverse of the basis is written over a common denominator.
    The column of the largest gain enters. After a step that gains nothing it is the first column with a gain, until
    a step gains again, and of the columns that may leave it is always the first, so that no basis comes back (Bland
    1977, Mathematics of Operations Research 2:103-107).
    """
    table, prices = fmpz_mat(columns.tolist()), [fmpz(int(cost)) for cost in costs]
    basis = _first_basis(columns)
    stalled = False
    while True:
        inverted, denominator = fmpq_mat(columns[:, basis].tolist()).inv().numer_denom()
        level = [inverted[row, len(basis) - 1] for row in range(len(basis))]
        at_basis = fmpz_mat([[prices[column] for column in basis]]) * inverted * table
        gains = [denominator * price - cost for price, cost in zip(prices, at_basis.entries(), strict=True)]
        better = (place for place, gain in enumerate(gains) if gain > 0)
        entering = next(better, None) if stalled else max(better, key=gains.__getitem__, default=None)
        if entering is None:
            weights = {
                column: Fraction(int(value), int(denominator)) for column, value in zip(basis, level, strict=True)
            }
            return {column: weight for column, weight in sorted(weights.items()) if weight}
        drop = (inverted * fmpz_mat([[entry] for entry in columns[:, entering].tolist()])).entries()
        ratios = [(fmpq(level[row], drop[row]), basis[row], row) for row in range(len(basis)) if drop[row] > 0]
        if not ratios:
            return None
        step, _, leaving = min(ratios)
        basis[leaving] = entering
        stalled = step == 0


def _first_basis(columns: Int64[np.ndarray, "rows n"]) -> list[int]:
    """Return a basis of weights that are not negative: one coalition and those outside it, and others of weight zero.

    Together they get what all get, so that no direction moves their sum.
    """
    *moved, counts = columns
    opposite = (np.array(moved) == -columns[:-1, :1]).all(axis=0) & (counts == 1)
    pair = [0, int(np.flatnonzero(opposite)[0])]
    others = [column for column in range(columns.shape[1]) if column not in pair]
    order = [*pair, *others]
    return [order[place] for place in pivots(columns[:, order])]


def pivots(matrix: Int64[np.ndarray, "rows n"]) -> list[int]:
    """Return the first columns that are independent of those before them."""
    reduced, _, rank = fmpz_mat(matrix.tolist()).rref()
    return [next(column for column in range(matrix.shape[1]) if reduced[row, column] != 0) for row in range(rank)]


def kernel(matrix: Int64[np.ndarray, "rows n"]) -> Int64[np.ndarray, "n dims"]:
    """Return whole numbers that span all that a matrix makes zero, without common divisors."""
    reduced, scale, rank = fmpz_mat(matrix.tolist()).rref()
    count = matrix.shape[1]
    leads = [next(column for column in range(count) if reduced[row, column] != 0) for row in range(rank)]
    free = [column for column in range(count) if column not in leads]
    found = np.zeros((count, len(free)), dtype=np.int64)
    for place, column in enumerate(free):
        found[leads, place] = [-int(reduced[row, column]) for row in range(rank)]
        found[column, place] = int(scale)
    return np.asarray(found // np.gcd.reduce(found, axis=0))


def inverse(matrix: Sequence[Sequence[int]]) -> tuple[Shaped[np.ndarray, "n n"], int]:
    """Return the inverse of a matrix of whole numbers, as whole numbers and the denominator of all of them."""
    numerators, denominator = fmpq_mat(matrix).inv().numer_denom()
    return np.array([[int(entry) for entry in row] for row in numerators.tolist()], dtype=object), int(denominator)
