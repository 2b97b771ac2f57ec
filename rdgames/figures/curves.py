"""An outcome of each regime against one parameter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from rdgames.figures.dimensions import only_parameter, prepared
from rdgames.figures.looks import SMALL, color, dash
from rdgames.figures.marks import describe, mark_thresholds
from rdgames.figures.reading import Reading, read
from rdgames.figures.sheet import Sheet, drawn
from rdgames.figures.stretches import stretches
from rdgames.figures.strips import draw_strips
from rdgames.figures.thresholds import coincide, thresholds

LINE, WIDER = 1.3, 1.7
"""Width of a curve, and what is added to it for every curve that lies on top of it."""


def plot(
    dataset: xr.Dataset,
    outcome: str,
    *,
    regimes: str | Iterable[str] | None = None,
    path: str | os.PathLike[str] | None = None,
    width: str | int | float = "column",
) -> Figure:
    """Draw an outcome of each regime against the one parameter that is swept.

    A curve is drawn where its regime is valid; a hatched strip below shows where it is not, and the hatch which
    condition fails. Vertical lines are thresholds, at which the ranking of two regimes flips
    (`rdgames.figures.thresholds` defines them).

    Parameters
    ----------
    dataset
        The result of a sweep over one parameter; select values of the others, as in ``dataset.sel(gamma=5)``.
    outcome
        Its name in the dataset, such as ``"welfare"``.
    regimes
        The regimes to draw, in the order of the legend; all of them if left out.
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
        If the dataset has no such outcome or regime.
    OutputError
        If the file cannot be written there, or in that format.
    InputError
        If not exactly one parameter is swept, or the width is none.
    """
    with drawn(path, width) as sheet:
        dataset = prepared(dataset)
        reading = read(dataset, outcome, regimes, [only_parameter(dataset, outcome)])
        _draw(sheet, reading)
    return sheet


def _draw(sheet: Sheet, reading: Reading) -> None:
    swept = reading.swept[0]
    bad = stretches(reading.failed)
    axes = sheet.add_subplot()
    handles = _draw_curves(axes, swept.values, reading)
    panels = [(axes, min(0.56 * sheet.breadth, 260.0))]
    reasons: list[tuple[Patch, str]] = []
    if bad:
        strips = sheet.add_subplot()
        reasons, high = draw_strips(strips, reading, bad)
        panels.append((strips, high))
        axes.tick_params(bottom=False, labelbottom=False)
    _label(panels, reading, sheet)
    sheet.fit(panels)
    found = thresholds(swept.values, reading.values, swept.whole)
    labels = [describe(threshold, swept, reading.regimes) for threshold in found]
    listed = mark_thresholds(sheet, axes, found, labels)
    below = [
        sheet.key([(handle, regime.label) for handle, regime in zip(handles, reading.regimes, strict=True)]),
        *listed,
    ]
    if reasons:
        below.append(sheet.key(reasons, "Not valid where this condition fails:", SMALL))
    notes = [sheet.note(reading.caption)] if reading.caption else []
    sheet.finish(panels, [*below, *notes])


def _draw_curves(axes: Axes, x: Float[np.ndarray, " points"], reading: Reading) -> list[Line2D]:
    """Draw the curves, those earlier in the dataset below, and wide enough to show beneath what lies on them."""
    covers = [0] * len(reading.regimes)
    for one, other in combinations(range(len(reading.regimes)), 2):
        if coincide(reading.values[one], reading.values[other]):
            covers[one if reading.regimes[one].place < reading.regimes[other].place else other] += 1
    lines = []
    for regime, y, on_top in zip(reading.regimes, reading.values, covers, strict=True):
        look_of: dict[str, Any] = {"color": color(regime.place), "zorder": 2 + regime.place / 100}
        style: dict[str, Any] = {"linestyle": dash(regime.place), "linewidth": LINE + WIDER * on_top}
        lines += axes.plot(x, y, **look_of, **style, solid_capstyle="butt", dash_capstyle="butt")
        alone = np.isfinite(y) & ~_beside(np.isfinite(y))
        if alone.any():
            axes.plot(x[alone], y[alone], **look_of, linestyle="none", marker="o", markersize=2.2)
    return lines


def _beside(drawn: Bool[np.ndarray, " points"]) -> Bool[np.ndarray, " points"]:
    """Return which points have a neighbor that is drawn."""
    padded = np.pad(drawn, 1)
    beside: Bool[np.ndarray, " points"] = padded[:-2] | padded[2:]
    return beside


def _label(panels: Sequence[tuple[Axes, float]], reading: Reading, sheet: Sheet) -> None:
    """Put words and ticks at the axes; both panels share the horizontal one."""
    swept = reading.swept[0]
    axes, high = panels[0]
    axes.set_ylabel(sheet.balance(reading.outcome.label, high), linespacing=1.1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.ticklabel_format(axis="y", useOffset=False, useMathText=True, scilimits=(-3, 6))
    axes.spines[["top", "right"]].set_visible(False)
    if not np.isfinite(reading.values).any():
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no regime is valid at any point", transform=axes.transAxes, ha="center", va="center")
    for panel, _ in panels:
        panel.set_xlim(swept.values[0], swept.values[-1])
        panel.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10], integer=swept.whole))
    panels[-1][0].set_xlabel(sheet.balance(swept.quantity.label, sheet.breadth - 60), linespacing=1.1)
