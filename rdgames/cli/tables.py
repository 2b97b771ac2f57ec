"""Tables for people."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.equilibrium.point import Point
from rdgames.errors import NoFormulaError
from rdgames.game.game import Game
from rdgames.game.literature import Citation
from rdgames.language.printer import UNICODE, typed, typeset
from rdgames.language.tree import Expression, Node


def console(*, error: bool = False) -> Console:
    """Return where tables go; wide enough that formulas are not cut where the output is no terminal."""
    stream = Console(stderr=error, highlight=False, soft_wrap=False)
    return stream if stream.is_terminal else Console(stderr=error, highlight=False, width=160)


def table(*columns: str) -> Table:
    """Return an empty table with these columns."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def row(made: Table, *cells: object) -> None:
    """Add a row of plain text."""
    made.add_row(*(escape(str(cell)) for cell in cells))


def math(node: Node) -> str:
    """Return a formula as a terminal shows mathematics, or as typed where the output knows no such signs."""
    try:
        shown = typeset(node, UNICODE)
        shown.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return typed(node)
    return shown


def number(value: Any) -> str:
    """Return a number to eight digits; what is undefined is called so."""
    return "undefined" if value is None else f"{float(value):.8g}"


def print_primitives(game: Game, out: Console) -> None:
    """Print a game back in mathematical notation: what its file was understood to say."""
    out.print(f"[bold]{escape(game.title or game.name)}[/bold]")
    if game.citation:
        out.print(escape(str(game.citation)))
    if game.summary:
        out.print(escape(game.summary.strip()))
    parameters = table("parameter", "domain", "unit", "description")
    for parameter in game.parameters:
        index = f"[{', '.join('ij'[: len(parameter.index)])}]" if parameter.index else ""
        row(parameters, parameter.name + index, parameter.describe_domain(), parameter.unit, parameter.description)
    out.print(parameters)
    players = table("players", "number", "maximize", "description")
    payoffs = {payoff.name: payoff.formula for payoff in game.payoffs}
    for group in game.groups:
        maximize = math(payoffs[group.name]) if group.name in payoffs else ""
        row(players, group.name, math(group.size), maximize, group.description)
    out.print(players)
    stages = table("stage", "action", "by", "at least", "unit", "description")
    for stage in game.stages:
        for action in stage.actions:
            least = "(any sign)" if action.signed else math(action.at_least)
            row(stages, stage.name, action.name, action.by, least, action.unit, action.description)
        for price in stage.prices:
            meaning = f"{price.description}: {math(price.clears)}"
            row(stages, stage.name, price.name, "the market", "", price.unit, meaning)
    out.print(stages)
    definitions = table("definition", "", "is", "unit", "description")
    for entry in game.definitions:
        name = f"{entry.name}_{entry.index}" if entry.index else entry.name
        row(definitions, name, entry.each, math(entry.formula), entry.unit, entry.description)
    out.print(definitions)
    conditions = table("must hold", "", "meaning")
    for statement in game.assumptions:
        row(conditions, "assumption", math(statement), "")
    for requirement in game.requirements:
        row(conditions, requirement.name, math(requirement.statement), requirement.meaning)
    if conditions.row_count:
        out.print(conditions)


def short(citation: Citation | None) -> str:
    """Return who published something when."""
    if citation is None:
        return ""
    names = [author.rpartition(" ")[2] for author in citation.authors]
    people = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{people} {citation.year}"


def print_regimes(game: Game, out: Console) -> None:
    """Print the ways of cooperating."""
    regimes = table("regime", "", "sentence", "description")
    for regime in game.regimes:
        sentence = str(regime.sentence) or "(every player decides alone)"
        row(regimes, regime.name, regime.symbol, sentence, regime.description)
    out.print(regimes)


def print_literature(game: Game, out: Console) -> None:
    """Print what papers have published and claimed of a game."""
    if game.published:
        published = table("published", "regime", "formula", "given", "")
        for entry in game.published:
            corrected = f" Correct: {math(entry.corrected)}" if entry.corrected else ""
            verdict = "holds" if entry.holds else f"misprint. {entry.note}{corrected}"
            formula = f"{entry.outcome} = {math(entry.formula)}"
            row(published, entry.source, entry.regime, formula, math(entry.given) if entry.given else "", verdict)
        out.print(published)
    if game.published and game.abbreviations:
        out.print(escape("where " + ", ".join(f"{entry.name} = {math(entry.formula)}" for entry in game.abbreviations)))
    if game.claims:
        claims = table("claim", "statement", "given", "verdict", "source")
        for claim in game.claims:
            row(claims, claim.name, claim.words or claim.statement, claim.given, claim.verdict, claim.source)
        out.print(claims)
    if game.status:
        out.print(escape(f"Status: {game.status}"))


def written(formula: Callable[..., Expression], *arguments: Any, abbreviated: bool) -> str:
    """Return a formula as text, or that it is too long."""
    try:
        return typed(formula(*arguments, abbreviated=abbreviated))
    except NoFormulaError as error:
        return f"({error.instead}; its value: --at)"


def print_formulas(equilibrium: Equilibrium, out: Console, *, abbreviated: bool) -> None:
    """Print an equilibrium in symbols."""
    out.print(f"[bold]{escape(equilibrium.game.name)}, {escape(equilibrium.regime.name)}[/bold]")
    formulas = table("outcome", "formula", "unit")
    for name in equilibrium.outcomes:
        unit = equilibrium.unit(name)
        row(formulas, name, written(equilibrium.formula, name, abbreviated=abbreviated), unit)
    out.print(formulas)
    for decides, title in ((True, "condition"), (False, "diagnostic")):
        listing = table(title, "holds where", "meaning")
        for condition in equilibrium.stated_conditions:
            if condition.decides is decides:
                relation = ">" if condition.strict else ">="
                margin = written(equilibrium.condition_formula, condition, abbreviated=abbreviated)
                says = f"{margin} is whole" if condition.whole else f"{margin} {relation} 0"
                row(listing, condition.name, says, condition.meaning)
        if listing.row_count:
            out.print(listing)
    if abbreviated:
        names = ", ".join(f"{entry.name} = {typed(entry.formula)}" for entry in equilibrium.game.abbreviations)
        out.print(escape(f"where {names}"))
    for note in equilibrium.notes:
        out.print(escape(f"Note: {note}."))


def print_point(point: Point, units: dict[str, str], out: Console, *, exact: bool) -> None:
    """Print an equilibrium at a point."""
    show = str if exact else number
    status = "[green]valid[/green]" if point.valid else f"[red]invalid[/red]: {escape(', '.join(point.failed))}"
    out.print(f"[bold]{escape(point.model)}, {escape(point.regime)}[/bold]: {status}")
    out.print(escape(", ".join(f"{name} = {show(value)}" for name, value in point.parameters.items())))
    values = table("outcome", "value", "unit")
    for name, value in point.values.items():
        row(values, name, show(value), units.get(name, ""))
    out.print(values)
    for title, verdicts in (("condition", point.conditions), ("diagnostic", point.diagnostics)):
        listing = table(title, "margin", "holds", "meaning")
        for name, entry in verdicts.items():
            row(listing, name, show(entry.margin), "yes" if entry.holds else "NO", entry.meaning)
        if listing.row_count:
            out.print(listing)
    for note in point.notes:
        out.print(escape(f"Note: {note}."))
