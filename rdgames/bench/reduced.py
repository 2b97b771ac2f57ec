"""Benchmarks of reductions without storage, against the same in NumPy on what `sympy.lambdify` computes."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdgames.bench.measuring import Benchmark, Candidate, Ratio
from rdgames.bench.workload import REGIMES, stacked, workload
from rdgames.reductions.best import best_regimes
from rdgames.reductions.histograms import histogram
from rdgames.reductions.optima import optimum

RDGAMES, NUMPY, NUMPY_FILLED = "rdgames", "NumPy, open mesh", "NumPy, mesh grid"
NUMBER, QUICK_NUMBER = 500, 120
EDGES = np.linspace(0, 1500, 51)


def _candidates(quick: bool, ours: Any, theirs: Any, words: str) -> list[Candidate]:
    """Return the library's way and NumPy's, on an open mesh and on a mesh grid.

    ``ours`` is called with the work, ``theirs`` with the stacked values of welfare under every regime.
    """
    work = workload(QUICK_NUMBER if quick else NUMBER)
    found = [Candidate(RDGAMES, "straight from the kernel, block by block", work.points, work=lambda: ours(work))]
    for name, filled in ((NUMPY, False), (NUMPY_FILLED, True)):
        values = work.mesh(filled=filled)

        def run(values: dict[str, Any] = values) -> Any:
            return theirs(stacked("welfare", values, work.grid.shape))

        says = f"welfare by lambdify, masked by the conditions, stacked, {words}"
        found.append(Candidate(name, says, work.points, work=run))
    return found


def _best(values: np.ndarray) -> Any:
    filled = np.where(np.isnan(values), -np.inf, values)
    return np.where(np.isneginf(filled.max(axis=0)), -1, filled.argmax(axis=0))


def _optimum(values: np.ndarray) -> Any:
    filled = np.where(np.isnan(values), -np.inf, values)
    return filled.max(axis=-1), filled.argmax(axis=-1)


def _histogram(values: np.ndarray) -> Any:
    return [np.histogram(regime[~np.isnan(regime)], EDGES)[0] for regime in values]


def _prepare_best(quick: bool) -> list[Candidate]:
    return _candidates(quick, lambda w: best_regimes(w.game, REGIMES, "welfare", **w.parameters), _best, "argmax")


def _prepare_optimum(quick: bool) -> list[Candidate]:
    return _candidates(
        quick,
        lambda w: optimum(w.game, REGIMES, "welfare", "beta", **w.parameters),
        _optimum,
        "max and argmax over beta",
    )


def _prepare_histogram(quick: bool) -> list[Candidate]:
    return _candidates(
        quick,
        lambda w: histogram(w.game, REGIMES, "welfare", EDGES, **w.parameters),
        _histogram,
        "np.histogram, 50 bins",
    )


BEST = Benchmark(
    "best regime",
    "which of three regimes gives the highest welfare, at every point of n x gamma x beta",
    _prepare_best,
    (Ratio(RDGAMES, NUMPY, 40), Ratio(RDGAMES, NUMPY_FILLED)),
)
OPTIMUM = Benchmark(
    "optimum",
    "the beta that maximizes welfare, under three regimes, over n x gamma",
    _prepare_optimum,
    (Ratio(RDGAMES, NUMPY, 10), Ratio(RDGAMES, NUMPY_FILLED)),
)
HISTOGRAM = Benchmark(
    "histogram",
    "welfare under three regimes over n x gamma x beta, in 50 bins",
    _prepare_histogram,
    (Ratio(RDGAMES, NUMPY, 4), Ratio(RDGAMES, NUMPY_FILLED)),
)
