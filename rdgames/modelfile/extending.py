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
    taken = _names(document)  # abbreviations of the base give way to them
    for key in INHERITED:
        own = document.get(key, {})
        for entry, value in own.items() if isinstance(own, dict) else ():
            if isinstance(value, bool) and entry not in base.get(key, {}):
                found = f"found {str(value).lower()}, but {name} has no entry {entry!r} there"
                raise ModelError([Mistake((key, entry), f"{found}{did_you_mean(entry, base.get(key, {}))}")], source)
        if isinstance(own, dict) and key in base:
            given_up = taken if key == "abbreviations" else set()
            document[key] = _joined({k: v for k, v in base[key].items() if k not in given_up}, own)
    assumptions = [*_listed(base.get("assumptions", [])), *_listed(document.get("assumptions", []))]
    if assumptions:
        document["assumptions"] = assumptions
    return document


def _names(document: Mapping[str, Any]) -> set[str]:
    """Return the names that a file gives to what is played."""

    def table(place: Mapping[str, Any], key: str) -> dict[str, Any]:
        value = place.get(key, {})
        return value if isinstance(value, dict) else {}

    stages = [stage for stage in table(document, "stages").values() if isinstance(stage, dict)]
    named = [table(document, key) for key in ("parameters", "groups", "definitions")]
    named += [table(stage, key) for stage in stages for key in ("actions", "prices")]
    return {name for entries in named for name in entries}


def _joined(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of two tables: those of the base in their places, then what the file adds or moves behind."""
    kept = {name: own.get(name, value) for name, value in base.items() if own.get(name) is not True}
    more = {name: value for name, value in own.items() if value is True or name not in base}
    placed = {name: base.get(name, True) if value is True else value for name, value in more.items()}
    return {name: value for name, value in {**kept, **placed}.items() if value is not False}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
