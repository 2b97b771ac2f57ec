"""Backward induction in own-and-totals form.

Every move is solved as `rdgames.equilibrium.first_order` says, the last first. Its rules are substituted into the
payoffs, which are then quadratic in what was chosen before, and the move before is solved. So the number of firms stays
a symbol, and the equilibrium is subgame perfect. The code runs over any field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from rdgames.algebra.fields import Field, K
from rdgames.equilibrium.binding import Bound, Derivatives
from rdgames.equilibrium.first_order import FirstOrderCondition, MoveSolver, SolvedMove
from rdgames.equilibrium.interpretation import AtEqualActions, InPolynomials, Player, Technology
from rdgames.equilibrium.kinks import Ahead, Criteria, bound_at, expect_kept, expect_kinks
from rdgames.equilibrium.moves import Move, Unit, moves_of
from rdgames.equilibrium.players import Players
from rdgames.equilibrium.polynomial import Own, Polynomial, Total, actions_in
from rdgames.equilibrium.substitution import after
from rdgames.equilibrium.technology import (
    CURVATURE,
    SLOPE,
    Implicit,
    Marginals,
    at_equal_levels,
    marginals,
    responses_to,
    solve_levels,
)
from rdgames.errors import DerivationError, NotQuadraticError
from rdgames.game.findings import PLAYER
from rdgames.game.play import Binding, Play, play
from rdgames.game.scope import free_uses
from rdgames.language.tree import Comparison

Criterion = Mapping[str, Polynomial[K]]
"""What a unit maximizes, of player 0 of each group of partners; one polynomial under the empty name if it is common."""


class Induction(Players[K]):
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

    def __init__(
        self,
        play: Play,
        field: Field[K],
        following: tuple[str, ...] = (),
        formulas: InPolynomials[K] | None = None,
    ) -> None:
        super().__init__(play, field, formulas)
        self.following = (*following, play.regime.name)
        self._values: dict[str, K] = {}
        self.moves = tuple(self.backward(play, moves_of(play), 0)[0])
        self.levels = self._levels()
        self.at_levels = AtEqualActions(play, field, self.levels)
        expect_kinks(self.moves, self)

    def backward(self, play: Play, moves: tuple[Move, ...], first: int) -> tuple[list[SolvedMove[K]], Ahead[K]]:
        """Solve the moves from one on, the last first, and return what those before it have ahead of them."""
        units = [unit for move in moves for unit in move.deciding]
        margins = {binding: self._required(binding) for binding in play.bindings if binding.margin is not None}
        ahead = Ahead({unit: self._criterion(unit) for unit in units}, margins)
        solved: list[SolvedMove[K]] = []
        for place in reversed(range(first, len(moves))):
            kink = next((each for each in ahead.margins if each.action and each.by in moves[place].actions), None)
            if kink is not None:
                ahead = replace(ahead, if_free=self.if_free(play, kink.action, moves, place))
            now = self._solve_move(moves[place], ahead)
            solved.insert(0, now)
            ahead = ahead.before(now, moves[:place], play.bindings, self)
        expect_kept(ahead, first)
        return solved, ahead

    def if_free(self, play: Play, action: str, moves: tuple[Move, ...], place: int) -> Criteria[K]:
        """Return what is maximized at one of the moves if an action that is held later responds instead."""
        held = {each: level for each, level in play.held.items() if each != action}
        free = replace(play, held=held, bindings=tuple(each for each in play.bindings if each.action != action))
        freely = moves_of(free)
        criteria = self.backward(free, freely, place + 1)[1].criteria
        same = zip(moves[place].deciding, freely[place].deciding, strict=True)
        return {unit: criteria[other] for unit, other in same}

    def outcome(self, name: str) -> K:
        """Return the equilibrium value of an action or of a defined quantity (of one player, if it is of players)."""
        if name in self.levels:
            return self.levels[name]
        group = self.game.definition[name].group
        return self.at_levels.definition(name, Player(group, 0) if group else None)

    def at_equal_levels(self, polynomial: Polynomial[K]) -> K:
        """Return a polynomial in what is chosen where everybody chooses the equilibrium's levels."""
        values = {name: self._chosen(name) for name in self.levels}
        sizes = {name: self.size(name) if name in self.game.action else self.field.constant(1) for name in values}
        return at_equal_levels(polynomial, values, sizes, self.field.constant(1), lambda each: each)  # type: ignore[no-any-return]

    def _chosen(self, name: str) -> K:
        """Return what a polynomial's quantity of that name is in equilibrium."""
        return self.levels[name]

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

    def _required(self, binding: Binding) -> Polynomial[K]:
        """Return what must not be negative, of player 0 of those whose bound it is."""
        assert binding.margin is not None  # of a requirement
        (index,) = {index for index, *_ in free_uses(binding.margin)}
        return self.formulas.evaluate(binding.margin, {index: Player(binding.owner, 0)})

    def marginal(self, action: str, criterion: Criterion[K]) -> Polynomial[K]:
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

    def _solve_move(self, move: Move, ahead: Ahead[K]) -> SolvedMove[K]:
        if move.units and move.units[0].kept:
            return self._keep(move)
        technologies = self._technologies(move)
        if technologies:
            return self._solve_with_technologies(move, ahead, technologies)
        held, bound, clearing = self._equations(move, ahead)
        return self._with_held(MoveSolver(self, move, bound, clearing).solve(), held, ahead)

    def _equations(self, move: Move, ahead: Ahead[K]) -> tuple[SolvedMove[K], Bound[K], dict[str, Polynomial[K]]]:
        """Return the rules of what is held, and with these the conditions and excess demands of a move."""
        held = self._hold(move)

        def marginal(action: str, criterion: Criterion[K]) -> Polynomial[K]:
            return self.after(held, self.marginal(action, criterion))

        marginals = {a: marginal(a, ahead.criteria[move.unit_of(a)]) for a in move.actions}
        clearing = {price: self.after(held, self._excess_demand(move, price)) for price in move.prices}
        margins = {binding: self.after(held, each) for binding, each in ahead.margins.items()}
        return held, bound_at(move, ahead, margins, marginals, Derivatives(self), marginal), clearing

    def _hold(self, move: Move) -> SolvedMove[K]:
        """Return the rules of what is held at a level: it is that, whatever was chosen before."""
        levels = self.held_levels(move.held)
        own = {action: Polynomial.constant(self.field, level) for action, level in levels.items()}
        totals = {action: level.scaled(self.size(action)) for action, level in own.items()}
        return SolvedMove(move, {}, {}, own, totals)

    def _with_held(self, solved: SolvedMove[K], held: SolvedMove[K], ahead: Ahead[K]) -> SolvedMove[K]:
        """Return a solved move with what is held there, and what those would gain who chose more of it."""
        if not held.own_rules:
            return solved
        own, totals = {**solved.own_rules, **held.own_rules}, {**solved.total_rules, **held.total_rules}
        whole = replace(solved, own_rules=own, total_rules=totals)
        marginals = {action: self.marginal(action, ahead.criteria[unit]) for action, unit in held.move.held.items()}
        return replace(whole, pressure={action: self.after(whole, each) for action, each in marginals.items()})

    def _excess_demand(self, move: Move, price: str) -> Polynomial[K]:
        equation = move.prices[price].clears
        assert isinstance(equation, Comparison)  # the checks of a game let nothing else pass
        demand, supply = (self.formulas.evaluate(term, {}) for term in equation.terms)
        return demand - supply

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
            for price in move.prices:
                totals[price] = Polynomial.constant(self.field, levels[price])
            self._keep_technologies(move, levels)
        return SolvedMove(move, {}, {}, own, totals)

    def _keep_technologies(self, move: Move, levels: Mapping[str, K]) -> None:
        """Take over what technologies are where all that they depend on is kept."""
        for name, technology in self._technologies(move).items():
            parts = technology.argument.quantities()
            kept = all(isinstance(part, Own | Total) and part.action in move.actions for part in parts)
            if name not in levels or not kept:
                raise NotQuadraticError(
                    f"found {name}, of which only a part is kept 'as in' another regime: no road leads there"
                )
            self._values[name] = levels[name]

    def _technologies(self, move: Move) -> dict[str, Technology[K]]:
        """Return the technologies whose values a move determines."""
        chosen = (*move.actions, *move.held)
        now = {(Own(0, action),) for action in chosen} | {(Total(action),) for action in chosen}
        known = self.formulas.technologies
        return {name: technology for name, technology in known.items() if now & technology.argument.terms.keys()}

    def _solve_with_technologies(
        self, move: Move, ahead: Ahead[K], technologies: Mapping[str, Technology[K]]
    ) -> SolvedMove[K]:
        """Solve a first move at equal actions only; see `rdgames.equilibrium.technology`."""
        if any(unit.consortia for unit in move.units) or move.prices or move.held:
            raise NotQuadraticError("found a technology with consortia or a price at its move, or a bound that binds")
        found = marginals(move, {a: ahead.criteria[move.unit_of(a)][""] for a in move.actions}, self, technologies)
        responses = {a: responses_to(a, self, technologies) for a in move.actions}
        derivatives = Derivatives(self, lambda margin, a: margin.derivative(a, 0, responses[a]))
        bound = bound_at(move, ahead, ahead.margins, found.first, derivatives)
        found = found.replaced(bound.conditions, bound.pinned, responses)
        self._expect_first(move, found, technologies)
        levels = solve_levels(move, found, self, technologies)
        there = tuple(each.at(lambda part: Polynomial.constant(self.field, levels.at(part))) for each in bound.kept)
        conditions: dict[str, FirstOrderCondition[K]] = {}
        equations: dict[str, FirstOrderCondition[K]] = {}
        for a, first in found.first.items():
            same = {b: levels.at(found.same[a, b]) for b in move.actions if self.group(a) == self.group(b)}
            other = {b: levels.at(found.other[a, b]) for b in move.actions}
            own: dict[str, Any] = {b: value - other[b] for b, value in same.items()}
            total = {b: value for b, value in other.items() if not self.field.is_zero(value)}
            own = {b: value for b, value in own.items() if not self.field.is_zero(value)}
            (equations if a in bound.pinned else conditions)[a] = FirstOrderCondition(
                first,
                own,
                {},
                total,
                Polynomial.constant(self.field, levels.at(first)),
                Polynomial(self.field, {}),
            )
        self.implicit = levels.implicit
        self._values = {name: value for name, value in levels.values.items() if name in technologies}
        rules = {a: Polynomial.constant(self.field, levels.values[a]) for a in move.actions}
        totals = {a: rule.scaled(self.size(a)) for a, rule in rules.items()}
        bound = replace(bound, kept=there)
        return SolvedMove(move, conditions, {}, rules, totals, technologies=True, bound=bound, equations=equations)

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
            if self._kept[regime].implicit is not None:
                raise NotQuadraticError(f"found 'as in {regime}', which has no closed form that could be kept")
        return self._kept[regime]

    @cached_property
    def _kept(self) -> dict[str, Induction[K]]:
        return {}

    # -- what follows from the rules ---------------------------------------------------------------------------------

    def after(self, solved: SolvedMove[K], objective: Polynomial[K]) -> Polynomial[K]:
        """Return a polynomial in which what is chosen at a move is replaced by its rules."""
        return after(self, solved, objective)

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
                    for earlier in actions_in(monomial):  # totals; own actions have been summed
                        factor = factor * self._total(earlier, totals)
                    total = total + factor
                chosen[action] = total
            totals |= chosen
        levels = {
            name: total / self.size(name) if name in self.game.action else total for name, total in totals.items()
        }
        return levels | self._values

    def _total(self, name: str, totals: Mapping[str, K]) -> Any:
        """Return the total of an action, or of a technology's values."""
        if name in totals:
            return totals[name]
        value: Any = self._values[name]
        return value * self.sizes[self.formulas.technologies[name].group]
