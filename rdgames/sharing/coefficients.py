"""What each coalition's worth counts for in each share, by rules that are linear."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Shaped

from rdgames.errors import InputError
from rdgames.sharing.partitions import blocks
from rdgames.sharing.rule import Rule


def coefficients(rule: Any, players: int) -> Shaped[np.ndarray, "places players"]:
    """Return the matrix C of a linear rule, by which shares are worth @ C.

    So shares can be had where there are no numbers: of worths that are formulas of parameters, and, with C as floats,
    in functions that are to be differentiated.

    Parameters
    ----------
    rule
        A linear rule whose weights, if it has any, are the same at all points.
    players
        The number of players P.

    Returns
    -------
    Array
        Fractions, unless the rule itself was given floats: a row for each coalition; or, for a rule of games in
        partition function form, for each place of such a game, row after row.

    Raises
    ------
    InputError
        If the rule is not linear, or is for another number of players.

    Examples
    --------
    >>> from rdgames.sharing.shapley import Shapley
    >>> [[str(number) for number in row] for row in coefficients(Shapley(), 2)]
    [['0', '0'], ['1/2', '-1/2'], ['-1/2', '1/2'], ['1/2', '1/2']]
    """
    if not isinstance(rule, Rule) or not rule.linear:
        found = f"the rule {rule.name}" if isinstance(rule, Rule) else repr(rule)
        raise InputError(f"found {found}, expected one whose shares are linear in the worth of coalitions")
    if not isinstance(players, int) or players < 1:
        raise InputError(f"found {players!r} players, expected a whole number above 0")
    shape = blocks(players).shape if rule.takes == "partitions" else (1 << players,)
    there = blocks(players).ravel() > 0 if rule.takes == "partitions" else np.arange(1 << players) > 0
    places = len(there)
    units = np.full((places, places), Fraction(0), dtype=object)
    units[there, there] = Fraction(1)
    return rule.divide(units.reshape(places, *shape)).shares
