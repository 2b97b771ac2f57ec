"""What the names in a game's formulas may stand for, and what is wrong where they stand for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

from rdgames.errors import did_you_mean, nearest_name
from rdgames.game.entries import Action, Definition, Group, Parameter, Price
from rdgames.game.sentences import Sentence
from rdgames.language.printer import typed
from rdgames.language.reader import MAX_DEPTH, POWER
from rdgames.language.tree import (
    Binary,
    Call,
    Indexed,
    Node,
    OfRegime,
    Power,
    Sum,
    Symbol,
    children,
    rewrite,
    walk,
)
from rdgames.language.words import WORDS

OF_CLAIMS, OF_GAMES = ("sign", "derivative", *WORDS), ("log", "exp", POWER)
"""The functions that only claims may use, and those that only the formulas of a game may have."""

MAX_DEGREE = 100
"""Of which degree a formula may be, in numbers, parameters and actions together; published games stay below ten."""


@dataclass(frozen=True)
class Scope:
    """The names of a game.

    ``parts`` maps parts of groups, of which a sentence speaks, to the groups. ``extra`` are further names that stand
    for numbers (abbreviations). Claims, and only they, compare outcomes of regimes, ``cartel.x``; there ``outcomes``
    has, for each, the names that may follow the dot. Of what is ``doubtful``, because its entry could not be read,
    nothing is said.
    """

    parameters: Mapping[str, Parameter]
    groups: Mapping[str, Group]
    actions: Mapping[str, Action]
    definitions: Mapping[str, Definition]
    prices: Mapping[str, Price] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    extra: frozenset[str] = frozenset()
    outcomes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Scope:
        """Return the scope of a game's fields."""
        actions = {action.name: action for stage in fields.get("stages", ()) for action in stage.actions}
        tables = (
            {entry.name: entry for entry in fields.get(key, ())} for key in ("parameters", "groups", "definitions")
        )
        parameters, groups, definitions = tables
        prices = {price.name: price for stage in fields.get("stages", ()) for price in stage.prices}
        return cls(parameters, groups, actions, definitions, prices)

    def outcomes_under(self, sentence: Sentence) -> tuple[str, ...]:
        """Return the names of the outcomes under a sentence: where it splits a group, one for each part of it."""
        parts = {split.group: split.parts for split in sentence.splits}
        names: list[str] = []
        for name in (*self.actions, *self.prices, *self.definitions):
            split = [part for group in self.groups_of(name) or () for part in parts.get(group, ())]
            names += [f"{name}_{part}" for part in split] or [name]
        return tuple(names)

    def formulas(self, fields: Mapping[str, Any]) -> list[Node]:
        """Return the formulas of a game's fields that say what is played, those of regimes not among them."""
        payoffs = fields.get("payoffs", ())
        return [
            *(payoff.formula for payoff in payoffs),
            *(payoff.outside for payoff in payoffs),
            *(definition.formula for definition in self.definitions.values()),
            *(group.size for group in self.groups.values()),
            *(action.at_least for action in self.actions.values()),
            *(price.clears for price in self.prices.values()),
        ]

    def with_extra(self, names: Iterable[str]) -> Scope:
        """Return the scope in which more names stand for numbers."""
        return replace(self, extra=self.extra | set(names))

    def groups_of(self, name: str) -> tuple[str, ...] | None:
        """Return the groups to whose members (or pairs of members) a name belongs; None if there is no such name."""
        if name in self.parameters:
            return self.parameters[name].index
        if name in self.actions:
            return (self.actions[name].by,)
        if name in self.definitions:
            group = self.definitions[name].group
            return (group,) if group else ()
        return () if name in self.extra or name in self.prices else None

    def name_groups(self, node: Any) -> Any:
        """Return a tree in which sums over ``#n`` run over the group whose size is n.

        Where several groups have that size, it is the one to which what is summed belongs.
        """

        def named(part: Node) -> Node | None:
            if not isinstance(part, Sum) or not part.group.startswith("#"):
                return None
            size, body = Symbol(part.group[1:]), self.name_groups(part.body)
            candidates = [name for name, group in self.groups.items() if group.size == size]
            carrier = self.groups_behind(use for use in free_uses(body) if use[0] == part.index).get(part.index)
            group = carrier if carrier in candidates else next(iter(candidates), part.group)
            return Sum(body, part.index, group, part.excluding)

        return rewrite(node, named)

    def free_indices(self, node: Node) -> dict[str, str]:
        """Return the indices that no sum binds, each with the group of a name that carries it."""
        return self.groups_behind(free_uses(node))

    def groups_behind(self, uses: Iterable[FreeUse]) -> dict[str, str]:
        """Return the group of each index, by the first name that carries it and is known."""
        found: dict[str, str] = {}
        for index, name, place in uses:
            groups = (name,) if place is None else self.groups_of(name) or ()
            if (place or 0) < len(groups):
                found.setdefault(index, groups[place or 0])
        return found

    def doubting(self, names: Iterable[str]) -> Scope:
        """Return the scope that believes what is said of some names, and of definitions whose player hangs on them."""
        doubtful = set(names)
        carriers = {
            name: {used for _, used, place in free_uses(definition.formula) if place is not None}
            for name, definition in self.definitions.items()
            if not definition.each
        }
        while more := {
            name
            for name, used in carriers.items()
            if name not in doubtful and any(one in doubtful or self.groups_of(one) is None for one in used)
        }:
            doubtful |= more
        return replace(self, doubtful=frozenset(doubtful))

    def meant(self, nodes: Iterable[Node]) -> set[str]:
        """Return the names in some formulas, undefined ones as what they may be misspellings of."""
        known = {*self.parameters, *self.actions, *self.prices, *self.definitions}
        return {name if name in known else nearest_name(name, known) or name for name in used_names(nodes)}

    @cached_property
    def extents(self) -> dict[str, tuple[int, int]]:
        """The depth and the degree of each definition, those of what it is defined by included.

        A definition that outgrows the limits counts as small in others, so that they are not blamed too.
        """
        needs = {name: used_names([entry.formula]) & set(self.definitions) for name, entry in self.definitions.items()}
        known: dict[str, tuple[int, int]] = {}
        while ready := [name for name in needs if name not in known and needs[name] <= known.keys()]:
            for name in ready:
                depth, degree = extent(self.definitions[name].formula, known)
                known[name] = (depth, degree) if depth <= MAX_DEPTH and degree <= MAX_DEGREE else (1, 1)
        return known

    def problems(self, node: Node, bound: Mapping[str, str], *, common: bool = False) -> Iterator[str]:
        """Yield what is wrong with the names in a formula.

        ``bound`` maps the indices in force to their groups. With ``common``, a spillover may stand without indices,
        for its common value.
        """
        yield from self._name_problems(node, bound, common=common)
        depth, degree = extent(node, self.extents)
        if depth > MAX_DEPTH:
            yield f"found a formula nested {depth} levels deep with what it is defined by, expected at most {MAX_DEPTH}"
        if degree > MAX_DEGREE:
            yield f"found products and powers of degree {degree} in all, expected at most {MAX_DEGREE}"

    def _name_problems(self, node: Node, bound: Mapping[str, str], *, common: bool) -> Iterator[str]:
        match node:
            case Symbol(name):
                yield from self._symbol_problems(name, common=common)
            case Indexed(name, indices):
                yield from self._indexed_problems(name, indices, bound)
            case Sum(body, index, group, excluding):
                yield from self._sum_problems(index, group, excluding, bound)
                yield from self._name_problems(body, {**bound, index: group}, common=common)
                return
            case OfRegime(regime, outcome) if outcome not in {*self.outcomes.get(regime, (outcome,)), *self.doubtful}:
                known = self.outcomes[regime]
                found = f"found the outcome {outcome!r}{did_you_mean(outcome, known)}"
                yield f"{found}, expected one of {', '.join(known)}"
            case Call(function, _) if function in OF_CLAIMS and not self.outcomes:
                yield f"found {function}(...), which only claims may use"
            case Call(function, _) if function in OF_GAMES and self.outcomes:
                yield f"found {typed(node)}, which only the formulas of a game may have"
        for child in children(node):
            yield from self._name_problems(child, bound, common=common)

    def _symbol_problems(self, name: str, *, common: bool) -> Iterator[str]:
        if name in self.doubtful:
            return
        groups = self.groups_of(name)
        if groups is None:
            regime = next((regime for regime, outcomes in self.outcomes.items() if name in outcomes), None)
            if regime is not None:
                yield f"found the outcome {name!r} of no regime, expected that of one, such as {regime}.{name}"
                return
            known = [*self.parameters, *self.prices, *self.definitions, *self.extra]
            yield f"found the undefined name {name!r}{did_you_mean(name, known)}, expected one of {', '.join(known)}"
        elif groups and not (common and name in self.parameters):
            expected = f"{name}[{', '.join('ij'[: len(groups)])}]"
            yield f"found {name!r} without index, expected {expected}: it belongs to {_each(groups)}"

    def _indexed_problems(self, name: str, indices: tuple[str, ...], bound: Mapping[str, str]) -> Iterator[str]:
        if name in self.doubtful:
            return
        groups = self.groups_of(name)
        if groups is None:
            known = [*self.actions, *self.definitions, *(p.name for p in self.parameters.values() if p.index)]
            yield f"found the undefined name {name!r}{did_you_mean(name, known)}, expected one of {', '.join(known)}"
            return
        if len(groups) != len(indices):
            belongs = _each(groups) if groups else "the whole market"
            yield f"found {name}[{', '.join(indices)}], but {name} belongs to {belongs}"
            return
        for index, group in zip(indices, groups, strict=True):
            if index not in bound:
                yield f"found {name}[{', '.join(indices)}], but no sum and no 'for' says who {index!r} is"
            elif self._whole(bound[index]) != group and {self._whole(bound[index]), group} <= self.groups.keys():
                found = f"found {name}[{', '.join(indices)}]"
                yield f"{found}, but {index!r} is one of {bound[index]} and {name} belongs to {group}"

    def _whole(self, group: str) -> str:
        """Return the group that something is part of."""
        return self.parts.get(group, group)

    def _sum_problems(self, index: str, group: str, excluding: str | None, bound: Mapping[str, str]) -> Iterator[str]:
        if group.startswith("#"):
            yield f"found a sum up to {group[1:]!r}, expected the size of a group: {', '.join(self.groups)}"
        elif group not in {*self.groups, *self.parts, *self.doubtful}:
            found = f"found a sum over {group!r}{did_you_mean(group, self.groups)}"
            yield f"{found}, expected one of the groups {', '.join(self.groups)}"
        if index in bound:
            yield f"found a sum over {index!r} inside the scope of another {index!r}, expected another letter"
        if excluding and self._whole(bound.get(excluding, "")) != self._whole(group) and group in self.groups:
            yield f"found 'if {index} != {excluding}', but no {excluding!r} of {group} is in force there"


