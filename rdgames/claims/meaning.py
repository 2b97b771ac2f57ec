"""What the formulas of claims mean: one walk over their trees, and what differs between the ways of reading left open.

`rdgames.claims.truth` reads them as exact numbers at a point, `rdgames.claims.forms` as rational functions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Any, Generic, TypeVar

from rdgames.claims.derivatives import differentiated, outcome_behind
from rdgames.claims.functions import FastFunction, solved
from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.language.printer import typed
from rdgames.language.tree import Binary, Call, Expression, Negative, Number, OfRegime, Power, Symbol

V = TypeVar("V")


class Meaning(ABC, Generic[V]):
    """One way of giving formulas of parameters, abbreviations and outcomes of regimes a meaning."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self._abbreviations = {entry.name: entry.formula for entry in game.abbreviations}

    @abstractmethod
    def number(self, value: Fraction) -> V:
        """Return the meaning of a number."""

    @abstractmethod
    def parameter(self, name: str) -> V:
        """Return the meaning of a parameter; of a spillover, its value between those who do not share it."""

    @abstractmethod
    def outcome(self, function: FastFunction) -> V:
        """Return the meaning of an outcome of a regime, or of a derivative of one."""

    @abstractmethod
    def root(self, value: V) -> V:
        """Return the square root of a meaning."""

    @abstractmethod
    def sign(self, value: V) -> V:
        """Return the sign of a meaning: -1, 0 or 1."""

    def of(self, node: Expression) -> V:
        """Return the meaning of a formula."""
        value: Any
        match node:
            case OfRegime(regime, outcome):
                return self.outcome(solved(self.game, regime).outcome(outcome))
            case Number(value):
                return self.number(value)
            case Symbol(name):
                return self.of(self._abbreviations[name]) if name in self._abbreviations else self.parameter(name)
            case Negative(operand):
                value = self.of(operand)
                return -value  # type: ignore[no-any-return]
            case Binary(sort, left, right):
                return self.join(sort, self.of(left), self.of(right))
            case Power(base, exponent):
                value = self.of(base)
                return value**exponent  # type: ignore[no-any-return]
            case Call("sqrt", (inner,)):
                return self.root(self.of(inner))
            case Call("sign", (inner,)):
                return self.sign(self.of(inner))
            case Call("derivative", (inner, Symbol(name))):
                found = outcome_behind(node)
                if found is None:
                    return self.of(differentiated(inner, name, self._abbreviations))
                return self.outcome(solved(self.game, found[0].regime).outcome(found[0].outcome, found[1]))
        raise InputError(
            f"found {typed(node)!r}, expected a formula of parameters, abbreviations and outcomes of regimes"
        )

    def join(self, sort: str, left: Any, right: Any) -> V:
        """Return two meanings joined by an operator."""
        match sort:
            case "+":
                value = left + right
            case "-":
                value = left - right
            case "*":
                value = left * right
            case _:
                value = left / right
        return value  # type: ignore[no-any-return]
