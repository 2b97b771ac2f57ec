"""Small games, most of them drawn at random with exact worths, and the slow ways to what rules do quickly."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import prod

import numpy as np
from hypothesis import strategies as st

LEMAIRE = [0, 46125, "34875/2", "138375/2", "11625/2", "107625/2", 30750, 90000]
IBN_EZRA = [0, 120, 60, 120, 40, 120, 60, 120, 30, 120, 60, 120, 40, 120, 60, 120]
STACH = [0, 0, 0, 1, 0, 2, 1, 3]
PRODUCTION = [0, 68, 102, 170, 0, 710, 762, 992]
GLOVE = [0, 0, 0, 1, 0, 1, 0, 1]


def exact(worth):
    """Numbers as fractions."""
    numbers = np.array(worth, dtype=object)
    return np.array([Fraction(number) for number in numbers.flat], dtype=object).reshape(numbers.shape)


def bankruptcy(estate, claims):
    """What is left of an estate for a coalition when all others have been paid (O'Neill 1982)."""
    everyone = range(1 << len(claims))
    paid = [sum(claim for bit, claim in enumerate(claims) if not group >> bit & 1) for group in everyone]
    return exact([max(0, estate - other) for other in paid])


def airport(costs):
    """Minus the cost of the longest runway that a member needs (Littlechild and Owen 1973)."""
    return exact(
        [
            -max((cost for bit, cost in enumerate(costs) if group >> bit & 1), default=0)
            for group in range(1 << len(costs))
        ]
    )


def numbers(least=-20):
    return st.builds(Fraction, st.integers(least, 20), st.integers(1, 6))


@st.composite
def games(draw, least=1, most=4):
    """Any games."""
    players = draw(st.integers(least, most))
    return exact([0, *draw(st.lists(numbers(), min_size=2**players - 1, max_size=2**players - 1))])


@st.composite
def convex_games(draw, least=1, most=4):
    """Sums of what each is worth alone, and of dividends that are not negative."""
    players = draw(st.integers(least, most))
    single = exact(draw(st.lists(numbers(), min_size=players, max_size=players)))
    surplus = exact([0, *draw(st.lists(numbers(0), min_size=2**players - 1, max_size=2**players - 1))])
    inside = [[group & part == part for part in range(2**players)] for group in range(2**players)]
    return np.array(inside).astype(object) @ surplus + additive(single)


def additive(single):
    """The game in which a coalition is worth what its members are."""
    bits = [[group >> player & 1 for player in range(len(single))] for group in range(1 << len(single))]
    return np.array(bits, dtype=object) @ np.asarray(single)


def permuted(worth, order):
    """The game in which player order[i] is called i."""
    players = len(order)
    place = [
        sum(1 << order[player] for player in range(players) if group >> player & 1) for group in range(1 << players)
    ]
    return worth[..., place]


def with_null_player(worth):
    """The game with one more player, who adds nothing to anybody."""
    return np.concatenate([worth, worth])


def by_orders(worth, chance_of=None, orders=None):
    """What each adds to those before it, over all orders (or some), each as likely as ``chance_of`` says."""
    players = len(worth).bit_length() - 1
    orders = list(permutations(range(players)) if orders is None else orders)
    shares = [Fraction(0)] * players
    for order in orders:
        chance = chance_of(order) if chance_of else Fraction(1, len(orders))
        before = 0
        for player in order:
            shares[player] += chance * (worth[before | 1 << player] - worth[before])
            before |= 1 << player
    return shares


def chance_by_weights(weights):
    """How likely an order is if the last place is drawn by weights, then the last but one from the rest, and so on."""

    def chance_of(order):
        return prod(
            Fraction(weights[p]) / sum(Fraction(weights[q]) for q in order[: k + 1]) for k, p in enumerate(order)
        )

    return chance_of
