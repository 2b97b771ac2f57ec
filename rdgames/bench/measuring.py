"""Benchmarks: candidates that do the same work in different ways, timed side by side, and ratios of their times.

Times on one machine say little about another, ratios within one run say much. So candidates take turns, each is run
once just before it is timed, and best and median of the rounds are kept.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

ROUNDS, QUICK_ROUNDS = 7, 3

Progress: TypeAlias = Callable[[str], None]
"""Is told what is being measured."""


@dataclass(frozen=True)
class Candidate:
    """A way of doing some work.

    Attributes
    ----------
    name, meaning
        What it is called, and what exactly is done.
    points
        How many points it does; candidates may do different numbers, since times are compared by the point.
    bytes
        How many bytes it writes for each point, if that is of interest.
    work
        Does it.
    clock
        Does it and returns the seconds that it took, where they are not simply how long ``work`` runs the second time.
    """

    name: str
    meaning: str
    points: int
    bytes: int = 0
    work: Callable[[], Any] = lambda: None
    clock: Callable[[], float] | None = None

    def seconds(self) -> float:
        """Run once to warm up, once on the clock."""
        if self.clock is not None:
            return self.clock()
        self.work()
        started = time.perf_counter()
        self.work()
        return time.perf_counter() - started


@dataclass(frozen=True)
class Ratio:
    """How many times as fast one candidate should be as another, by the point; a fraction where it may be slower."""

    candidate: str
    reference: str
    target: float | None = None


@dataclass(frozen=True)
class Benchmark:
    """Candidates for the same work, and what is to be said about them.

    ``prepare`` makes the candidates: small ones for a quick run. A benchmark whose candidates cannot all be had here
    (no compiler) leaves them out, and the ratios with them.
    """

    name: str
    meaning: str
    prepare: Callable[[bool], list[Candidate]]
    ratios: tuple[Ratio, ...]


@dataclass(frozen=True)
class Time:
    """What a candidate took: best and median seconds of the rounds."""

    candidate: Candidate
    rounds: int
    best: float
    median: float

    def to_document(self) -> dict[str, Any]:
        """Return it as plain data."""
        found = {
            "name": self.candidate.name,
            "meaning": self.candidate.meaning,
            "points": self.candidate.points,
            "rounds": self.rounds,
            "best_seconds": self.best,
            "median_seconds": self.median,
            "points_per_second": self.candidate.points / self.best,
        }
        if self.candidate.bytes:
            found["bytes_per_second"] = self.candidate.points * self.candidate.bytes / self.best
        return found


@dataclass(frozen=True)
class Finding:
    """A ratio that was measured: of the best times, and of the medians."""

    ratio: Ratio
    best: float
    median: float

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None if there is none."""
        return None if self.ratio.target is None else self.best >= self.ratio.target

    def to_document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "candidate": self.ratio.candidate,
            "times_as_fast_as": self.ratio.reference,
            "best": self.best,
            "median": self.median,
            "target": self.ratio.target,
            "reached": self.reached,
        }


@dataclass(frozen=True)
class Result:
    """What a benchmark found."""

    benchmark: Benchmark
    times: tuple[Time, ...]
    findings: tuple[Finding, ...] = field(default=())

    def to_document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "name": self.benchmark.name,
            "meaning": self.benchmark.meaning,
            "times": [time.to_document() for time in self.times],
            "ratios": [finding.to_document() for finding in self.findings],
        }


def measure(benchmark: Benchmark, *, quick: bool = False, progress: Progress | None = None) -> Result:
    """Run a benchmark: all candidates in turn, for some rounds."""
    candidates = benchmark.prepare(quick)
    rounds = QUICK_ROUNDS if quick else ROUNDS
    seconds: dict[str, list[float]] = {candidate.name: [] for candidate in candidates}
    for place in range(rounds):
        for candidate in candidates:
            if progress is not None:
                progress(f"{benchmark.name}: {candidate.name} ({place + 1} of {rounds}) ...")
            seconds[candidate.name].append(candidate.seconds())
    times = tuple(
        Time(candidate, rounds, min(found), statistics.median(found))
        for candidate in candidates
        for found in [seconds[candidate.name]]
    )
    return Result(benchmark, times, tuple(_findings(benchmark.ratios, times)))


def _findings(ratios: Iterable[Ratio], times: Iterable[Time]) -> Iterable[Finding]:
    by_name = {time.candidate.name: time for time in times}
    for ratio in ratios:
        if ratio.candidate in by_name and ratio.reference in by_name:
            one, other = by_name[ratio.candidate], by_name[ratio.reference]
            share = one.candidate.points / other.candidate.points
            yield Finding(ratio, share * other.best / one.best, share * other.median / one.median)
