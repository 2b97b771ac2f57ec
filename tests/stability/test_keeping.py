"""Maps of the rules that keep a coalition together: against the answers for each rule, and what no rule can do."""

from __future__ import annotations

import json

import numpy as np
import pytest

import rdgames as rd
from rdgames.errors import InputError, UnknownNameError
from rdgames.stability.keeping import kept_by, kept_in_core
from rdgames.stability.stable import stable
from tests.stability.games import market, trio, values


def test_the_first_rule_that_keeps_a_coalition() -> None:
    rules = ["own", "equal-split", "shapley"]
    solved = stable(trio(), "cartel", rule=rules, **values(c_1=rd.linspace(45, 60, 16), c_3=60, gamma=[8.0, 12.0]))
    found = kept_by(solved)
    meanings = json.loads(found["first"].attrs["meanings"])
    internal = solved["internal"].sel(coalition=7)
    seen = set()
    for c_1 in solved["c_1"].values:
        for gamma in solved["gamma"].values:
            point = {"c_1": c_1, "gamma": gamma}
            keeping = [rule for rule in rules if internal.sel(rule=rule, **point)]
            said = meanings[int(found["first"].sel(point))]
            assert int(found["rules"].sel(point)) == len(keeping)
            assert said == (keeping[0] if keeping else said)
            assert keeping or said in ("another division", "no division")
            if not keeping:
                assert (said == "another division") == bool(solved["potentially_internal"].sel(coalition=7, **point))
            seen.add(said)
    assert {"own", "shapley"} <= seen


def test_what_no_rule_can_keep_and_what_is_unknown() -> None:
    cartel = stable(market(3), "cartel", rule=["own", "almost-ideal"], a=1, c_1=0, c_2=0, c_3=0, s=[0.1, 10])
    found = kept_by(cartel, ["firms_1", "firms_3"])
    meanings = json.loads(found["first"].attrs["meanings"])
    assert [meanings[number] for number in found["first"].values] == ["no division", "own"]
    unsolved = kept_by(stable(trio(), "cartel", rule=["own"], **values(beta=1.0, gamma=[0.5, 8.0])))
    assert [json.loads(unsolved["first"].attrs["meanings"])[n] for n in unsolved["first"].values[:1]] == ["not known"]
    np.testing.assert_array_equal(unsolved["kept"].isel(gamma=0), False)


def test_messages() -> None:
    given = {"a": 1, "c_1": 0, "c_2": 0, "c_3": 0, "s": 1}
    with pytest.raises(InputError, match="expected what stable"):
        kept_by(stable(market(3), "cartel", **given))
    with pytest.raises(UnknownNameError, match="did you mean 'firms_1'"):
        kept_by(stable(market(3), "cartel", rule=["own"], **given), ["firm_1"])


def test_rules_are_compared_by_the_core_of_each_game() -> None:
    alike, empty, gloves = [0, 0, 0, 2, 0, 2, 2, 3.0], [0, 0, 0, 2, 0, 2, 2, 2.0], [0, 0, 0, 1, 0, 1, 0, 1.0]
    games = [alike, empty, gloves, [0, 1, 0, 1, 0, 1, 0, 3.0], [np.nan] * 8]
    shares = rd.share(np.array(games), ["equal-split", "shapley"])
    found = kept_in_core(shares)
    meanings = json.loads(found["first"].attrs["meanings"])
    said = [meanings[number] for number in found["first"].values]
    assert said == ["equal-split", "no division", "another division", "equal-split", "not known"]
    assert found["rules"].values.tolist() == [2, 0, 0, 2, 0]
    with pytest.raises(InputError, match="found no in_core, core and gap"):
        kept_in_core(found)
