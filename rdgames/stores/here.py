"""Chunks computed and written in this process: while one is written the next is computed, and memory stays as it is."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import cycle

from rdgames.stores.chunks import ChunkWriter
from rdgames.stores.plan import Index

IN_MEMORY = 3
"""How many chunks are in memory: one that is computed, one that is written, and one between them for uneven disks."""

WRITERS = 2
"""How many threads for each processor write: while one waits for the disk, another packs."""

Finished = Callable[[Index, int], None]
"""Is told of a chunk that is whole, and the bytes of its files."""


def run_here(writer: ChunkWriter, todo: Iterable[Index], finished: Finished) -> None:
    """Compute and write chunks, on all processors (XLA, blosc and the disk release Python's lock).

    After an error or an interrupt, chunks that are computed are still written.
    """
    processors = os.cpu_count() or 1
    under_way: deque[tuple[Index, list[Future[int]]]] = deque()

    def settle() -> None:
        index, files = under_way.popleft()
        finished(index, sum(file.result() for file in files))

    with ThreadPoolExecutor(processors) as computing, ThreadPoolExecutor(WRITERS * processors) as writing:
        try:
            for index, buffers in zip(todo, cycle([writer.allocate() for _ in range(IN_MEMORY)]), strict=False):
                if len(under_way) == IN_MEMORY:
                    settle()  # its buffers are these
                writer.compute(index, buffers, computing.map)
                under_way.append(
                    (index, [writing.submit(writer.write, index, name, array) for name, array in buffers.items()])
                )
        finally:
            computing.shutdown(cancel_futures=True)
            while under_way:
                settle()


def seconds_of_block(writer: ChunkWriter) -> float:
    """Compile, and return how long a block takes on one thread."""
    block = writer.kernel.blocks(writer.plan.chunk)[0]
    axes = {
        name: values[:size] for (name, values), size in zip(writer.grid.axes.items(), writer.plan.chunk, strict=True)
    }
    writer.kernel.evaluate(axes, writer.grid.fixed, block)
    started = time.perf_counter()
    writer.kernel.evaluate(axes, writer.grid.fixed, block)
    return time.perf_counter() - started
