"""Polynomials in what a payoff depends on when the members of a group are exchangeable.

Three kinds of quantity occur: a member's own action, ``Own(player, x)``; the total of an action over its group,
``Total(x)``; and, in sums of squares and products, ``Moment((x, y))``, the total of ``x[j]*y[j]``. Where groups are
divided into consortia there are two more: the total over the player's consortium, ``Within(player, x)``, and the sum
over all consortia of the product of two such totals, ``MomentWithin(x, y)``. A price is a total that no player has a
part in. Payoffs that are quadratic in the actions stay polynomials in these under every step of backward induction.

Other payoffs are expanded around levels of the actions (`rdgames.equilibrium.expansion`). Then some actions stand for
what a player chooses beyond the level, and a `Field` that has an ``order`` says up to which degree in these
polynomials are kept (`rdgames.algebra.series`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Generic, NamedTuple, TypeAlias

from rdgames.algebra.fields import Field, K
from rdgames.algebra.series import Series
from rdgames.errors import NotQuadraticError


class Own(NamedTuple):
    """The action of one player; players are numbered by how deep the sum is that speaks of them, 0 outside any."""

    player: int
    action: str


class Total(NamedTuple):
    """The sum of an action over its group."""

    action: str


class Moment(NamedTuple):
    """The sum over a group of the product of two or more actions of the same member, sorted by name."""

    actions: tuple[str, ...]


class Within(NamedTuple):
    """The sum of an action over the consortium of one player; the action may be one of another group's members.

    ``scope`` tells it from `Own`, since tuples of equal parts are equal whatever their types.
    """

    player: int
    action: str
    scope: str = "consortium"


class MomentWithin(NamedTuple):
    """The sum over consortia of the product of what two actions sum to within each; ``scope`` as in `Within`."""

    first: str
    second: str
    scope: str = "consortium"


Quantity: TypeAlias = Own | Total | Moment | Within | MomentWithin
Monomial: TypeAlias = tuple[Quantity, ...]


def moment(*actions: str) -> Moment:
    """Return the moment of some actions, in whatever order they are named."""
    return Moment(tuple(sorted(actions)))


def moment_within(first: str, second: str) -> MomentWithin:
    """Return the moment of two actions over consortia, whichever is named first."""
    return MomentWithin(*sorted((first, second)))


@dataclass(frozen=True)
class Response(Generic[K]):
    """How a quantity of every player responds to one player's action: by ``own`` more for that player.

    ``common`` is the response of every player's, both as multiples of the quantity ``slope`` (1 if that is None).
    """

    own: K
    common: K
    slope: str | None = None


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
        pairs = product(self.terms.items(), other.terms.items())
        if isinstance(self.field, Series):
            pairs = _within_the_order(self.field, self.terms, other.terms)
        return self._collected((tuple(sorted(m + k, key=_order)), c * d) for (m, c), (k, d) in pairs)

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
            if isinstance(quantity, Own | Within) and quantity.player == old:
                return quantity._replace(player=new)
            return quantity

        return self._collected((tuple(sorted(map(name, m), key=_order)), c) for m, c in self.terms.items())

    def summed(self, player: int, size: K, count: K | None = None) -> Polynomial[K]:
        """Return the sum over the members of a group of that ``size``, ``player`` being each of them in turn.

        A term free of the player counts ``size`` times, its own action becomes a total, a product of two a moment.
        ``count`` is the number of members in each consortium; what is summed within consortia counts so many times.
        """

        def total(monomial: Monomial, coefficient: K) -> tuple[Monomial, K]:
            mine = [q for q in monomial if isinstance(q, Own | Within) and q.player == player]
            rest: list[Quantity] = [q for q in monomial if q not in mine]
            match mine:
                case []:
                    return monomial, coefficient * size
                case [Own(_, action)]:
                    rest.append(Total(action))
                case [Within(_, action)]:
                    rest.append(Total(action))
                    coefficient = coefficient * count
                case [Own(_, first), Within(_, second)]:
                    rest.append(moment_within(first, second))
                case [Within(_, first), Within(_, second)]:
                    rest.append(moment_within(first, second))
                    coefficient = coefficient * count
                case [*factors] if all(isinstance(q, Own) for q in factors):
                    rest.append(moment(*(q.action for q in factors)))
                case _:
                    raise _too_many(q.action for q in mine)
            return tuple(sorted(rest, key=_order)), coefficient

        return self._collected(total(m, c) for m, c in self.terms.items())

    def summed_within(self, player: int, count: K, other: int) -> Polynomial[K]:
        """Return the sum over the ``count`` members of a group in one consortium, that of another player."""

        def total(monomial: Monomial, coefficient: K) -> tuple[Monomial, K]:
            own = [q for q in monomial if isinstance(q, Own) and q.player == player]
            rest: list[Quantity] = [q for q in monomial if q not in own]
            rest = [Within(other, q.action) if isinstance(q, Within) and q.player == player else q for q in rest]
            if len(own) > 1:
                raise _too_many(q.action for q in own)
            rest += [Within(other, q.action) for q in own]
            return tuple(sorted(rest, key=_order)), coefficient if own else coefficient * count

        return self._collected(total(m, c) for m, c in self.terms.items())

    def substituted(self, rule: Callable[[Quantity], Polynomial[K] | None]) -> Polynomial[K]:
        """Return the polynomial in which quantities are replaced by the polynomials that ``rule`` gives for them."""
        replaced: dict[Monomial, Polynomial[K]] = {(): Polynomial(self.field, {(): self.field.constant(1)})}

        def image(monomial: Monomial) -> Polynomial[K]:
            """Return what becomes of a monomial; those that begin alike share the beginning."""
            if monomial not in replaced:
                last = rule(monomial[-1])
                last = Polynomial.quantity(self.field, monomial[-1]) if last is None else last
                replaced[monomial] = image(monomial[:-1]) * last if monomial[:-1] else last
            return replaced[monomial]

        return self._collected(
            (new, coefficient * factor)
            for monomial, coefficient in self.terms.items()
            for new, factor in image(monomial).terms.items()
        )

    def derivative(
        self, action: str, player: int = 0, responses: Mapping[str, Response[K]] | None = None, partner: int = -1
    ) -> Polynomial[K]:
        """Return the derivative with respect to the action of one player, which is also part of totals and moments.

        ``d Own = 1`` of the player itself, ``d Total(x) = 1``, ``d Moment(x, y) = y`` and ``d Moment(x, x) = 2*x``.
        ``Within`` responds if it is of the player or of its ``partner``. By ``responses``, other quantities respond to
        the action too.
        """
        known = {action: Response(self.field.constant(1), self.field.constant(0)), **(responses or {})}
        found = Polynomial[K](self.field, {})
        for monomial, coefficient in self.terms.items():
            for place, quantity in enumerate(monomial):
                rest = Polynomial(self.field, {monomial[:place] + monomial[place + 1 :]: coefficient})
                change = self._change(quantity, known, player, partner)
                if change is not None:
                    found = found + rest * change
        return found

    def _change(
        self, quantity: Quantity, responses: Mapping[str, Response[K]], player: int, partner: int
    ) -> Polynomial[K] | None:
        """Return how a quantity changes with a player's action, None if it does not."""
        match quantity:
            case Own(who, what) if what in responses:
                response = responses[what]
                factor = response.common + response.own if who == player else response.common
                return self._product(factor, self._of(Own, who, response.slope))
            case Total(what) if what in responses:
                response = responses[what]
                own = self._product(response.own, self._of(Own, player, response.slope))
                if self.field.is_zero(response.common):
                    return own
                assert response.slope is not None
                return own + self._product(response.common, (Total(response.slope),))
            case Moment(actions):
                return self._moment_change(actions, responses, player)
            case Within(who, what) if what in responses and who in (player, partner):
                return self._product(responses[what].own, ())
            case MomentWithin(first, second):
                changes = Polynomial[K](self.field, {})
                for changing, other in ((first, second), (second, first)):
                    if changing in responses:
                        changes = changes + self._product(responses[changing].own, (Within(player, other),))
                return changes
        return None

    def _moment_change(
        self, actions: tuple[str, ...], responses: Mapping[str, Response[K]], player: int
    ) -> Polynomial[K]:
        changes = Polynomial[K](self.field, {})
        for place, changing in enumerate(actions):
            if changing not in responses:
                continue
            response, others = responses[changing], actions[:place] + actions[place + 1 :]
            slope = self._of(Own, player, response.slope)
            changes = changes + self._product(response.own, (*slope, *(Own(player, other) for other in others)))
            if response.slope is not None:
                changes = changes + self._product(response.common, (moment(response.slope, *others),))
        return changes

    def _of(self, kind: type[Own], player: int, action: str | None) -> Monomial:
        return () if action is None else (kind(player, action),)

    def _product(self, factor: K, monomial: Monomial) -> Polynomial[K]:
        return self._collected([(tuple(sorted(monomial, key=_order)), factor)])


