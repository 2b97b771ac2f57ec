"""A game as it is played under a regime: groups split, spillovers set, and who decides what for what.

The sentence is applied here, once. Behind this door a regime is nothing but a game without indexed parameters, its
decisions in terms of its own groups and actions, and how many members of each group a consortium has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rdgames.game.entries import Action, Definition, NamedRegime, Price
from rdgames.game.findings import PLAYER
from rdgames.game.game import Game
from rdgames.game.parts import Bound, Part, Splitter
from rdgames.game.scope import free_uses, used_names
from rdgames.game.sentences import Decision
from rdgames.language.tree import Binary, Expression, Indexed, Symbol


@dataclass(frozen=True)
class Clause:
    """A decision in terms of the game that is played.

    Attributes
    ----------
    decision
        What the sentence says.
    actions
        The actions that it decides, in the order of play.
    partners
        The groups of those who decide; empty for a planner.
    objectives
        What is maximized: a formula for each group whose members decide alone under a contract, or one for all, under
        the empty name; nothing where payoffs decide.
    """

    decision: Decision
    actions: tuple[str, ...]
    partners: tuple[str, ...]
    objectives: Mapping[str, Expression]

    @property
    def consortia(self) -> bool:
        """Whether those who decide are divided into consortia."""
        return bool(self.decision.who.counts)


@dataclass(frozen=True)
class Binding:
    """A bound that somebody keeps with equality, by choosing an earlier or further action so.

    Attributes
    ----------
    name
        What the bound is called: a quantity such as ``unit_cost``, or ``q_2-by-x_1``.
    margin, owner, requirement
        Of a requirement: what must not be negative, of a player of the owners' group, and its name. It is the owners'
        bound: those keep it who decide for them.
    action
        Otherwise the action, held at its least level, of which more would just not pay.
    by
        An action of those who choose so that it does not.
    unlike
        Actions of others who could do the same, and who choose as if the action were free; all others choose as if it
        were held.
    """

    name: str
    margin: Expression | None = None
    owner: str = ""
    requirement: str = ""
    action: str = ""
    by: str = ""
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Play:
    """A game under a regime.

    Attributes
    ----------
    original, regime
        The game, and the way of cooperating.
    game
        The game that is played: its groups are parts, its formulas have no indexed parameters.
    clauses
        The decisions.
    consortium
        How many members of each group a consortium has, for the groups that are divided into consortia.
    stated
        How many members each group has. Where the members of several groups form consortia, ``game`` has for the second
        and later ones the number that goes with the first; the equilibrium is one only where the two agree.
    whole
        For each action, the action of the original game that it is part of.
    held
        Actions of the game that is played whose levels nobody decides, with the level that everybody chooses: the least
        one where a bound binds, or what a history says.
    bindings
        Further bounds that bind.
    """

    original: Game
    regime: NamedRegime
    game: Game
    clauses: tuple[Clause, ...]
    consortium: Mapping[str, Expression]
    stated: Mapping[str, Expression]
    whole: Mapping[str, str]
    held: Mapping[str, Expression] = field(default_factory=dict)
    bindings: tuple[Binding, ...] = ()

    @property
    def at_bounds(self) -> tuple[str, ...]:
        """The names of the bounds that bind."""
        just = {binding.action: binding.name for binding in self.bindings if binding.action}
        required = (binding.name for binding in self.bindings if not binding.action)
        return (*(just.get(action, action) for action in self.game.action if action in self.held), *required)


def play(game: Game, regime: NamedRegime) -> Play:
    """Apply a regime to a game."""
    sentence = regime.sentence
    stated = {group.name: _parts_of(game, regime, group.name) for group in game.groups}

    def expanded(names: tuple[str, ...]) -> tuple[str, ...]:
        """Return parts for names of groups or parts."""
        return tuple(part.name for name in names for part in stated.get(name, ()) or (own[name],))

    own = {part.name: part for group in stated.values() for part in group}
    consortium = {
        part: count
        for company in sentence.companies
        for name, count in zip(company.names, company.counts, strict=False)
        for part in expanded((name,))
    }
    parts = {name: tuple(_matched(part, own, consortium) for part in group) for name, group in stated.items()}

    def shared(node: Indexed, bound: Bound, *, in_consortia: bool) -> Expression | None:
        for sharing in sentence.sharings:
            apt = sharing.parameter == node.name and bool(sharing.who.counts) is in_consortia
            if apt and all(bound[index] in expanded(sharing.who.names) for index in node.indices):
                return sharing.value
        return None

    def parameter(node: Indexed, bound: Bound) -> Expression:
        return shared(node, bound, in_consortia=False) or Symbol(node.name)

    splitter = Splitter(game, parts, parameter, lambda node, bound: shared(node, bound, in_consortia=True))
    played = Game.model_construct(
        **{
            **{key: getattr(game, key) for key in Game.model_fields},
            "groups": splitter.groups(),
            "stages": splitter.stages(),
            "definitions": splitter.definitions(),
            "payoffs": splitter.payoffs(),
            "requirements": splitter.requirements(),
        }
    )
    clauses = tuple(
        _clause(game, splitter, decision, () if decision.by_planner else expanded(decision.who.names))
        for decision in sentence.decisions
    )
    whole = {
        splitter.name(action, part.name): action for action, entry in game.action.items() for part in parts[entry.by]
    }
    sizes = {name: part.size for name, part in own.items()}
    return Play(game, regime, played, clauses, consortium, sizes, whole)


def _parts_of(game: Game, regime: NamedRegime, group: str) -> tuple[Part, ...]:
    size = next(entry.size for entry in game.groups if entry.name == group)
    split = next((split for split in regime.sentence.splits if split.group == group), None)
    if split is None:
        return (Part(group, group, size),)
    rest = size
    for taken in split.sizes:
        rest = Binary("-", rest, taken)
    sizes = (*split.sizes, rest)
    return tuple(Part(name, group, size, label=name) for name, size in zip(split.parts, sizes, strict=True))


def _matched(part: Part, parts: Mapping[str, Part], consortium: Mapping[str, Expression]) -> Part:
    """Return a part with as many members as there are consortia of the first group's members to be in."""
    first = next(iter(consortium), part.name)
    if part.name not in consortium or part.name == first:
        return part
    count, other = consortium[part.name], consortium[first]
    size: Expression = parts[first].size
    if count != other:
        size = Binary("/", Binary("*", size, count), other)
    return replace(part, size=size)


