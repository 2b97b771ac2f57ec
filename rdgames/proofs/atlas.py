"""Which charts to try: bounds that often bind, taken in an order in which they do not hang on what is replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from math import prod
from typing import Any

from flint import fmpq

from rdgames.proofs.charts import Chart, Limit, Move
from rdgames.proofs.polynomials import Polynomials
from rdgames.proofs.signs import NEGATIVE, ONE_SIDED, ZERO

MOST_CHOICES = 32
"""How many choices of bounds are looked at for one order of replacement."""

MOST_PRODUCTS = 20_000
"""With more choices, none is looked at but the first."""


@dataclass(frozen=True)
class Bound:
    """A fact that bounds a parameter: linear in it, with a slope of one sign at the points tried.

    ``binding`` says at how many points no other bound of the kind is nearer; ``others`` are the other parameters in it.
    """

    fact: str
    parameter: str
    kind: str
    others: frozenset[str]
    ends: tuple[Any, ...]


class Atlas:
    """The charts of what is known, those likely to serve first.

    Parameters
    ----------
    polynomials, known
        The polynomials of the proof, and what is known of their signs.
    points
        Admissible points by which bounds are compared; what they say guides the search and proves nothing.
    """

    def __init__(
        self, polynomials: Polynomials, known: Mapping[str, int], points: Sequence[Mapping[str, Any]], limit: Limit
    ) -> None:
        self.polynomials, self.known, self.points, self.limit = polynomials, known, points, limit
        self.bounds: dict[str, list[Bound]] = {}
        for fact, signs in known.items():
            if signs in ONE_SIDED:
                for bound in self._bounds_in(fact, signs):
                    self.bounds.setdefault(bound.parameter, []).append(bound)

    def _bounds_in(self, fact: str, signs: int) -> Iterator[Bound]:
        polynomial = self.polynomials.by_text[fact]
        if signs & NEGATIVE:
            polynomial = -polynomial
        used = self.polynomials.used(polynomial)
        degrees = dict(zip(self.polynomials.names, polynomial.degrees(), strict=True))
        for name in used:
            if degrees[name] != 1:
                continue
            rest, slope = self.polynomials.coefficients(polynomial, name)
            rising_formally = slope.leading_coefficient() > 0
            slopes = [value_at(self.polynomials, slope, point) for point in self.points]
            if not all(value > 0 for value in slopes) and not all(value < 0 for value in slopes):
                continue
            ends = tuple(
                -value_at(self.polynomials, rest, point) / value
                for point, value in zip(self.points, slopes, strict=True)
            )
            rising = (slopes[0] > 0) if slopes else rising_formally
            kind = "zero" if signs == ZERO else "low" if rising else "high"
            yield Bound(fact, name, kind, used - {name}, ends)

    def charts(self, target: Any) -> Iterator[Chart]:
        """Yield charts for a polynomial.

        The first takes the nearest bound of every parameter. Each of the next begins with another fact about several
        parameters, and takes numbers for bounds of the others where it can; the last go through all choices.
        """
        needed = self._needed(self.polynomials.used(target))
        first = tuple(sorted(needed, key=self._depth))
        seen: set[tuple[Move, ...]] = set()
        for moves in chain(self._from_pivots(first), *map(self._choices, _swapped(first))):
            if moves not in seen:
                seen.add(moves)
                chart = Chart(self.polynomials, self.known, moves, self.limit)
                if chart.sound:
                    yield chart

    def _needed(self, used: frozenset[str]) -> frozenset[str]:
        """Return the parameters used, and those on which their bounds depend."""
        grown = used
        while True:
            others = {other for name in grown for bound in self.bounds.get(name, []) for other in bound.others}
            if others <= grown:
                return grown
            grown |= others

    def _depth(self, name: str) -> tuple[bool, int, int, str]:
        """Order parameters: first those whose bounds depend on many others."""
        bounds = self.bounds.get(name, [])
        zero = any(bound.kind == "zero" for bound in bounds)
        involved = sum(len(bound.others) > 1 for bound in bounds)
        related = sum(len(bound.others) == 1 and bound.kind == "low" for bound in bounds)
        return not zero, -involved, -related, name

    def _from_pivots(self, order: tuple[str, ...]) -> Iterator[tuple[Move, ...]]:
        """Yield moves that begin with one fact about several parameters, the facts that bind most often first."""
        for plain in (False, True):
            yield from self._completed((), order, plain)
        for bound in self._pivots(order):
            pivot = (Move(bound.parameter, low=bound.fact),)
            for plain in (True, False):
                yield from self._completed(pivot, order, plain)

    def _pivots(self, order: tuple[str, ...]) -> list[Bound]:
        ranked: list[tuple[int, int, int, int, Bound]] = []
        for place, name in enumerate(order):
            lows = [bound for bound in self.bounds.get(name, []) if bound.kind == "low"]
            for rank, bound in enumerate(nearest(lows, -1)):
                if bound.others:
                    ranked.append((rank, -len(bound.others), place, len(ranked), bound))
        return [bound for *_, bound in sorted(ranked)]

    def _completed(self, moves: tuple[Move, ...], order: tuple[str, ...], plain: bool) -> Iterator[tuple[Move, ...]]:
        """Yield moves completed by the first choice for every other parameter; by numbers if plain."""
        done = [move.parameter for move in moves]
        for name in order:
            if name in done:
                continue
            usable = [bound for bound in self.bounds.get(name, []) if not bound.others & set(done)]
            numbers = [bound for bound in usable if not bound.others or bound.kind == "zero"]
            found = self._moves(name, numbers if plain and numbers else usable)
            if not found:
                return
            moves = (*moves, found[0])
            done.append(name)
        yield moves

    def _choices(self, order: tuple[str, ...]) -> Iterator[tuple[Move, ...]]:
        """Yield moves in an order of replacement, the nearest bounds first."""
        options: list[list[Move]] = []
        for place, name in enumerate(order):
            replaced = set(order[:place])
            found = self._moves(name, [bound for bound in self.bounds.get(name, []) if not bound.others & replaced])
            if not found:
                return
            options.append(found)
        if prod(map(len, options)) > MOST_PRODUCTS:
            return
        ranked = sorted(product(*(range(len(option)) for option in options)), key=sum)
        for chosen in ranked[:MOST_CHOICES]:
            yield tuple(option[rank] for option, rank in zip(options, chosen, strict=True))

    def _moves(self, name: str, usable: list[Bound]) -> list[Move]:
        zeros = [Move(name, zero=bound.fact) for bound in usable if bound.kind == "zero"]
        if zeros:
            return zeros[:1]
        lows = nearest([bound for bound in usable if bound.kind == "low"], -1)
        highs = nearest([bound for bound in usable if bound.kind == "high"], 1)
        if not lows:
            return [Move(name, low=bound.fact) for bound in highs]
        if not highs:
            return [Move(name, low=bound.fact) for bound in lows]
        return [
            Move(name, low=lows[i].fact, high=highs[j].fact)
            for i, j in sorted(product(range(len(lows)), range(len(highs))), key=sum)
        ]


def _swapped(order: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield an order, and those in which one of the first parameters comes after its neighbor."""
    yield order
    for place in range(min(3, len(order) - 1)):
        yield (*order[:place], order[place + 1], order[place], *order[place + 2 :])


