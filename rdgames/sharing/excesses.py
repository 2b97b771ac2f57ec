"""What coalitions get, and what they miss: the excess of a coalition over a division is its worth less its shares.

A coalition with a positive excess is worth more than its members are given: they would do better alone, and block.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Shaped


def totals(shares: Shaped[np.ndarray, "*points players"]) -> Shaped[np.ndarray, "*points coalitions"]:
    """Return what the members of every coalition get together, x(S) = sum of x_i over i in S.

    The table is doubled one player at a time, so that each coalition costs one addition.
    """
    found = np.zeros_like(shares[..., :1])
    for player in range(shares.shape[-1]):
        found = np.concatenate([found, found + shares[..., player, None]], axis=-1)
    return found


def excesses(
    games: Shaped[np.ndarray, "*points coalitions"], shares: Shaped[np.ndarray, "*points players"]
) -> Shaped[np.ndarray, "*points coalitions"]:
    """Return by how much each coalition is worth more than its members get, e(S, x) = v(S) - x(S)."""
    return np.asarray(games - totals(shares))
