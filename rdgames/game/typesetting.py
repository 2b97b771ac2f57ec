"""A game as a page of mathematics: what a notebook shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rdgames.language.printer import LATEX, typeset
from rdgames.language.tree import Expression, Indexed, Statement, Symbol

if TYPE_CHECKING:
    from rdgames.game.game import Game


def markdown(game: Game) -> str:
    """Return a game in Markdown with LaTeX: source, players, stages, definitions, payoffs, regimes."""
    return "\n\n".join(_paragraphs(game))


def _paragraphs(game: Game) -> Iterator[str]:
    symbols = game.symbols

    def math(node: Expression | Statement) -> str:
        return f"${typeset(node, LATEX, symbols)}$"

    yield f"**{game.title or game.name}**"
    if game.citation:
        yield f"*{game.citation}*"
    if game.summary:
        yield " ".join(game.summary.split())
    for group in game.groups:
        yield f"Players: {math(group.size)} {group.name}{f', {group.description}' if group.description else ''}."
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
    rows = [f"| {r.name} | {r.sentence!s} | {r.description} |" for r in game.regimes]
    yield "\n".join(["| regime | sentence | |", "|---|---|---|", *rows])
