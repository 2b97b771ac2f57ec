"""Numbers modulo a prime, by whose values steps of a program that compute the same are recognized."""

from __future__ import annotations

import hashlib
from fractions import Fraction

PRIME = 2**127 - 1


def residue_of(text: str) -> int:
    """Return a value modulo the prime for what has a name and no formula."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()) % PRIME


def _number(value: Residue | int) -> int:
    return value.value if isinstance(value, Residue) else value


class Residue:
    """A number modulo the prime."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value % PRIME

    def __add__(self, other: Residue | int) -> Residue:
        return Residue(self.value + _number(other))

    __radd__ = __add__

    def __sub__(self, other: Residue | int) -> Residue:
        return Residue(self.value - _number(other))

    def __rsub__(self, other: int) -> Residue:
        return Residue(other - self.value)

    def __neg__(self) -> Residue:
        return Residue(-self.value)

    def __mul__(self, other: Residue | int) -> Residue:
        return Residue(self.value * _number(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Residue | int) -> Residue:
        return Residue(self.value * pow(_number(other), -1, PRIME))

    def __rtruediv__(self, other: int) -> Residue:
        return Residue(other * pow(self.value, -1, PRIME))


class Residues:
    """The field of numbers modulo the prime."""

    def constant(self, value: Fraction | int) -> Residue:
        """Return a rational number modulo the prime."""
        value = Fraction(value)
        return Residue(value.numerator * pow(value.denominator, -1, PRIME))

    def parameter(self, name: str) -> Residue:
        """Return the value drawn for a parameter."""
        return Residue(residue_of(name))

    def is_zero(self, element: Residue) -> bool:
        """Whether it is zero."""
        return element.value == 0
