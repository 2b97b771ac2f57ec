"""A map of regions that is drawn many times a second: while somebody moves a slider.

Matplotlib draws what stays as it is, once: axes, labels, the hatch of each regime, the box with its name. Which of them
is seen at each pixel is then looked up, and the picture is a PNG file with a table of colors. So a new map takes some
milliseconds. Regimes have the hues and hatches that they have in `rdgames.figures.regions`, and names in the map. Their
areas are as light as `LIGHTNESS` says, so that they differ where there is no color.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped, UInt8
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from PIL import Image

from rdgames.errors import InputError
from rdgames.figures.looks import ABSENT, INK, color, hatch, look
from rdgames.figures.wording import balanced

BREADTH, HEIGHT = 600, 440
"""Of the picture, in pixels of a page; it has `RATIO` times as many, for screens of finer pixels."""
RATIO = 1.5
LEFT, RIGHT, BOTTOM, TOP = 78, 12, 60, 8
"""Room for the labels, in pixels of a page."""
DPI = 100 * RATIO
TEXT, SMALL = 9.0, 8.5
LETTERS_ACROSS, LETTERS_UP = 64.0, 48.0
"""About how many letters a line of a label may have."""
ON_SCREEN: Any = {"font.family": "DejaVu Sans", "mathtext.fontset": "dejavusans"}
"""Letters without serifs, as the page about the picture has them."""
VEIL, VEIL_OF_LINES = 0.65, 0.35
"""How much white is over an area where not all regimes are valid, and over the lines of its hatch."""

LIGHTNESS = (70.0, 81.0, 62.0, 86.0, 66.0, 76.0, 58.0, 53.0)
"""How light the area of a regime is, by its place, from 0 (black) to 100 (white); where there is none it is 90."""
DARKER = 0.5
"""What is left of a regime's color in the lines of its hatch."""

GRAYS = 16
"""Indices 0 to 15 of the table of colors are grays from black to white; then come that of nothing, and the regimes'."""
LEVELS = 4
"""Steps from the flat color of a regime to that of its hatch."""
NOTHING, FIRST = GRAYS, GRAYS + 1
MOST_REGIMES = (256 - FIRST) // (2 * LEVELS)


@dataclass(frozen=True)
class Side:
    """What lies along one side of the map: the values, in increasing order, what they are, and whether they count."""

    label: str
    values: Float[np.ndarray, " points"]
    whole: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """Where the side begins and ends: a whole number has a cell about it."""
        margin = 0.5 if self.whole else 0.0
        return float(self.values[0]) - margin, float(self.values[-1]) + margin

    def nearest(self, pixels: int) -> Int[np.ndarray, " pixels"]:
        """Return the number of the value that is nearest to each of so many pixels along the side."""
        low, high = self.ends
        centers = low + (np.arange(pixels) + 0.5) / pixels * (high - low)
        return np.searchsorted((self.values[1:] + self.values[:-1]) / 2, centers)

    def share(self, value: int | float) -> float:
        """Return how far along the side a value is, from 0 to 1."""
        low, high = self.ends
        return min(max((value - low) / (high - low), 0.0), 1.0)


