r"""Where in a TOML text a key stands.

Python's TOML reader tells no positions. But every statement of a TOML text, a ``[header]`` or ``key = value``, is a
TOML text itself. So the text is cut into statements, each the fewest lines that the reader accepts, and each is read
alone. What that costs is bounded, whatever the text: places behind the bound are not known.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MAX_WORK = 3_000_000
"""How many characters are read, each attempt at a statement counting as a hundred more."""
MAX_DEPTH = 8
"""How deep inside a statement keys are looked for."""

Key = tuple[str, ...]


def line_of(text: str, key: Sequence[str]) -> int | None:
    r"""Return the line (from 1) of the statement that sets ``key``, or the deepest part of it that is set.

    >>> line_of('name = "x"\n\n[parameters]\na = "a > 0"\n', ["parameters", "a", "domain"])
    4
    """
    return nearest_line(lines_of(text), key)


def nearest_line(lines: Mapping[Key, int], key: Sequence[str]) -> int | None:
    """Return the line of a key, or of the deepest part of it that has one."""
    parts = (tuple(key[:depth]) for depth in range(len(key), 0, -1))
    return next((lines[part] for part in parts if part in lines), None)


def lines_of(text: str) -> dict[Key, int]:
    r"""Return the line of every key; entries of lists go by their numbers.

    >>> lines_of('[[published]]\nsource = "x"\n')
    {('published',): 1, ('published', '0'): 1, ('published', '0', 'source'): 2}
    """
    lines: dict[Key, int] = {}
    lengths: dict[Key, int] = {}
    table: Key = ()
    for line, source, statement in _statements(text):
        if source.lstrip().startswith("["):
            table = _header(statement, lengths)
            for depth in range(1, len(table) + 1):
                lines.setdefault(table[:depth], line)
        else:
            for key in _keys(statement, table):
                lines.setdefault(key, line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield the statements of a text, each with its line and what it says."""
    lines = text.replace("\r\n", "\n").split("\n")
    start, work = 0, 0
    while start < len(lines):
        for end in range(start + 1, len(lines) + 1):
            if end > start + 1 and not any(sign in lines[end - 1] for sign in ('"""', "'''", "]", "}")):
                continue  # only these end what one line has not ended
            source = "\n".join(lines[start:end])
            work += len(source) + 100
            if work > MAX_WORK:
                return
            try:
                statement = tomllib.loads(source)
            except (ValueError, RecursionError):
                continue
            if statement:
                yield start + 1, source, statement
            start = end
            break
        else:
            start += 1


def _header(statement: Any, lengths: dict[Key, int]) -> Key:
    """Return the table that a header opens; ``lengths`` counts the entries of lists of tables."""
    table: Key = ()
    while statement:
        if isinstance(statement, list):
            lengths[table] = lengths.get(table, 0) + 1
            table, statement = (*table, str(lengths[table] - 1)), statement[0]
            continue
        [(name, statement)] = statement.items()
        if table in lengths and (not table or table[-1] != str(lengths[table] - 1)):
            table = (*table, str(lengths[table] - 1))
        table = (*table, name)
    return table


def _keys(value: Any, place: Key, depth: int = 0) -> Iterator[Key]:
    """Yield the keys below a place."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, entry in entries if depth < MAX_DEPTH else ():
        key = (*place, str(name))
        yield key
        yield from _keys(entry, key, depth + 1)
