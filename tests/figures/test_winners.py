"""The regime with the highest value: ties, masks, and boundaries."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rdgames.figures.winners import fine_map, highest, winners

X = np.linspace(0, 1, 5)


def test_codes_follow_the_order_asked_for(make):
    dataset = make(np.array([[1.0, 5.0], [2.0, 4.0], [3.0, 3.0]]), regimes=["a", "b", "c"], beta=[0.0, 1.0])
    assert highest(dataset, "welfare").values.tolist() == [2, 0]
    asked = highest(dataset, "welfare", ["b", "a"])
    assert asked.values.tolist() == [0, 1]
    assert asked.attrs["flag_meanings"] == "none b a"
    assert asked.attrs["flag_values"].tolist() == [-1, 0, 1]


def test_a_regime_that_is_a_sentence_is_one_name(make):
    said = "firms choose x jointly"
    found = highest(make(np.array([[1.0, 5.0], [2.0, 4.0]]), regimes=["a", said], beta=[0.0, 1.0]), "welfare")
    assert found.attrs["flag_meanings"].split() == ["none", "a", "firms_choose_x_jointly"]


def test_the_map_keeps_dimensions_and_coordinates(make):
    dataset = make(np.ones((2, 2, 3, 4)), beta=[0.0, 1.0], gamma=[1.0, 2.0, 3.0], t=[0.0, 1.0, 2.0, 3.0])
    found = highest(dataset, "welfare")
    assert found.dims == ("beta", "gamma", "t")
    xr.testing.assert_equal(found["gamma"], dataset["gamma"])
    assert found.dtype.kind == "i"


def test_points_at_which_no_regime_is_valid(make):
    dataset = make(np.ones((2, 3)), failed=np.array([[1, 0, 1], [2, 1, 0]]), beta=X[:3])
    assert highest(dataset, "welfare").values.tolist() == [-1, 0, 1]


def test_a_value_where_the_point_is_not_valid_does_not_win(make):
    dataset = make(np.array([[9.0, 9.0], [1.0, 1.0]]), beta=[0.0, 1.0])
    dataset["valid"][0, 0] = False
    assert highest(dataset, "welfare").values.tolist() == [1, 0]


def test_ties_go_to_the_first():
    codes, tied = winners(np.array([[1.0, 1.0], [1.0 + 1e-13, 1.0 + 1e-9], [0.0, 0.0]]))
    assert codes.tolist() == [0, 1]
    assert tied.tolist() == [[True, False], [True, False], [False, False]]


def test_negative_values_tie_too():
    codes, tied = winners(np.array([[-1.0 - 1e-13], [-1.0]]))
    assert codes.tolist() == [0]
    assert tied.all()


def test_the_boundary_runs_where_interpolated_outcomes_are_equal():
    first, second = np.broadcast_to(X[:, None], (5, 5)), np.full((5, 5), 0.6)
    found = fine_map(np.stack([first, second]), X, X, (False, False))
    centers = (found.x_edges[1:] + found.x_edges[:-1]) / 2
    assert ((found.codes == 0) == (centers > 0.6)[:, None]).all()
    assert found.complete.all()
    assert found.x_edges[[0, -1]].tolist() == [0, 1]


def test_validity_reaches_halfway_to_the_next_point():
    values = np.stack([np.full((5, 5), 2.0), np.full((5, 5), 1.0)])
    values[0, 3:] = np.nan
    values[:, 4:] = np.nan
    found = fine_map(values, X, X, (False, False))
    centers = (found.x_edges[1:] + found.x_edges[:-1]) / 2
    expected = np.select([centers < 0.625, centers < 0.875], [0, 1], -1)
    assert (found.codes == expected[:, None]).all()
    assert (found.complete == (centers < 0.625)[:, None]).all()


def test_a_steep_common_slope_beside_a_mask_does_not_decide():
    slope = np.broadcast_to(1000 * X[:, None], (5, 5))
    values = np.stack([slope + 1, slope.copy()])
    values[1, :2] = np.nan
    found = fine_map(values, X, X, (False, False))
    assert (found.codes == 0).all()


def test_counts_have_a_cell_each():
    n = np.array([2.0, 3.0, 5.0])
    found = fine_map(np.stack([np.ones((3, 5)), np.zeros((3, 5))]), n, X, (True, False))
    assert found.x_edges.tolist() == [1.5, 2.5, 4.0, 6.0]
    assert len(found.codes) == 3


@settings(deadline=None, max_examples=25)
@given(arrays(float, (3, 4, 3), elements=st.sampled_from([0.0, 1.0, 2.0, np.nan])))
def test_fine_cells_agree_with_the_nearest_point_on_who_can_win(values):
    found = fine_map(values, np.arange(4.0), np.arange(3.0), (False, False))
    columns = np.rint((found.x_edges[1:] + found.x_edges[:-1]) / 2 - 1e-9).astype(int)
    rows = np.rint((found.y_edges[1:] + found.y_edges[:-1]) / 2 - 1e-9).astype(int)
    valid = ~np.isnan(values)[:, columns][:, :, rows]
    won = found.codes >= 0
    assert (won == valid.any(axis=0)).all()
    assert np.take_along_axis(valid, np.maximum(found.codes, 0)[None], axis=0)[0][won].all()


def test_where_the_corners_agree_the_cell_agrees(duopoly):
    dataset = duopoly(["competition", "cartel", "merger"], beta=np.linspace(0, 1, 9), gamma=np.linspace(3, 8, 7))
    found = fine_map(dataset["welfare"].values, dataset.beta.values, dataset.gamma.values, (False, False))
    coarse = highest(dataset, "welfare").values
    pieces = [len(found.codes) // 8, found.codes.shape[1] // 6]
    for i in range(8):
        for j in range(6):
            block = found.codes[i * pieces[0] : (i + 1) * pieces[0], j * pieces[1] : (j + 1) * pieces[1]]
            corners = coarse[i : i + 2, j : j + 2]
            if (corners == corners[0, 0]).all() and len(set(np.unique(block))) > 1:
                pytest.fail(f"cell {i}, {j} differs from its corners")
