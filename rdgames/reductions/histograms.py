"""How the values of an outcome are distributed over a grid."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np
import xarray as xr

from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.kernel.kernel import Kernel
from rdgames.reductions.asked import Outputs, Progress, Step, asked, fused, tally, value_in


def histogram(
    game: Game,
    regimes: Iterable[str] | str,
    /,
    of: str,
    edges: Any,
    *,
    extrapolate: bool = False,
    progress: Progress | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Count the values of an outcome by size, over the valid points of a grid.

    Parameters
    ----------
    game, regimes, parameters, extrapolate, progress
        As in `rdgames.grid.sweep.sweep`; the grid may have up to 10**12 points.
    of
        The outcome.
    edges
        Increasing numbers, the edges of the bins. A bin holds its left edge, and only the last bin its right edge too.

    Returns
    -------
    xarray.Dataset
        ``number`` (regime, bin), how many values lie in a bin; ``below`` and ``above`` (regime), how many lie outside
        all bins; ``without`` (regime), at how many points the regime is no valid equilibrium or has no finite value.
        The coordinates ``left`` and ``right`` are the edges of each bin.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, InputError
        If names or values are not those of the game, or edges do not increase.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> found = histogram(game, "cartel", "x", [2, 3, 4, 5], a=100, b=1, c=60, n=2, gamma=5, beta="0:1:11")
    >>> found["number"].values.tolist(), found["below"].values.tolist()
    ([[5, 3, 2]], [1])
    """
    numbers = _read_edges(edges)
    question = asked(game, regimes, [of], parameters, extrapolate=extrapolate, progress=progress)
    step = _step(question.kernel, of, tuple(numbers.tolist()))
    total = np.zeros((len(question.question.regimes), len(numbers) + 2), np.int64)
    for _, found in question.reduced(step):
        total += found
    words = {"long_name": f"points by value of {of}", "units": "points"}
    data = {
        "number": (("regime", "bin"), total[:, 1:-2], words),
        "below": (("regime",), total[:, 0], {"long_name": f"points with {of} below all bins", "units": "points"}),
        "above": (("regime",), total[:, -2], {"long_name": f"points with {of} above all bins", "units": "points"}),
        "without": (("regime",), total[:, -1], {"long_name": f"points without a value of {of}", "units": "points"}),
    }
    described = question.attributes(of)
    more = {
        "left": ("bin", numbers[:-1], described | {"long_name": f"left edge of a bin of {of}"}),
        "right": ("bin", numbers[1:], described | {"long_name": f"right edge of a bin of {of}"}),
    }
    return question.dataset(data, further=more)


def _read_edges(edges: Any) -> np.ndarray:
    try:
        numbers = np.asarray(edges, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"found edges {edges!r}, expected increasing numbers such as [0, 1, 2]") from None
    if numbers.ndim != 1 or len(numbers) < 2 or not np.isfinite(numbers).all() or not (np.diff(numbers) > 0).all():
        raise InputError("found edges that are not at least two increasing finite numbers, expected such as [0, 1, 2]")
    return numbers


@lru_cache(maxsize=32)
def _step(kernel: Kernel, of: str, edges: tuple[float, ...]) -> Step:
    numbers = np.array(edges)

    def seen(found: Outputs) -> list[Any]:
        return [_place(*value_in(found, regime, of), numbers) for regime in kernel.regimes]

    def summed(places: list[Any], new: Any) -> Any:
        return jnp.stack([tally(here, len(numbers) + 2, new) for here in places])

    return fused(kernel, f"histogram {of} {edges}", seen, summed)


def _place(value: Any, present: Any, edges: np.ndarray) -> Any:
    """Return how many edges are at or below a value; the last edge is in the last bin; one more where there is none."""
    number = len(edges)
    value = jnp.where(present, value, edges[0])
    even = np.linspace(edges[0], edges[-1], number)
    width = (edges[-1] - edges[0]) / (number - 1)
    if np.abs(edges - even).max() < width / 4:  # as evenly spaced as floats are: at most one bin beside the guess
        guess = jnp.clip((value - edges[0]) / width, -1, number - 1)
        place = jnp.floor(guess).astype(jnp.int32)
        left = jnp.array(edges)[jnp.clip(place, 0, number - 1)]
        right = jnp.array(edges)[jnp.clip(place + 1, 0, number - 1)]
        place = place - ((place >= 0) & (value < left)) + ((place < number - 1) & (value >= right)) + 1
    else:
        place = jnp.searchsorted(jnp.array(edges), value, side="right", method="scan_unrolled").astype(jnp.int32)
    place = jnp.where(value == edges[-1], number - 1, place)
    return jnp.where(present, place, number + 1)
