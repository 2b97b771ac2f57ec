"""What can be wrong with the sentences of regimes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from rdgames.errors import Mistake, did_you_mean
from rdgames.game.entries import NamedRegime, Parameter
from rdgames.game.findings import PLAYER, Fields, at
from rdgames.game.scope import Scope, used_names
from rdgames.game.sentences import ADVERBS, PLANNER, Company, Decision, Sentence, Sharing
from rdgames.language.printer import typed
from rdgames.language.tree import Binary, Expression, Negative, Number


def check_regimes(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that sentences speak of the groups, actions and spillovers of the game, and of each once."""
    regimes: tuple[NamedRegime, ...] = fields.get("regimes", ())
    spoken = Counter(regime.name.replace("-", "_") for regime in regimes)
    for regime in regimes:
        place = ("regimes", regime.name)
        if spoken[regime.name.replace("-", "_")] > 1:
            yield Mistake(place, "found a second regime of that name but for hyphens, expected another name")
        names = [*(known.name for known in regimes), *(known.name for known in fields.get("known_regimes", ()))]
        yield from at(place, _sentence_problems(regime, scope, names))


def _sentence_problems(regime: NamedRegime, scope: Scope, regimes: list[str]) -> Iterator[str]:
    sentence = regime.sentence
    parts = {part: split.group for split in sentence.splits for part in split.parts}
    scope = replace(scope, parts=parts)
    yield from _split_problems(sentence, scope)
    taken: Counter[str] = Counter()
    for decision in sentence.decisions:
        yield from _decision_problems(decision, scope, [name for name in regimes if name != regime.name])
        members = _members(decision.who, scope)
        taken.update(
            f"{action} of {part}" if part in parts else action
            for action in decision.actions
            for part in members
            if action in scope.actions and _of(scope, action, part)
        )
        taken.update(action for action in decision.actions if action not in scope.actions)
    for action, times in taken.items():
        if times > 1:
            yield f"found {times} clauses that choose {action!r}, expected one"
    for sharing in sentence.sharings:
        yield from _sharing_problems(sharing, scope)
    shared = Counter(
        (sharing.parameter, part) for sharing in sentence.sharings for part in _members(sharing.who, scope)
    )
    for (parameter, _), times in shared.items():
        if times > 1:
            yield f"found {times} clauses that share {parameter!r}, expected one"
    yield from _consortium_problems(sentence, scope)


def _of(scope: Scope, action: str, part: str) -> bool:
    return scope.parts.get(part, part) == scope.actions[action].by


def _members(company: Company, scope: Scope) -> tuple[str, ...]:
    """Return the parts, or whole groups, of which a clause speaks."""
    names = tuple(scope.groups) if company.is_planner else company.names
    split = set(scope.parts.values())
    found = (
        part
        for name in names
        for part in ([part for part, group in scope.parts.items() if group == name] if name in split else [name])
    )
    return tuple(dict.fromkeys(found))


def _split_problems(sentence: Sentence, scope: Scope) -> Iterator[str]:
    numbers = _of_numbers(scope)
    count = Counter(part for split in sentence.splits for part in split.parts)
    for split in sentence.splits:
        yield from _unknown_groups((split.group,), replace(scope, parts={}))
        for size in split.sizes:
            yield from numbers.problems(size, {}, common=True)
            yield from _number_problems(size, f"a part of the size {typed(size)}", scope)
        for part in split.parts:
            taken = {*scope.groups, *scope.parameters, *scope.actions, *scope.definitions, PLANNER, *ADVERBS}
            if part in taken or count[part] > 1:
                yield f"found the part {part!r}, expected a name that means nothing else"
            for name in [*scope.actions, *scope.definitions, *scope.parameters, *scope.prices]:
                if f"{name}_{part}" in {*scope.actions, *scope.definitions, *scope.prices}:
                    yield f"found the part {part!r}, but {name}_{part} has a meaning already, expected another name"
    groups = Counter(split.group for split in sentence.splits)
    yield from (f"found {group!r} split twice, expected once" for group, times in groups.items() if times > 1)