FreeUse: TypeAlias = tuple[str, str, int | None]
"""An index, the name that carries it, and at which place; or, if only excluded from a sum, the group of the sum."""


def free_uses(node: Node) -> list[FreeUse]:
    """Return the uses of indices that no sum binds."""
    if isinstance(node, Indexed):
        return [(index, node.name, place) for place, index in enumerate(node.indices)]
    found = [use for child in children(node) for use in free_uses(child)]
    if isinstance(node, Sum):
        found = [use for use in found if use[0] != node.index]
        if node.excluding:
            found.append((node.excluding, node.group, None))
    return list(dict.fromkeys(found))


def extent(node: Node, known: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Return how deep a formula is nested, and of which degree it is in numbers, parameters and actions together.

    ``known`` has both for the names that are defined by formulas.
    """
    parts = [extent(child, known) for child in children(node)]
    depth = 1 + max((depth for depth, _ in parts), default=0)
    degrees = [degree for _, degree in parts]
    match node:
        case Symbol(name) | Indexed(name, _):
            below, degree = known.get(name, (0, 1))
            return depth + below, degree
        case Binary("*" | "/"):
            return depth, sum(degrees)
        case Power(_, exponent):
            return depth, degrees[0] * max(abs(exponent), 1)
        case Sum():
            return depth, degrees[0] + 1  # the number of terms may be a factor
    return depth, max(degrees, default=1)


def used_names(nodes: Iterable[Node]) -> set[str]:
    """Return every name in some formulas."""
    return {part.name for node in nodes for part in walk(node) if isinstance(part, Symbol | Indexed)}


def _each(groups: tuple[str, ...]) -> str:
    return f"each of {groups[0]}" if len(groups) == 1 else f"each pair of {groups[0]} and {groups[1]}"
