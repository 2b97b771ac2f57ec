"""What a rule is, and what it gives: a division of what all earn together, or the reason why there is none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Bool, Int8, Shaped

from rdgames.sharing.coalitions import unknown

DIVIDED = 0
"""The status of a point whose shares are there."""

UNKNOWN = "the game is unknown here: no coalition has a worth"


class Rule(ABC):
    """A rule for dividing. It is open to extension: subclasses are final, and have all they need in their fields.

    Attributes
    ----------
    name
        What the rule is called by users: in small letters, its words joined by hyphens.
    source
        Where it was published.
    takes
        The layout of what `divide` is given: "coalitions", [..., 2**P] as in `rdgames.sharing.coalitions`, or
        "partitions", as in `rdgames.sharing.partitions`.
    linear
        Whether shares are sums of worths with given coefficients: see `rdgames.sharing.coefficients.coefficients`.
    """

    name: ClassVar[str]
    source: ClassVar[str]
    takes: ClassVar[str] = "coalitions"
    linear: ClassVar[bool] = False

    @abstractmethod
    def divide(self, worth: Any) -> Division:
        """Divide at every point what all players together are worth.

        Raises
        ------
        InputError
            If ``worth`` is no table of games, or they do not fit the fields of the rule.
        """


@dataclass(frozen=True, eq=False)
class Remark:
    """Something to know of shares that are there nevertheless.

    Attributes
    ----------
    text
        What there is to know.
    where
        At which points it is so, and for which players.
    """

    text: str
    where: Bool[np.ndarray, "*points players"]


@dataclass(frozen=True, eq=False)
class Division:
    """What each player gets at each point, or why the rule does not say.

    Attributes
    ----------
    rule
        The rule.
    shares
        What each player gets: fractions if the games were exact, else floats. NaN exactly where ``status`` is not 0.
    status
        0 where the game is divided; elsewhere the place in ``meanings`` of the reason why it is not.
    meanings
        What each status means, in words.
    remarks
        What is to be known of the shares that are there: each at some points and for some players.
    """

    rule: Rule
    shares: Shaped[np.ndarray, "*points players"]
    status: Int8[np.ndarray, "*points"]
    meanings: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def divided(self) -> Bool[np.ndarray, "*points"]:
        """Whether there are shares, at each point."""
        return np.asarray(self.status == DIVIDED)

    @classmethod
    def of(
        cls,
        rule: Rule,
        games: Shaped[np.ndarray, "*points coalitions"],
        shares: Shaped[np.ndarray, "*points players"],
        *reasons: tuple[str, Any],
        remarks: tuple[Remark, ...] = (),
    ) -> Division:
        """Return the division with NaN for all shares of a point where a reason applies.

        Parameters
        ----------
        rule, shares, remarks
            As in the division; shares may be anything where a reason applies.
        games
            What was divided: an unknown game is the first reason of all.
        reasons
            Why there are no shares, in words, and a mask of the points; the first that applies is given. A remark is
            kept only where there are shares, and only if there is any such place.
        """
        points = shares.shape[:-1]
        status = np.zeros(points, dtype=np.int8)
        masks = [unknown(games), *(mask for _, mask in reasons)]
        for number, mask in reversed(list(enumerate(masks, start=1))):
            status[np.broadcast_to(mask, points)] = number
        absent = status != DIVIDED
        if absent.any():
            shares = np.where(absent[..., None], np.nan, shares)
        kept = (Remark(remark.text, remark.where & ~absent[..., None]) for remark in remarks)
        meanings = ("divided", UNKNOWN, *(text for text, _ in reasons))
        return cls(rule, shares, status, meanings, tuple(remark for remark in kept if remark.where.any()))
