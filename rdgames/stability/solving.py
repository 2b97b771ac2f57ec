"""What each player earns in the equilibria of a game, as tables for the room of stability, and their labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float, Int16

from rdgames.equilibrium.coalitions import Cooperation
from rdgames.errors import InputError
from rdgames.game.game import Game, expect_game
from rdgames.grid.axes import Grid
from rdgames.grid.labels import VALID, coordinates, failures, flags, provenance
from rdgames.kernel.coalitions import earned
from rdgames.kernel.tracing import FAILED
from rdgames.sharing.coalitions import members
from rdgames.sharing.partitions import MAX_PLAYERS, Partition
from rdgames.stability.structures import ordered

PLAYER, RULE = "player", "rule"

Variable = tuple[tuple[str, ...], np.ndarray, dict[str, Any]]
"""The dimensions, the numbers and the attributes of a variable, as xarray takes them."""


@dataclass(frozen=True, eq=False)
class Question:
    """A game, what those do who cooperate, and where this is asked.

    Attributes
    ----------
    game, cooperation, grid
        The game of single players, what coalitions do together, and the points.
    starts, progress
        As in `rdgames.sharing.worth.worth`.
    """

    game: Game
    cooperation: Cooperation
    grid: Grid
    starts: int
    progress: Callable[[int, int], None] | None

    @classmethod
    def read(
        cls,
        game: Game,
        regime: str,
        parameters: Mapping[str, Any],
        *,
        starts: int,
        extrapolate: bool,
        progress: Callable[[int, int], None] | None = None,
    ) -> Question:
        """Read what is asked.

        Raises
        ------
        InputError
            If the game has groups of several members or more than 10 players, or coalitions cannot follow the regime.
        UnknownNameError, MissingValueError, OutsideDomainError
            If names or values are not those of the game.
        """
        expect_game(game)
        cooperation = Cooperation.of(game, regime)
        if len(cooperation.players) > MAX_PLAYERS:
            raise InputError(f"found {len(cooperation.players)} players, expected at most {MAX_PLAYERS}")
        grid = Grid.of(game, parameters, [regime], extrapolate=extrapolate)
        return cls(game, cooperation, grid, starts, progress)

    @property
    def players(self) -> tuple[str, ...]:
        """The names of the players."""
        return self.cooperation.players

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of the swept parameters."""
        return tuple(self.grid.axes)

    def solve(self, partitions: Sequence[Partition]) -> Earnings:
        """Solve the game in some partitions, and return what each player earns in them."""
        named = [
            tuple(tuple(self.players[member] for member in members(block)) for block in partition)
            for partition in partitions
        ]
        regime = self.cooperation.regime.name
        found = earned(
            self.game, regime, named, self.grid.axes, self.grid.fixed, starts=self.starts, progress=self.progress
        )
        payoffs = np.stack([found.payoffs[player] for player in self.players], axis=-1)
        payoffs = np.where((found.failed != 0)[..., None], np.nan, payoffs)
        return Earnings(np.moveaxis(payoffs, 0, -2), np.moveaxis(found.failed, 0, -1), found.conditions)

    def dataset(self, data: Mapping[str, Variable], labels: Mapping[str, Any], about: Mapping[str, str]) -> xr.Dataset:
        """Return variables with the labels of the points and of the game."""
        regime = self.cooperation.regime.name
        named = coordinates(self.game, (regime,), self.grid)
        coords = {name: each for name, each in named.items() if name != "regime"}
        who = {PLAYER: (PLAYER, list(self.players), {"long_name": "player"})}
        attributes = provenance(self.game, (regime,)) | {"players": json.dumps(list(self.players)), **about}
        return xr.Dataset(dict(data), {**labels, **who, **coords}, attributes)

    @property
    def unit(self) -> str:
        """The unit of payoffs."""
        return next((d.unit for d in self.game.definitions if d.unit and "profit" in d.name), "")


@dataclass(frozen=True, eq=False)
class Earnings:
    """What each player earns itself in some partitions.

    Attributes
    ----------
    payoffs
        The amounts; NaN where there is no equilibrium.
    failed
        0 where the equilibrium is valid, else the number of the first condition that fails, counted from 1.
    conditions
        The conditions, with what they mean.
    """

    payoffs: Float[np.ndarray, "*points partitions players"]
    failed: Int16[np.ndarray, "*points partitions"]
    conditions: Mapping[str, str]

    def rows(self, places: Sequence[int]) -> Earnings:
        """Return a table of some of the partitions, in another order or repeated."""
        return Earnings(self.payoffs[..., list(places), :], self.failed[..., list(places)], self.conditions)

    def validity(self, dim: str, axes: tuple[str, ...]) -> dict[str, Variable]:
        """Return the variables that tell where there is an equilibrium."""
        failed = np.moveaxis(self.failed, -1, 0)
        return {
            VALID: ((dim, *axes), failed == 0, {"long_name": "whether the equilibrium is valid"}),
            FAILED: ((dim, *axes), failed, failures(self.conditions, self.conditions)),
        }


def with_singles(coalition: int, players: int) -> Partition:
    """Return the partition in which a coalition is formed and all others are alone."""
    others = ((1 << players) - 1) & ~coalition
    return ordered([coalition, *(1 << member for member in members(others))])


def flagged(meanings: Iterable[str], what: str) -> dict[str, Any]:
    """Return the attributes of a variable whose numbers stand for sentences."""
    sentences = list(meanings)
    names = [sentence.replace(" ", "_").replace(",", "").replace(":", "") for sentence in sentences]
    return {"long_name": what, "meanings": json.dumps(sentences), **flags(names, np.int8)}
