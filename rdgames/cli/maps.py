"""Maps of which rule keeps a coalition together, as text and as plain data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import xarray as xr


def map_document(kept: xr.Dataset) -> dict[str, Any]:
    """Return which rule keeps a coalition at each point as plain data."""
    first = kept["first"]
    return {
        "coalition": str(kept["members"].item()),
        "keeps": kept.attrs["keeps"],
        "over": {str(name): kept[name].values.tolist() for name in first.dims},
        "meanings": json.loads(first.attrs["meanings"]),
        "first": first.values.tolist(),
        "kept": {str(rule): kept["kept"].sel(rule=rule).values.tolist() for rule in kept["rule"].values},
        "points": int(first.size),
        "points_kept": {str(rule): int(kept["kept"].sel(rule=rule).sum()) for rule in kept["rule"].values},
    }


def print_map(told: Mapping[str, Any]) -> None:
    """Print which rule keeps a coalition: where over one parameter, else at how many points."""
    names, meanings = list(told["over"]), told["meanings"]
    typer.echo(
        f"What keeps {told['coalition']} together over {' and '.join(names)}, the rule named first where several do:"
    )
    if len(names) == 1:
        [values] = told["over"].values()
        for number, run in groupby(zip(told["first"], values, strict=True), key=lambda each: each[0]):
            ends = [value for _, value in run]
            where = f"at {ends[0]:.6g}" if len(ends) == 1 else f"from {ends[0]:.6g} to {ends[-1]:.6g}"
            typer.echo(f"  {names[0]} {where}: {meanings[number]}")
    else:
        counts = Counter(_flat(told["first"]))
        for number in sorted(counts):
            typer.echo(f"  {meanings[number]}: {counts[number]:,} points")
    kept = ", ".join(f"{rule} at {count:,}" for rule, count in told["points_kept"].items())
    typer.echo(f"Kept together: {told['keeps']}.")
    typer.echo(f"Of {told['points']:,} points each rule keeps it at so many, whichever others do: {kept}.")


def _flat(nested: Any) -> Iterator[int]:
    """Yield the numbers in lists of lists."""
    if isinstance(nested, list):
        for each in nested:
            yield from _flat(each)
    else:
        yield nested
