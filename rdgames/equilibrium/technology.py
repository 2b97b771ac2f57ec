"""A first move with concave technologies, such as cost reductions that are the square root of outlays.

Payoffs that later moves have left behind are polynomials in actions ``x`` and in the values ``y = f(X)`` of
technologies, whose arguments ``X`` are linear in the actions. Differentiating twice brings in the slopes ``y' = f'(X)``
and curvatures ``y'' = f''(X)``, which are quantities like others (`Response`). At equal actions the first-order
conditions are equations in the common levels, and there the second derivatives say what conditions ask
(`rdgames.equilibrium.conditions`):

    A = d2 payoff/dx_i dx_i - d2 payoff/dx_i dx_j,    B = d2 payoff/dx_i dx_j.

For ``y = sqrt(X)`` with one kind of action everything is a rational function of ``y``: ``X = y**2``,
``y' = 1/(2*y)``, ``y'' = -1/(4*y**3)``; this is the inverse technology. If the first-order condition, times a power
of ``y``, is linear, the equilibrium has a closed form. Otherwise the levels are left as unknowns, and the conditions as
residuals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic

from rdgames.algebra.fields import Field, K
from rdgames.algebra.series import Series
from rdgames.equilibrium.interpretation import Technology
from rdgames.equilibrium.moves import Move
from rdgames.equilibrium.players import Players
from rdgames.equilibrium.polynomial import Moment, Own, Polynomial, Response, Total
from rdgames.errors import IndeterminateError, NotQuadraticError

SLOPE, CURVATURE = "'", "''"
"""What is set behind the name of a technology for its first and second derivative."""

TAILS = ("", "_slope", "_curvature")
"""The same, where they have names that a formula can have."""


@dataclass(frozen=True, eq=False)
class Implicit(Generic[K]):
    """Equations for levels that have no closed form.

    Everything in equilibrium is a function of the parameters and of the levels. In formulas, functions that are not
    rational have names: for each technology ``y`` its value, slope and curvature, ``y``, ``y_slope``, ``y_curvature``.

    Attributes
    ----------
    residuals
        The first-order conditions at equal actions, by the action or price whose level they determine; zero in
        equilibrium.
    least
        The least levels, of those that have one.
    technologies
        The names of technologies' values.
    prefix
        What stands before the names of levels where several equilibria are recorded in one program.
    """

    residuals: Mapping[str, K]
    least: Mapping[str, K]
    technologies: tuple[str, ...] = ()
    prefix: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names besides the parameters that formulas may have."""
        return (*self.residuals, *(name + tail for name in self.technologies for tail in TAILS))


@dataclass(frozen=True, eq=False)
class Levels(Generic[K]):
    """The common levels of a move's actions and technologies; ``at`` evaluates a polynomial there."""

    values: dict[str, K]
    at: Callable[[Polynomial[K]], K]
    implicit: Implicit[K] | None = None


@dataclass(frozen=True, eq=False)
class Marginals(Generic[K]):
    """First-order conditions of a move, and how they respond to the player's own and to another's action."""

    first: dict[str, Polynomial[K]]
    same: dict[tuple[str, str], Polynomial[K]] = field(default_factory=dict)
    other: dict[tuple[str, str], Polynomial[K]] = field(default_factory=dict)

    def replaced(
        self,
        first: Mapping[str, Polynomial[K]],
        actions: Iterable[str],
        responses: Mapping[str, Mapping[str, Response[K]]],
    ) -> Marginals[K]:
        """Return conditions of which those of some actions are others, such as equations of bounds that bind."""
        same, other = dict(self.same), dict(self.other)
        for a in actions:
            for b, response in responses.items():
                same[a, b], other[a, b] = first[a].derivative(b, 0, response), first[a].derivative(b, 1, response)
        return Marginals(dict(first), same, other)


def responses_to(action: str, players: Players[K], technologies: Mapping[str, Technology[K]]) -> dict[str, Response[K]]:
    """Return how technologies, and their slopes, respond to the action of one player."""
    zero, found = players.field.constant(0), {}
    for name, technology in technologies.items():
        terms = technology.argument.terms
        same_group = technology.group == players.group(action)
        own = terms.get((Own(0, action),), zero) if same_group else zero
        common = terms.get((Total(action),), zero)
        found[name] = Response(own, common, name + SLOPE)
        found[name + SLOPE] = Response(own, common, name + CURVATURE)
    return found


