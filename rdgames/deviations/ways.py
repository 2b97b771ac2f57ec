"""Who could deviate, and how: every unit that decides, at every move, alone, together, or one of its members apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rdgames.deviations.continuation import Continuation
from rdgames.deviations.splitting import ONE, apart
from rdgames.equilibrium.moves import Move, Unit, moves_of
from rdgames.errors import InputError
from rdgames.game.entries import NamedRegime
from rdgames.game.game import Game
from rdgames.game.play import Play, play
from rdgames.game.sentences import PLANNER
from rdgames.language.printer import typed


@dataclass(frozen=True, eq=False)
class Way:
    """One way of deviating.

    Attributes
    ----------
    who
        In words, such as ``one of firms``.
    move
        The name of the move.
    played
        The game in which the deviator can choose what others do not: with one member split off, if there are more.
    unit
        Whose objective counts.
    known
        For each action and price that is known once the deviator has chosen, its name in the candidate.
    later
        The same for what is chosen later.
    apart
        The group of the candidate that one member, or one consortium, is split off from; empty if nobody is. The way is
        open where the group has more members.
    single
        The group that must have one member, or one consortium, for this way to be open; empty if it may have more.
    actions
        What the deviator chooses, by the names of the game that is played.
    deviator
        The group of the game that is played whose only member is split off; empty if nobody is.
    decision
        Under which name the candidate has what its levels are worth to the unit.
    """

    who: str
    move: str
    played: Play
    unit: Unit
    known: Mapping[str, str]
    later: Mapping[str, str]
    actions: tuple[str, ...]
    apart: str = ""
    deviator: str = ""
    single: str = ""
    decision: str = ""

    def is_deviators(self, action: str) -> bool:
        """Whether an action is that of the member that is split off."""
        return self.played.game.action[action].by == self.deviator

    @cached_property
    def continuation(self) -> Continuation:
        """What follows, as the objective of the deviator judges it."""
        return Continuation(self.played, tuple(self.known), self.unit)


def ways_of(game: Game, regime: NamedRegime) -> tuple[Way, ...]:
    """Return all ways of deviating from an equilibrium.

    Raises
    ------
    InputError
        If the regime has consortia with several members of one group who also decide alone, or lets members of a group
        choose equally after they could have chosen differently.
    """
    base = play(game, regime)
    found: list[Way] = []
    for place, move in enumerate(moves_of(base)):
        for number, unit in enumerate(move.units):
            if not unit.kept:  # what is kept of another regime nobody reconsiders
                found += _Decision(game, regime, base, place, unit, decision_name(move, number)).ways()
    return tuple(found)


def decision_name(move: Move, number: int) -> str:
    """Return what the decision of a unit of a move is called."""
    return f"{move.name}:{number}"


@dataclass(frozen=True, eq=False)
class _Decision:
    """A unit of the candidate, ``base``, that decides at the move at a place."""

    game: Game
    regime: NamedRegime
    base: Play
    place: int
    unit: Unit
    name: str

    def ways(self) -> Iterator[Way]:
        """Yield the ways in which the unit, or one of its members, can deviate."""
        unit = self.unit
        several = [group for group in unit.groups if not self._is_one(group)]
        if unit.consortia:
            first, together = unit.partners[0], f"consortia of {', '.join(unit.partners)}"
            yield self._apart(first, f"one of the {together}", unit.partners)
            yield self._whole(together, single=first)
            return
        if not unit.jointly:
            (group,) = unit.groups
            if several:
                yield self._apart(group, f"one of {group}")
            yield self._whole(group, single=group if several else "")
            return
        together = PLANNER if unit.planner else f"{', '.join(unit.partners)} jointly"
        yield self._whole(together)
        for group in () if unit.equally else several:
            yield self._apart(group, f"{together}, one of {group} apart")

    def _is_one(self, group: str) -> bool:
        """Whether a group has one member, whatever the parameters."""
        return next(entry.size for entry in self.base.game.groups if entry.name == group) == ONE

    def _whole(self, who: str, single: str = "") -> Way:
        """Return the way in which all members of a group choose the same, or in which there is only one."""
        names = {name: name for name in (*self.base.game.action, *self.base.game.price)}
        return self._way(who, self.base, self.unit, self.unit.actions, names, single=single)

    def _apart(self, group: str, who: str, together: tuple[str, ...] = ()) -> Way:
        """Return the way in which one member of a group, or one consortium, chooses what the others do not."""
        counts = self.base.consortium
        if group in counts and not together and counts[group] != ONE:
            raise InputError(
                f"found consortia of {typed(counts[group])} {group} under {self.regime.name!r}, one member of which "
                "cannot be told apart from its partners; write out the firms with rd.explicit(game, ...), and a "
                "sentence that says who decides with whom"
            )
        split = apart(self.game, self.regime, counts if group in counts else {group: ONE})
        deviator = split.deviators[group]
        played = play(self.game, split.regime)
        moves = moves_of(played)
        self._expect_no_equality(moves[self.place + 1 :], {deviator, split.others[group]})
        in_base = {(whole, self.base.game.action[name].by): name for name, whole in self.base.whole.items()}
        names = {price: price for price in self.base.game.price}
        for name, whole in played.whole.items():
            names[name] = in_base[whole, split.group(played.game.action[name].by)]
        mine = {split.deviators[each] for each in together or (group,)}
        unit = next(
            each
            for each in moves[self.place].units
            if mine & {*each.groups} and {names[action] for action in each.actions} <= {*self.unit.actions}
        )
        alone = "" if together else deviator
        return self._way(who, played, unit, unit.actions, names, apart=group, deviator=alone)

    def _way(
        self, who: str, played: Play, unit: Unit, actions: tuple[str, ...], names: Mapping[str, str], **more: str
    ) -> Way:
        moves = moves_of(played)
        known = {name: names[name] for move in moves[: self.place + 1] for name in (*move.actions, *move.prices)}
        later = {name: base for name, base in names.items() if name not in known}
        return Way(who, moves[self.place].name, played, unit, known, later, actions, decision=self.name, **more)

    def _expect_no_equality(self, later: tuple[Move, ...], parts: set[str]) -> None:
        for unit in (unit for move in later for unit in move.units):
            if unit.equally and parts <= {*unit.groups}:
                raise InputError(
                    f"found that {', '.join(unit.actions)} are chosen equally under {self.regime.name!r} after members "
                    "of that group have chosen, so that what follows when one of them has deviated cannot be told: "
                    "leave out 'equally', or write out the firms with rd.explicit(game, ...)"
                )
