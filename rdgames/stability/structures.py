"""Partitions of the players: which of them nobody wants to change, if membership is open, or others must agree.

A table has a row for each partition, in the order of `rdgames.sharing.partitions`, and in it what each *player* gets
there: not each block, as in games in partition function form.

>>> # Bloch 1995: associations of sizes k_r share knowledge; a member of one of size k gets (5 + 4*k - sum k_r**2)**2.
>>> payoffs = [[(5 + 4 * k - sum(s * s for s in sizes)) ** 2 for k in at] for at, sizes in [
...     ([3, 3, 3], [3]), ([2, 2, 1], [2, 1]), ([2, 1, 2], [2, 1]), ([1, 2, 2], [1, 2]), ([1, 1, 1], [1, 1, 1])]]
>>> stable_partitions(payoffs, "open").stable.tolist()
[True, False, False, False, False]
>>> stable_partitions(payoffs, "delta").stable.tolist()
[True, True, True, True, True]
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.coalitions import members
from rdgames.sharing.partitions import MAX_PLAYERS, Partition, partitions
from rdgames.stability.verdict import Moves, Payoffs, Verdict, judge, read_payoffs

MEMBERSHIP: dict[str, str] = {
    "open": "everybody may join any coalition; those whom a player leaves stay together",
    "exclusive": "a player may join a coalition if no member loses by that; those whom it leaves stay together",
    "delta": "players may leave and found coalitions, but join none; those whom they leave stay together",
    "gamma": "players may leave and found coalitions, but join none; those whom they leave break up",
}
"""Who may move where."""

MOST_TOGETHER = 6
"""Up to how many players deviations of several at once are looked at: 7 have 877 partitions and 127 such groups."""


def stable_partitions(payoffs: Any, membership: str = "open", *, together: bool = False) -> Verdict:
    """Say of every partition whether anybody gains by changing it.

    Each player announces where it wants to belong, and a partition is stable if the announcements that lead to it are a
    Nash equilibrium: no player gains by another announcement of its own.

    open
        Players announce addresses, and those of the same address are together: anybody may move to any coalition, or
        be alone (S.-S. Yi, Stable Coalition Structures with Externalities, Games and Economic Behavior 20 (1997),
        201-237).
    exclusive
        The same, but no member of the coalition that is joined may lose: individual stability (J. H. Dreze and J.
        Greenberg, Hedonic Coalitions, Econometrica 48 (1980), 987-1003).
    delta, gamma
        Players announce the coalition they want, and join no other. Those with the same announcement are together in
        the delta game; in the gamma game only if all whom it names make it, so that a coalition breaks up if one leaves
        (S. Hart and M. Kurz, Endogenous Formation of Coalitions, Econometrica 51 (1983), 1047-1064). Which others are
        together is up to their announcements, which do not change. Some authors call these two games those of exclusive
        membership, since nobody gets in without being named; "exclusive" is another one.

    Parameters
    ----------
    payoffs
        What each player gets in each partition, [..., partitions, P]; NaN where unknown.
    membership
        Who may move where.
    together
        Whether several may also move at once, each of whom must gain, and to several places: strong Nash equilibrium.

    Raises
    ------
    InputError
        If the table has not a row for each partition, there are too many players for moves of several at once, or
        those are asked for under exclusive membership, where players already agree with those whom they join.
    UnknownNameError
        If there is no such membership.
    """
    found = read_structures(payoffs)
    if membership not in MEMBERSHIP:
        raise UnknownNameError("membership", membership, MEMBERSHIP)
    players = found.shape[-1]
    if together and membership == "exclusive":
        raise InputError("found moves of several at once under exclusive membership, expected open, delta or gamma")
    if together and players > MOST_TOGETHER:
        problem = f"expected at most {MOST_TOGETHER} if several move at once: look at moves of one, together=False"
        raise InputError(f"found {players} players, {problem}")
    groups = range(1, 1 << players) if together else [1 << player for player in range(players)]
    return judge(found, _moves(players, tuple(groups), membership))


def read_structures(payoffs: Any) -> Payoffs:
    """Return a table of payoffs with a row for each partition."""
    found = read_payoffs(payoffs)
    players = found.shape[-1]
    rows = len(partitions(players)) if players <= MAX_PLAYERS else 0
    if found.shape[-2] != rows:
        expected = f"{rows} partitions" if rows else f"at most {MAX_PLAYERS} players"
        raise InputError(f"found {found.shape[-2]} rows for {players} players, expected {expected}")
    return found


@lru_cache(maxsize=8)
def place_of(players: int) -> dict[Partition, int]:
    """Return the row of each partition, whose blocks stand in the order of their first players."""
    return {partition: row for row, partition in enumerate(partitions(players))}


def ordered(blocks: Any) -> Partition:
    """Return the blocks that are not empty, in the order of their first players."""
    return tuple(sorted((block for block in blocks if block), key=lambda block: block & -block))


def broken_up(partition: Partition, player: int, remaining: str) -> Partition:
    """Return what becomes of a partition if a player leaves its coalition to be alone."""
    return (*_left(partition, 1 << player, remaining == "alone"), 1 << player)


@lru_cache(maxsize=16)
def _moves(players: int, groups: tuple[int, ...], membership: str) -> tuple[Moves, ...]:
    return tuple(_moves_of(players, group, membership) for group in groups)


def _moves_of(players: int, group: int, membership: str) -> Moves:
    """Return where a group can go from each partition, and whom it must ask."""
    places, ends, asked = place_of(players), [], []
    for partition in partitions(players):
        start = _left(partition, group, membership == "gamma")
        joinable = len(start) if membership in ("open", "exclusive") else 0
        reached = [ordered(blocks) for blocks in _placed(start, joinable, members(group))]
        ends.append([places[blocks] for blocks in reached])
        joined = [sum(block & ~group for block in blocks if block & group) for blocks in reached]
        asked.append(joined if membership == "exclusive" else [0] * len(joined))
    most = max(map(len, ends))
    rows = range(len(ends))
    to = np.array([end + [row] * (most - len(end)) for row, end in zip(rows, ends, strict=True)])
    needed = np.array([each + [0] * (most - len(each)) for each in asked])
    return Moves(group, to, needed if membership == "exclusive" else None)


def _left(partition: Partition, group: int, breaking: bool) -> Partition:
    """Return what is left of a partition without a group: its coalitions without them, or broken up into singles."""
    found: list[int] = []
    for block in partition:
        rest = block & ~group
        if rest and breaking and rest != block:
            found += [1 << member for member in members(rest)]
        elif rest:
            found.append(rest)
    return tuple(found)


def _placed(blocks: Partition, joinable: int, group: tuple[int, ...]) -> Iterator[Partition]:
    """Yield all ways of placing players: in one of the first ``joinable`` blocks, with others of them, or alone."""
    whole = len(blocks)

    def grown(found: Partition, rest: tuple[int, ...]) -> Iterator[Partition]:
        if not rest:
            yield found
            return
        for place in [*range(joinable), *range(whole, len(found))]:
            yield from grown((*found[:place], found[place] | 1 << rest[0], *found[place + 1 :]), rest[1:])
        yield from grown((*found, 1 << rest[0]), rest[1:])

    return grown(blocks, group)
