"""Games in partition function form: what a coalition is worth depends on how all others are grouped.

A game of P players is an array of shape [..., partitions, P]. The partitions of the players stand in the order of
`partitions`: that in which all are together is the first, that in which all are alone the last. A partition has blocks,
which stand in the order of their first players; behind the last block of a partition its row is filled with 0.

>>> [[members(block) for block in partition] for partition in partitions(3)]
[[(0, 1, 2)], [(0, 1), (2,)], [(0, 2), (1,)], [(0,), (1, 2)], [(0,), (1,), (2,)]]
>>> game = [[9, 0, 0], [5, 1, 0], [5, 1, 0], [1, 5, 0], [2, 2, 2]]  # a team of two takes 1 from who is left alone
>>> coalitional(game, "singletons").tolist()
[0.0, 2.0, 2.0, 5.0, 2.0, 5.0, 5.0, 9.0]
>>> coalitional(game, "merged").tolist()
[0.0, 1.0, 1.0, 5.0, 1.0, 5.0, 5.0, 9.0]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from math import factorial, prod
from typing import Any

import numpy as np
from jaxtyping import Int, Shaped

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.coalitions import members
from rdgames.sharing.exactness import on_same_points, read_numbers
from rdgames.sharing.folding import Table

MAX_PLAYERS = 10
"""How many players a game may have: 11 have 678,570 partitions."""

_SHOWN = 10
"""How many missing partitions are named."""

PartitionTable = Shaped[np.ndarray, "*points partitions players"]

Partition = tuple[int, ...]


@lru_cache(maxsize=MAX_PLAYERS)
def partitions(players: int) -> tuple[Partition, ...]:
    """Return all partitions of the players: each a tuple of coalitions, in the order of their first players.

    A player joins one of the blocks of those before it, the first block first, or else begins a new one; partitions
    are ordered by what player 0 does, then by what player 1 does, and so on.
    """
    return tuple(_grown((), 0, players))


def _grown(blocks: Partition, player: int, players: int) -> Iterator[Partition]:
    if player == players:
        yield blocks
        return
    for place, block in enumerate(blocks):
        yield from _grown((*blocks[:place], block | 1 << player, *blocks[place + 1 :]), player + 1, players)
    yield from _grown((*blocks, 1 << player), player + 1, players)


@lru_cache(maxsize=MAX_PLAYERS)
def blocks(players: int) -> Int[np.ndarray, "partitions players"]:
    """Return the coalition in each place of a game, 0 where there is none; the array cannot be written to."""
    found = np.array([(*each, *[0] * (players - len(each))) for each in partitions(players)])
    found.flags.writeable = False
    return found


def read_partition_games(worth: Any) -> tuple[PartitionTable, int]:
    """Return games in partition function form, of fractions if they are exact and else of floats, and P.

    Raises
    ------
    InputError
        If the table has not a row for each partition and a column for each player, a worth is missing or infinite, or
        something stands behind the last block of a partition. A game all of which is NaN is unknown.
    """
    games = read_numbers("worths", worth)
    players = games.shape[-1] if games.ndim > 1 else 0
    rows = len(partitions(players)) if 0 < players <= MAX_PLAYERS else 0
    if not rows or games.shape[-2] != rows:
        expected = f"{rows} rows for {players} players" if rows else f"one for 1 to {MAX_PLAYERS} players"
        problem = "[..., partitions, P], a row for each partition of the players and a place in it for each block"
        raise InputError(f"found a table of shape {games.shape}, expected {problem}: {expected}")
    there = blocks(players) > 0
    absent = games != games
    whole = (absent | ~there).all(axis=(-2, -1))[..., None, None]
    finite = ~absent if games.dtype == object else np.isfinite(games)
    wrong = there & ~finite & ~whole
    extra = ~there & (games != 0) & ~absent
    problems = [f"{_block_at(place, players)} is missing or infinite" for place in np.argwhere(wrong)[:5].tolist()]
    problems += [f"{_behind(place, players)} has a number, expected 0" for place in np.argwhere(extra)[:5].tolist()]
    if problems:
        raise InputError("; ".join(problems))
    return np.where(there, games, 0 * games) if absent.any() else games, players


def _block_at(place: list[int], players: int) -> str:
    *point, row, column = place
    partition = [list(members(block)) for block in partitions(players)[row]]
    return f"the worth of {partition[column]} in the partition {partition}{_at(point)}"


def _behind(place: list[int], players: int) -> str:
    *point, row, column = place
    partition = [list(members(block)) for block in partitions(players)[row]]
    return f"column {column} of the partition {partition}, which has {len(partition)} blocks,{_at(point)}"


def _at(point: list[int]) -> str:
    return f" at point {point}" if point else ""


def tabulate_partitions(worth: Mapping[Any, Any], players: int) -> PartitionTable:
    """Return a game in partition function form from the worth of each block of each partition.

    Parameters
    ----------
    worth
        Maps each partition, such as ((0, 1), (2,)), to the worth of its blocks in the same order: numbers, or arrays
        over points.
    players
        How many players there are.

    Raises
    ------
    InputError
        If a partition is missing, given twice, or none of these players; or has not a worth for each block.

    Examples
    --------
    >>> tabulate_partitions({((0, 1),): [5], ((1,), (0,)): [1, 2]}, 2).tolist()
    [[5.0, 0.0], [2.0, 1.0]]
    """
    if not 1 <= players <= MAX_PLAYERS:
        raise InputError(f"found {players} players, expected 1 to {MAX_PLAYERS}")
    places = {partition: row for row, partition in enumerate(partitions(players))}
    found: dict[tuple[int, int], Any] = {}
    given, problems = set(), []
    for named, values in worth.items():
        shown = [list(block) for block in named]
        numbers = [sum(1 << player for player in range(players) if player in block) for block in shown]
        partition = tuple(sorted(numbers, key=lambda number: number & -number))
        amounts = list(values) if isinstance(values, Iterable) else [values]
        if partition not in places or sum(map(len, shown)) != players:
            problems.append(f"{shown} is no partition of the players 0 to {players - 1}")
        elif partition in given:
            problems.append(f"the partition {shown} is given twice")
        elif len(amounts) != len(numbers):
            problems.append(f"the partition {shown} has {len(amounts)} worths, expected {len(numbers)}")
        else:
            given.add(partition)
            for number, amount in zip(numbers, amounts, strict=True):
                found[places[partition], partition.index(number)] = amount
    missing = [[list(members(block)) for block in each] for each in places if each not in given]
    if missing and not problems:
        problems += [f"the partition {each} is missing" for each in missing[:_SHOWN]]
        problems += [f"and {len(missing) - _SHOWN} more are"] * (len(missing) > _SHOWN)
    if problems:
        raise InputError("; ".join(problems))
    columns = on_same_points(found.values())
    table = np.zeros((*columns.shape[:-1], len(places), players), dtype=columns.dtype)
    for number, (row, column) in enumerate(found):
        table[..., row, column] = columns[..., number]
    return read_partition_games(table)[0]


def coalitional(worth: Any, outsiders: str) -> Table:
    """Return what each coalition is worth if something is assumed of all others, [..., 2**P].

    Parameters
    ----------
    worth
        Games in partition function form, [..., partitions, P].
    outsiders
        "singletons": each is alone (gamma). "merged": all are together (delta). "average": over all partitions of the
        outsiders, with weights product of (|T| - 1)! over their blocks T, divided by their number's factorial: a random
        permutation of the outsiders has these blocks as its cycles (Macho-Stadler, Perez-Castrillo and Wettstein,
        Journal of Economic Theory 135 (2007), 339-356).

    Raises
    ------
    InputError, UnknownNameError
        If these are no games in partition function form, or there is no such assumption.
    """
    games, players = read_partition_games(worth)
    if outsiders not in _WEIGHTS:
        raise UnknownNameError("assumption about outsiders", outsiders, _WEIGHTS)
    places, coalitions, weights = _embedded(players, outsiders)
    if games.dtype != object:
        weights = weights.astype(np.float64)
    flat = games.reshape(*games.shape[:-2], -1)[..., places] * weights
    starts = np.searchsorted(coalitions, np.arange(1, 1 << players))
    found = np.add.reduceat(flat, starts, axis=-1)
    return np.concatenate([0 * found[..., :1], found], axis=-1)


def _if_alone(others: Partition) -> Fraction:
    return Fraction(all(block & (block - 1) == 0 for block in others))


def _if_merged(others: Partition) -> Fraction:
    return Fraction(len(others) <= 1)


def _on_average(others: Partition) -> Fraction:
    counts = [block.bit_count() for block in others]
    return Fraction(prod(factorial(count - 1) for count in counts), factorial(sum(counts)))


_WEIGHTS: dict[str, Callable[[Partition], Fraction]] = {
    "singletons": _if_alone,
    "merged": _if_merged,
    "average": _on_average,
}
"""How much a partition of the outsiders counts for what a coalition is worth."""


@lru_cache(maxsize=8)
def _embedded(
    players: int, outsiders: str
) -> tuple[Int[np.ndarray, " places"], Int[np.ndarray, " places"], Shaped[np.ndarray, " places"]]:
    """Return which places of a flat game count for some coalition, for which one (in order), and how much."""
    weight_of = _WEIGHTS[outsiders]
    counting = []
    for row, partition in enumerate(partitions(players)):
        for column, block in enumerate(partition):
            weight = weight_of(partition[:column] + partition[column + 1 :])
            if weight:
                counting.append((block, row * players + column, weight))
    counting.sort(key=lambda entry: entry[0])
    coalitions, places, weights = zip(*counting, strict=True)
    return np.array(places), np.array(coalitions), np.array(weights, dtype=object)
