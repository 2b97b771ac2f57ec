"""Which regime is best at every point of a grid."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np
import xarray as xr

from rdgames.game.game import Game
from rdgames.grid.labels import flags
from rdgames.kernel.kernel import Kernel
from rdgames.reductions.asked import Outputs, Progress, Step, asked, check_results, fused, near_top, value_in

NONE = -1


def best_regimes(
    game: Game,
    regimes: Iterable[str] | str,
    /,
    of: str,
    *,
    lowest: bool = False,
    extrapolate: bool = False,
    progress: Progress | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Return which regime gives the highest value of an outcome at every point, without storing the outcome.

    Parameters
    ----------
    game, regimes, parameters, extrapolate, progress
        As in `rdgames.grid.sweep.sweep`; the grid may have up to 10**9 points.
    of
        The outcome by which regimes are ranked.
    lowest
        Look for the lowest value instead.

    Returns
    -------
    xarray.Dataset
        Dimensions are the swept parameters. ``best_regime`` counts the regimes in the order asked for, from 0; -1
        stands where no regime is a valid equilibrium with a finite outcome. Values tie where they differ by at most
        10**-12 of the highest; there the regime named first stands, and ``tied`` is true. The names of the regimes are
        in the coordinate ``regime``.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, InputError
        If names or values are not those of the game, or there are too many points.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> found = best_regimes(game, ["competition", "cartel"], "x", a=100, b=1, c=60, n=2, gamma=5, beta=[0.25, 0.5, 1])
    >>> found["best_regime"].values.tolist(), found["tied"].values.tolist()
    ([0, 0, 1], [False, True, False])
    """
    question = asked(game, regimes, [of], parameters, extrapolate=extrapolate, progress=progress)
    grid = question.grid
    check_results(grid.size)
    best = np.empty(grid.shape, _type_of_places(question.kernel))
    tied = np.empty(grid.shape, bool)
    for block, found in question.reduced(_step(question.kernel, of, -1 if lowest else 1)):
        here: tuple[Any, ...] = (*block, ...)  # a view, also where nothing is swept
        np.right_shift(found, 1, out=best[here])
        np.not_equal(found & 1, 0, out=tied[here])
    names = question.question.regimes
    about = {
        "long_name": f"regime with the {'lowest' if lowest else 'highest'} value of {of}",
        "units": "",
        **flags(["none", *names], best.dtype, first=NONE),
    }
    words = {"long_name": f"whether several regimes have the {'lowest' if lowest else 'highest'} value of {of}"}
    return question.dataset({"best_regime": (grid.axes, best, about), "tied": (grid.axes, tied, words)}, grid.axes)


def _type_of_places(kernel: Kernel) -> np.dtype[Any]:
    """Return the type that holds twice the number of regimes, and less than nothing."""
    return np.min_scalar_type(-2 * len(kernel.regimes))


@lru_cache(maxsize=32)
def _step(kernel: Kernel, of: str, sign: int) -> Step:
    """Return what finds twice the place of the best regime, and one more where several are best.

    One result is computed faster than two.
    """
    number = _type_of_places(kernel).type

    def seen(found: Outputs) -> Any:
        near = near_top((value_in(found, regime, of) for regime in kernel.regimes), sign)
        code: Any = number(2 * NONE)
        for place, here in reversed([*enumerate(near)]):
            code = jnp.where(here, jnp.where(code >= 0, number(2 * place + 1), number(2 * place)), code)
        return code

    return fused(kernel, f"best {of} {sign}", seen)
