"""Nobody gains by deviating from what rdgames calls a valid equilibrium; where a condition fails, somebody does.

Deviations are feasible histories: x >= 0, q >= 0, no unit cost below zero. After every deviation in R&D the market is
cleared anew, and a firm may leave it. Trials are tiny and huge, so that a local optimum which is not global is found.
"""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from .brute_force import (
    best_replies,
    climb,
    common_output,
    cournot,
    effective_rd,
    industry_profit,
    most_rd,
    one_changes,
    profits,
    unit_costs,
    welfare,
)
from .points import FEW, FIRMS, SOME, around, explicit, histories, played_market, solved, valid_points

ALONE = ("competition", "rjv-competition")
TOGETHER = ("cartel", "rjv-cartel")
COURNOT = (*ALONE, *TOGETHER, "second-best", "open-loop")
EQUALLY = {"merger": industry_profit, "first-best": welfare}

SIZES = np.concatenate([np.geomspace(1e-4, 1, 120), np.linspace(0, 1, 121)])


def nothing_gained(gain, scale):
    """No gain beyond what rounding does to payoffs of this size."""
    return np.max(gain) <= 1e-9 * scale


def valid_point(data, regime, **limits):
    """The market, R&D and outputs of all firms at a drawn point that rdgames calls valid."""
    parameters, point = data.draw(valid_points(regime, **limits))
    return positions(point, played_market(parameters, regime))


def positions(point, m):
    return m, np.full(m.firms, float(point.values["x"])), np.full(m.firms, float(point.values["q"]))


def stakes(m, x, q):
    """The size of the sums that make up payoffs; gains are compared with it."""
    return m.a * q.sum() + m.gamma * (x**2).sum()


# ---------------------------------------------------------------------------------------- one firm deviates


@pytest.mark.parametrize("regime", ALONE)
@SOME
@given(data=st.data())
def test_no_firm_gains_by_other_rd(regime, data):
    m, x, q = valid_point(data, regime)

    def gain(own):
        history = x.copy()
        history[0] = own
        return profits(m, history, cournot(m, history))[0] - profits(m, x, q)[0]

    top = most_rd(m, x)[0]
    trials = SIZES * top
    gains = np.array([gain(own) for own in trials])
    assert nothing_gained(gains, stakes(m, x, q))
    # an optimizer looks closer where the grid came nearest to a gain
    best = gains.argmax()
    bounds = trials[max(best - 1, 0)], max(trials[min(best + 1, len(trials) - 1)], trials[best])
    closer = minimize_scalar(lambda own: -gain(own), bounds=sorted(bounds), method="bounded")
    assert nothing_gained(-closer.fun, stakes(m, x, q))


@pytest.mark.parametrize("regime", COURNOT)
@FEW
@given(data=st.data())
def test_no_firm_gains_by_another_output(regime, data):
    m, x, q = valid_point(data, regime)
    trials = np.concatenate([SIZES * (m.a / m.b - q[1:].sum()), q[0] * (1 + np.array([-1e-3, 1e-3]))])
    deviations = one_changes(q, trials[:, None] * np.ones(m.firms))[:, 0]
    assert nothing_gained(profits(m, x, deviations)[:, 0] - profits(m, x, q)[0], stakes(m, x, q))


@SOME
@given(data=st.data())
def test_no_firm_gains_by_another_plan_in_the_open_loop(data):
    m, x, q = valid_point(data, "open-loop")
    rd, outputs = np.meshgrid(
        np.concatenate([SIZES[::3] * most_rd(m, x)[0], x[0] * (1 + np.array([-1e-2, 0, 1e-2]))]),
        np.concatenate([SIZES[::3] * (m.a / m.b - q[1:].sum()), q[0] * (1 + np.array([-1e-2, 0, 1e-2]))]),
    )
    plans_x = one_changes(x, rd.reshape(-1, 1) * np.ones(m.firms))[:, 0]
    plans_q = one_changes(q, outputs.reshape(-1, 1) * np.ones(m.firms))[:, 0]
    gains = profits(m, plans_x, plans_q)[:, 0] - profits(m, x, q)[0]
    assert nothing_gained(gains, stakes(m, x, q))


