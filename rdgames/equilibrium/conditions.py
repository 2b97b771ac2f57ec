"""A solved first-order condition is not an equilibrium: what else must hold, as margins positive where it does.

The moves themselves must be optimal and stable (`rdgames.equilibrium.optimality`); besides, choices must be interior,
or bounds bind (`rdgames.equilibrium.complementarity`), everybody must want to take part, and what the model requires
and assumes must hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from rdgames.algebra.fields import K
from rdgames.algebra.rational import RationalFunction
from rdgames.equilibrium.complementarity import complementarity
from rdgames.equilibrium.condition import Condition
from rdgames.equilibrium.first_order import SolvedMove
from rdgames.equilibrium.induction import Induction
from rdgames.equilibrium.interpretation import Player
from rdgames.equilibrium.optimality import MoveReader
from rdgames.game.findings import PLAYER
from rdgames.game.game import Game
from rdgames.game.play import needed_parameters
from rdgames.game.scope import Scope, used_names
from rdgames.language.printer import typed
from rdgames.language.tree import Binary, Comparison, Expression, Node, Number, Symbol, rewrite, walk

_INDIVIDUAL_RATIONALITY = "by definition of individual rationality"


def conditions_of(induction: Induction[K]) -> tuple[Condition[K], ...]:
    """Return the conditions and diagnostics of an equilibrium, the first move's first."""
    return (
        *_domains(induction),
        *_consortia(induction),
        *move_conditions(induction),
        *_roots(induction),
        *complementarity(induction),
        *_participation(induction),
        *_requirements(induction),
        *_assumptions(induction),
    )


def move_conditions(induction: Induction[K], *, stability: bool = True) -> Iterator[Condition[K]]:
    """Yield the second-order conditions of all moves and, if asked, those of stability."""
    for place, solved in enumerate(induction.moves):
        reader = MoveReader(induction, solved, f"_{solved.move.name}" if place else "")
        yield from reader.second_order()
        if stability:
            yield from (*reader.stability(), *reader.price_stability(), *_kept(induction, solved))


def _kept(induction: Induction[K], solved: SolvedMove[K]) -> Iterator[Condition[K]]:
    """Yield that what is kept of another regime is an equilibrium there."""
    for unit in solved.move.units:
        for condition in conditions_of(induction.kept(unit.kept)) if unit.kept else ():
            yield replace(
                condition, name=f"{condition.name}_of_{unit.kept}", meaning=f"in {unit.kept}: {condition.meaning}"
            )


def _roots(induction: Induction[K]) -> Iterator[Condition[K]]:
    """Yield that square roots in closed form are positive, so that they are the roots that are meant."""
    if induction.implicit is None:
        for name in induction.formulas.technologies:
            if name in induction.levels:
                meaning = f"{name} is positive, so that the first-order condition holds with it"
                yield Condition(f"existence_{induction.plain_name(name)}", induction.levels[name], meaning)


def _consortia(induction: Induction[K]) -> Iterator[Condition[K]]:
    """Yield that groups can be divided into consortia."""
    counts: dict[str, Any] = induction.counts
    first = next(iter(counts), "")
    for group, count in counts.items():
        written = induction.play.consortium[group]
        if not isinstance(written, Number):
            meaning = f"a consortium has at least one member of {group}"
            yield Condition(f"consortium_of_{group}", count - 1, meaning, strict=False)
        if _may_be_broken(written):
            meaning = f"a consortium has a whole number of {group}"
            yield Condition(f"whole_consortium_of_{group}", count, meaning, whole=True)
        size: Any = induction.stated[group]
        meaning = f"there are enough members of {group} for a consortium"
        yield Condition(f"consortia_of_{group}", size - count, meaning, strict=False)
        if induction.play.consortium[group] != Number(Fraction(1)):
            meaning = f"{group} are divided into a whole number of consortia"
            yield Condition(f"whole_consortia_of_{group}", size / count, meaning, whole=True)
        if group != first:
            difference: Any = induction.stated[first] * count - size * counts[first]
            meaning = f"{first} and {group} are divided into equally many consortia"
            yield Condition("consortia_match", -(difference * difference), meaning, strict=False)


