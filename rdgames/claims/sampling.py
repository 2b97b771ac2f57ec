"""Random exact points that satisfy hypotheses, with many near the bounds of these and of what is claimed.

The search walks along lines. From a point, one parameter moves; its domain is cut where a hypothesis or a comparison of
the claim can change (`rdgames.claims.lines`), and the numbers worth trying are tried: every rational cut, a number in
every cell, and numbers near both ends of the cells that satisfy the hypotheses. The walk goes on from one of the points
that violate the fewest hypotheses, along another parameter; so it finds its way into the region from outside, needs no
knowledge of the model, and comes to corners. A whole-numbered parameter moves to small numbers and to neighbors.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from random import Random

from rdgames.claims.forms import OnLine
from rdgames.claims.functions import ExactPoint
from rdgames.claims.hypotheses import Hypotheses, boundaries
from rdgames.claims.lines import Cell, cells
from rdgames.game.entries import Parameter
from rdgames.language.tree import Statement

STEPS = 12
"""How many lines a walk follows before another starts elsewhere."""

USUAL_COUNTS = 12
"""Whole numbers are drawn from this many, and now and then from ten times as many."""

USUAL_CUTS = 8
"""How often a parameter is moved at first; later as often as there were cuts and cells when it last moved."""


@dataclass
class Walk:
    """The search for points that satisfy hypotheses; ``proposed`` counts those looked at, ``lines`` the lines."""

    hypotheses: Hypotheses
    claimed: Statement
    rng: Random
    proposed: int = 0
    lines: int = 0
    before_line: Callable[[], None] = lambda: None  # raises to end the search
    _seen: set[tuple[Fraction, ...]] = field(default_factory=set)
    _cuts: dict[str, int] = field(default_factory=dict)

    def points(self, lines: int) -> Iterator[ExactPoint]:
        """Yield different points that satisfy all hypotheses, until so many lines have been followed."""
        if not self._fixed_values_are_in_domain():
            return
        while self.lines < lines:
            point, fewest = self._anywhere(), 1
            for _ in range(STEPS):
                self.lines += 1
                self.before_line()
                tried = yield from self._along(point, self._pivot(inside=not fewest))
                if not tried:
                    break
                fewest = min(violations for violations, _ in tried)
                best = [found for violations, found in tried if violations == fewest]
                point = min(self.rng.choices(best, k=2), key=_length)  # so numbers stay readable

    def _fixed_values_are_in_domain(self) -> bool:
        parameters = self.hypotheses.game.parameter
        return not any(parameters[name].problem(value) for name, value in self.hypotheses.fixed.items())

    def _anywhere(self) -> ExactPoint:
        fixed = self.hypotheses.fixed
        parameters = self.hypotheses.game.parameters
        return ExactPoint({p.name: fixed[p.name] if p.name in fixed else drawn(p, self.rng) for p in parameters})

    def _along(self, point: ExactPoint, pivot: str | None) -> Generator[ExactPoint, None, list[tuple[int, ExactPoint]]]:
        """Yield new points on a line through a point; return all tried, each with how many hypotheses it violates."""
        tried: list[tuple[int, ExactPoint]] = []

        def attempt(moved: ExactPoint) -> Iterator[ExactPoint]:
            self.proposed += 1
            fewest = min((violations for violations, _ in tried), default=None)
            tried.append((self.hypotheses.violations(moved, at_most=fewest), moved))
            key = tuple(moved.values.values())
            if tried[-1][0] == 0 and key not in self._seen:
                self._seen.add(key)
                yield moved

        if pivot is None:
            yield from attempt(point)
            return tried
        exact, found = self._cut(point, pivot)
        for cell in found:
            yield from attempt(point.moved(pivot, cell.inside(self.rng)))
            if tried[-1][0] == 0:
                for value in cell.near_ends(self.rng):
                    yield from attempt(point.moved(pivot, value))
        for value in exact:
            yield from attempt(point.moved(pivot, value))
        return tried

    def _pivot(self, *, inside: bool) -> str | None:
        """Return the parameter to be moved next: inside the region, sooner one along which much changes."""
        parameters = self.hypotheses.game.parameters
        free = [parameter.name for parameter in parameters if parameter.name not in self.hypotheses.fixed]
        weights = [self._cuts.get(name, USUAL_CUTS) if inside else 1 for name in free]
        return self.rng.choices(free, weights)[0] if free else None

    def _cut(self, point: ExactPoint, pivot: str) -> tuple[list[Fraction], list[Cell]]:
        """Return the numbers worth trying for a parameter, and the cells between them."""
        game = self.hypotheses.game
        parameter = game.parameter[pivot]
        exact: list[Fraction]
        found: list[Cell]
        if parameter.integer:
            exact, found = some_counts(parameter, point.values[pivot], self.rng), []
        else:
            line = OnLine(game, point, pivot)
            functions = (*self.hypotheses.boundaries(line), *boundaries(self.claimed, line))
            exact, found = cells(functions, parameter.domain)
        self._cuts[pivot] = len(exact) + len(found)
        return exact, found


def _length(point: ExactPoint) -> int:
    return len(str(point.vector))


def drawn(parameter: Parameter, rng: Random) -> Fraction:
    """Return a random value of a parameter: a simple fraction, or a whole number; often an end of its domain."""
    if parameter.integer:
        low, high = _least_count(parameter), parameter.domain.high
        most = low + USUAL_COUNTS * (10 if rng.random() < 0.1 else 1) - 1
        if high is not None:
            most = min(most, floor(high) if parameter.domain.high_included else ceil(high) - 1)
        return Fraction(rng.randint(low, max(low, most)))
    exact, found = cells((), parameter.domain)
    return rng.choice(exact) if (exact and rng.random() < 0.25) or not found else rng.choice(found).inside(rng)


def some_counts(parameter: Parameter, now: Fraction, rng: Random) -> list[Fraction]:
    """Return whole numbers worth trying: the least three, the neighbors of the present one, and another."""
    low = _least_count(parameter)
    tried = {*map(Fraction, range(low, low + 3)), now - 1, now + 1, drawn(parameter, rng)}
    return sorted(value for value in tried if parameter.problem(value) is None)


def _least_count(parameter: Parameter) -> int:
    least = ceil(parameter.domain.low or 0)
    return least + (parameter.domain.low == least and not parameter.domain.low_included)
