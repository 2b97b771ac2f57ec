"""Groups split into parts: the same game, said of smaller groups.

Splitting ``firms`` into ``insiders`` and ``outsiders`` turns the action ``x`` into ``x_insiders`` and ``x_outsiders``,
a sum over firms into the sum over both, and a quantity of each firm into one of each insider and one of each outsider.
So a consortium of k out of n needs nothing that two groups do not need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

from rdgames.game.entries import Action, Definition, Entry, Group, Payoff, Requirement, Stage
from rdgames.game.findings import PLAYER
from rdgames.language.printer import LATEX, typeset
from rdgames.language.tree import Binary, Expression, Indexed, Node, Number, Sum, Symbol, rewrite

if TYPE_CHECKING:
    from rdgames.game.game import Game

_ONE = Number(Fraction(1))
E = TypeVar("E", bound=Entry)
Bound = Mapping[str, str]
"""Of which group, or part of a group, the player is for whom an index stands."""


@dataclass(frozen=True)
class Part:
    """Some members of a group; ``label`` is what the names of their actions and quantities end in, empty if all."""

    name: str
    group: str
    size: Expression
    label: str = ""
    description: str = ""


class Splitter:
    """Says a game of the parts of its groups.

    ``parts`` has those of every group, in order; a group that is not split is its own only part. ``parameter`` returns
    what stands for an indexed parameter between players of given parts, ``partner_value`` what stands for it between
    players of one consortium, if that is something else.
    """

    def __init__(
        self,
        game: Game,
        parts: Mapping[str, tuple[Part, ...]],
        parameter: Callable[[Indexed, Bound], Expression],
        partner_value: Callable[[Indexed, Bound], Expression | None] = lambda _node, _bound: None,
    ) -> None:
        self.game, self.parts, self.parameter, self.partner_value = game, parts, parameter, partner_value
        self.part = {part.name: part for group in parts.values() for part in group}

    def name(self, name: str, part: str) -> str:
        """Return the name that an action or quantity of a group has for a part of it."""
        label = self.part[part].label
        return f"{name}_{label}" if label else name

    def formula(self, node: Any, bound: Bound) -> Any:
        """Return a formula or statement said of parts."""

        def said(part: Node) -> Node | None:
            match part:
                case Indexed(name, (index, *_)):
                    if name in self.game.parameter:
                        return self.parameter(part, bound)
                    return Indexed(self.name(name, bound[index]), (index,))
                case Sum():
                    return self._sum(part, bound)
            return None

        return rewrite(node, said)

    def _sum(self, node: Sum, bound: Bound) -> Expression:
        """Return the sum over a group as one over each of its parts, its partners in a consortium apart."""
        members = (self.part[node.group],) if node.group in self.part else self.parts[node.group]
        terms: list[Expression] = []
        for part in members:
            now = {**bound, node.index: part.name}
            excluding = node.excluding if node.excluding and bound[node.excluding] == part.name else None
            if excluding and part.size == _ONE:
                continue  # nobody else
            body = self.formula(node.body, now)
            terms.append(Sum(body, node.index, part.name, excluding))
            for other in bound:
                among = self._among_partners(node, now, other)
                if among != body:
                    extra = Binary("-", among, body)
                    terms.append(Sum(extra, node.index, part.name, excluding, within=other))
        return reduce(lambda left, right: Binary("+", left, right), terms) if terms else Number(Fraction(0))

    def _among_partners(self, node: Sum, bound: Bound, other: str) -> Expression:
        """Return the body of a sum where its member and another player are in one consortium."""

        def among(part: Node) -> Node | None:
            match part:
                case Indexed(name, (_, _) as pair) if name in self.game.parameter and set(pair) == {node.index, other}:
                    return self.partner_value(part, bound)
            return None

        return self.formula(rewrite(node.body, among), bound)  # type: ignore[no-any-return]

    def symbol(self, name: str, part: str) -> str:
        """Return the LaTeX symbol of a name for a part."""
        label = self.part[part].label
        known = typeset(Symbol(name), LATEX, self.game.symbols)
        return rf"{known}^{{\mathrm{{{label}}}}}" if label else self.game.symbols.get(name, "")

    # -- entries -----------------------------------------------------------------------------------------------------

    def groups(self) -> tuple[Group, ...]:
        """Return the parts as groups."""
        known = {group.name: group for group in self.game.groups}
        return tuple(
            Group.model_construct(
                name=part.name, size=part.size, description=part.description or known[part.group].description
            )
            for group in self.parts.values()
            for part in group
        )

    def stages(self) -> tuple[Stage, ...]:
        """Return the stages, with an action for every part of a group."""
        return tuple(
            changed(
                stage,
                actions=tuple(new for action in stage.actions for new in self._actions(action)),
                prices=tuple(changed(price, clears=self.formula(price.clears, {})) for price in stage.prices),
            )
            for stage in self.game.stages
        )

    def _actions(self, action: Action) -> tuple[Action, ...]:
        return tuple(
            changed(
                action,
                name=self.name(action.name, part.name),
                by=part.name,
                at_least=self.formula(action.at_least, {}),
                symbol=self.symbol(action.name, part.name),
                description=_described(action.description, part),
            )
            for part in self.parts[action.by]
        )

    def definitions(self) -> tuple[Definition, ...]:
        """Return the definitions, those of a group's members for every part."""
        found: list[Definition] = []
        for entry in self.game.definitions:
            if not entry.group:
                found.append(changed(entry, formula=self.formula(entry.formula, {})))
                continue
            assert entry.index is not None
            for part in self.parts[entry.group]:
                found.append(
                    changed(
                        entry,
                        name=self.name(entry.name, part.name),
                        each=f"{entry.index} in {part.name}",
                        formula=self.formula(entry.formula, {entry.index: part.name}),
                        symbol=self.symbol(entry.name, part.name),
                        description=_described(entry.description, part),
                    )
                )
        return tuple(found)

    def payoffs(self) -> tuple[Payoff, ...]:
        """Return what the members of every part want."""
        return tuple(
            changed(
                payoff,
                name=part.name,
                formula=self.formula(payoff.formula, {PLAYER: part.name}),
                outside=self.formula(payoff.outside, {}),
            )
            for payoff in self.game.payoffs
            for part in self.parts[payoff.name]
        )

    def requirements(self) -> tuple[Requirement, ...]:
        """Return the requirements, of every part."""
        found: list[Requirement] = []
        for entry in self.game.requirements:
            cases: list[tuple[str, dict[str, str]]] = [(entry.name, {})]
            for index, group in self.game.scope.free_indices(entry.statement).items():
                cases = [
                    (self.name(name, part.name), {**bound, index: part.name})
                    for name, bound in cases
                    for part in self.parts[group]
                ]
            found += [
                changed(entry, name=name, statement=self.formula(entry.statement, bound)) for name, bound in cases
            ]
        return tuple(found)


def _described(description: str, part: Part) -> str:
    return f"{description}, of one of {part.name}" if part.label and description else description


def changed(entry: E, **fields: Any) -> E:
    """Return an entry with other fields; what the checks of a game have seen is not checked again."""
    return type(entry).model_construct(**{**dict(entry), **fields})  # type: ignore[return-value]
