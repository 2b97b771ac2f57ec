"""Which regime gives the highest value of an outcome, among those that are valid at a point.

Values tie where they differ by at most `TIE` times the highest; the regime named first has the point.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from rdgames.figures.dimensions import parameters, prepared
from rdgames.figures.reading import read
from rdgames.grid.labels import flags

TIE = 1e-12
CELLS = 600
"""A map is drawn with at least so many cells along each parameter that varies continuously."""


@dataclass(frozen=True)
class Map:
    """The winners over two parameters, in cells fine enough to draw; -1 where no regime is valid.

    ``complete`` says where every regime is valid.
    """

    x_edges: Float[np.ndarray, " column_edges"]
    y_edges: Float[np.ndarray, " row_edges"]
    codes: Int[np.ndarray, "columns rows"]
    complete: Bool[np.ndarray, "columns rows"]


def highest(dataset: xr.Dataset, outcome: str, regimes: str | Iterable[str] | None = None) -> xr.DataArray:
    """Return the regime with the highest value of an outcome at every point, as a number.

    The numbers count the regimes in the order asked for, from 0; -1 stands where no regime is valid. Their names are
    in the attribute ``flag_meanings``.

    Parameters
    ----------
    dataset
        The result of a sweep, over any number of parameters.
    outcome
        Its name in the dataset.
    regimes
        The regimes to compare; all of them if left out.
    """
    dataset = prepared(dataset)
    names = parameters(dataset, outcome)
    reading = read(dataset, outcome, regimes, names)
    found = dataset.sortby(names)[outcome].isel(regime=0, drop=True).transpose(*names)
    codes, _ = winners(reading.values)
    return (
        found.copy(data=codes.astype(np.int16))
        .rename("highest")
        .assign_attrs(
            long_name=f"regime with the highest value of {outcome}",
            units="",
            **flags(["none", *(regime.name for regime in reading.regimes)], first=-1),
        )
    )


def winners(
    values: Float[np.ndarray, "regimes ..."],
) -> tuple[Int[np.ndarray, " ..."], Bool[np.ndarray, "regimes ..."]]:
    """Return the number of the first regime with the highest value (-1 if all are NaN), and which regimes tie there.

    >>> codes, tied = winners(np.array([[1.0, 2.0, np.nan], [1.0, 3.0, np.nan]]))
    >>> codes.tolist(), tied.any(axis=0).tolist()
    ([0, 1, -1], [True, False, False])
    """
    top = np.where(np.isnan(values), -np.inf, values).max(axis=0)
    near = values >= top - TIE * np.abs(top)
    codes = np.where(np.isneginf(top), -1, near.argmax(axis=0))
    return codes, near & (near.sum(axis=0) > 1)


def fine_map(
    values: Float[np.ndarray, "regimes columns rows"],
    x: Float[np.ndarray, " columns"],
    y: Float[np.ndarray, " rows"],
    whole: tuple[bool, bool],
) -> Map:
    """Return the winners in fine cells, so that a boundary runs where outcomes interpolated linearly are equal.

    A regime is valid in a cell if it is valid at the nearest point. The regimes that are valid there are compared by
    the same weighted mean over the nearest four points, of those where all of them are valid; so a comparison that
    comes out alike at these points comes out alike between them. A ``whole`` parameter has no values between.
    """
    x_edges, x_low, x_share = _cells(x, whole[0])
    y_edges, y_low, y_share = _cells(y, whole[1])
    present = ~np.isnan(values[:, x_low + (x_share > 0.5)][:, :, y_low + (y_share > 0.5)])
    total = np.zeros(present.shape)
    weight = np.zeros(present.shape[1:])
    for right, up in product((0, 1), repeat=2):
        i, j = np.minimum(x_low + right, len(x) - 1), np.minimum(y_low + up, len(y) - 1)
        corner = values[:, i][:, :, j]
        usable = (~present | ~np.isnan(corner)).all(axis=0)
        share = np.outer(x_share if right else 1 - x_share, y_share if up else 1 - y_share) * usable
        total += share * np.where(present & usable, corner, 0)
        weight += share
    codes, _ = winners(np.where(present, total / weight, np.nan))
    return Map(x_edges, y_edges, codes, present.all(axis=0))


def _cells(
    x: Float[np.ndarray, " points"], whole: bool
) -> tuple[Float[np.ndarray, " edges"], Int[np.ndarray, " cells"], Float[np.ndarray, " cells"]]:
    """Return edges of cells, the point below each, and how far each center is on the way to the next point."""
    if whole:
        halves = (x[1:] + x[:-1]) / 2
        ends = [x[:1] - (halves[0] - x[0]), halves, x[-1:] + (x[-1] - halves[-1])]
        return np.concatenate(ends), np.arange(len(x)), np.zeros(len(x))
    pieces = math.ceil(CELLS / (len(x) - 1))
    edges = np.interp(np.arange((len(x) - 1) * pieces + 1) / pieces, np.arange(len(x)), x)
    low = np.repeat(np.arange(len(x) - 1), pieces)
    return edges, low, np.tile((np.arange(pieces) + 0.5) / pieces, len(x) - 1)
