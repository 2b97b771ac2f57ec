"""Concave technologies: closed forms where there are, levels found in numbers where there are none."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import rdgames as rd
from rdgames.errors import NoFormulaError

GAME = {
    "name": "outlays",
    "parameters": {
        "a": "a > 0",
        "gamma": "gamma > 0",
        "rho": "0 < rho < 1",
        "beta": {"domain": "0 <= beta <= 1", "index": ["firms", "firms"]},
        "n": {"domain": "n >= 1", "integer": True},
    },
    "groups": {"firms": "n"},
    "stages": {"research": {"actions": {"x": "firms"}}, "production": {"actions": {"q": "firms"}}},
    "payoffs": {"firms": "(a + y[i] - sum(q[j] for j in firms))*q[i] - x[i] + 0*rho"},
    "regimes": {
        "cartel": "firms choose x jointly",
        "rjv": "firms share beta = 1",
        "insiders": "2 of firms are insiders, the rest outsiders; insiders choose x jointly",
    },
}
POINT = {"a": 40, "gamma": 5, "n": 3, "beta": "1/4", "rho": "1/2"}
INPUT = "2*(x[i] + sum(beta[i, j]*x[j] for j in firms if j != i))/gamma"
FORMS = {
    "sqrt": f"sqrt({INPUT})",
    "half": f"({INPUT})**(1/2)",
    "power": f"({INPUT})**rho",
    "log": f"log(1 + {INPUT})",
}


def game_with(form: str) -> rd.Game:
    return rd.Game(**GAME, definitions={"y": {"for": "i in firms", "is": FORMS[form]}})


def value_of(form: str, argument: float, rho: float) -> float:
    return {"sqrt": math.sqrt, "half": math.sqrt, "log": lambda v: math.log(1 + v)}.get(form, lambda v: v**rho)(
        argument
    )


def profits(form: str, levels: list[float], point: dict[str, float]) -> list[float]:
    """Cournot profits after given outlays, from the textbook's formula."""
    n, beta = len(levels), point["beta"]
    inputs = [2 * (x + beta * (sum(levels) - x)) / point["gamma"] for x in levels]
    tops = [point["a"] + value_of(form, argument, point["rho"]) for argument in inputs]
    outputs = [(n * top - (sum(tops) - top)) / (n + 1) for top in tops]
    return [q**2 - x for q, x in zip(outputs, levels, strict=True)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("regime", ["competition", "cartel"])
def test_nobody_gains_by_another_outlay(form, regime):
    point = {**POINT, "rho": "2/5", "beta": 0.25}
    found = rd.solve(game_with(form), regime).at(**point)
    assert found.valid
    numbers = {name: float(Fraction(str(value))) for name, value in point.items()}
    here = found.values["x"]

    def loss(level: float) -> float:
        if regime == "competition":
            return -profits(form, [level, here, here], numbers)[0]
        return -sum(profits(form, [level] * 3, numbers))

    best = minimize_scalar(loss, bounds=(here / 100, 20 * here), method="bounded", options={"xatol": 1e-12})
    assert best.x == pytest.approx(float(here), rel=1e-5)
    assert -loss(float(here)) >= -best.fun - 1e-12


def test_a_power_of_one_half_is_a_square_root():
    exact = rd.solve(game_with("sqrt"), "competition").at(**POINT)
    assert all(isinstance(value, Fraction) for value in exact.values.values())
    for form in ("half", "power"):
        numbers = rd.solve(game_with(form), "competition").at(**POINT)
        for name, value in exact.values.items():
            assert numbers.values[name] == pytest.approx(float(value), rel=1e-12)
        assert numbers.conditions["converged"].holds
        assert numbers.conditions["one_solution"].holds
        for name in numbers.conditions.keys() - {"converged", "one_solution"}:
            assert exact.conditions[name].holds == numbers.conditions[name].holds
        assert exact.conditions["existence_y"].margin == exact.values["y"]


def test_residuals_and_their_jacobian_can_be_read():
    equilibrium = rd.solve(game_with("power"), "competition")
    assert set(equilibrium.residuals) == {"x"}
    assert {str(symbol) for symbol in equilibrium.residuals["x"].free_symbols} == {
        "a", "beta", "gamma", "n", "y", "y_slope",
    }  # fmt: skip
    assert [*equilibrium.jacobian] == [("x", "x")]
    assert rd.solve(game_with("sqrt"), "competition").residuals == {}


def test_several_levels_are_found_together_and_sweeps_find_the_same():
    game = game_with("sqrt")
    point = {"a": 40, "gamma": 5, "n": 4, "rho": 0.5}
    ds = rd.sweep(game, ["competition", "insiders"], **point, beta=[0, 0.1])
    for beta in (0, 0.1):
        found = rd.solve(game, "insiders").at(**point, beta=beta)
        for name, value in found.values.items():
            assert float(ds[name].sel(regime="insiders", beta=beta)) == pytest.approx(value, rel=1e-9)
    assert ds["valid"].all()


def test_where_nothing_is_found_the_point_is_not_valid():
    found = rd.solve(game_with("power"), "cartel").at(**{**POINT, "rho": "99/100", "gamma": "1/100"})
    assert not found.valid
    assert set(found.values.values()) == {None}
    ds = rd.sweep(game_with("power"), "cartel", **{**POINT, "rho": 0.99, "gamma": [0.01, 5]})
    assert not ds["valid"][0, 0]


def test_at_full_spillovers_only_the_total_is_determined():
    equilibrium = rd.solve(game_with("sqrt"), "rjv")
    assert "any division of it among the members is as good" in equilibrium.notes[0]
    at_the_end = rd.solve(game_with("sqrt"), "competition").at(**{**POINT, "beta": 1})
    assert at_the_end.values == equilibrium.at(**POINT).values
    assert at_the_end.valid
    assert "only the total is determined" in at_the_end.notes[0]
    assert rd.solve(game_with("sqrt"), "competition").at(**POINT).notes == ()


def test_unequal_outlays_can_be_followed():
    game, levels = game_with("sqrt"), [3, 1, 2]
    history = rd.solve(game, "competition").given({"x": levels}, **POINT)
    expected = [math.sqrt(2 / 5 * (x + (6 - x) / 4)) for x in levels]
    assert history.values["y"] == pytest.approx(expected)
    outputs = [(3 * (40 + y) - sum(40 + v for v in expected) + (40 + y)) / 4 for y in expected]
    assert history.values["q"] == pytest.approx(outputs)
    implicit = rd.solve(game_with("power"), "competition").given({"x": levels}, **POINT)
    assert implicit.values["q"] == pytest.approx(outputs)


def test_a_function_of_later_choices_has_no_closed_form():
    document = {**GAME, "payoffs": {"firms": "sqrt(q[i]) - q[i]*sum(q[j] for j in firms) + beta_0*x[i]*q[i] - x[i]**2"}}
    document["parameters"] = {"beta_0": "beta_0 > 0", "n": GAME["parameters"]["n"]}
    game = rd.Game(**{**document, "regimes": {}})
    equilibrium = rd.solve(game, "competition")
    assert equilibrium.unknowns == ("x", "q")
    with pytest.raises(NoFormulaError, match=r"can be of what is chosen at the first move only|what is chosen"):
        equilibrium.exact("q")
    with pytest.raises(NoFormulaError):
        equilibrium.given({"x": [1, 2]}, beta_0=1, n=2)


def test_batches_do_not_depend_on_their_order():
    game = game_with("log")
    ds = rd.sweep(game, "competition", a=40, gamma=[1, 2, 5], n=[2, 3], beta=0.3, rho=0.5)
    backwards = rd.sweep(game, "competition", a=40, gamma=[5, 2, 1], n=[3, 2], beta=0.3, rho=0.5)
    np.testing.assert_array_equal(ds["x"].values, backwards["x"].values[:, ::-1, ::-1])


def test_several_solutions_are_never_valid():
    game = rd.Game(
        name="two-hills",
        parameters={"c": "c > 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={"once": {"actions": {"x": "firms"}}},
        payoffs={"firms": "10 + log(x[i]) - 5*x[i] + 3*x[i]**2 - c*exp(x[i])"},
    )
    found = rd.solve(game).at(c="1/2", n=2)
    assert "one_solution" in found.failed
    assert "2 were found" in found.conditions["one_solution"].meaning
    assert not rd.sweep(game, "competition", c=[0.5], n=2)["valid"].any()
