"""Coalitions as numbers, what games are like, and mistakes in tables of worths."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from rdgames.errors import InputError
from rdgames.sharing.coalitions import (
    dual,
    is_convex,
    is_monotone,
    is_superadditive,
    members,
    membership,
    named,
    number_of_players,
    read_games,
    sizes,
    subsets,
)

from .small_games import GLOVE, bankruptcy, convex_games, exact, games


def test_coalitions_are_bits():
    assert members(0) == ()
    assert members(np.int64(6)) == (1, 2)
    assert sizes(3).tolist() == [0, 1, 1, 2, 1, 2, 2, 3]
    assert [tuple(np.flatnonzero(row)) for row in membership(3)] == [members(group) for group in range(8)]
    assert subsets(6).tolist() == [0, 2, 4, 6]
    names = ["Ann", "Bob", "Cid"]
    assert [named(group, names) for group in (0, 2, 3, 7)] == ["nobody", "Bob", "Ann and Bob", "Ann, Bob and Cid"]


def test_shared_tables_cannot_be_spoiled():
    with pytest.raises(ValueError, match="read-only"):
        sizes(3)[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        membership(3)[0] = True


@given(games())
def test_predicates_are_their_definitions(worth):
    groups = range(len(worth))
    pairs = [(one, other) for one in groups for other in groups]
    assert is_monotone(worth) == all(worth[one] <= worth[one | other] for one, other in pairs)
    assert is_superadditive(worth) == all(
        worth[one] + worth[other] <= worth[one | other] for one, other in pairs if not one & other
    )
    assert is_convex(worth) == all(
        worth[one] + worth[other] <= worth[one | other] + worth[one & other] for one, other in pairs
    )


@given(convex_games())
def test_convex_games_are_found_out_and_so_are_games_just_beyond(worth):
    assert is_convex(worth)
    assert is_superadditive(worth)
    assert is_convex(worth.astype(float))
    if len(worth) > 2:
        worth[-1] -= (
            worth[-1] - min(worth[-1 - (1 << p)] + worth[1 << p] for p in range(len(worth).bit_length() - 1)) + 1
        )
        assert not is_superadditive(worth)
        assert not is_convex(worth)


def test_predicates_of_maps():
    worth = np.array([[0, 1, 1, 3], [0, 1, 1, 1], [0, 2, 1, 1], [np.nan] * 4])
    assert is_monotone(worth).tolist() == [True, True, False, False]
    assert is_superadditive(worth).tolist() == [True, False, False, False]
    assert is_convex(worth.reshape(2, 2, 4)).tolist() == [[True, False], [False, False]]
    for predicate in (is_monotone, is_superadditive, is_convex):
        assert predicate(np.zeros((3, 0, 8))).shape == (3, 0)


def test_rounding_is_no_loss():
    worth = np.array([0, 0.1, 0.2, 0.1 + 0.2 - 5e-17, 0.3, 0.4, 0.5, 0.6])
    assert is_superadditive(worth)
    assert is_convex(worth)
    assert not is_superadditive(worth - 1e-6 * (np.arange(8) == 7))


@given(games())
def test_the_dual_of_the_dual_is_the_game(worth):
    assert (dual(dual(worth)) == worth).all()


def test_the_dual_is_what_others_lose():
    assert dual(GLOVE).tolist() == [0, 1, 0, 1, 0, 1, 1, 1]
    estate = bankruptcy(200, [100, 200, 300])  # what the others leave, if they are not paid first
    assert dual(estate).tolist() == [min(200, claim) for claim in [0, 100, 200, 300, 300, 400, 500, 600]]


def test_numbers_are_floats_unless_they_are_exact():
    assert read_games([0, 1, 2, 3])[0].dtype == np.float64
    assert read_games(np.float32([0, 1]))[0].dtype == np.float64
    worth, players = read_games([0, Fraction(1, 3), 2, 3])
    assert players == 2
    assert worth.dtype == object
    assert all(isinstance(number, Fraction) for number in worth)
    assert read_games([0, Fraction(1, 3), 0.5, 3])[0].dtype == np.float64
    assert read_games(np.array([0, np.int64(2**62), 2**70, 1], dtype=object))[0].tolist() == [0, 2**62, 2**70, 1]


@pytest.mark.parametrize(
    ("worth", "complaint"),
    [
        ([0, 1, 2], "found 3 worths along the last axis, expected 2, 4, 8"),
        (5.0, "found 0 worths"),
        ([0], "found 1 worths"),
        ([1, 1, 1, 1], "the empty coalition is worth 1.0, expected 0"),
        ([[0, 1], [Fraction(1, 2), 1]], r"the empty coalition is worth 1/2 at point \[1\]"),
        ([0, 1, np.nan, 3, 4, 5, 6, 7], r"the worth of coalition \{1\} is missing \(NaN\)\. Give every"),
        ([[[0, 1, 1, 2]], [[0, 1, 1, np.inf]]], r"coalition \{0, 1\} is infinite at point \[1, 0\]"),
        ([0, np.nan, Fraction(1), 2], r"coalition \{0\} is missing"),
        ([0, np.nan, np.inf, 2], r"coalition \{0\} is missing \(NaN\); the worth of coalition \{1\} is infinite"),
        ([[0, Fraction(1)], [0, np.nan]], r"coalition \{0\} is missing \(NaN\) at point \[1\]\. Give .* among floats"),
        ([0, 1j], "of type complex128"),
        (["0", "1"], "expected numbers"),
        ([[0, 1], [0]], "different lengths"),
        ([0, None], "are None"),
        (np.full((100, 4), np.inf), "and 495 more"),
    ],
)
def test_mistakes_in_worths_are_located(worth, complaint):
    with pytest.raises(InputError, match=complaint):
        number_of_players(worth)


def test_an_unknown_game_is_no_mistake():
    assert number_of_players([[0, 1, 1, 2], [np.nan] * 4, [0, np.nan, np.nan, np.nan]]) == 2
    assert number_of_players(exact([[0, 1], [0, 2]])) == 1
