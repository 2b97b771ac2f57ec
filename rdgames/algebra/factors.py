"""Polynomials with whole coefficients as products of irreducible ones, of whatever size the coefficients are.

FLINT factors any such polynomial, but python-flint 0.9 then puts factors in order by comparing coefficients as C
integers, and fails where those of two factors with the same leading powers differ by more than one can hold. Over the
rational numbers it compares them exactly; there the factors are the same (Gauss's lemma), up to numbers.
"""

from __future__ import annotations

from math import lcm
from typing import Any, Literal

from flint import Ordering, fmpq_mpoly_ctx


def factors_of(polynomial: Any, into: Literal["factor", "factor_squarefree"] = "factor") -> tuple[Any, list[Any]]:
    """Return the number and the factors with their powers, as methods of python-flint do.

    >>> from flint import Ordering, fmpz_mpoly_ctx
    >>> x, y = fmpz_mpoly_ctx.get(("x", "y"), Ordering.lex).gens()
    >>> factors_of(6 * (x + 10**20 * y) * (x + 10**21 * y))
    (6, [(x + 100000000000000000000*y, 1), (x + 1000000000000000000000*y, 1)])
    """
    try:
        found: tuple[Any, list[Any]] = getattr(polynomial, into)()
        return found
    except OverflowError:
        return _over_rationals(polynomial, into)


def _over_rationals(polynomial: Any, into: str) -> tuple[Any, list[Any]]:
    context = polynomial.context()
    wide = fmpq_mpoly_ctx.get(context.names(), Ordering.lex)
    number, parts = getattr(wide.from_dict(dict(polynomial.to_dict())), into)()
    found = []
    for part, power in parts:
        scale = lcm(*(int(coefficient.q) for coefficient in part.coeffs()))
        terms = {powers: int((coefficient * scale).p) for powers, coefficient in part.to_dict().items()}
        number = number / scale ** int(power)
        found.append((context.from_dict(terms), int(power)))
    if number.q != 1:
        raise ArithmeticError(f"found the factor {number} of a polynomial with whole coefficients")
    return int(number.p), found
