"""The axes of a sweep: values of a parameter, given as a range, as numbers, or as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.game.play import needed_parameters
from rdgames.game.values import check_domains, check_names, read_value

MAX_POINTS = 10**8
"""The most points of one sweep in memory: more than a person means, less than a typing error can ask for."""


def linspace(start: Any, stop: Any, number: int) -> Float[np.ndarray, " number"]:
    """Return ``number`` evenly spaced values from ``start`` to ``stop``, both included.

    Ends may be text such as ``"1/3"``.

    >>> linspace(0, 1, 5)
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    if not isinstance(number, int) or not 1 <= number <= MAX_POINTS:
        raise InputError(f"found {number} values, expected a whole number from 1 to {MAX_POINTS:,}")
    return np.linspace(float(read_value("start", start)), float(read_value("stop", stop)), number)


@dataclass(frozen=True, eq=False)
class Grid:
    """An open mesh: the values of each swept parameter, in the order of the dimensions, and the value of the others."""

    axes: Mapping[str, Float[np.ndarray, " points"]]
    fixed: Mapping[str, float]

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of values along each axis."""
        return tuple(len(values) for values in self.axes.values())

    @property
    def size(self) -> int:
        """The number of points."""
        size = 1
        for length in self.shape:  # in whole numbers, since NumPy's product would overflow silently
            size *= length
        return size

    @classmethod
    def of(
        cls,
        game: Game,
        values: Mapping[str, Any],
        regimes: Iterable[str] = (),
        *,
        extrapolate: bool = False,
        most: int = MAX_POINTS,
    ) -> Grid:
        """Return the grid that some values span: a parameter given several values is an axis.

        Parameters
        ----------
        game
            Whose parameters they are.
        values
            For each parameter a number, an array or list of numbers, or text: ``"1/3"``, a list ``"2 3 5"``, or a range
            such as ``"0:1:101"``.
        regimes
            Parameters that none of these uses may be left out; all are needed if none is named.
        extrapolate
            Let values lie outside the domains of their parameters.
        most
            How many points there may be.

        Raises
        ------
        UnknownNameError, MissingValueError, OutsideDomainError, InputError
            If the values are not those of the game's parameters, or no numbers, or too many.
        """
        needed = {name for regime in regimes for name in needed_parameters(game, game.regime(regime))}
        check_names(game, values, needed or None)
        axes, fixed = {}, {}
        for name, given in values.items():
            found = read_axis(name, given)
            if isinstance(found, float):
                fixed[name] = found
            else:
                axes[name] = found
        grid = cls(axes, {name: fixed[name] for name in game.parameter if name in fixed})
        if grid.size > most:
            raise InputError(f"found a grid of {grid.size:,} points, expected at most {most:,}: use fewer values")
        if not extrapolate:
            telling = [(name, value) for name, found in axes.items() for value in _telling(found)]
            check_domains(game, [*grid.fixed.items(), *telling])
        return grid


def _telling(values: Float[np.ndarray, " points"]) -> list[float]:
    """Return the values of an axis that tell whether all are in a domain: the ends, and one that is not whole."""
    broken = values[values != np.round(values)][:1]
    return list(dict.fromkeys([float(values.min()), float(values.max()), *broken.tolist()]))


def read_axis(name: str, given: Any) -> Float[np.ndarray, " points"] | float:
    """Return the values along an axis that a range, a list or text gives; one number if it gives no axis.

    Raises
    ------
    InputError
        If these are no numbers, or some value comes twice.
    """
    if isinstance(given, str) and ":" in given:
        parts = given.split(":")
        if len(parts) != 3 or not parts[2].strip().isdigit():
            raise InputError(
                f"found {name} = {given!r}, expected a range start:stop:number such as 0:1:101, 101 values from 0 to 1"
            )
        return linspace(parts[0], parts[1], int(parts[2]))
    if isinstance(given, str) and len(given.split()) > 1:
        given = given.split()
    if isinstance(given, str) or np.ndim(given) == 0:
        return float(read_value(name, given))
    if np.ndim(given) > 1:
        raise InputError(f"found {np.ndim(given)} dimensions of values for {name}, expected a list of numbers")
    values = np.asarray(given)
    if values.dtype.kind in "fiu" and np.isfinite(values).all():
        values = values.astype(np.float64)
    else:
        values = np.array([float(read_value(name, value)) for value in given])
    if not len(values):
        raise InputError(f"found no value for {name}, expected at least one")
    if len(np.unique(values)) < len(values):
        raise InputError(f"found a value of {name} twice, expected different values: they label the axis")
    return values
