"""How much is done on standard error, how fast, and how long it will take: a bar, or lines where nobody looks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from rdgames.cli import tables

EVERY = 60.0
"""How many seconds pass between two lines in the log of a long job."""


def say(text: str) -> None:
    """Say something on standard error, if anybody looks at it."""
    if sys.stderr.isatty():
        typer.echo(text, err=True)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Give a function that is told how many points are done, of how many; None if it shall be quiet."""
    if quiet:
        yield None
        return
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("sweep"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("points"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=tables.console(error=True), transient=True) as bar:
        task = bar.add_task("sweep", total=None, rate="")

        def show(done: int, total: int) -> None:
            speed = bar.tasks[0].speed  # of the last half minute; what was there at the start does not count
            bar.update(task, completed=done, total=total, rate=f"{speed:,.0f}/s" if speed else "")

        yield show


def _lines() -> Callable[[int, int], None]:
    """Return a function that says now and then how far a long job is."""
    started = last = time.monotonic()
    first: int | None = None

    def show(done: int, total: int) -> None:
        nonlocal last, first
        first = done if first is None else first
        now = time.monotonic()
        if now - last < EVERY or done <= first:
            return
        last, rate = now, (done - first) / (now - started)
        left = (total - done) / rate
        typer.echo(f"{done:,} of {total:,} points, {rate:,.0f} a second, {left:,.0f} s left", err=True)

    return show