def marginals(
    move: Move,
    criteria: Mapping[str, Polynomial[K]],
    players: Players[K],
    technologies: Mapping[str, Technology[K]],
) -> Marginals[K]:
    """Differentiate what is maximized by each action, twice; ``criteria`` has it by action."""
    responses = {action: responses_to(action, players, technologies) for action in move.actions}
    found = Marginals({a: criteria[a].derivative(a, 0, responses[a]) for a in move.actions})
    for a in move.actions:
        for b in move.actions:
            found.same[a, b] = found.first[a].derivative(b, 0, responses[b])
            found.other[a, b] = found.first[a].derivative(b, 1, responses[b])
    return found


def at_equal_levels(
    polynomial: Polynomial[K], values: Mapping[str, Any], sizes: Mapping[str, K], one: Any, number: Any
) -> Any:
    """Return a polynomial where all members of a group choose the same.

    ``values`` has the level of every action and technology, ``sizes`` the number of members who have it.
    """
    total: Any = None
    for monomial, coefficient in polynomial.terms.items():
        term = one * number(coefficient)
        for quantity in monomial:
            match quantity:
                case Own(_, name):
                    term = term * values[name]
                case Total(name):
                    term = term * values[name] * number(sizes[name])
                case Moment(actions):
                    term = term * number(sizes[actions[0]])
                    for action in actions:
                        term = term * values[action]
                case _:
                    raise NotQuadraticError("found a technology in consortia, which has no closed form")
        total = term if total is None else total + term
    return one * number(polynomial.field.constant(0)) if total is None else total


class Laurent(Generic[K]):
    """A polynomial in powers, also negative ones, of one unknown."""

    def __init__(self, field: Field[K], terms: Mapping[int, K]) -> None:
        self.field = field
        self.terms = {power: each for power, each in terms.items() if not field.is_zero(each)}

    def __add__(self, other: Laurent[K]) -> Laurent[K]:
        terms: dict[int, Any] = dict(self.terms)
        for power, each in other.terms.items():
            terms[power] = terms[power] + each if power in terms else each
        return Laurent(self.field, terms)

    def __mul__(self, other: Laurent[K]) -> Laurent[K]:
        terms: dict[int, Any] = {}
        for p, c in self.terms.items():
            for q, d in other.terms.items():
                terms[p + q] = terms[p + q] + c * d if p + q in terms else c * d
        return Laurent(self.field, terms)

    def at(self, value: K) -> K:
        """Return the value at a value of the unknown (Horner)."""
        low, high = min(self.terms, default=0), max(self.terms, default=0)
        total: Any = self.field.constant(0)
        for power in range(high, low - 1, -1):
            total = total * value + self.terms[power] if power in self.terms else total * value
        factor: Any = self.field.constant(1)
        for _ in range(abs(low)):
            factor = factor * value
        return total / factor if low < 0 else total * factor  # type: ignore[no-any-return]

    def root(self) -> K | None:
        """Return where the polynomial vanishes, if that is one nonzero place and given by a linear equation."""
        low, high = min(self.terms, default=0), max(self.terms, default=0)
        if high - low != 1:
            return None
        below: Any = self.terms[low]
        return -below / self.terms[high]  # type: ignore[no-any-return]


