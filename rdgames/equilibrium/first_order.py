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
from dataclasses import dataclass, field
from typing import Any, Generic

from rdgames.algebra.fields import K
from rdgames.algebra.linear import SingularError, determinant, solve
from rdgames.algebra.series import Series
from rdgames.equilibrium.binding import Bound
from rdgames.equilibrium.moves import Move
from rdgames.equilibrium.players import Players
from rdgames.equilibrium.polynomial import (
    Moment,
    MomentWithin,
    Monomial,
    Own,
    Polynomial,
    Total,
    Within,
    actions_in,
)
from rdgames.errors import IndeterminateError, NotQuadraticError


@dataclass(frozen=True, eq=False)
class FirstOrderCondition(Generic[K]):
    """The condition for one action: ``own``, ``within`` and ``total`` are its rows of A, C and B, ``state`` is S.

    ``beyond`` is what is not linear in what is chosen now; a linear-quadratic move has nothing there.
    """

    whole: Polynomial[K]
    own: dict[str, K]
    within: dict[str, K]
    total: dict[str, K]
    state: Polynomial[K]
    beyond: Polynomial[K]


@dataclass(frozen=True, eq=False)
class SolvedMove(Generic[K]):
    """A move with its conditions, and the rules that solve them: each action from what was chosen before.

    ``clearing`` has, for each price of the move, the excess demand as a polynomial. Where ``technologies`` are
    involved, conditions are linearized at equal actions, and their ``state`` is what is left of them there.
    ``pressure`` says, for each action that is held at its least level, what those who decide it would gain if somebody
    chose more of it. Where bounds bind, ``bound`` says which, ``equations`` has what pinned actions meet in the place
    of conditions, and ``marginals`` the derivatives of what their units maximize, by all actions of these units.
    """

    move: Move
    conditions: dict[str, FirstOrderCondition[K]]
    clearing: dict[str, Polynomial[K]]
    own_rules: dict[str, Polynomial[K]]
    total_rules: dict[str, Polynomial[K]]
    technologies: bool = False
    pressure: Mapping[str, Polynomial[K]] = field(default_factory=dict)
    bound: Bound[K] = field(default_factory=lambda: Bound({}))
    equations: Mapping[str, FirstOrderCondition[K]] = field(default_factory=dict)
    marginals: Mapping[str, FirstOrderCondition[K]] = field(default_factory=dict)