# ------------------------------------------------------------------------------------- a coalition deviates


def joint_trials(m, x, seed):
    """Feasible R&D of all firms: small and large steps away from x, equal and unequal, and far-away corners."""
    n = m.firms
    random = np.random.default_rng(seed)
    equal = np.ones((1, n))
    antisymmetric = np.eye(n)[[0]] - np.eye(n)
    specialists = np.tril(np.ones((n, n)))
    directions = np.vstack([equal, -equal, antisymmetric[1:], random.normal(size=(12, n))])
    sizes = np.concatenate([np.geomspace(1e-3, 1, 10), np.linspace(1.5, 10, 10)]) * x.max()
    near = (x + sizes[:, None, None] * directions).reshape(-1, n)
    some_spared = np.vstack([specialists, specialists + 0.2 * (1 - specialists), random.uniform(size=(12, n)) ** 3])
    furthest = m.c / effective_rd(m, some_spared).max(-1, keepdims=True)
    far = ((furthest * some_spared) * SIZES[::3, None, None]).reshape(-1, n)
    trials = np.vstack([near, far, np.zeros((1, n))])
    return trials[(trials >= 0).all(-1) & (unit_costs(m, trials) >= 0).all(-1)]


@pytest.mark.parametrize("n", FIRMS)
@pytest.mark.parametrize("regime", TOGETHER)
@FEW
@given(data=st.data())
def test_the_coalition_gains_by_no_joint_change(regime, n, data):
    m, x, q = valid_point(data, regime, n=n)
    agreed = industry_profit(m, x, q)

    def joint_profit(plans):
        return industry_profit(m, plans, cournot(m, plans))

    trials = joint_trials(m, x, seed=n)
    gains = joint_profit(trials) - agreed
    assert nothing_gained(gains, stakes(m, x, q))
    # from the most promising unequal plan, a local search sees whether a better optimum is near
    unequal = np.ptp(trials, axis=1) > 0.1 * x.max()
    promising = trials[unequal][gains[unequal].argmax()]
    reached = climb(m, joint_profit, promising)
    assert nothing_gained(joint_profit(reached) - agreed, stakes(m, x, q))


@pytest.mark.parametrize("regime", EQUALLY)
@SOME
@given(data=st.data())
def test_no_other_equal_plan_does_better(regime, data):
    m, x, q = valid_point(data, regime)
    one = np.ones(m.firms)
    rd, outputs = np.meshgrid(
        np.concatenate([SIZES[::2] * m.c / effective_rd(m, one)[0], x[0] * (1 + np.array([-1e-2, 0, 1e-2]))]),
        np.concatenate([SIZES[::2] * m.a / (m.b * m.firms), q[0] * (1 + np.array([-1e-2, 0, 1e-2]))]),
    )
    objective = EQUALLY[regime]
    plans = objective(m, rd.reshape(-1, 1) * one, outputs.reshape(-1, 1) * one)
    assert nothing_gained(plans - objective(m, x, q), stakes(m, x, q))


@SOME
@given(data=st.data())
def test_the_second_best_planner_finds_no_better_equal_rd(data):
    m, x, q = valid_point(data, "second-best")
    common = np.concatenate([SIZES * m.c / effective_rd(m, np.ones(m.firms))[0], x[0] * (1 + np.array([-1e-3, 1e-3]))])
    plans = common[:, None] * np.ones(m.firms)
    assert nothing_gained(welfare(m, plans, cournot(m, plans)) - welfare(m, x, q), stakes(m, x, q))


# ------------------------------------------------------ where a condition fails, there is a better deviation


def salant_shaffer_example():
    return {"a": 2, "b": 1, "c": 1, "gamma": Fraction(3, 2), "beta": 0, "n": 2}


