"""Polynomials in what a payoff depends on when the members of a group are exchangeable.

Three kinds of quantity occur: a member's own action, ``Own(player, x)``; the total of an action over its group,
``Total(x)``; and, in sums of squares and products, ``Moment(x, y)``, the total of ``x[j]*y[j]``. Payoffs that are
quadratic in the actions stay polynomials in these under every step of backward induction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeAlias

from rdgames.algebra.fields import Field, K
from rdgames.errors import NotQuadraticError


class Own(NamedTuple):
    """The action of one player; players are numbered by how deep the sum is that speaks of them, 0 outside any."""

    player: int
    action: str


class Total(NamedTuple):
    """The sum of an action over its group."""

    action: str


class Moment(NamedTuple):
    """The sum over a group of the product of two actions of the same member."""

    first: str
    second: str


Quantity: TypeAlias = Own | Total | Moment
Monomial: TypeAlias = tuple[Quantity, ...]


def moment(first: str, second: str) -> Moment:
    """Return the moment of two actions, whichever is named first."""
    return Moment(*sorted((first, second)))


@dataclass(frozen=True, eq=False)
class Polynomial(Generic[K]):
    """A polynomial in quantities, with coefficients in a field; zero coefficients are left out."""

    field: Field[K]
    terms: Mapping[Monomial, K]

    @classmethod
    def constant(cls, field: Field[K], value: K) -> Polynomial[K]:
        """Return the polynomial without quantities."""
        return cls(field, {} if field.is_zero(value) else {(): value})

    @classmethod
    def quantity(cls, field: Field[K], quantity: Quantity) -> Polynomial[K]:
        """Return one quantity as a polynomial."""
        return cls(field, {(quantity,): field.constant(1)})

    def _collected(self, pairs: Iterable[tuple[Monomial, K]]) -> Polynomial[K]:
        terms: dict[Monomial, K] = {}
        for monomial, coefficient in pairs:
            known = terms.get(monomial)
            terms[monomial] = coefficient if known is None else known + coefficient
        is_zero = self.field.is_zero
        return Polynomial(self.field, {m: c for m, c in terms.items() if not is_zero(c)})

    def __add__(self, other: Polynomial[K]) -> Polynomial[K]:
        return self._collected([*self.terms.items(), *other.terms.items()])

    def __neg__(self) -> Polynomial[K]:
        return Polynomial(self.field, {m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Polynomial[K]) -> Polynomial[K]:
        return self + (-other)

    def __mul__(self, other: Polynomial[K]) -> Polynomial[K]:
        products = (
            (tuple(sorted(m + k, key=_order)), c * d) for m, c in self.terms.items() for k, d in other.terms.items()
        )
        return self._collected(products)

    def scaled(self, factor: K) -> Polynomial[K]:
        """Return the product with an element of the field."""
        return self._collected((m, c * factor) for m, c in self.terms.items())

    def is_zero(self) -> bool:
        """Whether no term is left."""
        return not self.terms

    def as_constant(self) -> K | None:
        """Return the value of a polynomial without quantities, None if it has any."""
        if not self.terms:
            return self.field.constant(0)
        return self.terms[()] if set(self.terms) == {()} else None

    def quantities(self) -> set[Quantity]:
        """Return the quantities that occur."""
        return {quantity for monomial in self.terms for quantity in monomial}

    def renamed(self, old: int, new: int) -> Polynomial[K]:
        """Return the polynomial that speaks of another player."""

        def name(quantity: Quantity) -> Quantity:
            return Own(new, quantity.action) if isinstance(quantity, Own) and quantity.player == old else quantity

        return self._collected((tuple(sorted(map(name, m), key=_order)), c) for m, c in self.terms.items())

    def summed(self, player: int, size: K) -> Polynomial[K]:
        """Return the sum over the members of a group of that ``size``, ``player`` being each of them in turn.

        A term free of the player counts ``size`` times, its own action becomes a total, a product of two a moment.
        """

        def total(monomial: Monomial, coefficient: K) -> tuple[Monomial, K]:
            own = [q.action for q in monomial if isinstance(q, Own) and q.player == player]
            rest = [q for q in monomial if not (isinstance(q, Own) and q.player == player)]
            match own:
                case []:
                    return monomial, coefficient * size
                case [action]:
                    rest.append(Total(action))
                case [first, second]:
                    rest.append(moment(first, second))
                case _:
                    raise NotQuadraticError(
                        f"found the sum over a group of {'*'.join(own)}, expected at most products of two"
                    )
            return tuple(sorted(rest, key=_order)), coefficient

        return self._collected(total(m, c) for m, c in self.terms.items())

    def substituted(self, rule: Callable[[Quantity], Polynomial[K] | None]) -> Polynomial[K]:
        """Return the polynomial in which quantities are replaced by the polynomials that ``rule`` gives for them."""
        result = Polynomial[K](self.field, {})
        untouched: dict[Monomial, K] = {}
        for monomial, coefficient in self.terms.items():
            images = [(quantity, rule(quantity)) for quantity in monomial]
            if all(image is None for _, image in images):
                untouched[monomial] = coefficient
                continue
            product = Polynomial[K](self.field, {(): coefficient})
            for quantity, image in images:
                product = product * (image if image is not None else Polynomial.quantity(self.field, quantity))
            result = result + product
        return result + Polynomial(self.field, untouched)

    def derivative(self, action: str, player: int = 0) -> Polynomial[K]:
        """Return the derivative with respect to the player's own action, which is also part of its total and moments.

        ``d Own = 1``, ``d Total(x) = 1``, ``d Moment(x, y) = y`` and ``d Moment(x, x) = 2*x``, of the same player.
        """
        pairs: list[tuple[Monomial, K]] = []
        for monomial, coefficient in self.terms.items():
            for place, quantity in enumerate(monomial):
                rest = monomial[:place] + monomial[place + 1 :]
                match quantity:
                    case Own(who, what) if who == player and what == action:
                        pairs.append((rest, coefficient))
                    case Total(what) if what == action:
                        pairs.append((rest, coefficient))
                    case Moment(first, second) if action in (first, second):
                        other = Own(player, second if first == action else first)
                        times = 2 if first == second else 1
                        pairs.append((tuple(sorted((*rest, other), key=_order)), coefficient * times))
        return self._collected(pairs)


def _order(quantity: Quantity) -> tuple[str, tuple[Any, ...]]:
    return type(quantity).__name__, quantity
