"""The game that remains when some actions have been chosen: they, and their prices, are parameters of it.

Whoever has chosen, all members of a group have chosen the same, so ``x[i]`` of every member is the parameter ``x``. The
engine that solves games (`rdgames.equilibrium`) solves what remains as it solves any other game: subgame perfectly.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from rdgames.game.domains import Domain
from rdgames.game.entries import Entry, Parameter
from rdgames.game.game import Game
from rdgames.game.parts import E, changed
from rdgames.game.play import Play
from rdgames.language.tree import Indexed, Node, Symbol, rewrite


def known(formula: Any, given: Collection[str]) -> Any:
    """Return a formula in which actions that have been chosen are parameters, of the same names."""

    def one(node: Node) -> Node | None:
        return Symbol(node.name) if isinstance(node, Indexed) and node.name in given else None

    return rewrite(formula, one)


def remaining(play: Play, given: Collection[str]) -> Play:
    """Return the game that is left to be played.

    Parameters
    ----------
    play
        A game under a regime.
    given
        The actions that have been chosen, and the prices that have cleared their markets.
    """
    game = play.game

    def said(entries: tuple[E, ...], *keys: str) -> tuple[E, ...]:
        return tuple(changed(entry, **{key: known(getattr(entry, key), given) for key in keys}) for entry in entries)

    def left(entries: tuple[Entry, ...]) -> tuple[Any, ...]:
        return tuple(entry for entry in entries if entry.name not in given)

    stages = tuple(
        changed(stage, actions=left(stage.actions), prices=said(left(stage.prices), "clears")) for stage in game.stages
    )
    parameters = tuple(Parameter(name=name, domain=Domain(name)) for name in given)
    rest = Game.model_construct(
        **{
            **{key: getattr(game, key) for key in Game.model_fields},
            "parameters": (*game.parameters, *parameters),
            "stages": stages,
            "definitions": said(game.definitions, "formula"),
            "payoffs": said(game.payoffs, "formula"),
            "requirements": said(game.requirements, "statement"),
        }
    )
    clauses = tuple(
        replace(
            clause,
            actions=tuple(action for action in clause.actions if action not in given),
            objectives={who: known(formula, given) for who, formula in clause.objectives.items()},
        )
        for clause in play.clauses
    )
    return replace(play, game=rest, clauses=tuple(clause for clause in clauses if clause.actions))
