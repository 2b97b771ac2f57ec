"""Actions restricted to a list of levels: the normal form of the first move, later moves played as the regime says.

>>> from rdgames.modelfile.catalogue import load
>>> aj = load("daspremont-jacquemin")
>>> choose_levels(aj, "competition", {"x": ["7.5", 10]}, a=100, b=2, c=60, gamma=1, beta="1/4", n=2)
             firm 2
                        7.5               10
firm 1  7.5  107.31, 107.31   100.54, 110.50
         10  110.50, 100.54  103.13, 103.13*
* Nash equilibrium
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from rdgames.choices.members import market_outcomes, member_name, payoff_of, sizes
from rdgames.choices.normal_form import NormalForm
from rdgames.choices.payoffs import as_values, check_size
from rdgames.equilibrium.equilibrium import Equilibrium, solve
from rdgames.equilibrium.moves import Move, moves_of
from rdgames.equilibrium.point import History, Point
from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.game.values import read_value
from rdgames.language.printer import typed

_OF_A_MOVE = ("second_order", "existence", "gradient_stability", "price_stability")

Strategy = Mapping[str, Any]
"""A level of each of a player's actions."""


def choose_levels(
    game: Game, regime: str, levels: Mapping[str, Sequence[Any]], /, *, extrapolate: bool = False, **parameters: Any
) -> NormalForm:
    """Return the normal form in which first choices are restricted to some levels, and all else follows as before.

    Parameters
    ----------
    game, regime
        A game, and a regime under which every player decides its first choices alone, for its payoff.
    levels
        For every action of the first move, the levels among which each player has the choice. A player with several
        actions has the choice among all combinations.
    extrapolate, parameters
        As in `Equilibrium.at`. If these and the levels are exact, so are the payoffs.

    Raises
    ------
    InputError
        If the first choices are not made alone for a payoff that is one of the quantities of the game, if the levels
        are not those of the first move, or if there are too many profiles.
    """
    solved = solve(game, regime)
    first = _first_move(solved)
    _check_levels(solved, first, levels)
    point = solved.at(extrapolate=extrapolate, **parameters)
    counts = sizes(solved.play, point.parameters)
    players = tuple((group, place) for group in first.groups for place in range(counts[group]))
    strategies = {group: _strategies(solved, first, levels, group) for group in first.groups}
    shape = tuple(len(strategies[group]) for group, _ in players)
    check_size(shape)
    told = {"extrapolate": extrapolate, **parameters}
    first_move = _FirstMove(
        solved, players, {group: tuple(own.values()) for group, own in strategies.items()}, told, {}
    )

    payoff = {group: payoff_of(solved.play, group) for group in first.groups}
    values = np.empty((*shape, len(players)), dtype=object)
    outcomes = {name: np.empty(shape, dtype=object) for name in market_outcomes(solved.play)}
    failed = {}
    always = _failed_anyway(solved, point)
    for place in np.ndindex(*shape):
        follows, seats = first_move.played(place)
        for player, seat in enumerate(seats):
            group, member = players[seat]
            values[(*place, player)] = follows.values[payoff[group]][member]
        for name, array in outcomes.items():
            array[place] = follows.values[name]
        if problems := (*always, *(f"least level of {name}" for name in follows.below_bound), *follows.violated):
            failed[tuple(list(strategies[group])[i] for (group, _), i in zip(players, place, strict=True))] = problems
    return NormalForm(
        tuple(member_name(group, member, counts[group]) for group, member in players),
        tuple(tuple(strategies[group]) for group, _ in players),
        as_values(values),
        {name: as_values(array) for name, array in outcomes.items()},
        failed,
    )


@dataclass(frozen=True)
class _FirstMove:
    """What follows from first choices, computed once for profiles that differ only in who is called what."""

    solved: Equilibrium
    players: tuple[tuple[str, int], ...]
    strategies: Mapping[str, tuple[Strategy, ...]]
    told: Mapping[str, Any]
    known: dict[tuple[int, ...], History]

    def played(self, place: tuple[int, ...]) -> tuple[History, list[int]]:
        """Return what follows from a profile, and in the seat of which player each player sits there.

        Members of a group are exchangeable, so they are seated in the order of their strategies; not in consortia,
        where it matters who is with whom.
        """
        order = list(range(len(place)))
        if not self.solved.play.consortium:
            order.sort(key=lambda player: (self._groups.index(self.players[player][0]), place[player]))
        seated = tuple(place[player] for player in order)
        if seated not in self.known:
            chosen: dict[str, list[Any]] = {}
            for (group, _), index in zip(self.players, seated, strict=True):
                for action, level in self.strategies[group][index].items():
                    chosen.setdefault(action, []).append(level)
            self.known[seated] = self.solved.given(chosen, **self.told)
        return self.known[seated], [order.index(player) for player in range(len(order))]

    @cached_property
    def _groups(self) -> list[str]:
        return list(self.strategies)


def _first_move(solved: Equilibrium) -> Move:
    """Return the first move, at which every player must decide alone."""
    first = moves_of(solved.play)[0]
    for unit in first.units:
        if unit.jointly or unit.kept or unit.objective is not None:
            raise InputError(
                f"found {' and '.join(unit.actions)} not chosen by every player alone for its payoff under "
                f"{solved.regime.name!r}, which makes no normal form: take a regime that leaves it to the players"
            )
    return first


def _check_levels(solved: Equilibrium, first: Move, levels: Mapping[str, Sequence[Any]]) -> None:
    """Check that there are levels for just the actions of the first move."""
    if not isinstance(levels, Mapping):
        example = f"{{{first.actions[0]!r}: [1, 2]}}"
        raise InputError(f"found a {type(levels).__name__}, expected levels by action, such as {example}")
    if set(levels) != set(first.actions):
        raise InputError(
            f"found levels of {', '.join(levels) or 'nothing'}, expected them of {', '.join(first.actions)}: all that "
            f"is chosen at the first move under {solved.regime.name!r}, and nothing else"
        )
    for action, given in levels.items():
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise InputError(f"found {given!r:.40} for {action}, expected a list of levels")
        read = [read_value(action, level) for level in given]
        if not read or len(set(read)) < len(read):
            raise InputError(
                f"found {', '.join(map(str, given)) or 'no levels'} for {action}, expected different levels"
            )


def _strategies(
    solved: Equilibrium, first: Move, levels: Mapping[str, Sequence[Any]], group: str
) -> dict[str, Strategy]:
    """Return the strategies of a group's members by name: the level, or one of each action if there are several."""
    own = [action for action in first.actions if solved.play.game.action[action].by == group]
    found = [dict(zip(own, combined, strict=True)) for combined in product(*(levels[action] for action in own))]
    if len(own) == 1:
        return {str(strategy[own[0]]): strategy for strategy in found}
    return {", ".join(f"{action} = {level}" for action, level in strategy.items()): strategy for strategy in found}


def _failed_anyway(solved: Equilibrium, point: Point) -> tuple[str, ...]:
    """Return the conditions that fail and are not about what is chosen first, so that every history needs them."""
    assumed = {typed(statement) for statement in solved.play.game.assumptions}
    later = [f"_{move.name}" for move in moves_of(solved.play)[1:]]
    return tuple(
        name
        for name in point.failed
        if name in assumed or (name.startswith(_OF_A_MOVE) and any(move in name for move in later))
    )
