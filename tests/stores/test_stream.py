"""Sweeps to stores: the Dataset of a sweep, chunk by chunk, and every question that a store cannot answer."""

from __future__ import annotations

import json
import warnings
from math import prod

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import rdgames as rd
from rdgames.errors import InputError, OutputError, OutsideDomainError, UnknownNameError
from rdgames.stores.journal import JOURNAL, line_of, read_line
from rdgames.stores.plan import Plan

from .small_sweeps import GRID, OUTCOMES, REGIMES, files_of


def test_store_opens_as_the_dataset_of_a_sweep(aj, tmp_path, small_chunks):
    told, announced = [], []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = rd.stream(
            aj,
            REGIMES,
            tmp_path / "s.zarr",
            margins=True,
            progress=lambda *counts: told.append(counts),
            announce=announced.append,
            **GRID,
        )
    expected = rd.sweep(aj, REGIMES, margins=True, **GRID)
    xr.testing.assert_identical(found.load(), expected)
    assert list(found.data_vars) == list(expected.data_vars)
    with xr.open_zarr(tmp_path / "s.zarr") as opened:
        xr.testing.assert_identical(opened.load(), expected)
    assert told[0] == (0, 154)
    assert told[-1] == (154, 154)
    assert len(told) == announced[0].chunks + 1 > 5
    assert announced[0].points_left == 154
    assert announced[0].bytes_left == sum(variable.nbytes for variable in expected.data_vars.values())
    assert "154 points in" in str(announced[0])


def test_files_are_whole_and_nothing_else_is_left(aj, tmp_path, small_chunks):
    rd.stream(aj, REGIMES, tmp_path / "s.zarr", outcomes=OUTCOMES, **GRID)
    assert [entry.name for entry in tmp_path.iterdir()] == ["s.zarr"]
    names = {entry.name for entry in (tmp_path / "s.zarr").iterdir()}
    stored = {*OUTCOMES, "valid", "failed_condition"}
    assert names == {*stored, *GRID, "regime", "zarr.json", "manifest.json", "journal.txt"}
    manifest = json.loads((tmp_path / "s.zarr" / "manifest.json").read_text())
    assert manifest["model_sha256"] == aj.fingerprint
    assert manifest["regimes"]["cartel"] == "firms choose x jointly"
    assert manifest["axes"]["beta"]["size"] == 11
    assert manifest["versions"]["rdgames"] == rd.__version__
    lines = (tmp_path / "s.zarr" / JOURNAL).read_text().splitlines(keepends=True)
    plan = Plan((2, 7, 11), tuple(manifest["chunk"]))
    assert [read_line(line)[0] for line in lines] == list(plan.indices())


def test_two_runs_give_the_same_files(aj, tmp_path, small_chunks):
    for name in ("1.zarr", "2.zarr"):
        rd.stream(aj, REGIMES, tmp_path / name, outcomes=OUTCOMES, **GRID)
    assert files_of(tmp_path / "1.zarr") == files_of(tmp_path / "2.zarr")


def test_a_single_point_is_a_store_too(aj, tmp_path):
    point = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 5, "beta": "1/4"}
    found = rd.stream(aj, REGIMES, tmp_path / "s.zarr", outcomes=OUTCOMES, **point)
    xr.testing.assert_identical(found.load(), rd.sweep(aj, REGIMES, outcomes=OUTCOMES, **point))


def test_outcomes_that_a_regime_lacks_are_nan(tmp_path):
    game = rd.load("poyago-theotoky-1995")
    values = dict(game.example.over) | dict(game.example.fix)
    asked = {"outcomes": ["x", "x_members", "welfare"], **values}
    regimes = [regime.name for regime in game.regimes][:3]
    found = rd.stream(game, regimes, tmp_path / "s.zarr", **asked)
    expected = rd.sweep(game, regimes, **asked)
    assert "not_under" in expected["x_members"].attrs
    xr.testing.assert_identical(found.load(), expected)


def test_a_sentence_with_letters_of_any_language_labels_a_store(aj, tmp_path):
    sentence = "firms choose x jointly; firms share beta = 3/4"
    found = rd.stream(aj, [sentence], tmp_path / "s.zarr", outcomes=["x"], **(GRID | {"beta": 0.5}))
    expected = rd.sweep(aj, [sentence], outcomes=["x"], **(GRID | {"beta": 0.5}))
    np.testing.assert_array_equal(found["x"].sel(regime=sentence), expected["x"].sel(regime=sentence))


