"""Figures as they are read: everything on the sheet, nothing on top of anything, the right words."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from rdgames.figures.curves import plot
from rdgames.figures.looks import COLORS, color, dash, hatch
from rdgames.figures.marks import PAD, arrange_flags, spread
from rdgames.figures.regions import plot_regions

BETA = np.linspace(0, 1, 51)


def texts(figure):
    figure.canvas.draw()
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def words(figure):
    return " ".join(" ".join(text.get_text().replace("\N{NO-BREAK SPACE}", " ").split()) for text in texts(figure))


def check_layout(figure, width=3.5):
    """Check that texts are on the sheet, and none lies on another."""
    assert figure.get_figwidth() == width
    boxes = [(text, text.get_window_extent()) for text in texts(figure) if in_view(text)]
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= figure.bbox.width, text
        assert box.y1 <= figure.bbox.height, text
    for (one, box), (other, other_box) in combinations(boxes, 2):
        width = min(box.x1, other_box.x1) - max(box.x0, other_box.x0)
        height = min(box.y1, other_box.y1) - max(box.y0, other_box.y0)
        assert min(width, height) <= 2, (one, other)  # 2 dots of 1/300 inch


def in_view(text):
    """Return whether matplotlib draws a text: ticks outside the limits of their axes are not drawn."""
    for axes in text.figure.axes:
        for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            for tick in axis.get_major_ticks():
                if text in (tick.label1, tick.label2):
                    return min(limits) - 1e-9 <= tick.get_loc() <= max(limits) + 1e-9
    return True


@pytest.mark.parametrize("width", ["column", "page", 2.5])
@pytest.mark.parametrize("gamma", [5.0, 1.9, 1.2])
@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_curves_have_room(duopoly, all_regimes, count, gamma, width):
    figure = plot(duopoly(all_regimes[:count], beta=BETA, gamma=gamma), "welfare", width=width)
    check_layout(figure, {"column": 3.5, "page": 7.0}.get(width, width))


@pytest.mark.parametrize("width", ["column", "page"])
def test_maps_have_room(duopoly, all_regimes, width):
    dataset = duopoly(all_regimes, beta=BETA[::5], gamma=np.linspace(0.3, 8, 15))
    check_layout(plot_regions(dataset, "welfare", width=width), {"column": 3.5, "page": 7.0}[width])


def test_many_thresholds_have_room(make):
    x = np.linspace(0, 10, 201)
    waves = np.stack([np.sin(x * (0.3 + 0.15 * count) + count) for count in range(7)])
    figure = plot(make(waves, t=x), "welfare")
    check_layout(figure)
    assert "The ranking of regimes flips at:" in words(figure)


def test_large_numbers_have_room(make):
    values = np.stack([BETA, 1 - BETA]) * 1e9
    figure = plot(make(values, beta=BETA), "welfare")
    check_layout(figure)
    assert figure.axes[0].yaxis.get_offset_text().get_text()


def test_long_words_have_room(duopoly):
    dataset = duopoly(["competition", "cartel"], beta=BETA)
    long = "a regime in which the members pool their budgets, share every result, and meet as rivals on the market"
    dataset["regime"].attrs["descriptions"] = f'{{"cartel": "{long}", "competition": "{long}"}}'
    dataset["welfare"].attrs |= {"long_name": "welfare of everybody", "units": long}
    dataset["beta"].attrs["units"] = long
    check_layout(plot(dataset, "welfare"))


def test_thresholds_are_marked_and_named(duopoly):
    figure = plot(duopoly(["competition", "cartel"], beta=np.linspace(0, 1, 101)), "welfare")
    assert r"$\beta$ = 0.5: competition = cartel" in words(figure)
    lines = [line for line in figure.axes[0].lines if line.get_transform() == figure.axes[0].transAxes]
    assert [line.get_xdata()[0] for line in lines] == [0.5]


def test_interpolated_thresholds_say_so(duopoly):
    figure = plot(duopoly(["competition", "cartel"], beta=np.linspace(0, 1, 100)), "welfare")
    assert r"$\beta$ ≈ 0.5: competition = cartel" in words(figure)


def test_thresholds_of_counts_lie_between(make):
    figure = plot(make(np.array([[1.0, 2.0, 3.0], [1.5, 1.5, 1.5]]), n=[2, 3, 4]), "welfare")
    assert "2 < $n$ < 3: regime-0 = regime-1" in words(figure)


def test_what_is_valid_everywhere_takes_no_strip(duopoly):
    assert len(plot(duopoly(["competition", "cartel"], beta=BETA), "welfare").axes) == 1


def test_strips_say_what_fails_and_where(duopoly):
    figure = plot(duopoly(["competition", "cartel", "first-best"], beta=BETA, gamma=1.9), "welfare")
    panel, strips = figure.axes
    assert panel.get_xlim() == strips.get_xlim() == (0, 1)
    assert len(strips.patches) == 3
    said = words(figure)
    assert "Not valid where this condition fails:" in said
    assert r"equal R&D is the joint optimum – cartel at $\beta$ ≤ 0.02" in said
    assert r"R&D removes no more than the whole unit cost – first-best at 0.52 ≤ $\beta$ ≤ 0.94" in said
    boxes = [patch.get_bbox() for patch in strips.patches]
    assert all(
        not (one.y0 == other.y0 and one.x0 < other.x1 - 1e-12 and other.x0 < one.x1 - 1e-12)
        for one, other in combinations(boxes, 2)
    )


def test_nothing_is_valid(make):
    figure = plot(make(np.ones((2, 5)), failed=np.ones((2, 5)), beta=np.linspace(0, 1, 5)), "welfare")
    assert "no regime is valid at any point" in words(figure)
    check_layout(figure)


def test_curves_that_coincide_are_all_visible(make):
    curve = 700 + 100 * BETA
    figure = plot(make(np.stack([curve, curve * (1 + 1e-14), curve]), beta=BETA), "welfare")
    first, second, third = figure.axes[0].lines
    assert first.get_linewidth() > second.get_linewidth() > third.get_linewidth()
    assert first.get_zorder() < second.get_zorder() < third.get_zorder()


def test_a_lone_point_is_visible(make):
    failed = np.ones((1, 5), int)
    failed[0, 2] = 0
    figure = plot(make(np.ones((1, 5)), failed=failed, beta=np.linspace(0, 1, 5)), "welfare")
    assert [line.get_marker() for line in figure.axes[0].lines] == ["None", "o"]


def test_a_regime_keeps_its_look(duopoly):
    dataset = duopoly(["competition", "cartel"], beta=BETA)
    both, alone = plot(dataset, "welfare"), plot(dataset, "welfare", regimes="cartel")
    assert both.axes[0].lines[1].get_color() == alone.axes[0].lines[0].get_color() == COLORS[1]


def test_sixteen_regimes_look_different():
    assert len({(color(place), dash(place)) for place in range(16)}) == 16
    assert len({(color(place), hatch(place)) for place in range(16)}) == 16


def test_dollars_are_no_formulas(duopoly):
    dataset = duopoly(["competition", "cartel"], beta=BETA)
    dataset["welfare"].attrs["units"] = "$ or US$"
    dataset["beta"].attrs["symbol"] = r"\frac{"
    dataset["regime"].attrs["descriptions"] = '{"cartel": "costs $5, $6 or 7$"}'
    figure = plot(dataset, "welfare")
    check_layout(figure)
    assert figure.axes[0].get_ylabel() == r"Welfare (\$ or US\$)"
    assert figure.axes[0].get_xlabel() == "Spillover"


def test_maps_name_winners_ties_and_absentees(make):
    values = np.stack([np.full((3, 3), 1.0), np.full((3, 3), 1.0), np.full((3, 3), 0.0)])
    failed = np.zeros((3, 3, 3), int)
    failed[:, 2, :] = 1
    dataset = make(
        values, regimes=["competition", "cartel", "merger"], failed=failed, beta=[0.0, 0.5, 1.0], gamma=[1.0, 2.0, 3.0]
    )
    figure = plot_regions(dataset, "welfare")
    said = words(figure)
    assert "Regime with the highest welfare:" in said
    assert "competition: every firm decides alone" in said
    assert "no regime valid" in said
    assert "Ties (competition = cartel) at 6 of 9 points; the regime named first is shown." in said
    assert "Shown nowhere: cartel and merger." in said
    check_layout(figure)


def test_axes_of_maps_may_be_turned(duopoly):
    dataset = duopoly(["competition", "cartel"], beta=BETA[::10], gamma=np.linspace(3, 8, 5))
    for options in ({"x": "gamma"}, {"y": "beta"}, {"x": "gamma", "y": "beta"}):
        axes = plot_regions(dataset, "welfare", **options).axes[0]
        assert axes.get_ylabel() == r"Spillover $\beta$"
        assert (
            " ".join(axes.get_xlabel().split())
            == r"Slope of the marginal cost of R&D $\gamma$ (output squared per money)"
        )
    assert plot_regions(dataset, "welfare").axes[0].get_xlabel() == r"Spillover $\beta$"


def test_where_some_regimes_are_not_valid_is_outlined(duopoly):
    inside = duopoly(["competition", "cartel"], beta=BETA[::10], gamma=np.linspace(3, 8, 5))
    beyond = duopoly(["competition", "cartel"], beta=BETA[::10], gamma=np.linspace(1, 8, 5))
    edge = "edge of the points at which all regimes are valid"
    assert edge not in words(plot_regions(inside, "welfare"))
    assert edge in words(plot_regions(beyond, "welfare"))


@settings(deadline=None)
@given(
    st.lists(st.floats(0, 200), min_size=1, max_size=6, unique=True).map(sorted),
    st.lists(st.floats(10, 150), min_size=6, max_size=6),
)
def test_flags_are_clear_of_each_other(places, widths):
    widths = widths[: len(places)]
    flags = arrange_flags(places, widths, -30.0, 210.0)
    if flags is None:
        return
    spans = [
        (place, place + width) if right else (place - width, place)
        for place, width, (_, right) in zip(places, widths, flags, strict=True)
    ]
    for one, (row, _) in enumerate(flags):
        assert spans[one][0] >= -30
        assert spans[one][1] <= 210
        for other, (other_row, _) in enumerate(flags):
            if one != other and other_row >= row:
                assert not spans[one][0] - PAD < places[other] < spans[one][1] + PAD
            if one != other and other_row == row:
                assert spans[one][1] <= spans[other][0] or spans[other][1] <= spans[one][0]


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=9).map(sorted))
def test_numbers_are_spread(places):
    spots = spread(places, 10.0, 100.0)
    assert all(after - before >= 10 - 1e-9 for before, after in pairwise(spots))
    assert spots[0] >= -1e-9
    assert spots[-1] <= 100 + 1e-9
