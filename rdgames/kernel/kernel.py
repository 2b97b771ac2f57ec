"""Equilibria as one fused JAX function of parameter arrays.

The derivations of all regimes asked for are recorded in one program, so what they have in common is computed once. The
program runs on an open mesh (`rdgames.kernel.mesh`), in blocks that fit the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Num

from rdgames.algebra.program import Element, Program, Recorder
from rdgames.equilibrium.condition import DEFINED, Condition
from rdgames.equilibrium.equilibrium import solve
from rdgames.equilibrium.recording import record
from rdgames.game.game import Game
from rdgames.kernel.levels import LevelFinder
from rdgames.kernel.mesh import run_on_mesh

BLOCK_POINTS = 1 << 16
"""How many points a block aims at: 24 arrays of that size fill a processor's cache, and dwarf the cost of a call."""

Key: TypeAlias = tuple[str, str]
"""A regime and the name of an output of it."""

FAILED = "failed_condition"
Block: TypeAlias = tuple[slice, ...]


@dataclass(frozen=True, eq=False)
class Kernel:
    """The outcomes of a game under some regimes, over arrays of parameters.

    Attributes
    ----------
    regimes, outcomes
        What is computed, in order; not every regime that splits a group has every outcome.
    conditions
        For each regime, the conditions that decide whether a point is valid, in the order in which they are tried.
    condition_names
        The names of all of them, each once, then ``defined``; ``failed_condition`` counts by this list, from 1.
    margins
        Whether the margins of the conditions are outputs too, as ``margin_NAME``.
    program
        The steps from parameters to outputs.
    available
        The outcomes that each regime has.
    """

    regimes: tuple[str, ...]
    outcomes: tuple[str, ...]
    conditions: Mapping[str, tuple[Condition[Element], ...]]
    condition_names: tuple[str, ...]
    margins: bool
    program: Program
    available: Mapping[str, tuple[str, ...]]
    _compiled: Callable[[dict[str, Any]], dict[Key, Any]]

    def outputs(self, regime: str) -> tuple[str, ...]:
        """Return the names of the outputs for a regime: outcomes, then margins if asked for, then `FAILED`."""
        margins = (f"margin_{condition.name}" for condition in self.conditions[regime]) if self.margins else ()
        return (*self.available[regime], *margins, FAILED)

    def blocks(self, shape: tuple[int, ...]) -> tuple[Block, ...]:
        """Return the blocks in which a mesh of that shape is best computed."""
        return tuple(plan_blocks(shape, BLOCK_POINTS))

    def evaluate(
        self, axes: Mapping[str, Float[np.ndarray, " points"]], fixed: Mapping[str, float], block: Block
    ) -> dict[Key, Num[np.ndarray, "..."]]:
        """Compute the outputs in one block of a mesh; may be called from several threads.

        Parameters
        ----------
        axes
            The values of each swept parameter, in the order of the mesh's dimensions.
        fixed
            The values of the others.
        block
            The place in the mesh.

        Returns
        -------
        dict
            One array for each regime and output, of the block's shape. An outcome is NaN where a condition fails;
            ``failed_condition`` is 0 where none does, else the number of the first that fails.
        """
        arrays: dict[str, Any] = {name: np.float64(value) for name, value in fixed.items()}
        for place, ((name, values), part) in enumerate(zip(axes.items(), block, strict=True)):
            along = [1] * len(block)
            along[place] = -1
            arrays[name] = np.asarray(values[part], dtype=np.float64).reshape(along)
        with jax.enable_x64(True):  # in this thread, for this call: the user's setting stays as it is
            return {key: np.asarray(value) for key, value in self._compiled(arrays).items()}


