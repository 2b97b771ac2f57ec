"""The command that says who leaves or joins coalitions, and which rules keep one together over a map."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

import rdgames
from rdgames.cli import tables
from rdgames.cli.assignments import read_assignments
from rdgames.cli.maps import map_document, print_map
from rdgames.cli.options import Extrapolate, Json, Model, print_json
from rdgames.cli.points import Points, check_drawable, check_swept, single_players
from rdgames.cli.progress import progress_bar
from rdgames.game.game import Game
from rdgames.stability.codes import STABLE, UNSTABLE
from rdgames.writing import FIGURES, check_target

if TYPE_CHECKING:
    import xarray as xr

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_DECIDED = {STABLE: True, UNSTABLE: False}
_WORDS = {True: "yes", False: "no", None: "unknown"}


@app.command(short_help="Say who would leave a coalition, or join it.")
def stable(
    model: Model,
    *,
    regime: Annotated[str, typer.Option(help="What those do who cooperate: a regime of the model, or a sentence.")],
    rules: Annotated[
        str, typer.Option(help="How members divide: own, almost-ideal, or rules such as shapley,nucleolus.")
    ] = "own",
    fix: Annotated[
        list[str] | None,
        typer.Option(help="Values of the parameters, such as a=100,n=3,beta=0.5,c_1=60; c_1 is that of the first."),
    ] = None,
    over: Annotated[
        list[str] | None,
        typer.Option(help="For a map: swept parameters, such as beta=0:1:51,gamma=5:15:41."),
    ] = None,
    coalition: Annotated[
        str,
        typer.Option(help="Its members, such as firms_1,firms_2; all if left out, and in a table every coalition."),
    ] = "",
    remaining: Annotated[
        Literal["together", "alone"], typer.Option(help="What becomes of a coalition that a member leaves.")
    ] = "together",
    exclusive: Annotated[
        bool, typer.Option("--exclusive", help="An outsider joins only if no member loses by that.")
    ] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the map to FILE.png, FILE.pdf or FILE.svg.")] = None,
    extrapolate: Extrapolate = False,
    as_json: Json = False,
) -> None:
    """Say of coalitions whether anybody leaves or joins, while all others are alone; or map which rule keeps one.

    Every player stands for itself: beta=0.5 gives 0.5 to all pairs of players that have no value of their own, and so
    does a swept beta. The map tells at each point the first rule, in their order, under which no member of the
    coalition gains by leaving, or whether another division would keep it.
    """
    if plot is not None:
        check_target(plot, FIGURES)
    fixed, swept = read_assignments("--fix", fix or []), read_assignments("--over", over or [])
    check_swept(fixed, swept)
    check_drawable(plot, swept)
    asked = [name.strip() for name in rules.split(",") if name.strip()]
    options: dict[str, Any] = {"rule": asked, "remaining": remaining, "exclusive": exclusive}
    options |= {"extrapolate": extrapolate}
    game = rdgames.load(model)
    points = Points(game, *single_players(game, {**fixed, **swept}, []))
    members = points.members(coalition)

    def ask(single: Game, **given: Any) -> xr.Dataset:
        return rdgames.stable(single, regime, **options, **given)

    with progress_bar(quiet=as_json or not swept) as progress:
        found = list(points.solved(ask, progress))
    if swept:
        kept = points.joined([(point, rdgames.kept_by(each, members)) for point, each in found])
        if plot is not None:
            rdgames.plot_stability(kept, path=plot)
        told = map_document(kept)
    else:
        told = table_document(found[0][1], members)
    if as_json:
        print_json(told)
    elif swept:
        print_map(told)
    else:
        _print_table(told)


def table_document(found: xr.Dataset, members: Sequence[str] | None) -> dict[str, Any]:
    """Return who leaves and joins each coalition of several players under each rule, at one point, as plain data.

    Whether it is stable is None where that is not known.
    """
    players = json.loads(found.attrs["players"])
    rows = [coalition for coalition in found["coalition"].values.tolist() if coalition & (coalition - 1)]
    if members is not None:
        rows = [sum(1 << players.index(name) for name in set(members))]
    told: dict[str, Any] = {}
    for rule in map(str, found["rule"].values):
        under = found.sel(rule=rule)
        told[rule] = [
            _told(under.sel(coalition=row), sentence.partition(": ")[2], players)
            for row, sentence in zip(rows, rdgames.explain(under, rows), strict=True)
        ]
    about: dict[str, Any] = {name: found.attrs[name] for name in ("remaining_meaning", "membership")}
    about["unknown"] = _why_unknown(found)
    return {"players": players, "unit": str(found["surplus"].attrs["units"]), **about, "rules": told}


def _why_unknown(found: xr.Dataset) -> dict[str, str]:
    """Return for each coalition whose equilibrium is not valid which condition fails, in words."""
    failed = found["failed_condition"]
    names, meanings = failed.attrs["flag_meanings"].split(), json.loads(failed.attrs["meanings"])
    said: dict[str, str] = {}
    for coalition, number in zip(found["coalition"].values.tolist(), failed.values.tolist(), strict=True):
        if number:
            who = str(found["members"].sel(coalition=coalition).item()) if coalition & (coalition - 1) else "all alone"
            said.setdefault(who, f"{names[number]}: {meanings.get(names[number], names[number])}")
    return said


def _told(row: xr.Dataset, sentence: str, players: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"coalition": str(row["members"].item()), "explanation": sentence}
    sides = {name: _DECIDED.get(int(row[f"{name}_status"])) for name in ("internal", "external")}
    found |= sides
    found["stable"] = False if False in sides.values() else None if None in sides.values() else True
    known = math.isfinite(float(row["surplus"]))
    found["potentially_internal"] = bool(row["potentially_internal"]) if known else None
    for who, gain in (("leaver", "gain_leaving"), ("joiner", "gain_joining")):
        number = int(row[who])
        found[who] = None if number < 0 else players[number]
        found[gain] = float(row[gain]) if math.isfinite(float(row[gain])) else None
    return found


def _print_table(told: Mapping[str, Any]) -> None:
    out = tables.console()
    listed = tables.table("rule", "coalition", "internal", "external", "some division keeps all", "who leaves or joins")
    for rule, rows in told["rules"].items():
        for row in rows:
            marks = (_WORDS[row[name]] for name in ("internal", "external", "potentially_internal"))
            tables.row(listed, rule, row["coalition"], *marks, row["explanation"])
    out.print(listed)
    reasons: dict[str, list[str]] = {}
    for who, why in told["unknown"].items():
        reasons.setdefault(why, []).append(who)
    for why, several in reasons.items():
        typer.echo(f"Unknown for {'; '.join(several)}: of the equilibrium fails {why}.")
    unit = f" Gains are in {told['unit']}." if told["unit"] else ""
    typer.echo(f"Outsiders are alone; {told['remaining_meaning']}; {told['membership']}.{unit}")
