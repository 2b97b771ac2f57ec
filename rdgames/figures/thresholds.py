"""Where the ranking of two regimes flips as one parameter grows.

The difference of two outcomes counts as zero where it is rounding noise: at most `NOISE` times the larger outcome
there, or times the median size of both where they pass through zero themselves. Its sign is compared between
neighboring points at which both regimes are drawn:

- opposite signs at neighbors: the threshold is where the straight line between them is zero;
- opposite signs on the two sides of a point where it is zero: exactly there;
- opposite signs on the two sides of several such points: at both ends of that stretch.

A difference that touches zero and turns back, and a pair that agrees everywhere, has no threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from jaxtyping import Bool, Float

NOISE = 1e-10
MERGED = 0.05
"""Thresholds nearer than this share of the step between points are one: linear interpolation cannot part them."""


@dataclass(frozen=True)
class Threshold:
    """A place where regimes flip; each of ``groups`` holds the numbers of regimes that are equal there.

    ``below`` and ``above`` are the points around it; they are equal where the threshold is a point of the sweep.
    """

    place: float
    below: float
    above: float
    groups: tuple[tuple[int, ...], ...]

    @property
    def exact(self) -> bool:
        """Whether the threshold is a point of the sweep."""
        return self.below == self.above


def thresholds(
    x: Float[np.ndarray, " points"], values: Float[np.ndarray, "regimes points"], whole: bool = False
) -> list[Threshold]:
    """Return the thresholds of all pairs of regimes in increasing order, those at one place merged.

    Nothing lies between the points of a ``whole`` parameter, so its thresholds are merged by the points around them.

    >>> x = np.array([0.0, 1.0, 2.0, 3.0])
    >>> [found] = thresholds(x, np.array([[0.0, 1.0, 2.0, 3.0], [1.5, 1.5, 1.5, 1.5]]))
    >>> found.place, found.below, found.above, found.groups
    (1.5, 1.0, 2.0, ((0, 1),))
    """
    found = [
        ((below + above) / 2 if whole else place, below, above, pair)
        for pair in combinations(range(len(values)), 2)
        for place, below, above in flips(x, values[pair[0]], values[pair[1]])
    ]
    merged: list[list[tuple[float, float, float, tuple[int, int]]]] = []
    for flip in sorted(found):
        if merged and flip[0] - merged[-1][0][0] <= MERGED * _step(x, flip[0]):
            merged[-1].append(flip)
        else:
            merged.append([flip])
    return [_merge(cluster, whole) for cluster in merged]


def flips(
    x: Float[np.ndarray, " points"], first: Float[np.ndarray, " points"], second: Float[np.ndarray, " points"]
) -> list[tuple[float, float, float]]:
    """Return the places where ``first - second`` changes sign, each with the points of the sweep around it."""
    drawn = np.isfinite(first) & np.isfinite(second)
    sign = np.where(drawn, np.sign(first - second), 0) * ~equal(first, second)
    gaps = np.cumsum(~drawn)
    places: list[tuple[float, float, float]] = []
    for left, right in pairwise(np.flatnonzero(sign)):
        if sign[left] == sign[right] or gaps[left] != gaps[right]:
            continue
        if right == left + 1:
            rise = (first - second)[[left, right]]
            share = rise[0] / (rise[0] - rise[1])
            places.append((float(x[left] + share * (x[right] - x[left])), float(x[left]), float(x[right])))
        else:
            places += [(point, point, point) for point in sorted({float(x[left + 1]), float(x[right - 1])})]
    return places


def equal(first: Float[np.ndarray, " points"], second: Float[np.ndarray, " points"]) -> Bool[np.ndarray, " points"]:
    """Return where two outcomes differ by no more than rounding noise, both being drawn."""
    size = np.maximum(np.abs(first), np.abs(second))
    drawn: Bool[np.ndarray, " points"] = np.isfinite(size)
    if not drawn.any():
        return drawn
    slack = NOISE * np.maximum(size, np.median(size[drawn]))
    drawn &= np.abs(first - second) <= slack
    return drawn


def coincide(first: Float[np.ndarray, " points"], second: Float[np.ndarray, " points"]) -> bool:
    """Return whether two curves lie on each other at most of the points where both are drawn."""
    common = np.isfinite(first) & np.isfinite(second)
    return bool(common.any() and equal(first, second).sum() > common.sum() / 2)


def _step(x: Float[np.ndarray, " points"], place: float) -> float:
    """Return the distance between the points around a place."""
    right = int(np.clip(np.searchsorted(x, place), 1, len(x) - 1))
    return float(x[right] - x[right - 1])


def _merge(cluster: Sequence[tuple[float, float, float, tuple[int, int]]], apart: bool) -> Threshold:
    """Return one threshold for flips at one place; a point of the sweep, if one is among them, says where.

    Pairs that share a regime are equal to each other there, unless they are ``apart`` because the place is an interval.
    """
    place, below, above, _ = min(cluster, key=lambda flip: flip[2] - flip[1])
    groups: list[set[int]] = []
    for *_, pair in cluster:
        if apart and below < above:
            groups.append(set(pair))
            continue
        joined = set(pair).union(*(group for group in groups if group & set(pair)))
        groups = [group for group in groups if not group & joined] + [joined]
    return Threshold(place, below, above, tuple(sorted(tuple(sorted(group)) for group in groups)))
