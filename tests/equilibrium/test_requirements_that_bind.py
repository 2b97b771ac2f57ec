"""Requirements of the model that hold with equality: by hand, and against best replies from outside."""

from __future__ import annotations

from fractions import Fraction

import pytest

import rdgames as rd
from rdgames.errors import DerivationError
from rdgames.game.game import Game

POINT = {"a": 100, "b": 1, "c": 60, "n": 2}


def nobody_gains(game: Game, point, parameters, regime: str = "competition") -> bool:
    levels = {name: float(point.values[name]) for name in game.action}
    numbers = {name: float(value) for name, value in parameters.items()}
    return rd.check_equilibrium(game, regime, levels=levels, **numbers).holds()


WORTH = {
    "competition": lambda beta, q: 2 * (2 - beta) / 3 * q,
    "cartel": lambda beta, q: 2 * (1 + beta) / 3 * q,
    "merger": lambda beta, q: (1 + beta) * q,
    "second-best": lambda beta, q: 4 * (1 + beta) / 3 * q,
    "first-best": lambda beta, q: (1 + beta) * q,
}
"""What the first unit of research is worth to those who decide, for two firms."""


@pytest.mark.parametrize("regime", WORTH)
@pytest.mark.parametrize("beta", [Fraction(0), Fraction(1, 4), Fraction(1)])
def test_research_that_removes_the_whole_cost(aj, regime, beta):
    bound = rd.solve(aj, regime, at_bounds=["unit_cost"])
    assert str(bound["x"]) == "c/(beta*(n - 1) + 1)"
    found = bound.at(**POINT, beta=beta, gamma=Fraction(1, 3))
    x, q = found.values["x"], found.values["q"]
    together = 1 if regime == "competition" else 1 + beta  # what a unit of research removes of those who decide
    assert (found.values["unit_cost"], x) == (0, 60 / (1 + beta))
    expected = (WORTH[regime](beta, q) - Fraction(1, 3) * x) / together
    assert found.conditions["binding_unit_cost"].margin == expected > 0
    assert found.valid
    concave = all(verdict.holds for name, verdict in found.diagnostics.items() if name.startswith("concave"))
    gains = not nobody_gains(aj, found, {**POINT, "beta": beta, "gamma": Fraction(1, 3)}, regime)
    assert gains is (regime == "cartel" and beta == 0)  # one laboratory is better then, which is not nearby
    assert not (gains and concave)


@pytest.mark.parametrize("regime", ["competition", "cartel", "rjv-competition", "rjv-cartel", "second-best"])
def test_a_cost_is_removed_or_it_is_not(aj, regime):
    """Where research gets cheaper the cell of the bound follows on that of the interior, with no point in both."""
    interior, bound = rd.solve(aj, regime), rd.solve(aj, regime, at_bounds=["unit_cost"])
    edge = _where_the_cost_is_just_removed(interior)
    for gamma, inside in [(edge * Fraction(9, 10), False), (edge, True), (edge * Fraction(11, 10), True)]:
        points = [cell.at(**POINT, beta=Fraction(1, 2), gamma=gamma) for cell in (interior, bound)]
        assert [point.valid for point in points] == [inside, not inside]
        if gamma == edge:
            assert points[0].values == points[1].values


def _where_the_cost_is_just_removed(interior) -> Fraction:
    """The unit cost is a quotient whose numerator is linear in gamma."""
    beta = {"beta": Fraction(1, 2)}

    def inverse(gamma: int) -> Fraction:
        found = interior.at(**POINT, **beta, gamma=gamma).values
        return 1 / found["effective_rd"]  # (gamma*constant - constant) / (a - c)

    slope = inverse(11) - inverse(10)
    return 10 + (Fraction(1, 60) - inverse(10)) / slope


def test_with_input_spillovers_outlays_remove_the_whole_cost():
    kmz = rd.load("kamien-muller-zang-cournot")
    bound = rd.solve(kmz, at_bounds=["unit_cost"])
    assert str(bound["x"]) == "c**2*gamma/(2*(beta*(n - 1) + 1))"
    point = {"a": 100, "c": 40, "sigma": Fraction(1, 2), "gamma": Fraction(1, 4), "beta": Fraction(1, 4), "n": 3}
    found = rd.corners(kmz).at(**point)
    assert (found.valid, found.at_bounds, found.values["y"]) == (True, ("unit_cost",), 40)
    assert nobody_gains(kmz, found, point)
    shared = rd.solve(kmz, "rjv-competition", at_bounds=["unit_cost"])
    assert any("can be divided among the members in other ways" in note for note in shared.notes)


