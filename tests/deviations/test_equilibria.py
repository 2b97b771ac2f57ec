"""What rdgames calls an equilibrium is one: best replies from outside find nothing better; elsewhere they do."""

from fractions import Fraction

import numpy as np
import pytest

import rdgames as rd
from rdgames.deviations.deviations import EQUILIBRIUM, GAIN, IMPOSSIBLE, UNDECIDED
from rdgames.equilibrium.corners import corners

AJ = rd.load("daspremont-jacquemin")
AJ_POINT = {"a": 100, "b": 1, "c": 60, "gamma": 5, "beta": Fraction(1, 3)}
KMZ_POINT = {"a": 100, "c": 60, "gamma": 5, "sigma": 0.5, "beta": 0.3}
VERTICAL_POINT = {
    "a": 100,
    "b": 1,
    "c_u": 30,
    "c_d": 20,
    "gamma_u": 30,
    "gamma_d": 30,
    "h_u": 0.2,
    "h_d": 0.2,
    "v_u": 0.4,
    "v_d": 0.3,
    "n_d": 2,
}
CASES = {
    "daspremont-jacquemin": (AJ_POINT, "n", [regime.name for regime in AJ.regimes]),
    "kamien-muller-zang-cournot": (KMZ_POINT, "n", ["competition", "cartel", "rjv-cartel", "second-best"]),
    "kamien-muller-zang-bertrand": (KMZ_POINT, "n", ["competition", "cartel"]),
    "vertical-spillovers": (VERTICAL_POINT, "n_u", ["competition", "horizontal", "full", "second-best"]),
}


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize(
    ("model", "regime"), [(model, regime) for model, (_, _, regimes) in CASES.items() for regime in regimes]
)
def test_nobody_gains_at_a_valid_point(model, regime, n):
    point, size, _ = CASES[model]
    game = rd.load(model)
    solved = rd.solve(game, regime).at(**point, **{size: n})
    assert solved.valid
    found = rd.check_equilibrium(game, regime, **point, **{size: n})
    assert found.status() == EQUILIBRIUM
    assert 0 <= found.relative_gain <= 1e-9
    for name, level in found.levels.items():
        assert level == pytest.approx(float(solved.values[name]), rel=1e-12)
    looked_at = [one for one in found.each if one.trials]
    assert {one.move for one in looked_at} == {one.move for one in found.each}


@pytest.mark.parametrize("regime", ["competition", "cartel", "merger", "first-best", "open-loop"])
@pytest.mark.parametrize("action", ["x", "q"])
@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_somebody_gains_where_a_level_is_wrong(regime, action, factor):
    values = rd.solve(AJ, regime).at(**AJ_POINT, n=3).values
    levels = {name: float(values[name]) for name in ("x", "q")}
    levels[action] *= factor
    found = rd.check_equilibrium(AJ, regime, levels=levels, **AJ_POINT, n=3)
    assert found.status() == GAIN
    assert found.relative_gain > 1e-5
    assert found.gain > 0
    assert not found.holds()


def test_a_gain_says_who_would_do_what():
    values = rd.solve(AJ, "competition").at(**AJ_POINT, n=2).values
    x, q = float(values["x"]), float(values["q"])
    found = rd.check_equilibrium(AJ, levels={"x": x, "q": q + 1}, **AJ_POINT, n=2)
    [production] = [one for one in found.each if one.move == "production" and one.trials]
    # against q + 1 the best output is half a unit less than q; the loss of being off by 3/2 is b*(3/2)**2
    assert production.better_levels["q_deviator"] == pytest.approx(q - 0.5, rel=1e-6)
    assert production.gain == pytest.approx(2.25, rel=1e-9)
    # who deviates in research has everybody play q again; which is worth q more than what is agreed
    assert found.who == "one of firms"
    assert found.action == "x_deviator"
    assert "one of firms gains" in repr(found)


# -- second-order conditions that fail


def test_salant_and_shaffer_one_laboratory_earns_more_than_two():
    point = {"a": 2, "b": 1, "c": 1, "gamma": Fraction(3, 2), "beta": 0, "n": 2}
    solved = rd.solve(AJ, "cartel").at(**point)
    assert solved.failed == ("second_order_unequal",)
    found = rd.check_equilibrium(AJ, "cartel", **point)
    assert found.gain == pytest.approx(2 / 7 - float(solved.values["industry_profit"]), rel=1e-8)
    [apart] = [one for one in found.each if "apart" in one.who]
    assert sorted(apart.better_levels.values()) == pytest.approx([0, 4 / 7], abs=1e-5)
    [alike] = [one for one in found.each if one.who == "firms jointly"]
    assert alike.relative_gain < 1e-9


