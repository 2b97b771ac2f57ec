"""The benchmark: its candidates do the same work, its ratios are what they say, and the command prints them."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

import rdgames as rd
from rdgames.bench import native as native_module
from rdgames.bench import sweeps
from rdgames.bench.catalogue import BENCHMARKS, Speed
from rdgames.bench.measuring import Benchmark, Candidate, Ratio, measure
from rdgames.bench.native import aligned, native
from rdgames.bench.reduced import EDGES, _best, _histogram, _optimum
from rdgames.bench.workload import ARRAYS, FIXED, OUTCOMES, REGIMES, lambdified, stacked, workload
from rdgames.cli import bench as command
from rdgames.errors import UnknownNameError


@pytest.fixture(scope="module")
def work():
    return workload(12)


@pytest.fixture(scope="module")
def swept(work):
    return rd.sweep(work.game, REGIMES, outcomes=OUTCOMES, **work.parameters)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_kernel_in_c_does_the_same_work(work, swept, threads):
    kernels = native()
    if kernels is None:
        pytest.skip("found no C compiler")
    out = aligned(ARRAYS, *work.grid.shape)
    kernels.sweep(dict(work.grid.axes), FIXED, out, threads)
    for place, (regime, outcome) in enumerate((r, o) for r in REGIMES for o in OUTCOMES):
        expected = swept[outcome].sel(regime=regime).values
        np.testing.assert_allclose(out[place], expected, rtol=1e-11, err_msg=f"{regime} {outcome}")
    assert 0 < np.isnan(out).mean() < 0.5  # some points are invalid, most are not


def test_the_write_limits_write_everything(work):
    kernels = native()
    if kernels is None:
        pytest.skip("found no C compiler")
    fresh = sweeps._fill_fresh(kernels, work, 2)
    assert sum(array.size for array in fresh) == ARRAYS * work.points
    assert all((array == 1).all() for array in fresh)
    for threads in (1, 2, 3):
        target = aligned(3, 37)
        target[:] = 0
        kernels.fill(target, threads)
        assert (target == 1).all()


@pytest.mark.parametrize("filled", [False, True])
def test_lambdify_does_the_same_work(work, swept, filled):
    found = lambdified(OUTCOMES, conditions=True)(work.mesh(filled=filled))
    for values, (regime, outcome) in zip(found, ((r, o) for r in REGIMES for o in OUTCOMES), strict=True):
        expected = swept[outcome].sel(regime=regime).values
        np.testing.assert_allclose(np.broadcast_to(values, expected.shape), expected, rtol=1e-9)


def test_numpy_and_reductions_answer_alike(work):
    values = stacked("welfare", work.mesh(filled=False), work.grid.shape)
    best = rd.best_regimes(work.game, REGIMES, "welfare", **work.parameters)
    untied = ~best["tied"].values
    np.testing.assert_array_equal(best["best_regime"].values[untied], _best(values)[untied])
    optimum = rd.optimum(work.game, REGIMES, "welfare", "beta", **work.parameters)
    highest, _ = _optimum(values)
    np.testing.assert_allclose(optimum["welfare"], np.where(np.isneginf(highest), np.nan, highest), rtol=1e-9)
    counted = rd.histogram(work.game, REGIMES, "welfare", EDGES, **work.parameters)
    np.testing.assert_array_equal(counted["number"], _histogram(values))


def test_without_a_compiler_numpy_stands_in_and_says_so(work, monkeypatch):
    monkeypatch.setattr(native_module.shutil, "which", lambda _: None)
    assert native.__wrapped__() is None
    [limit] = sweeps._at_the_limit(None, work, aligned(ARRAYS, 8), 1)
    assert "no C compiler" in limit.meaning


def test_ratios_compare_by_the_point():
    clocks = {"fast": iter([1.0, 2.0, 4.0]), "slow": iter([30.0, 20.0, 10.0])}

    def prepare(quick):
        return [
            Candidate("fast", "", 100, clock=lambda: next(clocks["fast"])),
            Candidate("slow", "", 50, clock=lambda: next(clocks["slow"])),
        ]

    ratios = (Ratio("fast", "slow", 19), Ratio("slow", "fast", 0.06), Ratio("fast", "missing", 1))
    result = measure(Benchmark("test", "", prepare, ratios), quick=True)
    assert [time.best for time in result.times] == [1, 10]
    assert [time.median for time in result.times] == [2, 20]
    one, other = result.findings  # what was not measured is left out
    assert (one.best, one.median, one.reached) == (20, 20, True)
    assert (other.best, other.reached) == (pytest.approx(0.05), False)


def test_candidates_are_warmed_up_and_take_turns():
    done = []
    names = ("a", "b")
    prepare = lambda _: [Candidate(name, "", 1, work=lambda name=name: done.append(name)) for name in names]  # noqa: E731
    measure(Benchmark("test", "", prepare, ()), quick=True)
    assert done == ["a", "a", "b", "b"] * 3


def test_every_ratio_names_candidates(monkeypatch):
    monkeypatch.setattr(sweeps, "QUICK_NUMBER", 4)
    monkeypatch.setattr("rdgames.bench.reduced.QUICK_NUMBER", 4)
    for benchmark in BENCHMARKS.values():
        names = [candidate.name for candidate in benchmark.prepare(True)]
        assert len(set(names)) == len(names)
        left_out = {sweeps.BY_HAND, sweeps.FRESH} - set(names)
        for ratio in benchmark.ratios:
            assert {ratio.candidate, ratio.reference} <= {*names, *left_out}


def test_an_unknown_benchmark_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'sweep'"):
        rd.measure_speed(["sweeps"])


def test_the_command_prints_one_document():
    done = subprocess.run(
        [sys.executable, "-m", "rdgames", "bench", "histogram", "--quick", "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["quick"] is True
    assert document["machine"]["cores"] >= 1
    assert document["machine"]["processor"]
    [result] = document["benchmarks"]
    assert {time["name"] for time in result["times"]} == {"rdgames", "NumPy, open mesh", "NumPy, mesh grid"}
    assert result["ratios"][0]["times_as_fast_as"] == "NumPy, open mesh"
    assert result["ratios"][0]["target"] == 4


def test_the_table_says_what_is_compared_with_what(capsys):
    result = measure(
        Benchmark(
            "speeds",
            "two ways",
            lambda _: [
                Candidate("one way", "how it goes", 10, 8, clock=lambda: 1.0),
                Candidate("other way", "how it goes there", 10, clock=lambda: 3.0),
            ],
            (Ratio("one way", "other way", 2), Ratio("other way", "one way", 1)),
        )
    )
    machine = {
        "processor": "P",
        "cores": 2,
        "devices": ["cpu"],
        **dict.fromkeys(("rdgames", "jax", "numpy", "sympy", "python"), "1"),
    }
    command._print(Speed(machine, (result,)), command.tables.console(), quick=True)
    shown = capsys.readouterr().out
    for words in ("P, 2 cores", "speeds: two ways; 7 rounds", "how it goes there", "reached", "MISSED", "quick run"):
        assert words in shown
