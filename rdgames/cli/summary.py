"""What a sweep found, in a few lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
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
    for file in summary["files"]:
        out.print(f"wrote {escape(file)}")