@pytest.mark.parametrize("gamma", ["0.6", "0.8"])
def test_a_firm_gains_where_its_second_order_condition_fails(gamma):
    point = {"a": 1001, "b": 1, "c": 1000, "gamma": gamma, "beta": 0, "n": 2}
    solved = rd.solve(AJ, "competition").at(**point)
    assert "second_order" in solved.failed
    found = rd.check_equilibrium(AJ, **point)
    assert found.levels["x"] == pytest.approx(float(solved.values["x"]))
    assert found.status() == GAIN
    assert found.who == "one of firms"


def test_an_equal_optimum_is_held_against_equal_changes_only():
    point = {"a": 2, "b": 1, "c": 1, "gamma": Fraction(3, 2), "beta": 0, "n": 2}
    assert rd.check_equilibrium(AJ, "firms choose x jointly and equally", **point).holds()


# -- corners


def test_a_firm_that_stays_out_stays_out():
    duopoly = rd.explicit(AJ, different=["c"], n=2)
    point = {"a": 100, "b": 1, "c_1": 20, "c_2": 70, "gamma": 10, "beta_1_2": 0, "beta_2_1": 0}
    found = rd.check_equilibrium(duopoly, **point)
    assert found.holds()
    assert found.levels == pytest.approx({"x_1": 80 / 19, "x_2": 0, "q_1": 800 / 19, "q_2": 0})
    assert found.levels["q_1"] == pytest.approx(float(corners(duopoly).at(**point).values["q_1"]))


@pytest.mark.parametrize("c_2", [57.3, 57.5, 57.7])
def test_in_all_cells_but_the_one_that_holds_somebody_gains(c_2):
    duopoly = rd.explicit(AJ, different=["c"], n=2)
    point = {"a": 100, "b": 1, "c_1": 20, "c_2": c_2, "gamma": 10, "beta_1_2": 0, "beta_2_1": 0}
    cells = corners(duopoly)
    assert cells.at(**point).at_bounds == ("x_2", "q_2-by-x_1")
    for cell in cells:
        there = cell.at(**point)
        levels = {name: float(there.values[name]) for name in ("x_1", "x_2", "q_1", "q_2")}
        found = rd.check_equilibrium(duopoly, levels=levels, **point)
        assert found.holds() is there.valid
        assert there.valid or found.status() in (GAIN, IMPOSSIBLE)


def test_a_firm_may_do_just_enough_to_keep_its_rival_out():
    """An equilibrium between the cells: firm 2 is at the bound, and firm 1 where it just stays there."""
    duopoly = rd.explicit(AJ, different=["c"], n=2)
    point = {"a": 100, "b": 1, "c_1": 20, "c_2": 57.5, "gamma": 10, "beta_1_2": 0, "beta_2_1": 0}
    just = {"x_1": 5, "x_2": 0, "q_1": 42.5, "q_2": 0}  # where 100 - 2*c_2 + (c_1 - x_1) is zero
    assert rd.check_equilibrium(duopoly, levels=just, **point).holds()
    for x_1, q_1 in [(4.9, 42.45), (5.1, 42.55)]:
        assert rd.check_equilibrium(duopoly, levels={**just, "x_1": x_1, "q_1": q_1}, **point).status() == GAIN


def test_a_rival_can_be_driven_out():
    """Firm 1 would do more R&D than against a rival that answers as if it might produce less than nothing."""
    duopoly = rd.explicit(AJ, different=["c"], n=2)
    point = {"a": 100, "b": 1, "c_1": 20, "c_2": 57.5, "gamma": 2, "beta_1_2": 0, "beta_2_1": 0}
    levels = {"x_1": 10, "x_2": 0, "q_1": 36, "q_2": 6}
    found = rd.check_equilibrium(duopoly, levels=levels, **point)
    [first] = [one for one in found.each if one.who == "firms_1" and one.move == "research"]
    # alone on the market: output (a - c + x)/2, profit (80 + x)**2/4 - x**2, best where x = 80/3, but costs remain
    assert first.better_levels["x_1"] == pytest.approx(20, rel=1e-5)  # all of the unit cost is removed
    assert first.gain == pytest.approx(50**2 - 400 - ((100 - 42 - 10) * 36 - 100), rel=1e-4)


def test_seven_different_firms_of_which_some_stay_out():
    game = rd.explicit(AJ, different=["c"], n=7)
    point = dict.fromkeys(game.parameter, 0.1) | {"a": 100, "b": 1, "gamma": 10}
    point |= {f"c_{place}": 20 + 4 * place for place in range(1, 8)}
    found = rd.check_equilibrium(game, **point)
    assert found.holds()
    outputs = [found.levels[f"q_{place}"] for place in range(1, 8)]
    assert [output > 0 for output in outputs] == [True] * 5 + [False] * 2
    assert outputs == sorted(outputs, reverse=True)


