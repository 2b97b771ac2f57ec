"""Sweeps in single precision: how far from exact values, what is valid, and whether the error reported is true."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import rdgames as rd
from rdgames.errors import InputError, OutputError
from rdgames.grid.accuracy import with_errors
from rdgames.grid.axes import Grid
from rdgames.kernel.kernel import compile_kernel
from rdgames.kernel.single import IN_SLACK, ROUNDED
from rdgames.stores.chunks import DRAFTS
from rdgames.stores.distribution import write_chunk
from rdgames.stores.manifest import MANIFEST

pytestmark = pytest.mark.usefixtures("as_for_users")

# The numbers are not round, lest a point be on a boundary, where double precision decides by its last digit.
AJ = {"a": 100, "b": 1, "c": 60, "n": [2, 3, 5], "gamma": "0.5017:11.9931:41", "beta": "0:0.9973:23"}
KMZ = {"a": 100, "c": 60, "n": [2, 4], "sigma": "0.2013:0.9871:7", "gamma": "0.4019:9.9931:17", "beta": "0:0.9973:9"}
CHAIN = {"a": 100, "b": 1, "c_u": 20, "c_d": 10, "n_u": 3, "n_d": 2, "gamma_u": 8.137, "h_u": 0.2, "v_u": 0.1}
VERTICAL = CHAIN | {"gamma_d": "0.5017:11.9931:17", "h_d": "0:0.9973:7", "v_d": "0.0113:0.4973:5"}
OUTCOMES = ("x", "welfare")


def both(game, regimes, point, **options):
    """A sweep in double, and the same in single precision."""
    return [rd.sweep(game, regimes, dtype=dtype, **options, **point) for dtype in ("float64", "float32")]


def largest_errors(double, single):
    """The largest relative error of each outcome over the whole grid, double precision taken for exact."""
    found = {}
    for name in double.data_vars:
        if double[name].dtype == np.float64:
            assert single[name].dtype == np.float32
            scale = np.maximum(abs(double[name]), 1e-8 * abs(double[name]).max())
            found[name] = float((abs(single[name].astype(float) - double[name]) / scale).max())
    return found


@pytest.mark.parametrize(
    ("model", "regimes", "point", "outcomes"),
    [
        ("daspremont-jacquemin", ["competition", "cartel", "second-best"], AJ, None),
        ("kamien-muller-zang-cournot", ["competition", "cartel"], KMZ, ["y", "profit", "welfare"]),
        ("vertical-spillovers", ["full"], VERTICAL, ["x_u", "profit_d", "welfare"]),
    ],
)
def test_single_precision_keeps_six_digits_and_what_is_valid(model, regimes, point, outcomes):
    double, single = both(rd.load(model), regimes, point, outcomes=outcomes)
    assert 0 < int(double["valid"].sum()) < double["valid"].size  # the grid crosses boundaries
    np.testing.assert_array_equal(single["failed_condition"], double["failed_condition"])
    np.testing.assert_array_equal(single["valid"], double["valid"])
    assert json.loads(single.attrs["computed_in"]) == dict.fromkeys(regimes, IN_SLACK)
    assert single.attrs["float32_points"] > 16 * len(regimes)
    for name, error in largest_errors(double, single).items():
        assert error < 1e-6
        assert 1e-8 < single[name].attrs["float32_error"] <= error + 1e-12


def test_nothing_is_lost_near_the_second_order_boundary(aj):
    """With so little to be earned, firms in a cartel are content with a slack of a millionth."""
    slacks = np.geomspace(1e-6, 1, 13)
    fixed = {"a": 60 + 2.0**-23, "b": 1.0, "c": 60.0, "n": 2.0, "beta": 0.8}
    gammas = [float(2 * (1 + Fraction(0.8)) ** 2 / 9 + Fraction(slack)) for slack in slacks]
    ds = rd.sweep(aj, "cartel", gamma=gammas, margins=True, dtype="float32", **fixed).isel(regime=0)
    assert ds["valid"].all()
    np.testing.assert_allclose(ds["margin_second_order"], slacks, rtol=1e-6)
    cartel, bare = rd.solve(aj, "cartel"), compile_kernel(aj, ("cartel",), tuple(aj.outcomes))
    plain = bare.trace({name: np.float32(value) for name, value in fixed.items()} | {"gamma": np.float32(gammas)})
    lost = dict.fromkeys(aj.outcomes, 0.0)
    for place, gamma in enumerate(gammas):
        exact = cartel.at(gamma=Fraction(gamma), **{name: Fraction(value) for name, value in fixed.items()})
        for name, value in exact.values.items():
            assert abs(float(ds[name][place]) / float(value) - 1) < 1e-6
            lost[name] = max(lost[name], abs(float(plain["cartel", name][place]) / float(value) - 1))
    assert lost["x"] > 1e-2
    assert lost["welfare"] > 1e-2


def test_points_on_a_boundary_are_judged_by_exact_signs():
    game = rd.load("kamien-muller-zang-cournot")
    point = {"a": 100, "c": 60, "n": 3, "sigma": np.linspace(0.05, 1, 23), "gamma": np.linspace(0.3, 12, 57), "beta": 1}
    ds = rd.sweep(game, "competition", outcomes=["x"], dtype="float32", **point).isel(regime=0)
    names = ds["failed_condition"].attrs["flag_meanings"].split()
    competition = rd.solve(game, "competition")
    for sigma in point["sigma"][3:9]:
        for gamma in point["gamma"][:3]:
            exact = competition.at(a=100, c=60, n=3, sigma=Fraction(sigma), gamma=Fraction(gamma), beta=1)
            assert exact.conditions["gradient_stability"].margin == 0
            found = names[int(ds["failed_condition"].sel(sigma=sigma, gamma=gamma))]
            assert found == (exact.failed[0] if exact.failed else "none")


def test_margins_and_derivatives_are_in_single_precision_too(aj):
    point = {"a": 100, "b": 1, "c": 60, "n": [2, 5], "gamma": "0.5017:11.9931:7", "beta": "0.0213:0.9973:11"}
    double, single = both(aj, ["competition", "cartel"], point, outcomes=OUTCOMES, derivatives="beta", margins=True)
    errors = largest_errors(double, single)
    assert {"d_x_d_beta", "d_welfare_d_beta", "margin_second_order"} <= errors.keys()
    assert max(errors.values()) < 1e-6
    assert single["d_welfare_d_beta"].attrs["float32_error"] <= errors["d_welfare_d_beta"] + 1e-12
    for name in ("margin_second_order", "margin_nonnegative_unit_cost"):
        np.testing.assert_array_equal(np.sign(single[name]), np.sign(double[name]))


def test_the_error_is_that_of_the_worst_points(aj):
    """Of twenty thousand points, one that is wrong next to the boundary is found."""
    gamma = np.linspace(0.2, 4, 20_001)
    point = {"a": 61, "b": 1, "c": 60, "n": 2, "beta": 0.8}
    ds = rd.sweep(aj, "cartel", outcomes=OUTCOMES, gamma=gamma, dtype="float32", **point)
    assert ds["welfare"].attrs["float32_error"] < 1e-6
    first = int(np.argmax(ds["valid"].values[0]))
    assert first > 0
    ds["welfare"].values[0, first] *= 1.25
    kernel = compile_kernel(aj, ("cartel",), OUTCOMES, dtype="float32")
    grid = Grid({"gamma": gamma}, {name: float(each) for name, each in point.items()})
    found = with_errors(ds, aj, kernel, grid)
    assert found["welfare"].attrs["float32_error"] == pytest.approx(0.25, rel=1e-5)
    assert found["x"].attrs["float32_error"] < 1e-6
    ds["x"].values[0, first] = np.inf
    assert with_errors(ds, aj, kernel, grid)["x"].attrs["float32_error"] == np.inf


def consortium():
    return rd.load("poyago-theotoky-1995"), {"a": 10, "b": 1, "c": 6, "n": 5, "k": 3, "gamma": [7.1, 9.3], "beta": 0.2}


def corners():
    game = rd.explicit(rd.load("daspremont-jacquemin"), different=["c"], n=2)
    return game, {"a": 100, "b": 1, "gamma": 10, "beta_1_2": 0, "beta_2_1": 0.2, "c_1": 20, "c_2": [30, 50, 90]}


@pytest.mark.parametrize(
    ("case", "regime", "options"),
    [
        (consortium, "rjv", {"outcomes": ["x_members", "welfare"]}),
        (corners, "competition", {"corners": True, "outcomes": ["x_1", "welfare"]}),
    ],
)
def test_what_has_no_short_formula_is_rounded_and_says_so(case, regime, options):
    game, point = case()
    double, single = both(game, [regime], {n: each for n, each in point.items() if n in game.parameter}, **options)
    assert json.loads(single.attrs["computed_in"])[regime].startswith(f"{ROUNDED}: ")
    assert double["valid"].all()
    for name in (*options["outcomes"], "failed_condition"):
        np.testing.assert_array_equal(single[name], double[name].astype(single[name].dtype))
    assert single.attrs["float32_points"] > 1
    assert all(single[name].attrs["float32_error"] < 6.1e-8 for name in options["outcomes"])


def test_where_there_are_no_exact_values_no_error_is_claimed(isoelastic):
    point = {"a": 20, "eps": 1.5, "c": 3, "n": 2, "rho": 0.3, "beta": [0.2, 0.4]}
    double, single = both(isoelastic, ["competition"], point, outcomes=["x"])
    assert json.loads(single.attrs["computed_in"])["competition"].startswith(f"{ROUNDED}: ")
    np.testing.assert_array_equal(single["x"], double["x"].astype(np.float32))
    assert single.attrs["float32_points"] == 0
    assert "float32_error" not in single["x"].attrs


def test_numbers_of_things_stay_whole():
    """There are n/m cliques, a number that no product of reciprocals may touch: 49*(1/49) is less than 1."""
    game = rd.load("goyal-moraga-gonzalez-2001")
    fixed = {name: each for name, each in {"a": 100, "b": 1, "c": 60}.items() if name in game.parameter}
    point = fixed | {"sigma": 0.3, "beta": 0, "gamma": 900, "n": np.arange(2, 121), "m": np.arange(1, 60)}
    double, single = both(game, ["cliques"], point, margins=True, outcomes=["welfare"])
    assert json.loads(single.attrs["computed_in"]) == {"cliques": IN_SLACK}
    np.testing.assert_array_equal(single["failed_condition"], double["failed_condition"])
    name = "margin_whole_consortia_of_firms"
    np.testing.assert_array_equal(single[name], double[name].astype(np.float32))
    assert int(single["valid"].sum()) > 119


def test_one_point_and_another_way_to_say_it(aj):
    point = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 5, "beta": "1/3"}
    ds = rd.sweep(aj, "cartel", outcomes=["x"], dtype=np.float32, **point)
    assert float(ds["x"][0]) == pytest.approx(960 / 373, rel=1e-7)
    assert ds.attrs["float32_points"] == 1
    assert "computed_in" not in rd.sweep(aj, "cartel", outcomes=["x"], dtype=float, **point).attrs


@pytest.mark.parametrize("wrong", ["float16", "single-ish", "int32", None, 32])
def test_other_numbers_are_refused(aj, wrong):
    with pytest.raises(InputError, match="expected 'float64' or 'float32'"):
        rd.sweep(aj, "cartel", a=100, b=1, c=60, n=2, gamma=5, beta=0.5, dtype=wrong)


def test_stores_hold_single_precision(aj, tmp_path, monkeypatch):
    monkeypatch.setattr("rdgames.stores.plan.CHUNK_BYTES", 40 << 10)
    asked = {"outcomes": OUTCOMES, **AJ}
    path = tmp_path / "aj.zarr"
    memory = rd.sweep(aj, "competition", dtype="float32", **asked)
    stored = rd.stream(aj, "competition", path, dtype="float32", **asked)
    assert stored["x"].dtype == np.float32
    assert stored.attrs["computed_in"] == memory.attrs["computed_in"]
    assert stored.attrs["float32_points"] > 16
    for name in OUTCOMES:
        np.testing.assert_allclose(stored[name], memory[name], rtol=5e-7)
        assert 1e-8 < stored[name].attrs["float32_error"] < 1e-6
    with pytest.raises(OutputError, match='dtype: "float32" -> "float64"'):
        rd.stream(aj, "competition", path, resume=True, **asked)
    files = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    rd.stream(aj, "competition", path, resume=True, dtype="float32", **asked)
    assert files == {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    (path / DRAFTS).mkdir()
    write_chunk(str(path), hashlib.sha256((path / MANIFEST).read_bytes()).hexdigest(), (0, 0, 0))  # as a worker does
    assert files == {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}


def answers() -> dict:
    """What a sweep in single precision finds over gamma and beta."""
    game = rd.load("daspremont-jacquemin")
    axes = {"gamma": rd.linspace(0.5017, 11.9931, 64), "beta": rd.linspace(0, 0.9973, 23)}
    ds = rd.sweep(game, "cartel", outcomes=["welfare"], dtype="float32", a=100, b=1, c=60, n=3, **axes)
    return {
        "welfare": np.nan_to_num(ds["welfare"].values).ravel().tolist(),
        "failed": ds["failed_condition"].values.ravel().tolist(),
    }


def test_four_devices_find_what_one_finds():
    code = (
        f"import json, sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import test_single_precision as test; "
        "json.dump(test.answers(), sys.stdout)"
    )
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=4"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment, timeout=240
    )
    assert done.returncode == 0, done.stderr
    one, four = answers(), json.loads(done.stdout)
    assert four["failed"] == one["failed"]
    np.testing.assert_allclose(four["welfare"], one["welfare"], rtol=5e-7)


def test_the_command_prints_the_largest_error():
    command = [sys.executable, "-m", "rdgames", "sweep", "daspremont-jacquemin", "--regimes", "cartel"]
    done = subprocess.run(
        [*command, "--dtype", "float32", "--json"], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert summary["computed_in"] == {"cartel": IN_SLACK}
    assert summary["float32_points"] == 64
    assert 1e-8 < summary["float32_error"]["welfare"] < 1e-6
    refused = subprocess.run([*command, "--dtype", "float16"], capture_output=True, text=True, check=False, timeout=120)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "found dtype 'float16', expected 'float64' or 'float32'" in refused.stderr
