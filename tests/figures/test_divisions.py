"""Figures of divisions: the core as an area, marks where divisions are, everything on the sheet."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from rdgames.errors import InputError
from rdgames.figures.shares import plot_shares
from rdgames.figures.ternary import plot_ternary
from rdgames.figures.triangles import Triangle, core_bounds
from rdgames.sharing.core import core_of
from rdgames.sharing.share import share

LEMAIRE = [0, 46125, 17437.5, 69187.5, 5812.5, 53812.5, 30750, 90000]
NAMES = ["Ann", "Bob", "Cid"]
RULES = "equal-split, shapley, nucleolus, tau, nash"
EMPTY = [0, 0, 0, 1, 0, 1, 1, 1.1]


def texts(figure):
    figure.canvas.draw()
    [axes] = figure.axes
    low, high = axes.get_xlim()
    hidden = [tick.label1 for tick in axes.xaxis.get_major_ticks() if not low <= tick.get_loc() <= high]
    seen = (text for text in figure.findobj(Text) if text.get_visible() and text not in hidden)
    return [text for text in seen if text.get_text().strip()]


def words(figure):
    return " ".join(" ".join(text.get_text().replace("\N{NO-BREAK SPACE}", " ").split()) for text in texts(figure))


def check_layout(figure):
    """Check that texts are on the sheet; and that none lies on another."""
    boxes = [(text, text.get_window_extent()) for text in texts(figure) if not text.get_rotation()]
    for text, box in boxes:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= figure.bbox.width + 1, text
        assert box.y1 <= figure.bbox.height + 1, text
    for (one, box), (other, other_box) in combinations(boxes, 2):
        width = min(box.x1, other_box.x1) - max(box.x0, other_box.x0)
        height = min(box.y1, other_box.y1) - max(box.y0, other_box.y0)
        assert min(width, height) <= 2, (one, other)


@pytest.mark.parametrize("width", ["column", "page"])
@pytest.mark.parametrize("worth", [LEMAIRE, EMPTY, [0, 1, 1, 1, 1, 1, 1, 2]])
@pytest.mark.parametrize("plot", [plot_shares, plot_ternary])
def test_divisions_have_room(plot, worth, width):
    check_layout(plot(share(worth, RULES, names=NAMES), width=width))


def test_bars_are_as_long_as_shares():
    found = share(LEMAIRE, RULES, names=NAMES)
    figure = plot_shares(found)
    bars = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert [bar.get_width() for bar in bars] == pytest.approx(found["share"].values.ravel().tolist())
    text = words(figure)
    assert "equal-split ○" in text
    assert "shapley ○" not in text
    assert "equal-split: Ann would leave: gets 30000, and is worth 46125" in text
    assert all(name in text for name in NAMES)


def test_what_divides_nothing_has_no_bars_and_a_reason():
    figure = plot_shares(share([0, 2, 2, 3], "nucleolus, equal-split", names=["Ann", "Bob"]))
    assert len([patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]) == 2
    assert "Divides nothing. nucleolus: there is no imputation" in words(figure)


def test_marks_are_where_divisions_are():
    found = share(LEMAIRE, RULES + ", equal-surplus", names=NAMES)
    figure = plot_ternary(found)
    shares = found["share"].values
    triangle = Triangle.around(np.array(LEMAIRE, dtype=float), shares)
    marks = [line.get_xydata()[0] for line in figure.axes[0].lines if line.get_linestyle() == "None"]
    np.testing.assert_allclose(marks, triangle.place(shares[:5]))
    assert "nash, equal-surplus" in words(figure)  # which coincide
    assert "Share of Bob" in words(figure)


def test_an_empty_core_is_not_drawn_but_said():
    text = words(plot_ternary(share(EMPTY, RULES, names=NAMES)))
    assert "The core is empty: time split between" in text
    assert "core (one point)" in words(plot_ternary(share([0, 0, 0, 1, 0, 1, 0, 1], RULES, names=NAMES)))


def test_only_three_members_have_a_triangle():
    with pytest.raises(InputError, match="found 2 members, expected three"):
        plot_ternary(share([0, 1, 1, 3], "shapley"))


def test_what_is_unknown_is_not_drawn():
    with pytest.raises(InputError, match="nothing to draw"):
        plot_shares(share([np.nan] * 8, "shapley"))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-5, 9), min_size=7, max_size=7))
def test_the_area_is_the_core(numbers):
    worth = np.array([0, *numbers], dtype=float)
    triangle = Triangle.around(worth, np.empty((0, 3)))
    corners = triangle.within(*core_bounds(worth))
    found = core_of(worth)
    assert bool(len(corners)) == bool(found.nonempty)
    for corner in corners:
        assert corner.sum() == pytest.approx(worth[7])
        gets = np.array([corner[[bool(group >> i & 1) for i in range(3)]].sum() for group in range(8)])
        assert (gets >= worth - 1e-6).all()


def test_sides_bear_the_share_they_are_labelled_with():
    triangle = Triangle.around(np.array(LEMAIRE, dtype=float), np.empty((0, 3)))
    for member in range(3):
        for end in triangle.side(member, 50000.0):
            assert end[member] == 50000
            assert end.sum() == pytest.approx(90000)
