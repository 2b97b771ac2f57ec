"""What is seen is what the library says of the same points, and the calls beneath draw the same map."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

import rdgames as rd
from rdgames.cli.commands import app
from rdgames.panels import words
from rdgames.panels.asked import read_asked
from rdgames.panels.survey import Survey

REGIMES = ["competition", "cartel", "rjv-cartel"]


@pytest.fixture(scope="module")
def survey(aj):
    return Survey(read_asked(aj, REGIMES, points=21))


@pytest.fixture(scope="module")
def sight(survey):
    return survey.see(survey.asked.first)


def test_map_is_that_of_best_regimes(survey, sight, aj):
    sides = {name: survey.asked.values(name) for name in ("beta", "gamma")}
    best = rd.best_regimes(aj, REGIMES, "welfare", a=100, b=1, c=60, n=2, **sides)
    np.testing.assert_array_equal(sight.codes, best["best_regime"].transpose("beta", "gamma").values)
    assert (sight.codes == -1).any()
    assert (sight.codes == 2).any()
    swept = rd.sweep(aj, REGIMES, outcomes=["welfare"], a=100, b=1, c=60, n=2, **sides)
    np.testing.assert_array_equal(sight.complete, swept["valid"].all("regime").transpose("beta", "gamma").values)


def test_sides_can_be_exchanged(survey, sight):
    look = survey.asked.first
    turned = survey.see(replace(look, across=look.up, up=look.across))
    np.testing.assert_array_equal(turned.codes, sight.codes.T)


def test_regimes_keep_their_places_when_others_are_not_compared(survey, sight):
    alone = survey.see(replace(survey.asked.first, regimes=("cartel",)))
    assert set(np.unique(alone.codes)) == {-1, 1}
    assert list(alone.points) == ["cartel"]


def test_point_is_that_of_the_equilibrium(survey, sight, aj):
    expected = rd.solve(aj, "rjv-cartel").at(a=100, b=1, c=60, n=2, beta=0.5, gamma=5)
    assert survey.value(sight, "rjv-cartel", "x") == expected.values["x"]
    said = words.table(survey, sight)
    assert f"<strong>{expected.values['welfare']:.5g}<span> highest" in said
    assert words.point_sentence(survey, sight).startswith(
        "At beta = 0.5, gamma = 5, the highest is 958.36 money, under rjv"
    )


def test_what_is_no_equilibrium_has_a_reason_and_no_numbers(survey):
    look = survey.asked.first
    low = survey.see(replace(look, values={**look.values, "gamma": 0.3, "beta": 0.0}))
    assert survey.value(low, "cartel", "welfare") is None
    assert "no, this fails: no unequal division of x among firms does better than the equal one" in words.table(
        survey, low
    )
    assert words.point_sentence(survey, low) == "At beta = 0, gamma = 0.3, no regime is an equilibrium."


def test_sentence_has_the_shares_of_the_map(survey, sight):
    share = round(100 * (sight.codes == 2).mean())
    none = round(100 * (sight.codes < 0).mean())
    said = words.sentence(survey, sight)
    assert said.startswith(f"Over beta and gamma, welfare is highest under rjv-cartel in {share} % of the map")
    assert f"in {none} % no regime is an equilibrium" in said


def test_ties_are_said(aj):
    survey = Survey(read_asked(aj, ["competition", "cartel"], of="x", points=21, beta=0.5))
    sight = survey.see(survey.asked.first)
    np.testing.assert_array_equal(np.flatnonzero(sight.tied.any(axis=1)), [10])  # at beta = 1/2
    assert words.sentence(survey, sight).endswith("several tie, and the one named first is shown.")
    assert words.point_sentence(survey, sight).endswith("under competition and cartel.")


def test_what_cannot_be_seen_is_said_in_words(survey, sight):
    look = survey.asked.first
    assert survey.see(replace(look, regimes=())).problem == "No regime is ticked: tick at least one."
    outside = survey.see(replace(look, values={**look.values, "c": -1.0}))
    assert outside.problem.startswith("There is nothing to show: c = -1.0 is outside its domain c >= 0")
    assert (outside.codes == -1).all()
    assert words.sentence(survey, outside) == outside.problem
    assert words.table(survey, outside) == ""


def test_assumptions_that_fail_everywhere_leave_no_equilibrium(survey):
    look = survey.asked.first
    dear = survey.see(replace(look, values={**look.values, "c": 120.0}))
    assert words.sentence(survey, dear) == "Over beta and gamma, no regime is an equilibrium anywhere on the map."


def test_python_call_draws_the_same_map(survey, sight, monkeypatch):
    drawn = []
    monkeypatch.setattr(rd, "plot_regions", lambda *given: drawn.append(given))
    exec(words.python_call(survey, sight), {"rd": rd})
    [(dataset, outcome)] = drawn
    assert outcome == "welfare"
    welfare = dataset["welfare"].transpose("regime", "beta", "gamma").fillna(-np.inf).values
    shown = np.take_along_axis(welfare, np.maximum(sight.codes, 0)[None], axis=0)[0]
    there = sight.codes >= 0  # at beta = 1 regimes tie, but for rounding
    np.testing.assert_allclose(shown[there], welfare.max(axis=0)[there], rtol=1e-12)
    np.testing.assert_array_equal(there, np.isfinite(welfare.max(axis=0)))


def test_command_is_one(survey, sight, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    program, *typed = shlex.split(words.command(survey, sight))
    done = CliRunner().invoke(app, [*typed, "--json"])
    assert (program, done.exit_code) == ("rdgames", 0)
    told = json.loads(done.stdout)
    assert told["points"] == 21 * 21
    assert told["regimes"]["cartel"]["valid"] == int(
        survey.dataset(sight.look)["welfare"].sel(regime="cartel").notnull().sum()
    )
    assert (tmp_path / "map.png").is_file()


def test_sentences_are_typed_one_by_one(aj):
    survey = Survey(read_asked(aj, ["competition", "firms choose x jointly; firms share beta = 1"], points=3))
    typed = words.command(survey, survey.see(survey.asked.first))
    assert "--regimes competition --regimes 'firms choose x jointly; firms share beta = 1'" in typed
