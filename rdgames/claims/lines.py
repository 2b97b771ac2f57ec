"""Where to look along a line: between which roots a statement cannot change, and numbers worth trying there.

Let one parameter move and the others stand still. Every condition and every comparison is then the sign of a rational
function of that one number, and keeps its truth between neighboring roots of numerators and denominators. So one
number from each such cell, and the roots themselves, decide the whole line; more numbers are taken very near the
roots, since it is there that a mistaken bound shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor
from random import Random
from typing import Any

from flint import fmpz_poly

from rdgames.algebra.rational import RationalFunction
from rdgames.game.domains import Domain

_CLOSEST = 30
"""The nearest numbers to a root are about 2**-30 of the width of the cell away."""


@dataclass(frozen=True, order=True)
class Root:
    """A real number, by an interval that contains it; the ends are equal where it is rational."""

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        """Whether the number is known exactly."""
        return self.low == self.high


@dataclass(frozen=True)
class Cell:
    """An open interval without roots; an end that is None is infinite."""

    low: Fraction | None
    high: Fraction | None

    def inside(self, rng: Random) -> Fraction:
        """Return a simple number somewhere in the cell, far out in one that does not end."""
        if self.low is not None and self.high is not None:
            part, width = Fraction(rng.randrange(8), 8), self.high - self.low
            return simplest_between(self.low + width * part, self.low + width * (part + Fraction(1, 8)))
        scale = Fraction(2) ** rng.randint(-3, 6)
        return self._from_end(scale, 2 * scale)

    def near_ends(self, rng: Random) -> Iterator[Fraction]:
        """Yield a number near each end of the cell, as simple as such a number can be."""
        width = None if self.low is None or self.high is None else self.high - self.low
        for end, direction in ((self.low, 1), (self.high, -1)):
            if end is not None:
                size = max(abs(end), Fraction(1)) if width is None else width / 2
                step = size / 2 ** rng.randint(2, _CLOSEST)
                yield simplest_between(*sorted((end + direction * step / 2, end + direction * step)))

    def _from_end(self, least: Fraction, most: Fraction) -> Fraction:
        if self.low is not None:
            size = max(abs(self.low), Fraction(1))
            return simplest_between(self.low + least * size, self.low + most * size)
        high = self.high or Fraction(0)
        size = max(abs(high), Fraction(1))
        return simplest_between(high - most * size, high - least * size)


def cells(functions: Iterable[RationalFunction], domain: Domain) -> tuple[list[Fraction], list[Cell]]:
    """Cut the domain of a parameter at the roots of functions of it.

    Returns
    -------
    tuple
        The rational numbers at which it is cut, as far as they belong to the domain, and the cells between.
    """
    cuts = [Root(end, end) for end in (domain.low, domain.high) if end is not None]
    cuts += [root for root in _real_roots(functions) if root.low in domain and root.high in domain]
    if domain.low is None:
        cuts.append(Root(Fraction(0), Fraction(0)))
    elif domain.high is not None:
        middle = (domain.low + domain.high) / 2  # of a share: 1/2, the face at which many claims turn
        cuts.append(Root(middle, middle))
    ordered = sorted(set(cuts))
    below: list[Root | None] = [None] if domain.low is None else []
    above: list[Root | None] = [None] if domain.high is None else []
    found = [
        Cell(left.high if left else None, right.low if right else None)
        for left, right in pairwise([*below, *ordered, *above])
    ]
    exact = [root.low for root in ordered if root.exact and root.low in domain]
    return exact, [cell for cell in found if cell.low is None or cell.high is None or cell.low < cell.high]


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return a fraction of small parts strictly between two numbers.

    >>> simplest_between(Fraction(7, 20), Fraction(3, 8))
    Fraction(4, 11)
    """
    if low < 0 < high:
        return Fraction(0)
    wholes = []
    while (whole := floor(low)) < low and whole + 1 >= high:  # they begin alike as continued fractions
        wholes.append(whole)
        low, high = 1 / (high - whole), 1 / (low - whole)
    found = Fraction(whole + 1)
    if found >= high:
        found = whole + Fraction(1, floor(1 / (high - whole)) + 1)
    for whole in reversed(wholes):
        found = whole + 1 / found
    return found


def _real_roots(functions: Iterable[RationalFunction]) -> Iterator[Root]:
    """Yield the real roots of numerators and denominators, each irreducible factor once."""
    known: set[tuple[int, ...]] = set()
    for function in functions:
        for polynomial in (function.numerator, function.denominator):
            if polynomial.is_constant():
                continue
            for factor, _ in _of_one_variable(polynomial).factor()[1]:
                key = tuple(int(coefficient) for coefficient in factor.coeffs())
                if key not in known:
                    known.add(key)
                    yield from isolated_roots(factor)


def _of_one_variable(polynomial: Any) -> Any:
    terms = {int(exponents[0]): coefficient for exponents, coefficient in polynomial.to_dict().items()}
    return fmpz_poly([terms.get(power, 0) for power in range(max(terms) + 1)])


def isolated_roots(factor: Any) -> Iterator[Root]:
    """Yield the real roots of an irreducible polynomial in one variable."""
    coefficients = tuple(map(int, factor.coeffs()))
    if len(coefficients) == 2:
        value = Fraction(-coefficients[0], coefficients[1])
        yield Root(value, value)
        return
    for root, _ in factor.complex_roots():
        if root.imag.is_zero():
            yield Root(*(_fraction(end) for end in (root.real.lower(), root.real.upper())))


def _fraction(number: Any) -> Fraction:
    mantissa, exponent = number.man_exp()
    return int(mantissa) * Fraction(2) ** int(exponent)
