"""Who depends on whom: what a player would lose without the others, and what they would lose without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Shaped

from rdgames.sharing.coalitions import read_games, rounding, unknown
from rdgames.sharing.equal import alone, utopia
from rdgames.sharing.folding import Shares


@dataclass(frozen=True, eq=False)
class Dependence:
    """How much players depend on each other: all and one, and each on each other.

    Attributes
    ----------
    on_others
        What is lost to player i without the others, v(N) - v(i).
    of_others
        What is lost to the others without player i, v(N) - v(N - i).
    on_each
        What is lost to player i without player j if there is nobody else, v(i, j) - v(i), at [..., i, j]; what is lost
        to j is at [..., j, i]. 0 for i = j.
    unweighted
        Where dependence gives no weights: a player loses nothing without the others, or they lose less than nothing
        without it, or nobody would be missed.
    """

    on_others: Shares
    of_others: Shares
    on_each: Shaped[np.ndarray, "*points players players"]
    unweighted: Bool[np.ndarray, "*points"]

    @property
    def joint(self) -> Shares:
        """The joint dependence of each player and the others: the sum of what both sides would lose."""
        joint: Shares = self.on_others + self.of_others
        return joint

    @property
    def asymmetry(self) -> Shares:
        """By how much more each player depends on the others than they on it; negative for a strong player."""
        difference: Shares = self.on_others - self.of_others
        return difference

    @property
    def joint_of_each(self) -> Shaped[np.ndarray, "*points players players"]:
        """The joint dependence of each two players, if there is nobody else."""
        joint: Shares = self.on_each + np.swapaxes(self.on_each, -1, -2)
        return joint

    @property
    def asymmetry_of_each(self) -> Shaped[np.ndarray, "*points players players"]:
        """By how much more player i depends on player j than j on i, at [..., i, j]: v(j) - v(i)."""
        difference: Shares = self.on_each - np.swapaxes(self.on_each, -1, -2)
        return difference

    @property
    def weights(self) -> Shares:
        """Weights for bargaining that add up to 1; NaN where ``unweighted``.

        In proportion to (v(N) - v(N - i))/(v(N) - v(i)): what the others lose without a player, relative to what it
        loses without them.
        """
        barred = self.unweighted[..., None]
        relative = np.where(barred, 0 * self.of_others, self.of_others) / np.where(barred, 1, self.on_others)
        total = np.where(self.unweighted, 1, relative.sum(axis=-1))
        return np.where(barred, np.nan, relative / total[..., None])


def dependence(worth: Any) -> Dependence:
    """Return how much the players of each game depend on each other.

    One relation is that of a player and all others: each side can go on without the other, and loses what is then
    missing of v(N). Another is that of each two players, if there is nobody else. As in Gulati and Sytch (2007), the
    sum of what both sides lose is their joint dependence, and the difference the asymmetry of dependence.

    Parameters
    ----------
    worth
        Games, [..., 2**P].

    Raises
    ------
    InputError
        If these are no games.

    References
    ----------
    R. Gulati and M. Sytch, Dependence Asymmetry and Joint Dependence in Interorganizational Relationships,
    Administrative Science Quarterly 52 (2007), 32-69.

    Examples
    --------
    >>> glove = dependence([0, 0, 0, 1, 0, 1, 0, 1])
    >>> glove.on_others.tolist(), glove.of_others.tolist()
    ([1.0, 1.0, 1.0], [1.0, 0.0, 0.0])
    >>> glove.joint.tolist(), glove.asymmetry.tolist(), glove.weights.tolist()
    ([2.0, 1.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 0.0])
    """
    games, players = read_games(worth)
    single, everyone = alone(games), np.arange(players)
    pairs = (1 << everyone[:, None]) | (1 << everyone)
    on_others, of_others = games[..., -1:] - single, utopia(games)
    slack = rounding(games)[..., None]
    independent, unwanted, missed = on_others <= slack, of_others < -slack, of_others > slack
    unweighted = (independent | unwanted).any(axis=-1) | ~missed.any(axis=-1) | unknown(games)
    return Dependence(on_others, of_others, games[..., pairs] - single[..., None], np.asarray(unweighted))
