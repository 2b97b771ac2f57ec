"""Small linear systems against NumPy and SymPy, and over rational functions against the definition."""

from fractions import Fraction
from operator import mul

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rdgames.algebra.fields import Numbers
from rdgames.algebra.linear import (
    SingularError,
    characteristic_polynomial,
    determinant,
    hurwitz_minors,
    leading_minors,
    solve,
)
from rdgames.algebra.program import Recorder
from rdgames.algebra.rational import Ring

from .expressions import MANY, SOME

FIELD = Numbers({})

# Zeros are common: they are what makes elimination change rows.
entries = st.sampled_from([0, 0, 1]).map(Fraction) | st.builds(Fraction, st.integers(-9, 9), st.integers(1, 5))


def matrices(least=1, most=4):
    return st.integers(least, most).flatmap(
        lambda size: st.lists(st.lists(entries, min_size=size, max_size=size), min_size=size, max_size=size)
    )


def as_sympy(matrix):
    import sympy as sp

    return sp.Matrix([[sp.Rational(entry.numerator, entry.denominator) for entry in row] for row in matrix])


def as_numpy(matrix):
    return np.array([[float(entry) for entry in row] for row in matrix])


@MANY
@given(matrices(), st.lists(entries, min_size=4, max_size=4))
def test_solutions_solve(matrix, right):
    right = right[: len(matrix)]
    singular = determinant(FIELD, matrix) == 0
    try:
        found = solve(FIELD, matrix, right, mul)
    except SingularError:
        assert singular
        return
    assert not singular
    assert [sum(a * b for a, b in zip(row, found, strict=True)) for row in matrix] == right


@MANY
@given(matrices(), st.lists(entries, min_size=4, max_size=4))
def test_a_right_side_may_hold_anything_that_adds_and_scales(matrix, right):
    assume(determinant(FIELD, matrix) != 0)
    vectors = [np.array([entry, 2 * entry]) for entry in right[: len(matrix)]]
    found = solve(FIELD, matrix, vectors, lambda vector, factor: vector * factor)
    plain = solve(FIELD, matrix, right[: len(matrix)], mul)
    assert [list(one) for one in found] == [[entry, 2 * entry] for entry in plain]


@SOME
@given(matrices())
def test_determinants_are_those_of_sympy(matrix):
    assert determinant(FIELD, matrix) == Fraction(str(as_sympy(matrix).det()))
    minors = leading_minors(FIELD, matrix)
    assert minors == [determinant(FIELD, [row[:size] for row in matrix[:size]]) for size in range(1, len(matrix) + 1)]


@SOME
@given(matrices())
def test_characteristic_polynomials_are_those_of_sympy(matrix):
    found = characteristic_polynomial(FIELD, matrix)
    assert found == [Fraction(str(one)) for one in as_sympy(matrix).charpoly().all_coeffs()]


@MANY
@given(matrices())
def test_hurwitz_says_whether_a_system_settles(matrix):
    largest = np.linalg.eigvals(as_numpy(matrix)).real.max()
    assume(abs(largest) > 1e-6)
    assert all(minor > 0 for minor in hurwitz_minors(FIELD, matrix)) == (largest < 0)


@MANY
@given(matrices(), st.integers(0, 30))
def test_hurwitz_also_where_systems_settle(matrix, weight):
    """Most random matrices are unstable; these are not, if the weight is large."""
    size = len(matrix)
    damped = [[matrix[i][j] - (weight if i == j else 0) for j in range(size)] for i in range(size)]
    largest = np.linalg.eigvals(as_numpy(damped)).real.max()
    assume(abs(largest) > 1e-6)
    assert all(minor > 0 for minor in hurwitz_minors(FIELD, damped)) == (largest < 0)


@MANY
@given(matrices())
def test_sylvester_says_whether_a_form_is_definite(matrix):
    size = len(matrix)
    symmetric = [[matrix[i][j] + matrix[j][i] + (9 if i == j else 0) for j in range(size)] for i in range(size)]
    least = np.linalg.eigvalsh(as_numpy(symmetric)).min()
    assume(abs(least) > 1e-6)
    assert all(minor > 0 for minor in leading_minors(FIELD, symmetric)) == (least > 0)


def symbolic(field):
    a, b = field.parameter("a"), field.parameter("b")
    zero, one = field.constant(0), field.constant(1)
    return [[zero, a, one], [b, a * b, zero], [a, one, b]], [a, b, one]


def test_systems_of_functions():
    ring = Ring(["a", "b"])
    matrix, right = symbolic(ring)
    found = solve(ring, matrix, right, mul)
    for row, side in zip(matrix, right, strict=True):
        assert row[0] * found[0] + row[1] * found[1] + row[2] * found[2] == side
    a, b = ring.parameter("a"), ring.parameter("b")
    assert determinant(ring, matrix) == b - a * a * b - a * b * b
    coefficients = characteristic_polynomial(ring, matrix)
    assert coefficients[0] == 1
    assert coefficients[1] == -(a * b + b)
    assert coefficients[3] == -determinant(ring, matrix)


def test_systems_of_steps():
    recorder = Recorder()
    matrix, right = symbolic(recorder)
    found = solve(recorder, matrix, right, mul)
    program = recorder.program({str(place): one for place, one in enumerate(found)})
    point = {"a": Fraction(3), "b": Fraction(5, 2)}
    values = program.run(point, Fraction, lambda left, right: left / right)
    exact = solve(Numbers(point), *symbolic(Numbers(point)), mul)
    assert [values[str(place)] for place in range(3)] == exact


@pytest.mark.parametrize("field", [Ring(["a"]), Recorder()], ids=["functions", "steps"])
def test_a_matrix_that_is_singular_for_all_parameters(field):
    a, one = field.parameter("a"), field.constant(1)
    matrix = [[a, a * a], [one, a]]
    assert field.is_zero(determinant(field, matrix))
    with pytest.raises(SingularError):
        solve(field, matrix, [one, one], mul)


def test_the_empty_system():
    assert solve(FIELD, [], [], mul) == []
    assert determinant(FIELD, []) == 1
    assert leading_minors(FIELD, []) == []
    assert characteristic_polynomial(FIELD, []) == [1]
    assert hurwitz_minors(FIELD, []) == []
