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
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq_mat, fmpz_mat
from jaxtyping import Float, Int64, Shaped
from scipy.optimize import linprog

POSITIVE = 1e-7
"""What a weight exceeds in floats, if it is positive: weights are ratios of determinants of small matrices."""

_HALF_WORD = 1 << 28
"""Below which a sum of some products is in a word: more than determinants of small matrices mostly are."""

PRECISE = {"presolve": False, "dual_feasibility_tolerance": 1e-10, "primal_feasibility_tolerance": 1e-10}
"""How HiGHS is asked to solve: at a vertex, and precisely."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """An optimal vertex of the program of a stage.

    Attributes
    ----------
    weights
        The positive weights, by the place of the column.
    excesses
        What the costs are at other shares, at which all columns of positive weight have the level of the stage, or a
        player its own worth: for the program of the stage after. They may be any multiple.
    """

    weights: dict[int, Fraction]
    excesses: Shaped[np.ndarray, " n"]


def float_optimum(columns: Int64[np.ndarray, "rows n"], costs: Float[np.ndarray, " n"]) -> Optimum | None:
    """Return a vertex that is optimal up to rounding; None if there is none to be had."""
    scale = np.abs(costs).max() or 1.0
    right = np.zeros(len(columns))
    right[-1] = 1.0
    found = linprog(-costs / scale, A_eq=columns, b_eq=right, method="highs-ds", options=PRECISE)
    if found.status != 0:
        return None
    support = np.flatnonzero(found.x > POSITIVE)
    weights = positive_weights(columns[:, support], right.astype(np.int64), support.tolist())
    if weights is None:
        return None
    moved = np.linalg.lstsq(columns[:, support].T, costs[support], rcond=None)[0]
    return Optimum(weights, costs - moved[:-1] @ columns[:-1])


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


def exact_optimum(columns: Int64[np.ndarray, "rows n"], costs: Shaped[np.ndarray, " n"]) -> Optimum | None:
    """Return an optimal vertex, by the simplex method; None if the program is unbounded.

    Costs are whole numbers, so that all is exact: the table has the columns in terms of the basis, times its
    determinant, and then its entries are determinants themselves, also after a step (Edmonds 1967, Journal of Research
    of the National Bureau of Standards 71B:241-245). The column of the largest gain enters. After a step that gains
    nothing it is the first column with a gain, until a step gains again, and of the columns that may leave it is always
    the first, so that no basis comes back (Bland 1977, Mathematics of Operations Research 2:103-107).
    """
    prices = np.array([*map(int, costs), 0], dtype=object)
    basis = _first_basis(columns)
    table, scale = _in_terms_of(basis, columns)
    gains = scale * prices - prices[basis] @ table.astype(object)  # the last one is that of the right side
    stalled = False
    while (better := np.flatnonzero(gains[:-1] > 0)).size:
        entering = int(better[0] if stalled else better[gains[better].argmax()])
        drop, level = table[:, entering], table[:, -1]
        rows = np.flatnonzero(drop > 0).tolist()
        if not rows:
            return None
        leaving = min(rows, key=lambda row: (Fraction(int(level[row]), int(drop[row])), basis[row]))
        stalled = bool(level[leaving] == 0)
        line, pivot = table[leaving].copy(), int(drop[leaving])
        gains = (pivot * gains - gains[entering] * line.astype(object)) // scale
        table = (pivot * table - drop[:, None] * line) // scale
        table[leaving] = line
        table, scale = _roomy(table), pivot
        basis[leaving] = entering
    weights = {column: Fraction(int(value), scale) for column, value in zip(basis, table[:, -1], strict=True) if value}
    return Optimum(dict(sorted(weights.items())), gains[:-1] - gains[-1] * columns[-1].astype(object))


def _in_terms_of(
    basis: Sequence[int], columns: Int64[np.ndarray, "rows n"]
) -> tuple[Shaped[np.ndarray, "rows wide"], int]:
    """Return the columns, and the right side behind them, in terms of a basis times its determinant; and that."""
    chosen = columns[:, basis].tolist()
    determinant = abs(int(fmpz_mat(chosen).det()))
    numerators, denominator = inverse(chosen)
    within = _roomy(numerators * (determinant // denominator))
    return _roomy(np.column_stack([within @ columns, within[:, -1]])), determinant


def _roomy(whole: Shaped[np.ndarray, "rows n"]) -> Shaped[np.ndarray, "rows n"]:
    """Return whole numbers in words of the machine while products of two of them fit there, else of any length."""
    return whole.astype(np.int64 if max(whole.max(), -whole.min()) < _HALF_WORD else object, copy=False)


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
