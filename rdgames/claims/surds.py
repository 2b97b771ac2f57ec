"""Exact real numbers with square roots, whose signs are decided without approximation.

A surd is ``plain + factor*sqrt(radicand)``, where the parts are fractions or surds over roots that come earlier in one
fixed order; so sums, products and quotients of surds are surds. Write R for the radicand. The sign of ``p + q*sqrt(R)``
is that of p and q if these agree, and otherwise

    sign(p + q*sqrt(R)) = sign(p) * sign(p**2 - q**2*R),

which has one root less; the recursion ends at fractions. It needs no assumption that the roots are independent, so
also sums that are zero in a hidden way are found to be zero.

>>> print(sqrt(Fraction(18)) + 1)
1 + 3*sqrt(2)
>>> sqrt(5 + 2*sqrt(Fraction(6))) == sqrt(Fraction(2)) + sqrt(Fraction(3))
True
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any, TypeAlias, Union

Real: TypeAlias = Union[Fraction, "Surd"]

_ZERO, _ONE = Fraction(0), Fraction(1)
_SQUARES = tuple(root * root for root in (2, 3, 5, 7, 11, 13))


class NotRealError(ArithmeticError):
    """The square root of a negative number was asked for."""


@dataclass(frozen=True, eq=False)
class Surd:
    """The number ``plain + factor*sqrt(radicand)``; built by `sqrt` and by arithmetic."""

    plain: Real
    factor: Real
    radicand: Real

    @property
    def order(self) -> tuple[int, str]:
        """The place of the root: behind all roots in its radicand, then by the radicand's text."""
        depth = self.radicand.order[0] + 1 if isinstance(self.radicand, Surd) else 1
        return depth, str(self.radicand)

    def __add__(self, other: Real | int) -> Real:
        (p, q), (r, s), radicand = _aligned(self, other)
        return _surd(p + r, q + s, radicand)

    def __neg__(self) -> Surd:
        return Surd(-self.plain, -self.factor, self.radicand)

    def __sub__(self, other: Real | int) -> Real:
        return self + (-other)

    def __rsub__(self, other: Fraction | int) -> Real:
        return -self + other

    def __mul__(self, other: Real | int) -> Real:
        (p, q), (r, s), radicand = _aligned(self, other)
        return _surd(p * r + q * s * radicand, p * s + q * r, radicand)

    __radd__, __rmul__ = __add__, __mul__

    def inverse(self) -> Real:
        """Return one over the number; raises ZeroDivisionError for zero."""
        if not sign(self):
            raise ZeroDivisionError(f"division by {self}, which is zero")
        norm = self.plain * self.plain - self.factor * self.factor * self.radicand
        if not sign(norm):  # then plain = factor*sqrt(radicand), since the sum of the two is not zero
            return _ONE / (2 * self.plain)
        return _surd(self.plain / norm, -self.factor / norm, self.radicand)

    def __truediv__(self, other: Real | int) -> Real:
        return self * (other.inverse() if isinstance(other, Surd) else _ONE / other)

    def __rtruediv__(self, other: Fraction | int) -> Real:
        return self.inverse() * other

    def __pow__(self, exponent: int) -> Real:
        base: Real = self if exponent >= 0 else self.inverse()
        result: Real = _ONE
        for _ in range(abs(exponent)):
            result = result * base
        return result

    def __eq__(self, other: object) -> bool:
        return sign(self - other) == 0 if isinstance(other, Surd | Fraction | int) else NotImplemented

    def __lt__(self, other: Real | int) -> bool:
        return sign(self - other) < 0

    def __le__(self, other: Real | int) -> bool:
        return sign(self - other) <= 0

    def __gt__(self, other: Real | int) -> bool:
        return sign(self - other) > 0

    def __ge__(self, other: Real | int) -> bool:
        return sign(self - other) >= 0

    __hash__ = None  # type: ignore[assignment]

    def __float__(self) -> float:
        return float(float(self.plain) + float(self.factor) * float(self.radicand) ** 0.5)

    def __str__(self) -> str:
        coefficient = {"1": "", "-1": "-"}.get(str(self.factor), f"{_bracketed(self.factor)}*")
        root = f"{coefficient}sqrt({self.radicand})"
        return root if self.plain == 0 else f"{self.plain} + {root}".replace("+ -", "- ")


def sqrt(value: Real) -> Real:
    """Return the square root of a number, a fraction where it is one.

    Raises
    ------
    NotRealError
        If the number is negative.
    """
    if sign(value) < 0:
        raise NotRealError(f"the square root of {value}, a negative number")
    if isinstance(value, Surd):
        return Surd(_ZERO, _ONE, value)
    whole, factor = value.numerator * value.denominator, Fraction(1, value.denominator)  # sqrt(p/q) = sqrt(p*q)/q
    if isqrt(whole) ** 2 == whole:
        return factor * isqrt(whole)
    for square in _SQUARES:
        while whole % square == 0:
            whole, factor = whole // square, factor * isqrt(square)
    return Surd(_ZERO, factor, Fraction(whole))


def sign(value: Real) -> int:
    """Return the sign of a number: -1, 0 or 1, by the rule at the head of this module."""
    if not isinstance(value, Surd):
        return (value > 0) - (value < 0)
    plain, factor = sign(value.plain), sign(value.factor) * sign(value.radicand)
    if plain * factor >= 0:
        return plain or factor
    return plain * sign(value.plain * value.plain - value.factor * value.factor * value.radicand)


def _surd(plain: Real, factor: Real, radicand: Real) -> Real:
    return Surd(plain, factor, radicand) if sign(factor) else plain


def _aligned(left: Real | int, right: Real | int) -> tuple[tuple[Real, Real], tuple[Real, Real], Real]:
    """Return two numbers as pairs of plain part and factor of the later of their roots, and its radicand."""
    latest = max((part for part in (left, right) if isinstance(part, Surd)), key=lambda part: part.order)

    def pair(part: Any) -> tuple[Real, Real]:
        if isinstance(part, Surd) and part.order == latest.order:
            return part.plain, part.factor
        return part, _ZERO

    return pair(left), pair(right), latest.radicand


def _bracketed(value: Real) -> str:
    return f"({value})" if isinstance(value, Surd) else str(value)
