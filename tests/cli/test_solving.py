"""What ``rdgames solve`` says of bounds that bind, of games without formulas, and of deviations."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

GAME = """
name = "ads"
parameters.a = "a > 0"
parameters.k = "k > 0"
parameters.n = { domain = "n >= 1", integer = true }
groups.firms = "n"
stages.campaign.actions.y = "firms"
stages.market.actions.q = "firms"
definitions.price = "a*exp(-sum(q[j] for j in firms))"
payoffs.firms = "price*q[i]*(1 + y[i]) - k*y[i]"
"""


def run(*arguments, cwd=None):
    job = [sys.executable, "-m", "rdgames", *arguments]
    return subprocess.run(job, capture_output=True, text=True, cwd=cwd, timeout=60, check=False)


@pytest.fixture
def ads(tmp_path):
    (tmp_path / "ads.toml").write_text(GAME)
    return tmp_path


def test_without_formulas_there_are_conditions_and_a_reason(ads):
    done = run("solve", "ads.toml", "--regime", "competition", cwd=ads)
    assert done.returncode == 0
    assert "(no closed form; its value: --at)" in done.stdout
    assert "a player's payoff is strictly concave in its own y" in done.stdout
    said = " ".join(done.stdout.split())
    assert "Note: ads under 'competition' has no closed form (found exp" in said
    document = json.loads(run("solve", "ads.toml", "--regime", "competition", "--json", cwd=ads).stdout)
    assert document["conditions"]["interior_y"]["decides"]


def test_a_corner_is_found_and_checked_from_outside(ads):
    at = ("--at", "a=2,k=9,n=2")
    inside = json.loads(run("solve", "ads.toml", "--regime", "competition", *at, "--json", cwd=ads).stdout)
    assert inside["status"] == "invalid"
    done = run(
        "solve", "ads.toml", "--regime", "competition", *at, "--corners", "--check", "--json", "--strict", cwd=ads
    )
    corner = json.loads(done.stdout)
    assert (done.returncode, corner["status"], corner["at_bounds"]) == (0, "valid", ["y"])
    assert corner["values"]["q"] == pytest.approx(1)  # marginal revenue a*exp(-Q)*(1 - q) is zero
    assert corner["deviations"]["status"] == "nobody gains"


def test_somebody_who_gains_is_named_and_strict_says_no():
    at = ("--at", "a=2,b=1,c=1,n=2,beta=0,gamma=3/2")
    done = run("solve", "daspremont-jacquemin", "--regime", "cartel", *at, "--check", "--strict")
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "firms jointly, one of firms apart gains 0.0248447" in said


def test_all_corners_are_printed_in_symbols():
    done = run("solve", "daspremont-jacquemin", "--regime", "competition", "--corners", "--json")
    cells = json.loads(done.stdout)["cells"]
    assert [cell["at_bounds"] for cell in cells] == [[], ["x"], ["unit_cost"], ["x", "q"], ["q", "unit_cost"]]
    assert cells[1]["formulas"]["q"] == "(a - c)/(b*(n + 1))"
    assert "corner_x" in cells[1]["conditions"]
    text = run("solve", "daspremont-jacquemin", "--regime", "competition", "--corners")
    assert "# x at the least level" in text.stdout
    assert "# unit_cost at its bound" in text.stdout
    at = ("--at", "a=100,b=1,c=20,n=2,gamma=1,beta=1/4")
    point = run("solve", "daspremont-jacquemin", "--regime", "competition", "--corners", *at)
    assert "Bounds: unit_cost at its bound" in point.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--check",), "without --at, expected a point"),
        (("--corners", "--latex", "--at", "a=1"), "found --latex or --abbreviate with --at"),
    ],
)
def test_wrong_use_is_one_clear_message(arguments, words):
    done = run("solve", "daspremont-jacquemin", "--regime", "competition", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
