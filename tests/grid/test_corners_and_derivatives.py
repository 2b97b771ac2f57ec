"""Sweeps in which bounds may bind, and sweeps with derivatives."""

from __future__ import annotations

import numpy as np
import pytest

import rdgames as rd
from rdgames.errors import InputError, OutputError, UnknownNameError


@pytest.fixture(scope="module")
def duopoly(aj):
    return rd.explicit(aj, different=["c"], n=2)


def test_every_point_has_the_bounds_that_bind_there(duopoly):
    axes = {"c_1": np.linspace(5, 95, 7), "c_2": np.array([10.0, 35, 57.5, 80])}
    fixed = {"a": 100, "b": 1, "gamma": 10, "beta_1_2": 0.2, "beta_2_1": 0.4}
    outcomes = ["x_1", "x_2", "q_1", "q_2", "profit_1", "welfare"]
    ds = rd.sweep(duopoly, ["competition", "cartel"], outcomes=outcomes, corners=True, **fixed, **axes)
    names = ds["corner"].attrs["flag_meanings"].split()
    codes = ds["failed_condition"].attrs["flag_meanings"].split()
    seen = set()
    for regime in ("competition", "cartel"):
        cells = rd.corners(duopoly, regime)
        for c_1 in axes["c_1"]:
            for c_2 in axes["c_2"]:
                point, here = cells.at(**fixed, c_1=c_1, c_2=c_2), ds.sel(regime=regime, c_1=c_1, c_2=c_2)
                assert bool(here["valid"]) is point.valid
                if point.valid:
                    assert names[int(here["corner"])] == (",".join(point.at_bounds) or "none")
                    for name in outcomes:
                        assert float(here[name]) == pytest.approx(point.values[name], rel=1e-9, abs=1e-12)
                else:
                    assert codes[int(here["failed_condition"])] == point.failed[0].replace(" ", "")
                    assert np.isnan(here["welfare"])
                seen.add(names[int(here["corner"])])
    assert {"none", "x_1,q_1", "x_2,q_2"} <= seen


def test_bounds_bind_where_levels_are_found_in_numbers(isoelastic):
    fixed = {"a": 20, "eps": 1.5, "c": 4, "beta": 0.3, "n": 3}
    rho = np.linspace(0.02, 0.3, 29)
    ds = rd.sweep(isoelastic, ["competition"], corners=True, **fixed, rho=rho).sel(regime="competition")
    inside = rd.sweep(isoelastic, ["competition"], **fixed, rho=rho).sel(regime="competition")
    assert ds["valid"].all()  # without R&D, or with
    assert not inside["valid"].all()
    np.testing.assert_array_equal(ds["corner"] > 0, ~inside["valid"])
    np.testing.assert_array_equal(ds["x"].where(ds["corner"] > 0, drop=True), 0)
    assert (np.diff(ds["x"]) >= 0).all()
    assert float(ds["x"].diff("rho").max()) < 0.2  # R&D sets in without a jump


@pytest.mark.parametrize("corners", [False, True])
def test_derivatives_are_those_of_differences(isoelastic, aj, corners):
    h = 1e-6
    for game, point, names in [
        (
            aj,
            {"a": 100, "b": 1, "c": 60, "n": 3, "gamma": np.array([6.0, 8.0]), "beta": np.array([0.2, 0.6])},
            ("beta", "n"),
        ),
        (
            isoelastic,
            {"a": 20, "eps": 1.5, "c": 3, "n": 2, "rho": np.array([0.28, 0.32]), "beta": np.array([0.3, 0.5])},
            ("beta", "rho", "c"),
        ),
    ]:
        ds = rd.sweep(game, ["competition"], corners=corners, derivatives=names, **point)
        assert ds["valid"].all()
        for name in names:
            sides = [
                rd.sweep(
                    game, ["competition"], corners=corners, extrapolate=True, **{**point, name: point[name] + step}
                )
                for step in (h, -h)
            ]
            for outcome in game.outcomes:
                difference = (sides[0][outcome].values - sides[1][outcome].values) / (2 * h)
                found = ds[f"d_{outcome}_d_{name}"].values
                np.testing.assert_allclose(found, difference, rtol=2e-5, atol=2e-5 * np.abs(found).max())


def test_derivatives_are_labelled(aj):
    ds = rd.sweep(aj, "cartel", outcomes=["welfare"], derivatives="beta", a=100, b=1, c=60, n=2, gamma=5, beta=[0, 1])
    assert list(ds.data_vars) == ["welfare", "d_welfare_d_beta", "valid", "failed_condition"]
    assert ds["d_welfare_d_beta"].attrs["units"] == "(money) per (1)"
    assert "derivative of" in ds["d_welfare_d_beta"].attrs["long_name"]


def test_what_cannot_be_asked_is_refused(aj):
    point = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 5, "beta": 0.5}
    with pytest.raises(UnknownNameError, match="did you mean 'beta'"):
        rd.sweep(aj, "cartel", derivatives=["betta"], **point)
    with pytest.raises(InputError, match="margins together with corners"):
        rd.sweep(aj, "cartel", corners=True, margins=True, **point)


def test_stores_have_them_too(duopoly, tmp_path):
    asked = {"a": 100, "b": 1, "gamma": 10, "beta_1_2": 0, "beta_2_1": 0.2, "c_1": [20, 40], "c_2": [30, 50, 90]}
    options = {"outcomes": ["q_1", "welfare"], "corners": True, "derivatives": ["c_1"]}
    memory = rd.sweep(duopoly, "competition", **options, **asked)
    stored = rd.stream(duopoly, "competition", tmp_path / "duopoly.zarr", **options, **asked)
    assert list(stored.data_vars) == list(memory.data_vars)
    for name in memory.data_vars:
        np.testing.assert_allclose(stored[name], memory[name], rtol=1e-12)
    with pytest.raises(OutputError, match="corners: true -> false"):
        rd.stream(
            duopoly, "competition", tmp_path / "duopoly.zarr", resume=True, **{**options, "corners": False}, **asked
        )
