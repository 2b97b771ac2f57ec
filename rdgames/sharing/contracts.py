"""Contracts: rules of sharing that are agreed before members choose, so that they choose under the rule.

Every member brings something into a pool and bears the rest of its payoff by itself. Of what member ``j`` brings in,
member ``i`` gets the part ``S[i, j]``, so that, with what it bears itself, it receives

    received[i] = sum_j S[i, j]*pooled[j] - private[i],        payoff[j] = pooled[j] - private[j].

Actions that the members would choose jointly, had they agreed on them, each chooses to maximize what it receives; all
others it chooses as before. The contract is a sentence (`rdgames.game.sentences`) of a game in which the shares are
parameters, so it can be solved, swept and designed like any regime.

Since members pay each other, none needs to earn by itself what it has without taking part: an institute that sells
nothing never does. Together they must; what each of them must receive is a question to the rule (`feedback` tells who
receives enough, and "participation" asks for more in `rdgames.sharing.design.design`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from rdgames.equilibrium.coalitions import Cooperation
from rdgames.errors import InputError, did_you_mean
from rdgames.game.game import Game, expect_game
from rdgames.game.scope import used_names
from rdgames.game.sentences import Company, Decision, Sentence
from rdgames.language.printer import typed
from rdgames.language.reader import read_expression
from rdgames.language.tree import Binary, Expression, Indexed, Node, Number, Sum, Symbol, rewrite
from rdgames.sharing.sums import adds_up

MEMBER = "i"
"""The index that stands for each member in turn, in formulas such as ``gamma*x[i]**2/2``."""

POOL, TOTAL = "contract_pool", "contract_total"
"""What is in the pool, and what all payoffs add up to."""


@dataclass(frozen=True)
class Contract:
    """A game with a rule of sharing that members choose under.

    Attributes
    ----------
    game
        The game, with shares that are not given among its parameters, and with definitions of what each member
        receives, brings in and bears itself, of what is in the pool (`POOL`), and what all payoffs add up to (`TOTAL`).
    regime
        The sentence that says that every member chooses for what it receives.
    together
        The sentence of the joint optimum: the same actions chosen jointly.
    apart
        The sentence of no rule: everybody chooses for its own payoff, with results shared as in the others.
    players
        The members, in the order of the game.
    received
        For each member, the name of the definition of what it receives.
    outside
        For each member, the name of the definition of what it has without taking part.
    parameters
        The parameters that the rule adds to the game.
    balanced
        Whether shares add up to 1 whatever the values of these; if not, "budget" can be asked for in a design.
    """

    game: Game
    regime: str
    together: str
    apart: str
    players: tuple[str, ...]
    received: Mapping[str, str]
    outside: Mapping[str, str]
    parameters: tuple[str, ...]
    balanced: bool


def contract(game: Game, regime: str, /, *, shares: Any = None, pooled: Any = None, private: Any = None) -> Contract:
    """Return the game in which members choose under a rule of sharing.

    Parameters
    ----------
    game
        A game of single players: `rdgames.game.explicit.explicit` makes one of any game.
    regime
        What they would do together, a regime of all players: the rule governs the actions that it says are chosen
        jointly, and spillovers that it says are shared are.
    shares
        A list has the share of each member in the pool, each a number or a formula; a list of lists has the share of
        each member, in rows, in what each brings in. A text such as ``"x[i]"`` shares the pool in proportion to that
        formula; ``"equal"`` shares it equally; under ``"own"`` everybody keeps what it brings in. Names in all these
        that the game does not have become parameters from 0 to 1. None makes every share one, ``share_firms_1``.
    pooled, private
        What each member brings into the pool, or what each bears by itself: a text in which ``[i]`` stands for the
        member, as in ``"gamma*x[i]**2/2"``, or a mapping from members to formulas. The other is the rest of its payoff;
        if neither is given, all is pooled.

    Raises
    ------
    ExpressionError, ModelError
        If a formula cannot be read, or names what the game does not have.
    InputError
        If the game has groups of several members, nothing is chosen jointly under the regime, both ``pooled`` and
        ``private`` are given, or shares are missing or do not add up to 1.

    Examples
    --------
    >>> from rdgames.game.explicit import explicit
    >>> from rdgames.modelfile.catalogue import load
    >>> game = explicit(load("daspremont-jacquemin"), n=2)
    >>> found = contract(game, "cartel", shares=["s", "1 - s"], private="gamma*x[i]**2/2")
    >>> found.regime
    'firms_1 choose x_1 for received_firms_1; firms_2 choose x_2 for received_firms_2'
    >>> found.parameters
    ('s',)
    """
    expect_game(game)
    cooperation = Cooperation.of(game, regime)
    if not cooperation.joint:
        raise InputError(f"found that nothing is chosen jointly under {regime!r}, expected actions to put under a rule")
    if pooled is not None and private is not None:
        raise InputError("found both 'pooled' and 'private', expected one: the other is the rest of each payoff")
    members = Members(game, cooperation.players)
    rule = _Claims(members, shares)
    received, outside = ({player: f"{what}_{player}" for player in members.players} for what in ("received", "outside"))
    definitions = _accounts(members, pooled, private) | rule.weights
    definitions |= {outside[payoff.name]: members.common(payoff.outside) for payoff in game.payoffs}
    for player, name in received.items():
        parts = [Binary("*", part, Symbol(source)) for source, part in rule.of(player).items()]
        definitions[name] = Binary("-", added(parts), Symbol(f"private_{player}"))
    decisions = tuple(
        Decision(
            Company((player,)),
            tuple(action for action in cooperation.joint if cooperation.owner[action] == player),
            objective=Symbol(name),
        )
        for player, name in received.items()
        if any(cooperation.owner[action] == player for action in cooperation.joint)
    )
    sentence = cooperation.regime.sentence
    simultaneous = tuple(decision for decision in sentence.decisions if not decision.jointly)
    return Contract(
        _extended(game, definitions, rule.parameters, members),
        str(Sentence((*simultaneous, *decisions), sentence.sharings)),
        str(sentence),
        str(Sentence(simultaneous, sentence.sharings)),
        members.players,
        received,
        outside,
        rule.parameters,
        rule.balanced,
    )


def added(terms: Iterable[Expression]) -> Expression:
    """Return the sum of some formulas."""
    return reduce(lambda left, right: Binary("+", left, right), terms)


@dataclass(frozen=True)
class Members:
    """The players of a game whose formulas speak of them one by one."""

    game: Game
    players: tuple[str, ...]

    def common(self, node: Expression) -> Expression:
        """Return a formula that may stand anywhere: what belongs to a player is summed over that player alone."""

        def one(part: Node) -> Node | None:
            if isinstance(part, Symbol | Indexed):
                owners = self.game.scope.groups_of(part.name) or ()
                if len(owners) == 1 and part.name not in self.game.parameter:
                    return Sum(Indexed(part.name, ("j",)), "j", owners[0])
                return Symbol(part.name)
            return part if isinstance(part, Sum) else None

        found: Expression = rewrite(node, one)  # type: ignore[assignment]
        return found

    def payoff(self, player: str) -> Expression:
        """Return what a player earns."""
        return self.common(next(payoff.formula for payoff in self.game.payoffs if payoff.name == player))

    def lacking(self, player: str) -> Expression:
        """Return what a player must earn so that all together earn what they have without taking part."""
        outside = added(self.common(payoff.outside) for payoff in self.game.payoffs)
        others = [self.payoff(other) for other in self.players if other != player]
        return Binary("-", outside, added(others)) if others else outside

    def of_each(self, what: str, given: Any) -> dict[str, Expression]:
        """Return a formula for each member, from one for all or a mapping.

        Raises
        ------
        InputError
            If members are missing or unknown.
        """
        if isinstance(given, Mapping):
            problems = [f"found {name!r}{did_you_mean(str(name), self.players)}" for name in {*given} - {*self.players}]
            problems += [f"found no formula for {name}" for name in self.players if name not in given]
            if problems:
                raise InputError(f"{what}: {'; '.join(problems)}, expected one for each of {', '.join(self.players)}")
            return {name: self.common(read_expression(given[name])) for name in self.players}
        formula = read_expression(given)
        return {name: self.common(self._for_member(formula, name)) for name in self.players}

    def _for_member(self, formula: Expression, player: str) -> Expression:
        """Return a formula of ``[i]`` for one member: ``x[i]`` is ``x_1`` for a player ``firms_1``."""
        known = {*self.game.parameter, *self.game.outcomes}

        def own(part: Node) -> Node | None:
            if not isinstance(part, Indexed | Symbol):
                return part if isinstance(part, Sum) else None
            labelled = f"{part.name}_{player.rpartition('_')[2]}"
            return Symbol(labelled if labelled in known and part.name not in known else part.name)

        found: Expression = rewrite(formula, own)  # type: ignore[assignment]
        return found


def _accounts(members: Members, pooled: Any, private: Any) -> dict[str, Expression]:
    """Return definitions of what each brings in and bears itself, of the pool, and of the total."""
    if pooled is not None:
        brought = members.of_each("pooled", pooled)
        borne = {name: Binary("-", Symbol(f"pooled_{name}"), members.payoff(name)) for name in brought}
    else:
        borne = members.of_each("private", 0 if private is None else private)  # type: ignore[assignment]
        brought = {name: Binary("+", members.payoff(name), Symbol(f"private_{name}")) for name in borne}
    return {
        **{f"pooled_{name}": formula for name, formula in brought.items()},
        **{f"private_{name}": formula for name, formula in borne.items()},
        POOL: added(Symbol(f"pooled_{name}") for name in members.players),
        TOTAL: added(members.payoff(name) for name in members.players),
    }


class _Claims:
    """What part each member gets, of the pool or of what each brings in."""

    def __init__(self, members: Members, given: Any) -> None:
        self.players = members.players
        self.weights: dict[str, Expression] = {}
        self.balanced = True
        self.table: list[list[Expression]]
        if given is None:
            given = [f"share_{name}" for name in self.players]
        if isinstance(given, str):
            self.table = self._in_words(members, given)
        else:
            self.table = self._listed(given)
        known = {*members.game.parameter, *members.game.outcomes, *self.weights}
        used = used_names([*self.weights.values(), *(part for row in self.table for part in row)])
        self.parameters = tuple(sorted(used - known))
        self.table = [[members.common(part) for part in row] for row in self.table]

    def of(self, player: str) -> dict[str, Expression]:
        """Return the parts of a member, by the name of what they are part of."""
        row = self.table[self.players.index(player)]
        if len(row) == 1:
            return {POOL: row[0]}
        parts = {f"pooled_{name}": part for name, part in zip(self.players, row, strict=True)}
        return {name: part for name, part in parts.items() if part != Number(Fraction(0))} or {POOL: row[0]}

    def _in_words(self, members: Members, given: str) -> list[list[Expression]]:
        count = len(self.players)
        if given == "equal":
            return [[Number(Fraction(1, count))] for _ in self.players]
        if given == "own":
            return [[Number(Fraction(int(i == j))) for j in range(count)] for i in range(count)]
        self.weights = {f"weight_{name}": each for name, each in members.of_each("shares", given).items()}
        together = added(Symbol(name) for name in self.weights)
        return [[Binary("/", Symbol(name), together)] for name in self.weights]

    def _listed(self, given: Any) -> list[list[Expression]]:
        expected = f"expected a share for each of {', '.join(self.players)}"
        if isinstance(given, Mapping):
            if {*given} != {*self.players}:
                raise InputError(f"found shares of {', '.join(map(str, given)) or 'nobody'}, {expected}")
            given = [given[name] for name in self.players]
        if not isinstance(given, Iterable):
            raise InputError(f"found the shares {given!r}, {expected}")
        rows: list[list[Any]] = [[each] if _is_formula(each) else list(each) for each in given]
        widths = {len(row) for row in rows}
        if widths == {1} and len(rows) != len(self.players):
            listed = ", ".join(str(row[0]) for row in rows)
            raise InputError(f"found {len(rows)} share{'s' * (len(rows) != 1)}, {listed}, {expected}")
        if len(rows) != len(self.players) or len(widths) != 1 or not widths <= {1, len(self.players)}:
            raise InputError(f"found shares in rows of {', '.join(map(str, map(len, rows)))}, {expected}")
        table = [[_fraction(part) for part in row] for row in rows]
        of = ["the pool"] if widths == {1} else self.players
        sums = [adds_up(column, name) for column, name in zip(zip(*table, strict=True), of, strict=True)]
        self.balanced = all(sums)
        return table


def _is_formula(given: Any) -> bool:
    return isinstance(given, str) or not isinstance(given, Iterable)


def _fraction(given: Any) -> Expression:
    """Return a share; a float is read as it is written, so that 0.1 and 0.9 add up to 1."""
    return read_expression(repr(float(given)) if isinstance(given, float) else given)


def _extended(game: Game, definitions: Mapping[str, Expression], parameters: Iterable[str], members: Members) -> Game:
    """Return a game with more definitions, parameters from 0 to 1, and players who pay each other."""
    document = game.to_document()
    more = {name: {"domain": f"0 <= {name} <= 1", "description": "part of a contract"} for name in parameters}
    document["parameters"] = {**document["parameters"], **more}
    texts = {name: {"is": typed(formula), "description": _described(name)} for name, formula in definitions.items()}
    document["definitions"] = {**document.get("definitions", {}), **texts}
    document["payoffs"] = {
        player: {"is": typed(payoff.formula), "outside": typed(members.lacking(player))}
        for player, payoff in ((payoff.name, payoff) for payoff in game.payoffs)
    }
    document.pop("example", None)
    return Game(**document)


def _described(name: str) -> str:
    """Say in words what a definition of the contract is."""
    word, _, who = name.partition("_")
    meanings = {
        "pooled": f"what {who} brings into the pool",
        "private": f"what {who} bears itself",
        "received": f"what {who} receives under the contract",
        "outside": f"what {who} has without taking part",
        "weight": f"what the share of {who} is in proportion to",
    }
    return {POOL: "what is pooled", TOTAL: "what all members earn together"}.get(name) or meanings[word]