def nearest(bounds: list[Bound], way: int) -> list[Bound]:
    """Return bounds, those that bind most often first; of bounds by numbers only the nearest.

    ``way`` is 1 for upper bounds, of which the least binds, and -1 for lower ones.
    """
    numbers = sorted((bound for bound in bounds if not bound.others), key=lambda bound: way * (bound.ends or (0,))[0])
    kept = [*numbers[:1], *(bound for bound in bounds if bound.others)]
    if not kept or not kept[0].ends:
        return kept
    ends = [[way * end for end in bound.ends] for bound in kept]
    best = [min(column) for column in zip(*ends, strict=True)]
    binding = [sum(end == least for end, least in zip(row, best, strict=True)) for row in ends]
    order = sorted(range(len(kept)), key=lambda place: (-binding[place], len(kept[place].others), kept[place].fact))
    return [kept[place] for place in order]


def value_at(polynomials: Polynomials, polynomial: Any, point: Mapping[str, Any]) -> Any:
    """Return the exact value of a polynomial in parameters, as a number of python-flint."""
    total: Any = fmpq(0)
    for exponents, coefficient in polynomial.to_dict().items():
        term = fmpq(coefficient)
        for place, power in enumerate(exponents):
            if power:
                term *= point[polynomials.names[place]] ** int(power)
        total += term
    return total
