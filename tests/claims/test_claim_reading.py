"""Claims are read against their game: abbreviations, derivatives, and mistakes that are located."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rdgames.claims.derivatives import differentiated
from rdgames.claims.functions import ExactPoint
from rdgames.claims.reading import Proposition, find_claim
from rdgames.claims.truth import AtPoint
from rdgames.equilibrium.equilibrium import solve
from rdgames.errors import InputError, ModelError, UnknownNameError
from rdgames.game.literature import Claim
from rdgames.language.reader import read_statement

VALUES = {"a": 100, "b": 2, "c": 60, "gamma": 5, "beta": "1/3", "n": 4}
POINT = ExactPoint({name: Fraction(value) for name, value in VALUES.items()})


def value(game, formula: str):
    statement = read_statement(f"{formula} > 0", [regime.name for regime in game.regimes])
    return AtPoint(game, POINT).of(statement.terms[0])


def test_outcomes_parameters_and_abbreviations_have_exact_values(aj):
    cartel = solve(aj, "rjv-cartel").at(**POINT.values)
    assert value(aj, "rjv-cartel.welfare") == cartel.values["welfare"]
    assert value(aj, "T + D/k - s**2 + beta") == 40 + Fraction(250, 2) - 9 + Fraction(1, 3)
    assert value(aj, "-sign(beta - 1)") == 1
    assert value(aj, "(1/2)**-2") == 4


@pytest.mark.parametrize(
    ("formula", "same"),
    [
        ("derivative(D, gamma)", "b*(n + 1)**2"),
        ("derivative(k*s, beta)", "(n - 1)*s - (n - 1)*k"),
        ("derivative(1/k, beta)", "-(n - 1)/k**2"),
        ("derivative(sqrt(gamma*b), gamma)", "b/(2*sqrt(gamma*b))"),
        ("derivative(derivative(beta**3 + beta, beta), beta)", "6*beta"),
        ("derivative(-beta**0 + 7, beta)", "0"),
        (
            "derivative(cartel.x*cartel.q, beta)",
            "derivative(cartel.x, beta)*cartel.q + cartel.x*derivative(cartel.q, beta)",
        ),
        (
            "derivative(derivative(cartel.x, beta), gamma)",
            "derivative(derivative(cartel.x, gamma), beta)",
        ),
    ],
)
def test_derivatives_obey_calculus(aj, formula, same):
    assert value(aj, formula) == value(aj, same)


def test_the_derivative_of_an_outcome_is_that_of_its_rational_function(aj):
    exact = solve(aj, "cartel").exact("x").derivative("beta").derivative("n")
    assert value(aj, "derivative(derivative(cartel.x, beta), n)") == exact.at(POINT.values)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("derivative(cartel.x, T) > 0", "found a derivative by 'T', expected one of the parameters"),
        ("derivative(cartel.x, bta) > 0", "did you mean 'beta'"),
        ("derivative(sign(beta), beta) > 0", "found the derivative of sign(beta)"),
        ("sum(1 for i in firms) > 1", "found 'sum(1 for i in firms)', expected outcomes of regimes"),
        ("cartel.X > 0", "found the outcome 'X'"),
        ("cartels.x > 0", "found the regime 'cartels' (did you mean 'cartel'?)"),
        ("cartel.x > zeta", "'zeta'"),
    ],
)
def test_a_mistaken_claim_is_refused_where_it_stands(aj, statement, expected):
    with pytest.raises(ModelError) as caught:
        Proposition.read(aj, find_claim(aj, Claim(name="mine", statement=statement)))
    assert expected in str(caught.value)
    assert "claims.mine.is" in str(caught.value)


def test_a_mistake_in_what_is_given_is_located_too(aj):
    with pytest.raises(ModelError, match=r"claims\.mine\.given"):
        Proposition.read(aj, Claim(name="mine", statement="cartel.x > 0", given="derivative(beta, 2*beta) > 0"))


def test_an_unknown_claim_is_met_with_the_known_ones(aj):
    with pytest.raises(UnknownNameError, match="P1a"):
        Proposition.read(aj, find_claim(aj, "P1"))


def test_a_sign_has_no_derivative():
    sign = read_statement("sign(beta) > 0").terms[0]
    with pytest.raises(InputError, match="derivative"):
        differentiated(sign, "beta", {})
