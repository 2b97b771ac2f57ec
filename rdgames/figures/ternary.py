"""Divisions among three members in a triangle: the core, and what each rule gives."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon
from matplotlib.ticker import MaxNLocator

from rdgames.errors import InputError
from rdgames.figures.looks import ABSENT, FAINT, INK, SMALL, color
from rdgames.figures.shares import known_document, remarks
from rdgames.figures.sheet import Sheet, drawn
from rdgames.figures.triangles import CORNERS, Triangle, core_bounds
from rdgames.figures.wording import number, plain

MARKERS = "osD^v*hp<>PX"
_OUTWARD = ((0.0, -1.0), (1.0, 0.0), (-1.0, 0.0))
"""In which direction the ticks of each member are labelled: below, to the right, to the left."""
_ALONG = (0.0, -60.0, 60.0)
"""In which direction the words at each side run, in degrees."""


def plot_ternary(
    shares: xr.Dataset, *, path: str | os.PathLike[str] | None = None, width: str | int | float = "column"
) -> Figure:
    """Draw divisions among three members as points of a triangle, with the core as an area.

    At each corner one member gets all that is above the floors of the others: what they are worth alone, or less where
    some rule gives them less. Dashed lines bound the divisions that give nobody less than alone. Rules whose divisions
    coincide have one mark.

    Parameters
    ----------
    shares
        What `rdgames.sharing.share.share` returns for three players, at one point.
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
    OutputError
        If the file cannot be written there, or in that format.
    InputError
        If there are not three members, several points, or the worth of a coalition is unknown.
    """
    with drawn(path, width) as sheet:
        found = known_document(shares)
        if len(found["players"]) != 3:
            raise InputError(f"found {len(found['players'])} members, expected three: their shares are a triangle")
        _draw(sheet, found)
    return sheet


def _draw(sheet: Sheet, found: Mapping[str, Any]) -> None:
    worth = np.array([0.0, *found["worth"].values()])
    points = {
        name: np.array([told["shares"][player] for player in found["players"]])
        for name, told in found["rules"].items()
        if told["divided"]
    }
    triangle = Triangle.around(worth, np.array([*points.values()]).reshape(-1, 3))
    axes = sheet.add_subplot()
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, CORNERS[2, 1] + 0.02))
    handles = _draw_core(axes, triangle, worth)
    _draw_frame(axes, triangle, [plain(name) for name in found["players"]], plain(found["unit"]))
    handles += _draw_points(axes, triangle, points)
    panels = [(axes, 0.66 * sheet.breadth)]
    sheet.fit(panels)
    notes = [sheet.note(plain(text), SMALL) for text in remarks(found, "")]
    sheet.finish(panels, [sheet.key(handles), *notes])


def _draw_core(axes: Axes, triangle: Triangle, worth: Float[np.ndarray, "8"]) -> list[tuple[Artist, str]]:
    """Draw the core, and the divisions that give nobody less than alone; return what the legend says of them."""
    least, most = core_bounds(worth)
    handles: list[tuple[Artist, str]] = []
    corners = triangle.within(least, most)
    if len(corners):
        place = triangle.place(corners)
        axes.add_patch(Polygon(place, closed=True, facecolor=ABSENT, edgecolor=INK, linewidth=1.2, joinstyle="round"))
        words = "core" if np.ptp(place, axis=0).max() > 1e-6 else "core (one point)"
        handles.append((Patch(facecolor=ABSENT, edgecolor=INK, linewidth=1.2), words))
    rational = triangle.within(least, np.full(3, np.inf))
    if len(rational) and (triangle.floors < least).any():
        axes.add_patch(Polygon(triangle.place(rational), closed=True, fill=False, edgecolor=FAINT, linestyle="--"))
        handles.append((Line2D([], [], color=FAINT, linestyle="--"), "nobody gets less than alone"))
    return handles


def _draw_frame(axes: Axes, triangle: Triangle, names: Sequence[str], unit: str) -> None:
    """Draw the triangle, and along each side the ticks of one member with lines on which its share is the same."""
    axes.add_patch(Polygon(CORNERS, closed=True, fill=False, edgecolor=INK, linewidth=0.8))
    for member, name in enumerate(names):
        low, high = triangle.floors[member], triangle.floors[member] + triangle.size
        ticks = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        out, turn = _OUTWARD[member], _ALONG[member]
        widest = 0
        for tick in ticks[(ticks >= low) & (ticks <= high)]:
            ends = np.array([triangle.place(end) for end in triangle.side(member, float(tick))])
            axes.plot(*ends.T, color=FAINT, linewidth=0.3, zorder=0.5)
            text = number(float(tick))
            widest = max(widest, len(text))
            axes.annotate(
                text,
                tuple(ends[0]),
                (5 * out[0], 5 * out[1]),
                textcoords="offset points",
                ha=("center", "left", "right")[member],
                va="top" if member == 0 else "center",
                fontsize=SMALL,
            )
        middle = triangle.place(np.array(triangle.side(member, float((low + high) / 2))[0]))
        away = 20 if member == 0 else 12 + 4 * widest
        side = (0, -away) if member == 0 else (out[0] * away * 0.87, away * 0.5)
        words = f"Share of {name} ({unit})" if unit else f"Share of {name}"
        axes.annotate(
            words,
            tuple(middle),
            side,
            textcoords="offset points",
            ha="center",
            va="center",
            rotation=turn,
            rotation_mode="anchor",
        )


def _draw_points(
    axes: Axes, triangle: Triangle, points: Mapping[str, Float[np.ndarray, "3"]]
) -> list[tuple[Artist, str]]:
    """Draw a mark for each division; return what the legend says of them."""
    groups: list[tuple[Float[np.ndarray, "3"], list[str]]] = []
    for name, shares in points.items():
        near = (names for other, names in groups if np.abs(other - shares).max() < 1e-6 * triangle.size)
        same = next(near, None)
        if same is None:
            groups.append((shares, [name]))
        else:
            same.append(name)
    handles: list[tuple[Artist, str]] = []
    for count, (shares, names) in enumerate(groups):
        style: dict[str, Any] = {
            "linestyle": "none",
            "marker": MARKERS[count % len(MARKERS)],
            "markersize": max(3.5, 8.0 - 0.7 * count),  # the later the smaller: what lies on another stays seen
            "markerfacecolor": "none",
            "markeredgecolor": color(count),
            "markeredgewidth": 1.3,
        }
        axes.plot(*triangle.place(shares), **style, zorder=3, clip_on=False)
        handles.append((Line2D([], [], **style), plain(", ".join(names))))
    return handles
