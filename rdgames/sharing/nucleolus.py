"""The nucleolus, the prenucleolus, and the least core: what makes the largest complaint as small as possible.

>>> glove = [0, 0, 0, 1, 0, 1, 0, 1]  # player 0 has a left glove, 1 and 2 have a right one each
>>> Nucleolus().divide(glove).shares.tolist()
[1.0, 0.0, 0.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from jaxtyping import Bool, Shaped

from rdgames.sharing.batched import Nucleoli, nucleoli
from rdgames.sharing.coalitions import read_games, rounding, unknown
from rdgames.sharing.rule import Division, Remark, Rule

NO_IMPUTATION = (
    "there is no imputation: together all are worth less than the sum of what each is worth alone; the prenucleolus "
    "divides such a game"
)
MANY_POINTS = "the largest excess stays the same for other shares of this player"


@final
@dataclass(frozen=True)
class Nucleolus(Rule):
    """The imputation whose excesses, from the largest down, are as small as possible.

    Among the divisions x of v(N) that give every player at least v({i}), let e(S, x) = v(S) - x(S) be the excess of a
    coalition. The nucleolus minimizes the largest excess; among the divisions that do, the second largest; and so on.
    There is exactly one, and it is in the core if the core is not empty. It is undefined where
    v(N) < sum of v({i}): then there is no imputation.

    Axioms: efficiency, individual rationality, symmetry, a player who adds nothing to any coalition gets nothing, and
    covariance (if v(S) becomes k v(S) + sum of a_i over i in S, k > 0, then x_i becomes k x_i + a_i). Not additive,
    and not monotonic: a member can lose where v(N) rises (Megiddo 1974).
    """

    name = "nucleolus"
    source = (
        "D. Schmeidler, The Nucleolus of a Characteristic Function Game, SIAM Journal on Applied Mathematics 17 "
        "(1969), 1163-1170"
    )

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, players = read_games(worth)
        alone = games[..., 1 << np.arange(players)]
        surplus = np.asarray(games[..., -1] - alone.sum(axis=-1))
        slack = rounding(games)
        shares = alone + surplus[..., None] / players  # where nothing is left over, there is no other imputation
        many, none = np.asarray(surplus > slack, dtype=bool), np.asarray(surplus < -slack, dtype=bool)
        shares[many] = _solved(games, players, many, imputations=True).shares
        return Division.of(self, games, shares, (NO_IMPUTATION, none))


@final
@dataclass(frozen=True)
class Prenucleolus(Rule):
    """The division whose excesses, from the largest down, are as small as possible.

    As the nucleolus, among all divisions of v(N), whether or not they give players what each is worth alone. It always
    exists, and is the nucleolus where that is in the core.

    Axioms: efficiency, symmetry, a player who adds nothing gets nothing, covariance, and the reduced game property:
    what the members of a coalition get is the prenucleolus of the game reduced to them, in which they may work with
    any others at their shares (Sobolev 1975). Not additive.
    """

    name = "prenucleolus"
    source = (
        "D. Schmeidler, The Nucleolus of a Characteristic Function Game, SIAM Journal on Applied Mathematics 17 "
        "(1969), 1163-1170; A. I. Sobolev, Mathematical Methods in the Social Sciences 6 (1975), 94-151"
    )

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        return Division.of(self, games, _prenucleoli(games)[0])


@final
@dataclass(frozen=True)
class LeastCore(Rule):
    """A division with the smallest largest excess, and a remark for each player to whom others give another share.

    The least core has all divisions of v(N) whose largest excess, over coalitions other than nobody and everyone, is
    the smallest possible. It is never empty, and part of the core if the core is not empty. Of its points this is the
    prenucleolus, which keeps symmetric players alike and moves without jumps along a map. The smallest largest excess
    itself is what `rdgames.sharing.core.core_of` calls least.

    Axioms: efficiency, symmetry, covariance.
    """

    name = "least-core"
    source = (
        "M. Maschler, B. Peleg and L. S. Shapley, Geometric Properties of the Kernel, Nucleolus, and Related Solution "
        "Concepts, Mathematics of Operations Research 4 (1979), 303-338"
    )

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        shares, free = _prenucleoli(games)
        return Division.of(self, games, shares, remarks=(Remark(MANY_POINTS, free),))


def _prenucleoli(
    games: Shaped[np.ndarray, "*points coalitions"],
) -> tuple[Shaped[np.ndarray, "*points players"], Bool[np.ndarray, "*points players"]]:
    """Return the shares, and which of them differ in other points of the least core; anything where unknown."""
    players = games.shape[-1].bit_length() - 1
    known = np.asarray(~unknown(games))
    shares = np.zeros((*games.shape[:-1], players), dtype=games.dtype)
    free = np.zeros(shares.shape, dtype=bool)
    solved = _solved(games, players, known, imputations=False)
    shares[known], free[known] = solved.shares, solved.free
    return shares, free


def _solved(
    games: Shaped[np.ndarray, "*points coalitions"],
    players: int,
    where: Bool[np.ndarray, "*points"],
    *,
    imputations: bool,
) -> Nucleoli:
    return nucleoli(games[where].reshape(-1, games.shape[-1]), players, imputations=imputations)
