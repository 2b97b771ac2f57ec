"""Equilibria, and points of them, as pages that a notebook shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rdgames.equilibrium.condition import Condition
from rdgames.errors import NoFormulaError
from rdgames.language.printer import LATEX, typeset
from rdgames.language.tree import Expression
from rdgames.markup.page import Math, Page, Table

if TYPE_CHECKING:
    from rdgames.equilibrium.equilibrium import Equilibrium
    from rdgames.equilibrium.point import Point, Quantity, Verdict

FEW_TERMS = 60
"""What follows from actions is shown only where these have so many terms at most: longer formulas take time."""

LONGEST = 400
"""Formulas that would be longer in LaTeX are not shown."""


def equilibrium_page(equilibrium: Equilibrium) -> Page:
    """Return an equilibrium: formulas of actions, and of what follows if they are short; conditions; restrictions."""
    game, regime = equilibrium.game, equilibrium.regime
    actions = [*equilibrium.play.game.action, *equilibrium.play.game.price]
    short = _is_short(equilibrium, actions)
    names = equilibrium.outcomes if short else actions
    rows = [
        [Math(equilibrium.symbol(name)), _formula(equilibrium, name), equilibrium.play.game.entry(name).description]
        for name in names
    ]
    said = str(regime.sentence) or "every player decides alone"
    notes = [f"{note}." for note in equilibrium.notes]
    if not short:
        notes.append(f"Further outcomes: {', '.join(name for name in equilibrium.outcomes if name not in actions)}.")
    tables = [Table(["", "", ""], rows), _conditions(equilibrium, short=short)]
    if short and game.abbreviations:
        meant = [
            [Math(equilibrium.symbol(each.name)), Math(typeset(each.formula, LATEX, game.symbols))]
            for each in game.abbreviations
        ]
        tables.insert(1, Table(["where", "is"], meant))
    title = f"{game.title or game.name}: {regime.name}"
    return Page(title, [] if said == regime.name else [f"{said}."], tables, notes)


def point_page(point: Point) -> Page:
    """Return a point: whether it is an equilibrium, its values, and what decides that."""
    status = "valid" if point.valid else "not an equilibrium"
    why = [f"fails: {name}, {point.conditions[name].meaning}" for name in point.failed]
    where = ", ".join(f"{name} = {exactly(value)}" for name, value in point.parameters.items())
    values = Table(
        ["outcome", "value", ""],
        [[name, exactly(value), _about(value)] for name, value in point.values.items()],
        numbers=[1],
    )
    tables = [values, _verdicts("conditions", point.conditions)]
    if point.diagnostics:
        tables.append(_verdicts("diagnostics", point.diagnostics))
    notes = [f"{note}." for note in point.notes]
    notes += [f"Bounds that bind: {', '.join(point.at_bounds)}."] if point.at_bounds else []
    return Page(f"{point.model}, {point.regime}: {status}", [*why, f"at {where}"], tables, notes)


def exactly(value: Quantity) -> str:
    """Return a number as people write it: a fraction, or a float to six digits; what has none is undefined."""
    if value is None:
        return "undefined"
    return str(value) if isinstance(value, Fraction) else f"{float(value):.6g}"


def _about(value: Quantity) -> str:
    """Return a fraction as a decimal, where it is not whole."""
    return f"≈ {float(value):.6g}" if isinstance(value, Fraction) and value.denominator != 1 else ""


def _verdicts(caption: str, verdicts: Mapping[str, Verdict]) -> Table:
    holding = sum(entry.holds for entry in verdicts.values())
    rows = [
        ["yes" if entry.holds else "NO", entry.meaning, exactly(entry.margin), entry.source]
        for entry in verdicts.values()
    ]
    said = f"{holding} of {len(rows)} {caption} hold"
    return Table(["holds", "it is required that", "margin", "source"], rows, said, folded=True)


def _conditions(equilibrium: Equilibrium, *, short: bool) -> Table:
    told = [each for each in equilibrium.stated_conditions if each.decides]
    rows = [[each.meaning, _margin(equilibrium, each) if short else "", each.source] for each in told]
    return Table(["it is required that", "where", "source"], rows, f"{len(rows)} conditions", folded=True)


def _margin(equilibrium: Equilibrium, condition: Condition[Any]) -> str:
    formula = _written(equilibrium, equilibrium.condition_formula, condition)
    if not isinstance(formula, Math):
        return formula
    return Math(rf"{formula} \text{{ whole}}" if condition.whole else f"{formula} {'>' if condition.strict else '≥'} 0")


def _formula(equilibrium: Equilibrium, name: str) -> str:
    if name in equilibrium.unknowns:
        return "has no closed form; its value: at(...)"
    return _written(equilibrium, equilibrium.formula, name)


def _written(equilibrium: Equilibrium, formula: Callable[..., Expression], asked: Any) -> str:
    try:
        found = typeset(formula(asked, abbreviated=True), LATEX, equilibrium.play.game.symbols)
    except NoFormulaError as error:
        return error.instead
    return Math(rf"\displaystyle {found}") if len(found) <= LONGEST else "too long to be shown"


def _is_short(equilibrium: Equilibrium, actions: list[str]) -> bool:
    try:
        sizes = [equilibrium.exact(name) for name in actions if name not in equilibrium.unknowns]
    except NoFormulaError:
        return False
    return all(len(each.numerator) + len(each.denominator) <= FEW_TERMS for each in sizes)
