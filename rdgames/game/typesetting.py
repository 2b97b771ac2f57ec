"""A game as a page of mathematics: what a notebook shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rdgames.language.printer import LATEX, typed, typeset
from rdgames.language.tree import Expression, Indexed, Statement, Symbol

if TYPE_CHECKING:
    from rdgames.game.game import Game


def markdown(game: Game) -> str:
    """Return a game in Markdown with LaTeX: source, players, stages, definitions, payoffs, regimes."""
    return "\n\n".join(_paragraphs(game))


def card(game: Game) -> str:
    """Return a game in a few lines of text: what a terminal shows."""
    moves = "; then ".join(f"{stage.name}: {', '.join(a.name for a in stage.actions)}" for stage in game.stages)
    lines = [f"{game.name}: {game.title}" if game.title else game.name]
    lines += [str(game.citation)] if game.citation else []
    lines += [f"players: {', '.join(f'{typed(group.size)} {group.name}' for group in game.groups)}", f"moves: {moves}"]
    lines.append(f"regimes: {', '.join(regime.name for regime in game.regimes)}")
    return "\n".join(lines)


def words(text: str) -> str:
    """Return text so that Markdown shows it as it is: not as HTML, as mathematics, or as the end of a cell."""
    whole = re.sub(r"&(?=#?\w+;)", "&amp;", text)  # an ampersand that begins no entity may stay
    return re.sub(r"[<>|$*]", lambda sign: f"&#{ord(sign[0])};", whole)


def _paragraphs(game: Game) -> Iterator[str]:
    symbols = game.symbols

    def math(node: Expression | Statement) -> str:
        return f"${typeset(node, LATEX, symbols)}$"

    yield f"**{words(game.title or game.name)}**"
    if game.citation:
        yield f"*{words(str(game.citation))}*"
    if game.summary:
        yield words(" ".join(game.summary.split()))
    for group in game.groups:
        yield f"Players: {math(group.size)} {group.name}{f', {words(group.description)}' if group.description else ''}."
    moves: list[str] = []
    for stage in game.stages:
        chosen = ", ".join(f"{math(Indexed(action.name, ('i',)))} of {action.by}" for action in stage.actions)
        cleared = "".join(f"; {math(Symbol(price.name))} clears {math(price.clears)}" for price in stage.prices)
        moves.append(f"{len(moves) + 1}. {stage.name}: {chosen}{cleared}")
    yield "\n".join(moves)
    lines = []
    for entry in game.definitions:
        left: Expression = Indexed(entry.name, (entry.index,)) if entry.index else Symbol(entry.name)
        lines.append(rf"{typeset(left, LATEX, symbols)} &= {typeset(entry.formula, LATEX, symbols)}")
    if lines:
        yield "$$\\begin{aligned}" + r" \\ ".join(lines) + "\\end{aligned}$$"
    yield " ".join(f"Every member $i$ of {payoff.name} maximizes {math(payoff.formula)}." for payoff in game.payoffs)
    domains = ", ".join(math(entry.domain.statement) for entry in game.parameters)
    yield f"Parameters: {domains}."
    if game.assumptions:
        yield f"Assumed: {', '.join(map(math, game.assumptions))}."
    if game.requirements:
        yield "\n".join(f"- Required: {math(each.statement)}: {words(each.meaning)}." for each in game.requirements)
    rows = [f"| {r.name} | {words(str(r.sentence))} | {words(r.description)} |" for r in game.regimes]
    yield "\n".join(["| regime | sentence | |", "|---|---|---|", *rows])
