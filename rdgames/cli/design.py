"""The command that chooses parameters of a rule or contract for a purpose."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any

import typer

import rdgames
from rdgames.cli import tables
from rdgames.cli.assignments import read_assignments
from rdgames.cli.options import NO, Extrapolate, Json, Model, print_json
from rdgames.cli.points import Points, check_swept, single_players
from rdgames.cli.progress import progress_bar
from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.sharing.requirements import CONFLICT, NO_EQUILIBRIUM

if TYPE_CHECKING:
    import xarray as xr

app = typer.Typer(add_completion=False, rich_markup_mode=None)

OF_SINGLES = ("stability", "core")
"""What can be asked for only of players who stand for themselves."""

NUMBERS = ("margin", "checked_margin", "multiplier")
"""What there is a number of for each constraint."""

ROUNDING = 1e-12
"""Below what a number is shown as 0."""


@app.command(short_help="Choose a contract or a policy for a purpose.")
def design(
    model: Model,
    *,
    regime: Annotated[str, typer.Option(help="The regime that is designed: one of the model, or a sentence.")],
    choose: Annotated[list[str], typer.Option(help="What is chosen, between bounds, such as s=0:1,t=1/4:1/2.")],
    maximize: Annotated[
        list[str],
        typer.Option(help="A formula of outcomes, or 'smallest gain'; of several the smallest is to be large."),
    ],
    subject: Annotated[
        list[str] | None,
        typer.Option(
            help="What must hold: 'profit >= competition.profit', participation, stability, core, or budget; "
            "may be repeated."
        ),
    ] = None,
    shares: Annotated[
        str, typer.Option(help="A contract: the share of each player in what they earn together, such as 's, 1 - s'.")
    ] = "",
    fix: Annotated[
        list[str] | None, typer.Option(help="Values of the other parameters, such as a=100,b=1,n=2,beta=0.5.")
    ] = None,
    over: Annotated[
        list[str] | None,
        typer.Option(help="For a design at each of several points: swept parameters, such as beta=0:0.4:9."),
    ] = None,
    extrapolate: Extrapolate = False,
    as_json: Json = False,
) -> None:
    """Choose parameters of a rule or contract so that something is large, under what members and others ask for.

    With --shares, with stability or core, or with a value of one player, such as c_1=60, players stand for themselves:
    their profits are profit_1, profit_2, and so on. What the shares name and the model lacks, such as s, is chosen.
    Exit code 1 says that no choice satisfies everything, or that there is no equilibrium for any: with --over, at any
    of the points.
    """
    bounds = {name: _bounds(name, text) for name, text in read_assignments("--choose", choose).items()}
    asked = [each.strip() for each in subject or [] if each.strip()]
    fixed, swept = read_assignments("--fix", fix or []), read_assignments("--over", over or [])
    check_swept(fixed, swept)
    points = _players(rdgames.load(model), {**fixed, **swept}, asked, own=bool(shares))
    options: dict[str, Any] = {
        "choose": bounds,
        "maximize": maximize[0] if len(maximize) == 1 else maximize,
        "subject": asked,
        "extrapolate": extrapolate,
    }
    agreed: list[Any] = [points.single, regime]
    if shares:
        agreed = [rdgames.contract(*agreed, shares=[share.strip() for share in shares.split(",")])]

    def ask(_: Game, **given: Any) -> xr.Dataset:
        return rdgames.design(*agreed, **options, **given)

    with progress_bar(quiet=as_json or not swept) as progress:
        found = points.joined(list(points.solved(ask, progress)))
    if swept:
        rows = [{"at": at, **document(here, bounds)} for at, here in _each(found, list(swept))]
        print_json({"over": list(swept), "points": rows}) if as_json else _print_rows(rows, maximize)
    else:
        told = document(found, bounds)
        print_json(told) if as_json else _print(told, maximize)
    if shares and not agreed[0].balanced and "budget" not in asked and not as_json:
        typer.echo("Shares need not add up to 1 here: --subject budget lets members receive no more than they earn.")
    if found["status"].isin([CONFLICT, NO_EQUILIBRIUM]).any():
        raise typer.Exit(NO)


def _each(found: xr.Dataset, swept: list[str]) -> Iterator[tuple[dict[str, float], xr.Dataset]]:
    """Yield the values of swept parameters, and the design there, in the order in which they are swept."""
    for values in product(*(found[name].values.tolist() for name in swept)):
        at = dict(zip(swept, values, strict=True))
        yield at, found.sel(at)


def _bounds(name: str, text: str) -> tuple[str, str]:
    low, colon, high = (part.strip() for part in text.partition(":"))
    if not (low and colon and high) or ":" in high:
        raise InputError(f"found {name}={text} in --choose, expected two bounds, such as {name}=0:1")
    return low, high


def _players(game: Game, values: Mapping[str, str], asked: Iterable[str], *, own: bool) -> Points:
    """Return the game, of players who stand for themselves if that is needed, and where it is asked."""
    of_one = any(name not in game.parameter for name in values)
    if not (own or of_one or any(each in OF_SINGLES for each in asked)):
        return Points(game, game, values)
    return Points(game, *single_players(game, values, []))


def document(found: xr.Dataset, bounds: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """Return a design at one point as plain data; what is undefined is None, as all is where nothing is chosen."""
    somewhere = found["choice"].notnull().all()
    found = found.assign({name: found[name].where(somewhere) for name in ("objective", *NUMBERS)})
    choices = {
        name: {
            "choice": _number(found["choice"].sel(chosen=name)),
            "bounds": list(bounds[name]),
            "holds_from": _number(found["low"].sel(chosen=name)),
            "holds_to": _number(found["high"].sel(chosen=name)),
        }
        for name in map(str, found["chosen"].values)
    }
    constraints = []
    for place, label in enumerate(found["constraint"].values):
        here = found.isel(constraint=place)
        numbers = {name: _number(here[name]) for name in NUMBERS}
        marks = {name: bool(here[name]) for name in ("binds", "conflict")}
        constraints.append({"constraint": str(label), **numbers, **marks})
    return {
        "status": str(found["status_meaning"].item()),
        "certified": bool(found["certified"]),
        "objective": _number(found["objective"]),
        "choices": choices,
        "constraints": constraints,
    }


def _number(value: Any) -> float | None:
    """Return a number, or None for what is undefined, which JSON has no number for."""
    return float(value) if math.isfinite(float(value)) else None


def _print(told: Mapping[str, Any], maximize: Iterable[str]) -> None:
    out = tables.console()
    typer.echo(f"{told['status'][:1].upper()}{told['status'][1:]}.")
    chosen = tables.table("chosen", "value", "between", "everything holds from", "to")
    for name, each in told["choices"].items():
        ends = (_said(each["holds_from"]), _said(each["holds_to"]))
        tables.row(chosen, name, _said(each["choice"]), " and ".join(each["bounds"]), *ends)
    out.print(chosen)
    what = ", ".join(maximize)
    typer.echo(f"{'The smallest of ' if ',' in what else ''}{what}: {_said(told['objective'])}")
    listed = tables.table("constraint", "margin", "checked margin", "binds", "multiplier")
    for each in told["constraints"]:
        numbers = (_said(each["margin"]), _said(each["checked_margin"]), "yes" if each["binds"] else "no")
        tables.row(listed, each["constraint"], *numbers, _said(each["multiplier"]))
    out.print(listed)
    conflict = [each["constraint"] for each in told["constraints"] if each["conflict"]]
    if conflict:
        typer.echo(f"No choice reconciles: {'; '.join(conflict)}.")
    if told["certified"]:
        typer.echo("Certified: the equilibria are valid and everything holds by an independent road, too.")
    else:
        typer.echo("Not certified: an independent road does not confirm that everything holds.")


def _print_rows(rows: Sequence[Mapping[str, Any]], maximize: Iterable[str]) -> None:
    """Print a line for each point: what is chosen, what that earns, and which constraints bind or conflict."""
    out, what = tables.console(), ", ".join(maximize)
    over, chosen = list(rows[0]["at"]), list(rows[0]["choices"])
    listed = tables.table(*over, *chosen, f"smallest of {what}" if "," in what else what, "binds", "certified")
    remarks: dict[str, int] = {}
    for row in rows:
        numbers = [f"{row['at'][name]:.6g}" for name in over]
        numbers += [_said(row["choices"][name]["choice"]) for name in chosen]
        marks = {key: [each["constraint"] for each in row["constraints"] if each[key]] for key in ("binds", "conflict")}
        binds = f"conflict: {'; '.join(marks['conflict'])}" if marks["conflict"] else "; ".join(marks["binds"]) or "-"
        tables.row(listed, *numbers, _said(row["objective"]), binds, "yes" if row["certified"] else "NO")
        remarks[row["status"]] = remarks.get(row["status"], 0) + 1
    out.print(listed)
    for status, number in remarks.items():
        typer.echo(f"At {number:,} of {len(rows):,} points: {status}.")


def _said(value: float | None) -> str:
    if value is None:
        return "undefined"
    return "0" if abs(value) < ROUNDING else f"{value:.6g}"
