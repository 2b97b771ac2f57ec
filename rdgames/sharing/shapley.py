"""The Shapley value and its relatives: what a player adds to a coalition, averaged over all ways of coming together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import factorial
from typing import Any, final

import numpy as np
from jaxtyping import Shaped

from rdgames.errors import InputError
from rdgames.sharing.amounts import Amounts, fitted, read_amounts
from rdgames.sharing.coalitions import membership, read_games, sizes
from rdgames.sharing.folding import Shares, Table, dividends, linear_shares, over_coalitions, over_members
from rdgames.sharing.rule import Division, Rule


@final
@dataclass(frozen=True)
class Shapley(Rule):
    """The Shapley value: the average of what a player adds to those before it, over all orders of arrival.

    phi_i = sum over S without i of |S|! (P - |S| - 1)!/P! (v(S + i) - v(S)).

    It is the only rule that is efficient, symmetric, additive, and gives nothing to a player that adds nothing. In a
    convex game it is in the core. In a superadditive game no player gets less than alone.
    """

    name = "shapley"
    linear = True
    source = (
        "L. S. Shapley, A Value for n-Person Games, in H. W. Kuhn and A. W. Tucker (eds.), Contributions to the Theory "
        "of Games II, Princeton University Press 1953, 307-317"
    )

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        return Division.of(self, games, linear_shares(games, shapley_shares))


def shapley_shares(games: Table) -> Shares:
    """Return the Shapley values of games of shape [..., 2**P], which are not looked at.

    With w(s) = s! (P - s - 1)!/P!, the weight of a coalition of s others, what a coalition counts for is the same for
    all its members, and for all others: phi_i is the sum of (w(s - 1) + w(s)) v(S) over the coalitions S of i, minus
    the sum of w(s) v(S) over all of them.
    """
    having, lacking = _weights(games.shape[-1].bit_length() - 1, exact=games.dtype == object)
    lost = np.asarray(games @ lacking)
    shares: Shares = over_coalitions(games * having) - lost[..., None]
    return shares


def order_weights(players: int) -> Shaped[np.ndarray, " players"]:
    """Return w(s) = s! (P - s - 1)!/P!, how likely it is that s given others, and they only, come before a player."""
    return np.array(
        [Fraction(factorial(s) * factorial(players - s - 1), factorial(players)) for s in range(players)], dtype=object
    )


@lru_cache(maxsize=8)
def _weights(
    players: int, *, exact: bool
) -> tuple[Shaped[np.ndarray, " coalitions"], Shaped[np.ndarray, " coalitions"]]:
    """Return w(s - 1) + w(s) and w(s) for each coalition; there are no others of P players, and w(P) is 0."""
    others, none = order_weights(players), np.array([Fraction(0)])
    lacking, having = np.concatenate([others, none]), np.concatenate([none, others])
    having = having + lacking
    if not exact:
        lacking, having = lacking.astype(np.float64), having.astype(np.float64)
    return having[sizes(players)], lacking[sizes(players)]


@final
@dataclass(frozen=True, eq=False)
class WeightedShapley(Rule):
    """The weighted Shapley value: each dividend of cooperation is split in proportion to weights, not equally.

    With the dividends D of `rdgames.sharing.folding.dividends`, and for each coalition T the set T' of its members on
    the highest level present in T, phi_i = sum over the T with i in T' of w_i/w(T') D(T). Weights are positive;
    players of lower levels get something only where nobody of a higher one is needed. With equal weights and levels
    this is the Shapley value.

    It is efficient and additive, and gives nothing to a player that adds nothing. Partners (players who add something
    only together) get shares of their joint dividend in proportion to their weights. In floats the dividends lose
    about P binary digits.

    Attributes
    ----------
    weights
        Positive numbers, [..., P].
    levels
        An integer for each player; None if all are on the same level.
    """

    weights: Any
    levels: Any = None

    name = "weighted-shapley"
    linear = True
    source = (
        "E. Kalai and D. Samet, On Weighted Shapley Values, International Journal of Game Theory 16 (1987), 205-222"
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", read_amounts("weights", self.weights, positive=True))
        if self.levels is not None:
            levels = np.asarray(self.levels)
            if levels.shape != self.weights.shape[-1:] or levels.dtype.kind not in "iu":
                problem = f"expected an integer for each of {self.weights.shape[-1]} players"
                raise InputError(f"found the levels {self.levels!r}, {problem}")
            object.__setattr__(self, "levels", levels)

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        games, weights = fitted(games, self.weights)
        if weights.ndim == 1:
            shares = linear_shares(games, lambda some: self._shares(some, weights))
        else:
            shares = self._shares(games, weights)
        return Division.of(self, games, shares)

    def _shares(self, games: Table, weights: Amounts) -> Shares:
        players = weights.shape[-1]
        levels = np.zeros(players, dtype=np.int64) if self.levels is None else self.levels
        ordered = np.unique(levels)
        highest = np.where(membership(players), np.searchsorted(ordered, levels), -1).max(axis=-1)
        surplus = dividends(games)
        shares: Shares = 0 * games[..., :1] * weights
        for level in range(len(ordered)):
            here = highest == level
            sharing = np.where(levels == ordered[level], weights, 0 * weights)
            total = over_members(sharing)
            each = np.where(here, surplus, 0 * surplus) / np.where(here, total, 1 + 0 * total)
            shares = shares + sharing * over_coalitions(each)
        return shares
