"""Outputs of all regimes as one function of parameter arrays, which JAX can trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import jax.numpy as jnp

from rdgames.algebra.program import Element, Program, Recorder
from rdgames.equilibrium.condition import DEFINED, ONE_SOLUTION, Condition
from rdgames.game.game import Game
from rdgames.kernel.cells import Cell, distinct_conditions, equilibria, record_cell, united
from rdgames.kernel.mesh import run_on_mesh
from rdgames.kernel.quadratic import MatrixSolver

Key: TypeAlias = tuple[str, str]
"""A regime and the name of an output of it."""

BLOCK_POINTS = 1 << 16
"""How many points a block aims at: 24 arrays of that size fill a processor's cache, and dwarf the cost of a call."""

FAILED, CORNER, VALID = "failed_condition", "corner", "valid"


class Trace:
    """The outputs as a function of arrays that lie along their own axes.

    Attributes
    ----------
    cells
        What runs for each regime: one equilibrium, or one for each choice of bounds that bind.
    program
        The steps from parameters to outputs; what regimes have in common is in it once.
    conditions, condition_names, at_bounds
        As in `rdgames.kernel.kernel.Kernel`.
    """

    def __init__(
        self,
        game: Game,
        regimes: Sequence[str],
        outcomes: Sequence[str],
        derivatives: Sequence[str],
        *,
        margins: bool,
        corners: bool,
        starts: int,
    ) -> None:
        self.margins, self.corners = margins, corners
        recorder = Recorder()
        outputs: dict[str, Element] = {}
        self.cells: dict[str, tuple[Cell, ...]] = {}
        for regime in regimes:
            recorded = []
            for equilibrium in equilibria(game, regime, at_bounds=corners):  # refuses what has no optimum
                cell, more = record_cell(equilibrium, recorder, outcomes, derivatives, starts)
                outputs |= more
                recorded.append(cell)
            self.cells[regime] = tuple(recorded)
        self.program: Program = recorder.program(outputs)
        self.conditions: dict[str, tuple[Condition[Element], ...]] = {
            regime: distinct_conditions(cells) for regime, cells in self.cells.items()
        }
        names = dict.fromkeys(condition.name for each in self.conditions.values() for condition in each)
        self.condition_names = (*names, DEFINED)
        bounds = dict.fromkeys(cell.at_bounds for cells in self.cells.values() for cell in cells)
        self.at_bounds = tuple(bounds) if corners else ()

    @property
    def block_points(self) -> int:
        """At how many points everything is best computed at once."""
        finders = [cell.finder for cells in self.cells.values() for cell in cells]
        return min((each.block_points for each in finders if isinstance(each, MatrixSolver)), default=BLOCK_POINTS)

    def __call__(self, parameters: Mapping[str, Any]) -> dict[Key, Any]:
        """Return all outputs, and `VALID` besides; outcomes are not masked."""
        shape = jnp.broadcast_shapes(*(jnp.shape(value) for value in parameters.values()))
        finders = [cell.finder for cells in self.cells.values() for cell in cells if cell.finder is not None]
        levels = {name: value for finder in finders for name, value in finder.find(parameters).items()}
        found = run_on_mesh(self.program, {**parameters, **levels})
        arrays: dict[Key, Any] = {}
        for regime, cells in self.cells.items():
            outputs = self._of_regime(regime, cells, found)
            arrays |= {(regime, name): jnp.broadcast_to(array, shape) for name, array in outputs.items()}
        return arrays

    def _of_regime(self, regime: str, cells: Sequence[Cell], found: Mapping[str, Any]) -> dict[str, Any]:
        numbers = {name: number for number, name in enumerate(self.condition_names, start=1)}
        verdicts = [cell.verdict(found, numbers, numbers[DEFINED]) for cell in cells]
        if self.corners:
            values, valid, failed, place = united(cells, found, verdicts, numbers.get(ONE_SOLUTION, 0))
            codes = jnp.asarray([self.at_bounds.index(cell.at_bounds) for cell in cells], jnp.int16)
            return {**values, VALID: valid, FAILED: failed, CORNER: codes[place]}
        values = {name: found[f"{regime}/value:{name}"] for name in cells[0].values}
        shown = self.conditions[regime] if self.margins else ()
        margins = {f"margin_{each.name}": found[f"{regime}/margin:{each.name}"] for each in shown}
        return {**values, **margins, VALID: verdicts[0][0], FAILED: verdicts[0][1]}
