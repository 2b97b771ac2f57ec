"""Polynomials of parameters as they stand in proofs: whole coefficients, one canonical form, known by their text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx

from rdgames.algebra.factors import factors_of
from rdgames.algebra.rational import RationalFunction
from rdgames.proofs import signs
from rdgames.proofs.signs import ANY


@dataclass(frozen=True)
class Product:
    """A constant times powers of canonical polynomials, which are named by their text."""

    constant: Fraction
    factors: tuple[tuple[str, int], ...] = ()

    def signs(self, known: Mapping[str, int]) -> int:
        """Return the possible signs, given those of the factors; any, where a factor below may be zero."""
        found = signs.set_of((self.constant > 0) - (self.constant < 0))
        for name, exponent in self.factors:
            factor = known.get(name, ANY)
            if exponent < 0 and factor & signs.ZERO:
                return ANY
            found = signs.times(found, signs.power(factor, exponent))
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The factors."""
        return tuple(name for name, _ in self.factors)

    @property
    def below(self) -> tuple[str, ...]:
        """The factors of the denominator."""
        return tuple(name for name, exponent in self.factors if exponent < 0)

    def to_document(self) -> dict[str, Any]:
        """Return the product as certificates write it."""
        return {"constant": str(self.constant), "factors": [[name, exponent] for name, exponent in self.factors]}


class Polynomials:
    """The polynomials of a proof: in parameters, and in coordinates that take their names (`rdgames.proofs.charts`).

    A polynomial is *canonical* when its coefficients have no common divisor and the leading one, in lexicographic
    order, is positive.
    """

    def __init__(self, parameters: Iterable[str]) -> None:
        self.parameters = tuple(parameters)
        self.names = (*self.parameters, *(f"{name}'" for name in self.parameters))
        self.context = fmpz_mpoly_ctx.get(self.names, Ordering.lex)
        self.generator = dict(zip(self.names, self.context.gens(), strict=True))
        self.one = self.context.constant(1)
        self.by_text: dict[str, Any] = {}
        self._factored: dict[str, Product] = {}

    def known_as(self, polynomial: Any) -> tuple[str, int]:
        """Return the text of the canonical form of a polynomial that is not zero, and the sign that was divided out."""
        content = polynomial.content()
        sign = -1 if polynomial.leading_coefficient() < 0 else 1
        if content != 1 or sign < 0:
            polynomial = polynomial / (content * sign)
        name = str(polynomial)
        self.by_text.setdefault(name, polynomial)
        return name, sign

    def product(self, function: RationalFunction) -> Product:
        """Return a rational function in factors."""
        above, below = self.factored(function.numerator), self.factored(function.denominator)
        factors = (*above.factors, *((name, -exponent) for name, exponent in below.factors))
        return Product(above.constant / below.constant, factors if above.constant else ())

    def factored(self, polynomial: Any) -> Product:
        """Return a polynomial of parameters, over any context that begins with them, in factors."""
        key = str(polynomial)
        if key not in self._factored:
            self._factored[key] = self._factors(polynomial)
        return self._factored[key]

    def _factors(self, polynomial: Any) -> Product:
        if polynomial.is_zero():
            return Product(Fraction(0))
        constant, factors = factors_of(polynomial)
        total, found = Fraction(int(constant)), []
        for factor, exponent in factors:
            moved = self.moved(factor)
            content = int(moved.content())
            name, sign = self.known_as(moved)
            total *= (sign * content) ** int(exponent)
            found.append((name, int(exponent)))
        return Product(total, tuple(found))

    def moved(self, polynomial: Any) -> Any:
        """Return a polynomial of the parameters in this context."""
        blank = (0,) * len(self.names)
        terms = polynomial.to_dict()
        return self.context.from_dict({(*map(int, powers), *blank[len(powers) :]): c for powers, c in terms.items()})

    def place(self, name: str) -> int:
        """Return the place of a name among the generators."""
        return self.names.index(name)

    def coefficients(self, polynomial: Any, name: str) -> list[Any]:
        """Return the coefficients of the powers of one generator, from the constant one on."""
        if polynomial.is_zero():
            return [polynomial]
        place = self.place(name)
        powers: list[dict[tuple[int, ...], Any]] = [{} for _ in range(int(polynomial.degrees()[place]) + 1)]
        for exponents, coefficient in polynomial.to_dict().items():
            power = int(exponents[place])
            powers[power][(*exponents[:place], 0, *exponents[place + 1 :])] = coefficient
        return [self.context.from_dict(terms) for terms in powers]

    def length(self, text: str) -> int:
        """Return how many terms a polynomial has."""
        return len(self.by_text[text])

    def used(self, polynomial: Any) -> frozenset[str]:
        """Return the names of the generators that a polynomial contains."""
        return frozenset(name for name, degree in zip(self.names, polynomial.degrees(), strict=True) if degree > 0)


def not_negative(polynomial: Any) -> bool:
    """Whether no coefficient is negative."""
    return all(coefficient >= 0 for coefficient in polynomial.coeffs())
