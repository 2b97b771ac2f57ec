"""Proving from the command line as a skeptical user would: what is said, what is written, what the exit code means."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import rdgames as rd
from rdgames.modelfile.files import game_to_text

AJ = "daspremont-jacquemin"
CLAIMS = (
    '\n[claims]\nright = { is = "cartel.x > 0" }\nfalse-said-true = { is = "cartel.x < 0" }\n'
    'true-said-false = { is = "cartel.q > 0", verdict = "false" }\n'
    'open = { is = "competition.x > 0", verdict = "open" }\n'
    'false-said-false = { is = "sign(cartel.x - competition.x) == 1", verdict = "false" }\n'
)


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rdgames", *arguments], capture_output=True, text=True, cwd=cwd, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A model file with claims, two of which it records wrongly."""
    document = {**rd.load(AJ).to_document(), "name": "own"}
    for key in ("claims", "published"):
        document.pop(key)
    file = tmp_path_factory.mktemp("own") / "own.toml"
    file.write_text(game_to_text(rd.Game(**document)) + CLAIMS, encoding="utf-8")
    return file


def test_claim_of_the_model_by_its_name():
    done = run("prove", AJ, "P1a")
    assert (done.returncode, done.stderr) == (0, "")
    head, statement, found = done.stdout.splitlines()[:3]
    assert head == "P1a of daspremont-jacquemin, recorded as true"
    assert statement == "sign(cartel.x - competition.x) == sign(2*beta - 1), given n >= 2"
    assert found.startswith("proved (")


def test_statement_that_is_false_is_an_answer_of_no():
    done = run("prove", AJ, "cartel.x > competition.x", "--given", "n >= 2")
    assert (done.returncode, done.stderr) == (1, "")
    assert "refuted" in done.stdout
    assert "beta = " in done.stdout
    assert run("prove", AJ, "cartel.x > competition.x", "--given", "n >= 2 and beta > 1/2").returncode == 0


