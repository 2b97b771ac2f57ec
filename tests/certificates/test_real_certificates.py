"""What the prover writes is accepted, in little time; and spoiled at random, it is rejected or still true."""

from __future__ import annotations

import functools
import json
import random
import time

import pytest

import rdgames as rd
from rdgames.certificates.checker import CertificateError, check_certificate
from rdgames.proofs.proving import prove

from .small_certificates import Truth, point_of
from .spoiling import SAYS_NOTHING, changed, others, places

CLAIMS = {
    "daspremont-jacquemin": ("P1a", "P2d", "P4", "P6d", "P7d", "P8a", "P10c", "P10e", "P12a", "P12c"),
    "kamien-muller-zang-cournot": ("K1b", "K2", "K3a", "K5b", "K6a", "K6e", "K9a"),
    "vertical-spillovers": ("V1", "V2", "V3", "V6"),
}
NAMES = [(model, claim) for model, claims in CLAIMS.items() for claim in claims]
MUTANTS, SEED = 3, 4


@functools.cache
def proved(model, claim):
    return json.dumps(prove(claim, rd.load(model)).certificate)


@pytest.mark.parametrize(("model", "claim"), NAMES)
def test_what_the_prover_writes_is_accepted(model, claim):
    document = json.loads(proved(model, claim))
    start = time.process_time()
    checked = check_certificate(document)
    assert time.process_time() - start < 5
    assert checked.verdict == document["verdict"]
    assert checked.points == 1
    assert checked.whole == ('"integers"' in proved(model, claim))


@pytest.mark.parametrize(("model", "claim"), NAMES)
def test_what_is_spoiled_at_random_is_rejected_or_not_denied_by_its_points(model, claim):
    """A change that is accepted is one of how something is shown, or leaves what is claimed true where it was."""
    document = json.loads(proved(model, claim))
    points = [point_of(document[part]) for part in ("witness", "counterexample") if document[part]]
    everywhere = [each for each in places(document) if each[0] and not SAYS_NOTHING & set(each[0])]
    parts, chance = sorted({path[0] for path, _ in everywhere}), random.Random(f"{SEED} {model} {claim}")
    rejected = 0
    for part in parts * MUTANTS:
        path, value = chance.choice([each for each in everywhere if each[0][0] == part])
        mutant = changed(document, path, chance.choice([*others(value)]))
        try:
            checked = check_certificate(mutant)
        except CertificateError:
            rejected += 1
            continue
        assert part not in ("format", "verdict"), path
        if part not in ("atoms", "proof", "witness", "substitutions") and mutant != document:
            assert all(Truth(mutant).at(point) != (True, checked.verdict == "refuted") for point in points), path
    assert rejected > len(parts) * MUTANTS / 2
