"""The map that is drawn many times a second: each pixel shows the regime of its nearest point."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from rdgames.errors import InputError
from rdgames.figures.looks import ABSENT
from rdgames.figures.region_image import LIGHTNESS, MOST_REGIMES, RegionImage, Side, _flat, lightness


@pytest.fixture(scope="module")
def image():
    return RegionImage(
        Side("Spillover", np.linspace(0, 1, 11)), Side("Firms", np.arange(1.0, 5), whole=True), ["one", "two"]
    )


def pixels(image, png):
    """The colors within the map, rows from the top, from 0 to 1."""
    seen = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")) / 255
    height, breadth, _ = seen.shape
    left, top, wide, high = image.box
    rows, columns = (
        slice(round(top * height), round((top + high) * height)),
        slice(round(left * breadth), round((left + wide) * breadth)),
    )
    return seen[rows, columns]


def at(seen, across, up):
    """The most common color about a place given as shares of the sides."""
    height, breadth, _ = seen.shape
    row, column = round((1 - up) * height), round(across * breadth)
    near = seen[max(row - 12, 0) : row + 12, max(column - 12, 0) : column + 12].reshape(-1, 3)
    colors, count = np.unique(near, axis=0, return_counts=True)
    return colors[count.argmax()]


def test_pixels_show_their_regimes(image):
    codes = np.zeros((11, 4), int)
    codes[6:, :2] = 1  # at right below
    codes[:, 3] = -1  # at the top
    seen = pixels(image, image.draw(codes, np.ones((11, 4), bool)))
    assert at(seen, 0.1, 0.1) == pytest.approx(_flat(0), abs=0.01)
    assert at(seen, 0.9, 0.1) == pytest.approx(_flat(1), abs=0.01)
    assert at(seen, 0.9, 0.65) == pytest.approx(_flat(0), abs=0.01)
    assert at(seen, 0.9, 0.9) == pytest.approx([int(ABSENT[1:3], 16) / 255] * 3, abs=0.01)


def test_paler_where_not_all_are_equilibria(image):
    codes, complete = np.zeros((11, 4), int), np.ones((11, 4), bool)
    complete[:5] = False
    seen = pixels(image, image.draw(codes, complete))
    pale, full = at(seen, 0.05, 0.1), at(seen, 0.95, 0.1)
    assert lightness(pale) > lightness(full) + 10
    assert full == pytest.approx(_flat(0), abs=0.01)


def test_point_is_marked(image):
    codes, complete = np.zeros((11, 4), int), np.ones((11, 4), bool)
    plain, marked = (pixels(image, image.draw(codes, complete, point)) for point in (None, (1.0, 1)))
    rows, columns = np.nonzero((plain != marked).any(axis=2))
    assert rows.min() > 0.8 * plain.shape[0]  # n = 1 is the lowest of four cells
    assert columns.min() > 0.95 * plain.shape[1]


def test_names_stand_where_there_is_room(image):
    complete = np.ones((11, 4), bool)
    everywhere = pixels(image, image.draw(np.zeros((11, 4), int), complete))
    white = (everywhere == 1).all(axis=2)
    assert white.sum() > 200  # the box of the name
    rows, columns = np.nonzero(white)
    assert abs(rows.mean() / white.shape[0] - 0.5) < 0.15
    assert abs(columns.mean() / white.shape[1] - 0.5) < 0.15
    narrow = np.zeros((11, 4), int)
    narrow[0] = 1
    shown = pixels(image, image.draw(narrow, complete))
    assert at(shown, 0.02, 0.1) == pytest.approx(_flat(1), abs=0.01)  # too narrow for a name, still there


def test_regimes_differ_without_color():
    found = [lightness(_flat(place)) for place in range(len(LIGHTNESS))]
    assert found == pytest.approx(LIGHTNESS, abs=0.6)
    nothing = lightness(np.array([int(ABSENT[1:3], 16) / 255] * 3))
    assert min(abs(a - b) for a, b in combinations([*found, nothing], 2)) > 3


def test_lightness_is_that_of_the_standard():
    assert lightness(np.ones(3)) == pytest.approx(100, abs=0.01)
    assert lightness(np.zeros(3)) == 0
    assert lightness(np.array([1.0, 0, 0])) == pytest.approx(53.24, abs=0.01)  # pure red


def test_more_regimes_than_colors_in_a_picture_are_refused():
    side = Side("x", np.linspace(0, 1, 3))
    with pytest.raises(InputError, match=f"found {MOST_REGIMES + 1} regimes, expected at most {MOST_REGIMES}"):
        RegionImage(side, side, ["r"] * (MOST_REGIMES + 1))
