"""Divisions among three members as points of a triangle: nothing is drawn here.

Shares that add up to v(N), and are not below a floor of each member, fill a triangle. At a corner one member gets all
that is above the floors; a member's share is the same along lines parallel to the side opposite to its corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from jaxtyping import Float

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, sqrt(3) / 2]])
"""Where the corners of the three members are drawn."""

_MARGIN = 0.06
"""How far the triangle reaches beyond a division that gives a member less than alone, as a part of its size."""

_NEAR = 1e-9
"""How far from an edge, as a part of the triangle's size, a corner still lies on it."""


@dataclass(frozen=True, eq=False)
class Triangle:
    """All divisions of ``total`` among three members that give each at least its floor."""

    floors: Float[np.ndarray, "3"]
    total: float

    @classmethod
    def around(cls, worth: Float[np.ndarray, "8"], shares: Float[np.ndarray, "rules 3"]) -> Triangle:
        """Return the triangle of the divisions that give no member less than alone, if it has all of these.

        Else it is larger; and so it is where together all are worth less than the sum of each alone, or no more.
        """
        alone = worth[[1, 2, 4]]
        floors = np.minimum(alone, shares.min(axis=0, initial=np.inf))
        size = worth[7] - floors.sum()
        scale = max(size, 1e-6 * float(np.abs(worth).max()))
        floors = floors - np.where(floors < alone, _MARGIN * scale, 0)
        lacking = scale - (worth[7] - floors.sum())
        if lacking > 0:
            floors = floors - (lacking + 0.1 * float(np.abs(worth).max())) / 3
        return cls(floors, float(worth[7]))

    @property
    def size(self) -> float:
        """By how much the highest share of a member is above its floor."""
        return float(self.total - self.floors.sum())

    def place(self, shares: Float[np.ndarray, "*any 3"]) -> Float[np.ndarray, "*any 2"]:
        """Return where divisions are drawn."""
        found: Float[np.ndarray, "*any 2"] = ((np.asarray(shares) - self.floors) / self.size) @ CORNERS
        return found

    def side(self, member: int, share: float) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "3"]]:
        """Return the ends of the line along which a member has a share: first that on the side of its ticks."""
        following, last = (member + 1) % 3, (member + 2) % 3
        ends = []
        for other, rest in ((following, last), (last, following)):
            end = self.floors.copy()
            end[member] = share
            end[other] = self.total - share - self.floors[rest]
            ends.append(end)
        return ends[0], ends[1]

    def within(self, least: Float[np.ndarray, "3"], most: Float[np.ndarray, "3"]) -> Float[np.ndarray, "corners 3"]:
        """Return the corners of the divisions in which each share is between two numbers, none if there are none.

        The triangle is cut along each bound in turn; what is left may be a segment or a point.
        """
        corners: list[Float[np.ndarray, "3"]] = [self.floors + self.size * np.eye(3)[member] for member in range(3)]
        for member in range(3):
            for sign, bound in ((1.0, least[member]), (-1.0, most[member])):
                corners = _cut(corners, member, sign, float(bound), _NEAR * self.size)
        return np.array(corners).reshape(-1, 3)


def _cut(
    corners: Sequence[Float[np.ndarray, "3"]], member: int, sign: float, bound: float, slack: float
) -> list[Float[np.ndarray, "3"]]:
    """Return the corners of a polygon without what lies beyond a bound of one share."""
    kept: list[Float[np.ndarray, "3"]] = []
    inside = [sign * (corner[member] - bound) for corner in corners]
    for place, corner in enumerate(corners):
        here, before = inside[place], inside[place - 1]
        if (here > slack and before < -slack) or (here < -slack and before > slack):
            part = before / (before - here)
            kept.append(corners[place - 1] + part * (corner - corners[place - 1]))
        if here >= -slack:
            kept.append(corner)
    return kept


def core_bounds(worth: Float[np.ndarray, "8"]) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "3"]]:
    """Return between which numbers each share is in the core: what a member is worth alone, and what it adds."""
    return worth[[1, 2, 4]], worth[7] - worth[[6, 5, 3]]
