"""An equilibrium as a program: every outcome, margin and decision rule, ready to be replayed on numbers or arrays."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeAlias

from rdgames.algebra.program import Element, Program, Recorder
from rdgames.equilibrium.condition import CONVERGED, ONE_SOLUTION, Condition
from rdgames.equilibrium.conditions import conditions_of
from rdgames.equilibrium.expansion import ExpandedInduction, derived
from rdgames.equilibrium.forms import Forms, SinglePlayers
from rdgames.equilibrium.induction import Induction
from rdgames.equilibrium.interpretation import FUNCTIONS, Player
from rdgames.equilibrium.point import Verdict
from rdgames.equilibrium.polynomial import Monomial
from rdgames.equilibrium.technology import Implicit
from rdgames.game.findings import PLAYER
from rdgames.game.play import Play
from rdgames.language.tree import Call, walk

Rules: TypeAlias = Mapping[str, Mapping[Monomial, str]]
"""For each action or price, what its decision rule depends on, with the output that has the coefficient."""


@dataclass(frozen=True)
class Recording:
    """The outputs of one equilibrium in a recorder, which other equilibria may share.

    Attributes
    ----------
    outputs
        Elements by key: ``value:x`` for outcomes, ``payoff:firms`` for the payoff of a member of a group,
        ``margin:second_order`` and ``applies:second_order`` for conditions, ``rule:q:0`` for the coefficients of
        decision rules.
    conditions
        The conditions, whose margins are elements of the recorder.
    rules
        See `Rules`; the actions in the order of play. Empty where payoffs are expanded.
    implicit
        The equations for levels without closed form, if there are any; their further names are parameters of the
        recorder, behind the ``prefix``.
    forms
        The matrices from which levels and second derivatives follow, where these are further names.
    """

    outputs: Mapping[str, Element]
    conditions: tuple[Condition[Element], ...]
    rules: Rules
    implicit: Implicit[Element] | None = None
    forms: Forms | None = None


class _Prefixed:
    """A recorder in which names that are no parameters of the game have a prefix: those of one regime its own."""

    def __init__(self, recorder: Recorder, parameters: Container[str], prefix: str) -> None:
        self.constant, self.is_zero, self.function = recorder.constant, recorder.is_zero, recorder.function
        self.matrix_function = recorder.matrix_function
        self.recorder, self.parameters, self.prefix = recorder, parameters, prefix

    def parameter(self, name: str) -> Element:
        return self.recorder.parameter(name if name in self.parameters else self.prefix + name)


def record(play: Play, recorder: Recorder, prefix: str = "") -> Recording:
    """Derive an equilibrium once more, writing down the steps."""
    field = _Prefixed(recorder, play.game.parameter, prefix)
    induction = derived(play, field)
    implicit = induction.implicit and replace(induction.implicit, prefix=prefix)
    conditions = (*_of_the_search(implicit, field), *conditions_of(induction))
    outputs = outputs_of(induction, conditions)
    if isinstance(induction, ExpandedInduction):  # its rules are right near the equilibrium only
        return Recording(outputs, conditions, {}, implicit)
    rules: dict[str, dict[Monomial, str]] = {}
    for solved in induction.moves:
        prices = {name: rule for name, rule in solved.total_rules.items() if name in solved.move.prices}
        for action, rule in (solved.own_rules | prices).items():
            rules[action] = {}
            for place, (monomial, coefficient) in enumerate(rule.terms.items()):
                key = rules[action][monomial] = f"rule:{action}:{place}"
                outputs[key] = coefficient
    return Recording(outputs, conditions, rules, implicit)


def record_forms(play: Play, recorder: Recorder, prefix: str = "") -> Recording:
    """Write down the equilibrium of single players in terms of levels and second derivatives.

    Raises
    ------
    NotQuadraticError
        If it is no linear-quadratic game of single players.
    """
    induction = SinglePlayers(play, _Prefixed(recorder, play.game.parameter, prefix))
    conditions = conditions_of(induction)
    return Recording(outputs_of(induction, conditions), conditions, {}, forms=replace(induction.forms, prefix=prefix))


def outputs_of(induction: Induction[Element], conditions: Iterable[Condition[Element]]) -> dict[str, Element]:
    """Return the elements of outcomes, payoffs and conditions by key."""
    outputs = {f"value:{name}": induction.outcome(name) for name in induction.game.outcomes}
    for payoff in induction.game.payoffs:
        player = {PLAYER: Player(payoff.name, 0)}
        outputs[f"payoff:{payoff.name}"] = induction.at_levels.evaluate(payoff.formula, player)
    for condition in conditions:
        outputs |= condition.outputs()
    return outputs


def _of_the_search(implicit: Implicit[Element] | None, field: _Prefixed) -> Iterator[Condition[Element]]:
    """Yield the conditions that levels are found, whose margins those know who look for them."""
    if implicit is not None:
        chosen = " and ".join(implicit.residuals)
        meaning = f"levels of {chosen} are found that meet the first-order conditions"
        yield Condition(CONVERGED, field.parameter(CONVERGED), meaning)
        meaning = f"no other levels of {chosen} are found that meet the first-order conditions"
        yield Condition(ONE_SOLUTION, field.parameter(ONE_SOLUTION), meaning)


class Undefined:
    """The result of a division by zero; whatever is computed with it is undefined too."""

    def _absorb(self, *_: Any) -> Undefined:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _absorb


UNDEFINED = Undefined()


def _where_defined(function: Callable[..., float]) -> Callable[..., Any]:
    """Return a function that is undefined where it has no value."""

    def found(*values: Any) -> Any:
        try:
            return function(*map(float, values))
        except (TypeError, ValueError, OverflowError, ZeroDivisionError):
            return UNDEFINED

    return found


_FUNCTIONS = {name: _where_defined(function) for name, function in FUNCTIONS.items()}


def replay(program: Program, point: Mapping[str, Any]) -> dict[str, Fraction | float | None]:
    """Return the outputs at one point, exact if the point is; None where a division by zero makes one undefined."""
    exact = all(isinstance(value, Fraction) for value in point.values())

    def divide(left: Any, right: Any) -> Any:
        if isinstance(left, Undefined) or isinstance(right, Undefined) or right == 0:
            return UNDEFINED
        return left / right

    found = program.run(point, Fraction if exact else float, divide, _FUNCTIONS)
    return {key: None if isinstance(value, Undefined) else value for key, value in found.items()}


def judged(
    conditions: Iterable[Condition[Element]], found: Mapping[str, Any]
) -> tuple[dict[str, Verdict], dict[str, Verdict]]:
    """Return the verdicts on the conditions that decide, and on those that inform, where they say something."""
    verdicts: tuple[dict[str, Verdict], dict[str, Verdict]] = ({}, {})
    for condition in conditions:
        applies, margin = found.get(f"applies:{condition.name}", 1), found[f"margin:{condition.name}"]
        if applies is not None and applies > 0:
            holds = margin is not None and bool(condition.holds(margin))
            table = verdicts[0 if condition.decides else 1]
            table[condition.name] = Verdict(margin, holds, condition.meaning, condition.source)
    return verdicts


def further_names(play: Play) -> tuple[str, ...]:
    """Return the names besides the parameters in which an equilibrium without closed form is expressed."""
    formulas = [*(d.formula for d in play.game.definitions), *(payoff.formula for payoff in play.game.payoffs)]
    formulas += [formula for clause in play.clauses for formula in clause.objectives.values()]
    if not any(isinstance(node, Call) for formula in formulas for node in walk(formula)):
        return ()
    implicit = Induction(play, Recorder()).implicit
    return implicit.names if implicit else ()
