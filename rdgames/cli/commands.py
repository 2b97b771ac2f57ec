"""The commands. Each reads what was typed, calls one verb of the library, and prints its answer.

The verbs are called through the front door, which opens a room when one of its names is used: so solving at a point
starts without SymPy and JAX.
"""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

import rdgames
from rdgames.cli import (
    bench,
    certificates,
    citing,
    claims,
    design,
    explore,
    region,
    sharing,
    solving,
    stability,
    statics,
    tables,
)
from rdgames.cli.assignments import read_assignments, read_regimes
from rdgames.cli.options import (
    INTERRUPTED,
    NO,
    WRONG_USE,
    Derivatives,
    Extrapolate,
    Json,
    Model,
    NumberType,
    print_json,
)
from rdgames.cli.progress import progress_bar
from rdgames.cli.streaming import print_streamed, read_streaming
from rdgames.cli.summary import print_summary, summarize
from rdgames.errors import (
    DerivationError,
    InputError,
    Mistake,
    ModelError,
    RdgamesError,
    UnknownNameError,
)
from rdgames.game.game import Game
from rdgames.game.play import entries_under
from rdgames.modelfile.catalogue import path_of
from rdgames.modelfile.locating import line_of
from rdgames.writing import DATASETS, FIGURES, STORES, check_target