class RegionImage:
    """The picture of a map over two parameters, drawn again for other codes.

    Parameters
    ----------
    across, up
        The two sides.
    names
        The regimes in the order of their codes, from 0; each keeps the color of its place.

    Attributes
    ----------
    box
        Where the map lies in the picture, as shares of its breadth and height: left, top, breadth, height.
    """

    def __init__(self, across: Side, up: Side, names: Sequence[str]) -> None:
        if len(names) > MOST_REGIMES:
            raise InputError(f"found {len(names)} regimes, expected at most {MOST_REGIMES} in one map; name fewer")
        self.across, self.up = across, up
        with look(), rc_context(ON_SCREEN):
            self._frame, (self._left, self._top, breadth, height) = _frame(across, up)
            masks = [_hatched(place, breadth, height) for place in range(len(names))]
            self._labels = [_boxed(name) for name in (*names, "no equilibrium")]
        absent = np.full((height, breadth), NOTHING, np.uint8)
        self._patterns = np.stack([*(FIRST + 2 * LEVELS * place + mask for place, mask in enumerate(masks)), absent])
        self._columns, self._rows = across.nearest(breadth), up.nearest(height)[::-1]
        self._places = np.arange(breadth * height).reshape(height, breadth)
        self._palette = _palette(len(names))
        rows, columns = self._frame.shape
        self.box = (self._left / columns, self._top / rows, breadth / columns, height / rows)

    def draw(
        self,
        codes: Int[np.ndarray, "columns rows"],
        complete: Bool[np.ndarray, "columns rows"],
        point: tuple[int | float, int | float] | None = None,
    ) -> bytes:
        """Return the picture as a PNG file.

        Parameters
        ----------
        codes
            The number of the regime at each point, -1 where there is none.
        complete
            Where all regimes are valid; elsewhere colors are paler.
        point
            The values of the two parameters at a point to be marked.
        """
        # A code of -1 counts from the end, where the pattern of nothing is.
        small = np.where(codes < 0, len(self._patterns) - 1, codes).astype(np.int32)
        seen = small[np.ix_(self._columns, self._rows)].T
        inside = np.take(self._patterns, seen * self._places.size + self._places)
        paler = (~complete & (codes >= 0))[np.ix_(self._columns, self._rows)].T
        inside[paler] += LEVELS
        _outline(inside, paler, GRAYS // 2)
        _outline(inside, seen, 0)
        for code in range(len(self._patterns)):
            self._name(inside, small == code, self._labels[code])
        if point is not None:
            _mark(inside, self.across.share(point[0]), 1 - self.up.share(point[1]))
        picture = self._frame.copy()
        rows, columns = inside.shape
        picture[self._top : self._top + rows, self._left : self._left + columns] = inside
        return _png(picture, self._palette)

    def swatch(self, place: int) -> bytes:
        """Return a small piece of a regime's area as a PNG file, for a legend."""
        piece = self._patterns[place, : round(16 * RATIO), : round(34 * RATIO)].copy()
        piece[[0, -1], :] = piece[:, [0, -1]] = 0
        return _png(piece, self._palette)

    def _name(
        self,
        inside: UInt8[np.ndarray, "height breadth"],
        where: Bool[np.ndarray, "columns rows"],
        label: UInt8[np.ndarray, "label_height label_breadth"],
    ) -> None:
        """Write a name into a region, as near to its middle as there is room for it."""
        if not where.any():
            return
        height, breadth = inside.shape
        scale = np.array([breadth, height]) / where.shape  # pixels of a cell
        needed = np.ceil(np.array([label.shape[1], label.shape[0]]) / scale).astype(int) + 1
        if (needed > where.shape).any():
            return
        sums = np.zeros((where.shape[0] + 1, where.shape[1] + 1), np.int32)
        sums[1:, 1:] = where.cumsum(0, dtype=np.int32).cumsum(1, dtype=np.int32)
        a, b = needed
        within = sums[a:, b:] - sums[:-a, b:] - sums[a:, :-b] + sums[:-a, :-b]
        free = np.argwhere(within == a * b)
        if not len(free):
            return
        middle = np.argwhere(where).mean(0) + 0.5
        cell = free[np.abs(free + needed / 2 - middle).sum(1).argmin()]
        left = round((cell[0] + a / 2) * scale[0] - label.shape[1] / 2)
        top = round(height - (cell[1] + b / 2) * scale[1] - label.shape[0] / 2)
        left, top = max(0, min(left, breadth - label.shape[1])), max(0, min(top, height - label.shape[0]))
        inside[top : top + label.shape[0], left : left + label.shape[1]] = label


def _outline(
    inside: UInt8[np.ndarray, "height breadth"], seen: Shaped[np.ndarray, "height breadth"], gray: int
) -> None:
    """Draw the lines between areas."""
    for way in (0, 1):
        low, high = (slice(None),) * way + (slice(None, -1),), (slice(None),) * way + (slice(1, None),)
        differ = seen[low] != seen[high]
        inside[low][differ] = gray
        inside[high][differ] = gray


def _mark(inside: UInt8[np.ndarray, "height breadth"], x: float, y: float) -> None:
    """Draw a ring about a point, black between white, so that it is seen on any color."""
    height, breadth = inside.shape
    column, row = round(x * (breadth - 1)), round(y * (height - 1))
    reach = round(9 * RATIO)
    rows, columns = slice(max(0, row - reach), row + reach + 1), slice(max(0, column - reach), column + reach + 1)
    away_y, away_x = np.ogrid[rows.start : min(rows.stop, height), columns.start : min(columns.stop, breadth)]
    away = np.hypot(away_y - row, away_x - column) / RATIO
    here = inside[rows, columns]
    here[(away > 3.5) & (away < 8.5)] = GRAYS - 1
    here[(away > 5) & (away < 7)] = 0
    here[away < 1.5] = 0


def _frame(across: Side, up: Side) -> tuple[UInt8[np.ndarray, "rows columns"], tuple[int, int, int, int]]:
    """Return the picture without its map, in grays, and the map's place in it: left, top, breadth, height."""
    figure, axes = _sheet(BREADTH, HEIGHT)
    axes.set_position((LEFT / BREADTH, BOTTOM / HEIGHT, 1 - (LEFT + RIGHT) / BREADTH, 1 - (BOTTOM + TOP) / HEIGHT))
    axes.set_xlim(*across.ends)
    axes.set_ylim(*up.ends)
    for axis, side in ((axes.xaxis, across), (axes.yaxis, up)):
        axis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10], integer=side.whole))
    axes.set_xlabel(balanced(across.label, LETTERS_ACROSS, len), fontsize=TEXT)
    axes.set_ylabel(balanced(up.label, LETTERS_UP, len), fontsize=TEXT)
    for name in ("x", "y"):
        axes.tick_params(name, labelsize=SMALL)
    seen = _grays(figure)
    extent = axes.get_window_extent()
    left, top = round(extent.x0), round(seen.shape[0] - extent.y1)
    return seen, (left, top, round(extent.width), round(extent.height))


