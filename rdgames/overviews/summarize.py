"""The verb that says what is in a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import xarray as xr

from rdgames.errors import InputError, UnknownNameError
from rdgames.grid.labels import VALID
from rdgames.kernel.tracing import FAILED
from rdgames.markup.page import Page, Table
from rdgames.overviews.sweeps import sweep_tables
from rdgames.sharing.showing import document_shares, sentences
from rdgames.stability.wording import explain

_ROWS = 40
"""So many coalitions an overview tells of."""


@dataclass(frozen=True)
class Overview:
    """What is in a dataset: text in a terminal, tables in a notebook."""

    page: Page

    def __str__(self) -> str:
        return self.page.text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.page.html()


def summarize(dataset: xr.Dataset, of: str = "") -> Overview:
    """Return what a person wants to know first of what a sweep, a division, or a search for stability found.

    Parameters
    ----------
    dataset
        What `rdgames.grid.sweep.sweep`, `rdgames.sharing.worth.worth`, `rdgames.sharing.share.share`,
        `rdgames.stability.stable.stable` or `rdgames.sharing.design.design` returned. Of a sweep: how many points are
        valid under each regime, which condition fails first at the others, at how many points each regime is best,
        and the range of every outcome with where it ends. Of the others, at one point: who gets what, who leaves.
    of
        The outcome of a sweep by which regimes are ranked; welfare if there is one, else the last one.

    Raises
    ------
    InputError
        If this is none of these, or has several points where one is expected.
    UnknownNameError
        If the dataset has no such outcome.

    Examples
    --------
    >>> from rdgames.grid.sweep import sweep
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> given = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 5}
    >>> print(summarize(sweep(game, ["competition", "cartel"], outcomes=["welfare"], beta="0:1:5", **given)))
    daspremont-jacquemin: Cost-reducing R&D with output spillovers, n Cournot rivals
    beta = 0 to 1 (5 values); a = 100, b = 1, c = 60, gamma = 5, n = 2
    regime       valid points  first condition that fails  highest welfare at
    competition  5 of 5                                    3 points
    cartel       5 of 5                                    3 points
    outcome  regime         least  where        most  where
    welfare  competition  780.488  beta = 0  842.225  beta = 0.75
             cartel       761.493  beta = 0  958.364  beta = 1
    """
    if {"share", "in_core"} <= {*dataset.data_vars}:
        return Overview(_shares(dataset))
    if {"internal_status", "external_status"} <= {*dataset.data_vars}:
        return Overview(_coalitions(dataset))
    if {"choice", "status_meaning"} <= {*dataset.data_vars}:
        return Overview(_design(dataset))
    if {"worth", "members"} <= {*dataset.variables}:
        return Overview(_worth(dataset))
    if "regime" in dataset.dims and VALID in dataset and FAILED in dataset:
        front, tables, notes = sweep_tables(dataset, _ranked_by(dataset, of))
        return Overview(Page(_title(dataset), front, tables, notes))
    found = ", ".join(map(str, dataset.data_vars)) or "nothing"
    raise InputError(f"found a dataset with {found}, expected what sweep, worth, share, stable or design returned")


def _ranked_by(dataset: xr.Dataset, of: str) -> str:
    known = [str(name) for name, each in dataset.data_vars.items() if each.dtype.kind == "f"]
    if of and of not in known:
        raise UnknownNameError("outcome", of, known)
    return of or ("welfare" if "welfare" in known else next(reversed(known), ""))


def _title(dataset: xr.Dataset) -> str:
    model, title = str(dataset.attrs.get("model", "")), str(dataset.attrs.get("title", ""))
    return f"{model}: {title}" if model and title != model else model or title or "a game"


def _shares(dataset: xr.Dataset) -> Page:
    found = document_shares(dataset)
    if "unknown" in found:
        return Page(_title(dataset), [f"Nothing is divided: {found['unknown']}."])
    rows, notes = [], []
    for name, told in found["rules"].items():
        if told["divided"]:
            amounts = [_number(told["shares"][player]) for player in found["players"]]
            rows.append([name, *amounts, "yes" if told["in_core"] else "NO"])
            notes += [f"{name}: {said}." for said in sentences(told["leaving"])]
            notes += [f"{name}: {text}: {', '.join(who)}." for text, who in told["remarks"].items()]
        else:
            rows.append([name, *["-"] * (len(found["players"]) + 1)])
            notes.append(f"{name} divides nothing: {told['why_not']}.")
    if "core" in found:
        because = f": {found['why']}" if found["why"] else ""
        notes.append(f"{'Superadditive' if found['superadditive'] else 'Not superadditive'}; {found['core']}{because}.")
    if "outsiders" in found:
        notes.append(f"What a coalition that leaves expects: {found['outsiders']}.")
    worth = [[coalition, _number(amount)] for coalition, amount in found["worth"].items()]
    unit = f" ({found['unit']})" if found["unit"] else ""
    tables = [
        Table(["rule", *found["players"], "in the core"], rows, numbers=range(1, len(found["players"]) + 1)),
        Table(["coalition", f"is worth{unit}"], worth, "what coalitions are worth", numbers=[1], folded=True),
    ]
    return Page(f"{_title(dataset)}: who gets what", [], tables, notes)


def _worth(dataset: xr.Dataset) -> Page:
    _expect_one_point(dataset["worth"], "coalition")
    unit = dataset["worth"].attrs.get("units", "")
    pairs = zip(dataset["members"].values.tolist(), dataset["worth"].values.tolist(), strict=True)
    rows = [[who, _number(amount)] for who, amount in pairs if who != "nobody"]
    table = Table(["coalition", f"is worth ({unit})" if unit else "is worth"], rows, numbers=[1])
    expects = str(dataset.attrs.get("outsiders_meaning", ""))
    return Page(
        f"{_title(dataset)}: what coalitions are worth", [], [table], [f"Assumed: {expects}."] if expects else []
    )


def _coalitions(dataset: xr.Dataset) -> Page:
    _expect_one_point(dataset["internal"], "coalition")
    told = [said.partition(": ") for said in explain(dataset, dataset["coalition"].values[:_ROWS].tolist())]
    stable = dataset["stable"].values.tolist()
    rows = [[who, "yes" if is_stable else "NO", why] for (who, _, why), is_stable in zip(told, stable, strict=False)]
    left = dataset.sizes["coalition"] - len(rows)
    notes = [f"{left} more coalitions are not shown."] if left else []
    notes.append(f"{sum(stable)} of {len(stable)} coalitions are stable.")
    return Page(f"{_title(dataset)}: who stays", [], [Table(["coalition", "stable", "why"], rows)], notes)


def _design(dataset: xr.Dataset) -> Page:
    _expect_one_point(dataset["objective"], "")
    chosen = [
        [str(name), _number(choice), f"{_number(low)} to {_number(high)}"]
        for name, choice, low, high in zip(
            *(dataset[part].values.tolist() for part in ("chosen", "choice", "low", "high")), strict=True
        )
    ]
    parts = ("constraint", "margin", "binds", "multiplier")
    held = [
        [str(name), _number(margin), "yes" if binds else "no", _number(worth)]
        for name, margin, binds, worth in zip(*(dataset[part].values.tolist() for part in parts), strict=True)
    ]
    tables = [Table(["chosen", "best", "everything holds from"], chosen, numbers=[1])]
    if held:
        tables.append(Table(["requirement", "margin", "binds", "relaxing it is worth"], held, numbers=[1, 3]))
    certified = "certified by an independent road" if bool(dataset["certified"]) else "not certified"
    lines = [f"{dataset['status_meaning'].item()}; objective {_number(dataset['objective'].item())}; {certified}"]
    return Page(f"{_title(dataset)}: the best design", lines, tables)


def _expect_one_point(array: xr.DataArray, kind: str) -> None:
    more = [f"{dim} ({array.sizes[dim]})" for dim in array.dims if dim != kind]
    if more:
        raise InputError(f"found several values of {', '.join(more)}, expected one point: select it, .isel(...)")


def _number(value: Any) -> str:
    return "-" if value is None or value != value else f"{float(value):.6g}"