@lru_cache(maxsize=32)
def compile_kernel(game: Game, regimes: tuple[str, ...], outcomes: tuple[str, ...], *, margins: bool = False) -> Kernel:
    """Derive a game under some regimes and compile the outcomes.

    Raises
    ------
    UnknownNameError, DerivationError
        If there is no such regime, or no closed form.
    """
    recorder = Recorder()
    outputs: dict[str, Element] = {}
    conditions: dict[str, tuple[Condition[Element], ...]] = {}
    divisors: dict[str, list[str]] = {}
    available: dict[str, tuple[str, ...]] = {}
    implicit: dict[str, LevelFinder] = {}
    for regime in regimes:
        equilibrium = solve(game, regime)  # refuses what has no optimum
        recording = record(equilibrium.play, recorder, prefix=f"{regime}/")
        if recording.implicit is not None:
            implicit[regime] = LevelFinder(recording.implicit, f"{regime}/")
        deciding = tuple(condition for condition in recording.conditions if condition.decides)
        conditions[regime] = deciding
        available[regime] = tuple(name for name in outcomes if name in equilibrium.outcomes)
        for name in available[regime]:
            outputs[f"{regime}/value:{name}"] = recording.outputs[f"value:{name}"]
        for condition in deciding:
            outputs[f"{regime}/margin:{condition.name}"] = condition.margin
            if condition.applies is not None:
                outputs[f"{regime}/applies:{condition.name}"] = condition.applies
        found = recorder.divisors(outputs[f"{regime}/value:{name}"] for name in available[regime])
        divisors[regime] = [f"{regime}/divisor:{place}" for place in range(len(found))]
        outputs |= dict(zip(divisors[regime], found, strict=True))
    program = recorder.program(outputs)
    names = (*dict.fromkeys(condition.name for regime in regimes for condition in conditions[regime]), DEFINED)

    def evaluate(parameters: dict[str, Any]) -> dict[Key, Any]:
        shape = jnp.broadcast_shapes(*(jnp.shape(value) for value in parameters.values()))
        levels = {name: value for finder in implicit.values() for name, value in finder.find(parameters).items()}
        found = run_on_mesh(program, parameters | levels)
        arrays: dict[Key, Any] = {}
        for regime in regimes:
            numbered = {names.index(condition.name) + 1: condition for condition in conditions[regime]}
            undefined: Any = jnp.int16(0)
            for key in divisors[regime]:
                undefined = jnp.where(found[key] != 0, undefined, jnp.int16(len(names)))
            arrays |= _outputs_of(regime, available[regime], numbered, found, undefined, margins=margins)
        return {key: jnp.broadcast_to(array, shape) for key, array in arrays.items()}

    return Kernel(regimes, outcomes, conditions, names, margins, program, available, jax.jit(evaluate))


def _outputs_of(
    regime: str,
    outcomes: Sequence[str],
    conditions: Mapping[int, Condition[Any]],
    found: Mapping[str, Any],
    undefined: Any,
    *,
    margins: bool,
) -> dict[Key, Any]:
    """Return the outputs for one regime: which condition fails first, and outcomes masked where one does."""
    failed: Any = undefined
    arrays: dict[Key, Any] = {}
    for number, condition in reversed([*conditions.items()]):
        margin = found[f"{regime}/margin:{condition.name}"]
        holds = condition.holds(margin) & (margin < jnp.inf)
        if condition.applies is not None:
            holds = holds | (found[f"{regime}/applies:{condition.name}"] <= 0)
        failed = jnp.where(holds, failed, jnp.int16(number))
        if margins:
            arrays[regime, f"margin_{condition.name}"] = margin
    for name in outcomes:
        # A comparison of the code, not NaN arithmetic: XLA may drop NaN in minima and maxima.
        arrays[regime, name] = jnp.where(failed == 0, found[f"{regime}/value:{name}"], jnp.nan)
    arrays[regime, FAILED] = failed
    return arrays


def plan_blocks(shape: tuple[int, ...], points: int) -> Iterator[Block]:
    """Cut a mesh into blocks of one shape and of about ``points`` points.

    The last axes are kept whole as long as they fit, one axis is cut into pieces, the axes before it into single
    places. Where pieces do not go up evenly the last one overlaps its neighbor, so that one compilation serves all.

    >>> [block for block in plan_blocks((2, 5), 3)][:2]
    [(slice(0, 1, None), slice(0, 3, None)), (slice(0, 1, None), slice(2, 5, None))]
    """
    sizes: list[int] = []
    room = points
    for length in reversed(shape):
        size = max(1, min(length, room))
        sizes.insert(0, size)
        room //= size
    yield from _pieces(shape, tuple(sizes))


def _pieces(shape: tuple[int, ...], sizes: tuple[int, ...]) -> Iterator[Block]:
    if not shape:
        yield ()
        return
    for start in range(0, shape[0], sizes[0]):
        first = min(start, shape[0] - sizes[0])
        for rest in _pieces(shape[1:], sizes[1:]):
            yield (slice(first, first + sizes[0]), *rest)
