"""Coordinates: a polynomial keeps its sign in them, and what is shown of signs is so at points."""

from __future__ import annotations

from random import Random

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.proofs import signs
from rdgames.proofs.atlas import Atlas, value_at
from rdgames.proofs.charts import Chart, Limit, Move, TooHardError
from rdgames.proofs.evidence import Coefficients, Question
from rdgames.proofs.linear_programming import LinearProgramming
from rdgames.proofs.polynomials import Polynomials

NAMES = ("g", "n", "s")
FACTS = {
    "g*n^2 - 2*s - 1": signs.POSITIVE,
    "g*n - s": signs.POSITIVE,
    "n - 2": signs.POSITIVE | signs.ZERO,
    "s": signs.POSITIVE | signs.ZERO,
    "s - 1": signs.NEGATIVE | signs.ZERO,
    "n - 3*s": signs.POSITIVE,
}
MOVES = [
    (Move("g", "g*n^2 - 2*s - 1"), Move("s", "s", "s - 1"), Move("n", "n - 2")),
    (Move("g", "g*n - s"), Move("n", "n - 2"), Move("s", "s", "s - 1")),
    (Move("g", "g*n - s"), Move("n", "n - 3*s"), Move("s", "s", "s - 1")),
    (Move("g", "g*n^2 - 2*s - 1"), Move("s", "s", "n - 3*s"), Move("n", "n - 2")),
]


def read(polynomials: Polynomials, text: str) -> object:
    found = eval(text.replace("^", "**"), {}, dict(polynomials.generator))
    name, sign = polynomials.known_as(found)
    assert (name, sign) == (text, 1)
    return found


@pytest.fixture
def polynomials():
    table = Polynomials(NAMES)
    for text in FACTS:
        read(table, text)
    return table


def points(polynomials, count=40):
    rng = Random(3)
    found = []
    while len(found) < count:
        point = {
            "g": fmpq(rng.randint(1, 40), rng.randint(1, 20)),
            "n": fmpq(rng.randint(4, 30), 2),
            "s": fmpq(rng.randint(0, 8), 8),
        }
        values = {text: value_at(polynomials, polynomials.by_text[text], point) for text in FACTS}
        if all(FACTS[text] & signs.set_of((value > 0) - (value < 0)) for text, value in values.items()):
            found.append(point)
    return found


def coordinates(chart, point):
    """The values of the coordinates at a point of the parameters."""
    found = {}
    for move in chart.moves:
        low = value_at(chart.polynomials, chart.oriented(move.low), point)
        if not move.high:
            found[move.parameter] = low
            continue
        slopes = [
            value_at(chart.polynomials, chart.polynomials.coefficients(chart.oriented(fact), move.parameter)[1], point)
            for fact in (move.low, move.high)
        ]
        high = value_at(chart.polynomials, chart.oriented(move.high), point)
        found[move.parameter], found[f"{move.parameter}'"] = -slopes[1] * low, slopes[0] * high
    return found


TERMS = st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 2)), st.integers(-9, 9), min_size=1, max_size=6
)


@settings(max_examples=40, deadline=None)
@given(TERMS, st.sampled_from(MOVES))
def test_a_polynomial_keeps_its_sign_in_coordinates(terms, moves):
    polynomials = Polynomials(NAMES)
    for text in FACTS:
        read(polynomials, text)
    polynomial = polynomials.context.from_dict({(*powers, 0, 0, 0): value for powers, value in terms.items()})
    chart = Chart(polynomials, FACTS, moves, Limit())
    assert chart.sound
    moved = chart.moved(polynomial)
    assert chart.inside(moved)
    for point in points(polynomials, 12):
        before = value_at(polynomials, polynomial, point)
        after = value_at(polynomials, moved, coordinates(chart, point))
        assert (before > 0, before < 0) == (after > 0, after < 0)


def test_charts_that_do_not_hold_are_refused(polynomials):
    unsound = [
        (Move("n", "n - 2"), Move("g", "g*n^2 - 2*s - 1"), Move("s", "s", "s - 1")),  # contains n, which is replaced
        (Move("g", "g*n^2 - 2*s - 1"), Move("g", "g*n - s")),
        (Move("s", "s", "g*n - s"), Move("n", "n - 2"), Move("g", "g*n^2 - 2*s - 1")),
        (Move("n", "g*n^2 - 2*s - 1"),),  # not linear
    ]
    for moves in unsound:
        assert not Chart(polynomials, FACTS, moves, Limit()).sound


WAYS = [Coefficients(), LinearProgramming()]


@settings(max_examples=60, deadline=None)
@given(TERMS, st.sampled_from(WAYS))
def test_what_is_shown_is_so(terms, way):
    polynomials = Polynomials(NAMES)
    for text in FACTS:
        read(polynomials, text)
    target = polynomials.context.from_dict({(*powers, 0, 0, 0): value for powers, value in terms.items()})
    tried = points(polynomials, 40)
    evidence = way.find(Question(polynomials, FACTS, tried[:5], target))
    if evidence is not None:
        values = [value_at(polynomials, target, point) for point in tried]
        assert min(values) >= 0
        assert not evidence.strict or min(values) > 0


@pytest.mark.parametrize(
    ("text", "strict"),
    [
        ("g*n^2 - 2*s", True),
        ("g*n^2 - s - 1", True),
        ("g*n^2 - 3*s - 1", None),
        ("n*s - 2*s", False),
        ("n*s + n - 2*s - 2", False),
    ],
)
def test_signs_that_coefficients_show(polynomials, text, strict):
    target = read(polynomials, text)
    found = Coefficients().find(Question(polynomials, FACTS, points(polynomials, 5), target))
    assert (found and found.strict) == strict


def test_a_combination_of_two_facts_is_found(polynomials):
    known = {"g*n^2 - 2*s - 1": signs.POSITIVE, "g*n - s": signs.POSITIVE, "n - 2": 6, "s": 6, "s - 1": 3}
    target = read(polynomials, "g*n^2 + g*n - 3*s - 1")
    question = Question(polynomials, known, points(polynomials, 5), target)
    evidence = LinearProgramming().find(question) or Coefficients().find(question)
    assert evidence is not None
    assert evidence.strict


def test_a_circle_is_shown_by_nothing(polynomials):
    target = read(polynomials, "n^2 - 10*n + 25")
    assert Coefficients().find(Question(polynomials, FACTS, points(polynomials, 5), target)) is None


def test_work_is_limited(polynomials):
    target = read(polynomials, "g*n^2 - s - 1")
    with pytest.raises(TooHardError):
        Coefficients().find(Question(polynomials, FACTS, points(polynomials, 5), target, Limit(3)))


def test_every_chart_of_an_atlas_is_sound(polynomials):
    target = read(polynomials, "g*n^2 - s - 1")
    charts = list(Atlas(polynomials, FACTS, points(polynomials, 5), Limit()).charts(target))
    assert len(charts) > 5
    for chart in charts:
        for point in points(polynomials, 5):
            assert value_at(polynomials, chart.moved(target), coordinates(chart, point)) > 0
