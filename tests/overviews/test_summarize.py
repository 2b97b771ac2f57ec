"""Overviews say of a dataset what holds, what is best, and why not the rest."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import rdgames as rd
from rdgames.errors import InputError, UnknownNameError
from tests.markup.reading import read

GIVEN = {"a": 100, "b": 1, "c": 60, "n": 2}


@pytest.fixture(scope="module")
def swept():
    game = rd.load("daspremont-jacquemin")
    grid = {"gamma": rd.linspace(1, 8, 8), "beta": rd.linspace(0, 1, 5)}
    return rd.sweep(game, ["competition", "cartel"], outcomes=["x", "welfare"], **GIVEN, **grid)


def test_a_sweep_counts_valid_points_and_names_what_fails(swept):
    found = read(rd.summarize(swept)._repr_html_())
    rows = {row[0]: row[1:] for row in found.rows[:3]}
    valid = swept["valid"].sel(regime="cartel").values
    assert rows["cartel"][0] == f"{valid.sum()} of 40"
    assert valid.sum() < 40
    codes = swept["failed_condition"].sel(regime="cartel").values
    names = swept["failed_condition"].attrs["flag_meanings"].split()
    for code in set(codes.ravel()) - {0}:
        assert f"{names[code]} ({(codes == code).sum()})" in rows["cartel"][1]
    assert "no unequal division of x among firms does better than the equal one." in found.text


def test_a_sweep_says_which_regime_is_best_where(swept):
    text = str(rd.summarize(swept, of="x"))
    values = swept["x"].values
    here = np.where(np.isnan(values), -np.inf, values)
    tied = np.isclose(here, here.max(axis=0), rtol=1e-12) & np.isfinite(here)
    assert "highest x at" in text
    for line, count in zip(text.splitlines()[3:5], tied.sum(axis=(1, 2)), strict=True):
        assert line.endswith(f"{count} points")


def test_a_sweep_says_how_far_outcomes_range_and_where(swept):
    row = next(row for row in read(rd.summarize(swept)._repr_html_()).rows if row[:2] == ["x", "competition"])
    part = swept["x"].sel(regime="competition")
    assert float(row[2]) == pytest.approx(float(part.min()), rel=1e-5)
    assert float(row[4]) == pytest.approx(float(part.max()), rel=1e-5)
    where = dict(pair.split(" = ") for pair in row[5].split(", "))
    at = part.sel({name: float(value) for name, value in where.items()}, method="nearest")
    assert float(at) == float(part.max())


def test_a_regime_that_is_valid_nowhere_has_no_range(aj):
    lost = rd.sweep(aj, ["competition", "cartel"], outcomes=["x"], a=2, b=1, c=1, n=2, beta=0, gamma=[0.1, 0.2])
    text = str(rd.summarize(lost))
    assert "0 of 2" in text
    assert "0 points" in text
    assert read(rd.summarize(lost)._repr_html_()).rows[-1][2:] == ["-", "", "-", ""]


def test_a_division_says_who_gets_what_and_who_leaves():
    shares = rd.share({"Ann <1>": 0, "Bob": 5, ("Ann <1>", "Bob"): 6}, "shapley, equal-split")
    found = read(rd.summarize(shares)._repr_html_())
    assert found.rows[0] == ["rule", "Ann <1>", "Bob", "in the core"]
    assert found.rows[1] == ["shapley", "0.5", "5.5", "yes"]
    assert found.rows[2] == ["equal-split", "3", "3", "NO"]
    assert "equal-split: Bob would leave: gets 3, and is worth 5." in found.text


def test_stability_says_who_stays(aj):
    game = rd.explicit(aj, n=3)
    spillovers = {name: 0.8 for name in game.parameter if name.startswith("beta")}
    found = rd.stable(game, "cartel", a=100, b=1, c=60, gamma=8, **spillovers)
    rows = {row[0]: row[1:] for row in read(rd.summarize(found)._repr_html_()).rows}
    assert rows["firms_1 and firms_2"] == ["NO", "nobody leaves; firms_3 gains 0.112 by joining"]
    assert rows["firms_1, firms_2 and firms_3"] == ["yes", "nobody leaves"]
    worth = rd.worth(game, "cartel", a=100, b=1, c=60, gamma=8, **spillovers)
    told = {row[0]: row[1] for row in read(rd.summarize(worth)._repr_html_()).rows}
    assert float(told["firms_1 and firms_2"]) == pytest.approx(float(worth["worth"][3]), rel=1e-5)
    assert "Assumed: all others stay alone." in str(rd.summarize(worth))


def test_a_design_says_what_is_best_and_what_binds():
    given = {**GIVEN, "gamma": 5, "beta": 0.2, "sigma_c": 0.5}
    design = rd.design(
        rd.load("katz-1986"),
        "gross-sharing",
        choose={"theta": (0.2, 1)},
        maximize="welfare",
        subject=["x <= 1.8"],
        **given,
    )
    rows = {row[0]: row[1:] for row in read(rd.summarize(design)._repr_html_()).rows}
    assert float(rows["theta"][0]) == pytest.approx(float(design["choice"][0]), rel=1e-5)
    assert rows["x <= 1.8"][1] == "yes"
    assert rows["theta >= 0.2"][1] == "no"


def test_mistakes_say_what_is_expected(swept):
    with pytest.raises(InputError, match="found a dataset with y, expected what sweep"):
        rd.summarize(xr.Dataset({"y": ("t", [1, 2])}))
    with pytest.raises(UnknownNameError, match="did you mean 'welfare'"):
        rd.summarize(swept, of="welfar")