def test_salant_and_shaffer_one_laboratory_earns_more_than_two():
    # CATALOGUE 1.6: one firm does all the R&D, x = (4/7, 0)
    parameters = salant_shaffer_example()
    point = solved("cartel").at(**parameters)
    assert point.failed == ("second_order_unequal",)
    assert float(point.values["industry_profit"]) == pytest.approx(0.260870, abs=1e-6)
    m = explicit(parameters)

    def joint_profit(plans):
        return industry_profit(m, plans, cournot(m, plans))

    best = climb(m, joint_profit, np.array([0.5, 0.1]))
    np.testing.assert_allclose(best, [4 / 7, 0], atol=1e-6)
    assert joint_profit(best) == pytest.approx(2 / 7, rel=1e-10)
    one_laboratory = solved("cartel").given({"x": [Fraction(4, 7), 0]}, **parameters)
    assert one_laboratory.values["industry_profit"] == Fraction(2, 7)


@pytest.mark.parametrize("n", FIRMS)
@FEW
@given(data=st.data())
def test_where_equal_division_is_no_joint_optimum_an_unequal_one_gains(n, data):
    # below the Salant-Shaffer bound, yet steep enough for the equal solution to be the best equal one
    beta = Fraction(data.draw(st.integers(0, 9)), 20)
    reach = 1 + (n - 1) * beta
    enough, bound = 2 * reach**2 / Fraction((n + 1) ** 2), 2 * (1 - beta) ** 2
    assume(enough < bound)
    gamma = enough + (bound - enough) * Fraction(data.draw(st.integers(2, 19)), 20)
    parameters = {"a": 1001, "b": 1, "c": 1000, "gamma": gamma, "beta": beta, "n": n}
    point = solved("cartel").at(**parameters)
    assert point.failed == ("second_order_unequal",)
    m, x, q = positions(point, explicit(parameters))
    step = np.zeros(n)
    step[:2] = 0.05 * x[0], -0.05 * x[0]
    gain = industry_profit(m, x + step, cournot(m, x + step)) - industry_profit(m, x, q)
    # as much as the margin of the condition says: half of margin * |step|^2 is lost where it is positive
    margin = float(point.conditions["second_order_unequal"].margin)
    assert gain == pytest.approx(-margin * (step**2).sum() / 2, rel=1e-5)
    assert gain > 0


@SOME
@given(data=st.data())
def test_where_the_own_second_order_condition_fails_a_single_firm_gains(data):
    n = data.draw(st.sampled_from(FIRMS))
    beta = Fraction(data.draw(st.integers(0, 9)), 20)
    private, reach = n - (n - 1) * beta, 1 + (n - 1) * beta
    lowest, bound = 2 * private * reach / Fraction((n + 1) ** 2), 2 * private**2 / Fraction((n + 1) ** 2)
    gamma = lowest + (bound - lowest) * Fraction(data.draw(st.integers(2, 19)), 20)
    parameters = {"a": 1001, "b": 1, "c": 1000, "gamma": gamma, "beta": beta, "n": n}
    point = solved("competition").at(**parameters)
    assert point.conditions["existence"].holds
    assert point.values["x"] > 0
    assert not point.conditions["second_order"].holds
    m, x, q = positions(point, explicit(parameters))
    step = 0.02 * x[0]
    for own in (x[0] + step, x[0] - step):
        history = x.copy()
        history[0] = own
        gain = profits(m, history, cournot(m, history))[0] - profits(m, x, q)[0]
        margin = float(point.conditions["second_order"].margin)
        assert gain > 0
        assert gain == pytest.approx(-margin * step**2 / 2, rel=1e-4)