def _hatched(place: int, breadth: int, height: int) -> UInt8[np.ndarray, "height breadth"]:
    """Return how dark the hatch of a regime is at each pixel, in `LEVELS` steps from 0."""
    figure, axes = _sheet(breadth / RATIO, height / RATIO)
    axes.set_position((0, 0, 1, 1))
    axes.set_axis_off()
    axes.add_patch(Rectangle((0, 0), 1, 1, facecolor="white", edgecolor=INK, hatch=hatch(place), linewidth=0))
    gray = _grays(figure)[:height, :breadth]
    return ((GRAYS - 1 - gray) * LEVELS // GRAYS).astype(np.uint8)


def _boxed(text: str) -> UInt8[np.ndarray, "label_height label_breadth"]:
    """Return a text on white within a thin line, in grays."""
    figure, axes = _sheet(BREADTH, 40)
    axes.set_axis_off()
    said = figure.text(0.02, 0.4, text, fontsize=SMALL, color=INK)
    seen = _grays(figure)
    extent = said.get_window_extent()
    pad = round(3 * RATIO)
    left, right = int(extent.x0) - pad, int(extent.x1) + pad + 1
    top, bottom = int(seen.shape[0] - extent.y1) - pad, int(seen.shape[0] - extent.y0) + pad + 1
    box = seen[max(top, 0) : bottom, max(left, 0) : right].copy()
    box[[0, -1], :] = box[:, [0, -1]] = 0
    return box


def _sheet(breadth: int | float, height: int | float) -> tuple[Figure, Axes]:
    """Return an empty figure of so many pixels of a page."""
    figure = Figure(figsize=(breadth / 100, height / 100), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _grays(figure: Figure) -> UInt8[np.ndarray, "rows columns"]:
    """Draw a figure in black and white, and return its pixels as indices of grays."""
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    red = np.asarray(canvas.buffer_rgba())[..., 0]
    return np.round(red / 255 * (GRAYS - 1)).astype(np.uint8)


def _palette(regimes: int) -> bytes:
    """Return the table of colors."""
    colors = [(level / (GRAYS - 1),) * 3 for level in range(GRAYS)]
    colors.append(to_rgb(ABSENT))
    for place in range(regimes):
        flat, lines = _flat(place), DARKER * np.array(to_rgb(color(place)))
        for below, above in ((flat, lines), (flat + (1 - flat) * VEIL, lines + (1 - lines) * VEIL_OF_LINES)):
            colors += [tuple(below + (above - below) * level / (LEVELS - 1)) for level in range(LEVELS)]
    return bytes(round(255 * part) for each in colors for part in each)


def _flat(place: int) -> Float[np.ndarray, "3"]:
    """Return the color of a regime's area: its own, mixed with white or black until it is as light as it should be."""
    own, target = np.array(to_rgb(color(place))), LIGHTNESS[place % len(LIGHTNESS)]
    other = np.ones(3) if lightness(own) < target else np.zeros(3)
    shares = np.linspace(0, 1, 201)
    mixed = [own + (other - own) * share for share in shares]
    return min(mixed, key=lambda each: abs(lightness(each) - target))


def lightness(rgb: Float[np.ndarray, "3"]) -> float:
    """Return how light a color of three parts from 0 to 1 looks, from 0 to 100 (CIE 1976 L*)."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ np.array([0.2126, 0.7152, 0.0722]))
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def _png(picture: UInt8[np.ndarray, "rows columns"], palette: bytes) -> bytes:
    image = Image.fromarray(picture)
    image.putpalette(palette)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
