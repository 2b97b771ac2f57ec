"""Domains of parameters: intervals, written as the inequality that a paper would write."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from rdgames.errors import ExpressionError
from rdgames.language.printer import typed
from rdgames.language.reader import read_statement
from rdgames.language.tree import Binary, Comparison, Expression, Negative, Number, Statement, Symbol

_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Domain:
    """An interval of the real line; an end that is None is infinite.

    >>> beta = Domain.read("0 <= beta <= 1")
    >>> Fraction(1, 2) in beta, 1.2 in beta
    (True, False)
    >>> print(beta)
    0 <= beta <= 1
    """

    name: str
    low: Fraction | None = None
    low_included: bool = False
    high: Fraction | None = None
    high_included: bool = False

    @classmethod
    def read(cls, text: object) -> Self:
        """Read ``a > 0``, ``0 <= beta <= 1``, ``n >= 1``.

        Raises
        ------
        ExpressionError
            If the text is no interval of one parameter.
        """
        if isinstance(text, cls):
            return text
        statement = read_statement(text)
        problem = "expected an interval of one parameter, such as 'a > 0' or '0 <= beta <= 1'"
        match statement:
            case Comparison((Symbol(name), bound), (operator,)) if operator in _MIRROR:
                return cls(name, *_ends(str(text), (operator, bound)))
            case Comparison((bound, Symbol(name)), (operator,)) if operator in _MIRROR:
                return cls(name, *_ends(str(text), (_MIRROR[operator], bound)))
            case Comparison((low, Symbol(name), high), ("<" | "<=" as below, "<" | "<=" as above)):
                return cls(name, *_ends(str(text), (_MIRROR[below], low), (above, high)))
        raise ExpressionError(str(text), 1, f"found {typed(statement)!r}, {problem}")

    def __contains__(self, value: Fraction | float) -> bool:
        above = self.low is None or value > self.low or (self.low_included and value == self.low)
        below = self.high is None or value < self.high or (self.high_included and value == self.high)
        return above and below

    @property
    def statement(self) -> Statement:
        """The domain as an inequality."""
        return read_statement(str(self))

    def __str__(self) -> str:
        below = None if self.low is None else f"{typed(Number(self.low))} {'<=' if self.low_included else '<'} "
        above = "" if self.high is None else f" {'<=' if self.high_included else '<'} {typed(Number(self.high))}"
        if below and not above:
            return f"{self.name} {'>=' if self.low_included else '>'} {typed(Number(self.low or Fraction(0)))}"
        return f"{below or ''}{self.name}{above}"


def _ends(text: str, *bounds: tuple[str, Expression]) -> tuple[Fraction | None, bool, Fraction | None, bool]:
    low, low_included, high, high_included = None, False, None, False
    for operator, bound in bounds:
        value = _constant(text, bound)
        if operator in (">", ">="):
            low, low_included = value, operator == ">="
        else:
            high, high_included = value, operator == "<="
    if low is not None and high is not None and (low > high or (low == high and not (low_included and high_included))):
        raise ExpressionError(text, 1, "found an empty interval, expected the smaller bound first")
    return low, low_included, high, high_included


def _constant(text: str, bound: Expression) -> Fraction:
    match bound:
        case Number(value):
            return value
        case Negative(operand):
            return -_constant(text, operand)
        case Binary("/", above, below) if divisor := _constant(text, below):
            return _constant(text, above) / divisor
    raise ExpressionError(
        text,
        1,
        f"found the bound {typed(bound)!r}, expected a number; relations between parameters are assumptions",
    )