@SOME
@given(data=st.data())
def test_where_gradient_stability_fails_an_unequal_disturbance_grows(data):
    # best replies answer a disturbance that leaves the total alone by |r| times that disturbance; it grows if |r| > 1
    n = data.draw(st.sampled_from(FIRMS))
    beta = Fraction(data.draw(st.integers(0, 10)), 20)
    private = n - (n - 1) * beta
    concave = 2 * private**2 / Fraction((n + 1) ** 2)
    gamma = concave * (1 + Fraction(data.draw(st.integers(2, 60)), 20))
    parameters = {"a": 1001, "b": 1, "c": 1000, "gamma": gamma, "beta": beta, "n": n}
    point = solved("competition").at(**parameters)
    assume(point.values["x"] > 0)
    stability = point.conditions["gradient_stability"]
    assume(abs(stability.margin) > Fraction(1, 1000))
    m, x, _ = positions(point, explicit(parameters))
    disturbance = np.zeros(n)
    disturbance[:2] = 1e-3 * x[0], -1e-3 * x[0]
    answer = best_replies(m, cournot, x + disturbance) - x
    assert (abs(answer[0]) < disturbance[0]) == stability.holds


@pytest.mark.parametrize(("regime", "marginal_revenue_slope"), [("merger", 2), ("first-best", 1)])
@SOME
@given(data=st.data())
def test_one_plant_beats_the_equal_merger_and_the_equal_first_best(regime, marginal_revenue_slope, data):
    # CATALOGUE 1.6: with constant unit costs it pays to produce in one plant and to do R&D for it everywhere,
    # x_other = beta * x_1. rdgames must therefore say that its equal solution is imposed.
    parameters, point = data.draw(valid_points(regime))
    assume(parameters["beta"] < 1)
    m, x, q = positions(point, explicit(parameters))
    reach = 1 + (m.firms - 1) * float(parameters["beta"]) ** 2
    steepness = marginal_revenue_slope * m.b * m.gamma
    # where that optimum is unbounded or drives unit cost below zero, the plant stops at unit cost zero
    best = (m.a - m.c) / (steepness - reach) if steepness > reach else np.inf
    own = min(best, m.c / reach)
    plan = np.full(m.firms, own * float(parameters["beta"]))
    plan[0] = own
    outputs = np.zeros(m.firms)
    outputs[0] = (m.a - unit_costs(m, plan)[0]) / (marginal_revenue_slope * m.b)
    assert (unit_costs(m, plan) >= -1e-9 * m.c).all()
    assert EQUALLY[regime](m, plan, outputs) > EQUALLY[regime](m, x, q)
    assert any(note.startswith("equal split imposed") for note in point.notes)


# ------------------------------------------------------------------------------ after histories of all kinds


def output_stage(regime):
    """What explicit firms do on the market of a regime."""
    if regime not in EQUALLY:
        return cournot
    return lambda m, x: common_output(EQUALLY[regime], m, x)


@pytest.mark.parametrize("regime", [*ALONE, *TOGETHER, "merger", "second-best", "first-best"])
@SOME
@given(data=st.data())
def test_decision_rules_after_unequal_histories(regime, data):
    parameters = data.draw(around(regime))
    x = data.draw(histories(parameters))
    m = played_market(parameters, regime)
    levels = np.array(x, dtype=float)
    assume((unit_costs(m, levels) >= 0).all())
    after = solved(regime).given({"x": x}, **parameters)
    q = output_stage(regime)(m, levels)
    # the rules know no corners, and say so exactly where a firm would shut down
    someone_leaves = bool((q <= 0).any())
    if not someone_leaves:
        assert after.below_bound == ()
        close = {"rtol": 1e-9, "atol": 1e-9 * m.a / m.b}
        np.testing.assert_allclose(np.array(after.values["q"], dtype=float), q, **close)
        money = {"rtol": 1e-9, "atol": 1e-9 * stakes(m, levels, q)}
        np.testing.assert_allclose(np.array(after.values["profit"], dtype=float), profits(m, levels, q), **money)
        np.testing.assert_allclose(float(after.values["welfare"]), welfare(m, levels, q), **money)
    elif min(after.values["q"]) < 0:
        assert after.below_bound == ("q",)
    else:
        assert min(after.values["q"]) == 0
