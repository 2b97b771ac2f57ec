"""The rules of a solved move put into what was maximized before it."""

from __future__ import annotations

from collections.abc import Callable

from rdgames.algebra.fields import K
from rdgames.equilibrium.first_order import SolvedMove
from rdgames.equilibrium.players import Players
from rdgames.equilibrium.polynomial import Moment, MomentWithin, Own, Polynomial, Quantity, Total, Within


def after(players: Players[K], solved: SolvedMove[K], objective: Polynomial[K]) -> Polynomial[K]:
    """Return a polynomial in which what is chosen at a move is replaced by its rules."""
    return objective.substituted(_rule(players, solved))


def _rule(players: Players[K], solved: SolvedMove[K]) -> Callable[[Quantity], Polynomial[K] | None]:
    """Return what replaces a quantity of a solved move in terms of what was chosen before it."""
    rules, field = solved.own_rules, players.field

    def image(action: str, player: int) -> Polynomial[K]:
        if action in rules:
            return rules[action].renamed(0, player)
        return Polynomial.quantity(field, Own(player, action))

    def image_within(action: str, player: int) -> Polynomial[K]:
        if action in rules:
            return rules[action].renamed(0, -1).summed_within(-1, players.count(action), player)
        return Polynomial.quantity(field, Within(player, action))

    def rule(quantity: Quantity) -> Polynomial[K] | None:
        match quantity:
            case Own(player, action) if action in rules:
                return image(action, player)
            case Within(player, action) if action in rules:
                return image_within(action, player)
            case Total(action) if action in solved.total_rules:
                return solved.total_rules[action]
            case Moment(actions) if rules.keys() & set(actions):
                product = image(actions[0], 0)
                for action in actions[1:]:
                    product = product * image(action, 0)
                return players.summed(product, actions[0])
            case MomentWithin(first, second) if first in rules or second in rules:
                # over the members of a group, each consortium counts as many times as it has members
                over_members = players.summed(image_within(first, 0) * image_within(second, 0), first)
                return over_members.scaled(1 / players.count(first))
        return None

    return rule
