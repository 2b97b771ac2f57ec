"""Numbers as they are given: exact ones stay fractions, all others become floats."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational
from typing import Any

import numpy as np
from jaxtyping import Shaped

from rdgames.errors import InputError


def read_numbers(what: str, given: Any, *, exact_integers: bool = False) -> Shaped[np.ndarray, "..."]:
    """Return an array of fractions (``dtype`` object) or of float64.

    Parameters
    ----------
    what
        What the numbers are, for messages.
    given
        Anything like an array. Arrays of objects become fractions if all of them are exact (integers, fractions,
        decimals) or NaN; everything else becomes floats.
    exact_integers
        Read integers as fractions, not only those in an array of objects.

    Raises
    ------
    InputError
        If these are no numbers.
    """
    try:
        found = np.asarray(given)
    except ValueError:
        raise InputError(f"found {what} in lists of different lengths, expected a table without gaps") from None
    if found.dtype == object or (exact_integers and found.dtype.kind in "iu"):
        return _fractions(found) if _is_exact(found) else _floats(what, found)
    if found.dtype.kind not in "biuf":
        raise InputError(f"found {what} of type {found.dtype}, expected numbers: floats, or fractions for exact shares")
    return found.astype(np.float64, copy=False)


def on_same_points(worths: Iterable[Any]) -> Shaped[np.ndarray, "*points n"]:
    """Return worths, each a number or an array over points, along the last axis of one array.

    Raises
    ------
    InputError
        If some are of other points.
    """
    try:
        return np.stack(np.broadcast_arrays(*map(np.asarray, worths)), axis=-1)
    except ValueError:
        raise InputError("found worths at points of different shapes, expected the same points for all") from None


def _is_exact(numbers: Shaped[np.ndarray, "..."]) -> bool:
    return all(isinstance(number, Rational | Decimal) or _is_nan(number) for number in numbers.flat)


def _is_nan(number: Any) -> bool:
    return isinstance(number, float | np.floating) and number != number


def _fractions(numbers: Shaped[np.ndarray, "..."]) -> Shaped[np.ndarray, "..."]:
    found = np.empty(numbers.size, dtype=object)
    for place, number in enumerate(numbers.flat):
        if isinstance(number, Integral):
            found[place] = Fraction(int(number))  # of NumPy's integers, which overflow
        else:
            found[place] = number if number != number else Fraction(number)
    return found.reshape(numbers.shape)


def _floats(what: str, numbers: Shaped[np.ndarray, "..."]) -> Shaped[np.ndarray, "..."]:
    if any(number is None for number in numbers.flat):  # which NumPy takes for NaN
        raise InputError(f"found {what} that are None, expected floats or fractions")
    try:
        return numbers.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"found {what} that are no numbers ({error}), expected floats or fractions") from None
