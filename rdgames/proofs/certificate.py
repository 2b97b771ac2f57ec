"""Certificates: what a claim rests on and why it follows, for others to check (`rdgames.certificates.checker`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from importlib.metadata import version
from typing import Any, Literal, TypeAlias

from rdgames.claims.functions import solved
from rdgames.language.printer import typed
from rdgames.proofs.problem import Step
from rdgames.proofs.reading import Reading

FORMAT = "rdgames certificate 1"

Verdict: TypeAlias = Literal["proved", "proved by one solver", "refuted", "vacuous"]


def claim_document(reading: Reading) -> dict[str, Any]:
    """Return what a claim rests on: its texts, the closed forms of outcomes, the assumptions, all in factors."""
    game, proposition = reading.game, reading.proposition
    return {
        "format": FORMAT,
        "rdgames": version("rdgames"),
        "model": game.name,
        "claim": proposition.claim.name,
        "statement": typed(proposition.statement),
        "given": "" if proposition.given is None else typed(proposition.given),
        "parameters": {
            parameter.name: {"domain": str(parameter.domain), "integer": parameter.integer}
            for parameter in game.parameters
        },
        "abbreviations": {entry.name: typed(entry.formula) for entry in game.abbreviations},
        "outcomes": _outcomes(reading),
        "assumptions": _assumptions(reading),
        "substitutions": [
            [name, str(value.numerator), str(value.denominator)] for name, value in reading.meaning.substitutions
        ],
        "atoms": [atom.to_document() for atom in (*reading.given_atoms, *reading.stated_atoms)],
    }


def _outcomes(reading: Reading) -> dict[str, Any]:
    product = reading.polynomials.product
    return {
        f"{node.regime}.{node.outcome}": product(
            solved(reading.game, node.regime).outcome(node.outcome).exact
        ).to_document()
        for node in reading.outcomes
    }


def _assumptions(reading: Reading) -> list[dict[str, Any]]:
    product, put = reading.polynomials.product, reading.meaning.put
    return [
        {
            "regime": regime,
            "name": condition.name,
            "margin": product(put(condition.margin)).to_document(),
            "strict": condition.strict,
            "applies": None if condition.applies is None else product(put(condition.applies)).to_document(),
            "whole": condition.whole,
        }
        for (regime, condition), _ in reading.assumed
    ]


def certificate(
    reading: Reading,
    verdict: Verdict,
    *,
    proof: Sequence[Step] | None = None,
    witness: Mapping[str, Fraction] | None = None,
    counterexample: Mapping[str, Fraction] | None = None,
) -> dict[str, Any]:
    """Return a certificate: a proof with an admissible point, or a counterexample."""
    return {
        **claim_document(reading),
        "witness": _point(witness),
        "verdict": verdict,
        "counterexample": _point(counterexample),
        "proof": None if proof is None else list(proof),
    }


def _point(point: Mapping[str, Fraction] | None) -> dict[str, str] | None:
    return None if point is None else {name: str(value) for name, value in point.items()}