def _consortium_problems(sentence: Sentence, scope: Scope) -> Iterator[str]:
    numbers = _of_numbers(scope)
    divided = [company for company in sentence.companies if company.counts]
    for company in divided:
        for count in company.counts:
            yield from numbers.problems(count, {}, common=True)
            yield from _number_problems(count, f"consortia of {typed(count)}", scope)
    if len({(company.names, company.counts) for company in divided}) > 1:
        yield f"found {' and '.join(dict.fromkeys(map(str, divided)))}, expected the same consortia in all clauses"


def _of_numbers(scope: Scope) -> Scope:
    """Return the scope of formulas of parameters alone."""
    return replace(scope, groups={}, actions={}, definitions={}, prices={})


def _number_problems(number: Expression, found: str, scope: Scope) -> Iterator[str]:
    """Yield what is wrong with a number of members."""
    for name in used_names([number]) & set(scope.parameters):
        if not scope.parameters[name].integer:
            yield f"found {found}, expected 'integer = true' for {name}"
    value = _constant(number)
    if value is not None and (value < 1 or value.denominator > 1):
        yield f"found {found}, expected a whole number of at least 1, or a formula"


def _unknown_groups(names: Iterable[str], scope: Scope, *more: str) -> Iterator[str]:
    for who in names:
        if who not in {*scope.groups, *scope.parts, *scope.doubtful}:
            known = [*scope.groups, *scope.parts]
            found = f"found {who!r}{did_you_mean(who, [*known, *more])}"
            yield f"{found}, expected {''.join(f'{word!r} or ' for word in more)}a group: {', '.join(known)}"


def _decision_problems(decision: Decision, scope: Scope, regimes: list[str]) -> Iterator[str]:
    names = () if decision.by_planner else decision.who.names
    yield from _unknown_groups(names, scope, PLANNER)
    wholes = {scope.parts.get(name, name) for name in names}
    for action in decision.actions:
        if action in scope.doubtful:
            continue
        if action not in scope.actions:
            found = f"found the action {action!r}{did_you_mean(action, [*scope.actions, *ADVERBS])}"
            yield f"{found}, expected one of {', '.join(scope.actions)}"
        elif not decision.by_planner and (by := scope.actions[action].by) in scope.groups and by not in wholes:
            yield f"found that {decision.who} choose {action!r}, which is an action of {by}"
    if decision.as_in and decision.as_in not in {*regimes, *scope.doubtful}:
        yield (
            f"found 'as in {decision.as_in}'{did_you_mean(decision.as_in, regimes)}, "
            f"expected another regime: {', '.join(regimes) or 'there is none'}"
        )
    if decision.objective is not None:
        choosing = [name for name in names if any(_of(scope, a, name) for a in decision.actions if a in scope.actions)]
        for name in choosing[:1] if decision.jointly else choosing:
            yield from scope.problems(decision.objective, {} if decision.jointly else {PLAYER: name}, common=True)
        if not choosing:
            yield from scope.problems(decision.objective, {}, common=True)


def _sharing_problems(sharing: Sharing, scope: Scope) -> Iterator[str]:
    spillovers = {name: parameter for name, parameter in scope.parameters.items() if parameter.is_spillover}
    yield from _unknown_groups(sharing.who.names, scope)
    wholes = {scope.parts.get(name, name) for name in sharing.who.names}
    if sharing.parameter in scope.doubtful:
        pass
    elif sharing.parameter in spillovers:
        if (
            wholes <= scope.groups.keys()
            and not set(spillovers[sharing.parameter].index) & scope.groups.keys() <= wholes
        ):
            found = f"found that {sharing.who} share {sharing.parameter!r}"
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
    numbers = _of_numbers(scope)
    yield from numbers.problems(sharing.value, {}, common=True)


def _outside(spillover: Parameter, sharing: Sharing) -> str | None:
    """Say why a number given to a spillover is outside its domain, if it is one."""
    value = _constant(sharing.value)
    return None if value is None else spillover.problem(value)


def _constant(node: Expression) -> Fraction | None:
    """Return the value of a formula of numbers alone, None of any other."""
    match node:
        case Number(value):
            return value
        case Negative(operand):
            inner = _constant(operand)
            return None if inner is None else -inner
        case Binary(operator, left, right):
            one, other = _constant(left), _constant(right)
            if one is None or other is None or (operator == "/" and not other):
                return None
            return {"+": one + other, "-": one - other, "*": one * other}[operator] if operator != "/" else one / other
    return None
