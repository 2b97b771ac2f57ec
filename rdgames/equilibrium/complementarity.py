"""Choices are interior, or bounds bind: the conditions that say which, each with a margin.

With each bound goes a condition that its opposite cell does not have: ``interior_x`` or ``corner_x``; what a
requirement demands, or ``binding_unit_cost``. Conditions of what is inside are strict where those of the bound are not,
or the other way round, so that no point belongs to both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rdgames.algebra.fields import K
from rdgames.equilibrium.binding import Kept, Kink
from rdgames.equilibrium.condition import Condition
from rdgames.equilibrium.first_order import SolvedMove
from rdgames.equilibrium.induction import Induction
from rdgames.equilibrium.kinks import jump
from rdgames.language.printer import typed

_KUHN_TUCKER = "Mas-Colell, Whinston and Green 1995, Microeconomic Theory, Mathematical Appendix M.K"
_BY_DEFINITION = "by definition of an interior equilibrium"
_ONE_SIDED = "by definition of a maximum at a kink: one-sided derivatives"


def complementarity(induction: Induction[K]) -> Iterator[Condition[K]]:
    """Yield that choices are interior, and that bounds bind where they shall."""
    yield from _interior(induction)
    for solved in induction.moves:
        yield from _held(induction, solved)
        for kept in solved.bound.kept:
            yield from _kept(induction, solved, kept)
        yield from _others_at_the_kink(induction, solved)


def _interior(induction: Induction[K]) -> Iterator[Condition[K]]:
    """Yield that what is free is above its least level; or at it, where a requirement leaves no other choice."""
    kept = [each for solved in induction.moves for each in solved.bound.kept]
    required = {
        action for each in kept for action, by in zip(each.pinned, each.bindings, strict=True) if by.requirement
    }
    for action in induction.game.action.values():
        if action.signed:
            continue
        if action.name in induction.play.held:
            continue
        least = induction.at_levels.evaluate(action.at_least, {})
        bound = typed(action.at_least)
        level: Any = induction.levels[action.name]
        strict = action.name not in required
        meaning = f"every player chooses {action.name} above {bound}" + ("" if strict else ", or at it")
        yield Condition(f"interior_{action.name}", level - least, meaning, _BY_DEFINITION, strict=strict)


def _held(induction: Induction[K], solved: SolvedMove[K]) -> Iterator[Condition[K]]:
    """Yield that nobody would raise what is held at its least level (complementarity)."""
    just = {binding.action for binding in induction.play.bindings}
    kink = solved.bound.kink
    for action, pressure in solved.pressure.items():
        least = induction.game.action[action].at_least
        if induction.play.held[action] != least or action in just:
            continue
        margin: Any = induction.at_equal_levels(pressure)
        name, bound = f"corner_{action}", typed(least)
        meaning = f"nobody who decides {action} gains by raising it above {bound}"
        kept = next((each for each in solved.bound.kept if any(action in table for table in each.held)), None)
        if kept is not None:  # whoever raises it must keep the bounds that bind
            multipliers: dict[str, Any] = kept.multipliers(induction.field, induction.at_equal_levels, kept.marginals)
            for binding, table in zip(kept.bindings, kept.held, strict=True):
                if action in table:
                    margin = margin + multipliers[binding.name] * induction.at_equal_levels(table[action])
            meaning += f", if {', '.join(kept.pinned)} follow so that what binds still does"
        if kept is not None or kink is None or not _is_kinked(induction, kink, action):
            yield Condition(name, -margin, meaning, _KUHN_TUCKER, strict=False)
            continue
        free: Any = induction.at_equal_levels(kink.free[action])
        slope: Any = induction.at_equal_levels(kink.slopes[action])
        yield from _one_sided(name, meaning, kink, (-margin, -free), slope, strict=False)


def _kept(induction: Induction[K], solved: SolvedMove[K], kept: Kept[K]) -> Iterator[Condition[K]]:
    """Yield that bounds bind those who keep them, by their multipliers."""
    field, at = induction.field, induction.at_equal_levels
    kink = solved.bound.kink
    found: dict[str, Any] = kept.multipliers(field, at, kept.marginals)
    chosen = " and ".join(kept.unit.actions)
    for binding, action in zip(kept.bindings, kept.pinned, strict=True):
        if binding.action and kink is not None:
            free = kept.multipliers(field, at, {**kept.marginals, **kink.free})
            stays, responds = f"edge_{binding.action}_held", f"edge_{binding.action}_free"
            meaning = f"those who decide {chosen} do not gain by going on, to where {binding.action} stays where it is"
            yield Condition(stays, -found[binding.name], meaning, _ONE_SIDED)
            meaning = f"those who decide {chosen} do not gain by going back, to where {binding.action} is raised"
            yield Condition(responds, free[binding.name], meaning, _ONE_SIDED, strict=False)
            continue
        name, margin = f"binding_{binding.name}", found[binding.name]
        required = next(each for each in induction.game.requirements if each.name == binding.requirement)
        meaning = f"those who decide {chosen} would gain if they could go beyond {typed(required.statement)}"
        if kink is None or kink.binding in kept.bindings or not _is_kinked(induction, kink, action):
            yield Condition(name, margin, meaning, _KUHN_TUCKER)
            continue
        if_free = kept.multipliers(field, at, kink.free)[binding.name]
        (table,) = kept.slopes
        slope: Any = at(kink.slopes[action])
        yield from _one_sided(name, meaning, kink, (margin, if_free), slope / at(table[action]), strict=True)


def _others_at_the_kink(induction: Induction[K], solved: SolvedMove[K]) -> Iterator[Condition[K]]:
    """Yield that those who could move a kink, too, and do not hold the action there, would not on either side."""
    kink = solved.bound.kink
    if kink is None:
        return
    by = solved.move.unit_of(kink.binding.by).actions
    for action in kink.slopes:
        if action in by or action not in solved.conditions or not _is_kinked(induction, kink, action):
            continue
        unlike = {a for each in kink.binding.unlike for a in solved.move.unit_of(each).actions}
        slope: Any = induction.at_equal_levels(kink.slopes[action])
        name, held = f"edge_{kink.binding.action}_{action}", kink.binding.action
        if action in unlike:
            margin = slope * induction.at_equal_levels(kink.held[action])
            meaning = f"those who decide {action} do not gain by going on, to where {held} stays where it is"
        else:
            margin = -(slope * induction.at_equal_levels(kink.free[action]))
            meaning = f"those who decide {action} do not gain by going back, to where {held} is raised"
        yield Condition(name, margin, meaning, _ONE_SIDED, strict=False)


def _is_kinked(induction: Induction[K], kink: Kink[K], action: str) -> bool:
    """Whether what is maximized by an action has a kink, too: not if what responds makes no difference."""
    return action in kink.slopes and not induction.field.is_zero(jump(kink, action, induction))


def _one_sided(
    name: str, meaning: str, kink: Kink[K], margins: tuple[Any, Any], slope: Any, *, strict: bool
) -> Iterator[Condition[K]]:
    """Yield the condition of somebody who can go one way only, with the margin of the side that this leads to."""
    held = kink.binding.action
    for margin, applies, tail, side in zip(
        margins, (-slope, slope), ("_held", "_free"), ("stays where it is", "is raised"), strict=True
    ):
        said = f"{meaning}, if that leads to where {held} {side}"
        yield Condition(f"{name}{tail}", margin, said, _ONE_SIDED, strict=strict, applies=applies)
