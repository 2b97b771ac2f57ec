"""The command that divides what cooperation earns among its members."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

import rdgames
from rdgames.cli.assignments import read_assignments
from rdgames.cli.options import NO, Extrapolate, Json, print_json
from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.game.scope import used_names
from rdgames.writing import FIGURES, check_target

app = typer.Typer(add_completion=False, rich_markup_mode=None)

DEFAULT_RULES = "equal-split,equal-surplus,shapley,nucleolus,tau,nash"


@app.command()
def share(
    model: Annotated[
        str | None, typer.Argument(help="A packaged model (see: rdgames models), or a model file.")
    ] = None,
    *,
    regime: Annotated[
        str, typer.Option(help="What those do who cooperate: a regime of the model, or a sentence.")
    ] = "",
    outsiders: Annotated[
        Literal["singletons", "merged", "pessimistic", "optimistic"],
        typer.Option(help="What a coalition that leaves expects of all others."),
    ] = "singletons",
    rules: Annotated[str, typer.Option(help="Rules, such as shapley,nucleolus,nash.")] = DEFAULT_RULES,
    fix: Annotated[
        list[str] | None,
        typer.Option(help="Values of the parameters, such as a=100,n=3,beta=0.5,c_1=60; c_1 is that of the first."),
    ] = None,
    worth: Annotated[
        Path | None, typer.Option(help="Instead of a model: FILE.csv or FILE.json, what each coalition is worth.")
    ] = None,
    members: Annotated[
        Path | None, typer.Option(help="FILE.csv or FILE.toml: names of members, their shares of risk, and so on.")
    ] = None,
    columns: Annotated[
        list[str] | None, typer.Option(help="Columns of members that are parameters, such as c=cost,gamma=efficiency.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the shares by rule to FILE.png, FILE.pdf or FILE.svg.")
    ] = None,
    ternary: Annotated[
        Path | None, typer.Option(help="Draw the divisions among three members, and the core, likewise.")
    ] = None,
    extrapolate: Extrapolate = False,
    as_json: Json = False,
) -> None:
    """Divide what cooperation earns among its members, by several rules, and say who would leave and why.

    Each coalition of members follows the regime among its own; what it earns depends on what all others do, which
    --outsiders says. Members' names and data come from a table, a row for each member, in the order of the players.
    Exit code 1 says that the worth of some coalition is unknown, so that nothing is divided.
    """
    if (model is None) is (worth is None):
        raise InputError("expected either a model, with --regime, or --worth FILE; rdgames share --help shows both")
    for target in (plot, ternary):
        if target is not None:
            check_target(target, FIGURES)
    if worth is not None:
        _refuse_with_worth(("--regime", regime), ("--fix", fix), ("--columns", columns))
        people = rdgames.read_members(members) if members else None
        table, names = rdgames.read_worth(worth, people.names if people else ())
        shares = rdgames.share(table, rules, names=names, members=people)
    else:
        shares = _of_model(str(model), regime, rules, fix, members, columns, outsiders, extrapolate=extrapolate)
    found = rdgames.document_shares(shares)
    known = "unknown" not in found
    if plot is not None and known:
        rdgames.plot_shares(shares, path=plot, width="page")
    if ternary is not None and known:
        rdgames.plot_ternary(shares, path=ternary, width="page")
    if as_json:
        print_json(found)
    else:
        typer.echo(rdgames.describe_shares(shares))
    if not known:
        raise typer.Exit(NO)


def _refuse_with_worth(*options: tuple[str, Any]) -> None:
    """Refuse options that say something of a model where there is none."""
    said = ", ".join(option for option, value in options if value)
    if said:
        raise InputError(f"found {said} with --worth, expected them with a model")


def _of_model(
    model: str,
    regime: str,
    rules: str,
    fix: list[str] | None,
    members: Path | None,
    columns: list[str] | None,
    outsiders: str,
    *,
    extrapolate: bool,
) -> Any:
    """Return the shares in a game, at one point."""
    if not regime:
        raise InputError("found no --regime, expected what those do who cooperate, such as --regime cartel")
    game = rdgames.load(model)
    values = read_assignments("--fix", fix or [])
    renamed = read_assignments("--columns", columns or [])
    people = rdgames.read_members(members, game.parameter) if members else None
    own = [name for name in (people.columns if people else ()) if name in game.parameter] + list(renamed)
    single, values = single_players(game, values, own)
    told = people.parameters(single, renamed) if people else {}
    for name in told.keys() & values.keys():
        raise InputError(f"found {name} in --fix and in {members}, expected it in one of them")
    spread = spread_out(game, single, values, told)
    chosen = rdgames.read_rules(rules, people)
    given: dict[str, Any] = {**spread, **told, "extrapolate": extrapolate}
    in_partitions = any(rule.takes == "partitions" for rule in chosen.values())
    if in_partitions:
        found = rdgames.partition_worth(single, regime, **given)
    else:
        found = rdgames.worth(single, regime, outsiders=outsiders, **given)
    swept = [f"{dim} ({found.sizes[dim]} values)" for dim in found["valid"].dims[1:]]
    if swept:
        raise InputError(
            f"found several values of {', '.join(swept)}, expected one point; for maps: rd.share in Python"
        )
    return rdgames.share(found, chosen, members=people, outsiders=outsiders if in_partitions else "")


def single_players(game: Game, values: Mapping[str, str], own: list[str]) -> tuple[Game, dict[str, str]]:
    """Return a game in which every player stands for itself, and the values that are left.

    Parameters that members have a number of each, or that --fix gives to one of them (``c_1``), differ between players.
    """
    sizes = {name: value for name, value in values.items() if name in used_names(group.size for group in game.groups)}
    left = {name: value for name, value in values.items() if name not in sizes}
    if all(str(group.size) == "1" for group in game.groups):
        return game, left
    stems = [name.rpartition("_")[0] for name in left if name not in game.parameter]
    stems = [stem for stem in [*own, *stems] if stem in game.parameter and not game.parameter[stem].index]
    return rdgames.explicit(game, different=list(dict.fromkeys(stems)), **sizes), left


def spread_out(game: Game, single: Game, values: Mapping[str, str], told: Mapping[str, Any]) -> dict[str, str]:
    """Return values in which one that is given for all players or pairs stands for each that has none of its own.

    ``beta=0.5`` gives 0.5 to all of ``beta_1_2``, ``beta_2_1``, ... that are not given themselves.
    """
    found = {}
    for name, value in values.items():
        if name in single.parameter or name not in game.parameter:
            found[name] = value
            continue
        each = [other for other in single.parameter if other not in game.parameter and _is_of(other, name)]
        if not each:
            found[name] = value
        found |= {other: value for other in each if other not in values and other not in told}
    return found


def _is_of(name: str, stem: str) -> bool:
    """Return whether a name is a stem with the numbers of players: ``beta_1_2`` of ``beta``."""
    rest = name.removeprefix(f"{stem}_")
    return rest != name and all(part.isdigit() for part in rest.split("_"))
