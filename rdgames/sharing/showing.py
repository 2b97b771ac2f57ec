"""Divisions as people read them: a table of members and rules, and in sentences who would leave and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import xarray as xr

from rdgames.errors import InputError
from rdgames.kernel.tracing import FAILED
from rdgames.sharing.coalitions import members, named, rounding
from rdgames.sharing.core import EMPTY, core_of
from rdgames.sharing.rule import DIVIDED

DIGITS = 6
"""How many significant digits numbers are shown with."""

_SENTENCES = 3
"""How many of the coalitions that would leave a division are told of, those with the largest gain."""


def document_shares(shares: xr.Dataset) -> dict[str, Any]:
    """Return divisions at one point as plain data, which JSON can hold.

    Parameters
    ----------
    shares
        What `rdgames.sharing.share.share` returns, at one point: select one, as in ``shares.sel(gamma=5)``.

    Raises
    ------
    InputError
        If there are several points.
    """
    if shares["in_core"].ndim != 1:
        points = [f"{dim} ({shares.sizes[dim]})" for dim in shares["in_core"].dims if dim != "rule"]
        raise InputError(
            f"found several points, {', '.join(points)}, expected one: select it, as in shares.sel(gamma=5)"
        )
    players = shares["player"].values.tolist()
    found: dict[str, Any] = {"players": players, "unit": shares["share"].attrs.get("units", "")}
    if "outsiders" in shares.attrs:
        found["outsiders"] = shares.attrs["outsiders_meaning"]
    if int(shares["gap"]) >= 0:
        found["unknown"] = _gap(shares)
    worth = shares["worth"].values.tolist()
    found["worth"] = {named(number, players): _plain(worth[number]) for number in range(1, len(worth))}
    if "core" in shares:
        found["superadditive"] = bool(shares["superadditive"])
        found["core"] = json.loads(shares["core"].attrs["meanings"])[int(shares["core"])]
        found["why"] = _why_empty(shares, players) if int(shares["core"]) == EMPTY else ""
    found["rules"] = {name: _of_rule(shares.sel(rule=name), players) for name in shares["rule"].values.tolist()}
    return found


def _of_rule(shares: xr.Dataset, players: Sequence[str]) -> dict[str, Any]:
    """Return what one rule gives to whom, what is to be known of that, and who would leave."""
    status = int(shares["status"])
    if status != DIVIDED:
        return {"divided": False, "why_not": json.loads(shares["status"].attrs["meanings"])[status]}
    amounts = dict(zip(players, map(_plain, shares["share"].values.tolist()), strict=True))
    texts = json.loads(shares["remark"].attrs["meanings"])
    remarks = {
        text: [name for name, bits in zip(players, shares["remark"].values.tolist(), strict=True) if bits >> place & 1]
        for place, text in enumerate(texts)
    }
    return {
        "divided": True,
        "shares": amounts,
        "in_core": bool(shares["in_core"]),
        "largest_excess": _plain(shares["largest_excess"].item()),
        "leaving": leaving(shares, players),
        "remarks": {text: who for text, who in remarks.items() if who},
    }


def leaving(shares: xr.Dataset, players: Sequence[str]) -> list[dict[str, Any]]:
    """Return the coalitions that gain by leaving one rule's division at one point, the largest gain first."""
    worth, amounts = shares["worth"].values, shares["share"].values
    slack = rounding(worth)
    found = []
    for coalition in range(1, len(worth) - 1):
        gets = sum(amounts[player] for player in members(coalition))
        gain = worth[coalition] - gets
        if gain > slack:
            numbers = {"gets": _plain(gets), "worth": _plain(worth[coalition]), "gain": _plain(gain)}
            found.append({"coalition": named(coalition, players), "members": len(members(coalition)), **numbers})
    left = worth[-1] - sum(amounts)
    if left > slack:
        numbers = {"gets": _plain(sum(amounts)), "worth": _plain(worth[-1]), "gain": _plain(left)}
        found.append({"coalition": named(len(worth) - 1, players), "members": len(players), **numbers})
    return sorted(found, key=lambda each: -each["gain"])


