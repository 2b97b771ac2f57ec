"""Numbers in tables: regimes and outcomes at a point, rules and members, and any dataset of one or two dimensions."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import xarray as xr

from rdgames.equilibrium.point import Point, Quantity
from rdgames.errors import InputError, UnknownNameError
from rdgames.grid.labels import VALID
from rdgames.language.printer import LATEX, typeset
from rdgames.language.tree import Symbol
from rdgames.markup.latex import plain, tabular
from rdgames.modelfile.catalogue import load
from rdgames.modelfile.folder import models
from rdgames.papers.formulas import wide
from rdgames.sharing.showing import document_shares

MOST = 60
"""So many rows a table may have."""

_HEADS = 60
"""So many signs the heads of columns may have together before they are broken into lines."""

SMALLEST, LARGEST = 1e-4, 1e7
"""Numbers of other sizes are written with a power of ten."""

_LABEL = 40
"""So many signs the name of a row may have before it is broken into lines."""

NOTHING = "--"
"""What stands where there is no number."""


def shown(value: Any, digits: int, *, short: bool = False) -> str:
    """Return a value as a table prints it: a number to so many digits, but never fewer than it has before the point.

    In short, zeros at its end are left out: for the values of parameters, which are no results.
    """
    if value is None or (isinstance(value, float | np.floating) and not math.isfinite(value)):
        return NOTHING
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, int | np.integer) or (isinstance(value, Fraction) and value.denominator == 1):
        return f"${int(value)}$"
    number = float(value)
    if number and not SMALLEST <= abs(number) < LARGEST:
        mantissa, _, exponent = f"{number:.{digits - 1}e}".partition("e")
        return rf"${mantissa} \cdot 10^{{{int(exponent)}}}$"
    after_point = max(0, digits - 1 - math.floor(math.log10(abs(number)))) if number else 0
    text = f"{number or 0.0:.{after_point}f}"
    return f"${text.rstrip('0').rstrip('.') if short and '.' in text else text}$"


def points_table(points: Sequence[Point], outcomes: Sequence[str], *, digits: int, caption: str, label: str) -> str:
    """Return outcomes of regimes at one point: a row for each outcome, a column for each regime."""
    where = [dict(point.parameters) for point in points]
    common = {name: value for name, value in where[0].items() if all(each.get(name) == value for each in where)}
    names = [name for name in points[0].values if all(name in point.values for point in points)]
    for name in outcomes:
        if name not in names:
            raise UnknownNameError("outcome", name, names)
    own = [{name: value for name, value in each.items() if name not in common} for each in where]
    apart = [f" ({place})" if each else "" for place, each in enumerate(own, start=1)]
    heads = [f"{plain(point.regime)}{mark}" for point, mark in zip(points, apart, strict=True)]
    symbols = load(points[0].model).symbols if points[0].model in models() else {}

    def cell(point: Point, value: Quantity) -> str:
        return shown(value, digits) if point.valid else NOTHING

    rows = [
        [f"${typeset(Symbol(name), LATEX, symbols)}$", *(cell(point, point.values[name]) for point in points)]
        for name in outcomes or names
    ]
    notes = [f"At {_at(common, digits)}."] if common else []
    notes += [f"{mark.strip()} at {_at(each, digits)}." for mark, each in zip(apart, own, strict=True) if each]
    notes += [
        f"{head} is no equilibrium there: {plain(', '.join(point.failed))}."
        for head, point in zip(heads, points, strict=True)
        if not point.valid
    ]
    return tabular(f"l{'r' * len(points)}", ["", *heads], rows, notes=notes, caption=caption, label=label)


def dataset_table(dataset: xr.Dataset, outcomes: Sequence[str], *, digits: int, caption: str, label: str) -> str:
    """Return a dataset as a table: of divisions, of regimes, or with a row for each value of its dimension."""
    options: dict[str, Any] = {"digits": digits, "caption": caption, "label": label}
    if {"share", "rule", "player"} <= {*dataset.variables, *dataset.dims}:
        return _shares(dataset, **options)
    for name in outcomes:
        if name not in dataset.data_vars:
            raise UnknownNameError("variable", name, map(str, dataset.data_vars))
    chosen = [dataset[name] for name in outcomes] or _telling(dataset)
    if not chosen:
        raise InputError("found nothing in the dataset that a table could show, expected variables with values")
    dims = list(dict.fromkeys(str(dim) for each in chosen for dim in each.dims))
    if len(dims) > 2 or (len(dims) == 2 and len(chosen) > 1):
        listed = ", ".join(f"{dim} ({dataset.sizes[dim]})" for dim in dims)
        raise InputError(
            f"found {len(chosen)} variables over {listed}, expected several over one dimension, or one over two: "
            "select values, as in dataset.sel(gamma=5), or name what to show, outcomes=['welfare']"
        )
    rows, columns = _cells(dataset, chosen, dims, digits)
    if len(rows) > MOST:
        raise InputError(
            f"found {len(rows)} rows, expected at most {MOST}: select some, as in dataset.isel(beta=[0, 5])"
        )
    head, *body = rows
    return tabular(columns, head, body, notes=_notes(dataset, chosen, digits), caption=caption, label=label)


def _cells(dataset: xr.Dataset, chosen: Sequence[xr.DataArray], dims: list[str], digits: int) -> Any:
    """Return the head and rows of a table, and its columns."""
    if len(dims) == 2:
        across = "regime" if "regime" in dims else dims[1]
        [down] = [dim for dim in dims if dim != across]
        values = decoded(chosen[0].transpose(down, across))
        rows = [[shown(v, digits) for v in line] for line in values]
        head = [_axis(dataset, down), *_labels(dataset, across, digits)]
        names = _labels(dataset, down, digits)
        body = [[name, *row] for name, row in zip(names, rows, strict=True)]
        return [head, *body], f"l{'r' * (len(head) - 1)}"
    if dims == ["regime"] or not dims:
        heads = _labels(dataset, "regime", digits) if dims else [""]
        body = [[_title(each), *(shown(v, digits) for v in np.atleast_1d(decoded(each)))] for each in chosen]
        first = "l" if max(len(row[0]) for row in body) <= _LABEL else wide(0.4)
        return [["", *heads], *body], f"{first}{'r' * len(heads)}"
    head = [_axis(dataset, dims[0]), *(_title(each) for each in chosen)]
    columns = [[shown(v, digits) for v in decoded(each.broadcast_like(dataset[dims[0]]))] for each in chosen]
    names = _labels(dataset, dims[0], digits)
    narrow = sum(map(len, head)) <= _HEADS
    kinds = "r" * len(chosen) if narrow else wide(0.6 / len(chosen)) * len(chosen)
    return [head, *([name, *row] for name, *row in zip(names, *columns, strict=True))], f"l{kinds}"


def decoded(array: xr.DataArray) -> Any:
    """Return the values of a variable; of one that holds flags, what these mean."""
    if "flag_values" not in array.attrs:
        return array.values
    raw = str(array.attrs["flag_meanings"])
    meanings = json.loads(raw) if raw.startswith("[") else raw.split()
    words = dict(zip(np.asarray(array.attrs["flag_values"]).tolist(), meanings, strict=True))
    return np.vectorize(lambda flag: words[int(flag)].replace("_", " "), otypes=[object])(array.values)


def _telling(dataset: xr.Dataset) -> list[xr.DataArray]:
    """Return the variables that a table shows if none are named: numbers and words, not what says of them why."""
    telling = [each for each in dataset.data_vars.values() if each.name not in (VALID, "failed_condition", "corner")]
    most = max((len(each.dims) for each in telling), default=0)
    return [each for each in telling if len(each.dims) == most]


def _shares(dataset: xr.Dataset, *, digits: int, caption: str, label: str) -> str:
    found = document_shares(dataset)
    players = found["players"]
    rows, notes = [], []
    for name, told in found["rules"].items():
        if told["divided"]:
            amounts = [shown(told["shares"][player], digits) for player in players]
            rows.append([plain(name), *amounts, "yes" if told["in_core"] else "no"])
        else:
            rows.append([plain(name), *[NOTHING] * (len(players) + 1)])
            notes.append(f"{plain(name)} divides nothing: {plain(told['why_not'])}.")
    if found["unit"]:
        notes.append(f"In units of {plain(found['unit'])}.")
    if "outsiders" in found:
        notes.append(f"A coalition that leaves expects that {plain(found['outsiders'])}.")
    notes += [f"At {_at(_scalars(dataset), digits)}."] if _scalars(dataset) else []
    head = ["rule", *map(plain, players), "in the core"]
    return tabular(f"l{'r' * len(players)}c", head, rows, notes=notes, caption=caption, label=label)


def _notes(dataset: xr.Dataset, chosen: Sequence[xr.DataArray], digits: int) -> list[str]:
    notes = [f"{_title(chosen[0])}."] if len(chosen) == 1 and chosen[0].ndim == 2 else []
    given = _scalars(dataset)
    notes += [f"At {_at(given, digits, dataset)}."] if given else []
    if any(each.dtype.kind == "f" and bool(each.isnull().any()) for each in chosen):
        failed = (
            sorted({str(name) for name in np.unique(decoded(dataset["failed_condition"])) if name != "none"})
            if ("failed_condition" in dataset)
            else []
        )
        because = f": {plain(', '.join(failed))}" if failed else ""
        notes.append(f"{NOTHING} where there is no valid equilibrium{because}.")
    return notes


def _scalars(dataset: xr.Dataset) -> dict[str, Any]:
    return {str(n): c.item() for n, c in dataset.coords.items() if c.ndim == 0 and c.dtype.kind in "iuf"}


def _labels(dataset: xr.Dataset, dim: str, digits: int) -> list[str]:
    if dim == "coalition" and "members" in dataset.coords:
        return [plain(str(name)) for name in dataset["members"].values]
    if dim not in dataset.coords:
        return [f"${place}$" for place in range(1, dataset.sizes[dim] + 1)]
    return [shown(value, digits, short=True) for value in dataset[dim].values]


def _axis(dataset: xr.Dataset, dim: str) -> str:
    symbol = dataset[dim].attrs.get("symbol", "") if dim in dataset.coords else ""
    return f"${symbol}$" if symbol else plain(dim)


def _title(array: xr.DataArray) -> str:
    name, symbol = str(array.attrs.get("long_name", array.name)), array.attrs.get("symbol", "")
    return f"{plain(name)}, ${symbol}$" if symbol else plain(name)


def _at(values: dict[str, Any], digits: int, dataset: xr.Dataset | None = None) -> str:
    def symbol(name: str) -> str:
        return str(dataset[name].attrs.get("symbol", "")) if dataset is not None else ""

    return ", ".join(
        f"${symbol(n) or _plain_symbol(n)} = {shown(v, digits, short=True).strip('$')}$" for n, v in values.items()
    )


def _plain_symbol(name: str) -> str:
    return typeset(Symbol(name), LATEX)
