"""Many single players, solved with matrices: the same numbers as the derivation replayed step by step."""

from __future__ import annotations

from functools import cache

import jax
import numpy as np
import pytest

from rdgames.algebra.program import Recorder
from rdgames.equilibrium.forms import SinglePlayers
from rdgames.errors import NotQuadraticError
from rdgames.game.explicit import explicit
from rdgames.game.game import Game
from rdgames.game.play import play
from rdgames.kernel import cells
from rdgames.kernel.cache import OPTIONS
from rdgames.kernel.kernel import compile_kernel
from rdgames.kernel.quadratic import MatrixSolver
from rdgames.kernel.tracing import Trace
from rdgames.modelfile.catalogue import load


@cache
def three_firms() -> Game:
    return explicit(load("daspremont-jacquemin"), different=["c", "gamma"], n=3)


@cache
def chain() -> Game:
    return explicit(load("vertical-spillovers"), different=["gamma_d"], n_u=2, n_d=2)


def values_of(game: Game, points: int = 6) -> dict[str, np.ndarray]:
    """Return parameters of which some vary along one axis, one along another."""
    rng = np.random.default_rng(3)
    levels = {"a": (190, 210), "c": (40, 50), "gamma": (20, 40), "b": (1, 2), "beta": (0, 0.6), "h": (0, 0.4)}
    found = {}
    for number, parameter in enumerate(game.parameters):
        low, high = levels.get(parameter.name.split("_")[0], (0, 0.3))
        shape = [(), (points, 1), (1, 3)][number % 3]
        found[parameter.name] = rng.uniform(low, high, size=shape)
    return found


def both_roads(
    game: Game, regime: str, monkeypatch: pytest.MonkeyPatch, derivatives: tuple[str, ...] = ()
) -> tuple[dict, dict]:
    """Return all outputs by matrices, and step by step."""
    found = []
    for many in (0, 1000):
        monkeypatch.setattr(cells, "MANY_ACTIONS", many)
        trace = Trace(game, (regime,), game.outcomes, derivatives, margins=True, corners=False, starts=1)
        by_matrices = isinstance(trace.cells[regime][0].finder, MatrixSolver)
        assert by_matrices is (many == 0)
        with jax.enable_x64(True):
            outputs = jax.jit(trace, compiler_options=OPTIONS)(values_of(game))
        found.append({name: np.asarray(value) for (_, name), value in outputs.items()})
    return found[0], found[1]


REGIMES = [
    (three_firms, "competition"),
    (three_firms, "cartel"),
    (three_firms, "rjv-cartel"),
    (three_firms, "open-loop"),
    (three_firms, "firms_1, firms_2 choose x_1, x_2 jointly"),
    (three_firms, "planner chooses x_1, x_2, x_3 for welfare"),
    (chain, "competition"),
    (chain, "horizontal"),
    (chain, "full"),
]


@pytest.mark.parametrize(("game", "regime"), REGIMES, ids=lambda each: getattr(each, "__name__", each))
def test_outcomes_and_margins_agree_with_the_derivation(
    game: object, regime: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_matrices, by_steps = both_roads(game(), regime, monkeypatch)  # type: ignore[operator]
    assert by_matrices.keys() == by_steps.keys()
    for name, expected in by_steps.items():
        np.testing.assert_allclose(by_matrices[name], expected, rtol=1e-8, atol=1e-10, err_msg=name)
    assert by_steps["valid"].any()


def test_derivatives_agree_with_the_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    by_matrices, by_steps = both_roads(three_firms(), "competition", monkeypatch, ("gamma_1", "beta_1_2"))
    slopes = [name for name in by_steps if name.startswith("d_")]
    assert "d_welfare_d_gamma_1" in slopes
    for name in slopes:
        np.testing.assert_allclose(by_matrices[name], by_steps[name], rtol=1e-8, atol=1e-10, err_msg=name)


def test_ten_different_firms_are_solved_with_matrices() -> None:
    game = explicit(load("daspremont-jacquemin"), different=["c"], n=10)
    kernel = compile_kernel(game, ("competition",), ("x_1", "welfare"))
    assert kernel.program.operations < 1000
    spillovers = [p.name for p in game.parameters if p.name.startswith("beta")]
    fixed = {"a": 100.0, "b": 1.0, "gamma": 60.0, **dict.fromkeys(spillovers, 0.5)}
    fixed |= {f"c_{place}": 50.0 for place in range(1, 11)}
    (block,) = kernel.blocks((1,))
    found = kernel.evaluate({"c_1": np.array([50.0])}, {k: v for k, v in fixed.items() if k != "c_1"}, block)
    from_symbols = load("daspremont-jacquemin")
    alike = compile_kernel(from_symbols, ("competition",), ("x", "welfare"))
    (block,) = alike.blocks((1,))
    same = alike.evaluate({"beta": np.array([0.5])}, {"a": 100.0, "b": 1.0, "c": 50.0, "gamma": 60.0, "n": 10.0}, block)
    for one, other in (("x_1", "x"), ("welfare", "welfare")):
        np.testing.assert_allclose(found["competition", one], same["competition", other], rtol=1e-10)


@pytest.mark.parametrize(
    ("game", "regime"),
    [("daspremont-jacquemin", "competition"), ("kamien-muller-zang-cournot", "competition")],
)
def test_games_that_are_no_forms_are_refused(game: str, regime: str) -> None:
    loaded = load(game)
    if game.startswith("kamien"):
        loaded = explicit(loaded, n=2)
    with pytest.raises(NotQuadraticError):
        SinglePlayers(play(loaded, loaded.regime(regime)), Recorder())
