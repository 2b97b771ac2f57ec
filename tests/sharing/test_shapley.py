"""The Shapley value and its relatives against all orders of arrival, closed formulas, published games, another tool."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.errors import InputError
from rdgames.sharing import folding
from rdgames.sharing.coalitions import members
from rdgames.sharing.corrections import LESS_THAN_ALONE, CorrectedShapley
from rdgames.sharing.folding import dividends, over_coalitions, over_members
from rdgames.sharing.graphs import Myerson
from rdgames.sharing.shapley import Shapley, WeightedShapley, shapley_shares
from rdgames.sharing.structures import AumannDreze, Owen

from .small_games import (
    GLOVE,
    IBN_EZRA,
    LEMAIRE,
    PRODUCTION,
    STACH,
    additive,
    airport,
    bankruptcy,
    by_orders,
    chance_by_weights,
    exact,
    games,
)


def shares(rule, worth):
    return rule.divide(exact(worth)).shares.tolist()


@given(games())
def test_shapley_is_the_average_over_all_orders(worth):
    assert shares(Shapley(), worth) == by_orders(worth)


@pytest.mark.parametrize(
    ("worth", "expected"),
    [
        (LEMAIRE, [51750, 25875, 12375]),
        (IBN_EZRA, ["485/6", "125/6", "65/6", "15/2"]),
        (STACH, ["7/6", "2/3", "7/6"]),
        (PRODUCTION, [229, 272, 491]),
        (GLOVE, ["2/3", "1/6", "1/6"]),
        # The Tennessee Valley Authority: costs of navigation, flood control and power (Straffin and Heaney 1981).
        ([0, -163520, -140826, -301607, -250096, -378821, -367370, -412584], [-117829, "-201513/2", "-387997/2"]),
    ],
)
def test_published_games(worth, expected):
    assert shares(Shapley(), worth) == exact(expected).tolist()


@pytest.mark.parametrize("estate", [100, 200, 300, 500])
def test_bankruptcy_is_first_come_first_served(estate):
    claims = [100, 200, 300]
    average = [Fraction(0)] * 3
    for order in permutations(range(3)):
        left = Fraction(estate)
        for creditor in order:
            average[creditor] += Fraction(min(left, claims[creditor]), 6)
            left -= min(left, claims[creditor])
    assert shares(Shapley(), bankruptcy(estate, claims)) == average


def test_users_of_an_airport_share_each_stretch_equally():
    costs = [3, 4, 8, 8, 15]
    steps = [
        Fraction(high - low) / (5 - place) for place, (low, high) in enumerate(zip([0, *costs], costs, strict=False))
    ]
    assert shares(Shapley(), airport(costs)) == [-sum(steps[: place + 1]) for place in range(5)]


def test_majorities():
    """A player with votes 2 of 2, 1, 1 and a quota of 3 decides with either of the others; and symmetric ones."""
    votes = over_members(np.array([2, 1, 1]))
    assert shares(Shapley(), (votes >= 3).astype(int)) == exact(["2/3", "1/6", "1/6"]).tolist()
    twenty = over_members(np.ones(20))
    np.testing.assert_allclose(Shapley().divide(1.0 * (twenty >= 11)).shares, 1 / 20, rtol=1e-12)


def test_a_large_game_of_known_dividends():
    """16 players, of whom each alone and each two next to each other earn something."""
    random = np.random.default_rng(1)
    single, pair = random.normal(size=16), random.normal(size=16)
    bits = (np.arange(1 << 16)[:, None] >> np.arange(16) & 1).astype(np.float64)
    worth = bits @ single + (bits * np.roll(bits, -1, axis=1)) @ pair
    expected = single + (pair + np.roll(pair, 1)) / 2
    np.testing.assert_allclose(Shapley().divide(worth).shares, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("players", [1, 2, 5, 8, 9])
def test_products_and_folds_agree(players, monkeypatch):
    """Many games, of which the last are fewer than a product takes at a time, and one of them alone."""
    random = np.random.default_rng(players)
    worth = random.normal(size=(3, 400, 1 << players))
    worth[..., 0] = 0
    monkeypatch.setattr(folding, "_PRODUCT", 1 << 12)
    monkeypatch.setattr(folding, "_BLOCK", 1 << 13)
    found = Shapley().divide(worth)
    assert found.shares.shape == (3, 400, players)
    np.testing.assert_allclose(found.shares, shapley_shares(worth), rtol=1e-9, atol=1e-12)
    assert (found.status == 0).all()
    weighted = WeightedShapley(random.uniform(1, 2, players))
    several = WeightedShapley(np.broadcast_to(weighted.weights, (3, 400, players)))
    np.testing.assert_allclose(weighted.divide(worth).shares, several.divide(worth).shares, rtol=1e-9, atol=1e-9)


def test_many_exact_games_stay_exact():
    worth = exact([[0, third, 0, 1 + third] for third in (Fraction(k, 3) for k in range(50))])
    found = Shapley().divide(worth).shares
    assert found.tolist() == [[Fraction(1, 2) + Fraction(k, 3), Fraction(1, 2)] for k in range(50)]
    assert all(isinstance(share, Fraction) for share in found.flat)


def test_products_of_unknown_games():
    worth = np.tile([0.0, 1, 1, 4], (100, 1))
    worth[7] = np.nan
    found = Shapley().divide(worth)
    assert np.flatnonzero(found.status).tolist() == [7]
    assert np.argwhere(np.isnan(found.shares)).tolist() == [[7, 0], [7, 1]]
    assert found.meanings[found.status[7]].startswith("the game is unknown")
    assert found.divided.sum() == 99


@given(games())
def test_dividends_add_up_to_worth(worth):
    extra = dividends(worth)
    for group in range(len(worth)):
        assert worth[group] == sum(extra[part] for part in range(len(worth)) if part & group == part)


@given(games())
def test_folds_are_sums_over_coalitions_of_a_player(worth):
    players = len(worth).bit_length() - 1
    having = [[worth[group] for group in range(len(worth)) if player in members(group)] for player in range(players)]
    assert over_coalitions(worth).tolist() == [sum(each) for each in having]
    assert over_coalitions(worth, np.minimum).tolist() == [min(each) for each in having]
    assert (over_members(worth[1 : players + 1]) == additive(worth[1 : players + 1])).all()


# -- weights and corrections -----------------------------------------------------------------------------------------

WEIGHTS = [Fraction(1), Fraction(5, 2), Fraction(1, 3), Fraction(4)]


@given(games())
def test_weights_are_chances_to_come_last(worth):
    weights = WEIGHTS[: len(worth).bit_length() - 1]
    assert shares(WeightedShapley(weights), worth) == by_orders(worth, chance_by_weights(weights))


@given(games(most=3))
def test_higher_levels_come_after_all_lower_ones(worth):
    """Levels as the limit of weights: those of the higher level weigh infinitely more."""
    players = len(worth).bit_length() - 1
    levels = [1, 0, 1][:players]
    orders = [o for o in permutations(range(players)) if [levels[p] for p in o] == sorted(levels)]
    chance = chance_by_weights(WEIGHTS)

    def within_levels(order):
        """Orders of different levels are independent of each other."""
        low, high = ([p for p in order if levels[p] == level] for level in (0, 1))
        return chance(low) * chance(high)

    rule = WeightedShapley(WEIGHTS[:players], levels=levels)
    assert shares(rule, worth) == by_orders(worth, within_levels, orders)


@given(games())
def test_equal_weights_are_no_weights(worth):
    players = len(worth).bit_length() - 1
    assert shares(WeightedShapley([7] * players), worth) == shares(Shapley(), worth)


def test_weights_at_each_point():
    worth = exact([[0, 0, 0, 6], [0, 0, 0, 6], [0, 1, 0, 6]])
    rule = WeightedShapley(exact([[1, 1], [1, 2], [2, 1]]))
    assert rule.divide(worth).shares.tolist() == [[3, 3], [2, 4], [1 + Fraction(10, 3), Fraction(5, 3)]]
    assert rule.divide(worth.astype(float)).shares.tolist()[1] == pytest.approx([2, 4])


def test_digits_lost_by_dividends_are_few():
    random = np.random.default_rng(3)
    worth = np.concatenate([[0.0], random.normal(size=(1 << 10) - 1)])
    weights = random.integers(1, 9, 10)
    rational = np.array([Fraction(number) for number in worth], dtype=object)
    rule = WeightedShapley(weights)
    np.testing.assert_allclose(rule.divide(worth).shares, rule.divide(rational).shares.astype(float), atol=1e-11)


def test_the_published_correction_for_risk():
    """Mathematical Problems in Engineering 2022, 8942299, table 11: Shapley values, R - 1/3, and what follows."""
    worth = additive(np.array([4.890, 12.714, 1.956])).astype(float)
    risk = np.array([0.390, -0.328, -0.062]) + 1 / 3
    found = CorrectedShapley({"risk": risk}).divide(worth)
    assert found.shares.tolist() == pytest.approx([12.518, 6.299, 0.743], abs=2e-3)
    [remark] = found.remarks
    assert remark.text == LESS_THAN_ALONE
    assert remark.where.tolist() == [False, True, True]


def test_corrections_are_a_sum_over_factors():
    rule = CorrectedShapley(
        {"risk": exact(["1/2", "1/4", "1/4"]), "knowledge": exact([0, "1/2", "1/2"])},
        {"knowledge": Fraction(1, 4), "risk": Fraction(3, 4)},
    )
    correction = [Fraction(1, 24), Fraction(-1, 48), Fraction(-1, 48)]
    assert rule.correction.tolist() == correction
    phi = [229, 272, 491]
    assert shares(rule, PRODUCTION) == [share + 992 * change for share, change in zip(phi, correction, strict=True)]
    surplus = CorrectedShapley(rule.factors, rule.weights, base="surplus")
    gain = 992 - 68 - 102
    assert shares(surplus, PRODUCTION) == [share + gain * change for share, change in zip(phi, correction, strict=True)]
    assert rule.divide(exact(PRODUCTION)).remarks == ()


def test_a_remark_says_where_and_of_whom():
    worth = [[0, 3, 3, 10], [0, 3, 1, 10], [np.nan] * 4]
    found = CorrectedShapley({"risk": [[0.5, 0.5], [0.1, 0.9], [0.1, 0.9]]}).divide(worth)
    assert [remark.where.tolist() for remark in found.remarks] == [[[False, False], [True, False], [False, False]]]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (({},), "found no factors"),
        (([0.5, 0.5],), r"found the factors \[0\.5, 0\.5\], expected some, for example"),
        (({"risk": [1, 0]}, [1]), r"found the weights \[1\] of factors, expected one for each of risk"),
        (({"risk": [1, np.nan], "effort": [1, 1]},), "risk: player 1 has no finite number; effort: add up to 2"),
        (({"risk": [0.5, 0.6]},), r"risk: add up to 1\.1, expected 1"),
        (({"risk": [1.5, -0.5]},), r"risk: player 1 has -0\.5, expected at least 0"),
        (({"risk": [1, np.nan]},), "risk: player 1 has no finite number"),
        (({"risk": [[0.5, 0.5], [0.25, 0.5]]},), r"risk: add up to 0\.75"),
        (({"risk": [1, 0], "outlay": [1, 0, 0]},), "different numbers of players: {'risk': 2, 'outlay': 3}"),
        (
            ({"risk": [1, 0]}, {"rsik": 1}),
            r"a weight for 'rsik'.*did you mean 'risk'\?.*no weight for the factor 'risk'",
        ),
        (({"risk": [1, 0], "effort": [0, 1]}, {"risk": 1, "effort": 1}), "weights of factors: add up to 2, expected 1"),
        (({"risk": [1, 0]}, None, "gain"), "found the base 'gain'"),
    ],
)
def test_mistakes_in_corrections(arguments, complaint):
    with pytest.raises(InputError, match=complaint):
        CorrectedShapley(*arguments)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: WeightedShapley([1, 0]), "weights: player 1 has 0, expected more than 0"),
        (lambda: WeightedShapley([[1, 1], [2, -3]]), r"weights: player 1 at point \[1\] has -3"),
        (lambda: WeightedShapley([]), "found no list of weights"),
        (lambda: WeightedShapley(["a", "b"]), "found weights of type"),
        (lambda: WeightedShapley([1, 1], levels=[0]), "an integer for each of 2 players"),
        (lambda: WeightedShapley([1, 1, 1]).divide([0, 1, 1, 2]), "weights of 3 players, but the games have 2"),
        (lambda: WeightedShapley(np.ones((3, 2))).divide(np.zeros((2, 4))), r"at points of shape \(3,\)"),
        (lambda: CorrectedShapley({"risk": [1]}).divide([0, 1, 1, 2]), "factors of 1 players, but the games have 2"),
    ],
)
def test_mistakes_in_weights(make, complaint):
    with pytest.raises(InputError, match=complaint):
        make()


# -- unions and links ------------------------------------------------------------------------------------------------

STRUCTURES = [[[0], [1], [2], [3]], [[0, 1, 2, 3]], [[0, 1], [2, 3]], [[3, 0], [1], [2]], [[2], [3, 1, 0]]]


@pytest.mark.parametrize("unions", STRUCTURES)
@settings(max_examples=25)
@given(worth=games(4, 4))
def test_members_of_a_union_arrive_together(unions, worth):
    orders = [
        order
        for order in permutations(range(4))
        if all(np.ptp([order.index(player) for player in union]) == len(union) - 1 for union in unions)
    ]
    assert shares(Owen(unions), worth) == by_orders(worth, orders=orders)


@pytest.mark.parametrize("unions", STRUCTURES)
@settings(max_examples=25)
@given(worth=games(4, 4))
def test_unions_divide_their_own_worth(unions, worth):
    found = shares(AumannDreze(unions), worth)
    for union in unions:
        inside = [worth[sum(1 << union[k] for k in members(part))] for part in range(1 << len(union))]
        assert [found[player] for player in union] == by_orders(inside)


@given(games(), st.data())
def test_links_cut_games_into_components(worth, data):
    players = len(worth).bit_length() - 1
    links = np.zeros((players, players), dtype=int)
    for one in range(players):
        for other in range(one):
            links[one, other] = links[other, one] = data.draw(st.integers(0, 1))

    def component(group, player):
        inside = {player}
        while grown := {q for p in inside for q in members(group) if links[p, q]} - inside:
            inside |= grown
        return sum(1 << p for p in inside)

    def restricted(group):
        return sum(worth[part] for part in {component(group, player) for player in members(group)})

    assert shares(Myerson(links), worth) == by_orders([restricted(group) for group in range(len(worth))])


@settings(max_examples=25)
@given(games(3, 4))
def test_both_ends_of_a_link_lose_the_same_without_it(worth):
    players = len(worth).bit_length() - 1
    ring = np.isin(np.subtract.outer(np.arange(players), np.arange(players)) % players, [1, players - 1])
    cut = ring.copy()
    cut[0, 1] = cut[1, 0] = False
    lost = np.array(shares(Myerson(ring), worth)) - np.array(shares(Myerson(cut), worth))
    assert lost[0] == lost[1]


@given(games())
def test_all_linked_is_no_restriction(worth):
    players = len(worth).bit_length() - 1
    assert shares(Myerson(np.ones((players, players))), worth) == shares(Shapley(), worth)


@pytest.mark.parametrize("rule", [Owen, AumannDreze])
@pytest.mark.parametrize(
    ("unions", "complaint"),
    [
        ([[0, 1], [1, 2]], "player 1 belongs to 2 unions, expected one"),
        ([[0], [2]], "player 1 belongs to no union, expected one"),
        ([[0, -1]], "found the player -1"),
        ([[0], []], "a union has no players"),
        ([0, 1], "expected lists of players such as"),
        ([[0, 1.5], [2]], "expected lists of players such as"),
        ("012", "expected lists of players such as"),
        ([[0, 10**12]], "found the player 1000000000000 among 2, who are counted from 0 to 1"),
        ([[0, 1]], "a coalition structure of 2 players, but the games have 3"),
    ],
)
def test_mistakes_in_structures(rule, unions, complaint):
    with pytest.raises(InputError, match=complaint):
        rule(unions).divide(GLOVE)


@pytest.mark.parametrize(
    ("links", "complaint"),
    [
        ([[0, 1], [0, 0]], r"links of one side only \(0 with 1\)"),
        ([[0, 1, 0], [1, 0, 0]], "expected a square matrix"),
        ([[0, 1], [1]], "found links in lists of different lengths"),
        ([[0, np.nan], [np.nan, 0]], "expected a square matrix"),
        ([[0, 1], [1, 0]], "found links of 2 players, but the games have 3"),
    ],
)
def test_mistakes_in_links(links, complaint):
    with pytest.raises(InputError, match=complaint):
        Myerson(links).divide(GLOVE)


# -- another tool ----------------------------------------------------------------------------------------------------


def test_another_tool_finds_the_same():
    coopgame = pytest.importorskip("coopgame", reason="coopgame-py is not installed")
    random = np.random.default_rng(2026)
    for _ in range(200):
        players = int(random.integers(2, 6))
        worth = np.concatenate([[0.0], random.normal(size=(1 << players) - 1)])
        other = coopgame.Game(worth[1:].tolist())
        order = random.permutation(players).tolist()
        cut = int(random.integers(1, players))
        unions = [order[:cut], order[cut:]]
        links = np.triu(random.integers(0, 2, (players, players)), 1)
        edges = [tuple(edge) for edge in np.argwhere(links).tolist()]
        for rule, expected in [
            (Shapley(), coopgame.shapley(other)),
            (Owen(unions), coopgame.owen(other, unions)),
            (AumannDreze(unions), coopgame.aumann_dreze(other, unions)),
            (Myerson(links + links.T), coopgame.myerson(other, edges)),
        ]:
            np.testing.assert_allclose(rule.divide(worth).shares, expected, rtol=1e-9, atol=1e-9)
