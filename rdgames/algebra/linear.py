"""Small linear systems over any field, and the determinants that decide whether a quadratic form is definite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

from rdgames.algebra.fields import Field, K

V = TypeVar("V")
Matrix = Sequence[Sequence[K]]


SMALL = 3
"""Up to which size determinants are expanded by cofactors, without a division that could fail at a point."""


class SingularError(ArithmeticError):
    """A matrix has determinant zero, for every value of the parameters."""


@runtime_checkable
class WithMatrices(Protocol):
    """A field that computes `MATRIX_FUNCTIONS` of matrices larger than `SMALL` in a way of its own."""

    def matrix_function(self, name: str, matrix: Matrix[Any]) -> list[Any]:
        """Return what the function of that name in this module returns, as a list."""
        ...


def solve(field: Field[K], matrix: Matrix[K], right: Sequence[V], scale: Callable[[V, K], V]) -> list[V]:
    """Solve ``matrix @ unknowns == right`` by elimination; the right side may hold anything that adds and scales.

    Raises
    ------
    SingularError
        If the matrix has no inverse.
    """
    rows: list[list[Any]] = [list(row) for row in matrix]
    sides: list[Any] = list(right)
    size = len(rows)
    for column in range(size):
        pivot = next((row for row in range(column, size) if not field.is_zero(rows[row][column])), None)
        if pivot is None:
            raise SingularError
        rows[column], rows[pivot] = rows[pivot], rows[column]
        sides[column], sides[pivot] = sides[pivot], sides[column]
        inverse = 1 / rows[column][column]
        rows[column] = [entry * inverse for entry in rows[column]]
        sides[column] = scale(sides[column], inverse)
        for row in range(size):
            factor = rows[row][column]
            if row != column and not field.is_zero(factor):
                rows[row] = [entry - factor * above for entry, above in zip(rows[row], rows[column], strict=True)]
                sides[row] = sides[row] - scale(sides[column], factor)
    return sides


def determinant(field: Field[K], matrix: Matrix[K]) -> K:
    """Return a determinant: by cofactors if it is small, else by elimination."""
    if len(matrix) <= SMALL:
        return _by_cofactors(field, matrix)
    if isinstance(field, WithMatrices):
        return field.matrix_function("determinant", matrix)[0]  # type: ignore[no-any-return]
    rows = [list(row) for row in matrix]
    sign = 1
    for column in range(len(rows)):
        pivot = next((place for place in range(column, len(rows)) if not field.is_zero(rows[place][column])), None)
        if pivot is None:
            return field.constant(0)
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            sign = -sign
        _eliminate(rows, column)
    result: Any = rows[-1][-1]
    return result * sign  # type: ignore[no-any-return]


def _by_cofactors(field: Field[K], matrix: Matrix[K]) -> K:
    if not matrix:
        return field.constant(1)
    total = field.constant(0)
    for column, entry in enumerate(matrix[0]):
        if not field.is_zero(entry):
            minor = [[*row[:column], *row[column + 1 :]] for row in matrix[1:]]
            term: Any = entry * _by_cofactors(field, minor)
            total = total - term if column % 2 else total + term
    return total


def _eliminate(rows: list[list[Any]], column: int) -> None:
    """Do one step of elimination, after which the next pivot is the next leading minor (Bareiss 1968)."""
    pivot, last = rows[column][column], rows[column - 1][column - 1] if column else 1
    for row in rows[column + 1 :]:
        row[column + 1 :] = [
            (pivot * entry - row[column] * above) / last
            for entry, above in zip(row[column + 1 :], rows[column][column + 1 :], strict=True)
        ]


def leading_minors(field: Field[K], matrix: Matrix[K]) -> list[K]:
    """Return the determinants of the leading square parts, smallest first.

    A symmetric matrix is positive definite exactly when all are positive (Sylvester).
    """
    rows = [list(row) for row in matrix]
    if len(rows) > SMALL:
        if isinstance(field, WithMatrices):
            return field.matrix_function("leading_minors", matrix)
        for column in range(len(rows)):
            if field.is_zero(rows[column][column]):
                break
            _eliminate(rows, column)
        else:
            return [rows[place][place] for place in range(len(rows))]
    return [determinant(field, [row[: size + 1] for row in matrix[: size + 1]]) for size in range(len(matrix))]


def characteristic_polynomial(field: Field[K], matrix: Matrix[K]) -> list[K]:
    """Return the coefficients of ``det(s*I - matrix)``, highest power first (Faddeev and LeVerrier)."""
    size = len(matrix)
    coefficients: list[Any] = [field.constant(1)]
    power: list[list[Any]] = [[field.constant(0)] * size for _ in range(size)]
    for step in range(1, size + 1):
        shifted = [[power[i][j] + (coefficients[-1] if i == j else 0) for j in range(size)] for i in range(size)]
        power = [[_dot(matrix[i], [row[j] for row in shifted]) for j in range(size)] for i in range(size)]
        trace = _dot([power[i][i] for i in range(size)], [1] * size)
        coefficients.append(trace / (-step))
    return coefficients


def hurwitz_minors(field: Field[K], matrix: Matrix[K]) -> list[K]:
    """Return the Hurwitz determinants of a matrix, smallest first.

    All eigenvalues have negative real parts exactly when all are positive (Routh and Hurwitz).
    """
    if len(matrix) > SMALL and isinstance(field, WithMatrices):
        return field.matrix_function("hurwitz_minors", matrix)
    coefficients = characteristic_polynomial(field, matrix)
    size = len(matrix)

    def coefficient(place: int) -> K:
        return coefficients[place] if 0 <= place <= size else field.constant(0)

    table = [[coefficient(2 * (column + 1) - (row + 1)) for column in range(size)] for row in range(size)]
    return leading_minors(field, table)


def _dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    total = left[0] * right[0]
    for one, other in zip(left[1:], right[1:], strict=True):
        total = total + one * other
    return total


MATRIX_FUNCTIONS: dict[str, Callable[[Field[Any], Matrix[Any]], list[Any]]] = {
    "determinant": lambda field, matrix: [determinant(field, matrix)],
    "leading_minors": leading_minors,
    "hurwitz_minors": hurwitz_minors,
}
"""The functions of square matrices that a program can have as one step, each returning a list."""
