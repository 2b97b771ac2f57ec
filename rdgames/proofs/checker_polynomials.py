"""Exact arithmetic of the certificate checker: polynomials over the integers, and products of their powers.

A polynomial is a dictionary from exponents to coefficients. It is *canonical* if it is primitive and its leading
coefficient, in lexicographic order, is positive; as a frozen set of its terms it is then a key of dictionaries.
Nothing here divides or cancels but where the checker asks for it: sums keep the denominators that they are given.

>>> names = ("x", "y")
>>> difference = Product.of(read_polynomial("2*x^2 - 2*y^2", names))
>>> str(difference.constant), [(sorted(key), power) for key, power in difference.factors.items()]
('2', [([((0, 2), -1), ((2, 0), 1)], 1)])
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import gcd
from operator import add, sub
from typing import TypeAlias

MAX_DEGREE, MAX_TERMS, MAX_WORK, MAX_BITS = 400, 200_000, 20_000_000, 100_000

Monomial: TypeAlias = tuple[int, ...]
Polynomial: TypeAlias = dict[Monomial, int]
Key: TypeAlias = frozenset[tuple[Monomial, int]]

_POWER = r"[A-Za-z_]\w*'?(?:\^[1-9]\d{0,2})?"
_TERM = re.compile(
    rf"[+-](?:(?P<number>[1-9]\d{{0,3999}})(?:\*(?!$)|$))?(?P<powers>{_POWER}(?:\*{_POWER})*)?(?<![+-])", re.ASCII
)


class CertificateError(ValueError):
    """A certificate does not show what it claims; the text says why."""


def demand(holds: object, problem: str) -> None:
    """Raise CertificateError with the problem unless something holds."""
    if not holds:
        raise CertificateError(problem)


def read_polynomial(text: object, names: Sequence[str]) -> Polynomial:
    """Read text such as ``2*b*gamma*n^2 - 3*beta + 1``; no term may stand twice, nor a parameter in a term."""
    if not isinstance(text, str) or not text.isascii() or not text or re.search(r"\w\s+[\w']", text):
        raise CertificateError(f"found {text!r:.80}, expected a polynomial as text")
    if text == "0":
        return {}
    compact, found = text.replace(" ", ""), Polynomial()
    parts = re.findall(r"[+-][^+-]*", compact if compact.startswith("-") else f"+{compact}")
    places = {name: place for place, name in enumerate(names)}
    for part in parts:
        term = _TERM.fullmatch(part)
        if term is None:
            raise CertificateError(f"found the term {part!r:.80} in {text!r:.80}")
        exponents = [0] * len(names)
        for piece in filter(None, (term["powers"] or "").split("*")):
            name, _, exponent = piece.partition("^")
            demand(
                name in places and not exponents[places[name]],
                f"found {name!r:.80} in {text!r:.80} twice, or no parameter",
            )
            exponents[places[name]] = int(exponent or 1)
        demand(tuple(exponents) not in found, f"found a term twice in {text!r:.80}")
        found[tuple(exponents)] = int(part[0] + (term["number"] or "1"))
    return bounded(found)


def bounded(polynomial: Polynomial) -> Polynomial:
    """Return a polynomial that keeps to the limits of this module."""
    demand(len(polynomial) <= MAX_TERMS, f"found a polynomial of {len(polynomial)} terms, at most {MAX_TERMS} are read")
    degree = max(map(sum, polynomial), default=0)
    demand(degree <= MAX_DEGREE, f"found a polynomial of degree {degree}, at most {MAX_DEGREE} is read")
    longest = max((coefficient.bit_length() for coefficient in polynomial.values()), default=0)
    demand(longest <= MAX_BITS, f"found a coefficient of {longest} bits, at most {MAX_BITS} are read")
    return polynomial


def constant(number: int, names: int) -> Polynomial:
    """Return a constant polynomial of so many names."""
    return {(0,) * names: number} if number else {}


def total(parts: Iterable[tuple[int, Polynomial]]) -> Polynomial:
    """Return the sum of multiples of polynomials."""
    result: Polynomial = {}
    for multiple, part in parts:
        for monomial, coefficient in part.items():
            result[monomial] = result.get(monomial, 0) + multiple * coefficient
    return bounded({monomial: coefficient for monomial, coefficient in result.items() if coefficient})


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    """Return the product of two polynomials."""
    demand(len(left) * len(right) <= MAX_WORK, f"found a product of {len(left)} by {len(right)} terms, too large")
    result: Polynomial = {}
    for one, coefficient in left.items():
        for other, factor in right.items():
            monomial = tuple(map(add, one, other))
            result[monomial] = result.get(monomial, 0) + coefficient * factor
    return bounded({monomial: coefficient for monomial, coefficient in result.items() if coefficient})


def raised(base: Polynomial, exponent: int, names: int) -> Polynomial:
    """Return a nonnegative power of a polynomial."""
    demand(0 <= exponent <= MAX_DEGREE, f"found the exponent {exponent}, expected at most {MAX_DEGREE}")
    return reduce(multiply, [base] * exponent, constant(1, names))


def coefficients(polynomial: Polynomial, place: int) -> list[Polynomial]:
    """Return a polynomial as one in the name at a place: the coefficients of its powers 0, 1, ..."""
    parts: list[Polynomial] = [{} for _ in range(max((monomial[place] for monomial in polynomial), default=0) + 1)]
    for monomial, coefficient in polynomial.items():
        parts[monomial[place]][(*monomial[:place], 0, *monomial[place + 1 :])] = coefficient
    return parts


def replaced(polynomial: Polynomial, place: int, above: Polynomial, below: Polynomial) -> tuple[Polynomial, int]:
    """Return ``below**d`` times a polynomial of degree d in the name at a place, that name being above/below; and d."""
    parts = coefficients(polynomial, place)
    result, scale = parts[-1], constant(1, len(next(iter(polynomial), ())))
    for part in reversed(parts[:-1]):
        scale = multiply(scale, below)
        result = total([(1, multiply(result, above)), (1, multiply(part, scale))])
    return result, len(parts) - 1


def divided(polynomial: Polynomial, divisor: Polynomial) -> Polynomial | None:
    """Return the quotient of a polynomial by one that is not zero, None if there is a remainder or too much to do."""
    lead = max(divisor)
    rest, quotient = dict(polynomial), Polynomial()
    while rest:
        top = max(rest)
        monomial, (factor, remainder) = tuple(map(sub, top, lead)), divmod(rest[top], divisor[lead])
        if remainder or min(monomial, default=0) < 0 or len(quotient) * len(divisor) > MAX_TERMS:
            return None
        quotient[monomial] = factor
        for other, coefficient in divisor.items():
            place = tuple(map(add, other, monomial))
            rest[place] = rest.get(place, 0) - factor * coefficient
            if not rest[place]:
                del rest[place]
    return quotient


def canonical(polynomial: Polynomial) -> tuple[int, Key]:
    """Return the signed content of a polynomial, and what is left of it; of zero, 0 and the empty set."""
    if not polynomial:
        return 0, frozenset()
    content = gcd(*polynomial.values()) * (1 if polynomial[max(polynomial)] > 0 else -1)
    return content, frozenset((monomial, coefficient // content) for monomial, coefficient in polynomial.items())


@dataclass(frozen=True)
class Product:
    """A constant times powers of canonical polynomials that are no constants; exponents are not zero."""

    names: int
    constant: Fraction
    factors: Mapping[Key, int] = field(default_factory=dict)

    @classmethod
    def of(cls, polynomial: Polynomial, names: int | None = None) -> Product:
        """Return a polynomial as a product of one factor; how many names it has must be said of zero."""
        content, key = canonical(polynomial)
        names = len(next(iter(polynomial))) if names is None else names
        return cls(names, Fraction(content), {} if all(not any(monomial) for monomial, _ in key) else {key: 1})

    def times(self, other: Product) -> Product:
        """Return the product of two products."""
        if not self.constant or not other.constant:
            return Product(self.names, Fraction(0))
        number = self.constant * other.constant
        bits = max(number.numerator.bit_length(), number.denominator.bit_length())
        demand(bits <= MAX_BITS, f"found a number of {bits} bits, at most {MAX_BITS} are read")
        powers = {
            key: self.factors.get(key, 0) + other.factors.get(key, 0) for key in {**self.factors, **other.factors}
        }
        return Product(self.names, number, {key: power for key, power in powers.items() if power})

    def power(self, exponent: int) -> Product:
        """Return a power; the caller knows that it does not divide by zero."""
        demand(abs(exponent) <= MAX_DEGREE, f"found the exponent {exponent}, expected at most {MAX_DEGREE}")
        if not exponent:
            return Product(self.names, Fraction(1))
        bits = max(self.constant.numerator.bit_length(), self.constant.denominator.bit_length())
        demand(bits * abs(exponent) <= 2 * MAX_BITS, f"found a power of a number of {bits} bits, too large")
        if not self.constant:
            return self
        return Product(self.names, self.constant**exponent, {key: k * exponent for key, k in self.factors.items()})

    def plus(self, other: Product, multiple: int = 1) -> Product:
        """Return the sum with a multiple: common powers stay in front, what they leave is multiplied out."""
        if not other.constant or not self.constant:
            return self if self.constant else other.times(Product(self.names, Fraction(multiple)))
        keys = {**self.factors, **other.factors}
        common = {key: min(self.factors.get(key, 0), other.factors.get(key, 0)) for key in keys}
        below = self.constant.denominator * other.constant.denominator
        parts = []
        for part, sign in ((self, 1), (other, multiple)):
            rest = constant(int(part.constant * below) * sign, self.names)
            for key in keys:
                rest = multiply(rest, raised(dict(key), part.factors.get(key, 0) - common[key], self.names))
            parts.append((1, rest))
        front = Product(self.names, Fraction(1, below), {key: power for key, power in common.items() if power})
        return front.times(Product.of(total(parts), self.names))

    def derivative(self, place: int) -> Product:
        """Return the derivative by the name at a place, of the product by its rule."""
        moving = {key: power for key, power in self.factors.items() if any(monomial[place] for monomial, _ in key)}
        if not moving:
            return Product(self.names, Fraction(0))
        parts = []
        for key, power in moving.items():
            slope = {
                tuple(k - (i == place) for i, k in enumerate(monomial)): coefficient * monomial[place]
                for monomial, coefficient in key
                if monomial[place]
            }
            parts.append((power, reduce(multiply, [dict(other) for other in moving if other != key], slope)))
        front = self.times(Product(self.names, Fraction(1), dict.fromkeys(moving, -1)))
        return front.times(Product.of(total(parts), self.names))

    def replaced(self, place: int, above: Polynomial, below: Polynomial) -> Product:
        """Return the product after the name at a place became above/below; raises CertificateError for 1/0."""
        result = Product(self.names, self.constant)
        for key, power in self.factors.items():
            value, degree = replaced(dict(key), place, above, below)
            demand(value or power > 0, "a denominator is zero wherever what is given holds")
            result = result.times(Product.of(value, self.names).power(power))
            result = result.times(Product.of(below, self.names).power(-degree * power))
        return result
