"""What a check of an equilibrium finds: by how much anybody gains, and by which deviation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

Field = Float[np.ndarray, "..."]

GAIN, EQUILIBRIUM, UNDECIDED, IMPOSSIBLE = "somebody gains", "nobody gains", "not decided", "not possible"
"""What can be said of a point."""


@dataclass(frozen=True, eq=False)
class Deviation:
    """The best that one unit can do for itself, at every point.

    Attributes
    ----------
    who, move
        Who deviates, in words such as ``one of firms``, and at which move.
    gain
        How much more its objective is worth than in the candidate; 0 where nothing better is found, NaN where it is not
        this unit that decides (nobody can be told apart in a group of one).
    relative_gain
        The same as a part of what is at stake; see `Deviations`.
    levels, better_levels
        For each action that it chooses, the level in the candidate and the best one. If one member of a group is told
        apart, its actions end in ``_deviator``, those of the members whose choices it leaves alone or changes alike in
        ``_others``.
    trials, undecided
        How many levels were tried at each point, and after how many of them no one equilibrium of what remains is
        found, so that it is not known whether they are worth more.
    """

    who: str
    move: str
    gain: Field
    relative_gain: Field
    levels: Mapping[str, Field]
    better_levels: Mapping[str, Field]
    trials: int
    undecided: Int[np.ndarray, "..."]


@dataclass(frozen=True, eq=False)
class Deviations:
    """The best deviations from levels of a game, at one point or at many.

    Everything by points has the shape of the grid, or of the list of points; it is a plain number or text if there is
    one point only.

    Attributes
    ----------
    model, regime
        The names of the game and of the way of cooperating.
    parameters
        The values of the parameters: an axis for each one that has several, unless they are paired.
    dimensions
        The names of the axes; ``point`` if values are paired, nothing if there is one point only.
    levels
        What is checked: the level of every action and price.
    possible
        Whether these levels are possible: every group has members, no level is below the least one, markets clear, and
        nothing that the model requires is violated.
    each
        The best that each unit can do, move by move.
    """

    model: str
    regime: str
    parameters: Mapping[str, Any]
    dimensions: tuple[str, ...]
    levels: Mapping[str, Any]
    possible: Any
    each: tuple[Deviation, ...]

    @property
    def gain(self) -> Any:
        """The largest gain of any unit from deviating, in units of its objective."""
        return self._of_best(lambda one: one.gain)

    @property
    def relative_gain(self) -> Any:
        """The largest gain as a part of what is at stake.

        That is the larger of two absolute values in the candidate: of the unit's objective, and of the largest payoff
        of any player.
        """
        return self._of_best(lambda one: one.relative_gain)

    @property
    def who(self) -> Any:
        """Who gains that; empty where nobody gains."""
        return self._of_best(lambda one: np.where(one.gain > 0, one.who, ""), "")

    @property
    def action(self) -> Any:
        """The action that changes most in that deviation, as a part of its levels; empty where nobody gains."""
        return self._of_best(lambda one: _most_changed(one)[0], "")

    @property
    def level(self) -> Any:
        """The level of that action in the candidate; NaN where nobody gains."""
        return self._of_best(lambda one: _most_changed(one)[1])

    @property
    def better_level(self) -> Any:
        """The level of that action in the deviation; NaN where nobody gains."""
        return self._of_best(lambda one: _most_changed(one)[2])

    @property
    def undecided(self) -> Any:
        """How many of the levels tried are followed by no one equilibrium of what remains, and may be worth more."""
        return plain(np.sum([one.undecided for one in self.each], axis=0))

    def holds(self, tolerance: float = 1e-9) -> Any:
        """Whether the levels are an equilibrium: they are possible, everything is decided, and nobody gains.

        Parameters
        ----------
        tolerance
            The largest relative gain that is put down to rounding.
        """
        return plain(np.asarray(self.status(tolerance)) == EQUILIBRIUM)

    def status(self, tolerance: float = 1e-9) -> Any:
        """Say what is found: `GAIN`, `EQUILIBRIUM`, `UNDECIDED`, or `IMPOSSIBLE` where the levels are not possible."""
        relative = np.asarray(self.relative_gain)
        with np.errstate(invalid="ignore"):
            gains = relative > tolerance
        unknown = np.isnan(relative) | (~gains & np.asarray(self.undecided > 0) & np.asarray(self.possible))
        return plain(np.select([gains, unknown, self.possible], [GAIN, UNDECIDED, EQUILIBRIUM], IMPOSSIBLE))

    def to_dataset(self) -> xr.Dataset:
        """Return what is found with labels, as an `xarray.Dataset`."""
        coordinates: dict[str, Any] = {}
        for name, values in self.parameters.items():
            along = () if np.ndim(values) == 0 else ((name,) if name in self.dimensions else ("point",))
            coordinates[name] = (along, values)
        variables = {
            name: (self.dimensions, np.asarray(getattr(self, name)))
            for name in ("gain", "relative_gain", "who", "action", "level", "better_level", "undecided", "possible")
        }
        variables["holds"] = (self.dimensions, np.asarray(self.holds()))
        variables |= {f"level_{name}": (self.dimensions, np.asarray(level)) for name, level in self.levels.items()}
        return xr.Dataset(variables, coordinates, {"model": self.model, "regime": self.regime})

    def __repr__(self) -> str:
        head = f"Deviations({self.model}, {self.regime}"
        if self.dimensions:
            found, counts = np.unique(np.asarray(self.status()), return_counts=True)
            return f"{head}: {', '.join(f'{text} at {count}' for text, count in zip(found, counts, strict=True))})"
        said = self.status()
        if said == GAIN:
            said = (
                f"{self.who} gains {self.gain:.6g} ({self.relative_gain:.2g} of what is at stake) "
                f"by {self.action} = {self.better_level:.6g} instead of {self.level:.6g}"
            )
        return f"{head}: {said})"

    def _of_best(self, read: Any, otherwise: Any = np.nan) -> Any:
        """Return something of the unit that gains most, as a part of what is at stake; the first where several do."""
        relative = np.array([one.relative_gain for one in self.each])
        known = ~np.isnan(relative).all(axis=0)
        best = np.where(np.isnan(relative), -np.inf, relative).argmax(axis=0)
        found = np.array([np.broadcast_to(read(one), relative.shape[1:]) for one in self.each])
        return plain(np.where(known, np.take_along_axis(found, best[None], axis=0)[0], otherwise))


def _most_changed(one: Deviation) -> tuple[Any, Any, Any]:
    """Return the action that changes most in a deviation, its level, and its better level."""
    names = np.array([*one.levels])
    before, after = np.array([*one.levels.values()]), np.array([*one.better_levels.values()])
    with np.errstate(all="ignore"):
        change = np.abs(after - before) / (np.abs(after) + np.abs(before))
    place = np.where(np.isnan(change), -1, change).argmax(axis=0)
    level, better = (np.take_along_axis(each, place[None], axis=0)[0] for each in (before, after))
    gains = one.gain > 0
    return np.where(gains, names[place], ""), np.where(gains, level, np.nan), np.where(gains, better, np.nan)


def plain(value: Any) -> Any:
    """Return an array, as a plain number or text if it has no axes."""
    return np.asarray(value).item() if np.ndim(value) == 0 else value
