"""What is asked of a reduction: a game, regimes and a grid as of a sweep, which is then computed but not stored.

A reduction is a function from the kernel's outputs in one block to something small. It is compiled together with the
kernel, or fed from it block by block, so outcomes never leave the processor's cache. It is told which places of a block
are new: blocks may overlap, and no point must count twice.

A regime has a value at a point where the point is a valid equilibrium and the outcome a finite number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.grid.axes import Grid
from rdgames.grid.labels import coordinates, provenance, variables
from rdgames.grid.questions import Question
from rdgames.kernel.blocks import Block, Blocks, on_all_processors, open_mesh
from rdgames.kernel.compilation import compiled
from rdgames.kernel.devices import planned_blocks
from rdgames.kernel.kernel import Kernel
from rdgames.kernel.stages import in_stages
from rdgames.kernel.tracing import VALID, Key

MAX_POINTS = 10**12
"""The most points that a reduction goes through: some hours of work."""
MAX_RESULTS = 10**9
"""The most places of a result: some gigabytes."""
POINTS_A_SECOND = 10**8
"""What a reduction does at least, to say how long too large a grid would take."""
TIE = 1e-12
"""Values of an outcome tie where they differ by at most this share of the highest."""

Progress: TypeAlias = Callable[[int, int], None]
Outputs: TypeAlias = Mapping[Key, Any]
Step: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Asked:
    """A question, the kernel that answers it, and who is told of the progress."""

    question: Question
    kernel: Kernel
    progress: Progress | None

    @property
    def grid(self) -> Grid:
        """The grid that is gone through."""
        return self.question.grid

    def reduced(self, step: Step, along: str | None = None, places: int | None = None) -> Iterator[tuple[Block, Any]]:
        """Give what a compiled step finds in each block, as NumPy arrays.

        Parameters
        ----------
        step
            Is called with the parameters and with the block's new places; see `fused`.
        along, places
            An axis to be put before the others, of which a block has so many places.
        """
        names = sorted(self.grid.axes, key=lambda name: name != along)  # the others keep their order
        axes = {name: self.grid.axes[name] for name in names}
        shape = tuple(map(len, axes.values()))
        points = self.question.compile().trace.block_points
        if places is None:
            blocks = planned_blocks(shape, points)
        else:
            first = min(places, shape[0])
            others = planned_blocks(shape[1:], max(1, points // first))
            blocks = Blocks(shape, (first, *others.sizes))

        def worker() -> Callable[[Block], Any]:
            def reduce(block: Block) -> Any:
                found = step(open_mesh(axes, self.grid.fixed, block), blocks.new_in(block))
                return jax.tree.map(np.asarray, found)

            return reduce

        done = 0
        for block, found in on_all_processors(blocks, worker):
            yield block, found
            done = min(done + prod(blocks.sizes), self.grid.size)  # blocks may overlap
            if self.progress is not None:
                self.progress(done, self.grid.size)

    def dataset(
        self, data: Mapping[str, Any], kept: Iterable[str] = (), further: Mapping[str, Any] | None = None
    ) -> xr.Dataset:
        """Return labelled results: ``kept`` names the axes that they still have; ``further`` are other coordinates."""
        names = tuple(kept)
        grid = Grid({name: self.grid.axes[name] for name in names}, self.grid.fixed)
        gone = {
            name: {"from": float(values[0]), "to": float(values[-1]), "number": len(values)}
            for name, values in self.grid.axes.items()
            if name not in names
        }
        game, regimes = self.question.game, self.question.regimes
        attributes = provenance(game, regimes) | {"reduced": json.dumps(gone)}
        return xr.Dataset(dict(data), coordinates(game, regimes, grid) | dict(further or {}), attributes)

    def attributes(self, variable: str) -> dict[str, Any]:
        """Return what a variable is and measures, as a sweep says it."""
        return dict(variables(self.question.game, self.kernel)[variable].attributes)


def asked(
    game: Game,
    regimes: Iterable[str] | str,
    outcomes: Iterable[str] | None,
    parameters: Mapping[str, Any],
    *,
    extrapolate: bool,
    progress: Progress | None,
) -> Asked:
    """Read what a user asks of a reduction.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, InputError
        If names or values are not those of the game; see `rdgames.grid.axes.Grid.of`.
    InputError
        If there are more points than one can wait for.
    """
    question = Question.read(game, regimes, outcomes, parameters, extrapolate=extrapolate, most=10**100)
    points = question.grid.size
    if points > MAX_POINTS:
        days = points / POINTS_A_SECOND / 86_400
        raise InputError(
            f"found a grid of {points:,} points, expected at most {MAX_POINTS:,}: "
            f"it would take about {days:,.0f} days at {POINTS_A_SECOND:,} points a second; use fewer values"
        )
    return Asked(question, question.compile(), progress)


def check_results(number: int) -> None:
    """Raise InputError if a result has more places than memory should hold."""
    if number > MAX_RESULTS:
        raise InputError(
            f"found a result of {number:,} places, expected at most {MAX_RESULTS:,}: use fewer values, or a reduction "
            "with a smaller result, such as rd.count"
        )


def fused(
    kernel: Kernel,
    reduction: str,
    seen: Callable[[Outputs], Any],
    summed: Callable[[Any, Any], Any] | None = None,
) -> Step:
    """Compile a reduction together with the kernel.

    Parameters
    ----------
    kernel
        The kernel.
    reduction
        Tells the reduction from every other: what ``seen`` and ``summed`` depend on besides the kernel.
    seen
        Makes arrays of the block's shape from the kernel's outputs: what is to be seen at each point.
    summed
        Makes something small from these arrays and the block's new places. It is compiled apart, since XLA would
        compute everything again for every number that it makes. If it is left out, the arrays are the result.
    """
    identity = f"{kernel.identity} {reduction}"
    at_points = compiled(in_stages(lambda arguments: seen(kernel.trace(arguments))), f"{identity} at points")
    if summed is None:
        return lambda arguments, _: at_points(arguments)
    in_block = compiled(summed, f"{identity} in a block")
    return lambda arguments, new: in_block(at_points(arguments), new)


def value_in(found: Outputs, regime: str, outcome: str) -> tuple[Any, Any]:
    """Return an outcome's values in a block, and where the regime has one: no NaN is to tell that."""
    valid = found[regime, VALID]
    if (regime, outcome) not in found:
        return jnp.zeros(valid.shape), jnp.zeros(valid.shape, dtype=bool)
    value = found[regime, outcome]
    return value, valid & (jnp.abs(value) < jnp.inf)


def near_top(values: Iterable[tuple[Any, Any]], sign: int) -> list[Any]:
    """Return, for each regime, where its value is the highest (``sign`` 1) or lowest (-1) of all, or ties with it."""
    signed = [(sign * value, present) for value, present in values]
    top: Any = -jnp.inf
    for value, present in signed:
        top = jnp.where(present & (value > top), value, top)
    least = top - TIE * jnp.abs(top)
    return [present & (value >= least) for value, present in signed]


def tally(codes: Any, number: int, new: Any) -> Any:
    """Return how many new points of a block have each of the codes from 0 to ``number - 1``."""
    # What is not new comes behind all others, and is dropped.
    return jnp.zeros(number + 1, jnp.int32).at[jnp.where(new, codes, number).ravel()].add(1)[:-1]
