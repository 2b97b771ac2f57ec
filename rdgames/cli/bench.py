"""The command that says how fast rdgames is on this machine, as ratios in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

import rdgames
from rdgames.cli import tables
from rdgames.cli.options import Json, clear_line, print_json, show_line

if TYPE_CHECKING:
    from rdgames.bench.catalogue import Speed
    from rdgames.bench.measuring import Finding, Result, Time

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(short_help="Measure how fast rdgames is on this machine.")
def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks, such as sweep; all if left out.")] = None,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Small grids, few rounds: shows that all runs, not how fast.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure how fast rdgames is on this machine: against the memory's limit, C, NumPy and SymPy, side by side.

    Figures of one machine say little about another; ratios within one run say much. This takes some minutes, so leave
    the machine alone meanwhile.
    """
    speed = rdgames.measure_speed(names or None, quick=quick, progress=show_line)
    clear_line()
    if as_json:
        print_json(speed.to_document() | {"quick": quick})
    else:
        _print(speed, tables.console(), quick=quick)


def _print(speed: Speed, out: Console, *, quick: bool) -> None:
    machine = speed.machine
    versions = ", ".join(f"{name} {machine[name]}" for name in ("rdgames", "jax", "numpy", "sympy", "python"))
    out.print(escape(f"{machine['processor']}, {machine['cores']} cores; {', '.join(machine['devices'])}; {versions}"))
    for result in speed.results:
        _print_result(result, out)
    if quick:
        out.print("A quick run: grids are so small that fixed costs rule; leave out --quick to learn how fast it is.")


def _print_result(result: Result, out: Console) -> None:
    rounds = result.times[0].rounds if result.times else 0
    out.print(f"\n[bold]{escape(result.benchmark.name)}[/bold]: {escape(result.benchmark.meaning)}; {rounds} rounds")
    listing = tables.table("candidate", "best", "median", "a second", "what it is")
    for time in result.times:
        tables.row(
            listing,
            time.candidate.name,
            _seconds(time.best),
            _seconds(time.median),
            _rate(time),
            time.candidate.meaning,
        )
    out.print(listing)
    ratios = tables.table("", "is", "times as fast as", "(median)", "target", "")
    for finding in result.findings:
        ratio = finding.ratio
        target = "" if ratio.target is None else f"{ratio.target:g}"
        cells = (ratio.candidate, f"{finding.best:.3g}", ratio.reference, f"{finding.median:.3g}", target)
        tables.row(ratios, *cells, _verdict(finding))
    out.print(ratios)


def _seconds(seconds: float) -> str:
    return f"{1e3 * seconds:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _rate(time: Time) -> str:
    """Return how much is done in a second, where many points are done."""
    if time.candidate.points == 1:
        return ""
    points = f"{time.candidate.points / time.best / 1e6:.3g} M points"
    written = time.candidate.points * time.candidate.bytes / time.best / 1e9
    return f"{points}, {written:.3g} GB" if written else points


def _verdict(finding: Finding) -> str:
    return {True: "reached", False: "MISSED", None: ""}[finding.reached]
