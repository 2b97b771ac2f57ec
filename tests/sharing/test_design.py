"""Rules chosen for a purpose, against closed forms, brute force, and what multipliers and constraints must say."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.equilibrium.equilibrium import solve
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.explicit import explicit
from rdgames.game.game import Game
from rdgames.grid.sweep import sweep
from rdgames.modelfile.catalogue import load
from rdgames.sharing.contracts import contract
from rdgames.sharing.core import blocking
from rdgames.sharing.design import design
from rdgames.sharing.ranges import acceptable
from rdgames.sharing.requirements import CONFLICT, EDGE, FOUND, NO_EQUILIBRIUM
from rdgames.sharing.worth import worth

KATZ = load("katz-1986")
MARKET = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 5, "sigma_c": 0.5}
THETA = {"theta": (0.2, 1)}
TRIO = explicit(load("daspremont-jacquemin"), different=["c"], n=3)
FIRMS = {"a": 100, "b": 1, "gamma": 10, "c_1": 60, "c_2": 55, "c_3": 58}
FIRMS |= {name: 0.8 for name in TRIO.parameter if name.startswith("beta")}
ASKED = ["core", "stability", "budget"]
DUO = explicit(load("daspremont-jacquemin"), n=2)
PAIR = {"a": 100, "b": 1, "c": 60, "gamma": 5, "beta_1_2": 0.5, "beta_2_1": 0.5}


def katz(maximize, subject=(), **given):
    given = {**MARKET, "beta": 0.2, **given}
    return design(KATZ, "gross-sharing", choose=THETA, maximize=maximize, subject=subject, **given)


def swept(**given):
    return sweep(KATZ, ["gross-sharing"], **{**MARKET, "beta": 0.2, **given}).isel(regime=0)


def test_the_profit_maximizing_share_is_that_which_implements_the_cartel():
    """Own derivation after Katz 1986, section 4.6 of the models: theta = (2 + (n - 3)*beta)/((n + 1)*(1 - beta))."""
    beta = np.linspace(0, 0.45, 4)
    found = katz("profit", beta=beta)
    np.testing.assert_allclose(found["choice"].sel(chosen="theta"), (2 - beta) / (3 * (1 - beta)), rtol=1e-6)
    assert (found["status"] == FOUND).all()
    assert found["certified"].all()
    np.testing.assert_allclose(found["multiplier"], 0, atol=1e-6)
    assert not found["binds"].any()


def test_a_bound_that_binds_has_the_slope_as_multiplier():
    found = katz("welfare")
    slope = sweep(KATZ, ["gross-sharing"], derivatives="theta", theta=1, **{**MARKET, "beta": 0.2})
    assert found["choice"].item() == 1
    assert found["binds"].sel(constraint="theta <= 1")
    np.testing.assert_allclose(
        found["multiplier"].sel(constraint="theta <= 1"), slope["d_welfare_d_theta"].item(), rtol=1e-8
    )
    assert found["multiplier"].sel(constraint="theta >= 0.2") == 0


def test_a_multiplier_is_what_relaxing_a_constraint_is_worth():
    def best(most):
        return katz("welfare", ["participation", f"x <= {most}"])

    found, step = best(1.8), 1e-4
    multiplier = found["multiplier"].sel(constraint="x <= 1.8").item()
    assert found["binds"].sel(constraint="x <= 1.8")
    assert multiplier > 0
    rise = (best(1.8 + step)["objective"] - best(1.8 - step)["objective"]).item() / (2 * step)
    np.testing.assert_allclose(multiplier, rise, rtol=1e-3)
    assert found["multiplier"].sel(constraint="participation of firms") == 0
    assert found["checked_margin"].sel(constraint="participation of firms") > 0


def test_a_binding_choice_is_moved_inside_and_proved_there():
    found = katz("welfare", "x <= 1.8")
    assert found["certified"]
    assert 0 <= found["checked_margin"].sel(constraint="x <= 1.8") < 1e-6
    theta = Fraction(found["choice"].item()).limit_denominator(10**12)
    exact = {name: Fraction(str(value)) for name, value in {**MARKET, "beta": 0.2}.items()}
    point = solve(KATZ, "gross-sharing").at(theta=theta, **exact)
    assert point.valid
    assert point.values["x"] <= Fraction(9, 5)


def test_it_is_no_worse_than_any_share_tried():
    theta = np.linspace(0.2, 1, 400)
    found = katz("welfare - 20*x", ["profit >= 188", "x <= 2.6"])
    tried = swept(theta=theta)
    good = tried["valid"] & (tried["profit"] >= 188) & (tried["x"] <= 2.6)
    best = (tried["welfare"] - 20 * tried["x"]).where(good).max()
    assert found["certified"]
    assert found["objective"] >= best - 1e-5


def test_over_a_grid_every_point_is_as_alone():
    beta = [0.1, 0.3]
    together = katz("welfare", ["participation", "x <= 1.8"], beta=beta)
    for each in beta:
        alone = katz("welfare", ["participation", "x <= 1.8"], beta=each)
        here = together.sel(beta=each)
        for name in ("choice", "objective", "multiplier", "low", "high", "status", "certified"):
            np.testing.assert_allclose(here[name], alone[name], rtol=1e-9, atol=1e-12)


def test_requirements_that_do_not_go_together_are_named():
    found = katz("welfare", ["x >= 2.5", "x <= 1.8", "profit >= 100"])
    assert found["status"] == CONFLICT
    assert not found["certified"]
    named = found["constraint"].values[found["conflict"].values].tolist()
    assert named == ["x >= 2.5", "x <= 1.8"]
    alone = katz("welfare", ["profit >= 200", "x >= 0.5"])
    assert alone["constraint"].values[alone["conflict"].values].tolist() == ["profit >= 200"]
    assert "no choice satisfies all" in alone["status_meaning"].item()
    assert np.isnan(alone["low"]).all()


def test_where_the_best_is_at_the_end_of_what_is_an_equilibrium_it_says_so():
    """The less R&D the better: down to where firms would do none, which is a corner."""
    found = katz("-x", beta=0)
    assert found["status"] == EDGE
    assert 0 < swept(beta=0, theta=found["choice"].item())["x"] < 0.2


def test_where_nothing_is_an_equilibrium_it_says_so():
    found = katz("welfare", beta=1, gamma=0.1)
    assert found["status"] == NO_EQUILIBRIUM
    assert np.isnan(found["choice"]).all()
    assert np.isnan(found["objective"])
    assert np.isnan(found["margin"]).all()


def test_shares_that_make_the_smallest_gain_large_are_equal_but_for_who_would_leave():
    agreed = contract(TRIO, "cartel", shares=["s", "t", "1 - s - t"])
    choose = {"s": (0, 1), "t": (0, 1)}
    found = design(agreed, choose=choose, maximize="smallest gain", subject=ASKED, **FIRMS)
    assert found["certified"]
    shares = dict(zip(("s", "t"), found["choice"].values.tolist(), strict=True))
    there = sweep(agreed.game, [agreed.regime, "competition"], **shares, **FIRMS)
    received = np.array([there[agreed.received[player]].values[0] for player in agreed.players])
    alone = np.array([there[f"profit_{place}"].values[1] for place in (1, 2, 3)])
    gains = received - alone
    np.testing.assert_allclose(gains.min(), found["objective"].item(), rtol=1e-9)
    for player, gain in zip(agreed.players, gains, strict=True):  # all gain the same but who would leave for less
        more = gain > gains.min() * (1 + 1e-5)
        assert more == found["binds"].sel(constraint=f"stability: {player} not leaving").item()
    np.testing.assert_allclose(2 * gains.min() + gains.max(), gains.sum(), rtol=1e-5)
    table = worth(TRIO, "cartel", **FIRMS)["worth"].values
    for coalition in range(1, 7):
        who = [place for place in range(3) if coalition >> place & 1]
        label = f"core: {' and '.join(agreed.players[place] for place in who)} not leaving"
        margin = found["margin"].sel(constraint=label)
        np.testing.assert_allclose(margin, received[who].sum() - table[coalition], rtol=1e-8, atol=1e-9)
    leaving = worth(TRIO, "cartel", outsiders="merged", **FIRMS)["worth"].values
    for place, player in enumerate(agreed.players):
        margin = found["margin"].sel(constraint=f"stability: {player} not leaving")
        np.testing.assert_allclose(margin, received[place] - leaving[1 << place], rtol=1e-8, atol=1e-9)
    assert not blocking(np.append(table[:-1], received.sum()), received).blocks.any()


def test_who_would_not_take_part_binds():
    """Member 1 is to get all it can: the others are left with what they have outside."""
    agreed = contract(TRIO, "cartel", shares=["s", "t", "1 - s - t"])
    choose, asked = {"s": (0, 1), "t": (0, 1)}, ["participation"]
    found = design(agreed, choose=choose, maximize="received_firms_1", subject=asked, **FIRMS)
    assert found["certified"]
    named = found["constraint"].values[found["binds"].values].tolist()
    assert named == ["participation of firms_2", "participation of firms_3"]
    # Fixed shares of everything leave choices as they are, so money moves one for one.
    np.testing.assert_allclose(found["multiplier"].sel(constraint=named), 1, rtol=1e-6)
    assert (found["checked_margin"] >= 0).all()


def test_a_subsidy_that_is_chosen_is_that_of_a_government_that_plays():
    """The welfare-maximizing subsidy is an action in the game of Hinloopen 1997, and here a parameter."""
    document = load("daspremont-jacquemin").to_document()
    document["parameters"]["rate"] = "rate >= 0"
    document["definitions"]["profit"]["is"] += " + rate*x[i]"
    document["definitions"]["welfare"]["is"] += " - rate*sum(x[j] for j in firms)"
    parts = ("parameters", "groups", "stages", "definitions", "payoffs", "assumptions")
    game = Game(name="subsidized", **{part: document[part] for part in parts})
    market = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 5, "beta": 0.3}
    found = design(game, "competition", choose={"rate": (0, 40)}, maximize="welfare", **market)
    played = solve(load("hinloopen-1997"), "competition").at(**{**market, "beta": "0.3"})
    assert found["status"] == FOUND
    np.testing.assert_allclose(found["choice"].item(), float(played.values["subsidy"]), rtol=1e-6)
    np.testing.assert_allclose(found["objective"].item(), float(played.values["welfare"]), rtol=1e-12)
    capped = design(
        game, "competition", choose={"rate": (0, 40)}, maximize="welfare", subject="rate*n*x <= 20", **market
    )
    assert capped["binds"].sel(constraint="rate*n*x <= 20")
    assert capped["multiplier"].sel(constraint="rate*n*x <= 20") > 0
    assert capped["certified"]


def test_without_closed_form_slopes_come_from_the_implicit_function_theorem():
    """Shares in proportion to outlays and a fixed part: the more fixed, the less of a contest."""
    outlay = "gamma*x[i]**2/2"
    agreed = contract(DUO, "cartel", shares="100*w + x[i]", private=outlay)
    found = design(agreed, choose={"w": (0, 1)}, maximize="contract_total", **PAIR)
    tried = sweep(agreed.game, [agreed.regime], outcomes=["contract_total"], w=np.linspace(0, 1, 801), **PAIR)
    assert found["objective"] >= tried["contract_total"].max() - 1e-6
    assert found["certified"]
    cartel = sweep(DUO, ["cartel"], outcomes=["industry_profit"], **PAIR)["industry_profit"]
    np.testing.assert_allclose(found["objective"], cartel, rtol=1e-8)  # one parameter does it for equal members


def test_the_smallest_of_several_objectives_is_that_in_their_own_unit():
    """Their scales differ by far, yet they are compared as they are."""
    found = katz(["profit - 150", "4*x"], ["theta >= 0.3"])
    there = swept(theta=found["choice"].item())
    best = swept(theta=np.linspace(0.3, 1, 300))
    tried = np.minimum(best["profit"] - 150, 4 * best["x"]).max()
    np.testing.assert_allclose(found["objective"], min(there["profit"] - 150, 4 * there["x"]), rtol=1e-9)
    assert found["objective"] >= tried - 1e-6


@settings(max_examples=6, deadline=None)
@given(st.floats(0, 0.4), st.floats(1.2, 3))
def test_a_range_holds_inside_and_ends_where_something_fails(beta, most):
    asked = ["participation", f"x <= {most:.6f}"]
    given = {**MARKET, "beta": beta}
    found = acceptable(KATZ, "gross-sharing", choose=THETA, subject=asked, **given)
    competition = sweep(KATZ, ["competition"], outcomes=["profit"], theta=1, **given)["profit"].item()
    tried = swept(theta=np.linspace(0.2, 1, 173), beta=beta)
    good = tried["valid"] & (tried["profit"] >= competition - 1e-9) & (tried["x"] <= round(most, 6))
    inside = np.zeros(173, dtype=bool)
    for low, high in zip(found["low"].values, found["high"].values, strict=True):
        inside |= (tried["theta"].values >= low - 1e-9) & (tried["theta"].values <= high + 1e-9)
    np.testing.assert_array_equal(inside, good.values)
    for end, why in ((found["low"], found["low_because"]), (found["high"], found["high_because"])):
        for theta, reason in zip(end.values, why.values, strict=True):
            there = swept(theta=theta, beta=beta)
            if str(reason).startswith("x <="):
                np.testing.assert_allclose(there["x"], round(most, 6), rtol=1e-9)
            elif str(reason).startswith("participation"):
                np.testing.assert_allclose(there["profit"], competition, rtol=1e-9)
            elif reason == "bound":
                assert theta in (0.2, 1)
            else:
                assert str(reason).startswith("interior_x")


def test_a_design_lies_in_the_range_and_its_own_range_is_part_of_it():
    asked = ["participation", "x <= 1.8"]
    found = katz("welfare", asked)
    every = acceptable(KATZ, "gross-sharing", choose=THETA, subject=asked, beta=0.2, **MARKET)
    assert every["intervals"] == 1
    np.testing.assert_allclose(found["low"].item(), every["low"].values[0], rtol=1e-9)
    np.testing.assert_allclose(found["high"].item(), every["high"].values[0], rtol=1e-7)
    assert every["high_because"].values.tolist() == ["x <= 1.8"]


def test_a_range_over_a_grid_says_what_never_holds():
    found = acceptable(
        KATZ, "gross-sharing", choose=THETA, subject=["profit >= 188", "x >= 1"], beta=[0, 0.2], **MARKET
    )
    assert found["intervals"].values.tolist() == [0, 1]  # without spillovers no share earns so much
    assert found["never"].sel(constraint="profit >= 188").values.tolist() == [True, False]
    assert np.isnan(found["low"].sel(beta=0)).all()


def test_a_range_far_shorter_than_the_distance_of_values_is_found():
    """Own derivation: profit is highest where theta implements the cartel, and within 1e-5 there it is hardly less."""
    theta = Fraction(3, 4)
    most = solve(KATZ, "gross-sharing").at(theta=theta, **{**MARKET, "beta": "1/5", "sigma_c": "1/2"}).values["profit"]
    given = {**MARKET, "beta": 0.2}
    found = acceptable(KATZ, "gross-sharing", choose=THETA, subject=f"profit >= {float(most) - 1e-9!r}", **given)
    assert found["intervals"] == 1
    low, high = found["low"].item(), found["high"].item()
    assert low < 0.75 < high
    assert high - low < 1e-4
    np.testing.assert_allclose(swept(theta=[low, high])["profit"], float(most) - 1e-9, rtol=1e-13)
    asked = "(theta - 1/2)*(theta - 50001/100000) >= 0"
    hole = acceptable(KATZ, "gross-sharing", choose=THETA, subject=asked, **given)
    np.testing.assert_allclose(hole["high"], [0.5, 1], atol=1e-12)
    np.testing.assert_allclose(hole["low"][1], 0.50001, atol=1e-12)


def test_mistakes_are_located():
    with pytest.raises(InputError, match="no parameter 'thet'"):
        design(KATZ, "gross-sharing", choose={"thet": (0, 1)}, maximize="welfare", beta=0.2, **MARKET)
    with pytest.raises(InputError, match="expected two bounds such as"):
        design(KATZ, "gross-sharing", choose={"theta": 1}, maximize="welfare", beta=0.2, **MARKET)
    with pytest.raises(InputError, match=r"theta from 0\.2 to 2, expected bounds within its domain 0 < theta <= 1"):
        design(KATZ, "gross-sharing", choose={"theta": (0.2, 2)}, maximize="welfare", beta=0.2, **MARKET)
    with pytest.raises(InputError, match="both to choose and with the value"):
        design(KATZ, "gross-sharing", choose={"theta": (0, 1)}, theta=1, maximize="welfare", beta=0.2, **MARKET)
    with pytest.raises(InputError, match="which is a whole number"):
        design(KATZ, "gross-sharing", choose={"n": (2, 3)}, maximize="welfare", theta=1, beta=0.2)
    with pytest.raises(InputError, match=r"'partipation': .*'participation'.*'profits >= 1': .*'profit'"):
        katz("welfare", ["partipation", "profits >= 1"])
    with pytest.raises(InputError, match=r"'profit != 1'"):
        katz("welfare", ["profit != 1"])
    with pytest.raises(InputError, match="found x == 1, expected inequalities"):
        acceptable(KATZ, "gross-sharing", choose=THETA, subject="x == 1", beta=0.2, **MARKET)
    with pytest.raises(UnknownNameError, match="'welfar'"):
        katz("welfar")
    with pytest.raises(InputError, match="found the inequality 'welfare >= 3'"):
        katz("welfare >= 3")
    with pytest.raises(InputError, match="found 3 to maximize"):
        katz(3)
    with pytest.raises(InputError, match="found no regime"):
        design(KATZ, choose=THETA, maximize="welfare", beta=0.2, **MARKET)
    with pytest.raises(InputError, match="expected single players"):
        katz("welfare", "core")
