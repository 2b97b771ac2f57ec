"""Benchmarks of the sweep: 24 outcomes a point, against the memory's write limit, a kernel in C, and SymPy."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from rdgames.bench.measuring import Benchmark, Candidate, Ratio
from rdgames.bench.native import Native, aligned, native
from rdgames.bench.workload import ARRAYS, FIXED, OUTCOMES, POINT_BYTES, REGIMES, Workload, lambdified, workload
from rdgames.grid.sweep import sweep
from rdgames.kernel.kernel import SINGLE, Memory

LIMIT, FRESH = "write limit", "write limit, fresh pages"
BY_HAND = "by hand in C"
IN_CACHE = "consumed in cache"
IN_SINGLE = "consumed in cache, float32"
SUMMED = "consumed in cache, summed by NumPy"
REUSED = "one call, memory reused"
DATASET = "fresh Dataset"
OPEN, FILLED = "lambdify, open mesh", "lambdify, mesh grid"
OPEN_PLAIN, FILLED_PLAIN = f"{OPEN}, no conditions", f"{FILLED}, no conditions"
NUMBER, QUICK_NUMBER = 500, 120


def prepare_sweeps(quick: bool) -> list[Candidate]:
    """Return the candidates of the sweep."""
    work = workload(QUICK_NUMBER if quick else NUMBER)
    threads = os.cpu_count() or 1
    target = aligned(ARRAYS, work.points)
    memory = Memory()
    found = _at_the_limit(native(), work, target, threads)
    says = f"the kernel's blocks on {threads} threads, each in memory used again, handed on as NumPy arrays"
    found += [
        _candidate(IN_CACHE, says, work, work.each_block),
        _in_single_precision(work, len(work.grid.axes["beta"])),
        _candidate(SUMMED, "the same, all outcomes summed by NumPy", work, work.each_block_summed),
        _candidate(
            REUSED,
            "the kernel in one call over the whole grid, results in the memory of the last call",
            work,
            lambda: work.in_one_call(memory),
        ),
        _candidate(DATASET, "rd.sweep into a new labelled Dataset", work, lambda: _dataset(work)),
    ]
    for mesh, filled in ((OPEN, False), (FILLED, True)):
        for name, conditions in ((mesh, True), (f"{mesh}, no conditions", False)):
            says = "outcomes masked by the conditions of the equilibria" if conditions else "outcomes only"
            says = f"formulas factored by SymPy, as NumPy functions; {says}"
            found.append(_candidate(name, says, work, _by_sympy(work, filled=filled, conditions=conditions)))
    return found


def _in_single_precision(work: Workload, number: int) -> Candidate:
    says = "the same in float32, in slack coordinates"
    return Candidate(IN_SINGLE, says, work.points, POINT_BYTES // 2, workload(number, SINGLE).each_block)


def _candidate(name: str, meaning: str, work: Workload, run: Callable[[], Any]) -> Candidate:
    return Candidate(name, meaning, work.points, POINT_BYTES, run)


def _by_sympy(work: Workload, *, filled: bool, conditions: bool) -> Callable[[], Any]:
    function, values = lambdified(OUTCOMES, conditions=conditions), work.mesh(filled=filled)
    return lambda: function(values)


def _at_the_limit(kernels: Native | None, work: Workload, target: np.ndarray, threads: int) -> list[Candidate]:
    if kernels is None:
        says = "NumPy fills 24 arrays (found no C compiler, so this may be far below the limit)"
        return [_candidate(LIMIT, says, work, lambda: target.fill(1.0))]
    says = f"a C loop writes 24 arrays with {kernels.stores}, the faster of one thread and {threads}"
    fill = Candidate(LIMIT, says, work.points, POINT_BYTES, clock=lambda: _fastest_fill(kernels, target, threads))
    says = f"a C kernel for this game alone, tiles in cache, {kernels.stores}, {threads} threads"
    swept = {name: np.asarray(values) for name, values in work.grid.axes.items()}
    fresh = _candidate(
        FRESH,
        f"the same into memory that the system has to find first, as for a Dataset: 8 arrays, {threads} threads",
        work,
        lambda: _fill_fresh(kernels, work, threads),
    )
    return [fill, fresh, _candidate(BY_HAND, says, work, lambda: kernels.sweep(swept, FIXED, target, threads))]


def _fill_fresh(kernels: Native, work: Workload, threads: int) -> list[np.ndarray]:
    arrays = [aligned(len(REGIMES), work.points, touched=False) for _ in OUTCOMES]
    for array in arrays:
        kernels.fill(array, threads)
    return arrays


def _fastest_fill(kernels: Native, target: np.ndarray, threads: int) -> float:
    seconds = []
    for number in {1, threads}:
        kernels.fill(target, number)
        started = time.perf_counter()
        kernels.fill(target, number)
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def _dataset(work: Workload) -> Any:
    return sweep(work.game, REGIMES, outcomes=OUTCOMES, **work.parameters)


SWEEPS = Benchmark(
    "sweep",
    "d'Aspremont and Jacquemin with n firms, three regimes, 24 float64 outcomes a point, over n x gamma x beta",
    prepare_sweeps,
    (
        Ratio(IN_CACHE, LIMIT, 0.5),
        Ratio(IN_CACHE, OPEN, 6),
        Ratio(IN_CACHE, FILLED, 35),
        Ratio(IN_CACHE, OPEN_PLAIN),
        Ratio(IN_CACHE, FILLED_PLAIN),
        Ratio(IN_CACHE, BY_HAND),
        Ratio(BY_HAND, LIMIT),
        Ratio(IN_SINGLE, IN_CACHE),
        Ratio(SUMMED, LIMIT),
        Ratio(REUSED, LIMIT, 0.22),
        Ratio(DATASET, LIMIT, 0.18),
        Ratio(DATASET, FRESH),
        Ratio(FRESH, LIMIT),
        Ratio(DATASET, OPEN),
        Ratio(DATASET, FILLED),
    ),
)
