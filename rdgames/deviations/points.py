"""The points at which an equilibrium is checked, laid out one behind the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from rdgames.errors import InputError, MissingValueError, UnknownNameError
from rdgames.game.game import Game
from rdgames.game.play import needed_parameters
from rdgames.game.values import check_domains, check_names, read_value
from rdgames.grid.axes import Grid

MAX_POINTS = 10**6
"""The most points of one check: each costs thousands of evaluations."""

POINT = "point"
"""The dimension of points whose values are paired."""


@dataclass(frozen=True, eq=False)
class Asked:
    """The points of a check.

    Attributes
    ----------
    values
        The values of each parameter, as they were given.
    dimensions, shape
        The names of the axes, and how many values there are along each.
    numbers
        The value of each parameter at every point, arrays of one dimension.
    """

    values: Mapping[str, Any]
    dimensions: tuple[str, ...]
    shape: tuple[int, ...]
    numbers: Mapping[str, Float[np.ndarray, " points"]]

    @property
    def size(self) -> int:
        """The number of points."""
        return int(np.prod(self.shape))

    @classmethod
    def read(
        cls, game: Game, regime: str, parameters: Mapping[str, Any], *, paired: bool = False, extrapolate: bool = False
    ) -> Asked:
        """Read the values of parameters; see `rdgames.deviations.checking.check_equilibrium`."""
        if paired:
            return cls._in_pairs(game, regime, parameters, extrapolate=extrapolate)
        grid = Grid.of(game, parameters, [regime], extrapolate=extrapolate, most=MAX_POINTS)
        mesh = np.meshgrid(*grid.axes.values(), indexing="ij") if grid.axes else []
        numbers = {name: np.full(grid.size, value) for name, value in grid.fixed.items()}
        numbers |= {name: values.ravel() for name, values in zip(grid.axes, mesh, strict=True)}
        return cls({**grid.fixed, **grid.axes}, tuple(grid.axes), grid.shape, numbers)

    @classmethod
    def _in_pairs(cls, game: Game, regime: str, parameters: Mapping[str, Any], *, extrapolate: bool) -> Asked:
        check_names(game, parameters, needed_parameters(game, game.regime(regime)))
        values: dict[str, Any] = {}
        for name, given in parameters.items():
            if isinstance(given, str) or np.ndim(given) == 0:
                values[name] = float(read_value(name, given))
            else:
                values[name] = np.array([float(read_value(name, value)) for value in given])
        lengths = {name: len(value) for name, value in values.items() if np.ndim(value)}
        if len({*lengths.values()}) != 1 or not 0 < max(lengths.values()) <= MAX_POINTS:
            told = ", ".join(f"{length} of {name}" for name, length in lengths.items()) or "one of each"
            raise InputError(f"found {told}, expected as many values of each as there are points, 1 to {MAX_POINTS:,}")
        if not extrapolate:
            check_domains(game, ((name, value) for name, each in values.items() for value in np.ravel(each).tolist()))
        count = max(lengths.values())
        return cls(values, (POINT,), (count,), {name: np.broadcast_to(value, count) for name, value in values.items()})

    def levels(self, names: Iterable[str], levels: Mapping[str, Any]) -> dict[str, Float[np.ndarray, " points"]]:
        """Read the levels that are to be checked: for each name a number at every point.

        Raises
        ------
        UnknownNameError, MissingValueError, InputError
            If they are not those of the actions and prices, or do not fit the points.
        """
        names = tuple(names)
        for name in levels:
            if name not in names:
                raise UnknownNameError("action or price", name, names)
        missing = {name: "a level of an action or price" for name in names if name not in levels}
        if missing:
            raise MissingValueError(missing)
        found = {}
        for name, given in levels.items():
            try:
                several = (
                    np.asarray(given, dtype=float) if np.ndim(given) else np.asarray(float(read_value(name, given)))
                )
                found[name] = np.broadcast_to(several, self.shape).ravel()
            except (TypeError, ValueError) as error:
                if isinstance(error, InputError):
                    raise
                raise InputError(
                    f"found levels of {name} that are no numbers of the shape {np.shape(given)}, "
                    f"expected numbers that fit the points, {self.shape}"
                ) from None
        return found
