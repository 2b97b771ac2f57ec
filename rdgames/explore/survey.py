"""What is to be seen at one setting of the sliders: which regime is best where, and every outcome at one point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from rdgames.equilibrium.equilibrium import Equilibrium, solve
from rdgames.equilibrium.point import Point
from rdgames.errors import InputError, RdgamesError, UnknownNameError
from rdgames.explore.ranges import Range, read_ranges
from rdgames.figures.winners import winners
from rdgames.game.entries import Action, Definition, Price
from rdgames.game.game import Game, expect_game
from rdgames.game.play import entries_under, needed_parameters
from rdgames.game.values import check_domains
from rdgames.grid.axes import Grid
from rdgames.grid.labels import coordinates
from rdgames.grid.sweep import sweep

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


@dataclass(frozen=True)
class Sight:
    """What there is to be seen.

    Attributes
    ----------
    look
        Where from.
    codes
        The place of the best regime among all regimes of the survey, at each point of the map; -1 where none of those
        compared is an equilibrium.
    complete
        Where all regimes compared are equilibria that have the outcome.
    tied
        Where several are best.
    points
        Each regime compared, at the point looked at; a text where there is nothing to be had.
    problem
        Why there is nothing to be seen, if there is not.
    """

    look: Look
    codes: Int[np.ndarray, "columns rows"]
    complete: Bool[np.ndarray, "columns rows"]
    tied: Bool[np.ndarray, "columns rows"]
    points: Mapping[str, Point | str]
    problem: str = ""


class Survey:
    """A game and some of its regimes, looked at over two parameters.

    Parameters
    ----------
    game, regimes
        The game, and names or sentences of regimes; those of the game's example, or all, if left out.
    of
        The outcome to start with.
    x, y
        The parameters to start with along the two sides of the map.
    points
        How many points the map has along each side; whole numbers have one each.
    parameters
        Values to start from, or ranges; see `rdgames.explore.ranges.read_ranges`.
    """

    def __init__(
        self,
        game: Game,
        regimes: Iterable[str] | str | None = None,
        *,
        of: str | None = None,
        x: str | None = None,
        y: str | None = None,
        points: int = POINTS,
        **parameters: Any,
    ) -> None:
        expect_game(game)
        if not isinstance(points, int) or not 2 <= points <= MOST_POINTS:
            raise InputError(f"found {points!r} points along a side, expected a whole number from 2 to {MOST_POINTS:,}")
        self.game, self.points = game, points
        self.regimes = _read_regimes(game, regimes)
        self.ranges = read_ranges(game, self.regimes, parameters)
        check_domains(game, [(name, end) for name, each in self.ranges.items() for end in (each.low, each.high)])
        self.outcomes: dict[str, Definition | Action | Price] = entries_under(game, map(game.regime, self.regimes))
        self.swept = tuple(name for name, each in self.ranges.items() if name in self._used and each.low < each.high)
        if len(self.swept) < 2:
            raise InputError(f"found {len(self.swept)} parameters of {game.name} to vary, expected at least two")
        across, up = self._sides(x, y, [name for name, value in parameters.items() if np.ndim(value) or ":" in str(value)])
        values = {name: each.start for name, each in self.ranges.items() if name in self._used}
        self.first = Look(self._outcome(of), across, up, self.regimes, values)
        self._last: tuple[Any, xr.Dataset] | None = None

    @cached_property
    def _used(self) -> set[str]:
        """The parameters that some regime needs."""
        return {name for regime in self.regimes for name in needed_parameters(self.game, self.game.regime(regime))}

    @cached_property
    def equilibria(self) -> dict[str, Equilibrium]:
        """The regimes, derived."""
        return {regime: solve(self.game, regime) for regime in self.regimes}

    def _outcome(self, of: str | None) -> str:
        example = self.game.example.outcome if self.game.example else ""
        chosen = of or (example if example in self.outcomes else list(self.outcomes)[-1])
        if chosen not in self.outcomes:
            raise UnknownNameError("outcome", chosen, self.outcomes)
        return chosen

    def _sides(self, x: str | None, y: str | None, ranged: list[str]) -> tuple[str, str]:
        """Return the parameters along the two sides: as asked, those given a range, those of the example, bounded ones."""
        for name in (x, y):
            if name is not None and name not in self.swept:
                raise UnknownNameError("parameter that can be varied", name, self.swept)
        if x is not None and x == y:
            raise InputError(f"found {x} along both sides, expected two parameters; leave one of x and y out")
        example = self.game.example
        over = [name for name, _ in example.over] if example else []
        fixed = [name for name, _ in example.fix] if example else []
        domains = {name: self.game.parameter[name].domain for name in self.swept}
        smooth = [name for name in (fixed or self.swept)[::-1] if name in domains and not self.ranges[name].whole]
        bounded = [name for name in smooth if domains[name].low is not None and domains[name].high is not None]
        wanted = [name for name in dict.fromkeys([*ranged, *over, *bounded, *smooth, *self.swept]) if name in self.swept]
        first = x or next(name for name in wanted if name != y)
        return first, y or next(name for name in wanted if name != first)

    def see(self, look: Look) -> Sight:
        """Return what is to be seen; what cannot be evaluated is said in words."""
        columns, rows = (len(self.ranges[name].values(self.points)) for name in (look.across, look.up))
        nowhere = np.zeros((columns, rows), bool)
        blank = Sight(look, np.full((columns, rows), -1), nowhere, nowhere, {})
        if not look.regimes:
            return replace(blank, problem="No regime is ticked: tick at least one.")
        try:
            values = self.dataset(look)[look.outcome].transpose("regime", look.across, look.up).values
            points = {regime: self._point(regime, look.values) for regime in look.regimes}
        except RdgamesError as error:
            return replace(blank, problem=f"There is nothing to show: {error}")
        places = np.array([self.regimes.index(regime) for regime in look.regimes])
        compared = values[places]
        codes, tied = winners(compared)
        complete = ~np.isnan(compared).any(axis=0)
        return Sight(look, np.where(codes < 0, -1, places[codes]), complete, tied.any(axis=0), points)

    def dataset(self, look: Look) -> xr.Dataset:
        """Return the sweep that the map shows, of all regimes: to tick one off is no new question."""
        held = {name: value for name, value in look.values.items() if name not in (look.across, look.up)}
        asked = (look.outcome, look.across, look.up, tuple(held.items()))
        if self._last is None or self._last[0] != asked:
            sides = {name: self.ranges[name].values(self.points) for name in (look.across, look.up)}
            self._last = asked, sweep(self.game, self.regimes, outcomes=[look.outcome], **sides, **held)
        return self._last[1]

    def _point(self, regime: str, values: Mapping[str, float]) -> Point | str:
        try:
            return self.equilibria[regime].at(**values)
        except RdgamesError as error:
            return str(error)

    def value(self, sight: Sight, regime: str, outcome: str) -> float | None:
        """Return an outcome of a regime at the point looked at; None where it is no equilibrium or has no such outcome."""
        point = sight.points.get(regime)
        if not isinstance(point, Point) or not point.valid:
            return None
        found = point.values.get(outcome)
        return float(found) if found is not None and np.isfinite(float(found)) else None

    def labelled(self, name: str) -> xr.DataArray:
        """Return a parameter with what a sweep says of it."""
        grid = Grid({name: self.ranges[name].values(2)}, {})
        return xr.Dataset(coords=coordinates(self.game, self.regimes, grid))[name]

    def side(self, name: str) -> tuple[Range, Float[np.ndarray, " points"]]:
        """Return the range of a parameter, and its values along a side of the map."""
        return self.ranges[name], self.ranges[name].values(self.points)


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
