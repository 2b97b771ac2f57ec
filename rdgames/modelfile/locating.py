"""Where in a TOML text a key stands.

Python's TOML reader tells no positions. But a text of TOML cut off behind any statement is TOML again, and a key is
set in the first such piece that has it; so the line is found by bisection over the pieces, with the reader itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any


def line_of(text: str, key: Sequence[str]) -> int | None:
    """Return the line (from 1) of the statement that sets ``key``, or the deepest part of it that is set.

    >>> line_of('name = "x"\\n\\n[parameters]\\na = "a > 0"\\n', ["parameters", "a", "domain"])
    4
    """
    lines = text.splitlines(keepends=True)
    for depth in range(len(key), 0, -1):
        low, high = 0, _next_piece(lines, len(lines))[0]
        if not _has(_next_piece(lines, high)[1], key[:depth]):
            continue
        while high - low > 1:  # the piece up to low lacks the key, the piece up to high has it
            middle, document = _next_piece(lines, (low + high) // 2)
            if middle >= high:
                middle, document = _last_piece(lines, (low + high) // 2)
                if middle <= low:
                    break
            low, high = (low, middle) if _has(document, key[:depth]) else (middle, high)
        return low + 1
    return None


def _piece(lines: list[str], end: int) -> dict[str, Any] | None:
    try:
        return tomllib.loads("".join(lines[:end]))
    except tomllib.TOMLDecodeError:
        return None


def _next_piece(lines: list[str], end: int) -> tuple[int, dict[str, Any]]:
    """Return the first whole piece that ends at ``end`` or later."""
    while end < len(lines):
        document = _piece(lines, end)
        if document is not None:
            return end, document
        end += 1
    return end, _piece(lines, end) or {}


def _last_piece(lines: list[str], end: int) -> tuple[int, dict[str, Any]]:
    """Return the last whole piece that ends at ``end`` or earlier."""
    while end > 0:
        document = _piece(lines, end)
        if document is not None:
            return end, document
        end -= 1
    return 0, {}


def _has(document: Any, key: Sequence[str]) -> bool:
    for part in key:
        if isinstance(document, dict) and part in document:
            document = document[part]
        elif isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return False
    return True
