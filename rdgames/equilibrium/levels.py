"""Levels that have no closed form, found in numbers at one point of the parameters.

The first-order conditions at equal actions are equations in the common levels
(`rdgames.equilibrium.technology.Implicit`). One equation is followed over all magnitudes of the level: where it falls
through zero, more of the action stops to pay, and Brent's method finds the place. Several equations are solved by
Newton's method (`rdgames.equilibrium.newton`) from common levels of all magnitudes. All solutions found are returned,
the lowest first. Where there are several, each may be a local optimum and none, or more than one, an equilibrium:
conditions, which are local, cannot tell, so no such point is valid.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from rdgames.algebra.program import Program
from rdgames.equilibrium.newton import MAGNITUDES, SAME, SETTLED, System, improved, solve_each

FINE_MAGNITUDES = [place / 5 for place in range(-70, 71)]
"""The decimal logarithms of the levels between which a single condition is looked at."""
STEPS = 80
"""How many steps Newton's method may take."""


def find_levels(system: System, point: Mapping[str, Any]) -> list[dict[str, float]]:
    """Return the levels that solve the equations at a point, each solution once."""
    import numpy as np  # takes a tenth of a second, so only where it is needed

    numbers = {name: np.float64(value) for name, value in point.items()}
    functions = {"sqrt": np.sqrt, "log": np.log, "exp": np.exp, "power": np.power}

    def run(program: Program, levels: Mapping[str, Any]) -> dict[str, Any]:
        return program.run({**numbers, **levels}, np.float64, np.divide, functions)

    with np.errstate(all="ignore"):
        return _one_level(system, run) if len(system.unknowns) == 1 else _several_levels(system, run, np)


Run = Callable[[Program, Mapping[str, Any]], dict[str, Any]]
"""Replays a program at the point, with some levels."""


def _one_level(system: System, run: Run) -> list[dict[str, float]]:
    from scipy.optimize import brentq  # takes a tenth of a second, so only where it is needed

    (unknown,) = system.unknowns
    low = float(run(system.slopes, {unknown: 1.0}).get(f"least:{unknown}", 0.0))

    def residual(magnitude: float) -> float:
        return float(run(system.residuals, {unknown: low + 10.0**magnitude})[unknown])

    tried = [(magnitude, residual(magnitude)) for magnitude in FINE_MAGNITUDES]
    finite = [(magnitude, value) for magnitude, value in tried if math.isfinite(value)]
    found = []
    for (left, above), (right, below) in pairwise(finite):
        if above > 0 >= below:
            root = brentq(residual, left, right, xtol=1e-15, rtol=8.9e-16)
            found.append({unknown: low + 10.0 ** float(root)})
    return found


def _several_levels(system: System, run: Run, numerics: Any) -> list[dict[str, float]]:
    start = 10.0 ** numerics.array(MAGNITUDES, dtype=float)
    least = run(system.slopes, dict.fromkeys(system.unknowns, start))
    levels = [least.get(f"least:{name}", 0.0) + start for name in system.unknowns]
    size = numerics.full(start.shape, math.inf)
    for _ in range(STEPS):
        found = run(system.slopes, dict(zip(system.unknowns, levels, strict=True)))
        levels, size = improved(system, found, levels, numerics, solve_each)
    solutions: list[dict[str, float]] = []
    for place in numerics.flatnonzero(size < SETTLED):
        one = {name: float(level[place]) for name, level in zip(system.unknowns, levels, strict=True)}
        if not any(all(math.isclose(one[a], other[a], rel_tol=SAME) for a in one) for other in solutions):
            solutions.append(one)
    return sorted(solutions, key=lambda one: one[system.unknowns[0]])
