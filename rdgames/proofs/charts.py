"""Charts: coordinates that are not negative, in the place of parameters between their bounds.

What is known of a polynomial that is linear in a parameter bounds that parameter. A chart takes parameters one after
the other and puts in their place by how much they exceed a bound,

    f = A*v + B > 0,   v = (t - B)/A,   t > 0,

or where they are between two bounds, f = A*v + B and g = E - C*v,

    v = (E*A*u - B*C*w) / (A*C*(u + w)),   u = C*f, w = A*g,   u + w = C*B + A*E,

or what an equation says that they are. Bounds may depend on parameters that are replaced later. After all moves, a
polynomial times something positive is a polynomial in coordinates t, u, w that are not negative; if none of its
coefficients is negative, neither is its value. Coordinates take the names of the parameters, the w the name with an
apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress, product
from math import inf
from time import monotonic
from typing import Any

from rdgames.proofs.polynomials import Polynomials, not_negative
from rdgames.proofs.signs import NEGATIVE, ZERO


@dataclass(frozen=True)
class Move:
    """One parameter replaced: above ``low``, between ``low`` and ``high``, or where ``zero`` is zero."""

    parameter: str
    low: str = ""
    high: str = ""
    zero: str = ""

    def to_document(self) -> dict[str, str]:
        """Return the move as certificates write it."""
        if self.zero:
            return {"parameter": self.parameter, "zero": self.zero}
        if self.high:
            return {"parameter": self.parameter, "low": self.low, "high": self.high}
        return {"parameter": self.parameter, "fact": self.low}


class TooHardError(Exception):
    """The work that a search may do is done, or its time is over."""


@dataclass
class Limit:
    """How much work is left, counted in terms of polynomials, and until when.

    What is decided does not depend on how fast a machine is as long as no time is set.
    """

    terms: float = inf
    until: float = inf

    @property
    def for_solvers(self) -> dict[str, float]:
        """What solvers of linear programs are told of the time that is left."""
        return {} if self.until == inf else {"time_limit": max(self.until - monotonic(), 0.01)}

    def spend(self, terms: int) -> None:
        """Count work; raises TooHardError where there is nothing left to be spent."""
        self.terms -= terms
        if self.terms < 0 or monotonic() > self.until:
            raise TooHardError


@dataclass
class _Step:
    """A move worked out: v = numerator/denominator, and what must be positive for that."""

    name: str
    numerator: Any
    denominator: Any
    positive: tuple[Any, ...]
    rests: tuple[Any, ...] = ()


@dataclass
class Chart:
    """Coordinates in the place of parameters.

    Parameters
    ----------
    polynomials
        The polynomials of the proof.
    known
        What is known of the signs of polynomials; the moves rest on it.
    moves
        Which parameters are replaced how, in this order.
    limit
        The work that may be done.
    """

    polynomials: Polynomials
    known: Mapping[str, int]
    moves: tuple[Move, ...]
    limit: Limit
    weak: set[str] = field(default_factory=set)
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Work out all moves."""
        self.steps: list[_Step] = []
        self.covered: set[str] = set()
        self.sound = self._work_out() and self._is_positive_where_it_must_be()

    def _work_out(self) -> bool:
        for move in self.moves:
            if move.parameter in self.covered:
                return False
            step = self._between(move) if move.high else self._above(move)
            if step is None:
                return False
            self.steps.append(step)
            self.covered.add(move.parameter)
        return True

    def oriented(self, fact: str) -> Any:
        """Return a polynomial that is known not to be negative: a fact, or its negative."""
        polynomial = self.polynomials.by_text[fact]
        return -polynomial if self.known[fact] & NEGATIVE else polynomial

    def _linear(self, fact: str, name: str) -> tuple[Any, Any] | None:
        """Return the coefficients A and B of a fact A*v + B; it may not contain what is already replaced."""
        polynomial = self.oriented(fact)
        if self.polynomials.used(polynomial) & self.covered:
            return None
        coefficients = self.polynomials.coefficients(polynomial, name)
        return (coefficients[1], coefficients[0]) if len(coefficients) == 2 else None

    def _above(self, move: Move) -> _Step | None:
        found = self._linear(move.zero or move.low, move.parameter)
        if found is None:
            return None
        slope, rest = found
        coordinate = self.polynomials.context.constant(0) if move.zero else self.polynomials.generator[move.parameter]
        if not move.zero and self.known[move.low] & ZERO:
            self.weak.add(move.parameter)
        numerator = coordinate - rest
        if slope.leading_coefficient() < 0:  # whether it is positive is seen when all moves are known
            numerator, slope = -numerator, -slope
        return _Step(move.parameter, numerator, slope, (slope,))

    def _between(self, move: Move) -> _Step | None:
        below, above = self._linear(move.low, move.parameter), self._linear(move.high, move.parameter)
        if below is None or above is None:
            return None
        (a, b), (minus_c, e) = below, above
        c, other = -minus_c, f"{move.parameter}'"
        u, w = self.polynomials.generator[move.parameter], self.polynomials.generator[other]
        for fact, name in ((move.low, move.parameter), (move.high, other)):
            if self.known[fact] & ZERO:
                self.weak.add(name)
        self.pairs.append((move.parameter, other))
        return _Step(move.parameter, e * a * u - b * c * w, a * c * (u + w), (a, c, c * b + a * e), (b, e))

    def _is_positive_where_it_must_be(self) -> bool:
        for place, step in enumerate(self.steps):
            for polynomial in step.positive:
                moved = self._through(polynomial, self.steps[place + 1 :])
                if not not_negative(moved) or not self.is_strict(moved):
                    return False
        return True

    def moved(self, polynomial: Any) -> Any:
        """Return a polynomial, times something positive, in the coordinates."""
        return self._through(polynomial, self.steps)

    def without_upper_bounds(self, polynomial: Any) -> tuple[Chart, Any] | None:
        """Return this chart with as few upper bounds by numbers as will do, and the polynomial in it.

        A parameter between zero and a number needs no upper bound where no coefficient is negative without. Bounds are
        taken one by one, that of the parameter in most negative terms first; None if some remain negative with all.
        """
        spare = {
            move.parameter: step for move, step in zip(self.moves, self.steps, strict=True) if _from_zero(move, step)
        }
        moved = self._through(polynomial, [step for step in self.steps if step.name not in spare])
        needed: set[str] = set()
        while True:
            found = [powers for powers, value in zip(moved.monoms(), moved.coeffs(), strict=True) if value < 0]
            if not found:
                break
            count = {name: sum(powers[self.polynomials.place(name)] > 0 for powers in found) for name in spare}
            open_ = [name for name in spare if name not in needed and count[name]]
            if not open_:
                return None
            worst = max(open_, key=count.__getitem__)
            needed.add(worst)
            moved = self._through(moved, [spare[worst]])
        moves = tuple(
            Move(move.parameter, low=move.low) if move.parameter in spare and move.parameter not in needed else move
            for move in self.moves
        )
        chart = Chart(self.polynomials, self.known, moves, self.limit)
        return (chart, moved) if chart.sound else None

    def _through(self, polynomial: Any, steps: Iterable[_Step]) -> Any:
        for step in steps:
            powers = self.polynomials.coefficients(polynomial, step.name)
            if len(powers) == 1:
                continue
            total, below = powers[-1], self.polynomials.one
            for coefficient in reversed(powers[:-1]):
                below = below * step.denominator
                total = total * step.numerator + coefficient * below
                self.limit.spend(len(total))
            polynomial = total
        return polynomial

    def inside(self, polynomial: Any) -> bool:
        """Whether a polynomial in the coordinates contains nothing else."""
        used = self.polynomials.used(polynomial)
        return used <= self.covered | {other for _, other in self.pairs}

    @cached_property
    def vanishing(self) -> tuple[frozenset[str], ...]:
        """The largest sets of coordinates that may all be zero at once; of a pair, one at most."""
        alone = self.weak - {name for pair in self.pairs for name in pair}
        choices = [[name for name in pair if name in self.weak] or [""] for pair in self.pairs]
        return tuple(frozenset({*alone, *chosen} - {""}) for chosen in product(*choices))

    def is_strict(self, polynomial: Any) -> bool:
        """Whether a polynomial without negative coefficients is positive, whichever coordinates vanish."""
        return self.strict_faces(polynomial) == set(self.vanishing)

    def strict_faces(self, polynomial: Any) -> set[frozenset[str]]:
        """Return those sets of vanishing coordinates where a polynomial without negative coefficients is positive."""
        weak = sorted(self.weak)
        places = [self.polynomials.place(name) for name in weak]
        supports = {tuple(powers[place] > 0 for place in places) for powers in polynomial.monoms()}
        present = [frozenset(compress(weak, support)) for support in supports]
        return {zeros for zeros in self.vanishing if any(not zeros & names for names in present)}


def _from_zero(move: Move, step: _Step) -> bool:
    """Whether a move puts a parameter between zero and a number."""
    return bool(move.high) and step.positive[2].is_constant() and step.rests[0].is_zero()
