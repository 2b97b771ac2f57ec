"""Rational functions written for people: factored, leading terms positive, sums collected as a paper would.

A numerator or denominator is factored. Each factor is then written as a sum in powers of one parameter, the
coefficients factored in turn; the parameter is the one that gives the shortest text. So the expanded denominator of
d'Aspremont and Jacquemin (1988) becomes ``b*gamma*(n + 1)**2 - 2*(n - beta*(n - 1))*(beta*(n - 1) + 1)``, and with the
abbreviations of its model file ``D - 2*k*s``.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rdgames.algebra.factors import factors_of
from rdgames.algebra.rational import RationalFunction, Ring, evaluate
from rdgames.errors import TooLargeError
from rdgames.language.printer import typed
from rdgames.language.tree import Binary, Expression, Negative, Number, Power, Symbol

MAX_TERMS = 60
"""Longer factors are written out term by term: no arrangement makes them legible."""
FEW_TERMS = 16
"""Of sums with at most so many terms, all ways of collecting them are tried, which takes time; of others one way."""
MAX_FACTORED = 3_000
"""Formulas with more terms are not even factored: it would take minutes, and hardly help."""
MAX_WRITTEN = 250
"""Formulas with longer factors are not written out: nobody could read them."""


class Presenter:
    """Writes rational functions of one ring as formulas; what it has arranged once it remembers.

    Parameters
    ----------
    ring
        The ring.
    typical
        A value for every parameter; the signs of factors are chosen so that they are positive there, if possible.
    abbreviations
        Names for polynomials, used wherever a factor or a term has one.
    """

    def __init__(
        self, ring: Ring, typical: Mapping[str, Fraction], abbreviations: Mapping[str, RationalFunction]
    ) -> None:
        self.ring = ring
        self.point = [typical[name] for name in ring.names]
        self.names = [*abbreviations, *ring.names]
        whole = {name: entry.numerator for name, entry in abbreviations.items() if entry.denominator.is_one()}
        self.known: dict[tuple[Any, ...], Expression] = {}
        # Larger abbreviations first, so that D is found before anything that is part of it.
        self.abbreviations = dict(sorted(whole.items(), key=lambda item: -item[1].total_degree()))

    def quotient(self, function: RationalFunction) -> Expression:
        """Return a rational function as a formula.

        Raises
        ------
        TooLargeError
            If it would have more terms than anybody could read.
        """
        terms = len(function.numerator) + len(function.denominator)
        if terms > MAX_FACTORED:
            raise TooLargeError(f"found a formula of {terms} terms, expected at most {MAX_FACTORED} to be readable")
        above, below = self.factored(function.numerator), self.factored(function.denominator)
        if isinstance(below, Negative):
            above, below = above.operand if isinstance(above, Negative) else Negative(above), below.operand
        return above if below == _one() else Binary("/", above, below)

    def factored(self, polynomial: Any) -> Expression:
        """Return a polynomial as a product of powers of its factors."""
        if polynomial.is_zero():
            return Number(Fraction(0))
        content, factors = factored(polynomial)
        number = int(content)
        parts: list[tuple[Expression, int]] = []
        rest = polynomial.context().constant(1)
        for factor, exponent in factors:
            positive = factor if evaluate(factor, self.point) >= 0 else -factor
            number *= 1 if positive == factor else (-1) ** int(exponent)
            rest = rest * positive ** int(exponent)
        for name, entry in self.abbreviations.items():
            times = 0
            while entry.total_degree() and (quotient := _exact_quotient(rest, entry)) is not None:
                rest, times = quotient, times + 1
            if times:
                parts.append((Symbol(name), times))
        constant, factors = factored(rest)
        number *= int(constant)
        for factor, exponent in factors:
            positive = factor if evaluate(factor, self.point) >= 0 else -factor
            number *= 1 if positive == factor else (-1) ** int(exponent)
            parts.append((self.sum(positive), int(exponent)))
        return self.product(number, parts)

    def sum(self, polynomial: Any) -> Expression:
        """Return an irreducible polynomial as a sum, collected in the powers of one parameter."""
        if len(polynomial) > MAX_WRITTEN:
            raise TooLargeError(
                f"found a formula with {len(polynomial)} terms, expected at most {MAX_WRITTEN} to be readable; "
                "numbers for some parameters in the model, or values at a point, would help"
            )
        if len(polynomial) == 1 or len(polynomial) > MAX_TERMS:
            return self.terms([self.monomial(*term) for term in polynomial.terms()])
        key = tuple((tuple(map(int, exponents)), int(coefficient)) for exponents, coefficient in polynomial.terms())
        if key not in self.known:
            ways = [self.terms([self.monomial(*term) for term in polynomial.terms()])]
            for place in self.worth_trying(polynomial):
                ways.append(self.terms([self.factored(part) for part in self.by_powers(polynomial, place)]))
            self.known[key] = min(ways, key=lambda way: len(typed(way)))
        return self.known[key]

    def worth_trying(self, polynomial: Any) -> list[int]:
        """Return the places of the parameters in whose powers a sum may be collected: all, or only the commonest."""
        places = [place for place, degree in enumerate(polynomial.degrees()) if degree]
        if len(polynomial) <= FEW_TERMS:
            return places
        often = [sum(bool(exponents[place]) for exponents in polynomial.monoms()) for place in places]
        return [places[often.index(max(often))]]

    def by_powers(self, polynomial: Any, place: int) -> list[Any]:
        """Return the terms of a polynomial gathered by the power of one parameter, highest first."""
        gathered: dict[int, dict[tuple[int, ...], int]] = {}
        for exponents, coefficient in polynomial.terms():
            gathered.setdefault(int(exponents[place]), {})[tuple(map(int, exponents))] = int(coefficient)
        return [self.ring.context.from_dict(gathered[power]) for power in sorted(gathered, reverse=True)]

    def monomial(self, exponents: tuple[int, ...], coefficient: int) -> Expression:
        """Return one term."""
        powers = zip(self.ring.names, exponents, strict=True)
        return self.product(int(coefficient), [(Symbol(name), int(power)) for name, power in powers if power])

    def product(self, number: int, factors: list[tuple[Expression, int]]) -> Expression:
        """Return a product: the number, then single names in the order of the model, then sums."""
        names = self.names

        def place(part: tuple[Expression, int]) -> int:
            return names.index(part[0].name) if isinstance(part[0], Symbol) else len(names)

        ordered = sorted(factors, key=place)
        parts: list[Expression] = [base if power == 1 else Power(base, power) for base, power in ordered]
        if abs(number) != 1 or not parts:
            parts.insert(0, Number(Fraction(abs(number))))
        product = parts[0]
        for part in parts[1:]:
            product = Binary("*", product, part)
        return Negative(product) if number < 0 else product

    def terms(self, terms: list[Expression]) -> Expression:
        """Return a sum, its positive terms first."""
        positive: list[Expression] = [term for term in terms if not isinstance(term, Negative)]
        negative = [term.operand for term in terms if isinstance(term, Negative)]
        if not positive:
            return Negative(self.terms(list(negative)))
        total: Expression = positive[0]
        for term in positive[1:]:
            total = Binary("+", total, term)
        for term in negative:
            total = Binary("-", total, term)
        return total


def factored(polynomial: Any) -> tuple[int, list[tuple[Any, int]]]:
    """Return the number, and the irreducible factors with their powers, of a polynomial.

    One that is linear in a parameter, ``A*v + B``, is the product of the common divisor of A and B and of what is left,
    which is irreducible: to find that takes no search, where factoring in many parameters can take minutes.
    """
    content, parts = factors_of(polynomial, "factor_squarefree")
    number, found = int(content), []
    for part, power in parts:
        constant, irreducible = _irreducible_factors(part)
        number *= constant ** int(power)
        found += [(factor, int(power)) for factor in irreducible]
    return number, found


def _irreducible_factors(polynomial: Any) -> tuple[int, list[Any]]:
    """Return the number and the factors of a polynomial without multiple ones."""
    if polynomial.is_constant():
        return int(polynomial.leading_coefficient()), []
    place = next((place for place, degree in enumerate(polynomial.degrees()) if degree == 1), None)
    if place is None:
        content, factors = factors_of(polynomial)
        return int(content), [factor for factor, _ in factors]
    slope = polynomial.derivative(place)
    common = slope.gcd(polynomial - slope * polynomial.context().gen(place))
    number, rest = _irreducible_factors(common)
    return number, [*rest, polynomial / common]


def _exact_quotient(polynomial: Any, divisor: Any) -> Any | None:
    quotient, remainder = divmod(polynomial, divisor)
    return quotient if remainder.is_zero() else None


def _one() -> Number:
    return Number(Fraction(1))


def typical_point(domains: Mapping[str, tuple[Fraction | None, Fraction | None]]) -> dict[str, Fraction]:
    """Return a point at which the factors of published formulas are positive, as a rule.

    A parameter between bounds takes a value a third of the way; the others large values that fall in the order of
    the parameters, since papers name what is larger first (``a`` before ``c``).
    """
    large = Fraction(1000)
    point = {}
    for name, (low, high) in domains.items():
        if low is not None and high is not None:
            point[name] = low + (high - low) / 3
        else:
            point[name] = (low or Fraction(0)) + large
            large = large * Fraction(2, 3) + 1
    return point
