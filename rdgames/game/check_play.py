"""What can be wrong with what is played: names, groups, stages, definitions, payoffs, and what nothing depends on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from rdgames.errors import Mistake, nearest_name
from rdgames.game.entries import Definition, Payoff, Stage
from rdgames.game.findings import PLAYER, Fields, at, no_such
from rdgames.game.scope import Scope, used_names
from rdgames.language.printer import typed
from rdgames.language.tree import Node, Number

RESERVED = {"regime", "valid", "failed_condition", "margins", "outcomes", "extrapolate", "progress"}
"""Names that sweeps and their Datasets use themselves."""


def check_names(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that no name stands for two things."""
    places: list[tuple[str, ...]] = [("parameters", name) for name in scope.parameters]
    places += [
        ("stages", stage.name, "actions", action.name) for stage in fields.get("stages", ()) for action in stage.actions
    ]
    places += [
        ("stages", stage.name, "prices", price.name) for stage in fields.get("stages", ()) for price in stage.prices
    ]
    places += [("definitions", name) for name in scope.definitions]
    places += [("abbreviations", entry.name) for entry in fields.get("abbreviations", ())]
    count = Counter(place[-1] for place in places)
    seen: dict[str, tuple[str, ...]] = {}
    for place in places:
        if place[-1] in RESERVED or place[-1].startswith("margin_"):
            yield Mistake(place, f"found the name {place[-1]!r}, which sweeps use themselves, expected another")
        first = seen.setdefault(place[-1], place)
        if count[place[-1]] > 1 and first != place:
            yield Mistake(place, f"found {place[-1]!r} a second time, expected another name: {'.'.join(first)} has it")


def check_groups(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that sizes are whole, and parameters belong to groups that exist."""
    for group in fields.get("groups", ()):
        yield from at(("groups", group.name, "size"), scope.problems(group.size, {}))
        for name in used_names([group.size]) & set(scope.parameters):
            if not scope.parameters[name].integer:
                yield Mistake(
                    ("parameters", name), f"found no 'integer = true', but {name} is the size of {group.name}"
                )
        if isinstance(group.size, Number) and (group.size.value.denominator > 1 or group.size.value < 1):
            found = f"found the size {typed(group.size)}"
            yield Mistake(("groups", group.name, "size"), f"{found}, expected a whole number, or a parameter")
    for parameter in fields.get("parameters", ()):
        for name in parameter.index:
            yield from no_such("group", name, scope.groups, ("parameters", parameter.name, "index"), scope)


def check_stages(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that every stage has actions, of groups that exist."""
    stages: tuple[Stage, ...] = fields.get("stages", ())
    for stage in stages:
        if not stage.actions:
            yield Mistake(("stages", stage.name), "found no action, expected a table such as actions = { x = 'firms' }")
        for action in stage.actions:
            place = ("stages", stage.name, "actions", action.name)
            yield from no_such("group", action.by, scope.groups, place, scope)
            yield from at((*place, "at_least"), scope.problems(action.at_least, {}, common=True))
        for price in stage.prices:
            yield from at(("stages", stage.name, "prices", price.name), scope.problems(price.clears, {}))


def check_definitions(fields: Fields, scope: Scope) -> Iterator[Mistake]:  # noqa: ARG001 -- all checks look alike
    """Check that definitions speak of what the game has, and do not go in circles."""
    for definition in scope.definitions.values():
        place = ("definitions", definition.name)
        bound = {definition.index: definition.group} if definition.index and definition.group else {}
        if definition.group:
            yield from no_such("group", definition.group, scope.groups, (*place, "for"), scope)
        yield from at(place, scope.problems(definition.formula, bound))
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


def check_payoffs(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that every group that chooses something wants something."""
    payoffs: tuple[Payoff, ...] = fields.get("payoffs", ())
    for payoff in payoffs:
        place = ("payoffs", payoff.name)
        yield from no_such("group", payoff.name, scope.groups, place, scope)
        if payoff.name in scope.groups:
            yield from at(place, scope.problems(payoff.formula, {PLAYER: payoff.name}))
            yield from at((*place, "outside"), scope.problems(payoff.outside, {}, common=True))
    for group in _without_payoff(fields, scope):
        yield Mistake(
            ("payoffs", group),
            f"found no payoff for {group}, expected one, such as {group} = 'profit[i]': they choose actions",
        )


def _without_payoff(fields: Fields, scope: Scope) -> list[str]:
    """Return the groups that choose something and want nothing."""
    names = {payoff.name for payoff in fields.get("payoffs", ())}
    wanting = {name if name in scope.groups else nearest_name(name, scope.groups) for name in names}
    choosing = {action.by for action in scope.actions.values()}
    return [group for group in scope.groups if group in choosing and group not in wanting]


def check_unused(fields: Fields, scope: Scope) -> Iterator[Mistake]:
    """Check that every parameter is used in a formula, and every action matters for a payoff."""
    payoffs = [payoff.formula for payoff in fields.get("payoffs", ())]
    formulas = scope.formulas(fields)
    formulas += [formula for regime in fields.get("regimes", ()) for formula in regime.sentence.formulas]
    used, lacking = scope.meant(formulas), _without_payoff(fields, scope)
    for name, parameter in scope.parameters.items():
        # what belongs to everybody, or to players without payoff, the payoffs that lack may use
        hangs = bool(lacking) and (not parameter.index or bool(set(parameter.index) & set(lacking)))
        if name not in used and not hangs:
            kind = "spillover" if parameter.is_spillover else "parameter"
            yield Mistake(("parameters", name), f"found a {kind} that no formula uses: use it, or take it away")
    behind = _names_behind([*payoffs, *(price.clears for price in scope.prices.values())], scope)
    for stage in fields.get("stages", ()) if not lacking else ():
        for action in stage.actions:
            if action.name not in behind:
                place = ("stages", stage.name, "actions", action.name)
                yield Mistake(place, "found an action on which no payoff depends: use it, or take it away")


def _names_behind(formulas: Iterable[Node], scope: Scope) -> set[str]:
    """Return the names in some formulas, and in all that they are defined by."""
    found: set[str] = set()
    new = scope.meant(formulas)
    while new:
        found |= new
        new = scope.meant(scope.definitions[name].formula for name in new & set(scope.definitions)) - found
    return found
