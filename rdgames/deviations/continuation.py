"""What follows a history, on whole arrays of histories: who chooses later plays anew, and bounds may bind.

The game that remains (`rdgames.deviations.remaining`) is solved once for every choice of later actions that are held at
their least level: a cell (`rdgames.equilibrium.corners`). A cell is an equilibrium of what remains where nobody who is
held there would choose more, nobody else chooses less than the least level, and the second-order conditions of the
later moves hold. At a history, all cells are tried. Usually one is an equilibrium; there may be none, or several that
differ in what they are worth. Later levels without closed form are looked for by Newton's method, from several starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from threading import Lock
from typing import Any

import numpy as np

from rdgames.algebra.program import Element, Program, Recorder
from rdgames.deviations.pivoting import pivoted
from rdgames.deviations.remaining import known, remaining
from rdgames.deviations.requirements import meets_requirements, requirements
from rdgames.deviations.roots import later_levels
from rdgames.equilibrium.conditions import move_conditions
from rdgames.equilibrium.expansion import AtLevels, expand
from rdgames.equilibrium.induction import Induction
from rdgames.equilibrium.interpretation import InPolynomials, Player
from rdgames.equilibrium.moves import Unit, can_be_held
from rdgames.equilibrium.newton import System
from rdgames.equilibrium.polynomial import Polynomial
from rdgames.errors import DerivationError, NotQuadraticError
from rdgames.game.findings import PLAYER
from rdgames.game.play import Play
from rdgames.language.tree import Call

MAX_BOUNDS = 5
"""How many later actions may be at a bound or not for all choices to be tried."""
NEARLY = 1e-11
"""By how much, as a part of the levels, an action may miss its least level by rounding."""

Arrays = Mapping[str, Any]
"""Numbers by name: of parameters, of actions and prices that are known; arrays that broadcast."""

FUNCTIONS = {"sqrt": np.sqrt, "log": np.log, "exp": np.exp, "power": np.power}


def run(program: Program, numbers: Arrays) -> dict[str, Any]:
    """Replay a program on arrays; what is undefined is NaN or infinite."""
    with np.errstate(all="ignore"):
        found = program.run(numbers, np.float64, np.divide, FUNCTIONS)
    return {name: np.asarray(value) for name, value in found.items()}


class WithKnownFunctions(InPolynomials[Element]):
    """Formulas as polynomials, in which functions of what is known are numbers."""

    field: Any  # a recorder, which has functions

    def function(self, node: Call, bound: Mapping[str, Player]) -> Polynomial[Element]:
        """Return the function's value if its arguments have no actions in them."""
        values = [self.evaluate(argument, bound).as_constant() for argument in node.arguments]
        if None in values:
            return super().function(node, bound)
        return Polynomial.constant(self.field, self.field.function(node.function, *values))


@dataclass(frozen=True, eq=False)
class Cell:
    """One way in which later actions may be free or held.

    Attributes
    ----------
    program
        Outputs: ``objective`` if somebody's is asked for; ``level:x`` of what is chosen later and ``least:x``;
        ``interior:x``, ``corner:x``; second-order conditions ``strictly:0`` or ``weakly:0``, ... with ``applies:0``,
        ...; ``required:0``, ..., and their terms.
    system
        The equations of later levels without closed form, None if all have one.
    """

    held: tuple[str, ...]
    program: Program
    system: System | None


@dataclass(frozen=True, eq=False)
class Continued:
    """What follows, at each history; arrays of one shape.

    Attributes
    ----------
    lowest, highest
        What the objective is worth in that equilibrium of what remains in which it is worth least, and most; NaN where
        there is none, where a requirement of the model is violated, and where it is worth no number.
    none
        Where no equilibrium of what remains is found.
    """

    lowest: np.ndarray
    highest: np.ndarray
    none: np.ndarray


