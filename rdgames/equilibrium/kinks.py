"""Moves at which bounds bind: what is ahead of a move, which bounds its units keep, and kinks.

Later movers respond by ``max(least level, ...)``. So what an earlier mover maximizes has a kink where a later action
just reaches its least level, and for a whole interval of parameters the best choice may be the kink itself: a rival is
held at the point of stopping, who would enter if a little less were done against it. Let ``E`` be what more of the
later action would be worth at its least level (positive: it would be chosen), ``e`` its derivative by an earlier
action ``x``, and ``V_held'`` and ``V_free'`` the derivatives of what is maximized by ``x`` if the later action stays,
and if it responds. At ``E = 0``, more of ``x`` leads to where it responds if ``e > 0``, less of it if ``e < 0``. So to
stay is best (locally) where

    V_held'/e > 0    (going on to where the later action stays at its bound does not pay) and
    V_free'/e <= 0   (going on to where it responds does not pay).

``V_held'/e = 0`` belongs to the cell in which the action is held without anybody's doing, and where the action would be
chosen above the least level it is free; so neighbouring cells do not overlap.

Several units may move the same kink at one move. Each may be the one who holds the action there (the first action of
the others then meets its condition on one side of the kink, and an inequality on the other). Usually a continuum of
equilibria lies between: the movers can share the task in many ways, and the cells are the ends of it. Members of a
group who decide alone share it equally, as they share everything here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic

from rdgames.algebra.fields import K
from rdgames.equilibrium.binding import Bound, Derivatives, Kept, Kink, averaged, decides_for, keep, reduced
from rdgames.equilibrium.first_order import SolvedMove
from rdgames.equilibrium.moves import Move, Unit
from rdgames.equilibrium.players import Players
from rdgames.equilibrium.polynomial import Polynomial
from rdgames.equilibrium.substitution import after
from rdgames.errors import DerivationError, NotQuadraticError
from rdgames.game.play import Binding

Criteria = Mapping[Unit, Mapping[str, Polynomial[K]]]
"""What units maximize; see `rdgames.equilibrium.induction.Criterion`."""
Marginal = Callable[[str, Mapping[str, Polynomial[K]]], Polynomial[K]]
"""Differentiates what a unit maximizes by an action."""


@dataclass(frozen=True, eq=False)
class Ahead(Generic[K]):
    """What a move has ahead of it, in terms of what is chosen at this move and before.

    Attributes
    ----------
    criteria
        What units maximize.
    margins
        The margins of bounds that bind at this move or before.
    if_free
        What units maximize if the action that is held at a kink responds.
    """

    criteria: Criteria[K]
    margins: Mapping[Binding, Polynomial[K]] = field(default_factory=dict)
    if_free: Criteria[K] = field(default_factory=dict)

    def before(
        self, now: SolvedMove[K], earlier: Iterable[Move], bindings: Iterable[Binding], players: Players[K]
    ) -> Ahead[K]:
        """Return the same of the move before a solved one."""
        units = [unit for move in earlier for unit in move.deciding]
        criteria = {
            unit: {group: after(players, now, each) for group, each in self.criteria[unit].items()} for unit in units
        }
        kept = [binding for each in now.bound.kept for binding in each.bindings]
        margins = {b: after(players, now, margin) for b, margin in self.margins.items() if b not in kept}
        for binding in bindings:
            if binding.action in now.pressure:
                margins[binding] = averaged(players, binding, now.pressure[binding.action])
        return Ahead(criteria, margins)


def bound_at(
    move: Move,
    ahead: Ahead[K],
    margins: Mapping[Binding, Polynomial[K]],
    marginals: Mapping[str, Polynomial[K]],
    derivatives: Derivatives[K],
    marginal: Marginal[K] | None = None,
) -> Bound[K]:
    """Return what the conditions of a move become where bounds bind.

    ``margins`` has the margins, and ``marginals`` the derivatives of what is maximized by the actions that are free,
    both with the levels of what is held at the move.

    Raises
    ------
    DerivationError
        If bounds cannot bind in that way; NotQuadraticError if that is for want of a closed form.
    """
    if not margins:
        return Bound(marginals)
    kink = _kink_at(move, ahead, derivatives, marginal)
    marginals = dict(marginals)
    for action in kink.binding.unlike if kink else ():
        marginals |= {a: kink.free[a] for a in move.unit_of(action).actions if a in kink.free}  # type: ignore[union-attr]
    conditions, kept = dict(marginals), []
    left = dict(margins)
    for unit in move.units:
        mine = {binding: margin for binding, margin in left.items() if _is_kept_by(unit, binding, margin, derivatives)}
        if mine:
            left = {binding: margin for binding, margin in left.items() if binding not in mine}
            held = tuple(action for action, whole in move.held.items() if {*unit.actions} <= {*whole.actions})
            also = replace(unit, actions=held)
            slopes = tuple(derivatives.slopes(also, binding, ahead.margins[binding]) for binding in mine)
            kept.append(replace(keep(derivatives, unit, mine, marginals), held=slopes))
            conditions |= reduced(derivatives.players, kept[-1])
    if kink is not None:
        _expect_one_way(kept, kink)
    return Bound(conditions, tuple(kept), kink)


def _is_kept_by(unit: Unit, binding: Binding, margin: Polynomial[K], derivatives: Derivatives[K]) -> bool:
    if binding.action:
        return binding.by in unit.actions
    return decides_for(unit, binding.owner) and bool(derivatives.slopes(unit, binding, margin))


def _kink_at(move: Move, ahead: Ahead[K], derivatives: Derivatives[K], marginal: Marginal[K] | None) -> Kink[K] | None:
    """Return the kink of a move, None if there is none."""
    binding = next((each for each in ahead.margins if each.action), None)
    if binding is None:
        return None
    who = {action: unit for unit in move.units for action in unit.actions} | dict(move.held)
    moving = {action: derivatives.by(ahead.margins[binding], action) for action in who}
    slopes = {action: slope for action, slope in moving.items() if not slope.is_zero()}
    if binding.by not in move.actions:
        if slopes:
            raise DerivationError(
                f"found {binding.name}, but what moves it last is {', '.join(slopes)}: name one of these"
            )
        return None
    if marginal is None:
        raise NotQuadraticError("found a kink in a game without closed form, which no road leads to")
    own = {*binding.unlike} & {*move.unit_of(binding.by).actions}
    if missing := [a for a in (binding.by, *binding.unlike) if a not in slopes or a not in move.actions or a in own]:
        raise DerivationError(
            f"found {binding.name}, but nobody moves it by {', '.join(missing)} besides; "
            f"those who do choose {', '.join(slopes) or 'nothing'}"
        )
    held = {action: marginal(action, ahead.criteria[who[action]]) for action in slopes}
    free = {action: marginal(action, ahead.if_free[who[action]]) for action in slopes}
    for action in binding.unlike:  # all that its unit chooses
        free |= {a: marginal(a, ahead.if_free[who[a]]) for a in move.unit_of(action).actions}
    return Kink(binding, slopes, held, free)


def _expect_one_way(kept: Iterable[Kept[K]], kink: Kink[K]) -> None:
    """Check that those who keep other bounds, too, can move the kink in one way only."""
    for each in kept:
        if kink.binding in each.bindings:
            continue
        if kink.slopes.keys() & {*each.unit.actions} and (len(each.pinned) > 1 or len(each.unit.actions) > 1):
            raise NotQuadraticError(
                f"found {kink.binding.name} while {', '.join(b.name for b in each.bindings)} bind those who choose "
                f"{', '.join(each.unit.actions)}, who can move it in several ways: no road leads there"
            )


def expect_kept(ahead: Ahead[K], first: int) -> None:
    """Check that somebody keeps each bound.

    Raises
    ------
    DerivationError
        If the first move has been solved and nobody does.
    """
    if not first and ahead.margins:
        names = " and ".join(binding.name for binding in ahead.margins)
        raise DerivationError(
            f"found that {names} shall bind, but nothing that is chosen by those it binds moves it, alone or jointly; "
            "in consortia no such bound can be kept"
        )


def jump(kink: Kink[K], action: str, induction: Any) -> Any:
    """Return by how much more an action is worth at the margin where others respond, zero if that is all the same."""
    return induction.at_equal_levels(kink.free[action] - kink.held[action])


def expect_kinks(moves: Iterable[SolvedMove[K]], induction: Any) -> None:
    """Check that there is a kink where one is said to be, and that it is the same for all who could move it.

    Raises
    ------
    DerivationError
        If nothing changes for those who would have to stay there, so that the cell is empty or another one; or if they
        are among several who are alike and who would each stop at a point of their own.
    """
    for solved in moves:
        kink = solved.bound.kink
        if kink is None:
            continue
        field, group = induction.field, induction.group(kink.binding.action)
        by = [a for a in solved.move.unit_of(kink.binding.by).actions if a in kink.slopes]
        smooth = [a for a in kink.slopes if field.is_zero(jump(kink, a, induction))]
        if all(a in smooth for a in by) or any(a in smooth for a in kink.binding.unlike):
            raise DerivationError(
                f"found {kink.binding.name}, but for some of those who shall choose so it makes no difference at the "
                f"margin whether {kink.binding.action} responds: there is no kink to stay at"
            )
        several = not field.is_zero(induction.sizes[group] - 1)
        if several and any(induction.group(a) == group for a in kink.slopes if a in by or a not in smooth):
            raise DerivationError(
                f"found {kink.binding.name}, where each of {group} would be at a kink of its own: no cell in which "
                "they are alike describes that; write out the firms with rd.explicit(game, ...)"
            )


def movers(induction: Any, action: str) -> list[tuple[str, ...]]:
    """Return who could hold an action at the point where more of it does not pay: the free actions of each unit.

    These are the units of the latest earlier move at which that point is moved, of those to whom it makes a difference
    whether the action responds; none if there are none.
    """
    moves = induction.moves
    last = next(place for place, solved in enumerate(moves) if action in solved.pressure)
    margin = averaged(induction, Binding("", action=action), moves[last].pressure[action])
    for place in reversed(range(last)):
        move = moves[place].move
        if any(not margin.derivative(a).is_zero() for a in (*move.actions, *move.held)):
            break
        margin = after(induction, moves[place], margin)
    else:
        return []
    every = tuple(solved.move for solved in moves)
    free = induction.if_free(induction.play, action, every, place)
    held = induction.backward(induction.play, every, place + 1)[1].criteria
    units = []
    for unit in move.units:
        able = [a for a in unit.actions if a not in moves[place].bound.pinned and not margin.derivative(a).is_zero()]
        changes = {a: induction.marginal(a, free[unit]) - induction.marginal(a, held[unit]) for a in able}
        if any(not _vanishes_with(induction.summed(change, a), margin) for a, change in changes.items()):
            units.append(tuple(able))
    return units


def _vanishes_with(polynomial: Polynomial[K], margin: Polynomial[K]) -> bool:
    """Whether a polynomial is zero wherever a linear margin is, since it is a multiple of it."""
    monomial, coefficient = next(iter(margin.terms.items()))
    if monomial not in polynomial.terms:
        return polynomial.is_zero()
    factor: Any = polynomial.terms[monomial]
    return (polynomial - margin.scaled(factor / coefficient)).is_zero()
