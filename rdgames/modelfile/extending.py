"""Model files that start from another: ``extends = "daspremont-jacquemin"``.

A file that extends a packaged model plays its game, with what the file says added or put in its place, entry by entry:
parameters, groups, stages, definitions, payoffs, requirements and abbreviations, and assumptions. What is said *about*
a game is not taken over: title, citation, regimes, published formulas, claims, example. An entry is taken away by
giving it ``false`` as its value; ``true`` moves it behind what the file adds before it, so that ``stages.research =
true`` behind a new stage says that the new one is played first.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from rdgames.errors import Mistake, ModelError, did_you_mean
from rdgames.modelfile.folder import models

INHERITED = ("parameters", "groups", "stages", "definitions", "payoffs", "requirements", "abbreviations")
"""The tables that are taken over."""

KEY, MAX_CHAIN = "extends", 5


def extended(document: Mapping[str, Any], source: str, chain: int = 0) -> dict[str, Any]:
    """Return a document with what it extends filled in.

    Raises
    ------
    ModelError
        If there is no packaged model of that name, or models extend each other in a circle.
    """
    document = dict(document)
    if KEY not in document:
        return document
    name, known = document.pop(KEY), models()
    if not isinstance(name, str) or name not in known:
        found = f"found the model {name!r:.60}{did_you_mean(str(name), known)}, expected one of {', '.join(known)}"
        raise ModelError([Mistake((KEY,), found)], source)
    if chain >= MAX_CHAIN:
        raise ModelError([Mistake((KEY,), f"found more than {MAX_CHAIN} models that extend each other")], source)
    base = extended(tomllib.loads(known[name].read_text(encoding="utf-8")), str(known[name]), chain + 1)
    for key in INHERITED:
        own = document.get(key, {})
        if isinstance(own, dict) and key in base:
            document[key] = _joined(base[key], own)
    assumptions = [*_listed(base.get("assumptions", [])), *_listed(document.get("assumptions", []))]
    if assumptions:
        document["assumptions"] = assumptions
    return document


def _joined(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of two tables: those of the base in their places, then what the file adds or moves behind."""
    kept = {name: own.get(name, value) for name, value in base.items() if own.get(name) is not True}
    more = {name: value for name, value in own.items() if value is True or name not in base}
    placed = {name: base.get(name, True) if value is True else value for name, value in more.items()}
    return {name: value for name, value in {**kept, **placed}.items() if value is not False}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
