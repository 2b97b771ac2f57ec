"""What a sweep found, in a few lines."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from rdgames.cli.tables import number, row, table


def summarize(dataset: Any, outcome: str, seconds: float, files: Sequence[Path]) -> dict[str, Any]:
    """Return a summary of a sweep as plain data.

    For each regime: how many points are valid, which conditions fail first at the others, the range of an outcome.
    """
    names = dataset["failed_condition"].attrs["flag_meanings"].split()
    sentences = json.loads(dataset.attrs["regimes"])
    regimes = {}
    for regime in dataset["regime"].values.tolist():
        part = dataset.sel(regime=regime)
        codes = part["failed_condition"].values
        failed = {name: int((codes == code).sum()) for code, name in enumerate(names) if code}
        valid = int(part["valid"].values.sum())
        values = part[outcome].values[part["valid"].values]
        values = values[values == values]  # a regime may have no such outcome
        regimes[regime] = {
            "sentence": sentences[regime],
            "valid": valid,
            "failed": {name: count for name, count in failed.items() if count},
            "minimum": float(values.min()) if values.size else None,
            "maximum": float(values.max()) if values.size else None,
        }
    axes = [str(dim) for dim in dataset["valid"].dims if dim != "regime"]
    return {
        "model": dataset.attrs["model"],
        "axes": {
            name: {"from": float(dataset[name][0]), "to": float(dataset[name][-1]), "number": dataset.sizes[name]}
            for name in axes
        },
        "fixed": {str(name): dataset[name].item() for name in dataset.coords if dataset[name].ndim == 0},
        "points": int(dataset["valid"].size // dataset.sizes["regime"]),
        "outcome": outcome,
        "regimes": regimes,
        "seconds": seconds,
        "files": [str(file) for file in files],
        **precision_of(dataset),
    }


def print_summary(summary: dict[str, Any], out: Console) -> None:
    """Print a summary as a table."""
    axes = ", ".join(
        f"{name} = {axis['from']:g} to {axis['to']:g} ({axis['number']})" for name, axis in summary["axes"].items()
    )
    fixed = ", ".join(f"{name} = {value:g}" for name, value in summary["fixed"].items())
    out.print(f"[bold]{escape(summary['model'])}[/bold]: {axes or 'one point'}; {fixed}")
    outcome = summary["outcome"]
    listing = table("regime", "valid points", f"lowest {outcome}", f"highest {outcome}", "fails first (points)")
    for name, regime in summary["regimes"].items():
        failed = ", ".join(f"{condition} ({count})" for condition, count in regime["failed"].items())
        ends = ("-" if regime[end] is None else number(regime[end]) for end in ("minimum", "maximum"))
        row(listing, name, f"{regime['valid']} of {summary['points']}", *ends, failed)
    out.print(listing)
    for line in lines_of_precision(summary):
        out.print(escape(line))
    for file in summary["files"]:
        out.print(f"wrote {escape(file)}")


def precision_of(dataset: Any) -> dict[str, Any]:
    """Return what single precision cost, as plain data; nothing if a sweep is in double precision.

    The error of an outcome is null where a value is beyond the range of single precision.
    """
    if "computed_in" not in dataset.attrs:
        return {}
    errors = {str(name): each.attrs["float32_error"] for name, each in dataset.items() if "float32_error" in each.attrs}
    return {
        "dtype": "float32",
        "computed_in": json.loads(dataset.attrs["computed_in"]),
        "float32_points": int(dataset.attrs["float32_points"]),
        "float32_error": {name: float(error) if math.isfinite(error) else None for name, error in errors.items()},
    }


def lines_of_precision(summary: Mapping[str, Any]) -> Iterator[str]:
    """Yield what single precision cost, in words: how regimes are computed, and the largest error."""
    by_way: dict[str, list[str]] = {}
    for regime, way in summary.get("computed_in", {}).items():
        by_way.setdefault(way, []).append(regime)
    for way, regimes in by_way.items():
        yield f"{', '.join(regimes)}: computed in {way}"
    errors = summary.get("float32_error", {})
    if errors:
        worst = max(errors, key=lambda name: math.inf if errors[name] is None else errors[name])
        size = "beyond the range of float32" if errors[worst] is None else f"{errors[worst]:.1e}"
        points = f"{summary['float32_points']:,} points compared with exact values"
        yield f"largest relative error in float32: {size} ({worst}; {points})"
    elif by_way:
        yield "errors in float32: not measured, since no valid point has exact values"
