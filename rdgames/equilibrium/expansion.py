"""Games that are not linear-quadratic: every payoff is expanded around levels that remain to be found.

Let the first ``s`` moves be those at which a payoff is not quadratic, or a function such as ``exp`` is taken of what is
chosen. Write each of their actions as ``level + x``, where ``level`` is an unknown, the same for all members of a
group, and ``x`` is what a player chooses beyond it. Payoffs are power series in the ``x``, own and totals as everywhere
else. Backward induction goes through them as it does through polynomials:

1. The first-order conditions of a move are series. Their constant term, what is left of the condition when everybody
   chooses the level, is a *residual*: in equilibrium it is zero, and from here on it is left out.
2. The linear terms in what is chosen now are solved as in `rdgames.equilibrium.first_order`. What is of higher order is
   evaluated with the rules found so far and moved to the other side, as often as there are orders (implicit functions).
3. The rules, series in what was chosen before, are put into the payoffs, and the move before is next.

So residuals of all moves are equations in all levels, with the reactions of those who choose later in them, exactly.
The derivative that each move takes costs an order: payoffs start with order ``s + 1``, so that at the first move the
conditions of the second order are exact, too. Linear-quadratic moves behind the ``s`` first are solved in closed form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rdgames.algebra.program import Element
from rdgames.algebra.series import Series, WithFunctions
from rdgames.equilibrium.binding import Bound
from rdgames.equilibrium.first_order import MoveSolver, SolvedMove
from rdgames.equilibrium.induction import Induction
from rdgames.equilibrium.interpretation import AtEqualActions, InPolynomials, Player
from rdgames.equilibrium.kinks import Ahead
from rdgames.equilibrium.moves import Move, moves_of
from rdgames.equilibrium.polynomial import Polynomial, actions_in
from rdgames.equilibrium.technology import Implicit
from rdgames.errors import NotQuadraticError
from rdgames.game.play import Play
from rdgames.language.printer import typed
from rdgames.language.tree import Call, Expression


def expand(play: Play, field: WithFunctions) -> ExpandedInduction:
    """Return the equilibrium of a game, with as few moves expanded as will do.

    Raises
    ------
    NotQuadraticError
        If there is what no expansion can be made of.
    """
    if just := [binding.name for binding in play.bindings if binding.action]:
        raise NotQuadraticError(
            f"found {', '.join(just)} in a game that is not linear-quadratic, where only bounds that are reached "
            "without a kink can bind; give levels of your own to check_equilibrium"
        )
    moves = len(moves_of(play))
    for expanded in range(1, moves):
        try:
            return ExpandedInduction(play, field, expanded)
        except NotQuadraticError:
            continue
    return ExpandedInduction(play, field, moves)


def derived(play: Play, field: WithFunctions) -> Induction[Element]:
    """Return the equilibrium of a game, expanded only where it is not linear-quadratic.

    Raises
    ------
    NotQuadraticError
        If there is what no expansion can be made of.
    """
    try:
        return Induction(play, field)
    except NotQuadraticError:
        return expand(play, field)


class InSeries(InPolynomials[Element]):
    """Formulas as power series in what is chosen beyond the levels of expanded actions."""

    field: Series

    def action(self, name: str, player: Player) -> Polynomial[Element]:
        """Return the player's own action, from its level on where it is expanded."""
        return self._level(name) + super().action(name, player)

    def price(self, name: str) -> Polynomial[Element]:
        """Return the price, from its level on where it is expanded."""
        return self._level(name) + super().price(name)

    def _level(self, name: str) -> Polynomial[Element]:
        if name not in self.field.expanded:
            return Polynomial(self.field, {})
        if name in self.play.held:
            return self.evaluate(self.play.held[name], {})
        return Polynomial.constant(self.field, self.field.parameter(name))

    def function(self, node: Call, bound: Mapping[str, Player]) -> Polynomial[Element]:
        """Return the Taylor series of a function."""
        argument, *exponent = (self.evaluate(part, bound) for part in node.arguments)
        power = self._without_actions(exponent[0], node) if exponent else None
        value, beyond = self._divided(argument, node)
        return self._composed(self.field.derivatives(node.function, value, power), beyond)

    def divide(self, left: Polynomial[Element], right: Polynomial[Element]) -> Polynomial[Element]:
        """Return the quotient, the divisor's reciprocal as a geometric series."""
        if right.as_constant() is not None:
            return super().divide(left, right)
        value, beyond = self._divided(right)
        return left * self._composed(self.field.reciprocals(value), beyond)

    def _without_actions(self, exponent: Polynomial[Element], node: Call) -> Element:
        value = exponent.as_constant()
        if value is None:
            raise NotQuadraticError(f"found {typed(node)}, expected an exponent without actions")
        return value

    def _divided(
        self, series: Polynomial[Element], node: Expression | None = None
    ) -> tuple[Element, Polynomial[Element]]:
        """Return the constant term of a series, and the rest."""
        beyond = {monomial: coefficient for monomial, coefficient in series.terms.items() if monomial}
        for monomial in beyond:
            if not set(actions_in(monomial)) <= self.field.expanded:
                what = "a division by what is chosen" if node is None else typed(node)
                raise NotQuadraticError(f"found {what}, which is not linear in {actions_in(monomial)[0]}")
        if () not in series.terms:
            what = "a division by what" if node is None else f"{typed(node)}, whose argument"
            raise NotQuadraticError(f"found {what} is zero where all choose the same")
        return series.terms[()], Polynomial(self.field, beyond)

    def _composed(self, coefficients: list[Element], beyond: Polynomial[Element]) -> Polynomial[Element]:
        """Return a power series of a series without constant term (Horner)."""
        total = Polynomial.constant(self.field, coefficients[-1])
        for coefficient in reversed(coefficients[:-1]):
            total = total * beyond + Polynomial.constant(self.field, coefficient)
        return total


