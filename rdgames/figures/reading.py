"""What a dataset says, in the words and numbers that a figure needs.

A dataset has the dimension ``regime`` and one dimension for every swept parameter; each outcome is a variable over
them. A point is drawn where it is valid and its outcome is a finite number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from rdgames.errors import InputError, UnknownNameError
from rdgames.figures.dimensions import NOT_OUTCOMES
from rdgames.figures.quantities import Quantity, Regime, table_of
from rdgames.figures.wording import choice, number, plain, unbroken

NO_NUMBER, NO_REASON = -1, -2
"""Why a point is not drawn although no condition is named: its outcome is not finite; nobody said."""


@dataclass(frozen=True)
class Swept:
    """A parameter of several values, in increasing order; ``whole`` if it counts something."""

    quantity: Quantity
    values: Float[np.ndarray, " points"]
    whole: bool


@dataclass(frozen=True)
class Reading:
    """One outcome over the regimes and swept parameters that a figure shows.

    ``values`` is NaN where a point is not drawn; ``failed`` says why: 0 where it is drawn, else a key of ``reasons``.
    """

    outcome: Quantity
    regimes: tuple[Regime, ...]
    swept: tuple[Swept, ...]
    values: Float[np.ndarray, "regimes ..."]
    failed: Int[np.ndarray, "regimes ..."]
    reasons: dict[int, str]
    caption: str


def read(dataset: xr.Dataset, outcome: str, regimes: str | Iterable[str] | None, over: Sequence[str]) -> Reading:
    """Read one outcome over the parameters named in ``over``.

    Raises
    ------
    UnknownNameError
        If the dataset has no such regime.
    InputError
        If no regime is asked for, or a parameter has no numbers as values.
    """
    chosen = _with_outcome(dataset, outcome, chosen_regimes(dataset, regimes), asked=regimes is not None)
    needed = dataset[[outcome, *(name for name in NOT_OUTCOMES if name in dataset)]]
    part = needed.isel(regime=[regime.place for regime in chosen]).sortby(list(over)).transpose("regime", *over)
    values = part[outcome].values.astype(float)
    failed = _failed(part, values)
    return Reading(
        Quantity.of(dataset[outcome]),
        chosen,
        tuple(_swept(part, name) for name in over),
        np.where(failed == 0, values, np.nan),
        failed,
        _reasons(dataset),
        caption_of(dataset),
    )


def chosen_regimes(dataset: xr.Dataset, names: str | Iterable[str] | None) -> tuple[Regime, ...]:
    """Return the regimes of these names, in this order; all of them if no names are given."""
    known = [str(name) for name in dataset["regime"].values]
    wanted = known if names is None else [names] if isinstance(names, str) else list(dict.fromkeys(names))
    if not wanted:
        raise InputError(f"found no regime to show, expected some of {', '.join(known)}. Leave regimes out for all.")
    for name in wanted:
        if name not in known:
            raise UnknownNameError("regime", str(name), known)
    words = table_of(dataset["regime"].attrs.get("descriptions"))
    return tuple(Regime(plain(name), plain(words.get(name, "")), known.index(name)) for name in wanted)


def _with_outcome(dataset: xr.Dataset, outcome: str, regimes: tuple[Regime, ...], *, asked: bool) -> tuple[Regime, ...]:
    """Return the regimes that have an outcome; a regime that was asked for by name must."""
    without = json.loads(dataset[outcome].attrs.get("not_under", "[]"))
    kept = tuple(regime for regime in regimes if regime.name not in without)
    if not kept or (asked and len(kept) < len(regimes)):
        lacking = ", ".join(regime.name for regime in regimes if regime.name in without)
        raise InputError(
            f"found no outcome {outcome!r} under {lacking}, expected regimes, or an outcome, that go together"
        )
    return kept


def _swept(dataset: xr.Dataset, name: str) -> Swept:
    array = dataset[name]
    if array.dtype.kind not in "iuf":
        example = choice(name, array.values[0])
        raise InputError(
            f"found values of {name} such as {example}, expected numbers. "
            f"Select one of them, for example dataset.sel({example})."
        )
    return Swept(Quantity.of(array), array.values.astype(float), array.dtype.kind in "iu")


def _failed(dataset: xr.Dataset, values: Float[np.ndarray, "regimes ..."]) -> Int[np.ndarray, "regimes ..."]:
    """Return 0 where a point is drawn, else the number of the condition that fails there."""
    shape = values.shape
    valid: Bool[np.ndarray, "regimes ..."] = np.ones(shape, bool)
    if "valid" in dataset:
        valid = dataset["valid"].values.astype(bool)
    named: Int[np.ndarray, "regimes ..."] = np.zeros(shape, int)
    if "failed_condition" in dataset:
        named = dataset["failed_condition"].values.astype(int)
    unnamed = np.where(valid, NO_NUMBER, NO_REASON)
    return np.where(valid & np.isfinite(values), 0, np.where(valid | (named == 0), unnamed, named))


def _reasons(dataset: xr.Dataset) -> dict[int, str]:
    """Return the conditions that may fail, in words."""
    reasons = {
        NO_NUMBER: "the outcome is a finite number",
        NO_REASON: "the sweep marks the point as valid (no condition named)",
    }
    if "failed_condition" in dataset:
        attrs = dataset["failed_condition"].attrs
        names = str(attrs.get("flag_meanings", "")).split()
        codes = np.atleast_1d(attrs.get("flag_values", np.arange(len(names)))).tolist()
        words = {name.replace(" ", ""): meaning for name, meaning in table_of(attrs.get("meanings")).items()}
        reasons |= {
            int(code): plain(words.get(name) or name.replace("_", " "))
            for code, name in zip(codes, names, strict=False)
        }
    return reasons


def caption_of(dataset: xr.Dataset) -> str:
    """Return the model's name and the values of the parameters that are not swept."""
    fixed = []
    for name, array in dataset.coords.items():
        if array.ndim == 0 and name != "regime":
            value = array.item()
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            shown = number(float(value)) if is_number else plain(str(value))
            fixed.append(unbroken(f"{Quantity.of(array).sign} = {shown}"))
    model = plain(str(dataset.attrs.get("model", "")))
    return ": ".join(part for part in (f"Model {model}" if model else "", ", ".join(fixed)) if part)
