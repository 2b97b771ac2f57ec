"""What formulas mean: one walk over their trees, and what differs between the ways of reading them left open.

The same formula of a model is read as a polynomial in own actions and totals (to derive), at equal actions (to state
what an equilibrium is worth), and firm by firm (to follow an arbitrary history).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeVar

from rdgames.algebra.fields import Field, K
from rdgames.equilibrium.polynomial import Own, Polynomial
from rdgames.errors import DerivationError, NotQuadraticError
from rdgames.game.game import Game
from rdgames.game.sentences import Sentence
from rdgames.language.printer import typed
from rdgames.language.tree import Binary, Expression, Indexed, Negative, Number, Power, Sum, Symbol

V = TypeVar("V")


@dataclass(frozen=True)
class Player:
    """A member of a group: a number that tells players apart, or the member's place among explicit firms."""

    group: str
    number: int


class Interpretation(ABC, Generic[V]):
    """One way of reading the formulas of a game under a regime."""

    def __init__(self, game: Game, sentence: Sentence) -> None:
        self.game = game
        self.sentence = sentence
        self._known: dict[tuple[str, Player | None], V] = {}

    @abstractmethod
    def number(self, value: Fraction) -> V:
        """Return the meaning of a number."""

    @abstractmethod
    def parameter(self, name: str, players: tuple[Player, ...]) -> V:
        """Return the meaning of a parameter, which may belong to players."""

    @abstractmethod
    def action(self, name: str, player: Player) -> V:
        """Return the meaning of a player's action."""

    @abstractmethod
    def sum(self, node: Sum, bound: Mapping[str, Player]) -> V:
        """Return the meaning of a sum over a group."""

    @abstractmethod
    def divide(self, left: V, right: V) -> V:
        """Return the meaning of a quotient."""

    def definition(self, name: str, player: Player | None = None) -> V:
        """Return the meaning of a defined quantity, of one player if it belongs to players."""
        key = name, player
        if key not in self._known:
            definition = self.game.definition[name]
            bound = {definition.index: player} if definition.index and player else {}
            try:
                self._known[key] = self.evaluate(definition.formula, bound)
            except DerivationError as error:
                error.key = error.key or ("definitions", name)
                raise
        return self._known[key]

    def evaluate(self, node: Expression, bound: Mapping[str, Player]) -> V:
        """Return the meaning of a formula, the indices in it standing for the players ``bound`` to them."""
        value: Any
        match node:
            case Number(value):
                return self.number(value)
            case Symbol(name):
                return self.parameter(name, ()) if name in self.game.parameter else self.definition(name)
            case Indexed(name, indices):
                players = tuple(bound[index] for index in indices)
                if name in self.game.parameter:
                    return self.parameter(name, players)
                return self.action(name, players[0]) if name in self.game.action else self.definition(name, players[0])
            case Negative(operand):
                return self.join("-", self.number(Fraction(0)), self.evaluate(operand, bound))
            case Binary(operator, left, right):
                return self.join(operator, self.evaluate(left, bound), self.evaluate(right, bound))
            case Power(base, exponent):
                return self.power(self.evaluate(base, bound), exponent)
            case Sum():
                return self.sum(node, bound)
        raise NotQuadraticError(f"found {typed(node)}, which is no rational function")

    def join(self, operator: str, left: Any, right: Any) -> V:
        """Return two meanings joined by an operator."""
        joined: Any
        match operator:
            case "+":
                joined = left + right
            case "-":
                joined = left - right
            case "*":
                joined = left * right
            case _:
                joined = self.divide(left, right)
        return joined  # type: ignore[no-any-return]

    def power(self, base: Any, exponent: int) -> V:
        """Return a meaning to a whole power."""
        one = self.number(Fraction(1))
        result: Any = one
        for _ in range(abs(exponent)):
            result = result * base
        return self.divide(one, result) if exponent < 0 else result

    def shared_value(self, name: str, players: tuple[Player, ...]) -> Expression | None:
        """Return the value that a regime gives to a spillover between two players, None if it gives none."""
        for sharing in self.sentence.sharings:
            if sharing.parameter == name and players and all(player.group in sharing.who for player in players):
                return sharing.value
        return None


