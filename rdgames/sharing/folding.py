"""Tables with a number for each coalition, folded in half once for each player.

The coalitions with the last player are the upper half of a table, those without it the lower half. So a sum over the
coalitions of each player takes 2**P + 2**(P-1) + ... steps instead of P 2**P.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Shaped

MATRIX_PLAYERS = 8
"""Up to how many players a linear rule is one matrix, if there are many games: beyond, folding takes fewer steps."""

_PRODUCT, _BLOCK = 1 << 15, 1 << 20
"""How many worths a matrix product and a fold take at a time: what stays in the cache, and what bounds the memory."""

Table = Shaped[np.ndarray, "*points coalitions"]
Shares = Shaped[np.ndarray, "*points players"]


def over_coalitions(table: Table, combine: np.ufunc = np.add) -> Shares:
    """Return for each player the sum (or another ``combine``) of a table over all coalitions that it belongs to."""
    players = table.shape[-1].bit_length() - 1
    found = np.empty((*table.shape[:-1], players), dtype=table.dtype)
    for player in reversed(range(players)):
        without, having = table[..., : 1 << player], table[..., 1 << player :]
        found[..., player] = combine.reduce(having, axis=-1)
        if player:
            table = combine(without, having)
    return found


def over_members(amounts: Shares) -> Table:
    """Return for each coalition the sum of what its members have: the additive game of these amounts."""
    players = amounts.shape[-1]
    found = np.zeros((*amounts.shape[:-1], 1 << players), dtype=amounts.dtype)
    for player in range(players):
        found[..., 1 << player : 2 << player] = found[..., : 1 << player] + amounts[..., player, None]
    return found


def dividends(games: Table) -> Table:
    """Return Harsanyi's dividends D, those for which v(S) is the sum of D(T) over the coalitions T within S.

    D(S) is the sum over T within S of (-1)**(|S| - |T|) v(T): in floats, digits are lost as P grows.
    """
    found = games.copy()
    players = games.shape[-1].bit_length() - 1
    for player in range(players):
        bits = found.reshape(*games.shape[:-1], 1 << (players - player - 1), 2, 1 << player)
        bits[..., 1, :] -= bits[..., 0, :]
    return found


def linear_shares(games: Table, shares_of: Callable[[Table], Shares]) -> Shares:
    """Return the shares by a rule that is linear in the worth of coalitions.

    Many games of few players are multiplied with one matrix, the shares of the games in which one coalition alone is
    worth 1. All else is left to ``shares_of``, so many games at a time that memory is bounded.
    """
    coalitions = games.shape[-1]
    players = coalitions.bit_length() - 1
    rows = games.reshape(-1, coalitions)
    found = np.empty((len(rows), players), dtype=games.dtype)
    if games.dtype != object and coalitions < len(rows) and players <= MATRIX_PLAYERS:
        matrix = shares_of(np.eye(coalitions))
        step = _PRODUCT // coalitions
        for start in range(0, len(rows), step):
            np.matmul(rows[start : start + step], matrix, out=found[start : start + step])
    else:
        step = max(1, _BLOCK // coalitions)
        for start in range(0, len(rows), step):
            found[start : start + step] = shares_of(rows[start : start + step])
    return found.reshape(*games.shape[:-1], players)
