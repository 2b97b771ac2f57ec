"""The best reply on whole arrays of points: nothing is assumed of what is maximized but that it can be computed.

Each action is tried from its least level to far above all others, on a geometric grid, and around its level in the
candidate; the search zooms in on the best trial several times. With several actions, they are tried in turn, and
together along directions: all alike, some against others, and some drawn at random. Where that has led to a gain, it is
done again from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

FAR = np.geomspace(1e-4, 1e3, 36)
"""Trials of an action, as multiples of its level."""
AROUND = np.geomspace(0.05, 20, 12)
"""The same, as multiples of the highest level at the move."""
CLOSE = np.array([-0.2, -0.05, -0.01, -1e-3, 0, 1e-3, 0.01, 0.05, 0.2])
"""Trials around the level, as parts of it."""
ZOOMS, CLOSER = 9, np.linspace(0, 1, 9)
"""How often the search zooms in, and on which trials between the neighbors of the best."""
ROUNDS = 4
"""How often all actions are tried."""
RISES = 1e-12
"""What a round must bring, as a part of what is at stake, for another to follow."""

Points = Float[np.ndarray, " points"]
Values = Float[np.ndarray, "points trials"]
Levels = Float[np.ndarray, "points _"]
"""Of each trial, or the same in all."""
Worth = Callable[[Sequence[Levels]], tuple[Values, Values, Bool[np.ndarray, "points trials"]]]
"""Returns, for levels of each action, what they are certainly worth, what they may be worth, and where nobody knows."""


@dataclass(eq=False)
class Search:
    """A search for better levels of some actions, at many points.

    Attributes
    ----------
    worth
        Returns, for some of the points, what levels are worth there.
    levels
        The best levels found so far: for each action an array over points.
    base, stake
        What the levels of the candidate are worth; what is small in comparison is rounding.
    least, size, highest
        The least level of each action (``-inf`` if it may be negative), the size of its level, and the size of the
        highest level at its move.
    directions
        For each direction how much each action changes, in units of its size; numbers or arrays over points.
    value
        What the best levels are worth.
    trials, unknown
        How many trials there were, and of how many it is not known whether they are worth more than the candidate.
    """

    worth: Callable[[Int[np.ndarray, " some"]], Worth]
    levels: list[Points]
    base: Points
    stake: Points
    least: Sequence[Points]
    size: Sequence[Points]
    highest: Points
    directions: Sequence[Sequence[Any]] = ()
    value: Points = field(init=False)
    unknown: Int[np.ndarray, " points"] = field(init=False)
    trials: int = 0

    def __post_init__(self) -> None:
        self.value = self.base.copy()
        self.unknown = np.zeros(len(self.base), dtype=int)

    def run(self, points: Int[np.ndarray, " some"]) -> None:
        """Search at some of the points until nothing is gained any more."""
        for _ in range(ROUNDS if len(self.levels) > 1 else 1):
            if not len(points):
                break
            before = self.value[points]
            for place in range(len(self.levels)):
                self._follow(points, _Coordinate(self, points, place))
            for direction in self.directions:
                self._follow(points, _Direction(self, points, direction))
            points = points[self.value[points] > before + RISES * self.stake[points]]

    def _follow(self, points: Int[np.ndarray, " some"], line: _Coordinate | _Direction) -> None:
        """Search along a line from where the points are, and go where it is best."""
        worth, base, least_gain = self.worth(points), self.base[points, None], RISES * self.stake[points, None]
        steps, rows = line.first, np.arange(len(points))
        best, best_step = np.full(len(points), -np.inf), np.zeros(len(points))
        for _ in range(ZOOMS + 1):
            sure, possible, none = worth(line.at(steps))
            with np.errstate(invalid="ignore"):  # where there is no number, nothing is greater
                unsure = none | ((possible > base + least_gain) & ~(sure > base))
            self.unknown[points] += unsure.sum(axis=1)
            self.trials += steps.shape[1]
            sure = np.where(np.isfinite(sure), sure, -np.inf)
            place = sure.argmax(axis=1)
            higher = sure[rows, place] > best
            best = np.where(higher, sure[rows, place], best)
            best_step = np.where(higher, steps[rows, place], best_step)
            low, high = (steps[rows, np.clip(place + by, 0, steps.shape[1] - 1)] for by in (-1, 1))
            steps = low[:, None] + (high - low)[:, None] * CLOSER
        better = best > self.value[points]
        for whole, found in zip(self.levels, line.at(best_step[:, None]), strict=True):
            whole[points[better]] = found[better, 0]
        self.value[points[better]] = best[better]


class _Coordinate:
    """Levels of one action, all others as they are."""

    def __init__(self, search: Search, points: Int[np.ndarray, " some"], place: int) -> None:
        self.place = place
        self.levels = [level[points, None] for level in search.levels]
        here, least, size = (each[place][points, None] for each in (search.levels, search.least, search.size))
        far = np.concatenate([size * FAR, search.highest[points, None] * AROUND], axis=1)
        close = np.maximum(here + size * CLOSE, least)
        away = [least, least + far] if np.isfinite(least).all() else [here - far, here + far]
        self.first = np.sort(np.concatenate([*away, close], axis=1), axis=1)

    def at(self, steps: Values) -> list[Levels]:
        """Return the levels of all actions."""
        return [steps if place == self.place else level for place, level in enumerate(self.levels)]


class _Direction:
    """Levels of several actions that change together, until they reach their least levels."""

    def __init__(self, search: Search, points: Int[np.ndarray, " some"], direction: Sequence[Any]) -> None:
        self.levels = [level[points, None] for level in search.levels]
        self.least = [least[points, None] for least in search.least]
        slopes = [
            np.broadcast_to(part, search.base.shape) * size for part, size in zip(direction, search.size, strict=True)
        ]
        self.slopes = [slope[points, None] for slope in slopes]
        self.first = np.tile(np.concatenate([-FAR[::-1], [0.0], FAR]), (len(points), 1))

    def at(self, steps: Values) -> list[Levels]:
        """Return the levels of all actions."""
        parts = zip(self.levels, self.slopes, self.least, strict=True)
        return [np.maximum(level + slope * steps, least) for level, slope, least in parts]
