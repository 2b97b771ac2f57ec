"""Bounds that somebody keeps with equality at a move: what is chosen so, and what it is worth not to be bound.

A bound is a margin ``g``, a formula in actions that is zero. It may be what the model requires (a unit cost that is not
negative), or what others would gain by more of an action that they choose later and that is at its least level: then
somebody holds them at the point of stopping (a kink, see `rdgames.equilibrium.kinks`). Write ``M[a]`` for the
derivative of what a unit maximizes by one player's action ``a``, and ``G[r, a]`` for that of margin ``r``, summed over
its owners where they decide jointly.

1. As many actions of the unit as it keeps bounds, each with a margin that it moves, are *pinned*: the equation
   ``g = 0`` takes the place of the first-order condition.
2. Multipliers solve ``M[p] + sum_r mu[r]*G[r, p] = 0`` for the pinned actions ``p``. That of a requirement is positive
   where the unit would gain if the bound gave way (Kuhn and Tucker).
3. The unit's other actions meet ``M[b] + sum_r mu[r]*G[r, b] = 0``.

A requirement is the bound of those players whose margin it is: ``unit_cost[i] >= 0`` binds firm ``i``, or those who
decide for it, and not a rival whose research spills over to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic

from rdgames.algebra.fields import Field, K
from rdgames.algebra.linear import determinant, solve
from rdgames.equilibrium.moves import Unit
from rdgames.equilibrium.players import Players
from rdgames.equilibrium.polynomial import Polynomial
from rdgames.errors import DerivationError, IndeterminateError, NotQuadraticError
from rdgames.game.play import Binding


@dataclass(frozen=True, eq=False)
class Kept(Generic[K]):
    """The bounds that one unit keeps with equality at a move.

    Attributes
    ----------
    unit, bindings
        Who keeps which bounds.
    pinned
        For each of them the action that keeps it.
    equations
        For each of them what is zero, of player 0 of those who choose the pinned action.
    slopes
        ``G``, for each bound by action, without those that are zero.
    marginals
        ``M``, by action.
    held
        ``G`` of actions that those who decide hold at their least level, for each bound.
    """

    unit: Unit
    bindings: tuple[Binding, ...]
    pinned: tuple[str, ...]
    equations: tuple[Polynomial[K], ...]
    slopes: tuple[Mapping[str, Polynomial[K]], ...]
    marginals: Mapping[str, Polynomial[K]]
    held: tuple[Mapping[str, Polynomial[K]], ...] = ()

    def multipliers(
        self, field: Field[K], at: Callable[[Polynomial[K]], K], marginals: Mapping[str, Polynomial[K]]
    ) -> dict[str, K]:
        """Return the multipliers by name of the bound, where ``at`` evaluates; with ``marginals`` in the place of M."""
        zero = field.constant(0)
        matrix = [[at(each[p]) if p in each else zero for each in self.slopes] for p in self.pinned]
        right: list[Any] = [at(marginals[p]) for p in self.pinned]
        found = solve(field, matrix, [-each for each in right], lambda value, factor: value * factor)
        return {binding.name: value for binding, value in zip(self.bindings, found, strict=True)}

    def at(self, evaluate: Callable[[Polynomial[K]], Polynomial[K]]) -> Kept[K]:
        """Return the same with marginals and slopes evaluated."""
        slopes = tuple({a: evaluate(each) for a, each in table.items()} for table in self.slopes)
        marginals = {a: evaluate(each) for a, each in self.marginals.items()}
        return replace(self, slopes=slopes, marginals=marginals)

    def tangent(self, field: Field[K], slope: Callable[[Polynomial[K], str], K]) -> dict[str, dict[str, K]]:
        """Return how pinned actions follow each other action of the unit, so that the bounds are kept.

        ``slope`` reads what a margin's ``G`` is for an action.
        """
        zero = field.constant(0)

        def read(table: Mapping[str, Polynomial[K]], action: str) -> K:
            return slope(table[action], action) if action in table else zero

        matrix = [[read(table, p) for p in self.pinned] for table in self.slopes]
        found = {}
        for action in self.unit.actions:
            if action not in self.pinned:
                right: list[Any] = [read(table, action) for table in self.slopes]
                following = solve(field, matrix, [-each for each in right], lambda value, factor: value * factor)
                found[action] = dict(zip(self.pinned, following, strict=True))
        return found


@dataclass(frozen=True, eq=False)
class Kink(Generic[K]):
    """A bound at which what others choose later starts to respond, and everybody who can move it.

    Attributes
    ----------
    binding
        The bound: an action that is held at its least level, of which more would just not pay.
    slopes
        By action of the move, also those that are held, how what more of it would be worth rises.
    held, free
        The derivatives of what is maximized by each of these actions, if the bound's action stays where it is, and if
        it responds.
    """

    binding: Binding
    slopes: Mapping[str, Polynomial[K]]
    held: Mapping[str, Polynomial[K]]
    free: Mapping[str, Polynomial[K]]


@dataclass(frozen=True, eq=False)
class Bound(Generic[K]):
    """What a move's conditions become where bounds bind.

    Attributes
    ----------
    conditions
        By action what must be zero: a marginal, or the equation of a bound.
    kept
        The bounds of each unit that keeps some.
    kink
        The kink at which the move is.
    """

    conditions: Mapping[str, Polynomial[K]]
    kept: tuple[Kept[K], ...] = ()
    kink: Kink[K] | None = None

    @property
    def pinned(self) -> dict[str, Kept[K]]:
        """The actions whose condition is the equation of a bound."""
        return {action: kept for kept in self.kept for action in kept.pinned}


@dataclass(frozen=True)
class Derivatives(Generic[K]):
    """How margins are differentiated at a move; functions of what is chosen there may respond."""

    players: Players[K]
    by: Callable[[Polynomial[K], str], Polynomial[K]] = field(default=lambda margin, action: margin.derivative(action))

    def slopes(self, unit: Unit, binding: Binding, margin: Polynomial[K]) -> dict[str, Polynomial[K]]:
        """Return ``G`` of a bound by the actions of a unit, without those that are zero."""
        if unit.jointly and binding.owner:
            margin = margin.summed(0, self.players.sizes[binding.owner], self.players.counts.get(binding.owner))
        found = {action: self.by(margin, action) for action in unit.actions}
        return {action: slope for action, slope in found.items() if not slope.is_zero()}


def decides_for(unit: Unit, owner: str) -> bool:
    """Whether a unit decides for the members of a group."""
    return not unit.kept and not unit.consortia and owner in (unit.partners or unit.groups)


def keep(
    derivatives: Derivatives[K],
    unit: Unit,
    margins: Mapping[Binding, Polynomial[K]],
    marginals: Mapping[str, Polynomial[K]],
) -> Kept[K]:
    """Return which actions of a unit keep its bounds.

    Raises
    ------
    DerivationError
        If it has not enough actions that move them.
    """
    players = derivatives.players
    slopes = tuple(derivatives.slopes(unit, binding, margin) for binding, margin in margins.items())
    pinned: list[str] = []
    for binding, table in zip(margins, slopes, strict=True):
        own = sorted(table.keys() - pinned, key=lambda a: (players.group(a) != binding.owner, unit.actions.index(a)))
        if not own:
            raise DerivationError(
                f"found that {' and '.join(each.name for each in margins)} bind, expected as many actions of those who "
                f"decide {', '.join(unit.actions)} that move them: leave one out"
            )
        pinned.append(own[0])
    if len(pinned) > 1:
        _expect_independent(players.field, pinned, slopes)
    equations = tuple(
        margin if players.group(action) == binding.owner else averaged(players, binding, margin)
        for (binding, margin), action in zip(margins.items(), pinned, strict=True)
    )
    return Kept(unit, tuple(margins), tuple(pinned), equations, slopes, {a: marginals[a] for a in unit.actions})


def averaged(players: Players[K], binding: Binding, margin: Polynomial[K]) -> Polynomial[K]:
    """Return the average of a bound's margin over all whose it is; they are alike, so it is that of each."""
    group = binding.owner or players.group(binding.action)
    size: Any = players.sizes[group]
    return margin.summed(0, size, players.counts.get(group)).scaled(1 / size)


