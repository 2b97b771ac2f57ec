"""Values for players who come in unions: teams that bargain as one, or that divide only what they earn themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import index
from typing import Any, final

import numpy as np
from jaxtyping import Int

from rdgames.errors import InputError
from rdgames.sharing.coalitions import read_games, sizes
from rdgames.sharing.folding import Shares, Table, linear_shares, over_members
from rdgames.sharing.rule import Division, Rule
from rdgames.sharing.shapley import order_weights, shapley_shares


def read_structure(unions: Sequence[Any]) -> tuple[tuple[int, ...], ...]:
    """Return a coalition structure: unions to one of which each of the players 0, ..., P - 1 belongs.

    Raises
    ------
    InputError
        If a player belongs to none or to several, or a union has no players.
    """
    try:
        found = tuple(tuple(index(player) for player in union) for union in unions)
    except TypeError:
        raise InputError(f"found the unions {unions!r}, expected lists of players such as [[0, 1], [2]]") from None
    everyone = [player for union in found for player in union]
    problems = ["a union has no players"] * (() in found)
    count = max(1, len(set(everyone)))
    for player in sorted({*everyone, *range(count)}):
        times = everyone.count(player)
        if not 0 <= player < count:
            problems.append(f"found the player {player} among {count}, who are counted from 0 to {count - 1}")
        elif times != 1:
            problems.append(f"player {player} belongs to {times or 'no'} union{'s' * (times > 1)}, expected one")
    if problems:
        raise InputError(f"the coalition structure {[list(union) for union in found]}: {'; '.join(problems)}")
    return found


def _divided(rule: Owen | AumannDreze, worth: Any, shares_of: Callable[[Table], Shares]) -> Division:
    """Divide games of as many players as the unions have."""
    games, players = read_games(worth)
    count = sum(map(len, rule.unions))
    if count != players:
        raise InputError(f"found a coalition structure of {count} players, but the games have {players}")
    return Division.of(rule, games, linear_shares(games, shares_of))


def _number(union: Sequence[int]) -> int:
    return sum(1 << player for player in union)


def _within(union: Sequence[int]) -> Int[np.ndarray, " subsets"]:
    """Return all coalitions within a union, as they are numbered in a game of its players in the order of the list."""
    return over_members(np.array([1 << player for player in union]))


@final
@dataclass(frozen=True)
class Owen(Rule):
    """The Owen value: unions bargain with each other, and the members of a union divide what it gets.

    Both by the Shapley value: players arrive in a random order in which the members of a union follow each other. If H
    is a set of other unions, w(H) their weight in the Shapley value of the game of unions, and Q(H) all their members,
    then a part T of the union B is worth

        u(T) = sum over H of w(H) v(Q(H) + T),

    and its members get the Shapley value of the game u - u(empty) of the players of B.

    It is efficient and additive, symmetric within and between unions, and gives nothing to a player that adds nothing.
    If all players are in one union, or each in its own, it is the Shapley value.

    Attributes
    ----------
    unions
        Lists of players, for example [[0, 1], [2]].
    """

    unions: Sequence[Any]

    name = "owen"
    linear = True
    source = (
        "G. Owen, Values of Games with a Priori Unions, in R. Henn and O. Moeschlin (eds.), Mathematical Economics and "
        "Game Theory, Springer 1977, 76-88"
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "unions", read_structure(self.unions))

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        return _divided(self, worth, self._shares)

    def _shares(self, games: Table) -> Shares:
        found = np.empty((*games.shape[:-1], sum(map(len, self.unions))), dtype=games.dtype)
        weights = order_weights(len(self.unions))[sizes(len(self.unions) - 1)]
        if games.dtype != object:
            weights = weights.astype(np.float64)
        for union in self.unions:
            others = over_members(np.array([_number(other) for other in self.unions if other is not union], dtype=int))
            worth = weights @ games[..., others[:, None] | _within(union)]
            found[..., list(union)] = shapley_shares(worth)  # only differences count: u(empty) need not be 0
        return found


@final
@dataclass(frozen=True)
class AumannDreze(Rule):
    """The Aumann-Dreze value: each union divides what it is worth itself, by the Shapley value of its own game.

    It is efficient within each union: the shares of the members of B add up to v(B). What the unions could earn
    together is not divided.

    Attributes
    ----------
    unions
        Lists of players, for example [[0, 1], [2]].
    """

    unions: Sequence[Any]

    name = "aumann-dreze"
    linear = True
    source = (
        "R. J. Aumann and J. H. Dreze, Cooperative Games with Coalition Structures, International Journal of Game "
        "Theory 3 (1974), 217-237"
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "unions", read_structure(self.unions))

    def divide(self, worth: Any) -> Division:
        """Divide what each union is worth."""
        return _divided(self, worth, self._shares)

    def _shares(self, games: Table) -> Shares:
        found = np.empty((*games.shape[:-1], sum(map(len, self.unions))), dtype=games.dtype)
        for union in self.unions:
            found[..., list(union)] = shapley_shares(games[..., _within(union)])
        return found
