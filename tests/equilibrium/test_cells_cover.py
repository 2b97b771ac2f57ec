"""The cells of a game are disjoint, and cover where there is an equilibrium: in exact arithmetic, and from outside."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rdgames as rd
from rdgames.modelfile.catalogue import load

SHARES = st.fractions(0, 1, max_denominator=12)
COSTS = st.fractions(1, 99, max_denominator=8)
SLOPES = st.fractions(Fraction(1, 2), 30, max_denominator=8)

AJ = load("daspremont-jacquemin")
DUOPOLY = rd.explicit(AJ, different=["c"], n=2)
CELLS = rd.corners(DUOPOLY)


def valid_cells(cells, point):
    return [found for found in (cell.at(**point) for cell in cells) if found.valid]


def nobody_gains(game, found, point, regime="competition"):
    levels = {name: float(found.values[name]) for name in game.action}
    checked = rd.check_equilibrium(game, regime, levels=levels, **{name: float(value) for name, value in point.items()})
    return checked.gain <= 1e-9 * float(max(map(abs, found.values.values()))) and not checked.undecided


def spoiled(found) -> bool:
    """Whether a rival's spillover alone removes more than a firm's whole cost: the model has no such costs."""
    return any(name.startswith("nonnegative_unit_cost") for name in found.failed)


@settings(max_examples=60, deadline=None)
@given(c_1=COSTS, c_2=COSTS, gamma=st.fractions(2, 30, max_denominator=8), beta_1_2=SHARES, beta_2_1=SHARES)
def test_one_cell_of_a_duopoly_holds(c_1, c_2, gamma, beta_1_2, beta_2_1):
    point = {"a": 100, "b": 1, "c_1": c_1, "c_2": c_2, "gamma": gamma, "beta_1_2": beta_1_2, "beta_2_1": beta_2_1}
    valid = valid_cells(CELLS, point)
    if not valid:
        assert any(spoiled(cell.at(**point)) for cell in CELLS)
        return
    if len(valid) > 1:  # then each is an equilibrium, and they differ
        assert CELLS.at(**point).failed == ("one_solution",)
    for found in valid:
        assert nobody_gains(DUOPOLY, found, point)


@pytest.mark.parametrize("beta", [0, Fraction(1, 4)])
@pytest.mark.parametrize("gamma", [3, 10])
def test_a_grid_of_duopolies_without_and_with_spillovers(beta, gamma):
    seen = set()
    for c_1 in range(2, 100, 14):
        for c_2 in range(2, 100, 6):
            point = {"a": 100, "b": 1, "c_1": c_1, "c_2": c_2, "gamma": gamma, "beta_1_2": beta, "beta_2_1": beta}
            valid = valid_cells(CELLS, point)
            assert len(valid) == 1 or (not valid and any(spoiled(cell.at(**point)) for cell in CELLS))
            seen |= {found.at_bounds for found in valid}
    assert {(), ("x_1", "q_1"), ("x_2", "q_2")} <= seen
    assert any("-by-" in name for bounds in seen for name in bounds) or gamma == 10


@settings(max_examples=40, deadline=None)
@given(c=st.fractions(1, 99, max_denominator=4), gamma=SLOPES, beta=SHARES, n=st.integers(1, 5))
@pytest.mark.parametrize("regime", ["competition", "cartel", "rjv-cartel", "second-best"])
@pytest.mark.parametrize("game", [AJ, load("kamien-muller-zang-cournot")], ids=["AJ", "KMZ"])
def test_one_cell_of_alike_firms_holds(game, regime, c, gamma, beta, n):
    more = {"b": 1} if game is AJ else {"sigma": Fraction(3, 4)}
    point = {"a": 100, "c": c, "gamma": gamma, "beta": beta, "n": n, **more}
    valid = valid_cells(_cells(game, regime), point)
    assert len(valid) < 2
    if not valid:  # of those who choose alike, somebody would rather choose otherwise, or stay away
        allowed = ("gradient_stability", "second_order", "participation")
        found = [cell.at(**point) for cell in _cells(game, regime)]
        assert any(all(name.startswith(allowed) for name in one.failed) for one in found)


KNOWN: dict[tuple[str, str], rd.Corners] = {}


def _cells(game, regime):
    key = game.name, regime
    if key not in KNOWN:
        KNOWN[key] = rd.corners(game, regime)
    return KNOWN[key]


@pytest.mark.parametrize("regime", ["competition", "cartel", "rjv-cartel", "merger", "second-best"])
def test_no_firm_gains_at_either_side_of_a_bound(regime):
    cells = _cells(AJ, regime)
    seen = set()
    for gamma in (Fraction(1, 4), 1, 3, 8):
        for beta in (0, Fraction(1, 4), 1):
            point = {"a": 100, "b": 1, "c": 60, "gamma": gamma, "beta": beta, "n": 2}
            for found in valid_cells(cells, point):
                seen.add(found.at_bounds)
                concave = (verdict.holds for name, verdict in found.diagnostics.items() if "concave" in name)
                assert nobody_gains(AJ, found, point, regime) or not all(concave)
    assert seen == {(), ("unit_cost",)}


def test_every_cost_of_a_third_firm_has_its_cells():
    """Two firms face a third: it sells, it is just kept out by either or both, or it stays out by itself."""
    game = rd.explicit(AJ, different=["c"], n=3)
    cells = rd.corners(game, among=["x_3", "q_3"])
    nothing = {name: 0 for name in game.parameter if name.startswith("beta")}
    kinds = []
    for place in range(24):
        c_3 = 44 + Fraction(place, 16)
        point = {"a": 100, "b": 1, "gamma": 10, "c_1": 20, "c_2": 22, "c_3": c_3, **nothing}
        valid = valid_cells(cells, point)
        kinds.append(tuple(sorted(found.at_bounds[-1] if found.at_bounds else "sells" for found in valid)))
        assert len(valid) == 1 or (len(valid) == 2 and all("-by-" in found.at_bounds[-1] for found in valid))
    order = list(
        dict.fromkeys("sells" if kind == ("sells",) else "out" if kind == ("q_3",) else "kept" for kind in kinds)
    )
    assert order == ["sells", "kept", "out"]