def _clause(game: Game, splitter: Splitter, decision: Decision, who: tuple[str, ...]) -> Clause:
    everybody = tuple(splitter.part) if decision.by_planner else who
    actions = tuple(
        splitter.name(action, part.name)
        for action in game.action
        if action in decision.actions
        for part in splitter.parts[game.action[action].by]
        if part.name in everybody
    )
    objectives: dict[str, Expression] = {}
    if decision.objective is not None:
        if any(index == PLAYER for index, *_ in free_uses(decision.objective)):
            objectives = {part: splitter.formula(decision.objective, {PLAYER: part}) for part in who}
        else:
            objectives = {"": splitter.formula(decision.objective, {})}
    return Clause(decision, actions, () if decision.by_planner else who, objectives)


def needed_parameters(game: Game, regime: NamedRegime) -> tuple[str, ...]:
    """Return the parameters that need a value under a regime: those that only other sentences use do not."""
    sentences, kept = [regime.sentence], {regime.name}
    for sentence in sentences:  # grows while it is walked: a regime needs what those need whose choices it keeps
        for name in {decision.as_in for decision in sentence.decisions} - kept - {""}:
            kept.add(name)
            sentences.append(game.regime(name).sentence)
    used = used_names(formula for sentence in sentences for formula in sentence.formulas)
    return tuple(name for name in game.parameter if name not in game.contract_parameters - used)


def entries_under(game: Game, regimes: Iterable[NamedRegime]) -> dict[str, Definition | Action | Price]:
    """Return the entries of all outcomes under some regimes, in the order of the first that has them."""
    found: dict[str, Definition | Action | Price] = {}
    for regime in regimes:
        for name, entry in _entries(game, regime).items():
            found.setdefault(name, entry)
    return found


@lru_cache(maxsize=256)
def _entries(game: Game, regime: NamedRegime) -> dict[str, Definition | Action | Price]:
    played = play(game, regime).game
    return {name: played.entry(name) for name in played.outcomes}
