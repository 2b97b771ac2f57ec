"""Blocks: each point is new once; and what threads do when work ends, fails or is interrupted."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.kernel.blocks import Blocks, on_all_processors


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=0, max_size=4), st.integers(1, 40), st.integers(1, 4))
def test_every_point_is_new_in_one_block(shape, points, multiple):
    blocks = Blocks.of(tuple(shape), points, multiple)
    seen = np.zeros(shape, dtype=int)
    for block in blocks:
        seen[block] += blocks.new_in(block)
    assert (seen == 1).all()
    assert np.prod(blocks.sizes, dtype=int) <= points


def test_the_cut_axis_is_cut_into_multiples():
    assert Blocks.of((3, 100), 30, 8).sizes == (1, 24)
    assert Blocks.of((3, 100), 5, 8).sizes == (1, 5)  # no room for a multiple
    assert Blocks.of((3, 10), 30, 8).sizes == (3, 10)  # nothing is cut


@pytest.mark.parametrize("number", [0, 1, 2, 50])
def test_all_blocks_are_computed_once(number):
    blocks = [(slice(place, place + 1),) for place in range(number)]
    found = list(on_all_processors(blocks, lambda: lambda block: block[0].start ** 2))
    assert sorted(block[0].start for block, _ in found) == list(range(number))
    assert all(square == block[0].start ** 2 for block, square in found)


def test_an_error_in_a_thread_is_raised_and_ends_the_work():
    done = []

    def compute(block):
        if block[0].start == 5:
            raise ValueError("five")
        done.append(block)

    blocks = ((slice(place, place + 1),) for place in range(100_000))
    with pytest.raises(ValueError, match="five"):
        list(on_all_processors(blocks, lambda: compute))
    assert len(done) < 90_000
    assert threading.active_count() < 50


def test_what_has_not_begun_is_not_begun_when_the_iteration_is_left():
    taken = []

    def blocks():
        for place in range(10**9):
            taken.append(place)
            yield (slice(place, place + 1),)

    found = on_all_processors(blocks(), lambda: lambda _: None)
    for _ in range(3):
        next(found)
    found.close()
    number = len(taken)
    assert number < 10**6
    assert len(taken) == number  # all threads have ended
