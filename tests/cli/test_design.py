"""The command that chooses parameters for a purpose."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import rdgames
from rdgames.cli.design import app
from rdgames.errors import InputError, UnknownNameError

MARKET = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 5, "beta": 0.2, "sigma_c": 0.5}
FIX = ("--fix", ",".join(f"{name}={value}" for name, value in MARKET.items()))
KATZ = ("katz-1986", "--regime", "gross-sharing", "--choose", "theta=0.2:1", *FIX)
PAIR = ("daspremont-jacquemin", "--regime", "cartel", "--fix", "a=100,b=1,n=2,gamma=5,beta=0.5,c=60,c_1=50")


def run(*arguments):
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_json_says_what_the_library_finds():
    asked = ("profit >= competition.profit", "x <= 1.8")
    done = run(*KATZ, "--maximize", "welfare", "--subject", asked[0], "--subject", asked[1], "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    found = rdgames.design(
        rdgames.load("katz-1986"),
        "gross-sharing",
        choose={"theta": (0.2, 1)},
        maximize="welfare",
        subject=asked,
        **MARKET,
    )
    assert told["choices"]["theta"]["choice"] == pytest.approx(found["choice"].item(), rel=1e-9)
    assert told["choices"]["theta"]["bounds"] == ["0.2", "1"]
    assert told["choices"]["theta"]["holds_to"] == pytest.approx(found["high"].item(), rel=1e-9)
    assert told["objective"] == pytest.approx(found["objective"].item(), rel=1e-9)
    assert told["certified"] is True
    rows = {row["constraint"]: row for row in told["constraints"]}
    assert list(rows) == [*asked, "theta >= 0.2", "theta <= 1"]
    assert [name for name, row in rows.items() if row["binds"]] == ["x <= 1.8"]
    multiplier = found["multiplier"].sel(constraint="x <= 1.8").item()
    assert rows["x <= 1.8"]["multiplier"] == pytest.approx(multiplier, rel=1e-9)
    assert multiplier > 0


def test_the_table_has_a_row_for_each_constraint():
    lines = run(*KATZ, "--maximize", "welfare", "--subject", "participation", "--subject", "x <= 1.8").stdout
    assert lines.startswith("The best choice that satisfies all requirements.")
    rows = {line.split("  ")[0].strip(): line.split() for line in lines.splitlines() if line.strip()}
    assert rows["participation of firms"][-2:] == ["no", "0"]
    assert rows["x <= 1.8"][-2] == "yes"
    assert float(rows["x <= 1.8"][-1]) == pytest.approx(26.9707, rel=1e-4)
    assert float(rows["theta"][1]) == pytest.approx(0.650261, rel=1e-4)
    assert "Certified:" in lines


def test_what_conflicts_is_named_and_says_no():
    asked = ("--subject", "x >= 2.5", "--subject", "x <= 1.8", "--subject", "profit >= 100")
    done = run(*KATZ, "--maximize", "welfare", *asked)
    assert done.exit_code == 1
    assert "No choice satisfies all requirements" in done.stdout
    assert "No choice reconciles: x >= 2.5; x <= 1.8." in done.stdout
    assert "Not certified" in done.stdout


def test_without_an_equilibrium_nothing_is_defined():
    arguments = ("katz-1986", "--regime", "gross-sharing", "--choose", "theta=0.2:1", "--maximize", "welfare")
    done = run(*arguments, "--fix", "a=100,b=1,c=60,n=2,gamma=0.1,beta=1,sigma_c=0.5", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["status"] == "no equilibrium is valid for any choice"
    assert told["choices"]["theta"]["choice"] is None
    assert told["objective"] is None
    assert [row["margin"] for row in told["constraints"]] == [None, None]


def test_shares_are_a_contract_of_single_players():
    """Of fixed shares of everything, that of which the smallest gain is largest leaves both the same gain."""
    done = run(*PAIR, "--shares", "s, 1 - s", "--choose", "s=0:1", "--maximize", "smallest gain", "--json")
    share = json.loads(done.stdout)["choices"]["s"]["choice"]
    game = rdgames.explicit(rdgames.load("daspremont-jacquemin"), different=["c"], n=2)
    given = {"a": 100, "b": 1, "gamma": 5, "beta_1_2": 0.5, "beta_2_1": 0.5, "c_1": 50, "c_2": 60}
    earned = rdgames.sweep(game, ["cartel", "competition"], **given)
    total = (earned["profit_1"] + earned["profit_2"]).values[0]
    outside = earned["profit_1"].values[1], earned["profit_2"].values[1]
    assert share * total - outside[0] == pytest.approx((1 - share) * total - outside[1], abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--choose", "theta=1"], "found theta=1 in --choose, expected two bounds"),
        (["--choose", "theta=0:1:9"], "found theta=0:1:9 in --choose, expected two bounds"),
        (["--choose", "theta=0.2:1", "--subject", "participations"], "did you mean 'participation'"),
        (["--choose", "theta=1:0.2"], "expected a lower bound first"),
        (["--choose", "gamma=2:5"], "both to choose and with the value"),
        (["--choose", "theta=0.2:1", "--fix", "beta=0:1:3"], "found beta twice"),
    ],
)
def test_wrong_use_is_explained(arguments, says):
    with pytest.raises(InputError, match=says):
        run("katz-1986", "--regime", "gross-sharing", "--maximize", "welfare", *FIX, *arguments)


def test_a_design_at_each_of_several_points():
    arguments = ("katz-1986", "--regime", "gross-sharing", "--choose", "theta=0.2:1", "--maximize", "welfare")
    fixed = ("--fix", "a=100,b=1,c=60,n=2,gamma=5,sigma_c=0.5", "--subject", "profit >= competition.profit")
    asked = (*arguments, *fixed, "--subject", "x <= 1.8", "--over", "beta=0.2 0.4")
    done = run(*asked, "--json")
    assert done.exit_code == 1  # where beta is 0.4, no choice satisfies both
    told = json.loads(done.stdout)
    assert [row["at"] for row in told["points"]] == [{"beta": 0.2}, {"beta": 0.4}]
    one, other = told["points"]
    alone = json.loads(run(*KATZ, *arguments[5:], *fixed[2:], "--subject", "x <= 1.8", "--json").stdout)
    assert one["choices"]["theta"]["choice"] == pytest.approx(alone["choices"]["theta"]["choice"], rel=1e-9)
    assert one["certified"]
    assert [row["constraint"] for row in other["constraints"] if row["conflict"]] == [fixed[3], "x <= 1.8"]
    lines = run(*asked).stdout
    assert "conflict: profit >= competition.profit; x <= 1.8" in lines
    assert "At 1 of 2 points: the best choice that satisfies all requirements." in lines


def test_what_is_shared_by_all_pairs_is_swept_for_all_of_them():
    fixed = ("--fix", "a=100,b=1,n=2,gamma=5,c=60,c_1=50", "--over", "beta=0.5 0.9")
    asked = ("daspremont-jacquemin", "--regime", "cartel", "--shares", "s, 1 - s", "--choose", "s=0:1")
    told = json.loads(run(*asked, *fixed, "--maximize", "smallest gain", "--json").stdout)
    alone = json.loads(run(*PAIR, *asked[3:], "--maximize", "smallest gain", "--json").stdout)
    assert told["points"][0]["choices"]["s"]["choice"] == pytest.approx(alone["choices"]["s"]["choice"], rel=1e-9)
    assert told["points"][1]["objective"] > told["points"][0]["objective"]


def test_one_point_is_expected():
    with pytest.raises(InputError, match=r"found several values of beta in --fix, expected one; sweep it with --over"):
        run(*KATZ[:5], "--maximize", "welfare", "--fix", "a=100,b=1,c=60,n=2,gamma=5,beta=0:0.4:3,sigma_c=0.5")


def test_names_that_are_not_known_are_told():
    with pytest.raises(UnknownNameError, match="welfar"):
        run(*KATZ, "--maximize", "welfar")


def test_wrong_use_is_one_message_and_exit_code_two():
    words = [sys.executable, "-m", "rdgames", "design", *KATZ[:3], "--choose", "theta=1", "--maximize", "welfare"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("rdgames: found theta=1 in --choose")
