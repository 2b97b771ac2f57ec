"""What commands have in common: arguments and options, exit codes, documents of JSON."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any, Literal

import typer

from rdgames.claims.hypotheses import Selection, everything_that_decides, interior_optimum, no_condition
from rdgames.errors import InputError

NO, WRONG_USE, INTERRUPTED = 1, 2, 130
"""Exit codes: an answer that says no, wrong use, an interrupt; 0 is done."""

Model = Annotated[str, typer.Argument(help="A packaged model (see: rdgames models), or a model file.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Extrapolate = Annotated[bool, typer.Option("--extrapolate", help="Evaluate also outside the domains of parameters.")]
Derivatives = Annotated[
    str | None, typer.Option(help="Include the derivatives by parameters, such as beta,gamma: d_welfare_d_beta.")
]
NumberType = Annotated[str, typer.Option(help="Numbers of outcomes: float64, or float32 in half the memory.")]
Given = Annotated[
    list[str] | None, typer.Option(help="What is given besides, such as 'n >= 2 and beta > 1/2'; may be repeated.")
]
Assuming = Annotated[
    Literal["optimum", "valid", "nothing"],
    typer.Option(help="Conditions of the regimes: of an interior optimum, all that make a point valid, or none."),
]

_SELECTIONS: dict[str, Selection] = {
    "optimum": interior_optimum,
    "valid": everything_that_decides,
    "nothing": no_condition,
}
_CLEAR = "\r\x1b[K"


def selection(assuming: str) -> Selection:
    """Return which conditions of regimes are assumed."""
    return _SELECTIONS[assuming]


def together(given: list[str] | None) -> str:
    """Return all that is given as one statement."""
    said = [each for each in given or [] if each.strip()]
    return said[0] if len(said) == 1 else " and ".join(f"({each})" for each in said)


def seconds(option: float | None) -> float:
    """Return a time limit; raises InputError if it is none."""
    if option is not None and not option > 0:
        raise InputError(f"found --timeout {option:g}, expected more than 0 seconds")
    return float("inf") if option is None else option


def print_json(document: Any) -> None:
    """Print a document of JSON."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))


def show_line(text: str) -> None:
    """Say on standard error, if anybody looks at it, what is being done; the next line takes its place."""
    if sys.stderr.isatty():
        typer.echo(_CLEAR + text, nl=False, err=True)


def clear_line() -> None:
    """Take away what was shown."""
    show_line("")
