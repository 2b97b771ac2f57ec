"""Exact boundaries over a map: where they run, what is said of them, and what cannot be drawn."""

from __future__ import annotations

import numpy as np
import pytest

import rdgames as rd
from rdgames.errors import InputError
from rdgames.figures.boundary_lines import Marked, curves, kept, marked
from rdgames.figures.regions import plot_regions
from rdgames.modelfile.catalogue import load
from rdgames.theorems.region import region

SQUARE = ((0.0, 1.0), (0.5, 6.0))


@pytest.fixture(scope="module")
def game():
    return load("daspremont-jacquemin")


@pytest.fixture(scope="module")
def half(game):
    return region("cartel.welfare > competition.welfare", game, n=2)


@pytest.fixture(scope="module")
def bent(game):
    return region("rjv-competition.welfare > competition.welfare", game, n=2)


@pytest.fixture(scope="module")
def both(game):
    return region("cartel.x > competition.x and cartel.output > merger.output", game, n=2)


@pytest.fixture
def swept(duopoly):
    beta, gamma = np.linspace(0, 1, 21), np.linspace(0.6, 6, 19)
    return duopoly(["competition", "cartel", "rjv-competition"], beta=beta, gamma=gamma)


def test_a_straight_boundary_is_one_line_from_edge_to_edge(half):
    [line] = curves(half.boundaries[0], ("beta", "gamma"), *SQUARE, {"b": 1})
    assert np.all(line[:, 0] == 0.5)
    assert (line[:, 1].min(), line[:, 1].max()) == (0.5, 6.0)
    assert np.all(np.diff(line[:, 1]) > 0) or np.all(np.diff(line[:, 1]) < 0)


def test_either_parameter_may_go_across(half, both):
    [line] = curves(half.boundaries[0], ("gamma", "beta"), *SQUARE[::-1], {})
    assert np.all(line[:, 1] == 0.5)
    [line] = curves(both.boundaries[1], ("gamma", "beta"), *SQUARE[::-1], {"b": 1.0})
    np.testing.assert_allclose(line[:, 0], (1 + line[:, 1]) ** 2 / 3, rtol=1e-9)


def test_points_of_a_curve_lie_on_it_and_close_together(bent):
    lines = curves(bent.boundaries[0], ("beta", "gamma"), *SQUARE, {"b": 1.0, "a": 100.0})
    long = max(lines, key=len)
    for beta, gamma in long[::7]:
        roots = [root.value for root in bent.boundaries[0].roots("beta", b=1, gamma=float(gamma))]
        assert min(abs(beta - root) for root in roots) < 1e-9
    steps = np.hypot(np.diff(long[:, 0]), np.diff(long[:, 1]) / 5.5)
    assert steps.max() < 2 / 64


def test_a_boundary_elsewhere_has_no_curves(both):
    assert curves(both.boundaries[1], ("beta", "gamma"), (0.0, 1.0), (3.0, 6.0), {"b": 1}) == []


def test_parts_outside_are_left_out():
    curve = np.column_stack([np.linspace(0, 1, 11), np.zeros(11)])
    parts = list(kept(curve, lambda x, _: abs(x - 0.5) > 0.2))
    assert [part[[0, -1], 0].round(9).tolist() for part in parts] == [[0.0, 0.3], [0.7, 1.0]]


def test_regions_and_boundaries_may_be_given_alone_or_together(half, both):
    assert marked(None) == []
    assert [(one.statement, one.regimes) for one in marked(half)] == [(half.statement, half.regimes)]
    assert marked(half.boundaries[0]) == [Marked(half.boundaries[0])]
    assert [one.boundary.explicit for one in marked([half, both])] == [
        "beta = 1/2",
        "gamma = (beta + 1)**2/(3*b)",
    ]
    with pytest.raises(InputError, match="expected what rd"):
        marked([1])


def test_the_legend_says_what_changes_where(swept, half, bent, tmp_path):
    figure = plot_regions(swept, "welfare", boundaries=[half, bent], path=tmp_path / "map.png")
    texts = [text.get_text().replace("\n", " ") for legend in figure.legends for text in legend.get_texts()]
    assert r"$\beta = \frac{1}{2}$, edge of cartel.welfare > competition.welfare" in texts
    assert "edge of rjv-competition.welfare > competition.welfare" in texts
    titles = [legend.get_title().get_text() for legend in figure.legends]
    assert titles[1] == "Exact boundaries:"
    assert (tmp_path / "map.png").stat().st_size > 10_000


def test_boundaries_are_drawn_where_what_they_compare_is_valid(swept, half):
    figure = plot_regions(swept, "welfare", boundaries=half)
    lines = [line for line in figure.axes[0].lines if line.get_linewidth() == 1.5]
    assert lines
    lowest = min(line.get_ydata().min() for line in lines)
    valid = swept["valid"].sel(regime=["cartel", "competition"]).all("regime").sel(beta=0.5)
    first = float(valid["gamma"][valid.values][0])
    assert first - 0.2 < lowest <= first


def test_boundaries_that_do_not_appear_are_said_not_to(swept, both):
    figure = plot_regions(swept.sel(gamma=slice(3, None)), "welfare", boundaries=both.boundaries[1])
    [words] = [text.get_text() for text in figure.legends[1].get_texts()]
    assert words.replace("\n", " ").endswith("(nowhere on this map)")


def test_a_map_without_boundaries_is_as_before(swept):
    assert len(plot_regions(swept, "welfare").legends) == 1


def test_parameters_without_values_are_named(swept, both):
    with pytest.raises(InputError, match="no value of b in the dataset"):
        plot_regions(swept.drop_vars("b"), "welfare", boundaries=both)


def test_a_boundary_for_another_value_is_refused(aj):
    dataset = rd.sweep(
        aj, ["competition", "cartel"], a=100, b=1, c=60, n=2, beta=rd.linspace(0, 1, 5), gamma=rd.linspace(2, 8, 5)
    )
    claim = "cartel.welfare > competition.welfare"
    for fix, message in (({"n": 3}, "expected one for n = 2"), ({"gamma": 5}, "gamma varies on the map")):
        with pytest.raises(InputError, match=message):
            rd.plot_regions(dataset, "welfare", x="beta", y="gamma", boundaries=rd.region(claim, aj, **fix))
