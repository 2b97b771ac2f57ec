"""Dividing with labels: what each member gets by each rule, over a whole map, and who would leave.

>>> found = share({"Ann": 0, "Bob": 0, "Cid": 0, ("Ann", "Bob"): 4, ("Ann", "Cid"): 2, ("Bob", "Cid"): 0,
...     ("Ann", "Bob", "Cid"): 6}, "shapley, nucleolus")
>>> found["share"].sel(rule="shapley").values.tolist()
[3.0, 2.0, 1.0]
>>> found["in_core"].values.tolist()
[True, True]
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Shaped

from rdgames.errors import InputError
from rdgames.grid.labels import flags
from rdgames.kernel.tracing import FAILED
from rdgames.sharing.coalitions import is_superadditive, named
from rdgames.sharing.core import MEANINGS, Blocking, blocking, core_of
from rdgames.sharing.labelled import NOBODY, LabelledGames, read_labelled
from rdgames.sharing.members import Members
from rdgames.sharing.rule import UNKNOWN, Division, Rule
from rdgames.sharing.rules import read_rules
from rdgames.sharing.worth import COALITION, PLAYER, WORTH

EXAMINED_PLAYERS = 10
"""Up to how many players games are examined: that they are superadditive is 3**P comparisons."""

NAMED_PLAYERS = 12
"""Up to how many players coalitions are named: of 20 players the names would fill a gigabyte."""

GAP = "the worth of a coalition is unknown here: see gap"
"""Why nothing is divided where a game is unknown: here, unlike in a rule, something is known of it."""

_STATUS, _REMARK = "status", "remark"


def share(
    worth: Any,
    rules: Any,
    /,
    *,
    names: Sequence[str] = (),
    members: Members | None = None,
    outsiders: str = "",
    examined: bool = True,
) -> xr.Dataset:
    """Divide what all players together are worth by several rules, and say who would leave each division.

    Parameters
    ----------
    worth
        What `rdgames.sharing.worth.worth` or `partition_worth` returns; a DataArray with a dimension ``coalition``; an
        array, [..., 2**P]; or a mapping from coalitions (tuples of names, or single names) to what they are worth.
    rules
        Names, in a list or in a text with commas; rules; or a mapping from labels of your own to either. See
        `rdgames.sharing.rules`.
    names
        The names of the players; left out, those of ``members``, else those that come with ``worth``.
    members
        Data of the players that rules go by: see `rdgames.sharing.members.read_members`.
    outsiders
        For games in partition function form, what a coalition that would leave reckons with: "singletons", "merged", or
        "average". Rules of coalitions divide by that, too.
    examined
        Whether to say of each game if it is superadditive and has a core. On a map of many games that differ without
        any pattern, the latter takes longer than most rules.

    Returns
    -------
    xarray.Dataset
        Dimensions ``rule``, ``player``, ``coalition`` and the points. ``share``, what each player gets, NaN where the
        rule divides nothing; ``status``, 0 where it divides, else why not, by the attributes ``flag_meanings`` and
        ``meanings``; ``remark``, what is to be known of a share, flags that add up; ``blocking``, the coalition that
        gains most by leaving, 0 if none gains; ``largest_excess``, by how much it is worth more than it gets;
        ``in_core``.
        Of the games themselves: ``worth``; ``superadditive``; ``core``, whether it is empty; ``least_core``, by how
        much coalitions would have to be worth less for it not to be (both for up to 10 players). At a point at which
        any coalition's worth is unknown nothing is divided: ``gap`` is the first such coalition, in the order of
        ``gap_names``, -1 elsewhere; and ``failed_condition`` which condition its equilibrium fails.

    Raises
    ------
    UnknownNameError
        If there is no rule of a name.
    InputError
        If this is no worth of coalitions, a rule needs data that are missing, or does not fit.
    """
    given = read_labelled(worth, _called(names, members), outsiders)
    chosen = read_rules(rules, members)
    divisions = {label: _divided(label, rule, given) for label, rule in chosen.items()}
    leaving = [_leaving(given, division) for division in divisions.values()]
    shape = (len(divisions), *given.games.shape[:-1])
    over = ("rule", *given.points)
    shares = _stacked([division.shares for division in divisions.values()])
    data = {
        "share": (("rule", PLAYER, *given.points), np.moveaxis(shares, -1, 1), _said("what it gets", given.unit)),
        _STATUS: _status(divisions, over),
        _REMARK: _remarks(divisions, given, over),
        "blocking": (
            over,
            np.where([each.blocks.any(axis=-1) for each in leaving], [each.by for each in leaving], 0).reshape(shape),
            _said("the coalition that gains most by leaving, 0 if none gains"),
        ),
        "largest_excess": (
            over,
            _stacked([each.largest for each in leaving]),
            _said("by how much a coalition is worth more than its members get, at most", given.unit),
        ),
        "in_core": (over, np.stack([each.in_core for each in leaving]), _said("whether no coalition gains by leaving")),
        **_of_games(given, examined=examined and len(given.players) <= EXAMINED_PLAYERS),
    }
    sources = {label: division.rule.source for label, division in divisions.items()}
    labels: dict[Any, Any] = {
        "rule": ("rule", list(divisions), {"long_name": "rule"}),
        PLAYER: (PLAYER, list(given.players), {"long_name": "member"}),
        COALITION: (COALITION, np.arange(1 << len(given.players)), {"long_name": "coalition, bit i for player i"}),
    }
    if len(given.players) <= NAMED_PLAYERS:
        labels["members"] = (COALITION, [named(number, given.players) for number in range(1 << len(given.players))])
    about = {"players": json.dumps(given.players), "rules": json.dumps(sources), "rdgames_version": version("rdgames")}
    return xr.Dataset(data, {**labels, **given.coords}, {**given.attributes, **about})


def _called(names: Sequence[str], members: Members | None) -> tuple[str, ...]:
    """Return the names of the players: those given, or those of members, whose data are in the same order."""
    if isinstance(names, str):
        raise InputError(f"found the names {names!r}, expected a list with one for each player")
    called = tuple(map(str, names))
    if members and called and called != members.names:
        raise InputError(
            f"found the names {', '.join(called)} and the members {', '.join(members.names)}, expected the same in the "
            "same order: leave the names out"
        )
    return called or (members.names if members else ())


def _divided(label: str, rule: Rule, given: LabelledGames) -> Division:
    """Return a rule's division of the games in the form that it takes."""
    table = given.partitions if rule.takes == "partitions" else given.games
    if table is None:
        raise InputError(
            f"the rule {label!r} divides games in partition function form, and found one worth for each coalition: "
            "give it what partition_worth(...) returns"
        )
    try:
        division = rule.divide(table)
    except InputError as error:
        raise InputError(f"the rule {label!r}: {error}") from None
    points = given.games.shape[:-1]
    if division.shares.shape[:-1] != points:
        raise InputError(
            f"the rule {label!r} has data for points of shape {division.shares.shape[:-1]}, but the games have "
            f"{points}: give it the same for all points, or those of the games"
        )
    return division


