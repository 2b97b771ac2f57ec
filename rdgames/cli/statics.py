"""The command that proves how outcomes change with parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import rdgames
from rdgames.cli.options import (
    INTERRUPTED,
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
from rdgames.errors import InputError

if TYPE_CHECKING:
    from rdgames.theorems.tabulated import StaticsTable

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(short_help="Prove how outcomes change with parameters.")
def statics(
    model: Model,
    *,
    regime: Annotated[
        str, typer.Option(help="A regime (see: rdgames show MODEL), or a sentence such as 'firms choose x jointly'.")
    ],
    of: Annotated[str, typer.Option(help="Outcomes, such as x,welfare; all if left out.")] = "",
    wrt: Annotated[str, typer.Option(help="Parameters, such as beta,n; all if left out.")] = "",
    given: Given = None,
    assuming: Assuming = "optimum",
    timeout: Annotated[float | None, typer.Option(help="Seconds for everything.")] = None,
    latex: Annotated[bool, typer.Option("--latex", help="Print the table in LaTeX.")] = False,
    as_json: Json = False,
) -> None:
    """Prove how outcomes change with parameters: the sign of each derivative, or where it changes.

    With one outcome and one parameter, the derivative is shown too. An interrupt prints what was found so far.
    """
    if latex and as_json:
        raise InputError("found --latex and --json, expected one of them")
    equilibrium = rdgames.solve(rdgames.load(model), regime)
    outcomes, parameters = _names(of), _names(wrt)
    found = rdgames.statics(
        equilibrium,
        outcomes,
        parameters,
        given=together(given),
        assuming=selection(assuming),
        timeout=seconds(timeout),
        progress=_progress,
    )
    clear_line()
    one = outcomes is not None and parameters is not None and len(outcomes) == len(parameters) == 1
    _print(found, one=one, latex=latex, as_json=as_json)
    if found.ended == "interrupted":
        raise typer.Exit(INTERRUPTED)


def _names(text: str) -> list[str] | None:
    """Return the names in a list with commas; None if there is no list."""
    return [name.strip() for name in text.split(",") if name.strip()] if text else None


def _progress(done: int, total: int) -> None:
    show_line(f"statics: {done} of {total} ...")


def _print(found: StaticsTable, *, one: bool, latex: bool, as_json: bool) -> None:
    if as_json:
        print_json(found.to_document())
    elif latex:
        typer.echo(found.latex())
    elif one:
        typer.echo(str(next(iter(found.entries.values()))))
    else:
        typer.echo(found.text())
