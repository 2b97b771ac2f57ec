"""What a dataset says, and what is said when it does not say it."""

from __future__ import annotations

import numpy as np
import pytest

from rdgames.errors import InputError, UnknownNameError
from rdgames.figures.curves import plot
from rdgames.figures.dimensions import parameters, prepared
from rdgames.figures.reading import read
from rdgames.figures.regions import plot_regions

BETA = np.linspace(0, 1, 5)


@pytest.fixture
def curves(duopoly):
    return duopoly(["competition", "cartel"], beta=BETA)


@pytest.fixture
def plane(duopoly):
    return duopoly(["competition", "cartel"], beta=BETA, gamma=np.array([3.0, 4.0, 5.0]))


def test_words_and_numbers(curves):
    reading = read(prepared(curves), "welfare", ["cartel"], ["beta"])
    assert reading.swept[0].quantity.label == r"Spillover $\beta$"
    assert reading.outcome.label == "Welfare (money)"
    assert reading.regimes[0].label == "cartel: joint R&D, rivalry on the market"
    assert reading.regimes[0].place == 1
    assert reading.caption.replace("\N{NO-BREAK SPACE}", " ") == (
        r"Model test-model: $a$ = 100, $b$ = 1, $c$ = 60, $n$ = 2, $\gamma$ = 5"
    )


def test_words_may_be_missing(curves):
    bare = curves.drop_vars(["valid", "failed_condition", "a", "b", "c", "n", "gamma"]).drop_attrs()
    reading = read(prepared(bare), "welfare", None, ["beta"])
    assert reading.swept[0].quantity.label == "Beta"
    assert reading.outcome.label == "Welfare"
    assert [regime.label for regime in reading.regimes] == ["competition", "cartel"]
    assert reading.caption == ""


def test_a_selected_value_is_a_fixed_parameter(plane):
    dataset = prepared(plane.sel(gamma=4))
    assert parameters(dataset, "welfare") == ["beta"]
    assert r"$\gamma$" in read(dataset, "welfare", None, ["beta"]).caption
    assert parameters(prepared(plane.sel(gamma=[4])), "welfare") == ["beta"]


def test_values_come_in_increasing_order(curves):
    reading = read(prepared(curves.isel(beta=slice(None, None, -1))), "welfare", None, ["beta"])
    assert reading.swept[0].values.tolist() == BETA.tolist()
    assert np.array_equal(reading.values, curves["welfare"].values)


def test_dimensions_may_come_in_any_order(plane):
    turned = read(prepared(plane.transpose("gamma", "regime", "beta")), "welfare", None, ["beta", "gamma"])
    assert np.array_equal(turned.values, plane["welfare"].values)


def test_a_single_regime_may_be_selected(curves):
    assert [one.name for one in read(prepared(curves.sel(regime="cartel")), "welfare", None, ["beta"]).regimes] == [
        "cartel"
    ]


def test_reasons_for_what_is_not_drawn(curves):
    curves["failed_condition"][0, 0], curves["valid"][0, 0] = 3, False
    curves["valid"][0, 1] = False
    curves["welfare"][0, 2] = np.inf
    reading = read(prepared(curves), "welfare", None, ["beta"])
    assert np.isnan(reading.values[0, :3]).all()
    words = [reading.reasons[code] for code in reading.failed[0, :3].tolist()]
    assert words[0] == "R&D removes no more than the whole unit cost"
    assert words[1].endswith("(no condition named)")
    assert words[2] == "the outcome is a finite number"


@pytest.mark.parametrize("text", ["{", "[1]", None, "{}"])
def test_tables_of_words_may_be_broken(curves, text):
    curves["regime"].attrs["descriptions"] = text
    curves["failed_condition"].attrs["meanings"] = text
    reading = read(prepared(curves), "welfare", None, ["beta"])
    assert reading.regimes[0].label == "competition"
    assert reading.reasons[3] == "nonnegative unit cost"


