"""Does anybody gain by deviating? Best replies from outside, at one point or at many.

>>> from rdgames.modelfile.catalogue import load
>>> aj = load("daspremont-jacquemin")
>>> check_equilibrium(aj, "cartel", a=2, b=1, c=1, gamma="3/2", beta=0, n=2)
Deviations(daspremont-jacquemin, cartel: firms jointly, one of firms apart gains 0.0248447 (0.095 of what is at stake) \
by x_deviator = 0 instead of 0.173913)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from rdgames.deviations.deviations import Deviation, Deviations, plain
from rdgames.deviations.points import Asked
from rdgames.deviations.replies import Block, Replies, best_replies
from rdgames.game.game import Game, expect_game

BLOCK_POINTS = 96
"""How many points are searched together: their trials fit a processor's cache, and dwarf the cost of a call."""


def check_equilibrium(
    game: Game,
    regime: str = "competition",
    /,
    *,
    levels: Mapping[str, Any] | None = None,
    paired: bool = False,
    extrapolate: bool = False,
    **parameters: Any,
) -> Deviations:
    """Find the best deviation of everybody who decides, and by how much it pays.

    Every unit that decides at a move (`rdgames.equilibrium.moves`) is looked at: a player alone; those who choose
    jointly, all members of a group alike, and one of them apart from the others; a consortium; a planner. What was
    chosen earlier, and what others choose at the same move, is kept. What is chosen later is played anew, subgame
    perfectly, by the deviator, too; bounds may bind there, so rivals may stop producing. Prices that clear at the move
    are taken as given by those who choose. Levels after which the model's requirements are violated are no deviations.
    Nothing is assumed about the objective: no derivative of the deviator's is taken (`rdgames.deviations.search`).

    Where a deviation is followed by several equilibria of what remains, it counts as a gain if it pays in all of them.
    Where it pays in some only, or where there is none, it is not decided; see `Deviations.undecided`. All choices of
    bounds are tried after a move that `rdgames.deviations.continuation.MAX_BOUNDS` actions follow at most; after other
    moves one equilibrium is looked for. Of joint decisions in a group of more than two, only divisions between one
    member and the others are tried, and none between the members of a group in one consortium.

    Parameters
    ----------
    game, regime
        A game, and the name or sentence of a regime.
    levels
        What is checked, if not the equilibrium: for each action, and for each price that clears a market, a number or
        an array that fits the points; of every member of the group the same.
    paired
        Whether parameters with several values have as many as there are points, one for each. Otherwise each is an
        axis, and the points are all combinations, as in `rdgames.grid.sweep.sweep`.
    extrapolate
        Evaluate also outside the domains of the parameters.
    parameters
        For each parameter a number, several numbers, or text such as ``"1/3"`` or ``"0:1:101"``.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, InputError
        If names or values are not those of the game; if the regime has consortia with several members of one group who
        also decide alone, or lets members of a group choose equally after they could have chosen differently.
    DerivationError
        If the game, or what remains of it after a move, cannot be solved.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> aj = load("daspremont-jacquemin")
    >>> check_equilibrium(aj, "competition", a=100, b=1, c=60, gamma=5, beta="1/3", n=2).holds()
    True
    >>> found = check_equilibrium(aj, levels={"x": 1, "q": 14}, a=100, b=1, c=60, gamma=5, beta="1/3", n=2)
    >>> found.who, found.action, found.level, round(found.better_level, 6), round(found.gain, 6)
    ('one of firms', 'x_deviator', 1.0, 3.352113, 15.284038)
    """
    expect_game(game)
    replies = best_replies(game, regime)
    asked = Asked.read(game, regime, parameters, paired=paired, extrapolate=extrapolate)
    given = None if levels is None else asked.levels(replies.candidates.names, levels)
    starts = range(0, asked.size, BLOCK_POINTS)
    blocks = [slice(start, min(start + BLOCK_POINTS, asked.size)) for start in starts]

    def check(block: slice) -> Block:
        here = {name: each[block] for name, each in asked.numbers.items()}
        own = None if given is None else {name: each[block] for name, each in given.items()}
        return replies.at(here, own, block.stop - block.start)

    found = [check(blocks[0])]  # alone, since it derives what the others use
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        try:
            found += pool.map(check, blocks[1:])
        finally:
            pool.shutdown(cancel_futures=True)
    return _together(game, regime, replies, asked, found)


def _together(game: Game, regime: str, replies: Replies, asked: Asked, found: Sequence[Block]) -> Deviations:
    """Put blocks together, and label them."""

    def joined(parts: Iterable[np.ndarray]) -> np.ndarray:
        return np.concatenate([*parts]).reshape(asked.shape)

    each = []
    for place, way in enumerate(replies.ways):
        here = [block.replies[place] for block in found]
        each.append(
            Deviation(
                way.who,
                way.move,
                joined(one.gain for one in here),
                joined(one.relative_gain for one in here),
                {action: joined(one.levels[action] for one in here) for action in way.actions},
                {action: joined(one.better_levels[action] for one in here) for action in way.actions},
                max(one.trials for one in here),
                joined(one.undecided for one in here),
            )
        )
    levels = {name: plain(joined(block.candidate.levels[name] for block in found)) for name in replies.candidates.names}
    possible = plain(joined(block.candidate.possible for block in found))
    return Deviations(game.name, regime, asked.values, asked.dimensions, levels, possible, tuple(each))
