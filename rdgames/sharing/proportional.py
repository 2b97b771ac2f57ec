"""Rules that divide everything in proportion to something: outlays, contributions, what each is worth alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from jaxtyping import Bool

from rdgames.sharing.amounts import Amounts, fitted, read_amounts
from rdgames.sharing.coalitions import read_games, rounding
from rdgames.sharing.equal import alone
from rdgames.sharing.folding import Shares, Table
from rdgames.sharing.rule import Division, Rule


def in_proportion(games: Table, amounts: Amounts) -> tuple[Shares, Bool[np.ndarray, "*own"]]:
    """Return v(N) a_i/sum_j a_j, and where the amounts add up to 0, so that there is no proportion."""
    total = amounts.sum(axis=-1)
    none = np.asarray(total == 0)
    shares = games[..., -1:] * (amounts / np.where(none, total + 1, total)[..., None])
    return shares, none


@final
@dataclass(frozen=True, eq=False)
class Proportional(Rule):
    """Everything in proportion to amounts that are given: x_i = v(N) a_i/sum_j a_j.

    It is efficient and additive in the game, and gives nothing for nothing; but a player may get less than alone.

    Attributes
    ----------
    amounts
        Numbers not below 0, [..., P].
    to
        What they are, in words: "R&D outlay", "effective contribution", ...
    """

    amounts: Any
    to: str = "the amounts"

    name = "proportional"
    linear = True
    source = (
        "H. Moulin, Axiomatic Cost and Surplus Sharing, in K. J. Arrow, A. K. Sen and K. Suzumura (eds.), Handbook of "
        "Social Choice and Welfare 1, Elsevier 2002, 289-357"
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "amounts", read_amounts(self.to, self.amounts))

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        games, amounts = fitted(games, self.amounts, what=self.to)
        shares, none = in_proportion(games, amounts)
        return Division.of(self, games, shares, (f"{self.to}: all are 0, so that there is no proportion", none))


@final
@dataclass(frozen=True)
class StandAloneProportional(Rule):
    """Everything in proportion to what each is worth alone: x_i = v(N) v(i)/sum_j v(j).

    It is efficient and symmetric, and no player gets less than alone where there is a surplus. It is undefined where
    a player is worth less than nothing alone, or all are worth nothing.
    """

    name = "stand-alone-proportional"
    source = "S. Moriarity, Another Approach to Allocating Joint Costs, The Accounting Review 50 (1975), 791-795"

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        amounts, slack = alone(games), rounding(games)[..., None]
        rounded = abs(amounts) <= slack  # who is worth nothing alone may be worth -1e-17 in a game from equilibria
        shares, none = in_proportion(games, np.where(rounded, 0 * amounts, amounts))
        return Division.of(
            self,
            games,
            shares,
            ("a player is worth less than 0 alone", (amounts < -slack).any(axis=-1)),
            ("all players are worth 0 alone, so that there is no proportion", none),
        )
