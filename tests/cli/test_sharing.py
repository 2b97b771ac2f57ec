"""The command that divides what cooperation earns."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import rdgames
from rdgames.cli.points import single_players, spread_out
from rdgames.cli.sharing import app
from rdgames.errors import InputError

MODEL = "daspremont-jacquemin"
FIXED = ("--fix", "a=200,b=1,n=3,gamma=25,beta=0.2,beta_1_2=0.3")
LEMAIRE = """coalition,worth
Ann,46125
Bob,17437.5
Cid,5812.5
Ann + Bob,69187.5
Ann + Cid,53812.5
Bob + Cid,30750
Ann + Bob + Cid,90000
"""
MEMBERS = """name,c,risk_share,knowledge_share,outlay
Acme,40,0.5,0.2,10
Bolt,45,0.3,0.3,5
Cog,42,0.2,0.5,5
"""


@pytest.fixture
def lemaire(tmp_path):
    path = tmp_path / "lemaire.csv"
    path.write_text(LEMAIRE, encoding="utf-8")
    return str(path)


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "members.csv"
    path.write_text(MEMBERS, encoding="utf-8")
    return str(path)


def run(*arguments):
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_a_table_of_coalitions_is_divided(lemaire):
    lines = run("--worth", lemaire, "--rules", "equal-split,shapley,nucleolus").stdout.splitlines()
    assert lines[0].split() == ["rule", "Ann", "Bob", "Cid", "in", "the", "core"]
    assert lines[2].split() == ["shapley", "51750", "25875", "12375", "yes"]
    assert lines[3].split() == ["nucleolus", "52687.5", "24468.8", "12843.8", "yes"]
    assert "equal-split: Ann would leave: gets 30000, and is worth 46125." in lines
    assert lines[-1] == "The game is superadditive; the core is not empty."


def test_json_is_one_document(lemaire):
    document = json.loads(run("--worth", lemaire, "--rules", "equal-split,tau", "--json").stdout)
    assert document["rules"]["tau"]["shares"] == {"Ann": 51900, "Bob": 25687.5, "Cid": 12412.5}
    assert document["rules"]["equal-split"]["leaving"][0] == {
        "coalition": "Ann", "members": 1, "gets": 30000, "worth": 46125, "gain": 16125,
    }  # fmt: skip
    assert document["worth"]["Ann and Bob"] == 69187.5


def test_a_game_with_members_is_solved_and_divided(people):
    document = json.loads(
        run(
            MODEL, "--regime", "rjv-cartel", *FIXED, "--members", people, "--rules", "shapley,proportional", "--json"
        ).stdout
    )
    assert document["players"] == ["Acme", "Bolt", "Cog"]
    game = rdgames.explicit(rdgames.load(MODEL), different=["c"], n=3)
    spillovers = {name: 0.2 for name in game.parameter if name.startswith("beta")} | {"beta_1_2": 0.3}
    worth = rdgames.worth(game, "rjv-cartel", a=200, b=1, gamma=25, c_1=40, c_2=45, c_3=42, **spillovers)[
        "worth"
    ].values
    shapley = rdgames.Shapley().divide(worth).shares
    assert list(document["rules"]["shapley"]["shares"].values()) == pytest.approx(shapley.tolist())
    assert document["rules"]["proportional"]["shares"]["Acme"] == pytest.approx(worth[-1] / 2)
    assert document["outsiders"] == "all others stay alone"


def test_partition_rules_solve_every_partition():
    arguments = (MODEL, "--regime", "cartel", "--fix", "a=200,b=1,c=40,n=3,gamma=25,beta=0.2", "--outsiders", "merged")
    document = json.loads(run(*arguments, "--rules", "myerson-partition,externality-free", "--json").stdout)
    shares = document["rules"]["myerson-partition"]["shares"]
    assert len({round(share, 6) for share in shares.values()}) == 1  # all players are alike
    assert sum(shares.values()) == pytest.approx(document["worth"]["firms_1, firms_2 and firms_3"])


def test_what_is_unknown_says_no():
    done = run(MODEL, "--regime", "cartel", "--fix", "a=200,b=1,c=40,n=2,gamma=0.01,beta=0.2")
    assert done.exit_code == 1
    assert done.stdout.startswith("Nothing is divided: the worth of firms_1 is unknown")


def test_figures_are_written(lemaire, tmp_path):
    run("--worth", lemaire, "--plot", str(tmp_path / "bars.svg"), "--ternary", str(tmp_path / "core.png"))
    assert "equal-split" in (tmp_path / "bars.svg").read_text(encoding="utf-8")
    assert (tmp_path / "core.png").read_bytes().startswith(b"\x89PNG")


def test_a_map_says_which_rule_is_in_the_core(people, tmp_path):
    rules, target = "equal-split,shapley", tmp_path / "map.svg"
    fixed = ("--fix", "a=200,b=1,n=3,gamma=25", "--members", people, "--rules", rules)
    asked = (MODEL, "--regime", "rjv-cartel", *fixed, "--over", "beta=0:1:5")
    told = json.loads(run(*asked, "--plot", str(target), "--json").stdout)
    game = rdgames.explicit(rdgames.load(MODEL), different=["c"], n=3)
    for place, beta in enumerate(told["over"]["beta"]):
        spillovers = {name: beta for name in game.parameter if name.startswith("beta")}
        worth = rdgames.worth(game, "rjv-cartel", a=200, b=1, gamma=25, c_1=40, c_2=45, c_3=42, **spillovers)
        alone = rdgames.share(worth, rules)
        for rule in rules.split(","):
            assert told["kept"][rule][place] == bool(alone["in_core"].sel(rule=rule))
    assert told["coalition"] == "Acme, Bolt and Cog"
    assert told["keeps"] == "no coalition gains by leaving"
    assert "Kept together: no coalition gains by leaving." in run(*asked).stdout
    assert "gains by leaving" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "either a model"),
        ([MODEL], "no --regime"),
        ([MODEL, "--regime", "cartel", "--worth", "x.csv"], "either a model"),
        (["--worth", "x.csv", "--regime", "cartel"], "--regime with --worth"),
        (["--worth", "none.csv"], "cannot read"),
        (["--worth", "x.csv", "--over", "beta=0:1:3"], "--over with --worth"),
        ([MODEL, "--regime", "cartel", *FIXED, "--over", "beta=0:1:3"], "beta in --over and in --fix"),
        ([MODEL, "--regime", "cartel", *FIXED, "--over", "c=40:45:3", "--ternary", "x.png"], "a triangle shows no map"),
        ([MODEL, "--regime", "cartel", *FIXED, "--over", "c=40:45:3", "--latex"], "--latex with --over"),
        (
            [MODEL, "--regime", "cartel", "--fix", "a=100,b=1,n=3,beta=0.2,c=40,gamma=5:8:3"],
            "several values of gamma in --fix",
        ),
        ([MODEL, "--regime", "cartel", "--fix", "a=100,b=1,n=2,bta=0.2,c=40,gamma=5"], "did you mean 'beta'|bta"),
        ([MODEL, "--regime", "cartel", "--fix", "n=2", "--rules", "shaply"], "did you mean 'shapley'|no value"),
        ([MODEL, "--regime", "cartel", "--plot", "x.doc"], "cannot write x.doc"),
    ],
)
def test_wrong_use_is_explained(arguments, says):
    with pytest.raises(InputError, match=says):
        run(*arguments)


def test_a_value_twice_is_refused(people):
    with pytest.raises(InputError, match=r"c_1 in --fix and in .*members.csv"):
        run(MODEL, "--regime", "cartel", *FIXED, "--fix", "c_1=40", "--members", people)


def test_wrong_use_is_one_message_and_exit_code_two(lemaire):
    words = [sys.executable, "-m", "rdgames", "share", "--worth", lemaire, "--rules", "shapley,owen"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("rdgames: the rule 'owen' needs more than a name")


def test_values_for_all_are_spread_to_those_without_their_own():
    game = rdgames.load(MODEL)
    single, values = single_players(
        game, {"n": "2", "a": "9", "c_1": "3", "c": "4", "beta": "1/2", "beta_2_1": "0"}, []
    )
    assert spread_out(game, single, values, {}) == {
        "a": "9", "c_1": "3", "c_2": "4", "beta_1_2": "1/2", "beta_2_1": "0",
    }  # fmt: skip


def test_latex_prints_a_table_for_a_paper(lemaire):
    printed = run("--worth", lemaire, "--rules", "equal-split,shapley", "--latex").stdout
    assert r"shapley & $51750$ & $25875$ & $12375$ & yes \\" in printed
    assert r"equal-split & $30000$ & $30000$ & $30000$ & no \\" in printed
    with pytest.raises(InputError, match="expected one of them"):
        run("--worth", lemaire, "--latex", "--json")
