"""Exact rational functions of named parameters, on python-flint's polynomials over the integers.

A function is held as numerator and denominator without common factor, the denominator with a positive leading
coefficient; so equal functions have equal parts. Sums and products follow Henrici (1956, Journal of the ACM 3:6-9),
which takes greatest common divisors of the small parts instead of the large result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx

from rdgames.errors import TooLargeError

MAX_WORK = 20_000_000
"""How many products of terms, of numbers of one machine word, a ring may form before it gives up."""
MIN_WORK = 20
"""What the smallest product costs, in the same unit."""


class Ring:
    """The field of rational functions of the parameters ``names`` with rational coefficients.

    ``limit`` is the work after which it gives up.

    >>> ring = Ring(["a", "b"])
    >>> a, b = ring.parameter("a"), ring.parameter("b")
    >>> (a**2 - b**2) / (a - b) == a + b
    True
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self.context = fmpz_mpoly_ctx.get(self.names, Ordering.lex)
        self.one_polynomial = self.context.constant(1)
        generators = zip(self.names, self.context.gens(), strict=True)
        self._parameters = {name: RationalFunction(self, gen, self.one_polynomial) for name, gen in generators}
        self._work, self.limit = 0, MAX_WORK

    def constant(self, value: Fraction | int) -> RationalFunction:
        """Return a rational number as a function."""
        value = Fraction(value)
        return RationalFunction(self, self.context.constant(value.numerator), self.context.constant(value.denominator))

    def parameter(self, name: str) -> RationalFunction:
        """Return the function that is the parameter itself."""
        return self._parameters[name]

    def is_zero(self, element: RationalFunction) -> bool:
        """Whether a function is zero everywhere."""
        return bool(element.numerator.is_zero())

    def multiply(self, p: Any, q: Any) -> Any:
        """Return the product of two polynomials, and count the work."""
        self._work += len(p) * len(q) * _words(p) * _words(q) + MIN_WORK
        if self._work > self.limit:
            raise TooLargeError(
                f"the formulas outgrew {self.limit} products of terms; "
                "fewer different parameters, or numbers for some of them, would help"
            )
        return p * q


def _words(polynomial: Any) -> int:
    """Return about how long the numbers in a polynomial are, by one of them; large ones never come up all at once."""
    return 1 + int(polynomial.leading_coefficient().bit_length()) // 64 if polynomial else 1


