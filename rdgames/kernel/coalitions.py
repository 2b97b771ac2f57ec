"""What players earn in every partition into coalitions, over arrays of parameters.

Linear-quadratic games are solved for all partitions at once: who is together with whom is one more axis of the mesh
(`rdgames.equilibrium.coalitions`). Of other games every partition is a regime of its own, compiled by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeAlias

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int16

from rdgames.algebra.program import Element, Recorder
from rdgames.equilibrium.coalitions import Cooperation, record_coalitions, together
from rdgames.equilibrium.condition import DEFINED, DEFINED_MEANING, Condition
from rdgames.equilibrium.recording import Recording, record
from rdgames.errors import NotQuadraticError
from rdgames.game.game import Game
from rdgames.game.play import play
from rdgames.kernel.blocks import Block, Blocks, on_all_processors, open_mesh
from rdgames.kernel.cells import cell_of
from rdgames.kernel.compilation import compiled
from rdgames.kernel.mesh import run_on_mesh
from rdgames.kernel.quadratic import MatrixSolver
from rdgames.kernel.stages import in_stages
from rdgames.kernel.tracing import BLOCK_POINTS

Partition: TypeAlias = tuple[tuple[str, ...], ...]
"""The players of each coalition."""

INTERIOR = "interior_"
"""What stands before the action in the condition that a choice is above its least level."""


@dataclass(frozen=True, eq=False)
class Earned:
    """What everybody earns in some partitions.

    Attributes
    ----------
    payoffs
        By player; axes are partitions and then points; meaningless where a condition fails.
    failed
        0 where the equilibrium is valid, else the number of the first condition that fails, counted from 1.
    conditions
        The names of the conditions, with what they mean.
    """

    payoffs: Mapping[str, Float[np.ndarray, "*points"]]
    failed: Int16[np.ndarray, "*points"]
    conditions: Mapping[str, str]


class _Solver:
    """Computes payoffs from arrays of parameters that lie along their own axes, under one recording."""

    def __init__(
        self, recording: Recording, recorder: Recorder, players: Sequence[str], starts: int, identity: str
    ) -> None:
        outputs = {player: recording.outputs[f"payoff:{player}"] for player in players}
        deciding = [c for c in recording.conditions if c.decides and not c.of_participation]
        conditions = tuple(_or_at_it(c) if c.name.startswith(INTERIOR) else c for c in deciding)
        self.players = players
        self.cell, elements = cell_of(recorder, recording, "", outputs, conditions, (), starts)
        self.program = recorder.program(elements)
        self.conditions = {c.name: c.meaning for c in conditions} | {DEFINED: DEFINED_MEANING}
        self.numbers = {name: number for number, name in enumerate(self.conditions, start=1)}
        self.run = compiled(in_stages(self._run), identity)
        finder = self.cell.finder
        self.block_points = finder.block_points if isinstance(finder, MatrixSolver) else BLOCK_POINTS

    def _run(self, parameters: Mapping[str, Any]) -> tuple[Any, Any]:
        shape = jnp.broadcast_shapes(*(jnp.shape(value) for value in parameters.values()))
        levels = self.cell.finder.find(parameters) if self.cell.finder is not None else {}
        found = run_on_mesh(self.program, {**parameters, **levels})
        _, failed = self.cell.verdict(found, self.numbers, self.numbers[DEFINED])
        payoffs = [jnp.broadcast_to(found[f"/value:{player}"], shape) for player in self.players]
        return jnp.stack(payoffs), jnp.broadcast_to(failed, shape)


def _or_at_it(condition: Condition[Element]) -> Condition[Element]:
    """Return the condition that a choice is above its least level, met also at it.

    First-order conditions hold there too: an institute that sells nothing does no research for itself alone, and is no
    less of a player for that.
    """
    return replace(condition, strict=False, meaning=f"{condition.meaning.removesuffix(', or at it')}, or at it")


@lru_cache(maxsize=64)
def _of_all_partitions(game: Game, regime: str) -> _Solver:
    recorder, cooperation = Recorder(), Cooperation.of(game, regime)
    identity = f"coalitions {game.fingerprint} {cooperation.regime.sentence}"
    return _Solver(record_coalitions(game, cooperation, recorder), recorder, cooperation.players, 1, identity)


@lru_cache(maxsize=256)
def _of_one_partition(game: Game, regime: str, partition: Partition, starts: int) -> _Solver:
    recorder, cooperation = Recorder(), Cooperation.of(game, regime)
    sentence = cooperation.among(partition)
    identity = f"coalitions {game.fingerprint} {sentence} {starts}"
    return _Solver(record(play(game, game.regime(sentence)), recorder), recorder, cooperation.players, starts, identity)


def earned(
    game: Game,
    regime: str,
    partitions: Sequence[Partition],
    axes: Mapping[str, Float[np.ndarray, " points"]],
    fixed: Mapping[str, float],
    *,
    starts: int,
    progress: Callable[[int, int], None] | None = None,
) -> Earned:
    """Solve a game of single players in some partitions, over an open mesh of parameters.

    Parameters
    ----------
    game, regime
        The game, and what coalitions do together (`rdgames.equilibrium.coalitions.Cooperation`).
    partitions
        The partitions; each has every player once.
    axes, fixed
        The values of swept parameters, in the order of the axes of what is returned, and of the others.
    starts
        From how many starts levels are looked for that have no closed form.
    progress
        Is told how many equilibria are done, of how many.

    Raises
    ------
    UnknownNameError, ExpressionError, InputError
        If the regime is not one that coalitions can follow.
    DerivationError
        If there is no equilibrium.
    """
    done, total = 0, len(partitions) * int(np.prod([len(values) for values in axes.values()], dtype=int))

    def count(number: int) -> None:
        nonlocal done
        done = min(done + number, total)  # blocks may overlap
        if progress is not None:
            progress(done, total)

    try:
        solver = _of_all_partitions(game, regime)
    except NotQuadraticError:
        each = [
            _over_mesh(_of_one_partition(game, regime, one, starts), [one], axes, fixed, count) for one in partitions
        ]
        return _joined(each)
    return _over_mesh(solver, partitions, axes, fixed, count)


def _over_mesh(
    solver: _Solver,
    partitions: Sequence[Partition],
    axes: Mapping[str, Float[np.ndarray, " points"]],
    fixed: Mapping[str, float],
    count: Callable[[int], None],
) -> Earned:
    """Solve in blocks; partitions lie along an axis before those of the parameters."""
    shape = (len(partitions), *(len(values) for values in axes.values()))
    payoffs = np.empty((len(solver.players), *shape))
    failed = np.empty(shape, dtype=np.int16)
    membership = _membership(solver.players, partitions)

    def worker() -> Callable[[Block], int]:
        def compute(block: Block) -> int:
            arrays = open_mesh(axes, fixed, block[1:])
            along = [-1, *[1] * len(axes)]
            arrays |= {name: same[block[0]].reshape(along) for name, same in membership.items()}
            there, wrong = solver.run(arrays)
            payoffs[(slice(None), *block)] = there
            failed[block] = wrong
            return int(failed[block].size)

        return compute

    for _, number in on_all_processors(Blocks.of(shape, solver.block_points), worker):
        count(number)
    return Earned(dict(zip(solver.players, payoffs, strict=True)), failed, solver.conditions)


def _membership(players: Sequence[str], partitions: Sequence[Partition]) -> dict[str, Float[np.ndarray, " partitions"]]:
    """Return for every two players, by the name of the parameter, in which partitions they are together."""
    block_of = [{name: place for place, block in enumerate(one) for name in block} for one in partitions]
    return {
        together(one, other): np.array([float(places[one] == places[other]) for places in block_of])
        for number, one in enumerate(players)
        for other in players[:number]
    }


def _joined(parts: Sequence[Earned]) -> Earned:
    """Return partitions that were solved one by one as one, the conditions of all in one list."""
    conditions = {name: meaning for part in parts for name, meaning in part.conditions.items()}
    numbers = {name: number for number, name in enumerate(conditions, start=1)}
    renumbered = [np.array([0, *(numbers[name] for name in part.conditions)], dtype=np.int16) for part in parts]
    failed = np.concatenate([to[part.failed] for to, part in zip(renumbered, parts, strict=True)])
    payoffs = {player: np.concatenate([part.payoffs[player] for part in parts]) for player in parts[0].payoffs}
    return Earned(payoffs, failed, conditions)
