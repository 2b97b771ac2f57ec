"""Under what a claim is made: what is given, and the conditions that make an equilibrium of each regime it compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

from rdgames.algebra.rational import RationalFunction
from rdgames.claims.forms import InRing, OnLine
from rdgames.claims.functions import ExactPoint, FastCondition, solved
from rdgames.claims.truth import AtPoint
from rdgames.equilibrium.condition import Condition
from rdgames.game.game import Game
from rdgames.language.tree import Binary, Call, Comparison, Expression, Logic, OfRegime, Statement, Symbol, walk

Selection: TypeAlias = Callable[[Condition[Any]], bool]
"""Which conditions of an equilibrium must hold at a point for it to speak on a claim."""


_OF_AN_OPTIMUM = ("second_order", "existence", "interior", "size_", "consorti", "whole_")


def interior_optimum(condition: Condition[Any]) -> bool:
    """Choose what makes the solution of first-order conditions an interior optimum of everybody who decides.

    These are the conditions named ``second_order``, ``second_order_unequal``, ``existence`` and ``interior``, of every
    stage, as far as they decide: where a regime imposes equal division, unequal ones are not asked about; and those
    that say that parts of groups, and consortia, have members (``size``, ``consorti``, ``whole``); and what the model
    assumes throughout, such as ``a > c``. Stability under adjustment, participation, and the requirements of a model
    are left out.
    """
    return condition.decides and (condition.assumed or condition.name.startswith(_OF_AN_OPTIMUM))


def everything_that_decides(condition: Condition[Any]) -> bool:
    """Choose all conditions that decide whether a point is valid, stability and requirements among them."""
    return condition.decides


def no_condition(condition: Condition[Any]) -> bool:  # noqa: ARG001 -- every selection is asked about a condition
    """Choose none: the claim is then about formulas, whether or not they describe an equilibrium."""
    return False


@dataclass(frozen=True)
class Hypotheses:
    """What a point must satisfy to speak on a claim.

    Attributes
    ----------
    fixed
        Parameters that the claim gives a value, as by ``n == 2``.
    given
        What is given, that too.
    regimes
        The regimes whose selected conditions must hold.
    """

    game: Game
    fixed: Mapping[str, Fraction]
    given: tuple[Statement, ...]
    regimes: tuple[str, ...]
    selection: Selection

    @classmethod
    def of(cls, game: Game, given: Statement | None, claimed: Statement, selection: Selection) -> Hypotheses:
        """Return the hypotheses of a claim; every regime that it names, also in what is given, counts."""
        fixed: dict[str, Fraction] = {}
        rest: list[Statement] = []
        for statement in conjuncts(given):
            found = _fixing(game, statement)
            if found and found[0] not in fixed:
                fixed[found[0]] = found[1]
            rest.append(statement)
        regimes = dict.fromkeys(node.regime for node in outcomes_in((claimed, *rest)))
        return cls(game, fixed, tuple(rest), tuple(regimes), selection)

    @cached_property
    def conditions(self) -> tuple[FastCondition, ...]:
        """The selected conditions of all regimes, those that say the same once."""
        chosen = [
            fast
            for regime in self.regimes
            for fast in solved(self.game, regime).conditions
            if self.selection(fast.condition)
        ]
        return tuple(
            {
                (c.condition.margin, c.condition.applies, c.condition.strict, c.condition.whole): c for c in chosen
            }.values()
        )

    def violations(self, point: ExactPoint, *, at_most: int | None = None) -> int:
        """Return how many of the hypotheses fail at a point; one that has no value there fails.

        Counting ends beyond ``at_most``.
        """
        failed = 0
        for holds in self._tests(point):
            failed += not holds
            if at_most is not None and failed > at_most:
                break
        return failed

    def _tests(self, point: ExactPoint) -> Iterator[bool]:
        yield from (condition.holds(point) for condition in self.conditions)
        here = AtPoint(self.game, point)
        for statement in self.given:
            try:
                yield here.decide(statement)
            except ArithmeticError:
                yield False

    def boundaries(self, line: OnLine) -> Iterator[RationalFunction]:
        """Yield functions of the pivot at whose zeros and poles hypotheses begin or cease to hold."""
        for condition in self.conditions:
            for function in filter(None, (condition.margin, condition.applies)):
                with suppress(ArithmeticError):
                    yield line.outcome(function)
        for statement in self.given:
            yield from boundaries(statement, line)


def boundaries(statement: Statement, line: OnLine) -> Iterator[RationalFunction]:
    """Yield functions of the pivot at whose zeros and poles comparisons of a statement change, or lose meaning."""
    formulas: list[Expression] = []
    for node in walk(statement):
        match node:
            case Call("sign" | "sqrt", (inner,)):
                formulas.append(inner)
            case Comparison(terms, _):
                formulas += [Binary("-", left, right) for left, right in pairwise(terms)]
    for formula in formulas:
        with suppress(ArithmeticError):
            yield line.of(formula)


def outcomes_in(statements: Iterable[Statement]) -> tuple[OfRegime, ...]:
    """Return the outcomes of regimes that statements name, each once, in their order."""
    nodes = (node for statement in statements for node in walk(statement))
    return tuple(dict.fromkeys(node for node in nodes if isinstance(node, OfRegime)))


def conjuncts(statement: Statement | None) -> tuple[Statement, ...]:
    """Return the statements that are joined by ``and``."""
    if isinstance(statement, Logic) and statement.operator == "and":
        return tuple(part for inner in statement.parts for part in conjuncts(inner))
    return () if statement is None else (statement,)


def equality(statement: Statement) -> tuple[Expression, Expression] | None:
    """Return the sides of an equality, None for any other statement."""
    match statement:
        case Comparison((left, right), ("==",)):
            return left, right
    return None


def _fixing(game: Game, statement: Statement) -> tuple[str, Fraction] | None:
    """Return the parameter, and the number that an equality says it is."""
    left, right = equality(statement) or (None, None)
    for side, other in ((left, right), (right, left)):
        if isinstance(side, Symbol) and side.name in game.parameter and other is not None:
            if any(isinstance(node, Call | OfRegime) for node in walk(other)):
                return None
            with suppress(ZeroDivisionError):
                value = InRing(game).of(other)
                if value.numerator.is_constant() and value.denominator.is_constant():
                    return side.name, value.at(dict.fromkeys(game.parameter, 0))
    return None
