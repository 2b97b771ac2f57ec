"""One move solved: first-order conditions, and the rules that meet them.

Let ``a`` range over the actions of a move and ``L`` collect what was chosen before. Where payoffs are quadratic, the
first-order condition of a member of a group for its action ``a`` is linear,

    sum_b A[a, b]*own(b) + sum_b C[a, b]*within(b) + sum_b B[a, b]*total(b) + S[a](own L, within L, totals L) = 0,

with ``b`` over the player's own actions of the move in the first sum, over those of its consortium in the second (if
it is in one), and over all actions and prices of the move in the third.

1. Summing it over the group turns ``own`` into ``total``, ``within`` into ``count`` times ``total`` and constants into
   ``size`` times constants. What remains is a linear system in the totals, with one row for each action:
   ``(A + count*C + size*B) total = -sum S``. A market-clearing price is one more unknown, its equation one more row.
2. Summing it over the members of a consortium gives what the consortium chooses, ``(A + count*C) within = ...``.
3. With these known, ``A own = -(C within + B total + S)`` gives the member's decision rule on every history, equal or
   not. A unit that must choose equally has ``own = total/size`` (``within/count``) instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from rdgames.algebra.fields import K
from rdgames.algebra.linear import SingularError, determinant, solve
from rdgames.equilibrium.moves import Move
from rdgames.equilibrium.players import Players
from rdgames.equilibrium.polynomial import Moment, MomentWithin, Own, Polynomial, Quantity, Total, Within
from rdgames.errors import IndeterminateError, NotQuadraticError
from rdgames.language.tree import Comparison


@dataclass(frozen=True, eq=False)
class FirstOrderCondition(Generic[K]):
    """The condition for one action: ``own``, ``within`` and ``total`` are its rows of A, C and B, ``state`` is S."""

    whole: Polynomial[K]
    own: dict[str, K]
    within: dict[str, K]
    total: dict[str, K]
    state: Polynomial[K]


@dataclass(frozen=True, eq=False)
class SolvedMove(Generic[K]):
    """A move with its conditions, and the rules that solve them: each action from what was chosen before.

    ``clearing`` has, for each price of the move, the excess demand as a polynomial. Where ``technologies`` are
    involved, conditions are linearized at equal actions, and their ``state`` is what is left of them there.
    """

    move: Move
    conditions: dict[str, FirstOrderCondition[K]]
    clearing: dict[str, Polynomial[K]]
    own_rules: dict[str, Polynomial[K]]
    total_rules: dict[str, Polynomial[K]]
    technologies: bool = False


class MoveSolver(Generic[K]):
    """Solves one move, given the derivative of what is maximized by each of its actions."""

    def __init__(self, players: Players[K], move: Move, marginals: Mapping[str, Polynomial[K]]) -> None:
        self.players, self.field, self.move = players, players.field, move
        self.conditions = {action: self._first_order(action, marginals[action]) for action in move.actions}
        self.clearing = {name: self._excess_demand(name) for name in move.prices}

    def solve(self) -> SolvedMove[K]:
        """Return the move with the rules of its actions and prices.

        Raises
        ------
        IndeterminateError
            If the conditions do not determine them.
        """
        totals = self._totals()
        within = self._within(totals)
        own: dict[str, Polynomial[K]] = {}
        for group in self.move.groups:
            own |= self._own_rules([a for a in self.move.actions if self.players.group(a) == group], totals, within)
        return SolvedMove(self.move, self.conditions, self.clearing, own, totals)

    def _first_order(self, action: str, marginal: Polynomial[K]) -> FirstOrderCondition[K]:
        whole = self.players.folded(marginal, action)
        now = {*self.move.actions, *self.move.prices}
        own: dict[str, K] = {}
        within: dict[str, K] = {}
        total: dict[str, K] = {}
        state = {}
        for monomial, coefficient in whole.terms.items():
            match monomial:
                case (Own(_, name),) if name in now:
                    own[name] = coefficient
                case (Within(_, name),) if name in now:
                    within[name] = coefficient
                case (Total(name),) if name in now:
                    total[name] = coefficient
                case _:
                    if len(monomial) > 1 or any(isinstance(quantity, Moment | MomentWithin) for quantity in monomial):
                        raise NotQuadraticError(
                            f"the payoff is not quadratic when {action} is chosen: its first-order condition "
                            f"has the term {_product(monomial)}; closed forms need linear-quadratic stages",
                            ("payoffs", self.players.group(action)),
                        )
                    state[monomial] = coefficient
        return FirstOrderCondition(whole, own, within, total, Polynomial(self.field, state))

    def _excess_demand(self, price: str) -> Polynomial[K]:
        equation = self.move.prices[price].clears
        assert isinstance(equation, Comparison)  # the checks of a game let nothing else pass
        demand, supply = (self.players.formulas.evaluate(term, {}) for term in equation.terms)
        return demand - supply

    def _totals(self) -> dict[str, Polynomial[K]]:
        """Solve the conditions, summed over groups, and the markets, for the totals and the prices (step 1)."""
        conditions, clearing = self.conditions, self.clearing
        zero = self.field.constant(0)
        now = [*conditions, *clearing]
        matrix = total_matrix(self.players, conditions, now)
        right = [-self.players.summed(conditions[a].state, a) for a in conditions]
        for price, excess in clearing.items():
            linear = {m[0].action: c for m, c in excess.terms.items() if len(m) == 1 and _is_now(m[0], now)}  # type: ignore[union-attr]
            matrix.append([linear.get(name, zero) for name in now])
            rest = {m: c for m, c in excess.terms.items() if not (len(m) == 1 and _is_now(m[0], now))}
            if any(len(m) > 1 for m in rest):
                raise NotQuadraticError(f"found a market for {price} that is not linear", ("stages", self.move.name))
            right.append(-Polynomial(self.field, rest))
        try:
            found = solve(self.field, matrix, right, Polynomial.scaled)
        except SingularError:
            raise IndeterminateError(
                f"the first-order conditions do not determine {', '.join(now)}: "
                "the payoff must be strictly concave in what is chosen",
                ("payoffs", self.players.group(next(iter(conditions)))),
            ) from None
        return dict(zip(now, found, strict=True))

    def _within(self, totals: dict[str, Polynomial[K]]) -> dict[str, Polynomial[K]]:
        """Solve the conditions, summed over a consortium, for what it chooses in all (step 2)."""
        conditions = self.conditions
        actions = [a for a in conditions if self.players.count(a) is not None]
        if not any(conditions[a].within for a in actions):
            return {}
        right = []
        for a in actions:
            side = conditions[a].state.summed_within(0, self.players.count(a), 0)
            for other, coefficient in conditions[a].total.items():
                side = side + totals[other].scaled(coefficient * self.players.count(a))
            right.append(-side)
        try:
            found = solve(self.field, within_matrix(self.players, conditions, actions), right, Polynomial.scaled)
        except SingularError:
            raise self._only_total(actions) from None
        return dict(zip(actions, found, strict=True))

    def _own_rules(
        self, actions: list[str], totals: dict[str, Polynomial[K]], within: dict[str, Polynomial[K]]
    ) -> dict[str, Polynomial[K]]:
        """Solve the conditions of one member of a group for its own actions, given what others choose (step 3)."""
        conditions = self.conditions
        size: Any = self.players.size(actions[0])
        zero = self.field.constant(0)
        free = [] if self.field.is_zero(size - 1) else [a for a in actions if not self.move.unit_of(a).equally]
        matrix = [[conditions[a].own.get(b, zero) for b in free] for a in free]
        if self.field.is_zero(determinant(self.field, matrix)):
            raise self._only_total(free)
        states = [quantity for a in [*free, *within] for quantity in conditions[a].state.quantities()]
        if not any(isinstance(quantity, Own | Within) for quantity in states):
            free = []  # nothing in the history tells members apart
        rules = {a: totals[a].scaled(1 / size) for a in actions if a not in free}
        for a in rules.keys() & within.keys():
            if self.move.unit_of(a).consortia:  # it chooses equally, though maybe not what other consortia choose
                rules[a] = within[a].scaled(1 / self.players.count(a))
        right = []
        for action in free:
            condition = conditions[action]
            side = condition.state
            for table, others in ((condition.total, totals), (condition.within, within), (condition.own, rules)):
                for other, coefficient in table.items():
                    if other in others:
                        side = side + others[other].scaled(coefficient)
            right.append(-side)
        return rules | dict(zip(free, solve(self.field, matrix[: len(free)], right, Polynomial.scaled), strict=True))

    def _only_total(self, actions: list[str]) -> IndeterminateError:
        return IndeterminateError(
            f"the first-order conditions determine only the total of {', '.join(actions)}, not how it is divided; "
            "write 'jointly and equally' (of a planner: 'equally') to choose the equal division",
            ("payoffs", self.players.group(actions[0])),
        )


def total_matrix(
    players: Players[K], conditions: Mapping[str, FirstOrderCondition[K]], now: Iterable[str] | None = None
) -> list[list[K]]:
    """Return ``A + count*C + size*B``: how conditions change when all members of a group choose more."""
    zero = players.field.constant(0)
    rows = []
    for action, condition in conditions.items():
        size, count = players.size(action), players.count(action)
        row = []
        for b in now or conditions:
            entry: Any = condition.own.get(b, zero) + size * condition.total.get(b, zero)
            row.append(entry + count * condition.within[b] if b in condition.within else entry)
        rows.append(row)
    return rows


def within_matrix(
    players: Players[K], conditions: Mapping[str, FirstOrderCondition[K]], actions: Iterable[str]
) -> list[list[K]]:
    """Return ``A + count*C``: how conditions change when a consortium chooses more, and others less."""
    actions, zero = list(actions), players.field.constant(0)
    rows = []
    for a in actions:
        row = []
        for b in actions:
            entry: Any = conditions[a].own.get(b, zero)
            row.append(entry + players.count(a) * conditions[a].within[b] if b in conditions[a].within else entry)
        rows.append(row)
    return rows


def _is_now(quantity: Quantity, now: Iterable[str]) -> bool:
    return isinstance(quantity, Total) and quantity.action in now


def _product(monomial: tuple[Quantity, ...]) -> str:
    names: dict[type, Callable[[Any], str]] = {
        Own: lambda q: f"{q.action}[i]",
        Within: lambda q: f"sum({q.action} in a consortium)",
        Total: lambda q: f"sum({q.action})",
        Moment: lambda q: f"sum({q.first}*{q.second})",
        MomentWithin: lambda q: f"sum({q.first}*{q.second} over consortia)",
    }
    return "*".join(names[type(quantity)](quantity) for quantity in monomial)
