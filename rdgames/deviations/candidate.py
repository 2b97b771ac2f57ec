"""What is checked: levels of all actions and prices, of an equilibrium or of the user's own, at many points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from rdgames.algebra.program import Element, Program, Recorder
from rdgames.deviations.continuation import (
    NEARLY,
    Continuation,
    failures,
    objective,
    run,
)
from rdgames.deviations.remaining import known, remaining
from rdgames.deviations.requirements import meets_requirements, requirements
from rdgames.deviations.ways import decision_name
from rdgames.equilibrium.corners import corners
from rdgames.equilibrium.evaluation import Evaluator
from rdgames.equilibrium.expansion import AtLevels
from rdgames.equilibrium.interpretation import Player
from rdgames.equilibrium.moves import moves_of
from rdgames.errors import DerivationError, InputError
from rdgames.game.entries import NamedRegime
from rdgames.game.findings import PLAYER
from rdgames.game.game import Game
from rdgames.game.play import play
from rdgames.language.tree import Comparison

Points = Float[np.ndarray, " points"]

CLEARS = 1e-9
"""By how much, as a part of them, demand and supply may differ by rounding."""
INTERIOR, FORBIDDEN, IMPOSSIBLE, NEVER = 0.5, 0.25, 1e3, 1e6
"""How many failed conditions count possible interior levels, a requirement violated, a level below the least one, and
no level."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """Levels at many points, and what they come to.

    Attributes
    ----------
    levels
        Of every action and price, by the names of the game that is played.
    least, size
        The least level of every action (``-inf`` if it may be negative), and the size of its level: by how much it is
        above the least one or, where it is not, by how much others are.
    highest
        For each action the size of the highest level at its move.
    stakes
        The largest payoff of any player, in absolute terms.
    possible
        Where every group has members, no level is below the least one, markets clear, and no requirement is violated.
    members, partners
        How many members each group has, and how many of them are in one consortium (one if they are in none).
    """

    levels: Mapping[str, Points]
    least: Mapping[str, Points]
    size: Mapping[str, Points]
    highest: Mapping[str, Points]
    stakes: Points
    possible: Bool[np.ndarray, " points"]
    members: Mapping[str, Points]
    partners: Mapping[str, Points]


class Candidates:
    """Finds the levels of an equilibrium, and reads what levels come to."""

    def __init__(self, game: Game, regime: NamedRegime) -> None:
        self.play = play(game, regime)
        self.moves = moves_of(self.play)
        self.names = (*self.play.game.action, *self.play.game.price)

    @cached_property
    def _all_given(self) -> Program:
        recorder = Recorder()
        given = remaining(self.play, self.names)
        reader = AtLevels(given, recorder, {})
        outputs: dict[str, Element] = {}
        for name, action in self.play.game.action.items():
            if not action.signed:
                outputs[f"least:{name}"] = reader.evaluate(action.at_least, {})
        for entry in given.game.groups:
            outputs[f"members:{entry.name}"] = reader.size(entry.name)
        for group in self.play.consortium:
            outputs[f"partners:{group}"] = reader.count(group)
        for price in self.play.game.price.values():
            assert isinstance(price.clears, Comparison)  # the checks of a game let nothing else pass
            for side, term in zip(("demand", "supply"), price.clears.terms, strict=True):
                outputs[f"{side}:{price.name}"] = reader.evaluate(known(term, self.names), {})
        for payoff in given.game.payoffs:
            outputs[f"payoff:{payoff.name}"] = reader.evaluate(payoff.formula, {PLAYER: Player(payoff.name, 0)})
        for move in self.moves:
            for place, unit in enumerate(move.units):
                if not unit.kept:
                    outputs[f"objective:{decision_name(move, place)}"] = objective(reader, unit)
        outputs |= requirements(reader)
        return recorder.program(outputs)

    @cached_property
    def _whole_game(self) -> Continuation:
        return Continuation(self.play, ())

    def levels(self, numbers: Mapping[str, Any], shape: tuple[int, ...]) -> dict[str, Points]:
        """Return the levels of an equilibrium, whichever bounds bind.

        They are those of the first cell all of whose conditions hold, of the lowest solution in it: the interior one,
        those at least levels, then those at kinks and at requirements (`rdgames.equilibrium.corners`). Where they hold
        of none, they are those of the interior cell if they are possible; else those of which the fewest conditions
        fail.

        Raises
        ------
        DerivationError
            If there is no equilibrium in which no bound binds, wherever.
        """
        if self._whole_game.cell(()) is None:
            raise self._whole_game.why_not[()]
        chosen = {name: np.full(shape, np.nan) for name in self.names}
        fewest = np.full(shape, NEVER)
        for place, found in enumerate(self._whole_game.solutions(numbers, shape, {})):
            finite, above = np.ones(shape, dtype=bool), np.ones(shape, dtype=bool)
            for name in self.names:
                finite &= np.isfinite(found[f"level:{name}"])
                with np.errstate(invalid="ignore"):
                    above &= found.get(f"interior:{name}", np.float64(0)) >= 0
            failed = failures(found, shape) + np.where(above, 0, IMPOSSIBLE)
            failed = failed + np.where(meets_requirements(found, shape), 0, FORBIDDEN)
            if not place:
                failed = np.where(above & (failed > 0), INTERIOR, failed)
            better = finite & (failed < fewest)
            fewest = np.where(better, failed, fewest)
            chosen = {name: np.where(better, found[f"level:{name}"], chosen[name]) for name in self.names}
            if not fewest.any():
                return chosen
        return self._at_other_bounds(numbers, chosen, fewest > 0)

    def _at_other_bounds(
        self,
        numbers: Mapping[str, Any],
        levels: dict[str, Points],
        where: Bool[np.ndarray, " points"],
    ) -> dict[str, Points]:
        """Return the levels of the cells at kinks and requirements that hold at some points, else those given."""
        for cell in self._cells_at_other_bounds:
            if not where.any():
                break
            if cell.recording.implicit is not None:  # a cell without closed form
                continue
            found = run(cell.program, numbers)
            holds = where.copy()
            with np.errstate(invalid="ignore"):
                for condition in cell.recording.conditions:
                    if condition.decides and not condition.of_participation:
                        holds &= condition.met(found)
            levels = {name: np.where(holds, found[f"value:{name}"], level) for name, level in levels.items()}
            where = where & ~holds
        return levels

    @cached_property
    def _cells_at_other_bounds(self) -> list[Evaluator]:
        """The cells at which not only least levels bind, each derived when it is asked; none if there are too many."""
        try:
            cells = corners(self.play.original, self.play.regime.name)
        except (DerivationError, InputError):
            return []
        return [Evaluator(cell.play) for cell in cells if cell.play.bindings]

    def read(
        self, numbers: Mapping[str, Any], levels: Mapping[str, Points], shape: tuple[int, ...]
    ) -> tuple[Candidate, dict[str, Points]]:
        """Return what levels come to, and what they are worth to each unit, by ``move:place``."""
        found = {
            name: np.broadcast_to(each, shape) for name, each in run(self._all_given, {**numbers, **levels}).items()
        }
        payoffs = [value for name, value in found.items() if name.startswith("payoff:")]
        least = {a: found.get(f"least:{a}", np.full(shape, -np.inf)) for a in self.play.game.action}
        above = {a: np.abs(levels[a] - np.where(np.isfinite(low), low, 0.0)) for a, low in least.items()}
        overall = _where_positive(np.max([*above.values()], axis=0), np.ones(shape))
        size, highest = {}, {}
        for move in self.moves:
            top = _where_positive(np.max([above[a] for a in move.actions], axis=0), overall)
            for a in move.actions:
                highest[a], size[a] = top, np.where(above[a] > 1e-9 * top, above[a], top)
        possible = meets_requirements(found, shape)
        for a, low in least.items():
            possible &= levels[a] >= low - NEARLY * (np.abs(levels[a]) + np.where(np.isfinite(low), np.abs(low), 0.0))
        members = {group.name: found[f"members:{group.name}"] for group in self.play.game.groups}
        for price in self.play.game.price:
            demand, supply = found[f"demand:{price}"], found[f"supply:{price}"]
            possible &= np.abs(demand - supply) <= CLEARS * (np.abs(demand) + np.abs(supply))
        partners = {group: found.get(f"partners:{group}", np.ones(shape)) for group in members}
        possible &= np.all([count >= 1 for count in members.values()], axis=0)
        candidate = Candidate(
            levels, least, size, highest, np.max(np.abs(payoffs), axis=0), possible, members, partners
        )
        return candidate, {
            name.removeprefix("objective:"): value for name, value in found.items() if name.startswith("objective:")
        }


def _where_positive(value: Points, otherwise: Points) -> Points:
    return np.where(value > 0, value, otherwise)
