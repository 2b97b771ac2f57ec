"""Equilibria as one fused JAX function of parameter arrays.

The derivations of all regimes asked for are recorded in one program, so what they have in common is computed once. The
program runs on an open mesh (`rdgames.kernel.mesh`), in blocks that fit the processor's cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Num

from rdgames.algebra.program import Element, Program
from rdgames.equilibrium.condition import Condition
from rdgames.game.game import Game
from rdgames.kernel.blocks import Block, open_mesh
from rdgames.kernel.cells import derivative_name
from rdgames.kernel.compilation import compiled
from rdgames.kernel.devices import planned_blocks
from rdgames.kernel.levels import STARTS
from rdgames.kernel.single import InSinglePrecision
from rdgames.kernel.stages import in_stages
from rdgames.kernel.tracing import CORNER, FAILED, Key, Trace

DOUBLE, SINGLE = "float64", "float32"
"""The types of numbers that outcomes can have."""


def type_of(output: str, dtype: str = DOUBLE) -> np.dtype[Any]:
    """Return the type of the numbers of an output, where outcomes have the type ``dtype``."""
    return np.dtype(np.int16 if output in (FAILED, CORNER) else dtype)


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
    keys
        The regimes and outputs, in the order in which they are computed.
    trace
        The outputs as a function of arrays that lie along their own axes, not yet compiled: what is compiled together
        with it need not be stored (`rdgames.reductions`). It has one output more for each regime, `VALID`, where
        ``failed_condition`` is 0; and outcomes are not masked.
    identity
        Tells the kernel from every other, also from those of other processes: a hash of the game, of what is asked, and
        of the program.
    at_bounds
        Where bounds may bind, the choices of those that do; `CORNER` counts by this list, from 0.
    derivatives
        The parameters by which outcomes are differentiated.
    dtype
        The type of the numbers of outcomes and margins, `DOUBLE` or `SINGLE`.
    computed_in
        In single precision, how each regime is computed: in slack coordinates, or rounded from double, and why.
    """

    regimes: tuple[str, ...]
    outcomes: tuple[str, ...]
    conditions: Mapping[str, tuple[Condition[Element], ...]]
    condition_names: tuple[str, ...]
    margins: bool
    program: Program
    available: Mapping[str, tuple[str, ...]]
    keys: tuple[Key, ...]
    trace: Trace | InSinglePrecision
    identity: str
    _compiled: Callable[[dict[str, Any]], list[Any]]
    _compiled_into: Callable[[list[Any], dict[str, Any]], list[Any]]
    at_bounds: tuple[tuple[str, ...], ...] = ()
    derivatives: tuple[str, ...] = ()
    dtype: str = DOUBLE
    computed_in: Mapping[str, str] = field(default_factory=dict)

    def outputs(self, regime: str) -> tuple[str, ...]:
        """Return the names of the outputs for a regime: outcomes, margins and `CORNER` if asked for, `FAILED`."""
        return tuple(name for each, name in self.keys if each == regime)

    def blocks(self, shape: tuple[int, ...]) -> tuple[Block, ...]:
        """Return the blocks in which a mesh of that shape is best computed."""
        return tuple(planned_blocks(shape, self.trace.block_points))

    def evaluate(
        self,
        axes: Mapping[str, Float[np.ndarray, " points"]],
        fixed: Mapping[str, float],
        block: Block,
        into: Memory | None = None,
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
        into
            Memory to be written again and again, which spares the system from finding some for every block. The arrays
            returned are then good until the next call with the same memory; each thread needs its own.

        Returns
        -------
        dict
            One array for each regime and output, of the block's shape. An outcome is NaN where a condition fails;
            ``failed_condition`` is 0 where none does, else the number of the first that fails.
        """
        arrays = open_mesh(axes, fixed, block)
        if into is None or jax.device_count() > 1:  # several devices find memory of their own
            found = self._compiled(arrays)
        else:
            shape = np.broadcast_shapes(*(np.shape(value) for value in arrays.values()))
            found = into.arrays = self._compiled_into(into.taken(self, shape), arrays)
        return {key: np.asarray(value) for key, value in zip(self.keys, found, strict=True)}


@dataclass(eq=False)
class Memory:
    """The arrays of the last block that was written to it; the next block takes their place."""

    arrays: list[Any] = field(default_factory=list)

    def taken(self, kernel: Kernel, shape: tuple[int, ...]) -> list[Any]:
        """Hand over arrays that fit a block, the last ones if they do."""
        last, self.arrays = self.arrays, []
        if last and last[0].shape == shape:
            return last
        with jax.enable_x64(True):
            return [jnp.zeros(shape, type_of(name, kernel.dtype)) for _, name in kernel.keys]


@lru_cache(maxsize=32)
def compile_kernel(
    game: Game,
    regimes: tuple[str, ...],
    outcomes: tuple[str, ...],
    *,
    margins: bool = False,
    corners: bool = False,
    derivatives: tuple[str, ...] = (),
    starts: int = len(STARTS),
    dtype: str = DOUBLE,
) -> Kernel:
    """Derive a game under some regimes and compile the outcomes.

    Parameters
    ----------
    margins
        Whether the margins of the conditions are wanted; not together with ``corners``, whose conditions differ.
    corners
        Whether bounds may bind; then there is one output more, `CORNER`.
    derivatives
        The parameters by which outcomes are differentiated.
    starts
        From how many starts levels are looked for that have no closed form.
    dtype
        `DOUBLE`, or `SINGLE` (see `rdgames.kernel.single`).

    Raises
    ------
    UnknownNameError, DerivationError
        If there is no such regime, or no equilibrium.
    """
    trace = Trace(game, regimes, outcomes, derivatives, margins=margins, corners=corners, starts=starts)
    available = {regime: cells[0].values for regime, cells in trace.cells.items()}
    single = InSinglePrecision.of(trace, game, outcomes, derivatives) if dtype == SINGLE else None
    outputs = single or trace
    keys: list[Key] = []
    for regime in regimes:
        shown = [f"margin_{condition.name}" for condition in trace.conditions[regime]] if margins else []
        keys += [(regime, name) for name in (*available[regime], *shown, *([CORNER] if corners else []), FAILED)]

    def evaluate(parameters: Mapping[str, Any]) -> list[Any]:
        found = outputs(parameters)
        # XLA would compute validity again for every outcome; the number of the condition it computes once. Outcomes are
        # masked by a comparison, not NaN arithmetic: XLA may drop NaN in minima and maxima.
        return [
            jnp.where(found[regime, FAILED] == 0, found[regime, name], jnp.nan)
            if name in available[regime]
            else found[regime, name]
            for regime, name in keys
        ]

    staged = in_stages(evaluate)
    question = (regimes, outcomes, margins, corners, derivatives, starts, dtype, keys, trace.program)
    identity = hashlib.sha256(f"{game.fingerprint} {question}".encode()).hexdigest()
    return Kernel(
        regimes,
        (*outcomes, *(derivative_name(name, parameter) for parameter in derivatives for name in outcomes)),
        trace.conditions,
        trace.condition_names,
        margins,
        trace.program,
        available,
        tuple(keys),
        outputs,
        identity,
        compiled(staged, identity),
        compiled(lambda _, parameters: staged(parameters), identity, into=True),
        trace.at_bounds,
        derivatives,
        dtype,
        single.computed_in if single else {},
    )
