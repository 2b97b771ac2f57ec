"""How every figure of this room looks: sizes, fonts, colors, dashes, hatches.

Colors are those of Okabe and Ito (2008), which people with any common color vision tell apart; dashes and hatches
tell the regimes apart in black and white. A regime keeps its look whichever others are drawn beside it.
"""

from __future__ import annotations

import math
from typing import Any

from matplotlib import rc_context
from matplotlib.colors import to_rgb

from rdgames.errors import InputError, did_you_mean

POINTS = 72.0
"""Points to the inch; lengths on a sheet are in points."""

WIDTHS = {"column": 3.5, "page": 7.0}
"""Inches of a column, and of a page of two columns."""

TEXT, SMALL = 8.5, 7.5
"""Size of labels and legends, and of notes and marks."""

INK, FAINT, ABSENT = "#000000", "#595959", "#E3E3E3"
"""Color of text, of marks that stand back, and of places where there is nothing to show."""

DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.2, 1.1)),
    (0, (7, 1.4, 1.4, 1.4)),
    (0, (11, 2)),
    (0, (5, 1.3, 1.2, 1.3, 1.2, 1.3)),
    (0, (2.6, 1.1)),
    (0, (10, 1.3, 3, 1.3)),
)
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8A8A8A")
TINTS = (0.45, 0.25, 0.40, 0.30, 0.35, 0.30, 0.25, 0.40)
"""How much of its color a regime's area keeps."""

HATCHES = ("////", "..", "\\\\\\\\", "xx", "----", "||||", "++", "oo")
FAILURES = ("//////", "\\\\\\\\\\\\", "||||||", "xxxxxx", "------", "++++++")
"""Hatches of the conditions that fail: dense, as strips are low, and of lines, as dots make large files."""

_RC: Any = {
    "font.family": ["serif", "DejaVu Sans"],
    "font.serif": ["STIXGeneral", "STIX Two Text", "Times New Roman", "Times", "DejaVu Serif"],
    "mathtext.fontset": "stix",
    "font.size": TEXT,
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.6,
    "axes.axisbelow": False,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "legend.fontsize": TEXT,
    "legend.title_fontsize": TEXT,
    "axes.unicode_minus": True,
    "hatch.linewidth": 0.5,
    "lines.scale_dashes": True,
    "path.simplify": True,
    "text.usetex": False,
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "rdgames",
    "savefig.bbox": None,
    "savefig.facecolor": "white",
}


def look() -> Any:
    """Return a context in which matplotlib draws as this room does; outside it nothing has changed."""
    return rc_context(_RC)


def inches(width: str | int | float) -> float:
    """Return a width in inches: of a column, of a page, or as given.

    Raises
    ------
    InputError
        If the width is none of these.
    """
    known = f"expected 'column' ({WIDTHS['column']} inches), 'page' ({WIDTHS['page']} inches) or 2 to 40 inches"
    if isinstance(width, str):
        if width not in WIDTHS:
            raise InputError(f"found the width {width!r}{did_you_mean(width, WIDTHS)}, {known}.")
        return WIDTHS[width]
    if not (math.isfinite(width) and 2 <= width <= 40):
        raise InputError(f"found a width of {width} inches, {known}.")
    return float(width)


def color(place: int) -> str:
    """Return the color of the regime that stands at a place of the dataset."""
    return COLORS[place % len(COLORS)]


def dash(place: int) -> Any:
    """Return the dashes of a regime; beyond eight regimes colors come again, with other dashes."""
    return DASHES[(place + place // len(COLORS)) % len(DASHES)]


def hatch(place: int) -> str:
    """Return the hatch of a regime's area."""
    return HATCHES[(place + place // len(COLORS)) % len(HATCHES)]


def tint(place: int) -> tuple[float, float, float]:
    """Return the color of a regime mixed with white, flat enough to carry a hatch."""
    share = TINTS[place % len(TINTS)]
    red, green, blue = (1 - share * (1 - part) for part in to_rgb(color(place)))
    return red, green, blue
