"""Which rule keeps a coalition together, over one or two parameters.

Over one parameter every rule has a strip, filled where it keeps the coalition, so that all that do are seen. Over two
there is a map of the first rule that does. Where none does, it is told whether another division would.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.ticker import MaxNLocator

from rdgames.errors import InputError, UnknownNameError
from rdgames.figures.looks import ABSENT, FAINT, INK, color, hatch, tint
from rdgames.figures.outlines import area, outlines
from rdgames.figures.quantities import Quantity
from rdgames.figures.reading import caption_of
from rdgames.figures.sheet import Sheet, drawn
from rdgames.figures.stretches import in_words, stretches
from rdgames.figures.wording import plain
from rdgames.stability.keeping import ALONE, KEEPS
from rdgames.stability.valuation import BUILT_IN

STRIP, SPACE, BORDER = 11.0, 4.0, 0.7
"""Height of a strip, the space between strips, and the width of the lines around areas, in points."""

_BEHIND: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("another division", "another division would", {"facecolor": "white", "edgecolor": FAINT, "hatch": "oo"}),
    ("no division", "no division does", {"facecolor": ABSENT, "edgecolor": FAINT}),
    ("not known", "not known", {"facecolor": "white", "edgecolor": FAINT}),
)
"""What comes behind the rules among the meanings: how it is called in a figure, and how it looks."""


def plot_stability(
    kept: xr.Dataset,
    *,
    x: str | None = None,
    y: str | None = None,
    path: str | os.PathLike[str] | None = None,
    width: str | int | float = "column",
) -> Figure:
    """Draw which rules keep a coalition together over one or two swept parameters.

    Over one parameter there is a strip for each rule, filled where no member gains by leaving under it, and below them
    strips of where none of the rules keeps the coalition: another division would, none does, or that is not known. Over
    two there is a map of the first rule, in their order, that keeps it. Areas end halfway between points.

    Parameters
    ----------
    kept
        What `rdgames.stability.keeping.kept_by` or `kept_in_core` returns; select values of further parameters, as in
        ``kept.sel(gamma=5)``.
    x, y
        The parameters along the two axes; if left out, in the order of the dataset. Over one parameter, ``x`` is it.
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
    UnknownNameError
        If no parameter of a name asked for is swept.
    InputError
        If this is no such dataset, not one or two parameters are swept, or the width is none.
    """
    with drawn(path, width) as sheet:
        reading = _read(kept, x, y)
        _draw_strips(sheet, reading) if len(reading.swept) == 1 else _draw_map(sheet, reading)
    return sheet


@dataclass(frozen=True)
class _Category:
    """Something that the figure tells apart: a rule, or what is the case where none of them keeps the coalition."""

    label: str
    style: dict[str, Any]
    where: Bool[np.ndarray, " ..."]


@dataclass(frozen=True)
class _Axis:
    """A swept parameter, its values in increasing order; ``whole`` if it counts something."""

    quantity: Quantity
    values: Float[np.ndarray, " points"]
    whole: bool

    @property
    def edges(self) -> Float[np.ndarray, " edges"]:
        """Where the cells around the points end: halfway; whole numbers have half a cell beyond the ends."""
        halves = (self.values[1:] + self.values[:-1]) / 2
        first, last = self.values[[0, -1]]
        if self.whole:
            first, last = first - (halves[0] - first), last + (last - halves[-1])
        return np.concatenate([[first], halves, [last]])


@dataclass(frozen=True)
class _Reading:
    """What the dataset says: the first category at each point, by number, and all of them."""

    swept: tuple[_Axis, ...]
    first: Int[np.ndarray, " ..."]
    categories: tuple[_Category, ...]
    members: str
    keeps: str
    caption: str


def _read(kept: Any, x: str | None, y: str | None) -> _Reading:
    """Read what is drawn; raises InputError or UnknownNameError if that cannot be."""
    if not isinstance(kept, xr.Dataset) or not {"kept", "first"} <= set(kept.data_vars):
        raise InputError("found no variables kept and first, expected what kept_by(stable(..., rule=[...])) returned")
    kept = kept.squeeze([name for name, size in kept["first"].sizes.items() if size == 1])
    names = [str(name) for name in kept["first"].dims]
    asked = [name for name in (x, y) if name is not None]
    for name in asked:
        if name not in names:
            raise UnknownNameError("swept parameter", name, names)
    if not 1 <= len(names) <= 2 or len(asked) > len(names) or len(set(asked)) < len(asked):
        raise InputError(
            f"found {len(names)} swept parameters ({', '.join(names) or 'a single point'}), expected one or two, each "
            "along one axis. Sweep some, or select values of the others: kept.isel(...)"
        )
    order = [x or next(name for name in names if name != y), *([] if len(names) == 1 else [y])]
    over = [name or next(one for one in names if one != order[0]) for name in order]
    kept = kept.sortby(over).transpose("rule", *over)
    first = kept["first"].values
    count = kept.sizes["rule"]
    categories = [
        _Category(str(rule), _look(place), kept["kept"].isel(rule=place).values)
        for place, rule in enumerate(kept["rule"].values)
    ]
    meanings = json.loads(kept["first"].attrs["meanings"])[count:]
    words = {name: (label, style) for name, label, style in _BEHIND}
    categories += [_Category(*words[name], first == count + place) for place, name in enumerate(meanings)]
    axes = tuple(
        _Axis(Quantity.of(kept[name]), kept[name].values.astype(float), kept[name].dtype.kind in "iu") for name in over
    )
    members = plain(str(kept["members"].item())) if "members" in kept.coords else "the coalition"
    caption = caption_of(kept.drop_vars(["coalition", "members"], errors="ignore"))
    keeps = plain(str(kept.attrs.get(KEEPS, ALONE)))
    return _Reading(axes, first, tuple(categories), members, keeps, caption)


def _look(place: int) -> dict[str, Any]:
    return {"facecolor": tint(place), "edgecolor": color(place), "hatch": hatch(place)}


def _draw_strips(sheet: Sheet, reading: _Reading) -> None:
    [swept] = reading.swept
    count = len(reading.categories) - len(_BEHIND)
    rules, behind = reading.categories[:count], reading.categories[count:]
    rows = [*rules, *(category for category in behind if category.where.any())]
    axes = sheet.add_subplot()
    high = len(rows) * (STRIP + SPACE) + SPACE
    for row, category in enumerate(rows):
        top = -SPACE - row * (STRIP + SPACE)
        for one in stretches(category.where[None].astype(int)):
            begin, end = swept.edges[[one.first, one.last + 1]]
            axes.add_patch(Rectangle((begin, top - STRIP), end - begin, STRIP, linewidth=BORDER, **category.style))
    middles = [-SPACE - row * (STRIP + SPACE) - STRIP / 2 for row in range(len(rows))]
    axes.set_yticks(middles, [plain(category.label) for category in rows])
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(swept.edges[0], swept.edges[-1])
    axes.set_ylim(-high, 0)
    axes.spines[["top", "right"]].set_visible(False)
    if len(rows) > count:  # what none of the rules does stands apart from what each of them does
        axes.axhline(-SPACE / 2 - count * (STRIP + SPACE), color=FAINT, linewidth=0.4)
    _label(sheet, axes, swept, "x", sheet.breadth - 60)
    sheet.fit([(axes, high)])
    notes = [f"Filled: where a rule keeps {reading.members} together, so that {reading.keeps}."]
    notes += [" ".join(_where(rows, swept))]
    sheet.finish([(axes, high)], [sheet.note(note) for note in (*notes, reading.caption) if note])


def _where(rows: list[_Category], swept: _Axis) -> Iterator[str]:
    """Yield, for each strip, at which points of the sweep it is filled."""
    for category in rows:
        some = stretches(category.where[None].astype(int))
        yield f"{plain(category.label)}: {in_words(some, swept.values, swept.quantity.sign) if some else 'nowhere'}."


def _draw_map(sheet: Sheet, reading: _Reading) -> None:
    across, up = reading.swept
    axes = sheet.add_subplot()
    handles: list[tuple[Artist, str]] = []
    for number, category in enumerate(reading.categories):
        loops = outlines(reading.first == number)
        if loops:
            shape = area(loops, across.edges, up.edges)
            axes.add_patch(PathPatch(shape, linewidth=0, **category.style))
            axes.add_patch(PathPatch(shape, facecolor="none", edgecolor=INK, linewidth=BORDER))
            meaning = BUILT_IN.get(category.label)
            said = f"{category.label}: {meaning}" if meaning else plain(category.label)
            handles.append((Patch(linewidth=0.5, **category.style), said))
    axes.set_xlim(across.edges[0], across.edges[-1])
    axes.set_ylim(up.edges[0], up.edges[-1])
    panels = [(axes, min(0.68 * sheet.breadth, 300.0))]
    _label(sheet, axes, across, "x", sheet.breadth - 60)
    _label(sheet, axes, up, "y", panels[0][1])
    sheet.fit(panels)
    title = sheet.balance(f"First rule that keeps {reading.members} together:", sheet.breadth - 10)
    notes = [f"Kept together: {reading.keeps}.", _unseen(reading), reading.caption]
    sheet.finish(panels, [sheet.key(handles, title), *(sheet.note(note) for note in notes if note)])


def _unseen(reading: _Reading) -> str:
    """Return which rules are shown nowhere: they keep the coalition nowhere, or only where an earlier one does."""
    rules = reading.categories[: len(reading.categories) - len(_BEHIND)]
    said = []
    for number, category in enumerate(rules):
        if not (reading.first == number).any():
            why = "only where an earlier rule does" if category.where.any() else "nowhere"
            said.append(f"{plain(category.label)} keeps it {why}")
    return f"Not shown: {'; '.join(said)}." if said else ""


def _label(sheet: Sheet, axes: Axes, swept: _Axis, side: str, room: float) -> None:
    """Say what runs along an axis, with its unit, and mark it at round numbers."""
    axis = axes.xaxis if side == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10], integer=swept.whole))
    axis.set_label_text(sheet.balance(swept.quantity.label, room), linespacing=1.1)
