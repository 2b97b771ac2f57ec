"""The core: divisions that no coalition would leave; whether there is one, and who blocks a given division.

A division is in the core if no coalition is worth more than its members get. The core is empty if and only if some
balanced collection of coalitions, each with a positive weight such that the weights of those with player i sum to one
for every i, is together worth more than all players are (Bondareva 1963; Shapley 1967, Naval Research Logistics
Quarterly 14:453-460): that collection is the certificate.

>>> majority = [0, 0, 0, 1, 0, 1, 1, 1]  # any two of three players decide
>>> print(core_of(majority).why(names=["Ann", "Bob", "Cid"]))
the core is empty: time split between Ann and Bob (1/2), Ann and Cid (1/2), Bob and Cid (1/2) earns 1.5, not 1.0
>>> print(*blocking(majority, [0.5, 0.5, 0]).sentences(["Ann", "Bob", "Cid"]), sep="; ")
Ann and Cid get 0.5, and are worth 1; Bob and Cid get 0.5, and are worth 1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Bool, Int8, Int64, Shaped

from rdgames.errors import InputError
from rdgames.sharing.batched import nucleoli
from rdgames.sharing.coalitions import named, read_games, rounding, unknown
from rdgames.sharing.exactness import read_numbers
from rdgames.sharing.excesses import excesses
from rdgames.sharing.rule import UNKNOWN

NOT_EMPTY, _UNKNOWN, EMPTY = 0, 1, 2
MEANINGS = ("the core is not empty", UNKNOWN, "the core is empty")


@dataclass(frozen=True, eq=False)
class Core:
    """Whether there is a division that no coalition would leave, at each point.

    Attributes
    ----------
    games
        What each coalition is worth.
    status
        0 where the core is not empty, else the place in ``meanings`` of what is so.
    meanings
        What each status means, in words.
    least
        The smallest number by which worths of coalitions, other than nobody and everyone, would have to fall for the
        core not to be empty: the level of the least core. Not positive where the core is not empty; NaN if unknown.
    point
        A division in the core: the prenucleolus. NaN exactly where ``status`` is not 0.
    collection
        The place in ``collections`` of the one that proves ``least``.
    collections
        Balanced collections: their coalitions with positive weights, which sum to one over those with any player.
        ``least`` is what they are worth together less what everyone is worth, divided by the sum of their weights.
    """

    games: Shaped[np.ndarray, "*points coalitions"]
    status: Int8[np.ndarray, "*points"]
    meanings: tuple[str, ...]
    least: Shaped[np.ndarray, "*points"]
    point: Shaped[np.ndarray, "*points players"]
    collection: Int64[np.ndarray, "*points"]
    collections: tuple[Mapping[int, Fraction], ...]

    @property
    def nonempty(self) -> Bool[np.ndarray, "*points"]:
        """Whether there is a division in the core; False where the game is unknown."""
        return np.asarray(self.status == NOT_EMPTY)

    def why(self, place: tuple[int, ...] = (), names: Sequence[str] = ()) -> str:
        """Return in words why the core is empty or not at one point, with players called by names."""
        state = int(self.status[place])
        if state == _UNKNOWN:
            return self.meanings[state]
        names = _called(names, self.point.shape[-1])
        if state == NOT_EMPTY:
            shares = [f"{name}: {share}" for name, share in zip(names, self.point[place], strict=True)]
            return f"{self.meanings[state]}; it has ({', '.join(shares)})"
        game, weights = self.games[place], self.collections[int(self.collection[place])]
        parts = [f"{named(coalition, names)} ({weight})" for coalition, weight in sorted(weights.items())]
        exact = game.dtype == object
        together = sum((weight if exact else float(weight)) * game[coalition] for coalition, weight in weights.items())
        return f"{self.meanings[state]}: time split between {', '.join(parts)} earns {together}, not {game[-1]}"


def core_of(worth: Any) -> Core:
    """Return at each point whether the core is empty, with a point of it or a collection that proves that.

    The largest excess is made as small as possible; the core is empty if and only if it stays positive. By duality, a
    balanced collection proves that it cannot be smaller, exactly, whatever the worths are.

    Raises
    ------
    InputError
        If ``worth`` is no table of games.
    """
    games, players = read_games(worth)
    known = np.asarray(~unknown(games))
    found = nucleoli(games[known].reshape(-1, games.shape[-1]), players, imputations=False)
    least = np.full(known.shape, np.nan, dtype=games.dtype)
    least[known] = found.largest
    status = np.full(known.shape, _UNKNOWN, dtype=np.int8)
    status[known] = np.where(found.largest > rounding(games[known]), EMPTY, NOT_EMPTY)
    point = np.full((*known.shape, players), np.nan, dtype=games.dtype)
    point[known] = found.shares
    point[status != NOT_EMPTY] = np.nan
    collection = np.zeros(known.shape, dtype=np.int64)
    collection[known] = found.first
    return Core(games, status, MEANINGS, least, point, collection, tuple(map(_balanced, found.firsts)))


def _called(names: Sequence[str], players: int) -> Sequence[str]:
    if names and len(names) != players:
        raise InputError(f"found {len(names)} names for {players} players: {', '.join(map(str, names))}")
    return names or [str(player) for player in range(players)]


def _balanced(weights: Mapping[int, Fraction]) -> dict[int, Fraction]:
    """Return weights that sum to one over the coalitions with any player, from those that sum to one over all."""
    of_one = sum(weight for coalition, weight in weights.items() if coalition & 1)
    return {coalition: weight / of_one for coalition, weight in sorted(weights.items())}


@dataclass(frozen=True, eq=False)
class Blocking:
    """Which coalitions would leave a division, at each point.

    Attributes
    ----------
    games, shares
        What each coalition is worth, and what each player gets.
    excess
        By how much each coalition is worth more than its members get; NaN where there are no shares.
    blocks
        Whether it would leave: the excess is positive. Everyone together do if something is left undivided.
    largest
        The largest excess of a coalition other than nobody.
    by
        The first coalition with that excess.
    """

    games: Shaped[np.ndarray, "*points coalitions"]
    shares: Shaped[np.ndarray, "*points players"]
    excess: Shaped[np.ndarray, "*points coalitions"]
    blocks: Bool[np.ndarray, "*points coalitions"]
    largest: Shaped[np.ndarray, "*points"]
    by: Int64[np.ndarray, "*points"]

    @property
    def in_core(self) -> Bool[np.ndarray, "*points"]:
        """Whether no coalition would leave; False where there are no shares."""
        return np.asarray(~self.blocks.any(axis=-1) & (self.largest == self.largest), dtype=bool)

    def coalitions(self, place: tuple[int, ...] = ()) -> list[int]:
        """Return the coalitions that block at one point, the largest excess first."""
        excess = self.excess[place]
        return sorted(np.flatnonzero(self.blocks[place]).tolist(), key=lambda coalition: -excess[coalition])

    def sentences(self, names: Sequence[str] = (), place: tuple[int, ...] = ()) -> list[str]:
        """Return who would leave at one point and why, a sentence for each coalition that blocks."""
        names = _called(names, self.shares.shape[-1])
        game, excess = self.games[place], self.excess[place]
        return [
            f"{named(coalition, names)} {'get' if coalition & (coalition - 1) else 'gets'} "
            f"{_shown(game[coalition] - excess[coalition])}, and {'are' if coalition & (coalition - 1) else 'is'} "
            f"worth {_shown(game[coalition])}"
            for coalition in self.coalitions(place)
        ]


def _shown(amount: Any) -> str:
    """Return an amount as people read it: exact if it is, else with six digits."""
    return f"{amount:.6g}" if isinstance(amount, float) else str(amount)


def blocking(worth: Any, shares: Any) -> Blocking:
    """Return which coalitions would leave a division at each point, and the largest excess.

    Parameters
    ----------
    worth
        The games, [..., 2**P].
    shares
        What each player gets, [..., P], for the same points: NaN for all players where there is no division.

    Raises
    ------
    InputError
        If ``worth`` is no table of games, the shares do not fit it, are missing for some players only or infinite, or
        are more than everyone is worth.
    """
    games, players = read_games(worth)
    given = read_numbers("shares", shares)
    if given.dtype != object or games.dtype != object:
        given, games = given.astype(np.float64), games.astype(np.float64)
    if not given.ndim or given.shape[-1] != players or not _fit(given.shape[:-1], games.shape[:-1]):
        raise InputError(
            f"found shares of shape {given.shape} for games of shape {games.shape}, expected a share for each of "
            f"{players} players along the last axis, and the same points before"
        )
    points = np.broadcast_shapes(given.shape[:-1], games.shape[:-1])
    games = np.broadcast_to(games, (*points, games.shape[-1]))
    given = np.broadcast_to(given, (*points, players))
    slack = np.asarray(rounding(games))
    excess = excesses(games, given)
    with np.errstate(invalid="ignore"):  # no comparison holds for NaN among fractions
        _check_shares(given, excess[..., -1], slack)
        blocks = np.asarray(excess > slack[..., None], dtype=bool)
    known = np.asarray(excess[..., -1] == excess[..., -1], dtype=bool)
    by = np.zeros(points, dtype=np.int64)
    by[known] = 1 + excess[..., 1:][known].argmax(axis=-1)
    largest = np.take_along_axis(excess, by[..., None], axis=-1)[..., 0]
    largest[~known] = np.nan
    return Blocking(games, given, excess, blocks, largest, by)


def _fit(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    try:
        np.broadcast_shapes(one, other)
    except ValueError:
        return False
    return True


def _check_shares(
    shares: Shaped[np.ndarray, "*points players"], left: Shaped[np.ndarray, "*points"], slack: Shaped[np.ndarray, "..."]
) -> None:
    absent = shares != shares
    partly = absent.any(axis=-1) & ~absent.all(axis=-1)
    problems = [f"shares of some players are missing{_at(place)}" for place in np.argwhere(partly)]
    if shares.dtype != object:
        problems += [f"a share is infinite{_at(place)}" for place in np.argwhere(np.isinf(shares).any(axis=-1))]
    problems += [
        f"shares sum to {-left[tuple(place)]} more than everyone is worth{_at(place)}"
        for place in np.argwhere(np.asarray(left < -slack, dtype=bool))
    ]
    if problems:
        more = f"; and {len(problems) - 5} more" * (len(problems) > 5)
        raise InputError(f"{'; '.join(problems[:5])}{more}. Give all players shares of what everyone is worth.")


def _at(place: Int64[np.ndarray, " axes"]) -> str:
    return f" at point {place.tolist()}" if len(place) else ""
