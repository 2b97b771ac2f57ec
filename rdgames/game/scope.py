"""What the names in a game's formulas may stand for, and what is wrong where they stand for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rdgames.errors import did_you_mean
from rdgames.game.entries import Action, Definition, Group, Parameter
from rdgames.language.tree import Call, Indexed, Node, OfRegime, Sum, Symbol, children, rewrite, walk


@dataclass(frozen=True)
class Scope:
    """The names of a game.

    ``extra`` are further names that stand for numbers (abbreviations). Claims, and only they, compare outcomes of
    regimes, ``cartel.x``; there ``outcomes`` has the names that may follow the dot.
    """

    parameters: Mapping[str, Parameter]
    groups: Mapping[str, Group]
    actions: Mapping[str, Action]
    definitions: Mapping[str, Definition]
    extra: frozenset[str] = frozenset()
    outcomes: tuple[str, ...] = ()

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Scope:
        """Return the scope of a game's fields."""
        actions = {action.name: action for stage in fields.get("stages", ()) for action in stage.actions}
        tables = (
            {entry.name: entry for entry in fields.get(key, ())} for key in ("parameters", "groups", "definitions")
        )
        parameters, groups, definitions = tables
        return cls(parameters, groups, actions, definitions)

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
        return () if name in self.extra else None

    def name_groups(self, node: Any) -> Any:
        """Return a tree in which sums over ``#n`` run over the group whose size is n."""
        by_size = {group.size: name for name, group in reversed([*self.groups.items()])}

        def named(part: Node) -> Node | None:
            if isinstance(part, Sum) and part.group.startswith("#") and Symbol(part.group[1:]) in by_size:
                return Sum(self.name_groups(part.body), part.index, by_size[Symbol(part.group[1:])], part.excluding)
            return None

        return rewrite(node, named)

    def free_indices(self, node: Node) -> dict[str, str]:
        """Return the indices that no sum binds, each with the group of a name that carries it."""
        if isinstance(node, Indexed):
            return dict(zip(node.indices, self.groups_of(node.name) or (), strict=False))
        found: dict[str, str] = {}
        for child in children(node):
            found.update(self.free_indices(child))
        if isinstance(node, Sum):
            found.pop(node.index, None)
            if node.excluding and node.excluding not in found:
                found[node.excluding] = node.group
        return found

    def problems(self, node: Node, bound: Mapping[str, str], *, common: bool = False) -> Iterator[str]:
        """Yield what is wrong with the names in a formula.

        ``bound`` maps the indices in force to their groups. With ``common``, a spillover may stand without indices,
        for its common value.
        """
        match node:
            case Symbol(name):
                yield from self._symbol_problems(name, common=common)
            case Indexed(name, indices):
                yield from self._indexed_problems(name, indices, bound)
            case Sum(body, index, group, excluding):
                yield from self._sum_problems(index, group, excluding, bound)
                yield from self.problems(body, {**bound, index: group}, common=common)
                return
            case OfRegime(_, outcome) if outcome not in self.outcomes:
                yield f"found the outcome {outcome!r}{did_you_mean(outcome, self.outcomes)}, expected one of {', '.join(self.outcomes)}"
            case Call(function, _) if function != "sqrt" and not self.outcomes:
                yield f"found {function}(...), which only claims may use"
        for child in children(node):
            yield from self.problems(child, bound, common=common)

    def _symbol_problems(self, name: str, *, common: bool) -> Iterator[str]:
        groups = self.groups_of(name)
        if groups is None:
            known = [*self.parameters, *self.definitions, *self.extra]
            yield f"found the undefined name {name!r}{did_you_mean(name, known)}, expected one of {', '.join(known)}"
        elif groups and not (common and name in self.parameters):
            yield f"found {name!r} without index, expected {name}[{', '.join('ij'[: len(groups)])}]: it belongs to {_each(groups)}"

    def _indexed_problems(self, name: str, indices: tuple[str, ...], bound: Mapping[str, str]) -> Iterator[str]:
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
            elif bound[index] != group:
                yield f"found {name}[{', '.join(indices)}], but {index!r} is one of {bound[index]} and {name} belongs to {group}"

    def _sum_problems(self, index: str, group: str, excluding: str | None, bound: Mapping[str, str]) -> Iterator[str]:
        if group.startswith("#"):
            yield f"found a sum up to {group[1:]!r}, expected the size of a group: {', '.join(self.groups)}"
        elif group not in self.groups:
            yield f"found a sum over {group!r}{did_you_mean(group, self.groups)}, expected one of the groups {', '.join(self.groups)}"
        if index in bound:
            yield f"found a sum over {index!r} inside the scope of another {index!r}, expected another letter"
        if excluding and bound.get(excluding) != group:
            yield f"found 'if {index} != {excluding}', but no {excluding!r} of {group} is in force there"


def used_names(nodes: Iterable[Node]) -> set[str]:
    """Return every name in some formulas."""
    return {part.name for node in nodes for part in walk(node) if isinstance(part, Symbol | Indexed)}


def _each(groups: tuple[str, ...]) -> str:
    return f"each of {groups[0]}" if len(groups) == 1 else f"each pair of {groups[0]} and {groups[1]}"
