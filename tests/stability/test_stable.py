"""Stable coalitions of games: against worth and equilibria found otherwise, and against what is known of cartels."""

from __future__ import annotations

import json

import numpy as np
import pytest

import rdgames as rd
from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.core import blocking
from rdgames.sharing.rule import Rule
from rdgames.sharing.shapley import Shapley
from rdgames.sharing.worth import worth
from rdgames.stability.stable import stable
from rdgames.stability.wording import explain
from tests.stability.games import FIRMS, SPILLOVERS, market, trio, values

SYMMETRIC = {"a": 1, "c_1": 0, "c_2": 0, "c_3": 0}


def test_members_divide_what_the_coalition_is_worth() -> None:
    given = values(beta=0.8, gamma=[6.0, 8.0])
    found = stable(trio(), "rjv-cartel", rule=["own", "shapley"], **given)
    total = worth(trio(), "rjv-cartel", **given)["worth"]
    for coalition in range(1, 8):
        who = [firm for place, firm in enumerate(FIRMS) if coalition >> place & 1]
        together = found["payoff"].sel(coalition=coalition, player=who).sum("player")
        for rule in ("own", "shapley"):
            np.testing.assert_allclose(together.sel(rule=rule), total.sel(coalition=coalition))
    shares = Shapley().divide(total.transpose("gamma", "coalition").values).shares
    np.testing.assert_allclose(found["payoff"].sel(rule="shapley", coalition=7).transpose("gamma", "player"), shares)


def test_who_leaves_and_who_joins_by_equilibria_of_regimes() -> None:
    given = values(beta=0.8)
    pair = "firms_1, firms_3 choose x_1, x_3 jointly"
    ways = rd.sweep(trio(), ["competition", pair, "cartel"], outcomes=["profit_1", "profit_2", "profit_3"], **given)
    profit = np.array([ways[f"profit_{i}"].values for i in (1, 2, 3)])
    found = stable(trio(), "cartel", **given).sel(coalition=5)
    gains = profit[:, 0] - profit[:, 1]
    assert float(found["gain_leaving"]) == pytest.approx(max(gains[0], gains[2]))
    assert bool(found["internal"]) == (max(gains[0], gains[2]) <= 0)
    assert float(found["gain_joining"]) == pytest.approx(profit[1, 2] - profit[1, 1])
    assert int(found["joiner"]) == (1 if profit[1, 2] > profit[1, 1] else -1)
    assert float(found["surplus"]) == pytest.approx(-gains[0] - gains[2])


@pytest.mark.parametrize("s", [0.001, 1.0])
def test_cartels_in_output_fall_apart_where_costs_rise_slowly(s: float) -> None:
    found = stable(market(3), "cartel", s=s, **SYMMETRIC)
    assert not found["internal"].values[[3, 5, 6, 7]].any()
    assert not found["potentially_internal"].values[[3, 5, 6, 7]].any()
    assert bool(found["core_stable"])  # nobody gains by going alone with all others alone


def test_cartels_of_two_are_stable_where_costs_rise_fast() -> None:
    found = stable(market(3), "cartel", s=10, **SYMMETRIC)
    assert found["stable"].values.tolist() == [True, False, False, True, False, True, True, False]
    broken = stable(market(3), "cartel", s=10, remaining="alone", **SYMMETRIC)
    assert bool(broken["internal"].sel(coalition=7))  # if the others break up, leaving does not pay


@pytest.mark.parametrize("beta", [0, 0.25, 0.5, 0.75])
def test_joint_ventures_take_everybody_unless_members_may_refuse(beta: float) -> None:
    # Three firms that share all they know if they cooperate: two would rather keep the third out where little leaks to
    # it; at beta = 1/2 they get exactly as much with it, so they do not refuse.
    given = values(beta=beta, a=2, c_1=1, c_2=1, c_3=1, gamma=12)
    found = stable(trio(), "rjv-cartel", **given)
    assert found["stable"].values[[3, 5, 6, 7]].tolist() == [False, False, False, True]
    choosy = stable(trio(), "rjv-cartel", exclusive=True, **given)
    assert choosy["stable"].values[[3, 5, 6, 7]].tolist() == [beta < 0.5] * 3 + [True]


