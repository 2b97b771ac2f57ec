"""Sweeps: labels, masks, provenance, and every way to ask for a grid that is none."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

import rdgames as rd
from rdgames.errors import InputError, MissingValueError, OutputError, OutsideDomainError, UnknownNameError

pytestmark = pytest.mark.usefixtures("as_for_users")

POINT = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 5}


def test_dataset_has_labels_units_and_provenance(aj):
    ds = rd.sweep(aj, ["competition", "rjv-cartel"], **POINT, beta=rd.linspace(0, 1, 5))
    assert ds["welfare"].dims == ("regime", "beta")
    assert ds["regime"].values.tolist() == ["competition", "rjv-cartel"]
    assert set(aj.outcomes) < set(ds.data_vars)
    assert ds["x"].attrs["units"] == "money per unit of output"
    assert ds["n"].item() == 2
    assert ds["n"].dtype == np.int64
    assert ds.attrs["model"] == "daspremont-jacquemin"
    assert ds.attrs["model_sha256"] == aj.fingerprint
    assert "1988" in ds.attrs["citation"]
    assert json.loads(ds.attrs["regimes"])["rjv-cartel"] == "firms choose x jointly; firms share beta = 1"
    assert ds.attrs["rdgames_version"] == rd.__version__


def test_invalid_points_are_masked_and_say_why(aj):
    ds = rd.sweep(aj, ["cartel"], margins=True, **(POINT | {"gamma": 1.5}), beta=[0.0, 0.1, 0.2, 0.6])
    expected = 2 * (1 - ds["beta"].values) ** 2 < 1.5  # Salant and Shaffer: b*gamma > 2*(1 - beta)**2
    assert list(expected) == [False, False, True, True]
    assert ds["valid"].values[0].tolist() == expected.tolist()
    assert np.isnan(ds["welfare"].values[0]).tolist() == (~expected).tolist()
    names = ds["failed_condition"].attrs["flag_meanings"].split()
    assert [names[code] for code in ds["failed_condition"].values[0]] == ["second_order_unequal"] * 2 + ["none"] * 2
    np.testing.assert_allclose(ds["margin_second_order_unequal"].values[0], 1.5 - 2 * (1 - ds["beta"]) ** 2)


def test_conditions_have_one_number_whatever_the_regime(aj):
    ds = rd.sweep(aj, ["cartel", "competition"], **(POINT | {"gamma": 0.5}), beta=[0.0])
    names = ds["failed_condition"].attrs["flag_meanings"].split()
    for regime in ("cartel", "competition"):
        point = rd.solve(aj, regime).at(**(POINT | {"gamma": 0.5}), beta=0.0)
        assert names[int(ds["failed_condition"].sel(regime=regime)[0])] == point.failed[0]


def test_one_firm_needs_no_condition_on_unequal_divisions(aj):
    ds = rd.sweep(aj, ["cartel"], **(POINT | {"n": [1, 2], "gamma": 1.5}), beta=0.0)
    assert ds["valid"].values[0].tolist() == [True, False]


def test_single_point_has_only_the_regime_as_dimension(aj):
    ds = rd.sweep(aj, "competition", **POINT, beta="1/4")
    assert dict(ds.sizes) == {"regime": 1}
    assert ds["x"].item() == pytest.approx(224 / 65)


def test_axes_keep_the_order_in_which_they_are_given(aj):
    ds = rd.sweep(aj, ["cartel"], a=100, gamma="2:6:3", b=1, c=60, n=[2, 3], beta=[0, 1])
    assert ds["welfare"].dims == ("regime", "gamma", "n", "beta")
    direct = rd.solve(aj, "cartel").at(a=100, b=1, c=60, gamma=4, n=3, beta=1).values["welfare"]
    assert float(ds["welfare"].sel(regime="cartel", gamma=4, n=3, beta=1)) == pytest.approx(float(direct))


def test_described_regime_is_swept_like_a_named_one(aj):
    sentence = "firms choose x jointly"
    ds = rd.sweep(aj, [sentence, "cartel"], **POINT, beta=[0.2, 0.9])
    np.testing.assert_array_equal(ds["welfare"].sel(regime=sentence), ds["welfare"].sel(regime="cartel"))


def test_margins_that_a_regime_lacks_are_nan(aj):
    ds = rd.sweep(aj, ["competition", "cartel"], margins=True, **POINT, beta=[0.3])
    assert np.isnan(ds["margin_second_order_unequal"].sel(regime="competition")).all()
    assert (ds["margin_second_order_unequal"].sel(regime="cartel") > 0).all()


def test_progress_is_told_and_ends_at_all_points(aj, monkeypatch):
    monkeypatch.setattr("rdgames.kernel.tracing.BLOCK_POINTS", 100)
    told = []
    rd.sweep(aj, ["cartel"], progress=lambda done, total: told.append((done, total)), **POINT, beta="0:1:1001")
    assert told == sorted(told)
    assert told[-1] == (1001, 1001)
    assert len(told) > 5


def test_interrupt_stops_a_sweep(aj, monkeypatch):
    monkeypatch.setattr("rdgames.kernel.tracing.BLOCK_POINTS", 10)

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rd.sweep(aj, ["cartel"], progress=interrupt, **POINT, beta="0:1:101")


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"bta": 1}, UnknownNameError, "did you mean 'beta'"),
        ({"beta": [0, 0.5, 1.2]}, OutsideDomainError, "beta = 1.2 is outside its domain 0 <= beta <= 1"),
        ({"n": 0}, OutsideDomainError, "n = 0.0 is outside"),
        ({"n": 2.5}, OutsideDomainError, "no whole number"),
        ({"gamma": -1}, OutsideDomainError, "gamma = -1.0"),
        ({"beta": "0:1"}, InputError, "start:stop:number"),
        ({"beta": "0:1:x"}, InputError, "start:stop:number"),
        ({"beta": "0:1:0"}, InputError, "found 0 values"),
        ({"beta": "0:1:99999999999"}, InputError, "whole number from 1 to"),
        ({"beta": "0:1:90000", "gamma": "1:2:90000"}, InputError, "8,100,000,000 points"),
        ({"beta": []}, InputError, "found no value"),
        ({"beta": [0.1, 0.1]}, InputError, "twice"),
        ({"beta": [[0.1, 0.2]]}, InputError, "2 dimensions"),
        ({"beta": float("nan")}, InputError, "nan"),
        ({"beta": [0.1, float("inf")]}, InputError, "inf"),
        ({"beta": "abc"}, InputError, "abc"),
        ({"beta": None}, InputError, "None"),
    ],
)
def test_wrong_values_are_refused_in_words(aj, change, kind, words):
    with pytest.raises(kind, match=None) as caught:
        rd.sweep(aj, ["cartel"], **({"beta": 0.5} | POINT | change))
    assert words in str(caught.value)


def test_missing_values_are_all_named_with_their_domains(aj):
    with pytest.raises(MissingValueError) as caught:
        rd.sweep(aj, ["cartel"], a=1, beta=[0.1])
    for words in ("b (b > 0)", "c (c >= 0)", "gamma (gamma > 0)", "n (n >= 1, a whole number)"):
        assert words in str(caught.value)


def test_extrapolation_must_be_asked_for(aj):
    ds = rd.sweep(aj, ["competition"], extrapolate=True, **POINT, beta=[1.2])
    direct = rd.solve(aj, "competition").at(extrapolate=True, **POINT, beta="1.2")
    assert ds["x"].item() == pytest.approx(float(direct.values["x"]))


@pytest.mark.parametrize(
    ("regimes", "words"), [([], "no regime"), (["cartel", "cartel"], "twice"), (["cartl"], "cartel")]
)
def test_wrong_regimes_are_refused(aj, regimes, words):
    with pytest.raises(InputError, match=words):
        rd.sweep(aj, regimes, **POINT, beta=0.5)


def test_unknown_outcome_is_refused(aj):
    with pytest.raises(UnknownNameError, match="did you mean 'welfare'"):
        rd.sweep(aj, ["cartel"], outcomes=["welfar"], **POINT, beta=0.5)


@pytest.mark.parametrize("suffix", [".nc", ".parquet", ".csv"])
def test_files_hold_the_data(aj, tmp_path, suffix):
    ds = rd.sweep(aj, ["competition", "cartel"], **(POINT | {"gamma": [1.5, 5.0]}), beta=[0.0, 0.5])
    path = rd.write(ds, tmp_path / f"data{suffix}")
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    if suffix == ".nc":
        with xr.open_dataset(path, engine="h5netcdf") as back:
            xr.testing.assert_identical(back.load(), ds)
        return
    import pandas as pd

    frame = pd.read_csv(path) if suffix == ".csv" else pd.read_parquet(path)
    back = frame.set_index(["regime", "gamma", "beta"])
    assert len(back) == 8
    for name in ("welfare", "x"):
        for key, value in back[name].items():
            expected = float(ds[name].sel(regime=key[0], gamma=key[1], beta=key[2]))
            assert value == pytest.approx(expected, nan_ok=True)


def test_failed_write_leaves_the_old_file(aj, tmp_path, monkeypatch):
    ds = rd.sweep(aj, ["competition"], **POINT, beta=[0.0, 0.5])
    path = tmp_path / "data.nc"
    rd.write(ds, path)
    before = path.read_bytes()

    def fail(self, target, **_):
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(xr.Dataset, "to_netcdf", fail)
    with pytest.raises(OutputError, match="No space left"):
        rd.write(ds, path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["data.nc"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("data.xls", "expected one of .nc"),
        ("data", "no suffix"),
        ("none/data.nc", "found no folder"),
        ("d.nc", "folder of that name"),
    ],
)
def test_unfit_targets_are_refused_before_work(aj, tmp_path, name, words):
    (tmp_path / "d.nc").mkdir()
    ds = rd.sweep(aj, ["competition"], **POINT, beta=0.5)
    with pytest.raises(OutputError, match=words):
        rd.write(ds, tmp_path / name)
