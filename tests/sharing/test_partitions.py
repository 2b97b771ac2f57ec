"""Games in which it matters how outsiders are grouped: their layout, what they make of coalitions, and their values."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.coalitions import members
from rdgames.sharing.coefficients import coefficients
from rdgames.sharing.partition_values import ExternalityFree, MyersonPartition
from rdgames.sharing.partitions import (
    blocks,
    coalitional,
    partitions,
    read_partition_games,
    tabulate_partitions,
)
from rdgames.sharing.shapley import Shapley

from .small_games import exact, games, numbers, permuted

RULES = [MyersonPartition(), ExternalityFree()]
PAIR = [[9, 0, 0], [5, 1, 0], [5, 1, 0], [1, 5, 0], [2, 2, 2]]
"""Three firms alike, of which a team of two takes 1 from who is left alone."""
THERE = {players: blocks(players) > 0 for players in range(1, 5)}
"""Which places of a game are of a block: found before games are drawn, where nothing else may call up chance."""


@st.composite
def partition_games(draw, least=1, most=4):
    players = draw(st.integers(least, most))
    there = THERE[players]
    drawn = draw(st.lists(numbers(), min_size=int(there.sum()), max_size=int(there.sum())))
    table = exact(np.zeros(there.shape, dtype=int))
    table[there] = drawn
    return table


def without_externalities(worth):
    """The game in partition function form in which a coalition is always worth the same."""
    return worth[..., blocks(worth.shape[-1].bit_length() - 1)]


def carried(table, players):
    """The game with more players, who neither add anything nor change what others are worth."""
    inside = table.shape[-1]
    rows = {partition: row for row, partition in enumerate(partitions(inside))}
    wide = exact(np.zeros(blocks(players).shape, dtype=int))
    for row, partition in enumerate(partitions(players)):
        kept = [block & ((1 << inside) - 1) for block in partition]
        among = tuple(sorted(filter(None, kept), key=lambda block: block & -block))
        for column, block in enumerate(kept):
            if block:
                wide[row, column] = table[rows[among], among.index(block)]
    return wide


def renamed(table, order):
    """The game in which player order[i] is called i."""
    players = len(order)
    old = {
        (partition, block): value
        for partition, line in zip(partitions(players), table, strict=True)
        for block, value in zip(partition, line, strict=False)
    }

    def before(block):
        return sum(1 << order[player] for player in members(block))

    new = {}
    for partition in partitions(players):
        source = tuple(sorted(map(before, partition), key=lambda block: block & -block))
        new[tuple(map(members, partition))] = [old[source, before(block)] for block in partition]
    return tabulate_partitions(new, players)


@pytest.mark.parametrize(("players", "count"), [(1, 1), (2, 2), (3, 5), (4, 15), (5, 52), (6, 203), (7, 877)])
def test_there_are_as_many_partitions_as_bell_says(players, count):
    found = partitions(players)
    assert len(found) == len(set(found)) == count
    for partition in found:
        assert sum(partition) == (1 << players) - 1
        assert list(partition) == sorted(partition, key=lambda block: block & -block)
    assert found[0] == ((1 << players) - 1,)
    assert found[-1] == tuple(1 << player for player in range(players))


# -- what coalitions are worth ---------------------------------------------------------------------------------------


@given(games())
def test_without_externalities_outsiders_do_not_matter(worth):
    table = without_externalities(worth)
    for outsiders in ("singletons", "merged", "average"):
        assert coalitional(table, outsiders).tolist() == worth.tolist()


@given(partition_games())
def test_outsiders_are_alone_or_together(table):
    players = table.shape[-1]
    everyone = (1 << players) - 1
    value = {
        frozenset(partition): dict(zip(partition, line, strict=False))
        for partition, line in zip(partitions(players), table, strict=True)
    }
    for group in range(1, everyone + 1):
        rest = everyone ^ group
        alone = frozenset([group, *(1 << player for player in members(rest))])
        together = frozenset([group, rest] if rest else [group])
        assert coalitional(table, "singletons")[group] == value[alone][group]
        assert coalitional(table, "merged")[group] == value[together][group]


def test_the_average_is_over_permutations_of_the_outsiders():
    """Which have their cycles as blocks: a half for one cycle of two, and 1/6, 3 * 1/6, 2/6 for three."""
    assert coalitional(exact(PAIR), "average").tolist() == exact([0, "3/2", "3/2", 5, "3/2", 5, 5, 9]).tolist()
    table = exact(np.zeros((15, 4), dtype=int))
    for row, partition in enumerate(partitions(4)):
        if partition[0] == 1:
            table[row, 0] = {2: 100, 3: 10, 4: 1}[len(partition)]
    assert coalitional(table, "average")[1] == Fraction(2 * 100 + 3 * 10 + 1, 6)


# -- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
@given(worth=games())
def test_without_externalities_it_is_the_shapley_value(rule, worth):
    assert rule.divide(without_externalities(worth)).shares.tolist() == Shapley().divide(worth).shares.tolist()


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=30)
@given(data=st.data())
def test_axioms(rule, data):
    """Efficient, anonymous, additive."""
    table = data.draw(partition_games(most=4))
    players = table.shape[-1]
    other, order = data.draw(partition_games(players, players)), data.draw(st.permutations(range(players)))
    shares = rule.divide(table).shares
    assert shares.sum() == table[0, 0]
    assert (rule.divide(renamed(table, order)).shares == shares[list(order)]).all()
    assert (rule.divide(table + other).shares == shares + rule.divide(other).shares).all()


@settings(max_examples=30)
@given(partition_games(1, 3))
def test_myerson_gives_all_to_a_carrier(table):
    """With the axioms before, this leaves one rule only (Myerson 1977)."""
    inside = table.shape[-1]
    wide = MyersonPartition().divide(carried(table, inside + 1)).shares
    assert wide[-1] == 0
    assert (wide[:-1] == MyersonPartition().divide(table).shares).all()


def test_myerson_for_two_is_what_each_can_do_to_the_other():
    """Half of the whole, and half of what is between them if they part."""
    found = MyersonPartition().divide(exact([[10, 0], [3, 1]]))
    assert found.shares.tolist() == [6, 4]


@given(partition_games())
def test_externality_free_is_the_average_of_what_a_player_adds_before_others_react(table):
    players = table.shape[-1]
    place = {partition: row for row, partition in enumerate(partitions(players))}

    def worth(group):
        if not group:
            return Fraction(0)
        rest = ((1 << players) - 1) ^ group
        partition = tuple(sorted([group, *(1 << p for p in members(rest))], key=lambda block: block & -block))
        return table[place[partition], partition.index(group)]

    orders = list(permutations(range(players)))
    expected = [Fraction(0)] * players
    for order in orders:
        for k, player in enumerate(order):
            before = sum(1 << p for p in order[:k])
            expected[player] += (worth(before | 1 << player) - worth(before)) / len(orders)
    assert ExternalityFree().divide(table).shares.tolist() == expected


@pytest.mark.parametrize("rule", RULES)
def test_maps_of_floats(rule):
    random = np.random.default_rng(4)
    table = np.where(blocks(4) > 0, random.normal(size=(2, 100, 15, 4)), 0)
    table[1, 3] = np.nan
    found = rule.divide(table)
    assert np.argwhere(found.status).tolist() == [[1, 3]]
    assert np.isnan(found.shares[1, 3]).all()
    rational = np.array([[Fraction(value) for value in line] for line in table[0, 5]])
    np.testing.assert_allclose(found.shares[0, 5], rule.divide(rational).shares.astype(float), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.shares[0].sum(axis=-1), table[0, :, 0, 0], atol=1e-12)


def test_renaming_a_game_without_externalities_renames_its_coalitions():
    """The test's own helpers agree with each other."""
    worth = exact([0, 1, 2, 5, 3, 8, 9, 20])
    table = without_externalities(worth)
    assert renamed(table, [2, 0, 1]).tolist() == without_externalities(permuted(worth, [2, 0, 1])).tolist()


