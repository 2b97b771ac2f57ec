"""The command that says who leaves or joins, and maps which rule keeps a coalition."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

import rdgames
from rdgames.cli.stability import app
from rdgames.errors import InputError, UnknownNameError

MODEL = ("daspremont-jacquemin", "--regime", "cartel", "--rules", "own,shapley")
AT = ("--fix", "a=100,b=1,n=3,gamma=8,beta=0.8,c=60,c_1=50")
PAIRS = tuple(f"beta_{i}_{j}" for i in (1, 2, 3) for j in (1, 2, 3) if i != j)


def run(*arguments):
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def solved(**given):
    game = rdgames.explicit(rdgames.load("daspremont-jacquemin"), different=["c"], n=3)
    given = {"a": 100, "b": 1, "c_1": 50, "c_2": 60, "c_3": 60, **given}
    return rdgames.stable(game, "cartel", rule=["own", "shapley"], **given)


def test_json_says_who_leaves_and_joins():
    told = json.loads(run(*MODEL, *AT, "--json").stdout)
    found = solved(gamma=8, **dict.fromkeys(PAIRS, 0.8))
    for rule in ("own", "shapley"):
        under = found.sel(rule=rule)
        rows = told["rules"][rule]
        assert [row["coalition"] for row in rows] == under["members"].values[[3, 5, 6, 7]].tolist()
        for row, coalition in zip(rows, (3, 5, 6, 7), strict=True):
            here = under.sel(coalition=coalition)
            for name in ("internal", "external", "stable", "potentially_internal"):
                assert row[name] == bool(here[name])
            assert row["leaver"] == (told["players"][int(here["leaver"])] if here["leaver"] >= 0 else None)
            assert row["gain_leaving"] == pytest.approx(here["gain_leaving"].item())
        assert [row["explanation"] for row in rows] == [
            text.partition(": ")[2] for text in rdgames.explain(under, (3, 5, 6, 7))
        ]
    assert told["unit"] == "money"


def test_the_table_has_a_row_for_each_coalition_and_rule():
    done = run(*MODEL, *AT)
    assert done.exit_code == 0
    rows = [line for line in done.stdout.splitlines() if line.strip().startswith(("own", "shapley"))]
    assert len(rows) == 8
    assert "firms_2 gains 2.57 by leaving" in rows[3]
    assert rows[7].split()[-2:] == ["nobody", "leaves"]
    assert "those whom a member leaves stay together" in done.stdout


def test_what_is_unknown_is_not_called_unstable():
    arguments = (*MODEL, "--fix", "a=100,b=1,n=3,gamma=0.1,beta=0.1,c=60")
    told = json.loads(run(*arguments, "--json").stdout)
    for row in told["rules"]["own"]:
        names = ("internal", "stable", "potentially_internal", "leaver", "gain_leaving")
        assert [row[name] for name in names] == [None] * 5
    assert "what the players get here is unknown" in run(*arguments).stdout
    printed = run(*arguments).stdout
    assert "unknown    unknown" in printed
    assert "firms_1 and firms_2; " in printed
    assert "of the equilibrium fails second_order" in printed
    assert all(why.startswith("second_order") for why in told["unknown"].values())


def test_one_coalition_can_be_asked_for():
    told = json.loads(run(*MODEL, *AT, "--coalition", "firms_1,firms_3", "--json").stdout)
    assert [row["coalition"] for row in told["rules"]["own"]] == ["firms_1 and firms_3"]


def test_a_map_sweeps_a_parameter_of_all_pairs_at_once():
    fixed = ("--fix", "a=100,b=1,n=3,c=60,c_1=50")
    told = json.loads(run(*MODEL, *fixed, "--over", "gamma=6:10:3,beta=0:1:5", "--json").stdout)
    assert set(told["over"]) == {"gamma", "beta"}
    first, order = np.array(told["first"]), list(told["over"])
    seen = set()
    for place, beta in enumerate(told["over"]["beta"]):
        alone = rdgames.kept_by(solved(gamma=told["over"]["gamma"], **dict.fromkeys(PAIRS, beta)))
        here = first.take(place, axis=order.index("beta"))
        np.testing.assert_array_equal(here, alone["first"])
        seen |= set(here.tolist())
    assert len(seen) > 2
    assert told["points"] == 15


def test_a_pair_of_its_own_value_keeps_it_in_a_map():
    fixed = ("--fix", "a=100,b=1,n=3,c=60,c_1=50,gamma=8,beta_1_2=0.3")
    told = json.loads(run(*MODEL, *fixed, "--over", "beta=0.2 0.9", "--json").stdout)
    for place, beta in enumerate((0.2, 0.9)):
        alone = rdgames.kept_by(solved(gamma=8, **(dict.fromkeys(PAIRS, beta) | {"beta_1_2": 0.3})))
        assert told["first"][place] == int(alone["first"])
        assert told["kept"]["shapley"][place] == bool(alone["kept"].sel(rule="shapley"))


def test_a_map_is_printed_and_drawn(tmp_path):
    fixed = ("--fix", "a=100,b=1,n=3,c=60,c_1=55,gamma=8")
    lines = run(*MODEL, *fixed, "--over", "beta=0:1:6", "--plot", str(tmp_path / "kept.svg")).stdout.splitlines()
    assert lines[0].startswith("What keeps firms_1, firms_2 and firms_3 together over beta")
    assert "  beta at 0: no division" in lines
    assert "  beta from 0.6 to 1: shapley" in lines
    assert lines[-1].endswith("own at 0, shapley at 3.")
    assert "shapley" in (tmp_path / "kept.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([*AT, "--plot", "x.png"], "found 0 swept parameters with --plot"),
        ([*AT, "--plot", "x.doc"], "cannot write x.doc"),
        ([*AT, "--over", "beta=0:1:3"], "beta in --over and in --fix"),
        (
            ["--fix", "a=100,b=1,n=3,c=60,beta=0.1", "--over", "gamma=5"],
            "expected several values, such as gamma=0:1:51",
        ),
        (["--fix", "a=100,b=1,n=3,c=60,beta=0:1:3,gamma=5"], "several values of beta in --fix"),
        (["--fix", "a=100,b=1,c=60,beta=0.1,gamma=5", "--over", "n=2 3"], "n"),
        ([*AT, "--rules", "own,own"], "found a rule twice"),
    ],
)
def test_wrong_use_is_explained(arguments, says):
    with pytest.raises(InputError, match=says):
        run(*MODEL, *arguments)


def test_players_and_rules_that_are_not_known_are_told():
    with pytest.raises(UnknownNameError, match="did you mean 'firms_1'"):
        run(*MODEL, *AT, "--coalition", "firm_1,firms_2")
    with pytest.raises(UnknownNameError, match="did you mean 'shapley'"):
        run(*MODEL, *AT, "--rules", "own,shaply")


def test_wrong_use_is_one_message_and_exit_code_two():
    words = [sys.executable, "-m", "rdgames", "stable", *MODEL, "--fix", "n=3", "--plot", "x.png"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("rdgames: found 0 swept parameters with --plot")
