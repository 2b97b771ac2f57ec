"""Where two regimes must coincide, and what must not matter: limits, identities and changes of units, for every n."""

import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

import rdgames as rd

from .algebra import T, a, b, beta, c, gamma, n, same
from .points import FEW, REGIMES, SOME, around, formula, solved

OUTCOMES = (
    "x",
    "q",
    "price",
    "output",
    "effective_rd",
    "unit_cost",
    "profit",
    "industry_profit",
    "consumer_surplus",
    "welfare",
)
HALF = sp.Rational(1, 2)


def coincide(left, right, **values):
    """Whether two regimes lead to the same outcomes, all of them, at some parameters and for all others."""
    at = {sp.Symbol(name): value for name, value in values.items()}
    return all(same(formula(left, name).subs(at), formula(right, name).subs(at)) for name in OUTCOMES)


# ------------------------------------------------------------------------------------------------ limits


def test_at_one_half_a_cartel_changes_nothing():
    # then a firm's R&D neither helps nor harms its rivals
    assert coincide("cartel", "competition", beta=HALF)
    assert not coincide("cartel", "competition", beta=HALF + sp.Rational(1, 100))


def test_at_one_half_it_does_not_matter_whether_rivals_see_the_rd():
    assert coincide("open-loop", "competition", beta=HALF)
    assert not coincide("open-loop", "competition", beta=0)


def test_where_everything_spills_over_a_joint_venture_changes_nothing():
    assert coincide("rjv-competition", "competition", beta=1)
    assert coincide("rjv-cartel", "cartel", beta=1)


def test_a_joint_venture_does_not_depend_on_what_would_spill_over_without_it():
    for regime in ("rjv-competition", "rjv-cartel"):
        assert all(beta not in formula(regime, name).free_symbols for name in OUTCOMES)


@pytest.mark.parametrize("regime", ["cartel", "rjv-competition", "rjv-cartel", "merger", "open-loop"])
def test_a_single_firm_is_its_own_cartel_and_its_own_rival(regime):
    assert coincide(regime, "competition", n=1)


@pytest.mark.parametrize(
    ("outcome", "by_hand"),
    [
        # max (T + x)**2/(4*b) - gamma*x**2/2 over x
        ("x", T / (2 * b * gamma - 1)),
        ("q", gamma * T / (2 * b * gamma - 1)),
        ("profit", gamma * T**2 / (2 * (2 * b * gamma - 1))),
        ("price", a - b * gamma * T / (2 * b * gamma - 1)),
        ("consumer_surplus", b * (gamma * T / (2 * b * gamma - 1)) ** 2 / 2),
    ],
)
def test_a_single_firm_is_the_monopolist_of_the_textbook(outcome, by_hand):
    assert same(formula("competition", outcome).subs(n, 1), by_hand)


def test_conditions_about_rivals_say_nothing_of_a_monopolist():
    # 2*b*gamma > 1 is all that a monopolist needs, far below the Salant-Shaffer bound
    alone = solved("cartel").at(a=20, b=1, c=19, n=1, beta=0, gamma="3/5")
    assert alone.valid
    assert "second_order_unequal" not in alone.conditions
    assert "second_order_unequal" in solved("cartel").at(a=20, b=1, c=19, n=2, beta=0, gamma="3/5").failed


def test_the_first_best_charges_marginal_cost():
    assert same(formula("first-best", "price"), formula("first-best", "unit_cost"))


def test_many_rivals_without_rd_approach_marginal_cost():
    # the steeper the cost of R&D the less of it; what remains is Cournot, whose margin is T/(n + 1)
    margin = formula("competition", "price") - formula("competition", "unit_cost")
    assert same(sp.limit(sp.cancel(margin), gamma, sp.oo), T / (n + 1))


# -------------------------------------------------------------------------------------------- identities


