"""Patience: against Friedman's formula, discounted sums, and deviations found by another method."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

import rdgames as rd
from rdgames.errors import InputError, UnknownNameError
from rdgames.stability.patience import KEPT, NO_PUNISHMENT, UNKNOWN, critical_discount
from rdgames.stability.sustaining import sustain
from tests.stability.games import consortium, market, trio, values

payments = st.fractions(min_value=0, max_value=10, max_denominator=4)


@settings(deadline=None)
@given(payments, payments, payments)
def test_discounted_sums_say_the_same(agreed: Fraction, breaking: Fraction, after: Fraction) -> None:
    found = critical_discount(*(np.array([each], dtype=object) for each in (agreed, breaking, after)))

    def keeps(delta: Fraction) -> bool:
        return agreed >= (1 - delta) * breaking + delta * after

    almost = 1 - Fraction(1, 10**6)
    assert (found.status[0] == KEPT) == keeps(almost) or agreed == after
    if found.status[0] == KEPT:
        delta = found.discount[0]
        assert 0 <= delta < 1
        assert keeps(delta)
        assert delta == 0 or not keeps(delta - Fraction(1, 10**6))
    floats = critical_discount(float(agreed), float(breaking), float(after))
    assert floats.status == found.status[0]


def test_unknown_payoffs_and_no_punishment_are_told_apart() -> None:
    found = critical_discount([1, np.nan, 3, 2], [2, 2, 2, 3], [0, 0, 4, 2])
    assert found.status.tolist() == [KEPT, UNKNOWN, NO_PUNISHMENT, NO_PUNISHMENT]
    assert np.isnan(found.discount[1:]).all()
    with pytest.raises(InputError, match="expected the same players and points"):
        critical_discount([1, 2], [1, 2, 3], [1, 2])


@pytest.mark.parametrize("n", [2, 3])
def test_collusion_in_a_cournot_market(n: int) -> None:
    # Friedman 1971: (n + 1)**2/((n + 1)**2 + 4n) for costs that do not rise; here they do, by s*q.
    same = dict.fromkeys([f"c_{i}" for i in range(1, n + 1)], 0)
    found = sustain(market(n), "cartel", a=1, s=[1e-6, 1.0, 3.0], **same)
    assert found["discount"].values[:, 0] == pytest.approx((n + 1) ** 2 / ((n + 1) ** 2 + 4 * n), abs=1e-5)
    for place, s in enumerate([1e-6, 1.0, 3.0]):
        agreed, alone = 1 / (2 * n + s), 1 / (n + 1 + s)
        best = (1 - (n - 1) * agreed) / (2 + s)
        kept, broken, after = (
            (1 - (n - 1) * others - own) * own - s * own**2 / 2
            for own, others in ((agreed, agreed), (best, agreed), (alone, alone))
        )
        assert found["discount"].values[:, place] == pytest.approx((broken - kept) / (broken - after))
        assert float(found["needed"][place]) == pytest.approx((broken - kept) / (broken - after))


def test_a_member_that_breaks_an_agreement_on_research() -> None:
    given_values = values(beta=0.3, c_1=55)
    found = sustain(trio(), "cartel", **given_values)
    agreed = rd.sweep(trio(), "cartel", outcomes=["x_1", "x_2", "x_3"], **given_values)
    x = [float(agreed[f"x_{i}"].item()) for i in (1, 2, 3)]

    def profit(own: float) -> float:
        research = np.array([own, x[1], x[2]])
        cost = np.array([55, 60, 62]) - research - 0.3 * (research.sum() - research)
        q = (100 - 4 * cost + cost.sum()) / 4  # Cournot with b = 1: q_i = (a - (n+1) c_i + sum c)/(n + 1)
        return float((100 - q.sum() - cost[0]) * q[0] - 8 * own**2 / 2)

    best = -minimize_scalar(lambda own: -profit(own), bounds=(0, 40), method="bounded", options={"xatol": 1e-9}).fun
    assert float(found["breaking"][0]) == pytest.approx(best, rel=1e-8)
    assert float(found["agreed"][0]) == pytest.approx(profit(x[0]))


def test_transfers_make_an_agreement_last() -> None:
    # Alone the cheap firm earns more than by an agreement in which each keeps what it earns itself.
    given_values = values(beta=0.8, c_1=50, gamma=[8.0, 10.0])
    found = sustain(trio(), "cartel", rule=["own", "shapley"], **given_values)
    own, shared = (found.sel(rule=rule) for rule in ("own", "shapley"))
    assert (own["status"].max("player") == 1).all()
    assert own["needed"].isnull().all()
    assert (shared["needed"] < 1).all()
    names = found["player"].values
    assert names[int(own["hardest"][0])] == names[int(own["status"].isel(gamma=0).values.argmax())]
    np.testing.assert_allclose(own["agreed"].sum("player"), shared["agreed"].sum("player"))
    np.testing.assert_allclose(own["breaking"], shared["breaking"])


def test_a_map_is_answered_point_by_point() -> None:
    found = sustain(trio(), "cartel", rule="shapley", **values(gamma=[6.0, 9.0, 12.0], c_1=[55.0, 60.0]))
    one = sustain(trio(), "cartel", rule="shapley", **values(gamma=9.0, c_1=55.0))
    here = found.sel(gamma=9.0, c_1=55.0)
    for name in ("agreed", "breaking", "after", "discount", "needed"):
        np.testing.assert_allclose(one[name], here[name], rtol=1e-6)
    assert found["discount"].sizes == {"player": 3, "c_1": 2, "gamma": 3}


def test_an_institute_that_earns_nothing_itself_must_be_paid() -> None:
    given_values = {"a": 100, "c": 60, "gamma": 20, "gamma_z": 20, "v": [0.2, 0.5]}
    found = sustain(consortium(), "joint", rule=["own", "shapley"], **given_values)
    np.testing.assert_allclose(found["breaking"].sel(player="institute_1"), 0, atol=1e-9)  # it stops its research
    np.testing.assert_array_equal(found["status"].sel(rule="own", player="institute_1"), NO_PUNISHMENT)
    assert (found["agreed"].sel(rule="own", player="institute_1") < 0).all()
    paid = found.sel(rule="shapley", player="institute_1")
    assert (paid["agreed"] > 0).all()
    np.testing.assert_array_equal(paid["discount"], 0)
    assert (found["needed"].sel(rule="shapley") < 1).all()


def test_only_members_are_tied_and_payoffs_may_be_given() -> None:
    given_values = values(beta=0.8, c_1=60, c_3=60)
    found = sustain(trio(), "cartel", coalition=["firms_1", "firms_2"], **given_values)
    assert float(found["discount"][2]) == 0
    assert found["discount"][0] == pytest.approx(float(found["discount"][1]))
    same = sustain(
        trio(), "cartel", coalition=["firms_2", "firms_1"], breaking=found["breaking"].values, **given_values
    )
    np.testing.assert_allclose(same["discount"], found["discount"])
    harder = sustain(trio(), "cartel", breaking=1e6, **given_values)
    assert (harder["discount"] > 0.99).all()


def test_where_there_is_no_equilibrium_nothing_is_said() -> None:
    duopoly = rd.explicit(rd.load("daspremont-jacquemin"), n=2)  # three firms have 960 cells that might be equilibria
    found = sustain(duopoly, "cartel", a=100, b=1, c=60, beta_1_2=1, beta_2_1=1, gamma=[0.2, 8.0])
    assert found["valid"].values.tolist() == [False, True]
    assert found["status"].values[:, 0].tolist() == [UNKNOWN] * 2
    assert found["needed"].isnull().values.tolist() == [True, False]


def test_messages() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'firms_1'"):
        sustain(trio(), "cartel", coalition=["firm_1", "firms_2"], **values())
    with pytest.raises(InputError, match="expected at least two members"):
        sustain(trio(), "cartel", coalition=["firms_1"], **values())
    with pytest.raises(InputError, match="expected numbers of shape \\(3,\\)"):
        sustain(trio(), "cartel", breaking=[1, 2], **values())


def test_results_are_still_shared_while_somebody_breaks_a_joint_venture() -> None:
    # Two roads: the regime "rjv-deviation" of Kesteloot and Veugelers is derived, this one searches from outside.
    game, point = rd.load("kesteloot-veugelers-1995"), {"a": 100, "b": 1, "c": 60, "gamma": 8, "beta": "3/10", "n": 2}
    agreed, broken, after = (
        rd.solve(game, regime).at(**point).values[name]
        for regime, name in (
            ("rjv-cartel", "profit"),
            ("rjv-deviation", "profit_deviators"),
            ("competition", "profit"),
        )
    )
    spillovers = {"beta_1_2": 0.3, "beta_2_1": 0.3}
    found = sustain(rd.explicit(game, n=2), "rjv-cartel", a=100, b=1, c=60, gamma=8, **spillovers)
    np.testing.assert_allclose(found["breaking"], float(broken))
    np.testing.assert_allclose(found["discount"], float((broken - agreed) / (broken - after)))