def reduced(players: Players[K], kept: Kept[K]) -> dict[str, Polynomial[K]]:
    """Return the conditions of a unit: equations of what is pinned, marginals with multipliers of the rest (step 3).

    Raises
    ------
    NotQuadraticError
        If a bound that other actions move, too, is not linear.
    """
    conditions = dict(zip(kept.pinned, kept.equations, strict=True))
    others = [a for a in kept.unit.actions if a not in kept.pinned]
    if not any(a in table for a in others for table in kept.slopes):
        return conditions | {a: kept.marginals[a] for a in others}
    zero = players.field.constant(0)
    constants: list[dict[str, K]] = []
    for binding, table in zip(kept.bindings, kept.slopes, strict=True):
        found = {a: slope.as_constant() for a, slope in table.items()}
        if None in found.values():
            raise NotQuadraticError(
                f"found that {binding.name} binds, which is moved by {' and '.join(table)} together and is not linear"
            )
        constants.append(found)  # type: ignore[arg-type]
    matrix = [[table.get(p, zero) for table in constants] for p in kept.pinned]
    for action in others:
        group = players.group(action)
        right = [-_of_group(players, kept.marginals[p], p, group) for p in kept.pinned]
        multipliers = solve(players.field, matrix, right, Polynomial.scaled)
        condition = kept.marginals[action]
        for effects, multiplier in zip(constants, multipliers, strict=True):
            if action in effects:
                condition = condition + multiplier.scaled(effects[action])
        conditions[action] = condition
    return conditions


def _of_group(players: Players[K], marginal: Polynomial[K], action: str, group: str) -> Polynomial[K]:
    """Return a marginal as it is for those in a group: of its own member, or the average of another group's."""
    if players.group(action) == group:
        return marginal
    size: Any = players.size(action)
    return players.summed(marginal, action).scaled(1 / size)


def _expect_independent(field: Field[K], pinned: list[str], slopes: tuple[Mapping[str, Polynomial[K]], ...]) -> None:
    matrix: list[list[K]] = []
    for p in pinned:
        row = [table[p].as_constant() if p in table else field.constant(0) for table in slopes]
        if None in row:
            raise NotQuadraticError(f"found that several bounds on {', '.join(pinned)} bind that are not linear")
        matrix.append(row)  # type: ignore[arg-type]
    if field.is_zero(determinant(field, matrix)):
        raise IndeterminateError(f"found bounds that bind and do not determine {', '.join(pinned)}: leave one out")
