"""What a kernel runs for one regime: an equilibrium, or one for every choice of bounds that bind.

Everything of one cell is recorded in the program that all share: values, derivatives of values, margins, and what is
divided by. Where a regime has several cells, the one is taken all of whose conditions hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp

from rdgames.algebra.program import FUNCTIONS, Element, Recorder
from rdgames.equilibrium.condition import ONE_SOLUTION, Condition
from rdgames.equilibrium.corners import corners
from rdgames.equilibrium.equilibrium import Equilibrium, solve
from rdgames.equilibrium.recording import Recording, record, record_forms
from rdgames.equilibrium.sensitivities import sensitivities
from rdgames.errors import NotQuadraticError
from rdgames.game.game import Game
from rdgames.game.play import Play
from rdgames.kernel.levels import LevelFinder
from rdgames.kernel.mesh import all_true
from rdgames.kernel.quadratic import MatrixSolver

MANY_ACTIONS = 8
"""Up to how many actions a derivation is replayed step by step: with more, compiling it takes long."""

AT_ONE_PLACE = Condition(ONE_SOLUTION, 0, "the conditions hold for one choice only of bounds that bind")
"""The condition that fails where those of several cells hold."""


def derivative_name(outcome: str, parameter: str) -> str:
    """Return the name of the derivative of an outcome with respect to a parameter."""
    return f"d_{outcome}_d_{parameter}"


@dataclass(frozen=True, eq=False)
class Cell:
    """One equilibrium in a program.

    Attributes
    ----------
    name
        What stands before the names of its outputs.
    at_bounds
        The bounds that bind.
    conditions
        The conditions that decide.
    values
        Its outcomes, and derivatives of them.
    divisors
        The outputs that must not be zero.
    finder
        Finds the levels that have no closed form, or whose closed form is too long; None if there are none.
    finite
        Whether values must be looked at to know that they exist, as those of logarithms.
    """

    name: str
    at_bounds: tuple[str, ...]
    conditions: tuple[Condition[Element], ...]
    values: tuple[str, ...]
    divisors: tuple[str, ...]
    finder: LevelFinder | MatrixSolver | None
    finite: bool

    def verdict(self, found: Mapping[str, Any], numbers: Mapping[str, int], undefined: int) -> tuple[Any, Any]:
        """Return where all conditions hold, and the number of the first that fails where one does, else 0."""
        prefix = f"{self.name}/"
        holds = [(numbers[condition.name], condition.met(found, prefix)) for condition in self.conditions]
        exists = [found[key] != 0 for key in self.divisors]
        exists += [jnp.isfinite(found[f"{self.name}/value:{name}"]) for name in self.values] if self.finite else []
        holds.append((undefined, all_true(exists)))
        failed: Any = jnp.int16(0)
        for number, here in reversed(holds):
            failed = jnp.where(here, failed, jnp.int16(number))
        return all_true(here for _, here in holds), failed


def equilibria(game: Game, regime: str, *, at_bounds: bool) -> tuple[Equilibrium, ...]:
    """Return the equilibria of a regime: the interior one, or one for every choice of bounds that bind."""
    return corners(game, regime).cells if at_bounds else (solve(game, regime),)


def recorded(play: Play, recorder: Recorder, prefix: str) -> Recording:
    """Write an equilibrium down, that of many single players in terms of what matrices tell."""
    if len(play.game.action) > MANY_ACTIONS:
        with suppress(NotQuadraticError):
            return record_forms(play, recorder, prefix)
    return record(play, recorder, prefix)


def record_cell(
    equilibrium: Equilibrium, recorder: Recorder, outcomes: Sequence[str], derivatives: Sequence[str], starts: int
) -> tuple[Cell, dict[str, Element]]:
    """Write an equilibrium down, and return what is to be known of it, with the outputs that it has."""
    at_bounds = equilibrium.play.at_bounds
    name = "|".join([equilibrium.regime.name, *at_bounds])
    recording = recorded(equilibrium.play, recorder, f"{name}/")
    values = {each: recording.outputs[f"value:{each}"] for each in outcomes if each in equilibrium.outcomes}
    for parameter in derivatives:
        slopes = sensitivities(recorder, dict(values), recording, parameter)
        values |= {
            derivative_name(each, parameter): slope for each, slope in slopes.items() if each in equilibrium.outcomes
        }
    deciding = tuple(condition for condition in recording.conditions if condition.decides)
    cell, outputs = cell_of(recorder, recording, name, values, deciding, tuple(derivatives), starts)
    return replace(cell, at_bounds=at_bounds), outputs


def cell_of(
    recorder: Recorder,
    recording: Recording,
    name: str,
    values: Mapping[str, Element],
    deciding: tuple[Condition[Element], ...],
    derivatives: tuple[str, ...],
    starts: int,
) -> tuple[Cell, dict[str, Element]]:
    """Return what is to be known of a recorded equilibrium, with the outputs that it has."""
    outputs = {f"{name}/value:{each}": element for each, element in values.items()}
    for condition in deciding:
        outputs |= condition.outputs(f"{name}/")
    divisors = {f"{name}/divisor:{place}": each for place, each in enumerate(recorder.divisors(values.values()))}
    finite = any(step.operation in FUNCTIONS for step in recorder.program(outputs).steps)
    finder: LevelFinder | MatrixSolver | None = None
    if recording.implicit is not None:
        finder = LevelFinder(recording.implicit, starts)
    elif recording.forms is not None:
        finder = MatrixSolver(recorder, recording.forms, derivatives)
    return Cell(name, (), deciding, tuple(values), tuple(divisors), finder, finite), outputs | divisors


def distinct_conditions(cells: Sequence[Cell]) -> tuple[Condition[Element], ...]:
    """Return the conditions of a regime, each name once, in the order in which they are tried."""
    found = {condition.name: condition for cell in cells for condition in cell.conditions}
    if len(cells) > 1:
        found.setdefault(ONE_SOLUTION, AT_ONE_PLACE)  # type: ignore[arg-type]
    return tuple(found.values())


def united(
    cells: Sequence[Cell], found: Mapping[str, Any], verdicts: Sequence[tuple[Any, Any]], several: int
) -> tuple[dict[str, Any], Any, Any, Any]:
    """Return the values of the one cell that holds, of the first where none does.

    ``several`` is the number of the condition that fails where more than one holds; the first of them is taken then.

    Returns
    -------
    values, valid, failed, place
        The values by name; where exactly one cell holds; which condition fails first; the place of the cell taken.
    """
    valid, failed = verdicts[0]
    place: Any = jnp.int16(0)
    count: Any = jnp.where(valid, 1, 0)
    values = {name: found[f"{cells[0].name}/value:{name}"] for name in cells[0].values}
    for number, (cell, (holds, _)) in enumerate(zip(cells[1:], verdicts[1:], strict=True), start=1):
        first = holds & (count == 0)
        values = {name: jnp.where(first, found[f"{cell.name}/value:{name}"], value) for name, value in values.items()}
        failed = jnp.where(first, jnp.int16(0), failed)
        place = jnp.where(first, jnp.int16(number), place)
        count = count + jnp.where(holds, 1, 0)
    return values, count == 1, jnp.where(count > 1, jnp.int16(several), failed), place
