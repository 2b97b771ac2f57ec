"""The order of play under a regime: at each move, which units decide which actions for what."""

from __future__ import annotations

from dataclasses import dataclass

from rdgames.game.game import Game
from rdgames.game.sentences import Decision, Sentence
from rdgames.language.tree import Expression


@dataclass(frozen=True)
class Unit:
    """Players who decide by one criterion: one player for itself (a copy for each member), or several jointly."""

    actions: tuple[str, ...]
    groups: tuple[str, ...]
    jointly: bool = False
    equally: bool = False
    planner: bool = False
    objective: Expression | None = None


@dataclass(frozen=True)
class Move:
    """A moment of the game; several stages are one move where a regime has them decided simultaneously."""

    name: str
    units: tuple[Unit, ...]

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions chosen now, unit by unit."""
        return tuple(action for unit in self.units for action in unit.actions)

    def unit_of(self, action: str) -> Unit:
        """Return the unit that decides an action."""
        return next(unit for unit in self.units if action in unit.actions)


def moves_of(game: Game, sentence: Sentence) -> tuple[Move, ...]:
    """Return the moves of a game under a regime, in the order of play."""
    decided = {action: decision for decision in sentence.decisions for action in decision.actions}
    merged: list[tuple[list[str], list[str]]] = []
    for stage in game.stages:
        names = [action.name for action in stage.actions]
        earlier = next((move for move in merged if _simultaneous(move[1], names, decided)), None)
        if earlier is None:
            merged.append(([stage.name], names))
        else:
            earlier[0].append(stage.name)
            earlier[1].extend(names)
    return tuple(Move("_".join(stages).replace("-", "_"), _units(game, actions, decided)) for stages, actions in merged)


def _simultaneous(earlier: list[str], later: list[str], decided: dict[str, Decision]) -> bool:
    return any(
        decided[one] is decided[other] and decided[one].simultaneously
        for one in earlier
        if one in decided
        for other in later
        if other in decided
    )


def _units(game: Game, actions: list[str], decided: dict[str, Decision]) -> tuple[Unit, ...]:
    units: dict[object, Unit] = {}
    for name in actions:
        group, decision = game.action[name].by, decided.get(name)
        key: object
        if decision is not None and decision.jointly:
            key = decision
            unit = Unit((), (), True, decision.equally, decision.by_planner, decision.objective)
        else:  # a player's own choices at one move are one decision, unless it has different objectives for them
            objective = decision.objective if decision else None
            key, unit = (group, objective), Unit((), (), objective=objective)
        unit = units.get(key, unit)
        groups = unit.groups if group in unit.groups else (*unit.groups, group)
        units[key] = Unit((*unit.actions, name), groups, unit.jointly, unit.equally, unit.planner, unit.objective)
    return tuple(units.values())
