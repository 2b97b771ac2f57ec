"""Rules that treat all players alike, or differ only by what each is worth alone or adds to all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np

from rdgames.sharing.coalitions import read_games
from rdgames.sharing.folding import Shares, Table
from rdgames.sharing.rule import Division, Rule


def alone(games: Table) -> Shares:
    """Return what each player is worth alone, v(i)."""
    players = games.shape[-1].bit_length() - 1
    return games[..., [1 << player for player in range(players)]]


def utopia(games: Table) -> Shares:
    """Return what each player adds to all others, M_i = v(N) - v(N - i): more it cannot get if they are to stay."""
    players = games.shape[-1].bit_length() - 1
    without = [(1 << players) - 1 - (1 << player) for player in range(players)]
    added: Shares = games[..., -1:] - games[..., without]
    return added


def rest_split(games: Table, first: Shares) -> Shares:
    """Return what each player has first, and an equal part of what is left of v(N), or lacking."""
    left = np.asarray(games[..., -1] - first.sum(axis=-1))
    shares: Shares = first + left[..., None] / first.shape[-1]
    return shares


@final
@dataclass(frozen=True)
class EqualSplit(Rule):
    """All players get the same: x_i = v(N)/P.

    It is efficient, symmetric and additive, but a player may get less than alone, and one that adds nothing gets as
    much as the others.
    """

    name = "equal-split"
    linear = True
    source = (
        "R. van den Brink, Null or Nullifying Players: The Difference between the Shapley Value and Equal Division "
        "Solutions, Journal of Economic Theory 136 (2007), 767-775"
    )

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        return Division.of(self, games, rest_split(games, 0 * alone(games)))


@final
@dataclass(frozen=True)
class EqualSurplus(Rule):
    """Each player gets what it is worth alone, and all gain the same: x_i = v(i) + (v(N) - sum_j v(j))/P.

    Also the center of the imputation set. It is efficient, symmetric, additive and covariant, and no player gets less
    than alone unless v(N) is below the sum of the v(j).
    """

    name = "equal-surplus"
    linear = True
    source = (
        "T. S. H. Driessen and Y. Funaki, Coincidence of and Collinearity between Game Theoretic Solutions, OR "
        "Spektrum 13 (1991), 15-30"
    )

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        return Division.of(self, games, rest_split(games, alone(games)))


@final
@dataclass(frozen=True)
class EgalitarianNonSeparable(Rule):
    """The egalitarian non-separable contribution value (ENSC): x_i = M_i + (v(N) - sum_j M_j)/P.

    Each player gets what it adds to all others, M_i = v(N) - v(N - i), and an equal part of what is then left, or
    pays an equal part of what is lacking. It is efficient, symmetric, additive and covariant, and the dual of the equal
    surplus: what that rule gives in the dual game.
    """

    name = "ensc"
    linear = True
    source = (
        "T. S. H. Driessen and Y. Funaki, Coincidence of and Collinearity between Game Theoretic Solutions, OR "
        "Spektrum 13 (1991), 15-30"
    )

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        return Division.of(self, games, rest_split(games, utopia(games)))
