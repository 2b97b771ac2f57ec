"""What formulas mean: one walk over their trees, and what differs between the ways of reading them left open.

The same formula of a model is read as a polynomial in own actions and totals (to derive), at equal actions (to state
what an equilibrium is worth), and firm by firm (to follow an arbitrary history).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeVar

from rdgames.algebra.fields import Field, K
from rdgames.equilibrium.polynomial import Own, Polynomial, Total
from rdgames.errors import DerivationError, NotQuadraticError
from rdgames.game.findings import PLAYER
from rdgames.game.play import Play
from rdgames.game.scope import free_uses
from rdgames.language.printer import typed
from rdgames.language.tree import (
    Binary,
    Call,
    Expression,
    Indexed,
    Negative,
    Node,
    Number,
    Power,
    Sum,
    Symbol,
    rewrite,
)

V = TypeVar("V")

FUNCTIONS: dict[str, Callable[..., float]] = {"sqrt": math.sqrt, "log": math.log, "exp": math.exp, "power": math.pow}
"""The functions that are not rational, on floats."""


@dataclass(frozen=True)
class Player:
    """A member of a group: a number that tells players apart, or the member's place among explicit firms."""

    group: str
    number: int


class Interpretation(ABC, Generic[V]):
    """One way of reading the formulas of a game as it is played under a regime."""

    def __init__(self, play: Play) -> None:
        self.play, self.game = play, play.game
        self._sizes = {group.name: group.size for group in play.game.groups}
        self._known: dict[tuple[str, Player | None], V] = {}

    @abstractmethod
    def number(self, value: Fraction) -> V:
        """Return the meaning of a number."""

    @abstractmethod
    def parameter(self, name: str) -> V:
        """Return the meaning of a parameter."""

    @abstractmethod
    def price(self, name: str) -> V:
        """Return the meaning of a price that clears a market."""

    @abstractmethod
    def action(self, name: str, player: Player) -> V:
        """Return the meaning of a player's action."""

    @abstractmethod
    def sum(self, node: Sum, bound: Mapping[str, Player]) -> V:
        """Return the meaning of a sum over a group."""

    @abstractmethod
    def function(self, node: Call, bound: Mapping[str, Player]) -> V:
        """Return the meaning of a function that is not rational, such as a square root."""

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
                if name in self.game.parameter:
                    return self.parameter(name)
                return self.price(name) if name in self.game.price else self.definition(name)
            case Indexed(name, (index,)):
                player = bound[index]
                return self.action(name, player) if name in self.game.action else self.definition(name, player)
            case Negative(operand):
                return self.join("-", self.number(Fraction(0)), self.evaluate(operand, bound))
            case Binary(operator, left, right):
                return self.join(operator, self.evaluate(left, bound), self.evaluate(right, bound))
            case Power(base, exponent):
                return self.power(self.evaluate(base, bound), exponent)
            case Sum():
                return self.sum(node, bound)
            case Call():
                return self.function(node, bound)
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

    def size(self, group: str) -> V:
        """Return the number of members of a group."""
        return self.evaluate(self._sizes[group], {})

    def count(self, group: str) -> V:
        """Return the number of a group's members in each consortium."""
        return self.evaluate(self.play.consortium[group], {})


def about_player_i(node: Call, bound: Mapping[str, Player]) -> tuple[str, Player | None]:
    """Return a function as text in which the player is called ``i``, and the player; None if it is of nobody.

    Raises
    ------
    NotQuadraticError
        If it is a function of two players.
    """
    indices = list(dict.fromkeys(index for index, *_ in free_uses(node)))
    if len(indices) > 1:
        raise NotQuadraticError(f"found {typed(node)}, a function of several players, expected one of one player")

    def renamed(part: Node) -> Node | None:
        if isinstance(part, Indexed):
            return Indexed(part.name, tuple(PLAYER if index in indices else index for index in part.indices))
        return None

    return typed(rewrite(node, renamed)), bound[indices[0]] if indices else None


@dataclass(frozen=True)
class Technology(Generic[K]):
    """A concave function in the payoffs, as of R&D outlays: its value for each member of a group is a quantity.

    ``name`` stands for the value; ``node`` is the function, ``argument`` what it is taken of, for player 0.
    """

    name: str
    node: Call
    group: str
    argument: Polynomial[K]


