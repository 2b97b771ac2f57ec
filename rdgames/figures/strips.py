"""Strips below a panel: where each regime is not valid, and which condition fails there.

A strip has the color of its regime, and at its left end a piece of the regime's line; its hatch tells the condition.
Regimes that are valid everywhere have no strip.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from rdgames.figures.looks import FAILURES, FAINT, color, dash
from rdgames.figures.reading import Reading
from rdgames.figures.stretches import Stretch, in_words, span

STRIP, SPACE = 5.5, 2.5
"""Height of a strip, and the space around it, in points."""


def draw_strips(axes: Axes, reading: Reading, bad: Sequence[Stretch]) -> tuple[list[tuple[Patch, str]], float]:
    """Draw the strips; return a hatch with its words for each condition that fails, and the height of the panel."""
    regimes = sorted({stretch.regime for stretch in bad})
    conditions = sorted({stretch.condition for stretch in bad}, key=lambda code: (code < 0, code))
    hatches = {code: FAILURES[count % len(FAILURES)] for count, code in enumerate(conditions)}
    high = len(regimes) * (STRIP + SPACE) + SPACE
    axes.set(ylim=(-high, 0), yticks=[])
    axes.spines[["top", "right"]].set_visible(False)
    x = reading.swept[0].values
    for row, number in enumerate(regimes):
        place = reading.regimes[number].place
        bottom = -(row + 1) * (STRIP + SPACE)
        for stretch in bad:
            if stretch.regime == number:
                begin, end = span(stretch, x)
                axes.add_patch(_strip(begin, bottom, end - begin, color(place), hatches[stretch.condition]))
        axes.annotate(
            "",
            (0, bottom + STRIP / 2),
            (-16, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": color(place), "linestyle": dash(place), "linewidth": 1.3},
        )
    words = [_reason(reading, [stretch for stretch in bad if stretch.condition == code]) for code in conditions]
    patches = [Patch(facecolor="white", edgecolor=FAINT, hatch=hatches[code], linewidth=0.5) for code in conditions]
    return list(zip(patches, words, strict=True)), high


def _strip(left: float, bottom: float, width: float, shade: str, hatch: str) -> Rectangle:
    return Rectangle((left, bottom), width, STRIP, facecolor="white", edgecolor=shade, hatch=hatch, linewidth=0.7)


def _reason(reading: Reading, bad: Sequence[Stretch]) -> str:
    """Return a condition in words, and the regimes that fail it with the points at which they do."""
    swept = reading.swept[0]
    where = []
    for number in sorted({stretch.regime for stretch in bad}):
        some = [stretch for stretch in bad if stretch.regime == number]
        where.append(f"{reading.regimes[number].name} at {in_words(some, swept.values, swept.quantity.sign)}")
    return f"{reading.reasons.get(bad[0].condition, 'a condition without a name')} – {'; '.join(where)}"
