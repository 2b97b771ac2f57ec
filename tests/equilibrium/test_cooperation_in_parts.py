"""Consortia of k out of n, contracts, choices kept from another regime: limits, and what nobody gains by leaving."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import rdgames as rd
from rdgames.errors import DerivationError, MissingValueError, ModelError, UnknownNameError
from rdgames.modelfile.files import game_from_text

EXTENDED = """
name = "partial-cooperation"
extends = "daspremont-jacquemin"
abbreviations = { k = false, s = false }

[parameters]
k = { domain = "k >= 1", integer = true }
s = { domain = "0 <= s <= 1" }

[regimes]
cartel = "firms choose x jointly"
rjv-cartel = "firms choose x jointly; firms share beta = 1"
pooling = "firms choose x for (1 - s)*profit[i] + s*sum(profit[j] for j in firms)/n"
insiders = "k of firms are insiders, the rest outsiders; insiders choose x jointly; insiders share beta = 1"
pooled = \"\"\"k of firms are insiders, the rest outsiders;
insiders choose x for (1 - s)*profit[i] + s*sum(profit[j] for j in insiders)/k; insiders share beta = 1\"\"\"
deviation = "1 of firms are deviators, the rest loyal; loyal choose x as in cartel"
divided = "consortia of k firms choose x jointly; consortia of k firms share beta = 1"
"""
POINT = {"a": 100, "b": 1, "c": 60, "n": 4, "gamma": 15, "beta": "1/4"}


@pytest.fixture(scope="module")
def game():
    return game_from_text(EXTENDED)


def at(game, regime, **more):
    return rd.solve(game, regime).at(**POINT | more)


def test_consortia_of_one_are_competitors_and_one_consortium_of_all_is_a_cartel(game):
    alone, everybody = at(game, "divided", k=1), at(game, "divided", k=4)
    assert alone.values == at(game, "competition").values
    assert everybody.values == at(game, "rjv-cartel").values
    assert alone.valid
    assert everybody.valid


def test_pooling_leads_from_competition_to_cartel(game):
    assert at(game, "pooling", s=0).values == at(game, "competition").values
    assert at(game, "pooling", s=1).values == at(game, "cartel").values
    levels = [at(game, "pooling", s=Fraction(step, 8)).values["x"] for step in range(9)]
    assert levels == sorted(levels, reverse=True)  # with small spillovers, the more is pooled the less R&D is done


def test_a_consortium_that_pools_everything_is_one_that_decides_jointly(game):
    assert at(game, "pooled", s=1, k=3).values == at(game, "insiders", k=3).values


def test_outcomes_have_the_names_of_the_parts(game):
    equilibrium = rd.solve(game, "insiders")
    assert equilibrium.outcomes[:4] == ("x_insiders", "x_outsiders", "q_insiders", "q_outsiders")
    assert "welfare" in equilibrium.outcomes
    assert equilibrium.unit("profit_insiders") == "money"
    with pytest.raises(UnknownNameError, match="did you mean 'x_insiders'"):
        equilibrium.exact("x_insider")


def test_identities_hold_in_parts(game):
    v = at(game, "insiders", k=3).values
    assert v["output"] == 3 * v["q_insiders"] + v["q_outsiders"]
    assert v["industry_profit"] == 3 * v["profit_insiders"] + v["profit_outsiders"]
    assert v["welfare"] == v["industry_profit"] + v["consumer_surplus"]


def test_only_regimes_that_use_a_parameter_need_it(game):
    assert rd.solve(game, "cartel").parameters == ("a", "b", "c", "gamma", "beta", "n")
    with pytest.raises(MissingValueError, match=r"k \(k >= 1, a whole number\)"):
        rd.solve(game, "insiders").at(**POINT)
    assert at(game, "cartel", k=2, s=0).values == at(game, "cartel").values


def test_a_consortium_of_all_leaves_nobody_outside(game):
    assert "size_outsiders" in at(game, "insiders", k=4).failed
    assert "size_outsiders" in at(game, "insiders", k=6).failed


def test_members_of_a_consortium_gain_by_no_joint_deviation(game):
    equilibrium = rd.solve(game, "insiders")
    point = POINT | {"k": 2}
    here = equilibrium.at(**point).values
    outsiders = [here["x_outsiders"]] * 2
    best = sum(
        equilibrium.given({"x_insiders": [here["x_insiders"]] * 2, "x_outsiders": outsiders}, **point).values[
            "profit_insiders"
        ]
    )
    assert best == 2 * here["profit_insiders"]
    for first in (Fraction(-1, 5), 0, Fraction(1, 7)):
        for second in (Fraction(-1, 3), Fraction(1, 100)):
            levels = [here["x_insiders"] + first, here["x_insiders"] + second]
            history = {"x_insiders": levels, "x_outsiders": outsiders}
            assert sum(equilibrium.given(history, **point).values["profit_insiders"]) < best


def test_a_deviator_answers_the_cartel_as_best_it_can(game):
    here = at(game, "deviation")
    cartel = at(game, "cartel")
    assert here.values["x_loyal"] == cartel.values["x"]
    assert here.values["profit_deviators"] > cartel.values["profit"] > here.values["profit_loyal"]
    competition = rd.solve(game, "competition")  # the same market, whoever has chosen R&D
    for change in (Fraction(-1, 10), Fraction(1, 10)):
        levels = [here.values["x_deviators"] + change, *[cartel.values["x"]] * 3]
        assert competition.given({"x": levels}, **POINT).values["profit"][0] < here.values["profit_deviators"]


def test_what_is_kept_must_be_an_equilibrium_itself(game):
    failing = at(game, "deviation", gamma="1.2", beta=0, n=2)
    assert "second_order_unequal_of_cartel" in failing.failed


def test_members_must_divide_into_consortia(game):
    equilibrium = rd.solve(game, "divided")
    assert "consortia_of_firms" in equilibrium.at(**POINT, k=5).failed
    assert "whole_consortia_of_firms" in equilibrium.at(**POINT, k=3).failed
    assert equilibrium.at(**POINT, k=2).valid
    ds = rd.sweep(game, "divided", **{**POINT, "beta": 0.25}, k=[1, 2, 3, 4])
    assert ds["valid"].values.tolist() == [[True, True, False, True]]


@pytest.mark.parametrize(
    "sentence",
    [
        "consortia of 2 firms choose x, q jointly and equally",
        "consortia of 2 firms choose x jointly; consortia of 2 firms choose q jointly and equally",
    ],
)
def test_consortia_that_choose_equally_answer_what_each_has_done(game, sentence):
    """Consortium k sells Q_k in all, (a - 2*c_k + c_l)/3, so it earns Q_k**2 before R&D; derived by hand."""
    point = {"a": 100, "b": 1, "c": 60, "n": 4, "gamma": 12, "beta": "1/4"}
    history = rd.solve(game, sentence).given({"x": [3, 3, 0, 0]}, **point)
    costs = [60 - 3 - Fraction(3, 4), 60 - Fraction(6, 4)]
    total = [(100 - 2 * costs[0] + costs[1]) / 3, (100 - 2 * costs[1] + costs[0]) / 3]
    assert history.values["q"] == [total[0] / 2, total[0] / 2, total[1] / 2, total[1] / 2]
    # A member's R&D lowers the costs of its consortium by (1 + 1/4)/2 on average, those of the other by 1/4;
    # so Q_k rises by (2*5/8 - 1/4)/3 = 1/3, and 2*Q_k/3 = gamma*x.
    found = rd.solve(game, sentence).at(**point).values
    assert 2 * (2 * found["q"]) / 3 == 12 * found["x"]


def test_two_clauses_about_the_same_players_are_one_decision():
    game = rd.Game(
        name="two-actions",
        parameters={"a": "a > 0", "h": "h >= 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={"once": {"actions": {"x": "firms", "z": "firms"}}},
        payoffs={
            "firms": "a*x[i] + a*z[i] - x[i]**2 - z[i]**2 - h*x[i]*z[i]"
            " + h*sum(x[j] for j in firms)*sum(z[j] for j in firms)/n**2"
        },
    )
    together = rd.solve(game, "firms choose x, z jointly").at(a=1, h=3, n=2)
    apart = rd.solve(game, "firms choose x jointly; firms choose z jointly").at(a=1, h=3, n=2)
    assert together.failed == apart.failed == ("second_order_unequal_2",)


def test_members_are_whole(game):
    for sentence in (
        "consortia of 3/2 firms choose x jointly",
        "0.5 of firms are a, the rest b",
        "consortia of 0 firms",
    ):
        with pytest.raises((ModelError, DerivationError)):
            rd.solve(game, sentence if "choose" in sentence or "rest" in sentence else f"{sentence} choose x jointly")
    odd = rd.solve(game, "consortia of n/2 firms choose x jointly")
    assert odd.at(**POINT).valid
    assert "whole_consortium_of_firms" in odd.at(**{**POINT, "n": 3}).failed
    with pytest.raises(DerivationError, match="no member in outsiders"):
        rd.solve(game, "n of firms are insiders, the rest outsiders; insiders choose x jointly")


def test_a_regime_needs_what_those_need_whose_choices_it_keeps(game):
    kept = rd.solve(game, "1 of firms are deviators, the rest loyal; loyal choose x as in pooling")
    assert "s" in kept.parameters
    assert kept.at(**POINT, s=1).values == at(game, "deviation").values


def test_regimes_cannot_keep_what_keeps_them(game):
    first = "1 of firms are early, the rest late; early choose x as in cartel"
    rd.solve(game, first)
    with pytest.raises(ModelError, match="as in cartell"):
        rd.solve(game, first + "l")
    circular = game.to_document() | {
        "regimes": {
            "first": "firms choose x as in second",
            "second": "firms choose x as in first",
            "pooling": "firms choose x for profit[i] + (s + k)*industry_profit",
        }
    }
    with pytest.raises(DerivationError, match="keep each other's choices"):
        rd.solve(rd.Game(**circular), "first")


@pytest.mark.parametrize(
    ("sentence", "advice"),
    [
        ("k of labs are insiders, the rest outsiders", "found 'labs', expected a group: firms"),
        ("k of firms are insiders, the rest firms", "found the part 'firms', expected a name that means nothing else"),
        ("s of firms are insiders, the rest outsiders", "expected 'integer = true' for s"),
        ("k of firms are a, the rest b; 2 of firms are d, the rest e", "found 'firms' split twice"),
        ("k of firms are insiders; insiders choose x jointly", "expected clauses such as"),
        ("consortia of 2 firms choose x jointly; consortia of k firms share beta = 1", "the same consortia"),
        ("consortia of 2 firms choose x", "consortia that do not choose 'jointly'"),
        ("pairs of firms and firms choose x jointly", "consortia of 2 firms"),
        ("firms choose x for profit[j]", "no sum and no 'for' says who 'j' is"),
        ("firms choose x jointly for profit[i]", "no sum and no 'for' says who 'i' is"),
        ("k of firms are ins, the rest outs; ins choose x jointly; firms choose x jointly", "2 clauses that choose"),
        ("k of firms are ins, the rest outs; ins choose y jointly", "found the action 'y'"),
    ],
)
def test_a_sentence_that_makes_no_sense_says_why(game, sentence, advice):
    with pytest.raises(ModelError, match=advice):
        rd.solve(game, sentence)


def test_sweeps_have_every_part_and_leave_out_what_a_regime_does_not_have(game):
    regimes = ["cartel", "insiders"]
    ds = rd.sweep(game, regimes, a=100, b=1, c=60, n=4, k=2, gamma=15, beta=[0, 0.5])
    assert np.isnan(ds["x"].sel(regime="insiders")).all()
    assert np.isnan(ds["x_insiders"].sel(regime="cartel")).all()
    expected = at(game, "insiders", k=2, beta="1/2").values
    for name in ("x_insiders", "profit_outsiders", "welfare"):
        found = float(ds[name].sel(regime="insiders", beta=0.5))
        assert found == pytest.approx(float(expected[name]), rel=1e-12)
    with pytest.raises(MissingValueError, match="k"):
        rd.sweep(game, regimes, a=100, b=1, c=60, n=4, gamma=15, beta=[0, 0.5])
    assert "k" not in rd.sweep(game, ["cartel"], a=100, b=1, c=60, n=4, gamma=15, beta=[0, 0.5]).coords
