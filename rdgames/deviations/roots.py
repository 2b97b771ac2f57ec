"""Later levels without closed form, on whole arrays of histories, near those of the candidate and far from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from rdgames.algebra.program import Program
from rdgames.equilibrium.newton import MAGNITUDES, SETTLED, System, improved, solve_each

STEPS = 40
"""How many steps Newton's method may take."""
FACTORS = (1.0, 0.1, 10.0, 0.003)
"""By what the levels that are near are multiplied to start from."""

Run = Callable[[Program, Mapping[str, Any]], dict[str, Any]]
"""Replays a program on arrays."""

Lanes = Float[np.ndarray, " lanes"]


def later_levels(
    system: System, numbers: Mapping[str, Any], shape: tuple[int, ...], near: Mapping[str, Any], run: Run
) -> Iterator[dict[str, Float[np.ndarray, "..."]]]:
    """Yield levels that meet the first-order conditions, from one start after another; NaN where none are found.

    Parameters
    ----------
    system
        The equations.
    numbers
        The parameters and what is given, arrays that broadcast to ``shape``.
    near
        Levels to start from, and from multiples of them; where there are none, the starts are common levels of all
        magnitudes.
    run
        Replays the equations.
    """
    starts = _starts(system, shape, near)
    count, size = len(starts), int(np.prod(shape))
    needed = {step.name for step in system.slopes.steps if step.operation == "parameter"} - {*system.unknowns}
    flat = {
        name: np.tile(np.broadcast_to(numbers[name], shape).ravel(), count) if np.ndim(numbers[name]) else numbers[name]
        for name in needed
    }
    start = [np.concatenate([one[place].ravel() for one in starts]) for place in range(len(system.unknowns))]
    levels = _newton(system, flat, start, run)
    for place in range(count):
        here = slice(place * size, (place + 1) * size)
        yield {name: level[here].reshape(shape) for name, level in zip(system.unknowns, levels, strict=True)}


def _starts(system: System, shape: tuple[int, ...], near: Mapping[str, Any]) -> list[list[np.ndarray]]:
    """Return levels to start from."""
    if all(name in near for name in system.unknowns):
        return [[np.broadcast_to(near[name] * factor, shape) for name in system.unknowns] for factor in FACTORS]
    return [[np.full(shape, 10.0**magnitude) for _ in system.unknowns] for magnitude in MAGNITUDES]


def _newton(system: System, numbers: Mapping[str, Any], start: Sequence[Lanes], run: Run) -> list[Lanes]:
    """Step until levels settle; what has settled, or is lost, steps no further."""

    def outputs(levels: Sequence[Lanes], active: np.ndarray) -> dict[str, Any]:
        here = {name: value[active] if np.ndim(value) else value for name, value in numbers.items()}
        return run(system.slopes, {**here, **dict(zip(system.unknowns, levels, strict=True))})

    active = np.arange(len(start[0]))
    found = [np.full(len(active), np.nan) for _ in start]
    lowest = outputs(start, active)
    levels = []
    for name, level in zip(system.unknowns, start, strict=True):  # logarithms need levels above the least one
        low = np.broadcast_to(lowest.get(f"least:{name}", -np.inf), level.shape)
        levels.append(np.where(level > low, level, low + np.maximum(np.abs(level), 1e-6)))
    for _ in range(STEPS):
        with np.errstate(all="ignore"):
            levels, change = improved(system, outputs(levels, active), levels, np, solve_each)
        settled = change < SETTLED
        for whole, level in zip(found, levels, strict=True):
            whole[active[settled]] = level[settled]
        going = ~settled & np.isfinite(change)
        active, levels = active[going], [level[going] for level in levels]
        if not len(active):
            break
    return found
