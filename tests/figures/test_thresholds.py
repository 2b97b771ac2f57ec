"""Thresholds are where two regimes change places, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from rdgames.figures.dimensions import prepared
from rdgames.figures.reading import read
from rdgames.figures.thresholds import coincide, thresholds

X = np.linspace(0, 1, 11)


def places(values, x=X, **options):
    return [threshold.place for threshold in thresholds(x, np.array(values), **options)]


def test_crossing_between_points_is_interpolated():
    [found] = thresholds(X, np.array([X, np.full(11, 0.33)]))
    assert found.place == pytest.approx(0.33)
    assert not found.exact
    assert (found.below, found.above) == (X[3], X[4])


def test_crossing_at_a_point_is_exactly_there():
    [found] = thresholds(X, np.array([X, np.full(11, X[5])]))
    assert found.place == X[5]
    assert found.exact
    assert found.groups == ((0, 1),)


def test_rounding_noise_at_a_crossing_leaves_it_at_its_point():
    noisy = X * 300 + 7
    noisy[5] += 1e-11
    [found] = thresholds(X, np.array([noisy, np.full(11, X[5] * 300 + 7)]))
    assert found.exact
    assert found.place == X[5]


def test_three_curves_through_one_point_are_one_threshold():
    centered = X - 0.43
    [found] = thresholds(X, np.array([centered, -centered, 3 * centered]) + 1)
    assert found.groups == ((0, 1, 2),)
    assert found.place == pytest.approx(0.43)


def test_bent_curves_through_one_point_are_one_threshold_although_interpolation_parts_them():
    t = X - 0.43
    assert len(places([t + t**2, -t + t**2 / 2, 3 * t], x=X)) == 1


def test_two_pairs_that_cross_at_one_place_are_named_apart():
    t = X - 0.5
    [found] = thresholds(X, np.array([t, -t, t + 10, 10 - t]))
    assert found.groups == ((0, 1), (2, 3))


def test_near_crossings_stay_apart():
    t = X - 0.43
    assert len(places([t, -t, 1.0 + 0 * t, 2 * (X - 0.46) + 1.0])) == 3


def test_regimes_that_coincide_have_no_threshold():
    rng = np.random.default_rng(0)
    curve = 700 + 100 * X
    assert places([curve, curve * (1 + 1e-14 * rng.standard_normal(11)), curve]) == []


def test_noise_around_zero_is_no_threshold():
    rng = np.random.default_rng(0)
    curve = np.where(np.arange(11) == 5, 0, X - 0.5)
    assert places([curve + 1e-14 * rng.standard_normal(11), curve]) == []


def test_touching_is_no_threshold():
    assert places([(X - 0.5) ** 2, 0 * X]) == []


def test_a_tie_over_a_stretch_has_a_threshold_at_both_ends():
    sign = np.array([-1, -1, -1, 0, 0, 0, 1, 1, 1, 1, 1.0])
    assert places([5 + sign, np.full(11, 5.0)]) == [X[3], X[5]]


def test_a_flip_across_points_that_are_not_valid_is_not_located():
    gap = X - 0.5
    gap[4:7] = np.nan
    assert places([gap, 0 * X]) == []


def test_a_flip_beside_points_that_are_not_valid_is_found():
    part = X - 0.35
    part[6:] = np.nan
    assert places([part, 0 * X]) == [pytest.approx(0.35)]


def test_counts_flip_between_two_numbers_of_firms():
    n = np.array([2.0, 3.0, 4.0])
    found = thresholds(n, np.array([n, [2.2] * 3, [2.8] * 3]), whole=True)
    assert [(one.below, one.above, one.groups) for one in found] == [(2.0, 3.0, ((0, 1), (0, 2)))]


def test_daspremont_and_jacquemin(duopoly):
    beta = np.linspace(0, 1, 1001)
    reading = read(
        prepared(duopoly(["competition", "cartel", "rjv-competition"], beta=beta)), "welfare", None, ["beta"]
    )
    found = thresholds(beta, reading.values)
    assert [one.groups for one in found] == [((0, 1),), ((1, 2),), ((0, 2),)]
    assert found[0].place == 0.5
    assert found[0].exact
    # Propositions P3 and P10 of the catalogue, gamma = 5.
    assert [one.place for one in found[1:]] == pytest.approx([0.518780643070853, 0.569582585871044], abs=2e-6)


def test_coincide():
    assert coincide(X, X * (1 + 1e-13))
    assert not coincide(X, 1 - X)
    assert not coincide(X, np.full(11, np.nan))
