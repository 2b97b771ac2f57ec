"""Formulas for people say exactly what they stand for."""

from contextlib import suppress
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import rdgames as rd
from rdgames.algebra.presentation import Presenter, typical_point
from rdgames.algebra.rational import Ring
from rdgames.algebra.sympy_edge import to_sympy
from rdgames.equilibrium.display import abbreviations
from rdgames.errors import TooLargeError
from rdgames.language.printer import typed
from rdgames.language.reader import read_expression
from rdgames.language.tree import Binary, Negative, Number, Power, Symbol

from .expressions import MANY, NAMES, SOME, computed, expressions, points

RING = Ring(NAMES)
TYPICAL = {"a": Fraction(1000), "b": Fraction(10), "c": Fraction(1, 3)}
ABBREVIATIONS = {"T": "a - c", "D": "b*(a + 1)**2", "k": "1 + 2*c", "half": "a/2", "one": "1"}


def value(tree, ring, names=()):
    """A formula worked out in a ring."""
    match tree:
        case Number(number):
            return ring.constant(number)
        case Symbol(name):
            return names[name] if name in names else ring.parameter(name)
        case Negative(operand):
            return -value(operand, ring, names)
        case Power(base, exponent):
            return value(base, ring, names) ** exponent
        case Binary("+", left, right):
            return value(left, ring, names) + value(right, ring, names)
        case Binary("-", left, right):
            return value(left, ring, names) - value(right, ring, names)
        case Binary("*", left, right):
            return value(left, ring, names) * value(right, ring, names)
        case Binary("/", left, right):
            return value(left, ring, names) / value(right, ring, names)
    raise AssertionError(tree)


@st.composite
def functions(draw):
    found = computed(draw(expressions), RING)
    assume(found is not None)
    return found


@MANY
@given(functions())
def test_a_formula_is_the_function(function):
    formula = Presenter(RING, TYPICAL, {}).quotient(function)
    assert value(formula, RING) == function
    assert value(read_expression(typed(formula)), RING) == function


@MANY
@given(functions(), functions())
def test_an_abbreviated_formula_is_the_function(f, g):
    names = {name: value(read_expression(text), RING) for name, text in ABBREVIATIONS.items()}
    for function in (f, f * names["T"] ** 2 / names["D"], f * names["k"] + g * names["T"]):
        assert value(Presenter(RING, TYPICAL, names).quotient(function), RING, names) == function


@SOME
@given(functions(), points)
def test_a_sympy_expression_takes_the_same_values(function, point):
    expression = to_sympy(Presenter(RING, TYPICAL, {}).quotient(function))
    try:
        expected = function.at(point)
    except ZeroDivisionError:
        assume(False)
    substituted = expression.subs({name: f"{value.numerator}/{value.denominator}" for name, value in point.items()})
    assert Fraction(str(substituted)) == expected


@pytest.mark.parametrize(
    ("function", "shown"),
    [
        ("a**2 - b**2", "(a - b)*(a + b)"),
        ("2*a*b - 2*a*c", "2*a*(b - c)"),
        ("(c - a)/(b - a)", "(a - c)/(a - b)"),
        ("-a", "-a"),
        ("0*a", "0"),
        ("a/(2*b)", "a/(2*b)"),
        ("a/2 - 1/3", "(3*a - 2)/6"),
        ("(a + 1)**3", "(a + 1)**3"),
        ("b*c*a**2 + c", "c*(a**2*b + 1)"),
        ("a*b*c + a*c + b + 1", "(b + 1)*(a*c + 1)"),
    ],
)
def test_what_people_see(function, shown):
    assert typed(Presenter(RING, TYPICAL, {}).quotient(value(read_expression(function), RING))) == shown


def test_abbreviations_are_used_where_they_fit():
    names = {name: value(read_expression(text), RING) for name, text in ABBREVIATIONS.items()}
    function = value(read_expression("2*(a - c)**2/(b*(a + 1)**2 - 3*(1 + 2*c))"), RING)
    assert typed(Presenter(RING, TYPICAL, names).quotient(function)) in ("2*T**2/(D - 3*k)", "2*T**2/(D - 6*c - 3)")


FAMILIES = ("daspremont-jacquemin", "kamien-muller-zang-cournot", "poyago-theotoky-1995", "steurs-1995", "katz-1986")


@cache
def solved(model):
    game = rd.load(model)
    return [rd.solve(game, regime.name) for regime in game.regimes]


@pytest.mark.parametrize("model", FAMILIES)
def test_every_outcome_and_margin_of_every_regime_is_shown_as_it_is(model):
    for equilibrium in solved(model):
        ring = equilibrium._ring
        names = abbreviations(equilibrium.play, ring)
        for outcome in equilibrium:
            with suppress(TooLargeError):  # what nobody could read is not written out
                exact = equilibrium.exact(outcome)
                assert value(equilibrium.formula(outcome), ring) == exact
                assert value(equilibrium.formula(outcome, abbreviated=True), ring, names) == exact
        with suppress(TooLargeError):
            for condition in equilibrium.exact_conditions:
                assert value(equilibrium.condition_formula(condition), ring) == condition.margin
                shown = equilibrium.condition_formula(condition, abbreviated=True)
                assert value(shown, ring, names) == condition.margin


@pytest.mark.parametrize("model", FAMILIES)
def test_every_sympy_expression_is_the_outcome(model):
    for equilibrium in solved(model):
        primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]
        point = {name: Fraction(prime, 6) for name, prime in zip(equilibrium.game.parameter, primes, strict=False)}
        values = {name: f"{number.numerator}/{number.denominator}" for name, number in point.items()}
        for outcome in equilibrium.play.game.action:
            assert Fraction(str(equilibrium[outcome].subs(values))) == equilibrium.exact(outcome).at(point)


def test_a_typical_point_lies_in_the_domains_and_names_what_is_larger_first():
    third = Fraction(1, 3)
    point = typical_point(
        {"a": (Fraction(0), None), "c": (None, None), "beta": (Fraction(0), Fraction(1)), "n": (Fraction(1), None)}
    )
    assert point["a"] > point["c"] > point["n"] > 1
    assert point["beta"] == third


def test_what_no_formula_of_parameters_has_is_refused():
    with pytest.raises(TypeError, match="expected a formula of parameters"):
        to_sympy(read_expression("x[i]"))
