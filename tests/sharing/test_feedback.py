"""Rules agreed before R&D: what they make of it, against what theory says of each."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.equilibrium.equilibrium import solve
from rdgames.errors import InputError, ModelError
from rdgames.game.explicit import explicit
from rdgames.game.game import Game
from rdgames.modelfile.catalogue import load
from rdgames.sharing.contracts import contract
from rdgames.sharing.feedback import feedback

OUTLAY = "gamma*x[i]**2/2"
GAME = explicit(load("daspremont-jacquemin"), different=["c"], n=3)
SAME = {"a": 100, "b": 1, "gamma": 10}
DIFFERENT = {**SAME, "c_1": 60, "c_2": 55, "c_3": 58}
ACTIONS = ("x_1", "x_2", "x_3")


SAID = {"outcomes": ACTIONS, "private": OUTLAY}


def spillovers(value):
    return {name: value for name in GAME.parameter if name.startswith("beta")}


def duopoly(beta):
    return {"a": 100, "b": 1, "c": 60, "gamma": 5, "beta_1_2": beta, "beta_2_1": beta}


def test_equal_shares_of_gross_benefit_with_private_outlays_give_too_little():
    found = feedback(GAME, "cartel", shares="equal", **SAID, **DIFFERENT, **spillovers(0.7))
    assert found["valid"].all()
    for action in ACTIONS:
        assert found[action].sel(regime="contract") < found[action].sel(regime="joint optimum")
    assert found["loss"] > 0
    assert 0 < found["relative_loss"] < 1
    np.testing.assert_allclose(found["received"].sum("player"), found["total"].sel(regime="contract"))
    np.testing.assert_allclose(found["payoff"].sum("player"), found["total"])


def test_equal_shares_of_the_pool_are_the_foregone_conclusion_of_the_first_order_condition():
    """A third of the benefit against the whole cost is the joint optimum of a game in which R&D costs three times."""
    game = explicit(load("daspremont-jacquemin"), n=3)
    given = {"a": 100, "b": 1, "c": 60, **spillovers(0.7)}
    under = feedback(game, "cartel", shares="equal", private=OUTLAY, gamma=10, **given)
    dearer = feedback(game, "cartel", shares="equal", private=OUTLAY, gamma=30, **given)
    np.testing.assert_allclose(under["x_1"].sel(regime="contract"), dearer["x_1"].sel(regime="joint optimum"))


def test_a_full_claim_on_what_is_ones_own_is_competition():
    found = feedback(GAME, "cartel", shares="own", private=OUTLAY, **DIFFERENT, **spillovers(0.7))
    for name in (*ACTIONS, "q_1", "welfare"):
        np.testing.assert_allclose(found[name].sel(regime="contract"), found[name].sel(regime="no rule"))
    np.testing.assert_allclose(found["received"], found["payoff"].sel(regime="no rule"))


@settings(max_examples=5, deadline=None)
@given(st.lists(st.floats(0.05, 1), min_size=3, max_size=3), st.floats(0.3, 1))
def test_if_outlays_are_pooled_too_any_fixed_shares_give_the_joint_optimum(weights, beta):
    shares = [weight / sum(weights) for weight in weights]
    found = feedback(GAME, "cartel", shares=shares, outcomes=ACTIONS, **DIFFERENT, **spillovers(beta))
    for action in ACTIONS:
        np.testing.assert_allclose(
            found[action].sel(regime="contract"), found[action].sel(regime="joint optimum"), rtol=1e-9
        )
    np.testing.assert_allclose(found["loss"], 0, atol=1e-8)
    np.testing.assert_allclose(found["received"], np.array(shares) * found["total"].sel(regime="contract").item())


def test_the_cross_claims_that_implement_the_cartel():
    """Own derivation after Katz 1986: theta = (2 + (n - 3)*beta)/((n + 1)*(1 - beta)), exactly, for beta < 1/2."""
    game = explicit(load("daspremont-jacquemin"), n=2)
    beta = Fraction(1, 5)
    theta = (2 - beta) / (3 * (1 - beta))
    shares = [[str(theta), str(1 - theta)], [str(1 - theta), str(theta)]]
    agreed = contract(game, "cartel", shares=shares, private=OUTLAY)
    under = solve(agreed.game, agreed.regime).at(**duopoly(str(beta)))
    joint = solve(agreed.game, agreed.together).at(**duopoly(str(beta)))
    assert isinstance(under.values["x_1"], Fraction)
    assert under.values["x_1"] == joint.values["x_1"]
    assert under.values["contract_total"] == joint.values["contract_total"]


def test_shares_in_proportion_to_outlays_reward_outlays():
    """The first-order condition of a symmetric contest: x beyond what equal shares give, by the share that is won."""
    game = explicit(load("daspremont-jacquemin"), n=2)
    found = feedback(game, "cartel", shares=OUTLAY, private=OUTLAY, **duopoly(0.5))
    equal = feedback(game, "cartel", shares="equal", private=OUTLAY, **duopoly(0.5))
    here = found.sel(regime="contract")
    assert here["valid"]
    assert here["x_1"] > found["x_1"].sel(regime="joint optimum") > equal["x_1"].sel(regime="contract")
    assert found["loss"] > equal["loss"]
    x, pool, gamma, slope = here["x_1"].item(), here["contract_pool"].item(), 5, 1e-5

    def received(own):
        """What firm 1 gets if it alone does other R&D; the market then is a Cournot duopoly with unequal costs."""
        costs = [60 - own - 0.5 * x, 60 - x - 0.5 * own]
        outputs = [(100 - 2 * costs[0] + costs[1]) / 3, (100 - 2 * costs[1] + costs[0]) / 3]
        return own**2 / (own**2 + x**2) * sum(output**2 for output in outputs) - gamma * own**2 / 2

    np.testing.assert_allclose(received(x), pool / 2 - gamma * x**2 / 2)
    assert abs(received(x + slope) - received(x - slope)) / (2 * slope) < 1e-5
    assert all(received(x) > received(own) for own in np.linspace(0.1, 12, 60))


def test_a_share_may_be_swept():
    game = explicit(load("daspremont-jacquemin"), n=2)
    rule = {"shares": ["s", "1 - s"], "private": OUTLAY, "outcomes": ["x_1", "x_2"]}
    found = feedback(game, "cartel", **rule, s=[0.1, 0.25, 0.5, 0.9], **duopoly(0.5))
    assert found["received"].dims == ("player", "s")
    assert (np.diff(found["x_1"].sel(regime="contract")) > 0).all()
    assert (np.diff(found["x_2"].sel(regime="contract")) < 0).all()
    alone = feedback(game, "cartel", shares=[0.25, 0.75], private=OUTLAY, outcomes=["x_1"], **duopoly(0.5))
    np.testing.assert_allclose(found["received"].sel(s=0.25), alone["received"])
    np.testing.assert_allclose(found["loss"].sel(s=0.25), alone["loss"])


def test_what_is_pooled_and_what_is_private_are_two_ways_to_say_the_same():
    game, some = explicit(load("daspremont-jacquemin"), n=2), {"outcomes": ["x_1"]}
    one = feedback(game, "cartel", shares="equal", private=OUTLAY, **some, **duopoly(0.7))
    other = feedback(game, "cartel", shares="equal", pooled="(price - unit_cost[i])*q[i]", **some, **duopoly(0.7))
    by_name = {f"firms_{i}": f"gamma*x_{i}**2/2" for i in (1, 2)}
    third = feedback(game, "cartel", shares={"firms_1": 0.5, "firms_2": 0.5}, private=by_name, **some, **duopoly(0.7))
    np.testing.assert_allclose(one["received"], other["received"])
    np.testing.assert_allclose(one["received"], third["received"])


def test_under_a_venture_that_shares_results_the_rule_applies_to_it():
    found = feedback(GAME, "rjv-cartel", shares="equal", private=OUTLAY, **DIFFERENT, **spillovers(0.1))
    assert (found["effective_rd_1"] >= found["effective_rd_2"] - 1e-9).all()
    np.testing.assert_allclose(found["effective_rd_1"], found["effective_rd_2"])  # all results are shared


@pytest.mark.parametrize(
    ("shares", "problem"),
    [
        ([0.5, 0.6, 0.1], "add up to 1.2, expected 1"),
        ([0.5, 0.5], "found 2 shares, 0.5, 0.5, expected a share for each of firms_1, firms_2, firms_3"),
        (["s", "1 - s", "1/2"], "found the shares s, 1 - s, 1/2 of the pool, which add up to 1.5, expected 1"),
        ([[1, 0], [0, 1], [0, 0]], "expected a share for each"),
        ({"firms_1": 1, "firm_2": 0}, "found shares of firms_1, firm_2"),
        (3, "found the shares 3"),
    ],
)
def test_bad_shares_are_located(shares, problem):
    with pytest.raises(InputError, match=problem):
        feedback(GAME, "cartel", shares=shares, private=OUTLAY, **DIFFERENT, **spillovers(0.5))


def test_bad_words_are_located():
    given = {**DIFFERENT, **spillovers(0.5)}
    with pytest.raises(InputError, match="nothing is chosen jointly"):
        feedback(GAME, "rjv-competition", shares="equal", **given)
    with pytest.raises(InputError, match="found both 'pooled' and 'private'"):
        feedback(GAME, "cartel", shares="equal", pooled="q[i]", private="x[i]", **given)
    with pytest.raises(InputError, match=r"private: found 'firm_1' .did you mean 'firms_1'"):
        feedback(GAME, "cartel", shares="equal", private={"firm_1": "x_1"}, **given)
    with pytest.raises(ModelError, match="outlay"):
        feedback(GAME, "cartel", shares="equal", private="outlay[i]", **given)
    with pytest.raises(InputError, match="expected single players"):
        feedback(load("daspremont-jacquemin"), "cartel", shares="equal", **given)


def consortium():
    """Return two firms, and an institute that sells nothing and whose research helps both."""
    game = Game(
        name="consortium",
        parameters={name: f"{name} > 0" for name in ("a", "c", "gamma", "gamma_z")} | {"v": "0 <= v <= 1"},
        groups={"firms": 2, "institute": 1},
        stages={
            "research": {"actions": {"x": "firms", "z": "institute"}},
            "production": {"actions": {"q": "firms"}},
        },
        definitions={
            "price": "a - sum(q[j] for j in firms)",
            "unit_cost": {"for": "i in firms", "is": "c - x[i] - v*sum(z[k] for k in institute)"},
            "profit": {"for": "i in firms", "is": "(price - unit_cost[i])*q[i] - gamma*x[i]**2/2"},
            "cost": {"for": "i in institute", "is": "gamma_z*z[i]**2/2"},
        },
        payoffs={"firms": "profit[i]", "institute": "-cost[i]"},
        regimes={"joint": "firms, institute choose x, z jointly"},
    )
    return explicit(game)


def test_an_institute_that_sells_nothing_is_paid_by_the_contract():
    """It earns nothing itself, so no equilibrium would be one if each had to live on what it earns."""
    outlays = {"firms_1": "gamma*x_1**2/2", "firms_2": "gamma*x_2**2/2", "institute_1": "gamma_z*z_1**2/2"}
    given = {"a": 100, "c": 60, "gamma": 20, "gamma_z": 20, "v": 0.5}
    found = feedback(consortium(), "joint", shares=[0.4, 0.4, 0.2], private=outlays, outcomes=["x_1", "z_1"], **given)
    under = found.sel(regime="contract")
    assert under["valid"]
    assert under["payoff"].sel(player="institute_1") < 0 < found["received"].sel(player="institute_1")
    assert found["participates"].all()
    assert 0 < found["relative_loss"] < 1
    # By hand: both firms produce q = (40 + x_1 + v*z)/3 in an equilibrium with the same x, and the pool is 2*q**2.
    x, z = under["x_1"].item(), under["z_1"].item()
    q = (40 + x + z / 2) / 3
    assert x == pytest.approx(0.4 * 2 * q * (2 - 1) / 3 / 20)  # own output rises by 2/3, the other falls by 1/3
    assert z == pytest.approx(0.2 * 2 * q * 2 * 0.5 / 3 / 20)
    assert found["received"].sel(player="institute_1").item() == pytest.approx(0.2 * 2 * q**2 - 10 * z**2)


def test_who_receives_too_little_is_told():
    shares = [[1, 0, 1], [0, 1, 1], [0, 0, -1]]
    found = feedback(GAME, "cartel", shares=shares, private=OUTLAY, outcomes=["x_1"], **DIFFERENT, **spillovers(0.5))
    received = found["received"].values
    np.testing.assert_array_equal(found["participates"], received >= 0)
    assert not found["participates"].all()


def test_whether_shares_add_up_is_known():
    assert contract(GAME, "cartel", shares=["s", "t", "1 - s - t"]).balanced
    assert contract(GAME, "cartel", shares=["s/(s + t)", "t/(s + t)", 0]).balanced
    assert contract(GAME, "cartel", shares="x[i]").balanced
    assert not contract(GAME, "cartel", shares=["s", "t", "u"]).balanced
    assert not contract(GAME, "cartel").balanced