def actions_in(monomial: Monomial) -> list[str]:
    """Return the actions of which a monomial is a product, each as often as it is a factor."""
    found: list[str] = []
    for quantity in monomial:
        match quantity:
            case Moment(actions):
                found += actions
            case MomentWithin(first, second):
                found += (first, second)
            case _:
                found.append(quantity.action)
    return found


def _within_the_order(field: Series, left: Mapping[Monomial, K], right: Mapping[Monomial, K]) -> Iterator[Any]:
    """Yield the pairs of terms whose product a field lets series keep."""
    of_degree: dict[int, list[tuple[Monomial, K]]] = {}
    for monomial, coefficient in right.items():
        of_degree.setdefault(_degree(field, monomial), []).append((monomial, coefficient))
    for term in left.items():
        room = field.order - _degree(field, term[0])
        for degree, others in of_degree.items():
            if degree <= room:
                yield from product([term], others)


def _degree(field: Series, monomial: Monomial) -> int:
    """Return the degree of a monomial in what is expanded."""
    if monomial not in field.degrees:
        field.degrees[monomial] = sum(action in field.expanded for action in actions_in(monomial))
    return field.degrees[monomial]


def _too_many(actions: Iterable[str]) -> NotQuadraticError:
    return NotQuadraticError(f"found the sum over a group of {'*'.join(actions)}, expected at most products of two")


def _order(quantity: Quantity) -> tuple[str, tuple[Any, ...]]:
    return type(quantity).__name__, quantity
