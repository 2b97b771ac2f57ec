"""Meshes computed block by block: where the blocks lie, what of each is new, and all processors at work on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, TypeAlias, TypeVar

import numpy as np
from jaxtyping import Bool, Float

Block: TypeAlias = tuple[slice, ...]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Blocks:
    """The blocks, all of one shape, that cover a mesh.

    Where pieces do not go up evenly the last one along an axis overlaps its neighbor, so that one compilation serves
    all. Iterating gives the blocks in the order of the mesh.

    Attributes
    ----------
    shape
        The shape of the mesh.
    sizes
        The shape of a block.
    """

    shape: tuple[int, ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, shape: tuple[int, ...], points: int, multiple: int = 1) -> Blocks:
        """Cut a mesh into blocks of about ``points`` points.

        The last axes are kept whole as long as they fit, one axis is cut into pieces, the axes before it into single
        places. The axis that is cut is cut into multiples of ``multiple`` places, if it is so long.
        """
        sizes: list[int] = []
        room = points
        for length in reversed(shape):
            size = max(1, min(length, room))
            if multiple <= size < length:
                size -= size % multiple
            sizes.insert(0, size)
            room = room // size if size == length else 0
        return cls(shape, tuple(sizes))

    def __iter__(self) -> Iterator[Block]:
        starts = (
            [min(start, length - size) for start in range(0, length, size)]
            for length, size in zip(self.shape, self.sizes, strict=True)
        )
        for corner in product(*starts):
            yield tuple(slice(start, start + size) for start, size in zip(corner, self.sizes, strict=True))

    def new_in(self, block: Block) -> Bool[np.ndarray, "..."]:
        """Return which places no earlier block has, as an array to broadcast to the block."""
        new = np.ones([1] * len(self.sizes), dtype=bool)
        for place, (length, size) in enumerate(zip(self.shape, self.sizes, strict=True)):
            if size < length:
                along = [1] * len(self.sizes)
                along[place] = size
                overlap = -block[place].start % size
                new = new & (np.arange(size) >= overlap).reshape(along)
        return new


def open_mesh(
    axes: Mapping[str, Float[np.ndarray, " points"]], fixed: Mapping[str, float], block: Block
) -> dict[str, Any]:
    """Return each swept parameter's values in a block as an array along its own axis, the others as numbers."""
    arrays: dict[str, Any] = {name: np.float64(value) for name, value in fixed.items()}
    for place, ((name, values), part) in enumerate(zip(axes.items(), block, strict=True)):
        along = [1] * len(block)
        along[place] = -1
        arrays[name] = np.asarray(values[part], dtype=np.float64).reshape(along)
    return arrays


def on_all_processors(
    blocks: Iterable[Block], worker: Callable[[], Callable[[Block], Found]]
) -> Iterator[tuple[Block, Found]]:
    """Compute blocks on all processors, and give each with what was found, in the order in which they are done.

    XLA and NumPy release Python's lock, so threads do. The first block is computed alone, since it compiles. When the
    iteration is left early, by an error or an interrupt, what has not begun is not begun.

    Parameters
    ----------
    blocks
        The blocks; they are taken one by one, so there may be more of them than memory holds.
    worker
        Called once for each thread; returns what is to be done with a block, which may keep buffers of its own.
    """
    waiting, lock, stop = iter(blocks), Lock(), Event()
    done: SimpleQueue[tuple[Block, Found] | BaseException | None] = SimpleQueue()

    def work(compute: Callable[[Block], Found] | None) -> None:
        try:
            compute = compute or worker()
            while not stop.is_set():
                with lock:
                    block = next(waiting, None)
                if block is None:
                    break
                done.put((block, compute(block)))
            done.put(None)
        except BaseException as error:
            done.put(error)

    first = next(waiting, None)
    if first is None:
        return
    compute = worker()
    yield first, compute(first)
    others = (os.cpu_count() or 1) - 1
    threads = [Thread(target=work, args=(each,), daemon=True) for each in (compute, *[None] * others)]
    for thread in threads:
        thread.start()
    try:
        running = len(threads)
        while running:
            found = done.get()
            if isinstance(found, BaseException):
                raise found
            if found is None:
                running -= 1
            else:
                yield found
    finally:
        stop.set()
        for thread in threads:
            thread.join()
