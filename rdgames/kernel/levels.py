"""Levels without closed form, for whole arrays of parameters at once.

The equations are those of `rdgames.equilibrium.technology.Implicit`. One level is followed over all magnitudes; where
its first-order condition falls through zero, the logarithm of the level is bisected until floats cannot tell more.
Several levels start where the sum of their conditions falls through zero at one common level, and are improved by
Newton's method in logarithms, one Jacobian a point. Where nothing is found, or the condition falls through zero several
times, levels are NaN, and the conditions fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from rdgames.algebra.program import Element
from rdgames.equilibrium.levels import MAGNITUDES, programs_of, shape
from rdgames.equilibrium.technology import TAILS, Implicit
from rdgames.kernel.mesh import run_on_mesh

BISECTIONS, NEWTON_STEPS, LONGEST_STEP = 58, 60, 0.5
"""How often a bracket is halved; how often, and how far in magnitudes, Newton's method steps."""
SETTLED = 1e-9
"""How little the last step of Newton's method may change a magnitude."""


class LevelFinder:
    """Finds the levels of one regime; their names have a prefix."""

    def __init__(self, implicit: Implicit[Element], prefix: str) -> None:
        self.implicit, self.prefix = implicit, prefix
        self.actions = tuple(implicit.residuals)
        self.arguments, self.residuals = programs_of(implicit)

    def find(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the levels, and the values, slopes and curvatures of technologies there, over the whole mesh."""
        shape_of_mesh = jnp.broadcast_shapes(*(jnp.shape(value) for value in parameters.values()))

        def total(magnitude: Any) -> Any:
            residuals = self._residuals(parameters, [magnitude] * len(self.actions))
            return sum(residuals[1:], start=residuals[0])

        common = _bisected(total, shape_of_mesh)
        magnitudes = [common] * len(self.actions)
        if len(self.actions) > 1:
            magnitudes = self._newton(parameters, magnitudes)
        return self._complete(parameters, magnitudes)

    def _complete(self, parameters: Mapping[str, Any], magnitudes: list[Any]) -> dict[str, Any]:
        known = {self.prefix + action: 10.0**m for action, m in zip(self.actions, magnitudes, strict=True)}
        found = run_on_mesh(self.arguments, {**parameters, **known})
        for name, curve in self.implicit.curves.items():
            shapes = shape(curve.function, found[f"argument:{name}"], found.get(f"exponent:{name}"), jnp)
            known |= {self.prefix + name + tail: value for tail, value in zip(TAILS, shapes, strict=True)}
        return known

    def _residuals(self, parameters: Mapping[str, Any], magnitudes: list[Any]) -> list[Any]:
        found = run_on_mesh(self.residuals, {**parameters, **self._complete(parameters, magnitudes)})
        return [found[action] for action in self.actions]

    def _newton(self, parameters: Mapping[str, Any], start: list[Any]) -> list[Any]:
        def values(magnitudes: Any) -> Any:
            residuals = self._residuals(parameters, [magnitudes[..., place] for place in range(len(self.actions))])
            return jnp.stack([jnp.broadcast_to(each, magnitudes.shape[:-1]) for each in residuals], axis=-1)

        def step(_: Any, state: tuple[Any, Any]) -> tuple[Any, Any]:
            magnitudes, _last = state
            columns = []
            for place in range(len(self.actions)):
                direction = jnp.zeros_like(magnitudes).at[..., place].set(1.0)
                now, column = jax.jvp(values, (magnitudes,), (direction,))
                columns.append(column)
            jacobian = jnp.stack(columns, axis=-1)
            change = -jnp.linalg.solve(jacobian, now[..., None])[..., 0]
            change = jnp.clip(change, -LONGEST_STEP, LONGEST_STEP)
            return magnitudes + change, jnp.max(jnp.abs(change), axis=-1)

        first = jnp.stack(start, axis=-1)
        found, last = jax.lax.fori_loop(0, NEWTON_STEPS, step, (first, jnp.ones(first.shape[:-1])))
        found = jnp.where((last < SETTLED)[..., None], found, jnp.nan)
        return [found[..., place] for place in range(len(self.actions))]


def _bisected(total: Any, shape_of_mesh: tuple[int, ...]) -> Any:
    """Return where a function of a magnitude falls through zero, NaN where it does so nowhere, or several times."""

    def look(place: Any, state: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
        low, last, falls = state
        here = jnp.asarray(MAGNITUDES)[place]
        value = total(jnp.full(shape_of_mesh, here))
        fallen = (value <= 0) & ~jnp.isnan(last)
        low = jnp.where(fallen & (falls == 0), last, low)
        last = jnp.where(value > 0, here, jnp.where(jnp.isnan(value), last, jnp.nan))
        return low, last, falls + fallen

    nowhere = jnp.full(shape_of_mesh, jnp.nan)
    start = (nowhere, nowhere, jnp.zeros(shape_of_mesh, dtype=int))
    low, _, falls = jax.lax.fori_loop(0, len(MAGNITUDES), look, start)

    def halve(_: Any, bracket: tuple[Any, Any]) -> tuple[Any, Any]:
        below, above = bracket
        middle = (below + above) / 2
        pays = total(middle) > 0
        return jnp.where(pays, middle, below), jnp.where(pays, above, middle)

    below, above = jax.lax.fori_loop(0, BISECTIONS, halve, (low, low + MAGNITUDES[1] - MAGNITUDES[0]))
    return jnp.where(falls == 1, (below + above) / 2, jnp.nan)
