"""The edge to SymPy: formulas as SymPy expressions, for people to read and to go on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdgames.language.tree import Binary, Expression, Negative, Number, Power, Symbol

if TYPE_CHECKING:
    import sympy


def to_sympy(formula: Expression) -> sympy.Expr:
    """Return a formula of parameters as a SymPy expression in plain symbols of the same names.

    >>> from rdgames.language.reader import read_expression
    >>> to_sympy(read_expression("b*gamma*(n + 1)**2 - 2*beta"))
    b*gamma*(n + 1)**2 - 2*beta
    """
    import sympy  # takes half a second, so only where a person wants an expression

    match formula:
        case Number(value):
            return sympy.Rational(value.numerator, value.denominator)
        case Symbol(name):
            return sympy.Symbol(name)
        case Binary("+", left, right):
            return to_sympy(left) + to_sympy(right)
        case Binary("-", left, right):
            return to_sympy(left) - to_sympy(right)
        case Negative() | Power() | Binary():
            number, factors = _factors(formula, 1)
            if len(factors) == 1 and number != 1 and factors[0].is_Add:
                return sympy.Mul(number, factors[0], evaluate=False)  # SymPy would multiply the sum out
            return sympy.Mul(number, *factors)
    raise TypeError(f"found {formula!r}, expected a formula of parameters")


def _factors(formula: Expression, power: int) -> tuple[sympy.Rational, list[sympy.Expr]]:
    """Return the number and the other factors of a product to a power.

    Factors are handed to SymPy all at once, since it multiplies a number into a sum when it sees just the two.
    """
    import sympy

    match formula:
        case Number(value):
            return sympy.Rational(value.numerator, value.denominator) ** power, []
        case Negative(operand):
            number, factors = _factors(operand, power)
            return number * sympy.Integer(-1) ** power, factors
        case Power(base, exponent):
            return _factors(base, power * exponent)
        case Binary("*" | "/" as operator, left, right):
            one, others = _factors(left, power), _factors(right, power if operator == "*" else -power)
            return one[0] * others[0], one[1] + others[1]
    return sympy.Integer(1), [to_sympy(formula) ** power]
