"""What can be wrong with what is said of a game: assumptions, requirements, regimes, published formulas, claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from rdgames.errors import ExpressionError, InputError, Mistake, did_you_mean
from rdgames.game.entries import Claim, NamedRegime, Parameter, Requirement
from rdgames.game.findings import Fields, at, no_such
from rdgames.game.scope import Scope
from rdgames.game.sentences import ADVERBS, PLANNER, Decision, Sharing
from rdgames.game.values import read_value
from rdgames.language.printer import typed
from rdgames.language.reader import read_statement
from rdgames.language.tree import Comparison, Negative, Node, Number

BUILT_IN = (
    "second_order", "existence", "gradient_stability", "best_reply_stability", "interior", "participation", "defined"
)  # fmt: skip
"""What the names of the conditions begin with that every equilibrium has."""


def check_statements(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that assumptions and requirements are inequalities in what the game has, and abbreviations in it too."""
    only_parameters = replace(scope, actions={}, definitions={})
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


def check_regimes(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that sentences speak of the groups, actions and spillovers of the game, and of each once."""
    regimes: tuple[NamedRegime, ...] = fields.get("regimes", ())
    spoken = Counter(regime.name.replace("-", "_") for regime in regimes)
    for regime in regimes:
        place = ("regimes", regime.name)
        if spoken[regime.name.replace("-", "_")] > 1:
            yield Mistake(place, "found a second regime of that name but for hyphens, expected another name")
        decided: Counter[str] = Counter()
        for decision in regime.sentence.decisions:
            decided.update(decision.actions)
            yield from at(place, _decision_problems(decision, scope))
        for action, times in decided.items():
            if times > 1:
                yield Mistake(place, f"found {times} clauses that choose {action!r}, expected one")
        for sharing in regime.sentence.sharings:
            yield from at(place, _sharing_problems(sharing, scope))
        shared = Counter(sharing.parameter for sharing in regime.sentence.sharings)
        for parameter, times in shared.items():
            if times > 1:
                yield Mistake(place, f"found {times} clauses that share {parameter!r}, expected one")


def _decision_problems(decision: Decision, scope: Scope) -> Iterator[str]:
    for who in decision.who if not decision.by_planner else ():
        if who not in {*scope.groups, *scope.doubtful}:
            found = f"found {who!r}{did_you_mean(who, [*scope.groups, PLANNER])}"
            yield f"{found}, expected {PLANNER!r} or a group: {', '.join(scope.groups)}"
    for action in decision.actions:
        if action in scope.doubtful:
            continue
        if action not in scope.actions:
            found = f"found the action {action!r}{did_you_mean(action, [*scope.actions, *ADVERBS])}"
            yield f"{found}, expected one of {', '.join(scope.actions)}"
        elif not decision.by_planner and (by := scope.actions[action].by) in scope.groups and by not in decision.who:
            yield f"found that {', '.join(decision.who)} choose {action!r}, which is an action of {by}"
    if decision.objective is not None:
        yield from scope.problems(decision.objective, {}, common=True)


def _sharing_problems(sharing: Sharing, scope: Scope) -> Iterator[str]:
    spillovers = {name: parameter for name, parameter in scope.parameters.items() if parameter.is_spillover}
    for who in sharing.who:
        if who not in {*scope.groups, *scope.doubtful}:
            found = f"found {who!r}{did_you_mean(who, scope.groups)}"
            yield f"{found}, expected one of the groups {', '.join(scope.groups)}"
    if sharing.parameter in scope.doubtful:
        pass
    elif sharing.parameter in spillovers:
        if not set(spillovers[sharing.parameter].index) & scope.groups.keys() <= set(sharing.who):
            found = f"found that {', '.join(sharing.who)} share {sharing.parameter!r}"
            yield f"{found}, which is a spillover between others too"
        problem = _outside(spillovers[sharing.parameter], sharing)
        if problem:
            yield f"found the clause {str(sharing)!r}, but {problem}"
    elif sharing.parameter in scope.parameters:
        yield (
            f"found that {sharing.parameter!r} is shared, which is common to everybody: to make it a spillover, "
            f"give it index = ['firms', 'firms'] and write {sharing.parameter}[i, j] inside the sum"
        )
    else:
        found = f"found the spillover {sharing.parameter!r}{did_you_mean(sharing.parameter, spillovers)}"
        yield f"{found}, expected one of {', '.join(spillovers)}" if spillovers else f"{found}, but the game has none"
    numbers = replace(scope, groups={}, actions={}, definitions={})
    yield from numbers.problems(sharing.value, {}, common=True)


def _outside(spillover: Parameter, sharing: Sharing) -> str | None:
    """Say why a number given to a spillover is outside its domain, if it is one."""
    match sharing.value:
        case Number(value):
            return spillover.problem(value)
        case Negative(Number(value)):
            return spillover.problem(-value)
    return None


def check_published(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that published formulas are of outcomes, under regimes, in the parameters."""
    regimes = [regime.name for regime in fields.get("regimes", ())]
    outcomes = [*scope.actions, *scope.definitions]
    names = _numbers(fields, scope)
    for entry in fields.get("published", ()):
        place = ("published", entry.name)
        yield from no_such("regime", entry.regime, regimes, (*place, "regime"), scope)
        yield from no_such("outcome", entry.outcome, outcomes, (*place, "outcome"), scope)
        for key, formula in (("is", entry.formula), ("given", entry.given), ("corrected", entry.corrected)):
            if formula is not None:
                yield from at((*place, key), names.problems(formula, {}, common=True))


def check_claims(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that claims can be read, and compare outcomes of regimes."""
    regimes = [*(regime.name for regime in fields.get("regimes", ())), *scope.doubtful]
    names = replace(_numbers(fields, scope), outcomes=(*scope.actions, *scope.definitions))
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


def _numbers(fields: Fields, scope: Scope) -> Scope:
    """Return the names that stand for numbers: parameters and abbreviations."""
    names = (abbreviation.name for abbreviation in fields.get("abbreviations", ()))
    return replace(scope, actions={}, definitions={}).with_extra(names)


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
    for name in scope.parameters:
        if name not in given:
            yield Mistake(("example",), f"found no value for {name!r}, expected one in fix or over")
    for regime in example.regimes:
        yield from no_such("regime", regime, regimes, ("example", "regimes"), scope)
    if example.outcome:
        outcomes = [*scope.actions, *scope.definitions]
        yield from no_such("outcome", example.outcome, outcomes, ("example", "outcome"), scope)


def _value_problem(parameter: Parameter, text: str) -> str | None:
    try:
        return parameter.problem(read_value(parameter.name, text))
    except InputError as error:
        return str(error)
