"""Real roots of polynomials in one variable with whole coefficients, each by an interval that contains it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from flint import fmpq, fmpz_poly

from rdgames.claims.lines import Root, isolated_roots

WIDTH: Final = Fraction(1, 2**40)
"""Intervals around roots are made no wider."""


@dataclass(frozen=True)
class RealRoot:
    """A real root, with the irreducible polynomial that vanishes there, by its coefficients from the constant one on.

    The polynomial changes its sign between the ends of the interval and has no other root there; the ends are equal
    where the root is rational.
    """

    root: Root
    coefficients: tuple[int, ...]

    @property
    def exact(self) -> bool:
        """Whether the root is rational, and so known exactly."""
        return self.root.exact

    @property
    def value(self) -> float:
        """The root, rounded."""
        return float((self.root.low + self.root.high) / 2)

    def halved(self) -> RealRoot:
        """Return the root in an interval of half the width."""
        low, high = self.root.low, self.root.high
        middle = (low + high) / 2
        polynomial = fmpz_poly(list(self.coefficients))
        above = sign_at(polynomial, middle) == sign_at(polynomial, low)
        return RealRoot(Root(middle, high) if above else Root(low, middle), self.coefficients)


def real_roots(polynomials: Sequence[Any], width: Fraction = WIDTH) -> list[RealRoot]:
    """Return the real roots of polynomials in one variable, in increasing order, each once.

    The intervals of different roots have no point in common.

    Examples
    --------
    >>> [root.root for root in real_roots([fmpz_poly([-1, 2]), fmpz_poly([-4, 0, 1])])]
    [Root(low=Fraction(-2, 1), high=Fraction(-2, 1)), Root(low=Fraction(1, 2), high=Fraction(1, 2)), \
Root(low=Fraction(2, 1), high=Fraction(2, 1))]
    """
    factors = {tuple(map(int, factor.coeffs())): factor for one in polynomials for factor, _ in one.factor()[1]}
    found = [RealRoot(root, coefficients) for coefficients, one in factors.items() for root in isolated_roots(one)]
    found = [_narrowed(root, width) for root in found]
    while True:
        found.sort(key=lambda each: each.root)
        near = {place for place, pair in enumerate(pairwise(found)) if pair[0].root.high >= pair[1].root.low}
        if not near:
            return found
        found = [
            each.halved() if {place, place - 1} & near and not each.exact else each for place, each in enumerate(found)
        ]


def _narrowed(root: RealRoot, width: Fraction) -> RealRoot:
    while root.root.high - root.root.low > width:
        root = root.halved()
    return root


def sign_at(polynomial: Any, value: Fraction) -> int:
    """Return the sign of a polynomial in one variable at a number."""
    found = polynomial(fmpq(value.numerator, value.denominator))
    return int(found > 0) - int(found < 0)
