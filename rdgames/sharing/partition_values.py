"""Values of games in partition function form, in which a coalition gains or loses by how the others are grouped."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import factorial
from typing import Any, final

import numpy as np
from jaxtyping import Shaped

from rdgames.sharing.folding import linear_shares
from rdgames.sharing.partitions import coalitional, partitions, read_partition_games
from rdgames.sharing.rule import Division, Rule
from rdgames.sharing.shapley import shapley_shares


@final
@dataclass(frozen=True)
class MyersonPartition(Rule):
    """Myerson's value of games in partition function form.

    Over all partitions Q and their blocks S, |Q| the number of blocks,

        phi_i = sum of (-1)**(|Q| - 1) (|Q| - 1)! (1/P - sum over the blocks T of Q other than S, without i,
                of 1/((|Q| - 1)(P - |T|))) v(S, Q).

    It is the only rule that is efficient, symmetric and additive, and gives everything to a carrier: a set of players
    such that what a coalition is worth depends only on how they are grouped. Without externalities it is the Shapley
    value. A player may lose by an externality that helps its own coalition.
    """

    name = "myerson-partition"
    linear = True
    source = (
        "R. B. Myerson, Values of Games in Partition Function Form, International Journal of Game Theory 6 (1977), "
        "23-31"
    )
    takes = "partitions"

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, players = read_partition_games(worth)
        matrix = _myerson_matrix(players)
        if games.dtype != object:
            matrix = matrix.astype(np.float64)
        shares = games.reshape(*games.shape[:-2], -1) @ matrix
        together = games[..., 0, :1]  # an unknown game is unknown here too
        return Division.of(self, together, shares)


@lru_cache(maxsize=4)
def _myerson_matrix(players: int) -> Shaped[np.ndarray, "places players"]:
    """Return how much each place of a flat game counts for each player."""
    found = np.full((len(partitions(players)), players, players), Fraction(0), dtype=object)
    for row, partition in enumerate(partitions(players)):
        others = len(partition) - 1
        sign = (-1) ** others * factorial(others)
        gone = [Fraction(1, others * (players - block.bit_count())) if others else Fraction(0) for block in partition]
        for column in range(len(partition)):
            for own, block in enumerate(partition):
                left_out = sum(gone) - gone[column] - (gone[own] if own != column else 0)
                for player in range(players):
                    if block >> player & 1:
                        found[row, column, player] = sign * (Fraction(1, players) - left_out)
    return found.reshape(-1, players)


@final
@dataclass(frozen=True)
class ExternalityFree(Rule):
    """The externality-free value: the Shapley value of the game in which all outsiders are alone.

    v*(S) = v(S, {S} and each other player alone). What a coalition adds is measured before anybody else reacts.

    It is efficient, symmetric and additive, and a player gets nothing for what it does to others by joining a coalition
    of outsiders. Without externalities it is the Shapley value.
    """

    name = "externality-free"
    linear = True
    source = (
        "G. de Clippel and R. Serrano, Marginal Contributions and Externalities in the Value, Econometrica 76 (2008), "
        "1413-1436"
    )
    takes = "partitions"

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games = coalitional(worth, "singletons")
        return Division.of(self, games, linear_shares(games, shapley_shares))
