"""Every reduction against the same reduction, in NumPy, of what a sweep stores."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

import rdgames as rd
from rdgames.errors import InputError, MissingValueError, UnknownNameError
from rdgames.reductions.asked import TIE

pytestmark = pytest.mark.usefixtures("as_for_users")

REGIMES = ("cartel", "competition", "rjv-cartel")
FIXED = {"a": 100.0, "b": 1.0, "c": 60.0}


def grids() -> list[dict]:
    """Grids with valid points, invalid ones, ties (beta = 1/2, beta = 1, n = 1), a single point, and no axis at all."""
    random = np.random.default_rng(5)
    found = [
        {"n": [1, 2, 5], "gamma": rd.linspace("1/4", 6, 7), "beta": rd.linspace(0, 1, 9)},
        {"beta": rd.linspace(0, 1, 41), "n": 2, "gamma": 1.25},
        {"gamma": rd.linspace(0.01, 0.05, 5), "beta": [0.0, 0.5], "n": 2},  # no point is valid
        {"gamma": [1.5], "beta": [0.5], "n": [2]},
        {"gamma": 5, "beta": 0.5, "n": 2},
        {"gamma": 0.1, "beta": 0.25, "n": 3},
    ]
    for _ in range(2):  # of one shape: every shape is compiled by itself
        gammas, betas = (np.sort(random.uniform(low, high, 11)) for low, high in ((0.3, 4), (0, 1)))
        found.append({"beta": betas, "gamma": gammas, "n": [2, 3]})
    return found


GRIDS = grids()


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """So small that a grid has many, and that the last ones overlap others."""
    monkeypatch.setattr("rdgames.kernel.tracing.BLOCK_POINTS", 8)
    monkeypatch.setattr("rdgames.reductions.optima.ALONG", 3)


def swept(game, grid, of="welfare"):
    """The values of an outcome, -inf where there is none, and the dataset that they come from."""
    ds = rd.sweep(game, REGIMES, outcomes=[of], **FIXED, **grid)
    return np.where(ds["valid"], ds[of], -np.inf), ds


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("sign", [1, -1])
def test_best_regime_is_the_first_with_the_highest_value(aj, grid, sign):
    ds = rd.sweep(aj, REGIMES, outcomes=["x"], **FIXED, **grid)
    values = np.where(ds["valid"], sign * ds["x"], -np.inf)
    top = values.max(axis=0)
    near = np.isfinite(values) & (values >= top - TIE * np.abs(top))
    found = rd.best_regimes(aj, REGIMES, "x", lowest=sign < 0, **FIXED, **grid)
    np.testing.assert_array_equal(found["best_regime"], np.where(np.isneginf(top), -1, near.argmax(axis=0)))
    np.testing.assert_array_equal(found["tied"], near.sum(axis=0) > 1)
    assert found["best_regime"].dims == ds["x"].dims[1:]


def test_best_regime_says_where_regimes_tie(aj):
    ask = {**FIXED, "n": 2, "gamma": [0.01, 5.0], "beta": [0.25, 0.5, 1.0]}
    found = rd.best_regimes(aj, REGIMES, "x", **ask)
    # With beta = 1/2 competitors do as a cartel does, with beta = 1 a cartel is one that shares everything.
    assert found["best_regime"].sel(gamma=5).values.tolist() == [2, 2, 0]
    assert found["tied"].sel(gamma=5).values.tolist() == [False, False, True]
    assert found["best_regime"].sel(gamma=0.01).values.tolist() == [-1, -1, -1]
    two = rd.best_regimes(aj, REGIMES[:2], "x", **ask)
    assert two["tied"].sel(gamma=5).values.tolist() == [False, True, False]
    assert found["best_regime"].attrs["flag_meanings"] == "none cartel competition rjv-cartel"


@pytest.mark.parametrize("grid", GRIDS)
def test_counts_are_those_of_the_sweep(aj, grid):
    values, ds = swept(aj, grid)
    found = rd.count(aj, REGIMES, "welfare", **FIXED, **grid)
    axes = tuple(range(1, values.ndim))
    np.testing.assert_array_equal(found["valid"], ds["valid"].values.sum(axis=axes))
    names = ds["failed_condition"].attrs["flag_meanings"].split()
    for code, name in enumerate(names[1:], start=1):
        expected = (ds["failed_condition"].values == code).sum(axis=axes)
        np.testing.assert_array_equal(found["failed"].sel(condition=name), expected)
    assert found["points"] == values[0].size
    assert (found["valid"] + found["failed"].sum("condition") == found["points"]).all()
    for i, one in enumerate(values):
        for j, other in enumerate(values):
            both = np.isfinite(one) & np.isfinite(other)
            with np.errstate(invalid="ignore"):
                level = both & (np.abs(one - other) <= TIE * np.maximum(np.abs(one), np.abs(other)))
                ahead = both & (one > other) & ~level
            assert found["ahead"][i, j] == ahead.sum()
            assert found["level"][i, j] == level.sum()
    winners = rd.best_regimes(aj, REGIMES, "welfare", **FIXED, **grid)["best_regime"].values
    assert found["highest"].values.tolist() == [(winners == place).sum() for place in range(len(REGIMES))]


def test_counts_without_an_outcome_compare_nothing(aj):
    found = rd.count(aj, "cartel", **FIXED, n=2, gamma=5, beta="0:1:11")
    assert set(found.data_vars) == {"points", "valid", "failed"}
    assert found["valid"].item() == 11


@pytest.mark.parametrize("grid", [grid for grid in GRIDS if any(np.ndim(values) for values in grid.values())])
@pytest.mark.parametrize("lowest", [False, True])
def test_optimum_is_that_of_the_sweep(aj, grid, lowest):
    for over in [name for name, values in grid.items() if np.ndim(values)]:
        ds = rd.sweep(aj, REGIMES, outcomes=["profit"], **FIXED, **grid)
        reduced = ds["profit"].min(over) if lowest else ds["profit"].max(over)  # NaN where no point is valid
        found = rd.optimum(aj, REGIMES, "profit", over, lowest=lowest, **FIXED, **grid)
        assert found["profit"].dims == reduced.dims
        np.testing.assert_allclose(found["profit"], reduced, rtol=1e-13)
        np.testing.assert_array_equal(found["valid"], ds["valid"].sum(over))
        np.testing.assert_array_equal(np.isnan(found[over]), found["valid"] == 0)
        there = ds["profit"].sel({over: found[over].fillna(grid[over][0])})
        np.testing.assert_allclose(there.where(found["valid"] > 0), reduced, rtol=1e-13)


def test_optimum_takes_the_first_place_of_several(aj):
    found = rd.optimum(aj, "rjv-cartel", "x", "beta", **FIXED, n=2, gamma=5, beta=[0.75, 0.25, 0.5])
    assert found["beta"].values.tolist() == [0.75]  # what is shared is everything, whatever beta says


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("edges", [[0, 1, 2, 3, 4], [2.0, 2.5, 40.0], [-1, 1e9]])
def test_histogram_is_that_of_numpy(aj, grid, edges):
    values, _ = swept(aj, grid, "x")
    found = rd.histogram(aj, REGIMES, "x", edges, **FIXED, **grid)
    for place in range(len(REGIMES)):
        here = values[place][np.isfinite(values[place])]
        np.testing.assert_array_equal(found["number"][place], np.histogram(here, edges)[0])
        assert found["below"][place] == (here < edges[0]).sum()
        assert found["above"][place] == (here > edges[-1]).sum()
        assert found["without"][place] == values[place].size - here.size
    assert found["left"].values.tolist() == edges[:-1]


def test_values_on_edges_belong_to_the_bin_on_the_right_but_the_last(aj):
    ds = rd.sweep(aj, "competition", outcomes=["q"], **FIXED, n=2, gamma=5, beta=[0.0, 0.25, 0.5])
    values = np.sort(ds["q"].values.ravel())
    found = rd.histogram(aj, "competition", "q", values, **FIXED, n=2, gamma=5, beta=[0.0, 0.25, 0.5])
    assert found["number"].values.tolist() == np.histogram(values, values)[0][None].tolist()


@pytest.mark.parametrize("grid", GRIDS)
def test_extremes_are_those_of_the_sweep(aj, grid):
    ds = rd.sweep(aj, REGIMES, outcomes=["x", "welfare"], **FIXED, **grid)
    found = rd.extremes(aj, REGIMES, outcomes=["x", "welfare"], **FIXED, **grid)
    axes = [name for name in ds["x"].dims if name != "regime"]
    for regime in REGIMES:
        for name in ("x", "welfare"):
            part, here = ds[name].sel(regime=regime), found.sel(regime=regime, outcome=name)
            for end, value in (("minimum", part.min()), ("maximum", part.max())):
                np.testing.assert_allclose(here[end], value, rtol=1e-13)
                place = {axis: here[f"{axis}_at_{end}"].item() for axis in axes}
                if np.isnan(value):
                    assert all(np.isnan(at) for at in place.values())
                else:
                    assert part.sel(place).item() == pytest.approx(value.item(), rel=1e-13)
    assert found["units"].values.tolist() == [ds["x"].attrs["units"], ds["welfare"].attrs["units"]]


def test_extremes_take_the_first_point_of_several(aj):
    found = rd.extremes(aj, "rjv-cartel", outcomes=["x"], **FIXED, n=2, gamma=[5.0, 6.0], beta="1/8:1:30")
    assert found["beta_at_minimum"].item() == found["beta_at_maximum"].item() == 0.125
    assert (found["gamma_at_minimum"].item(), found["gamma_at_maximum"].item()) == (6, 5)


def test_outcome_that_a_regime_lacks_is_nowhere(aj):
    split = "1 of firms are insiders, the rest outsiders"
    ask = {**FIXED, "n": 3, "gamma": 5, "beta": "0:1:11"}
    found = rd.extremes(aj, ["cartel", split], outcomes=["x", "x_insiders"], **ask)
    assert np.isnan(found["maximum"]).values.tolist() == [[False, True], [True, False]]
    assert (rd.best_regimes(aj, ["cartel", split], "x_insiders", **ask)["best_regime"] == 1).all()
    assert rd.histogram(aj, ["cartel", split], "x", [0, 9], **ask)["without"].values.tolist() == [0, 11]


def test_results_say_where_they_come_from(aj):
    found = rd.optimum(aj, REGIMES, "welfare", "beta", **FIXED, n=[2, 3], gamma=5, beta="0:1:11")
    whole = rd.sweep(aj, REGIMES, outcomes=["welfare"], **FIXED, n=[2, 3], gamma=5, beta="0:1:11")
    assert found.attrs["model_sha256"] == aj.fingerprint
    assert json.loads(found.attrs["reduced"]) == {"beta": {"from": 0.0, "to": 1.0, "number": 11}}
    assert found["welfare"].attrs["units"] == whole["welfare"].attrs["units"]
    xr.testing.assert_identical(found["n"], whole["n"])
    xr.testing.assert_identical(found["gamma"], whole["gamma"])


def test_progress_is_told_and_ends_at_all_points(aj):
    told = []
    rd.count(aj, "cartel", progress=lambda *now: told.append(now), **FIXED, n=2, gamma="1:2:13", beta="0:1:9")
    assert told == sorted(told)
    assert told[-1] == (117, 117)
    told.clear()
    rd.optimum(
        aj, "cartel", "x", "beta", progress=lambda *now: told.append(now), **FIXED, n=2, gamma="1:2:13", beta="0:1:9"
    )
    assert told[-1] == (117, 117)


def test_interrupt_stops_a_reduction(aj):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rd.count(aj, "cartel", progress=interrupt, **FIXED, n=2, gamma=5, beta="0:1:1001")


@pytest.mark.parametrize(
    ("ask", "kind", "words"),
    [
        (
            lambda game, grid: rd.best_regimes(game, REGIMES, "welfar", **grid),
            UnknownNameError,
            "did you mean 'welfare'",
        ),
        (lambda game, grid: rd.optimum(game, REGIMES, "x", "gamma", **grid), InputError, "several values: beta"),
        (lambda game, grid: rd.optimum(game, REGIMES, "x", "bta", **grid), InputError, "several values: beta"),
        (lambda game, grid: rd.count(game, [], **grid), InputError, "no regime"),
        (lambda game, grid: rd.count(game, ["cartl"], **grid), InputError, "cartel"),
        (lambda game, _: rd.count(game, REGIMES, a=1), MissingValueError, "gamma"),
        (lambda game, grid: rd.histogram(game, REGIMES, "x", [1, 1], **grid), InputError, "increasing"),
        (lambda game, grid: rd.histogram(game, REGIMES, "x", [1], **grid), InputError, "increasing"),
        (lambda game, grid: rd.histogram(game, REGIMES, "x", "many", **grid), InputError, "increasing"),
        (lambda game, grid: rd.histogram(game, REGIMES, "x", [0, float("nan")], **grid), InputError, "increasing"),
    ],
)
def test_wrong_questions_are_refused_in_words(aj, ask, kind, words):
    with pytest.raises(kind) as caught:
        ask(aj, {**FIXED, "n": 2, "gamma": 5, "beta": [0.1, 0.2]})
    assert words in str(caught.value)


def test_absurd_grids_are_refused_with_the_time_that_they_would_take(aj):
    grid = {**FIXED, "n": 2, "gamma": "1:2:50000000", "beta": "0:1:20000000"}
    with pytest.raises(InputError, match=r"1,000,000,000,000,000 points.*about 116 days"):
        rd.count(aj, "cartel", **grid)
    with pytest.raises(InputError, match=r"result of 10,000,000,000 places"):
        rd.best_regimes(aj, "cartel", "x", **FIXED, n=2, gamma="1:2:100000", beta="0:1:100000")
