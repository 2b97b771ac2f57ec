"""The command that derives an equilibrium: in symbols or at a point, in the interior or at whichever bounds bind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

import rdgames
from rdgames.cli import tables
from rdgames.cli.assignments import read_assignments
from rdgames.cli.options import NO, Extrapolate, Json, Model, print_json
from rdgames.equilibrium.bounds import described
from rdgames.equilibrium.corners import Corners
from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.equilibrium.point import Point
from rdgames.errors import InputError, NoFormulaError
from rdgames.game.values import check_names

if TYPE_CHECKING:
    from rdgames.deviations.deviations import Deviations

app = typer.Typer()


@app.command()
def solve(
    model: Model,
    *,
    regime: Annotated[
        str, typer.Option(help="A regime (see: rdgames show MODEL), or a sentence such as 'firms choose x jointly'.")
    ],
    at: Annotated[list[str] | None, typer.Option(help="Parameter values, such as a=100,b=1,beta=1/4.")] = None,
    corners: Annotated[bool, typer.Option("--corners", help="Let bounds bind, too.")] = False,
    exact: Annotated[bool, typer.Option("--exact", help="Print exact fractions.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print formulas and conditions as tables in LaTeX.")] = False,
    abbreviate: Annotated[bool, typer.Option("--abbreviate", help="Use the paper's abbreviations.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Re-solve best replies: does anybody gain by deviating?")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if the point is not valid or, with --check, somebody gains.")
    ] = False,
    extrapolate: Extrapolate = False,
    as_json: Json = False,
) -> None:
    """Derive an equilibrium: in symbols, or at a point.

    With --corners, there is a formula for every choice of bounds that bind: actions at their least level, requirements
    such as unit_cost[i] >= 0, rivals just kept out; with the conditions under which they do. At a point, the one is
    taken whose conditions hold.
    """
    if at is None and (exact or strict or extrapolate or check):
        raise InputError(
            "found --exact, --strict, --check or --extrapolate without --at, expected a point, --at a=100,b=1"
        )
    if at is not None and (latex or abbreviate):
        raise InputError("found --latex or --abbreviate with --at, expected them where formulas are printed")
    game = rdgames.load(model)
    found = rdgames.corners(game, regime) if corners else rdgames.solve(game, regime)
    if at is not None:
        values = read_assignments("--at", at)
        check_names(game, values, _interior(found).parameters)
        point = found.at(extrapolate=extrapolate, **values)
        deviations = _deviations(_interior(found), point, values, extrapolate=extrapolate) if check else None
        if as_json:
            checked = {"deviations": _found(deviations)} if deviations else {}
            print_json(point.to_document(exact=exact) | checked)
        else:
            units = {name: _interior(found).unit(name) for name in point.values}
            tables.print_point(point, units, tables.console(), exact=exact)
            if corners:
                typer.echo(f"Bounds: {described(point.at_bounds, _interior(found).play)}")
            if deviations:
                typer.echo(str(deviations))
        if strict and not (point.valid and (deviations is None or deviations.holds())):
            raise typer.Exit(NO)
        return
    cells = list(found.cells) if isinstance(found, Corners) else [found]
    if as_json:
        documents = [_document(cell, latex=latex, abbreviated=abbreviate) for cell in cells]
        print_json({"model": game.name, "regime": regime, "cells": documents} if corners else documents[0])
        return
    for cell in cells:
        if corners:
            typer.echo(f"{'%' if latex else '#'} {_which(cell)}")
        if latex:
            typer.echo(rdgames.latex(cell, abbreviated=abbreviate))
            typer.echo("\n" + rdgames.latex(cell, show="conditions", abbreviated=abbreviate))
        else:
            tables.print_formulas(cell, tables.console(), abbreviated=abbreviate)


def _deviations(equilibrium: Equilibrium, point: Point, values: dict[str, Any], *, extrapolate: bool) -> Deviations:
    """Return what anybody gains by deviating from the levels at a point."""
    played = equilibrium.play.game
    levels = {name: point.values[name] for name in (*played.action, *played.price)}
    if None in levels.values():
        raise InputError("found no levels at this point, so there is nothing to deviate from: leave --check out")
    return rdgames.check_equilibrium(
        equilibrium.game, equilibrium.regime.name, levels=levels, extrapolate=extrapolate, **values
    )


def _found(deviations: Deviations) -> dict[str, Any]:
    """Return the largest gain as plain data."""
    names = ("gain", "relative_gain", "who", "action", "level", "better_level")
    numbers = {name: getattr(deviations, name) for name in names}
    plain = {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in numbers.items()}
    return {"status": deviations.status(), **plain}


def _interior(found: Equilibrium | Corners) -> Equilibrium:
    """Return an equilibrium whose names are those of all."""
    return found.cells[0] if isinstance(found, Corners) else found


def _which(cell: Equilibrium) -> str:
    """Return in words which bounds bind."""
    return described(cell.play.at_bounds, cell.play)


def _document(equilibrium: Equilibrium, *, latex: bool, abbreviated: bool) -> dict[str, Any]:
    """Return formulas and conditions as nested tables."""
    conditions = {
        condition.name: {
            "margin": tables.written(equilibrium.condition_formula, condition, abbreviated=abbreviated),
            "decides": condition.decides,
            "meaning": condition.meaning,
            "source": condition.source,
        }
        for condition in equilibrium.stated_conditions
    }
    formulas = {name: _text(equilibrium, name, latex=latex, abbreviated=abbreviated) for name in equilibrium.outcomes}
    return {
        "model": equilibrium.game.name,
        "regime": equilibrium.regime.name,
        "sentence": str(equilibrium.regime.sentence),
        "at_bounds": list(equilibrium.play.at_bounds),
        "formulas": formulas,
        "conditions": conditions,
        "notes": list(equilibrium.notes),
    }


def _text(equilibrium: Equilibrium, name: str, *, latex: bool, abbreviated: bool) -> str:
    if not latex:
        return tables.written(equilibrium.formula, name, abbreviated=abbreviated)
    try:
        return equilibrium.latex(name, abbreviated=abbreviated)
    except NoFormulaError as error:
        return rf"\text{{{error.instead}}}"
