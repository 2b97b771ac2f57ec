"""What is to be seen at one setting of the sliders: which regime is best where, and every outcome at one point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Int

from rdgames.equilibrium.equilibrium import Equilibrium, solve
from rdgames.equilibrium.point import Point
from rdgames.errors import RdgamesError
from rdgames.figures.winners import winners
from rdgames.grid.axes import Grid
from rdgames.grid.labels import coordinates
from rdgames.grid.sweep import sweep
from rdgames.panels.asked import Asked, Look


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
    asked
        What is looked at.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._last: tuple[Any, xr.Dataset] | None = None

    @cached_property
    def equilibria(self) -> dict[str, Equilibrium]:
        """The regimes, derived."""
        return {regime: solve(self.asked.game, regime) for regime in self.asked.regimes}

    def see(self, look: Look) -> Sight:
        """Return what is to be seen; what cannot be evaluated is said in words."""
        columns, rows = (len(self.asked.values(name)) for name in (look.across, look.up))
        nowhere = np.zeros((columns, rows), bool)
        blank = Sight(look, np.full((columns, rows), -1), nowhere, nowhere, {})
        if not look.regimes:
            return replace(blank, problem="No regime is ticked: tick at least one.")
        try:
            values = self.dataset(look)[look.outcome].transpose("regime", look.across, look.up).values
            points = {regime: self._point(regime, look.values) for regime in look.regimes}
        except RdgamesError as error:
            return replace(blank, problem=f"There is nothing to show: {error}")
        places = np.array([self.asked.regimes.index(regime) for regime in look.regimes])
        compared = values[places]
        codes, ties = winners(compared)
        tied = np.asarray(ties.any(axis=0))
        complete = np.asarray(~np.isnan(compared).any(axis=0))
        return Sight(look, np.where(codes < 0, -1, places[codes]), complete, tied, points)

    def dataset(self, look: Look) -> xr.Dataset:
        """Return the sweep that the map shows, of all regimes: to tick one off is no new question."""
        held: dict[str, Any] = {
            name: value for name, value in look.values.items() if name not in (look.across, look.up)
        }
        asked = (look.outcome, look.across, look.up, tuple(held.items()))
        if self._last is None or self._last[0] != asked:
            sides: dict[str, Any] = {name: self.asked.values(name) for name in (look.across, look.up)}
            self._last = asked, sweep(self.asked.game, self.asked.regimes, outcomes=[look.outcome], **sides, **held)
        return self._last[1]

    def _point(self, regime: str, values: Mapping[str, Any]) -> Point | str:
        try:
            return self.equilibria[regime].at(**values)
        except RdgamesError as error:
            return str(error)

    def value(self, sight: Sight, regime: str, outcome: str) -> float | None:
        """Return an outcome of a regime at the point looked at; None if that is no equilibrium, or has none."""
        point = sight.points.get(regime)
        if not isinstance(point, Point) or not point.valid:
            return None
        found = point.values.get(outcome)
        return float(found) if found is not None and np.isfinite(float(found)) else None

    def labelled(self, name: str) -> xr.DataArray:
        """Return a parameter with what a sweep says of it."""
        grid = Grid({name: self.asked.ranges[name].values(2)}, {})
        return xr.Dataset(coords=coordinates(self.asked.game, self.asked.regimes, grid))[name]