@pytest.mark.parametrize("draw", [plot, plot_regions])
def test_unknown_names(plane, draw):
    with pytest.raises(UnknownNameError, match=r"no outcome 'welfar' \(did you mean 'welfare'\?\); known: welfare$"):
        draw(plane, "welfar")
    with pytest.raises(UnknownNameError, match="no outcome 'valid'"):
        draw(plane, "valid")
    with pytest.raises(UnknownNameError, match=r"no regime 'cartell' \(did you mean 'cartel'\?\)"):
        draw(plane.sel(gamma=4) if draw is plot else plane, "welfare", regimes=["cartell"])


def test_no_regime(curves):
    with pytest.raises(InputError, match="found no regime to show, expected some of competition, cartel"):
        plot(curves, "welfare", regimes=[])


def test_curves_take_one_parameter(plane, curves):
    with pytest.raises(
        InputError, match=r"found 2 swept parameters \(beta, gamma\).*dataset.sel\(gamma=3\).*plot_regions"
    ):
        plot(plane, "welfare")
    with pytest.raises(InputError, match="found a single point"):
        plot(curves.sel(beta=0.5), "welfare")


def test_maps_take_two_parameters(plane, curves):
    with pytest.raises(InputError, match=r"found beta swept, expected two parameters.*use plot for one"):
        plot_regions(curves, "welfare")
    three = plane.expand_dims(t=[1.0, 2.0])
    with pytest.raises(InputError, match=r"found 3 swept parameters.*dataset.sel\(gamma=3\)"):
        plot_regions(three, "welfare")
    with pytest.raises(InputError, match=r"dataset.sel\(t=1\)"):
        plot_regions(three, "welfare", x="beta", y="gamma")
    with pytest.raises(
        UnknownNameError, match=r"no swept parameter 'bta' \(did you mean 'beta'\?\); known: beta, gamma"
    ):
        plot_regions(plane, "welfare", x="bta")
    with pytest.raises(InputError, match=r"found a fixed at 100.0, expected a swept parameter: beta or gamma"):
        plot_regions(plane, "welfare", x="a")
    with pytest.raises(InputError, match="found beta along both axes"):
        plot_regions(plane, "welfare", x="beta", y="beta")


def test_what_is_no_dataset_of_regimes(curves):
    with pytest.raises(InputError, match=r"found DataArray, expected the xarray.Dataset that a sweep returns"):
        prepared(curves["welfare"])
    with pytest.raises(InputError, match="found a dataset without regimes"):
        plot(curves.drop_vars("regime"), "welfare")


def test_values_that_are_no_numbers(make):
    with pytest.raises(
        InputError,
        match=r"found values of kind such as kind='a', expected numbers. Select one of them.*sel\(kind='a'\)",
    ):
        plot(make(np.ones((2, 2)), kind=["a", "b"]), "welfare")
    with pytest.raises(InputError, match=r"dataset.sel\(kind='a'\), or use plot_regions"):
        plot(make(np.ones((2, 2, 2)), beta=[0.0, 1.0], kind=["a", "b"]), "welfare")


@pytest.mark.parametrize("width", ["colum", 0.5, float("nan"), 1000])
def test_widths(curves, width):
    with pytest.raises(InputError, match=r"expected 'column' \(3.5 inches\), 'page' \(7.0 inches\) or 2 to 40 inches"):
        plot(curves, "welfare", width=width)


def test_names_of_conditions_may_have_spaces_in_their_meanings(curves):
    curves["failed_condition"].attrs |= {"flag_meanings": "none second_order(x,q)", "flag_values": [0, 1]}
    curves["failed_condition"].attrs["meanings"] = '{"second_order(x, q)": "the maximum is one"}'
    assert read(prepared(curves), "welfare", None, ["beta"]).reasons[1] == "the maximum is one"


def test_a_selected_regime_keeps_its_words(curves):
    [regime] = read(prepared(curves.sel(regime="cartel")), "welfare", None, ["beta"]).regimes
    assert regime.label == "cartel: joint R&D, rivalry on the market"
