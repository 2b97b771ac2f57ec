"""Chunks computed and written by other processes, on this machine or others, which Dask sends the tasks to.

A task is the path of a store, a hash of its manifest and the place of a chunk. A worker reads the game and the grid
from the store itself, builds the kernel once, writes files, and returns how long they are; only the client writes the
journal. So what travels is small, and where a worker is lost, Dask gives its chunks to another.
"""

from __future__ import annotations

import hashlib
import logging
import platform
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from rdgames.errors import InputError, OutputError
from rdgames.grid.labels import variables
from rdgames.kernel.kernel import compile_kernel
from rdgames.stores.chunks import Buffers, ChunkWriter
from rdgames.stores.here import Finished
from rdgames.stores.layout import read_grid
from rdgames.stores.manifest import MANIFEST, Manifest, rebuilt
from rdgames.stores.plan import Index, Plan

THREADS = 2
"""How many chunks a worker of a local cluster has in hand: one is computed while another waits for the disk."""

AHEAD = 3
"""How many tasks for each thread wait at the scheduler: enough that no worker waits, few enough to stop at once."""

PATIENCE = 30
"""For how many seconds a scheduler, and a first worker, are waited for."""


def check_cluster(workers: int | None, scheduler: str | None) -> None:
    """Check what is asked for, before anything is computed.

    Raises
    ------
    InputError
        If it makes no sense, or Dask is not installed.
    """
    if workers is None and scheduler is None:
        return
    if workers is not None and scheduler is not None:
        raise InputError("found workers and a scheduler, expected one of them: a scheduler has workers of its own")
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise InputError(f"found {workers} workers, expected a whole number from 1")
    if find_spec("distributed") is None:
        raise InputError("several processes need Dask: pip install 'rdgames[cluster]'; without it, one uses all cores")


def run_on_workers(
    store: Path, todo: Iterable[Index], finished: Finished, *, workers: int | None, scheduler: str | None
) -> None:
    """Have chunks computed and written by the workers of a scheduler, or by new processes on this machine.

    Raises
    ------
    InputError
        If there is no scheduler, it has no workers, or they cannot see the store.
    OutputError
        If the scheduler, or the workers at some chunk, are lost.
    """
    from distributed import KilledWorker, as_completed
    from distributed.comm import CommClosedError

    digest = _digest(store)
    waiting = iter(todo)
    with _client(workers, scheduler) as client:

        def submit(index: Index) -> Any:
            return client.submit(write_chunk, str(store), digest, index, pure=False)

        at_once = AHEAD * max(1, sum(client.nthreads().values()))
        under_way = as_completed([submit(index) for index in islice(waiting, at_once)])
        try:
            for future in under_way:
                finished(*future.result())
                for index in islice(waiting, 1):
                    under_way.add(submit(index))
        except KilledWorker as error:
            raise OutputError(
                f"cannot go on with {store}: the workers at a chunk were lost again and again, expected one of them to "
                "live (is there memory enough?); what is whole stays: go on with resume=True (--resume)"
            ) from error
        except CommClosedError as error:
            raise OutputError(
                f"cannot go on with {store}: the scheduler was lost; what is whole stays: start one, and go on with "
                "resume=True (--resume)"
            ) from error
        finally:
            client.cancel(list(under_way.futures))


@contextmanager
def _client(workers: int | None, scheduler: str | None) -> Iterator[Any]:
    """Give a client of a scheduler, or of a new local cluster whose processes are spawned and end with it."""
    import dask
    from distributed import Client, LocalCluster

    if scheduler is None:
        with (
            dask.config.set({"distributed.worker.multiprocessing-method": "spawn"}),
            LocalCluster(
                n_workers=workers,
                threads_per_worker=THREADS,
                processes=True,
                memory_limit=0,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
                preload=[__name__],
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise InputError(
            f"found no scheduler at {scheduler} ({error}), expected one that dask scheduler has started"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise InputError(f"found no worker at {scheduler}, expected one: dask worker {scheduler}") from None
        yield client


def dask_setup(_: Any) -> None:
    """Let a worker of a local cluster not hear the interrupt that a terminal sends to all: the client ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def write_chunk(store: str, digest: str, index: Index) -> tuple[Index, int]:
    """Compute and write a chunk, in a worker; return its place and the bytes of its files."""
    worker = _worker(store, digest)
    buffers = worker.take()
    try:
        worker.writer.compute(index, buffers, map)
        return index, sum(worker.writer.write(index, name, array) for name, array in buffers.items())
    finally:
        worker.spare.append(buffers)


class Worker:
    """What a worker process keeps from one task to the next: the compiled kernel, and buffers that are not in use."""

    def __init__(self, store: Path) -> None:
        manifest = Manifest.read(store)
        for program, theirs in manifest.versions.items():
            if version(program) != theirs:
                raise InputError(
                    f"found {program} {version(program)} on {platform.node()}, expected {theirs} as where the store "
                    "was begun: install the same everywhere, since values of one store come from one version"
                )
        game, grid = rebuilt(manifest), read_grid(store, tuple(manifest.axes), manifest.fixed)
        kernel = compile_kernel(
            game,
            tuple(manifest.regimes),
            manifest.outcomes,
            margins=manifest.margins,
            corners=manifest.corners,
            derivatives=manifest.derivatives,
            starts=manifest.starts,
            dtype=manifest.dtype,
        )
        plan = Plan(grid.shape, manifest.chunk)
        self.writer = ChunkWriter(store, kernel, grid, plan, variables(game, kernel))
        self.spare: list[Buffers] = []

    def take(self) -> Buffers:
        """Return buffers that nobody uses."""
        try:
            return self.spare.pop()
        except IndexError:
            return self.writer.allocate()


_BUILDING = Lock()


def _worker(store: str, digest: str) -> Worker:
    with _BUILDING:  # once, though several threads ask
        return _build(store, digest)


@lru_cache(maxsize=1)
def _build(store: str, digest: str) -> Worker:
    path = Path(store)
    if not (path / MANIFEST).is_file():
        raise InputError(
            f"found no {store} on {platform.node()}, expected a folder that all workers see: write to a shared disk"
        )
    if _digest(path) != digest:
        raise InputError(f"found another store at {store} on {platform.node()}, expected the one that is being written")
    return Worker(path)


def _digest(store: Path) -> str:
    return hashlib.sha256((store / MANIFEST).read_bytes()).hexdigest()
