"""The command ``rdgames explore``: a map with sliders in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

import rdgames
from rdgames.cli.assignments import read_assignments, read_regimes
from rdgames.cli.options import Model
from rdgames.errors import InputError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(short_help="Show a map with sliders in a browser.")
def explore(
    model: Model,
    *,
    regimes: Annotated[
        list[str] | None,
        typer.Option(help="Regimes, such as competition,cartel; sentences one by one, each behind its own --regimes."),
    ] = None,
    outcome: Annotated[str | None, typer.Option(help="The outcome by which they are compared at first.")] = None,
    x: Annotated[str | None, typer.Option("--x", help="The parameter across the map at first.")] = None,
    y: Annotated[str | None, typer.Option("--y", help="The parameter up the map at first.")] = None,
    over: Annotated[
        list[str] | None, typer.Option(help="Ends and steps of sliders, such as gamma=1:9:81,beta=0:1:101.")
    ] = None,
    fix: Annotated[list[str] | None, typer.Option(help="Where other sliders start, such as a=100,c=60.")] = None,
    points: Annotated[int, typer.Option(help="Points of the map along each side.")] = 201,
    port: Annotated[int | None, typer.Option(help="The port of the page; 8866, or a free one, if left out.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")] = True,
) -> None:
    """Show in a browser which regime is best over two parameters, with sliders for all of them.

    The page is served to this machine only, until Ctrl-C.
    """
    fixed, swept = read_assignments("--fix", fix or []), read_assignments("--over", over or [])
    for name in swept.keys() & fixed.keys():
        raise InputError(f"found {name} in --over and in --fix, expected it in one of them")
    try:
        rdgames.serve_page(
            model,
            read_regimes(regimes) if regimes else None,
            port=port,
            open_browser=browser,
            announce=_announce,
            of=outcome,
            x=x,
            y=y,
            points=points,
            **swept,
            **fixed,
        )
    except ModuleNotFoundError as error:
        raise InputError(str(error)) from None
    typer.echo("Stopped.")


def _announce(address: str) -> None:
    typer.echo(f"The page is at {address} and takes some seconds to open. Ctrl-C ends it.")
