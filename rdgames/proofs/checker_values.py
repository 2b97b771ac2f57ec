"""Numbers that a certificate compares: products of powers of polynomials, or p + q*sqrt(R) of such; and their signs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any, TypeAlias

from rdgames.proofs.checker_polynomials import CertificateError, Key, Product, demand, read_polynomial

Signs: TypeAlias = frozenset[int]
Known: TypeAlias = Callable[[Key], Signs]

ANY_SIGN: Signs = frozenset((-1, 0, 1))


def fields(entry: object, kinds: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Return an entry that has exactly these fields, of these types."""
    if not isinstance(entry, dict) or set(entry) != set(kinds):
        raise CertificateError(f"found {str(entry)!r:.80} as {what}, expected the fields {', '.join(kinds)}")
    for name, kind in kinds.items():
        allowed = kind if isinstance(kind, tuple) else (kind,)
        demand(type(entry[name]) in allowed, f"found {str(entry[name])!r:.80} as {name} of {what}")
    return entry


def read_number(text: object) -> Fraction:
    """Read an exact number such as ``-2/3``."""
    demand(
        isinstance(text, str) and re.fullmatch(r"-?\d{1,4000}(/0*[1-9]\d{0,3999})?", text, re.ASCII),
        f"found {text!r:.80}, expected a number",
    )
    numbers = str(text).split("/")
    return Fraction(*(int(number) for number in numbers))


def read_factored(entry: object, names: Sequence[str]) -> Product:
    """Read ``{"constant": "2/3", "factors": [[POLY, exponent], ...]}``."""
    found = fields(entry, {"constant": str, "factors": list}, "a product")
    result = Product(len(names), read_number(found["constant"]))
    demand(result.constant or not found["factors"], "found factors of zero, expected none")
    for factor in found["factors"]:
        demand(
            type(factor) is list and len(factor) == 2 and type(factor[1]) is int and factor[1],
            f"found the factor {factor!r:.80}",
        )
        base = Product.of(read_polynomial(factor[0], names), len(names))
        demand(
            base.factors and not set(base.factors) & set(result.factors),
            f"found the factor {factor[0]!r:.80} twice, or a constant",
        )
        result = result.times(base.power(factor[1]))
    return result


def signs_of(product: Product, known: Known) -> Signs:
    """Return the possible signs of a product; any where it may divide by zero."""
    found = {(product.constant > 0) - (product.constant < 0)}
    for key, power in product.factors.items():
        signs = known(key)
        if power < 0 and 0 in signs:
            return ANY_SIGN
        found = {one * (other if power % 2 else other * other) for one in found for other in signs}
    return frozenset(found)


@dataclass(frozen=True)
class Value:
    """The number plain + factor*sqrt(radicand); if one of ``doubts`` is zero, it may be another."""

    plain: Product
    factor: Product
    radicand: Product | None = None
    doubts: frozenset[Key] = frozenset()

    @classmethod
    def of(
        cls, plain: Product, factor: Product | None = None, radicand: Product | None = None, doubts: Iterable[Key] = ()
    ) -> Value:
        """Return a value, without its root if that is not needed or a rational number."""
        zero = Product(plain.names, Fraction(0))
        if factor is None or radicand is None or not factor.constant:
            return cls(plain, zero, None, frozenset(doubts))
        if not radicand.factors:
            demand(radicand.constant >= 0, "found the root of a negative number")
            root = Fraction(isqrt(radicand.constant.numerator), isqrt(radicand.constant.denominator))
            if root**2 == radicand.constant:
                return cls(plain.plus(factor.times(Product(plain.names, root))), zero, None, frozenset(doubts))
        return cls(plain, factor, radicand, frozenset(doubts))

    def with_root_of(self, other: Value) -> tuple[Product | None, frozenset[Key]]:
        """Return the common root, and all doubts."""
        if self.radicand and other.radicand:
            demand(not self.radicand.plus(other.radicand, -1).constant, "found two different roots in one formula")
        return self.radicand or other.radicand, self.doubts | other.doubts

    def plus(self, other: Value, multiple: int = 1) -> Value:
        """Return the sum with a multiple of another value."""
        root, doubts = self.with_root_of(other)
        return Value.of(self.plain.plus(other.plain, multiple), self.factor.plus(other.factor, multiple), root, doubts)

    def times(self, other: Value) -> Value:
        """Return the product with another value."""
        root, doubts = self.with_root_of(other)
        plain, factor = (
            self.plain.times(other.plain),
            self.plain.times(other.factor).plus(self.factor.times(other.plain)),
        )
        both = self.factor.times(other.factor)
        return Value.of(plain.plus(both.times(root)) if root else plain, factor, root, doubts)

    @property
    def norm(self) -> Product:
        """The product with the conjugate, plain**2 - factor**2*radicand."""
        square = self.plain.times(self.plain)
        return square.plus(self.factor.power(2).times(self.radicand), -1) if self.radicand else square

    def signs(self, known: Known, norm: Product | None = None) -> Signs:
        """Return the possible signs where the root is real."""
        if any(0 in known(key) for key in self.doubts):
            return ANY_SIGN
        if self.radicand is None:
            return signs_of(self.plain, known)
        found: set[int] = set()
        plain, factor, norms = (signs_of(part, known) for part in (self.plain, self.factor, norm or self.norm))
        for p, q, r in itertools.product(plain, factor, signs_of(self.radicand, known) & {0, 1}):
            found |= {p or q * r} if p * q * r >= 0 else {p * n for n in norms}
        return frozenset(found)
