"""Rational functions with at most one square root, ``plain + factor*sqrt(radicand)``."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from rdgames.algebra.rational import RationalFunction
from rdgames.claims.surds import sqrt
from rdgames.errors import InputError


@dataclass(frozen=True)
class Rooted:
    """``plain + factor*sqrt(radicand)``; without root where ``factor`` is None."""

    plain: RationalFunction
    factor: RationalFunction | None = None
    radicand: RationalFunction | None = None

    def root(self) -> Rooted:
        """Return the square root, of a square number a number; raises InputError for a root of a root."""
        if self.factor is not None:
            raise InputError("found a square root of a square root, expected roots of rational functions")
        zero = self.plain.ring.constant(0)
        if self.plain.numerator.is_constant() and self.plain.denominator.is_constant():
            number = self.plain.at(dict.fromkeys(self.plain.ring.names, 0))
            if number < 0:
                raise InputError(f"found the square root of {number}, expected one of what is not negative")
            root = sqrt(number)
            if isinstance(root, Fraction):
                return Rooted(zero + root)
        return Rooted(zero, zero + 1, self.plain)

    def _with(self, other: Rooted) -> tuple[RationalFunction, RationalFunction, RationalFunction | None]:
        """Return the factors of both, and the one radicand."""
        zero = self.plain.ring.constant(0)
        radicand = self.radicand if self.radicand is not None else other.radicand
        if None not in (self.radicand, other.radicand) and self.radicand != other.radicand:
            raise InputError("found two different square roots in one comparison, expected at most one")
        return self.factor or zero, other.factor or zero, radicand

    def _made(self, plain: RationalFunction, factor: RationalFunction, radicand: RationalFunction | None) -> Rooted:
        if radicand is None or not factor.numerator:
            return Rooted(plain)
        return Rooted(plain, factor, radicand)

    def __add__(self, other: Rooted) -> Rooted:
        q, s, radicand = self._with(other)
        return self._made(self.plain + other.plain, q + s, radicand)

    def __neg__(self) -> Rooted:
        return Rooted(-self.plain, None if self.factor is None else -self.factor, self.radicand)

    def __sub__(self, other: Rooted) -> Rooted:
        return self + (-other)

    def __mul__(self, other: Rooted) -> Rooted:
        q, s, radicand = self._with(other)
        both = self.plain * other.plain
        if radicand is None:
            return Rooted(both)
        return self._made(both + q * s * radicand, self.plain * s + q * other.plain, radicand)

    def inverse(self) -> Rooted:
        """Return one over it; raises ZeroDivisionError for zero."""
        if self.factor is None or self.radicand is None:
            return Rooted(self.plain.inverse())
        norm = self.plain * self.plain - self.factor * self.factor * self.radicand
        return Rooted(self.plain / norm, -self.factor / norm, self.radicand)

    def __truediv__(self, other: Rooted) -> Rooted:
        return self * other.inverse()

    def __pow__(self, exponent: int) -> Rooted:
        base = self if exponent >= 0 else self.inverse()
        result = Rooted(self.plain.ring.constant(Fraction(1)))
        for _ in range(abs(exponent)):
            result = result * base
        return result
