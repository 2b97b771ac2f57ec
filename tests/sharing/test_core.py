"""The core: balanced collections where it is empty, points where it is not, and who blocks a division."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.errors import InputError
from rdgames.sharing.coalitions import members
from rdgames.sharing.core import blocking, core_of

MAJORITY = [0, 0, 0, 1, 0, 1, 1, 1]
NAMES = ["Ann", "Bob", "Cid"]


def exact(worth):
    return np.array([Fraction(value) for value in worth], dtype=object)


@settings(deadline=None)
@given(players=st.integers(2, 5), data=st.data())
def test_a_point_or_a_collection_proves_the_answer(players, data):
    count = (1 << players) - 1
    worth = exact([0, *data.draw(st.lists(st.integers(-2, 5), min_size=count, max_size=count))])
    worth[-1] += data.draw(st.integers(0, 6))
    core = core_of(worth)
    weights = core.collections[int(core.collection)]
    assert min(weights.values()) > 0
    assert all(sum(weight for s, weight in weights.items() if s >> i & 1) == 1 for i in range(players))
    together = sum(weight * worth[s] for s, weight in weights.items())
    assert core.least == (together - worth[-1]) / sum(weights.values())
    if core.nonempty:
        assert core.least <= 0
        assert core.point.sum() == worth[-1]
        assert all(sum(core.point[i] for i in members(s)) >= worth[s] for s in range(1, 1 << players))
        assert blocking(worth, core.point).in_core
    else:
        assert together > worth[-1]
        assert all(share != share for share in core.point)
    floats = core_of(worth.astype(float))
    assert floats.nonempty == core.nonempty
    assert float(floats.least) == pytest.approx(float(core.least.item()), abs=1e-12)


def test_a_majority_has_an_empty_core_and_others_at_the_same_time_do_not():
    worth = np.array([MAJORITY, [0, 0, 0, 1, 0, 1, 0, 1], [0] + [np.nan] * 7], dtype=float)
    core = core_of(worth)
    assert core.status.tolist() == [2, 0, 1]
    assert core.nonempty.tolist() == [False, True, False]
    np.testing.assert_allclose(core.least, [1 / 3, 0, np.nan], atol=1e-15)
    np.testing.assert_allclose(core.point, [[np.nan] * 3, [1, 0, 0], [np.nan] * 3], atol=1e-15)
    half = Fraction(1, 2)
    assert core.collections[core.collection[0]] == {3: half, 5: half, 6: half}
    assert core.why((0,), NAMES) == (
        "the core is empty: time split between Ann and Bob (1/2), Ann and Cid (1/2), Bob and Cid (1/2) earns 1.5, "
        "not 1.0"
    )
    assert core.why((1,), NAMES) == "the core is not empty; it has (Ann: 1.0, Bob: 0.0, Cid: 0.0)"
    assert "unknown" in core.why((2,))


def test_a_single_player_is_a_core():
    core = core_of([0, 5])
    assert core.nonempty
    assert core.point.tolist() == [5]


def test_nobody_blocks_where_there_are_no_shares():
    worth = np.array([exact(MAJORITY), exact(MAJORITY)])
    found = blocking(worth, np.array([exact([1, 0, 0]), [float("nan")] * 3], dtype=object))
    assert found.in_core.tolist() == [False, False]
    assert found.largest[0] == 1
    assert found.blocks.sum(axis=-1).tolist() == [1, 0]


def test_blocking_coalitions_are_named_the_worst_first():
    worth = exact([0, 0, 3, 4, 0, 8, 6, 10])
    found = blocking(worth, exact([4, 2, 4]))
    assert found.coalitions() == [2]
    assert found.sentences(NAMES) == ["Bob gets 2, and is worth 3"]
    found = blocking(worth, exact([5, 5, 0]))
    assert (int(found.by), found.largest.item()) == (5, 3)
    assert found.sentences(NAMES) == ["Ann and Cid get 5, and are worth 8", "Bob and Cid get 5, and are worth 6"]
    assert not found.in_core
    assert blocking(worth, exact([3, 4, 3])).coalitions() == [5]
    third = blocking([0, 1, 1, 37 / 3], [0.5, 37 / 3 - 0.5])
    assert third.sentences(["Ann", "Bob"]) == ["Ann gets 0.5, and is worth 1"]
    assert blocking([0, 37 / 3, 0, 13], [12.25, 0.75]).sentences(["Ann", "Bob"]) == [
        "Ann gets 12.25, and is worth 12.3333"
    ]


def test_everyone_blocks_what_leaves_something_undivided():
    found = blocking([0, 0, 0, 4], [1, 1])
    assert found.coalitions() == [3]
    assert found.largest == 2


def test_rounding_does_not_block():
    worth = [0, 0.1, 0.7, 0.8]  # 0.1 + 0.7 < 0.8 in floats
    assert blocking(worth, [0.1, 0.7]).in_core


def test_one_division_of_many_games_and_many_divisions_of_one():
    worth = np.array([[0, 0, 0, 1], [0, 0.75, 0, 1]])
    assert blocking(worth, [0.5, 0.5]).in_core.tolist() == [True, False]
    found = blocking(worth[1], [[0.5, 0.5], [0.8, 0.2], [np.nan, np.nan]])
    assert found.in_core.tolist() == [False, True, False]
    assert np.isnan(found.largest[2])
    assert found.blocks[2].tolist() == [False] * 4


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ([1, 1, 1], r"found shares of shape \(3,\) for games of shape \(2, 4\)"),
        ([[1, 1]] * 3, r"found shares of shape \(3, 2\)"),
        ([[0.5, 0.5], [0.5, np.nan]], r"shares of some players are missing at point \[1\]"),
        ([[0.5, 0.5], [-np.inf, 0]], r"a share is infinite at point \[1\]"),
        ([[0.75, 0.5], [2, 0]], r"sum to 0.25 more than everyone is worth at point \[0\]; shares sum to 1.0 more"),
    ],
)
def test_shares_that_do_not_fit_are_refused(shares, message):
    with pytest.raises(InputError, match=message):
        blocking([[0, 0, 0, 1]] * 2, shares)


def test_names_must_be_those_of_all_players():
    with pytest.raises(InputError, match="found 2 names for 3 players: Ann, Bob"):
        core_of([0, 0, 0, 1, 0, 1, 1, 1]).why(names=["Ann", "Bob"])


@pytest.mark.parametrize("players", [3, 4, 5])
def test_random_games_against_coopgame(players):
    coopgame = pytest.importorskip("coopgame", reason="coopgame-py, the other tool, is not installed")
    worth = np.random.default_rng(players).random((40, 1 << players))
    worth[:, 0], worth[:, -1] = 0, np.linspace(0.5, players, 40)
    others = [coopgame.Game(one[1:]) for one in worth]
    core = core_of(worth)
    assert core.nonempty.tolist() == [other.has_nonempty_core() for other in others]
    assert 0 < core.nonempty.sum() < 40
    least = [coopgame.least_core(other, domain="preimputation") for other in others]
    np.testing.assert_allclose(core.least, [one["epsilon"] if isinstance(one, dict) else one[0] for one in least])
