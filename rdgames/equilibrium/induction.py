"""Backward induction in own-and-totals form.

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
4. The rules are substituted into the payoffs, which are then quadratic in ``L``, and the move before is solved.

So the number of firms stays a symbol, and the equilibrium is subgame perfect. The code runs over any field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic

from rdgames.algebra.fields import Field, K
from rdgames.algebra.linear import SingularError, determinant, solve
from rdgames.equilibrium.interpretation import AtEqualActions, InPolynomials, Player, Technology
from rdgames.equilibrium.moves import Move, Unit, moves_of
from rdgames.equilibrium.polynomial import Moment, MomentWithin, Own, Polynomial, Quantity, Total, Within
from rdgames.equilibrium.technology import (
    CURVATURE,
    SLOPE,
    Implicit,
    Marginals,
    marginals,
    solve_levels,
)
from rdgames.errors import DerivationError, IndeterminateError, NotQuadraticError
from rdgames.game.findings import PLAYER
from rdgames.game.play import Play, play
from rdgames.language.tree import Comparison

Criterion = Mapping[str, Polynomial[K]]
"""What a unit maximizes, of player 0 of each group of partners; one polynomial under the empty name if it is common."""


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


class Induction(Generic[K]):
    """The equilibrium of a game under a regime, over one field.

    Attributes
    ----------
    moves
        The solved moves, in the order of play.
    levels
        What every member of a group chooses in equilibrium, by action; and what prices and technologies are.
    implicit
        The equations that determine levels without closed form, None if all have one.
    """

    implicit: Implicit[K] | None = None

    def __init__(self, play: Play, field: Field[K], following: tuple[str, ...] = ()) -> None:
        self.play, self.game, self.field = play, play.game, field
        self.following = (*following, play.regime.name)
        self.formulas = InPolynomials(play, field)
        constant = self.formulas.constant
        self.sizes = {group.name: constant(self.formulas.size(group.name)) for group in self.game.groups}
        self.stated = {group: constant(self.formulas.evaluate(size, {})) for group, size in play.stated.items()}
        self.counts = {group: constant(self.formulas.count(group)) for group in play.consortium}
        self._values: dict[str, K] = {}
        moves = moves_of(play)
        criteria = {unit: self._criterion(unit) for move in moves for unit in move.units}
        solved: list[SolvedMove[K]] = []
        for place in reversed(range(len(moves))):
            now = self._solve_move(moves[place], criteria)
            solved.insert(0, now)
            earlier = [unit for move in moves[:place] for unit in move.units]
            criteria = {
                unit: {group: self._after(now, each) for group, each in criteria[unit].items()} for unit in earlier
            }
        self.moves = tuple(solved)
        self.levels = self._levels()
        self.at_levels = AtEqualActions(play, field, self.levels)

    def outcome(self, name: str) -> K:
        """Return the equilibrium value of an action or of a defined quantity (of one player, if it is of players)."""
        if name in self.levels:
            return self.levels[name]
        group = self.game.definition[name].group
        return self.at_levels.definition(name, Player(group, 0) if group else None)

    def verify(self) -> None:
        """Substitute the rules of every move into its first-order conditions, and into what clears its markets.

        Raises
        ------
        DerivationError
            If one is not zero on every history. That would be a mistake of this library.
        """
        for solved in self.moves:
            for action, condition in solved.conditions.items():
                if solved.technologies:
                    if self.implicit is None:
                        self._expect_zero(condition.state, f"the first-order condition of {action}")
                    continue
                left = self._after(solved, condition.whole)
                if solved.move.unit_of(action).equally or self.field.is_zero(self.size(action) - 1):
                    left = self._summed(left, action)  # the condition for the common level; one player has no other
                self._expect_zero(left, f"the first-order condition of {action}")
            for price, excess in solved.clearing.items():
                self._expect_zero(self._after(solved, excess), f"the market that {price} clears")

    def _expect_zero(self, left: Polynomial[K], what: str) -> None:
        if not left.is_zero():
            raise DerivationError(f"{what} does not vanish at its own solution: please report this")

    def group(self, action: str) -> str:
        """Return the group whose members choose an action."""
        return self.game.action[action].by

    def size(self, action: str) -> Any:
        """Return how many players choose an action."""
        return self.sizes[self.group(action)]

    def size_of(self, group: str) -> Any:
        """Return the number of members of a group."""
        return self.sizes[group]

    def count(self, action: str) -> Any:
        """Return how many of those who choose an action are in one consortium, None if they are in none."""
        return self.counts.get(self.group(action))

    def _summed(self, polynomial: Polynomial[K], action: str) -> Polynomial[K]:
        return polynomial.summed(0, self.size(action), self.count(action))

    # -- what is maximized -------------------------------------------------------------------------------------------

    def _payoff(self, group: str) -> Polynomial[K]:
        payoff = next(entry for entry in self.game.payoffs if entry.name == group)
        try:
            return self.formulas.evaluate(payoff.formula, {PLAYER: Player(group, 0)})
        except DerivationError as error:
            error.key = error.key or ("payoffs", group)
            raise

    def _criterion(self, unit: Unit) -> Criterion[K]:
        """Return what a unit maximizes, before any move is solved."""
        if unit.objective is not None:
            bound = {} if unit.jointly else {PLAYER: Player(unit.groups[0], 0)}
            return {"": self.formulas.evaluate(unit.objective, bound)}
        if unit.kept:
            return {}
        if unit.consortia:
            return {group: self._payoff(group) for group in unit.partners}
        if not unit.jointly:
            return {"": self._payoff(unit.groups[0])}
        total = Polynomial[K](self.field, {})
        for group in unit.partners:
            total = total + self._payoff(group).summed(0, self.sizes[group], self.counts.get(group))
        return {"": total}

    def _marginal(self, action: str, criterion: Criterion[K]) -> Polynomial[K]:
        """Return the derivative of a criterion with respect to the action of player 0.

        For a consortium this is the player's own payoff and, for its partners, that of player 1 summed over all of them
        in the consortium but player 0.
        """
        if "" in criterion:
            return criterion[""].derivative(action)
        own = self.group(action)
        whole = criterion[own].derivative(action) if own in criterion else Polynomial[K](self.field, {})
        for group, payoff in criterion.items():
            of_partner = payoff.renamed(0, 1).derivative(action, partner=1)
            whole = whole + of_partner.summed_within(1, self.counts[group], 0)
            if group == own:
                whole = whole - of_partner.renamed(1, 0)
        return whole

    # -- one move ----------------------------------------------------------------------------------------------------

    def _solve_move(self, move: Move, criteria: Mapping[Unit, Criterion[K]]) -> SolvedMove[K]:
        if move.units[0].kept:
            return self._keep(move)
        technologies = self._technologies(move)
        if technologies:
            return self._solve_with_technologies(move, criteria, technologies)
        conditions = {a: self._first_order(a, move, criteria[move.unit_of(a)]) for a in move.actions}
        clearing = {name: self._excess_demand(name, move) for name in move.prices}
        totals = self._totals(move, conditions, clearing)
        within = self._within(move, conditions, totals)
        own: dict[str, Polynomial[K]] = {}
        for group in move.groups:
            actions = [a for a in move.actions if self.group(a) == group]
            own |= self._own_rules(move, actions, conditions, totals, within)
        return SolvedMove(move, conditions, clearing, own, totals)

    def _keep(self, move: Move) -> SolvedMove[K]:
        """Return the move at which what another regime chooses is kept."""
        own: dict[str, Polynomial[K]] = {}
        totals: dict[str, Polynomial[K]] = {}
        for unit in move.units:
            levels = self.kept(unit.kept).levels
            for action in unit.actions:
                name = self.play.whole[action]
                if name not in levels:
                    raise DerivationError(f"found 'as in {unit.kept}', where {name} is not the same for all who choose")
                own[action] = Polynomial.constant(self.field, levels[name])
                totals[action] = own[action].scaled(self.size(action))
        return SolvedMove(move, {}, {}, own, totals)

    def _technologies(self, move: Move) -> dict[str, Technology[K]]:
        """Return the technologies whose values a move determines."""
        now = {(Own(0, action),) for action in move.actions} | {(Total(action),) for action in move.actions}
        known = self.formulas.technologies
        return {name: technology for name, technology in known.items() if now & technology.argument.terms.keys()}

    def _solve_with_technologies(
        self, move: Move, criteria: Mapping[Unit, Criterion[K]], technologies: Mapping[str, Technology[K]]
    ) -> SolvedMove[K]:
        """Solve a first move at equal actions only; see `rdgames.equilibrium.technology`."""
        if any(unit.consortia for unit in move.units) or move.prices:
            raise NotQuadraticError("found a technology with consortia or a price at its move, which no road leads to")
        found = marginals(move, {a: criteria[move.unit_of(a)][""] for a in move.actions}, self, technologies)
        self._expect_first(move, found, technologies)
        levels = solve_levels(move, found, self, technologies)
        conditions = {}
        for a, first in found.first.items():
            same = {b: levels.at(found.same[a, b]) for b in move.actions if self.group(a) == self.group(b)}
            other = {b: levels.at(found.other[a, b]) for b in move.actions}
            own: dict[str, Any] = {b: value - other[b] for b, value in same.items()}
            total = {b: value for b, value in other.items() if not self.field.is_zero(value)}
            own = {b: value for b, value in own.items() if not self.field.is_zero(value)}
            conditions[a] = FirstOrderCondition(first, own, {}, total, Polynomial.constant(self.field, levels.at(first)))
        self.implicit = levels.implicit
        self._values = {name: value for name, value in levels.values.items() if name in technologies}
        rules = {a: Polynomial.constant(self.field, levels.values[a]) for a in move.actions}
        totals = {a: rule.scaled(self.size(a)) for a, rule in rules.items()}
        return SolvedMove(move, conditions, {}, rules, totals, technologies=True)

    def _expect_first(self, move: Move, found: Marginals[K], technologies: Mapping[str, Technology[K]]) -> None:
        """Check that nothing in the marginals was chosen before."""
        known = {*move.actions, *(name + tail for name in technologies for tail in ("", SLOPE, CURVATURE))}
        for action, first in found.first.items():
            names = {name for quantity in first.quantities() for name in quantity if isinstance(name, str)}
            if names - known:
                raise NotQuadraticError(
                    f"found {', '.join(sorted(names - known))} chosen before {action}, whose effect is not linear; "
                    "a function such as sqrt(...) can be of what is chosen at the first move only",
                    ("payoffs", self.group(action)),
                )

    def kept(self, regime: str) -> Induction[K]:
        """Return the equilibrium whose choices are kept."""
        if regime in self.following:
            raise DerivationError(f"found regimes that keep each other's choices: {', '.join(self.following)}")
        if regime not in self._kept:
            other = play(self.play.original, self.play.original.regime(regime))
            self._kept[regime] = Induction(other, self.field, self.following)
        return self._kept[regime]

    @cached_property
    def _kept(self) -> dict[str, Induction[K]]:
        return {}

    def _first_order(self, action: str, move: Move, criterion: Criterion[K]) -> FirstOrderCondition[K]:
        whole = self._folded(self._marginal(action, criterion), action)
        now = {*move.actions, *move.prices}
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
                            ("payoffs", self.group(action)),
                        )
                    state[monomial] = coefficient
        return FirstOrderCondition(whole, own, within, total, Polynomial(self.field, state))

    def _folded(self, polynomial: Polynomial[K], action: str) -> Polynomial[K]:
        """Return a polynomial of player 0 in which a consortium's only member of a group is that player."""
        group, count = self.group(action), self.count(action)
        if count is None or not self.field.is_zero(count - 1):
            return polynomial

        def rule(quantity: Quantity) -> Polynomial[K] | None:
            if isinstance(quantity, Within) and quantity.action in self.game.action:
                if self.group(quantity.action) == group:
                    return Polynomial.quantity(self.field, Own(quantity.player, quantity.action))
            return None

        return polynomial.substituted(rule)

    def _excess_demand(self, price: str, move: Move) -> Polynomial[K]:
        equation = move.prices[price].clears
        assert isinstance(equation, Comparison)  # the checks of a game let nothing else pass
        demand, supply = (self.formulas.evaluate(term, {}) for term in equation.terms)
        return demand - supply

    def _totals(
        self, move: Move, conditions: dict[str, FirstOrderCondition[K]], clearing: dict[str, Polynomial[K]]
    ) -> dict[str, Polynomial[K]]:
        """Solve the conditions, summed over groups, and the markets, for the totals and the prices (step 1)."""
        zero = self.field.constant(0)
        now = [*conditions, *clearing]
        matrix = self.total_matrix(conditions, now)
        right = [-self._summed(conditions[a].state, a) for a in conditions]
        for price, excess in clearing.items():
            linear = {m[0].action: c for m, c in excess.terms.items() if len(m) == 1 and _is_now(m[0], now)}  # type: ignore[union-attr]
            matrix.append([linear.get(name, zero) for name in now])
            rest = {m: c for m, c in excess.terms.items() if not (len(m) == 1 and _is_now(m[0], now))}
            if any(len(m) > 1 for m in rest):
                raise NotQuadraticError(f"found a market for {price} that is not linear", ("stages", move.name))
            right.append(-Polynomial(self.field, rest))
        try:
            found = solve(self.field, matrix, right, Polynomial.scaled)
        except SingularError:
            raise IndeterminateError(
                f"the first-order conditions do not determine {', '.join(now)}: "
                "the payoff must be strictly concave in what is chosen",
                ("payoffs", self.group(next(iter(conditions)))),
            ) from None
        return dict(zip(now, found, strict=True))

    def total_matrix(
        self, conditions: Mapping[str, FirstOrderCondition[K]], now: Iterable[str] | None = None
    ) -> list[list[K]]:
        """Return ``A + count*C + size*B``: how conditions change when all members of a group choose more."""
        zero = self.field.constant(0)
        rows = []
        for action, condition in conditions.items():
            size, count = self.size(action), self.count(action)
            row = []
            for b in now or conditions:
                entry: Any = condition.own.get(b, zero) + size * condition.total.get(b, zero)
                row.append(entry + count * condition.within[b] if b in condition.within else entry)
            rows.append(row)
        return rows

    def within_matrix(self, conditions: Mapping[str, FirstOrderCondition[K]], actions: Iterable[str]) -> list[list[K]]:
        """Return ``A + count*C``: how conditions change when a consortium chooses more, and others less."""
        actions, zero = list(actions), self.field.constant(0)
        rows = []
        for a in actions:
            row = []
            for b in actions:
                entry: Any = conditions[a].own.get(b, zero)
                row.append(entry + self.count(a) * conditions[a].within[b] if b in conditions[a].within else entry)
            rows.append(row)
        return rows

    def _within(
        self, move: Move, conditions: dict[str, FirstOrderCondition[K]], totals: dict[str, Polynomial[K]]
    ) -> dict[str, Polynomial[K]]:
        """Solve the conditions, summed over a consortium, for what it chooses in all (step 2)."""
        actions = [a for a in conditions if self.count(a) is not None]
        if not any(conditions[a].within for a in actions):
            return {}
        right = []
        for a in actions:
            side = conditions[a].state.summed_within(0, self.count(a), 0)
            for other, coefficient in conditions[a].total.items():
                side = side + totals[other].scaled(coefficient * self.count(a))
            right.append(-side)
        try:
            found = solve(self.field, self.within_matrix(conditions, actions), right, Polynomial.scaled)
        except SingularError:
            raise self._only_total(move, actions) from None
        return dict(zip(actions, found, strict=True))

    def _own_rules(
        self,
        move: Move,
        actions: list[str],
        conditions: dict[str, FirstOrderCondition[K]],
        totals: dict[str, Polynomial[K]],
        within: dict[str, Polynomial[K]],
    ) -> dict[str, Polynomial[K]]:
        """Solve the conditions of one member of a group for its own actions, given what others choose (step 3)."""
        size: Any = self.size(actions[0])
        zero = self.field.constant(0)
        free = [] if self.field.is_zero(size - 1) else [a for a in actions if not move.unit_of(a).equally]
        matrix = [[conditions[a].own.get(b, zero) for b in free] for a in free]
        if self.field.is_zero(determinant(self.field, matrix)):
            raise self._only_total(move, free)
        states = [quantity for a in [*free, *within] for quantity in conditions[a].state.quantities()]
        if not any(isinstance(quantity, Own | Within) for quantity in states):
            free = []  # nothing in the history tells members apart
        rules = {a: totals[a].scaled(1 / size) for a in actions if a not in free}
        if free:
            rules |= {a: within[a].scaled(1 / self.count(a)) for a in rules if a in within}
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

    def _only_total(self, move: Move, actions: list[str]) -> IndeterminateError:
        return IndeterminateError(
            f"the first-order conditions determine only the total of {', '.join(actions)}, not how it is divided; "
            "write 'jointly and equally' (of a planner: 'equally') to choose the equal division",
            ("payoffs", self.group(actions[0])),
        )

    # -- what follows from the rules ---------------------------------------------------------------------------------

    def _rule(self, solved: SolvedMove[K]) -> Callable[[Quantity], Polynomial[K] | None]:
        """Return what replaces a quantity of a solved move in terms of what was chosen before it."""
        rules = solved.own_rules

        def image(action: str, player: int) -> Polynomial[K]:
            if action in rules:
                return rules[action].renamed(0, player)
            return Polynomial.quantity(self.field, Own(player, action))

        def image_within(action: str, player: int) -> Polynomial[K]:
            if action in rules:
                return rules[action].renamed(0, -1).summed_within(-1, self.count(action), player)
            return Polynomial.quantity(self.field, Within(player, action))

        def rule(quantity: Quantity) -> Polynomial[K] | None:
            match quantity:
                case Own(player, action) if action in rules:
                    return image(action, player)
                case Within(player, action) if action in rules:
                    return image_within(action, player)
                case Total(action) if action in solved.total_rules:
                    return solved.total_rules[action]
                case Moment(first, second) if first in rules or second in rules:
                    return self._summed(image(first, 0) * image(second, 0), first)
                case MomentWithin(first, second) if first in rules or second in rules:
                    # over the members of a group, each consortium counts as many times as it has members
                    over_members = self._summed(image_within(first, 0) * image_within(second, 0), first)
                    return over_members.scaled(1 / self.count(first))
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
                        factor = factor * self._total(quantity.action, totals)
                    total = total + factor
                chosen[action] = total
            totals |= chosen
        levels = {name: total / self.size(name) if name in self.game.action else total for name, total in totals.items()}
        return levels | self._values


    def _total(self, name: str, totals: Mapping[str, K]) -> Any:
        """Return the total of an action, or of a technology's values."""
        if name in totals:
            return totals[name]
        value: Any = self._values[name]
        return value * self.sizes[self.formulas.technologies[name].group]


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
