"""What each rule promises, on exact games drawn at random: an axiom is a function, a promise a line of the table."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.errors import InputError
from rdgames.sharing.bargaining import Egalitarian, KalaiSmorodinsky, NashBargaining
from rdgames.sharing.coefficients import coefficients
from rdgames.sharing.compromise import AlternateCostAvoided, CostGap, Tau
from rdgames.sharing.corrections import CorrectedShapley
from rdgames.sharing.equal import EgalitarianNonSeparable, EqualSplit, EqualSurplus
from rdgames.sharing.graphs import Myerson
from rdgames.sharing.proportional import Proportional, StandAloneProportional
from rdgames.sharing.shapley import Shapley, WeightedShapley
from rdgames.sharing.structures import AumannDreze, Owen

from .small_games import additive, convex_games, exact, games, numbers, permuted, with_null_player

PARTS = exact(["1/2", "1/3", "1/12", "1/12", "1/12"])


def parts(players):
    """Numbers that add up to 1."""
    return PARTS[:players] / PARTS[:players].sum()


def unions(players):
    return [list(range(0, players, 2)), list(range(1, players, 2))][: min(players, 2)]


def path(players):
    return abs(np.subtract.outer(np.arange(players), np.arange(players))) == 1


def shares_of(rule, worth):
    """The shares, exact; None if there are none."""
    division = rule.divide(worth)
    assert (division.shares == division.shares).all() == (division.status == 0)
    assert division.meanings[division.status]
    if division.status:
        return None
    assert all(isinstance(share, Fraction) for share in division.shares)
    return division.shares


def count(worth):
    return len(worth).bit_length() - 1


def efficient(rule, worth, data):
    """All that there is is divided."""
    shares = shares_of(rule(count(worth)), worth)
    assert shares is None or shares.sum() == worth[-1]


def anonymous(rule, worth, data):
    """What a player is called does not matter."""
    order = data.draw(st.permutations(range(count(worth))))
    shares, renamed = shares_of(rule(count(worth)), worth), shares_of(rule(count(worth)), permuted(worth, order))
    assert (shares is None) == (renamed is None)
    assert shares is None or (renamed == shares[list(order)]).all()


def null_player(rule, worth, data):
    """Who adds nothing gets nothing."""
    shares = shares_of(rule(count(worth) + 1), with_null_player(worth))
    assert shares is None or shares[-1] == 0


def additive_in_games(rule, worth, data):
    """What two games give together is what their sum gives."""
    other = data.draw(games(count(worth), count(worth)))
    mine = rule(count(worth))
    assert (shares_of(mine, worth) + shares_of(mine, other) == shares_of(mine, worth + other)).all()


def covariant(rule, worth, data):
    """The unit of account does not matter, nor what each player has anyway."""
    mine, unit = rule(count(worth)), data.draw(numbers(1))
    own = exact(data.draw(st.lists(numbers(), min_size=count(worth), max_size=count(worth))))
    shares, changed = shares_of(mine, worth), shares_of(mine, unit * worth + additive(own))
    assert (shares is None) == (changed is None)
    assert shares is None or (changed == unit * shares + own).all()


def rational(rule, worth, data):
    """Nobody gets less than alone."""
    shares = shares_of(rule(count(worth)), worth)
    assert shares is None or all(shares >= worth[[1 << player for player in range(count(worth))]])


def additive_as_is(rule, worth, data):
    """Where nothing is gained by cooperation, each gets what it is worth alone."""
    own = worth[[1 << player for player in range(count(worth))]]
    shares = shares_of(rule(count(worth)), additive(own))
    assert shares is None or (shares == own).all()


def monotone_in_the_whole(rule, worth, data):
    """If only v(N) rises, nobody loses."""
    more = worth.copy()
    more[-1] += data.draw(numbers(0))
    shares, changed = shares_of(rule(count(worth)), worth), shares_of(rule(count(worth)), more)
    assert shares is None or (changed >= shares).all()


ALWAYS = {
    "equal-split": (lambda _: EqualSplit(), {efficient, anonymous, additive_in_games, monotone_in_the_whole}),
    "equal-surplus": (
        lambda _: EqualSurplus(),
        {efficient, anonymous, additive_in_games, covariant, additive_as_is, monotone_in_the_whole},
    ),
    "ensc": (lambda _: EgalitarianNonSeparable(), {efficient, anonymous, additive_in_games, covariant, additive_as_is}),
    "proportional": (lambda p: Proportional(parts(p)), {efficient, additive_in_games}),
    "stand-alone-proportional": (lambda _: StandAloneProportional(), {efficient, anonymous, null_player}),
    "shapley": (
        lambda _: Shapley(),
        {
            efficient,
            anonymous,
            null_player,
            additive_in_games,
            covariant,
            additive_as_is,
            monotone_in_the_whole,
        },
    ),
    "weighted-shapley": (
        lambda p: WeightedShapley(parts(p)),
        {efficient, null_player, additive_in_games, covariant, additive_as_is, monotone_in_the_whole},
    ),
    "weighted-shapley in levels": (
        lambda p: WeightedShapley(parts(p), levels=np.arange(p) % 2),
        {efficient, null_player, additive_in_games, covariant, additive_as_is},
    ),
    "corrected-shapley": (
        lambda p: CorrectedShapley({"risk": parts(p), "knowledge": parts(p)[::-1]}, {"risk": 1, "knowledge": 0}),
        {efficient, additive_in_games},
    ),
    "corrected-shapley, surplus": (
        lambda p: CorrectedShapley({"risk": parts(p)}, base="surplus"),
        {efficient, additive_in_games, covariant, additive_as_is},
    ),
    "owen": (
        lambda p: Owen(unions(p)),
        {efficient, null_player, additive_in_games, covariant, additive_as_is},
    ),
    "aumann-dreze": (lambda p: AumannDreze(unions(p)), {null_player, additive_in_games, covariant, additive_as_is}),
    "myerson": (
        lambda p: Myerson(path(p)),
        {efficient, additive_in_games, covariant, additive_as_is},
    ),
    "tau": (lambda _: Tau(), {efficient, anonymous, null_player, covariant, rational, additive_as_is}),
    "cost-gap": (lambda _: CostGap(), {efficient, anonymous, covariant, additive_as_is}),
    "aca": (lambda _: AlternateCostAvoided(), {efficient, anonymous, covariant, additive_as_is}),
    "nash": (lambda _: NashBargaining(), {efficient, anonymous, covariant, rational, additive_as_is}),
    "nash with weights": (lambda p: NashBargaining(parts(p)), {efficient, covariant, rational, additive_as_is}),
    "nash by dependence": (
        lambda _: NashBargaining("dependence"),
        {efficient, anonymous, rational, null_player},
    ),
    "kalai-smorodinsky": (
        lambda _: KalaiSmorodinsky(),
        {efficient, anonymous, covariant, rational, null_player, additive_as_is},
    ),
    "kalai-smorodinsky, whole": (
        lambda _: KalaiSmorodinsky("whole"),
        {efficient, anonymous, covariant, rational, additive_as_is},
    ),
    "egalitarian": (
        lambda _: Egalitarian(),
        {efficient, anonymous, covariant, rational, additive_as_is, monotone_in_the_whole},
    ),
}
"""Each rule, made for a number of players, and what it promises of all games where it is defined."""

IN_CONVEX_GAMES = {
    "shapley",
    "weighted-shapley",
    "weighted-shapley in levels",
    "equal-surplus",
    "owen",
    "aumann-dreze",
    "tau",
    "aca",
    "nash",
    "kalai-smorodinsky",
    "egalitarian",
}
"""The rules by which nobody gets less than alone in a convex game."""

IN_THE_CORE = {"shapley", "weighted-shapley", "weighted-shapley in levels"}
"""The rules whose shares are in the core of a convex game (Shapley 1971; Monderer, Samet and Shapley 1992)."""

PROMISES = [(name, axiom) for name, (_, axioms) in ALWAYS.items() for axiom in sorted(axioms, key=lambda a: a.__name__)]


@pytest.mark.parametrize(("name", "axiom"), PROMISES, ids=[f"{name} is {axiom.__name__}" for name, axiom in PROMISES])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_rules_keep_their_promises(name, axiom, data):
    rule, _ = ALWAYS[name]
    most = 3 if axiom is null_player else 4
    worth = data.draw(st.one_of(games(most=most), convex_games(most=most)))
    axiom(rule, worth, data)


@pytest.mark.parametrize("name", sorted(IN_CONVEX_GAMES))
@settings(max_examples=25, deadline=None)
@given(worth=convex_games())
def test_nobody_gets_less_than_alone_in_a_convex_game(name, worth):
    rule, _ = ALWAYS[name]
    rational(rule, worth, None)


@pytest.mark.parametrize("name", sorted(IN_THE_CORE))
@settings(max_examples=25, deadline=None)
@given(worth=convex_games())
def test_no_coalition_blocks_in_a_convex_game(name, worth):
    rule, _ = ALWAYS[name]
    assert (additive(shares_of(rule(count(worth)), worth)) >= worth).all()


@pytest.mark.parametrize("name", sorted(ALWAYS))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_floats_and_maps_give_what_fractions_give(name, data):
    """Also where the rule does not say: with the same reason."""
    players = data.draw(st.integers(1, 4))
    drawn = [data.draw(st.one_of(games(players, players), convex_games(players, players))) for _ in range(6)]
    rule = ALWAYS[name][0](players)
    table = np.array(drawn).reshape(2, 3, -1)
    precise, rounded = rule.divide(table), rule.divide(table.astype(float))
    assert precise.shares.shape == (2, 3, players)
    assert rounded.shares.dtype == np.float64
    assert (precise.status == rounded.status).all()
    np.testing.assert_allclose(precise.shares.astype(float), rounded.shares, rtol=1e-9, atol=1e-8)
    for place in np.ndindex(2, 3):
        alone = rule.divide(table[place])
        assert alone.status == precise.status[place]
        if not alone.status:
            assert (alone.shares == precise.shares[place]).all()


@pytest.mark.parametrize("name", sorted(ALWAYS))
def test_unknown_games_stay_unknown(name):
    rule = ALWAYS[name][0](2)
    worth = np.array([[0, 1, 1, 4], [np.nan] * 4, [0, 1, 2, 4]])
    division = rule.divide(worth)
    assert division.status.tolist() == [0, 1, 0]
    assert "unknown" in division.meanings[1]
    assert np.isnan(division.shares).tolist() == [[False] * 2, [True] * 2, [False] * 2]


def test_every_rule_says_where_it_comes_from():
    for make, _ in ALWAYS.values():
        rule = make(3)
        assert rule.source
        assert rule.name == rule.name.lower().replace(" ", "-")
        assert type(rule).__final__
    assert len({make(3).name for make, _ in ALWAYS.values()}) == len({type(make(3)) for make, _ in ALWAYS.values()})


@pytest.mark.parametrize("name", sorted(ALWAYS))
@given(worth=games())
def test_linear_rules_have_coefficients_and_others_do_not(name, worth):
    rule = ALWAYS[name][0](count(worth))
    if rule.linear:
        assert (worth @ coefficients(rule, count(worth)) == shares_of(rule, worth)).all()
    else:
        with pytest.raises(InputError, match="expected one whose shares are linear"):
            coefficients(rule, count(worth))


@pytest.mark.parametrize(("rule", "players", "says"), [("shapley", 2, "'shapley'"), (Shapley(), 0, "0 players")])
def test_what_has_no_coefficients_is_refused(rule, players, says):
    with pytest.raises(InputError, match=says):
        coefficients(rule, players)


@pytest.mark.parametrize("name", sorted(ALWAYS))
def test_a_map_without_points_is_divided_too(name):
    found = ALWAYS[name][0](3).divide(np.zeros((2, 0, 8)))
    assert found.shares.shape == (2, 0, 3)
    assert found.status.shape == (2, 0)
