"""The order of play under a regime: at each move, which units decide which actions for what."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rdgames.game.game import Game
from rdgames.game.sentences import Decision, Sentence
from rdgames.language.tree import Expression


@dataclass(frozen=True)
class Unit:
    """Players who decide by one criterion: one player for itself (a copy for each member), or several jointly.

    ``groups`` are those whose members choose the ``actions``; ``partners`` those whose payoffs a joint decision adds
    up, be it that some of them choose nothing at this move.
    """

    actions: tuple[str, ...]
    groups: tuple[str, ...]
    partners: tuple[str, ...] = ()
    equally: bool = False
    planner: bool = False
    objective: Expression | None = None

    @property
    def jointly(self) -> bool:
        """Whether the members of the groups act as one."""
        return self.planner or bool(self.partners)


@dataclass(frozen=True)
class Move:
    """A moment of the game; several stages are one move where a regime has them decided simultaneously."""

    name: str
    units: tuple[Unit, ...]

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions chosen now, unit by unit."""
        return tuple(action for unit in self.units for action in unit.actions)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups whose members choose something now."""
        return tuple(dict.fromkeys(group for unit in self.units for group in unit.groups))

    def unit_of(self, action: str) -> Unit:
        """Return the unit that decides an action."""
        return next(unit for unit in self.units if action in unit.actions)


def moves_of(game: Game, sentence: Sentence) -> tuple[Move, ...]:
    """Return the moves of a game under a regime, in the order of play.

    Actions that are chosen simultaneously are committed to at the earliest of their stages; all others stay where the
    game has them.
    """
    decided = {action: decision for decision in sentence.decisions for action in decision.actions}
    stage_of = {action.name: place for place, stage in enumerate(game.stages) for action in stage.actions}
    moment_of = dict(stage_of)
    for decision in sentence.decisions:
        if decision.simultaneously:
            earliest = min(stage_of[action] for action in decision.actions)
            moment_of |= dict.fromkeys(decision.actions, earliest)
    moves = []
    for moment in sorted(set(moment_of.values())):
        actions = [action for action in game.action if moment_of[action] == moment]
        stages = [game.stages[place].name for place in sorted({stage_of[action] for action in actions})]
        moves.append(Move("_".join(stages).replace("-", "_"), _units(game, actions, decided)))
    return tuple(moves)


def _units(game: Game, actions: list[str], decided: dict[str, Decision]) -> tuple[Unit, ...]:
    units: dict[object, Unit] = {}
    for name in actions:
        group, decision = game.action[name].by, decided.get(name)
        key: object
        if decision is not None and decision.jointly:
            key = decision
            partners = () if decision.by_planner else decision.who
            unit = Unit((), (), partners, decision.equally, decision.by_planner, decision.objective)
        else:  # a player's own choices at one move are one decision, unless it has different objectives for them
            objective = decision.objective if decision else None
            key, unit = (group, objective), Unit((), (), objective=objective)
        unit = units.get(key, unit)
        groups = unit.groups if group in unit.groups else (*unit.groups, group)
        units[key] = replace(unit, actions=(*unit.actions, name), groups=groups)
    return tuple(units.values())
