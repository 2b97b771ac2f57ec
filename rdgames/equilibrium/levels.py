"""Levels that have no closed form, found in numbers at one point of the parameters.

The first-order conditions at equal actions are equations in the common levels
(`rdgames.equilibrium.technology.Implicit`). One equation is followed over all magnitudes of the level: where it falls
through zero, more of the action stops to pay, and Brent's method finds the place. Several equations are solved by
Powell's hybrid method in the logarithms of the levels, from starts of all magnitudes. All solutions found are returned,
the lowest first. Where there are several, each may be a local optimum and none, or more than one, an equilibrium:
conditions, which are local, cannot tell, so no such point is valid.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from rdgames.algebra.program import Element, Program
from rdgames.equilibrium.technology import TAILS, Implicit

Residuals = Callable[[Mapping[str, float]], Sequence[float]]
"""The first-order conditions at some levels of the actions."""

MAGNITUDES = [place / 5 for place in range(-70, 71)]
"""The decimal logarithms of the levels that are tried."""
SMALL = 1e-9
"""How large a residual may be where a method stops."""


def shape(function: str, argument: Any, exponent: Any, numerics: Any) -> tuple[Any, Any, Any]:
    """Return the value, slope and curvature of a technology; ``numerics`` is NumPy, or JAX's likeness of it."""
    if function == "log":
        return numerics.log(argument), 1 / argument, -1 / argument**2
    if function == "exp":
        value = numerics.exp(argument)
        return value, value, value
    power = 0.5 if function == "sqrt" else exponent
    return argument**power, power * argument ** (power - 1), power * (power - 1) * argument ** (power - 2)


def programs_of(implicit: Implicit[Element]) -> tuple[Program, Program]:
    """Return the programs of what technologies are taken of, and of the residuals."""
    recorder = next(iter(implicit.residuals.values())).recorder
    inner = {f"argument:{name}": curve.argument for name, curve in implicit.curves.items()}
    inner |= {f"exponent:{name}": curve.exponent for name, curve in implicit.curves.items() if curve.exponent}
    return recorder.program(inner), recorder.program(implicit.residuals)


def find_levels(implicit: Implicit[Element], point: Mapping[str, Any]) -> list[dict[str, float]]:
    """Return the levels, and what technologies are there, that solve the equations at a point; each solution once."""
    import numpy as np  # takes a tenth of a second, so only where it is needed

    arguments, outer = programs_of(implicit)
    numbers = {name: np.float64(value) for name, value in point.items()}

    def complete(levels: Mapping[str, float]) -> dict[str, Any]:
        known: dict[str, Any] = {**numbers, **{name: np.float64(level) for name, level in levels.items()}}
        found = arguments.run(known, float, np.divide)
        for name, curve in implicit.curves.items():
            shapes = shape(curve.function, np.float64(found[f"argument:{name}"]), found.get(f"exponent:{name}"), np)
            known |= dict(zip((name + tail for tail in TAILS), shapes, strict=True))
        return known

    def residuals(levels: Mapping[str, float]) -> list[float]:
        found = outer.run(complete(levels), float, np.divide)
        return [float(found[action]) for action in implicit.residuals]

    actions = tuple(implicit.residuals)
    with np.errstate(all="ignore"):
        found = _one_level(residuals, actions[0]) if len(actions) == 1 else _several_levels(residuals, actions)
        completed = (complete(levels) for levels in found)
        return [{name: float(known[name]) for name in implicit.names} for known in completed]


def _one_level(residuals: Residuals, action: str) -> list[dict[str, float]]:
    from scipy.optimize import brentq  # takes a tenth of a second, so only where it is needed

    def residual(magnitude: float) -> float:
        return float(residuals({action: 10.0**magnitude})[0])

    tried = [(magnitude, residual(magnitude)) for magnitude in MAGNITUDES]
    finite = [(magnitude, value) for magnitude, value in tried if math.isfinite(value)]
    found = []
    for (low, above), (high, below) in pairwise(finite):
        if above > 0 >= below:
            root = brentq(residual, low, high, xtol=1e-15, rtol=8.9e-16)
            found.append({action: 10.0 ** float(root)})
    return found


def _several_levels(residuals: Residuals, actions: Sequence[str]) -> list[dict[str, float]]:
    import numpy as np
    from scipy.optimize import root

    def values(magnitudes: Any) -> Any:
        levels = {
            action: 10.0 ** min(max(float(m), -30.0), 30.0) for action, m in zip(actions, magnitudes, strict=True)
        }
        return np.nan_to_num(np.asarray(residuals(levels), dtype=float), nan=1e6, posinf=1e6, neginf=-1e6)

    found: list[dict[str, float]] = []
    for magnitude in MAGNITUDES[::5]:
        solution = root(values, np.full(len(actions), magnitude), tol=1e-13)
        if not np.all(np.abs(solution.fun) < SMALL):
            continue
        levels = {action: 10.0 ** float(m) for action, m in zip(actions, solution.x, strict=True)}
        if not any(all(math.isclose(levels[a], one[a], rel_tol=1e-6) for a in actions) for one in found):
            found.append(levels)
    return found