class RationalFunction:
    """A quotient of polynomials in lowest terms. Built by a `Ring` and by arithmetic."""

    __slots__ = ("denominator", "numerator", "ring")

    def __init__(self, ring: Ring, numerator: Any, denominator: Any) -> None:
        self.ring, self.numerator, self.denominator = ring, numerator, denominator

    def __add__(self, other: RationalFunction | int | Fraction) -> RationalFunction:
        if not isinstance(other, RationalFunction):
            other = self.ring.constant(other)
        times = self.ring.multiply
        p, q, r, s = self.numerator, self.denominator, other.numerator, other.denominator
        if q == s:
            return self._reduced(p + r, q) if not q.is_one() else RationalFunction(self.ring, p + r, q)
        common = q.gcd(s)
        if common.is_one():
            return RationalFunction(self.ring, times(p, s) + times(r, q), times(q, s))
        q_rest, s_rest = q / common, s / common
        above = times(p, s_rest) + times(r, q_rest)
        if above.is_zero():
            return RationalFunction(self.ring, above, self.ring.one_polynomial)
        shared = above.gcd(common)
        return RationalFunction(self.ring, above / shared, times(q_rest, s / shared))

    __radd__ = __add__

    def __neg__(self) -> RationalFunction:
        return RationalFunction(self.ring, -self.numerator, self.denominator)

    def __sub__(self, other: RationalFunction | int | Fraction) -> RationalFunction:
        return self + (-other)

    def __rsub__(self, other: int | Fraction) -> RationalFunction:
        return -self + other

    def __mul__(self, other: RationalFunction | int | Fraction) -> RationalFunction:
        if not isinstance(other, RationalFunction):
            other = self.ring.constant(other)
        times = self.ring.multiply
        p, q, r, s = self.numerator, self.denominator, other.numerator, other.denominator
        if not s.is_one():
            first = p.gcd(s)
            p, s = p / first, s / first
        if not q.is_one():
            second = r.gcd(q)
            r, q = r / second, q / second
        above = times(p, r)
        return RationalFunction(self.ring, above, times(q, s) if above else self.ring.one_polynomial)

    __rmul__ = __mul__

    def inverse(self) -> RationalFunction:
        """Return one over the function; raises ZeroDivisionError for the zero function."""
        if not self.numerator:
            raise ZeroDivisionError("the function is zero everywhere")
        if self.numerator.leading_coefficient() < 0:
            return RationalFunction(self.ring, -self.denominator, -self.numerator)
        return RationalFunction(self.ring, self.denominator, self.numerator)

    def __truediv__(self, other: RationalFunction | int | Fraction) -> RationalFunction:
        if not isinstance(other, RationalFunction):
            other = self.ring.constant(other)
        return self * other.inverse()

    def __rtruediv__(self, other: int | Fraction) -> RationalFunction:
        return self.inverse() * other

    def __pow__(self, exponent: int) -> RationalFunction:
        base = self if exponent >= 0 else self.inverse()
        result = self.ring.constant(1)
        for _ in range(abs(exponent)):
            result = result * base
        return result

    def _reduced(self, numerator: Any, denominator: Any) -> RationalFunction:
        common = numerator.gcd(denominator)
        return RationalFunction(self.ring, numerator / common, denominator / common)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int | Fraction):
            other = self.ring.constant(other)
        if not isinstance(other, RationalFunction):
            return NotImplemented
        return bool(self.numerator == other.numerator and self.denominator == other.denominator)

    def __hash__(self) -> int:
        return hash((str(self.numerator), str(self.denominator)))

    def __repr__(self) -> str:
        return f"({self.numerator})/({self.denominator})"

    def derivative(self, name: str) -> RationalFunction:
        """Return the partial derivative with respect to a parameter."""
        p, q = self.numerator, self.denominator
        times = self.ring.multiply
        return self._reduced(times(p.derivative(name), q) - times(p, q.derivative(name)), times(q, q))

    def at(self, values: Mapping[str, Fraction | int]) -> Fraction:
        """Return the value at a point that gives every parameter an exact value.

        Raises
        ------
        ZeroDivisionError
            If the denominator vanishes there.
        """
        point = [Fraction(values[name]) for name in self.ring.names]
        return evaluate(self.numerator, point) / evaluate(self.denominator, point)

    def at_whole(self, values: Mapping[str, Fraction | int]) -> Fraction:
        """Return the value at a point of whole numbers, which is found faster."""
        point = [int(values[name]) for name in self.ring.names]
        return Fraction(int(self.numerator(*point)), int(self.denominator(*point)))

    def given(self, values: Mapping[str, Fraction | int]) -> RationalFunction:
        """Return the function in which some parameters have taken exact values."""
        above, below = (_substituted(self.ring, part, values) for part in (self.numerator, self.denominator))
        return above / below


def evaluate(polynomial: Any, point: list[Fraction]) -> Fraction:
    """Return the value of a polynomial at an exact point."""
    total = Fraction(0)
    for exponents, coefficient in polynomial.terms():
        term = Fraction(int(coefficient))
        for value, exponent in zip(point, exponents, strict=True):
            if exponent:
                term *= value ** int(exponent)
        total += term
    return total


def _substituted(ring: Ring, polynomial: Any, values: Mapping[str, Fraction | int]) -> RationalFunction:
    total = ring.constant(0)
    for exponents, coefficient in polynomial.terms():
        number, rest = Fraction(int(coefficient)), list(exponents)
        for place, name in enumerate(ring.names):
            if name in values and rest[place]:
                number *= Fraction(values[name]) ** int(rest[place])
                rest[place] = 0
        total = total + RationalFunction(ring, ring.context.from_dict({tuple(rest): 1}), ring.one_polynomial) * number
    return total
