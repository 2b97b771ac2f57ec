"""How fast sweeps go to a store, against the kernel and the disk alone; memory; what Dask adds. Asserts nothing.

    python tests/benchmarks/streaming.py [--points 30000000 ...] [--outcomes 8] [--regimes 3] [--workers 2]

The work: d'Aspremont and Jacquemin over n x gamma x beta, float64, in a new process for each figure so that its peak
memory is its own. *Kernel* computes the same blocks on the same threads, and throws them away; *pack* encodes one chunk
as often, and writes nothing; *disk* writes files of the sizes of those that the stream has written, synced and renamed
as it does. Streams are compiled and warmed up by a small store; the time of one by Dask is counted from the first chunk
on, when its workers have started, and processors are those of the client only. *Processors* are seconds of all cores,
which say more than the clock where others use the machine. Rounds are interleaved; best and median are printed, since
disks of virtual machines vary twofold.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import rdgames as rd
from rdgames.grid.questions import Question
from rdgames.kernel.kernel import compile_kernel
from rdgames.stores.chunks import encode, write_synced
from rdgames.stores.here import WRITERS, seconds_of_block
from rdgames.stores.store import Store

MODEL = "daspremont-jacquemin"
REGIMES = ("competition", "cartel", "rjv-cartel")
OUTCOMES = ("x", "q", "price", "output", "unit_cost", "profit", "consumer_surplus", "welfare")
THREADS = os.cpu_count() or 1


@dataclass(frozen=True)
class Work:
    """What is swept, and where it goes."""

    folder: Path
    points: int
    outcomes: int
    regimes: int

    @property
    def question(self) -> dict[str, Any]:
        side = max(2, round((self.points / 10) ** 0.5))
        grid = {"a": 100, "b": 1, "c": 60, "n": "2:11:10", "gamma": f"2:12:{side}", "beta": f"0:1:{side}"}
        return {"regimes": REGIMES[: self.regimes], "outcomes": OUTCOMES[: self.outcomes], "parameters": grid}

    @property
    def store(self) -> Store:
        question = Question.read(rd.load(MODEL), **self.question, most=10**12)
        kernel = compile_kernel(question.game, question.regimes, question.outcomes)
        return Store.of(self.folder / "s.zarr", question, kernel)

    @property
    def files(self) -> list[Path]:
        return sorted((self.folder / "s.zarr").rglob("c/0/*/*/*"))


Span = tuple[float, float]
"""Seconds on the clock, and of processors at work in this process."""


def now() -> Span:
    return time.perf_counter(), time.process_time()


def since(started: Span, ended: Span | None = None, times: float = 1) -> Span:
    ended = ended or now()
    return (ended[0] - started[0]) * times, (ended[1] - started[1]) * times


def stream(work: Work, workers: int | None = None) -> Span:
    shutil.rmtree(work.folder / "s.zarr", ignore_errors=True)
    told: list[Span] = []

    def progress(done: int, total: int) -> None:
        told.append(now())  # the first call comes when all is ready and nothing is computed

    asked = work.question
    rd.stream(
        rd.load(MODEL),
        asked["regimes"],
        work.folder / "s.zarr",
        outcomes=asked["outcomes"],
        workers=workers,
        progress=progress,
        **asked["parameters"],
    )
    chunks = len(told) - 1
    if workers is None or chunks < 2:
        return since(told[0], told[-1])
    return since(told[1], told[-1], chunks / (chunks - 1))  # processes are started until the first chunk is there


def kernel(work: Work) -> Span:
    writer = work.store.writer
    buffers = writer.allocate()
    with ThreadPoolExecutor(THREADS) as pool:
        writer.compute((0,) * 3, buffers, pool.map)
        started = now()
        for index in writer.plan.indices():
            writer.compute(index, buffers, pool.map)
        return since(started)


def packing(work: Work) -> Span:
    store = work.store
    buffers = store.writer.allocate()
    with ThreadPoolExecutor(THREADS) as pool:
        store.writer.compute((0,) * 3, buffers, pool.map)
        started = now()
        for _ in range(store.plan.number):
            list(pool.map(encode, buffers.values()))
        return since(started)


def disk(work: Work) -> Span:
    sizes = [path.stat().st_size for path in work.files]
    content = os.urandom(max(sizes))
    target = work.folder / "disk"
    target.mkdir()

    def write(place: int) -> None:
        draft = target / f"{place}.draft"
        write_synced(draft, content[: sizes[place]])
        draft.replace(target / str(place))

    started = now()
    with ThreadPoolExecutor(WRITERS * THREADS) as pool:
        list(pool.map(write, range(len(sizes))))
    found = since(started)
    shutil.rmtree(target)
    return found


JOBS = {"stream": stream, "kernel": kernel, "pack": packing, "disk": disk}


def in_new_process(job: str, work: Work, workers: int | None = None) -> dict[str, float]:
    given = {"folder": work.folder, "points": work.points, "outcomes": work.outcomes, "regimes": work.regimes}
    arguments = [f"--{name}={value}" for name, value in given.items()] + ([f"--workers={workers}"] if workers else [])
    done = subprocess.run(
        [sys.executable, __file__, "--job", job, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run_job(job: str, work: Work, workers: int | None) -> None:
    if job == "stream":
        seconds_of_block(work.store.writer)  # compiles
        stream(replace(work, points=1000))
        seconds, busy = stream(work, workers)
    else:
        seconds, busy = JOBS[job](work)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "busy": busy, "peak": peak}))


def show(work: Work, workers: int, rounds: int) -> None:
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(rounds):
        for job in ("kernel", "pack", "stream", "disk"):  # the disk writes what the stream before it has written
            found.setdefault(job, []).append(in_new_process(job, work))
        found.setdefault("Dask", []).append(in_new_process("stream", work, workers))
    plan, size = work.store.plan, sum(path.stat().st_size for path in work.files)
    unpacked = plan.points * work.regimes * (8 * work.outcomes + 3)
    print(f"\n{plan.points:,} points, {work.regimes} regimes, {work.outcomes} outcomes")
    print(f"{plan.number} chunks of {plan.chunk}, {unpacked / 1e9:.2f} GB, packed to {size / 1e9:.2f} GB")
    for job, each in found.items():
        times = [figures["seconds"] for figures in each]
        best, peak = min(times), max(figures["peak"] for figures in each)
        busy = min(figures["busy"] for figures in each)
        name = f"stream by {workers} Dask workers" if job == "Dask" else job
        print(
            f"  {name:24} best {best:7.2f} s  median {statistics.median(times):7.2f} s  processors {busy:7.2f} s"
            f"  {plan.points / best / 1e6:7.2f} M points/s  {size / best / 1e9:5.2f} GB/s packed  peak {peak:5.0f} MiB"
        )
    medians = {job: statistics.median(figures["seconds"] for figures in each) for job, each in found.items()}
    slower = max(medians["kernel"], medians["disk"])
    print(f"  stream: {slower / medians['stream']:.2f} of the slower of kernel and disk (medians; target 0.7)")
    more = 100 * (medians["Dask"] / medians["stream"] - 1)
    print(f"  Dask: {more:+.0f} % of time against one process (medians; target: less than 10)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, nargs="+", default=[3 * 10**7])
    parser.add_argument("--outcomes", type=int, default=len(OUTCOMES))
    parser.add_argument("--regimes", type=int, default=len(REGIMES))
    parser.add_argument("--workers", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--job", choices=JOBS)
    options = parser.parse_args()
    if options.job:
        run_job(options.job, Work(options.folder, *options.points, options.outcomes, options.regimes), options.workers)
        return
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for points in options.points:
            show(Work(Path(folder), points, options.outcomes, options.regimes), options.workers or 2, options.rounds)


if __name__ == "__main__":
    main()
