"""The command that says what to cite."""

from __future__ import annotations

from typing import Annotated

import typer

import rdgames
from rdgames.cli.options import Json, print_json

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(short_help="Print the BibTeX of models, rules, and rdgames.")
def cite(
    things: Annotated[
        list[str] | None, typer.Argument(help="Models and rules, such as daspremont-jacquemin shapley; none: rdgames.")
    ] = None,
    *,
    numbered: Annotated[bool, typer.Option("--numbered", help="Print a numbered list for people, not BibTeX.")] = False,
    as_json: Json = False,
) -> None:
    """Print the BibTeX of what to cite for models and rules, and for rdgames itself."""
    found = rdgames.cite(*(things or []))
    if as_json:
        entries = [each.to_document() for each in found.citations]
        print_json([{"key": key, **entry} for key, entry in zip(found.keys, entries, strict=True)])
    else:
        typer.echo(found.numbered if numbered else str(found))
