"""What a sweep found: where regimes are valid, which is best, and how far outcomes range."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xarray as xr

from rdgames.grid.labels import VALID
from rdgames.kernel.tracing import FAILED
from rdgames.markup.page import Table

CLOSE = 1e-12
"""Outcomes that differ by less than this part of the highest are as high."""


def sweep_tables(dataset: xr.Dataset, of: str) -> tuple[list[str], list[Table], list[str]]:
    """Return what was swept, in words; tables of regimes and of ranges; and what failing conditions mean."""
    dataset = dataset.transpose("regime", ...)
    axes = [str(dim) for dim in dataset[VALID].dims if dim != "regime"]
    points = dataset[VALID].size // dataset.sizes["regime"]
    swept = [
        f"{name} = {_short(dataset[name].values.min())} to {_short(dataset[name].values.max())} "
        f"({dataset.sizes[name]} values)"
        for name in axes
    ]
    fixed = [f"{n} = {_short(c.item())}" for n, c in dataset.coords.items() if c.ndim == 0 and c.dtype.kind in "iuf"]
    front = "; ".join(part for part in (", ".join(swept), ", ".join(fixed)) if part)
    failing, named = _failing(dataset)
    best = _best(dataset, of) if of else None
    rows = []
    for place, regime in enumerate(dataset["regime"].values.tolist()):
        valid = int(dataset[VALID].values[place].sum())
        row = [str(regime), f"{valid} of {points}", ", ".join(f"{name} ({n})" for name, n in failing[place].items())]
        rows.append([*row, f"{int(best[place].sum())} points"] if best is not None else row)
    head = ["regime", "valid points", "first condition that fails"]
    tables = [Table([*head, f"highest {of} at"] if best is not None else head, rows)]
    ranges = [row for name in _outcomes(dataset) for row in _ranges(dataset, name, axes)]
    if ranges:
        tables.append(Table(["outcome", "regime", "least", "where", "most", "where"], ranges, numbers=[2, 4]))
    meanings = json.loads(dataset[FAILED].attrs.get("meanings", "{}"))
    return [front], tables, [f"{name}: {meanings[name]}." for name in named if name in meanings]


def _failing(dataset: xr.Dataset) -> tuple[list[dict[str, int]], list[str]]:
    """Return for each regime how often which condition fails first, the most frequent first; and all that do."""
    names = str(dataset[FAILED].attrs["flag_meanings"]).split()
    found = []
    for codes in dataset[FAILED].values:
        counts = np.bincount(codes.ravel().astype(np.int64), minlength=len(names))
        order = sorted((code for code in range(1, len(names)) if counts[code]), key=lambda code: -counts[code])
        found.append({names[code]: int(counts[code]) for code in order})
    return found, list(dict.fromkeys(name for each in found for name in each))


def _best(dataset: xr.Dataset, of: str) -> Any:
    """Return where each regime has the highest value among those that are valid; several may."""
    values = np.where(dataset[VALID].values.astype(bool), dataset[of].values, np.nan)
    values = np.where(np.isfinite(values), values, -np.inf)
    top = values.max(axis=0)
    return (values >= top - CLOSE * np.abs(top)) & np.isfinite(values)


def _outcomes(dataset: xr.Dataset) -> list[str]:
    shape = dataset[VALID].dims
    return [str(n) for n, v in dataset.data_vars.items() if v.dtype.kind == "f" and v.dims == shape]


def _ranges(dataset: xr.Dataset, name: str, axes: list[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    for regime in dataset["regime"].values.tolist():
        part = dataset[name].sel(regime=regime)
        values = np.where(np.isfinite(part.values), part.values, np.nan)
        if np.isnan(values).all():
            ends = ["-", "", "-", ""]
        else:
            ends = []
            for place in (np.nanargmin(values), np.nanargmax(values)):
                where = np.unravel_index(place, values.shape)
                at = ", ".join(
                    f"{axis} = {_short(dataset[axis].values[i])}" for axis, i in zip(axes, where, strict=True)
                )
                ends += [_short(values[where]), at]
        rows.append(["" if rows else name, str(regime), *ends])
    return rows


def _short(value: Any) -> str:
    return f"{float(value):.6g}"
