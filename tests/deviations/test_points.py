"""One point, grids, lists of points; the user's own levels; and what is wrong with what was asked."""

import numpy as np
import pytest

import rdgames as rd
from rdgames.deviations.deviations import EQUILIBRIUM, GAIN, IMPOSSIBLE
from rdgames.errors import InputError, MissingValueError, OutsideDomainError, UnknownNameError

AJ = rd.load("daspremont-jacquemin")
FIXED = {"a": 100, "b": 1, "c": 60}


def test_a_grid_has_what_its_points_have():
    axes = {"beta": [0, 0.4, 1], "gamma": [0.6, 1.5, 5]}
    whole = rd.check_equilibrium(AJ, "cartel", **FIXED, n=2, **axes)
    assert whole.dimensions == ("beta", "gamma")
    for i, beta in enumerate(axes["beta"]):
        for j, gamma in enumerate(axes["gamma"]):
            one = rd.check_equilibrium(AJ, "cartel", **FIXED, n=2, beta=beta, gamma=gamma)
            assert whole.status()[i, j] == one.status()
            assert whole.relative_gain[i, j] == pytest.approx(one.relative_gain, rel=1e-9, abs=1e-12)
            assert whole.levels["x"][i, j] == one.levels["x"]
    assert {EQUILIBRIUM, GAIN} <= set(whole.status().ravel())


def test_a_grid_of_many_points_agrees_with_the_conditions():
    axes = {"beta": np.linspace(0, 1, 21), "gamma": np.linspace(1.2, 6, 20)}
    swept = rd.sweep(AJ, ["competition", "cartel"], **FIXED, n=2, **axes)
    flags = swept["failed_condition"].attrs["flag_meanings"].split()
    for regime in ("competition", "cartel"):
        found = rd.check_equilibrium(AJ, regime, **FIXED, n=2, **axes)
        valid = swept["valid"].sel(regime=regime).values
        assert valid.any()
        assert found.holds()[valid].all()
        failed = swept["failed_condition"].sel(regime=regime).values
        local = np.isin(failed, [flags.index(name) for name in flags if name.startswith("second_order")])
        assert not found.holds()[local].any()


def test_numbers_of_firms_may_be_swept():
    found = rd.check_equilibrium(AJ, "competition", **FIXED, gamma=5, beta=0.3, n=[1, 2, 5])
    assert found.holds().all()
    alone, several = (next(one for one in found.each if one.who == who) for who in ("firms", "one of firms"))
    assert np.isnan(alone.gain).tolist() == [False, True, True]
    assert np.isnan(several.gain).tolist() == [True, False, False]


def test_points_one_by_one():
    points = {"beta": [0, 0.5, 0.5], "gamma": [1.5, 5, 5], "n": [2, 2, 4]}
    found = rd.check_equilibrium(AJ, "cartel", paired=True, **FIXED, **points)
    assert found.dimensions == ("point",)
    for place in range(3):
        one = rd.check_equilibrium(AJ, "cartel", **FIXED, **{name: each[place] for name, each in points.items()})
        assert found.status()[place] == one.status()
        assert found.gain[place] == pytest.approx(one.gain, rel=1e-9, abs=1e-9)
    ds = found.to_dataset()
    assert ds["gain"].dims == ("point",)
    assert ds["beta"].dims == ("point",)
    assert ds["a"].dims == ()


def test_levels_along_a_grid():
    beta = np.array([0, 0.5, 1])
    right = [float(rd.solve(AJ).at(**FIXED, gamma=5, n=2, beta=each).values["x"]) for each in beta]
    q = (40 + (1 + beta) * right) / 3
    found = rd.check_equilibrium(AJ, levels={"x": right, "q": q}, **FIXED, gamma=5, n=2, beta=beta)
    assert found.holds().all()
    found = rd.check_equilibrium(AJ, levels={"x": right[0], "q": q}, **FIXED, gamma=5, n=2, beta=beta)
    assert found.holds().tolist() == [True, False, False]
    assert set(found.who[1:]) == {"one of firms"}


