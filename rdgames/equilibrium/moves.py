"""The order of play under a regime: at each move, which units decide which actions for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rdgames.game.entries import Price
from rdgames.game.play import Clause, Play
from rdgames.language.tree import Expression


@dataclass(frozen=True, eq=False)
class Unit:
    """Players who decide by one criterion.

    Attributes
    ----------
    actions, groups
        What they decide, and the groups whose members' actions these are.
    partners
        The groups whose payoffs a joint decision adds up, be it that some of them choose nothing at this move. Empty if
        one player decides for itself (there is a copy of the unit for each member), or a planner for all.
    consortia
        Whether there is a copy of the unit for each consortium, of some members of each group of partners.
    equally, planner
        Whether all members of a group must be given the same level, and whether a planner decides.
    objective
        A formula for all who decide, in the place of payoffs; or, in a player's own unit, of player ``i``.
    kept
        The regime whose choices are kept; nothing is decided then.
    """

    actions: tuple[str, ...]
    groups: tuple[str, ...]
    partners: tuple[str, ...] = ()
    consortia: bool = False
    equally: bool = False
    planner: bool = False
    objective: Expression | None = None
    kept: str = ""

    @property
    def jointly(self) -> bool:
        """Whether several players act as one."""
        return self.planner or bool(self.partners)


@dataclass(frozen=True, eq=False)
class Move:
    """A moment of the game; several stages are one move where a regime has them decided simultaneously.

    Attributes
    ----------
    units
        Who decides what; what is held is not among their actions.
    held
        For each action that is held, the unit that could choose another level.
    """

    name: str
    units: tuple[Unit, ...]
    prices: Mapping[str, Price] = field(default_factory=dict)
    held: Mapping[str, Unit] = field(default_factory=dict)

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions chosen now, unit by unit."""
        return tuple(action for unit in self.units for action in unit.actions)

    @property
    def deciding(self) -> tuple[Unit, ...]:
        """All units, those that could raise what is held among them."""
        return tuple(dict.fromkeys((*self.units, *self.held.values())))

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups whose members choose something now."""
        return tuple(dict.fromkeys(group for unit in self.units for group in unit.groups))

    def unit_of(self, action: str) -> Unit:
        """Return the unit that decides an action."""
        return next(unit for unit in self.units if action in unit.actions)


def can_be_held(play: Play, action: str) -> bool:
    """Whether an action has a least level, and is decided rather than kept."""
    kept = {name for clause in play.clauses if clause.decision.as_in for name in clause.actions}
    return not play.game.action[action].signed and action not in kept


def moves_of(play: Play) -> tuple[Move, ...]:
    """Return the moves of a game under a regime, in order.

    Stages are moves of their own, unless actions of several are decided simultaneously: then all of those belong to
    the earliest of their stages.
    """
    decided = {action: clause for clause in play.clauses for action in clause.actions}
    stages = play.game.stages
    stage_of = {action.name: place for place, stage in enumerate(stages) for action in stage.actions}
    moment_of = {action: (stage, 1) for action, stage in stage_of.items()}
    for clause in play.clauses:
        if clause.decision.as_in:  # what is kept is known before the others of its stage choose
            moment_of |= {action: (stage_of[action], 0) for action in clause.actions}
        if clause.decision.simultaneously:
            earliest = min(stage_of[action] for action in clause.actions)
            moment_of |= dict.fromkeys(clause.actions, (earliest, 1))
    moves = []
    for moment in sorted(set(moment_of.values())):
        actions = [action for action in play.game.action if moment_of[action] == moment]
        played = sorted({stage_of[action] for action in actions})
        name = "_".join(stages[place].name for place in played).replace("-", "_") + ("" if moment[1] else "_kept")
        # a market clears when the last action of its stage has been chosen
        prices = {
            price.name: price
            for place in played
            for price in stages[place].prices
            if moment == max(moment_of[action.name] for action in stages[place].actions)
        }
        free = _units(play, [action for action in actions if action not in play.held], decided)
        whole = _units(play, actions, decided)
        held = {action: unit for unit in whole for action in unit.actions if action in play.held}
        moves.append(Move(name, free, prices, held))
    return tuple(moves)


def _units(play: Play, actions: list[str], decided: Mapping[str, Clause]) -> tuple[Unit, ...]:
    units: dict[tuple[Any, ...], Unit] = {}
    for name in actions:
        group, clause = play.game.action[name].by, decided.get(name)
        decision = clause.decision if clause else None
        key: tuple[Any, ...]
        if clause is not None and decision is not None and (decision.jointly or decision.as_in):
            partners = clause.partners if decision.jointly else ()
            objective = clause.objectives.get("")
            # several clauses about the same players with the same objective are one decision
            key = (partners, clause.consortia, decision.equally, decision.by_planner, objective, decision.as_in)
            unit = Unit((), (), *key)
        else:  # a player's own choices at one move are one decision, unless it has different objectives for them
            objective = clause.objectives.get(group, clause.objectives.get("")) if clause else None
            key, unit = (group, objective), Unit((), (), objective=objective)
        unit = units.get(key, unit)
        groups = unit.groups if group in unit.groups else (*unit.groups, group)
        units[key] = replace(unit, actions=(*unit.actions, name), groups=groups)
    return tuple(units.values())
