"""Curves on which exact boundaries lie within a map, traced through their exact roots along lines of a grid.

The map is cut by lines along both parameters. Where a boundary crosses a line is known exactly; within each cell of
the grid the crossings of its sides are joined, nearest ones first, and the pieces are put together into curves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise
from math import hypot, isclose
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from rdgames.claims.hypotheses import conjuncts
from rdgames.errors import InputError
from rdgames.figures.wording import formula, plain
from rdgames.language.printer import LATEX, typeset
from rdgames.language.reader import read_expression, read_statement
from rdgames.language.tree import Comparison, Number, Symbol

if TYPE_CHECKING:
    from rdgames.theorems.boundaries import Boundary
    from rdgames.theorems.region import Region

LINES = 64
"""How many lines cut the map along each parameter."""

OFFSET = Fraction(377, 987)
"""Lines lie at places so odd that boundaries at simple numbers do not run along them."""

LONGEST_LABEL = 90
"""A formula that would be typed with more characters is not shown; the statement is named instead."""

Node = tuple[str, int, int]
"""A crossing: along which sort of line, which of them, the how-manieth."""


@dataclass(frozen=True)
class Marked:
    """A boundary to be drawn, the statement whose truth changes there, and the regimes in it; empty if not known.

    ``fixed`` are values of parameters for which the boundary was found.
    """

    boundary: Boundary
    statement: str = ""
    regimes: tuple[str, ...] = ()
    fixed: Mapping[str, Fraction] = field(default_factory=dict)

    def check(self, over: tuple[str, str], values: Mapping[str, Any]) -> None:
        """Raise InputError unless the boundary was found for the values of the map, and what varies there is open."""
        for name, value in self.fixed.items():
            if name in over:
                raise InputError(f"found a boundary for {name} = {value}, but {name} varies on the map; leave it open")
            if name in values and not isclose(float(value), float(values[name])):
                raise InputError(
                    f"found a boundary for {name} = {value}, expected one for {name} = {values[name]:g}, "
                    "the value in the dataset: fix it so in rd.region, or leave it open there"
                )

    def label(self, symbols: Mapping[str, str]) -> str:
        """Return what a legend says: the boundary as a formula, and what changes there."""
        shown = _equation(self.boundary, symbols)
        if not self.statement:
            return shown or "boundary"
        edge = f"edge of {plain(self.statement)}"
        return f"{shown}, {edge}" if shown else edge


def marked(boundaries: Region | Boundary | Iterable[Region | Boundary] | None) -> list[Marked]:
    """Return the boundaries of regions, each once; a region names the statement that changes there.

    Raises
    ------
    InputError
        If something is neither a region nor a boundary.
    """
    if boundaries is None:
        return []
    alone = hasattr(boundaries, "to_document") or isinstance(boundaries, str)
    several: Any = (boundaries,) if alone else boundaries
    found: list[Marked] = []
    for each in several:
        if hasattr(each, "boundaries"):
            fixed = _fixed(each)
            found += [Marked(one, each.statement, each.regimes, fixed) for one in each.boundaries]
        elif hasattr(each, "roots"):
            found.append(Marked(each))
        else:
            raise InputError(f"found {each!r:.60} as a boundary, expected what rd.region returns, or its boundaries")
    each_once: dict[str, Marked] = {}
    for one in found:
        each_once.setdefault(one.boundary.polynomial, one)
    return list(each_once.values())


def _fixed(region: Region) -> dict[str, Fraction]:
    """Return the values that what is given fixes in so many words, as ``n == 3``."""
    found = {}
    for statement in conjuncts(read_statement(region.given, region.regimes) if region.given else None):
        match statement:
            case Comparison((Symbol(name), Number(value)), ("==",)):
                found[name] = value
    return found


def curves(
    boundary: Boundary,
    over: tuple[str, str],
    x: tuple[float, float],
    y: tuple[float, float],
    values: Mapping[str, Any],
) -> list[Float[np.ndarray, "points 2"]]:
    """Return the curves of a boundary within a rectangle of two parameters, the others having these values.

    Raises
    ------
    InputError
        If another parameter in the boundary has no value.
    """
    missing = [name for name in boundary.parameters if name not in over and name not in values]
    if missing:
        raise InputError(
            f"found the boundary {boundary}, and no value of {', '.join(missing)} in the dataset; "
            "expected boundaries between the regimes of the model that was swept"
        )
    values = {name: value for name, value in values.items() if name in boundary.parameters}
    columns, rows = _lines(*x), _lines(*y)
    places: dict[Node, tuple[float, float]] = {}
    cells: dict[tuple[int, int], list[Node]] = defaultdict(list)
    for i, column in enumerate(columns):
        for count, root in enumerate(_crossings(boundary, over[1], {**values, over[0]: column}, rows)):
            places["column", i, count] = (float(column), root)
            for cell in ((i - 1, _cell(rows, root)), (i, _cell(rows, root))):
                cells[cell].append(("column", i, count))
    for j, row in enumerate(rows):
        for count, root in enumerate(_crossings(boundary, over[0], {**values, over[1]: row}, columns)):
            places["row", j, count] = (root, float(row))
            for cell in ((_cell(columns, root), j - 1), (_cell(columns, root), j)):
                cells[cell].append(("row", j, count))
    scale = (x[1] - x[0], y[1] - y[0])
    joined: dict[Node, list[Node]] = defaultdict(list)
    for nodes in cells.values():
        for one, other in _pairs(nodes, places, scale):
            joined[one].append(other)
            joined[other].append(one)
    return [np.array([places[node] for node in chain]) for chain in _chains(joined)]


def _lines(low: float, high: float) -> list[Fraction]:
    ends = Fraction(repr(float(low))), Fraction(repr(float(high)))
    width = ends[1] - ends[0]
    return [ends[0], *(ends[0] + width * (count + OFFSET) / LINES for count in range(LINES)), ends[1]]


def _crossings(boundary: Boundary, parameter: str, values: Mapping[str, Any], within: list[Fraction]) -> list[float]:
    """Return where a boundary crosses a line between the outermost lines across it; none where it runs along it."""
    try:
        roots = boundary.roots(parameter, **values)
    except InputError:
        return []
    return [root.value for root in roots if within[0] <= root.root.low and root.root.high <= within[-1]]


def _cell(lines: list[Fraction], value: float) -> int:
    return max(0, min(int(np.searchsorted([float(line) for line in lines], value, side="right")) - 1, len(lines) - 2))


def _pairs(
    nodes: list[Node], places: Mapping[Node, tuple[float, float]], scale: tuple[float, float]
) -> Iterator[tuple[Node, Node]]:
    """Yield the crossings of a cell's sides in pairs, nearest ones first."""

    def distance(pair: tuple[Node, Node]) -> float:
        (x, y), (other_x, other_y) = places[pair[0]], places[pair[1]]
        return hypot((x - other_x) / scale[0], (y - other_y) / scale[1])

    left = set(nodes)
    for one, other in sorted(combinations(nodes, 2), key=distance):
        if one in left and other in left:
            left -= {one, other}
            yield one, other


