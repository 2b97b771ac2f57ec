"""Bargaining solutions: what to do with the gain from agreement, given what each gets without.

Worth can be moved between players. So the set of possible agreements is that of all shares that add up to v(N), and a
solution says in what proportion the gain v(N) - sum_j d_j is split. Without agreement player i gets d_i: what it is
worth alone, if nothing else is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from jaxtyping import Bool

from rdgames.errors import InputError
from rdgames.sharing.amounts import Amounts, equal, fitted, read_amounts
from rdgames.sharing.coalitions import read_games, rounding
from rdgames.sharing.dependence import dependence
from rdgames.sharing.equal import alone, rest_split, utopia
from rdgames.sharing.folding import Shares, Table
from rdgames.sharing.rule import Division, Remark, Rule

NO_GAIN = "no gain from agreement: v(N) is not above the sum of what the players get without"


def _read_disagreement(rule: Any) -> None:
    if rule.disagreement is not None:
        found = read_amounts("disagreement payoffs", rule.disagreement, least=None)
        object.__setattr__(rule, "disagreement", found)


def _gains(games: Table, disagreement: Amounts | None) -> tuple[Table, Shares, Any, Any]:
    """Return games and disagreement payoffs d, the gain v(N) - sum d, and what counts as rounding of a sum."""
    without = alone(games)
    if disagreement is not None:
        games, given = fitted(games, disagreement, what="disagreement payoffs")
        without = given + 0 * games[..., :1]
    slack = np.asarray(without.shape[-1] * rounding(games))
    return games, without, np.asarray(games[..., -1] - without.sum(axis=-1)), slack


@final
@dataclass(frozen=True, eq=False)
class NashBargaining(Rule):
    """The Nash bargaining solution, symmetric or with weights: x_i = d_i + a_i (v(N) - sum_j d_j).

    It maximizes the product of (x_i - d_i)**a_i over all shares of v(N) with x_i >= d_i; all weights are 1/P in the
    symmetric solution. It is efficient, covariant and individually rational; and undefined where there is no gain. With
    weights by dependence it is not covariant, since what others are worth alone counts as lost without them.

    Attributes
    ----------
    weights
        Numbers not below 0, [..., P], that add up to 1; None for equal ones; "dependence" for those of
        `rdgames.sharing.dependence.Dependence.weights`, by what the others lose without a player, relative to what it
        loses without them.
    disagreement
        What each player gets without agreement, [..., P]; None for what it is worth alone.
    """

    weights: Any = None
    disagreement: Any = None

    name = "nash"
    source = (
        "J. F. Nash, The Bargaining Problem, Econometrica 18 (1950), 155-162; with weights: E. Kalai, Nonsymmetric "
        "Nash Solutions and Replications of 2-Person Bargaining, International Journal of Game Theory 6 (1977), 129-133"
    )

    def __post_init__(self) -> None:
        _read_disagreement(self)
        if isinstance(self.weights, str):
            if self.weights != "dependence":
                raise InputError(f"found the weights {self.weights!r}, expected numbers, None or 'dependence'")
        elif self.weights is not None:
            object.__setattr__(self, "weights", read_amounts("weights", self.weights, total=1))

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, players = read_games(worth)
        unweighted: Bool[np.ndarray, "*points"] = np.zeros(games.shape[:-1], dtype=bool)
        if isinstance(self.weights, str):
            found = dependence(games)
            weights, unweighted = found.weights, found.unweighted
        else:
            weights = equal(players) if self.weights is None else self.weights
        games, weights = fitted(games, weights)
        games, without, gain, slack = _gains(games, self.disagreement)
        return Division.of(
            self,
            games,
            without + weights * gain[..., None],
            (NO_GAIN, np.asarray(gain <= slack)),
            ("dependence gives no weights: somebody loses nothing without the others, or they without it", unweighted),
        )


@final
@dataclass(frozen=True, eq=False)
class KalaiSmorodinsky(Rule):
    """The Kalai-Smorodinsky solution: all get the same part of the most that they can hope for.

    x_i = d_i + t (a_i - d_i), with the t for which the shares add up to v(N). The ideal payoff a_i is what player i
    adds to all others, M_i = v(N) - v(N - i), since beyond that they do better without it; or, if only all together or
    nobody can agree, v(N) - sum over j not i of d_j, and then all gain the same; or a number that is given (what a firm
    is able to make use of, say).

    It is efficient, symmetric and covariant, individually rational, and monotone: a player whose ideal payoff rises
    gets no less. It is undefined where there is no gain, or an ideal payoff is below what the player gets without.

    Attributes
    ----------
    ideal
        "added" for M_i, "whole" for v(N) less what the others get without, or numbers, [..., P].
    disagreement
        What each player gets without agreement, [..., P]; None for what it is worth alone.
    """

    ideal: Any = "added"
    disagreement: Any = None

    name = "kalai-smorodinsky"
    source = (
        "E. Kalai and M. Smorodinsky, Other Solutions to Nash's Bargaining Problem, Econometrica 43 (1975), 513-518"
    )

    def __post_init__(self) -> None:
        _read_disagreement(self)
        if isinstance(self.ideal, str):
            if self.ideal not in ("added", "whole"):
                raise InputError(f"found the ideal {self.ideal!r}, expected 'added', 'whole', or a number a player")
        else:
            object.__setattr__(self, "ideal", read_amounts("ideal payoffs", self.ideal, least=None))

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        games, without, gain, slack = _gains(games, self.disagreement)
        if not isinstance(self.ideal, str):
            games, ideal = fitted(games, self.ideal, what="ideal payoffs")
        else:
            ideal = utopia(games) if self.ideal == "added" else without + gain[..., None]
        hopes = ideal - without
        total = hopes.sum(axis=-1)
        hopeless = np.asarray(total <= slack)
        part = np.asarray(gain / np.where(hopeless, 1 + 0 * total, total))
        shares = without + part[..., None] * hopes
        beyond = shares > ideal + slack[..., None]
        return Division.of(
            self,
            games,
            shares,
            (NO_GAIN, np.asarray(gain <= slack)),
            ("a player's ideal payoff is below what it gets without", (hopes < -slack[..., None]).any(axis=-1)),
            ("no player can hope for more than it gets without", hopeless),
            remarks=(Remark("more than the ideal payoff, since there is more than all hope for", beyond),),
        )


@final
@dataclass(frozen=True, eq=False)
class Egalitarian(Rule):
    """The egalitarian bargaining solution: all gain the same, as much as there is: x_i = d_i + (v(N) - sum_j d_j)/P.

    It is efficient, symmetric, covariant to the payoffs without agreement, individually rational, and monotone: nobody
    loses if v(N) rises. It maximizes the smallest gain. Where worth can be moved it is the symmetric Nash solution, but
    defined also where the gain is 0. It is undefined where the gain is negative.

    Attributes
    ----------
    disagreement
        What each player gets without agreement, [..., P]; None for what it is worth alone.
    """

    disagreement: Any = None

    name = "egalitarian"
    source = (
        "E. Kalai, Proportional Solutions to Bargaining Situations: Interpersonal Utility Comparisons, Econometrica 45 "
        "(1977), 1623-1630"
    )

    def __post_init__(self) -> None:
        _read_disagreement(self)

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        games, without, gain, slack = _gains(games, self.disagreement)
        shares = rest_split(games, without)
        return Division.of(
            self, games, shares, ("v(N) is below the sum of what the players get without", np.asarray(gain < -slack))
        )
