"""Equilibria of two players in mixed strategies: proposed by nashpy, decided here.

The mixes of a player to which some replies of the other are best form a polytope; the equilibria whose mixes are
vertices of the two polytopes are the extreme ones, and every equilibrium is a mixture of them (von Stengel, in Nisan
and others, Algorithmic Game Theory, 2007, chapter 3). nashpy finds the vertices in floats. Payoffs are moved to between
1 and 2 before, which changes no equilibrium, because its polytopes are bounded only for positive payoffs. Its other
method, by supports, loses equilibria to rounding.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rdgames.errors import InputError

Matrix: TypeAlias = npt.NDArray[Any]
Mix: TypeAlias = npt.NDArray[Any]

MAX_STRATEGIES = 10
"""How many strategies each of two players may have; the polytopes have too many vertices beyond."""

_ROUNDING = 1e-7
"""Up to which part of the range of payoffs, or of certainty, a difference between floats is taken for rounding."""


def extreme_equilibria(row: Matrix, column: Matrix) -> list[tuple[Mix, Mix]]:
    """Return the extreme equilibria of a bimatrix game, as probabilities of rows and of columns; pure ones first.

    Raises
    ------
    InputError
        If a player has too many strategies.
    """
    if max(row.shape) > MAX_STRATEGIES:
        problem = f"expected at most {MAX_STRATEGIES}: pure_equilibria() has those in which nobody mixes"
        raise InputError(f"found {max(row.shape)} strategies of one player, {problem}")
    found: dict[tuple[Any, ...], tuple[Mix, Mix]] = {}
    for proposed in _proposed(row, column):
        mixes = _exactly(row, column, *proposed) if row.dtype == object else proposed
        if mixes is not None and _are_best(row, column, *mixes):
            key = tuple(round(float(chance), 6) for mix in mixes for chance in mix)
            found.setdefault(key, mixes)

    def order(mixes: tuple[Mix, Mix]) -> list[Any]:
        supports = [np.flatnonzero(mix).tolist() for mix in mixes]
        return [*map(len, supports), *supports]

    return sorted(found.values(), key=order)


def is_degenerate(row: Matrix, column: Matrix, equilibria: Sequence[tuple[Mix, Mix]]) -> bool:
    """Whether in some of the extreme equilibria a player has more best replies than the other mixes strategies.

    If in none, they are all equilibria. Proof: of two with the same mix x of rows, with columns y and y', all columns
    in y and y' are best replies to x, so those are no more than the rows in x, which are best replies to y, so no more
    than the columns in y; hence y and y' have the same columns, with the same best replies, and are the same vertex.
    """
    return any(_best(column.T, x).sum() > (x > 0).sum() or _best(row, y).sum() > (y > 0).sum() for x, y in equilibria)


def _proposed(row: Matrix, column: Matrix) -> Iterator[tuple[Mix, Mix]]:
    """Yield pairs of mixes in floats; rounding may have let some pass that are no equilibria."""
    if 1 in row.shape:  # extreme equilibria are pure where one player has nothing to choose
        for i, j in np.ndindex(*row.shape):
            yield np.eye(row.shape[0])[i], np.eye(row.shape[1])[j]
        return
    try:
        from nashpy import Game
    except ModuleNotFoundError:
        message = "equilibria() needs nashpy: pip install 'rdgames[all]'; pure_equilibria() does without"
        raise ModuleNotFoundError(message, name="nashpy") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # parity says nothing here: all that is found is verified
        for pair in Game(_between_1_and_2(row), _between_1_and_2(column)).vertex_enumeration():
            mixes = [np.where(mix > _ROUNDING, mix, 0.0) for mix in pair]
            yield mixes[0] / mixes[0].sum(), mixes[1] / mixes[1].sum()


def _between_1_and_2(matrix: Matrix) -> npt.NDArray[np.float64]:
    low, high = matrix.min(), matrix.max()
    return (1 + (matrix - low) / ((high - low) or 1)).astype(float)  # type: ignore[no-any-return]


def _replies(matrix: Matrix, mix: Mix) -> tuple[Matrix, Any]:
    """Return what each row of a player's own matrix earns against a mix, and what differences are rounding."""
    exact = matrix.dtype == object and mix.dtype == object
    return matrix @ mix, 0 if exact else _ROUNDING * float(matrix.max() - matrix.min())


def _best(matrix: Matrix, mix: Mix) -> npt.NDArray[np.bool_]:
    """Return which rows of a player's own matrix are best against a mix."""
    earned, rounding = _replies(matrix, mix)
    return np.asarray(earned >= earned.max() - rounding, dtype=bool)


def _are_best(row: Matrix, column: Matrix, x: Mix, y: Mix) -> bool:
    """Whether two mixes have only best replies to each other."""
    return bool(_best(row, y)[x > 0].all() and _best(column.T, x)[y > 0].all())


def _exactly(row: Matrix, column: Matrix, x: Mix, y: Mix) -> tuple[Mix, Mix] | None:
    """Return the exact mixes that two mixes in floats are near to, None if there are none."""
    exact = [
        _indifferent(matrix, np.flatnonzero(_best(matrix, mix)), np.flatnonzero(mix), np.flatnonzero(other))
        for matrix, mix, other in ((column.T, x, y), (row, y, x))
    ]
    if exact[0] is None or exact[1] is None:
        return None
    return exact[0], exact[1]


def _indifferent(matrix: Matrix, best: Any, mixed: Any, played: Any) -> Mix | None:
    """Return the mix of some columns against which all ``best`` rows earn the same, or else all ``played`` ones."""
    for rows in (best, played):
        system = [[*(matrix[i, j] for j in mixed), Fraction(-1), Fraction(0)] for i in rows]
        system.append([*(Fraction(1) for _ in mixed), Fraction(0), Fraction(1)])
        solution = _solve(system)
        if solution is not None and all(chance > 0 for chance in solution[:-1]):
            mix = np.full(matrix.shape[1], Fraction(0), dtype=object)
            mix[mixed] = solution[:-1]
            return mix
    return None


def _solve(system: list[list[Fraction]]) -> list[Fraction] | None:
    """Return the only solution of linear equations, the last entry of each its right side; None if not just one."""
    unknowns = len(system[0]) - 1
    for place in range(unknowns):
        pivot = next((i for i in range(place, len(system)) if system[i][place]), None)
        if pivot is None:
            return None
        system[place], system[pivot] = system[pivot], system[place]
        system[place] = [value / system[place][place] for value in system[place]]
        for i, equation in enumerate(system):
            if i != place and equation[place]:
                factor = equation[place]
                system[i] = [v - factor * w for v, w in zip(equation, system[place], strict=True)]
    if any(equation[-1] for equation in system[unknowns:]):
        return None
    return [equation[-1] for equation in system[:unknowns]]
