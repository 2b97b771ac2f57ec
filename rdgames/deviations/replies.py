"""Best replies to a candidate, of everybody who decides, at a block of points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from rdgames.deviations.candidate import Candidate, Candidates
from rdgames.deviations.search import Levels, Search, Worth
from rdgames.deviations.ways import Way, ways_of
from rdgames.game.game import Game

Points = Float[np.ndarray, " points"]

AT_RANDOM, SEED = 3, 1988
"""How many directions at random are tried; what they are drawn from."""


@dataclass(frozen=True, eq=False)
class Reply:
    """The best that one unit can do; as in `rdgames.deviations.deviations.Deviation`, for a block of points."""

    gain: Points
    relative_gain: Points
    levels: Mapping[str, Points]
    better_levels: Mapping[str, Points]
    trials: int
    undecided: Int[np.ndarray, " points"]


@dataclass(frozen=True, eq=False)
class Block:
    """What is checked at a block of points, and the best that each unit can do there."""

    candidate: Candidate
    replies: tuple[Reply, ...]


@lru_cache(maxsize=32)
def best_replies(game: Game, regime: str) -> Replies:
    """Return who could deviate from a game's equilibrium under a regime, and how; derived once."""
    return Replies(game, regime)


class Replies:
    """All ways of deviating, and what each is worth.

    Attributes
    ----------
    candidates, ways
        Where the levels that are checked come from; who could choose others.
    """

    def __init__(self, game: Game, regime: str) -> None:
        named = game.regime(regime)
        self.candidates = Candidates(game, named)
        self.ways = ways_of(game, named)

    def at(self, parameters: Mapping[str, Points], levels: Mapping[str, Points] | None, count: int) -> Block:
        """Return the best replies at a block of so many points; to the equilibrium if no levels are given."""
        shape = (count,)
        if levels is None:
            levels = self.candidates.levels(parameters, shape)
        candidate, worth = self.candidates.read(parameters, levels, shape)
        replies = tuple(self._reply(way, parameters, candidate, worth[way.decision]) for way in self.ways)
        return Block(candidate, replies)

    def _reply(self, way: Way, parameters: Mapping[str, Points], candidate: Candidate, base: Points) -> Reply:
        before = {action: candidate.levels[way.known[action]] for action in way.actions}
        stake = np.maximum(np.abs(base), candidate.stakes)
        search = Search(
            worth=lambda points: _worth(way, parameters, candidate, points),
            levels=[np.array(level) for level in before.values()],
            base=base,
            stake=stake,
            least=[candidate.least[way.known[action]] for action in way.actions],
            size=[candidate.size[way.known[action]] for action in way.actions],
            highest=np.max([candidate.highest[way.known[action]] for action in way.actions], axis=0),
            directions=_directions(way, candidate),
        )
        looked_at = _is_open(way, candidate) & np.isfinite(base)
        search.run(np.flatnonzero(looked_at))
        gain = np.where(looked_at, search.value - base, np.nan)
        with np.errstate(all="ignore"):
            relative = np.where(gain > 0, gain / stake, gain)
        better = dict(zip(way.actions, search.levels, strict=True))
        return Reply(gain, relative, before, better, search.trials, search.unknown)


def _is_open(way: Way, candidate: Candidate) -> Bool[np.ndarray, " points"]:
    """Return where there is somebody to deviate in that way."""
    is_open = np.ones(candidate.stakes.shape, dtype=bool)
    if way.apart:
        is_open &= candidate.members[way.apart] > candidate.partners[way.apart]
    if way.single:
        is_open &= candidate.members[way.single] == candidate.partners[way.single]
    return is_open


def _worth(way: Way, parameters: Mapping[str, Points], candidate: Candidate, points: np.ndarray) -> Worth:
    """Return what levels that a deviator may choose at some points are worth to it."""
    numbers: dict[str, Any] = {name: value[points, None] for name, value in parameters.items()}
    numbers |= {name: candidate.levels[base][points, None] for name, base in way.known.items()}
    near = {name: candidate.levels[base][points, None] for name, base in way.later.items()}

    def worth(levels: Sequence[Levels]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        shape = np.broadcast_shapes(*(np.shape(level) for level in levels))
        found = way.continuation.at({**numbers, **dict(zip(way.actions, levels, strict=True))}, shape, near)
        return found.lowest, found.highest, found.none

    return worth


def _directions(way: Way, candidate: Candidate) -> list[Sequence[Any]]:
    """Return in which directions several actions are changed together, in units of their sizes."""
    count = len(way.actions)
    if count == 1:
        return []
    found: list[Sequence[Any]] = [[1.0] * count]
    if way.deviator:  # more for one, less for the others, so that the total of the group remains
        others = -1 / np.maximum(candidate.members[way.apart] - 1, 1)
        found.append([1.0 if way.is_deviators(action) else others for action in way.actions])
    else:
        found += [
            [1.0, *(-1.0 if place == against else 0.0 for place in range(1, count))] for against in range(1, count)
        ]
    return found + [list(drawn) for drawn in np.random.default_rng(SEED).normal(size=(AT_RANDOM, count))]