def _participation(induction: Induction[K]) -> Iterator[Condition[K]]:
    planned = {
        group for solved in induction.moves for unit in solved.move.units if unit.planner for group in unit.groups
    }
    for payoff in induction.game.payoffs:
        suffix = "" if len(induction.game.payoffs) == 1 else f"_{payoff.name}"
        value: Any = induction.at_levels.evaluate(payoff.formula, {PLAYER: Player(payoff.name, 0)})
        outside = induction.at_levels.evaluate(payoff.outside, {})
        meaning = (
            f"every member of {payoff.name} earns at least what it has without taking part, {typed(payoff.outside)}"
        )
        if payoff.name in planned:
            meaning += "; a planner commands, so this does not decide"
        name = f"participation{suffix}"
        yield Condition(
            name,
            value - outside,
            meaning,
            _INDIVIDUAL_RATIONALITY,
            strict=False,
            decides=payoff.name not in planned,
            of_participation=True,
        )


def _requirements(induction: Induction[K]) -> Iterator[Condition[K]]:
    scope = Scope.of(dict(induction.game))
    binding = {each.requirement for each in induction.play.bindings}
    for requirement in induction.game.requirements:
        if requirement.name in binding:
            continue  # it holds with equality
        players = {index: Player(group, 0) for index, group in scope.free_indices(requirement.statement).items()}
        meaning = requirement.meaning or typed(requirement.statement)
        yield from _inequalities(
            induction, requirement.name, requirement.statement, players, meaning, requirement.source
        )


def _assumptions(induction: Induction[K]) -> Iterator[Condition[K]]:
    known = needed_parameters(induction.play.original, induction.play.regime)
    for statement in induction.game.assumptions:
        if not used_names([statement]) <= set(known):
            continue  # about a parameter that only other regimes have
        name = typed(statement)
        for condition in _inequalities(induction, name, statement, {}, f"the model assumes {name}", ""):
            yield replace(condition, assumed=True)


def _domains(induction: Induction[K]) -> Iterator[Condition[K]]:
    """Yield that sizes given by a formula, and spillovers that a regime sets by one, are within what they can be."""
    for group, written in induction.play.stated.items():
        if not isinstance(written, Number | Symbol):
            size: Any = induction.stated[group]
            yield Condition(f"size_{group}", size - 1, f"{group} has at least one member", strict=False)
        if _may_be_broken(written):
            yield Condition(f"whole_size_{group}", induction.stated[group], f"{group} are a whole number", whole=True)
    for sharing in induction.play.regime.sentence.sharings:
        if not isinstance(sharing.value, Number):
            domain = induction.game.parameter[sharing.parameter].domain
            values: dict[Node, Node] = {Symbol(sharing.parameter): sharing.value}
            statement = rewrite(domain.statement, values.get)
            meaning = f"what the regime makes of {sharing.parameter} lies in its domain, {domain}"
            yield from _inequalities(induction, f"shared_{sharing.parameter}", statement, {}, meaning, "")


def _may_be_broken(number: Expression) -> bool:
    """Whether a formula of whole numbers may be no whole number."""
    return any(
        (isinstance(node, Binary) and node.operator == "/") or (isinstance(node, Number) and node.value.denominator > 1)
        for node in walk(number)
    )


def _inequalities(
    induction: Induction[K], name: str, statement: Any, players: dict[str, Player], meaning: str, source: str
) -> Iterator[Condition[K]]:
    assert isinstance(statement, Comparison)  # the checks of a game let nothing else pass
    pairs = list(zip(statement.terms, statement.operators, statement.terms[1:], strict=False))
    for order, (left, operator, right) in enumerate(pairs, start=1):
        larger, smaller = (left, right) if operator.startswith(">") else (right, left)

        def value(term: Expression) -> Any:
            return induction.at_levels.evaluate(term, players)

        margin = value(larger) - value(smaller)
        label = name if len(pairs) == 1 else f"{name}_{order}"
        yield Condition(label, margin, meaning, source, strict="=" not in operator)


def never_holds(game: Game, condition: Condition[RationalFunction]) -> bool:
    """Whether a condition plainly holds nowhere on the domains of the parameters.

    That is so if no parameter in the margin can be negative, and numerator and denominator are sums of terms of one
    sign, different signs. A condition that this does not decide may hold somewhere.
    """
    if condition.whole or (condition.applies is not None and not condition.applies.numerator):
        return False
    if not condition.strict and not condition.margin.numerator:
        return False
    above, below = condition.margin.numerator, condition.margin.denominator
    for name, *degrees in zip(condition.margin.ring.names, above.degrees(), below.degrees(), strict=True):
        low = game.parameter[name].domain.low if name in game.parameter else None  # of a level without closed form
        if any(degrees) and (low is None or low < 0):
            return not above
    signs = [{coefficient > 0 for coefficient in part.coeffs()} for part in (above, below)]
    return not above or (len(signs[0]) == 1 and len(signs[1]) == 1 and signs[0] != signs[1])
