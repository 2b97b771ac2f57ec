"""What can be wrong with a game beyond its single entries: names that stand for nothing, cycles, parts never used.

Each check yields mistakes and goes on, so that a model is read once and all its mistakes are reported together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from rdgames.errors import ExpressionError, Mistake, did_you_mean
from rdgames.game.entries import Claim, Definition, NamedRegime, Payoff, Requirement, Stage
from rdgames.game.scope import Scope, used_names
from rdgames.game.sentences import PLANNER, Decision, Sharing
from rdgames.language.printer import typed
from rdgames.language.reader import read_statement
from rdgames.language.tree import Comparison, Node

PLAYER = "i"
"""The index of the player whose payoff is meant, where a formula needs no other."""

Fields = Mapping[str, Any]


def complete(fields: Fields) -> dict[str, Any]:
    """Return the fields with what may be left out filled in: groups of SymPy sums, and ``for`` of definitions."""
    scope = Scope.of(fields)

    def named(entry: Any, key: str) -> Any:
        return entry.model_copy(update={key: scope.name_groups(getattr(entry, key))})

    done = dict(fields)
    definitions: dict[str, Definition] = {d.name: named(d, "formula") for d in fields.get("definitions", ())}
    for _ in definitions:  # what belongs to a player makes what is defined by it belong to one
        known = Scope(scope.parameters, scope.groups, scope.actions, definitions)
        for name, definition in definitions.items():
            free = known.free_indices(definition.formula)
            if not definition.each and len(free) == 1:
                index, group = next(iter(free.items()))
                definitions[name] = definition.model_copy(update={"each": f"{index} in {group}"})
    done["definitions"] = tuple(definitions.values())
    done["payoffs"] = tuple(named(payoff, "formula") for payoff in fields.get("payoffs", ()))
    done["requirements"] = tuple(named(requirement, "statement") for requirement in fields.get("requirements", ()))
    return done


def find_mistakes(fields: Fields, only: str = "") -> list[Mistake]:
    """Return everything that is wrong with the completed fields of a game, or with one of them."""
    checks = {
        "names": _names,
        "groups": _groups,
        "stages": _stages,
        "definitions": _definitions,
        "payoffs": _payoffs,
        "parameters": _unused,
        "statements": _statements,
        "regimes": _regimes,
        "published": _published,
        "claims": _claims,
        "example": _example,
    }
    scope = Scope.of(fields)
    return [mistake for key, check in checks.items() if only in ("", key) for mistake in check(fields, scope)]


def _at(key: tuple[str, ...], problems: Iterable[str]) -> Iterator[Mistake]:
    return (Mistake(key, problem) for problem in dict.fromkeys(problems))


def _names(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    places: list[tuple[str, ...]] = [("parameters", name) for name in scope.parameters]
    places += [
        ("stages", stage.name, "actions", action.name) for stage in fields.get("stages", ()) for action in stage.actions
    ]
    places += [("definitions", name) for name in scope.definitions]
    places += [("abbreviations", entry.name) for entry in fields.get("abbreviations", ())]
    count = Counter(place[-1] for place in places)
    seen: dict[str, tuple[str, ...]] = {}
    for place in places:
        first = seen.setdefault(place[-1], place)
        if count[place[-1]] > 1 and first != place:
            yield Mistake(place, f"found {place[-1]!r} a second time, expected another name: {'.'.join(first)} has it")


def _groups(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    for group in fields.get("groups", ()):
        yield from _at(("groups", group.name, "size"), scope.problems(group.size, {}))
        for name in used_names([group.size]) & set(scope.parameters):
            if not scope.parameters[name].integer:
                yield Mistake(
                    ("parameters", name), f"found no 'integer = true', but {name} is the size of {group.name}"
                )
    for parameter in fields.get("parameters", ()):
        for name in parameter.index:
            if name not in scope.groups:
                yield _no_such("group", name, scope.groups, ("parameters", parameter.name, "index"))


def _stages(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    stages: tuple[Stage, ...] = fields.get("stages", ())
    for stage in stages:
        if not stage.actions:
            yield Mistake(("stages", stage.name), "found no action, expected a table such as actions = { x = 'firms' }")
        for action in stage.actions:
            place = ("stages", stage.name, "actions", action.name)
            if action.by not in scope.groups:
                yield _no_such("group", action.by, scope.groups, place)
            yield from _at((*place, "at_least"), scope.problems(action.at_least, {}, common=True))


def _definitions(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    for definition in scope.definitions.values():
        place = ("definitions", definition.name)
        bound = {definition.index: definition.group} if definition.index and definition.group else {}
        if definition.group and definition.group not in scope.groups:
            yield _no_such("group", definition.group, scope.groups, (*place, "for"))
        yield from _at(place, scope.problems(definition.formula, bound))
    for cycle in _cycles(scope.definitions):
        yield Mistake(
            ("definitions", cycle[0]),
            f"found a circle: {' needs '.join([*cycle, cycle[0]])}; one of them must not",
        )


def _cycles(definitions: Mapping[str, Definition]) -> Iterator[list[str]]:
    state: dict[str, str] = {}

    def visit(name: str, path: list[str]) -> Iterator[list[str]]:
        state[name] = "open"
        for needed in sorted(used_names([definitions[name].formula]) & set(definitions)):
            if state.get(needed) == "open":
                yield [*path, name][[*path, name].index(needed) :]
            elif needed not in state:
                yield from visit(needed, [*path, name])
        state[name] = "done"

    for name in definitions:
        if name not in state:
            yield from visit(name, [])


def _payoffs(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    payoffs: dict[str, Payoff] = {payoff.name: payoff for payoff in fields.get("payoffs", ())}
    for name, payoff in payoffs.items():
        if name not in scope.groups:
            yield _no_such("group", name, scope.groups, ("payoffs", name))
            continue
        yield from _at(("payoffs", name), scope.problems(payoff.formula, {PLAYER: name}))
        yield from _at(("payoffs", name, "outside"), scope.problems(payoff.outside, {}, common=True))
    for group in {action.by for action in scope.actions.values()} & set(scope.groups) - set(payoffs):
        yield Mistake(
            ("payoffs",),
            f"found no payoff for {group}, expected one, such as {group} = 'profit[i]': they choose actions",
        )
    used = _names_behind([payoff.formula for payoff in payoffs.values()], scope)
    for stage in fields.get("stages", ()):
        for action in stage.actions:
            if payoffs and action.name not in used:
                yield Mistake(
                    ("stages", stage.name, "actions", action.name),
                    "found an action on which no payoff depends",
                )


def _names_behind(formulas: Iterable[Node], scope: Scope) -> set[str]:
    """Return the names in some formulas, and in all that they are defined by."""
    found: set[str] = set()
    new = used_names(formulas)
    while new:
        found |= new
        new = used_names(scope.definitions[name].formula for name in new & set(scope.definitions)) - found
    return found


def _unused(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    formulas = [d.formula for d in scope.definitions.values()] + [p.formula for p in fields.get("payoffs", ())]
    formulas += [group.size for group in scope.groups.values()] + [p.outside for p in fields.get("payoffs", ())]
    formulas += [action.at_least for action in scope.actions.values()]
    used = used_names(formulas)
    for name, parameter in scope.parameters.items():
        if name not in used:
            kind = "spillover" if parameter.is_spillover else "parameter"
            yield Mistake(("parameters", name), f"found a {kind} that no formula uses: use it, or take it away")


def _statements(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    only_parameters = Scope(scope.parameters, scope.groups, {}, {})
    for number, statement in enumerate(fields.get("assumptions", ())):
        place = ("assumptions", str(number))
        yield from _at(place, [*_shape_problems(statement), *only_parameters.problems(statement, {}, common=True)])
    requirements: tuple[Requirement, ...] = fields.get("requirements", ())
    for requirement in requirements:
        bound = scope.free_indices(requirement.statement)
        problems = [*_shape_problems(requirement.statement), *scope.problems(requirement.statement, bound)]
        yield from _at(("requirements", requirement.name), problems)
    earlier: list[str] = []
    for abbreviation in fields.get("abbreviations", ()):
        known = only_parameters.with_extra(earlier)
        yield from _at(("abbreviations", abbreviation.name), known.problems(abbreviation.formula, {}, common=True))
        earlier.append(abbreviation.name)


def _shape_problems(statement: Node) -> Iterator[str]:
    if not isinstance(statement, Comparison) or {"==", "!="} & set(statement.operators):
        yield f"found {typed(statement)!r}, expected an inequality such as 'a > c': each becomes a condition with a margin"


def _regimes(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    regimes: tuple[NamedRegime, ...] = fields.get("regimes", ())
    for regime in regimes:
        place = ("regimes", regime.name)
        decided: Counter[str] = Counter()
        for decision in regime.sentence.decisions:
            decided.update(decision.actions)
            yield from _at(place, _decision_problems(decision, scope))
        for action, times in decided.items():
            if times > 1:
                yield Mistake(place, f"found {times} clauses that choose {action!r}, expected one")
        for sharing in regime.sentence.sharings:
            yield from _at(place, _sharing_problems(sharing, scope))


def _decision_problems(decision: Decision, scope: Scope) -> Iterator[str]:
    for who in decision.who if not decision.by_planner else ():
        if who not in scope.groups:
            yield f"found {who!r}{did_you_mean(who, [*scope.groups, PLANNER])}, expected {PLANNER!r} or a group: {', '.join(scope.groups)}"
    for action in decision.actions:
        if action not in scope.actions:
            yield f"found the action {action!r}{did_you_mean(action, scope.actions)}, expected one of {', '.join(scope.actions)}"
        elif not decision.by_planner and scope.actions[action].by not in decision.who:
            yield f"found that {', '.join(decision.who)} choose {action!r}, which is an action of {scope.actions[action].by}"
    if decision.objective is not None:
        yield from scope.problems(decision.objective, {}, common=True)


def _sharing_problems(sharing: Sharing, scope: Scope) -> Iterator[str]:
    spillovers = {name: parameter for name, parameter in scope.parameters.items() if parameter.is_spillover}
    for who in sharing.who:
        if who not in scope.groups:
            yield f"found {who!r}, expected one of the groups {', '.join(scope.groups)}"
    if sharing.parameter in spillovers:
        if not set(spillovers[sharing.parameter].index) <= set(sharing.who):
            yield f"found that {', '.join(sharing.who)} share {sharing.parameter!r}, which is a spillover between others too"
    elif sharing.parameter in scope.parameters:
        yield (
            f"found that {sharing.parameter!r} is shared, which is common to everybody: give it index = ['firms', 'firms'] "
            f"and write {sharing.parameter}[i, j] inside the sum to make it a spillover"
        )
    else:
        known = ", ".join(spillovers) or "none: the game has no spillover"
        yield f"found the spillover {sharing.parameter!r}{did_you_mean(sharing.parameter, spillovers)}, expected one of {known}"
    yield from Scope(scope.parameters, {}, {}, {}).problems(sharing.value, {}, common=True)


def _published(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    regimes = [regime.name for regime in fields.get("regimes", ())]
    outcomes = [*scope.actions, *scope.definitions]
    names = _numbers(fields, scope)
    for entry in fields.get("published", ()):
        place = ("published", entry.name)
        if entry.regime not in regimes:
            yield _no_such("regime", entry.regime, regimes, (*place, "regime"))
        if entry.outcome not in outcomes:
            yield _no_such("outcome", entry.outcome, outcomes, (*place, "outcome"))
        for key, formula in (("is", entry.formula), ("given", entry.given), ("corrected", entry.corrected)):
            if formula is not None:
                yield from _at((*place, key), names.problems(formula, {}, common=True))


def _claims(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    regimes = [regime.name for regime in fields.get("regimes", ())]
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
                yield from _at(place, names.problems(statement, {}, common=True))


def _numbers(fields: Fields, scope: Scope) -> Scope:
    """Return the names that stand for numbers: parameters and abbreviations."""
    return Scope(scope.parameters, scope.groups, {}, {}).with_extra(a.name for a in fields.get("abbreviations", ()))


def _example(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    example = fields.get("example")
    if example is None:
        return
    regimes = [regime.name for regime in fields.get("regimes", ())]
    for key, table in (("fix", example.fix), ("over", example.over)):
        for name, _ in table:
            if name not in scope.parameters:
                yield _no_such("parameter", name, scope.parameters, ("example", key, name))
    given = {name for name, _ in (*example.fix, *example.over)}
    for name in scope.parameters.keys() - given:
        yield Mistake(("example",), f"found no value for {name!r}, expected one in fix or over")
    for regime in example.regimes:
        if regime not in regimes:
            yield _no_such("regime", regime, regimes, ("example", "regimes"))
    if example.outcome and example.outcome not in (*scope.actions, *scope.definitions):
        yield _no_such("outcome", example.outcome, [*scope.actions, *scope.definitions], ("example", "outcome"))


def _no_such(kind: str, name: str, known: Iterable[str], key: tuple[str, ...]) -> Mistake:
    known = list(known)
    return Mistake(key, f"found the {kind} {name!r}{did_you_mean(name, known)}, expected one of {', '.join(known)}")
