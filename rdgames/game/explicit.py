"""Games of explicit firms, all of which may differ: every member of a group becomes a group of its own.

``explicit(game, n=2)`` turns ``x[i]`` into ``x_1`` and ``x_2``, a parameter ``gamma[i]`` into ``gamma_1`` and
``gamma_2``, and a spillover ``beta[i, j]`` into ``beta_1_2`` and ``beta_2_1``; sums are written out. What comes out is
a game like any other. Formulas in symbols grow fast with the number of different firms; numbers do not mind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from rdgames.errors import InputError, UnknownNameError
from rdgames.game.domains import Domain
from rdgames.game.entries import Definition, NamedRegime, Parameter, Payoff
from rdgames.game.findings import PLAYER
from rdgames.game.game import Game, expect_game
from rdgames.game.parts import Bound, Part, Splitter, changed
from rdgames.game.scope import free_uses, used_names
from rdgames.game.sentences import Company, Decision, Sentence, Sharing
from rdgames.game.values import read_value
from rdgames.language.printer import typed
from rdgames.language.tree import (
    Binary,
    Expression,
    Indexed,
    Negative,
    Node,
    Number,
    Power,
    Sum,
    Symbol,
    rewrite,
)

MAX_FIRMS = 12


def explicit(game: Game, /, different: Iterable[str] = (), **sizes: Any) -> Game:
    """Return the game in which every member of every group stands for itself.

    Parameters
    ----------
    game
        The game.
    different
        Parameters common to all in the game that each member shall have its own value of, such as ``c``; they must
        occur in what is defined for each member of one group.
    sizes
        A whole number for each parameter on which the size of a group depends.

    Returns
    -------
    Game
        Without the parameters that are sizes, and without regimes that speak of parts, consortia or equal treatment:
        members that differ are spoken of one by one, ``firms_1, firms_2 choose x_1, x_2 jointly``. What was published
        and claimed of the game is left behind.

    Raises
    ------
    UnknownNameError, InputError
        If a size is missing or is no whole number from 1 to 12, or a parameter cannot differ between members.

    Examples
    --------
    >>> from rdgames.equilibrium.equilibrium import solve
    >>> from rdgames.modelfile.catalogue import load
    >>> duopoly = explicit(load("daspremont-jacquemin"), different=["c"], n=2)
    >>> duopoly.outcomes[:4]
    ('x_1', 'x_2', 'q_1', 'q_2')
    >>> point = solve(duopoly, "cartel").at(a=100, b=1, c_1=60, c_2=50, gamma=5, beta_1_2=0, beta_2_1="1/2")
    >>> point.values["x_1"] > point.values["x_2"]
    False
    """
    expect_game(game)
    names = [*different] if isinstance(different, Iterable) else [different]
    if not all(isinstance(name, str) for name in names):
        raise InputError("found no names in 'different', expected a list of parameters such as ['c', 'gamma']")
    numbers = _sizes(game, sizes)
    game = _with_different(game, tuple(names))
    counts = {group.name: _count(group.name, group.size, numbers) for group in game.groups}
    parts = {
        name: tuple(Part(f"{name}_{place}", name, Number(Fraction(1)), str(place)) for place in range(1, count + 1))
        for name, count in counts.items()
    }
    splitter = Splitter(game, parts, lambda node, bound: _own_parameter(node, bound, splitter))

    def fixed(node: Node) -> Node | None:
        return Number(numbers[node.name]) if isinstance(node, Symbol) and node.name in numbers else None

    def written_out(entries: Iterable[Any], *keys: str) -> tuple[Any, ...]:
        return tuple(changed(entry, **{key: rewrite(getattr(entry, key), fixed) for key in keys}) for entry in entries)

    regimes = tuple(_regimes(game, splitter))
    idle = game.contract_parameters - used_names(formula for one in regimes for formula in one.sentence.formulas)
    stages = tuple(
        changed(stage, actions=written_out(stage.actions, "at_least"), prices=written_out(stage.prices, "clears"))
        for stage in splitter.stages()
    )
    return Game(
        name=game.name,
        title=game.title,
        summary=game.summary,
        **({"citation": game.citation} if game.citation else {}),
        references={entry.name: entry for entry in game.references},
        parameters={
            p.name: p for parameter in game.parameters for p in _parameters(parameter, splitter, {*numbers, *idle})
        },
        groups={group.name: group for group in splitter.groups()},
        stages={stage.name: stage for stage in stages},
        definitions={entry.name: entry for entry in written_out(splitter.definitions(), "formula")},
        payoffs={entry.name: entry for entry in written_out(splitter.payoffs(), "formula", "outside")},
        requirements={entry.name: entry for entry in written_out(splitter.requirements(), "statement")},
        assumptions=[a for a in game.assumptions if not _about_members(a, game) and not used_names([a]) & set(numbers)],
        regimes={regime.name: regime for regime in regimes},
    )


def _sizes(game: Game, sizes: Mapping[str, Any]) -> dict[str, Fraction]:
    needed = used_names([group.size for group in game.groups])
    for name in sizes:
        if name not in needed:
            raise UnknownNameError("size of a group", name, needed)
    missing = [name for name in game.parameter if name in needed and name not in sizes]
    if missing:
        raise InputError(f"found no value for {', '.join(missing)}, expected one, such as {missing[0]}=2")
    found: dict[str, Fraction] = {}
    for name, value in sizes.items():
        number = read_value(name, value)
        if number != int(number):
            raise InputError(f"found {name} = {value}, expected a whole number")
        found[name] = Fraction(int(number))
    return found


def _count(group: str, size: Expression, numbers: Mapping[str, Fraction]) -> int:
    count = _value(size, numbers)
    if count != int(count) or not 1 <= count <= MAX_FIRMS:
        raise InputError(f"found {count} members of {group}, expected a whole number from 1 to {MAX_FIRMS}")
    return int(count)


def _value(node: Expression, numbers: Mapping[str, Fraction]) -> Fraction:
    """Return the value of the size of a group."""
    match node:
        case Number(value):
            return value
        case Symbol(name):
            return numbers[name]
        case Negative(operand):
            return -_value(operand, numbers)
        case Power(base, exponent):
            return _value(base, numbers) ** exponent
        case Binary(operator, left, right):
            one, other = _value(left, numbers), _value(right, numbers)
            match operator:
                case "+":
                    return one + other
                case "-":
                    return one - other
                case "*":
                    return one * other
                case _ if other:
                    return one / other
    raise InputError("found the size of a group that is no formula of numbers and parameters")


def _with_different(game: Game, different: tuple[str, ...]) -> Game:
    """Return the game in which some common parameters belong to the members in whose definitions they are."""
    groups: dict[str, str] = {}
    for name in different:
        if name not in game.parameter:
            raise UnknownNameError("parameter", name, game.parameter)
        owners = {d.group for d in game.definitions if d.group and name in used_names([d.formula])}
        owners |= {payoff.name for payoff in game.payoffs if name in used_names([payoff.formula])}
        if len(owners) != 1 or game.parameter[name].index:
            raise InputError(
                f"found {name!r} among what shall differ, expected a common parameter in what is defined for each "
                f"member of one group; it occurs for {', '.join(map(str, sorted(owners))) or 'none'}"
            )
        groups[name] = str(owners.pop())

    def own(node: Any, index: str) -> Any:
        def one(part: Node) -> Node | None:
            if isinstance(part, Sum) and (unclear := sorted(used_names([part]) & groups.keys())):
                raise InputError(
                    f"found {unclear[0]!r} inside a sum, {typed(part)}, where it is not clear whose it shall be: "
                    "define what is summed for each member first"
                )
            return Indexed(part.name, (index,)) if isinstance(part, Symbol) and part.name in groups else None

        return rewrite(node, one)

    def definition(entry: Definition) -> Definition:
        return changed(entry, formula=own(entry.formula, entry.index)) if entry.index else entry

    def payoff(entry: Payoff) -> Payoff:
        return changed(entry, formula=own(entry.formula, PLAYER))

    parameters = tuple(
        changed(entry, index=(groups[entry.name],)) if entry.name in groups else entry for entry in game.parameters
    )
    fields = {key: getattr(game, key) for key in Game.model_fields}
    return Game.model_construct(
        **{
            **fields,
            "parameters": parameters,
            "definitions": tuple(map(definition, game.definitions)),
            "payoffs": tuple(map(payoff, game.payoffs)),
        }
    )


def _own_parameter(node: Indexed, bound: Bound, splitter: Splitter) -> Expression:
    labels = [splitter.part[bound[index]].label for index in node.indices]
    name = "_".join([node.name, *labels])
    return Indexed(name, node.indices) if len(labels) == 2 else Symbol(name)


def _parameters(parameter: Parameter, splitter: Splitter, without: Collection[str]) -> Iterator[Parameter]:
    """Yield a parameter for every member, or pair of different members, to which one belongs."""
    if parameter.name in without:
        return
    if not parameter.index:
        yield parameter
        return
    owners = [splitter.parts[group] for group in parameter.index]
    pairs = [(one,) for one in owners[0]] if len(owners) == 1 else [(i, j) for i in owners[0] for j in owners[1]]
    for who in pairs:
        if len(who) == 2 and who[0].name == who[1].name:
            continue
        name = "_".join([parameter.name, *(part.label for part in who)])
        domain = Domain.read(str(parameter.domain).replace(parameter.name, name))
        index = tuple(part.name for part in who) if len(who) == 2 else ()
        described = f"{parameter.description}, of {' and '.join(part.name for part in who)}"
        yield changed(parameter, name=name, domain=domain, index=index, description=described, symbol="")


def _about_members(statement: Any, game: Game) -> bool:
    return any(game.parameter[name].index for name in used_names([statement]) & set(game.parameter))


def _regimes(game: Game, splitter: Splitter) -> Iterator[NamedRegime]:
    """Yield the regimes that can be said of members one by one."""
    for regime in game.regimes:
        sentence = regime.sentence
        consortia = any(company.counts for company in sentence.companies)
        if sentence.splits or consortia or any(d.as_in or d.equally for d in sentence.decisions):
            continue
        decisions = tuple(one for decision in sentence.decisions for one in _decisions(decision, game, splitter))
        sharings = tuple(one for sharing in sentence.sharings for one in _sharings(sharing, game, splitter))
        yield changed(regime, sentence=Sentence(decisions, sharings))


def _decisions(decision: Decision, game: Game, splitter: Splitter) -> Iterator[Decision]:
    everybody = [part for name in decision.who.names for part in splitter.parts.get(name, ())]

    def actions(parts: Iterable[Part]) -> tuple[str, ...]:
        return tuple(
            splitter.name(action, part.name)
            for action in decision.actions
            for part in parts
            if game.action[action].by == part.group
        )

    if decision.by_planner:
        parts = [part for group in splitter.parts.values() for part in group]
        yield replace(decision, actions=actions(parts), objective=splitter.formula(decision.objective, {}))
    elif decision.objective is not None and any(index == PLAYER for index, *_ in free_uses(decision.objective)):
        for part in everybody:
            objective = splitter.formula(decision.objective, {PLAYER: part.name})
            yield Decision(Company((part.name,)), actions([part]), decision.adverbs, objective)
    else:
        who = Company(tuple(part.name for part in everybody))
        objective = None if decision.objective is None else splitter.formula(decision.objective, {})
        yield replace(decision, who=who, actions=actions(everybody), objective=objective)


def _sharings(sharing: Sharing, game: Game, splitter: Splitter) -> Iterator[Sharing]:
    first, second = game.parameter[sharing.parameter].index
    for one in splitter.parts[first]:
        for other in splitter.parts[second]:
            if one.name != other.name:
                name = f"{sharing.parameter}_{one.label}_{other.label}"
                yield Sharing(Company((one.name, other.name)), name, sharing.value)