@pytest.mark.parametrize("regime", REGIMES)
def test_accounts_add_up(regime):
    assert same(formula(regime, "welfare"), formula(regime, "industry_profit") + formula(regime, "consumer_surplus"))
    assert same(formula(regime, "industry_profit"), n * formula(regime, "profit"))
    assert same(formula(regime, "output"), n * formula(regime, "q"))
    assert same(formula(regime, "price"), a - b * formula(regime, "output"))
    assert same(formula(regime, "unit_cost"), c - formula(regime, "effective_rd"))
    earned = (formula(regime, "price") - formula(regime, "unit_cost")) * formula(regime, "q")
    assert same(formula(regime, "profit"), earned - gamma * formula(regime, "x") ** 2 / 2)


@pytest.mark.parametrize("regime", REGIMES)
def test_effective_rd_is_own_rd_and_what_spills_over(regime):
    spillover = 1 if regime.startswith("rjv") else beta
    assert same(formula(regime, "effective_rd"), (1 + (n - 1) * spillover) * formula(regime, "x"))


# ---------------------------------------------------------------------- changes of units change nothing

MONEY = {"x": 1, "price": 1, "effective_rd": 1, "unit_cost": 1, "q": 0, "output": 0}
GOODS = {"x": -1, "price": -1, "effective_rd": -1, "unit_cost": -1, "q": 1, "output": 1}
SCALE = sp.Symbol("scale_", positive=True)


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize(
    ("powers", "otherwise", "new_units"),
    [
        (MONEY, 1, {a: SCALE * a, b: SCALE * b, c: SCALE * c, gamma: gamma / SCALE}),
        (GOODS, 0, {a: a / SCALE, b: b / SCALE**2, c: c / SCALE, gamma: gamma * SCALE**2}),
    ],
    ids=["money", "goods"],
)
def test_units_do_not_matter(regime, powers, otherwise, new_units):
    for name in OUTCOMES:
        outcome = formula(regime, name)
        expected = outcome * SCALE ** powers.get(name, otherwise)
        assert same(outcome.subs(new_units, simultaneous=True), expected), name


@pytest.mark.parametrize("regime", REGIMES)
def test_twice_the_profitability_is_twice_the_rd_and_four_times_the_welfare(regime):
    # at the same b and gamma, actions are proportional to a - c and money to its square
    for name, power in {"x": 1, "q": 1, "profit": 2, "consumer_surplus": 2, "welfare": 2}.items():
        outcome = formula(regime, name)
        assert same(outcome.subs({a: SCALE * a, c: SCALE * c}, simultaneous=True), outcome * SCALE**power)


@pytest.mark.parametrize("regime", REGIMES)
def test_only_profitability_matters_for_actions_and_payoffs(regime):
    higher = {a: a + SCALE, c: c + SCALE}
    for name in ("x", "q", "profit", "consumer_surplus", "welfare"):
        assert same(formula(regime, name).subs(higher, simultaneous=True), formula(regime, name))
    assert same(formula(regime, "price").subs(higher, simultaneous=True), formula(regime, "price") + SCALE)


@pytest.mark.parametrize("regime", REGIMES)
@FEW
@given(data=st.data())
def test_units_do_not_decide_whether_an_equilibrium_is_valid(regime, data):
    point = data.draw(around(regime))
    scale = data.draw(st.integers(2, 1000))
    rescaled = {name: point[name] * scale for name in ("a", "b", "c")} | {"gamma": point["gamma"] / scale}
    assert solved(regime).at(**{**point, **rescaled}).failed == solved(regime).at(**point).failed


# -------------------------------------------------------------------------- the same game told otherwise

