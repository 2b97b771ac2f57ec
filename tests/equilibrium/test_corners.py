"""Which bounds bind, against best replies, and against each other."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import rdgames as rd
from rdgames.errors import InputError, UnknownNameError


@pytest.fixture(scope="module")
def duopoly(aj):
    return rd.explicit(aj, different=["c"], n=2)


@pytest.fixture(scope="module")
def cells(duopoly):
    return rd.corners(duopoly)


POINT = {"a": 100, "b": 1, "gamma": 10, "beta_1_2": 0, "beta_2_1": 0, "c_1": 20}


def best_outputs(costs: list[float]) -> list[float]:
    """Cournot with two firms, either of which may stop, from the textbook."""
    first, second = ((100 - 2 * costs[i] + costs[1 - i]) / 3 for i in (0, 1))
    if min(first, second) >= 0:
        return [first, second]
    return [(100 - costs[0]) / 2, 0.0] if second < 0 else [0.0, (100 - costs[1]) / 2]


def profit(firm: int, levels: list[float], costs: list[float]) -> float:
    outputs = best_outputs([cost - x for cost, x in zip(costs, levels, strict=True)])
    return (100 - sum(outputs) - costs[firm] + levels[firm]) * outputs[firm] - 5 * levels[firm] ** 2


@pytest.mark.parametrize("cost", [20, 35, 50, 55, 57, 57.2, 57.5, 57.8, 58, 60, 70, 95])
def test_nobody_gains_by_other_research_even_if_somebody_stops(cells, cost):
    found = cells.at(**POINT, c_2=cost)
    assert found.valid
    kept_out = ("x_2", "q_2-by-x_1" if cost < 57.9 else "q_2")
    assert found.at_bounds == (kept_out if cost > 57.1 else ())
    levels = [float(found.values["x_1"]), float(found.values["x_2"])]
    for firm in (0, 1):

        def loss(level: float, firm: int = firm) -> float:
            return -profit(firm, [level if place == firm else x for place, x in enumerate(levels)], [20, cost])

        best = min(
            minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-10}).fun
            for ends in ((0, levels[firm] + 1), (0, 20))
        )
        assert loss(levels[firm]) <= best + 1e-7


def test_of_two_firms_that_are_alike_neither_stops(cells):
    found = cells.at(**{**POINT, "c_1": 40, "c_2": 40})
    assert found.valid
    assert found.values["x_1"] == found.values["x_2"]
    assert found.at_bounds == ()


def test_formulas_of_a_corner_are_those_of_a_monopoly(duopoly):
    corner = rd.solve(duopoly, at_bounds=["x_2", "q_2"])
    monopoly = rd.solve(rd.load("daspremont-jacquemin")).at(a=100, b=1, c=20, gamma=10, beta=0, n=1)
    found = corner.at(**POINT, c_2=90)
    for name in ("x", "q", "profit"):
        assert found.values[f"{name}_1"] == monopoly.values[name]
    for name in ("price", "consumer_surplus", "welfare"):
        assert found.values[name] == monopoly.values[name]
    assert str(corner["q_1"]) == "gamma*(a - c_1)/(2*b*gamma - 1)"
    # firm 2 stays out where the monopoly's price does not cover its cost
    margin = found.conditions["corner_q_2"].margin
    assert margin == Fraction(90) - found.values["price"]


def test_interior_and_corner_exclude_each_other(aj):
    """Where one condition is positive the other is negative, in every cell that differs in one action only."""
    game = rd.explicit(aj, different=["c"], n=2)
    rng = np.random.default_rng(3)
    cells = {cell.play.at_bounds: cell for cell in rd.corners(game)}
    for _ in range(60):
        c_1, c_2 = rng.integers(0, 99, 2)
        shares = {name: Fraction(int(rng.integers(0, 10)), 10) for name in ("beta_1_2", "beta_2_1")}
        point = dict(a=100, b=1, gamma=10, c_1=int(c_1), c_2=int(c_2), **shares)
        valid = [held for held, cell in cells.items() if cell.at(**point).valid]
        assert len(valid) < 2
        assert not any({"q_1", "q_2"} <= {*one} for one in valid)  # somebody always produces


def test_levels_found_in_numbers_have_corners_too(isoelastic):
    """Where research does not pay the market is Cournot's."""
    cells = rd.corners(isoelastic)
    point = {"a": 20, "eps": 1.5, "c": 4, "beta": 0.3, "n": 3}
    without = cells.at(**point, rho=0.02)
    assert without.valid
    assert without.at_bounds == ("x",)
    assert without.values["x"] == 0
    price = 4 / (1 - 1 / (1.5 * 3))
    assert without.values["price"] == pytest.approx(price, rel=1e-9)
    assert without.values["output"] == pytest.approx((price / 20) ** -1.5, rel=1e-9)
    research = cells.at(**point, rho=0.3)
    assert research.valid
    assert research.at_bounds == ()


def test_joint_decisions_have_corners(aj):
    """A cartel without spillovers at gamma below its bound for unequal divisions is at no interior optimum."""
    duopoly = rd.explicit(aj, n=2)
    cells = rd.corners(duopoly, "cartel")
    point = {"a": 2, "b": 1, "c": 1, "gamma": "3/2", "beta_1_2": 0, "beta_2_1": 0}
    found = cells.at(**point)
    assert found.failed == ("one_solution",)  # either firm may be the one that does the research
    assert "x_1 at the least level; x_2 at the least level" in found.conditions["one_solution"].meaning
    equal = rd.solve(aj, "cartel").at(a=2, b=1, c=1, gamma="3/2", beta=0, n=2)
    assert equal.failed == ("second_order_unequal",)
    assert found.values["industry_profit"] == Fraction(2, 7) > equal.values["industry_profit"]


def test_what_cannot_be_held_is_refused(aj):
    with pytest.raises(UnknownNameError, match=r"no bound .* 'p'; known: q, unit_cost, x"):
        rd.solve(aj, at_bounds=["p"])
    with pytest.raises(UnknownNameError):
        rd.solve(aj, "open-loop", at_bounds=["price"])


def test_too_many_bounds_are_refused_with_a_way_out(aj):
    five = rd.explicit(aj, n=5)
    with pytest.raises(InputError, match=r"found 15 bounds that may bind, expected at most 9.*among=.*at_bounds"):
        rd.corners(five)
    with pytest.raises(UnknownNameError, match="no bound that may bind 'x_6'"):
        rd.corners(five, among=["x_6"])
    assert [cell.play.at_bounds for cell in rd.corners(aj, among=["x"])] == [(), ("x",)]
