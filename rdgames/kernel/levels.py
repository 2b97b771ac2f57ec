"""Levels without closed form, for whole arrays of parameters at once.

The equations are those of `rdgames.equilibrium.technology.Implicit`. One level is followed over all magnitudes; where
its first-order condition falls through zero, the logarithm of the level is bisected until floats cannot tell more.
Several levels start where the sum of their conditions falls through zero at one common level, and some magnitudes below
and above that, and are improved by Newton's method (`rdgames.equilibrium.newton`). Of several solutions the one with
the lowest level of the first action is reported, and the condition ``one_solution`` fails. Nothing is raised: where no
start leads to a solution the condition ``converged`` fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from rdgames.algebra.program import Element, Program
from rdgames.equilibrium.condition import CONVERGED, ONE_SOLUTION
from rdgames.equilibrium.levels import FINE_MAGNITUDES
from rdgames.equilibrium.newton import MAGNITUDES, SETTLED, System, chosen, improved, solve_few
from rdgames.equilibrium.technology import Implicit
from rdgames.kernel.mesh import all_true, run_on_mesh

BISECTIONS, NEWTON_STEPS = 58, 16
"""How often a bracket is halved; how often Newton's method steps from each start."""
STARTS = (0.0, -1.0, 1.0, -2.0, 2.0)
"""The decimal logarithms of what the levels are multiplied by from which Newton's method starts."""


class LevelFinder:
    """Finds the levels of one regime; their names have a prefix."""

    def __init__(self, implicit: Implicit[Element], starts: int = len(STARTS)) -> None:
        self.prefix = implicit.prefix
        self.system = System.of(implicit)
        self.starts = STARTS[:starts]

    def find(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the levels over the whole mesh, and the margins of the conditions that they are found, and alone."""
        shape = jnp.broadcast_shapes(*(jnp.shape(value) for value in parameters.values()))
        if len(self.system.unknowns) == 1:
            levels, settled, count = self._bisected(parameters, shape)
        else:
            levels, settled, count = self._newton(parameters, shape)
        found = dict(zip(self.system.unknowns, levels, strict=True))
        found |= {CONVERGED: jnp.where(settled, 1.0, -1.0), ONE_SOLUTION: 2.0 - count}
        return {self.prefix + name: value for name, value in found.items()}

    def _run(self, program: Program, parameters: Mapping[str, Any], levels: list[Any]) -> dict[str, Any]:
        named = {self.prefix + name: level for name, level in zip(self.system.unknowns, levels, strict=True)}
        return run_on_mesh(program, {**parameters, **named})

    def _least(self, parameters: Mapping[str, Any]) -> list[Any]:
        found = self._run(self.system.slopes, parameters, [1.0] * len(self.system.unknowns))
        return [found.get(f"least:{name}", 0.0) for name in self.system.unknowns]

    def _newton(self, parameters: Mapping[str, Any], shape: tuple[int, ...]) -> tuple[list[Any], Any, Any]:
        """Take the same number of steps from every start, and choose among the solutions."""
        least = self._least(parameters)
        magnitude = self._common_magnitude(parameters, least, shape)

        def step(_: Any, state: tuple[list[Any], Any]) -> tuple[list[Any], Any]:
            levels, _size = state
            found = self._run(self.system.slopes, parameters, levels)
            after, size = improved(self.system, found, levels, jnp, _solve)
            return [jnp.broadcast_to(level, shape) for level in after], jnp.broadcast_to(size, shape)

        solutions, settled = [], []
        for start in self.starts:
            common = 10.0 ** (magnitude + start)
            state = ([jnp.broadcast_to(low + common, shape) for low in least], jnp.full(shape, jnp.inf))
            levels, size = jax.lax.fori_loop(0, NEWTON_STEPS, step, state)
            solutions.append(levels)
            finite = [jnp.isfinite(level) for level in levels]  # XLA's maximum may drop NaN
            settled.append((size < SETTLED) & all_true(finite))
        return chosen(solutions, settled, jnp)

    def _common_magnitude(self, parameters: Mapping[str, Any], least: list[Any], shape: tuple[int, ...]) -> Any:
        """Return the magnitude of a common level at which the sum of all conditions first falls through zero."""

        def total(magnitude: Any) -> Any:
            found = self._run(self.system.residuals, parameters, [low + 10.0**magnitude for low in least])
            return jnp.broadcast_to(sum(found.values()), shape)

        def look(place: Any, state: tuple[Any, Any]) -> tuple[Any, Any]:
            found, paid = state
            here = jnp.asarray(MAGNITUDES, dtype=float)[place]
            value = total(here)
            fallen = paid & (value <= 0) & jnp.isnan(found)
            return jnp.where(fallen, here - 0.5, found), value > 0

        nowhere = (jnp.full(shape, jnp.nan), jnp.zeros(shape, dtype=bool))
        found, _ = jax.lax.fori_loop(0, len(MAGNITUDES), look, nowhere)
        return jnp.where(jnp.isnan(found), 0.0, found)

    def _bisected(self, parameters: Mapping[str, Any], shape: tuple[int, ...]) -> tuple[list[Any], Any, Any]:
        """Return where one condition falls through zero first, whether it does, and how often."""
        (low,) = self._least(parameters)
        (unknown,) = self.system.unknowns

        def residual(magnitude: Any) -> Any:
            return self._run(self.system.residuals, parameters, [low + 10.0**magnitude])[unknown]

        def look(place: Any, state: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
            bracket, last, falls = state
            here = jnp.asarray(FINE_MAGNITUDES)[place]
            value = residual(jnp.full(shape, here))
            fallen = (value <= 0) & ~jnp.isnan(last)
            bracket = jnp.where(fallen & (falls == 0), last, bracket)
            last = jnp.where(value > 0, here, jnp.where(jnp.isnan(value), last, jnp.nan))
            return bracket, last, falls + fallen

        nowhere = jnp.full(shape, jnp.nan)
        start = (nowhere, nowhere, jnp.zeros(shape, dtype=int))
        bracket, _, falls = jax.lax.fori_loop(0, len(FINE_MAGNITUDES), look, start)

        def halve(_: Any, ends: tuple[Any, Any]) -> tuple[Any, Any]:
            below, above = ends
            middle = (below + above) / 2
            pays = residual(middle) > 0
            return jnp.where(pays, middle, below), jnp.where(pays, above, middle)

        ends = (bracket, bracket + FINE_MAGNITUDES[1] - FINE_MAGNITUDES[0])
        below, above = jax.lax.fori_loop(0, BISECTIONS, halve, ends)
        return [low + 10.0 ** ((below + above) / 2)], falls > 0, falls


def _solve(rows: Any, right: Any) -> Any:
    """Solve linear equations at every point; few of them without leaving the fused loop."""
    if len(rows) < 4:
        return solve_few(rows, right)
    shape = jnp.broadcast_shapes(*(jnp.shape(entry) for entry in [*right, *(entry for row in rows for entry in row)]))
    matrix = jnp.stack([jnp.stack([jnp.broadcast_to(e, shape) for e in row], -1) for row in rows], -2)
    side = jnp.stack([jnp.broadcast_to(entry, shape) for entry in right], -1)
    found = jnp.linalg.solve(matrix, side[..., None])[..., 0]
    return [found[..., place] for place in range(len(rows))]