WITHOUT_SPILLOVERS = """
name = "no-spillovers"
title = "Cost-reducing R&D whose results nobody else can use"

[parameters]
a = { domain = "a > 0", description = "highest price" }
b = { domain = "b > 0", description = "slope of demand" }
c = { domain = "c >= 0", description = "unit cost before R&D" }
gamma = { domain = "gamma > 0", description = "slope of the marginal cost of R&D" }
n = { domain = "n >= 1", integer = true, description = "number of firms" }

[groups]
firms = { size = "n", description = "rivals" }

[stages.research]
description = "R&D"
actions.x = { by = "firms", description = "own reduction of unit cost" }

[stages.production]
description = "Cournot competition"
actions.q = { by = "firms", description = "output" }

[definitions]
price = { is = "a - b*sum(q[j] for j in firms)", description = "price" }
profit = { for = "i in firms", is = "(price - c + x[i])*q[i] - gamma*x[i]**2/2", description = "profit" }
industry_profit = { is = "sum(profit[j] for j in firms)", description = "profit of all" }
welfare = { is = "industry_profit + (a - price)*sum(q[j] for j in firms)/2", description = "welfare" }

[payoffs]
firms = "profit[i]"

[regimes]
competition = { is = "", description = "everybody alone" }
cartel = { is = "firms choose x jointly", description = "joint R&D" }
merger = { is = "firms choose x, q jointly and equally", description = "everything joint" }
second-best = { is = "planner chooses x equally for welfare", description = "planned R&D" }
first-best = { is = "planner chooses x, q equally for welfare", description = "planned" }
open-loop = { is = "firms choose x, q simultaneously", description = "all at once" }
"""


@pytest.fixture(scope="module")
def without_spillovers(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "no-spillovers.toml"
    path.write_text(WITHOUT_SPILLOVERS)
    return rd.read_game(path)


@pytest.mark.parametrize("regime", [r for r in REGIMES if not r.startswith("rjv")])
def test_zero_spillovers_are_no_spillovers(regime, without_spillovers):
    simpler = rd.solve(without_spillovers, regime)
    for name in ("x", "q", "price", "profit", "welfare"):
        assert same(simpler[name], formula(regime, name).subs(beta, 0))


def test_a_regime_can_be_told_as_a_sentence():
    told = rd.solve(rd.load("daspremont-jacquemin"), "firms choose x jointly; firms share beta = 1")
    assert all(same(told[name], formula("rjv-cartel", name)) for name in OUTCOMES)


# ------------------------------------------------------------------------------ who can do no worse than whom

# Outcome, who decides more of it, who decides less: the first could imitate the second. Only comparisons at the same
# spillovers are safe, and only among equal firms: the second best chooses R&D knowing that Cournot outputs follow,
# the first best and the merger choose R&D and outputs. The open loop's outputs are Cournot outputs for its R&D.
RANKINGS = [
    ("welfare", "first-best", "second-best"),
    ("welfare", "first-best", "merger"),
    ("welfare", "second-best", "competition"),
    ("welfare", "second-best", "cartel"),
    ("welfare", "second-best", "open-loop"),
    ("industry_profit", "merger", "cartel"),
    ("industry_profit", "merger", "first-best"),
    ("industry_profit", "cartel", "competition"),
    ("industry_profit", "cartel", "open-loop"),
    ("industry_profit", "cartel", "second-best"),
    ("industry_profit", "rjv-cartel", "rjv-competition"),
]


@pytest.mark.parametrize(("outcome", "better", "worse"), RANKINGS)
@SOME
@given(data=st.data())
def test_who_could_imitate_the_other_does_no_worse(outcome, better, worse, data):
    parameters = data.draw(around(better, worse))
    points = [solved(regime).at(**parameters) for regime in (better, worse)]
    assume(all(point.valid for point in points))
    assert points[0].values[outcome] >= points[1].values[outcome]


@SOME
@given(data=st.data())
def test_at_full_spillovers_the_second_best_does_no_worse_than_any_joint_venture(data):
    parameters = {**data.draw(around("second-best")), "beta": 1}
    best, *ventures = (solved(r).at(**parameters) for r in ("second-best", "rjv-competition", "rjv-cartel"))
    assume(best.valid)
    for venture in ventures:
        assert not venture.valid or best.values["welfare"] >= venture.values["welfare"]
