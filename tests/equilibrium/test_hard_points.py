"""Points and games at which a derivation is easily wrong: poles that cancel, groups of one, partners who wait."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import rdgames as rd
from rdgames.algebra.program import Recorder
from rdgames.equilibrium.recording import record, replay
from rdgames.errors import InputError, ModelError, NotConcaveError
from rdgames.game.play import play

REGIMES = ("competition", "cartel", "rjv-competition", "rjv-cartel", "merger", "second-best", "first-best", "open-loop")
POINTS = [
    {"a": 100, "b": 1, "c": 60, "n": 2, "beta": "1/4", "gamma": 5},
    {"a": 90, "b": "3/2", "c": 70, "n": 7, "beta": "2/3", "gamma": "17/3"},
    {"a": 100, "b": 1, "c": 90, "n": 1, "beta": "2/5", "gamma": "3/5"},
    {"a": 10, "b": 2, "c": 3, "n": 3, "beta": 0, "gamma": "1/7"},
    {"a": 10, "b": 2, "c": 3, "n": 4, "beta": 1, "gamma": 30},
]


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("values", POINTS)
def test_recorded_steps_agree_with_rational_functions(aj, regime, values):
    """The two fields share no code: value numbering modulo a prime here, polynomials and their divisors there."""
    equilibrium = rd.solve(aj, regime)
    point = {name: Fraction(value) for name, value in values.items()}
    recorder = Recorder()
    recording = record(play(aj, aj.regime(regime)), recorder)
    found = replay(recorder.program(recording.outputs), point)
    for name in aj.outcomes:
        assert found[f"value:{name}"] == equilibrium.exact(name).at(point)
    for condition in equilibrium.exact_conditions:
        assert found[f"margin:{condition.name}"] == condition.margin.at(point)
        if condition.applies is not None:
            assert found[f"applies:{condition.name}"] == condition.applies.at(point)


@pytest.mark.parametrize(("regime", "beta", "gamma"), [("competition", "2/5", "3/5"), ("cartel", "2/5", "18/25")])
def test_a_monopolist_has_no_pole_where_rivals_would_be_unstable(aj, regime, beta, gamma):
    # x = 2*T/(4*b*gamma - 2) whatever beta, which has nobody to reach
    point = rd.solve(aj, regime).at(a=100, b=1, c=90, n=1, beta=beta, gamma=gamma)
    assert point.valid
    assert point.values["x"] == Fraction(20) / (4 * Fraction(gamma) - 2)
    ds = rd.sweep(
        aj, [regime], a=100, b=1, c=90, n=1, beta=[0.1, float(Fraction(beta)), 0.9], gamma=float(Fraction(gamma))
    )
    np.testing.assert_allclose(ds["x"], float(point.values["x"]), rtol=1e-12)


def test_no_digits_are_lost_at_the_bound_of_salant_and_shaffer(aj):
    point = rd.solve(aj, "cartel").at(a=100, b=1, c=99, n=2, beta=0.0, gamma=2.0000000000000004)
    assert point.values["x"] == pytest.approx(0.125, rel=1e-12)


def two_tiers(**more):
    return rd.Game(
        name="tiers",
        parameters={"a": "a > 0", "k": "k > 0"},
        groups={"up": 1, "down": 1},
        stages={"early": {"actions": {"x": "up"}}, "late": {"actions": {"q": "down"}}},
        payoffs={"up": "x[i] - k*x[i]**2", "down": "(a + sum(x[j] for j in up) - q[i])*q[i]"},
        **more,
    )


def test_partners_who_do_not_act_yet_count():
    # max x - k*x**2 + (a + x - q)*q: q = (a + x)/2 and x = (a + 2)/(4*k - 1)
    game = two_tiers()
    assert rd.solve(game, "up, down choose x, q jointly").text("x") == "(a + 2)/(4*k - 1)"
    assert rd.solve(game, "up, down choose x jointly").text("x") == "(a + 2)/(4*k - 1)"
    assert rd.solve(game).text("x") == "1/(2*k)"


def test_a_group_of_one_may_decide_jointly():
    game = rd.Game(
        name="one",
        parameters={"a": "a > 0"},
        groups={"firms": 1},
        stages={"s": {"actions": {"q": "firms"}}},
        payoffs={"firms": "(a - sum(q[j] for j in firms))*q[i]"},
    )
    assert rd.solve(game, "firms choose q jointly").text("q") == "a/2"


def test_simultaneous_moves_take_nobody_else_along():
    parameters = {"a": "a > 0", "n": {"domain": "n >= 1", "integer": True}}
    game = rd.Game(
        name="three",
        parameters=parameters,
        groups={"firms": "n", "government": 1},
        stages={
            "first": {"actions": {"x": "firms"}},
            "second": {"actions": {"t": "government"}},
            "third": {"actions": {"q": "firms"}},
        },
        payoffs={
            "firms": "(a + x[i] - sum(t[j] for j in government) - sum(q[j] for j in firms))*q[i] - 2*x[i]**2",
            "government": "t[i]*sum(q[j] for j in firms) - 3*t[i]**2 + t[i]*sum(x[j] for j in firms)",
        },
    )
    # committed to together, x and q are both known when t is chosen: t = (Q + X)/6
    together = rd.solve(game, "firms choose x, q simultaneously").at(a=10, n=2)
    assert together.values["t"] == 2 * (together.values["q"] + together.values["x"]) / 6


def test_an_undefined_outcome_makes_a_point_invalid_on_both_roads():
    game = rd.Game(
        name="ratio",
        parameters={"a": "a > 0", "d": "d >= 0"},
        groups={"firms": 1},
        stages={"s": {"actions": {"q": "firms"}}},
        definitions={"price": "a - sum(q[j] for j in firms)", "ratio": "price/d"},
        payoffs={"firms": "price*q[i]"},
    )
    point = rd.solve(game).at(a=4, d=0)
    assert (point.valid, point.failed, point.values["ratio"]) == (False, ("defined",), None)
    ds = rd.sweep(game, "competition", a=4, d=[0, 2])
    assert ds["valid"].values[0].tolist() == [False, True]
    names = ds["failed_condition"].attrs["flag_meanings"].split()
    assert names[int(ds["failed_condition"].values[0, 0])] == "defined"


def test_a_minimum_is_refused_though_other_parameters_may_be_negative():
    parameters = {"d": "-1 <= d <= 3", "a": "a > 0"}
    stages = {"s": {"actions": {"x": "firms"}}}
    game = rd.Game(
        name="convex",
        parameters=parameters,
        groups={"firms": 1},
        stages=stages,
        payoffs={"firms": "d*x[i] + a*x[i]**2"},
    )
    with pytest.raises(NotConcaveError, match="nowhere positive"):
        rd.solve(game)
    with pytest.raises(NotConcaveError, match="nowhere positive"):
        rd.sweep(game, "competition", a=1, d=1)


def test_a_payoff_linear_in_what_is_chosen_is_refused():
    game = rd.Game(
        name="linear",
        parameters={"a": "a > 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={"s": {"actions": {"x": "firms"}}},
        payoffs={"firms": "x[i]*(a - sum(x[j] for j in firms if j != i))"},
    )
    with pytest.raises(NotConcaveError, match="strictly concave"):
        rd.solve(game)


def test_a_spillover_set_by_a_formula_must_stay_in_its_domain(aj):
    equilibrium = rd.solve(aj, "firms share beta = beta + 1/2")
    assert equilibrium.at(a=100, b=1, c=90, n=2, beta="1/4", gamma=9).valid
    assert equilibrium.at(a=100, b=1, c=90, n=2, beta="3/4", gamma=9).failed == ("shared_beta_2",)
    with pytest.raises(ModelError, match="outside its domain 0 <= beta <= 1"):
        rd.solve(aj, "firms share beta = 2")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            {"requirements": {"participation": "sum(q[j] for j in down) >= 0"}},
            "like the condition 'participation'",
        ),
        ({"definitions": {"valid": "sum(q[j] for j in down)"}}, "sweeps use themselves"),
        ({"definitions": {"margin_x": "sum(q[j] for j in down)"}}, "sweeps use themselves"),
    ],
)
def test_names_that_would_hide_a_verdict_are_refused(more, words):
    if "requirements" in more:
        more = {"requirements": {name: {"is": text} for name, text in more["requirements"].items()}}
    with pytest.raises(ModelError, match=words):
        two_tiers(**more)


def test_parameters_may_live_in_a_sentence_alone():
    game = rd.Game(
        name="taste",
        parameters={"a": "a > 0", "mu": "mu >= 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={"s": {"actions": {"q": "firms"}}},
        definitions={"output": "sum(q[j] for j in firms)", "profit": "(a - output)*q[i]"},
        payoffs={"firms": "profit[i]"},
        regimes={"board": "planner chooses q equally for sum(profit[j] for j in firms) + mu*output"},
    )
    assert rd.solve(game, "board").text("q") == "(a + mu)/(2*n)"


def test_following_a_history_says_whether_it_is_possible(aj):
    competition = rd.solve(aj, "competition")
    point = {"a": 100, "b": 1, "c": 60, "n": 2, "beta": 0, "gamma": 5}
    assert competition.given({"x": [3, 0]}, **point).valid
    driven_out = competition.given({"x": [60, 0]}, **point)
    assert (driven_out.valid, driven_out.below_bound) == (False, ("q",))
    too_much = competition.given({"x": [70, 65]}, **point)
    assert (too_much.valid, too_much.violated) == (False, ("nonnegative_unit_cost",))
    with pytest.raises(InputError, match="a level for each member"):
        competition.given({"x": 3}, **point)
