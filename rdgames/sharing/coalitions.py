"""Coalitions as numbers, and games as arrays of what each coalition is worth.

The coalition of the players i, j, k is the number 2**i + 2**j + 2**k: bit i tells whether player i belongs to it. A
game of P players is an array whose last axis has the worth of all 2**P coalitions in that order; the empty one, number
0, is worth 0. All axes before that are points of a map: games that differ in a parameter.

An array of fractions is computed with exactly, any other in float64. In an array of floats, a game of which nothing is
known, since it is outside of what its model allows for, is NaN for all coalitions, and rules then say so; a game of
which only a part is NaN lacks a coalition, and is refused.

>>> glove = [0, 0, 0, 1, 0, 1, 0, 1]  # player 0 has a left glove, 1 and 2 have a right one each
>>> number_of_players(glove), members(5), named(5, ["Ann", "Bob", "Cid"])
(3, (0, 2), 'Ann and Cid')
>>> bool(is_superadditive(glove)), bool(is_convex(glove))
(True, False)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from operator import index
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Bool, Int, Shaped

from rdgames.errors import InputError
from rdgames.sharing.exactness import read_numbers

ROUNDING = 1e-9
"""Up to which part of a game's largest worth a difference between floats is taken for rounding."""

_SHOWN = 5
"""How many mistakes of one kind are written out."""


def read_games(worth: Any, names: Sequence[Any] = ()) -> tuple[Shaped[np.ndarray, "*points coalitions"], int]:
    """Return games as an array, of fractions if they are exact and else of floats, and the number of their players.

    Parameters
    ----------
    worth
        Anything like an array of shape [..., 2**P].
    names
        What players are called in messages; their numbers if left out.

    Raises
    ------
    InputError
        If there are not 2**P numbers, an empty coalition is worth something, or a worth is missing or infinite.
    """
    found = read_numbers("worths", worth)
    coalitions = found.shape[-1] if found.ndim else 0
    players = coalitions.bit_length() - 1
    if coalitions < 2 or coalitions != 1 << players:
        raise InputError(
            f"found {coalitions} worths along the last axis, expected 2, 4, 8, ..., 2**P: one for each coalition of P "
            "players, the empty one first and then {0}, {1}, {0, 1}, {2}, ... (bit i of its place is player i)"
        )
    _check(found, names or range(players))
    return found, players


def number_of_players(worth: Any) -> int:
    """Return how many players games have, whose last axis has the worth of each coalition.

    Raises
    ------
    InputError
        If there are not 2**P numbers, an empty coalition is worth something, or a worth is missing or infinite.
    """
    return read_games(worth)[1]


def _check(games: Shaped[np.ndarray, "*points coalitions"], names: Sequence[Any]) -> None:
    """Refuse what an empty coalition is worth, and what is missing or infinite."""
    empty = games[..., 0]
    wrong = np.asarray((empty != 0) & (empty == empty))
    finite = games == games if games.dtype == object else np.isfinite(games)
    problems = [f"the empty coalition is worth {empty[point]}{_at(point)}, expected 0" for point in _some(wrong)]
    number = np.count_nonzero(wrong)
    if not finite.all():
        absent = games != games
        bad = ~finite
        if games.dtype != object:
            bad = bad & ~absent[..., 1:].all(axis=-1)[..., None]
        number += np.count_nonzero(bad)
        for *point, coalition in _some(bad):
            what = "missing (NaN)" if absent[(*point, coalition)] else "infinite"
            problems.append(f"the worth of {_numbered(coalition, names)} is {what}{_at(tuple(point))}")
    if problems:
        more = f"; and {number - _SHOWN} more" if number > _SHOWN else ""
        remedy = "Give every coalition a worth; or, among floats, all of a game NaN where the game is unknown."
        raise InputError(f"{'; '.join(problems[:_SHOWN])}{more}. {remedy}")


def _some(mask: Bool[np.ndarray, "..."]) -> list[tuple[int, ...]]:
    """Return the first places at which a mask is true."""
    places = (
        zip(*np.unravel_index(np.flatnonzero(mask)[:_SHOWN], mask.shape), strict=True)
        if mask.ndim
        else [()] * bool(mask)
    )
    return [tuple(map(int, place)) for place in places]


def _at(place: tuple[int, ...]) -> str:
    """Return at which point, if there are several: points are counted from 0, as in the array."""
    return f" at point [{', '.join(map(str, place))}]" if place else ""


def _numbered(coalition: int, names: Sequence[Any]) -> str:
    who = ", ".join(str(names[player]) for player in members(coalition))
    return f"coalition {{{who}}}" if coalition else "the empty coalition"


def unknown(games: Shaped[np.ndarray, "*points coalitions"]) -> Bool[np.ndarray, "*points"]:
    """Return for each point whether nothing is known of its game: all that any coalition is worth is NaN."""
    last = games[..., -1]
    return np.asarray(last != last)


