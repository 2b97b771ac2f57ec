"""The best value of an outcome along one axis of a grid, and where it is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import prod
from typing import Any

import jax.numpy as jnp
import numpy as np
import xarray as xr

from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.kernel.kernel import Kernel
from rdgames.reductions.asked import Outputs, Progress, Step, asked, check_results, fused, value_in

ALONG = 512
"""How many places of the axis that is gone along a block has: only once for so many is what is best merged."""


def optimum(
    game: Game,
    regimes: Iterable[str] | str,
    /,
    of: str,
    over: str,
    *,
    lowest: bool = False,
    extrapolate: bool = False,
    progress: Progress | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Return the highest value of an outcome along one swept parameter, and the value of the parameter there.

    Parameters
    ----------
    game, regimes, parameters, extrapolate, progress
        As in `rdgames.grid.sweep.sweep`; the grid may have up to 10**12 points.
    of
        The outcome.
    over
        The parameter that is chosen, one of the swept ones.
    lowest
        Look for the lowest value instead.

    Returns
    -------
    xarray.Dataset
        Dimensions ``regime`` and the other swept parameters. The outcome, by its name, is the highest among the valid
        points along the axis; the parameter, by its name, is where, the first place of several with the same value;
        both are NaN where no point is valid. ``valid`` is how many points along the axis have a value.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, InputError
        If names or values are not those of the game, nothing is swept under that name, or there are too many points.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> found = optimum(game, "competition", "effective_rd", "beta", a=100, b=1, c=60, n=[2, 3], gamma=5, beta="0:1:5")
    >>> found["beta"].values.tolist()
    [[0.5, 0.5]]
    """
    question = asked(game, regimes, [of], parameters, extrapolate=extrapolate, progress=progress)
    axes = question.grid.axes
    if over not in axes:
        raise InputError(
            f"found over = {over!r}, expected a parameter with several values: {', '.join(axes) or 'none has'}"
        )
    sign = -1 if lowest else 1
    kept = tuple(name for name in axes if name != over)
    shape = (len(question.question.regimes), *(len(axes[name]) for name in kept))
    check_results(prod(shape))
    best, place, valid = np.full(shape, -np.inf), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for block, (value, at, number) in question.reduced(_step(question.kernel, of, sign), over, ALONG):
        here = (slice(None), *block[1:])
        at = at + block[0].start
        better = (value > best[here]) | ((value == best[here]) & (at < place[here]))
        best[here], place[here] = np.where(better, value, best[here]), np.where(better, at, place[here])
        valid[here] += number
    dims = ("regime", *kept)
    word = "lowest" if lowest else "highest"
    described = question.attributes(of)
    described["long_name"] = f"{word} {described['long_name']}"
    where = np.where(valid > 0, axes[over][place], np.nan)
    parameter = game.parameter[over]
    data = {
        of: (
            dims,
            np.where(valid > 0, sign * best, np.nan),
            described | {"long_name": f"{word} {described['long_name']}"},
        ),
        over: (dims, where, {"long_name": f"{over} at which {of} is {word}", "units": parameter.unit}),
        "valid": (dims, valid, {"long_name": f"points along {over} with a value of {of}", "units": "points"}),
    }
    return question.dataset(data, kept)


@lru_cache(maxsize=32)
def _step(kernel: Kernel, of: str, sign: int) -> Step:
    def seen(found: Outputs) -> list[Any]:
        values = (value_in(found, regime, of) for regime in kernel.regimes)
        return [(jnp.where(present, sign * value, -jnp.inf), present) for value, present in values]

    def summed(values: list[Any], new: Any) -> tuple[Any, Any, Any]:
        best = jnp.stack([jnp.max(value, axis=0) for value, _ in values])
        places = jnp.arange(values[0][0].shape[0], dtype=jnp.int32).reshape([-1] + [1] * (values[0][0].ndim - 1))
        first = [jnp.where(value == top, places, len(places)) for (value, _), top in zip(values, best, strict=True)]
        number = [jnp.sum(present & new, axis=0, dtype=jnp.int32) for _, present in values]
        return best, jnp.stack([jnp.min(each, axis=0) for each in first]), jnp.stack(number)

    return fused(kernel, f"optimum {of} {sign}", seen, summed)
