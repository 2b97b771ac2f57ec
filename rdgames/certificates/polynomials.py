"""Exact arithmetic of the checker: polynomials over the integers, and products of their powers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import chain
from math import gcd, prod
from operator import add, mul, sub
from typing import Any, TypeAlias

Monomial: TypeAlias = tuple[int, ...]
Key: TypeAlias = frozenset[tuple[Monomial, int]]
Signs: TypeAlias = frozenset[int]
Known: TypeAlias = Callable[[Key], Signs]

ANY_SIGN: Signs = frozenset((-1, 0, 1))
MAX_DEGREE, MAX_TERMS, MAX_WORK, MAX_BITS = 400, 200_000, 20_000_000, 100_000
_POWER = r"[A-Za-z_]\w*'?(?:\^[1-9]\d{0,2})?"
_TERM = re.compile(rf"([+-])(?:([1-9]\d{{0,3999}})(?:\*(?!$)|$))?({_POWER}(?:\*{_POWER})*)?(?<![+-])", re.ASCII)


class CertificateError(ValueError):
    """A certificate does not show what it claims; the text says why."""


def demand(holds: object, problem: str) -> None:
    """Raise CertificateError with the problem unless something holds."""
    if not holds:
        raise CertificateError(problem)


class Polynomial(dict[Monomial, int]):
    """Coefficients, none of them zero, by the exponents of their monomials."""

    @classmethod
    def of(cls, terms: Iterable[tuple[Monomial, int]]) -> Polynomial:
        """Return the sum of terms; what is too large is refused."""
        found: dict[Monomial, int] = {}
        for monomial, coefficient in terms:
            found[monomial] = found.get(monomial, 0) + coefficient
        result = cls({monomial: coefficient for monomial, coefficient in found.items() if coefficient})
        small = all(each.bit_length() <= MAX_BITS for each in result.values()) and len(result) <= MAX_TERMS
        demand(small and max(map(sum, result), default=0) <= MAX_DEGREE, "found a polynomial that is too large")
        return result

    @classmethod
    def name(cls, place: int | None, names: int) -> Polynomial:
        """Return the name at a place among some names, or 1."""
        return cls({tuple(int(i == place) for i in range(names)): 1})

    @classmethod
    def read(cls, text: str, names: Sequence[str]) -> Polynomial:
        """Read text such as ``2*b*gamma*n^2 - 3*beta + 1``; no term may stand twice, nor a name in a term."""
        demand(text.isascii() and not re.search(r"\w\s+[\w']", text), f"found {text!r:.80}, expected a polynomial")
        compact, found = text.replace(" ", ""), cls()
        for part in re.findall(r"[+-][^+-]*", compact if compact[:1] == "-" else f"+{compact}"):
            term = _TERM.fullmatch(part)
            powers = [each.partition("^")[::2] for each in (term[3] or "").split("*") if each] if term else []
            exponents = {name: int(power or 1) for name, power in powers}
            monomial = tuple(exponents.get(name, 0) for name in names)
            once = len(exponents) == len(powers) and set(exponents) <= set(names) and monomial not in found
            demand(once and (term or text == "0"), f"found the term {part!r:.80} in {text!r:.80}, in {names!r:.80}")
            found[monomial] = int(part[0] + (term[2] or "1")) if term else 0
        return cls.of(found.items())

    def __add__(self, other: Polynomial) -> Polynomial:
        return Polynomial.of(chain(self.items(), other.items()))

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + other * -1

    def __mul__(self, other: Polynomial | int) -> Polynomial:
        if isinstance(other, int):
            return Polynomial.of((monomial, coefficient * other) for monomial, coefficient in self.items())
        demand(len(self) * len(other) <= MAX_WORK, f"found a product of {len(self)} by {len(other)} terms, too large")
        return Polynomial.of((tuple(map(add, m, k)), c * d) for m, c in self.items() for k, d in other.items())

    @property
    def is_constant(self) -> bool:
        """Whether there is no name in it."""
        return not any(map(any, self))

    def coefficients(self, place: int) -> list[Polynomial]:
        """Return the coefficients of the powers 0, 1, ... of the name at a place."""
        parts = [Polynomial() for _ in range(max((monomial[place] for monomial in self), default=0) + 1)]
        for monomial, coefficient in self.items():
            parts[monomial[place]][(*monomial[:place], 0, *monomial[place + 1 :])] = coefficient
        return parts

    def replaced(self, place: int, above: Polynomial, below: Polynomial) -> tuple[Polynomial, int]:
        """Return below**d times this polynomial, of degree d in the name at a place, that being above/below; and d."""
        *parts, result = self.coefficients(place)
        scale = Polynomial.name(None, len(max(below)))
        for part in reversed(parts):
            scale = scale * below
            result = result * above + part * scale
        return result, len(parts)

    def divided(self, divisor: Polynomial) -> Polynomial | None:
        """Return the quotient by a polynomial that is not zero, None if there is a remainder or too much to do."""
        rest, lead, quotient = self, max(divisor), Polynomial()
        while rest:
            monomial, (factor, remainder) = tuple(map(sub, max(rest), lead)), divmod(rest[max(rest)], divisor[lead])
            if remainder or min(monomial) < 0 or len(quotient) * len(divisor) > MAX_TERMS:
                return None
            quotient[monomial] = factor
            rest = rest - divisor * Polynomial({monomial: factor})
        return quotient

    def canonical(self) -> tuple[int, Key]:
        """Return the content, and what it leaves, a key: the lexicographically first coefficient is then positive."""
        content = gcd(*self.values()) * (-1 if self and self[max(self)] < 0 else 1)
        return content, frozenset((monomial, coefficient // content) for monomial, coefficient in self.items())

    def at(self, point: Sequence[Fraction]) -> Fraction:
        """Return the value at a point."""
        return sum((prod(map(pow, point, monomial), start=Fraction(c)) for monomial, c in self.items()), Fraction(0))


@dataclass(frozen=True)
class Product:
    """A constant times powers, not zero, of canonical polynomials that are no constants; zero has no powers.

    Nothing is cancelled but powers of the same polynomial.
    """

    constant: Fraction
    factors: Mapping[Key, int] = field(default_factory=dict)

    @classmethod
    def of(cls, polynomial: Polynomial) -> Product:
        """Return a polynomial as a product of names that divide all of it, and what they leave."""
        content, key = polynomial.canonical()
        common = tuple(map(min, zip(*polynomial, strict=True)))
        rest = frozenset((tuple(map(sub, monomial, common)), coefficient) for monomial, coefficient in key)
        names = {next(iter(Polynomial.name(i, len(common)).canonical()[1:])): power for i, power in enumerate(common)}
        factors = {key: power for key, power in names.items() if power}
        return cls(Fraction(content), factors if Polynomial(rest).is_constant else {**factors, rest: 1})

    @classmethod
    def read(cls, entry: Mapping[str, Any], names: Sequence[str]) -> Product:
        """Read ``{"constant": "2/3", "factors": [[POLY, exponent], ...]}``, in which no factor stands twice."""
        result = cls(Fraction(entry["constant"]))
        for text, exponent in entry["factors"]:
            base = cls.of(Polynomial.read(text, names))
            new = base.factors and not set(base.factors) & set(result.factors)
            demand(exponent and new and result.constant, f"found the factor {text!r:.80} twice, or of no use")
            result *= base**exponent
        return result

    def __mul__(self, other: Product) -> Product:
        number = self.constant * other.constant
        demand(max(map(int.bit_length, number.as_integer_ratio())) <= MAX_BITS, "found a number that is too large")
        keys = {**self.factors, **other.factors} if number else {}
        powers = {key: self.factors.get(key, 0) + other.factors.get(key, 0) for key in keys}
        demand(all(abs(power) <= MAX_DEGREE for power in powers.values()), f"found a power above {MAX_DEGREE}")
        return Product(number, {key: power for key, power in powers.items() if power})

    def __pow__(self, exponent: int) -> Product:
        bits = max(map(int.bit_length, self.constant.as_integer_ratio()))
        demand(abs(exponent) * (bits - 1) <= MAX_BITS, "found a power that is too large")
        return Product(self.constant**exponent, {key: k * exponent for key, k in self.factors.items() if exponent})

    def __add__(self, other: Product) -> Product:
        """Return the sum: common powers stay in front, what they leave is multiplied out."""
        keys = {**self.factors, **other.factors}
        if not (keys and self.constant and other.constant):
            return Product(self.constant + other.constant, keys)
        common = {key: min(self.factors.get(key, 0), other.factors.get(key, 0)) for key in keys}
        below, total = self.constant.denominator * other.constant.denominator, Polynomial()
        for part in (self, other):
            rest = [Polynomial(key) for key in keys for _ in range(part.factors.get(key, 0) - common[key])]
            total += reduce(mul, rest, Polynomial.name(None, len(max(next(iter(keys)))[0]))) * int(
                part.constant * below
            )
        return Product(Fraction(1, below)) * Product(Fraction(1), common) * Product.of(total)

    def __sub__(self, other: Product) -> Product:
        return self + other * Product(Fraction(-1))

    def derivative(self, place: int) -> Product:
        """Return the derivative by the name at a place: the sum of self * power * factor'/factor."""
        result = Product(Fraction(0))
        for key, power in self.factors.items():
            terms = ((tuple(k - (i == place) for i, k in enumerate(m)), c * m[place]) for m, c in key if m[place])
            result += self * Product(Fraction(power), {key: -1}) * Product.of(Polynomial.of(terms))
        return result

    def replaced(self, place: int, above: Polynomial, below: Polynomial) -> Product:
        """Return the product after the name at a place became above/below; dividing by zero is an error."""
        result = Product(self.constant)
        for key, power in self.factors.items():
            value, degree = Polynomial(key).replaced(place, above, below)
            result *= Product.of(value) ** power * Product.of(below) ** (-degree * power)
        return result

    def at(self, point: Sequence[Fraction]) -> Fraction:
        """Return the value at a point; dividing by zero is an error."""
        return prod((Polynomial(key).at(point) ** power for key, power in self.factors.items()), start=self.constant)

    def signs(self, known: Known) -> Signs:
        """Return the possible signs; any where it may divide by zero."""
        found = {(self.constant > 0) - (self.constant < 0)}
        for key, power in self.factors.items():
            if power < 0 and 0 in known(key):
                return ANY_SIGN
            found = {one * (other if power % 2 else other * other) for one in found for other in known(key)}
        return frozenset(found)
