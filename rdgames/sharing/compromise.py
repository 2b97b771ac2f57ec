"""Rules between what a player can claim at most and what it can be sure of: each bound is read off the game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from jaxtyping import Bool, Shaped

from rdgames.sharing.coalitions import read_games, rounding
from rdgames.sharing.equal import alone, utopia
from rdgames.sharing.folding import Shares, Table, over_coalitions, over_members
from rdgames.sharing.rule import Division, Remark, Rule


def concessions(games: Table) -> Shares:
    """Return the least that each player gives up of M_i in some coalition, l_i = min over S with i of g(S).

    M is `rdgames.sharing.equal.utopia`, and g(S) = sum over j in S of M_j - v(S) the gap: by how much S cannot give
    its members all that they claim.
    """
    return over_coalitions(over_members(utopia(games)) - games, np.minimum)


def between(games: Table, low: Shares, high: Shares, slack: Any) -> tuple[Shares, Bool[np.ndarray, "*points"]]:
    """Return the point of the line through low and high whose shares add up to v(N), and where there is none.

    low + t (high - low) with t = (v(N) - sum low)/(sum high - sum low). Where both add up to the same, up to
    ``slack``, there is none, unless this is v(N): then it is high.
    """
    width = high.sum(axis=-1) - low.sum(axis=-1)
    lacking = high.sum(axis=-1) - games[..., -1]
    narrow = np.asarray(abs(width) <= slack)
    part = np.where(narrow, 0 * width, lacking / np.where(narrow, 1 + 0 * width, width))
    shares: Shares = high - part[..., None] * (high - low)
    return shares, np.asarray(narrow & (abs(lacking) > slack))


def _slack(games: Table, players: int) -> Shaped[np.ndarray, "*points"]:
    """Return how far a sum over the players may be off by rounding."""
    return np.asarray(players * rounding(games))


def _claims(worth: Any) -> tuple[Table, Shaped[np.ndarray, "*points"], Shares, Shares]:
    """Return games, what counts as rounding of a sum, what players claim, and the least that each gives up of it."""
    games, players = read_games(worth)
    return games, _slack(games, players), utopia(games), concessions(games)


@final
@dataclass(frozen=True)
class Tau(Rule):
    """The tau value: the efficient compromise between utopia and minimal rights.

    M_i = v(N) - v(N - i) is the most that player i can claim; m_i = max over S with i of v(S) - sum over j in S - i of
    M_j the least: what is left in a coalition whose other members get all that they claim. The tau value is the
    point of the line from m to M whose shares add up to v(N). It is defined in quasi-balanced games, those with
    m <= M and sum m <= v(N) <= sum M; all games with a core are such.

    It is efficient, symmetric and covariant, individually rational, and gives nothing to a player that adds nothing.
    """

    name = "tau"
    source = (
        "S. H. Tijs, Bounds for the Core and the tau-Value, in O. Moeschlin and D. Pallaschke (eds.), Game Theory and "
        "Mathematical Economics, North-Holland 1981, 123-132"
    )

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, slack, high, least = _claims(worth)
        low = high - least
        shares, _ = between(games, low, high, slack)
        total = games[..., -1]
        return Division.of(
            self,
            games,
            shares,
            ("not quasi-balanced: the utopia payoffs add up to less than v(N)", high.sum(axis=-1) < total - slack),
            (
                "not quasi-balanced: a player's minimal right is above its utopia payoff",
                (least < -slack[..., None]).any(axis=-1),
            ),
            ("not quasi-balanced: the minimal rights add up to more than v(N)", low.sum(axis=-1) > total + slack),
        )


@final
@dataclass(frozen=True)
class CostGap(Rule):
    """The cost gap method: of what all claim, each gives up in proportion to the least it gives up in any coalition.

    x_i = M_i - g(N) l_i/sum_j l_j with the gap g and the concessions l of `concessions`; M_i where g(N) = 0. In
    quasi-balanced games this is the tau value. It is also defined where sum l < g(N), and then gives players less than
    their minimal rights, which a remark says; it is undefined where a gap is negative.
    """

    name = "cost-gap"
    source = (
        "S. H. Tijs and T. S. H. Driessen, Game Theory and Cost Allocation Problems, Management Science 32 (1986), "
        "1015-1028"
    )

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, slack, high, least = _claims(worth)
        shares, nowhere = between(games, high - least, high, slack)
        gap = high.sum(axis=-1) - games[..., -1]
        below = np.asarray(least.sum(axis=-1) < gap - slack)
        return Division.of(
            self,
            games,
            shares,
            ("the players of some coalition claim less than it is worth", (least < -slack[..., None]).any(axis=-1)),
            ("players claim more than there is, but each belongs to a coalition that has no gap to give up", nowhere),
            remarks=(Remark("less than the minimal right", below[..., None] & (least > slack[..., None])),),
        )


@final
@dataclass(frozen=True)
class AlternateCostAvoided(Rule):
    """The alternate cost avoided method (ACA): of all that is claimed, each gives up in proportion to its largest gain.

    x_i = M_i - g(N) (M_i - v(i))/sum_j (M_j - v(j)), with M_i = v(N) - v(N - i) and g(N) = sum_j M_j - v(N); M_i where
    g(N) = 0. For a game of costs, v = -c: each pays its separable cost, and of all other costs a part in proportion to
    what it would have to pay alone beyond its separable cost. Where the gap of each player alone is its smallest, this
    is the cost gap method.

    It is efficient, symmetric and covariant. It is undefined where a player adds less to the others than it is worth
    alone. Where sum_j v(j) <= v(N) <= sum_j M_j every share is between v(i) and M_i.
    """

    name = "aca"
    source = (
        "P. D. Straffin and J. P. Heaney, Game Theory and the Tennessee Valley Authority, International Journal of "
        "Game Theory 10 (1981), 35-43"
    )

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, players = read_games(worth)
        slack = _slack(games, players)
        low, high = alone(games), utopia(games)
        shares, nowhere = between(games, low, high, slack)
        return Division.of(
            self,
            games,
            shares,
            ("a player adds less to all others than it is worth alone", (high < low - slack[..., None]).any(axis=-1)),
            ("no player adds more than it is worth alone, but this does not add up to v(N)", nowhere),
        )
