"""Square roots are compared exactly, also where floats see no difference."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from flint import arb, ctx

from rdgames.claims.surds import NotRealError, Surd, sign, sqrt


def root(number: int | str) -> Surd | Fraction:
    return sqrt(Fraction(number))


def test_roots_of_squares_are_fractions():
    assert root("9/16") == Fraction(3, 4)
    assert isinstance(root("9/16"), Fraction)
    assert root(0) == 0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (root(8), 2 * root(2)),
        (root(2) * root(3), root(6)),
        (root(2) + root(3), sqrt(5 + 2 * root(6))),
        (1 / (1 + root(2)), root(2) - 1),
        (1 / (root(2) + root(3) + root(5)), (2 * root(3) + 3 * root(2) - root(30)) / 12),
        (sqrt(2 + root(3)), (root(6) + root(2)) / 2),
        ((1 + root(5)) ** 2 / 4, (3 + root(5)) / 2),
        ((1 + root(5)) ** -1, (root(5) - 1) / 4),
        (sqrt(1 + root(2)) * sqrt(root(2) - 1), Fraction(1)),
        (root("1/3"), root(3) / 3),
    ],
)
def test_hidden_equalities_are_seen(left, right):
    assert left == right
    assert sign(left - right) == 0
    assert left <= right
    assert not left < right


def test_numbers_closer_than_floats_can_tell_are_told_apart():
    above, below = 1, 1  # convergents of sqrt(2)
    for _ in range(60):
        above, below = above + 2 * below, above + below
    near = Fraction(above, below)
    assert float(near) == 2**0.5
    assert sign(near - root(2)) == (1 if near * near > 2 else -1)
    assert near != root(2)
    tiny = Fraction(1, 10**40)
    assert root(2) + root(3) + tiny > sqrt(5 + 2 * root(6))
    assert root(2) + root(3) - tiny < sqrt(5 + 2 * root(6))


def test_signs_agree_with_certified_enclosures():
    rng, precision = Random(0), ctx.prec
    try:
        ctx.prec = 400
        for _ in range(300):
            exact, enclosure = Fraction(0), arb(0)
            for _ in range(rng.randint(1, 4)):
                factor, radicand = rng.randint(-9, 9), rng.randint(0, 30)
                exact, enclosure = exact + factor * root(radicand), enclosure + factor * arb(radicand).sqrt()
            exact, enclosure = exact * exact - 3 * exact - 1, enclosure * enclosure - 3 * enclosure - 1
            expected = 1 if enclosure > 0 else -1 if enclosure < 0 else 0
            assert sign(exact) == expected
    finally:
        ctx.prec = precision


def test_arithmetic_that_has_no_result_is_refused():
    with pytest.raises(NotRealError, match="negative"):
        sqrt(1 - root(2))
    with pytest.raises(ZeroDivisionError):
        1 / (root(8) - 2 * root(2))
    with pytest.raises(ZeroDivisionError):
        1 / (sqrt(5 + 2 * root(6)) - root(2) - root(3))
    assert issubclass(NotRealError, ArithmeticError)


def test_an_inverse_over_dependent_roots_exists():
    hidden = sqrt(5 + 2 * root(6)) + root(2) + root(3)  # twice the first, though written with another root
    assert hidden * (1 / hidden) == 1


def test_display():
    assert str(1 + 3 * root(2)) == "1 + 3*sqrt(2)"
    assert str(-root(2)) == "-sqrt(2)"
    assert str(1 - root(2)) == "1 - sqrt(2)"
    assert float(root(2)) == pytest.approx(2**0.5)
