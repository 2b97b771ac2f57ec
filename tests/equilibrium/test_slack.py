"""Slack coordinates: the products are the closed forms, and keep their digits where sums lose them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from rdgames.algebra.program import Recorder
from rdgames.equilibrium.equilibrium import solve
from rdgames.equilibrium.recording import record
from rdgames.equilibrium.slack import slack_forms
from rdgames.errors import NoFormulaError, TooLargeError
from rdgames.modelfile.catalogue import load

MANY = 10**6
"""So many operations that no factor is too long."""

CHAIN = {"a": 100, "b": 1, "c_u": 20, "c_d": 10, "n_u": 3, "n_d": 2, "gamma_u": "25/3", "gamma_d": 9}
POINTS = {
    "daspremont-jacquemin": {"a": 100, "b": 1, "c": 60, "n": 3, "gamma": "29/4", "beta": "2/7"},
    "kamien-muller-zang-cournot": {"a": 100, "c": 60, "n": 4, "sigma": "1/3", "gamma": "17/3", "beta": "3/5"},
    "vertical-spillovers": CHAIN | {"h_u": "1/5", "h_d": "3/10", "v_u": "1/7", "v_d": "1/9"},
}


def fractions(point):
    return {name: Fraction(value) for name, value in point.items()}


def near_the_boundary(slack):
    """A duopoly's cartel where ``gamma`` is so far above the least one of which the objective is concave.

    What there is to be earned falls with the slack, so that R&D removes no more than the whole unit cost.
    """
    beta, room = 0.8, slack * 2.0**-3
    bound = 2 * (1 + Fraction(beta)) ** 2 / 9
    return {"a": 60 + room, "b": 1.0, "c": 60.0, "n": 2.0, "gamma": float(bound + Fraction(slack)), "beta": beta}


@pytest.mark.parametrize("model", POINTS)
def test_products_of_factors_are_the_closed_forms(model):
    game, point = load(model), fractions(POINTS[model])
    for regime in list(game.regimes)[:2]:
        equilibrium = solve(game, regime.name)
        derivatives = {"slope": (equilibrium.outcomes[0], "a")}
        forms = slack_forms(equilibrium, equilibrium.outcomes, derivatives, MANY)
        assert {step.operation for step in forms.products.steps} <= {"parameter", "constant", "*", "/"}
        factors = forms.factors.run(point, Fraction, lambda left, right: left / right)
        found = forms.products.run(factors, Fraction, lambda left, right: left / right)
        signs = forms.verdicts.run(
            {name: Fraction((factor > 0) - (factor < 0)) for name, factor in factors.items()},
            lambda value: value,
            lambda left, right: left / right,
        )
        expected = equilibrium.at(**point)
        assert expected.conditions
        for name, value in expected.values.items():
            assert found[f"value:{name}"] == value
        slope = equilibrium.exact(equilibrium.outcomes[0]).derivative("a")
        assert found["value:slope"] == slope.at(dict.fromkeys(slope.ring.names, 0) | point)
        for name, verdict in expected.conditions.items():
            margin = found[f"margin:{name}"]
            assert margin == verdict.margin
            assert (margin > 0, margin < 0) == (signs[f"margin:{name}"] > 0, signs[f"margin:{name}"] < 0)


@pytest.mark.parametrize("slack", [1e-6, 1e-4, 1e-2, 1.0])
def test_slack_coordinates_keep_the_digits_that_sums_lose(aj, slack):
    cartel, point = solve(aj, "cartel"), near_the_boundary(slack)
    exact = cartel.at(**fractions(point))
    assert exact.valid
    assert float(exact.conditions["second_order"].margin) == pytest.approx(slack, rel=1e-6)

    def largest_error(found):
        return max(abs(float(found[f"value:{name}"]) / float(value) - 1) for name, value in exact.values.items())

    forms = slack_forms(cartel, cartel.outcomes, {}, MANY)
    factors = forms.factors.run(point, float, lambda left, right: left / right)
    singles = {name: np.float32(factor) for name, factor in factors.items()}
    assert largest_error(forms.products.run(singles, np.float32, np.divide)) < 1e-6
    recorder = Recorder()
    outputs = record(cartel.play, recorder).outputs
    derivation = recorder.program(outputs)
    plain = derivation.run({name: np.float32(value) for name, value in point.items()}, np.float32, np.divide)
    if slack < 1e-3:
        assert largest_error(plain) > 1e-2


def test_what_is_no_product_of_few_factors_is_refused(aj, isoelastic):
    cartel = solve(aj, "cartel")
    with pytest.raises(TooLargeError, match="more than 3 operations"):
        slack_forms(cartel, ["x"], {}, 3)
    equilibrium = solve(isoelastic)
    with pytest.raises(NoFormulaError):
        slack_forms(equilibrium, equilibrium.outcomes, {}, MANY)
    too_long = solve(load("vertical-spillovers"), "vertical-unmatched")
    with pytest.raises(TooLargeError, match="terms"):
        slack_forms(too_long, ["welfare"], {}, MANY)