def _leaving(given: LabelledGames, division: Division) -> Blocking:
    """Return who would leave; nobody does because a rule for unions divides more than everyone is worth."""
    games = given.games
    total = np.asarray(division.shares.sum(axis=-1))
    with np.errstate(invalid="ignore"):  # where nothing is divided the total is no number, and is not larger
        more = np.where(total > games[..., -1], total, games[..., -1])
    games = np.concatenate([games[..., :-1], more[..., None]], -1)
    return blocking(np.where(division.divided[..., None], games, given.games), division.shares)


def _stacked(arrays: list[Shaped[np.ndarray, "*any"]]) -> Shaped[np.ndarray, "*stacked"]:
    """Return arrays as one: of fractions if all are, else of floats."""
    exact = all(array.dtype == object for array in arrays)
    return np.stack([array if exact else array.astype(np.float64) for array in arrays])


def _said(words: str, unit: str | None = None) -> dict[str, Any]:
    return {"long_name": words} if unit is None else {"long_name": words, "units": unit}


def _flag(sentence: str) -> str:
    """Return a sentence as one word."""
    return re.sub(r"[^A-Za-z0-9.+-]+", "_", sentence).strip("_")


def _status(divisions: Mapping[str, Division], over: tuple[str, ...]) -> tuple[Any, ...]:
    """Return the status of each rule at each point, by one list of meanings for all rules."""
    said = [[GAP if text == UNKNOWN else text for text in division.meanings] for division in divisions.values()]
    meanings = list(dict.fromkeys(text for texts in said for text in texts))
    codes = []
    for division, texts in zip(divisions.values(), said, strict=True):
        place = np.array([meanings.index(text) for text in texts], dtype=np.int16)
        codes.append(place[division.status])
    about = _said("0 where the rule divides, else why it does not") | flags(map(_flag, meanings))
    return over, np.stack(codes), about | {"meanings": json.dumps(meanings)}


def _remarks(divisions: Mapping[str, Division], given: LabelledGames, over: tuple[str, ...]) -> tuple[Any, ...]:
    """Return the remarks on each share: a bit for each."""
    texts = list(dict.fromkeys(remark.text for each in divisions.values() for remark in each.remarks))
    bits = np.zeros((len(divisions), *given.games.shape[:-1], len(given.players)), dtype=np.int32)
    for row, division in enumerate(divisions.values()):
        for remark in division.remarks:
            bits[row] |= np.where(remark.where, 1 << texts.index(remark.text), 0)
    told: dict[str, Any] = {"meanings": json.dumps(texts)}
    if texts:
        masks = 1 << np.arange(len(texts), dtype=np.int32)
        told |= {"flag_masks": masks.astype(np.int32), "flag_meanings": " ".join(map(_flag, texts))}
    return (over[0], PLAYER, *over[1:]), np.moveaxis(bits, -1, 1), _said("what is to be known of the share") | told


def _of_games(given: LabelledGames, *, examined: bool) -> dict[str, tuple[Any, ...]]:
    """Return what is to be known of the games, whatever the rule."""
    points = given.points
    about_gap = _said(f"first place whose worth is unknown, {NOBODY} if all are known") | {
        "gap_names": json.dumps(given.places if (given.gap != NOBODY).any() else [])
    }
    found: dict[str, tuple[Any, ...]] = {
        WORTH: ((COALITION, *points), np.moveaxis(given.games, -1, 0), _said("what members earn together", given.unit)),
        "gap": (points, given.gap, about_gap),
    }
    if given.failed is not None:
        found[FAILED] = (points, given.failed, dict(given.about_failed))
    if examined:
        core = core_of(given.games)
        kinds = flags(map(_flag, MEANINGS), np.int8) | {"meanings": json.dumps(MEANINGS)}
        words = "by how much coalitions would have to be worth less for the core not to be empty"
        found["superadditive"] = (points, is_superadditive(given.games), _said("whether nobody loses by joining"))
        found["core"] = (points, core.status, _said("whether the core is empty") | kinds)
        found["least_core"] = (points, core.least, _said(words, given.unit))
    return found