# -- mistakes --------------------------------------------------------------------------------------------------------


def test_tables_by_partition():
    given_worth = {
        ((0, 1, 2),): [9],
        ((2,), (1, 0)): [1, 5],
        ((1,), (0, 2)): [1, 5],
        ((0,), (2, 1)): [1, 5],
        ((2,), (0,), (1,)): [2, 2, 2],
    }
    assert tabulate_partitions(given_worth, 3).tolist() == PAIR
    several = {partition: [np.array([value, 2 * value]) for value in line] for partition, line in given_worth.items()}
    assert (tabulate_partitions(several, 3) == np.multiply.outer([1, 2], PAIR)).all()


@pytest.mark.parametrize(
    ("worth", "players", "complaint"),
    [
        ({((0, 1),): [3]}, 2, r"the partition \[\[0\], \[1\]\] is missing"),
        ({((0,), (1,)): [3]}, 2, r"\[\[0\], \[1\]\] has 1 worths, expected 2"),
        ({((0,), (1,)): [1, 1], ((1,), (0,)): [1, 1]}, 2, "given twice"),
        ({((0, 1), (1,)): [1, 1]}, 2, "no partition of the players 0 to 1"),
        ({((0, 3),): [1]}, 2, "no partition of the players"),
        ({((0, -1),): [1]}, 2, "no partition of the players"),
        ({(("Ann", "Bob"),): [1]}, 2, "no partition of the players"),
        ({((0, 1),): 3}, 2, r"the partition \[\[0\], \[1\]\] is missing"),
        ({((0, 1),): [[1, 2]], ((0,), (1,)): [1, [1, 2, 3]]}, 2, "points of different shapes"),
        ({}, 4, r"\[\[0, 1, 2, 3\]\] is missing; .*; and 5 more are"),
        ({}, 11, "found 11 players, expected 1 to 10"),
        (
            {((0, 1),): [np.nan], ((0,), (1,)): [1, 1]},
            2,
            r"the worth of \[0, 1\] in the partition \[\[0, 1\]\] is missing",
        ),
    ],
)
def test_mistakes_in_tables_by_partition(worth, players, complaint):
    with pytest.raises(InputError, match=complaint):
        tabulate_partitions(worth, players)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ([0, 1], r"found a table of shape \(2,\), expected \[\.\.\., partitions, P\]"),
        (np.zeros((4, 3)), "5 rows for 3 players"),
        (np.zeros((5, 11)), "one for 1 to 10 players"),
        ([[1, 2], [1, 1]], r"column 1 of the partition \[\[0, 1\]\], which has 1 blocks, has a number, expected 0"),
        (
            [[[1, 0], [1, np.inf]]],
            r"the worth of \[1\] in the partition \[\[0\], \[1\]\] at point \[0\] is missing or inf",
        ),
    ],
)
def test_mistakes_in_partition_games(table, complaint):
    with pytest.raises(InputError, match=complaint):
        read_partition_games(table)


def test_unknown_assumptions():
    with pytest.raises(UnknownNameError, match="did you mean 'singletons'"):
        coalitional(PAIR, "singleton")


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=10)
@given(partition_games(most=3))
def test_coefficients_of_places(rule, table):
    assert rule.divide(table).shares.tolist() == (table.ravel() @ coefficients(rule, table.shape[-1])).tolist()
