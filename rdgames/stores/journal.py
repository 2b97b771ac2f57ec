"""Which chunks are whole: one line for each, appended when its files are on the disk."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from pathlib import Path

from rdgames.stores.plan import Index

JOURNAL = "journal.txt"


def line_of(index: Index, size: int) -> str:
    r"""Return the line of a chunk: its place, the bytes of its files together, and a checksum of both.

    >>> line_of((0, 3), 1024)
    '0/3 1024 3a0d45f6\n'
    """
    said = f"{'/'.join(map(str, index)) or '-'} {size}"
    return f"{said} {zlib.crc32(said.encode()):08x}\n"


def read_line(line: str) -> tuple[Index, int] | None:
    """Return the place of a chunk and the bytes of its files; None for a line that was not written whole."""
    try:
        place, size, _ = line.split(" ")
        index = () if place == "-" else tuple(map(int, place.split("/")))
        found = index, int(size)
    except ValueError:
        return None
    return found if line_of(*found) == line else None


def read_journal(store: Path) -> dict[Index, int]:
    """Return the chunks that were written, with the bytes of their files; a line that is not whole says nothing."""
    text = (store / JOURNAL).read_text(encoding="utf-8", errors="replace")
    return dict(filter(None, map(read_line, text.splitlines(keepends=True))))


def text_of(chunks: Mapping[Index, int]) -> str:
    """Return the text of a journal, in the order of the chunks: so it does not tell who wrote them when."""
    return "".join(line_of(index, chunks[index]) for index in sorted(chunks))


class Journal:
    """A journal that is open for appending."""

    def __init__(self, store: Path) -> None:
        self._file = os.open(store / JOURNAL, os.O_WRONLY | os.O_APPEND)

    def append(self, index: Index, size: int) -> None:
        """Say that a chunk is whole; when this returns, the line is on the disk."""
        line = line_of(index, size).encode()
        if os.write(self._file, line) != len(line):  # it will not be read, since its checksum is missing
            raise OSError(28, "No space left on device")
        os.fsync(self._file)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
