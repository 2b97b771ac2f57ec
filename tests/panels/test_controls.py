"""The widgets, without a browser: what is set is what is seen."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

import rdgames as rd
from rdgames.panels.asked import read_asked
from rdgames.panels.survey import Survey


@pytest.fixture
def explorer(aj):
    return rd.explore(aj, ["competition", "cartel"], of="x", points=21)


def test_slider_draws_again(explorer, aj):
    before, sentence = explorer.picture.value, explorer.sentence.value
    explorer.sliders["c"].value = 20
    assert explorer.picture.value != before
    assert explorer.sentence.value != sentence
    expected = Survey(read_asked(aj, ["competition", "cartel"], of="x", points=21, c=20))
    np.testing.assert_array_equal(explorer.sight.codes, expected.see(expected.asked.first).codes)
    assert explorer.calls.value.count("c=20") == 2


def test_sliders_of_the_sides_move_the_point_only(explorer):
    codes, table = explorer.sight.codes, explorer.table.value
    explorer.sliders["beta"].value = 0.9
    np.testing.assert_array_equal(explorer.sight.codes, codes)
    assert explorer.table.value != table
    assert "At beta = 0.9, gamma = 5" in explorer.table.value


def test_ticks_take_regimes_away(explorer):
    explorer.ticks["competition"].value = False
    assert set(np.unique(explorer.sight.codes)) <= {-1, 1}
    explorer.ticks["cartel"].value = False
    assert explorer.sentence.value == "<p>No regime is ticked: tick at least one.</p>"


def test_one_parameter_is_never_on_both_sides(explorer):
    explorer.across.value = "gamma"
    assert (explorer.across.value, explorer.up.value) == ("gamma", "beta")
    explorer.up.value = "n"
    assert explorer.sight.codes.shape == (21, 10)


def test_outcome_changes_what_is_compared(explorer, aj):
    explorer.outcome.value = "profit"
    best = rd.best_regimes(
        aj,
        ["competition", "cartel"],
        "profit",
        a=100,
        b=1,
        c=60,
        n=2,
        beta=explorer.survey.asked.values("beta"),
        gamma=explorer.survey.asked.values("gamma"),
    )
    np.testing.assert_array_equal(explorer.sight.codes, best["best_regime"].values)


def test_click_looks_at_a_point(explorer):
    explorer.script.clicked = [0.251, 0.5]
    assert explorer.sliders["beta"].value == 0.25
    assert explorer.sliders["gamma"].value == pytest.approx(5.1, abs=0.11)
    assert "At beta = 0.25" in explorer.table.value


def test_whole_numbers_have_sliders_of_whole_numbers(explorer):
    assert type(explorer.sliders["n"].value) is int
    assert explorer.sliders["n"].description == "n: number of firms (firms; n >= 1, a whole number)"


def test_everything_shows_itself(explorer):
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in (bundle[0] if isinstance(bundle, tuple) else bundle)
    picture = Image.open(io.BytesIO(explorer.picture.value))
    assert picture.format == "PNG"
    assert explorer.script.described.startswith("Map: Over beta and gamma, R&D (x) is highest under")


def test_descriptions_are_no_html():
    game = rd.Game(
        name="hostile",
        title="<script>alert(1)</script>",
        parameters={"a": "a > 0", "c": {"domain": "c >= 0", "description": "<b>cost</b>"}},
        groups={"firms": "2"},
        stages={"output": {"actions": {"q": "firms"}}},
        payoffs={"firms": "(a - c - sum(q[j] for j in firms))*q[i]"},
    )
    shown = rd.explore(game, points=3)
    heading = shown.widget.children[0].value
    assert "<script>" not in heading
    assert not shown.sliders["c"].description_allow_html
