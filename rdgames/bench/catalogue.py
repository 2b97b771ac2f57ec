"""The benchmarks of ``rdgames bench``. To add one: write a `Benchmark` in a module of this room, and name it here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rdgames.bench.compiling import COMPILING
from rdgames.bench.dividing import LARGE_SHAPLEY, NUCLEOLI, SHAPLEY, WORTH
from rdgames.bench.equilibria import EQUILIBRIA
from rdgames.bench.firms import MANY_FIRMS
from rdgames.bench.machine import describe_machine
from rdgames.bench.measuring import Benchmark, Progress, Result, measure
from rdgames.bench.reduced import BEST, HISTOGRAM, OPTIMUM
from rdgames.bench.sweeps import SWEEPS
from rdgames.errors import UnknownNameError

BENCHMARKS: dict[str, Benchmark] = {
    each.name: each
    for each in (
        SWEEPS,
        BEST,
        OPTIMUM,
        HISTOGRAM,
        EQUILIBRIA,
        MANY_FIRMS,
        COMPILING,
        SHAPLEY,
        LARGE_SHAPLEY,
        NUCLEOLI,
        WORTH,
    )
}


@dataclass(frozen=True)
class Speed:
    """What some benchmarks found on one machine."""

    machine: dict[str, Any]
    results: tuple[Result, ...]

    def to_document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"machine": self.machine, "benchmarks": [result.to_document() for result in self.results]}


def measure_speed(
    benchmarks: Iterable[str] | None = None, *, quick: bool = False, progress: Progress | None = None
) -> Speed:
    """Run benchmarks: rdgames against the memory's limit, hand-written C, NumPy and SymPy, side by side.

    Parameters
    ----------
    benchmarks
        Their names; all if left out.
    quick
        Take small grids and few rounds: shows that all runs, not how fast it is.
    progress
        Is told what is being measured.

    Raises
    ------
    UnknownNameError
        If there is no such benchmark.
    """
    names = tuple(BENCHMARKS) if benchmarks is None else tuple(benchmarks)
    for name in names:
        if name not in BENCHMARKS:
            raise UnknownNameError("benchmark", name, BENCHMARKS)
    results = tuple(measure(BENCHMARKS[name], quick=quick, progress=progress) for name in names)
    return Speed(describe_machine(), results)
