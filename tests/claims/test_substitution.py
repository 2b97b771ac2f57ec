"""Functions in the place of parameters, against values at points: first one, then the other, is the same."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rdgames.algebra.rational import RationalFunction, Ring
from rdgames.claims.substitution import substituted

RING = Ring(("x", "y", "z"))
X, Y, Z = (RING.parameter(name) for name in "xyz")
POINT = {"x": Fraction(7), "y": Fraction(3, 5), "z": Fraction(-2)}
FUNCTIONS = [
    X,
    Y / Z,
    X**3 / Y,
    Y / (X**2 - 1),
    (X**2 * Y - 2 * X + 1) / (3 * X * Z + Y),
    (X + Y) / (X**3 - Y * Z),
    RING.constant(0),
]
VALUES = [RING.constant(2), RING.constant(Fraction(-1, 3)), Y, 2 * Z / (1 - Y), (Y**2 - Z) / (Y + Z), RING.constant(0)]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("function", FUNCTIONS, ids=repr)
def test_values_are_those_where_the_parameter_has_that_value(
    function: RationalFunction, value: RationalFunction
) -> None:
    try:
        expected = function.at({**POINT, "x": value.at(POINT)})
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            substituted(function, [("x", value)])
        return
    found = substituted(function, [("x", value)])
    assert found.at(POINT) == expected
    assert not found.derivative("x").numerator


def test_one_is_put_in_place_after_the_other() -> None:
    found = substituted(X / Z, [("x", Y + Z), ("y", 2 * Z)])
    assert found == RING.constant(3)


def test_what_has_no_value_then_is_refused() -> None:
    with pytest.raises(ZeroDivisionError, match="no value where x"):
        substituted(1 / (X * Y - Z), [("x", Z / Y)])
