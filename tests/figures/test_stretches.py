"""Stretches that are not drawn, in numbers and in words."""

from __future__ import annotations

import numpy as np
import pytest

from rdgames.figures.stretches import in_words, span, stretches

X = np.linspace(0, 1, 5)


@pytest.mark.parametrize(
    ("failed", "words"),
    [
        ([1, 0, 0, 0, 0], "x = 0"),
        ([1, 1, 0, 0, 0], "x ≤ 0.25"),
        ([0, 0, 0, 1, 1], "x ≥ 0.75"),
        ([0, 1, 1, 0, 0], "0.25 ≤ x ≤ 0.5"),
        ([1, 1, 1, 1, 1], "all x"),
        ([1, 0, 1, 0, 1], "x = 0, x = 0.5 and x = 1"),
    ],
)
def test_in_words(failed, words):
    assert in_words(stretches(np.array([failed])), X, "x").replace("\N{NO-BREAK SPACE}", " ") == words


def test_many_stretches_are_counted():
    failed = np.tile([1, 0], 5)[None]
    words = in_words(stretches(failed), np.arange(10.0), "x")
    assert "3 more stretches" in words


def test_valid_everywhere_has_none():
    assert stretches(np.zeros((3, 5), int)) == []


def test_spans_meet_halfway_and_end_with_the_sweep():
    first, second = stretches(np.array([[1, 1, 2, 2, 0]]))
    assert span(first, X) == (0.0, 0.375)
    assert span(second, X) == (0.375, 0.875)
