"""Every regime, solved by rdgames and played by explicit firms: the same actions, price, profits and welfare."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .brute_force import cournot, market, one_changes, play, profits
from .points import FEW, FIRMS, REGIMES, SOME, around, explicit, histories, solved, valid_points

# In n = 2, ..., 8 firms every regime has an interior equilibrium at each of these.
FIXED = [
    {"a": 100, "b": 1, "c": 60, "beta": Fraction(1, 3), "gamma": 20},
    {"a": 100, "b": Fraction(3, 2), "c": 60, "beta": 0, "gamma": 12},
    {"a": 7, "b": Fraction(1, 4), "c": 5, "beta": Fraction(1, 2), "gamma": 55},
    {"a": 1000, "b": 3, "c": 900, "beta": Fraction(9, 10), "gamma": 5},
    {"a": 2, "b": 1, "c": 1, "beta": 1, "gamma": 21},
]

MONEY_PER_UNIT = {"x", "price", "effective_rd", "unit_cost"}
OUTPUTS = {"q", "output"}


def natural_unit(name, parameters):
    """What one would call a sizable value of an outcome, so that zero profit is compared with something."""
    profitability = float(parameters["a"] - parameters["c"])
    if name in MONEY_PER_UNIT:
        return profitability
    return profitability / float(parameters["b"]) if name in OUTPUTS else profitability**2 / float(parameters["b"])


def agree(point, found, parameters):
    """All outcomes agree, and what rdgames says of one firm is true of every explicit firm."""
    assert set(found) == set(point.values)
    for name, value in point.values.items():
        tolerance = {"rtol": 1e-6, "atol": 1e-9 * natural_unit(name, parameters)}
        np.testing.assert_allclose(found[name], float(value), **tolerance, err_msg=f"{name} at {parameters}")


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("n", FIRMS)
@pytest.mark.parametrize("fixed", FIXED, ids=lambda fixed: f"beta={fixed['beta']}")
def test_fixed_points(regime, n, fixed):
    parameters = {**fixed, "n": n}
    point = solved(regime).at(**parameters)
    assert point.valid, point.failed
    agree(point, play(explicit(parameters), regime), parameters)


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("n", FIRMS)
@FEW
@given(data=st.data())
def test_drawn_points(regime, n, data):
    parameters, point = data.draw(valid_points(regime, n))
    agree(point, play(explicit(parameters), regime), parameters)


@pytest.mark.parametrize("regime", REGIMES)
@FEW
@given(data=st.data())
def test_floats_give_what_fractions_give(regime, data):
    parameters = data.draw(around(regime))
    exact = solved(regime).at(**parameters)
    rounded = solved(regime).at(**{name: float(value) if name != "n" else value for name, value in parameters.items()})
    assert all(isinstance(value, Fraction) for value in exact.values.values())
    assert all(isinstance(value, float) for value in rounded.values.values())
    for name, verdict in exact.conditions.items():
        # a margin of exactly zero is the only one whose sign rounding may change
        assert verdict.margin == 0 or rounded.conditions[name].holds == verdict.holds
    for name, value in exact.values.items():
        scale = natural_unit(name, parameters)
        np.testing.assert_allclose(rounded.values[name], float(value), rtol=1e-10, atol=1e-10 * scale)


# ---------------------------------------------------------- the brute force itself deserves a check


@SOME
@given(data=st.data())
def test_no_firm_would_rather_produce_another_amount(data):
    # the linear system and the shutting down of firms, checked by trying out other outputs
    parameters = data.draw(around("competition"))
    m = explicit(parameters)
    x = np.array(data.draw(histories(parameters)), dtype=float)
    q = cournot(m, x)
    trials = np.linspace(0, m.a / m.b, 400)[:, None] * np.ones(m.firms)
    deviations = one_changes(q, trials)
    gains = np.diagonal(profits(m, x, deviations), axis1=-2, axis2=-1) - profits(m, x, q)
    assert (q >= 0).all()
    assert gains.max() <= 1e-9 * m.a**2 / m.b


def test_a_firm_that_is_far_behind_shuts_down_and_its_rival_is_a_monopolist():
    m = market(a=10, b=1, c=6, gamma=1, n=2, beta=0)
    np.testing.assert_allclose(cournot(m, np.array([5.0, 0.0])), [4.5, 0.0])


def test_a_matrix_of_equal_spillovers_is_one_spillover():
    common = {"a": 100, "b": 1, "c": 60, "gamma": 5, "n": 3}
    by_matrix = play(market(**common, beta=np.full((3, 3), 0.4)), "competition")
    np.testing.assert_allclose(by_matrix["x"], play(market(**common, beta=0.4), "competition")["x"])
