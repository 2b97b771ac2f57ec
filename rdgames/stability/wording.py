"""What was found, in sentences: who leaves, who joins, who goes where, with what gain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import xarray as xr

from rdgames.errors import InputError
from rdgames.sharing.coalitions import members, named
from rdgames.stability.codes import MEANINGS, STABLE, UNSTABLE


def explain(found: xr.Dataset, rows: Iterable[int] | None = None) -> list[str]:
    """Return a sentence for each coalition, or partition, of a result at one point.

    Parameters
    ----------
    found
        What `rdgames.stability.stable.stable` or `rdgames.stability.forming.form` returned, at one point, under one
        rule and one membership: choose them by ``found.sel(...)`` or ``found.isel(...)``.
    rows
        Of which coalitions, or partitions; of all if not given.

    Raises
    ------
    InputError
        If there are several points, rules or memberships, or this is no such result.
    """
    kind = next((name for name in ("coalition", "partition") if name in found.dims), None)
    if kind is None or "players" not in found.attrs:
        raise InputError("found no dimension coalition or partition, expected what stable(...) or form(...) returned")
    more = [str(name) for name in found.dims if name not in (kind, "player")]
    if more:
        example = ", ".join(f"{name}=0" for name in more)
        raise InputError(f"found several values of {', '.join(more)}, expected one point: found.isel({example})")
    places = list(found[kind].values) if rows is None else list(rows)
    if kind == "coalition":
        return ["; ".join(_of_coalition(found.sel(coalition=place))) for place in places]
    return [_of_partition(found.sel(partition=place), list(found["blocks"].values)) for place in places]


def _of_coalition(row: xr.Dataset) -> Iterator[str]:
    players, coalition = json.loads(row.attrs["players"]), int(row["coalition"])
    inside, outside = len(members(coalition)) > 1, 0 < len(members(coalition)) < len(players)
    head = f"{row['members'].item() or 'nobody'}: "
    if not inside and not outside:
        yield f"{head}everybody is alone"
    sides = (("internal", "leaver", "leaving", inside), ("external", "joiner", "joining", outside))
    for side, who, doing, possible in sides:
        if not possible:
            continue
        status = int(row[f"{side}_status"])
        if status == UNSTABLE:
            yield f"{head}{players[int(row[who])]} gains {float(row[f'gain_{doing}']):.3g} by {doing}"
        elif status == STABLE:
            yield f"{head}nobody {'leaves' if doing == 'leaving' else 'joins'}"
        else:
            yield f"{head}{MEANINGS[status]} ({doing})"
        head = ""


def _of_partition(row: xr.Dataset, blocks: list[str]) -> str:
    players, status = json.loads(row.attrs["players"]), int(row["status"])
    head = row["blocks"].item()
    if status != UNSTABLE:
        return f"{head}: {MEANINGS[status]}"
    movers = int(row["movers"])
    alone = movers & (movers - 1) == 0
    gain = f"{'gains' if alone else 'gain at least'} {float(row['gain']):.3g}"
    return f"{head}: {named(movers, players)} {gain} by making it ({blocks[int(row['becomes'])]})"