def test_a_damaged_chunk_is_noticed_when_it_is_read(aj, tmp_path):
    found = rd.stream(aj, REGIMES, tmp_path / "s.zarr", outcomes=["x"], **GRID)
    chunk = tmp_path / "s.zarr" / "x" / "c" / "0" / "0" / "0" / "0"
    content = bytearray(chunk.read_bytes())
    content[len(content) // 2] ^= 1
    chunk.write_bytes(content)
    with pytest.raises(ValueError, match="checksum"):
        found["x"].load()


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=0, max_size=4), st.integers(1, 3000))
def test_chunks_cover_the_mesh_once_and_are_not_larger_than_asked(shape, room):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rdgames.stores.plan.CHUNK_BYTES", room)
        plan = Plan.of(tuple(shape), 8)
    assert prod(plan.chunk) <= max(1, room // 8)
    seen = np.zeros(shape, dtype=int)
    for index in plan.indices():
        seen[plan.region(index)] += 1
        assert seen[plan.region(index)].size == plan.points_of(index)
    assert (seen == 1).all()
    assert plan.number == len(list(plan.indices()))


def test_chunks_of_large_sweeps_have_the_size_that_was_measured():
    plan = Plan.of((1000, 1000, 1000), 200)
    assert 0.25e6 < prod(plan.chunk) < 1e6
    assert prod(plan.chunk) * 200 <= 128e6


LINE = line_of((0, 1), 5)


@pytest.mark.parametrize("torn", ["", "0/1", "0/1 5", "0/1 5 ", LINE[:-1], LINE.replace(" 5 ", " 6 "), LINE + LINE])
def test_a_line_that_is_not_whole_says_nothing(torn):
    assert read_line(torn) is None
    assert read_line(line_of((0, 1), 5)) == ((0, 1), 5)
    assert read_line(line_of((), 5)) == ((), 5)


HUGE = {"a": "1:2:100000", "c": "0:1:100000", "b": "1:2:100000"}


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (HUGE, InputError, "1,000,000,000,000,000 points, expected at most 1,000,000,000,000"),
        (
            HUGE | {"b": "1:2:100"},
            OutputError,
            r"1,000,000,000,000 points in .* chunks take up to 57.0 TB, found .* free",
        ),
        ({"beta": "0:1:0"}, InputError, "found 0 values"),
        ({"beta": []}, InputError, "found no value for beta"),
        ({"beta": [0.1, float("nan")]}, InputError, "nan"),
        ({"gamma": float("nan")}, InputError, "nan"),
        ({"beta": [0.1, 0.2, 0.1]}, InputError, "a value of beta twice"),
        ({"beta": 2}, OutsideDomainError, "outside its domain"),
        ({"bta": 2}, UnknownNameError, "did you mean 'beta'"),
    ],
)
def test_wrong_grids_are_refused_before_anything_is_written(aj, tmp_path, change, kind, words):
    values = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 3, "beta": 0.5} | change
    with pytest.raises(kind, match=words):
        rd.stream(aj, REGIMES, tmp_path / "s.zarr", outcomes=OUTCOMES, **values)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [("s.zar", "did you mean '.zarr'"), ("no/s.zarr", "found no folder"), ("f.zarr", "found a file of that name")],
)
def test_unfit_places_are_refused(aj, tmp_path, name, words):
    (tmp_path / "f.zarr").write_text("no store")
    with pytest.raises(OutputError, match=words):
        rd.stream(aj, REGIMES, tmp_path / name, **GRID)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"workers": 0}, "found 0 workers"),
        ({"workers": 2, "scheduler": "tcp://x:1"}, "expected one of them"),
    ],
)
def test_wrong_workers_are_refused(aj, tmp_path, asked, words):
    with pytest.raises(InputError, match=words):
        rd.stream(aj, REGIMES, tmp_path / "s.zarr", **asked, **GRID)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("library", "words"), [("zarr", r"rdgames\[sweep\]"), ("distributed", r"rdgames\[cluster\]")])
def test_without_a_library_the_extra_is_named(aj, tmp_path, monkeypatch, library, words):
    from importlib.util import find_spec

    for module in ("rdgames.writing", "rdgames.stores.distribution"):
        monkeypatch.setattr(f"{module}.find_spec", lambda name: None if name == library else find_spec(name))
    with pytest.raises(InputError, match=words):
        rd.stream(aj, REGIMES, tmp_path / "s.zarr", workers=2, **GRID)
