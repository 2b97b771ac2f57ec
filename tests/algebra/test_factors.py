"""Factors multiply to the polynomial that was factored, however large its coefficients."""

from __future__ import annotations

from typing import Any

import pytest
from flint import Ordering, fmpz_mpoly_ctx

import rdgames as rd
from rdgames.algebra.factors import factors_of

X, Y = fmpz_mpoly_ctx.get(("x", "y"), Ordering.lex).gens()
LARGE = 10**30


@pytest.mark.parametrize("into", ["factor", "factor_squarefree"])
@pytest.mark.parametrize(
    ("polynomial", "irreducible"),
    [
        (6 * (X + LARGE * Y) * (X - 7 * LARGE * Y), 2),
        (-4 * Y**3 * (LARGE * X + 3 * Y) ** 2 * (10 * LARGE * X + 7 * Y) ** 2, 3),
        (15 * (X - Y) * (X + Y), 2),
    ],
)
def test_factors_multiply_to_the_polynomial(polynomial: Any, irreducible: int, into: Any) -> None:
    number, factors = factors_of(polynomial, into)
    product = polynomial.context().constant(number)
    for factor, power in factors:
        product *= factor ** int(power)
    assert product == polynomial
    if into == "factor":
        assert len(factors) == irreducible


def test_parameters_with_many_digits_are_no_obstacle_to_a_region() -> None:
    """Cost of R&D given to 15 digits: what decides is decided as at three digits, not refused by the arithmetic."""
    game = rd.load("daspremont-jacquemin")
    found = rd.region("cartel.welfare > merger.welfare", game, n=17, gamma="3.14159265358979")
    short = rd.region("cartel.welfare > merger.welfare", game, n=17, gamma="3.14")
    assert found.finding == short.finding != "unknown"
