"""Derivatives in claims, carried down to the outcomes of regimes by the rules of calculus.

What is left, ``derivative(cartel.x, beta)``, is the exact derivative of a rational function. A number of firms is a
parameter like the others here: claims about its derivative are claims about real numbers of firms.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from rdgames.errors import InputError
from rdgames.language.printer import typed
from rdgames.language.tree import Binary, Call, Expression, Negative, Number, OfRegime, Power, Symbol

_ZERO, _ONE = Number(Fraction(0)), Number(Fraction(1))


def outcome_behind(node: Expression) -> tuple[OfRegime, tuple[str, ...]] | None:
    """Return the outcome, and the parameters by which it is differentiated, if a formula is just that.

    >>> outcome_behind(Call("derivative", (OfRegime("cartel", "x"), Symbol("beta"))))
    (OfRegime(regime='cartel', outcome='x'), ('beta',))
    """
    match node:
        case OfRegime():
            return node, ()
        case Call("derivative", (inner, Symbol(name))):
            found = outcome_behind(inner)
            return (found[0], (*found[1], name)) if found else None
    return None


def differentiated(node: Expression, by: str, abbreviations: Mapping[str, Expression]) -> Expression:
    """Return the derivative of a formula with respect to a parameter.

    Raises
    ------
    InputError
        If the formula contains ``sign``, which has no derivative.
    """

    def of(part: Expression) -> Expression:
        return differentiated(part, by, abbreviations)

    match node:
        case Symbol(name):
            return of(abbreviations[name]) if name in abbreviations else _ONE if name == by else _ZERO
        case Negative(operand):
            return Negative(of(operand))
        case Binary("+" | "-" as operator, left, right):
            return Binary(operator, of(left), of(right))
        case Binary("*", left, right):
            return Binary("+", Binary("*", of(left), right), Binary("*", left, of(right)))
        case Binary("/", left, right):
            above = Binary("-", Binary("*", of(left), right), Binary("*", left, of(right)))
            return Binary("/", above, Power(right, 2))
        case Power(_, 0):
            return _ZERO
        case Power(base, exponent):
            outer = Binary("*", Number(Fraction(exponent)), Power(base, exponent - 1))
            return Binary("*", outer, of(base))
        case Call("sqrt", (radicand,)):
            return Binary("/", of(radicand), Binary("*", Number(Fraction(2)), node))
        case Call("derivative", (inner, Symbol(name))) if outcome_behind(node) is None:
            return of(differentiated(inner, name, abbreviations))
    if outcome_behind(node):
        return Call("derivative", (node, Symbol(by)))
    if isinstance(node, Number):
        return _ZERO
    raise InputError(f"found the derivative of {typed(node)}, expected one of a formula of parameters and outcomes")
