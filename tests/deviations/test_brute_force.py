"""The same gains from formulas written down by hand, and SciPy: games firm by firm, nothing of rdgames in them."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq, minimize, minimize_scalar

import rdgames as rd


def best(worth: Callable[[float], float], highest: float) -> float:
    """Return the largest value from 0 to somewhere, wherever it is."""
    grid = np.concatenate([[0], np.geomspace(1e-6, 1, 400)]) * highest
    values = [worth(each) for each in grid]
    place = int(np.argmax(values))
    bounds = grid[max(place - 1, 0)], grid[min(place + 1, len(grid) - 1)]
    closer = minimize_scalar(lambda each: -worth(each), bounds=bounds, method="bounded", options={"xatol": 1e-12})
    return max(values[place], -closer.fun)


def linear_profits(p: dict[str, float], x: np.ndarray) -> np.ndarray:
    """Cournot duopolists with linear demand; a firm whose output would be negative produces nothing."""
    cost = p["c"] - x - p["beta"] * x[::-1]
    q = (p["a"] - 2 * cost + cost[::-1]) / (3 * p["b"])
    for own in (0, 1):
        if q[own] < 0:
            q[own], q[1 - own] = 0, (p["a"] - cost[1 - own]) / (2 * p["b"])
    price = p["a"] - p["b"] * q.sum()
    return np.where((cost >= 0) & (price >= 0), (price - cost) * q - p["gamma"] * x**2 / 2, -np.inf)


LINEAR = [
    {"a": 100, "b": 1, "c": 60, "gamma": 5, "beta": 0.3},
    {"a": 100, "b": 2, "c": 70, "gamma": 1.2, "beta": 0},
    {"a": 100, "b": 1, "c": 90, "gamma": 0.8, "beta": 0.1},
]


@pytest.mark.parametrize("p", LINEAR)
@pytest.mark.parametrize("x", [0.5, 4, 12])
def test_a_firm_in_a_linear_duopoly(p, x):
    game = rd.load("daspremont-jacquemin")
    q = (p["a"] - p["c"] + (1 + p["beta"]) * x) / (3 * p["b"])
    found = rd.check_equilibrium(game, levels={"x": x, "q": q}, **p, n=2)
    here = linear_profits(p, np.array([x, x]))[0]
    expected = best(lambda own: linear_profits(p, np.array([own, x]))[0], p["c"]) - here
    [research] = [one for one in found.each if one.move == "research" and one.trials]
    assert research.gain == pytest.approx(expected, rel=1e-5, abs=1e-7)
    [production] = [one for one in found.each if one.move == "production" and one.trials]
    assert production.relative_gain < 1e-12


@pytest.mark.parametrize("p", LINEAR)
def test_both_firms_of_a_linear_duopoly_together(p):
    game = rd.load("daspremont-jacquemin")
    found = rd.check_equilibrium(game, "cartel", **p, n=2)

    def worth(x: np.ndarray) -> float:
        return float(linear_profits(p, np.maximum(x, 0)).sum())

    here = worth(np.full(2, found.levels["x"]))
    grid = np.linspace(0, p["c"], 61)
    starts = sorted(((worth(np.array([x, y])), x, y) for x in grid for y in grid if y <= x), reverse=True)[:5]
    expected = max(-minimize(lambda x: -worth(x), start[1:], method="Nelder-Mead", tol=1e-10).fun for start in starts)
    together = max(float(one.gain) for one in found.each if "jointly" in one.who)
    assert together == pytest.approx(max(expected - here, 0), rel=1e-4, abs=1e-6)


def isoelastic_outputs(p: dict[str, float], cost: np.ndarray) -> np.ndarray:
    """Outputs of two firms; the first-order conditions, summed, give the price, unless one firm stays out."""
    price = cost.sum() / (2 - 1 / p["eps"])
    if price <= cost.max():
        alone = cost.min() / (1 - 1 / p["eps"])
        price = min(alone, cost.max()) if alone <= cost.max() else price
        assert alone <= cost.max()
        total = (price / p["a"]) ** -p["eps"]
        return np.where(cost == cost.min(), total, 0.0)
    total = (price / p["a"]) ** -p["eps"]
    return total * p["eps"] * (price - cost) / price


def isoelastic_profits(p: dict[str, float], x: np.ndarray) -> np.ndarray:
    cost = p["c"] * (1 + x + p["beta"] * x[::-1]) ** -p["rho"]
    q = isoelastic_outputs(p, cost)
    return (p["a"] * q.sum() ** (-1 / p["eps"]) - cost) * q - x


NONLINEAR = [
    {"a": 20, "eps": 1.5, "c": 3, "rho": 0.3, "beta": 0.5},
    {"a": 20, "eps": 1.5, "c": 4, "rho": 0.2, "beta": 0},
]


@pytest.mark.parametrize("p", NONLINEAR)
@pytest.mark.parametrize("x", [0.2, 3])
def test_a_firm_in_an_isoelastic_duopoly(isoelastic, p, x):
    q = isoelastic_outputs(p, np.full(2, p["c"] * (1 + (1 + p["beta"]) * x) ** -p["rho"]))[0]
    found = rd.check_equilibrium(isoelastic, levels={"x": x, "q": q}, **p, n=2)
    here = isoelastic_profits(p, np.array([x, x]))[0]
    expected = best(lambda own: isoelastic_profits(p, np.array([own, x]))[0], 100.0) - here
    [research] = [one for one in found.each if one.move == "research" and one.trials]
    assert research.gain == pytest.approx(expected, rel=1e-7)
    assert research.undecided == 0
    [production] = [one for one in found.each if one.move == "production" and one.trials]
    assert production.relative_gain < 1e-12


def test_an_isoelastic_cartel_does_better_with_one_laboratory(isoelastic):
    p = NONLINEAR[0]
    solved = rd.solve(isoelastic, "cartel").at(**p, n=2)
    assert solved.failed == ("second_order_unequal",)
    found = rd.check_equilibrium(isoelastic, "cartel", **p, n=2)
    here = isoelastic_profits(p, np.full(2, solved.values["x"])).sum()
    expected = best(lambda own: isoelastic_profits(p, np.array([own, 0])).sum(), 100.0) - here
    assert expected > 0.09
    assert found.gain == pytest.approx(expected, rel=1e-6)


def test_the_other_hill_is_higher():
    game = rd.Game(
        name="two-hills",
        parameters={"c": "c > 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={"once": {"actions": {"x": "firms"}}},
        payoffs={"firms": "10 + log(x[i]) - 5*x[i] + 3*x[i]**2 - c*exp(x[i])"},
    )

    def worth(x: float) -> float:
        return 10 + np.log(x) - 5 * x + 3 * x**2 - np.exp(x) / 2 if x > 0 else -np.inf

    low, high = (brentq(lambda x: 1 / x - 5 + 6 * x - np.exp(x) / 2, *ends) for ends in ((0.1, 0.4), (3, 4)))
    found = rd.check_equilibrium(game, c="1/2", n=2)
    assert found.levels["x"] == pytest.approx(low)
    assert found.gain == pytest.approx(worth(high) - worth(low), rel=1e-10)
    assert found.better_level == pytest.approx(high, rel=1e-5)
    assert rd.check_equilibrium(game, levels={"x": high}, c="1/2", n=2).holds()
