"""Any game under any sentence, played by explicit firms: the second road to every answer of the library.

Of the library only the data of a game are read (entries, sentences, trees of formulas). What a sentence means is
applied here once more, from its description in `rdgames.game.sentences`: every firm is a player of its own, belongs to
a group, perhaps to a part of it and to a consortium, and some unit decides each of its actions, for some objective.

Notation, all arrays in the order of the ``Table``'s slots (a slot is an action of one firm, or a price):

    a               what everybody has chosen, and all prices
    P(a)            interests: the payoff of every firm, other objectives, and excess demand on every market
    J, H            first and second derivatives of P, by JAX from the formulas of the model
    D               how all slots respond when one slot changes and later moves are played anew

A unit that chooses along the columns of E, and weighs interests by w, has the first-order conditions ``w J D E = 0``.
Those who choose later respond as their own conditions say (implicit functions), so moves are gone through backward.
Later moves must be linear-quadratic, which is checked; at the first move anything smooth will do (Newton's method).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from rdgames.game.game import Game
from rdgames.game.sentences import Company, Decision, Sentence
from rdgames.language.reader import POWER
from rdgames.language.tree import Binary, Call, Comparison, Indexed, Negative, Number, Power, Sum, Symbol, walk

Array = np.ndarray
Axes = tuple[tuple[str, str], ...]
"""The indices bound in a formula, each with the group whose members it runs over: one axis of an array each."""

FUNCTIONS: dict[str, Callable[..., Any]] = {"sqrt": jnp.sqrt, "log": jnp.log, "exp": jnp.exp, POWER: jnp.power}
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}


QUICKLY = {
    "xla_backend_optimization_level": 0,
    "xla_llvm_disable_expensive_passes": True,
    "xla_cpu_use_fusion_emitters": False,
}
"""A program here is compiled more often than it would be worth to optimize it."""


# ---------------------------------------------------------------------------------------------------- formulas


class Formulas:
    """Formulas of a game, with a value for every parameter, action and price.

    ``known`` has arrays with an axis for each player to whom a quantity belongs, ``sizes`` the number of members of
    every group, ``parts`` for each part its group and an array with 1 for its members and 0 for the others.
    """

    def __init__(
        self, game: Game, known: Mapping[str, Any], sizes: Mapping[str, int], parts: Mapping[str, Any]
    ) -> None:
        self.game, self.sizes, self.parts = game, sizes, parts
        self.known = dict(known)

    def quantity(self, name: str) -> Any:
        """Return a parameter, action, price or defined quantity, with an axis for each player it belongs to."""
        if name not in self.known:
            definition = self.game.definition[name]
            axes = ((definition.index, definition.group),) if definition.group else ()
            self.known[name] = self.of_everybody(definition.formula, axes)
        return self.known[name]

    def of_everybody(self, node: Any, axes: Axes) -> Any:
        """Return a formula for all members of the groups that its indices run over."""
        return jnp.broadcast_to(self.value(node, axes), tuple(self.sizes[group] for _, group in axes))

    def value(self, node: Any, axes: Axes = ()) -> Any:
        """Return a formula as an array with an axis, perhaps of length 1, for each bound index."""
        match node:
            case Number(value):
                return jnp.full((1,) * len(axes), float(value))
            case Symbol(name):
                return jnp.reshape(self.quantity(name), (1,) * len(axes))
            case Indexed(name, indices):
                return self._placed(self.quantity(name), [self._axis(index, axes) for index in indices], axes)
            case Negative(operand):
                return -self.value(operand, axes)
            case Binary(operator, left, right):
                return OPERATORS[operator](self.value(left, axes), self.value(right, axes))
            case Power(base, exponent):
                return self.value(base, axes) ** exponent
            case Call(function, arguments):
                return FUNCTIONS[function](*(self.value(argument, axes) for argument in arguments))
            case Sum():
                return self._sum(node, axes)
        raise TypeError(f"no formula of a game: {node!r}")

    def _sum(self, node: Sum, axes: Axes) -> Any:
        group, members = self.parts.get(node.group, (node.group, None))
        inner = (*axes, (node.index, group))
        counted = jnp.ones(self.sizes[group]) if members is None else members
        if node.excluding is not None:
            place = self._axis(node.excluding, axes)
            if axes[place][1] == group:
                others = 1 - np.eye(self.sizes[group])
                counted = self._placed(others, [place, len(axes)], inner) * counted
        return jnp.sum(self.value(node.body, inner) * counted, axis=-1)

    @staticmethod
    def _axis(index: str, axes: Axes) -> int:
        return max(place for place, (name, _) in enumerate(axes) if name == index)

    @staticmethod
    def _placed(array: Any, places: list[int], axes: Axes) -> Any:
        array = jnp.transpose(array, np.argsort(places))
        shape = [1] * len(axes)
        for place, length in zip(sorted(places), array.shape, strict=True):
            shape[place] = length
        return jnp.reshape(array, shape)


@dataclass(frozen=True)
class Objective:
    """What a clause says is maximized: one formula for all who decide, or one of each member ``i`` of a group."""

    formula: Any
    group: str = ""


@dataclass(frozen=True)
class Layout:
    """Where everything stands: slots in ``a``, interests in ``P``."""

    slots: tuple[tuple[str, int], ...]
    interests: tuple[tuple[Any, int], ...]

    def slot(self, name: str, place: int = 0) -> int:
        """Return the place of an action of a firm, or of a price."""
        return self.slots.index((name, place))

    def interest(self, what: Any, place: int = 0) -> int:
        """Return the place of a payoff (by group), an objective, or excess demand (by price)."""
        return self.interests.index((what, place))


def layout_of(game: Game, sizes: Mapping[str, int], objectives: tuple[Objective, ...]) -> Layout:
    """Return the slots and interests of a game with so many explicit firms."""
    slots = [(name, place) for name, action in game.action.items() for place in range(sizes[action.by])]
    interests: list[tuple[Any, int]] = [
        (payoff.name, place) for payoff in game.payoffs for place in range(sizes[payoff.name])
    ]
    interests += [(one, place) for one in objectives for place in range(sizes[one.group] if one.group else 1)]
    prices = [(name, 0) for name in game.price]
    return Layout((*slots, *prices), (*interests, *prices))


@cache
def _derivatives(game: Game, counted: tuple[tuple[str, int], ...], objectives: tuple[Objective, ...]) -> Any:
    """Compile interests with two derivatives, and all outcomes; regimes with the same objectives share it."""
    sizes = dict(counted)
    groups = {action: sizes[entry.by] for action, entry in game.action.items()}

    def read(a: Any, parameters: Any, parts: Any) -> tuple[Any, dict[str, Any]]:
        cuts = np.cumsum([*groups.values(), *(1 for _ in game.price)])
        pieces = jnp.split(a, cuts[:-1])
        known = dict(zip(groups, pieces, strict=False))
        known |= {price: piece[0] for price, piece in zip(game.price, pieces[len(groups) :], strict=True)}
        group_of = {part: next(g for g in sizes if f"{g}/{part}" in parts) for part in {k.split("/")[1] for k in parts}}
        members = {part: (group, parts[f"{group}/{part}"]) for part, group in group_of.items()}
        formulas = Formulas(game, {**parameters, **known}, sizes, members)
        found = [formulas.of_everybody(payoff.formula, (("i", payoff.name),)) for payoff in game.payoffs]
        for one in objectives:
            axes = (("i", one.group),) if one.group else ()
            found.append(formulas.of_everybody(one.formula, axes))
        for price in game.price.values():
            assert isinstance(price.clears, Comparison)
            demand, supply = (formulas.value(term) for term in price.clears.terms)
            found.append(demand - supply)
        return jnp.concatenate([jnp.atleast_1d(each) for each in found]), {
            **known,
            **{name: formulas.quantity(name) for name in game.definition},
        }

    def once(a: Any, parameters: Any, parts: Any) -> Any:
        interests, outcomes = read(a, parameters, parts)
        return interests, (interests, outcomes)

    def twice(a: Any, parameters: Any, parts: Any) -> Any:
        slopes, found = jax.jacfwd(once, has_aux=True)(a, parameters, parts)
        return slopes, (slopes, found)

    def all_of_it(a: Any, parameters: Any, parts: Any) -> Any:
        curvatures, (slopes, (interests, outcomes)) = jax.jacfwd(twice, has_aux=True)(a, parameters, parts)
        return interests, slopes, curvatures, outcomes

    return jax.jit(all_of_it, compiler_options=QUICKLY)


# --------------------------------------------------------------------------------------------------- sentences


class UnseatableError(ValueError):
    """Groups, parts or consortia whose sizes do not fit whole firms."""


@dataclass(frozen=True)
class Firm:
    """A member of a group: its place there, the part it belongs to, and its consortium."""

    group: str
    place: int
    part: str
    consortium: int | None = None


@dataclass
class Unit:
    """Who decides together at a move: along which columns, and how they weigh interests."""

    columns: list[Array]
    weights: Array


@dataclass
class Move:
    """What is chosen at one moment; a price is determined with it, and taken as given."""

    units: list[Unit] = field(default_factory=list)
    prices: list[str] = field(default_factory=list)


class Table:
    """Explicit firms at one point of the parameters, under one regime, with everything they need to decide."""

    def __init__(self, game: Game, sentence: Sentence, point: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
        """Seat the firms; ``kept`` has, for each regime of which choices are kept, the levels of its actions."""
        self.game, self.sentence, self.kept = game, sentence, kept
        self.point = {name: float(value) for name, value in point.items()}
        self.sizes = {group.name: self._whole(group.size) for group in game.groups}
        self.firms = self._seats()
        self.parts = {firm.part: firm.group for firm in self.firms}
        split = {entry.group for entry in sentence.splits}
        self.split = {part: group for part, group in self.parts.items() if group in split}
        self._objectives = self._objectives_of_clauses()
        self.objectives = tuple(dict.fromkeys(one for found in self._objectives.values() for one in found.values()))
        self.layout = layout_of(game, self.sizes, self.objectives)
        with jax.enable_x64(True):
            self.parameters = {name: jnp.asarray(value) for name, value in self._spillovers().items()}
            self.members = {
                f"{group}/{part}": jnp.asarray([float(firm.part == part) for firm in self.of(group)])
                for part, group in self.split.items()
            }
        self.moves, self.moment, self.constants = self._moves()

    # -- who is who --------------------------------------------------------------------------------------------------

    def number(self, node: Any) -> float:
        """Return a formula of parameters as a number."""
        with jax.enable_x64(True):
            return float(Formulas(self.game, {k: jnp.asarray(v) for k, v in self.point.items()}, {}, {}).value(node))

    def _whole(self, node: Any) -> int:
        value = self.number(node)
        if not value == round(value) >= 1:
            raise UnseatableError(f"no number of players: {value}")
        return round(value)

    def of(self, group: str) -> list[Firm]:
        """Return the members of a group."""
        return [firm for firm in self.firms if firm.group == group]

    def _seats(self) -> list[Firm]:
        part_of = {}
        for group, size in self.sizes.items():
            names = [group] * size
            for split in self.sentence.splits:
                if split.group == group:
                    taken = [self._whole(one) for one in split.sizes]
                    if sum(taken) >= size:
                        raise UnseatableError("a part is empty")
                    numbers = [*taken, size - sum(taken)]
                    names = [part for part, number in zip(split.parts, numbers, strict=True) for _ in range(number)]
            part_of |= {(group, place): name for place, name in enumerate(names)}
        consortium: dict[tuple[str, int], int] = {}
        for clause in (*self.sentence.decisions, *self.sentence.sharings):
            together = set()
            for name, count in zip(clause.who.names, clause.who.counts, strict=False):
                members = [key for key, part in part_of.items() if name in (part, key[0])]
                each = self._whole(count)
                if len(members) % each:
                    raise UnseatableError("a consortium is short of members")
                together.add(len(members) // each)
                consortium |= {key: order // each for order, key in enumerate(members)}
            if len(together) > 1:
                raise UnseatableError("some consortia have members of one group only")
        return [Firm(*key, part, consortium.get(key)) for key, part in part_of.items()]

    def speaks_of(self, who: Company, firm: Firm) -> bool:
        """Whether a clause is about a firm."""
        return who.is_planner or firm.group in who.names or firm.part in who.names

    def _spillovers(self) -> dict[str, Any]:
        """Return all parameters; those of players, or pairs of players, as vectors or matrices."""
        found: dict[str, Any] = {}
        for name, value in self.point.items():
            index = self.game.parameter[name].index
            found[name] = np.full([self.sizes[group] for group in index], value)
            if len(index) != 2:
                continue
            for sharing in sorted(self.sentence.sharings, key=lambda one: bool(one.who.counts)):
                if sharing.parameter != name:
                    continue
                for one in self.of(index[0]):
                    for other in self.of(index[1]):
                        both = self.speaks_of(sharing.who, one) and self.speaks_of(sharing.who, other)
                        if both and (not sharing.who.counts or one.consortium == other.consortium):
                            found[name][one.place, other.place] = self.number(sharing.value)
        return found

    # -- who decides what for what -----------------------------------------------------------------------------------

    def _objectives_of_clauses(self) -> dict[int, dict[str, Objective]]:
        """Return, for each clause with a formula, the objective for each group that it is of."""
        found: dict[int, dict[str, Objective]] = {}
        for order, clause in enumerate(self.sentence.decisions):
            if clause.objective is None:
                continue
            groups = [group for group in self.sizes if any(self.speaks_of(clause.who, firm) for firm in self.of(group))]
            of_i = any(isinstance(part, Indexed) and "i" in part.indices for part in walk(clause.objective))
            found[order] = {group: Objective(clause.objective, group if of_i else "") for group in groups}
        return found

    def _clause_of(self, action: str, firm: Firm) -> int | None:
        found = [
            order
            for order, clause in enumerate(self.sentence.decisions)
            if action in clause.actions and self.speaks_of(clause.who, firm)
        ]
        assert len(found) < 2, "two clauses decide one action"
        return found[0] if found else None

    def _weights(self, clause: Decision | None, objective: Objective | None, firm: Firm) -> Array:
        weights = np.zeros(len(self.layout.interests))
        if objective is not None:
            weights[self.layout.interest(objective, firm.place if objective.group else 0)] = 1
        elif clause is None or not clause.jointly:
            weights[self.layout.interest(firm.group, firm.place)] = 1
        else:
            wanting = {payoff.name for payoff in self.game.payoffs}
            for other in self.firms:
                partner = not clause.who.counts or other.consortium == firm.consortium
                if self.speaks_of(clause.who, other) and partner and other.group in wanting:
                    weights[self.layout.interest(other.group, other.place)] = 1
        return weights

    def _moves(self) -> tuple[list[Move], Array, dict[int, float]]:
        """Return the moves in order, the moment of every slot (kept choices are history), and what is kept."""
        stage_of = {action.name: place for place, stage in enumerate(self.game.stages) for action in stage.actions}
        when = np.zeros(len(self.layout.slots), dtype=int)
        constants: dict[int, float] = {}
        units: dict[Any, tuple[int, Array, dict[Any, Array]]] = {}
        for slot, (action, place) in enumerate(self.layout.slots):
            if action in self.game.price:
                continue
            firm = self.of(self.game.action[action].by)[place]
            order = self._clause_of(action, firm)
            clause = None if order is None else self.sentence.decisions[order]
            when[slot] = stage_of[action]
            if clause is not None and clause.simultaneously:
                when[slot] = min(stage_of[one] for one in clause.actions)
            if clause is not None and clause.as_in:
                constants[slot] = self.kept[clause.as_in][action][place]
                continue
            objective = None if order is None else self._objectives.get(order, {}).get(firm.group)
            key: Any = (when[slot], firm.group, place, objective)
            column: Any = slot
            if clause is not None and clause.jointly:
                key = (when[slot], order, firm.consortium if clause.who.counts else None)
                column = (action, firm.part) if clause.equally else slot
            _, _, columns = units.setdefault(key, (when[slot], self._weights(clause, objective, firm), {}))
            columns.setdefault(column, np.zeros(len(when)))[slot] = 1
        for place, stage in enumerate(self.game.stages):
            own = [when[s] for s, (name, _) in enumerate(self.layout.slots) if stage_of.get(name) == place]
            for price in stage.prices:
                when[self.layout.slot(price.name)] = max(own)
        prices = {price: when[self.layout.slot(price)] for price in self.game.price}
        moves = []
        for moment in sorted({one for one, *_ in units.values()} | set(prices.values())):
            chosen = [Unit([*columns.values()], weights) for one, weights, columns in units.values() if one == moment]
            moves.append((moment, Move(chosen, [price for price, one in prices.items() if one == moment])))
        number = {moment: place for place, (moment, _) in enumerate(moves)}
        moments = np.array([-1 if slot in constants else number[one] for slot, one in enumerate(when)])
        return [move for _, move in moves], moments, constants

    # -- how it is played --------------------------------------------------------------------------------------------

    def derivatives(self, a: Array) -> tuple[Array, Array, Array]:
        """Return P, J and H."""
        return tuple(np.asarray(each) for each in self._evaluated(a)[:3])  # type: ignore[return-value]

    def _evaluated(self, a: Array) -> tuple[Any, ...]:
        compiled = _derivatives(self.game, tuple(self.sizes.items()), self.objectives)
        with jax.enable_x64(True):
            return compiled(a, self.parameters, self.members)  # type: ignore[no-any-return]

    def outcomes(self, a: Array) -> dict[str, Array]:
        """Return every outcome, of every firm where it belongs to firms; a part of a group has its own."""
        found = jax.device_get(self._evaluated(a)[3])
        named = {}
        for name, value in found.items():
            entry = self.game.entry(name)
            group = getattr(entry, "by", None) or getattr(entry, "group", None)
            parts = [part for part, whole in self.split.items() if whole == group]
            for part in parts:
                named[f"{name}_{part}"] = value[[firm.place for firm in self.of(group) if firm.part == part]]
            if not parts:
                named[name] = value
        return named

    def columns(self, moment: int) -> Array:
        """Return what is determined at a move, a column each: levels, unit by unit, then prices."""
        move = self.moves[moment]
        prices = [np.eye(len(self.moment))[self.layout.slot(price)] for price in move.prices]
        return np.stack([column for unit in move.units for column in unit.columns] + prices, axis=1)

    def conditions(self, a: Array, since: int = 0) -> tuple[Array, Array]:
        """Return the first-order conditions and cleared markets of all moves from one on, and their derivatives.

        The derivatives are those at given responses, which is exact where later moves are linear-quadratic.
        """
        interests, slopes, curvatures = self.derivatives(a)
        respond = np.eye(len(a))
        found = []
        for moment in range(len(self.moves) - 1, since - 1, -1):
            chosen = self.columns(moment)
            values, rows, place = [], [], 0
            for unit in self.moves[moment].units:
                along = respond @ chosen[:, place : place + len(unit.columns)]
                place += len(unit.columns)
                values += [*(unit.weights @ slopes @ along)]
                rows += [*(along.T @ np.tensordot(unit.weights, curvatures, 1))]
            for price in self.moves[moment].prices:
                excess = self.layout.interest(price)
                values.append(interests[excess])
                rows.append(slopes[excess])
            partial = np.stack(rows)
            found.append((np.array(values), partial))
            total = partial @ respond
            if moment > since:
                response = -np.linalg.solve(total @ chosen, total * (self.moment < moment))
                respond = respond @ (np.eye(len(a)) + chosen @ response)
        return np.concatenate([f for f, _ in reversed(found)]), np.concatenate([d for _, d in reversed(found)])

    def settle(self, a: Array, since: int) -> Array:
        """Return what follows when moves from one on are played after what ``a`` says of earlier moves."""
        if since == len(self.moves):
            return a
        chosen = np.concatenate([self.columns(moment) for moment in range(since, len(self.moves))], axis=1)
        for _ in range(2):  # the second step takes away what rounding has left
            values, slopes = self.conditions(a, since)
            a = a - chosen @ np.linalg.solve(slopes @ chosen, values)
        return a

    def regret(self, a: Array) -> tuple[Array, Array]:
        """Return the first-order conditions of the first move, later moves being played anew, and where that leads."""
        a = self.settle(a, 1)
        return self.conditions(a)[0][: self.columns(0).shape[1]], a

    def solve(self, start: Array, unit: float) -> tuple[Array, bool]:
        """Return the equilibrium near a start, and whether it is determined: Newton's method at the first move.

        ``unit`` is a typical size of what is chosen. Where only totals are determined, steps are the shortest ones.
        """
        a, chosen = self._equal_where_imposed(start), self.columns(0)
        for slot, level in self.constants.items():
            a[slot] = level
        steps = [1e-4 * (abs(a @ e) / e.sum() or unit) for e in chosen.T]
        regret, a = self.regret(a)
        size, determined = np.inf, True
        for _ in range(40):
            jacobian = self._slopes_of_regret(a, steps)
            singular = np.linalg.svd(jacobian, compute_uv=False)
            determined = bool(singular[-1] > 1e-7 * singular[0])
            move = chosen @ np.linalg.lstsq(jacobian, -regret, rcond=1e-7)[0]
            before, size = size, np.abs(move).max()
            scale = max(np.abs(a).max(), unit)
            near = size <= 1e-9 * scale
            if near and (size >= before / 2 or size <= 1e-13 * scale):
                return a, determined  # as near as rounding allows
            regret, a = self._step(a, move, regret, whole=near)
        raise ArithmeticError(f"Newton's method does not settle: a step of {size} is left")

    def _slopes_of_regret(self, a: Array, steps: list[float]) -> Array:
        sides = zip(steps, self.columns(0).T, strict=True)
        return np.stack([(self.regret(a + h * e)[0] - self.regret(a - h * e)[0]) / (2 * h) for h, e in sides], axis=1)

    def _step(self, a: Array, move: Array, regret: Array, *, whole: bool) -> tuple[Array, Array]:
        """Go along a move, as far as less is left to regret."""
        for halvings in range(20):
            new, after = self.regret(a + move / 2**halvings)
            if np.isfinite(new).all() and (whole or np.abs(new).max() < np.abs(regret).max()):
                return new, after
        raise ArithmeticError("no step of Newton's method leaves less to regret")

    def _equal_where_imposed(self, a: Array) -> Array:
        a = a.copy()
        for _, unit in self.units():
            for column in unit.columns:
                a[column > 0] = a[column > 0].mean()
        return a

    def assert_linear_quadratic(self, a: Array, other: Array) -> None:
        """Check what is relied on: second derivatives among later moves do not depend on what has been chosen."""
        later = self.moment > 0
        blocks = [self.derivatives(each)[2][:, later][:, :, later] for each in (a, other)]
        np.testing.assert_allclose(*blocks, rtol=1e-9, atol=1e-9 * max(np.abs(blocks[0]).max(initial=0), 1e-300))

    # -- who would rather do something else --------------------------------------------------------------------------

    def units(self) -> Iterator[tuple[int, Unit]]:
        """Yield every unit with its move."""
        for moment, move in enumerate(self.moves):
            for unit in move.units:
                yield moment, unit

    def worth(self, a: Array, moment: int, unit: Unit) -> float:
        """Return what a unit has of choices made up to a move, if later moves are played as they would be."""
        return float(unit.weights @ self.derivatives(self.settle(a, moment + 1))[0])

    def curvature(self, a: Array, moment: int, unit: Unit, step: float) -> Array:
        """Return the second derivatives of a unit's worth in what it chooses, by differences."""
        size = len(unit.columns)
        found = np.zeros((size, size))
        for i, one in enumerate(unit.columns):
            for j, other in enumerate(unit.columns[: i + 1]):
                corners = [
                    s * t * self.worth(a + step * (s * one + t * other), moment, unit) for s in (1, -1) for t in (1, -1)
                ]
                found[i, j] = found[j, i] = sum(corners) / (4 * step * step)
        return found

    @cached_property
    def _least(self) -> Array:
        bounds = {
            name: -np.inf if action.signed else self.number(action.at_least)
            for name, action in self.game.action.items()
        }
        return np.array([bounds.get(name, -np.inf) for name, _ in self.layout.slots])

    def allowed(self, a: Array) -> bool:
        """Whether nobody is below the least level of an action."""
        return bool((a >= self._least).all())


def levels_of(table: Table, values: Mapping[str, Any]) -> Array:
    """Return the slots when all members of a part choose what ``values`` says of it."""
    found = []
    for name, place in table.layout.slots:
        part = table.of(table.game.action[name].by)[place].part if name in table.game.action else ""
        found.append(float(values[f"{name}_{part}" if part in table.split else name]))
    return np.array(found)
