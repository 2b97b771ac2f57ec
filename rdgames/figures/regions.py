"""Which regime gives the highest value of an outcome, over two parameters."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.ticker import MaxNLocator

from rdgames.figures.boundary_lines import Marked, curves, kept, marked
from rdgames.figures.dimensions import prepared, two_parameters
from rdgames.figures.looks import ABSENT, INK, color, hatch, tint
from rdgames.figures.outlines import area, inner_lines, outlines, placed
from rdgames.figures.reading import Reading, read
from rdgames.figures.sheet import Sheet, drawn
from rdgames.figures.winners import Map, fine_map, winners
from rdgames.figures.wording import listing

if TYPE_CHECKING:
    from rdgames.theorems.boundaries import Boundary
    from rdgames.theorems.region import Region

BORDER, LIMIT = 0.7, (0, (1, 1.3))
"""Width of the lines between areas, and dots of the line beyond which some regimes are not valid."""


VEIL = 0.65
"""How much of the color is taken where the regimes are not all valid."""

CURVES = ("-", (0, (4.5, 1.6)), (0, (6, 1.5, 1.2, 1.5)), (0, (9, 1.5, 3, 1.5, 3, 1.5)), (0, (10, 2.5)))
"""Dashes of exact boundaries, which are black on a white band, so that they stand out from areas of any color."""


def plot_regions(
    dataset: xr.Dataset,
    outcome: str,
    *,
    x: str | None = None,
    y: str | None = None,
    regimes: str | Iterable[str] | None = None,
    boundaries: Region | Boundary | Iterable[Region | Boundary] | None = None,
    path: str | os.PathLike[str] | None = None,
    width: str | int | float = "column",
) -> Figure:
    """Draw which regime gives the highest value of an outcome over two swept parameters.

    At each point the regimes that are valid there are compared; where none is, the map is gray. Boundaries run where
    outcomes interpolated linearly between points are equal. Values within 1e-12 of the highest, relative to it, tie;
    the regime named first is shown, and a note says so.

    Parameters
    ----------
    dataset
        The result of a sweep over two parameters; select values of the others, as in ``dataset.sel(gamma=5)``.
    outcome
        Its name in the dataset, such as ``"welfare"``.
    x, y
        The parameters along the two axes; if left out, in the order of the dataset.
    regimes
        The regimes to compare; all of them if left out.
    boundaries
        What `rdgames.theorems.region.region` has found, or several such: exact boundaries, drawn over the map where the
        regimes that they compare are valid.
    path
        Where to write the figure, ending in ``.png``, ``.pdf`` or ``.svg``; not written if left out.
    width
        ``"column"`` (3.5 inches), ``"page"`` (7 inches), or a number of inches.

    Returns
    -------
    Figure
        A matplotlib figure, which shows itself in a notebook and can be changed further.

    Raises
    ------
    UnknownNameError
        If the dataset has no such outcome, regime or swept parameter.
    OutputError
        If the file cannot be written there, or in that format.
    InputError
        If not exactly two parameters are swept, the width is none, or a boundary is none or of another model.
    """
    with drawn(path, width) as sheet:
        dataset = prepared(dataset)
        reading = read(dataset, outcome, regimes, two_parameters(dataset, outcome, x, y))
        fixed = {str(name): dataset[name].item() for name in dataset.coords if dataset[name].ndim == 0}
        exact = marked(boundaries)
        across, up = (each.quantity.name for each in reading.swept)
        for one in exact:
            one.check((across, up), fixed)
        _draw(sheet, reading, exact, fixed)
    return sheet


def _draw(sheet: Sheet, reading: Reading, exact: Sequence[Marked], fixed: Mapping[str, Any]) -> None:
    across, up = reading.swept
    found = fine_map(reading.values, across.values, up.values, (across.whole, up.whole))
    axes = sheet.add_subplot()
    handles = _draw_areas(axes, found, reading)
    lines = _draw_boundaries(axes, found, reading, exact, fixed)
    axes.set_xlim(found.x_edges[0], found.x_edges[-1])
    axes.set_ylim(found.y_edges[0], found.y_edges[-1])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10], integer=across.whole))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10], integer=up.whole))
    panels = [(axes, min(0.68 * sheet.breadth, 300.0))]
    axes.set_xlabel(sheet.balance(across.quantity.label, sheet.breadth - 60), linespacing=1.1)
    axes.set_ylabel(sheet.balance(up.quantity.label, panels[0][1]), linespacing=1.1)
    sheet.fit(panels)
    legend = sheet.key(handles, f"Regime with the highest {reading.outcome.words or reading.outcome.sign}:")
    keys = [legend, sheet.key(lines, "Exact boundaries:")] if lines else [legend]
    notes = [" ".join(_remarks(reading)), reading.caption]
    sheet.finish(panels, [*keys, *(sheet.note(note) for note in notes if note)])


def _draw_areas(axes: Axes, found: Map, reading: Reading) -> list[tuple[Artist, str]]:
    """Draw the area of each winner, and return what the legend says of it."""
    handles: list[tuple[Artist, str]] = []
    for code, regime in enumerate(reading.regimes):
        loops = outlines(found.codes == code)
        if loops:
            style: dict[str, Any] = {"facecolor": tint(regime.place), "hatch": hatch(regime.place)}
            path = area(loops, found.x_edges, found.y_edges)
            axes.add_patch(PathPatch(path, **style, edgecolor=color(regime.place), linewidth=0))
            axes.add_patch(PathPatch(path, facecolor="none", edgecolor=INK, linewidth=BORDER))
            handles.append((Patch(**style, edgecolor=color(regime.place), linewidth=0.5), regime.label))
    nowhere = outlines(found.codes < 0)
    if nowhere:
        axes.add_patch(
            PathPatch(
                area(nowhere, found.x_edges, found.y_edges),
                facecolor=ABSENT,
                edgecolor=INK,
                linewidth=BORDER,
                zorder=0.9,
            )
        )
        handles.append((Patch(facecolor=ABSENT, edgecolor=INK, linewidth=0.5), "no regime valid"))
    partial = ~found.complete & (found.codes >= 0)
    veils = outlines(partial)
    if veils:  # a regime that is masked has not lost: what is highest there is highest among fewer
        axes.add_patch(
            PathPatch(area(veils, found.x_edges, found.y_edges), facecolor="white", alpha=VEIL, linewidth=0, zorder=1.5)
        )
    limits = inner_lines(partial)
    for line in limits:
        x, y = placed(line, found.x_edges, found.y_edges).T
        axes.plot(x, y, color=INK, linewidth=1.2, linestyle=LIMIT)
    if limits:
        handle = Line2D([], [], color=INK, linewidth=1.2, linestyle=LIMIT)
        handles.append((handle, "edge of the points at which all regimes are valid"))
    if veils:
        pale = Patch(facecolor="white", edgecolor=INK, linewidth=0.5, linestyle=LIMIT)
        handles.append((pale, "paler: some regime is not valid, the highest of the others is shown"))
    return handles


def _draw_boundaries(
    axes: Axes, found: Map, reading: Reading, exact: Sequence[Marked], fixed: Mapping[str, Any]
) -> list[tuple[Artist, str]]:
    """Draw exact boundaries where what they compare is valid, and return what the legend says of them."""
    across, up = reading.swept
    over = across.quantity.name, up.quantity.name
    symbols = {each.quantity.name: each.quantity.sign.strip("$") for each in reading.swept}
    handles: list[tuple[Artist, str]] = []

    for count, one in enumerate(exact):
        style: dict[str, Any] = {
            "color": INK,
            "linewidth": 1.5,
            "solid_capstyle": "butt",
            "linestyle": CURVES[count % len(CURVES)],
        }
        x, y = ((edges[0], edges[-1]) for edges in (found.x_edges, found.y_edges))
        inside = _where_valid(reading, one.regimes)
        parts = [part for curve in curves(one.boundary, over, x, y, fixed) for part in kept(curve, inside)]
        for part in parts:
            axes.plot(*part.T, color="white", linewidth=3.5, zorder=2.4, solid_capstyle="butt")
            axes.plot(*part.T, **style, zorder=2.5)
        words = one.label(symbols)
        handles.append((Line2D([], [], **style), words if parts else f"{words} (nowhere on this map)"))
    return handles


def _where_valid(reading: Reading, regimes: Sequence[str]) -> Callable[[float, float], bool]:
    """Return what says whether those of these regimes that are shown, else any, are valid at the nearest point."""
    valid = ~np.isnan(reading.values)
    chosen = [place for place, regime in enumerate(reading.regimes) if regime.name in regimes]
    where = valid[chosen].all(axis=0) if chosen else valid.any(axis=0)
    across, up = (swept.values for swept in reading.swept)

    def inside(x: float, y: float) -> bool:
        return bool(where[np.abs(across - x).argmin(), np.abs(up - y).argmin()])

    return inside


def _remarks(reading: Reading) -> list[str]:
    """Return what a reader must know about ties, and about regimes that do not appear."""
    codes, tied = winners(reading.values)
    remarks = []
    if tied.any():
        pairs = {tuple(np.flatnonzero(column)) for column in tied.reshape(len(tied), -1).T if column.any()}
        names = sorted(" = ".join(reading.regimes[number].name for number in group) for group in pairs)
        count = int(tied.any(axis=0).sum())
        remarks.append(
            f"Ties ({'; '.join(names)}) at {count:,} of {codes.size:,} points; the regime named first is shown."
        )
    never = [regime.name for number, regime in enumerate(reading.regimes) if not (codes == number).any()]
    if never:
        remarks.append(f"Shown nowhere: {listing(never)}.")
    return remarks