class AtLevels(AtEqualActions[Element]):
    """Formulas where all members of a group choose the level, functions included."""

    field: Series

    def function(self, node: Call, bound: Mapping[str, Player]) -> Element:
        """Return the function of what its arguments are there."""
        return self.field.function(node.function, *(self.evaluate(part, bound) for part in node.arguments))


class ExpandedInduction(Induction[Element]):
    """The equilibrium of a game whose first moves, ``expanded`` of them, are not linear-quadratic.

    Attributes
    ----------
    implicit
        The residuals: for each action and price of those moves what is zero in equilibrium, in terms of the parameters
        and of the levels, which have the names of the actions and prices.
    """

    implicit: Implicit[Element]
    field: Series

    def __init__(self, play: Play, field: WithFunctions, expanded: int) -> None:
        first = moves_of(play)[:expanded]
        names = frozenset(name for move in first for name in (*move.actions, *move.held, *move.prices))
        series = Series(field, names, expanded + 1)
        self.residuals: dict[str, Element] = {}
        super().__init__(play, series, formulas=InSeries(play, series))
        unknowns = [name for move in first for name in (*move.actions, *move.prices)]
        self.implicit = Implicit({name: self.residuals[name] for name in unknowns}, self.least_levels(unknowns))
        self.at_levels = AtLevels(play, series, self.levels)

    def _solve_move(self, move: Move, ahead: Ahead[Element]) -> SolvedMove[Element]:
        if not {*move.actions, *move.held} & self.field.expanded or any(unit.kept for unit in move.units):
            return super()._solve_move(move, ahead)
        held, bound, clearing = self._equations(move, ahead)
        solver = ExpandedMoveSolver(self, move, bound, clearing)
        self.residuals |= solver.residuals
        solved = self._with_held(solver.solve_expanded(self), held, ahead)
        self.field.order -= 1
        return solved

    def _hold(self, move: Move) -> SolvedMove[Element]:
        """Return the rules of what is held: nothing is chosen beyond the level."""
        held = super()._hold(move)
        nothing = Polynomial[Element](self.field, {})
        return replace(
            held, own_rules=dict.fromkeys(held.own_rules, nothing), total_rules=dict.fromkeys(held.total_rules, nothing)
        )

    def _levels(self) -> dict[str, Element]:
        """Return the levels: unknowns where moves are expanded, what follows from them at the others."""
        unknown = {name: self.field.parameter(name) for name in sorted(self.field.expanded - self.play.held.keys())}
        return super()._levels() | self.held_levels(self.play.held) | unknown

    def _chosen(self, name: str) -> Element:
        """Return what is chosen: beyond the level, nothing."""
        return self.field.constant(0) if name in self.field.expanded else self.levels[name]

    def _total(self, name: str, totals: Mapping[str, Element]) -> Any:
        """Return the total of what is chosen beyond the level: nothing, in equilibrium."""
        return self.field.constant(0) if name in self.field.expanded else super()._total(name, totals)


class ExpandedMoveSolver(MoveSolver[Element]):
    """Solves a move whose conditions are series.

    Attributes
    ----------
    residuals
        The constant terms, by action and price.
    """

    def __init__(
        self,
        players: ExpandedInduction,
        move: Move,
        bound: Bound[Element],
        clearing: Mapping[str, Polynomial[Element]],
    ) -> None:
        super().__init__(players, move, bound, clearing)
        zero = self.field.constant(0)
        self.residuals = {name: state.terms.get((), zero) for name, state in self.states.items()}

    def solve_expanded(self, induction: ExpandedInduction) -> SolvedMove[Element]:
        """Return the move with rules that are right up to the order of the series."""
        given = {
            name: Polynomial(self.field, {m: c for m, c in state.terms.items() if m})
            for name, state in self.states.items()
        }
        self.states = given
        solved = self._solve()
        equations = self.conditions | self.markets
        for _ in range(1, induction.field.order):
            beyond = {name: induction.after(solved, equation.beyond) for name, equation in equations.items()}
            self.states = {name: given[name] + beyond[name] for name in given}
            solved = self._solve()
        return solved
