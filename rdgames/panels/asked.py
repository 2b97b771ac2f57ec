"""What somebody wants to look at: a game, regimes, the ranges of the sliders, and where the look begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from rdgames.errors import InputError, UnknownNameError
from rdgames.game.entries import Action, Definition, Price
from rdgames.game.game import Game, expect_game
from rdgames.game.play import entries_under, needed_parameters
from rdgames.game.values import check_domains
from rdgames.panels.ranges import Range, read_ranges

POINTS = 201
"""Along each side of the map, unless asked otherwise."""
MOST_POINTS = 1001


@dataclass(frozen=True)
class Look:
    """What the sliders and menus say.

    Attributes
    ----------
    outcome
        By which regimes are ranked.
    across, up
        The parameters along the two sides of the map.
    regimes
        The regimes that are compared.
    values
        Of all parameters; those of ``across`` and ``up`` say which point is looked at.
    """

    outcome: str
    across: str
    up: str
    regimes: tuple[str, ...]
    values: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Asked:
    """What is looked at, checked.

    Attributes
    ----------
    game, regimes, outcomes
        The game, names or sentences of regimes, and what there is to compare.
    ranges
        The values of the sliders, for every parameter that some regime needs.
    points
        How many points the map has along each side; whole numbers have one each.
    first
        Where the look begins.
    model
        What the user calls the game, if it is in a file.
    """

    game: Game
    regimes: tuple[str, ...]
    outcomes: Mapping[str, Definition | Action | Price]
    ranges: Mapping[str, Range]
    points: int
    first: Look
    model: str | None = None

    @property
    def swept(self) -> tuple[str, ...]:
        """The parameters that can lie along a side of the map."""
        return _swept(self.ranges)

    def values(self, name: str) -> Float[np.ndarray, " points"]:
        """Return the values of a parameter along a side of the map."""
        return self.ranges[name].values(self.points)


def read_asked(
    game: Game,
    regimes: Iterable[str] | str | None = None,
    *,
    of: str | None = None,
    x: str | None = None,
    y: str | None = None,
    points: int = POINTS,
    model: str | None = None,
    **parameters: Any,
) -> Asked:
    """Read what a user asks; see `rdgames.panels.controls.explore`.

    Raises
    ------
    UnknownNameError, OutsideDomainError, InputError
        If names or values are not those of the game.
    """
    expect_game(game)
    if not isinstance(points, int) or not 2 <= points <= MOST_POINTS:
        raise InputError(f"found {points!r} points along a side, expected a whole number from 2 to {MOST_POINTS:,}")
    named = _read_regimes(game, regimes)
    used = {name for regime in named for name in needed_parameters(game, game.regime(regime))}
    ranges = {name: each for name, each in read_ranges(game, named, parameters).items() if name in used}
    check_domains(game, [(name, end) for name, each in ranges.items() for end in (each.low, each.high, each.start)])
    if len(_swept(ranges)) < 2:
        raise InputError(f"found {len(_swept(ranges))} parameters of {game.name} to vary, expected at least two")
    outcomes = entries_under(game, map(game.regime, named))
    example = game.example.outcome if game.example else ""
    outcome = of or (example if example in outcomes else list(outcomes)[-1])
    if outcome not in outcomes:
        raise UnknownNameError("outcome", outcome, outcomes)
    ranged = [name for name, value in parameters.items() if np.ndim(value) or ":" in str(value)]
    across, up = _sides(game, ranges, x, y, ranged)
    first = Look(outcome, across, up, named, {name: each.start for name, each in ranges.items()})
    return Asked(game, named, outcomes, ranges, points, first, model)


def _swept(ranges: Mapping[str, Range]) -> tuple[str, ...]:
    return tuple(name for name, each in ranges.items() if each.low < each.high)


def _sides(game: Game, ranges: Mapping[str, Range], x: str | None, y: str | None, ranged: list[str]) -> tuple[str, str]:
    """Return the parameters along the two sides: as asked, else given a range, swept in the example, bounded."""
    swept = _swept(ranges)
    for name in (x, y):
        if name is not None and name not in swept:
            raise UnknownNameError("parameter that can be varied", name, swept)
    if x is not None and x == y:
        raise InputError(f"found {x} along both sides, expected two parameters; leave one of x and y out")
    example = game.example
    over = [name for name, _ in example.over] if example else []
    fixed = [name for name, _ in example.fix] if example else []
    domains = {name: game.parameter[name].domain for name in swept}
    smooth = [name for name in (fixed or swept)[::-1] if name in domains and not ranges[name].whole]
    bounded = [name for name in smooth if domains[name].low is not None and domains[name].high is not None]
    wanted = [name for name in dict.fromkeys([*ranged, *over, *bounded, *smooth, *swept]) if name in swept]
    first = x or next(name for name in wanted if name != y)
    return first, y or next(name for name in wanted if name != first)


def _read_regimes(game: Game, regimes: Iterable[str] | str | None) -> tuple[str, ...]:
    if regimes is None:
        named = game.example.regimes if game.example and game.example.regimes else [each.name for each in game.regimes]
    else:
        named = (regimes,) if isinstance(regimes, str) else tuple(regimes)
    if not named or not all(isinstance(name, str) for name in named):
        raise InputError(f"found {regimes!r}, expected names or sentences of regimes")
    if len(set(named)) < len(named):
        raise InputError(f"found a regime twice in {', '.join(named)}, expected different regimes")
    for name in named:
        game.regime(name)
    return tuple(named)
