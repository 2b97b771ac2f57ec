"""What each member gets by each rule, as bars."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from rdgames.errors import InputError
from rdgames.figures.looks import FAINT, INK, SMALL, color, hatch, tint
from rdgames.figures.sheet import Sheet, drawn
from rdgames.figures.wording import plain
from rdgames.sharing.showing import document_shares, sentences

BAR, SPACE = 9.0, 7.0
"""Height of a bar, and the space between rules, in points."""

MARK = "○ "
"""What stands at a rule whose division some coalition would leave."""


def plot_shares(
    shares: xr.Dataset, *, path: str | os.PathLike[str] | None = None, width: str | int | float = "column"
) -> Figure:
    """Draw what each member gets by each rule: a group of bars for each rule, a bar for each member.

    A rule whose division some coalition would leave has an open circle behind its name, and a note says who would
    leave. A rule that divides nothing has no bars, and a note says why.

    Parameters
    ----------
    shares
        What `rdgames.sharing.share.share` returns, at one point: select one, as in ``shares.sel(gamma=5)``.
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
        If there are several points, the worth of a coalition is unknown, or the width is none.
    """
    with drawn(path, width) as sheet:
        found = known_document(shares)
        _draw(sheet, found)
    return sheet


def known_document(shares: xr.Dataset) -> dict[str, Any]:
    """Return divisions at one point as plain data; raises InputError if nothing is divided there."""
    found = document_shares(shares)
    if "unknown" in found:
        raise InputError(f"there is nothing to draw: {found['unknown']}")
    return found


def _draw(sheet: Sheet, found: Mapping[str, Any]) -> None:
    players, rules = found["players"], found["rules"]
    axes = sheet.add_subplot()
    group = BAR * len(players) + SPACE
    centers = []
    for row, told in enumerate(rules.values()):
        top = row * group + SPACE / 2
        centers.append(top + BAR * len(players) / 2)
        _draw_bars(axes, told, players, top)
    axes.axvline(0, color=INK, linewidth=0.6)
    axes.set_ylim(len(rules) * group, 0)
    axes.set_yticks(centers, [plain(_label(name, told)) for name, told in rules.items()])
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.ticklabel_format(axis="x", useOffset=False, useMathText=True, scilimits=(-3, 6))
    axes.grid(axis="x", color=FAINT, linewidth=0.3, alpha=0.5)
    axes.set_axisbelow(True)
    panels = [(axes, len(rules) * group)]
    unit = f" ({plain(found['unit'])})" if found["unit"] else ""
    axes.set_xlabel(f"Share{unit}")
    sheet.fit(panels)
    handles = [(_patch(place), plain(name)) for place, name in enumerate(players)]
    notes = [sheet.note(plain(text), SMALL) for text in remarks(found)]
    sheet.finish(panels, [sheet.key(handles), *notes])


def _draw_bars(axes: Axes, told: Mapping[str, Any], players: Sequence[str], top: float) -> None:
    """Draw the bars of one rule, or say that there are none."""
    for place, name in enumerate(players):
        middle = top + BAR * (place + 0.5)
        if told["divided"]:
            look_of: dict[str, Any] = {"facecolor": tint(place), "edgecolor": color(place), "hatch": hatch(place)}
            axes.barh(middle, told["shares"][name], height=0.86 * BAR, linewidth=0.7, **look_of)
    if not told["divided"]:
        middle = top + BAR * len(players) / 2
        axes.annotate("divides nothing", (0, middle), (4, 0), textcoords="offset points", va="center", color=FAINT)


def _label(name: str, told: Mapping[str, Any]) -> str:
    return f"{name} {MARK.strip()}" if told["divided"] and not told["in_core"] else name


def _patch(place: int) -> Patch:
    return Patch(facecolor=tint(place), edgecolor=color(place), hatch=hatch(place), linewidth=0.7)


def remarks(found: Mapping[str, Any], mark: str = MARK) -> list[str]:
    """Return what must be known of divisions that the drawing does not show: who would leave, what is undefined."""
    rules = found["rules"]
    left = [f"{name}: {sentences(told['leaving'])[0]}" for name, told in rules.items() if told.get("leaving")]
    nothing = [f"{name}: {told['why_not']}" for name, told in rules.items() if not told["divided"]]
    said = []
    if left:
        said.append(f"{mark}Not in the core, with the coalition that gains most by leaving. {'; '.join(left)}.")
    if nothing:
        said.append(f"Divides nothing. {'; '.join(nothing)}.")
    if found.get("why"):
        said.append(f"The core is empty: {found['why']}.")
    if "outsiders" in found:
        said.append(f"A coalition that leaves expects: {found['outsiders']}.")
    return said
