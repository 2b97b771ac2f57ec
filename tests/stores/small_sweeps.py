"""A small sweep, and the files of stores."""

from __future__ import annotations

from pathlib import Path

GRID = {"a": 100, "b": 1, "c": 60, "n": [2, 3], "gamma": "1:8:7", "beta": "0:1:11"}
REGIMES = ("competition", "cartel", "rjv-cartel")
OUTCOMES = ("x", "welfare")


def files_of(store: Path) -> dict[str, bytes]:
    """The content of every file of a store."""
    return {str(path.relative_to(store)): path.read_bytes() for path in sorted(store.rglob("*")) if path.is_file()}