app = typer.Typer(
    name="rdgames",
    help="Solve, check, sweep and draw games of research cooperation.",
    epilog="Begin with rdgames models, rdgames show MODEL, and rdgames sweep MODEL --plot FILE.png. Values of "
    "parameters are typed a=100,b=1/4; a range beta=0:1:101 has 101 values from 0 to 1.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for commands in (solving, claims, region, statics, sharing, stability, design, explore, certificates, citing, bench):
    app.add_typer(commands.app)


def main() -> None:
    """Run the command line; errors become one message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # some systems' files cannot hold every letter
    try:
        app()
    except RdgamesError as error:
        typer.echo(f"rdgames: {error}", err=True)
        sys.exit(NO if isinstance(error, DerivationError) else WRONG_USE)
    except SystemExit as ended:  # so typer ends a command that is interrupted
        if ended.code == INTERRUPTED:
            typer.echo("rdgames: interrupted; files that were there before are as they were", err=True)
        raise


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"rdgames {rdgames.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Solve, check, sweep and draw games of research cooperation."""


@app.command()
def models(*, as_json: Json = False) -> None:
    """List the packaged models."""
    games = [rdgames.load(name) for name in rdgames.models()]
    if as_json:
        print_json([_card(game) for game in games])
        return
    listing = tables.table("model", "source", "what it is", "status")
    listing.columns[0].no_wrap = True  # names are to be copied
    for game in games:
        tables.row(listing, game.name, tables.short(game.citation), game.title, game.status)
    tables.console().print(listing)


@app.command(short_help="Show a model: its mathematics, regimes, formulas, claims.")
def show(model: Model, *, as_json: Json = False) -> None:
    """Show a model: primitives in mathematical notation, regimes, published formulas, claims."""
    game = rdgames.load(model)
    if as_json:
        print_json(game.to_document())
        return
    out = tables.console()
    tables.print_primitives(game, out)
    tables.print_regimes(game, out)
    tables.print_literature(game, out)


@app.command(short_help="Read a model file back, or list all its mistakes.")
def check(file: Model, *, as_json: Json = False) -> None:
    """Read a model file back in mathematical notation, and derive all its regimes; or list all its mistakes."""
    game = rdgames.load(file)
    results = {regime.name: _derivation(game, regime.name) for regime in game.regimes}
    mistakes = _located(file, [error for error in results.values() if isinstance(error, DerivationError)])
    if as_json:
        derived = {
            name: str(result) if isinstance(result, Exception) else "derived" for name, result in results.items()
        }
        print_json(_card(game) | {"derivations": derived, "mistakes": [str(mistake) for mistake in mistakes]})
    else:
        out = tables.console()
        tables.print_primitives(game, out)
        listing = tables.table("regime", "sentence", "derivation")
        for regime in game.regimes:
            result = results[regime.name]
            said = str(result) if isinstance(result, Exception) else f"{result[0]}, {1e3 * result[1]:.0f} ms"
            tables.row(listing, regime.name, str(regime.sentence) or "(every player decides alone)", said)
        out.print(listing)
    if mistakes:
        typer.echo(f"rdgames: {ModelError(mistakes, file)}", err=True)
        raise typer.Exit(NO)


Swept = Annotated[
    list[str] | None,
    typer.Option(help="Swept parameters: ranges such as beta=0:1:101, 101 values, or lists such as 'n=2 3 5'."),
]
Drawn = Annotated[
    str | None, typer.Option(help="The outcome to draw and summarize; that of the model's example if left out.")
]


@app.command(short_help="Evaluate regimes over a grid: to a file, to a figure.")
def sweep(
    model: Model,
    *,
    regimes: Annotated[
        list[str] | None,
        typer.Option(help="Regimes, such as competition,cartel; sentences one by one, each behind its own --regimes."),
    ] = None,
    over: Swept = None,
    fix: Annotated[list[str] | None, typer.Option(help="Values of the others, such as a=100,b=1.")] = None,
    outcomes: Annotated[str | None, typer.Option(help="What to compute, such as x,welfare; all if left out.")] = None,
    outcome: Drawn = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the data to FILE.nc, .parquet, .csv or, in any size, .zarr.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw to FILE.png, FILE.pdf or FILE.svg.")] = None,
    margins: Annotated[bool, typer.Option("--margins", help="Include the margins of the conditions.")] = False,
    corners: Annotated[bool, typer.Option("--corners", help="Let bounds bind, and say which do.")] = False,
    derivatives: Derivatives = None,
    dtype: NumberType = "float64",
    extrapolate: Extrapolate = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a store FILE.zarr.")] = False,
    workers: Annotated[int | None, typer.Option(help="Write a store by so many processes.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Write a store by the workers of a Dask scheduler.")] = None,
    as_json: Json = False,
) -> None:
    """Evaluate regimes over a grid of parameters, to a file and a figure.

    With neither --over nor --fix, the model's own example is swept. One swept parameter is drawn as curves, two as a
    map of which regime gives the highest outcome. A store, FILE.zarr, may be larger than memory, and is continued with
    --resume; then with more values at the end of an axis as well.
    """
    game = rdgames.load(model)
    streaming = read_streaming(out, resume=resume, workers=workers, scheduler=scheduler)
    if out is not None:
        check_target(out, DATASETS | STORES)
    if plot is not None:
        check_target(plot, FIGURES)
    values = _sweep_values(game, over, fix)
    named = read_regimes(regimes) if regimes else _example_regimes(game)
    if plot is not None:
        draw = _drawing(list(rdgames.Grid.of(game, values, named, extrapolate=extrapolate).axes))
    chosen, drawn = _chosen_outcomes(game, named, outcomes, outcome)
    options: dict[str, Any] = {
        "outcomes": chosen,
        "quiet": as_json,
        "margins": margins,
        "corners": corners,
        "derivatives": [name.strip() for name in (derivatives or "").split(",") if name.strip()],
        "dtype": dtype,
        "extrapolate": extrapolate,
    }
    if streaming is not None:
        dataset, summary = streaming.sweep(game, named, values, **options)
    else:
        dataset, summary = _sweep_in_memory(game, named, values, drawn, out, **options)
    if plot is not None:
        draw(dataset, drawn, path=plot)
        summary["files"].append(str(plot))
    if as_json:
        print_json(summary)
    elif streaming is not None:
        print_streamed(summary)
    else:
        print_summary(summary, tables.console())


def _drawing(swept: list[str]) -> Any:
    """Return what draws a sweep of some parameters."""
    if len(swept) not in (1, 2):
        raise InputError(
            f"found {len(swept)} swept parameters with --plot, expected one (curves) or two (a map); fix the others"
        )
    return rdgames.plot_regions if len(swept) == 2 else rdgames.plot


def _chosen_outcomes(game: Game, regimes: list[str], text: str | None, outcome: str | None) -> tuple[list[str], str]:
    """Return the outcomes to compute, and the one to draw."""
    known = list(entries_under(game, map(game.regime, regimes)))
    found = known if text is None else [name.strip() for name in text.split(",") if name.strip()]
    for name in found:
        if name not in known:
            raise UnknownNameError("outcome", name, known)
    if not found:
        raise InputError("found no name in --outcomes, expected names with commas between, such as x,welfare")
    drawn = outcome or (game.example.outcome if game.example else "") or game.outcomes[-1]
    if drawn not in found:
        if outcome in known:
            raise InputError(f"found --outcome {outcome}, which --outcomes {text} leaves out; add it there")
        if outcome or not text:
            raise UnknownNameError("outcome", drawn, found)
        drawn = found[-1]
    return found, drawn


def _sweep_in_memory(
    game: Game,
    regimes: list[str],
    values: dict[str, Any],
    drawn: str,
    out: Path | None,
    *,
    quiet: bool,
    **options: Any,
) -> tuple[Any, dict[str, Any]]:
    """Sweep, and write the data; return them, and a summary of the outcome that is drawn."""
    started = time.perf_counter()
    with progress_bar(quiet=quiet) as progress:
        dataset = rdgames.sweep(game, regimes, progress=progress, **options, **values)
    seconds = time.perf_counter() - started
    files = [rdgames.write(dataset, out)] if out is not None else []
    return dataset, summarize(dataset, drawn, seconds, files)


def _card(game: Game) -> dict[str, Any]:
    names = [regime.name for regime in game.regimes]
    return {
        "name": game.name,
        "title": game.title,
        "citation": str(game.citation or ""),
        "status": game.status,
        "regimes": names,
    }


def _derivation(game: Game, regime: str) -> tuple[str, float] | DerivationError:
    """Return what a derivation led to, and in how many seconds; or why there is none."""
    started = time.perf_counter()
    try:
        equilibrium = rdgames.solve(game, regime)
    except DerivationError as error:
        return error
    sort = "levels found in numbers" if equilibrium.unknowns else "closed form"
    return sort, time.perf_counter() - started


def _located(file: str, errors: list[DerivationError]) -> list[Mistake]:
    """Return the errors of derivations as mistakes at the lines of their entries."""
    text = path_of(file).read_text(encoding="utf-8")
    return list(dict.fromkeys(Mistake(error.key, str(error), line_of(text, error.key)) for error in errors))


def _sweep_values(game: Game, over: list[str] | None, fix: list[str] | None) -> dict[str, str]:
    if over or fix:
        swept, fixed = read_assignments("--over", over or []), read_assignments("--fix", fix or [])
        for name in swept.keys() & fixed.keys():
            raise InputError(f"found {name} in --over and in --fix, expected it in one of them")
        return swept | fixed
    if game.example is None:
        raise InputError(f"{game.name} has no example to sweep: say which, such as --over beta=0:1:101 --fix a=100,b=1")
    return dict(game.example.over) | dict(game.example.fix)


def _example_regimes(game: Game) -> list[str]:
    if game.example and game.example.regimes:
        return list(game.example.regimes)
    return [regime.name for regime in game.regimes]
