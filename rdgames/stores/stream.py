"""Sweeps larger than memory: chunk by chunk to a store."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import xarray as xr

from rdgames.errors import OutputError
from rdgames.game.game import Game
from rdgames.grid.questions import Question
from rdgames.grid.sweep import Progress
from rdgames.kernel.kernel import DOUBLE
from rdgames.kernel.levels import STARTS
from rdgames.stores.distribution import check_cluster, run_on_workers
from rdgames.stores.here import run_here, seconds_of_block
from rdgames.stores.layout import open_store
from rdgames.stores.plan import Index
from rdgames.stores.store import Store, writing_to
from rdgames.writing import STORES, check_target

MAX_STORED = 10**12
"""The most points of a store: more would be more files than file systems bear."""


@dataclass(frozen=True)
class Estimate:
    """What a sweep to a store will need, before it starts.

    Attributes
    ----------
    points, chunks
        How many there are in all.
    points_left, chunks_left
        How many of them are to be computed.
    bytes_left, bytes_free
        How much these take on the disk at most (packed, outcomes need about half; where a part is there, as that says),
        and how much is free there.
    seconds
        About how long it takes to compute them in this process, the disk aside.
    """

    points: int
    chunks: int
    points_left: int
    chunks_left: int
    bytes_left: int
    bytes_free: int
    seconds: float

    def __str__(self) -> str:
        if not self.chunks_left:
            return f"all {self.points:,} points are there"
        kept = f", {self.chunks - self.chunks_left:,} of them done" if self.chunks_left < self.chunks else ""
        return (
            f"{self.points:,} points in {self.chunks:,} chunks{kept}; to be written: at most "
            f"{gigabytes(self.bytes_left)} of {gigabytes(self.bytes_free)} free; about {self.seconds:,.0f} s to compute"
        )


def stream(
    game: Game,
    regimes: Iterable[str] | str,
    path: str | os.PathLike[str],
    /,
    *,
    outcomes: Iterable[str] | None = None,
    margins: bool = False,
    corners: bool = False,
    derivatives: Iterable[str] | str = (),
    starts: int = len(STARTS),
    dtype: Any = DOUBLE,
    extrapolate: bool = False,
    resume: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    announce: Callable[[Estimate], None] | None = None,
    progress: Progress | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Sweep a grid of any size to a Zarr store, in constant memory.

    Chunk after chunk is computed, and written while the next is computed. A chunk counts as done when all its files are
    on the disk; so after an interrupt, a kill or a full disk, ``resume=True`` computes what is missing, and the store
    is, byte for byte, what it would have been. Values can be appended to an axis later: only chunks that are new, or
    were cut short by the end of the axis, are computed then.

    Parameters
    ----------
    game, regimes, outcomes, margins, corners, derivatives, starts, dtype, extrapolate, parameters
        As in `rdgames.grid.sweep.sweep`; what ``"float32"`` costs is measured in some of the chunks when all are there.
    path
        The store, a folder ``*.zarr``.
    resume
        Continue the store if it is there; without this, one that is there is refused.
    workers
        Compute in so many new processes on this machine (they are spawned: a script needs ``if __name__ ==
        "__main__":``). In one process all processors are used as well.
    scheduler
        Compute on the workers of a Dask scheduler, such as ``"tcp://node7:8786"``; all of them must see the path.
    announce
        Called with an `Estimate` before anything is written.
    progress
        Called at the start, and after every chunk, with the number of points done and the number of all.

    Returns
    -------
    xarray.Dataset
        What `rdgames.grid.sweep.sweep` would give, opened from the store: values are read when they are used.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, InputError
        If names or values are not those of the game, or there are more than 10**12 points, or no workers.
    OutputError
        If the store cannot be written there, is there already, was begun with another question (every difference is
        listed), does not fit on the disk, or the disk is full.
    """
    target = check_target(path, STORES).absolute()
    check_cluster(workers, scheduler)
    how: dict[str, Any] = {"margins": margins, "corners": corners, "derivatives": derivatives, "starts": starts}
    how |= {"dtype": dtype, "extrapolate": extrapolate}
    question = Question.read(game, regimes, outcomes, parameters, most=MAX_STORED, **how)
    if target.exists() and not resume:
        raise OutputError(
            f"cannot write {path}: found a store of that name, expected none; continue it with resume=True (--resume), "
            "or choose another name"
        )
    store = Store.of(target, question, question.compile())
    try:
        with writing_to(store, lambda begun: _look_ahead(begun, announce)) as journal:
            done = store.points_done

            def finished(index: Index, size: int) -> None:
                nonlocal done
                journal.append(index, size)
                store.done[index] = size
                done += store.plan.points_of(index)
                if progress is not None:
                    progress(done, store.plan.points)

            if progress is not None:
                progress(done, store.plan.points)
            if workers is None and scheduler is None:
                run_here(store.writer, store.missing(), finished)
            else:
                run_on_workers(target, store.missing(), finished, workers=workers, scheduler=scheduler)
            store.finish()
    except OSError as error:
        whole = f"{len(store.done):,} of {store.plan.number:,} chunks are whole and stay"
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}. {whole}; free the space or the permission, and go on "
            "with resume=True (--resume)"
        ) from error
    return open_store(target)[list(store.writer.variables)]


def _look_ahead(store: Store, announce: Callable[[Estimate], None] | None) -> None:
    """Check that what is missing fits on the disk, and say what it takes.

    Raises
    ------
    OutputError
        If it does not fit.
    """
    plan = store.plan
    points, chunks = plan.points - store.points_done, plan.number - len(store.done)
    needed = store.bytes_missing
    free = shutil.disk_usage(store.path.parent).free
    if needed > free:
        raise OutputError(
            f"cannot write {store.path}: {points:,} points in {chunks:,} chunks take up to {gigabytes(needed)}, found "
            f"{gigabytes(free)} free on that disk; name fewer outcomes, use fewer values, or choose another disk"
        )
    if announce is not None:
        blocks = chunks * len(store.writer.kernel.blocks(plan.chunk))
        seconds = blocks * seconds_of_block(store.writer) / (os.cpu_count() or 1) if chunks else 0.0
        announce(Estimate(plan.points, plan.number, points, chunks, needed, free, seconds))


def gigabytes(number: int) -> str:
    """Return a number of bytes for people.

    >>> gigabytes(1_234_567_890)
    '1.2 GB'
    """
    for unit, size in (("PB", 1e15), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if number >= size:
            return f"{number / size:,.1f} {unit}"
    return f"{number / 1e3:,.1f} kB"
