"""Players who are alike: only the sizes of coalitions count.

A structure is how large the coalitions are, the largest first: 4 players have (4), (3, 1), (2, 2), (2, 1, 1) and
(1, 1, 1, 1), in this order. A table has a row for each structure and in it, for each of its coalitions, what *one
member* gets; behind the last one its row is filled with 0.

>>> # Bloch 1995: 7 firms that share knowledge in associations; all are in one if everybody may join.
>>> payoffs = tabulate_sizes(lambda sizes: [(50 + 8 * k - sum(s * s for s in sizes)) ** 2 for k in sizes], 7)
>>> [sizes for sizes, stable in zip(structures(7), stable_sizes(payoffs, "open").stable) if stable]
[(7,)]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Bool

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.exactness import read_numbers
from rdgames.stability.structures import MEMBERSHIP
from rdgames.stability.verdict import Moves, Payoffs, Verdict, judge, read_payoffs, rounding_of

Sizes = tuple[int, ...]

MOST_ALIKE = 30
"""How many players there may be: 30 have 5,604 structures."""


@lru_cache(maxsize=MOST_ALIKE)
def structures(players: int) -> tuple[Sizes, ...]:
    """Return all structures of players, each with the largest coalitions first; that with the largest ones first."""

    def grown(left: int, most: int) -> Iterator[Sizes]:
        if not left:
            yield ()
        for size in range(min(left, most), 0, -1):
            yield from ((size, *rest) for rest in grown(left - size, size))

    return tuple(grown(players, players))


def tabulate_sizes(payoffs: Callable[[Sizes], Sequence[Any]], players: int) -> Payoffs:
    """Return a table from what a member of each coalition gets, as a function of the sizes of all coalitions.

    Raises
    ------
    InputError
        If there are too many players, or the function has not a number, or an array over points, for each coalition.
    """
    if not 1 <= players <= MOST_ALIKE:
        raise InputError(f"found {players} players, expected 1 to {MOST_ALIKE}")
    given = [list(payoffs(sizes)) for sizes in structures(players)]
    wrong = [
        f"found {len(each)} payoffs for the coalitions of sizes {sizes}, expected {len(sizes)}"
        for sizes, each in zip(structures(players), given, strict=True)
        if len(each) != len(sizes)
    ]
    if wrong:
        raise InputError("; ".join(wrong[:5]))
    flat = [each + [0 * each[0]] * (players - len(each)) for each in given]
    numbers = [read_numbers("payoffs", number) for each in flat for number in each]
    table = np.stack(np.broadcast_arrays(*numbers), axis=-1)
    return read_sizes(table.reshape(*table.shape[:-1], len(flat), players))


def read_sizes(payoffs: Any) -> Payoffs:
    """Return a table with a row for each structure of players who are alike."""
    found = read_payoffs(payoffs)
    players = found.shape[-1]
    rows = len(structures(players)) if players <= MOST_ALIKE else 0
    if found.shape[-2] != rows:
        expected = f"{rows} structures" if rows else f"at most {MOST_ALIKE} players"
        raise InputError(f"found {found.shape[-2]} rows for {players} players, expected {expected}")
    return found


# -- one association, all others alone ---------------------------------------------------------------------------------


def stable_size(inside: Any, outside: Any, *, exclusive: bool = False) -> Bool[np.ndarray, "*points sizes"]:
    """Return which sizes of an association nobody wants to leave, and nobody wants to join.

    A size k is internally stable if inside(k) >= outside(k - 1), and externally if outside(k) >= inside(k + 1), or, if
    membership is exclusive, members lose by one more: inside(k + 1) < inside(k). (C. d'Aspremont et al., Canadian
    Journal of Economics 16 (1983), 17-25.)

    Parameters
    ----------
    inside, outside
        What a member and an outsider get if k are associated, for k = 0, ..., n along the last axis; inside(0) and
        outside(n) are not looked at. ``outside`` is what everybody gets who is alone.
    exclusive
        Whether an outsider joins only if no member loses by that.

    Raises
    ------
    InputError
        If these are no numbers, or not as many of one as of the other.
    """
    within, without = read_numbers("payoffs inside", inside), read_numbers("payoffs outside", outside)
    if not within.ndim or within.shape[-1:] != without.shape[-1:] or within.shape[-1] < 2:
        problem = "expected n + 1 of each, for 0 to n members"
        raise InputError(f"found {within.shape} payoffs inside and {without.shape} outside, {problem}")
    rows = np.stack(np.broadcast_arrays(within, without), axis=-1)
    rows[..., 0, 0], rows[..., -1, 1] = rows[..., 0, 1], rows[..., -1, 0]
    slack = rounding_of(rows)[..., None]
    leaving = np.asarray(rows[..., 1:, 0] >= rows[..., :-1, 1] - slack, dtype=bool)
    joining = np.asarray(rows[..., 1:, 0] > rows[..., :-1, 1] + slack, dtype=bool)
    if exclusive:
        joining &= np.asarray(rows[..., 1:, 0] >= rows[..., :-1, 0] - slack, dtype=bool)
    unknown = np.asarray((rows != rows).any(axis=-1), dtype=bool)
    joining = joining | np.asarray(unknown)[..., 1:]  # of which nobody can say that it is worse
    always = np.ones((*leaving.shape[:-1], 1), dtype=bool)
    internal = np.concatenate([always, leaving], axis=-1)
    internal[..., 1] = True  # one alone has nobody to leave
    external = np.concatenate([~joining, always], axis=-1)
    external[..., 0] = True  # with nobody there is nobody to join
    return np.asarray(internal & external & ~unknown)


# -- any structure -----------------------------------------------------------------------------------------------------


def stable_sizes(payoffs: Any, membership: str = "open") -> Verdict:
    """Say of every structure whether a player gains by changing its coalition.

    Memberships are those of `rdgames.stability.structures.stable_partitions`. In the verdict, ``by`` has the place of
    the coalition whose member moves, as a power of 2, and ``to`` the structure that results.

    Raises
    ------
    InputError, UnknownNameError
        If the table has not a row for each structure, or there is no such membership.
    """
    found = read_sizes(payoffs)
    if membership not in MEMBERSHIP:
        raise UnknownNameError("membership", membership, MEMBERSHIP)
    return _SizeMoves(found.shape[-1], membership).judge(found)


class _SizeMoves:
    """All moves of one player between structures, each row written as a small table of its own.

    The first row of a small table is how things are, and each other row follows a move. Its first columns have what a
    mover from each coalition gets, the others what a member of each coalition gets that is joined.
    """

    def __init__(self, players: int, membership: str) -> None:
        self.rows = structures(players)
        self.place = {sizes: row for row, sizes in enumerate(self.rows)}
        self.membership = membership

    def judge(self, payoffs: Payoffs) -> Verdict:
        """Judge every row by the moves that lead from it."""
        parts = [self._of_row(payoffs, row) for row in range(len(self.rows))]
        status, gain, by, to = (
            np.stack([getattr(part, name)[..., 0] for part in parts], axis=-1)
            for name in ("status", "gain", "by", "to")
        )
        return Verdict(status, gain, by, to)

    def _of_row(self, payoffs: Payoffs, row: int) -> Verdict:
        """Judge one row: it is the first of a small table, which has a row for each move."""
        sizes = self.rows[row]
        moves = list(self._moves(sizes))
        ends = [row, *(end for end, *_ in moves)]
        small = np.repeat(payoffs[..., [row], : len(sizes)], len(ends), axis=-2)
        small = np.concatenate([small, small], axis=-1)
        for number, (end, source, after, target, joined) in enumerate(moves, start=1):
            small[..., number, source] = payoffs[..., end, after]
            if joined is not None:
                small[..., number, len(sizes) + target] = payoffs[..., end, joined]
        to = np.arange(len(ends))[:, None]
        made = []
        for number, (_, source, _, target, joined) in enumerate(moves, start=1):
            there = to.copy()
            there[0] = number
            asked = None if joined is None else np.full_like(to, 1 << (len(sizes) + target))
            made.append(Moves(1 << source, there, asked))
        found = judge(small, made)
        return Verdict(found.status, found.gain, found.by, np.array(ends)[found.to])

    def _moves(self, sizes: Sizes) -> Iterator[tuple[int, int, int, int, int | None]]:
        """Yield the structure after each move, the coalition left, that of the mover, that joined, if it is asked."""
        for source in [sizes.index(size) for size in sorted(set(sizes), reverse=True)]:
            left = Counter(sizes)
            left[sizes[source]] -= 1
            if sizes[source] > 1:
                rest = {1: sizes[source] - 1} if self.membership == "gamma" else {sizes[source] - 1: 1}
                after = _sorted(left + Counter(rest) + Counter([1]))
                yield self.place[after], source, after.index(1), source, None
            if self.membership in ("delta", "gamma"):
                continue
            remaining = left + Counter([sizes[source] - 1] if sizes[source] > 1 else [])
            targets = {size: sizes.index(size) for size in left if left[size]}
            for size, target in targets.items():
                if size == sizes[source] and target == source:
                    target = source + 1
                after = _sorted(remaining - Counter([size]) + Counter([size + 1]))
                joined = after.index(size + 1)
                if after != sizes:
                    yield self.place[after], source, joined, target, joined if self.membership == "exclusive" else None


def _sorted(sizes: Counter[int]) -> Sizes:
    return tuple(sorted(sizes.elements(), reverse=True))
