"""What coalitions are worth: from the game, for every coalition, under a stated assumption about those outside.

The members of a coalition cooperate as a regime of all players says, and divide what they earn together. What that is
depends on how everybody else is grouped, so every partition of the players is solved (`rdgames.kernel.coalitions`), and
an assumption says which partition a coalition reckons with:

singletons
    All others stay alone (the gamma game of Hart and Kurz 1983, Econometrica 51:1047-1064; Chander and Tulkens 1997,
    International Journal of Game Theory 26:379-401).
merged
    All others form one coalition (the delta game of Hart and Kurz).
pessimistic, optimistic
    The others are grouped in the way that is worst, or best, for the coalition: by how they group, not by what they
    choose, since rivals without bounds on output could ruin anybody.

A choice may be at its least level where the first-order condition holds there: an institute that sells nothing does no
research for itself alone. Bounds that bind are not looked for. Nor is one of many optima taken: where it makes no
difference which member of a coalition does the R&D, since each outlay works for all alike, its worth is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from rdgames.equilibrium.coalitions import Cooperation
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game, expect_game
from rdgames.grid.axes import Grid
from rdgames.grid.labels import VALID, coordinates, failures, provenance
from rdgames.kernel.coalitions import Earned, earned
from rdgames.kernel.levels import STARTS
from rdgames.kernel.tracing import FAILED
from rdgames.sharing.coalitions import members, named
from rdgames.sharing.partitions import MAX_PLAYERS, Partition, partitions

MEANINGS: dict[str, str] = {
    "singletons": "all others stay alone",
    "merged": "all others form one coalition",
    "pessimistic": "the others are grouped in the way that is worst for the coalition",
    "optimistic": "the others are grouped in the way that is best for the coalition",
}
"""What is assumed about those outside a coalition."""

COALITION, PARTITION, BLOCK, WORTH, PLAYER = "coalition", "partition", "block", "worth", "player"


def worth(
    game: Game,
    regime: str,
    /,
    *,
    outsiders: str = "singletons",
    starts: int = len(STARTS),
    extrapolate: bool = False,
    progress: Callable[[int, int], None] | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Return what every coalition of the players of a game is worth, over a grid of parameters.

    Parameters
    ----------
    game
        A game of single players: `rdgames.game.explicit.explicit` makes one of any game. Players may differ in
        everything; some may produce nothing.
    regime
        What those do who cooperate, a regime of all players: each coalition follows it among its own members.
    outsiders
        What a coalition reckons with: see this module.
    starts, extrapolate, parameters
        As in `rdgames.grid.sweep.sweep`.
    progress
        Is told how many equilibria are done, of how many.

    Returns
    -------
    xarray.Dataset
        Dimensions ``coalition`` and the swept parameters. ``worth``, what the members earn together in equilibrium, NaN
        where there is none; ``valid``; ``failed_condition``, 0 where valid, else which condition fails first in a
        partition that the coalition reckons with, by the attribute ``flag_meanings``. Coalitions are numbers, bit i for
        player i (`rdgames.sharing.coalitions`), the empty one first; ``members`` has their names.

    Raises
    ------
    InputError
        If the game has groups of several members or more than 10 players, or coalitions cannot follow the regime by
        themselves.
    UnknownNameError, MissingValueError, OutsideDomainError
        If names or values are not those of the game.

    Examples
    --------
    >>> from rdgames.game.explicit import explicit
    >>> from rdgames.modelfile.catalogue import load
    >>> game = explicit(load("daspremont-jacquemin"), n=3)
    >>> spillovers = {name: 0.8 for name in game.parameter if name.startswith("beta")}
    >>> found = worth(game, "cartel", a=100, b=1, c=60, gamma=8, **spillovers)
    >>> found["worth"].values.round(2).tolist()
    [0.0, 108.98, 108.98, 219.39, 108.98, 219.39, 219.39, 335.43]
    """
    if outsiders not in MEANINGS:
        raise UnknownNameError("assumption about outsiders", outsiders, MEANINGS)
    cooperation, grid = _read(game, regime, parameters, extrapolate=extrapolate)
    players = len(cooperation.players)
    reckoned = [reckoned_with(coalition, players, outsiders) for coalition in range(1, 1 << players)]
    needed = sorted({place for places in reckoned for place in places})
    found = _earned(game, cooperation, needed, grid, starts, progress)
    row_of = {place: row for row, place in enumerate(needed)}
    worths = np.zeros((1 << players, *grid.shape))
    failed = np.zeros((1 << players, *grid.shape), dtype=np.int16)
    for coalition, places in enumerate(reckoned, start=1):
        rows = [row_of[place] for place in places]
        together = np.sum([found.payoffs[cooperation.players[member]][rows] for member in members(coalition)], axis=0)
        worths[coalition] = together.max(axis=0) if outsiders == "optimistic" else together.min(axis=0)
        for row in reversed(rows):
            failed[coalition] = np.where(found.failed[row] == 0, failed[coalition], found.failed[row])
    worths[failed != 0] = np.nan
    names = [named(coalition, cooperation.players) if coalition else "nobody" for coalition in range(1 << players)]
    labels = {
        COALITION: (COALITION, np.arange(1 << players), {"long_name": "coalition, bit i for player i"}),
        "members": (COALITION, names, {"long_name": "members of the coalition"}),
    }
    about = {"outsiders": outsiders, "outsiders_meaning": MEANINGS[outsiders]}
    return _labelled(game, cooperation, grid, (COALITION,), labels, worths, failed, found.conditions, about)


