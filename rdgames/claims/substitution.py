"""Equalities that are given, ``n == 2`` or ``n_u == n_d``, put in place in rational functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from rdgames.algebra.rational import RationalFunction
from rdgames.claims.forms import InRing
from rdgames.claims.hypotheses import conjuncts, equality
from rdgames.errors import InputError
from rdgames.language.printer import typed
from rdgames.language.tree import Statement, Symbol

Substitutions: TypeAlias = Sequence[tuple[str, RationalFunction]]
"""Parameters with what takes their place, one after the other."""


def substitutions_from(meaning: InRing, given: Statement | None) -> Substitutions:
    """Return the parameters that equalities give away, each with what takes its place after the earlier ones have.

    Raises
    ------
    InputError
        If an equality does not have a parameter that is still free on one side, and not on the other.
    """
    found: list[tuple[str, RationalFunction]] = []
    for left, right in filter(None, map(equality, conjuncts(given))):
        for side, other in ((left, right), (right, left)):
            if isinstance(side, Symbol) and side.name in meaning.game.parameter:
                value = substituted(meaning.of(other), found)
                if side.name not in dict(found) and not value.derivative(side.name).numerator:
                    found.append((side.name, value))
                    break
        else:
            raise InputError(
                f"found the equality {typed(left)} == {typed(right)}, expected one parameter in terms of others, once"
            )
    return found


def substituted(function: RationalFunction, given: Substitutions) -> RationalFunction:
    """Return a function with other functions in the place of parameters.

    Raises
    ------
    ZeroDivisionError
        If the function is nowhere defined then.
    """
    for name, value in given:
        function = _put(function.numerator, name, value) / _put(function.denominator, name, value)
    return function


def _put(polynomial: Any, name: str, value: RationalFunction) -> RationalFunction:
    """Return a polynomial with a function in the place of one of the parameters."""
    ring = value.ring
    place = ring.names.index(name)
    total = ring.constant(0)
    for exponents, coefficient in polynomial.to_dict().items():
        rest = tuple(0 if at == place else int(exponent) for at, exponent in enumerate(exponents))
        term = RationalFunction(ring, ring.context.from_dict({rest: coefficient}), ring.one_polynomial)
        total = total + term * value ** int(exponents[place])
    return total
