"""Programs: what a derivation wrote down gives what the derivation gives."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rdgames.algebra.fields import Numbers
from rdgames.algebra.program import PRIME, Program, Recorder
from rdgames.algebra.rational import Ring
from rdgames.equilibrium.recording import replay

from .expressions import MANY, NAMES, compute, computed, expressions, points


def divide(left, right):
    return left / right


@MANY
@given(expressions, points)
def test_replaying_is_computing(expression, point):
    recorder = Recorder()
    element, number = computed(expression, recorder), computed(expression, Numbers(point))
    assume(element is not None and number is not None)
    program = recorder.program({"value": element})
    assert program.run(point, Fraction, divide) == {"value": number}
    floats = program.run({name: float(value) for name, value in point.items()}, float, divide)
    assert isinstance(floats["value"], float)


@MANY
@given(expressions)
def test_what_is_zero_is_zero_on_both_roads(expression):
    ring, recorder = Ring(NAMES), Recorder()
    function, element = computed(expression, ring), computed(expression, recorder)
    assert (function is None) == (element is None)
    if function is not None:
        assert ring.is_zero(function) == recorder.is_zero(element)


@MANY
@given(expressions, expressions)
def test_equal_functions_are_one_step_and_different_ones_are_two(one, other):
    ring, recorder = Ring(NAMES), Recorder()
    functions = computed(one, ring), computed(other, ring)
    assume(None not in functions)
    elements = compute(one, recorder), compute(other, recorder)
    assert (functions[0] == functions[1]) == (elements[0].place == elements[1].place)


def test_two_ways_to_one_function_are_one_step():
    recorder = Recorder()
    a, b = recorder.parameter("a"), recorder.parameter("b")
    assert ((a + b) * (a + b)).place == (a * a + 2 * (a * b) + b * b).place
    assert (a / b * b).place == a.place
    assert (a - a).place == (b * 0).place == recorder.constant(0).place
    assert recorder.parameter("a") is a
    assert (a / a).place == recorder.constant(1).place
    negative = -a
    assert (-negative).place == a.place


def test_work_with_numbers_leaves_no_step():
    recorder = Recorder()
    third = recorder.constant(Fraction(1, 3))
    assert recorder.program({"x": (third + third) * 6 / 2 - Fraction(1, 2)}).operations == 0
    a = recorder.parameter("a")
    assert (a * 1 + 0).place == a.place
    assert (1 * a - 0).place == a.place
    assert recorder.program({"x": -third}).run({}, Fraction, divide) == {"x": Fraction(-1, 3)}
    assert recorder.program({"x": 1 - third / 7}).run({}, Fraction, divide) == {"x": Fraction(20, 21)}


def test_a_program_has_the_steps_that_its_outputs_need():
    recorder = Recorder()
    a, b = recorder.parameter("a"), recorder.parameter("b")
    total, product = a + b, a * b
    assert recorder.program({"sum": total}).operations == 1
    both = recorder.program({"sum": total, "square": total * total, "product": product, "again": total})
    assert both.operations == 3
    assert both.run({"a": 2, "b": 3}, int, divide) == {"sum": 5, "square": 25, "product": 6, "again": 5}
    for place, step in enumerate(both.steps):
        assert all(operand < place for operand in step.operands)
    assert [step.name for step in recorder.program({"a": a}).steps] == ["a"]


def test_a_program_can_be_written_by_hand():
    recorder = Recorder()
    recorded = recorder.program({"x": recorder.parameter("a") - 1})
    assert Program(recorded.steps, {"y": recorded.outputs["x"]}).run({"a": 5}, int, divide) == {"y": 4}


@pytest.mark.parametrize(
    "work",
    [
        lambda a: a / (a - a),
        lambda a: 1 / ((a + 3) * (a - 3) - a * a + 9),
        lambda a: a / 0,
        lambda a: a / Fraction(0),
    ],
)
def test_division_by_what_is_zero_everywhere_is_refused(work):
    with pytest.raises(ZeroDivisionError):
        work(Recorder().parameter("a"))


def undefined_where_a_is_one():
    recorder = Recorder()
    a, b = recorder.parameter("a"), recorder.parameter("b")
    hole = b / (a - 1)
    outputs = {
        "hole": hole,
        "beyond": -(hole + 1) * b,
        "under": 1 / hole,
        "less": 2 - hole,
        "beside": a * b,
        "zero": (a - 1) * b,
    }
    return recorder.program(outputs)


@pytest.mark.parametrize("number", [Fraction, float])
def test_division_by_zero_at_a_point_undoes_what_comes_of_it_only(number):
    program = undefined_where_a_is_one()
    found = replay(program, {"a": number(1), "b": number(7)})
    assert found == {"hole": None, "beyond": None, "under": None, "less": None, "beside": 7, "zero": 0}
    assert all(isinstance(value, number) for value in found.values() if value is not None)
    elsewhere = replay(program, {"a": number(2), "b": number(7)})
    assert elsewhere == {"hole": 7, "beyond": -56, "under": number(1) / 7, "less": -5, "beside": 14, "zero": 7}


def test_fractions_are_exact_and_floats_are_floats():
    recorder = Recorder()
    program = recorder.program({"x": recorder.parameter("a") / 3})
    assert replay(program, {"a": Fraction(1)}) == {"x": Fraction(1, 3)}
    assert isinstance(replay(program, {"a": 1.0})["x"], float)


@given(st.text(min_size=1, max_size=5), st.text(min_size=1, max_size=5))
@MANY
def test_parameters_are_drawn_far_apart(one, other):
    recorder = Recorder()
    first, second = recorder.parameter(one), recorder.parameter(other)
    assert (first.place == second.place) == (one == other)
    assert 10**6 < first.value < PRIME
