"""Model files that start from another."""

from __future__ import annotations

import pytest

import rdgames as rd
from rdgames.errors import ModelError
from rdgames.modelfile.files import game_from_text, game_to_text

SHORT = """
name = "taxed"
extends = "daspremont-jacquemin"
assumptions = ["a > 2*c"]
abbreviations = { k = false }
parameters.t = { domain = "0 <= t < 1", description = "tax" }
payoffs.firms = "(1 - t)*profit[i]"
"""


def test_a_file_takes_over_a_game_and_changes_it(aj):
    game = game_from_text(SHORT)
    assert set(game.parameter) == {*aj.parameter, "t"}
    assert [str(payoff.to_document()) for payoff in game.payoffs] == ["(1 - t)*profit[i]"]
    assert len(game.assumptions) == 2
    assert [entry.name for entry in game.abbreviations] == ["T", "D", "s"]
    assert game.definitions == aj.definitions


def test_what_is_said_about_a_game_is_not_taken_over(aj):
    game = game_from_text(SHORT)
    assert [regime.name for regime in game.regimes] == ["competition"]
    assert not game.claims
    assert not game.published
    assert game.citation is None
    assert game.status == ""


def test_a_tax_on_profits_changes_no_choice(aj):
    point = {"a": 130, "b": 1, "c": 60, "n": 2, "beta": 0, "gamma": 5}
    taxed = rd.solve(game_from_text(SHORT)).at(**point, t="1/4")
    assert taxed.values["x"] == rd.solve(aj).at(**point).values["x"]
    assert taxed.conditions["participation"].margin == taxed.values["profit"] * 3 / 4


def test_written_out_it_is_a_game_like_any_other():
    game = game_from_text(SHORT)
    text = game_to_text(game)
    assert "extends" not in text
    assert game_from_text(text) == game


def test_mistakes_are_located():
    with pytest.raises(ModelError, match=r"line 3, extends: found the model 'daspremont'.*did you mean"):
        game_from_text(SHORT.replace("daspremont-jacquemin", "daspremont"))
    with pytest.raises(ModelError, match=r"line 7, payoffs.firms: found the undefined name 'profits'"):
        game_from_text(SHORT.replace("profit[i]", "profits[i]"))


def test_abbreviations_give_way_to_what_a_file_plays():
    game = game_from_text(
        SHORT.replace("abbreviations = { k = false }", 'parameters.k = "k > 0"').replace("t)", "t*k)")
    )
    assert "k" in game.parameter
    assert "k" not in {entry.name for entry in game.abbreviations}


def test_a_file_can_put_a_stage_before_what_it_takes_over():
    text = """
name = "subsidized"
extends = "daspremont-jacquemin"
groups.government = "1"
[stages.policy]
actions.t = { by = "government", signed = true }
[stages]
research = true
production = true
[definitions]
rate = "sum(t[j] for j in government)"
[payoffs]
government = "welfare - rate*sum(x[j] for j in firms)"
firms = "profit[i] + rate*x[i]"
"""
    game = game_from_text(text)
    assert [stage.name for stage in game.stages] == ["policy", "research", "production"]
    last = game_from_text(text.replace("research = true\nproduction = true", ""))
    assert [stage.name for stage in last.stages] == ["research", "production", "policy"]
    with pytest.raises(ModelError, match=r"stages\.reserach"):
        game_from_text(text.replace("research = true", "reserach = true"))
