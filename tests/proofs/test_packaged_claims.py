"""Every proposition of every packaged model is decided, as its file records it, with a certificate that is accepted."""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random

import pytest

from rdgames.certificates.checker import check_certificate
from rdgames.claims.functions import ExactPoint
from rdgames.claims.hypotheses import Hypotheses, everything_that_decides
from rdgames.claims.reading import Proposition
from rdgames.claims.sampling import Walk
from rdgames.claims.truth import AtPoint
from rdgames.modelfile.catalogue import load, models
from rdgames.proofs.proving import prove

GAMES = {name: load(name) for name in models()}
CLAIMS = [pytest.param(game, claim, id=f"{name}-{claim.name}") for name, game in GAMES.items() for claim in game.claims]
FALSE = [param for param in CLAIMS if param.values[1].verdict == "false"]
LINES = 30
"""After how many lines without an admissible point the prover is asked whether there is none."""
SLOW = {"vertical-spillovers-V6-W", "vertical-spillovers-V4-W-N", "kamien-muller-zang-bertrand-K7c", "steurs-1995-S3b"}
"""Claims that take more than ten seconds; `rdgames prove` and the benchmark decide them."""


@pytest.mark.parametrize(("game", "claim"), CLAIMS)
def test_a_claim_is_decided_as_the_file_records(game, claim):
    name = f"{game.name}-{claim.name}"
    if name in SLOW:
        pytest.skip("takes more than ten seconds; decided by the benchmark")
    proof = prove(claim, game, exactly=0)
    assert proof.verdict == {"true": "proved", "false": "refuted", "open": "unknown"}[claim.verdict], str(proof)
    if claim.verdict != "open":
        assert check_certificate(proof.certificate).verdict == proof.verdict


@pytest.mark.parametrize(("game", "claim"), FALSE)
def test_the_note_of_a_false_claim_has_a_counterexample_at_which_every_condition_holds(game, claim):
    told = dict(re.findall(r"\b([A-Za-z_]\w*) = (\d+(?:/\d+)?)", claim.note))
    point = ExactPoint({name: Fraction(told[name]) for name in game.parameter})
    proposition = Proposition.read(game, claim)
    hypotheses = Hypotheses.of(game, proposition.given, proposition.statement, everything_that_decides)
    assert all(point.values[name] == value for name, value in hypotheses.fixed.items())
    assert all(game.parameter[name].problem(value) is None for name, value in point.values.items())
    assert hypotheses.violations(point) == 0
    assert not AtPoint(game, point).decide(proposition.statement)


@pytest.mark.parametrize(("game", "claim"), CLAIMS)
def test_a_claim_says_what_it_means_and_whence_it_comes_and_speaks_of_something(game, claim):
    assert claim.words
    assert claim.source
    if claim.verdict == "true":  # also where stability and the model's requirements are asked for, it is not empty
        proposition = Proposition.read(game, claim)
        hypotheses = Hypotheses.of(game, proposition.given, proposition.statement, everything_that_decides)
        walk = Walk(hypotheses, proposition.statement, Random(0))
        if next(walk.points(lines=LINES), None) is None:
            proof = prove(claim, game, assuming=everything_that_decides, timeout=0.5, exactly=0)
            assert proof.verdict != "vacuous"


def test_the_propositions_of_the_catalogue_are_all_there():
    numbers = {int(re.match(r"P(\d+)", claim.name)[1]) for claim in GAMES["daspremont-jacquemin"].claims}
    assert numbers == set(range(1, 14))