def solve_levels(
    move: Move, found: Marginals[K], players: Players[K], technologies: Mapping[str, Technology[K]]
) -> Levels[K]:
    """Return the common levels of a move, in closed form where there is one."""
    arguments = {name: _at_equal_actions(t.argument, move, players) for name, t in technologies.items()}
    closed = _closed_form(move, found, players, technologies, arguments)
    if closed is not None:
        return closed
    values: dict[str, Any] = {action: players.field.parameter(action) for action in move.actions}
    plain = {name: players.plain_name(name) for name in technologies}
    for name, technology in technologies.items():
        total: Any = arguments[name].get("", players.field.constant(0))
        for action in move.actions:
            if action in arguments[name]:
                total = total + arguments[name][action] * values[action]
        shape = _shape(players, technology, plain[name], total)
        values |= dict(zip((name, name + SLOPE, name + CURVATURE), shape, strict=True))
    sizes = sizes_of(move, players, technologies)

    def at(polynomial: Polynomial[K]) -> K:
        return at_equal_levels(polynomial, values, sizes, players.field.constant(1), _same)  # type: ignore[no-any-return]

    residuals = {a: at(first) for a, first in found.first.items()}
    least = players.least_levels(move.actions)
    return Levels(values, at, Implicit(residuals, least, tuple(plain.values())))


def _shape(players: Players[K], technology: Technology[K], name: str, argument: K) -> list[Any]:
    """Return the value, slope and curvature of a technology: as steps of a program, or as names in a formula."""
    field: Any = players.field
    if not hasattr(field, "function"):
        return [field.parameter(name + tail) for tail in TAILS]
    exponent = technology.node.arguments[1:]
    power: Any = players.formulas.constant(players.formulas.evaluate(exponent[0], {})) if exponent else None
    value, slope, half = Series(field, frozenset(), 2).derivatives(technology.node.function, argument, power)  # type: ignore[arg-type]
    return [value, slope, 2 * half]


def _closed_form(
    move: Move,
    found: Marginals[K],
    players: Players[K],
    technologies: Mapping[str, Technology[K]],
    arguments: Mapping[str, Mapping[str, K]],
) -> Levels[K] | None:
    """Return the levels for one action and one square root, None if the equation is not linear in the root."""
    if len(move.actions) != 1 or len(technologies) != 1:
        return None
    (action,), ((name, technology),) = move.actions, technologies.items()
    field = players.field
    per_action: Any = arguments[name].get(action)
    if technology.node.function != "sqrt" or per_action is None:
        return None
    constant: Any = arguments[name].get("", field.constant(0))

    def laurent(terms: Mapping[int, Any]) -> Laurent[K]:
        return Laurent(field, terms)

    half = field.constant(Fraction(1, 2))
    unknowns = {
        action: laurent({2: 1 / per_action, 0: -constant / per_action}),
        name: laurent({1: field.constant(1)}),
        name + SLOPE: laurent({-1: half}),
        name + CURVATURE: laurent({-3: -half * half}),
    }
    sizes = sizes_of(move, players, technologies)

    def in_root(polynomial: Polynomial[K]) -> Laurent[K]:
        one = laurent({0: field.constant(1)})
        return at_equal_levels(polynomial, unknowns, sizes, one, lambda value: laurent({0: value}))  # type: ignore[no-any-return]

    root = in_root(found.first[action]).root()
    if root is None:
        return None
    values = {action: unknowns[action].at(root), name: root}
    return Levels(values, lambda polynomial: in_root(polynomial).at(root))


def _at_equal_actions(argument: Polynomial[K], move: Move, players: Players[K]) -> dict[str, K]:
    """Return how an argument depends on the common level of each action; the rest under the empty name."""
    found: dict[str, Any] = {}
    for monomial, coefficient in argument.terms.items():
        factor: Any = coefficient
        match monomial:
            case ():
                name = ""
            case (Own(_, name),) if name in move.actions:
                pass
            case (Total(name),) if name in move.actions:
                factor = factor * players.size(name)
            case _:
                raise NotQuadraticError(
                    "found a technology whose argument is not linear in what is chosen at the first move"
                )
        found[name] = found[name] + factor if name in found else factor
    if not set(found) - {""}:
        raise IndeterminateError("found a technology of which nothing depends on what is chosen at the first move")
    return found


def sizes_of(move: Move, players: Players[K], technologies: Mapping[str, Technology[K]]) -> dict[str, K]:
    """Return how many players have each quantity of the move."""
    sizes = {action: players.size(action) for action in move.actions}
    for name, technology in technologies.items():
        sizes |= dict.fromkeys((name, name + SLOPE, name + CURVATURE), players.sizes[technology.group])
    return sizes


def _same(value: Any) -> Any:
    return value
