"""Formulas in the cells of a table: displayed where they fit, else in lines that can be broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rdgames.equilibrium.condition import Condition
from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.errors import InputError, NoFormulaError, UnknownNameError, did_you_mean
from rdgames.language.printer import IN_LINES, LATEX, UNICODE, typeset
from rdgames.language.tree import Binary, Expression
from rdgames.markup.latex import plain, tabular

SIGNS = {"column": 34, "page": 52}
"""How many signs of a formula stand side by side in a column of a journal, and on a page."""

MOST_LINES = 6
"""Formulas that would fill more lines are left out of a table."""

MOST_BESIDE, FEW_LINES = 3, 3
"""So many regimes stand side by side, if none of their formulas would fill more lines than that."""

TOO_WIDE = "too long for a table"

_SPACE = r"\addlinespace"


def fitted(formula: Expression, symbols: Mapping[str, str], signs: float) -> str:
    """Return a formula in LaTeX for a place of a width: displayed if it fits, else in lines."""
    if breadth(formula) <= signs:
        return rf"$\displaystyle {typeset(formula, LATEX, symbols)}$"
    if length(formula) > MOST_LINES * signs:
        return TOO_WIDE
    return f"${typeset(formula, IN_LINES, symbols)}$"


def breadth(formula: Expression) -> int:
    """Return about how many signs a formula is wide, its fraction one above the other."""
    if isinstance(formula, Binary) and formula.operator == "/":
        return max(breadth(formula.left), breadth(formula.right))
    return length(formula)


def length(formula: Expression) -> int:
    """Return about how many signs a formula has that is written in lines."""
    return len(typeset(formula, UNICODE).replace(" ", ""))


def equilibria_table(
    equilibria: Sequence[Equilibrium],
    outcomes: Sequence[str],
    *,
    abbreviated: bool,
    width: str,
    caption: str,
    label: str,
) -> str:
    """Return what follows under each regime: side by side if few and short, else below each other."""
    signs = read_width(width)
    named = _chosen(equilibria, outcomes)
    beside = signs / len(equilibria) * (1.0 if len(equilibria) == 1 else 0.88)  # columns have space between them
    formulas = {(name, e): _formula(e, name, abbreviated=abbreviated) for name in named for e in equilibria}
    lines = [0.0 if isinstance(each, str) else length(each) / beside for each in formulas.values()]
    notes = _notes(equilibria, abbreviated=abbreviated)
    heads = [plain(e.regime.name) for e in equilibria]

    def cell(name: str, e: Equilibrium, room: float) -> str:
        formula = formulas[name, e]
        return formula if isinstance(formula, str) else fitted(formula, e.play.game.symbols, room)

    rows: list[Sequence[str] | None]
    if len(equilibria) == 1 or (len(equilibria) <= MOST_BESIDE and max(lines) <= FEW_LINES):
        rows = [[f"${_symbol(equilibria, name)}$", *(cell(name, e, beside) for e in equilibria)] for name in named]
        columns = "l" + wide(0.8 / len(equilibria)) * len(equilibria)
        head = ["", *heads]
    else:
        rows = []
        for name in named:
            rows += [None] if rows else []
            rows += [
                ["" if place else f"${_symbol(equilibria, name)}$", regime, cell(name, e, 0.9 * signs)]
                for place, (regime, e) in enumerate(zip(heads, equilibria, strict=True))
            ]
        columns, head = "ll" + wide(0.62), ["", "regime", ""]
    return tabular(columns, head, spaced(rows), notes=notes, caption=caption, label=label)


def conditions_table(equilibrium: Equilibrium, *, abbreviated: bool, width: str, caption: str, label: str) -> str:
    """Return what must hold of an equilibrium, and below a line what a careful reader wants to know besides."""
    signs = 0.55 * read_width(width)
    rows: list[Sequence[str] | None] = []
    for decides in (True, False):
        told = [each for each in equilibrium.stated_conditions if each.decides is decides]
        rows += [None] if rows and told else []
        rows += [[plain(each.meaning), _margin(equilibrium, each, signs, abbreviated=abbreviated)] for each in told]
    besides = "Below the line: diagnostics, which decide nothing."
    notes = [*([besides] if None in rows else []), *_notes([equilibrium], abbreviated=abbreviated)]
    head = [f"{plain(equilibrium.regime.name)}: it holds that", "where"]
    return tabular(wide(0.38) + wide(0.54), head, spaced(rows), notes=notes, caption=caption, label=label)


def wide(share: float) -> str:
    """Return a column of text that is so much of the line wide, and ragged."""
    return rf">{{\raggedright\arraybackslash}}p{{{share:.2f}\linewidth}}"


def spaced(rows: Sequence[Sequence[str] | None]) -> list[Sequence[str] | None]:
    """Return rows with space between those that touch."""
    return [
        [f"{_SPACE} {row[0]}", *row[1:]] if row is not None and place and rows[place - 1] is not None else row
        for place, row in enumerate(rows)
    ]


def read_width(width: str) -> int:
    """Return how many signs of a formula fit into a width.

    Raises
    ------
    InputError
        If it is neither "column" nor "page".
    """
    if width not in SIGNS:
        raise InputError(f"found the width {width!r}{did_you_mean(width, SIGNS)}, expected 'column' or 'page'")
    return SIGNS[width]


def _chosen(equilibria: Sequence[Equilibrium], outcomes: Sequence[str]) -> list[str]:
    """Return the outcomes of a table: those that are asked for, or all that every regime has."""
    models = list(dict.fromkeys(each.game.name for each in equilibria))
    if len(models) > 1:
        raise InputError(f"found equilibria of {', '.join(models)}, expected one game: make a table of each")
    common = [name for name in equilibria[0].outcomes if all(name in each.outcomes for each in equilibria)]
    for name in outcomes:
        if name not in common:
            raise UnknownNameError("outcome", name, common)
    return list(outcomes) or common


def _formula(equilibrium: Equilibrium, name: str, *, abbreviated: bool) -> Expression | str:
    try:
        return equilibrium.formula(name, abbreviated=abbreviated)
    except NoFormulaError as error:
        return plain(error.instead)


def _margin(equilibrium: Equilibrium, condition: Condition[Any], signs: float, *, abbreviated: bool) -> str:
    symbols = equilibrium.play.game.symbols
    try:
        formula = equilibrium.condition_formula(condition, abbreviated=abbreviated)
    except NoFormulaError as error:
        return plain(error.instead)
    shown = fitted(formula, symbols, signs - 3)
    if shown == TOO_WIDE:
        return shown
    if condition.whole:
        return f"{shown} is whole"
    relation = ">" if condition.strict else r"\geq"
    where = "" if condition.applies is None else _applies(equilibrium, condition)
    return f"{shown[:-1]} {relation} 0${where}"


def _applies(equilibrium: Equilibrium, condition: Condition[Any]) -> str:
    """Return where a condition says something, for what it says nothing elsewhere."""
    formula = equilibrium.condition_formula(replace(condition, margin=condition.applies))
    return f", if ${typeset(formula, LATEX, equilibrium.play.game.symbols)} > 0$"


def _symbol(equilibria: Sequence[Equilibrium], name: str) -> str:
    return equilibria[0].symbol(name)


def _notes(equilibria: Sequence[Equilibrium], *, abbreviated: bool) -> list[str]:
    game = equilibria[0].game
    notes = []
    if abbreviated and game.abbreviations:
        shown = ", ".join(
            f"${equilibria[0].symbol(entry.name)} = {typeset(entry.formula, LATEX, game.symbols)}$"
            for entry in game.abbreviations
        )
        notes.append(f"Where {shown}.")
    for each in equilibria:
        for residual in each.latex_residuals() if each.unknowns and not each.notes else []:
            notes.append(f"{plain(each.regime.name)}: levels solve $0 = {residual}$.")
        front = f"{plain(each.regime.name)}: " if len(equilibria) > 1 else ""
        notes += [f"{front}{plain(note)}." for note in each.notes]
    return notes
