"""Outlines enclose what they should."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rdgames.figures.outlines import inner_lines, outlines, placed

MASKS = arrays(bool, st.tuples(st.integers(1, 7), st.integers(1, 7)))


def area(loop):
    x, y = np.array(loop).T
    return (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2


@settings(deadline=None)
@given(MASKS)
def test_loops_enclose_the_cells_and_leave_the_holes(inside):
    assert sum(map(area, outlines(inside))) == inside.sum()


@settings(deadline=None)
@given(MASKS)
def test_the_length_of_the_lines_is_the_number_of_edges_between_inside_and_outside(inside):
    length = sum(
        abs(one[0] - other[0]) + abs(one[1] - other[1]) for line in inner_lines(inside) for one, other in pairwise(line)
    )
    assert length == (inside[1:] != inside[:-1]).sum() + (inside[:, 1:] != inside[:, :-1]).sum()


def test_a_hole_has_its_own_loop():
    ring = np.ones((3, 3), bool)
    ring[1, 1] = False
    assert sorted(map(area, outlines(ring))) == [-1, 9]


def test_corners_get_the_units_of_the_edges():
    corners = placed([(0, 0), (2, 0), (2, 1)], np.array([0.0, 0.1, 0.5]), np.array([1.0, 3.0]))
    assert corners.tolist() == [[0, 1], [0.5, 1], [0.5, 3]]
