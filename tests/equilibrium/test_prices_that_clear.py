"""Markets that clear between stages: the price as an unknown, against the derived demand written by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

import rdgames as rd
from rdgames.errors import IndeterminateError, ModelError, NoFormulaError

PARAMETERS = {
    "a": "a > 0",
    "b": "b > 0",
    "c": "c >= 0",
    "m": {"domain": "m >= 1", "integer": True},
    "n": {"domain": "n >= 1", "integer": True},
}
GROUPS = {"suppliers": "m", "producers": "n"}
SUPPLY = {"actions": {"s": "suppliers"}}
CLEARING = {
    "name": "chain",
    "parameters": PARAMETERS,
    "groups": GROUPS,
    "stages": {
        "supply": SUPPLY,
        "production": {
            "actions": {"q": "producers"},
            "prices": {"w": "sum(q[j] for j in producers) == sum(s[j] for j in suppliers)"},
        },
    },
    "payoffs": {
        "suppliers": "(w - c)*s[i]",
        "producers": "(a - b*sum(q[j] for j in producers) - w)*q[i]",
    },
}
# Producers who take w as given choose q = (a - w)/(b*(n + 1)), so n*(a - w)/(b*(n + 1)) is demanded.
BY_HAND = {
    **CLEARING,
    "stages": {"supply": SUPPLY},
    "definitions": {"w": "a - b*(n + 1)/n*sum(s[j] for j in suppliers)"},
    "groups": {"suppliers": "m"},
    "payoffs": {"suppliers": "(w - c)*s[i]"},
}
POINT = {"a": 20, "b": 2, "c": 4, "m": 3, "n": 5}


@pytest.mark.parametrize("regime", ["competition", "suppliers choose s jointly and equally"])
def test_the_price_is_derived_demand(regime):
    chain, by_hand = rd.solve(rd.Game(**CLEARING), regime), rd.solve(rd.Game(**BY_HAND), regime)
    for name in ("s", "w"):
        assert chain.exact(name) == by_hand.exact(name)
    found = chain.at(**POINT)
    assert found.valid
    assert 5 * found.values["q"] == 3 * found.values["s"]
    assert found.conditions["price_stability_w"].margin == Fraction(5, 12)  # n/(b*(n + 1))


def test_a_price_is_an_outcome_like_any_other():
    game = rd.Game(**CLEARING)
    assert game.outcomes == ("s", "q", "w")
    ds = rd.sweep(game, "competition", **{**POINT, "c": [0, 4]})
    assert ds["w"].sel(c=4).item() == pytest.approx(float(rd.solve(game).at(**POINT).values["w"]))


def test_the_price_follows_unequal_supply():
    history = rd.solve(rd.Game(**CLEARING)).given({"s": [1, 2, 0]}, **POINT)
    assert history.values["w"] == 20 - Fraction(12, 5) * 3
    assert sum(history.values["q"]) == 3


def test_buyers_who_decide_together_still_take_the_price_as_given():
    together = rd.solve(rd.Game(**CLEARING), "producers choose q jointly and equally").at(**POINT)
    # marginal revenue of the industry, a - 2*b*Q, is the price
    assert together.values["w"] == 20 - 4 * 5 * together.values["q"]


def test_two_markets_clear_at_once():
    game = rd.Game(
        name="two-markets",
        parameters={"a": "a > 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={
            "market": {
                "actions": {"x": "firms", "y": "firms"},
                "prices": {
                    "p": "sum(x[j] for j in firms) == p - r/2",
                    "r": "sum(y[j] for j in firms) == r - p/2",
                },
            }
        },
        payoffs={"firms": "(a - p)*x[i] - x[i]**2/2 + (a - r)*y[i] - y[i]**2/2"},
    )
    v = rd.solve(game).at(a=6, n=2)
    assert v.values["p"] == v.values["r"]
    assert 2 * (6 - v.values["p"]) == v.values["p"] / 2
    assert v.valid
    assert v.conditions["price_stability_p_r_2"].holds


def test_a_price_that_runs_away_is_not_valid():
    wrong_way = {
        **CLEARING["stages"]["production"],
        "prices": {"w": "sum(s[j] for j in suppliers) == sum(q[j] for j in producers)"},
    }
    game = rd.Game(**{**CLEARING, "stages": {"supply": SUPPLY, "production": wrong_way}})
    assert rd.solve(game).at(**POINT).failed == ("price_stability_w",)


def test_a_market_must_be_an_equation_that_the_price_can_meet():
    def game(equation):
        production = {"actions": {"q": "producers"}, "prices": {"w": equation}}
        return rd.Game(**{**CLEARING, "stages": {"supply": SUPPLY, "production": production}})

    with pytest.raises(ModelError, match="expected an equation 'demand == supply'"):
        game("sum(q[j] for j in producers) >= 1")
    with pytest.raises(ModelError, match="undefined name 'v'"):
        game("sum(q[j] for j in producers) == v")
    curved = rd.solve(game("sum(q[j] for j in producers)**2 == sum(s[j] for j in suppliers)"))
    with pytest.raises(NoFormulaError, match="a market for w that is not linear"):
        curved.exact("q")
    with pytest.raises(IndeterminateError, match="do not determine q, w"):
        rd.solve(game("sum(q[j] for j in producers) == sum(q[j] for j in producers)"))
