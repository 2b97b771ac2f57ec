"""Sets of signs against going through numbers, and implications against going through points."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rdgames as rd
from rdgames.claims.functions import ExactPoint
from rdgames.claims.reading import Proposition
from rdgames.claims.truth import AtPoint
from rdgames.game.literature import Claim
from rdgames.proofs import signs
from rdgames.proofs.atlas import value_at
from rdgames.proofs.problem import in_flint
from rdgames.proofs.reading import Reading

SETS = st.integers(1, 7)
NUMBERS = {signs.NEGATIVE: [-2, -1], signs.ZERO: [0], signs.POSITIVE: [1, 3]}


def numbers(of: int) -> list[int]:
    return [number for bit, found in NUMBERS.items() if of & bit for number in found]


def sign_of(number: object) -> int:
    return signs.set_of((number > 0) - (number < 0))  # type: ignore[operator]


@given(SETS, SETS)
def test_products_are_what_numbers_say(left, right):
    found = 0
    for one, other in product(numbers(left), numbers(right)):
        found |= sign_of(one * other)
    assert signs.times(left, right) == found


@given(SETS, st.integers(-4, 4).filter(bool))
def test_powers_are_what_numbers_say(of, exponent):
    found = 0
    for number in numbers(of):
        found |= sign_of(Fraction(number) ** abs(exponent))
    assert signs.power(of, exponent) == found


@given(SETS)
def test_negatives_come_back(of):
    assert signs.negated(signs.negated(of)) == of
    assert signs.members(of)
    assert signs.text(of)


@given(st.integers(1, 3), st.integers(1, 3))
def test_equivalence_is_what_truth_values_say(left, right):
    values = {signs.TRUE: [True], signs.FALSE: [False], signs.EITHER: [True, False]}
    found = 0
    for one, other in product(values[left], values[right]):
        found |= signs.TRUE if one == other else signs.FALSE
    assert signs.alike(left, right) == found


STATEMENTS = [
    "sign(cartel.x - competition.x) == sign(2*beta - 1)",
    "sign(cartel.x - competition.x) == -sign(1 - 2*beta)*sign(a - c)**2",
    "iff(merger.x > competition.x, beta > 1/3) or cartel.profit <= competition.profit",
    "not (cartel.x > competition.x and beta < 1/4) and n != 3",
    "iff(sqrt(n)*cartel.x >= cartel.effective_rd, beta <= 1/(1 + sqrt(n)))",
    "cartel.x - sqrt(2)*competition.x > 0",
    "derivative(competition.effective_rd, beta) >= derivative(cartel.effective_rd, beta)",
    "increasing(competition.welfare, beta)",
    "0 < cartel.x <= merger.x < first-best.x",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_claim_read_as_signs_has_the_truth_that_numbers_give_it(aj, statement):
    proposition = Proposition.read(aj, Claim(name="mine", statement=statement, given="n >= 2"))
    reading = Reading(proposition)
    rng = Random(5)
    decided = 0
    for _ in range(60):
        values = {
            "a": Fraction(rng.randint(1, 9)),
            "b": Fraction(rng.randint(1, 5), rng.randint(1, 3)),
            "c": Fraction(rng.randint(0, 8)),
            "gamma": Fraction(rng.randint(1, 12), rng.randint(1, 3)),
            "beta": Fraction(rng.randint(0, 12), 12),
            "n": Fraction(rng.randint(2, 7)),
        }
        try:
            expected = AtPoint(aj, ExactPoint(values)).decide(proposition.statement)
        except ArithmeticError:
            continue
        by_text = reading.polynomials.by_text
        known = {
            name: sign_of(value_at(reading.polynomials, by_text[name], in_flint(values)))
            for name in reading.implication.polynomials
        }
        truth = reading.statement.truth(known)
        assert truth == (signs.TRUE if expected else signs.FALSE), values
        decided += 1
    assert decided > 30


@pytest.mark.parametrize(
    ("given_", "gone"),
    [
        ("n == 2", {"n": "2"}),
        ("b*gamma == 2", {"b": "2"}),
        ("n == 2 and b*gamma == 3 and c == a/3", {"n": "2", "b": "3", "a": "3*c"}),
        ("3 == n", {"n": "3"}),
        ("beta == beta", {}),
        ("a*(c - 1) == 0", {"c": "1"}),
    ],
)
def test_what_equalities_give_away_is_put_in_place(aj, given_, gone):
    reading = Reading(Proposition.read(aj, Claim(name="mine", statement="cartel.x > 0", given=given_)))
    found = {name: str(value.numerator) for name, value in reading.meaning.substitutions}
    assert found == gone
    used = {
        name for text in reading.implication.polynomials for name in reading.polynomials.used(reading.formula(text))
    }
    assert not used & set(gone)


def test_coefficients_beyond_the_range_of_floats_are_no_obstacle() -> None:
    """Of u**2 - 3*u + 4, at whatever u, no value is negative; u is here a power with coefficients of 390 digits."""
    base = f"({10**39}*beta - 1)"
    proof = rd.prove(f"{base}**10 - 3*{base}**5 + 4 > 0", rd.load("daspremont-jacquemin"), timeout=2)
    assert proof.verdict in ("proved", "unknown")
