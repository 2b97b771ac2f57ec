"""Stretches of a swept parameter over which a regime is not drawn, and the condition that fails there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int

from rdgames.figures.wording import listing, number, unbroken

SHOWN = 3
"""Stretches of one regime and condition that are spelled out; more are counted."""


@dataclass(frozen=True)
class Stretch:
    """Neighboring points at which one condition fails in one regime; ``first`` and ``last`` are their numbers."""

    regime: int
    condition: int
    first: int
    last: int


def stretches(failed: Int[np.ndarray, "regimes points"]) -> list[Stretch]:
    """Return all stretches, by regime from left to right.

    >>> stretches(np.array([[0, 0, 2, 2], [1, 0, 0, 1]]))  # doctest: +NORMALIZE_WHITESPACE
    [Stretch(regime=0, condition=2, first=2, last=3), Stretch(regime=1, condition=1, first=0, last=0),
     Stretch(regime=1, condition=1, first=3, last=3)]
    """
    found = []
    for regime, row in enumerate(failed):
        cuts = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist(), len(row)]
        found += [Stretch(regime, int(row[first]), first, after - 1) for first, after in pairwise(cuts) if row[first]]
    return found


def span(stretch: Stretch, x: Float[np.ndarray, " points"]) -> tuple[float, float]:
    """Return where a stretch begins and ends: halfway to the neighboring points."""
    halves = np.concatenate([x[:1], (x[1:] + x[:-1]) / 2, x[-1:]])
    return float(halves[stretch.first]), float(halves[stretch.last + 1])


def in_words(some: Iterable[Stretch], x: Float[np.ndarray, " points"], sign: str) -> str:
    """Return at which points of the sweep the stretches lie, such as ``β ≥ 0.8``."""
    parts = [unbroken(_in_words(stretch, x, sign)) for stretch in some]
    if len(parts) > SHOWN:
        parts = [*parts[: SHOWN - 1], f"{len(parts) - SHOWN + 1} more stretches"]
    return listing(parts)


def _in_words(stretch: Stretch, x: Float[np.ndarray, " points"], sign: str) -> str:
    low, high = number(x[stretch.first], 4), number(x[stretch.last], 4)
    if stretch.first == 0 and stretch.last == len(x) - 1:
        return f"all {sign}"
    if stretch.first == stretch.last:
        return f"{sign} = {low}"
    if stretch.first == 0:
        return f"{sign} ≤ {high}"
    if stretch.last == len(x) - 1:
        return f"{sign} ≥ {low}"
    return f"{low} ≤ {sign} ≤ {high}"