def describe_shares(shares: xr.Dataset) -> str:
    """Return divisions at one point as text: a line for each rule, with the shares of the members, and who would leave.

    Parameters
    ----------
    shares
        What `rdgames.sharing.share.share` returns, at one point: select one, as in ``shares.sel(gamma=5)``.

    Raises
    ------
    InputError
        If there are several points.

    Examples
    --------
    >>> from rdgames.sharing.share import share
    >>> print(describe_shares(share({"Ann": 0, "Bob": 0, ("Ann", "Bob"): 6}, "shapley, nash")))
    rule     Ann  Bob  in the core
    shapley    3    3  yes
    nash       3    3  yes
    The game is superadditive; the core is not empty.
    """
    found = document_shares(shares)
    if "unknown" in found:
        return f"Nothing is divided: {found['unknown']}."
    players, unit = found["players"], found["unit"]
    rows = [["rule", *players, "in the core"]]
    notes = []
    for name, told in found["rules"].items():
        if not told["divided"]:
            rows.append([name, *["-"] * len(players), "-"])
            notes.append(f"{name} divides nothing: {told['why_not']}.")
            continue
        rows.append([name, *(_shown(told["shares"][player]) for player in players), "yes" if told["in_core"] else "NO"])
        notes += [f"{name}: {sentence}." for sentence in sentences(told["leaving"])]
        notes += [f"{name}: {text}: {', '.join(who)}." for text, who in told["remarks"].items()]
    if "core" in found:
        kind = "superadditive" if found["superadditive"] else "not superadditive: some coalitions lose by joining"
        because = f": {found['why']}" if found["why"] else ""
        notes.append(f"The game is {kind}; {found['core']}{because}.")
    if "outsiders" in found:
        notes.append(f"What a coalition that leaves expects: {found['outsiders']}.")
    if unit:
        notes.append(f"Shares in units of: {unit}.")
    return "\n".join([*_aligned(rows), *notes])


def sentences(leaving: Sequence[dict[str, Any]]) -> list[str]:
    """Return who would leave, and why, a sentence for each; no more than a few."""
    said = []
    for each in leaving[:_SENTENCES]:
        alone = each["members"] == 1
        get, are = ("gets", "is") if alone else ("get", "are")
        numbers = f"{get} {_shown(each['gets'])}, and {are} worth {_shown(each['worth'])}"
        said.append(f"{each['coalition']} would leave: {numbers}{'' if alone else ' together'}")
    more = len(leaving) - _SENTENCES
    return [*said, f"and {more} more coalition{'s' * (more > 1)} would leave"] if more > 0 else said


def _gap(shares: xr.Dataset) -> str:
    """Return in words of which coalition the worth is unknown at a point, and why."""
    place = json.loads(shares["gap"].attrs["gap_names"])[int(shares["gap"])]
    because = ""
    if FAILED in shares:
        flag = shares[FAILED].attrs["flag_meanings"].split()[int(shares[FAILED])]
        meanings = json.loads(shares[FAILED].attrs.get("meanings", "{}"))
        because = f"; of its equilibrium fails {flag}: {meanings.get(flag, flag)}"
    return f"the worth of {place} is unknown{because}"


def _why_empty(shares: xr.Dataset, players: Sequence[str]) -> str:
    core = core_of(shares["worth"].values)
    weights = core.collections[int(core.collection)]
    parts = [f"{named(coalition, players)} ({weight})" for coalition, weight in sorted(weights.items())]
    worth = shares["worth"].values
    together = sum(float(weight) * float(worth[coalition]) for coalition, weight in weights.items())
    return f"time split between {', '.join(parts)} earns {_shown(together)}, all together {_shown(worth[-1])}"


def _plain(amount: Any) -> float | None:
    """Return a number as JSON has it: none for what is unknown."""
    return None if amount != amount else float(amount)


def _shown(amount: Any) -> str:
    return f"{float(amount):.{DIGITS}g}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as lines: words to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        first, *numbers, last = row
        cells = [cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *cells, last]).rstrip())
    return lines
