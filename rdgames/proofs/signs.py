"""Sets of signs, and what is true of them.

A set of signs is a number of three bits: what a quantity may be, given what is known of it. ``POSITIVE | ZERO`` is a
quantity that is not negative. Products, powers and comparisons of such sets follow by going through their members
(Kleene's logic of what may be); a comparison may be true, false, or either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Final

NEGATIVE: Final = 1
ZERO: Final = 2
POSITIVE: Final = 4
ANY: Final = 7
NONZERO: Final = NEGATIVE | POSITIVE

SINGLE: Final = (NEGATIVE, ZERO, POSITIVE)
"""The sets of one sign."""

ONE_SIDED: Final = (NEGATIVE, NEGATIVE | ZERO, ZERO, ZERO | POSITIVE, POSITIVE)
"""The sets by which a quantity is bounded."""

FALSE: Final = 1
TRUE: Final = 2
EITHER: Final = 3

_BIT = {-1: NEGATIVE, 0: ZERO, 1: POSITIVE}
_TEXT = {1: "-", 2: "0", 3: "-0", 4: "+", 5: "-+", 6: "0+", 7: "-0+"}


def members(signs: int) -> Iterator[int]:
    """Yield the signs in a set as -1, 0 and 1.

    >>> list(members(ZERO | POSITIVE))
    [0, 1]
    """
    return (sign for sign, bit in _BIT.items() if signs & bit)


def set_of(sign: int) -> int:
    """Return the set of one sign, -1, 0 or 1."""
    return _BIT[sign]


def text(signs: int) -> str:
    """Return a set as text, as certificates write it.

    >>> text(ZERO | POSITIVE)
    '0+'
    """
    return _TEXT[signs]


def negated(signs: int) -> int:
    """Return the signs of the negative."""
    return (signs & ZERO) | (POSITIVE if signs & NEGATIVE else 0) | (NEGATIVE if signs & POSITIVE else 0)


def _joined(left: int, right: int) -> int:
    found = 0
    for one, other in product(members(left), members(right)):
        found |= _BIT[one * other]
    return found


_TIMES = tuple(tuple(_joined(left, right) for right in range(8)) for left in range(8))


def times(left: int, right: int) -> int:
    """Return the possible signs of a product."""
    return _TIMES[left][right]


def power(signs: int, exponent: int) -> int:
    """Return the possible signs of a power, of a reciprocal where the exponent is negative.

    >>> text(power(NONZERO, -2))
    '+'
    """
    if exponent % 2:
        return signs
    return (signs & ZERO) | (POSITIVE if signs & NONZERO else 0)


def truth(signs: int, holds: Callable[[int, int], bool]) -> int:
    """Return whether a comparison of a quantity with zero may be true, and whether it may be false."""
    found = 0
    for sign in members(signs):
        found |= TRUE if holds(sign, 0) else FALSE
    return found


def both(truths: Iterator[int]) -> int:
    """Return the truth of all of several statements together."""
    found = TRUE
    for one in truths:
        if one == FALSE:
            return FALSE
        found |= one
    return found if found == TRUE else EITHER


def opposite(one: int) -> int:
    """Return the truth of the denial."""
    return (TRUE if one & FALSE else 0) | (FALSE if one & TRUE else 0)


def alike(left: int, right: int) -> int:
    """Return the truth of an equivalence."""
    return (TRUE if left & right else 0) | (FALSE if left & opposite(right) else 0)
