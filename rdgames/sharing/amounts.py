"""What is told of each player beside the worth of coalitions: weights, outlays, shares of a risk."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Shaped

from rdgames.errors import InputError
from rdgames.sharing.coalitions import ROUNDING
from rdgames.sharing.exactness import read_numbers

Amounts = Shaped[np.ndarray, "*own players"]
"""Their points are those of the games, or fit them: there may be none, if all games have the same amounts."""


def read_amounts(
    what: str, amounts: Any, *, least: int | None = 0, positive: bool = False, total: int | None = None
) -> Amounts:
    """Return numbers of the players as an array of shape [..., P], fractions if they are exact.

    Parameters
    ----------
    what
        What they are, for messages.
    amounts
        Anything like an array, its last axis that of the players.
    least, positive
        How small a number may be (None: any), or that it must be above 0.
    total
        What the numbers of all players must add up to, up to rounding.

    Raises
    ------
    InputError
        If they are no finite numbers of that kind; all mistakes are listed.
    """
    found = read_numbers(what, amounts, exact_integers=True)
    if not found.ndim or not found.shape[-1]:
        raise InputError(f"found no list of {what}, expected a number for each player, for example [1, 2, 1]")
    problems = mistakes(what, found, least=least, positive=positive, total=total)
    if problems:
        raise InputError("; ".join(problems))
    return found


def mistakes(
    what: str, amounts: Amounts, *, least: int | None = 0, positive: bool = False, total: int | None = None
) -> list[str]:
    """Return what is wrong with numbers of the players, a sentence for each."""
    finite = amounts == amounts if amounts.dtype == object else np.isfinite(amounts)
    problems = []
    if not finite.all():
        problems.append(f"{what}: {_where(~finite)} has no finite number")
    if positive and (amounts <= 0).any():
        problems.append(f"{what}: {_where(amounts <= 0)} has {_first(amounts, amounts <= 0)}, expected more than 0")
    elif least is not None and (amounts < least).any():
        below = amounts < least
        problems.append(f"{what}: {_where(below)} has {_first(amounts, below)}, expected at least {least}")
    if total is not None and finite.all():
        sums = amounts.sum(axis=-1)
        far = abs(sums - total) > (0 if amounts.dtype == object else ROUNDING)
        if np.any(far):
            example = np.atleast_1d(sums)[np.atleast_1d(far)][0]
            problems.append(f"{what}: add up to {example}, expected {total} (divide each by their sum)")
    return problems


def _where(mask: Any) -> str:
    *point, player = (int(place) for place in np.argwhere(mask)[0])
    return f"player {player}" + (f" at point [{', '.join(map(str, point))}]" if point else "")


def _first(amounts: Amounts, mask: Any) -> Any:
    return amounts[mask][0]


def fitted(games: Any, *amounts: Amounts, what: str = "weights") -> tuple[Any, ...]:
    """Return games and numbers of their players as one kind: all as fractions if all are exact, else all as floats.

    The games are those of all points at which there are games or numbers.

    Raises
    ------
    InputError
        If they are of other numbers of players, or their points do not fit.
    """
    players = games.shape[-1].bit_length() - 1
    for each in amounts:
        if each.shape[-1] != players:
            raise InputError(f"found {what} of {each.shape[-1]} players, but the games have {players}")
        try:
            points = np.broadcast_shapes(each.shape[:-1], games.shape[:-1])
        except ValueError:
            problem = f"expected one list for all points, or the points of the games, {games.shape[:-1]}"
            raise InputError(f"found {what} at points of shape {each.shape[:-1]}, {problem}") from None
        games = np.broadcast_to(games, (*points, games.shape[-1]))
    every = (games, *amounts)
    if all(each.dtype == object for each in every):
        return every
    return tuple(each.astype(np.float64) if each.dtype == object else each for each in every)


def equal(players: int) -> Amounts:
    """Return the same part of 1 for each player, exactly."""
    return np.full(players, Fraction(1, players), dtype=object)
