"""Arrays of payoffs: exact or floating, and not too many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from rdgames.errors import InputError
from rdgames.game.values import read_value

MAX_PROFILES = 20_000
"""How many profiles a game may have, since each is computed and compared."""


def as_values(numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return an array of numbers: of exact fractions if all are exact, else of floats."""
    read = np.empty(numbers.shape, dtype=object)
    for place in np.ndindex(numbers.shape):
        read[place] = read_value("payoff", numbers[place])
    return read if all(isinstance(value, Fraction) for value in read.flat) else read.astype(float)


def check_size(counts: Sequence[int]) -> None:
    """Check that a game has not too many profiles.

    Raises
    ------
    InputError
        If it has.
    """
    if math.prod(counts) > MAX_PROFILES:
        problem = f"expected at most {MAX_PROFILES}: take fewer strategies or players"
        raise InputError(f"found {len(counts)} players with {math.prod(counts)} profiles, {problem}")
