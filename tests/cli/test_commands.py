"""The command line as a person or a program meets it: whole processes, their output, their exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

AT = "a=100,b=1,c=60,n=2,beta=1/4,gamma=5"


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rdgames", *arguments], capture_output=True, text=True, cwd=cwd, check=False, timeout=120
    )


def test_solve_at_a_point_prints_one_exact_document():
    done = run("solve", "daspremont-jacquemin", "--regime", "cartel", "--at", AT, "--json", "--exact")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["status"] == "valid"
    assert document["values"]["x"] == "160/67"
    assert document["parameters"]["beta"] == "1/4"
    assert document["conditions"]["second_order_unequal"] == {
        "margin": "31/8",
        "holds": True,
        "meaning": "no unequal division of x among firms does better than the equal one",
    }
    assert all(entry["holds"] for entry in document["conditions"].values())


def test_solve_prints_numbers_unless_exact_is_asked_for():
    document = json.loads(run("solve", "daspremont-jacquemin", "--regime", "cartel", "--at", AT, "--json").stdout)
    assert document["values"]["x"] == pytest.approx(160 / 67)
    assert document["parameters"]["beta"] == 0.25


def test_solving_starts_without_sympy_and_jax():
    code = (
        "import sys; from rdgames.cli import main; sys.argv = ['rdgames', 'solve', 'daspremont-jacquemin', '--regime',"
        f" 'cartel', '--at', '{AT}', '--json', '--exact']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = ('sympy', 'jax', 'numpy', 'xarray', 'matplotlib', 'scipy')\n"
        "print([m for m in heavy if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_invalid_point_says_so_and_strict_makes_it_an_answer_of_no():
    at = "a=2,b=1,c=1,n=2,beta=0,gamma=1.5"
    done = run("solve", "daspremont-jacquemin", "--regime", "cartel", "--at", at, "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["status"], document["failed"]) == (0, "invalid", ["second_order_unequal"])
    assert document["conditions"]["second_order_unequal"]["margin"] == -0.5
    assert run("solve", "daspremont-jacquemin", "--regime", "cartel", "--at", at, "--strict").returncode == 1


def test_division_by_zero_is_an_invalid_point_without_numbers():
    # D = 2*s*k, the boundary of existence: 9*b*gamma = 2*(2 - beta)*(1 + beta)
    at = "a=2,b=1,c=1,n=2,beta=1,gamma=4/9"
    done = run("solve", "daspremont-jacquemin", "--regime", "competition", "--at", at, "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["status"]) == (0, "invalid")
    assert document["conditions"]["existence"]["margin"] == 0
    assert document["values"]["x"] is None


def test_solve_in_symbols_as_text_latex_and_json():
    text = run("solve", "daspremont-jacquemin", "--regime", "cartel", "--abbreviate").stdout
    assert "2*T*k/(D - 2*k**2)" in text
    latex = run("solve", "daspremont-jacquemin", "--regime", "cartel", "--latex").stdout
    assert r"$x$ & $\displaystyle \frac{2 (\beta (n - 1) + 1) (a - c)}{b \gamma (n + 1)^{2}" in latex
    assert latex.count(r"\begin{tabular}") == 2  # formulas and conditions
    document = json.loads(run("solve", "daspremont-jacquemin", "--regime", "merger", "--json").stdout)
    assert document["formulas"]["x"] == "(beta*(n - 1) + 1)*(a - c)/(2*b*gamma*n - (beta*(n - 1) + 1)**2)"
    assert any("equal split imposed" in note for note in document["notes"])


def test_regime_in_one_line():
    named = json.loads(run("solve", "daspremont-jacquemin", "--regime", "rjv-cartel", "--at", AT, "--json").stdout)
    sentence = "firms choose x jointly; firms share beta = 1"
    written = json.loads(run("solve", "daspremont-jacquemin", "--regime", sentence, "--at", AT, "--json").stdout)
    assert written["values"] == named["values"]


def test_models_show_and_check():
    listed = json.loads(run("models", "--json").stdout)
    assert "daspremont-jacquemin" in [model["name"] for model in listed]
    shown = run("show", "daspremont-jacquemin").stdout
    assert "Σ_{j ∈ firms, j≠i} β_ij x_j" in shown
    assert "planner chooses x equally for welfare" in shown
    checked = run("check", "daspremont-jacquemin")
    assert checked.returncode == 0
    assert checked.stdout.count("closed form,") == 8
    assert json.loads(run("check", "daspremont-jacquemin", "--json").stdout)["derivations"]["cartel"] == "derived"


def test_main_job_writes_data_and_figure(tmp_path):
    done = run("sweep", "daspremont-jacquemin", "--out", "d.nc", "--plot", "f.png", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert summary["regimes"]["cartel"]["valid"] == summary["points"] == 201
    assert summary["files"] == ["d.nc", "f.png"]
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["d.nc", "f.png"]


def test_two_swept_parameters_are_drawn_as_a_map(tmp_path):
    fixed = ("--fix", "a=100,b=1,c=60,n=2", "--over", "beta=0:1:21,gamma=1:8:15", "--regimes", "competition,cartel")
    done = run("sweep", "daspremont-jacquemin", *fixed, "--plot", "map.svg", "--out", "m.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "<svg" in (tmp_path / "map.svg").read_text()
    assert "second_order_unequal" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("solve", "daspremont-jacquemn", "--regime", "cartel"), "did you mean 'daspremont-jacquemin'"),
        (("solve", "daspremont-jacquemin", "--regime", "cartell"), "did you mean 'cartel'"),
        (("solve", "daspremont-jacquemin", "--regime", "cartel", "--at", "a=1,bta=2"), "did you mean 'beta'"),
        (("solve", "daspremont-jacquemin", "--regime", "cartel", "--at", "a=1"), "beta (0 <= beta <= 1)"),
        (("solve", "daspremont-jacquemin", "--regime", "cartel", "--at", "a"), "name=value"),
        (("solve", "daspremont-jacquemin", "--regime", "cartel", "--at", "a=1,a=2"), "twice"),
        (("solve", "daspremont-jacquemin", "--regime", "cartel", "--at", AT.replace("1/4", "1.2")), "0 <= beta <= 1"),
        (("solve", "daspremont-jacquemin", "--regime", "cartel", "--at", AT.replace("n=2", "n=0")), "n >= 1"),
        (("solve", "daspremont-jacquemin", "--regime", "firms choose z jointly"), "'z'"),
        (("solve", "nowhere.toml", "--regime", "cartel"), "nowhere.toml"),
        (("solve", "daspremont-jacquemin"), "--regime"),
        (("slove", "daspremont-jacquemin"), "solve"),
        (("sweep", "daspremont-jacquemin", "--out", "x.xlsx"), ".nc"),
        (("sweep", "daspremont-jacquemin", "--plot", "nowhere/x.png"), "nowhere"),
        (("sweep", "daspremont-jacquemin", "--over", "beta=0:1:3"), "gamma (gamma > 0)"),
        (("sweep", "daspremont-jacquemin", "--outcome", "welfar"), "did you mean 'welfare'"),
        (("sweep", "daspremont-jacquemin", "--over", "beta=0:1:3", "--fix", "beta=1"), "in one of them"),
        (("sweep", "daspremont-jacquemin", "--regimes", "cartel,cartell"), "did you mean 'cartel'"),
    ],
)
def test_wrong_use_is_one_clear_message(arguments, words):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_model_file_lists_every_mistake_with_its_line(tmp_path):
    file = tmp_path / "broken.toml"
    text = (Path(__file__).parents[2] / "models" / "daspremont-jacquemin.toml").read_text()
    text = text.replace("gamma*x[i]**2/2", "gamma*x[i].__class__").replace('firms = "profit[i]"', 'firm = "profit[i]"')
    file.write_text(text)
    done = run("check", str(file))
    assert done.returncode == 2
    assert "an attribute (a dot)" in done.stderr
    assert "did you mean 'firms'" in done.stderr
    lines = text.splitlines()
    for mark in ("__class__", 'firm = "'):
        line = next(number for number, content in enumerate(lines, start=1) if mark in content)
        assert f"line {line}," in done.stderr


def test_payoff_that_is_not_concave_is_located(tmp_path):
    file = tmp_path / "convex.toml"
    file.write_text(
        'name = "convex"\n[parameters]\na = "a > 0"\nn = { domain = "n >= 1", integer = true }\n[groups]\nfirms = "n"\n'
        '[stages.production]\nactions.q = "firms"\n[payoffs]\nfirms = "a*q[i] + q[i]**2"\n'
    )
    done = run("check", str(file))
    assert done.returncode == 1
    assert "line 10, payoffs.firms" in done.stderr
    assert "strictly concave" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_interrupt_leaves_the_old_file(tmp_path, telling):
    old = tmp_path / "old.nc"
    old.write_bytes(b"what was here before")
    job = [*telling("rdgames.kernel.kernel", "Kernel", "evaluate"), "sweep", "daspremont-jacquemin", "--out", str(old)]
    job += ["--over", "beta=0:1:1500,gamma=2:12:1500,n=2:21:20", "--fix", "a=100,b=1,c=60"]
    process = subprocess.Popen(
        job,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert old.read_bytes() == b"what was here before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["old.nc"]