def partition_worth(
    game: Game,
    regime: str,
    /,
    *,
    starts: int = len(STARTS),
    extrapolate: bool = False,
    progress: Callable[[int, int], None] | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Return what every coalition is worth in every partition of the players: the game in partition function form.

    Parameters and errors are those of `worth`.

    Returns
    -------
    xarray.Dataset
        As `worth` does, with dimensions ``partition`` and ``block`` in the place of ``coalition``, in the order of
        `rdgames.sharing.partitions`; behind the last block of a partition ``worth`` is 0. ``blocks`` has the partitions
        in words. What fails, fails for a whole partition.
    """
    cooperation, grid = _read(game, regime, parameters, extrapolate=extrapolate)
    players = len(cooperation.players)
    every = partitions(players)
    found = _earned(game, cooperation, range(len(every)), grid, starts, progress)
    worths = np.zeros((len(every), players, *grid.shape))
    for place, partition in enumerate(every):
        for column, block in enumerate(partition):
            worths[place, column] = sum(found.payoffs[cooperation.players[member]][place] for member in members(block))
    worths[np.broadcast_to((found.failed != 0)[:, None], worths.shape)] = np.nan
    words = ["; ".join(named(block, cooperation.players) for block in partition) for partition in every]
    labels = {
        PARTITION: (PARTITION, np.arange(len(every)), {"long_name": "partition of the players"}),
        "blocks": (PARTITION, words, {"long_name": "coalitions of the partition"}),
    }
    failed = found.failed
    return _labelled(game, cooperation, grid, (PARTITION, BLOCK), labels, worths, failed, found.conditions, {})


def reckoned_with(coalition: int, players: int, outsiders: str) -> list[int]:
    """Return the places of the partitions that a coalition reckons with.

    >>> [partitions(3)[place] for place in reckoned_with(1, 3, "merged")]
    [(1, 6)]
    >>> reckoned_with(1, 3, "singletons"), reckoned_with(1, 3, "pessimistic")
    ([4], [3, 4])
    """
    outside = ((1 << players) - 1) ^ coalition
    match outsiders:
        case "singletons":
            blocks = [coalition, *(1 << member for member in members(outside))]
        case "merged":
            blocks = [coalition, outside] if outside else [coalition]
        case _:
            return [place for place, partition in enumerate(partitions(players)) if coalition in partition]
    return [partitions(players).index(_ordered(blocks))]


def _ordered(blocks: list[int]) -> Partition:
    """Return blocks in the order of their first players."""
    return tuple(sorted(blocks, key=lambda block: block & -block))


def _read(game: Game, regime: str, parameters: dict[str, Any], *, extrapolate: bool) -> tuple[Cooperation, Grid]:
    expect_game(game)
    cooperation = Cooperation.of(game, regime)
    if len(cooperation.players) > MAX_PLAYERS:
        raise InputError(f"found {len(cooperation.players)} players, expected at most {MAX_PLAYERS}")
    return cooperation, Grid.of(game, parameters, [regime], extrapolate=extrapolate)


def _earned(
    game: Game,
    cooperation: Cooperation,
    needed: Any,
    grid: Grid,
    starts: int,
    progress: Callable[[int, int], None] | None,
) -> Earned:
    every = partitions(len(cooperation.players))
    named_blocks = [
        tuple(tuple(cooperation.players[member] for member in members(block)) for block in every[place])
        for place in needed
    ]
    regime = cooperation.regime.name
    return earned(game, regime, named_blocks, grid.axes, grid.fixed, starts=starts, progress=progress)


def _labelled(
    game: Game,
    cooperation: Cooperation,
    grid: Grid,
    dims: tuple[str, ...],
    labels: dict[str, Any],
    worths: np.ndarray,
    failed: np.ndarray,
    conditions: Any,
    about: dict[str, str],
) -> xr.Dataset:
    regime = cooperation.regime.name
    unit = next((d.unit for d in game.definitions if d.unit and "profit" in d.name), "")
    axes, first = tuple(grid.axes), dims[:1]
    data = {
        WORTH: ((*dims, *axes), worths, {"long_name": "what members earn together", "units": unit}),
        VALID: ((*first, *axes), failed == 0, {"long_name": "whether the equilibrium is valid"}),
        FAILED: ((*first, *axes), failed, failures(conditions, conditions)),
    }
    coords = {name: each for name, each in coordinates(game, (regime,), grid).items() if name != "regime"}
    attributes = provenance(game, (regime,)) | {"players": json.dumps(list(cooperation.players)), **about}
    return xr.Dataset(data, {**labels, **coords}, attributes)
