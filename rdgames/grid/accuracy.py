"""What single precision costs: outcomes of a sweep compared with exact values.

The floats of a grid are fractions, and so are outcomes of games with closed forms, by the recorded derivation. Compared
are points spread over the grid, and among many valid ones those with the smallest margins: near a boundary digits are
lost first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from rdgames.algebra.program import FUNCTIONS, Program, Recorder
from rdgames.equilibrium.condition import Condition
from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.equilibrium.recording import record, replay
from rdgames.equilibrium.sensitivities import sensitivities
from rdgames.game.game import Game
from rdgames.grid.axes import Grid
from rdgames.kernel.cells import derivative_name, equilibria
from rdgames.kernel.kernel import Kernel
from rdgames.kernel.tracing import CORNER, FAILED

SPREAD, LINES = 4_096, 64
"""How many points are looked at for small margins, and along how many lines the last valid points before a boundary."""

COMPARED, WORK = 64, 20_000
"""How many points of each regime are compared with exact values, fewer where that takes more operations."""

SMALL = 1e-8
"""Errors are relative to the exact value, or to this share of the largest one: of zero there is no relative error."""

ERROR, POINTS = "float32_error", "float32_points"
"""The attributes: of an outcome its largest error, of a Dataset the number of points compared."""

Places: TypeAlias = Int[np.ndarray, "points axes"]
"""Points of a grid, by their numbers along each axis."""


def with_errors(dataset: xr.Dataset, game: Game, kernel: Kernel, grid: Grid) -> xr.Dataset:
    """Return a sweep with the errors of its outcomes as attributes.

    ``float32_error`` is the largest error of an outcome, or of a derivative, that was found under any regime: the
    difference to the exact value, relative to it, or to `SMALL` times the largest exact value found, if that is larger.
    ``float32_points`` of the Dataset is the number of points compared, those of all regimes together. An outcome for
    which there is no exact value at any valid point has no such attribute.
    """
    compared = 0
    errors: dict[str, float] = {}
    for place, regime in enumerate(kernel.regimes):
        arrays = {name: dataset[name].values[place, ...] for name in kernel.outputs(regime)}
        number, found = _errors(game, kernel, regime, grid, arrays)
        compared += number
        for name, error in found.items():
            errors[name] = max(error, errors.get(name, 0.0))
    for name, error in errors.items():
        dataset[name].attrs[ERROR] = error
    dataset.attrs[POINTS] = compared
    return dataset


@dataclass(frozen=True, eq=False)
class _Exact:
    """One equilibrium as a program that runs on fractions; ``at_bounds`` are the actions at their least level."""

    at_bounds: tuple[str, ...]
    program: Program
    conditions: tuple[Condition[Any], ...]

    @classmethod
    def of(cls, equilibrium: Equilibrium, derivatives: Iterable[str]) -> _Exact | None:
        """Return an equilibrium as such a program, None if its values are not rational."""
        recorder = Recorder()
        recording = record(equilibrium.play, recorder)
        if recording.implicit is not None:
            return None
        outputs = {key: each for key, each in recording.outputs.items() if not key.startswith("rule:")}
        values = {name: outputs[f"value:{name}"] for name in equilibrium.outcomes}
        for by in derivatives:
            slopes = sensitivities(recorder, values, recording, by)
            outputs |= {f"value:{derivative_name(name, by)}": slope for name, slope in slopes.items()}
        program = recorder.program(outputs)
        if any(step.operation in FUNCTIONS for step in program.steps):
            return None
        conditions = tuple(condition for condition in recording.conditions if condition.decides)
        return cls(tuple(equilibrium.play.at_bounds), program, conditions)

    def hardest(self, points: Mapping[str, Float[np.ndarray, " points"]], number: int) -> list[int]:
        """Return which of many points are to be compared: those with the smallest margins, and some of all."""
        count = min(COMPARED, max(4, WORK // self.program.operations), number)
        with np.errstate(all="ignore"):
            found = self.program.run(points, np.float64, np.divide)
        orders = []
        for condition in self.conditions:
            margin = np.broadcast_to(found[f"margin:{condition.name}"], number)
            if not condition.whole:
                orders.append(np.argsort(np.where(margin > 0, margin, np.inf), kind="stable")[:count].tolist())
        spread = np.linspace(0, number - 1, count // 4 + 1).astype(int).tolist()
        near = chain.from_iterable(zip(*orders, strict=True))
        return [*dict.fromkeys(chain(spread, near))][:count]


def _errors(
    game: Game, kernel: Kernel, regime: str, grid: Grid, arrays: Mapping[str, np.ndarray]
) -> tuple[int, dict[str, float]]:
    """Return how many points of a regime were compared, and the largest error of each outcome."""
    number = 0
    pairs: dict[str, list[tuple[Fraction, float]]] = {}
    places = _valid_places(np.atleast_1d(arrays[FAILED]))
    for equilibrium in equilibria(game, regime, at_bounds=bool(kernel.at_bounds)):
        exact, here = _Exact.of(equilibrium, kernel.derivatives), places
        if exact is not None and kernel.at_bounds:
            corner = np.atleast_1d(arrays[CORNER])[tuple(places.T)]
            here = places[corner == kernel.at_bounds.index(exact.at_bounds)]
        if exact is None or not len(here):
            continue
        points = {name: np.full(len(here), value) for name, value in grid.fixed.items()}
        points |= {name: values[along] for (name, values), along in zip(grid.axes.items(), here.T, strict=False)}
        for place in exact.hardest(points, len(here)):
            values = replay(exact.program, {name: Fraction(float(each[place])) for name, each in points.items()})
            for name in kernel.available[regime]:
                value = values[f"value:{name}"]
                if value is not None:
                    found = float(np.atleast_1d(arrays[name])[tuple(here[place])])
                    pairs.setdefault(name, []).append((Fraction(value), found))
            number += 1
    return number, {name: _largest_error(each) for name, each in pairs.items()}


def _largest_error(pairs: Sequence[tuple[Fraction, float]]) -> float:
    """Return the largest error among pairs of an exact value and what was found; infinite if that is not finite."""
    if not all(np.isfinite(found) for _, found in pairs):
        return float("inf")
    least = Fraction(SMALL) * max(abs(value) for value, _ in pairs)
    scales = (max(abs(value), least) for value, _ in pairs)
    return max(
        float(abs(Fraction(found) - value) / scale) if scale else float(found != 0)
        for (value, found), scale in zip(pairs, scales, strict=True)
    )


def _valid_places(failed: np.ndarray) -> Places:
    """Return valid points spread over a grid, and the last ones before a boundary on some lines along each axis."""
    if failed.size <= SPREAD:
        return np.argwhere(failed == 0)
    turns = np.arange(1, SPREAD + 1) * ((5**0.5 - 1) / 2) % 1  # multiples of the golden section are spread evenly
    spread = np.stack(np.unravel_index((turns * failed.size).astype(np.int64), failed.shape), -1)
    found = np.concatenate([spread, *_at_boundaries(failed, spread[:LINES])])
    valid: Places = found[failed[tuple(found.T)] == 0]
    return valid


def _at_boundaries(failed: np.ndarray, through: Places) -> Iterator[Places]:
    """Yield the points next to a change of validity on the lines along each axis through some points."""
    for axis in range(failed.ndim):
        for place in through:
            line = failed[(*place[:axis], slice(None), *place[axis + 1 :])] == 0
            changes = np.flatnonzero(line[1:] != line[:-1])
            ends = np.concatenate([changes, changes + 1])
            points = np.repeat(place[None], len(ends), 0)
            points[:, axis] = ends
            yield points
