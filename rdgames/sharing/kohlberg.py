"""The certificate that a division is the nucleolus, from the division alone.

An imputation x is the nucleolus if and only if, at every level of excess, the coalitions with at least that excess are
balanced together with the players who get no more than their own worth: each of these coalitions has a positive weight,
each of these players a weight that is not negative, and weights sum to one over all that any one player is in (Kohlberg
1971, SIAM Journal on Applied Mathematics 20:62-66). A division is the prenucleolus if and only if the coalitions
are balanced without such players. Where coalitions and players of positive weight determine all shares, lower levels
are balanced too, and the certificate is complete.

Weights are exact fractions, so that everyone can add them up. How a division was found does not matter.

>>> majority = [0, 0, 0, 1, 0, 1, 1, 1]  # any two of three players decide
>>> [level] = certify_nucleolus(majority, [1 / 3, 1 / 3, 1 / 3]).levels
>>> {coalition: str(weight) for coalition, weight in level.weights.items()}
{3: '1/2', 5: '1/2', 6: '1/2'}
>>> certify_nucleolus(majority, [0.5, 0.5, 0]).problem
'the coalitions with an excess of at least 0.5 are not balanced'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Float, Int64, Shaped
from scipy.optimize import linprog

from rdgames.errors import InputError
from rdgames.sharing.coalitions import membership, read_games, rounding
from rdgames.sharing.exactness import read_numbers
from rdgames.sharing.excesses import excesses
from rdgames.sharing.programs import POSITIVE, PRECISE, positive_weights


@dataclass(frozen=True)
class Level:
    """Coalitions with at least some excess, and weights that balance them.

    Attributes
    ----------
    excess
        The excess that all of them have at least.
    weights
        All these coalitions, with positive weights.
    floor
        Players who get no more than their own worth, with positive weights; nobody for a prenucleolus.
    """

    excess: Any
    weights: Mapping[int, Fraction]
    floor: Mapping[int, Fraction]


@dataclass(frozen=True, eq=False)
class KohlbergCertificate:
    """Whether a division is the nucleolus or prenucleolus, and what proves it.

    Attributes
    ----------
    shares
        What each player gets.
    imputations
        Whether it is to be the nucleolus, among imputations, or the prenucleolus.
    levels
        The levels of excess at which coalitions are balanced, the largest first: each at which the coalitions so far
        do not determine those that join, and the last one determines all shares.
    problem
        Why the division is not what it should be; empty if it is.
    better
        A transfer that lowers some of the largest excesses at which coalitions are not balanced, and raises none;
        None if the division is right, or is no imputation to begin with.
    """

    shares: Shaped[np.ndarray, " players"]
    imputations: bool
    levels: tuple[Level, ...]
    problem: str = ""
    better: Float[np.ndarray, " players"] | None = None

    @property
    def holds(self) -> bool:
        """Whether the division is the nucleolus, or the prenucleolus."""
        return not self.problem


def certify_nucleolus(worth: Any, shares: Any, *, imputations: bool = True) -> KohlbergCertificate:
    """Return the certificate that a division of one game is the nucleolus, or why it is not.

    Parameters
    ----------
    worth
        One game: the worth of each of 2**P coalitions. Fractions are compared exactly, floats up to rounding.
    shares
        What each of P players gets.
    imputations
        Whether it should be the nucleolus, among imputations, or the prenucleolus.

    Raises
    ------
    InputError
        If ``worth`` is no game, or there is not one share for each player.
    """
    game, players = read_games(worth)
    given = read_numbers("shares", shares)
    if game.ndim != 1 or given.shape != (players,) or (given != given).any() or (game != game).any():
        raise InputError(
            f"found worths of shape {game.shape} and shares of shape {given.shape}, expected one known game and a "
            "share for each of its players"
        )
    if given.dtype != object or game.dtype != object:
        given, game = given.astype(np.float64), game.astype(np.float64)
    slack = rounding(game)
    left, above = game[-1] - given.sum(), given - game[1 << np.arange(players)]
    if abs(left) > slack:
        return KohlbergCertificate(given, imputations, (), f"the shares sum to {given.sum()}, expected {game[-1]}")
    if imputations and (above < -slack).any():
        below = ", ".join(map(str, np.flatnonzero(above < -slack)))
        return KohlbergCertificate(given, imputations, (), f"less than the own worth goes to the players {below}")
    floor = np.flatnonzero(above <= slack) if imputations else np.zeros(0, dtype=np.int64)
    return _at_levels(game, given, floor, imputations, slack)


def _at_levels(
    game: Shaped[np.ndarray, " coalitions"],
    shares: Shaped[np.ndarray, " players"],
    floor: Int64[np.ndarray, " floor"],
    imputations: bool,
    slack: Any,
) -> KohlbergCertificate:
    """Return the certificate of an imputation, or of a division, given who gets no more than the own worth."""
    sets = membership(len(shares)).astype(np.int64)
    excess = excesses(game, shares)
    order = 1 + np.argsort(-excess[1:-1], kind="stable")
    falls = np.flatnonzero(excess[order][:-1] - excess[order][1:] > slack)
    settled = [sets[-1]]
    levels: list[Level] = []
    for count in (*(falls + 1), len(order)):
        if _rank(settled) == len(shares):
            break
        reached = order[:count]
        if _rank([*settled, *sets[reached]]) == _rank(settled):
            continue
        found = _balance(sets[reached].T, np.eye(len(shares), dtype=np.int64)[:, floor])
        level = excess[reached[-1]]
        if found is None:
            better = _transfer(sets[reached], floor)
            problem = f"the coalitions with an excess of at least {level} are not balanced"
            return KohlbergCertificate(shares, imputations, tuple(levels), problem, better)
        weights = {int(reached[place]): weight for place, weight in enumerate(found[0])}
        helping = {int(floor[place]): weight for place, weight in found[1].items()}
        levels.append(Level(level, weights, helping))
        settled = [sets[-1], *sets[reached], *(sets[1 << player] for level in levels for player in level.floor)]
    return KohlbergCertificate(shares, imputations, tuple(levels))


def _rank(rows: list[Int64[np.ndarray, " players"]]) -> int:
    return int(np.linalg.matrix_rank(np.array(rows)))


def _balance(
    sets: Int64[np.ndarray, "players sets"], alone: Int64[np.ndarray, "players floor"]
) -> tuple[list[Fraction], dict[int, Fraction]] | None:
    """Return positive weights of all sets, and those that are positive of players alone; None if there are none.

    In units in which no set has a weight below one, everyone's sum of weights is made as small as possible. That
    vertex is computed in floats, and exactly from the columns that it uses.
    """
    players, count = sets.shape
    columns = np.hstack([sets, alone, -np.ones((players, 1), dtype=np.int64)])
    right = -sets.sum(axis=1)
    costs = np.zeros(columns.shape[1])
    costs[-1] = 1.0
    found = linprog(costs, A_eq=columns, b_eq=right, method="highs-ds", options=PRECISE)
    if found.status != 0:
        return None
    used = np.flatnonzero(found.x > POSITIVE)
    exact = positive_weights(columns[:, used], right, used.tolist())
    if exact is None:
        return None
    unit = 1 / exact[columns.shape[1] - 1]
    weights = [(1 + exact.get(place, Fraction(0))) * unit for place in range(count)]
    helping = {place - count: weight * unit for place, weight in exact.items() if count <= place < columns.shape[1] - 1}
    return weights, helping


def _transfer(
    sets: Int64[np.ndarray, "sets players"], floor: Int64[np.ndarray, " floor"]
) -> Float[np.ndarray, " players"] | None:
    """Return what to move so that no coalition and no player on the floor gets less, and some coalitions get more."""
    players = sets.shape[1]
    kept = np.vstack([sets, np.eye(players, dtype=np.int64)[floor]])
    found = linprog(
        -sets.sum(axis=0), A_ub=-kept, b_ub=np.zeros(len(kept)), A_eq=np.ones((1, players)), b_eq=[0], bounds=(-1, 1)
    )
    return found.x if found.status == 0 else None