def test_equal_players_are_answered_alike() -> None:
    given = values(beta=0.4, c_1=60, c_3=60, gamma=rd.linspace(3, 9, 4))
    found = stable(trio(), "cartel", rule=["own", "equal-split", "shapley", "nash", "almost-ideal"], **given)
    for name in ("internal", "external", "potentially_internal"):
        for size in (1, 2):
            alike = [c for c in range(8) if c.bit_count() == size]
            answers = found[name].sel(coalition=alike)
            assert (answers == answers.isel(coalition=0)).all()
    np.testing.assert_allclose(found["payoff"], found["payoff"].isel(rule=0).broadcast_like(found["payoff"]))


def test_a_map_is_answered_point_by_point() -> None:
    given = values(gamma=[3.0, 8.0], c_1=[40.0, 50.0, 58.0])
    rules: list[str | Rule] = ["own", Shapley(), "almost-ideal"]
    found = stable(trio(), "rjv-cartel", rule=rules, exclusive=True, **given)
    assert found["internal"].dims == ("rule", "coalition", "c_1", "gamma")
    assert found["rule"].values.tolist() == ["own", "shapley", "almost-ideal"]
    for gamma in (3.0, 8.0):
        one = stable(trio(), "rjv-cartel", rule="shapley", exclusive=True, **{**given, "gamma": gamma, "c_1": 50.0})
        here = found.sel(rule="shapley", gamma=gamma, c_1=50.0)
        for name in ("internal", "external", "leaver", "joiner", "core_stable", "valid", "internal_status"):
            np.testing.assert_array_equal(one[name], here[name])
        np.testing.assert_allclose(one["payoff"], here["payoff"])
        np.testing.assert_allclose(one["gain_joining"], here["gain_joining"])


def test_the_core_is_that_of_worth_and_shares() -> None:
    given = values(c_1=45, beta_1_2=0.0, beta_1_3=0.1, gamma=[4.0, 10.0])
    found = stable(trio(), "rjv-cartel", rule=["own", "equal-split", "shapley"], **given)
    games = worth(trio(), "rjv-cartel", **given)["worth"].transpose("gamma", "coalition").values
    for rule in found["rule"].values:
        shares = found["payoff"].sel(rule=rule, coalition=7).transpose("gamma", "player").values
        np.testing.assert_array_equal(found["core_stable"].sel(rule=rule), blocking(games, shares).in_core)


def test_where_there_is_no_equilibrium_nothing_is_said() -> None:
    found = stable(trio(), "cartel", rule=["own", "shapley"], **values(beta=1.0, gamma=[0.5, 8.0]))
    bad = found.sel(gamma=0.5)
    assert not bad["valid"].any()
    assert not (bad["internal"] | bad["external"] | bad["core_stable"] | bad["potentially_internal"]).any()
    assert bad["payoff"].isnull().all()
    meanings = json.loads(found["internal_status"].attrs["meanings"])
    words = {meanings[number] for number in bad["internal_status"].values.ravel()}
    assert words == {"what the players get here is unknown"}
    assert int(bad["failed_condition"].min()) > 0
    assert found.sel(gamma=8.0)["valid"].all()
    assert "unknown" in explain(bad.sel(rule="own"))[7]


def test_sentences() -> None:
    found = stable(market(3), "cartel", s=[1, 10], **SYMMETRIC)
    sentences = explain(found.sel(s=10))
    assert sentences[0] == "nobody: everybody is alone"
    assert sentences[1] == "firms_1: firms_2 gains 0.000125 by joining"
    assert sentences[3] == "firms_1 and firms_2: nobody leaves; nobody joins"
    assert sentences[7] == "firms_1, firms_2 and firms_3: firms_1 gains 0.000104 by leaving"
    with pytest.raises(InputError, match=r"found several values of s, expected one point: found\.isel\(s=0\)"):
        explain(found)


def test_messages() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'almost-ideal'"):
        stable(market(3), "cartel", rule="almost-idel", s=1, **SYMMETRIC)
    with pytest.raises(InputError, match="found a rule twice"):
        stable(market(3), "cartel", rule=["own", "own"], s=1, **SYMMETRIC)
    with pytest.raises(InputError, match="write explicit"):
        stable(rd.load("daspremont-jacquemin"), "cartel", n=3)
    assert len(SPILLOVERS) == 6
