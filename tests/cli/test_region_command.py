"""The command that finds where a statement is true."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

import rdgames
from rdgames.cli.region import app
from rdgames.errors import InputError
from rdgames.theorems.region import region

MODEL = "daspremont-jacquemin"


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(rdgames, "region", region, raising=False)
    return lambda *arguments: CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_the_condition_is_printed(run):
    done = run(MODEL, "merger.x > competition.x", "--given", "n >= 2")
    assert done.exit_code == 0
    assert "true exactly when beta > (3*n + 1)/(n**2 + 6*n + 1)" in done.stdout


def test_json_is_one_document(run):
    done = run(MODEL, "rjv-competition.welfare > cartel.welfare", "--fix", "n=2,b=1", "--fix", "gamma=5", "--json")
    document = json.loads(done.stdout)
    assert document["finding"] == "exact"
    assert document["intervals"][0]["high"]["value"] == pytest.approx(0.518780643070853)


def test_a_claim_of_the_model_may_be_named(run):
    assert "always true" in run(MODEL, "P1a").stdout


def test_contradictions_say_no(run):
    assert run(MODEL, "cartel.x > merger.x", "--given", "n >= 2 and n < 2").exit_code == 1


def test_mistakes_are_named(run):
    with pytest.raises(InputError, match="name=value"):
        run(MODEL, "P1a", "--fix", "n")
    with pytest.raises(InputError, match="--timeout"):
        run(MODEL, "P1a", "--timeout", "0")
