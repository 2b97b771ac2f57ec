"""Derivatives of outcomes, against differences and against exact formulas."""

from __future__ import annotations

from fractions import Fraction

import pytest

import rdgames as rd
from rdgames.algebra.program import Recorder
from rdgames.equilibrium.evaluation import Evaluator
from rdgames.equilibrium.levels import find_levels
from rdgames.equilibrium.newton import System
from rdgames.equilibrium.recording import record, replay
from rdgames.equilibrium.sensitivities import sensitivities
from rdgames.game.play import play


def slopes_at(game: rd.Game, regime: str, parameter: str, point: dict[str, float]) -> dict[str, float]:
    recorder = Recorder()
    recording = record(play(game, game.regime(regime)), recorder)
    outcomes = {key.removeprefix("value:"): each for key, each in recording.outputs.items() if key.startswith("value:")}
    program = recorder.program(sensitivities(recorder, outcomes, recording, parameter))
    levels = find_levels(System.of(recording.implicit), point)[0] if recording.implicit else {}
    return replay(program, {**point, **levels})


@pytest.mark.parametrize("regime", ["competition", "cartel", "merger"])
@pytest.mark.parametrize("parameter", ["beta", "gamma", "n"])
def test_closed_forms_have_the_derivatives_of_their_formulas(regime, parameter):
    game = rd.load("daspremont-jacquemin")
    point = {
        name: Fraction(value) for name, value in {"a": 100, "b": 1, "c": 60, "gamma": 6, "beta": "2/7", "n": 3}.items()
    }
    equilibrium = rd.solve(game, regime)
    found = slopes_at(game, regime, parameter, point)
    symbols = {str(symbol): symbol for symbol in equilibrium["welfare"].free_symbols}
    for name in equilibrium.outcomes:
        derivative = equilibrium[name].diff(symbols[parameter])
        exact = derivative.subs({symbols[key]: value for key, value in point.items() if key in symbols})
        assert found[name] == Fraction(exact.p, exact.q)


@pytest.mark.parametrize("regime", ["competition", "firms choose x jointly and equally"])
@pytest.mark.parametrize("parameter", ["rho", "beta", "a", "eps"])
def test_levels_without_closed_form_move_as_differences_say(isoelastic, regime, parameter):
    point = {"a": 20.0, "eps": 1.5, "c": 3.0, "rho": 0.3, "beta": 0.5, "n": 2.0}
    found = slopes_at(isoelastic, regime, parameter, point)
    evaluator, h = Evaluator(play(isoelastic, isoelastic.regime(regime))), 1e-5
    above, below = (evaluator.at({**point, parameter: point[parameter] + step}, ()).values for step in (h, -h))
    for name, slope in found.items():
        assert slope == pytest.approx((above[name] - below[name]) / (2 * h), rel=1e-5, abs=1e-7)


def test_technologies_move_as_differences_say():
    game = rd.load("kamien-muller-zang-cournot")
    regime = "1 of firms are one, the rest others; others choose x jointly"
    at = {"a": 40.0, "c": 10.0, "sigma": 0.5, "gamma": 5.0, "beta": 0.3, "n": 3.0}
    found = slopes_at(game, regime, "gamma", at)
    evaluator, h = Evaluator(play(game, game.regime(regime))), 1e-4
    assert evaluator.unknowns
    above, below = (evaluator.at({**at, "gamma": 5 + step}, ()).values for step in (h, -h))
    for name, slope in found.items():
        assert slope == pytest.approx((above[name] - below[name]) / (2 * h), rel=1e-5, abs=1e-7)
