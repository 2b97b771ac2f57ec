"""How long compiling takes: in a first process, and in a second one that finds what the first has compiled."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from rdgames.bench.measuring import Benchmark, Candidate, Ratio
from rdgames.kernel.cache import CACHE_VARIABLE

FIRST, SECOND = "first process", "second process"

_PROGRAM = """
import time
from rdgames.bench.workload import workload
work = workload(8)
whole = tuple(slice(0, length) for length in work.grid.shape)
started = time.perf_counter()
work.kernel.evaluate(work.grid.axes, work.grid.fixed, whole)
print(time.perf_counter() - started)
"""


def _prepare(_: bool) -> list[Candidate]:
    folders: list[tempfile.TemporaryDirectory[str]] = []

    def first() -> float:
        folders.append(tempfile.TemporaryDirectory())
        return _seconds(Path(folders[-1].name))

    def second() -> float:
        with folders.pop() as folder:
            return _seconds(Path(folder))

    says = "the first call of the kernel of the sweep benchmark, which traces and compiles it"
    return [
        Candidate(FIRST, f"{says}; an empty cache", 1, clock=first),
        Candidate(
            SECOND, "the same, when another process has compiled it: neither traced nor compiled", 1, clock=second
        ),
    ]


def _seconds(cache: Path) -> float:
    """Return how long a new process takes for its first call, with its cache in a folder."""
    program = f"import os; os.environ[{CACHE_VARIABLE!r}] = {str(cache)!r}\n{_PROGRAM}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


COMPILING = Benchmark(
    "compiling",
    "compilation of 24 outcomes under three regimes, in a new process",
    _prepare,
    (Ratio(SECOND, FIRST, 10),),
)
