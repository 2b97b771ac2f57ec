"""Every proposition and every published formula of every packaged model, held against what the engine derives."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from rdgames.claims.checking import check_claim, check_claims
from rdgames.claims.functions import ExactPoint
from rdgames.claims.hypotheses import Hypotheses, everything_that_decides
from rdgames.claims.published import check_all_published, check_published
from rdgames.claims.reading import Proposition
from rdgames.claims.truth import AtPoint
from rdgames.modelfile.catalogue import load, models

GAMES = {name: load(name) for name in models()}
CLAIMS = [pytest.param(game, claim, id=f"{name}-{claim.name}") for name, game in GAMES.items() for claim in game.claims]
TRUE = [param for param in CLAIMS if param.values[1].verdict == "true"]
FALSE = [param for param in CLAIMS if param.values[1].verdict == "false"]
PUBLISHED = [
    pytest.param(game, entry, id=f"{name}-{entry.name}") for name, game in GAMES.items() for entry in game.published
]


@pytest.mark.parametrize(("game", "claim"), TRUE)
def test_a_true_claim_holds_at_many_admissible_points(game, claim):
    check = check_claim(game, claim, points=200)
    assert check.finding == "holds", str(check)
    assert check.points >= 100
    assert check.as_known


@pytest.mark.parametrize(("game", "claim"), TRUE)
def test_a_true_claim_also_holds_where_all_conditions_do(game, claim):
    check = check_claim(game, claim, points=100, seed=7, admissible=everything_that_decides)
    assert check.finding == "holds", str(check)
    assert check.points >= 50


@pytest.mark.parametrize(("game", "claim"), FALSE)
def test_a_false_claim_is_refuted_whatever_the_seed(game, claim):
    for seed in range(3):
        check = check_claim(game, claim, seed=seed)
        assert check.finding == "refuted", str(check)
        assert check.as_known


@pytest.mark.parametrize(("game", "claim"), FALSE)
def test_the_note_of_a_false_claim_has_a_counterexample_at_which_every_condition_holds(game, claim):
    told = dict(re.findall(r"\b([A-Za-z_]\w*) = (\d+(?:/\d+)?)", claim.note))
    point = ExactPoint({name: Fraction(told[name]) for name in game.parameter})
    proposition = Proposition.read(game, claim)
    hypotheses = Hypotheses.of(game, proposition.given, proposition.statement, everything_that_decides)
    assert all(point.values[name] == value for name, value in hypotheses.fixed.items())
    assert all(game.parameter[name].problem(value) is None for name, value in point.values.items())
    assert hypotheses.violations(point) == 0
    assert not AtPoint(game, point).decide(proposition.statement)[0]


@pytest.mark.parametrize(("game", "claim"), CLAIMS)
def test_every_claim_says_what_it_means_and_whence_it_comes(game, claim):
    assert claim.words
    assert claim.source


@pytest.mark.parametrize(("game", "claim"), TRUE)
def test_no_comparison_of_an_equivalence_is_always_or_never_true(game, claim):
    check = check_claim(game, claim, points=200)
    for text, times in check.truths.items() if "iff(" in claim.statement else ():
        assert 0 < times < check.points, text


@pytest.mark.parametrize(("game", "entry"), PUBLISHED)
def test_a_published_formula_is_what_the_file_says_of_it(game, entry):
    check = check_published(game, entry)
    assert check.as_known, str(check)
    assert check.holds is entry.holds
    if not entry.holds:
        assert check.corrected_holds is True
        assert check.difference is not None
        assert check.difference.printed != check.difference.derived


def test_all_at_once(aj):
    assert [check.claim for check in check_claims(aj, points=5)] == [claim.name for claim in aj.claims]
    assert all(check.as_known for check in check_all_published(aj))


def test_the_propositions_of_the_catalogue_are_all_there(aj):
    numbers = {int(re.match(r"P(\d+)", claim.name)[1]) for claim in aj.claims}
    assert numbers == set(range(1, 14))
