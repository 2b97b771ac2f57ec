"""An equilibrium as a line of text, and as a display of mathematics."""

from __future__ import annotations

import textwrap
from fractions import Fraction
from typing import TYPE_CHECKING

from rdgames.algebra.presentation import Presenter, typical_point
from rdgames.algebra.rational import RationalFunction, Ring
from rdgames.equilibrium.interpretation import AtEqualActions
from rdgames.equilibrium.moves import moves_of
from rdgames.errors import NoFormulaError
from rdgames.game.play import Play
from rdgames.language.tree import Expression, rewrite

if TYPE_CHECKING:
    from rdgames.equilibrium.equilibrium import Equilibrium

LONGEST = 300


def as_text(equilibrium: Equilibrium) -> str:
    """Return what is chosen, and what determines levels that have no closed form."""
    head = f"Equilibrium({equilibrium.game.name}, {equilibrium.regime.name}"
    try:
        parts = [f"{name} = {textwrap.shorten(equilibrium.text(name), LONGEST)}" for name in _closed(equilibrium)]
        for name, residual in equilibrium.residuals.items():
            parts.append(f"{name} where {textwrap.shorten(str(residual), LONGEST)} = 0")
    except NoFormulaError as error:
        parts = [f"{', '.join(equilibrium.play.game.action)}: {error.instead}"]
    return f"{head}: {', '.join(parts)})"


def as_latex(equilibrium: Equilibrium) -> str:
    """Return the same in LaTeX."""
    try:
        lines = [rf"{equilibrium.symbol(name)} &= {equilibrium.latex(name)}" for name in _closed(equilibrium)]
        lines += [rf"0 &= {residual}" for residual in equilibrium.latex_residuals()]
    except NoFormulaError:
        return as_text(equilibrium)
    body = r" \\ ".join(lines)
    return rf"$$\begin{{aligned}}{body}\end{{aligned}}$$"


def presenters(play: Play, ring: Ring) -> tuple[Presenter, Presenter]:
    """Return what writes formulas for people: as they are, and in the paper's abbreviations."""
    point = typical_point({p.name: (p.domain.low, p.domain.high) for p in play.original.parameters})
    point |= {name: Fraction(1) for name in ring.names if name not in point}
    return Presenter(ring, point, {}), Presenter(ring, point, abbreviations(play, ring))


def abbreviations(play: Play, ring: Ring) -> dict[str, RationalFunction]:
    """Return what the paper's abbreviations stand for."""
    reader = AtEqualActions(play, ring, {})
    formulas: dict[str, Expression] = {}
    for entry in play.original.abbreviations:  # each may use those before it
        formulas[entry.name] = rewrite(entry.formula, lambda part: formulas.get(getattr(part, "name", "")))  # type: ignore[assignment]
    return {name: reader.evaluate(formula, {}) for name, formula in formulas.items()}


def imposed(play: Play) -> list[str]:
    """Return the restrictions that a regime imposes, in words."""
    units = [unit for move in moves_of(play) for unit in move.units if unit.equally]
    whose = ["the planner" if unit.planner else " and ".join(unit.groups) for unit in units]
    return [
        f"equal split imposed: {who} must choose the same {', '.join(unit.actions)} for every member"
        for who, unit in zip(whose, units, strict=True)
    ]


def _closed(equilibrium: Equilibrium) -> list[str]:
    """Return the actions whose levels are formulas."""
    return [name for name in equilibrium.play.game.action if name not in equilibrium.unknowns]
