"""Who plays, in a field: how many members groups and consortia have, and sums over them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic

from rdgames.algebra.fields import Field, K
from rdgames.equilibrium.interpretation import InPolynomials, Player, about_player_i
from rdgames.equilibrium.polynomial import Own, Polynomial, Quantity, Within
from rdgames.errors import DerivationError
from rdgames.game.play import Play
from rdgames.language.tree import Call


class Players(Generic[K]):
    """The groups of a game that is played.

    Attributes
    ----------
    formulas
        Reads the game's formulas as polynomials.
    sizes, counts
        The number of members of each group and, where it is divided into consortia, of those in each consortium.
    stated
        The number of members that the game says a group has; see `rdgames.game.play.Play.stated`.
    """

    def __init__(self, play: Play, field: Field[K], formulas: InPolynomials[K] | None = None) -> None:
        self.play, self.game, self.field = play, play.game, field
        self.formulas = InPolynomials(play, field) if formulas is None else formulas
        constant = self.formulas.constant
        self.sizes: dict[str, K] = {each.name: constant(self.formulas.size(each.name)) for each in self.game.groups}
        self.stated: dict[str, K] = {
            group: constant(self.formulas.evaluate(size, {})) for group, size in play.stated.items()
        }
        for group, size in {**self.stated, **self.sizes}.items():
            if field.is_zero(size):
                raise DerivationError(
                    f"found no member in {group}, whatever the parameters: leave it out of the sentence"
                )
        self.counts: dict[str, K] = {group: constant(self.formulas.count(group)) for group in play.consortium}

    def group(self, action: str) -> str:
        """Return the group whose members choose an action, or have a technology of that name."""
        chosen = self.game.action.get(action)
        return chosen.by if chosen else self.formulas.technologies[action].group

    def size(self, action: str) -> Any:
        """Return how many players choose an action."""
        return self.sizes[self.group(action)]

    def count(self, action: str) -> Any:
        """Return how many of those who choose an action are in one consortium, None if they are in none."""
        return self.counts.get(self.group(action))

    def least_levels(self, actions: Iterable[str]) -> dict[str, K]:
        """Return the least levels of actions, of those that have one; prices have none."""
        entries = {name: self.game.action[name] for name in actions if name in self.game.action}
        least = {name: entry.at_least for name, entry in entries.items() if not entry.signed}
        return {name: self.formulas.constant(self.formulas.evaluate(each, {})) for name, each in least.items()}

    def held_levels(self, actions: Iterable[str]) -> dict[str, K]:
        """Return the levels at which actions are held."""
        return {a: self.formulas.constant(self.formulas.evaluate(self.play.held[a], {})) for a in actions}

    def summed(self, polynomial: Polynomial[K], action: str) -> Polynomial[K]:
        """Return the sum of a polynomial over player 0, who is each of those who choose an action in turn."""
        return polynomial.summed(0, self.size(action), self.count(action))

    def folded(self, polynomial: Polynomial[K], action: str) -> Polynomial[K]:
        """Return a polynomial of player 0 in which a consortium's only member of a group is that player."""
        group, count = self.group(action), self.count(action)
        if count is None or not self.field.is_zero(count - 1):
            return polynomial

        def rule(quantity: Quantity) -> Polynomial[K] | None:
            if isinstance(quantity, Within) and self.group(quantity.action) == group:
                return Polynomial.quantity(self.field, Own(quantity.player, quantity.action))
            return None

        return polynomial.substituted(rule)

    def plain_name(self, technology: str) -> str:
        """Return the name of the quantity that is defined by a technology, or a new one."""
        for definition in self.game.definitions:
            if isinstance(definition.formula, Call) and definition.index and definition.group:
                name, _ = about_player_i(definition.formula, {definition.index: Player(definition.group, 0)})
                if name == technology:
                    return definition.name
        return f"technology_{list(self.formulas.technologies).index(technology) + 1}"
