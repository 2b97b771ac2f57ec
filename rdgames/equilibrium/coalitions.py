"""Coalitions of single players: every way of forming them is one game, in which membership is a parameter.

A regime of all players says what those do who cooperate: which actions they choose jointly, and which spillovers rise
between them. In a partition of the players every coalition does so among its own members, and towards others each
chooses as in competition. Let ``w[i, j]`` be 1 if ``i`` and ``j`` are in the same coalition, else 0. Then

- an action of ``i`` that is chosen jointly maximizes ``sum_j w[i, j]*payoff[j]``;
- a spillover between ``i`` and ``j`` that is shared is ``beta + w[i, j]*(shared - beta)``;
- a joint decision is optimal if its matrix of second derivatives, those between members of different coalitions set to
  zero, is negative definite: along every division among the members of every coalition at once.

So what a program computes for one partition it computes for all, one after the other or side by side. Members pay each
other, so nobody needs to earn alone what it has outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rdgames.algebra.linear import leading_minors
from rdgames.algebra.program import Element, Recorder
from rdgames.algebra.series import WithFunctions
from rdgames.equilibrium.condition import Condition
from rdgames.equilibrium.conditions import conditions_of
from rdgames.equilibrium.forms import Entries, NamedMatrices, SinglePlayers
from rdgames.equilibrium.interpretation import InPolynomials
from rdgames.equilibrium.moves import Unit
from rdgames.equilibrium.polynomial import Polynomial
from rdgames.equilibrium.recording import Recording, outputs_of
from rdgames.errors import InputError, NotQuadraticError
from rdgames.game.entries import NamedRegime
from rdgames.game.game import Game
from rdgames.game.play import play
from rdgames.game.scope import used_names
from rdgames.game.sentences import Company, Decision, Sentence, Sharing
from rdgames.language.tree import Expression, Number

Pair = tuple[str, str]

_MATHEMATICS = "Mas-Colell, Whinston and Green 1995, Microeconomic Theory, Mathematical Appendix M.J"


def together(one: str, other: str) -> str:
    """Return the name of the parameter that is 1 if two players are in the same coalition, else 0."""
    return " with ".join(sorted((one, other)))


@dataclass(frozen=True)
class Cooperation:
    """What the members of a coalition do together.

    Attributes
    ----------
    regime
        The regime of all players.
    players
        All players, in the order of the game.
    owner
        Who chooses each action.
    joint
        For each action that is chosen jointly, who takes part in such decisions.
    shared
        For each spillover between two players that changes, who they are and what it becomes.
    """

    regime: NamedRegime
    players: tuple[str, ...]
    owner: Mapping[str, str]
    joint: Mapping[str, frozenset[str]]
    shared: Mapping[str, tuple[Pair, Expression]]

    @classmethod
    def of(cls, game: Game, regime: str) -> Cooperation:
        """Read what cooperation is from a regime of all players.

        Raises
        ------
        UnknownNameError, ExpressionError
            If there is no such regime, and it is no sentence.
        InputError
            If the game has groups of several members, or a coalition cannot follow the regime by itself.
        """
        named = game.regime(regime)
        problems = [*_not_single(game), *_not_of_coalitions(named)]
        if problems:
            raise InputError("; ".join(problems))
        joint = {
            action: frozenset(decision.who.names)
            for decision in named.sentence.decisions
            if decision.jointly
            for action in decision.actions
        }
        shared: dict[str, tuple[Pair, Expression]] = {}
        for sharing in named.sentence.sharings:
            for name, parameter in game.parameter.items():
                pair = parameter.index
                if len(pair) == 2 and set(pair) <= set(sharing.who.names) and name == sharing.parameter:
                    shared[name] = ((pair[0], pair[1]), sharing.value)
        owner = {action.name: action.by for action in game.action.values()}
        return cls(named, tuple(group.name for group in game.groups), owner, joint, shared)

    def among(self, blocks: Iterable[Sequence[str]]) -> str:
        """Return the sentence that says that the players of each block cooperate.

        >>> from rdgames.game.explicit import explicit
        >>> from rdgames.modelfile.catalogue import load
        >>> game = explicit(load("daspremont-jacquemin"), n=3)
        >>> print(Cooperation.of(game, "cartel").among([["firms_1", "firms_3"], ["firms_2"]]))
        firms_1, firms_3 choose x_1, x_3 jointly
        """
        sentence = self.regime.sentence
        decisions = [each for each in sentence.decisions if not each.jointly]
        sharings: list[Sharing] = []
        for block in map(set, blocks):
            for decision in sentence.decisions:
                who = tuple(name for name in decision.who.names if name in block)
                actions = tuple(a for a in decision.actions if self.owner[a] in who)
                if decision.jointly and len(who) > 1 and actions:
                    decisions.append(Decision(Company(who), actions, decision.adverbs))
            for name, (pair, value) in self.shared.items():
                if set(pair) <= block:
                    sharings.append(Sharing(Company(pair), name, value))
        return str(Sentence(tuple(decisions), tuple(sharings)))

    def alone(self) -> str:
        """Return the sentence of everybody for itself: what is left of the regime is when actions are chosen."""
        return self.among([])


def _not_single(game: Game) -> Iterator[str]:
    """Yield what keeps the members of groups from being told apart."""
    several = [group.name for group in game.groups if group.size != Number(Fraction(1))]
    if several:
        sizes = used_names([group.size for group in game.groups])
        given = "".join(f", {name}=3" for name in game.parameter if name in sizes)
        yield f"found several members in {', '.join(several)}, expected single players: write explicit(game{given})"


def _not_of_coalitions(regime: NamedRegime) -> Iterator[str]:
    """Yield the clauses that a coalition cannot follow by itself."""
    sentence = regime.sentence
    expected = "expected clauses such as 'firms_1, firms_2 choose x_1, x_2 jointly' and 'share beta_1_2 = 1'"
    odd = [
        decision
        for decision in sentence.decisions
        if decision.by_planner or decision.equally or decision.as_in or decision.objective is not None
    ]
    counted = [decision for decision in sentence.decisions if decision.who.counts]
    counted_sharings = [sharing for sharing in sentence.sharings if sharing.who.counts]
    clauses: tuple[object, ...] = (*sentence.splits, *odd, *counted, *counted_sharings)
    for clause in dict.fromkeys(clauses):
        yield f"found '{clause}' in what coalitions do together, {expected}"
    if not any(decision.jointly for decision in sentence.decisions) and not sentence.sharings:
        yield f"found that nothing is done together in '{regime.name}', {expected}"


class _WithMembership(NamedMatrices):
    """A field in which shared spillovers depend on who is together."""

    def __init__(self, field: WithFunctions, of_game: InPolynomials[Element], cooperation: Cooperation) -> None:
        super().__init__(field)
        self.of_game, self.cooperation = of_game, cooperation

    def parameter(self, name: str) -> Element:
        """Return a parameter as it is between two players."""
        own = self.field.parameter(name)
        if name not in self.cooperation.shared:
            return own
        pair, value = self.cooperation.shared[name]
        shared = self.of_game.constant(self.of_game.evaluate(value, {}))
        return own + self.together(*pair) * (shared - own)

    def together(self, one: str, other: str) -> Element:
        """Return whether two players are in the same coalition."""
        return self.field.constant(1) if one == other else self.field.parameter(together(one, other))


class CoalitionPlayers(SinglePlayers):
    """The equilibrium of a linear-quadratic game in every partition of its players into coalitions.

    Raises
    ------
    NotQuadraticError
        If the game is not linear-quadratic, or a player chooses something alone while it chooses jointly.
    """

    field: _WithMembership

    def __init__(self, game: Game, cooperation: Cooperation, field: WithFunctions) -> None:
        self.cooperation = cooperation
        apart = play(game, game.regime(cooperation.alone()))
        super().__init__(apart, _WithMembership(field, InPolynomials(apart, field), cooperation))

    def _criteria(self, unit: Unit) -> dict[str, Entries]:
        joint = [action for action in unit.actions if action in self.cooperation.joint]
        if not joint:
            return super()._criteria(unit)
        if len(joint) < len(unit.actions):
            raise NotQuadraticError(f"found {', '.join(unit.actions)} chosen at one moment, of which one is not joint")
        return {action: self._matrix({"": self._of_coalition(action)}) for action in joint}

    def _of_coalition(self, action: str) -> Polynomial[Element]:
        """Return what the payoffs of those add up to who decide an action jointly with its owner."""
        owner, total = self.cooperation.owner[action], Polynomial[Element](self.field, {})
        for partner in self.cooperation.players:
            if partner == owner or {partner, owner} <= self.cooperation.joint[action]:
                total = total + self._payoff(partner).scaled(self.field.together(owner, partner))
        return total

    def joint_conditions(self) -> Iterator[Condition[Element]]:
        """Yield that joint decisions are optimal, against every division among the members of a coalition."""
        for solved in self.moves:
            joint = [action for action in solved.conditions if action in self.cooperation.joint]
            matrix = [[-(self._same(a, b) * solved.conditions[a].total[b]) for b in joint] for a in joint]
            meaning = f"coalitions' objectives are strictly concave in {' and '.join(joint)}"
            for order, margin in enumerate(leading_minors(self.field, matrix) if joint else (), start=1):
                yield Condition(f"second_order_of_coalitions_{solved.move.name}_{order}", margin, meaning, _MATHEMATICS)

    def _same(self, one: str, other: str) -> Element:
        owner = self.cooperation.owner
        return self.field.together(owner[one], owner[other])


def record_coalitions(game: Game, cooperation: Cooperation, recorder: Recorder) -> Recording:
    """Write down the equilibrium in every partition: with membership, levels and second derivatives as parameters.

    Raises
    ------
    NotQuadraticError
        If the game is not linear-quadratic.
    """
    players = CoalitionPlayers(game, cooperation, recorder)
    conditions = tuple(c for c in (*players.joint_conditions(), *conditions_of(players)) if not c.of_participation)
    return Recording(outputs_of(players, conditions), conditions, {}, forms=players.forms)
