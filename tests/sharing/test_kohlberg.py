"""The certificate of the nucleolus: added up by hand where it holds, refused for every other division."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.errors import InputError
from rdgames.sharing.coalitions import members, membership
from rdgames.sharing.kohlberg import certify_nucleolus
from rdgames.sharing.nucleolus import Nucleolus, Prenucleolus


def exact(worth):
    return np.array([Fraction(value) for value in worth], dtype=object)


@st.composite
def games(draw):
    """A game of small whole numbers with an imputation."""
    players = draw(st.integers(2, 5))
    others = draw(st.lists(st.integers(-3, 6), min_size=(1 << players) - 2, max_size=(1 << players) - 2))
    alone = sum(others[(1 << player) - 1] for player in range(players))
    return exact([0, *others, max(others[-1], alone + draw(st.integers(0, 5)))])


def rule_for(imputations):
    return Nucleolus() if imputations else Prenucleolus()


def rank(rows):
    return np.linalg.matrix_rank(np.array(rows, dtype=float))


def mistakes(worth, certificate):
    """What is wrong with a certificate that claims to hold: excesses and weights are added up one by one."""
    shares = certificate.shares.tolist()
    players = len(shares)
    excess = {s: worth[s] - sum(shares[i] for i in members(s)) for s in range(1, (1 << players) - 1)}
    if sum(shares) != worth[-1]:
        yield "not efficient"
    held = [[1] * players]
    for level in certificate.levels:
        if level.weights.keys() != {s for s in excess if excess[s] >= level.excess}:
            yield "not all coalitions at a level"
        if min(level.weights.values()) <= 0 or min(level.floor.values(), default=0) < 0:
            yield "a weight that is not positive"
        if any(shares[i] != worth[1 << i] for i in level.floor) or (level.floor and not certificate.imputations):
            yield "a helping player with more than the own worth"
        for player in range(players):
            weights = [weight for s, weight in level.weights.items() if s >> player & 1]
            if sum(weights) + level.floor.get(player, 0) != 1:
                yield "weights do not sum to one"
        held += [[s >> i & 1 for i in range(players)] for s in (*level.weights, *(1 << i for i in level.floor))]
        # between two levels, a coalition must not matter: what was held before determines its shares
    for lower in sorted(set(excess.values()), reverse=True):
        above = [level for level in certificate.levels if level.excess >= lower]
        settled = [[1] * players, *([s >> i & 1 for i in range(players)] for one in above for s in one.weights)]
        settled += [[int(i == j) for j in range(players)] for one in above for i in one.floor]
        reached = [[s >> i & 1 for i in range(players)] for s in excess if excess[s] >= lower]
        if rank([*settled, *reached]) != rank(settled):
            yield f"the level {lower} is not covered"
    if players > 1 and rank(held) != players:
        yield "shares that are not determined"


@pytest.mark.parametrize("imputations", [True, False])
@settings(deadline=None)
@given(worth=games())
def test_the_nucleolus_has_a_certificate_that_adds_up(imputations, worth):
    certificate = certify_nucleolus(worth, rule_for(imputations).divide(worth).shares, imputations=imputations)
    assert certificate.holds
    assert list(mistakes(worth, certificate)) == []
    floats = worth.astype(float)
    assert certify_nucleolus(floats, rule_for(imputations).divide(floats).shares, imputations=imputations).holds


@pytest.mark.parametrize("imputations", [True, False])
@settings(deadline=None)
@given(worth=games(), data=st.data())
def test_no_other_division_has_one(imputations, worth, data):
    shares = rule_for(imputations).divide(worth).shares
    givers, takers = data.draw(st.permutations(range(len(shares))))[:2]
    other = shares.copy()
    moved = data.draw(st.sampled_from([Fraction(1, 10**9), Fraction(1, 3), 2]))
    other[givers] -= moved
    other[takers] += moved
    certificate = certify_nucleolus(worth, other, imputations=imputations)
    assert not certificate.holds
    if certificate.better is not None:  # the transfer takes from nobody that counts at the level that is not balanced
        excess = (worth - membership(len(shares)).astype(int) @ other)[1:-1]
        gains = (membership(len(shares)) @ certificate.better)[1:-1]
        level = min(e for e in excess if f"at least {e} are" in certificate.problem)
        reached = np.array([e >= level for e in excess])
        assert (gains[reached] > -1e-9).all()
        assert gains[reached].max() > 1e-3


def test_a_division_that_is_none_is_told_apart():
    worth = [0, 1, 1, 4]
    assert certify_nucleolus(worth, [2, 2]).holds
    assert "sum to 3.0, expected 4.0" in certify_nucleolus(worth, [1, 2]).problem
    assert "the players 0" in certify_nucleolus(worth, [0.5, 3.5]).problem
    assert "at least -0.5 are not balanced" in certify_nucleolus(worth, [1.5, 2.5]).problem
    np.testing.assert_allclose(certify_nucleolus(worth, [1.5, 2.5]).better, [1, -1])


def test_the_floor_helps_to_balance_only_where_it_binds():
    # the prenucleolus gives player 2 less than the own worth
    worth = exact([0, 0, 0, 10, 4, 0, 0, 10])
    nucleolus, prenucleolus = Nucleolus().divide(worth).shares, Prenucleolus().divide(worth).shares
    assert nucleolus.tolist() == [3, 3, 4]
    assert prenucleolus.tolist() == [4, 4, 2]
    assert {player for level in certify_nucleolus(worth, nucleolus).levels for player in level.floor} == {2}
    assert not certify_nucleolus(worth, nucleolus, imputations=False).holds
    assert not certify_nucleolus(worth, prenucleolus).holds


@pytest.mark.parametrize(
    ("worth", "shares"), [([0, 1, 1, 3], [1, 1, 1]), ([[0, 1, 1, 3]], [1, 2]), ([0, 1, 1, 3], [np.nan, 1])]
)
def test_what_is_no_division_of_one_game_is_refused(worth, shares):
    with pytest.raises(InputError, match="expected one known game and a share for each of its players"):
        certify_nucleolus(worth, shares)


def test_one_player_needs_no_weights():
    certificate = certify_nucleolus([0, 3], [3])
    assert certificate.holds
    assert certificate.levels == ()


@pytest.mark.parametrize("square", [True, False])
def test_twelve_players(square):
    size = membership(12).sum(axis=1)
    own = membership(12) @ np.arange(1, 13)
    worth = exact((own**2 if square else size**2 + own % 3).tolist())
    shares = Nucleolus().divide(worth).shares
    certificate = certify_nucleolus(worth, shares)
    assert certificate.holds
    assert all(sum(weight for s, weight in level.weights.items() if s >> 5 & 1) + level.floor.get(5, 0) == 1
               for level in certificate.levels)  # fmt: skip