class MoveSolver(Generic[K]):
    """Solves one move, given what must be zero for each of its actions, and excess demands."""

    def __init__(
        self,
        players: Players[K],
        move: Move,
        bound: Bound[K],
        clearing: Mapping[str, Polynomial[K]],
    ) -> None:
        self.players, self.field, self.move = players, players.field, move
        self.bound, self.pinned = bound, bound.pinned
        self.conditions = {a: self._read(players.folded(bound.conditions[a], a)) for a in move.actions}
        self.clearing = dict(clearing)
        self.markets = {name: self._read(excess) for name, excess in self.clearing.items()}
        self.states = {name: each.state for name, each in (self.conditions | self.markets).items()}

    def solve(self) -> SolvedMove[K]:
        """Return the move with the rules of its actions and prices.

        Raises
        ------
        NotQuadraticError, IndeterminateError
            If the conditions are not linear, or do not determine them.
        """
        self._expect_linear()
        return self._solve()

    def _solve(self) -> SolvedMove[K]:
        totals = self._totals()
        within = self._within(totals)
        own: dict[str, Polynomial[K]] = {}
        for group in self.move.groups:
            own |= self._own_rules([a for a in self.move.actions if self.players.group(a) == group], totals, within)
        equations = {a: each for a, each in self.conditions.items() if a in self.pinned}
        conditions = {a: each for a, each in self.conditions.items() if a not in self.pinned}
        marginals = {
            a: self._read(self.players.folded(each, a))
            for kept in self.bound.kept
            for a, each in kept.marginals.items()
        }
        more: dict[str, Any] = {"bound": self.bound, "equations": equations, "marginals": marginals}
        return SolvedMove(self.move, conditions, self.clearing, own, totals, **more)

    def _read(self, whole: Polynomial[K]) -> FirstOrderCondition[K]:
        """Tell apart what is linear in what is chosen now, what was chosen before, and the rest."""
        now = {*self.move.actions, *self.move.prices}
        linear: dict[type, dict[str, K]] = {Own: {}, Within: {}, Total: {}}
        state, beyond = {}, {}
        for monomial, coefficient in whole.terms.items():
            if not now & set(actions_in(monomial)):
                state[monomial] = coefficient
            elif len(monomial) == 1 and type(monomial[0]) in linear:
                linear[type(monomial[0])][actions_in(monomial)[0]] = coefficient
            else:
                beyond[monomial] = coefficient
        own, within, total = linear.values()
        parts = Polynomial(self.field, state), Polynomial(self.field, beyond)
        return FirstOrderCondition(whole, own, within, total, *parts)

    def _expect_linear(self) -> None:
        series = self.field.expanded if isinstance(self.field, Series) else ()
        for name, condition in (self.conditions | self.markets).items():
            terms = list(condition.beyond.terms)
            for monomial in condition.state.terms:  # products of what is expanded are terms of a series
                if is_product(monomial) and not set(actions_in(monomial)) <= set(series):
                    terms.append(monomial)
            if terms and name in self.markets:
                raise NotQuadraticError(f"found a market for {name} that is not linear", ("stages", self.move.name))
            if terms and name in self.pinned:
                raise NotQuadraticError(
                    f"found a bound that binds {name} and is not linear", ("stages", self.move.name)
                )
            if terms:
                raise NotQuadraticError(
                    f"the payoff is not quadratic when {name} is chosen: its first-order condition "
                    f"has the term {_product(terms[0])}; closed forms need linear-quadratic stages",
                    ("payoffs", self.players.group(name)),
                )

    def _totals(self) -> dict[str, Polynomial[K]]:
        """Solve the conditions, summed over groups, and the markets, for the totals and the prices (step 1)."""
        conditions, states = self.conditions, self.states
        now = [*conditions, *self.markets]
        zero = self.field.constant(0)
        matrix = total_matrix(self.players, conditions, now)
        matrix += [[market.total.get(name, zero) for name in now] for market in self.markets.values()]
        right = [-self.players.summed(states[a], a) for a in conditions]
        right += [-states[price] for price in self.markets]
        try:
            found = solve(self.field, matrix, right, Polynomial.scaled)
        except SingularError:
            raise IndeterminateError(
                f"the first-order conditions do not determine {', '.join(now)}: "
                "the payoff must be strictly concave in what is chosen",
                ("payoffs", self.players.group(next(iter(conditions)))) if conditions else ("stages", self.move.name),
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
            side = self.states[a].summed_within(0, self.players.count(a), 0)
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
        zero, is_zero = self.field.constant(0), self.field.is_zero
        free = [] if is_zero(size - 1) else [a for a in actions if not self.move.unit_of(a).equally]
        # a bound that only the total moves leaves open how it is divided: equally
        free = [
            a for a in free if a not in self.pinned or any(not is_zero(conditions[a].own.get(b, zero)) for b in free)
        ]
        matrix = [[conditions[a].own.get(b, zero) for b in free] for a in free]
        if is_zero(determinant(self.field, matrix)):
            raise self._only_total(free)
        histories = [quantity for a in [*free, *within] for quantity in self.states[a].quantities()]
        if not any(isinstance(quantity, Own | Within) for quantity in histories):
            free = []  # nothing in the history tells members apart
        rules = {a: totals[a].scaled(1 / size) for a in actions if a not in free}
        for a in rules.keys() & within.keys():
            if self.move.unit_of(a).consortia:  # it chooses equally, though maybe not what other consortia choose
                rules[a] = within[a].scaled(1 / self.players.count(a))
        right = []
        for action in free:
            condition, side = conditions[action], self.states[action]
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


def is_product(monomial: Monomial) -> bool:
    """Whether a monomial is a product of actions."""
    return len(actions_in(monomial)) > 1


def _product(monomial: Monomial) -> str:
    names: dict[type, Callable[[Any], str]] = {
        Own: lambda q: f"{q.action}[i]",
        Within: lambda q: f"sum({q.action} in a consortium)",
        Total: lambda q: f"sum({q.action})",
        Moment: lambda q: f"sum({'*'.join(q.actions)})",
        MomentWithin: lambda q: f"sum({q.first}*{q.second} over consortia)",
    }
    return "*".join(names[type(quantity)](quantity) for quantity in monomial)
