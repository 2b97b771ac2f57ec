"""Random arithmetic, to be done in any field."""

from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st

NAMES = ("a", "b", "c")

MANY = settings(max_examples=150, deadline=None, derandomize=True, database=None)
SOME = settings(max_examples=40, deadline=None, derandomize=True, database=None)

numbers = st.builds(Fraction, st.integers(-6, 6), st.sampled_from([1, 2, 3, 7]))
leaves = st.sampled_from(NAMES) | numbers
expressions = st.recursive(leaves, lambda below: st.tuples(st.sampled_from("+-*/"), below, below), max_leaves=9)
points = st.fixed_dictionaries(
    {name: st.builds(Fraction, st.integers(-40, 40), st.sampled_from([1, 3, 11])) for name in NAMES}
)


def compute(expression, field):
    """The value of an expression in a field; raises ZeroDivisionError where there is none."""
    match expression:
        case str(name):
            return field.parameter(name)
        case ("+", left, right):
            return compute(left, field) + compute(right, field)
        case ("-", left, right):
            return compute(left, field) - compute(right, field)
        case ("*", left, right):
            return compute(left, field) * compute(right, field)
        case ("/", left, right):
            return compute(left, field) / compute(right, field)
    return field.constant(expression)


def computed(expression, field):
    """The value, or None where there is none."""
    try:
        return compute(expression, field)
    except ZeroDivisionError:
        return None
