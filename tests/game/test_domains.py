"""Domains: read as a paper writes them, printed back, and containing what the inequality says."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.errors import ExpressionError
from rdgames.game.domains import Domain

MANY = settings(max_examples=100, deadline=None, derandomize=True, database=None)

numbers = st.fractions(min_value=-20, max_value=20, max_denominator=12)


@st.composite
def domains(draw):
    low = draw(st.none() | numbers)
    high = draw(numbers.filter(lambda high: low is None or high > low) | (st.nothing() if low is None else st.none()))
    return Domain("beta", low, low is not None and draw(st.booleans()), high, high is not None and draw(st.booleans()))


@MANY
@given(domains())
def test_what_is_printed_reads_back(domain):
    assert Domain.read(str(domain)) == domain


@MANY
@given(domains(), numbers)
def test_containment_is_what_the_text_says(domain, value):
    above = domain.low is None or value > domain.low
    below = domain.high is None or value < domain.high
    ends = {
        end for end, included in ((domain.low, domain.low_included), (domain.high, domain.high_included)) if included
    }
    assert (value in domain) == ((above and below) or value in ends)
    assert (float(value) in domain) == (Fraction(float(value)) in domain)
    assert all(end in domain for end in ends)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("a > 0", Domain("a", Fraction(0))),
        ("0 < a", Domain("a", Fraction(0))),
        ("n >= 1", Domain("n", Fraction(1), True)),
        ("0 <= beta <= 1", Domain("beta", Fraction(0), True, Fraction(1), True)),
        ("-1 < sigma < 0.5", Domain("sigma", Fraction(-1), False, Fraction(1, 2), False)),
        ("-1/2 <= s <= 2/3", Domain("s", Fraction(-1, 2), True, Fraction(2, 3), True)),
        ("a < 4", Domain("a", None, False, Fraction(4))),
        ("1 >= a", Domain("a", None, False, Fraction(1), True)),
        ("2 <= m <= 2", Domain("m", Fraction(2), True, Fraction(2), True)),
    ],
)
def test_notation(text, domain):
    assert Domain.read(text) == domain
    assert Domain.read(domain) is domain


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("a", "expected a comparison"),
        ("a == 1", "expected an interval of one parameter, such as 'a > 0'"),
        ("a != 1", "expected an interval"),
        ("1 >= beta >= 0", "expected an interval"),
        ("0 < a > 1", "expected an interval"),
        ("0 < a < 1 < 2", "expected an interval"),
        ("0 < 1", "expected an interval"),
        ("a > 0 and a < 1", "expected an interval"),
        ("a > c", "relations between parameters are assumptions"),
        ("0 < a < c", "relations between parameters are assumptions"),
        ("a > 1/0", "expected a number"),
        ("1 <= a <= 0", "expected the smaller bound first"),
        ("1 < a < 1", "empty interval"),
        ("1 <= a < 1", "empty interval"),
        ("a[i] > 0", "expected an interval"),
        (5, "found a formula, expected a comparison"),
        (None, "expected a formula"),
    ],
)
def test_a_domain_that_is_none_says_what_one_is(text, advice):
    with pytest.raises(ExpressionError, match=advice):
        Domain.read(text)
