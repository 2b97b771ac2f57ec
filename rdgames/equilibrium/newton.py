"""Newton's method for levels that have no closed form, on whole arrays of points and starts at once.

The first-order conditions at equal actions are equations ``F(levels) = 0`` (`rdgames.equilibrium.expansion`,
`rdgames.equilibrium.technology`). With the levels in logarithms, above the least level that an action can have, a step
is ``z - (dF/dz)^-1 F``, cut off where a level would grow or shrink more than threefold; ``exp(z)`` is replaced by
``(2 + z)/(2 - z)``, which is as good where steps are small, and cheap. Prices and actions that may be negative step as
they are. The same steps are taken in NumPy (one point, many starts) and in JAX (`rdgames.kernel.levels`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rdgames.algebra.program import Element, Program
from rdgames.equilibrium.technology import Implicit

LONGEST = 1.0
"""How far a logarithm may step."""
SETTLED = 1e-9
"""How little the last step may change a level, as a part of it."""
SAME = 1e-6
"""How near, as a part of them, two solutions are one."""
MAGNITUDES = tuple(range(-14, 15))
"""The decimal logarithms of the common levels that are tried as starts."""

Run = Callable[[Program, Mapping[str, Any]], dict[str, Any]]
"""Replays a program on numbers or arrays."""


@dataclass(frozen=True, eq=False)
class System:
    """The equations for the levels of one equilibrium.

    Attributes
    ----------
    unknowns
        The actions and prices whose levels are to be found.
    bounded
        Those that have a least level.
    residuals
        The program of what is zero in equilibrium, an output for each unknown.
    slopes
        The program of the residuals and of their derivatives, ``residual:x`` and ``slope:x:q``, and the least levels.
    """

    unknowns: tuple[str, ...]
    bounded: frozenset[str]
    residuals: Program
    slopes: Program

    @classmethod
    def of(cls, implicit: Implicit[Element]) -> System:
        """Write down the equations and their derivatives."""
        recorder = next(iter(implicit.residuals.values())).recorder
        unknowns = tuple(implicit.residuals)
        outputs = {f"residual:{name}": each for name, each in implicit.residuals.items()}
        outputs |= {f"least:{name}": least for name, least in implicit.least.items()}
        for name in unknowns:
            slopes = recorder.derivatives([*implicit.residuals.values()], implicit.prefix + name)
            outputs |= {f"slope:{row}:{name}": slope for row, slope in zip(unknowns, slopes, strict=True)}
        return cls(unknowns, frozenset(implicit.least), recorder.program(implicit.residuals), recorder.program(outputs))


def improved(
    system: System, found: Mapping[str, Any], levels: Sequence[Any], numerics: Any, solve: Callable[..., Any]
) -> tuple[list[Any], Any]:
    """Take one step.

    Parameters
    ----------
    found
        The outputs of ``system.slopes`` at the levels.
    levels
        One array for each unknown.
    numerics
        NumPy, or JAX's likeness of it.
    solve
        Solves linear equations, given rows of arrays and right sides.

    Returns
    -------
    levels, size
        The next levels, and the largest change of one as a part of it.
    """
    least = [found.get(f"least:{name}", 0.0) for name in system.unknowns]
    scale = [
        level - low if name in system.bounded else 1.0
        for name, level, low in zip(system.unknowns, levels, least, strict=True)
    ]
    rows = [
        [found[f"slope:{row}:{name}"] * unit for name, unit in zip(system.unknowns, scale, strict=True)]
        for row in system.unknowns
    ]
    changes = solve(rows, [-found[f"residual:{row}"] for row in system.unknowns])
    after, size = [], 0.0
    for name, level, low, change in zip(system.unknowns, levels, least, changes, strict=True):
        if name in system.bounded:
            step = numerics.clip(change, -LONGEST, LONGEST)
            after.append(low + (level - low) * (2 + step) / (2 - step))
            relative = numerics.abs(change)
        else:
            around = 1 + numerics.abs(level)
            after.append(level + numerics.clip(change, -around, around))
            relative = numerics.abs(change) / around
        size = numerics.maximum(size, relative)
    return after, size


def solve_few(rows: Sequence[Sequence[Any]], right: Sequence[Any]) -> list[Any]:
    """Solve up to three linear equations, whose coefficients are arrays, by Cramer's rule."""
    whole = _determinant(rows)
    found = []
    for place in range(len(rows)):
        replaced = [[*row[:place], value, *row[place + 1 :]] for row, value in zip(rows, right, strict=True)]
        found.append(_determinant(replaced) / whole)
    return found


def solve_each(rows: Sequence[Sequence[Any]], right: Sequence[Any]) -> list[Any]:
    """Solve linear equations, whose coefficients are NumPy arrays, place by place; NaN where there is no solution."""
    import numpy as np  # takes a tenth of a second, so only where it is needed

    if len(rows) < 4:
        return solve_few(rows, right)
    shape = np.broadcast_shapes(*(np.shape(entry) for row in [*rows, right] for entry in row))
    matrix = np.stack([np.stack([np.broadcast_to(e, shape) for e in row], -1) for row in rows], -2)
    side = np.stack([np.broadcast_to(entry, shape) for entry in right], -1)
    fit = np.isfinite(matrix).all((-1, -2)) & (np.abs(np.linalg.det(matrix)) > 0)
    matrix = np.where(fit[..., None, None], matrix, np.eye(len(rows)))
    found = np.linalg.solve(matrix, side[..., None])[..., 0]
    return [np.where(fit, found[..., place], np.nan) for place in range(len(rows))]


def _determinant(rows: Sequence[Sequence[Any]]) -> Any:
    """Return a determinant by expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    total: Any = 0.0
    for place, entry in enumerate(rows[0]):
        minor = _determinant([[*row[:place], *row[place + 1 :]] for row in rows[1:]])
        total = total - entry * minor if place % 2 else total + entry * minor
    return total


def chosen(solutions: Sequence[Sequence[Any]], settled: Sequence[Any], numerics: Any) -> tuple[list[Any], Any, Any]:
    """Choose among solutions from several starts: the one with the lowest level of the first unknown.

    Parameters
    ----------
    solutions
        For each start, the levels that it led to, an array for each unknown.
    settled
        For each start, where it led to a solution.

    Returns
    -------
    levels, any settled, count
        The levels chosen (those from the first start where none settled), where some start settled, and how many
        different solutions there are.
    """
    levels, some = list(solutions[0]), settled[0]
    count: Any = numerics.where(settled[0], 1, 0)
    for place in range(1, len(solutions)):
        new = settled[place]
        for earlier in range(place):
            new = new & ~(settled[earlier] & _same(solutions[place], solutions[earlier], numerics))
        count = count + numerics.where(new, 1, 0)
        better = settled[place] & (~some | (solutions[place][0] < levels[0]))
        levels = [numerics.where(better, one, other) for one, other in zip(solutions[place], levels, strict=True)]
        some = some | settled[place]
    return levels, some, count


def _same(one: Sequence[Any], other: Sequence[Any], numerics: Any) -> Any:
    same: Any = True
    for a, b in zip(one, other, strict=True):
        same = same & (numerics.abs(a - b) <= SAME * (numerics.abs(a) + numerics.abs(b)))
    return same