def test_claim_that_is_refuted_as_recorded_is_no_alarm():
    done = run("prove", AJ, "P3b", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    (claim,) = document["claims"]
    assert (claim["verdict"], claim["recorded"], claim["as_recorded"]) == ("refuted", "false", True)
    point = {name: value for name, value in claim["counterexample"]["parameters"].items() if name != "c"}
    assert set(point) == {"a", "b", "gamma", "beta", "n"}
    welfare = {
        regime: rd.solve(rd.load(AJ), regime).at(**claim["counterexample"]["parameters"]).values["welfare"]
        for regime in ("cartel", "competition")
    }
    assert welfare["cartel"] < welfare["competition"]


def test_all_claims_against_what_the_file_records(own):
    done = run("prove", str(own))
    assert (done.returncode, done.stderr) == (1, "")
    *lines, last = done.stdout.splitlines()
    found = {line.split()[0]: line for line in lines}
    assert list(found) == ["right", "false-said-true", "true-said-false", "open", "false-said-false"]
    assert "proved" in found["right"].split()
    assert "REFUTED, but recorded as true" in found["false-said-true"]
    assert "cartel.x = " in found["false-said-true"]  # the point is what one wants to see first
    assert "PROVED, but recorded as false" in found["true-said-false"]
    assert "refuted, as recorded" in found["false-said-false"]
    assert "proved, open so far" in found["open"]
    assert last.startswith("5 claims in ")
    assert last.endswith("3 proved, 2 refuted, 0 unknown; 2 not as the model records")


def test_json_of_all_claims_is_one_document(own):
    done = run("prove", str(own), "--json")
    assert (done.returncode, done.stderr) == (1, "")
    document = json.loads(done.stdout)
    assert (document["model"], document["assuming"], document["interrupted"]) == ("own", "optimum", False)
    counts = document["counts"]
    assert (counts["claims"], counts["proved"], counts["refuted"], counts["not as recorded"]) == (5, 3, 2, 2)
    for claim in document["claims"]:
        assert set(claim) >= {"claim", "statement", "given", "verdict", "layers", "counterexample", "seconds"}
        assert isinstance(claim["as_recorded"], bool)


def test_what_is_given_may_make_true_what_is_recorded_as_false(own):
    done = run("prove", str(own), "false-said-false", "--given", "beta > 1/2 and n >= 2")
    assert done.returncode == 0
    assert "proved" in done.stdout


def test_vacuous_claim_is_an_answer_of_no():
    done = run("prove", AJ, "cartel.x > competition.x", "--given", "beta > 1")
    assert done.returncode == 1
    assert "vacuous: the assumptions contradict each other" in done.stdout


def test_what_is_assumed_matters():
    """Without the second-order condition the formula for R&D can be negative."""
    assert run("prove", AJ, "cartel.x > 0").returncode == 0
    done = run("prove", AJ, "cartel.x > 0", "--assuming", "nothing")
    assert done.returncode == 1
    assert "refuted" in done.stdout


def test_unknown_within_the_time_limit_is_no_failure():
    started = time.monotonic()
    done = run("prove", "kamien-muller-zang-bertrand", "K7c", "--timeout", "2", "--json")
    assert time.monotonic() - started < 20  # without the limit it takes a minute; much may run beside
    (claim,) = json.loads(done.stdout)["claims"]
    assert done.returncode == 0
    assert claim["verdict"] == "unknown"
    assert claim["seconds"] < 10
    assert claim["tried"]


def test_claim_without_formulas_is_unknown_and_says_why(tmp_path):
    file = tmp_path / "logarithm.toml"
    file.write_text(
        'name = "logarithm"\n[parameters]\na = "a > 0"\nc = "c >= 0"\nn = { domain = "n >= 1", integer = true }\n'
        '[groups]\nfirms = "n"\n[stages.research]\nactions.x = "firms"\n[stages.market]\nactions.q = "firms"\n'
        '[definitions]\nprofit = { for = "i in firms", '
        'is = "(a - c + log(1 + x[i]) - sum(q[j] for j in firms))*q[i] - x[i]" }\n'
        '[payoffs]\nfirms = "profit[i]"\n[claims]\nsome = { is = "competition.x > 0" }\n'
    )
    done = run("prove", str(file))
    assert done.returncode == 0
    assert "unknown" in done.stdout
    assert "Traceback" not in done.stderr
    statics = run("statics", str(file), "--regime", "competition")
    assert statics.returncode == 1
    assert "no closed form" in statics.stderr


def test_certificate_is_written_and_verified(tmp_path):
    assert run("prove", AJ, "P1a", "--certificate", "p.json", cwd=tmp_path).returncode == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["p.json"]
    done = run("verify-certificate", "p.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "p.json: accepted: P1a of daspremont-jacquemin: proved" in done.stdout
    assert "the formulas are those that rdgames derives from daspremont-jacquemin" in done.stdout


def test_certificates_of_all_claims(own, tmp_path):
    done = run("prove", str(own), "--certificates", "shown", cwd=tmp_path)
    assert done.returncode == 1
    names = sorted(entry.name for entry in (tmp_path / "shown").iterdir())
    assert names == ["false-said-false.json", "false-said-true.json", "open.json", "right.json", "true-said-false.json"]
    files = [f"shown/{name}" for name in names]
    done = run("verify-certificate", *files, "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)["certificates"]
    assert [entry["file"] for entry in found] == files
    assert [entry["verdict"] for entry in found] == ["refuted", "refuted", "proved", "proved", "proved"]
    assert {entry["formulas"] for entry in found} == {"not checked"}
    assert "--model FILE" in found[0]["formulas_reason"]
    done = run("verify-certificate", *files, "--model", str(own), "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert {entry["formulas"] for entry in json.loads(done.stdout)["certificates"]} == {"derived"}


def test_forged_certificates_are_found_out(tmp_path):
    document = dict(rd.prove("P2a", rd.load(AJ)).certificate)
    forgeries = {
        "statement": {**document, "statement": "cartel.profit > competition.profit"},
        "assumed": {**document, "assumptions": [*document["assumptions"], _assumption("beta - 1")]},
        "model": {**document, "model": "amir-2000"},
        "empty": {},
    }
    for name, forged in forgeries.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(forged))
        done = run("verify-certificate", f"{name}.json", cwd=tmp_path)
        assert done.returncode == 1, name
        assert "rejected" in done.stdout or "cannot derive" in done.stdout or "derives other" in done.stdout, name
        assert "the formulas are those" not in done.stdout
    (tmp_path / "no.json").write_text("this is no JSON")
    done = run("verify-certificate", "no.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "no.json: rejected" in done.stdout


def _assumption(margin: str) -> dict[str, object]:
    factored = {"constant": "-1", "factors": [[margin, 1]]}
    return {
        "regime": "cartel",
        "name": "mine",
        "margin": factored,
        "strict": False,
        "applies": None,
        "whole": False,
    }


def test_certificate_with_formulas_of_another_game(own, tmp_path):
    """The proof is right, but about a game in which R&D costs twice as much."""
    other = tmp_path / "other.toml"
    other.write_text(own.read_text().replace("gamma*x[i]**2/2", "gamma*x[i]**2"))
    assert run("prove", str(other), "right", "--certificate", "c.json", cwd=tmp_path).returncode == 0
    done = run("verify-certificate", "c.json", "--model", str(own), cwd=tmp_path)
    assert done.returncode == 1
    assert "accepted" in done.stdout
    assert "rdgames derives other outcomes" in done.stdout
    assert run("verify-certificate", "c.json", "--model", str(other), cwd=tmp_path).returncode == 0


def test_statics_as_text_latex_and_json():
    asked = ("statics", AJ, "--regime", "cartel", "--of", "x,welfare", "--wrt", "c,gamma", "--given", "n >= 2")
    text = run(*asked)
    assert (text.returncode, text.stderr) == (0, "")
    assert [line.split() for line in text.stdout.splitlines()[1:4]] == [
        ["c", "gamma"],
        ["x", "-", "-"],
        ["welfare", "-", "-"],
    ]
    assert run(*asked, "--latex").stdout.splitlines()[4] == r"$x$ & $-$ & $-$ \\"
    document = json.loads(run(*asked, "--json").stdout)
    assert [entry["sign"] for entry in document["entries"]] == ["-"] * 4
    assert document["entries"][0]["derivative"].startswith("-")


def test_statics_of_one_outcome_by_one_parameter_shows_the_derivative():
    sentence = "firms choose x jointly; firms share beta = 1/2"
    done = run("statics", AJ, "--regime", sentence, "--of", "x", "--wrt", "gamma")
    assert (done.returncode, done.stderr) == (0, "")
    assert ": - (decreases)" in done.stdout
    assert "derivative: " in done.stdout
    assert "proved (" in done.stdout


def test_statics_in_a_time_limit_shows_what_it_found():
    started = time.monotonic()
    done = run("statics", "vertical-spillovers", "--regime", "competition", "--timeout", "2", "--json")
    assert time.monotonic() - started < 7
    document = json.loads(done.stdout)
    assert (done.returncode, document["ended"]) == (0, "timeout")
    assert document["seconds"] < 3
    assert "not tried" in [entry["sign"] for entry in document["entries"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("prove", "daspremont-jacquemn"), "did you mean 'daspremont-jacquemin'"),
        (("prove", AJ, "P1f"), "there is no claim 'P1f'"),
        (("prove", AJ, "cartell.x > competition.x"), "did you mean 'cartel'"),
        (("prove", AJ, "cartel.welfar > competition.welfare"), "did you mean 'welfare'"),
        (("prove", AJ, "cartel.x > 2*bta"), "did you mean 'beta'"),
        (("prove", AJ, "cartel.x > "), "this is no formula"),
        (("prove", AJ, "P1a", "--given", "bta > 1/2"), "did you mean 'beta'"),
        (("prove", AJ, "P1a", "--timeout", "0"), "more than 0 seconds"),
        (("prove", AJ, "P1a", "--timeout", "nan"), "more than 0 seconds"),
        (("prove", AJ, "P1a", "--assuming", "everything"), "'optimum', 'valid', 'nothing'"),
        (("prove", AJ, "--certificate", "x.json"), "--certificates FOLDER"),
        (("prove", AJ, "P1a", "--certificate", "x.txt"), ".json"),
        (("prove", AJ, "P1a", "--certificate", "nowhere/x.json"), "nowhere"),
        (("prove", AJ, "--certificates", "nowhere/below"), "nowhere/below"),
        (("verify-certificate", "nowhere.json"), "found no file nowhere.json"),
        (("statics", AJ), "--regime"),
        (("statics", AJ, "--regime", "cartell"), "did you mean 'cartel'"),
        (("statics", AJ, "--regime", "cartel", "--of", "welfar"), "did you mean 'welfare'"),
        (("statics", AJ, "--regime", "cartel", "--wrt", "bta,n"), "did you mean 'beta'"),
        (("statics", AJ, "--regime", "cartel", "--given", "m > 1"), "undefined name 'm'"),
        (("statics", AJ, "--regime", "cartel", "--latex", "--json"), "expected one of them"),
    ],
)
def test_wrong_use_is_one_clear_message(arguments, words, tmp_path):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_old_certificate_is_not_taken_for_one_of_what_is_unknown(tmp_path):
    done = run(
        "prove", "vertical-spillovers", "V4-profit-N", "--timeout", "0.01", "--certificate", "v.json", cwd=tmp_path
    )
    assert done.returncode == 0
    assert "is unknown, so v.json is not written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def interruptible(hearing: list[str], *arguments: str, cwd: Path) -> subprocess.Popen[str]:
    job = [*hearing, *arguments]
    return subprocess.Popen(job, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_interrupt_prints_what_was_decided(tmp_path, hearing):
    process = interruptible(hearing, "prove", "vertical-spillovers", "--certificates", "shown", cwd=tmp_path)
    first = [process.stdout.readline() for _ in range(2)]
    process.send_signal(signal.SIGINT)
    rest, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert [line.split()[:2] for line in first] == [["V1", "proved"], ["V2", "proved"]]
    assert "not reached" in rest.splitlines()[-1]
    assert "interrupted" in said
    assert "Traceback" not in said
    files = sorted(entry.name for entry in (tmp_path / "shown").iterdir())
    assert "V1.json" in files
    assert not [name for name in files if name.startswith(".")]
    for name in files:
        rd.check_certificate(tmp_path / "shown" / name)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_interrupted_statics_are_a_document_too(tmp_path, telling):
    start = telling("rdgames.theorems.differentiation", "Differentiation", "entry")
    process = interruptible(start, "statics", "vertical-spillovers", "--regime", "competition", "--json", cwd=tmp_path)
    for _ in range(2):
        assert process.stderr.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    document = json.loads(printed)
    assert document["ended"] == "interrupted"
    assert len(document["entries"]) == len(document["outcomes"]) * len(document["parameters"])