class Continuation:
    """A game of which some actions and prices are known.

    Parameters
    ----------
    play
        The game under a regime.
    given
        The actions and prices that are known, in any order.
    unit
        Whose objective is asked for; nobody's if None.
    """

    def __init__(self, play: Play, given: Sequence[str], unit: Unit | None = None) -> None:
        self.play, self.unit = remaining(play, given), unit
        self.given = tuple(given)
        self.bounded = [action for action in self.play.game.action if can_be_held(self.play, action)]
        self.why_not: dict[tuple[str, ...], DerivationError] = {}
        self._cells: dict[tuple[str, ...], Cell | None] = {}
        self._deriving = Lock()

    def each_cell(self) -> Iterator[Cell]:
        """Yield the cells one by one, each derived when it is asked for, those with the fewest bounds first."""
        for count in range(len(self.bounded) + 1):
            for held in combinations(self.bounded, count):
                cell = self.cell(held)
                if cell is not None:
                    yield cell

    def cell(self, held: tuple[str, ...]) -> Cell | None:
        """Return the cell in which some later actions are held, None if it has no equilibrium anywhere."""
        with self._deriving:
            if held not in self._cells:
                self._cells[held] = self._derived(held)
            return self._cells[held]

    def expect_solved(self) -> None:
        """Check that some cell that was looked at can be derived.

        Raises
        ------
        DerivationError
            If none can.
        """
        with self._deriving:
            if not any(self._cells.values()):
                raise next(iter(self.why_not.values()))

    def _derived(self, held: tuple[str, ...]) -> Cell | None:
        play = replace(self.play, held={action: self.play.game.action[action].at_least for action in held})
        recorder = Recorder()
        try:
            induction: Induction[Element]
            try:
                induction = Induction(play, recorder, formulas=WithKnownFunctions(play, recorder))
            except NotQuadraticError:
                induction = expand(play, recorder)
            outputs = _outputs(induction, self.unit)
        except DerivationError as error:
            self.why_not[held] = error
            return None
        implicit = induction.implicit
        system = System.of(implicit) if implicit is not None and implicit.residuals else None
        return Cell(held, recorder.program(outputs), system)

    def at(self, numbers: Arrays, shape: tuple[int, ...], near: Arrays) -> Continued:
        """Return what follows at histories.

        Parameters
        ----------
        numbers
            The parameters and what is given.
        shape
            To which they broadcast.
        near
            Levels of what is chosen later from which to look for others.

        Raises
        ------
        DerivationError
            If what remains cannot be solved.
        """
        lowest, highest = np.full(shape, np.inf), np.full(shape, -np.inf)
        forbidden = np.zeros(shape, dtype=bool)
        for found in self.solutions(numbers, shape, near):
            objective = np.broadcast_to(found["objective"], shape)
            here = failures(found, shape) == 0
            allowed = meets_requirements(found, shape) & np.isfinite(objective)
            forbidden |= here & ~allowed
            here = here & allowed
            lowest = np.where(here, np.minimum(lowest, objective), lowest)
            highest = np.where(here, np.maximum(highest, objective), highest)
        self.expect_solved()
        some = np.isfinite(lowest)
        return Continued(np.where(some, lowest, np.nan), np.where(some, highest, np.nan), ~some & ~forbidden)

    def solutions(self, numbers: Arrays, shape: tuple[int, ...], near: Arrays) -> Iterator[dict[str, Any]]:
        """Yield the outputs of one cell after another, and of one solution of its equations after another.

        Where there are more than `MAX_BOUNDS` actions that may be at a bound, the outputs are at each history those of
        the cell at which `rdgames.deviations.pivoting` ends.
        """
        if len(self.bounded) > MAX_BOUNDS:
            yield pivoted(self.bounded, self._in_cell_of, numbers, shape, near)
            return
        for cell in self.each_cell():
            yield from self._in_cell(cell, numbers, shape, near)

    def _in_cell_of(self, held: tuple[str, ...], numbers: Arrays, size: int, near: Arrays) -> Iterator[dict[str, Any]]:
        cell = self.cell(held)
        if cell is not None:
            yield from self._in_cell(cell, numbers, (size,), near)

    def _in_cell(self, cell: Cell, numbers: Arrays, shape: tuple[int, ...], near: Arrays) -> Iterator[dict[str, Any]]:
        if cell.system is None:
            yield run(cell.program, numbers)
            return
        for levels in later_levels(cell.system, numbers, shape, near, run):
            yield run(cell.program, {**numbers, **levels})


def failures(found: Mapping[str, Any], shape: tuple[int, ...]) -> np.ndarray:
    """Return how many conditions of a cell fail; it is an equilibrium of what remains where none does."""
    count = np.zeros(shape, dtype=int)
    with np.errstate(all="ignore"):
        for name, value in found.items():
            kind, _, what = name.partition(":")
            match kind:
                case "interior":
                    size = np.abs(found[f"level:{what}"]) + np.abs(found[f"least:{what}"])
                    count += ~(value >= -NEARLY * size)
                case "corner":
                    count += ~(value >= 0)
                case "strictly" | "weakly":
                    holds = value > 0 if kind == "strictly" else value >= 0
                    count += ~holds & (found.get(f"applies:{what}", np.float64(1)) > 0)
                case "level":
                    count += ~np.isfinite(value)
    return count


def _outputs(induction: Induction[Element], unit: Unit | None) -> dict[str, Element]:
    """Return what is to be known of a cell."""
    play, field = induction.play, induction.field
    reader = AtLevels(play, field, induction.levels)
    outputs: dict[str, Element] = {}
    if unit is not None:
        outputs["objective"] = objective(reader, unit)
    for name, action in play.game.action.items():
        outputs[f"level:{name}"] = induction.levels[name]
        if not action.signed:
            outputs[f"least:{name}"] = reader.evaluate(action.at_least, {})
            if name not in play.held:
                outputs[f"interior:{name}"] = induction.levels[name] - outputs[f"least:{name}"]
    outputs |= {f"level:{name}": induction.levels[name] for name in play.game.price}
    for solved in induction.moves:
        for name, pressure in solved.pressure.items():
            outputs[f"corner:{name}"] = -induction.at_equal_levels(pressure)
    for place, condition in enumerate(each for each in move_conditions(induction, stability=False) if each.decides):
        outputs[f"{'strictly' if condition.strict else 'weakly'}:{place}"] = condition.margin
        if condition.applies is not None:
            outputs[f"applies:{place}"] = condition.applies
    return outputs | requirements(reader)


def objective(reader: AtLevels, unit: Unit) -> Element:
    """Return what a unit maximizes: a formula, the payoff of one player, or the sum of those of all partners."""
    payoffs = {payoff.name: payoff.formula for payoff in reader.game.payoffs}
    if unit.objective is not None:
        formula = known(unit.objective, reader.game.parameter)
        return reader.evaluate(formula, {} if unit.jointly else {PLAYER: Player(unit.groups[0], 0)})
    if not unit.jointly:
        return reader.evaluate(payoffs[unit.groups[0]], {PLAYER: Player(unit.groups[0], 0)})
    total = reader.number(Fraction(0))
    for group in unit.partners:
        members = reader.count(group) if unit.consortia else reader.size(group)
        total = total + members * reader.evaluate(payoffs[group], {PLAYER: Player(group, 0)})
    return total
