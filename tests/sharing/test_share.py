"""Dividing with labels: against the rules and the core themselves, and what is said where nothing is divided."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import xarray as xr

import rdgames as rd
from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.members import Members
from rdgames.sharing.partitions import coalitional, partitions
from rdgames.sharing.rules import RULES, read_rules
from rdgames.sharing.share import share
from rdgames.sharing.showing import describe_shares, document_shares
from rdgames.sharing.worth import partition_worth, worth

from .small_games import GLOVE, LEMAIRE, exact

GIVEN = {"a": 200.0, "b": 1.0, "c_1": 40.0, "c_2": 45.0, "c_3": 42.0}
MAJORITY = [0, 0, 0, 1, 0, 1, 1, 1]
COALITION_RULES = [name for name, make in RULES.items() if make().takes == "coalitions"]


@cache
def trio() -> rd.Game:
    return rd.explicit(rd.load("daspremont-jacquemin"), different=["c"], n=3)


@cache
def of_trio(in_partitions: bool = False) -> xr.Dataset:
    game = trio()
    spillovers = {name: 0.2 for name in game.parameter if name.startswith("beta")}
    find = partition_worth if in_partitions else worth
    return find(game, "rjv-cartel", **GIVEN, gamma=[0.01, 25.0, 40.0], **spillovers)


def test_every_rule_gives_what_it_gives_alone():
    games = np.random.default_rng(1).uniform(0, 10, (5, 16)) * [0] + np.cumsum(np.ones(16))  # one game five times
    games = games + np.random.default_rng(2).uniform(0, 3, (5, 16))
    games[:, 0] = 0
    found = share(games, COALITION_RULES)
    for name in COALITION_RULES:
        division = RULES[name]().divide(games)
        np.testing.assert_array_equal(
            found["share"].sel(rule=name).transpose("point", "player").values, division.shares
        )
        np.testing.assert_array_equal(found["status"].sel(rule=name).values == 0, division.divided)
        leaving = rd.blocking(games, division.shares)
        np.testing.assert_array_equal(found["in_core"].sel(rule=name).values, leaving.in_core)
        np.testing.assert_array_equal(found["largest_excess"].sel(rule=name).values, leaving.largest)


def test_published_game_by_names():
    names = ["Ann", "Bob", "Cid"]
    found = share(exact(LEMAIRE), "shapley, nucleolus, tau", names=names)
    assert found["share"].dims == ("rule", "player")
    assert found["share"].sel(rule="shapley").values.tolist() == [51750, 25875, 12375]
    assert found["share"].sel(rule="nucleolus", player="Bob").item() == Fraction("24468.75")
    assert found["share"].sel(rule="tau").values.tolist() == [51900, Fraction("25687.5"), Fraction("12412.5")]
    assert found["in_core"].values.all()
    assert found["core"].item() == 0


def test_who_blocks_is_named_with_its_gain():
    found = share(GLOVE, ["equal-split", "nucleolus"], names=["left", "right", "other"])
    assert found["blocking"].values.tolist() == [3, 0]  # left and right get 2/3 and are worth 1
    assert found["members"].sel(coalition=3).item() == "left and right"
    assert found["largest_excess"].values[0] == pytest.approx(1 / 3)
    assert found["in_core"].values.tolist() == [False, True]
    told = document_shares(found)["rules"]["equal-split"]["leaving"]
    assert [each["coalition"] for each in told] == ["left and right", "left and other"]
    assert "equal-split: left and right would leave: get 0.666667, and are worth 1 together." in describe_shares(found)


def test_an_empty_core_and_a_loss_by_joining_are_said():
    text = describe_shares(share(MAJORITY, "nucleolus", names=["Ann", "Bob", "Cid"]))
    assert "the core is empty: time split between Ann and Bob (1/2), Ann and Cid (1/2), Bob and Cid (1/2)" in text
    found = share([0, 2, 2, 3], "nucleolus, prenucleolus, egalitarian")
    assert not found["superadditive"].item()
    assert found["status"].values.tolist()[1] == 0
    assert np.isnan(found["share"].values[[0, 2]]).all()
    text = describe_shares(found)
    assert "nucleolus divides nothing: there is no imputation" in text
    assert "not superadditive" in text


def test_each_status_has_its_own_meaning():
    found = share([[0, 0, 0, 0], [0, 1, 1, 4]], "nash, stand-alone-proportional, shapley")
    meanings = json.loads(found["status"].attrs["meanings"])
    assert len(found["status"].attrs["flag_meanings"].split()) == len(meanings) == len(set(meanings))
    texts = [meanings[code] for code in found["status"].values[:, 0]]
    assert texts[0].startswith("no gain from agreement")
    assert texts[1].startswith("all players are worth 0 alone")
    assert texts[2] == "divided"
    assert (found["status"].values[:, 1] == 0).all()
    np.testing.assert_array_equal(
        np.isnan(found["share"].values).all(axis=1), found["status"].values != 0
    )  # never NaN without a reason


def test_a_map_is_masked_where_an_equilibrium_fails_and_says_which():
    found = share(of_trio(), "shapley, nucleolus")
    assert found["share"].dims == ("rule", "player", "gamma")
    assert found["status"].values.tolist() == [[1, 0, 0], [1, 0, 0]]
    assert found["gap"].values.tolist() == [1, -1, -1]
    assert not found["in_core"].values[:, 0].any()
    total = of_trio()["worth"].sel(coalition=7).values
    np.testing.assert_allclose(found["share"].sum("player").values[:, 1:], [total[1:]] * 2)
    np.testing.assert_array_equal(found["failed_condition"].values, of_trio()["failed_condition"].values[1])
    text = describe_shares(found.isel(gamma=0))
    assert text.startswith("Nothing is divided: the worth of firms_1 is unknown; of its equilibrium fails second_order")
    assert found.attrs["outsiders"] == "singletons"
    assert found["share"].attrs["units"] == "money"


def test_a_map_survives_a_file(tmp_path):
    found = share(of_trio(), "shapley, nash")
    rd.write(found, tmp_path / "shares.nc")
    again = xr.open_dataset(tmp_path / "shares.nc", engine="h5netcdf").load()
    again.close()
    assert describe_shares(again.isel(gamma=1)) == describe_shares(found.isel(gamma=1))


@pytest.mark.parametrize("outsiders", ["singletons", "merged", "average"])
def test_partition_rules_need_an_assumption_for_who_leaves(outsiders):
    table = of_trio(in_partitions=True)
    found = share(table, "myerson-partition, externality-free, shapley", outsiders=outsiders)
    known = table["worth"].transpose("gamma", "partition", "block").values[1:]
    reckoned = coalitional(known, outsiders)
    np.testing.assert_allclose(found["worth"].transpose("gamma", "coalition").values[1:], reckoned)
    np.testing.assert_allclose(
        found["share"].sel(rule="shapley").transpose("gamma", "player").values[1:], rd.Shapley().divide(reckoned).shares
    )
    np.testing.assert_allclose(
        found["share"].sel(rule="myerson-partition").transpose("gamma", "player").values[1:],
        rd.MyersonPartition().divide(known).shares,
    )
    assert found["status"].values[:, 0].tolist() == [1, 1, 1]
    assert json.loads(found["gap"].attrs["gap_names"])[found["gap"].values[0]] == "firms_1, firms_2 and firms_3"
    with pytest.raises(InputError, match="outsiders='singletons'"):
        share(table, "shapley")
    plain = share(known[0], "externality-free", outsiders="singletons")
    np.testing.assert_allclose(plain["share"].values[0], found["share"].sel(rule="externality-free").values[:, 1])
    assert plain.sizes["coalition"] == 8
    assert len(partitions(3)) == known.shape[1]


def test_partition_rules_refuse_one_worth_for_each_coalition():
    with pytest.raises(InputError, match=r"'myerson-partition'.*partition_worth"):
        share(GLOVE, "myerson-partition")


def test_unions_may_divide_more_than_everyone_is_worth():
    apart = [0, 2, 2, 3]  # they lose by joining
    found = share(apart, rd.AumannDreze([[0], [1]]))
    assert found["share"].values.tolist() == [[2, 2]]
    assert found["in_core"].values.all()


def test_rules_have_labels_that_tell_them_apart():
    found = share(GLOVE, {"by work": rd.Proportional([2, 1, 1]), "by money": rd.Proportional([0, 1, 1])})
    assert found["share"].values.tolist() == [[0.5, 0.25, 0.25], [0, 0.5, 0.5]]
    with pytest.raises(InputError, match="2 rules called 'proportional'"):
        share(GLOVE, [rd.Proportional([2, 1, 1]), rd.Proportional([0, 1, 1])])


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("shaply", "did you mean 'shapley'"),
        ("owen", r"Owen\(\[\[0, 1\], \[2\]\]\)"),
        ("proportional", "members with a column outlay"),
        ("owen, myerson", "'owen'.*; .*'myerson'"),
        ([], "found no rule"),
        ([3], "found 3 for a rule"),
        (3, "found 3 for rules"),
        (None, "found None for rules"),
        (rd.Proportional([1, 2]), "'proportional': found .* of 2 players, but the games have 3"),
    ],
)
def test_wrong_rules_meet_what_is_right(rules, says):
    with pytest.raises(InputError, match=says):
        share(GLOVE, rules)


def test_unknown_rules_list_the_known():
    with pytest.raises(UnknownNameError) as caught:
        read_rules("nucleous")
    assert set(RULES) < set(caught.value.known)


@pytest.mark.parametrize(
    ("given", "options", "says"),
    [
        ({"Ann": 1, ("Ann", "Bob"): 3}, {}, "found no worth for 1 of 3 coalitions: Bob"),
        ({"Ann": 1, "Bob": 1, "Ann + Bob": 3}, {}, "expected a coalition of several as a tuple of names"),
        (GLOVE, {"names": ["Ann", "Bob"]}, "2 names for 3 players"),
        (GLOVE, {"names": ["Ann", "Ann", "Bob"]}, "'Ann' is used twice"),
        (GLOVE, {"names": "Ann"}, "found the names 'Ann', expected a list"),
        (GLOVE, {"names": ["x", "y", "z"], "members": Members(("x", "z", "y"), ("",) * 3, {})}, "in the same order"),
        (GLOVE, {"outsiders": "together"}, "found outsiders='together'.*outsiders='merged': all others"),
        (of_trio, {"outsiders": "merged"}, "outsiders='merged' for what .* of which outsiders='singletons' is part"),
        ([0, np.nan, 1, 2], {}, "missing"),
        (xr.Dataset({"profit": 1}), {}, "expected one with 'worth'"),
        (xr.DataArray([0, 1, 1, 3], dims="x"), {}, "dimension 'coalition'"),
        (xr.DataArray([[0, 1, 1, 3]], dims=["player", "coalition"]), {}, "the dimension player, .*: rename it"),
    ],
)
def test_wrong_worth_is_refused(given, options, says):
    with pytest.raises(InputError, match=says):
        share(given() if callable(given) else given, "shapley", **options)


def test_an_assumption_that_was_made_may_be_said_again():
    assert share(of_trio(), "shapley", outsiders="singletons").equals(share(of_trio(), "shapley"))


def test_fractions_of_which_some_are_unknown_become_floats():
    games = np.array([[Fraction(0), Fraction(1), Fraction(1), Fraction(3)]] * 2, dtype=object)
    games[1, 1] = np.nan
    found = share(xr.DataArray(games, dims=["point", "coalition"]), "shapley, nucleolus")
    assert found["status"].values.tolist() == [[0, 1]] * 2
    assert found["share"].values[:, :, 0].tolist() == [[1.5, 1.5]] * 2
    assert found["gap"].values.tolist() == [-1, 1]


def test_a_dataarray_without_names_has_numbers():
    array = xr.DataArray([[0, 1], [1, np.nan], [1, 1], [3, 3]], dims=("coalition", "t"), coords={"t": [5, 6]})
    array[0] = 0
    found = share(array, "shapley")
    assert found["player"].values.tolist() == ["0", "1"]
    assert found["share"].sel(rule="shapley", t=5).values.tolist() == [1.5, 1.5]
    assert describe_shares(found.sel(t=6)) == "Nothing is divided: the worth of 0 is unknown."


def test_several_points_have_no_table():
    with pytest.raises(InputError, match=r"point \(2\).*shares.sel"):
        describe_shares(share([GLOVE, GLOVE], "shapley"))


def test_nothing_is_examined_if_that_is_not_wanted():
    found = share(GLOVE, "shapley", examined=False)
    assert "core" not in found
    assert "core" not in document_shares(found)
    assert "NO" in describe_shares(found)


def test_remarks_name_whom_they_are_of():
    rule = rd.CorrectedShapley({"risk": [0, 0.5, 0.5]})
    found = share(exact(LEMAIRE).astype(float), ["least-core", rule], names=["Ann", "Bob", "Cid"])
    remarks = document_shares(found)["rules"]["corrected-shapley"]["remarks"]
    assert remarks == {"the correction leaves a player less than it is worth alone": ["Ann"]}
    assert json.dumps(document_shares(found), allow_nan=False)


def test_shares_are_written_as_tables_too(tmp_path):
    rd.write(share(GLOVE, ["shapley", "nucleolus"]), tmp_path / "shares.csv")
    header, *rows = (tmp_path / "shares.csv").read_text().splitlines()
    assert {"rule", "player", "share", "status"} <= {*header.split(",")}
    assert len(rows) == 2 * 3 * 8  # a row for each rule, player and coalition
