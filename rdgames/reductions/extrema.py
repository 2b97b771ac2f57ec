"""The least and the greatest value of outcomes over a grid, and where they are attained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np
import xarray as xr

from rdgames.game.game import Game
from rdgames.kernel.blocks import Block
from rdgames.kernel.kernel import Kernel
from rdgames.kernel.tracing import FAILED
from rdgames.reductions.asked import Asked, Outputs, Progress, Step, asked, fused, value_in

ENDS = {"minimum": -1, "maximum": 1}


def extremes(
    game: Game,
    regimes: Iterable[str] | str,
    /,
    *,
    outcomes: Iterable[str] | None = None,
    extrapolate: bool = False,
    progress: Progress | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Return the least and the greatest value of outcomes over the valid points of a grid, and where they are attained.

    Parameters
    ----------
    game, regimes, outcomes, parameters, extrapolate, progress
        As in `rdgames.grid.sweep.sweep`; the grid may have up to 10**12 points.

    Returns
    -------
    xarray.Dataset
        Dimensions ``regime`` and ``outcome``. ``minimum`` and ``maximum``; and for every swept parameter, such as beta,
        ``beta_at_minimum`` and ``beta_at_maximum``, the first point of the grid, in its order, of several with the same
        value. NaN where a regime has no valid point with a finite value.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, InputError
        If names or values are not those of the game, or there are too many points.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> ds = extremes(game, "competition", outcomes=["x"], a=100, b=1, c=60, n=2, gamma=5, beta="0:1:5")
    >>> ds["maximum"].values.round(3).tolist(), ds["beta_at_maximum"].values.tolist()
    ([[3.902]], [[0.0]])
    """
    question = asked(game, regimes, outcomes, parameters, extrapolate=extrapolate, progress=progress)
    shape = (len(ENDS), len(question.question.regimes), len(question.question.outcomes))
    best, blocks = np.full(shape, -np.inf), dict[tuple[int, ...], Block]()
    order = np.zeros(shape, dtype=object)  # whole numbers as large as they come
    for block, found in question.reduced(_step(question.kernel)):
        start = _start(block, question.grid.shape)
        better = (found > best) | ((found == best) & (start < order))
        best[better], order[better] = found[better], start
        blocks |= dict.fromkeys(map(tuple, np.argwhere(better).tolist()), block)
    return _labelled(question, _located(question, shape, blocks))


def _start(block: Block, shape: tuple[int, ...]) -> int:
    """Return how many points of the grid come before a block."""
    start = 0
    for part, length in zip(block, shape, strict=True):
        start = start * length + part.start
    return start


@lru_cache(maxsize=32)
def _step(kernel: Kernel) -> Step:
    def seen(found: Outputs) -> Any:
        return [[value_in(found, regime, name) for name in kernel.outcomes] for regime in kernel.regimes]

    def summed(values: list[list[tuple[Any, Any]]], _: Any) -> Any:
        def highest(value: Any, present: Any, sign: int) -> Any:
            return jnp.max(jnp.where(present, sign * value, -jnp.inf))

        return jnp.array(
            [[[highest(value, present, sign) for value, present in row] for row in values] for sign in ENDS.values()]
        )

    return fused(kernel, "extremes", seen, summed)


def _located(asked_for: Asked, shape: tuple[int, ...], blocks: Mapping[tuple[int, ...], Block]) -> np.ndarray:
    """Return each end, and the swept parameters there: the block that has it is computed once more."""
    grid, kernel = asked_for.grid, asked_for.kernel
    found = np.full((*shape, 1 + len(grid.axes)), np.nan)
    for place, block in blocks.items():
        sign, regime = [*ENDS.values()][place[0]], kernel.regimes[place[1]]
        values = kernel.evaluate(grid.axes, grid.fixed, block)
        value, failed = values[regime, kernel.outcomes[place[2]]], values[regime, FAILED]
        at = np.argmax(np.where((failed == 0) & np.isfinite(value), sign * value, -np.inf))
        inside = np.unravel_index(at, value.shape)
        here = [along[part][i] for along, part, i in zip(grid.axes.values(), block, inside, strict=True)]
        found[place] = [value[inside], *here]
    return found


def _labelled(asked_for: Asked, found: np.ndarray) -> xr.Dataset:
    dims = ("regime", "outcome")
    question = asked_for.question
    data: dict[str, Any] = {}
    for end, values in zip(ENDS, found, strict=True):
        word = "least" if end == "minimum" else "greatest"
        data[end] = (dims, values[..., 0], {"long_name": f"{word} value of an outcome"})
        for place, name in enumerate(asked_for.grid.axes, start=1):
            words = {"long_name": f"{name} at the {word} value", "units": question.game.parameter[name].unit}
            data[f"{name}_at_{end}"] = (dims, values[..., place], words)
    units = [asked_for.attributes(name)["units"] for name in question.outcomes]
    more = {
        "outcome": ("outcome", list(question.outcomes), {"long_name": "outcome"}),
        "units": ("outcome", units, {"long_name": "unit of an outcome"}),
    }
    return asked_for.dataset(data, further=more)
