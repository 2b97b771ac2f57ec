"""What can be wrong with what is said of a game: assumptions, requirements, published formulas, claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rdgames.errors import ExpressionError, InputError, Mistake
from rdgames.game.entries import Parameter, Requirement
from rdgames.game.findings import Fields, at, no_such
from rdgames.game.literature import Claim
from rdgames.game.scope import Scope, used_names
from rdgames.game.values import read_value
from rdgames.language.printer import typed
from rdgames.language.reader import read_statement
from rdgames.language.tree import Comparison, Node

BUILT_IN = (
    "second_order", "existence", "gradient_stability", "best_reply_stability", "interior", "participation", "defined"
)  # fmt: skip
"""What the names of the conditions begin with that every equilibrium has."""


def check_statements(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that assumptions and requirements are inequalities in what the game has, and abbreviations in it too."""
    only_parameters = replace(scope, actions={}, definitions={}, prices={})
    for number, statement in enumerate(fields.get("assumptions", ())):
        place = ("assumptions", str(number))
        yield from at(place, [*_shape_problems(statement), *only_parameters.problems(statement, {}, common=True)])
    requirements: tuple[Requirement, ...] = fields.get("requirements", ())
    for requirement in requirements:
        stem = next((stem for stem in BUILT_IN if requirement.name.startswith(stem)), None)
        if stem:
            problem = (
                f"found a requirement named like the condition {stem!r} of every equilibrium, expected another name"
            )
            yield Mistake(("requirements", requirement.name), problem)
        bound = scope.free_indices(requirement.statement)
        problems = [*_shape_problems(requirement.statement), *scope.problems(requirement.statement, bound)]
        yield from at(("requirements", requirement.name), problems)
    earlier: list[str] = []
    for abbreviation in fields.get("abbreviations", ()):
        known = only_parameters.with_extra(earlier)
        yield from at(("abbreviations", abbreviation.name), known.problems(abbreviation.formula, {}, common=True))
        earlier.append(abbreviation.name)


def _shape_problems(statement: Node) -> Iterator[str]:
    if not isinstance(statement, Comparison) or {"==", "!="} & set(statement.operators):
        found = f"found {typed(statement)!r}"
        yield f"{found}, expected an inequality such as 'a > c': each becomes a condition with a margin"


def check_published(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that published formulas are of outcomes, under regimes, in the parameters."""
    regimes = [regime.name for regime in fields.get("regimes", ())]
    outcomes = _outcomes(fields, scope)
    names = _numbers(fields, scope)
    for entry in fields.get("published", ()):
        place = ("published", entry.name)
        yield from no_such("regime", entry.regime, regimes, (*place, "regime"), scope)
        known = outcomes.get(entry.regime) or [*scope.actions, *scope.prices, *scope.definitions]
        yield from no_such("outcome", entry.outcome, known, (*place, "outcome"), scope)
        for key, formula in (("is", entry.formula), ("given", entry.given), ("corrected", entry.corrected)):
            if formula is not None:
                yield from at((*place, key), names.problems(formula, {}, common=True))


def check_claims(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that claims can be read, and compare outcomes of regimes."""
    regimes = [*(regime.name for regime in fields.get("regimes", ())), *scope.doubtful]
    names = replace(_numbers(fields, scope), outcomes=_outcomes(fields, scope))
    claims: tuple[Claim, ...] = fields.get("claims", ())
    for claim in claims:
        for key, text in (("is", claim.statement), ("given", claim.given)):
            place = ("claims", claim.name, key)
            try:
                statement = read_statement(text, regimes) if text else None
            except ExpressionError as error:
                yield Mistake(place, str(error))
                continue
            if statement is not None:
                yield from at(place, names.problems(statement, {}, common=True))


def _outcomes(fields: Fields, scope: Scope) -> dict[str, tuple[str, ...]]:
    """Return the names of the outcomes of each regime."""
    return {regime.name: scope.outcomes_under(regime.sentence) for regime in fields.get("regimes", ())}


def _numbers(fields: Fields, scope: Scope) -> Scope:
    """Return the names that stand for numbers: parameters and abbreviations."""
    names = (abbreviation.name for abbreviation in fields.get("abbreviations", ()))
    return replace(scope, actions={}, definitions={}, prices={}).with_extra(names)


def check_example(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that the example gives every parameter a value."""
    example = fields.get("example")
    if example is None:
        return
    regimes = [regime.name for regime in fields.get("regimes", ())]
    for key, table in (("fix", example.fix), ("over", example.over)):
        for name, _ in table:
            yield from no_such("parameter", name, scope.parameters, ("example", key, name), scope)
    for name, text in example.fix:
        if name in scope.parameters and (problem := _value_problem(scope.parameters[name], text)):
            yield Mistake(("example", "fix", name), problem)
    given = {name for name, _ in (*example.fix, *example.over)}
    drawn = [regime for regime in fields.get("regimes", ()) if regime.name in example.regimes or not example.regimes]
    formulas = scope.formulas(fields) + [formula for regime in drawn for formula in regime.sentence.formulas]
    needed = used_names([*formulas, *(requirement.statement for requirement in fields.get("requirements", ()))])
    for name in scope.parameters:
        if name in needed and name not in given:
            yield Mistake(("example",), f"found no value for {name!r}, expected one in fix or over")
    for regime in example.regimes:
        yield from no_such("regime", regime, regimes, ("example", "regimes"), scope)
    if example.outcome:
        outcomes = [*scope.actions, *scope.prices, *scope.definitions]
        yield from no_such("outcome", example.outcome, outcomes, ("example", "outcome"), scope)


def _value_problem(parameter: Parameter, text: str) -> str | None:
    try:
        return parameter.problem(read_value(parameter.name, text))
    except InputError as error:
        return str(error)
