"""Chunks: computed into buffers that are used again, encoded, and put in place whole.

The files are those of Zarr, version 3: an array of a chunk as bytes, shuffled and packed by blosc with lz4, and a
checksum (crc32c) behind it that every reader verifies. They are written here and not by zarr-python, because a file is
to appear under its name only when all of it is on the disk, and because it is several times faster.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np
from jaxtyping import Float

from rdgames.grid.axes import Grid
from rdgames.grid.labels import VALID, Variable
from rdgames.kernel.blocks import Block
from rdgames.kernel.kernel import Kernel
from rdgames.kernel.tracing import FAILED
from rdgames.stores.plan import Index, Plan

DRAFTS = "drafts"
"""The folder, inside a store, of files that are not whole yet."""

LEVEL, SHUFFLE = 1, 1
"""How blosc packs: lz4 at its fastest, bytes of numbers shuffled. It halves smooth outcomes faster than disks write."""

FILLS: Mapping[str, Any] = {"f": np.nan, "b": False, "i": -1}
"""What stands where nothing was computed, by the kind of number; a failed condition of -1 is none."""

Buffers = dict[str, np.ndarray]
"""An array of the shape (regimes, *chunk) for each variable."""


@dataclass(frozen=True, eq=False)
class ChunkWriter:
    """Computes and writes the chunks of one store, any of them, in any order, from several threads.

    Attributes
    ----------
    store
        Its folder.
    kernel, grid
        What is computed, where.
    plan
        How the grid is cut.
    variables
        What is stored, by name.
    """

    store: Path
    kernel: Kernel
    grid: Grid
    plan: Plan
    variables: Mapping[str, Variable]

    def allocate(self) -> Buffers:
        """Return buffers for a chunk."""
        shape = (len(self.kernel.regimes), *self.plan.chunk)
        return {name: np.full(shape, fill(each.dtype), each.dtype) for name, each in self.variables.items()}

    def compute(
        self, index: Index, buffers: Buffers, each: Callable[[Callable[[Block], None], Iterable[Block]], Iterator[None]]
    ) -> None:
        """Fill buffers with a chunk, block by block; ``each`` maps over blocks, at once if it can.

        Blocks have one shape in all chunks, so that there is one compilation, and a point one place in its block, so
        that its value does not depend on who computes it. For that a chunk that reaches beyond the mesh is computed
        with the last values repeated, and then filled there.
        """
        region = self.plan.region(index)
        axes = {
            name: _stretched(values[part], size)
            for (name, values), part, size in zip(self.grid.axes.items(), region, self.plan.chunk, strict=True)
        }
        lengths = [part.stop - part.start for part in region]

        def compute_block(block: Block) -> None:
            found = self.kernel.evaluate(axes, self.grid.fixed, block)
            own, target = _without_overlap(block)
            for place, regime in enumerate(self.kernel.regimes):
                for name in self.kernel.outputs(regime):
                    here = buffers[name][place, ...]  # a view, also where nothing is swept
                    here[target] = found[regime, name][own]

        blocks = self.kernel.blocks(self.plan.chunk)
        inside = [b for b in blocks if all(part.start < end for part, end in zip(b, lengths, strict=True))]
        for _ in each(compute_block, inside):
            pass
        np.equal(buffers[FAILED], 0, out=buffers[VALID])
        for place, (length, size) in enumerate(zip(lengths, self.plan.chunk, strict=True)):
            if length < size:
                beyond = (slice(None),) * (place + 1) + (slice(length, None),)
                for name, variable in self.variables.items():
                    buffers[name][beyond] = fill(variable.dtype)

    def write(self, index: Index, name: str, array: np.ndarray) -> int:
        """Write a variable's array of a chunk, whole or not at all; return the bytes of the file."""
        parts = encode(array)
        draft = self.store / DRAFTS / f"{name}-{token_hex(8)}"  # two workers may be at the same chunk
        target = self.path(index, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            write_synced(draft, *parts)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        return sum(map(len, parts))

    def path(self, index: Index, name: str) -> Path:
        """Return the file of a variable's array of a chunk."""
        return self.store.joinpath(name, "c", "0", *map(str, index))

    def size_on_disk(self, index: Index) -> int | None:
        """Return the bytes of a chunk's files together; None if one is missing."""
        try:
            return sum(self.path(index, name).stat().st_size for name in self.variables)
        except (FileNotFoundError, NotADirectoryError):
            return None


def fill(dtype: np.dtype[Any]) -> Any:
    """Return what stands where nothing was computed."""
    return FILLS[dtype.kind]


def bytes_of_point(variables: Mapping[str, Variable], regimes: int) -> int:
    """Return the bytes that a point needs before they are packed."""
    return regimes * sum(each.dtype.itemsize for each in variables.values())


def encode(array: np.ndarray) -> tuple[bytes, bytes]:
    """Return the content of a chunk's file, packed numbers and their checksum.

    Not for the main thread, where blosc uses threads of its own, and orders its blocks as they end.
    """
    import google_crc32c
    from numcodecs import blosc

    packed: bytes = blosc.compress(array, b"lz4", LEVEL, SHUFFLE)
    return packed, int(google_crc32c.value(packed)).to_bytes(4, "little")


def write_synced(path: Path, *parts: bytes) -> None:
    """Write a new file and wait until it is on the disk."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        for part in parts:
            rest = memoryview(part)
            while rest:  # a full disk may take some of it first
                rest = rest[os.write(file, rest) :]
        os.fsync(file)
    finally:
        os.close(file)


def _without_overlap(block: Block) -> tuple[Block, Block]:
    """Return the part of a block that no earlier one has computed, as places in the block and in the mesh.

    The last blocks along an axis overlap their neighbors. Were a point taken from either, the last digit of its value
    might depend on which of two threads is later.
    """
    own: list[slice] = []
    target: list[slice] = []
    for part in block:
        size = part.stop - part.start
        first = -(-part.start // size) * size
        own.append(slice(first - part.start, size))
        target.append(slice(first, part.stop))
    return tuple(own), tuple(target)


def _stretched(values: Float[np.ndarray, " some"], size: int) -> Float[np.ndarray, " size"]:
    return np.pad(values, (0, size - len(values)), mode="edge")
