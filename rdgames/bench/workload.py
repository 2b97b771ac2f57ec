"""The work that sweeps and reductions are timed on: n-firm d'Aspremont and Jacquemin, three regimes, 24 outcomes.

What it is compared with is what a user would write without rdgames: formulas factored by SymPy, made NumPy functions
by `sympy.lambdify`, on an open mesh (each parameter along its own axis) or on a mesh grid (every parameter everywhere).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from rdgames.equilibrium.equilibrium import solve
from rdgames.game.game import Game
from rdgames.grid.axes import Grid
from rdgames.kernel.blocks import Block, on_all_processors
from rdgames.kernel.kernel import DOUBLE, Kernel, Memory, compile_kernel
from rdgames.modelfile.catalogue import load

REGIMES = ("competition", "cartel", "rjv-cartel")
OUTCOMES = ("x", "q", "price", "output", "unit_cost", "profit", "consumer_surplus", "welfare")
PARAMETERS = ("a", "b", "c", "gamma", "beta", "n")
FIXED = {"a": 100.0, "b": 1.0, "c": 60.0}
ARRAYS = len(REGIMES) * len(OUTCOMES)
POINT_BYTES = 8 * ARRAYS


@dataclass(frozen=True, eq=False)
class Workload:
    """The game, the kernel and the grid: ten numbers of firms, and as many gammas as betas."""

    game: Game
    kernel: Kernel
    grid: Grid

    @property
    def points(self) -> int:
        """How many points there are."""
        return self.grid.size

    @property
    def parameters(self) -> dict[str, Any]:
        """The values of all parameters, as a sweep is given them."""
        return {**self.grid.fixed, **self.grid.axes}

    def each_block(self) -> None:
        """Compute all blocks on all processors, in memory that is used again, and hand each on as NumPy arrays."""
        self._blocks(lambda _: None)

    def each_block_summed(self) -> None:
        """Compute all blocks, and have NumPy sum every outcome while it is in the cache."""
        self._blocks(lambda found: [values.sum() for values in found.values()])

    def _blocks(self, consume: Callable[[dict[Any, Any]], Any]) -> None:
        def worker() -> Callable[[Block], None]:
            memory = Memory()

            def compute(block: Block) -> None:
                consume(self.kernel.evaluate(self.grid.axes, self.grid.fixed, block, memory))

            return compute

        for _ in on_all_processors(self.kernel.blocks(self.grid.shape), worker):
            pass

    def in_one_call(self, memory: Memory | None) -> Any:
        """Compute the whole grid in one call, into the same memory again if there is some."""
        whole = tuple(slice(0, length) for length in self.grid.shape)
        return self.kernel.evaluate(self.grid.axes, self.grid.fixed, whole, memory)

    def mesh(self, *, filled: bool) -> dict[str, Any]:
        """Return the grid as arrays to broadcast, or all of full size."""
        arrays = np.meshgrid(*self.grid.axes.values(), indexing="ij", sparse=not filled)
        return {**self.grid.fixed, **dict(zip(self.grid.axes, arrays, strict=True))}


def workload(number: int, dtype: str = DOUBLE) -> Workload:
    """Return the work on 10 x ``number`` x ``number`` points, the outcomes in numbers of some type."""
    game = load("daspremont-jacquemin")
    axes = {"n": np.arange(2.0, 12.0), "gamma": np.linspace(2, 12, number), "beta": np.linspace(0, 1, number)}
    kernel = compile_kernel(game, REGIMES, OUTCOMES, dtype=dtype)
    return Workload(game, kernel, Grid.of(game, {**FIXED, **axes}, REGIMES))


@lru_cache(maxsize=8)
def lambdified(outcomes: tuple[str, ...], *, conditions: bool) -> Callable[[dict[str, Any]], list[Any]]:
    """Return what a user would write in SymPy: outcomes as NumPy functions, regime by regime, of parameter arrays.

    With ``conditions`` they are NaN where the equilibrium does not exist, as in a sweep; without, they are formulas.
    """
    import sympy

    game = load("daspremont-jacquemin")
    expressions: list[Any] = []
    margins: dict[str, list[tuple[int, bool]]] = {}
    for regime in REGIMES:
        expressions += [sympy.factor(solve(game, regime)[name]) for name in outcomes]
    for regime in REGIMES if conditions else ():
        margins[regime] = []
        for condition in solve(game, regime).conditions.values():
            if condition.decides:
                margins[regime].append((len(expressions), condition.strict))
                expressions.append(sympy.factor(condition.margin))
    function = sympy.lambdify(sympy.symbols(PARAMETERS), expressions, "numpy")

    def evaluate(values: dict[str, Any]) -> list[Any]:
        found = function(*(values[name] for name in PARAMETERS))
        results: list[Any] = found[: len(REGIMES) * len(outcomes)]
        for place, regime in enumerate(margins):
            valid: Any = True
            for margin, strict in margins[regime]:
                valid = valid & (found[margin] > 0 if strict else found[margin] >= 0)
            for k in range(place * len(outcomes), (place + 1) * len(outcomes)):
                results[k] = np.where(valid, results[k], np.nan)
        return results

    return evaluate


def stacked(outcome: str, values: dict[str, Any], shape: tuple[int, ...]) -> np.ndarray:
    """Return one outcome under every regime as a user would stack them: NaN where it is no equilibrium."""
    found = lambdified((outcome,), conditions=True)(values)
    return np.stack([np.broadcast_to(array, shape) for array in found])
