"""A figure of fixed width whose height follows from what is put on it.

From the top: marks above the panels, the panels with their axes, then legends and notes, one below the other. All of
it is measured before it is placed, so that nothing overlaps and nothing is cut. Lengths are in points.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Patch
from matplotlib.text import Text

from rdgames.figures.looks import INK, POINTS, SMALL, TEXT, inches, look
from rdgames.figures.wording import balanced, wrapped
from rdgames.writing import FIGURES, check_target, whole_file

EDGE, GAP = 3.0, 5.0
"""Space around the sheet, and between what is stacked on it."""

SHOWN = 140
"""How many pixels of a notebook an inch takes; twice as many dots are in the picture, for fine screens."""

HANDLE = 2.6
"""Length of the samples in a legend, in sizes of its text."""

_METADATA: dict[str, dict[str, Any]] = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {}}
"""Files say nothing of when they were made, so that equal figures are equal files."""


class Sheet(Figure):
    """A matplotlib figure that keeps this room's look when it is drawn, saved, or shown in a notebook."""

    def __init__(self, inches: float) -> None:
        super().__init__(figsize=(inches, inches), dpi=300, facecolor="white")
        FigureCanvasAgg(self)
        self.left = self.right = 0.0

    @property
    def breadth(self) -> float:
        """The width of the sheet."""
        return float(self.get_figwidth() * POINTS)

    def draw(self, renderer: Any) -> None:
        """Draw the figure with this room's look."""
        with look():
            super().draw(renderer)

    def savefig(self, fname: Any, **options: Any) -> None:
        """Write the figure as it is, with 300 dots per inch where it has dots; options as in matplotlib."""
        kind = options.get("format") or Path(str(fname)).suffix[1:] or "png"
        if kind.lower() in _METADATA:
            options["metadata"] = _METADATA[kind.lower()] | (options.get("metadata") or {})
        with look():
            super().savefig(fname, **options)

    def write(self, target: Path) -> None:
        """Write the figure in the format that the file's suffix names, all of it or nothing; links stay links."""
        with whole_file(target.resolve()) as draft:
            self.savefig(draft, format=target.suffix[1:].lower())

    def _repr_png_(self) -> bytes:
        """Return the picture that a notebook shows."""
        content = io.BytesIO()
        self.savefig(content, format="png", dpi=2 * SHOWN)
        return content.getvalue()

    def _ipython_display_(self) -> None:
        """Show the picture in a notebook, in its size; once pyplot is loaded, it would show all 300 dots of an inch."""
        from IPython.display import display

        shown = {"image/png": self._repr_png_(), "text/plain": repr(self)}
        display(shown, raw=True, metadata={"image/png": {"width": round(SHOWN * self.get_figwidth())}})

    def measure(self, artist: Artist) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top of what an artist covers, from the lower left of the sheet."""
        box = artist.get_tightbbox(self.canvas.get_renderer())  # type: ignore[attr-defined]
        scale = POINTS / self.dpi
        return (box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale) if box else (0.0, 0.0, 0.0, 0.0)

    def text_width(self, text: str, size: float = TEXT) -> float:
        """Return the width of a line of text."""
        left, _, right, _ = self.measure(Text(0, 0, text, fontsize=size, figure=self))
        return right - left

    def wrap(self, text: str, room: float, size: float = TEXT) -> str:
        """Return a text in lines no wider than ``room``."""
        return wrapped(text, room, lambda line: self.text_width(line, size))

    def balance(self, text: str, room: float, size: float = TEXT) -> str:
        """Return a text in as few lines, of about one length."""
        return balanced(text, room, lambda line: self.text_width(line, size))

    def fit(self, panels: Sequence[tuple[Axes, float]]) -> None:
        """Stack panels of given heights, so wide that their labels just stay on the sheet."""
        height = sum(high for _, high in panels) + 4 * POINTS
        self.set_figheight(height / POINTS)
        self.left, self.right = 40.0, self.breadth - 10.0
        for _ in range(3):
            self._place(panels, height - 2 * POINTS)
            covered = [self.measure(axes) for axes, _ in panels]
            self.left += EDGE - min(box[0] for box in covered)
            self.right += self.breadth - EDGE - max(box[2] for box in covered)
        self._place(panels, height - 2 * POINTS)

    def finish(self, panels: Sequence[tuple[Axes, float]], below: Sequence[Legend | Text]) -> None:
        """Set the height of the sheet to that of the fitted panels and of what is below, and put all in its place."""
        top, bottom = self.measure(panels[0][0])[3], self.measure(panels[-1][0])[1]
        frames = [axes.get_position() for axes, _ in panels]
        figure_height = self.get_figheight() * POINTS
        overhang = top - frames[0].y1 * figure_height
        underhang = frames[-1].y0 * figure_height - bottom
        heights = [box[3] - box[1] for box in map(self.measure, below)]
        stacked = sum(high for _, high in panels)
        total = 2 * EDGE + overhang + stacked + underhang + sum(heights) + GAP * len(heights)
        self.set_figheight(total / POINTS)
        self._place(panels, total - EDGE - overhang)
        line = total - EDGE - overhang - stacked - underhang
        for artist, high in zip(below, heights, strict=True):
            line -= GAP
            corner = (EDGE / self.breadth, line / total)
            if isinstance(artist, Legend):
                artist.set_bbox_to_anchor(corner, transform=self.transFigure)
            else:
                artist.set_position(corner)
            line -= high

    def note(self, text: str, size: float = SMALL) -> Text:
        """Return a paragraph as wide as the sheet, to be put below the panels."""
        lines = self.wrap(text, self.breadth - 2 * EDGE, size)
        return self.text(0, 0, lines, fontsize=size, color=INK, ha="left", va="top", linespacing=1.15)

    def key(self, entries: Sequence[tuple[Artist, str]], title: str = "", size: float = TEXT) -> Legend:
        """Return a legend as wide as the sheet, to be put below the panels; long labels take several lines."""
        columns = max(1, min(len(entries), int(self.breadth // (3.2 * POINTS))))
        room = (self.breadth - 2 * EDGE) / columns - (HANDLE + 1.6) * size
        handles, labels = zip(*entries, strict=True)
        lines = [self.balance(label, room, size) for label in labels]
        return self._legend(handles, lines, title, size, ncols=columns, handlelength=HANDLE, handletextpad=0.6)

    def table(self, lines: Sequence[str], title: str, size: float = SMALL) -> Legend:
        """Return short lines in as many columns as the sheet has room for, to be put below the panels."""
        lines = [self.wrap(line, self.breadth - 2 * EDGE, size) for line in lines]
        widest = max(self.text_width(line, size) for line in lines) + 2 * size
        columns = max(1, min(len(lines), int((self.breadth - 2 * EDGE + 2 * size) // widest)))
        blank = [Patch(alpha=0) for _ in lines]
        return self._legend(blank, lines, title, size, ncols=columns, handlelength=0, handletextpad=0)

    def _legend(
        self, handles: Sequence[Artist], lines: Sequence[str], title: str, size: float, **options: Any
    ) -> Legend:
        legend = self.legend(
            list(handles),
            list(lines),
            title=title or None,
            loc="upper left",
            bbox_to_anchor=(0, 1),
            frameon=False,
            alignment="left",
            borderpad=0,
            borderaxespad=0,
            columnspacing=2.0 if options["handlelength"] == 0 else 1.0,
            labelspacing=0.45 if any("\n" in line for line in lines) else 0.25,
            fontsize=size,
            title_fontsize=size,
            **options,
        )
        for text in legend.get_texts():
            text.set_linespacing(1.1)
        return legend

    def _place(self, panels: Sequence[tuple[Axes, float]], top: float) -> None:
        height = self.get_figheight() * POINTS
        for axes, high in panels:
            axes.set_position(
                (
                    self.left / self.breadth,
                    (top - high) / height,
                    (self.right - self.left) / self.breadth,
                    high / height,
                )
            )
            top -= high


@contextmanager
def drawn(path: str | os.PathLike[str] | None, width: str | int | float) -> Iterator[Sheet]:
    """Give a sheet to draw on with this room's look, and write it to a file, if one is named, when all went well.

    Raises
    ------
    OutputError, InputError
        If the file cannot be written there, or in that format, or the width is none: before anything is drawn.
    """
    target = None if path is None else check_target(path, FIGURES)
    sheet = Sheet(inches(width))
    with look():
        yield sheet
    if target is not None:
        sheet.write(target)