def test_labels():
    ds = rd.check_equilibrium(AJ, "cartel", **FIXED, n=2, beta="0:1:5", gamma=[1, 5]).to_dataset()
    assert dict(ds.sizes) == {"beta": 5, "gamma": 2}
    assert ds["who"].sel(beta=0, gamma=1).item() == "firms jointly, one of firms apart"
    assert ds["holds"].dtype == bool
    assert ds.attrs == {"model": "daspremont-jacquemin", "regime": "cartel"}
    assert float(ds["level_x"].sel(beta=0.5, gamma=5)) == pytest.approx(40 * 3 / (9 * 5 - 4.5))


def test_one_point_says_what_is_found():
    found = rd.check_equilibrium(AJ, "cartel", **FIXED, n=2, beta=0.5, gamma=5)
    assert repr(found) == "Deviations(daspremont-jacquemin, cartel: nobody gains)"
    assert isinstance(found.gain, float)
    assert isinstance(found.holds(), bool)
    assert found.holds(0.0) is (found.gain == 0)
    grid = rd.check_equilibrium(AJ, "cartel", **FIXED, n=2, beta=[0.5, 1], gamma=5)
    assert repr(grid) == "Deviations(daspremont-jacquemin, cartel: nobody gains at 2)"


@pytest.mark.parametrize("levels", [{"x": -1, "q": 14}, {"x": 61, "q": 14}])
def test_levels_that_are_not_possible_are_no_equilibrium(levels):
    found = rd.check_equilibrium(AJ, levels=levels, **FIXED, n=2, beta=0, gamma=5)
    assert found.possible is False
    assert found.holds() is False
    assert found.status() in (GAIN, IMPOSSIBLE)


def test_where_second_derivatives_vanish_research_removes_the_whole_cost():
    """More research always pays then, so the equilibrium is where none is possible."""
    found = rd.check_equilibrium(AJ, **FIXED, n=2, beta=0, gamma="4/9")
    assert found.status() == EQUILIBRIUM
    assert found.levels["x"] == pytest.approx(60)


# -- what is wrong with what was asked


def test_members_of_a_consortium_that_cannot_be_told_apart_are_refused_with_what_to_do():
    game = rd.load("vertical-spillovers")
    with pytest.raises(InputError, match=r"found consortia of a_u upstream under 'consortia'.*rd\.explicit"):
        rd.check_equilibrium(game, "consortia", a=100)


def test_equal_treatment_after_an_unequal_choice_is_refused():
    with pytest.raises(InputError, match=r"q_deviator, q_others are chosen equally.*leave out 'equally'"):
        rd.check_equilibrium(AJ, "firms choose q jointly and equally", **FIXED, n=2, beta=0, gamma=5)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"beta": 2}, OutsideDomainError, "beta = 2"),
        ({"delta": 2}, UnknownNameError, "delta"),
        ({"levels": {"x": 1}}, MissingValueError, "q"),
        ({"levels": {"x": 1, "y": 1}}, UnknownNameError, "'y'"),
        ({"levels": {"x": 1, "q": [1, 2, 3]}}, InputError, r"levels of q .* shape \(3,\)"),
        ({"levels": {"x": 1, "q": "much"}}, InputError, "much"),
        ({"paired": True, "beta": [0, 1], "gamma": [1, 2, 3]}, InputError, "2 of beta, 3 of gamma"),
        ({"paired": True}, InputError, "one of each"),
    ],
)
def test_mistakes_are_named(asked, error, said):
    values = {**FIXED, "n": 2, "beta": 0, "gamma": 5, **asked}
    with pytest.raises(error, match=said):
        rd.check_equilibrium(AJ, **values)


def test_a_name_of_a_game_is_no_game():
    with pytest.raises(InputError, match=r"rd\.load"):
        rd.check_equilibrium("daspremont-jacquemin")
