"""Random claims, most of them odd: no verdict is contradicted by points of a grid, every certificate is accepted."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from rdgames.certificates.checker import check_certificate
from rdgames.claims.functions import ExactPoint
from rdgames.claims.hypotheses import Hypotheses, interior_optimum
from rdgames.claims.reading import Proposition
from rdgames.claims.truth import AtPoint
from rdgames.errors import InputError, RdgamesError
from rdgames.language.reader import read_statement
from rdgames.proofs.proving import as_claim, prove

FACTORS = (
    "beta", "(2*beta - 1)", "(1 - beta)", "(n - 2)", "(n - 1)", "gamma", "(3*beta - 1)", "(n*beta - 1)",
    "(beta - gamma)", "(gamma - n)", "(4*beta*beta - 1)", "(a - c)",
)  # fmt: skip
OUTCOMES = ("cartel.x", "competition.x", "cartel.price", "competition.price", "derivative(cartel.x, beta)")
GIVEN = (
    "n == 2", "n >= 2", "beta == 1/2", "beta == 1/n", "n*beta == 1", "gamma == n", "gamma == beta", "n == 2*gamma",
    "(n - 2)*beta == 0", "sqrt(beta) == 1/2", "c == 0", "gamma >= 2", "beta > 1/2", "1/beta == n", "",
)  # fmt: skip
GRID = {
    "a": (1, 2, 5), "b": (Fraction(1, 2), 1, 2), "c": (0, 1), "gamma": (Fraction(1, 2), 1, 2, 4, 10),
    "beta": (0, Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(3, 4), 1), "n": (1, 2, 3, 5),
}  # fmt: skip


def formula(rng: Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.35:
        return rng.choice(OUTCOMES) if rng.random() < 0.25 else rng.choice(FACTORS)
    if rng.random() < 0.08:
        return f"sqrt({rng.choice(FACTORS)})"
    joined = rng.choice(("({} + {})", "({} - {})", "{}*{}", "{}*{}", "({})/({})"))
    return joined.format(formula(rng, depth - 1), formula(rng, depth - 1))


def statement(rng: Random, depth: int) -> str:
    if depth and rng.random() < 0.4:
        joined = rng.choice(("({} and {})", "({} or {})", "iff({}, {})"))
        return joined.format(statement(rng, depth - 1), statement(rng, depth - 1))
    sort = rng.choice(("<", "<=", ">", ">=", "==", "!="))
    if rng.random() < 0.15:
        return f"sign({formula(rng, 1)}) == sign({formula(rng, 1)})"
    return f"{formula(rng, 2)} {sort} {rng.choice(('0', formula(rng, 1)))}"


def truth(game, said, point):
    try:
        return AtPoint(game, point).decide(said)
    except ArithmeticError:
        return None


def admissible(game, proposition):
    """Points of the grid that satisfy all hypotheses, decided afresh."""
    hypotheses = Hypotheses.of(game, proposition.given, proposition.statement, interior_optimum)
    points = [ExactPoint(dict(zip(GRID, map(Fraction, values), strict=True))) for values in product(*GRID.values())]
    Random(1).shuffle(points)
    for point in points[:300]:
        moved = ExactPoint({**point.values, **hypotheses.fixed})
        inside = all(game.parameter[name].problem(value) is None for name, value in moved.values.items())
        if inside and not hypotheses.violations(moved):
            yield moved


@pytest.mark.parametrize("seed", range(8))
def test_no_verdict_is_contradicted(aj, seed):
    rng = Random(seed)
    decided = 0
    for _ in range(8):
        said, given = statement(rng, 1), rng.choice(GIVEN)
        try:
            proposition = Proposition.read(aj, as_claim(aj, said, given))
            proof = prove(said, aj, given=given, timeout=3, exactly=1)
        except InputError:  # it has no value anywhere, or two different roots
            continue
        except RdgamesError as error:
            raise AssertionError(f"{said}, given {given}") from error
        for document in filter(None, (proof.certificate, proof.condition_certificate)):
            check_certificate(document)
        points = list(admissible(aj, proposition))
        truths = [truth(aj, proposition.statement, point) for point in points]
        decided += proof.verdict != "unknown"
        assert proof.verdict != "vacuous" or not points, (said, given)
        assert proof.verdict != "proved" or False not in truths, (said, given)
        if proof.verdict == "proved" and None in truths:
            assert proof.defined_where, (said, given)
        if proof.verdict == "refuted":
            assert truth(aj, proposition.statement, ExactPoint(proof.counterexample.parameters)) is False
        if proof.exactly_when not in ("", "never"):
            condition = read_statement(proof.exactly_when, [regime.name for regime in aj.regimes])
            told = [truth(aj, condition, point) for point in points]
            assert all(one is None or one is other for one, other in zip(truths, told, strict=True)), (said, given)
    assert decided >= 3
