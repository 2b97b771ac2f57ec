"""How a mesh is cut into chunks: one shape for computing and for storing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TypeAlias

from rdgames.kernel.blocks import Block

CHUNK_BYTES = 96 << 20
"""How many bytes a chunk of all variables has at most: three of them are in memory, and a task of Dask is one."""

CHUNK_POINTS = 1 << 22
"""How many points a chunk has at most: each variable then has up to 32 MiB a regime."""

Index: TypeAlias = tuple[int, ...]
"""The place of a chunk among the chunks: one number for each axis."""


@dataclass(frozen=True)
class Plan:
    """A mesh cut into chunks of one shape; the last ones along an axis may reach beyond it."""

    shape: tuple[int, ...]
    chunk: tuple[int, ...]

    @classmethod
    def of(cls, shape: tuple[int, ...], bytes_of_point: int) -> Plan:
        """Cut a mesh, points of which need some bytes.

        The last axes are kept whole as long as they fit, one axis is cut into pieces as even as can be, the axes before
        it into single places. So a chunk is one stretch of memory of the mesh, and is computed in long rows.

        >>> Plan.of((40, 1000, 1001), 192).chunk
        (1, 500, 1001)
        """
        room = max(1, min(CHUNK_POINTS, CHUNK_BYTES // bytes_of_point))
        sizes: list[int] = []
        for length in reversed(shape):
            pieces = -(-length // max(1, min(length, room)))
            sizes.insert(0, -(-length // pieces))
            room //= length
        return cls(shape, tuple(sizes))

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of chunks along each axis."""
        return tuple(-(-length // size) for length, size in zip(self.shape, self.chunk, strict=True))

    @property
    def number(self) -> int:
        """The number of chunks."""
        return prod(self.counts)

    @property
    def points(self) -> int:
        """The number of points of the mesh."""
        return prod(self.shape)

    def indices(self) -> Iterator[Index]:
        """Yield the places of the chunks, in the order of memory."""
        return product(*map(range, self.counts))

    def sample(self, number: int) -> Iterator[Index]:
        """Yield the places of so many chunks, evenly spread, or of all if there are fewer.

        >>> list(Plan((40, 1000), (10, 500)).sample(3))
        [(0, 0), (1, 1), (3, 1)]
        """
        counts, most = self.counts, self.number - 1
        for flat in dict.fromkeys(most * each // max(1, number - 1) for each in range(number)):
            index: Index = ()
            for count in reversed(counts):
                index, flat = (flat % count, *index), flat // count
            yield index

    def region(self, index: Index) -> Block:
        """Return the part of the mesh that a chunk covers."""
        return tuple(
            slice(place * size, min(length, (place + 1) * size))
            for place, size, length in zip(index, self.chunk, self.shape, strict=True)
        )

    def points_of(self, index: Index) -> int:
        """Return the number of points of the mesh in a chunk."""
        return prod(part.stop - part.start for part in self.region(index))

    def keeps(self, index: Index, earlier: Plan) -> bool:
        """Return whether a chunk covers what it covered when the mesh was smaller."""
        inside = all(place < count for place, count in zip(index, earlier.counts, strict=True))
        return inside and self.region(index) == earlier.region(index)