# -- regimes with parts, contracts, planners, choices that are kept


@pytest.mark.parametrize(
    "sentence",
    [
        "2 of firms are insiders, the rest outsiders; insiders choose x jointly; insiders share beta = 1",
        "n - 1 of firms are insiders, the rest outsiders; insiders choose x, q jointly and equally",
        "2 of firms are leaders, the rest followers; leaders choose x as in cartel",
        "2 of firms are leaders, the rest followers; leaders choose x jointly for sum(profit[j] for j in leaders)",
        "firms choose x for profit[i]/2 + industry_profit/4",
        "firms choose x jointly for industry_profit + consumer_surplus/4",
    ],
)
def test_nobody_gains_under_any_sentence(sentence):
    solved = rd.solve(AJ, sentence).at(**AJ_POINT, n=4)
    assert solved.valid
    found = rd.check_equilibrium(AJ, sentence, **AJ_POINT, n=4)
    assert found.status() == EQUILIBRIUM
    assert found.relative_gain < 1e-9
    wrong = {name: 1.1 * level for name, level in found.levels.items()}
    assert rd.check_equilibrium(AJ, sentence, levels=wrong, **AJ_POINT, n=4).status() == GAIN


def test_buyers_take_the_price_as_given():
    game = rd.load("vertical-spillovers")
    found = rd.check_equilibrium(game, **VERTICAL_POINT, n_u=2)
    wrong = rd.check_equilibrium(game, levels={**found.levels, "w": found.levels["w"] + 1}, **VERTICAL_POINT, n_u=2)
    [buyer] = [one for one in wrong.each if one.move == "production" and one.trials]
    # (P - w - cost)*q with P falling by b for each unit: a price higher by 1 calls for 1/(2*b) less
    assert buyer.better_levels["q_d_deviator"] == pytest.approx(found.levels["q_d"] - 0.5, rel=1e-5)
    assert buyer.gain == pytest.approx(0.25, rel=1e-7)


def test_markets_that_do_not_clear_are_not_possible():
    game = rd.load("vertical-spillovers")
    found = rd.check_equilibrium(game, **VERTICAL_POINT, n_u=2)
    wrong = {**found.levels, "q_u": 1.1 * found.levels["q_u"]}
    assert found.possible
    assert not rd.check_equilibrium(game, levels=wrong, **VERTICAL_POINT, n_u=2).possible


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("regime", ["vertical", "vertical-unmatched"])
def test_pairs(regime, n):
    """A pair of supplier and producer deviates as one; each of its members alone on the markets."""
    game = rd.load("vertical-spillovers")
    point = {**VERTICAL_POINT, "n_u": n, "n_d": n + (regime != "vertical")}
    solved = rd.solve(game, regime).at(**point)
    found = rd.check_equilibrium(game, regime, **point)
    assert solved.valid
    assert found.status() == EQUILIBRIUM
    assert {name: float(solved.values[name]) for name in found.levels} == pytest.approx(found.levels, rel=1e-9)
    wrong = {**found.levels, "x_u": 1.2 * found.levels["x_u"]}
    assert rd.check_equilibrium(game, regime, levels=wrong, **point).status() == GAIN
    [pair] = [one for one in found.each if "consortia" in one.who and one.trials]
    assert ("one of the" in pair.who) is (n > 1)


# -- what cannot be decided


def strong_rivals(curvature: int) -> rd.Game:
    """Return a game in which a firm invests, and then the market has room for one of two firms."""
    return rd.Game(
        name="rivals",
        parameters={"s": "s >= 0"},
        groups={"firm_a": 1, "firm_b": 1},
        stages={
            "first": {"actions": {"x": "firm_a"}},
            "second": {"actions": {"q_a": "firm_a", "q_b": "firm_b"}},
        },
        payoffs={
            "firm_a": f"q_a[i]*(1 + x[i]/4 - {curvature}*q_a[i] - s*sum(q_b[j] for j in firm_b)) - x[i]**2",
            "firm_b": f"q_b[i]*(1 - {curvature}*q_b[i] - s*sum(q_a[j] for j in firm_a))",
        },
    )


def test_where_several_equilibria_follow_nothing_is_decided():
    found = rd.check_equilibrium(strong_rivals(1), s=3)
    assert found.status() == UNDECIDED
    assert found.undecided > 0
    assert not found.holds()
    [first] = [one for one in found.each if one.move == "first"]
    assert first.undecided == found.undecided


def test_where_no_equilibrium_follows_nothing_is_decided():
    found = rd.check_equilibrium(strong_rivals(-1), levels={"x": 0, "q_a": 0, "q_b": 0}, s=3)
    [first, *second] = found.each
    assert first.undecided == first.trials
    assert np.isfinite(first.gain)
    assert all(one.undecided == 0 for one in second)
