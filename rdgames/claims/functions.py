"""The exact rational functions behind claims, ready to be evaluated at many points and along many lines.

A line is where one parameter, the *pivot*, moves and the others stand still; there a rational function of the
parameters is one of the pivot alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import lcm
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from rdgames.algebra.rational import RationalFunction, Ring
from rdgames.equilibrium.condition import Condition
from rdgames.equilibrium.equilibrium import Equilibrium, solve
from rdgames.errors import DerivationError
from rdgames.game.game import Game


@dataclass(frozen=True)
class ExactPoint:
    """An exact value for every parameter of a game, in its order."""

    values: Mapping[str, Fraction]

    @cached_property
    def vector(self) -> tuple[Any, ...]:
        """The values as python-flint's numbers."""
        return tuple(fmpq(value.numerator, value.denominator) for value in self.values.values())

    def moved(self, name: str, value: Fraction) -> ExactPoint:
        """Return the point with another value of one parameter."""
        return ExactPoint({**self.values, name: value})


class FastFunction:
    """A rational function of a game's parameters, its parts over the rational numbers where python-flint is fast.

    >>> ring = Ring(["a", "b"])
    >>> function, point = FastFunction((ring.parameter("a") + 1) / ring.parameter("b")), {"a": 1, "b": 4}
    >>> function.at(ExactPoint({name: Fraction(value) for name, value in point.items()}))
    Fraction(1, 2)
    """

    def __init__(self, function: RationalFunction) -> None:
        self.exact, self.names = function, function.ring.names
        context = fmpq_mpoly_ctx.get(self.names, Ordering.lex)
        self._above = context.from_dict(function.numerator.to_dict())
        self._below = context.from_dict(function.denominator.to_dict())

    def at(self, point: ExactPoint) -> Fraction:
        """Return the value at a point; raises ZeroDivisionError where the denominator vanishes."""
        value = self.raw(point)
        return Fraction(int(value.p), int(value.q))

    def raw(self, point: ExactPoint) -> Any:
        """Return the value as python-flint's number."""
        return self._above(*point.vector) / self._below(*point.vector)

    def along(self, pivot: str, point: ExactPoint, line: Ring) -> RationalFunction:
        """Return the function of the pivot alone, all other parameters as at the point.

        Raises ZeroDivisionError where the denominator vanishes on the whole line.
        """
        place = self.names.index(pivot)
        others = {name: value for name, value in zip(self.names, point.vector, strict=True) if name != pivot}
        above, p = _of_one(self._above.subs(others), place)
        below, q = _of_one(self._below.subs(others), place)
        if not below:
            raise ZeroDivisionError(f"the denominator vanishes for every {pivot}")
        numerator, denominator = (
            line.context.from_dict({power: each * scale for power, each in terms.items()})
            for terms, scale in ((above, q), (below, p))
        )
        common = numerator.gcd(denominator)
        if denominator.leading_coefficient() < 0:
            common = -common
        return RationalFunction(line, numerator / common, denominator / common)


def _of_one(polynomial: Any, place: int) -> tuple[dict[tuple[int], int], int]:
    """Return the whole coefficients of a polynomial in the one parameter that is left, and what they were scaled by."""
    terms = {int(exponents[place]): coefficient for exponents, coefficient in polynomial.to_dict().items()}
    scale = lcm(*(int(coefficient.q) for coefficient in terms.values()))
    return {(power,): int(each.p) * (scale // int(each.q)) for power, each in terms.items()}, scale


class SolvedRegime:
    """An equilibrium with its outcomes, their derivatives and its conditions as fast functions, each made once."""

    def __init__(self, equilibrium: Equilibrium) -> None:
        self.equilibrium = equilibrium
        self.conditions = tuple(FastCondition(condition) for condition in equilibrium.exact_conditions)
        self._outcomes: dict[tuple[str, tuple[str, ...]], FastFunction] = {}

    def outcome(self, name: str, by: tuple[str, ...] = ()) -> FastFunction:
        """Return an outcome, or its derivative by one parameter after the other."""
        if (name, by) not in self._outcomes:
            function = self.equilibrium.exact(name)
            for parameter in by:
                function = function.derivative(parameter)
            self._outcomes[name, by] = FastFunction(function)
        return self._outcomes[name, by]


class FastCondition:
    """A condition of an equilibrium, ready to be tested at many points."""

    def __init__(self, condition: Condition[RationalFunction]) -> None:
        self.condition = condition
        self.margin = FastFunction(condition.margin)
        self.applies = None if condition.applies is None else FastFunction(condition.applies)

    def holds(self, point: ExactPoint) -> bool:
        """Whether the condition holds at a point, or says nothing there; it fails where its margin is undefined."""
        try:
            if self.applies is not None and self.applies.raw(point) <= 0:
                return True
            margin = self.margin.at(point) if self.condition.whole else self.margin.raw(point)
        except ZeroDivisionError:
            return False
        return bool(self.condition.holds(margin))


@lru_cache(maxsize=128)
def solved(game: Game, regime: str) -> SolvedRegime:
    """Return the equilibrium of a game under a regime; a second call returns the same.

    Raises
    ------
    DerivationError
        If it has no closed form.
    """
    equilibrium = solve(game, regime)
    if equilibrium.unknowns:
        raise DerivationError(
            f"found the regime {regime!r}, in which {', '.join(equilibrium.unknowns)} have no closed form, "
            "expected regimes with formulas: claims about others cannot be decided exactly"
        )
    return SolvedRegime(equilibrium)