class InPolynomials(Interpretation[Polynomial[K]]):
    """Formulas as polynomials in own actions, totals and moments.

    A function that is not rational is a quantity of its own; ``technologies`` has them as they are found.
    """

    def __init__(self, play: Play, field: Field[K]) -> None:
        super().__init__(play)
        self.field = field
        self.technologies: dict[str, Technology[K]] = {}

    def number(self, value: Fraction) -> Polynomial[K]:
        """Return a constant polynomial."""
        return Polynomial.constant(self.field, self.field.constant(value))

    def parameter(self, name: str) -> Polynomial[K]:
        """Return a constant polynomial."""
        return Polynomial.constant(self.field, self.field.parameter(name))

    def price(self, name: str) -> Polynomial[K]:
        """Return the price, a total in which no player has a part."""
        return Polynomial.quantity(self.field, Total(name))

    def action(self, name: str, player: Player) -> Polynomial[K]:
        """Return the player's own action."""
        return Polynomial.quantity(self.field, Own(player.number, name))

    def constant(self, polynomial: Polynomial[K]) -> K:
        """Return a formula of parameters alone as an element of the field."""
        value = polynomial.as_constant()
        assert value is not None  # sizes and counts are formulas of parameters, which the game has checked
        return value

    def sum(self, node: Sum, bound: Mapping[str, Player]) -> Polynomial[K]:
        """Return the sum over a group, or its members in one consortium, less the term of the player left out."""
        member = Player(node.group, max((player.number for player in bound.values()), default=0) + 1)
        body = self.evaluate(node.body, {**bound, node.index: member})
        if node.within is None:
            count = self.constant(self.count(node.group)) if node.group in self.play.consortium else None
            total = body.summed(member.number, self.constant(self.size(node.group)), count)
        else:
            partner = bound[node.within].number
            total = body.summed_within(member.number, self.constant(self.count(node.group)), partner)
        if node.excluding is None:
            return total
        return total - body.renamed(member.number, bound[node.excluding].number)

    def function(self, node: Call, bound: Mapping[str, Player]) -> Polynomial[K]:
        """Return the quantity that stands for the function's value."""
        name, player = about_player_i(node, bound)
        if player is None:
            raise NotQuadraticError(f"found {name}, which is no rational function; name it as a parameter of its own")
        if name not in self.technologies:
            argument = self.evaluate(node.arguments[0], bound).renamed(player.number, 0)
            self.technologies[name] = Technology(name, node, player.group, argument)
        return Polynomial.quantity(self.field, Own(player.number, name))

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
    """Formulas at a point where all members of a group choose the same; ``levels`` has prices and technologies too."""

    def __init__(self, play: Play, field: Field[K], levels: Mapping[str, K]) -> None:
        super().__init__(play)
        self.field = field
        self.levels = levels

    def number(self, value: Fraction) -> K:
        """Return an element of the field."""
        return self.field.constant(value)

    def parameter(self, name: str) -> K:
        """Return the parameter."""
        return self.field.parameter(name)

    def price(self, name: str) -> K:
        """Return the price."""
        return self.levels[name]

    def action(self, name: str, player: Player) -> K:  # noqa: ARG002 -- all members choose the same
        """Return the level of the action."""
        return self.levels[name]

    def sum(self, node: Sum, bound: Mapping[str, Player]) -> K:
        """Return as many times the summand as the sum has terms."""
        members: Any = self.size(node.group) if node.within is None else self.count(node.group)
        terms: Any = members - (1 if node.excluding else 0)
        return terms * self.evaluate(node.body, {**bound, node.index: Player(node.group, 1)})  # type: ignore[no-any-return]

    def function(self, node: Call, bound: Mapping[str, Player]) -> K:
        """Return the value that the function has in equilibrium."""
        return self.levels[about_player_i(node, bound)[0]]

    def divide(self, left: K, right: K) -> K:
        """Return the quotient."""
        if self.field.is_zero(right):
            raise DerivationError("found a division by a formula that is zero in equilibrium, for all parameters")
        return left / right  # type: ignore[no-any-return]
