"""Which rules keep a coalition together, over a map of parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.core import NOT_EMPTY
from rdgames.stability.codes import UNDECIDED, UNKNOWN
from rdgames.stability.solving import RULE

ANOTHER, NONE, NOT_KNOWN = "another division", "no division", "not known"
"""What keeps a coalition where none of the rules does."""

KEEPS, ALONE, AS_A_COALITION = "keeps", "no member gains by leaving alone", "no coalition gains by leaving"
"""The attribute that says what it is to keep a coalition together, and what it says."""


def kept_by(found: xr.Dataset, coalition: Sequence[str] | None = None) -> xr.Dataset:
    """Return which rules keep a coalition together at each point: none of its members gains by leaving alone.

    Parameters
    ----------
    found
        What `rdgames.stability.stable.stable` returned for several rules.
    coalition
        The names of the members; all players if not given.

    Returns
    -------
    xarray.Dataset
        ``kept``, by rule: whether it keeps the coalition. ``rules``, how many do. ``first``, the first of them in their
        order, as a number by the attribute ``meanings``: behind the rules come "another division" (none of these rules
        keeps the coalition, but some division would), "no division", and "not known".

    Raises
    ------
    InputError, UnknownNameError
        If rules were not compared, or there is no such player.

    Examples
    --------
    >>> from rdgames.game.explicit import explicit
    >>> from rdgames.modelfile.catalogue import load
    >>> from rdgames.stability.stable import stable
    >>> game = explicit(load("daspremont-jacquemin"), n=3, different=["c"])
    >>> given = {name: 0.8 for name in game.parameter if name.startswith("beta")}
    >>> given |= {"a": 100, "b": 1, "gamma": 8, "c_1": [50, 58, 60], "c_2": 60, "c_3": 60}
    >>> found = kept_by(stable(game, "cartel", rule=["own", "shapley"], **given))
    >>> [json.loads(found["first"].attrs["meanings"])[number] for number in found["first"].values]
    ['shapley', 'shapley', 'own']
    """
    if "coalition" not in found.dims or RULE not in found.dims:
        raise InputError("found no dimensions coalition and rule, expected what stable(..., rule=[...]) returned")
    players = json.loads(found.attrs["players"])
    names = players if coalition is None else [coalition] if isinstance(coalition, str) else list(coalition)
    for name in names:
        if name not in players:
            raise UnknownNameError("player", name, players)
    here = found.sel(coalition=sum(1 << players.index(name) for name in set(names)))
    unknown = here["internal_status"].isin([UNKNOWN, UNDECIDED]).any(RULE) | here["surplus"].isnull()
    return _compared(here["internal"], here["potentially_internal"], unknown, found.attrs | {KEEPS: ALONE})


def kept_in_core(shares: xr.Dataset) -> xr.Dataset:
    """Return which rules keep all players together at each point: no coalition of them gains by leaving.

    Parameters
    ----------
    shares
        What `rdgames.sharing.share.share` returned, for up to 10 players.

    Returns
    -------
    xarray.Dataset
        As `kept_by` does; "another division" says here that the core is not empty, though none of the rules is in it.

    Raises
    ------
    InputError
        If this is no such dataset, or has more players.

    Examples
    --------
    >>> from rdgames.sharing.share import share
    >>> found = kept_in_core(share([[0, 1, 1, 4], [0, 3, 0, 4], [0, 3, 2, 4]], ["equal-split", "shapley"]))
    >>> [json.loads(found["first"].attrs["meanings"])[number] for number in found["first"].values]
    ['equal-split', 'shapley', 'no division']
    """
    if not {"in_core", "core", "gap"} <= set(shares.data_vars):
        raise InputError("found no in_core, core and gap, expected what share(...) returned for up to 10 players")
    everyone = shares.isel(coalition=-1)
    unknown = shares["gap"] >= 0
    found = _compared(
        shares["in_core"], (shares["core"] == NOT_EMPTY) & ~unknown, unknown, shares.attrs | {KEEPS: AS_A_COALITION}
    )
    return found.assign_coords({name: everyone[name] for name in ("coalition", "members") if name in everyone.coords})


def _compared(
    kept: xr.DataArray, another: xr.DataArray, unknown: xr.DataArray, attributes: Mapping[str, Any]
) -> xr.Dataset:
    """Return which rules keep a coalition, and where none does whether another division would."""
    rules = [str(rule) for rule in kept[RULE].values]
    meanings = [*rules, ANOTHER, NONE, NOT_KNOWN]
    otherwise = xr.where(unknown, len(rules) + 2, xr.where(another, len(rules), len(rules) + 1))
    first = xr.where(kept.any(RULE), kept.argmax(RULE), otherwise).astype(np.int8)
    first.attrs = {"long_name": "first rule that keeps the coalition together", "meanings": json.dumps(meanings)}
    first.attrs["flag_values"] = np.arange(len(meanings), dtype=np.int8)
    first.attrs["flag_meanings"] = " ".join(meaning.replace(" ", "_") for meaning in meanings)
    number = kept.sum(RULE).assign_attrs(long_name="how many of the rules keep the coalition together")
    return xr.Dataset({"kept": kept, "rules": number, "first": first}, attrs=attributes)
