"""Whether anybody gains by moving: the one comparison that all notions of stability share.

A table has a row for each way of being together, and in it what each player gets. A move leads from one row to another,
and is made by some players together: it is made if each of them gains, and nobody who is asked loses. A row is stable
if no move from it is made. Notions of stability differ in which moves there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Bool, Int, Int8, Shaped

from rdgames.errors import InputError
from rdgames.sharing.coalitions import ROUNDING, members
from rdgames.sharing.exactness import read_numbers
from rdgames.stability.codes import STABLE, UNDECIDED, UNKNOWN, UNSTABLE

Payoffs = Shaped[np.ndarray, "*points rows players"]


@dataclass(frozen=True, eq=False)
class Moves:
    """Where some players can go together from each row.

    Attributes
    ----------
    by
        Those who move, as a coalition.
    to
        The rows to which they can go; the row itself where there are fewer.
    asked
        Who else must agree to a move, if anybody: a coalition for each.
    """

    by: int
    to: Int[np.ndarray, "rows choices"]
    asked: Int[np.ndarray, "rows choices"] | None = None


@dataclass(frozen=True, eq=False)
class Verdict:
    """Whether anybody gains by moving, for each row at each point.

    Attributes
    ----------
    status
        By `MEANINGS`. A row is unstable if some move is known to be made, whatever else is unknown.
    gain
        What the one who gains least of those who move gets more, by the first move in which that is most, up to
        rounding. Not positive where stable, 0 where nobody can move, NaN where that is unknown for all moves.
    by, to
        Who makes that move, as a coalition, and to which row; nobody (0) and the row itself where stable or unknown.
    """

    status: Int8[np.ndarray, "*points rows"]
    gain: Shaped[np.ndarray, "*points rows"]
    by: Int[np.ndarray, "*points rows"]
    to: Int[np.ndarray, "*points rows"]

    @property
    def stable(self) -> Bool[np.ndarray, "*points rows"]:
        """Whether nobody gains by moving; False where that is not known."""
        return np.asarray(self.status == STABLE)


def read_payoffs(payoffs: Any, rows: int | None = None) -> Payoffs:
    """Return what each player gets in each row, as fractions if these are exact and else as floats.

    Raises
    ------
    InputError
        If there are no rows and players, or not so many rows; or an amount is infinite. NaN stands for the unknown.
    """
    found = read_numbers("payoffs", payoffs)
    if found.ndim < 2 or not found.size or (rows is not None and found.shape[-2] != rows):
        expected = "one for each way of being together" if rows is None else f"{rows} of them"
        raise InputError(f"found payoffs of shape {found.shape}, expected [..., rows, players], the rows {expected}")
    if found.dtype != object and np.isinf(found).any():
        raise InputError("found infinite payoffs, expected numbers, or NaN where they are unknown")
    return found


def rounding_of(payoffs: Payoffs) -> Shaped[np.ndarray, "*points"]:
    """Return for each point up to what a difference of payoffs is taken for rounding: exactly 0 for fractions."""
    if payoffs.dtype == object:
        return np.full(payoffs.shape[:-2], Fraction(0), dtype=object)
    return np.asarray(ROUNDING * np.nan_to_num(np.abs(payoffs)).max(axis=(-2, -1)))


def judge(payoffs: Payoffs, moves: Iterable[Moves]) -> Verdict:
    """Say of every row whether anybody gains by moving."""
    return _Judging(payoffs).of(moves)


class _Judging:
    """Payoffs with what is unknown set aside, so that fractions are compared like floats."""

    def __init__(self, payoffs: Payoffs) -> None:
        self.slack = rounding_of(payoffs)[..., None]
        self.known = np.asarray(payoffs == payoffs, dtype=bool)
        self.payoffs = np.where(self.known, payoffs, 0 * self.slack[..., None])

    def of(self, moves: Iterable[Moves]) -> Verdict:
        shape = self.payoffs.shape[:-1]
        rows = np.arange(shape[-1])
        gain = np.full(shape, -np.inf, dtype=self.payoffs.dtype)
        by, to = np.zeros(shape, dtype=np.int64), np.broadcast_to(rows, shape).copy()
        asking, moveable = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        for each in moves:
            for choice, end in enumerate(each.to.T):
                moving = end != rows
                if not moving.any():
                    continue
                least, certain, refused = self._least(each.by, end)
                if each.asked is not None:
                    agreed, forbidden = self._consent(each.asked[:, choice], end)
                    moving, certain = moving & ~forbidden, certain & agreed
                moveable |= moving
                asking |= moving & ~certain & ~refused
                better = moving & certain & np.asarray(least > gain + self.slack, dtype=bool)  # else the first stands
                gain = np.where(better, least, gain)
                by, to = np.where(better, each.by, by), np.where(better, end, to)
        gains = np.asarray(gain > self.slack, dtype=bool)
        gain = np.where(by > 0, gain, np.where(moveable, np.nan, 0 * self.slack))
        here = self.known.all(axis=-1)
        status = np.where(gains, UNSTABLE, np.where(~here, UNKNOWN, np.where(asking, UNDECIDED, STABLE)))
        return Verdict(status.astype(np.int8), gain, np.where(gains, by, 0), np.where(gains, to, rows))

    def _least(self, by: int, end: Int[np.ndarray, " rows"]) -> tuple[Any, Any, Any]:
        """Return what the one who gains least gets more, whether that is known, and whether somebody does not gain.

        Someone who certainly does not gain settles a move, though what others get is unknown.
        """
        least, certain = self._more(members(by)[0], end)
        refused = certain & np.asarray(least <= self.slack, dtype=bool)
        for player in members(by)[1:]:
            more, known = self._more(player, end)
            least = np.where(more < least, more, least)
            certain = certain & known
            refused = refused | (known & np.asarray(more <= self.slack, dtype=bool))
        return least, certain, refused

    def _consent(self, asked: Int[np.ndarray, " rows"], end: Int[np.ndarray, " rows"]) -> tuple[Any, Any]:
        """Return whether all who are asked agree, and whether one is known not to."""
        agreed, forbidden = np.full(len(asked), True), np.full(len(asked), False)
        for player in range(self.payoffs.shape[-1]):
            counts = asked >> player & 1 == 1
            if counts.any():
                more, known = self._more(player, end)
                loses = known & np.asarray(more < -self.slack, dtype=bool)
                agreed, forbidden = agreed & (~counts | (known & ~loses)), forbidden | (counts & loses)
        return agreed, forbidden

    def _more(self, player: int, end: Int[np.ndarray, " rows"]) -> tuple[Any, Any]:
        """Return how much more a player gets in other rows, and whether that is known."""
        more = self.payoffs[..., end, player] - self.payoffs[..., player]
        return more, self.known[..., end, player] & self.known[..., player]
