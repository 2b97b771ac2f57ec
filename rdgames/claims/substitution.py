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
        function = _put(function, name, value)
    return function


def _put(function: RationalFunction, name: str, value: RationalFunction) -> RationalFunction:
    """Return a function with another in the place of a parameter; raises ZeroDivisionError if it has no value then."""
    ring, place = function.ring, function.ring.names.index(name)
    parts, degrees = [], []
    for polynomial in (function.numerator, function.denominator):
        powers: list[dict[tuple[int, ...], Any]] = [{} for _ in range(int(polynomial.degrees()[place]) + 1)]
        for exponents, coefficient in polynomial.to_dict().items():
            powers[int(exponents[place])][(*exponents[:place], 0, *exponents[place + 1 :])] = coefficient
        total, below = ring.context.constant(0), ring.one_polynomial
        for terms in reversed(powers):  # Horner's rule, with the denominator multiplied out
            total = total * value.numerator + ring.context.from_dict(terms) * below
            below = below * value.denominator
        parts.append(total)
        degrees.append(len(powers) - 1)
    above, below = parts
    surplus = degrees[1] - degrees[0]
    if surplus > 0:
        above = above * value.denominator**surplus
    elif surplus:
        below = below * value.denominator**-surplus
    if below.is_zero():
        raise ZeroDivisionError(f"no value where {name} takes this value")
    return RationalFunction(ring, above, ring.one_polynomial) / RationalFunction(ring, below, ring.one_polynomial)
