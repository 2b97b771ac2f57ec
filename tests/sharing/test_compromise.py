"""Rules between two bounds, equal and proportional ones, and bargaining; and where they are undefined."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdgames.errors import InputError
from rdgames.sharing.bargaining import NO_GAIN, Egalitarian, KalaiSmorodinsky, NashBargaining
from rdgames.sharing.coalitions import dual, members, sizes
from rdgames.sharing.compromise import AlternateCostAvoided, CostGap, Tau, concessions
from rdgames.sharing.dependence import dependence
from rdgames.sharing.equal import EgalitarianNonSeparable, EqualSplit, EqualSurplus, alone, utopia
from rdgames.sharing.proportional import Proportional, StandAloneProportional

from .small_games import GLOVE, IBN_EZRA, LEMAIRE, PRODUCTION, STACH, bankruptcy, convex_games, exact, games

TENNESSEE = [0, 163520, 140826, 301607, 250096, 378821, 367370, 412584]
"""What navigation, flood control and power cost (Straffin and Heaney 1981)."""


SHORT = [[0, 0, 2, "5/2", "7/2"][int(size)] for size in sizes(4)]
"""Each adds 1 to the others and claims that, which is just what there is for two, and more than there is for all."""


def shares(rule, worth):
    division = rule.divide(exact(worth))
    assert not division.status, division.meanings[division.status]
    return division.shares.tolist()


def reason(rule, worth):
    """Why there are no shares, which are then all NaN."""
    division = rule.divide(worth)
    assert division.status
    assert all(share != share for share in division.shares)
    return division.meanings[division.status]


# -- bounds ----------------------------------------------------------------------------------------------------------


@given(games(2))
def test_bounds_are_their_definitions(worth):
    players = len(worth).bit_length() - 1
    everyone = (1 << players) - 1
    top = [worth[-1] - worth[everyone ^ 1 << player] for player in range(players)]
    assert utopia(worth).tolist() == top
    assert alone(worth).tolist() == [worth[1 << player] for player in range(players)]
    rights = [
        max(
            worth[group] - sum(top[other] for other in members(group) if other != player)
            for group in range(everyone + 1)
            if group >> player & 1
        )
        for player in range(players)
    ]
    assert (utopia(worth) - concessions(worth)).tolist() == rights
    division = Tau().divide(worth)
    low, high = np.array(rights), np.array(top)
    assert (division.status == 0) == (all(low <= high) and sum(low) <= worth[-1] <= sum(high))
    if division.divided:
        assert all(low <= division.shares)
        assert all(division.shares <= high)
        assert division.shares.sum() == worth[-1]
        steps = {
            (share - least) / (most - least)
            for share, least, most in zip(division.shares, low, high, strict=True)
            if most > least
        }
        assert len(steps) <= 1


@pytest.mark.parametrize("rule", [Tau(), CostGap()])
@pytest.mark.parametrize(
    ("worth", "expected"),
    [
        (LEMAIRE, [51900, "51375/2", "24825/2"]),
        (STACH, ["6/5", "3/5", "6/5"]),
        (GLOVE, [1, 0, 0]),
        (bankruptcy(200, [100, 200, 300]), [40, 80, 80]),  # claims cut to the estate: 100, 200, 200
        (bankruptcy(300, [100, 200, 300]), [50, 100, 150]),
    ],
)
def test_published_games(rule, worth, expected):
    assert shares(rule, worth) == exact(expected).tolist()


def test_a_sum_of_single_worths_above_the_whole_is_not_quasi_balanced():
    assert "utopia" in reason(Tau(), IBN_EZRA)


@pytest.mark.parametrize(
    ("worth", "complaint"),
    [
        ([0, 0, 0, 2, 0, 2, 2, "5/2"], "the utopia payoffs add up to less than v"),
        ([0, 2, 0, 0, 0, 0, 0, "1/2"], "a player's minimal right is above its utopia payoff"),
        (SHORT, "the minimal rights add up to more than v"),
    ],
)
def test_where_tau_is_undefined(worth, complaint):
    assert complaint in reason(Tau(), exact(worth))
    assert complaint in reason(Tau(), exact(worth).astype(float))


@given(convex_games(2))
def test_tau_is_the_cost_gap_and_is_defined_in_convex_games(worth):
    assert shares(Tau(), worth) == shares(CostGap(), worth)


@given(games(2))
def test_the_cost_gap_goes_on_where_tau_stops_and_says_so(worth):
    tau, gap = Tau().divide(worth), CostGap().divide(worth)
    if tau.divided:
        assert (tau.shares == gap.shares).all()
        assert gap.remarks == ()
    elif gap.divided and (high := utopia(worth)).sum() > worth[-1]:
        low = high - concessions(worth)
        [remark] = gap.remarks
        assert (remark.where == (gap.shares < low)).all()


def test_the_tennessee_valley():
    """The alternate cost avoided: separable costs, and the rest in proportion to what each would pay beyond them."""
    costs = np.array(TENNESSEE, dtype=float)
    found = -AlternateCostAvoided().divide(-costs).shares
    separable = np.array([412584 - 367370, 412584 - 378821, 412584 - 301607])
    saved = np.array([163520, 140826, 250096]) - separable
    np.testing.assert_allclose(found, separable + (412584 - separable.sum()) * saved / saved.sum())
    assert found.round().tolist() == [117476, 99157, 195951]


@given(games(2))
def test_aca_is_what_kalai_and_smorodinsky_say_of_the_same_bounds(worth):
    aca, fair = AlternateCostAvoided().divide(worth), KalaiSmorodinsky().divide(worth)
    if aca.divided and fair.divided:
        assert (aca.shares == fair.shares).all()


def test_where_aca_is_undefined():
    assert "adds less" in reason(AlternateCostAvoided(), exact([0, 2, 2, 3]))
    assert "does not add up" in reason(AlternateCostAvoided(), exact([0, 1, 1, 1, 1, 1, 1, 2]))


def test_where_the_cost_gap_is_undefined():
    assert "claim less than it is worth" in reason(CostGap(), exact([0, 0, 0, 2, 0, 2, 2, "5/2"]))
    assert "no gap to give up" in reason(CostGap(), exact(SHORT))


# -- equal and proportional ------------------------------------------------------------------------------------------


def test_equal_rules():
    assert shares(EqualSplit(), PRODUCTION) == [Fraction(992, 3)] * 3
    gain = Fraction(992 - 170, 3)
    assert shares(EqualSurplus(), PRODUCTION) == [68 + gain, 102 + gain, gain]
    rest = Fraction(992 - (230 + 282 + 822), 3)
    assert shares(EgalitarianNonSeparable(), PRODUCTION) == [230 + rest, 282 + rest, 822 + rest]


@given(games())
def test_non_separable_is_dual_to_equal_surplus(worth):
    assert shares(EgalitarianNonSeparable(), worth) == shares(EqualSurplus(), dual(worth))


def test_proportional_rules():
    assert shares(Proportional([1, 2, 1], to="R&D outlay"), PRODUCTION) == [248, 496, 248]
    assert shares(StandAloneProportional(), PRODUCTION) == exact(["1984/5", "2976/5", 0]).tolist()
    single = exact(LEMAIRE)[[1, 2, 4]]
    assert shares(StandAloneProportional(), LEMAIRE) == (single * 90000 / 69375).tolist()


def test_amounts_may_differ_between_points():
    found = Proportional([[1, 1], [1, 3], [0, 0]], to="R&D outlay").divide([0, 0, 0, 8])
    assert found.shares[:2].tolist() == [[4, 4], [2, 6]]
    assert found.status.tolist() == [0, 0, 2]
    assert found.meanings[2] == "R&D outlay: all are 0, so that there is no proportion"


def test_where_proportions_are_undefined():
    assert "less than 0 alone" in reason(StandAloneProportional(), [0, -1, 2, 4])
    assert "all players are worth 0 alone" in reason(StandAloneProportional(), exact(GLOVE))


def test_rounding_below_nothing_is_nothing():
    # an institute earns nothing alone, and a program that solves for it -1e-17
    found = StandAloneProportional().divide([[0, 3, 1, 5, -1e-17, 4, 2, 8], [0, 1e-17, -1e-17, 8, 0, 0, 0, 8]])
    assert found.shares[0].tolist() == [6, 2, 0]
    assert "all players are worth 0 alone" in found.meanings[found.status[1]]


def test_mistakes_in_amounts():
    with pytest.raises(InputError, match="risk: player 1 has -1"):
        Proportional([1, -1], to="risk")
    with pytest.raises(InputError, match="R&D outlay of 2 players, but the games have 3"):
        Proportional([1, 1], to="R&D outlay").divide(GLOVE)


# -- bargaining ------------------------------------------------------------------------------------------------------


@given(games(2), st.data())
def test_nash_maximizes_the_product_of_gains(worth, data):
    """Against other divisions of the same gain, with logarithms of weighted gains."""
    players = len(worth).bit_length() - 1
    weights = np.array(data.draw(st.lists(st.integers(1, 9), min_size=players, max_size=players)), dtype=float)
    weights /= weights.sum()
    found = NashBargaining(weights).divide(worth)
    gain = worth[-1] - alone(worth).sum()
    assert found.divided == (gain > 0)
    if found.divided:
        gains = found.shares - alone(worth.astype(float))
        other = np.array(data.draw(st.lists(st.integers(1, 9), min_size=players, max_size=players)), dtype=float)
        assert weights @ np.log(gains) >= weights @ np.log(other / other.sum() * float(gain)) - 1e-9


def test_nash_splits_the_gain():
    assert shares(NashBargaining(), PRODUCTION) == shares(EqualSurplus(), PRODUCTION)
    assert shares(NashBargaining(exact(["1/2", "1/2", 0])), PRODUCTION) == [68 + 411, 102 + 411, 0]
    assert shares(NashBargaining(disagreement=[2, 0, 0]), [*GLOVE[:7], 5]) == [3, 1, 1]


@pytest.mark.parametrize("rule", [NashBargaining(), KalaiSmorodinsky(), NashBargaining([0.5, 0.5])])
def test_no_gain_from_agreement(rule):
    """Neither if something is lost, nor if there is exactly nothing to gain, whatever floats make of that."""
    worth = [[0, 1, 1, 3], [0, 1, 1, 1.5], [0, 1, 1, 2], [0, 0.1, 0.2, 0.1 + 0.2 - 5e-17], [0, 0.1, 0.2, 0.3]]
    found = rule.divide(worth)
    assert found.status.tolist() == [0, 2, 2, 2, 2]
    assert found.meanings[2] == NO_GAIN


def test_egalitarian_is_defined_without_gain_but_not_with_a_loss():
    assert shares(Egalitarian(), [0, 1, 2, 3]) == [1, 2]
    assert "below the sum" in reason(Egalitarian(), exact([0, 1, 2, 2]))
    assert shares(Egalitarian(disagreement=[-1, 0]), [0, 1, 2, 2]) == [Fraction(1, 2), Fraction(3, 2)]


def test_kalai_smorodinsky_gives_all_the_same_part_of_their_hopes():
    found = shares(KalaiSmorodinsky(), PRODUCTION)
    parts = {(share - d) / (m - d) for share, d, m in zip(found, [68, 102, 0], [230, 282, 822], strict=True)}
    assert parts == {Fraction(822, 162 + 180 + 822)}
    assert shares(KalaiSmorodinsky("whole"), PRODUCTION) == shares(EqualSurplus(), PRODUCTION)
    assert shares(KalaiSmorodinsky([4, 2], disagreement=[0, 0]), [0, 1, 1, 3]) == [2, 1]
    assert shares(KalaiSmorodinsky([5, 2], disagreement=[0, 0]), [0, 1, 1, 3]) == [Fraction(15, 7), Fraction(6, 7)]


def test_where_hopes_are_vain():
    assert "below what it gets without" in reason(KalaiSmorodinsky([0, 9]), [0, 1, 1, 3])
    assert "no player can hope" in reason(KalaiSmorodinsky([1, 1]), exact([0, 1, 1, 3]))
    found = KalaiSmorodinsky([2, 1.5]).divide([0, 1, 1, 4])
    [remark] = found.remarks
    assert "more than the ideal" in remark.text
    assert remark.where.tolist() == [True, True]


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: NashBargaining([0.5, 0.6]), r"weights: add up to 1\.1, expected 1 \(divide"),
        (lambda: NashBargaining([1.5, -0.5]), r"weights: player 1 has -0\.5"),
        (lambda: NashBargaining("power"), "found the weights 'power'"),
        (lambda: NashBargaining(disagreement=[0, np.inf]), "disagreement payoffs: player 1 has no finite number"),
        (lambda: NashBargaining([0.5, 0.5]).divide(GLOVE), "weights of 2 players, but the games have 3"),
        (lambda: Egalitarian([0, 0]).divide(GLOVE), "disagreement payoffs of 2 players"),
        (lambda: KalaiSmorodinsky("most"), "found the ideal 'most'"),
        (lambda: KalaiSmorodinsky([1, 2]).divide(GLOVE), "ideal payoffs of 2 players"),
    ],
)
def test_mistakes_in_bargaining(make, complaint):
    with pytest.raises(InputError, match=complaint):
        make()


# -- dependence ------------------------------------------------------------------------------------------------------


def test_dependence_is_what_is_lost():
    worth = exact([0, 1, 2, 5, 0, 3, 2, 10])
    found = dependence(worth)
    assert found.on_others.tolist() == [9, 8, 10]
    assert found.of_others.tolist() == [8, 7, 5]
    assert found.joint.tolist() == [17, 15, 15]
    assert found.asymmetry.tolist() == [1, 1, 5]
    assert found.on_each.tolist() == [[0, 4, 2], [3, 0, 0], [3, 2, 0]]
    assert found.joint_of_each.tolist() == [[0, 7, 5], [7, 0, 2], [5, 2, 0]]
    assert found.asymmetry_of_each.tolist() == [[0, 1, -1], [-1, 0, -2], [1, 2, 0]]
    relative = np.array([Fraction(8, 9), Fraction(7, 8), Fraction(5, 10)])
    assert found.weights.tolist() == (relative / relative.sum()).tolist()
    gain = 10 - 3
    assert (
        shares(NashBargaining("dependence"), worth) == (np.array([1, 2, 0]) + gain * relative / relative.sum()).tolist()
    )


def test_two_players_depend_on_each_other_alone():
    found = dependence([0.0, 1, 2, 5])
    assert found.on_others.tolist() == found.on_each.sum(axis=-1).tolist() == [4, 3]
    assert found.of_others.tolist() == found.on_each.sum(axis=-2).tolist() == [3, 4]


def test_who_is_missed_less_gets_less():
    """The weaker a member's hold on the others, the smaller its part, at points of a map."""
    outside = np.linspace(1, 4, 7)
    worth = np.stack([0 * outside, 0 * outside, outside, 0 * outside + 6], axis=-1)
    found = NashBargaining("dependence").divide(worth)
    parts = (found.shares - alone(worth)) / (6 - outside)[:, None]
    assert (np.diff(parts[:, 0]) < 0).all()
    np.testing.assert_allclose(parts, dependence(worth).weights)