class InPolynomials(Interpretation[Polynomial[K]]):
    """Formulas as polynomials in own actions, totals and moments."""

    def __init__(self, game: Game, sentence: Sentence, field: Field[K]) -> None:
        super().__init__(game, sentence)
        self.field = field

    def number(self, value: Fraction) -> Polynomial[K]:
        """Return a constant polynomial."""
        return Polynomial.constant(self.field, self.field.constant(value))

    def parameter(self, name: str, players: tuple[Player, ...]) -> Polynomial[K]:
        """Return a constant polynomial."""
        shared = self.shared_value(name, players)
        if shared is not None:
            return self.evaluate(shared, {})
        return Polynomial.constant(self.field, self.field.parameter(name))

    def action(self, name: str, player: Player) -> Polynomial[K]:
        """Return the player's own action."""
        return Polynomial.quantity(self.field, Own(player.number, name))

    def size(self, group: str) -> K:
        """Return the number of members of a group."""
        size = next(entry.size for entry in self.game.groups if entry.name == group)
        value = self.evaluate(size, {}).as_constant()
        assert value is not None  # sizes are formulas of parameters, which the game has checked
        return value

    def sum(self, node: Sum, bound: Mapping[str, Player]) -> Polynomial[K]:
        """Return the sum over a group, less the term of the player left out."""
        member = Player(node.group, max((player.number for player in bound.values()), default=0) + 1)
        body = self.evaluate(node.body, {**bound, node.index: member})
        total = body.summed(member.number, self.size(node.group))
        if node.excluding is None:
            return total
        return total - body.renamed(member.number, bound[node.excluding].number)

    def divide(self, left: Polynomial[K], right: Polynomial[K]) -> Polynomial[K]:
        """Return the quotient by a polynomial without actions."""
        divisor = right.as_constant()
        if divisor is None:
            raise NotQuadraticError(
                "found a division by a formula with actions in it, expected payoffs that are quadratic in actions"
            )
        if self.field.is_zero(divisor):
            raise DerivationError("found a division by a formula that is zero for all parameters")
        return left.scaled(1 / divisor)


class AtEqualActions(Interpretation[K]):
    """Formulas at a point where all members of a group choose the same."""

    def __init__(self, game: Game, sentence: Sentence, field: Field[K], levels: Mapping[str, K]) -> None:
        super().__init__(game, sentence)
        self.field = field
        self.levels = levels

    def number(self, value: Fraction) -> K:
        """Return an element of the field."""
        return self.field.constant(value)

    def parameter(self, name: str, players: tuple[Player, ...]) -> K:
        """Return the parameter, or what the regime has put in its place."""
        shared = self.shared_value(name, players)
        return self.evaluate(shared, {}) if shared is not None else self.field.parameter(name)

    def action(self, name: str, player: Player) -> K:  # noqa: ARG002 -- all members choose the same
        """Return the level of the action."""
        return self.levels[name]

    def sum(self, node: Sum, bound: Mapping[str, Player]) -> K:
        """Return as many times the summand as the sum has terms."""
        size = next(entry.size for entry in self.game.groups if entry.name == node.group)
        terms: Any = self.evaluate(size, {}) - (1 if node.excluding else 0)
        member = Player(node.group, 1)
        return terms * self.evaluate(node.body, {**bound, node.index: member})  # type: ignore[no-any-return]

    def divide(self, left: K, right: K) -> K:
        """Return the quotient."""
        if self.field.is_zero(right):
            raise DerivationError("found a division by a formula that is zero in equilibrium, for all parameters")
        return left / right  # type: ignore[no-any-return]
