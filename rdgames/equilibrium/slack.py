"""Closed forms in slack coordinates, so that single precision loses nothing near a boundary.

Where a second-order condition is nearly violated, outcomes are quotients of small differences of large numbers. In
single precision such a difference has no digit left, however the formula is arranged. So formulas are written as
products of powers of polynomials that cannot be factored further,

    f = number * p_1**e_1 * p_2**e_2 * ...,

and every polynomial is a coordinate of its own, computed from the parameters in double precision and then rounded. For
a boundary ``gamma = bound(others)`` one of them is ``t = gamma - bound``, up to a factor without zeros: the slack. The
parameters give it with all digits that single precision has, also when it is small, and what follows is products and
quotients, which keep the relative errors of their operands. So an outcome of m factors is wrong by about m times 6e-8,
wherever it is; and a margin has the sign that the signs of its factors give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rdgames.algebra.presentation import factored
from rdgames.algebra.program import Element, Program, Recorder
from rdgames.algebra.rational import RationalFunction
from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.errors import NoFormulaError, TooLargeError

MAX_FACTORED = 3_000
"""Formulas with more terms are not factored, which would take long; their factors would be long, too."""


@dataclass(frozen=True)
class SlackForms:
    """Outcomes and margins of an equilibrium as products of factors.

    Attributes
    ----------
    factors
        The steps from the parameters to the factors, named ``0``, ``1``, ...; to be run in double precision. Also
        ``whole:NAME``, margins that are numbers of things, which no rounding may touch.
    products
        The steps from the factors, as parameters, to ``value:NAME`` and ``margin:NAME``: only products, and reciprocals
        of single factors.
    verdicts
        Of these the steps to ``margin:NAME`` and ``applies:NAME``; run on the signs of factors, they give the signs.
    divisors
        The factors that something is divided by.
    """

    factors: Program
    products: Program
    verdicts: Program
    divisors: tuple[str, ...]


def slack_forms(
    equilibrium: Equilibrium, outcomes: Iterable[str], derivatives: Mapping[str, tuple[str, str]], most: int
) -> SlackForms:
    """Write outcomes, derivatives and margins of an equilibrium as products of factors.

    Parameters
    ----------
    outcomes
        The names of outcomes that the equilibrium has.
    derivatives
        By name, the outcome and the parameter by which it is differentiated.
    most
        How many operations the factors may take: if more, double precision is the better road.

    Raises
    ------
    NoFormulaError
        If there is no closed form; `TooLargeError` if it is too long.
    """
    if equilibrium.unknowns:
        raise NoFormulaError(f"found no closed form of {', '.join(equilibrium.unknowns)}")
    found = {f"value:{name}": equilibrium.exact(name) for name in outcomes}
    for name, (outcome, parameter) in derivatives.items():
        found[f"value:{name}"] = equilibrium.exact(outcome).derivative(parameter)
    writer = _Writer(most)
    for condition in equilibrium.exact_conditions:
        if not condition.decides:
            continue
        if condition.whole:
            writer.write_whole(f"whole:{condition.name}", condition.margin)
        else:
            found[f"margin:{condition.name}"] = condition.margin
        if condition.applies is not None:
            found[f"applies:{condition.name}"] = condition.applies
    for key, function in found.items():
        writer.write(key, function)
    return writer.forms()


class _Writer:
    """Writes down functions as products, each factor once."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.sums, self.products = Recorder(), Recorder()
        self.factors: dict[str, Element] = {}
        self.outputs: dict[str, Element] = {}
        self.divisors: dict[str, None] = {}
        self._names: dict[Any, str] = {}
        self._known: dict[Any, Element] = {}

    def write(self, key: str, function: RationalFunction) -> None:
        """Write down a function."""
        if not function.numerator:
            self.outputs[key] = self.products.constant(0)
            return
        above, over = self._factored(function.numerator)
        below, under = self._factored(function.denominator)
        left = [(factor, 1) for factor in over] + [(factor, -1) for factor in under]
        whole = self.products.constant(Fraction(above, below))
        degree = 0
        while left:
            # What few axes change comes first, since it is computed for few points. Large factors are divided by before
            # others are multiplied with, lest numbers leave the range of single precision.
            factor, sign = min(left, key=lambda each: (_names_in(each[0]), each[1] * degree > 0, str(each[0])))
            left.remove((factor, sign))
            degree += sign * factor.total_degree()
            name = self._name(factor)
            known = self.products.parameter(name)
            whole = whole * (known if sign > 0 else 1 / known)
            if sign < 0:
                self.divisors[name] = None
        self.outputs[key] = whole

    def write_whole(self, key: str, function: RationalFunction) -> None:
        """Write down a function as one quotient."""
        self.factors[key] = self._sum(function.numerator) / self._sum(function.denominator)

    def forms(self) -> SlackForms:
        """Return all that was written down."""
        values = {key: each for key, each in self.outputs.items() if not key.startswith("applies:")}
        verdicts = {key: each for key, each in self.outputs.items() if not key.startswith("value:")}
        program = self.products.program
        return SlackForms(self.sums.program(self.factors), program(values), program(verdicts), tuple(self.divisors))

    def _factored(self, polynomial: Any) -> tuple[int, list[Any]]:
        """Return the number and the factors of a polynomial, each as often as it occurs."""
        if len(polynomial) > MAX_FACTORED:
            raise TooLargeError(f"found a formula of {len(polynomial):,} terms, expected at most {MAX_FACTORED:,}")
        number, parts = factored(polynomial)
        found = []
        for part, power in parts:
            positive = part if part.leading_coefficient() > 0 else -part
            number *= 1 if positive == part else (-1) ** power
            found += [positive] * power
        return number, found

    def _name(self, factor: Any) -> str:
        """Return the name of a factor, which is written down when it first occurs."""
        key = str(factor)
        if key not in self._names:
            name = self._names[key] = str(len(self._names))
            self.factors[name] = self._sum(factor)
            if self.sums.program(self.factors).operations > self.most:
                raise TooLargeError(
                    f"its factors take more than {self.most} operations, which is what the derivation takes"
                )
        return self._names[key]

    def _sum(self, polynomial: Any) -> Element:
        """Write down a polynomial by Horner's rule in one parameter, the coefficients factored in turn."""
        if polynomial.is_constant():
            return self.sums.constant(int(polynomial.leading_coefficient()) if polynomial else 0)
        key = str(polynomial)
        if key not in self._known:
            degrees = [int(degree) for degree in polynomial.degrees()]
            place = min((place for place, degree in enumerate(degrees) if degree), key=lambda place: degrees[place])
            parameter = self.sums.parameter(polynomial.context().name(place))
            total = self.sums.constant(0)
            for coefficient in _by_powers(polynomial, place, degrees[place]):
                total = total * parameter
                if coefficient:
                    number, parts = factored(coefficient)
                    product = self._product(abs(number), parts)
                    total = total + product if number > 0 else total - product
            self._known[key] = total
        return self._known[key]

    def _product(self, number: int, parts: Iterable[tuple[Any, int]]) -> Element:
        """Write down a number times powers of polynomials, those of few names first."""
        whole = self.sums.constant(1)
        for part, power in sorted(parts, key=lambda each: (_names_in(each[0]), str(each[0]))):
            for _ in range(power):
                whole = whole * self._sum(part)
        return whole * number


def _names_in(polynomial: Any) -> int:
    return sum(degree > 0 for degree in polynomial.degrees())


def _by_powers(polynomial: Any, place: int, degree: int) -> Sequence[Any]:
    """Return the coefficients of the powers of a parameter, the highest first."""
    found: list[dict[tuple[int, ...], Any]] = [{} for _ in range(degree + 1)]
    for exponents, coefficient in polynomial.terms():
        rest = [int(exponent) for exponent in exponents]
        power, rest[place] = rest[place], 0
        found[degree - power][tuple(rest)] = coefficient
    return [polynomial.context().from_dict(part) for part in found]
