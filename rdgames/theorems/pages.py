"""Regions and comparative statics, as pages that a notebook shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdgames.markup.page import Math, Page, Table
from rdgames.proofs.pages import statement

if TYPE_CHECKING:
    from rdgames.theorems.boundaries import Boundary
    from rdgames.theorems.region import Region
    from rdgames.theorems.tabulated import Statics, StaticsTable


def region_page(region: Region) -> Page:
    """Return a region: when the statement is true, that this is proved, and what bounds the region."""
    rows = [["true", statement(region.condition) if region.finding == "exact" else region.found]]
    if region.proof is not None:
        rows.append(["proof", region.proof.found])
    rows += [["boundary", _boundary(boundary)] for boundary in region.boundaries]
    rows += [[str(interval.truth), str(interval)] for interval in region.intervals]
    if region.finding == "unknown":
        for word, point in (("true at", region.true_at), ("false at", region.false_at)):
            if point is not None:
                rows.append([word, ", ".join(f"{name} = {value}" for name, value in point.items())])
    assumed = Table(["assumed"], [[text] for text in region.assumptions], "assumptions", folded=True)
    given = f", given {region.given}" if region.given else ""
    return Page(f"{region.model}: where {region.statement}{given}", [], [Table(["", ""], rows), assumed])


def _boundary(boundary: Boundary) -> str:
    told = str(boundary)
    return statement(told.replace(" = ", " == ")) if told in (boundary.explicit, f"{boundary.polynomial} = 0") else told


def statics_page(table: StaticsTable) -> Page:
    """Return signs of derivatives, where those that change are positive, and what is assumed."""
    marks = {(entry.outcome, entry.parameter): place for place, entry in enumerate(table.footnotes, start=1)}

    def cell(outcome: str, parameter: str) -> str:
        sign, place = table[outcome, parameter].sign, marks.get((outcome, parameter))
        mark = f"\u00a0[{place}]" if place else ""
        return f"{_SHOWN.get(sign, sign)}{mark}"

    rows = [[Math(table.symbols[o]), *(cell(o, name) for name in table.parameters)] for o in table.outcomes]
    tables = [Table(["", *(Math(table.symbols[name]) for name in table.parameters)], rows)]
    if table.footnotes:
        told = [
            [
                f"[{marks[each.outcome, each.parameter]}]",
                statement(each.changes_where) if each.changes_where else "no condition was found",
            ]
            for each in table.footnotes
        ]
        tables.append(Table(["", "increases exactly where"], told))
    if table.assumed:
        tables.append(Table(["assumed"], [[text] for text in table.assumed], "what is assumed", folded=True))
    given = f", given {table.given}" if table.given else ""
    return Page(f"{table.model}, {table.regime}{given}: signs of derivatives", [], tables, table.notes)


def entry_page(entry: Statics) -> Page:
    """Return how one outcome changes with one parameter: the sign, the derivative, and what was proved."""
    rows = [["sign", entry.said]]
    if entry.sign != "not tried":
        rows.append(["derivative", entry.text])
    if entry.changes_where:
        rows.append(["increases exactly where", statement(entry.changes_where)])
    proofs = Table(
        ["statement", "found"], [[each.statement, each.found] for each in entry.proofs], "proofs", folded=True
    )
    title = f"{entry.outcome} by {entry.parameter} in {entry.model}, {entry.regime}"
    notes = [text for text in (entry.reason, *entry.notes) if text]
    return Page(f"{title}{f', given {entry.given}' if entry.given else ''}", [], [Table(["", ""], rows), proofs], notes)


_SHOWN = {"-": "−", ">= 0": "≥ 0", "<= 0": "≤ 0", "changes": "±", "unknown": "?", "not tried": ""}
"""Signs as a notebook shows them, where that is not how they are typed."""
