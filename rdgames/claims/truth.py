"""Statements decided at a point, in exact numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from rdgames.claims.functions import ExactPoint, FastFunction
from rdgames.claims.meaning import Meaning
from rdgames.claims.surds import Real, sign, sqrt
from rdgames.game.game import Game
from rdgames.language.tree import Comparison, Statement

COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class AtPoint(Meaning[Real]):
    """Formulas as exact numbers at a point: fractions, or surds where square roots are taken.

    Evaluation raises ArithmeticError where a formula has no value: by division by zero, or a root of a negative number.
    """

    def __init__(self, game: Game, point: ExactPoint) -> None:
        super().__init__(game)
        self.point = point

    def number(self, value: Fraction) -> Real:
        """Return the number itself."""
        return value

    def parameter(self, name: str) -> Real:
        """Return the parameter's value."""
        return self.point.values[name]

    def outcome(self, function: FastFunction) -> Real:
        """Return the outcome's value."""
        return function.at(self.point)

    def root(self, value: Real) -> Real:
        """Return the exact square root."""
        return sqrt(value)

    def sign(self, value: Real) -> Real:
        """Return the exact sign."""
        return Fraction(sign(value))

    def decide(self, statement: Statement) -> bool:
        """Return whether a statement is true.

        All comparisons in it are evaluated, also where one would do: a statement has a value where all its parts have.
        """
        if isinstance(statement, Comparison):
            return self._compare(statement)
        return _joined(statement.operator, [self.decide(part) for part in statement.parts])

    def _compare(self, comparison: Comparison) -> bool:
        values = [self.of(term) for term in comparison.terms]
        pairs = zip(comparison.operators, pairwise(values), strict=True)
        return all(COMPARE[sort](left, right) for sort, (left, right) in pairs)


def _joined(operator: str, parts: Sequence[bool]) -> bool:
    match operator:
        case "and":
            return all(parts)
        case "or":
            return any(parts)
        case "not":
            return not parts[0]
    return parts[0] == parts[1]  # iff
