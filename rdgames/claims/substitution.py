"""Equalities that are given, ``n == 2`` or ``n_u == n_d``, put in place in rational functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

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
    """Return a function with another in the place of a parameter; raises ZeroDivisionError if it has no value then.

    A polynomial P of degree d in x has with ``q*x - p`` the resultant ``q**d * P(p/q)``, if p and q do not depend on x
    (Cox, Little and O'Shea 2015, Ideals, Varieties, and Algorithms, section 3.6).
    """
    ring, place = function.ring, function.ring.names.index(name)
    line = value.denominator * ring.context.gen(place) - value.numerator
    above, below = (line.resultant(part, name) for part in (function.numerator, function.denominator))
    if below.is_zero():
        raise ZeroDivisionError(f"no value where {name} takes this value")
    over, under = (max(0, int(part.degrees()[place])) for part in (function.numerator, function.denominator))
    above, below = above * value.denominator ** max(0, under - over), below * value.denominator ** max(0, over - under)
    return RationalFunction(ring, above, ring.one_polynomial) / RationalFunction(ring, below, ring.one_polynomial)