def rounding(games: Shaped[np.ndarray, "*points coalitions"]) -> Shaped[np.ndarray, "*points"]:
    """Return for each point up to what a difference of worths is taken for rounding: exactly 0 for fractions."""
    if games.dtype == object:
        return np.full(games.shape[:-1], Fraction(0), dtype=object)
    return np.asarray(ROUNDING * np.maximum(games.max(axis=-1), -games.min(axis=-1)))


# -- coalitions as numbers -------------------------------------------------------------------------------------------


def members(coalition: SupportsIndex) -> tuple[int, ...]:
    """Return the players of a coalition, in order.

    >>> members(0b1101)
    (0, 2, 3)
    """
    number = index(coalition)
    return tuple(player for player in range(number.bit_length()) if number >> player & 1)


def named(coalition: SupportsIndex, names: Sequence[str]) -> str:
    """Return who belongs to a coalition, in words.

    >>> named(0b111, ["Ann", "Bob", "Cid"])
    'Ann, Bob and Cid'
    """
    who = [names[player] for player in members(coalition)]
    return " and ".join([", ".join(who[:-1]), who[-1]] if len(who) > 1 else who) or "nobody"


@lru_cache(maxsize=8)
def sizes(players: int) -> Int[np.ndarray, " coalitions"]:
    """Return how many members each coalition has; the array is shared, and cannot be written to."""
    found = np.zeros(1, dtype=np.int64)
    for _ in range(players):
        found = np.concatenate([found, found + 1])
    found.flags.writeable = False
    return found


@lru_cache(maxsize=8)
def membership(players: int) -> Bool[np.ndarray, "coalitions players"]:
    """Return whether each coalition has each player; the array is shared, and cannot be written to."""
    found: Bool[np.ndarray, "coalitions players"]
    found = (np.arange(1 << players)[:, None] >> np.arange(players) & 1).astype(bool)
    found.flags.writeable = False
    return found


# -- games -----------------------------------------------------------------------------------------------------------


def dual(worth: Any) -> Shaped[np.ndarray, "*points coalitions"]:
    """Return the dual games: what the others lose without S is what S is worth, v*(S) = v(N) - v(N - S)."""
    games, _ = read_games(worth)
    lost: Shaped[np.ndarray, "*points coalitions"] = games[..., -1:] - games[..., ::-1]
    return lost


def is_monotone(worth: Any) -> Bool[np.ndarray, "*points"]:
    """Return for each game whether no coalition is worth more than one that it is part of; False where unknown.

    v(S + i) >= v(S) for all i and S without i, up to rounding.
    """
    games, players = read_games(worth)
    least = np.asarray(-rounding(games))
    holds = np.asarray(~unknown(games))
    for player in range(players):
        bits = games.reshape(*games.shape[:-1], 1 << (players - player - 1), 2, 1 << player)
        gains = bits[..., 1, :] - bits[..., 0, :]
        holds &= (gains >= least[..., None, None]).all(axis=(-2, -1))
    return holds


def is_superadditive(worth: Any) -> Bool[np.ndarray, "*points"]:
    """Return for each game whether no two coalitions lose by joining; False where the game is unknown.

    v(S + T) >= v(S) + v(T) for all disjoint S, T, up to rounding. This looks at 3**P pairs.
    """
    games, players = read_games(worth)
    least = np.asarray(-rounding(games))
    holds = np.asarray(~unknown(games))
    everyone = (1 << players) - 1
    for first in range(1, everyone):
        others = subsets(everyone ^ first)
        others = others[others > first]  # each pair once
        gains = games[..., others | first] - games[..., others] - games[..., first, None]
        holds &= (gains >= least[..., None]).all(axis=-1)
    return holds


def is_convex(worth: Any) -> Bool[np.ndarray, "*points"]:
    """Return for each game whether a member adds no less to a larger coalition; False where the game is unknown.

    v(S + i + j) - v(S + j) >= v(S + i) - v(S) for all i, j and S without them, up to rounding.
    """
    games, players = read_games(worth)
    least = np.asarray(-rounding(games))
    holds = np.asarray(~unknown(games))
    for low, high in combinations(range(players), 2):
        shape = (1 << (players - high - 1), 2, 1 << (high - low - 1), 2, 1 << low)
        bits = games.reshape(*games.shape[:-1], *shape)
        gains = bits[..., 1, :, 1, :] - bits[..., 1, :, 0, :] - bits[..., 0, :, 1, :] + bits[..., 0, :, 0, :]
        holds &= (gains >= least[..., None, None, None]).all(axis=(-3, -2, -1))
    return holds


def subsets(coalition: int) -> Int[np.ndarray, " subsets"]:
    """Return all coalitions within one, in order, the empty one first.

    >>> subsets(0b101).tolist()
    [0, 1, 4, 5]
    """
    found = np.zeros(1, dtype=np.int64)
    for player in members(coalition):
        found = np.concatenate([found, found | (1 << player)])
    return found
