"""Nucleoli of many games: the same as one by one, from few pieces, and right where floats cannot tell."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.sharing.batched import FEW, MOST_PIECES, nucleoli
from rdgames.sharing.coalitions import membership
from rdgames.sharing.excesses import excesses, totals
from rdgames.sharing.kohlberg import certify_nucleolus
from rdgames.sharing.pieces import piece_of


def smooth_family(count, players=4):
    """Games that change smoothly: returns to size grow, while what a coalition can make swings."""
    at = np.linspace(0, 1, count)[:, None]
    size, strength = membership(players).sum(axis=1), membership(players) @ (1 + 0.3 * np.arange(players))
    worth = (size > 1) * strength ** (1 + at) * (1 + 0.3 * np.sin(7 * at * size))
    worth[:, -1] = worth.max(axis=1) * (1.1 + at[:, 0])
    return worth


def random_games(count, players, seed=0):
    worth = np.random.default_rng(seed).random((count, 1 << players)) * membership(players).sum(axis=1)
    worth[:, -1] = 1.5 * players
    return worth


@pytest.mark.parametrize("imputations", [True, False])
def test_a_smooth_map_needs_few_pieces(imputations):
    worth = smooth_family(20_000)
    found = nucleoli(worth, 4, imputations=imputations)
    assert len(found.pieces) <= 25
    assert sum(found.pieces) == 20_000
    for place in range(0, 20_000, 997):
        assert certify_nucleolus(worth[place], found.shares[place], imputations=imputations).holds
    np.testing.assert_allclose(found.shares.sum(axis=1), worth[:, -1])


@pytest.mark.parametrize("players", [2, 3, 4, 5, FEW + 1])
def test_many_random_games_are_solved_as_each_alone(players):
    worth = random_games(300 if players < 6 else 20, players)
    found = nucleoli(worth, players, imputations=False)
    assert len(found.pieces) <= MOST_PIECES
    for game, shares, largest in zip(worth[::7], found.shares[::7], found.largest[::7], strict=True):
        alone = nucleoli(game[None], players, imputations=False)
        np.testing.assert_allclose(shares, alone.shares[0], atol=1e-12)
        np.testing.assert_allclose(largest, excesses(game, shares)[1:-1].max(), atol=1e-12)


def test_fractions_are_solved_exactly_in_batches():
    worth = np.random.default_rng(1).integers(0, 5, (60, 16)).astype(object)
    worth[:, 0], worth[:, -1] = 0, 20
    worth = np.vectorize(Fraction, otypes=[object])(worth)
    found = nucleoli(worth, 4, imputations=True)
    assert all(certify_nucleolus(game, shares).holds for game, shares in zip(worth, found.shares, strict=True))


@pytest.mark.parametrize("players", [4, FEW + 1])
def test_differences_below_the_precision_of_floats_decide_in_fractions(players):
    # of a symmetric game, excesses that all tie are moved apart by a trillionth
    size = membership(players).sum(axis=1)
    tiny = np.random.default_rng(2).integers(-9, 10, 1 << players) * (size < players) * (size > 0)
    worth = np.array([[Fraction(int(s) ** 2) + Fraction(int(t), 10**12) for s, t in zip(size, tiny, strict=True)]])
    found = nucleoli(worth, players, imputations=False)
    assert certify_nucleolus(worth[0], found.shares[0], imputations=False).holds
    assert len(set(found.shares[0])) > 1
    guess = piece_of(worth[0].astype(float), players, imputations=False)
    assert guess is None or not guess.holds(worth[0], *guess.solve(worth[0]))


@pytest.mark.parametrize(("factor", "shift"), [(1e-9, 0), (1e9, 0), (1, 1e6)])
def test_no_scale_is_special(factor, shift):
    worth = random_games(50, 5)
    own = shift * np.arange(5)
    moved = factor * worth + membership(5) @ own
    expected = factor * nucleoli(worth, 5, imputations=True).shares + own
    np.testing.assert_allclose(nucleoli(moved, 5, imputations=True).shares, expected, rtol=1e-9)


@settings(deadline=None)
@given(data=st.data(), players=st.integers(2, 6))
def test_floats_and_fractions_lead_to_the_same_division(data, players):
    count = (1 << players) - 1
    worth = np.array([0, *data.draw(st.lists(st.integers(-3, 5), min_size=count, max_size=count))], dtype=float)
    exact, guess = (piece_of(worth, players, imputations=False, exactly=exactly) for exactly in (True, False))
    assert exact.holds(worth, *exact.solve(worth))
    assert guess.holds(worth, *guess.solve(worth))
    np.testing.assert_allclose(exact.solve(worth)[0], guess.solve(worth)[0], atol=1e-12)


def test_a_piece_refuses_the_games_of_others():
    worth = random_games(400, 4)
    piece = piece_of(worth[0], 4, imputations=True)
    shares, levels = piece.solve(worth)
    holds = piece.holds(worth, shares, levels)
    assert 0 < holds.sum() < 400
    assert [certify_nucleolus(game, x).holds for game, x in zip(worth[:60], shares[:60], strict=True)] == holds[
        :60
    ].tolist()


def test_totals_are_sums_over_members():
    shares = np.random.default_rng(0).random((3, 5))
    np.testing.assert_allclose(totals(shares), shares @ membership(5).T)
    exact = totals(np.array([Fraction(1, 2), Fraction(1, 3)], dtype=object))
    assert exact.tolist() == [0, Fraction(1, 2), Fraction(1, 3), Fraction(5, 6)]
