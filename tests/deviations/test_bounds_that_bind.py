"""Equilibria at kinks and at requirements, found without being told and confirmed from outside."""

from __future__ import annotations

import numpy as np
import pytest

import rdgames as rd


def duopoly() -> rd.Game:
    return rd.explicit(rd.load("daspremont-jacquemin"), different=["c"], n=2)


def test_a_rival_held_where_it_stops_is_found_and_confirmed() -> None:
    given = {"a": 100, "b": 1, "c_1": 20, "gamma": 10, "beta_1_2": 0, "beta_2_1": 0}
    found = rd.check_equilibrium(duopoly(), c_2=[57.0, 57.5, 58.0], **given)
    assert found.holds().all()
    np.testing.assert_allclose(found.levels["x_1"][1:], [5, 80 / 19])
    np.testing.assert_allclose(found.levels["q_2"][1:], 0, atol=1e-12)


@pytest.mark.parametrize("gamma", [1.2, 1.6, 2, 2.4])
def test_research_that_removes_the_whole_cost_is_found_and_confirmed(gamma: float) -> None:
    aj = rd.load("daspremont-jacquemin")
    found = rd.check_equilibrium(aj, a=100, b=1, c=20, gamma=gamma, beta="1/2", n=2)
    assert found.holds()
    assert found.levels["x"] == pytest.approx(40 / 3)


def test_what_is_beyond_a_requirement_is_no_candidate() -> None:
    aj = rd.load("daspremont-jacquemin")
    given = {"a": 100, "b": 1, "c": 20, "gamma": 2, "beta": "1/2", "n": 2}
    at_bound = 40 / 3
    beyond = rd.check_equilibrium(aj, levels={"x": at_bound * (1 + 1e-6), "q": 33.4}, **given)
    assert not beyond.possible
    less = rd.check_equilibrium(aj, levels={"x": at_bound * 0.9, "q": (80 + 20 * 0.9) / 3}, **given)
    assert less.possible
    assert not less.holds()
