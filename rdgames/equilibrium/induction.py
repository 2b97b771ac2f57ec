"""Backward induction in own-and-totals form.

Let ``a`` range over the actions of a move and ``L`` collect what was chosen before. Where payoffs are quadratic, the
first-order condition of a member of a group for its action ``a`` is linear,

    sum_b A[a, b]*own(b) + sum_b B[a, b]*total(b) + S[a](own L, totals L) = 0,

with ``b`` over the player's own actions of the move in the first sum and over all actions of the move in the second.

1. Summing it over the group turns ``own`` into ``total`` and constants into ``size`` times constants. What remains is
   a linear system in the totals, with one row for each action: ``(A + size*B) total = -sum S``.
2. With the totals known, ``A own = -(B total + S)`` gives the member's decision rule on every history, equal or not.
   A unit that must choose equally has ``own = total/size`` instead.
3. The rules are substituted into the payoffs, which are then quadratic in ``L``, and the move before is solved.

So the number of firms stays a symbol, and the equilibrium is subgame perfect. The code runs over any field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic

from rdgames.algebra.fields import Field, K
from rdgames.algebra.linear import SingularError, determinant, solve
from rdgames.equilibrium.interpretation import AtEqualActions, InPolynomials, Player
from rdgames.equilibrium.moves import Move, Unit, moves_of
from rdgames.equilibrium.polynomial import Moment, Own, Polynomial, Quantity, Total
from rdgames.errors import DerivationError, IndeterminateError, NotQuadraticError
from rdgames.game.checks import PLAYER
from rdgames.game.game import Game
from rdgames.game.sentences import Sentence


@dataclass(frozen=True, eq=False)
class FirstOrderCondition(Generic[K]):
    """The condition for one action: ``own`` and ``total`` are its rows of A and B, ``state`` is S."""

    whole: Polynomial[K]
    own: dict[str, K]
    total: dict[str, K]
    state: Polynomial[K]


@dataclass(frozen=True, eq=False)
class SolvedMove(Generic[K]):
    """A move with its conditions, and the rules that solve them: each action from what was chosen before."""

    move: Move
    conditions: dict[str, FirstOrderCondition[K]]
    own_rules: dict[str, Polynomial[K]]
    total_rules: dict[str, Polynomial[K]]


class Induction(Generic[K]):
    """The equilibrium of a game under a regime, over one field.

    Attributes
    ----------
    moves
        The solved moves, in the order of play.
    levels
        What every member of a group chooses in equilibrium, by action.
    """

    def __init__(self, game: Game, sentence: Sentence, field: Field[K]) -> None:
        self.game, self.sentence, self.field = game, sentence, field
        self.formulas = InPolynomials(game, sentence, field)
        self.sizes = {group.name: self.formulas.size(group.name) for group in game.groups}
        moves = moves_of(game, sentence)
        objectives = {unit: self._objective(unit) for move in moves for unit in move.units}
        solved: list[SolvedMove[K]] = []
        for move in reversed(moves):
            now = self._solve_move(move, {unit: objectives[unit] for unit in move.units})
            solved.insert(0, now)
            earlier = {unit for one in moves[: moves.index(move)] for unit in one.units}
            objectives = {unit: self._after(now, objectives[unit]) for unit in earlier}
        self.moves = tuple(solved)
        self.levels = self._levels()
        self.at_levels = AtEqualActions(game, sentence, field, self.levels)

    def outcome(self, name: str) -> K:
        """Return the equilibrium value of an action or of a defined quantity (of one player, if it is of players)."""
        if name in self.levels:
            return self.levels[name]
        group = self.game.definition[name].group
        return self.at_levels.definition(name, Player(group, 0) if group else None)

    def verify(self) -> None:
        """Substitute the rules of every move into its first-order conditions.

        Raises
        ------
        DerivationError
            If one is not zero on every history. That would be a mistake of this library.
        """
        for solved in self.moves:
            for action, condition in solved.conditions.items():
                left = condition.whole.substituted(self._rule(solved))
                size: Any = self._size(action)
                if solved.move.unit_of(action).equally or self.field.is_zero(size - 1):
                    left = left.summed(0, size)  # the condition for the common level; a group of one has no other
                if not left.is_zero():
                    raise DerivationError(
                        f"the first-order condition of {action} does not vanish at its own solution: please report this"
                    )

    def _size(self, action: str) -> K:
        return self.sizes[self.game.action[action].by]

    def _payoff(self, group: str) -> Polynomial[K]:
        payoff = next(entry for entry in self.game.payoffs if entry.name == group)
        try:
            return self.formulas.evaluate(payoff.formula, {PLAYER: Player(group, 0)})
        except DerivationError as error:
            error.key = error.key or ("payoffs", group)
            raise

    def _objective(self, unit: Unit) -> Polynomial[K]:
        """Return what a unit maximizes, before any move is solved: of player 0, or of everybody in the unit."""
        if unit.objective is not None:
            return self.formulas.evaluate(unit.objective, {})
        if not unit.jointly:
            return self._payoff(unit.groups[0])
        total = Polynomial[K](self.field, {})
        for group in unit.partners:
            total = total + self._payoff(group).summed(0, self.sizes[group])
        return total

    def _solve_move(self, move: Move, objectives: dict[Unit, Polynomial[K]]) -> SolvedMove[K]:
        conditions = {a: self._first_order(a, move, objectives[move.unit_of(a)]) for a in move.actions}
        totals = self._totals(move, conditions)
        own: dict[str, Polynomial[K]] = {}
        for group in move.groups:
            own |= self._own_rules(
                move, [a for a in move.actions if self.game.action[a].by == group], conditions, totals
            )
        return SolvedMove(move, conditions, own, totals)

    def _first_order(self, action: str, move: Move, objective: Polynomial[K]) -> FirstOrderCondition[K]:
        whole = objective.derivative(action)
        now = set(move.actions)
        own: dict[str, K] = {}
        total: dict[str, K] = {}
        state = {}
        for monomial, coefficient in whole.terms.items():
            match monomial:
                case (Own(_, name),) if name in now:
                    own[name] = coefficient
                case (Total(name),) if name in now:
                    total[name] = coefficient
                case _:
                    if len(monomial) > 1 or any(isinstance(quantity, Moment) for quantity in monomial):
                        raise NotQuadraticError(
                            f"the payoff is not quadratic when {action} is chosen: its first-order condition "
                            f"has the term {_product(monomial)}; closed forms need linear-quadratic stages",
                            ("payoffs", self.game.action[action].by),
                        )
                    state[monomial] = coefficient
        return FirstOrderCondition(whole, own, total, Polynomial(self.field, state))

    def _totals(self, move: Move, conditions: dict[str, FirstOrderCondition[K]]) -> dict[str, Polynomial[K]]:
        """Solve the conditions, summed over groups, for the totals (step 1)."""
        actions = list(conditions)
        right = [-conditions[a].state.summed(0, self._size(a)) for a in actions]
        try:
            found = solve(self.field, self.total_matrix(conditions), right, Polynomial.scaled)
        except SingularError:
            raise IndeterminateError(
                f"the first-order conditions do not determine {', '.join(move.actions)}: "
                "the payoff must be strictly concave in what is chosen",
                ("payoffs", self.game.action[actions[0]].by),
            ) from None
        return dict(zip(actions, found, strict=True))

    def total_matrix(self, conditions: dict[str, FirstOrderCondition[K]]) -> list[list[K]]:
        """Return ``A + size*B``: how the conditions of a member change when all members of a group choose more."""
        zero = self.field.constant(0)
        rows = []
        for action, condition in conditions.items():
            size: Any = self._size(action)
            rows.append([condition.own.get(b, zero) + size * condition.total.get(b, zero) for b in conditions])
        return rows

    def _own_rules(
        self,
        move: Move,
        actions: list[str],
        conditions: dict[str, FirstOrderCondition[K]],
        totals: dict[str, Polynomial[K]],
    ) -> dict[str, Polynomial[K]]:
        """Solve the conditions of one member of a group for its own actions, given the totals (step 2)."""
        size: Any = self._size(actions[0])
        zero = self.field.constant(0)
        free = [] if self.field.is_zero(size - 1) else [a for a in actions if not move.unit_of(a).equally]
        matrix = [[conditions[a].own.get(b, zero) for b in free] for a in free]
        if self.field.is_zero(determinant(self.field, matrix)):
            raise IndeterminateError(
                f"the first-order conditions determine only the total of {', '.join(free)}, not how it is divided; "
                "write 'jointly and equally' (of a planner: 'equally') to choose the equal division",
                ("payoffs", self.game.action[actions[0]].by),
            )
        states = [quantity for a in free for quantity in conditions[a].state.quantities()]
        if not any(isinstance(quantity, Own) for quantity in states):
            free = []  # nothing in the history tells members apart
        rules = {a: totals[a].scaled(1 / size) for a in actions if a not in free}
        right = []
        for action in free:
            condition = conditions[action]
            side = condition.state
            for other, coefficient in condition.total.items():
                side = side + totals[other].scaled(coefficient)
            for other, rule in rules.items():
                side = side + rule.scaled(condition.own.get(other, zero))
            right.append(-side)
        return rules | dict(zip(free, solve(self.field, matrix[: len(free)], right, Polynomial.scaled), strict=True))

    def _rule(self, solved: SolvedMove[K]) -> Any:
        """Return what replaces a quantity of a solved move in terms of what was chosen before it."""

        def image(action: str, player: int) -> Polynomial[K]:
            if action in solved.own_rules:
                return solved.own_rules[action].renamed(0, player)
            return Polynomial.quantity(self.field, Own(player, action))

        def rule(quantity: Quantity) -> Polynomial[K] | None:
            match quantity:
                case Own(player, action) if action in solved.own_rules:
                    return solved.own_rules[action].renamed(0, player)
                case Total(action) if action in solved.total_rules:
                    return solved.total_rules[action]
                case Moment(first, second) if first in solved.own_rules or second in solved.own_rules:
                    return (image(first, 1) * image(second, 1)).summed(1, self._size(first))
            return None

        return rule

    def _after(self, solved: SolvedMove[K], objective: Polynomial[K]) -> Polynomial[K]:
        return objective.substituted(self._rule(solved))

    def _levels(self) -> dict[str, K]:
        """Play the rules for totals forward from the first move, and divide them equally.

        The rules for own actions would lead to the same levels, but divide by what then cancels: in a group of one
        they have poles where the equilibrium has none.
        """
        totals: dict[str, K] = {}
        for solved in self.moves:
            chosen: dict[str, K] = {}
            for action, rule in solved.total_rules.items():
                total: Any = self.field.constant(0)
                for monomial, coefficient in rule.terms.items():
                    factor: Any = coefficient
                    for quantity in monomial:
                        assert isinstance(quantity, Total)  # of earlier actions; own actions have been summed
                        factor = factor * totals[quantity.action]
                    total = total + factor
                chosen[action] = total
            totals |= chosen
        return {action: total / self._size(action) for action, total in totals.items()}


def _product(monomial: tuple[Quantity, ...]) -> str:
    names = {
        Own: lambda q: f"{q.action}[i]",
        Total: lambda q: f"sum({q.action})",
        Moment: lambda q: f"sum({q.first}*{q.second})",
    }
    return "*".join(names[type(quantity)](quantity) for quantity in monomial)
