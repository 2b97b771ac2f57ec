"""Outlines of areas made of cells, as closed loops along the edges of the cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.path import Path

Vertex = tuple[int, int]


def outlines(inside: Bool[np.ndarray, "columns rows"]) -> list[list[Vertex]]:
    """Return the loops around an area, as corners of cells, the area on the left of each; the first is not repeated.

    >>> outlines(np.array([[True], [True]]))
    [[(0, 0), (2, 0), (2, 1), (0, 1)]]
    """
    ways = _edges(inside)
    loops = []
    while ways:
        start = place = next(iter(ways))
        loop: list[Vertex] = []
        while True:
            loop.append(place)
            nexts = ways[place]
            following = nexts.pop()
            if not nexts:
                del ways[place]
            place = following
            if place == start:
                break
        loops.append(_corners(loop))
    return loops


def inner_lines(inside: Bool[np.ndarray, "columns rows"]) -> list[list[Vertex]]:
    """Return the lines between inside and outside: the outlines without what runs along the border of the whole.

    >>> inner_lines(np.array([[True], [False]]))
    [[(1, 0), (1, 1)]]
    """
    columns, rows = inside.shape
    lines: list[list[Vertex]] = []
    for loop in outlines(inside):
        joined = False
        for one, other in zip(loop, loop[1:] + loop[:1], strict=True):
            inner = not (one[0] == other[0] in (0, columns) or one[1] == other[1] in (0, rows))
            if inner and joined:
                lines[-1].append(other)
            elif inner:
                lines.append([one, other])
            joined = inner
    return lines


def placed(
    corners: list[Vertex], x: Float[np.ndarray, " column_edges"], y: Float[np.ndarray, " row_edges"]
) -> Float[np.ndarray, "corners 2"]:
    """Return corners in the units of the edges ``x`` and ``y``."""
    columns, rows = np.array(corners).T
    return np.column_stack([x[columns], y[rows]])


def area(
    loops: Sequence[list[Vertex]], x: Float[np.ndarray, " column_edges"], y: Float[np.ndarray, " row_edges"]
) -> Path:
    """Return loops as one path in the units of the edges ``x`` and ``y``, so that areas within areas stay open."""
    pieces = [Path(placed([*loop, loop[0]], x, y), closed=True) for loop in loops]
    return Path.make_compound_path(*pieces)


def _edges(inside: Bool[np.ndarray, "columns rows"]) -> dict[Vertex, list[Vertex]]:
    """Return where each edge of the area leads, from corner to corner, the area on its left."""
    padded = np.pad(inside, 1)
    ways: dict[Vertex, list[Vertex]] = defaultdict(list)
    sides = (
        ((0, -1), (0, 0), (1, 0)),
        ((1, 0), (1, 0), (1, 1)),
        ((0, 1), (1, 1), (0, 1)),
        ((-1, 0), (0, 1), (0, 0)),
    )
    for (right, up), begin, end in sides:
        neighbor = np.roll(padded, (-right, -up), axis=(0, 1))[1:-1, 1:-1]
        for i, j in np.argwhere(inside & ~neighbor).tolist():
            ways[i + begin[0], j + begin[1]].append((i + end[0], j + end[1]))
    return ways


def _corners(loop: list[Vertex]) -> list[Vertex]:
    """Return a loop without the points at which it goes straight on."""
    turns = []
    for before, place, after in zip(loop[-1:] + loop[:-1], loop, loop[1:] + loop[:1], strict=True):
        if (place[0] - before[0], place[1] - before[1]) != (after[0] - place[0], after[1] - place[1]):
            turns.append(place)
    return turns
