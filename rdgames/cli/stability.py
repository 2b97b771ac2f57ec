"""The command that says who leaves or joins coalitions, and which rules keep one together over a map."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

import rdgames
from rdgames.cli import tables
from rdgames.cli.assignments import read_assignments
from rdgames.cli.options import Extrapolate, Json, Model, print_json
from rdgames.cli.sharing import single_players, spread_out
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.language.printer import LATEX, typeset
from rdgames.language.tree import Symbol
from rdgames.stability.codes import STABLE, UNSTABLE
from rdgames.writing import FIGURES, check_target

if TYPE_CHECKING:
    import xarray as xr

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_DECIDED = {STABLE: True, UNSTABLE: False}
_WORDS = {True: "yes", False: "no", None: "unknown"}


@app.command()
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
    for name in swept.keys() & fixed.keys():
        raise InputError(f"found {name} in --over and in --fix, expected it in one of them")
    if plot is not None and not 1 <= len(swept) <= 2:
        raise InputError(f"found {len(swept)} swept parameters with --plot, expected one or two in --over")
    asked = [name.strip() for name in rules.split(",") if name.strip()]
    options = {"rule": asked, "remaining": remaining, "exclusive": exclusive, "extrapolate": extrapolate}
    points = Points.read(rdgames.load(model), fixed, swept)
    members = points.members(coalition)
    if swept:
        kept = points.kept(regime, members, options)
        if plot is not None:
            rdgames.plot_stability(kept, path=plot)
        told = map_document(kept)
    else:
        told = table_document(next(points.solved(regime, options))[1], members)
    if as_json:
        print_json(told)
    elif swept:
        _print_map(told)
    else:
        _print_table(told)


class Points:
    """A game of players who stand for themselves, and where something is asked of it.

    A parameter of the model that each player, or each pair, has of its own in this game is swept for all of them at
    once; it is no axis of the game's own, so the game is solved for one of its values after another.

    Attributes
    ----------
    game, single
        The model, and the game of single players.
    own
        The values of the parameters of the single players' game, as text, but for those in ``shared``.
    shared
        Parameters that stand for several of them: these, and the values.
    """

    def __init__(self, game: Game, single: Game, values: Mapping[str, str]) -> None:
        self.game, self.single = game, single
        self.own: dict[str, Any] = {}
        self.shared: dict[str, tuple[list[str], Any]] = {}
        for name, value in values.items():
            each = [other for other in spread_out(game, single, {name: value}, values) if other != name]
            if each and name not in single.parameter:
                self.shared[name] = (each, rdgames.read_axis(name, value))
            else:
                self.own[name] = value

    @classmethod
    def read(cls, game: Game, fixed: Mapping[str, str], swept: Mapping[str, str]) -> Points:
        """Read values of parameters; raises InputError if one of --over has one value, or is a number of players."""
        single, values = single_players(game, {**fixed, **swept}, [])
        for name, value in swept.items():
            if isinstance(rdgames.read_axis(name, value), float):
                raise InputError(f"found {name}={value} in --over, expected several values, such as {name}=0:1:51")
        for name, value in fixed.items():
            if not isinstance(rdgames.read_axis(name, value), float):
                raise InputError(f"found several values of {name} in --fix, expected one; sweep it with --over")
        return cls(game, single, values)

    def members(self, text: str) -> list[str] | None:
        """Return the players of a coalition; None if none is asked for."""
        names = [name.strip() for name in text.split(",") if name.strip()]
        players = [group.name for group in self.single.groups]
        for name in names:
            if name not in players:
                raise UnknownNameError("player", name, players)
        return names or None

    def solved(self, regime: str, options: Mapping[str, Any]) -> Iterator[tuple[dict[str, float], xr.Dataset]]:
        """Yield, for each combination of values that are shared, these and what `rdgames.stable` finds there."""
        axes = [[value] if isinstance(value, float) else value.tolist() for _, value in self.shared.values()]
        for values in product(*axes):
            point = dict(zip(self.shared, values, strict=True))
            spread = {other: point[name] for name, (each, _) in self.shared.items() for other in each}
            found = rdgames.stable(self.single, regime, **options, **self.own, **spread)
            yield point, found.drop_vars(spread)

    def kept(self, regime: str, members: Sequence[str] | None, options: Mapping[str, Any]) -> xr.Dataset:
        """Return `rdgames.kept_by` over all swept parameters, each parameter that is shared under its one name."""
        import xarray

        grid = {name: value for name, (_, value) in self.shared.items()}
        axes = {name: value for name, value in grid.items() if not isinstance(value, float)}
        pieces = []
        for point, found in self.solved(regime, options):
            here = rdgames.kept_by(found, members).assign_coords(point)
            pieces.append(here.expand_dims(list(axes)))
        joined = xarray.combine_by_coords(pieces, combine_attrs="override", join="outer") if axes else pieces[0]
        for name in grid:
            parameter = self.game.parameter[name]
            joined[name].attrs = {
                "long_name": parameter.description or name,
                "units": parameter.unit,
                "symbol": parameter.symbol or typeset(Symbol(name), LATEX),
            }
        return joined


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
    about = {name: found.attrs[name] for name in ("remaining_meaning", "membership")}
    return {"players": players, "unit": str(found["surplus"].attrs["units"]), **about, "rules": told}


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
    unit = f" Gains are in {told['unit']}." if told["unit"] else ""
    typer.echo(f"Outsiders are alone; {told['remaining_meaning']}; {told['membership']}.{unit}")


def map_document(kept: xr.Dataset) -> dict[str, Any]:
    """Return which rule keeps a coalition at each point as plain data."""
    first = kept["first"]
    return {
        "coalition": str(kept["members"].item()),
        "over": {str(name): kept[name].values.tolist() for name in first.dims},
        "meanings": json.loads(first.attrs["meanings"]),
        "first": first.values.tolist(),
        "kept": {str(rule): kept["kept"].sel(rule=rule).values.tolist() for rule in kept["rule"].values},
        "points": int(first.size),
        "points_kept": {str(rule): int(kept["kept"].sel(rule=rule).sum()) for rule in kept["rule"].values},
    }


def _print_map(told: Mapping[str, Any]) -> None:
    names, meanings = list(told["over"]), told["meanings"]
    typer.echo(
        f"What keeps {told['coalition']} together over {' and '.join(names)}, the rule named first where several do:"
    )
    if len(names) == 1:
        [values] = told["over"].values()
        for number, run in groupby(zip(told["first"], values, strict=True), key=lambda each: each[0]):
            ends = [value for _, value in run]
            where = f"at {ends[0]:.6g}" if len(ends) == 1 else f"from {ends[0]:.6g} to {ends[-1]:.6g}"
            typer.echo(f"  {names[0]} {where}: {meanings[number]}")
    else:
        counts = Counter(_flat(told["first"]))
        for number in sorted(counts):
            typer.echo(f"  {meanings[number]}: {counts[number]:,} points")
    kept = ", ".join(f"{rule} at {count:,}" for rule, count in told["points_kept"].items())
    typer.echo(f"Of {told['points']:,} points each rule keeps it at so many, whichever others do: {kept}.")


def _flat(nested: Any) -> Iterator[int]:
    """Yield the numbers in lists of lists."""
    if isinstance(nested, list):
        for each in nested:
            yield from _flat(each)
    else:
        yield nested
