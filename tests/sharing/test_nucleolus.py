"""The nucleolus against closed formulas, published games, an independent method, its axioms, and another tool."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.errors import InputError
from rdgames.sharing.coalitions import members, membership
from rdgames.sharing.kohlberg import certify_nucleolus
from rdgames.sharing.nucleolus import MANY_POINTS, NO_IMPUTATION, LeastCore, Nucleolus, Prenucleolus
from rdgames.sharing.rule import UNKNOWN

ANY = settings(deadline=None)
RULES = [Nucleolus(), Prenucleolus()]
AMOUNTS = st.integers(0, 60)


def exact(worth):
    return np.array([Fraction(value) for value in worth], dtype=object)


def game(players, of_members):
    """The game in which a coalition is worth what a function makes of its members."""
    return [of_members(members(coalition)) for coalition in range(1 << players)]


@st.composite
def games(draw, least=2, most=5):
    """A game of small whole numbers, which has many ties."""
    others = (1 << draw(st.integers(least, most))) - 1
    return exact([0, *draw(st.lists(st.integers(-3, 6), min_size=others, max_size=others))])


def with_imputation(worth, extra=2):
    """The game in which everyone together are worth no less than alone."""
    players = len(worth).bit_length() - 1
    return exact([*worth[:-1], max(worth[-1], sum(worth[1 << player] for player in range(players)) + extra)])


# -- an independent method -------------------------------------------------------------------------------------------


def by_candidates(worth, *, imputations):
    """The nucleolus of three players: the best of all points where two lines of equal excess meet, or floors."""
    lines = []  # a @ x == b in x_0, x_1, since x_2 = v(N) - x_0 - x_1
    for one, other in combinations(range(1, 7), 2):
        a = [int(bool(one & bit)) - int(bool(other & bit)) for bit in (1, 2, 4)]
        lines.append((a[0] - a[2], a[1] - a[2], worth[one] - worth[other] - a[2] * worth[7]))
    if imputations:
        lines += [(1, 0, worth[1]), (0, 1, worth[2]), (-1, -1, worth[4] - worth[7])]
    best = None
    for (a, b, c), (d, e, f) in combinations(lines, 2):
        if a * e - b * d:
            first, second = Fraction(c * e - b * f, a * e - b * d), Fraction(a * f - c * d, a * e - b * d)
            shares = (first, second, worth[7] - first - second)
            if imputations and any(share < worth[1 << player] for player, share in enumerate(shares)):
                continue
            excess = sorted((worth[s] - sum(shares[i] for i in members(s)) for s in range(1, 7)), reverse=True)
            best = min(best or (excess, shares), (excess, shares))
    return list(best[1])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@ANY
@given(worth=games(3, 3))
def test_three_players_against_all_candidates(rule, worth):
    imputations = rule.name == "nucleolus"
    worth = with_imputation(worth, 0) if imputations else worth
    expected = by_candidates(worth, imputations=imputations)
    assert rule.divide(worth).shares.tolist() == expected
    np.testing.assert_allclose(rule.divide(worth.astype(float)).shares, np.array(expected, float), atol=1e-12)


# -- closed formulas -------------------------------------------------------------------------------------------------


def equal_awards(claims, estate):
    """Award everyone the same, but nobody more than the claim."""
    awards = [Fraction(0)] * len(claims)
    for rank, player in enumerate(sorted(range(len(claims)), key=claims.__getitem__)):
        awards[player] = min(Fraction(claims[player]), Fraction(estate - sum(awards), len(claims) - rank))
    return awards


@ANY
@given(claims=st.lists(AMOUNTS, min_size=2, max_size=5), part=st.fractions(0, 1, max_denominator=12))
def test_bankruptcy_is_divided_as_in_the_talmud(claims, part):
    # Aumann and Maschler 1985, Journal of Economic Theory 36:195-213: half the claims bound awards, or else losses
    estate, halves = part * sum(claims), [Fraction(claim, 2) for claim in claims]
    if estate <= sum(halves):
        expected = equal_awards(halves, estate)
    else:
        losses = equal_awards(halves, sum(claims) - estate)
        expected = [claim - loss for claim, loss in zip(claims, losses, strict=True)]
    everyone = range(len(claims))
    worth = game(len(claims), lambda who: max(Fraction(0), estate - sum(claims[i] for i in everyone if i not in who)))
    assert Nucleolus().divide(exact(worth)).shares.tolist() == expected


@pytest.mark.parametrize(
    ("estate", "shares"), [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150])], ids=str
)
def test_the_estates_of_the_mishna(estate, shares):
    claims = [100, 200, 300]
    worth = game(3, lambda who: max(0, estate - sum(claims[i] for i in range(3) if i not in who)))
    np.testing.assert_allclose(Nucleolus().divide(worth).shares, shares, rtol=1e-14)


def airport_fees(costs):
    """The nucleolus of an airport game, costs ascending (Littlechild 1974, International Journal of Game Theory 3)."""
    fees, done, paid = [], 0, Fraction(0)  # paid: the cost of the last runway that is settled, less the last fee
    while done < len(costs):
        rates = [(Fraction(costs[i] - paid, i - done + 2), -i) for i in range(done, len(costs) - 1)]
        rates.append((Fraction(costs[-1] - paid, len(costs) - done), -len(costs) + 1))
        rate, last = min(rates)
        fees += [rate] * (-last + 1 - done)
        done, paid = -last + 1, costs[-last] - rate
    return fees


@ANY
@given(costs=st.lists(st.integers(1, 60), min_size=2, max_size=6).map(sorted))
def test_airport_fees(costs):
    worth = game(len(costs), lambda who: -max((costs[i] for i in who), default=0))
    assert Prenucleolus().divide(exact(worth)).shares.tolist() == [-fee for fee in airport_fees(costs)]
    assert Nucleolus().divide(exact(worth)).shares.tolist() == [-fee for fee in airport_fees(costs)]


@pytest.mark.parametrize(("left", "right"), [(1, 1), (1, 2), (2, 2), (2, 3), (3, 1), (4, 4)])
def test_gloves_are_worth_something_on_the_short_side_only(left, right):
    worth = game(left + right, lambda who: min(sum(i < left for i in who), sum(i >= left for i in who)))
    of_left = Fraction(1, 2) if left == right else Fraction(int(left < right))
    expected = [of_left] * left + [1 - of_left] * right
    assert Nucleolus().divide(exact(worth)).shares.tolist() == expected


@ANY
@given(values=st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_in_a_market_of_two_pairs_no_pair_gets_less_than_it_makes(values):
    # an assignment game: its core is not empty (Shapley and Shubik 1971), so that the nucleolus is in it
    table = [values[:2], values[2:]]

    def matched(who):
        sellers, buyers = [i for i in who if i < 2], [i - 2 for i in who if i >= 2]
        if len(sellers) == len(buyers) == 2:
            return max(table[0][0] + table[1][1], table[0][1] + table[1][0])
        return max((table[i][j] for i in sellers for j in buyers), default=0)

    shares = Nucleolus().divide(exact(game(4, matched))).shares
    assert min(shares) >= 0
    assert all(shares[i] + shares[2 + j] >= table[i][j] for i, j in product(range(2), range(2)))
    assert sum(shares) == matched((0, 1, 2, 3))


# -- published games -------------------------------------------------------------------------------------------------

PUBLISHED = {
    "Lemaire 1991": ([46125, 17437.5, 69187.5, 5812.5, 53812.5, 30750, 90000], [52687.5, 24468.75, 12843.75]),
    "Stach 2011": ([0, 0, 1, 0, 2, 1, 3], [1.25, 0.5, 1.25]),
}


@pytest.mark.parametrize("title", PUBLISHED)
def test_published_games(title):
    worth, shares = PUBLISHED[title]
    np.testing.assert_allclose(Nucleolus().divide([0, *worth]).shares, shares, rtol=1e-14)


def test_the_will_of_ibn_ezra_leaves_no_imputation():
    claims = [120, 60, 40, 30]
    worth = game(4, lambda who: max((claims[i] for i in who), default=0))
    division = Nucleolus().divide(worth)
    assert division.meanings[division.status] == NO_IMPUTATION
    assert np.isnan(division.shares).all()
    assert certify_nucleolus(worth, Prenucleolus().divide(worth).shares, imputations=False).holds


def test_a_weighted_majority_of_twelve_with_many_ties():
    weights = np.array([5, 4, 4, 3, 3, 3, 2, 2, 1, 1, 1, 1])
    worth = exact((membership(12) @ weights > weights.sum() / 2).astype(int).tolist())
    shares = Nucleolus().divide(worth).shares
    assert certify_nucleolus(worth, shares).holds
    assert sum(shares) == 1
    assert all((shares[weights == weight] == shares[weights == weight][0]).all() for weight in weights)


@pytest.mark.parametrize("players", [1, 2, 7, 12])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_degenerate_games(rule, players):
    size = membership(players).sum(axis=1)
    own = exact(range(1, players + 1))
    for worth, shares in [
        (0 * size, [0] * players),
        (size**2, [players] * players),
        (np.where(size == players, 1, 0), [Fraction(1, players)] * players),
        (membership(players).astype(int) @ own, own.tolist()),
    ]:
        assert rule.divide(exact(worth.tolist())).shares.tolist() == shares
        np.testing.assert_allclose(rule.divide(worth.astype(float)).shares, np.array(shares, float), atol=1e-12)


# -- axioms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@ANY
@given(worth=games(), order=st.randoms(), factor=st.fractions(Fraction(1, 4), 4, max_denominator=5), data=st.data())
def test_efficiency_covariance_and_anonymity(rule, worth, order, factor, data):
    worth = with_imputation(worth)
    players = len(worth).bit_length() - 1
    shares = rule.divide(worth).shares
    assert shares.sum() == worth[-1]
    if rule.name == "nucleolus":
        assert (shares >= worth[1 << np.arange(players)]).all()
    own = exact(data.draw(st.lists(st.integers(-4, 4), min_size=players, max_size=players)))
    moved = factor * worth + membership(players).astype(int) @ own
    assert rule.divide(moved).shares.tolist() == (factor * shares + own).tolist()
    names = list(range(players))
    order.shuffle(names)
    renamed = exact([worth[sum(1 << names[i] for i in members(s))] for s in range(1 << players)])
    assert rule.divide(renamed).shares.tolist() == shares[names].tolist()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@ANY
@given(worth=games(2, 4))
def test_who_adds_nothing_gets_nothing(rule, worth):
    worth = with_imputation(worth)
    with_null = exact([*worth, *worth])  # the last player adds nothing to any coalition
    assert rule.divide(with_null).shares.tolist() == [*rule.divide(worth).shares, 0]


@ANY
@given(worth=games(3, 5), data=st.data())
def test_the_prenucleolus_of_a_reduced_game_is_what_its_players_got(worth, data):
    # Davis and Maschler 1965; consistency: Sobolev 1975
    players = len(worth).bit_length() - 1
    shares = Prenucleolus().divide(worth).shares
    staying = sorted(data.draw(st.sets(st.integers(0, players - 1), min_size=2, max_size=players - 1)))
    leaving = [i for i in range(players) if i not in staying]
    helpers = [sum(1 << leaving[i] for i in members(s)) for s in range(1 << len(leaving))]

    def reduced(who):
        if len(who) in (0, len(staying)):
            return sum(shares[staying[i]] for i in who)
        at = sum(1 << staying[i] for i in who)
        return max(worth[at | other] - sum(shares[j] for j in members(other)) for other in helpers)

    assert Prenucleolus().divide(exact(game(len(staying), reduced))).shares.tolist() == shares[staying].tolist()


@ANY
@given(own=st.lists(AMOUNTS, min_size=2, max_size=6))
def test_nucleolus_and_prenucleolus_are_the_same_where_the_core_is_not_empty(own):
    worth = exact(game(len(own), lambda who: sum(own[i] for i in who) ** 2))
    assert Nucleolus().divide(worth).shares.tolist() == Prenucleolus().divide(worth).shares.tolist()


# -- maps, and what is undefined -------------------------------------------------------------------------------------


def test_points_are_divided_one_by_one_or_say_why_not():
    worth = np.zeros((2, 3, 8))
    worth[..., 3], worth[..., 5], worth[..., 6], worth[..., 7] = 4, 3, 2, np.array([[5, 6, 7], [8, 9, 10]])
    worth[0, 1] = np.nan
    worth[1, 2, 1] = 11
    division = Nucleolus().divide(worth)
    assert division.meanings[1:] == (UNKNOWN, NO_IMPUTATION)
    assert division.status.tolist() == [[0, 1, 0], [0, 0, 2]]
    assert (np.isnan(division.shares).all(axis=-1) == (division.status != 0)).all()
    for place in np.argwhere(division.divided):
        np.testing.assert_allclose(division.shares[tuple(place)], Nucleolus().divide(worth[tuple(place)]).shares)
    assert Prenucleolus().divide(worth).status.tolist() == [[0, 1, 0], [0, 0, 0]]
    fractions = np.array([exact(worth[0, 0]), exact(worth[1, 2]), exact(worth[0, 2])])
    assert Nucleolus().divide(fractions).shares[0].tolist() == [Fraction(8, 3), Fraction(5, 3), Fraction(2, 3)]
    assert Nucleolus().divide(fractions).status.tolist() == [0, 2, 0]


def test_rounding_does_not_take_the_imputation_away():
    worth = [0, 0.1, 0.2, 0.3, 0.3, 0.4, 0.5, 0.6]  # 0.1 + 0.2 + 0.3 > 0.6 in floats
    for rule in RULES:
        np.testing.assert_allclose(rule.divide(worth).shares, [0.1, 0.2, 0.3], rtol=1e-12)


def test_tables_that_are_no_games_are_refused():
    with pytest.raises(InputError, match="found 7 worths"):
        Nucleolus().divide(np.zeros(7))


def test_the_least_core_says_who_could_get_another_share():
    veto = [0, 0, 0, 4, 0, 4, 0, 6]  # 0 with 1 or 2; the least core is a point
    assert LeastCore().divide(veto).remarks == ()
    for of_others, free in [(4, [True] * 4), (0, [True, True, False, False])]:
        # {0, 1} and {2, 3} bind, however they split; or {0, 1}, {2} and {3} do
        worth = exact(game(4, lambda who, of=of_others: {(0, 1, 2, 3): 8, (0, 1): 6, (2, 3): of}.get(who, 0)))
        division = LeastCore().divide(worth)
        [remark] = division.remarks
        assert (remark.text, remark.where.tolist()) == (MANY_POINTS, free)
        assert division.shares.tolist() == Prenucleolus().divide(worth).shares.tolist()


# -- another tool ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", ["imputation", "preimputation"])
@pytest.mark.parametrize(("players", "count"), [(3, 80), (4, 60), (5, 40), (6, 20)])
def test_random_games_against_coopgame(domain, players, count):
    coopgame = pytest.importorskip("coopgame", reason="coopgame-py, the other tool, is not installed")
    worth = np.random.default_rng(players).random((count, 1 << players)) * membership(players).sum(axis=1)
    worth[:, -1] = worth[:, 1 << np.arange(players)].sum(axis=1) * 1.2
    rule = Nucleolus() if domain == "imputation" else Prenucleolus()
    expected = [coopgame.nucleolus(coopgame.Game(one[1:]), domain=domain)["allocation"] for one in worth]
    np.testing.assert_allclose(rule.divide(worth).shares, expected, atol=1e-9)
