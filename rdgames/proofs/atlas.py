"""Which charts to try: bounds that often bind, taken in an order in which they do not hang on what is replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from flint import fmpq

from rdgames.proofs.charts import Chart, Limit, Move
from rdgames.proofs.polynomials import Polynomials
from rdgames.proofs.signs import NEGATIVE, POSITIVE, ZERO

MOST_CHOICES = 32
"""How many choices of bounds are looked at for one order of replacement."""

_BOUNDS = (POSITIVE, NEGATIVE, ZERO, POSITIVE | ZERO, NEGATIVE | ZERO)


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
            if signs in _BOUNDS:
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
        """Yield charts for a polynomial."""
        yield from self._sound(self._orders(self.polynomials.used(target)))

    def _sound(self, orders: Iterator[tuple[str, ...]]) -> Iterator[Chart]:
        seen: set[tuple[Move, ...]] = set()
        for order in orders:
            for moves in self._choices(order):
                if moves not in seen:
                    seen.add(moves)
                    chart = Chart(self.polynomials, self.known, moves, self.limit)
                    if chart.sound:
                        yield chart

    def _orders(self, used: frozenset[str]) -> Iterator[tuple[str, ...]]:
        """Yield orders of replacement: first the parameters whose bounds depend on many others."""
        needed, grown = used, frozenset[str]()
        while needed != grown:
            grown, needed = (
                needed,
                needed | {other for name in needed for bound in self.bounds.get(name, []) for other in bound.others},
            )

        def depth(name: str) -> tuple[int, int, str]:
            far = self.bounds.get(name, [])
            zero = any(bound.kind == "zero" for bound in far)
            involved = sum(len(bound.others) > 1 for bound in far)
            related = sum(len(bound.others) == 1 and bound.kind == "low" for bound in far)
            return (-zero, -involved, -related, name)  # type: ignore[return-value]

        first = tuple(sorted(needed, key=depth))
        yield first
        for place in range(min(3, len(first) - 1)):
            yield (*first[:place], first[place + 1], first[place], *first[place + 2 :])

    def _choices(self, order: tuple[str, ...]) -> Iterator[tuple[Move, ...]]:
        """Yield moves in an order of replacement, the nearest bounds first."""
        options: list[list[Move]] = []
        for place, name in enumerate(order):
            replaced = set(order[:place])
            usable = [bound for bound in self.bounds.get(name, []) if not bound.others & replaced]
            found = self._moves(name, usable)
            if not found:
                return
            options.append(found)
        ranked = (
            sorted(product(*(range(len(option)) for option in options)), key=sum)
            if _few(options)
            else [tuple(0 for _ in options)]
        )
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


def _few(options: list[list[Move]]) -> bool:
    total = 1
    for option in options:
        total *= len(option)
    return total <= 20_000


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
