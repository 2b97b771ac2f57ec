"""Designs with equations, and at edges of where equilibria are valid: against brute force in NumPy."""

from functools import cache

import numpy as np
import pytest
from scipy.optimize import brentq, fsolve

from rdgames.game.explicit import explicit
from rdgames.modelfile.catalogue import load
from rdgames.sharing.contracts import contract
from rdgames.sharing.design import design
from rdgames.sharing.requirements import CONFLICT, EDGE, FOUND

COSTS, GAMMA, BETA = np.array([50.0, 55.0, 60.0]), 8.0, 0.5
BETWEEN = np.full((3, 3), BETA) + (1 - BETA) * np.eye(3)
SLOPES = (4 * np.eye(3) - 1) / 4  # of Cournot outputs in what R&D takes off the costs


@cache
def agreed():
    """Return the contract in which three firms share what they earn, and each bears its own R&D."""
    trio = explicit(load("daspremont-jacquemin"), different=["c"], n=3)
    return contract(trio, "cartel", shares=["s", "t", "1 - s - t"], private="gamma*x[i]**2/2")


def designed(maximize, subject):
    given = {name: BETA for name in agreed().game.parameter if name.startswith("beta")}
    given |= {"a": 100, "b": 1, "gamma": GAMMA} | {f"c_{i}": cost for i, cost in enumerate(COSTS, start=1)}
    return design(agreed(), choose={"s": (0, 1), "t": (0, 1)}, maximize=maximize, subject=subject, **given)


def by_hand(s, t):
    """Return R&D, what each receives, and welfare: first-order conditions of shares of 2*sum(q**2), solved in NumPy."""
    shares = np.array([s, t, 1 - s - t])
    steep, idle = SLOPES @ BETWEEN, SLOPES @ -COSTS + 100 / 4
    matrix = 2 * shares[:, None] * (steep.T @ steep) - GAMMA * np.eye(3)
    x = np.linalg.solve(matrix, -2 * shares * (steep.T @ idle))
    q = idle + steep @ x
    earned = (q**2).sum()
    return x, shares * earned - GAMMA * x**2 / 2, q.sum() ** 2 / 2 + earned - GAMMA * (x**2).sum() / 2


def slope_by_hand(other, amount, start):
    """Return by how much welfare rises for each unit less of what firm 2 receives, if something else must be 0, too."""

    def welfare(less):
        def missed(choice):
            x, received, _ = by_hand(*choice)
            return received[1] - amount + less, other(x, received)

        return by_hand(*fsolve(missed, start, xtol=1e-12))[2]

    return (welfare(1e-3) - welfare(-1e-3)) / 2e-3


def test_an_equation_holds_and_its_multiplier_is_the_slope_of_the_optimum():
    found = designed("welfare", ["received_firms_2 == 110", "received_firms_3 >= 30"])
    assert found["status"] == FOUND
    assert found["certified"]
    _, received, welfare = by_hand(*found["choice"].values)
    assert received[1] == pytest.approx(110)
    assert found["objective"].item() == pytest.approx(welfare)
    slope = slope_by_hand(lambda _, received: received[2] - 30, 110, found["choice"].values)
    assert found["multiplier"].sel(constraint="received_firms_2 == 110").item() == pytest.approx(slope, rel=1e-3)
    np.testing.assert_array_equal(found["low"], found["high"])  # one choice alone cannot move


def test_the_multiplier_of_an_equation_may_be_negative():
    asked = ["received_firms_2 == 130", "x_1 == 1.2*x_2 + 0.3"]
    found = designed("welfare", asked)
    x, received, _ = by_hand(*found["choice"].values)
    assert (received[1], x[0]) == pytest.approx((130, 1.2 * x[1] + 0.3))
    slope = slope_by_hand(lambda x, _: x[0] - 1.2 * x[1] - 0.3, 130, found["choice"].values)
    assert slope < 0
    assert found["multiplier"].sel(constraint=asked[0]).item() == pytest.approx(slope, rel=1e-3)


def test_an_equation_that_no_choice_meets_is_named():
    found = designed("welfare", ["x_1 == 5*x_2", "x_3 == 1"])  # the third firm never does so much R&D
    assert found["status"] == CONFLICT
    assert found["conflict"].sel(constraint="x_3 == 1")
    assert not found["certified"]


def test_no_grid_beats_what_is_found_at_the_edge_of_valid_equilibria():
    """The less the third firm gets the more R&D there is, until it does none: there no equilibrium is valid."""
    found = designed("x_1 + x_2 + x_3", ["received_firms_2 == 130"])
    assert found["status"] == EDGE
    assert found["certified"]
    assert found["multiplier"].isnull().all()  # there are none but at an optimum
    s, t = found["choice"].values
    assert found["objective"].item() == pytest.approx(by_hand(s, t)[0].sum())
    for some in np.linspace(0.5, 0.75, 51):
        other = brentq(lambda share: by_hand(some, share)[1][1] - 130, 0.1, 0.5)  # noqa: B023
        x, _, _ = by_hand(some, other)
        if (x > 0).all():
            assert found["objective"].item() > x.sum()
    assert 1 - s - t < 1e-4
