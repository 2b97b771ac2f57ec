"""The command that finds where a statement is true."""

from __future__ import annotations

from typing import Annotated

import typer

import rdgames
from rdgames.cli.assignments import read_assignments
from rdgames.cli.options import (
    NO,
    Assuming,
    Given,
    Json,
    Model,
    clear_line,
    print_json,
    seconds,
    selection,
    show_line,
    together,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(short_help="Find exactly where a statement is true.")
def region(
    model: Model,
    statement: Annotated[
        str, typer.Argument(help="A statement such as 'cartel.x > competition.x', or a claim's name.")
    ],
    *,
    given: Given = None,
    fix: Annotated[list[str] | None, typer.Option(help="Exact values of parameters, such as n=2,gamma=5.")] = None,
    assuming: Assuming = "optimum",
    timeout: Annotated[float | None, typer.Option(help="Seconds after which the answer is 'unknown'.")] = None,
    as_json: Json = False,
) -> None:
    """Find exactly where a statement is true: the condition, proved, and what bounds the region.

    Exit code 1 says that what is assumed contradicts itself, so that there is no region.
    """
    game = rdgames.load(model)
    values = read_assignments("--fix", fix or [])
    show_line(f"{statement} ...")
    try:
        found = rdgames.region(
            statement, game, given=together(given), fix=values, assuming=selection(assuming), timeout=seconds(timeout)
        )
    finally:
        clear_line()
    if as_json:
        print_json(found.to_document())
    else:
        typer.echo(str(found))
    if found.finding == "vacuous":
        raise typer.Exit(NO)
