"""How many points of a grid are valid, fail by which condition, and are won by which regime."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Any

import jax.numpy as jnp
import numpy as np
import xarray as xr

from rdgames.game.game import Game
from rdgames.kernel.kernel import Kernel
from rdgames.kernel.tracing import FAILED
from rdgames.reductions.asked import TIE, Outputs, Progress, Step, asked, fused, near_top, tally, value_in

ORDERS = APART, AHEAD, BEHIND, LEVEL = range(4)
"""How one regime stands to another at a point; apart where one of them has no value."""


def count(
    game: Game,
    regimes: Iterable[str] | str,
    /,
    of: str | None = None,
    *,
    extrapolate: bool = False,
    progress: Progress | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Count the points of a grid: how many are valid, which condition fails first, where one regime beats another.

    Parameters
    ----------
    game, regimes, parameters, extrapolate, progress
        As in `rdgames.grid.sweep.sweep`; the grid may have up to 10**12 points.
    of
        An outcome by which regimes are compared; they are not if it is left out.

    Returns
    -------
    xarray.Dataset
        ``valid`` (regime), the number of valid points; ``failed`` (regime, condition), the number of points at which a
        condition is the first to fail; together they make ``points``. With an outcome also ``highest`` (regime), at how
        many points a regime has the highest value of all that have one, the regime named first where several tie;
        ``ahead`` (regime, rival), at how many points a regime's value is higher than a rival's, and ``level``
        (regime, rival), at how many the two tie, both among the points where both have one. Values tie where they
        differ by at most 10**-12 of the larger.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, InputError
        If names or values are not those of the game, or there are too many points.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> found = count(game, ["competition", "cartel"], "x", a=100, b=1, c=60, n=2, gamma=5, beta="0:1:5")
    >>> found["valid"].values.tolist(), found["highest"].values.tolist(), int(found["level"][0, 1])
    ([5, 5], [3, 2], 1)
    """
    question = asked(game, regimes, [] if of is None else [of], parameters, extrapolate=extrapolate, progress=progress)
    totals: dict[str, Any] = {}
    for _, found in question.reduced(_step(question.kernel, of)):
        for name, here in found.items():
            totals[name] = totals.get(name, 0) + here.astype(np.int64)
    names = list(question.question.regimes)
    data = {
        "points": ((), question.grid.size, {"long_name": "points of the grid", "units": "points"}),
        "valid": (("regime",), totals["failed"][:, 0], {"long_name": "valid points", "units": "points"}),
        "failed": (
            ("regime", "condition"),
            totals["failed"][:, 1:],
            {"long_name": "points at which a condition is the first to fail", "units": "points"},
        ),
    }
    flags = question.attributes(FAILED)  # the names and meanings of conditions, as a sweep has them
    words = {"long_name": "condition", "meanings": flags["meanings"]}
    more = {"condition": ("condition", flags["flag_meanings"].split()[1:], words)}
    if of is not None:
        counted = {
            "highest": f"points at which a regime has the highest value of {of}",
            "ahead": f"points at which a regime has a higher value of {of} than a rival",
            "level": f"points at which a regime and a rival have the same value of {of}",
        }
        for name, said in counted.items():
            dims = ("regime", "rival")[: totals[name].ndim]
            data[name] = (dims, totals[name], {"long_name": said, "units": "points"})
        more["rival"] = ("rival", names, {"long_name": "regime that another is compared with"})
    return question.dataset(data, further=more)


@lru_cache(maxsize=32)
def _step(kernel: Kernel, of: str | None) -> Step:
    regimes = kernel.regimes
    pairs = list(combinations_with_replacement(range(len(regimes)), 2))

    def seen(found: Outputs) -> dict[str, list[Any]]:
        failed = {"failed": [found[regime, FAILED] for regime in regimes]}
        if of is None:
            return failed
        values = [value_in(found, regime, of) for regime in regimes]
        best: Any = jnp.int16(len(regimes))
        for place, near in reversed([*enumerate(near_top(values, 1))]):
            best = jnp.where(near, jnp.int16(place), best)
        return failed | {"best": [best], "order": [_order(values[one], values[other]) for one, other in pairs]}

    def summed(here: dict[str, list[Any]], new: Any) -> dict[str, Any]:
        codes = len(kernel.condition_names) + 1
        totals = {"failed": jnp.stack([tally(failed, codes, new) for failed in here["failed"]])}
        if of is None:
            return totals
        ahead = level = jnp.zeros((len(regimes), len(regimes)), jnp.int32)
        for (one, other), order in zip(pairs, here["order"], strict=True):
            number = tally(order, len(ORDERS), new)
            ahead = ahead.at[one, other].set(number[AHEAD]).at[other, one].set(number[BEHIND])
            level = level.at[one, other].set(number[LEVEL]).at[other, one].set(number[LEVEL])
        return totals | {"highest": tally(here["best"][0], len(regimes), new), "ahead": ahead, "level": level}

    return fused(kernel, f"count {of}", seen, summed)


def _order(one: tuple[Any, Any], other: tuple[Any, Any]) -> Any:
    """Return how one regime's value stands to another's."""
    lead, least = one[0] - other[0], TIE * jnp.maximum(jnp.abs(one[0]), jnp.abs(other[0]))
    order = jnp.where(lead > least, jnp.int16(AHEAD), jnp.where(lead < -least, jnp.int16(BEHIND), jnp.int16(LEVEL)))
    return jnp.where(one[1] & other[1], order, jnp.int16(APART))