def test_where_dependence_gives_no_weights():
    worth = np.array([[0, 5, 0, 5], [0, 0, 0, -1], [np.nan] * 4, [0, 1, 1, 4]])
    found = dependence(worth)
    assert found.unweighted.tolist() == [True, True, True, False]
    assert np.isnan(found.weights).any(axis=-1).tolist() == [True, True, True, False]
    worth = exact([0, 2, 0, 0, 0, 0, 0, 2])
    division = NashBargaining("dependence", disagreement=[0, 0, 0]).divide(worth)
    assert "loses nothing without" in division.meanings[division.status]


# -- another tool ----------------------------------------------------------------------------------------------------


def test_another_tool_finds_the_same_tau_values():
    coopgame = pytest.importorskip("coopgame", reason="coopgame-py is not installed")
    random = np.random.default_rng(7)
    defined = 0
    for _ in range(200):
        players = int(random.integers(2, 6))
        worth = np.concatenate([[0.0], random.uniform(0, 1, (1 << players) - 1)])
        worth[-1] += random.uniform(0, players)
        found = Tau().divide(worth)
        try:
            expected = coopgame.tau_value(coopgame.Game(worth[1:].tolist()))
        except ValueError:
            assert not found.divided
        else:
            defined += 1
            np.testing.assert_allclose(found.shares, expected, rtol=1e-9, atol=1e-9)
    assert 20 < defined < 200
