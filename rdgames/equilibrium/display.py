"""An equilibrium as a line of text, and as a display of mathematics."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rdgames.equilibrium.moves import moves_of
from rdgames.errors import TooLargeError
from rdgames.game.play import Play

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
    except TooLargeError:
        parts = [f"{', '.join(equilibrium.play.game.action)} by formulas too long to be written out"]
    return f"{head}: {', '.join(parts)})"


def as_latex(equilibrium: Equilibrium) -> str:
    """Return the same in LaTeX."""
    try:
        lines = [rf"{equilibrium.symbol(name)} &= {equilibrium.latex(name)}" for name in _closed(equilibrium)]
        lines += [rf"0 &= {residual}" for residual in equilibrium.latex_residuals()]
    except TooLargeError:
        return as_text(equilibrium)
    body = r" \\ ".join(lines)
    return rf"$$\begin{{aligned}}{body}\end{{aligned}}$$"


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
