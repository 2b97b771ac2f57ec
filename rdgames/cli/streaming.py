"""What the command ``rdgames sweep`` does where it writes to a store."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

import rdgames
from rdgames.cli.options import INTERRUPTED
from rdgames.cli.progress import progress_bar, say
from rdgames.cli.summary import lines_of_precision, precision_of
from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.writing import STORES


@dataclass(frozen=True)
class Streaming:
    """Which store a sweep goes to, and who computes it."""

    out: Path
    resume: bool
    workers: int | None
    scheduler: str | None

    def sweep(
        self, game: Game, regimes: Sequence[str], values: Mapping[str, Any], *, quiet: bool, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Sweep to the store; return it opened, and what was done as plain data.

        An interrupt ends the command, and says how to go on.
        """
        started, points = time.perf_counter(), (0, 0)
        try:
            with progress_bar(quiet=quiet) as show:

                def progress(done: int, total: int) -> None:
                    nonlocal points
                    points = done, total
                    if show is not None:
                        show(done, total)

                dataset = rdgames.stream(
                    game,
                    regimes,
                    self.out,
                    resume=self.resume,
                    workers=self.workers,
                    scheduler=self.scheduler,
                    announce=None if quiet else lambda estimate: say(f"{self.out}: {estimate}"),
                    progress=progress,
                    **options,
                    **values,
                )
        except KeyboardInterrupt:
            if points[1]:
                typer.echo(
                    f"rdgames: {points[0]:,} of {points[1]:,} points are in {self.out} and stay there; "
                    "to go on: the same command with --resume",
                    err=True,
                )
            raise typer.Exit(INTERRUPTED) from None
        return dataset, {
            "model": game.name,
            "regimes": list(regimes),
            "outcomes": [str(name) for name in dataset.data_vars],
            "sizes": {str(name): size for name, size in dataset.sizes.items()},
            "points": points[1],
            "bytes": sum(file.stat().st_size for file in self.out.rglob("*") if file.is_file()),
            "seconds": time.perf_counter() - started,
            "files": [str(self.out)],
            **precision_of(dataset),
        }


def read_streaming(out: Path | None, *, resume: bool, workers: int | None, scheduler: str | None) -> Streaming | None:
    """Return how to sweep to a store, if one is asked for.

    Raises
    ------
    InputError
        If what only stores know is asked for without one.
    """
    if out is not None and out.suffix.lower() in STORES:
        return Streaming(out, resume, workers, scheduler)
    if resume or workers is not None or scheduler is not None:
        raise InputError("found --resume, --workers or --scheduler, expected them with a store: --out FILE.zarr")
    return None


def print_streamed(summary: Mapping[str, Any]) -> None:
    """Print what was done."""
    sizes = " x ".join(f"{size:,} {name}" for name, size in summary["sizes"].items())
    size, seconds = f"{summary['bytes'] / 1e9:,.3f} GB", f"{summary['seconds']:,.1f} s"
    typer.echo(f"{summary['model']}: {summary['points']:,} points, {sizes}")
    for line in lines_of_precision(summary):
        typer.echo(line)
    for file in summary["files"]:
        typer.echo(f"wrote {file}")
    typer.echo(f"{size} on the disk, in {seconds}; it opens with xarray.open_zarr")
