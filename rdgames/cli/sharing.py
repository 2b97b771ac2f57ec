"""The command that divides what cooperation earns among its members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

import rdgames
from rdgames.cli.assignments import read_assignments
from rdgames.cli.maps import map_document, print_map
from rdgames.cli.options import NO, Extrapolate, Json, print_json
from rdgames.cli.points import Points, Progress, check_drawable, check_swept, single_players
from rdgames.cli.progress import progress_bar
from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.writing import FIGURES, check_target

if TYPE_CHECKING:
    import xarray as xr

    from rdgames.sharing.members import Members
    from rdgames.sharing.rule import Rule

app = typer.Typer(add_completion=False, rich_markup_mode=None)

DEFAULT_RULES = "equal-split,equal-surplus,shapley,nucleolus,tau,nash"


@app.command(short_help="Divide what cooperation earns, by several rules.")
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
    over: Annotated[
        list[str] | None,
        typer.Option(help="For a map of which rules are in the core: swept parameters, such as beta=0:1:21."),
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
        Path | None, typer.Option(help="Draw the shares by rule, or the map, to FILE.png, FILE.pdf or FILE.svg.")
    ] = None,
    ternary: Annotated[
        Path | None, typer.Option(help="Draw the divisions among three members, and the core, likewise.")
    ] = None,
    extrapolate: Extrapolate = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print the shares as a table in LaTeX.")] = False,
    as_json: Json = False,
) -> None:
    """Divide what cooperation earns among its members, by several rules, and say who would leave and why.

    Each coalition of members follows the regime among its own; what it earns depends on what all others do, which
    --outsiders says. Members' names and data come from a table, a row for each member, in the order of the players.
    With --over, a map tells at each point the first rule, in their order, whose division no coalition would leave.
    Exit code 1 says that the worth of some coalition is unknown, so that nothing is divided.
    """
    if (model is None) is (worth is None):
        raise InputError("expected either a model, with --regime, or --worth FILE; rdgames share --help shows both")
    _check_outputs((plot, ternary), latex, as_json)
    swept = read_assignments("--over", over or [])
    if worth is not None:
        _refuse_with_worth(("--regime", regime), ("--fix", fix), ("--columns", columns), ("--over", over))
        people = rdgames.read_members(members) if members else None
        table, names = rdgames.read_worth(worth, people.names if people else ())
        _finish(rdgames.share(table, rules, names=names, members=people), plot, ternary, latex=latex, as_json=as_json)
        return
    asked = _Asked(str(model), regime, rules, members, outsiders, extrapolate)
    points = asked.points(read_assignments("--fix", fix or []), swept, read_assignments("--columns", columns or []))
    if columns and members is None:
        raise InputError("found --columns without --members, expected the table with these columns: --members FILE.csv")
    if not swept:
        _finish(next(points.solved(asked.shares))[1], plot, ternary, latex=latex, as_json=as_json)
        return
    _refuse_with_over(ternary, latex)
    check_drawable(plot, swept)
    _finish_map(points, asked, plot, as_json=as_json)


def _finish_map(points: Points, asked: _Asked, plot: Path | None, *, as_json: bool) -> None:
    """Draw and print which rules are in the core over swept parameters."""
    with progress_bar(quiet=as_json) as progress:
        found = list(points.solved(asked.shares, progress))
    kept = points.joined([(point, rdgames.kept_in_core(shares)) for point, shares in found])
    if plot is not None:
        rdgames.plot_stability(kept, path=plot)
    told = map_document(kept)
    if as_json:
        print_json(told)
    else:
        print_map(told)


def _finish(shares: xr.Dataset, plot: Path | None, ternary: Path | None, *, latex: bool, as_json: bool) -> None:
    """Draw and print divisions at one point."""
    found = rdgames.document_shares(shares)
    known = "unknown" not in found
    for target, draw in ((plot, "plot_shares"), (ternary, "plot_ternary")):
        if target is not None and known:
            getattr(rdgames, draw)(shares, path=target, width="page")
    if as_json:
        print_json(found)
    else:
        typer.echo(rdgames.latex(shares) if latex and known else rdgames.describe_shares(shares))
    if not known:
        raise typer.Exit(NO)


def _check_outputs(targets: tuple[Path | None, ...], latex: bool, as_json: bool) -> None:
    """Refuse what could not be written or printed before anything is computed."""
    if latex and as_json:
        raise InputError("found --latex and --json, expected one of them")
    for target in targets:
        if target is not None:
            check_target(target, FIGURES)


def _refuse_with_over(ternary: Path | None, latex: bool) -> None:
    """Refuse what shows one point where there are several."""
    if ternary is not None:
        raise InputError("found --ternary with --over, expected a single point: a triangle shows no map")
    if latex:
        raise InputError("found --latex with --over, expected a single point: the table is one of members and rules")


def _refuse_with_worth(*options: tuple[str, Any]) -> None:
    """Refuse options that say something of a model where there is none."""
    said = ", ".join(option for option, value in options if value)
    if said:
        raise InputError(f"found {said} with --worth, expected them with a model")


@dataclass(frozen=True)
class _Asked:
    """What is asked of a model: how its players cooperate, and how they divide what they earn."""

    model: str
    regime: str
    rules: str
    members: Path | None
    outsiders: str
    extrapolate: bool

    def __post_init__(self) -> None:
        if not self.regime:
            raise InputError("found no --regime, expected what those do who cooperate, such as --regime cartel")

    @cached_property
    def game(self) -> Game:
        """The model."""
        return rdgames.load(self.model)

    @cached_property
    def people(self) -> Members | None:
        """The members, if there is a table of them."""
        return rdgames.read_members(self.members, self.game.parameter) if self.members else None

    @cached_property
    def chosen(self) -> dict[str, Rule]:
        """The rules by name."""
        return rdgames.read_rules(self.rules, self.people)

    def points(self, fixed: Mapping[str, str], swept: Mapping[str, str], renamed: Mapping[str, str]) -> Points:
        """Return the game of single players, and where it is asked.

        Raises
        ------
        InputError
            If values are given twice, or several where one is expected.
        """
        check_swept(fixed, swept)
        people, game, values = self.people, self.game, {**fixed, **swept}
        own = [name for name in (people.columns if people else ()) if name in game.parameter] + list(renamed)
        single, left = single_players(game, values, own)
        told = people.parameters(single, renamed) if people else {}
        for name in told.keys() & left.keys():
            option = "--over" if name in swept else "--fix"
            raise InputError(f"found {name} in {option} and in {self.members}, expected it in one of them")
        return Points(game, single, left, told)

    def shares(self, single: Game, *, progress: Progress = None, **given: Any) -> xr.Dataset:
        """Return the divisions in a game of single players."""
        in_partitions = any(rule.takes == "partitions" for rule in self.chosen.values())
        options: dict[str, Any] = {"extrapolate": self.extrapolate, "progress": progress, **given}
        if in_partitions:
            found = rdgames.partition_worth(single, self.regime, **options)
        else:
            found = rdgames.worth(single, self.regime, outsiders=self.outsiders, **options)
        outsiders = self.outsiders if in_partitions else ""
        return rdgames.share(found, self.chosen, members=self.people, outsiders=outsiders)
