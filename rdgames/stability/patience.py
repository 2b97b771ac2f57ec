"""How patient players must be to keep what they agreed on, if whoever breaks it is never trusted again.

>>> found = critical_discount([10, 10, 4, 10], [15, 10, 9, 12], [5, 5, 5, 11])
>>> found.discount.tolist()
[0.5, 0.0, nan, nan]
>>> found.meanings[found.status[2]]
'what follows is no worse than what was agreed on: no patience keeps it'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int8, Shaped

from rdgames.errors import InputError
from rdgames.sharing.coalitions import ROUNDING
from rdgames.sharing.exactness import read_numbers

KEPT, NO_PUNISHMENT, UNKNOWN = range(3)
MEANINGS = (
    "it is kept by whoever is so patient",
    "what follows is no worse than what was agreed on: no patience keeps it",
    "what the player gets is unknown",
)
"""What a status says."""


@dataclass(frozen=True, eq=False)
class Patience:
    """How patient each player must be.

    Attributes
    ----------
    discount
        The smallest discount factor per period: what a unit of the next period is worth now, from 0 to below 1. NaN
        exactly where ``status`` is not 0.
    status
        By ``meanings``.
    meanings
        What each status says, in words.
    """

    discount: Shaped[np.ndarray, "..."]
    status: Int8[np.ndarray, "..."]
    meanings: tuple[str, ...] = MEANINGS


def critical_discount(agreed: Any, breaking: Any, after: Any) -> Patience:
    """Return the smallest discount factor at which keeping an agreement pays, for arrays of players and points.

    A player gets ``agreed`` in every period if it keeps the agreement, and ``breaking`` once and ``after`` from then on
    if it does not. It keeps it if

        agreed/(1 - delta) >= breaking + delta*after/(1 - delta), that is
        delta >= (breaking - agreed)/(breaking - after).

    If breaking it gains nothing, 0 suffices where ``after`` is not better; otherwise ``after`` must be worse than
    ``agreed``. (J. W. Friedman, A Non-cooperative Equilibrium for Supergames, Review of Economic Studies 38 (1971),
    1-12.)

    Parameters
    ----------
    agreed, breaking, after
        Payoffs per period, arrays that fit each other; NaN where unknown. Fractions give exact discount factors.

    Raises
    ------
    InputError
        If these are no numbers, or do not fit each other.
    """
    given = [
        read_numbers(f"payoffs {what}", numbers)
        for what, numbers in (("agreed", agreed), ("breaking", breaking), ("after", after))
    ]
    try:
        kept, broken, later = np.broadcast_arrays(*given)
    except ValueError:
        shapes = ", ".join(str(each.shape) for each in given)
        raise InputError(f"found payoffs of shapes {shapes}, expected the same players and points in all") from None
    exact = all(each.dtype == object for each in given)
    known = np.asarray((kept == kept) & (broken == broken) & (later == later), dtype=bool)
    slack: Any = 0
    if not exact:
        kept, broken, later = (each.astype(np.float64) for each in (kept, broken, later))
        slack = ROUNDING * np.max(np.abs([np.where(known, each, 0.0) for each in (kept, broken, later)]), axis=0)
    with np.errstate(invalid="ignore"):
        tempting = known & np.asarray(broken > kept + slack, dtype=bool)
        feared = np.asarray(kept > later + slack, dtype=bool)
        kept_anyway = known & ~tempting & np.asarray(kept >= later - slack, dtype=bool)
    discount = np.full(known.shape, np.nan, dtype=object if exact else np.float64)
    discount[kept_anyway] = 0
    priced = tempting & feared
    discount[priced] = (broken[priced] - kept[priced]) / (broken[priced] - later[priced])
    status = np.where(~known, UNKNOWN, np.where(priced | kept_anyway, KEPT, NO_PUNISHMENT))
    return Patience(discount, status.astype(np.int8))