def _chains(joined: Mapping[Node, list[Node]]) -> Iterator[list[Node]]:
    """Yield what is joined as chains, open ones from end to end, closed ones back to their start."""
    seen: set[Node] = set()
    for start in sorted(joined, key=lambda node: len(joined[node])):
        if start in seen:
            continue
        chain, seen_here = [start], {start}
        while True:
            following = [node for node in joined[chain[-1]] if node not in seen_here]
            if not following:
                break
            chain.append(following[0])
            seen_here.add(following[0])
        if len(chain) > 2 and start in joined[chain[-1]]:
            chain.append(start)
        seen |= seen_here
        yield chain


def kept(curve: Float[np.ndarray, "points 2"], inside: Any) -> Iterator[Float[np.ndarray, "points 2"]]:
    """Yield the parts of a curve whose pieces have their middle inside, where ``inside(x, y)`` says so."""
    part: list[Any] = []
    for one, other in pairwise(curve):
        if inside(*((one + other) / 2)):
            part = [*part, other] if part else [one, other]
        elif part:
            yield np.array(part)
            part = []
    if part:
        yield np.array(part)


def _equation(boundary: Boundary, symbols: Mapping[str, str]) -> str:
    """Return a boundary as a formula that matplotlib can set; empty if it would be too long."""
    text = boundary.explicit if boundary.explicit and " or " not in boundary.explicit else f"{boundary.polynomial} = 0"
    if len(text) > LONGEST_LABEL:
        return ""
    sides = [typeset(read_expression(side), LATEX, symbols) for side in text.split(" = ")]
    return formula(" = ".join(sides), text)