def test_a_cost_is_the_bound_of_the_firm_whose_it_is(aj):
    """The rival, whose research spills over, meets its own first-order condition, as if it could go on."""
    duopoly = rd.explicit(aj, different=["c"], n=2)
    bound = rd.solve(duopoly, at_bounds=["unit_cost_1"])
    point = {"a": 100, "b": 1, "c_1": 4, "c_2": 30, "gamma": 8, "beta_1_2": Fraction(1, 4), "beta_2_1": Fraction(1, 2)}
    found = bound.at(**point)
    assert (found.valid, found.at_bounds, found.values["unit_cost_1"]) == (True, ("unit_cost_1",), 0)
    beta = Fraction(1, 4)
    assert 2 * (2 - beta) / 3 * found.values["q_2"] == 8 * found.values["x_2"]
    assert found.values["x_1"] == 4 - beta * found.values["x_2"]


def test_two_bounds_of_one_decision(aj):
    """In a joint decision each firm's cost has a multiplier of its own."""
    duopoly = rd.explicit(aj, different=["c"], n=2)
    bound = rd.solve(duopoly, "cartel", at_bounds=["unit_cost_1", "unit_cost_2"])
    point = {"a": 100, "b": 1, "c_1": 20, "c_2": 16, "gamma": 1, "beta_1_2": Fraction(1, 2), "beta_2_1": Fraction(1, 4)}
    found = bound.at(**point)
    x = [found.values[name] for name in ("x_1", "x_2")]
    assert [x[0] + x[1] / 2, x[1] + x[0] / 4] == [20, 16]
    q = found.values["q_1"]
    worth = [Fraction(2, 3) * ((2 - Fraction(1, 4)) - (1 - Fraction(2, 4))) * q - x[0]]
    worth += [Fraction(2, 3) * ((2 - Fraction(1, 2)) - (1 - Fraction(2, 2))) * q - x[1]]
    margins = [found.conditions[f"binding_unit_cost_{firm}"].margin for firm in (1, 2)]
    assert [margins[0] + margins[1] / 4, margins[0] / 2 + margins[1]] == worth
    assert found.valid


def test_what_is_held_while_the_same_decision_keeps_a_bound(aj):
    """The second firm's research would lower a cost that is zero: it only lets the first firm do less."""
    duopoly = rd.explicit(aj, different=["c"], n=2)
    cells = rd.corners(duopoly, "cartel")
    point = {"a": 100, "b": 1, "c_1": 6, "c_2": 63, "gamma": Fraction(33, 4), "beta_1_2": 0, "beta_2_1": 0}
    found = cells.at(**point)
    assert (found.valid, found.at_bounds) == (True, ("x_2", "q_2", "unit_cost_1"))
    assert nobody_gains(duopoly, found, point, "cartel")
    share = Fraction(1, 4)
    there = rd.solve(duopoly, "cartel", at_bounds=found.at_bounds).at(**{**point, "beta_1_2": share})
    monopoly, multiplier = there.values["q_1"], there.values["q_1"] - Fraction(33, 4) * 6
    assert there.conditions["binding_unit_cost_1"].margin == multiplier
    assert there.conditions["corner_x_2"].margin == -(share * monopoly - share * multiplier)


def test_one_bound_of_a_decision_about_several_actions():
    """With one cost removed, a firm in two industries still chooses its other research, as best it can."""
    steurs = rd.load("steurs-1995")
    for regime in ("competition", "full"):
        cells = rd.corners(steurs, regime)
        named = {cell.play.at_bounds: cell for cell in cells}
        conditions = {condition.name for condition in named["unit_cost_1",].stated_conditions}
        assert any(name.startswith("second_order") for name in conditions)
        assert {"binding_unit_cost_1", "interior_x_2"} <= conditions


def test_bounds_bind_without_closed_form(isoelastic):
    capped = Game.model_validate(
        {**isoelastic.to_document(), "requirements": {"cap": {"is": "x[i] <= 1/10", "meaning": "labs are small"}}}
    )
    point = {"a": 20, "eps": 1.5, "c": 4, "beta": 0.3, "n": 3, "rho": 0.3}
    cells = rd.corners(capped)
    found = cells.at(**point)
    assert (found.valid, found.at_bounds) == (True, ("cap",))
    assert found.values["x"] == pytest.approx(0.1, rel=1e-9)
    assert rd.solve(isoelastic).at(**point).values["x"] > 0.1
    levels = {"x": 0.0999999999, "q": found.values["q"]}
    assert rd.check_equilibrium(capped, levels=levels, **point).holds(1e-8)


def test_what_nobody_can_keep_is_refused(aj):
    with pytest.raises(DerivationError, match="unit_cost shall bind, but nothing that is chosen by those it binds"):
        rd.solve(aj, at_bounds=["x", "unit_cost"])
    duopoly = rd.explicit(aj, n=2)
    with pytest.raises(DerivationError, match="expected as many actions of those who decide x_2"):
        rd.solve(duopoly, "cartel", at_bounds=["x_1", "unit_cost_1", "unit_cost_2"])
