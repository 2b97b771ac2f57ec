"""Thresholds drawn: a line in the panel, and above it what is equal there, without overlaps.

A few short labels stand beside the ends of their lines, on as few rows as keep every line clear of every other label.
If that cannot be done, the lines are numbered and the labels are listed below the panels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend

from rdgames.figures.looks import FAINT, POINTS, SMALL
from rdgames.figures.quantities import Regime
from rdgames.figures.reading import Swept
from rdgames.figures.sheet import Sheet
from rdgames.figures.thresholds import Threshold
from rdgames.figures.wording import NO_BREAK, listing, number, rounded

MOST_LABELS, MOST_ROWS = 5, 3
"""Labels that stand beside their lines, and rows that they may take; more would be no easier to read than a list."""

ROW, FOOT, PAD = SMALL + 2.0, 2.0, 2.5
"""Height of a row of labels, space between the panel and the lowest row, space between a line and a label."""

NUMBER = 1.5 * SMALL
"""Room that a number needs."""

Flag = tuple[int, bool]
"""The row of a label, counted from the panel, and whether it stands to the right of its line."""


def describe(threshold: Threshold, swept: Swept, regimes: Sequence[Regime]) -> str:
    """Return a threshold in words: ``β = 0.5: competition = cartel``; interpolated places have the sign ≈."""
    sign = swept.quantity.sign
    if threshold.exact:
        place = f"{sign} = {number(threshold.place)}"
    elif swept.whole:
        place = f"{number(threshold.below)} < {sign} < {number(threshold.above)}"
    else:
        place = f"{sign} ≈ {rounded(threshold.place, threshold.above - threshold.below)}"
    equalities = (f" ={NO_BREAK}".join(regimes[member].name for member in group) for group in threshold.groups)
    return f"{place}: {listing(list(equalities))}"


def mark_thresholds(sheet: Sheet, axes: Axes, found: Sequence[Threshold], labels: Sequence[str]) -> list[Legend]:
    """Draw thresholds on fitted axes; return the list of their labels if it goes below the panels."""
    if not found:
        return []
    low, high = axes.get_xlim()
    room = sheet.right - sheet.left
    places = [(threshold.place - low) / (high - low) * room for threshold in found]
    widths = [sheet.text_width(label, SMALL) + PAD for label in labels]
    flags = arrange_flags(places, widths, -sheet.left + PAD, sheet.breadth - sheet.left - PAD)
    foot = FOOT + (ROW if axes.yaxis.get_offset_text().get_text() else 0.0)
    if flags:
        for place, label, (row, to_right) in zip(places, labels, flags, strict=True):
            _line(sheet, axes, place, 0.0, foot + (row + 0.7) * ROW)
            _text(
                axes,
                place / room,
                label,
                PAD if to_right else -PAD,
                foot + row * ROW,
                "left" if to_right else "right",
            )
        return []
    tiers = math.ceil(len(places) * NUMBER / room)
    for count, (place, spot) in enumerate(zip(places, spread(places, NUMBER / tiers, room), strict=True), start=1):
        up = foot + ROW * (1 + (count - 1) % tiers)
        _line(sheet, axes, place, spot - place, up)
        _text(axes, spot / room, str(count), 0.0, up, "center")
    lines = [f"{count}{NO_BREAK}{NO_BREAK}{label}" for count, label in enumerate(labels, start=1)]
    return [sheet.table(lines, "The ranking of regimes flips at:")]


def arrange_flags(places: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[Flag] | None:
    """Return row and side of each label on the fewest rows, or None if there is no room between ``low`` and ``high``.

    The line of a label reaches up to its row. No other label may lie across it, nor two labels on one another.

    >>> arrange_flags([10.0, 20.0], [50.0, 50.0], 0.0, 100.0)
    [(1, True), (0, True)]
    """
    if len(places) > MOST_LABELS:
        return None
    for rows in range(1, MOST_ROWS + 1):
        flags = _arranged([], places, widths, (low, high), rows)
        if flags is not None:
            return flags
    return None


def _arranged(
    flags: list[Flag], places: Sequence[float], widths: Sequence[float], bounds: tuple[float, float], rows: int
) -> list[Flag] | None:
    """Return the flags followed by ones for the other labels, or None if the others find no place."""
    if len(flags) == len(places):
        return flags
    for row, to_right in product(range(rows), (True, False)):
        longer = [*flags, (row, to_right)]
        begin, end = _span(places[len(flags)], widths[len(flags)], to_right)
        if begin >= bounds[0] and end <= bounds[1] and _last_is_clear(longer, places, widths):
            found = _arranged(longer, places, widths, bounds, rows)
            if found is not None:
                return found
    return None


def _last_is_clear(flags: Sequence[Flag], places: Sequence[float], widths: Sequence[float]) -> bool:
    """Return whether the last label and its line are clear of those before."""
    count = len(flags) - 1
    row, to_right = flags[count]
    begin, end = _span(places[count], widths[count], to_right)
    for (other_row, other_right), place, width in zip(flags[:count], places, widths, strict=False):
        other_begin, other_end = _span(place, width, other_right)
        if other_row >= row and begin - PAD < place < end + PAD:
            return False
        if row >= other_row and other_begin - PAD < places[count] < other_end + PAD:
            return False
        if row == other_row and begin < other_end + PAD and other_begin < end + PAD:
            return False
    return True


def _span(place: float, width: float, to_right: bool) -> tuple[float, float]:
    return (place, place + width) if to_right else (place - width, place)


def spread(places: Sequence[float], apart: float, room: float) -> list[float]:
    """Return spots near increasing places between 0 and ``room``, at least ``apart`` from each other.

    >>> spread([1.0, 1.5, 9.0], 2.0, 10.0)
    [0.25, 2.25, 9.0]
    """
    count = len(places)
    spots = np.array(places) - apart * np.arange(count)
    level = [[spot, 1.0] for spot in spots]
    merged: list[list[float]] = []
    for mean, size in level:
        merged.append([mean, size])
        while len(merged) > 1 and merged[-2][0] > merged[-1][0]:
            last, size = merged.pop()
            before, many = merged.pop()
            merged.append([(before * many + last * size) / (many + size), many + size])
    flat = np.repeat([mean for mean, _ in merged], [int(size) for _, size in merged])
    return [float(spot) for spot in np.clip(flat, 0, room - apart * (count - 1)) + apart * np.arange(count)]


def _line(sheet: Sheet, axes: Axes, place: float, aside: float, up: float) -> None:
    """Draw a line from the bottom of the panel to its top, and on to a point beside and above it."""
    width, height = sheet.right - sheet.left, axes.get_position().height * sheet.get_figheight() * POINTS
    across = [place / width, place / width, (place + aside) / width]
    axes.plot(
        across,
        [0, 1, 1 + up / height],
        transform=axes.transAxes,
        color=FAINT,
        linewidth=0.6,
        linestyle=(0, (1, 1.5)),
        zorder=1,
        clip_on=False,
        scalex=False,
        scaley=False,
    )


def _text(axes: Axes, share: float, text: str, aside: float, up: float, side: str) -> None:
    """Write above the panel, so many points beside and above a place at its top."""
    axes.annotate(
        text,
        (share, 1),
        (aside, up),
        xycoords="axes fraction",
        textcoords="offset points",
        ha=side,
        va="bottom",
        fontsize=SMALL,
        annotation_clip=False,
    )
