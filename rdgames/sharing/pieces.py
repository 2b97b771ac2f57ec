"""The nucleolus of one game, and the piece of all games that have theirs by the same formula.

The nucleolus is found in stages (Maschler, Peleg and Shapley 1979, Mathematics of Operations Research 4:303-338): make
the largest excess as small as possible; hold the coalitions that have it in every solution; go on with those whose
shares are not settled thereby, until all shares are. The prenucleolus does so among all divisions of what everyone is
worth together, the nucleolus among those that give no player less than the own worth (imputations).

Which coalitions are held at which stage decides everything else: shares and the levels of the stages solve a linear
system whose right side has the worths of these coalitions. A division so computed is the nucleolus of *every* game for
which the levels do not rise, and no coalition that a stage settles has an excess above its level (Kohlberg 1971, SIAM
Journal on Applied Mathematics 20:62-66): the weights of each stage prove that no transfer could lower its level, and
they do not depend on worths. Such games are a piece, the nucleolus is linear on it, and few pieces cover a smooth map.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Int64, Shaped

from rdgames.sharing.coalitions import membership
from rdgames.sharing.excesses import excesses
from rdgames.sharing.programs import Optimum, exact_optimum, float_optimum, inverse, kernel, pivots

_ROUNDING = 1e-11
"""Up to which part of its largest worth a float game may miss the conditions of a piece."""

Solver: TypeAlias = Callable[[Int64[np.ndarray, "rows n"], Any], Optimum | None]


@dataclass(frozen=True)
class Stage:
    """What one stage holds, with the weights that prove its level.

    Attributes
    ----------
    weights
        The coalitions held at the level, with positive weights that sum to one: any transfer that lowers the excess of
        one of them and leaves what was settled before raises that of another, or takes from a player in ``floor``.
    floor
        The players held to their own worth, with positive weights; nobody for a prenucleolus.
    """

    weights: Mapping[int, Fraction]
    floor: Mapping[int, Fraction]


@dataclass(frozen=True, eq=False)
class Piece:
    """All games whose nucleolus holds the same coalitions at the same stages.

    Attributes
    ----------
    players
        How many players the games have.
    imputations
        Whether it is the nucleolus, among imputations, or the prenucleolus.
    stages
        The stages, in order.
    stage_of
        The stage that settles each coalition; -1 for those settled from the start, nobody and everyone.
    terms
        The coalitions whose worth matters.
    solution, denominator
        Shares, and then the level of each stage, as combinations of the worth of ``terms``: whole numbers, all of them
        over one denominator.
    """

    players: int
    imputations: bool
    stages: tuple[Stage, ...]
    stage_of: Int64[np.ndarray, " coalitions"]
    terms: tuple[int, ...]
    solution: Shaped[np.ndarray, "unknowns terms"]
    denominator: int

    @cached_property
    def _floats(self) -> Float[np.ndarray, "unknowns terms"]:
        return _divided(self.solution, self.denominator)

    def solve(
        self, games: Shaped[np.ndarray, "*points coalitions"]
    ) -> tuple[Shaped[np.ndarray, "*points players"], Shaped[np.ndarray, "*points stages"]]:
        """Return the shares that the formula of the piece gives, and the level of each stage."""
        right = games[..., list(self.terms)]
        solved = right @ self.solution.T / self.denominator if games.dtype == object else right @ self._floats.T
        return solved[..., : self.players], solved[..., self.players :]

    def holds(
        self,
        games: Shaped[np.ndarray, "*points coalitions"],
        shares: Shaped[np.ndarray, "*points players"],
        levels: Shaped[np.ndarray, "*points stages"],
    ) -> Bool[np.ndarray, "*points"]:
        """Return which games are in the piece, given what `solve` returns for them; in floats, up to rounding."""
        slack: Any = Fraction(0)
        if games.dtype != object:
            slack = _ROUNDING * np.maximum(games.max(axis=-1), -games.min(axis=-1))[..., None]
        proper = slice(1, -1)
        over = excesses(games, shares)[..., proper] - levels[..., self.stage_of[proper]]
        found = (over <= slack).all(axis=-1) & (levels[..., 1:] <= levels[..., :-1] + slack).all(axis=-1)
        if self.imputations:
            found &= (shares >= games[..., 1 << np.arange(self.players)] - slack).all(axis=-1)
        return np.asarray(found, dtype=bool)


def piece_of(
    game: Shaped[np.ndarray, " coalitions"], players: int, *, imputations: bool, exactly: bool = False
) -> Piece | None:
    """Return the piece that a game is in, or a guess made in floats that is to be confirmed by `Piece.holds`.

    Parameters
    ----------
    game
        One game, which has an imputation if these are asked for.
    players
        How many players it has.
    imputations
        Whether to look for the nucleolus, or the prenucleolus.
    exactly
        Whether every stage is solved in fractions, which is slower for more than a few players. The result is then
        right, though a game of floats may miss its conditions by rounding.

    Returns
    -------
    Piece or None
        None if floats do not lead anywhere.
    """
    game = _whole(game) if exactly else game
    optimum: Solver = exact_optimum if exactly else float_optimum
    stages: list[Stage] = []
    stage_of = np.full(1 << players, -1, dtype=np.int64)
    directions = _directions(stages, players)
    costs = game.copy()
    costs[1::2] -= game[-1]  # excesses if the first player gets everything: it belongs to those of odd number
    while directions.shape[1]:
        found = _next_stage(costs, directions, imputations, optimum)
        if found is None:
            return None
        stage, costs = found
        moved = _is_moved(directions)
        stages.append(stage)
        directions = _directions(stages, players)
        stage_of[moved & ~_is_moved(directions)] = len(stages) - 1
    terms, solution, denominator = _solution(stages, players)
    return Piece(players, imputations, tuple(stages), stage_of, tuple(terms), solution, denominator)


def _whole(game: Shaped[np.ndarray, " coalitions"]) -> Shaped[np.ndarray, " coalitions"]:
    """Return a game of whole numbers that is a multiple of another, and so has its nucleolus in the same piece."""
    ratios = [worth.as_integer_ratio() for worth in game.tolist()]
    scale = lcm(*(denominator for _, denominator in ratios))
    return np.array([numerator * (scale // denominator) for numerator, denominator in ratios], dtype=object)


def _divided(solution: Shaped[np.ndarray, "rows terms"], denominator: int) -> Float[np.ndarray, "rows terms"]:
    """Return whole numbers over a denominator as floats."""
    return np.asarray(solution / denominator, dtype=np.float64)


def _next_stage(
    costs: Shaped[np.ndarray, " coalitions"],
    directions: Int64[np.ndarray, "players dims"],
    imputations: bool,
    optimum: Solver,
) -> tuple[Stage, Shaped[np.ndarray, " coalitions"]] | None:
    """Return what the next stage holds, given excesses at shares that keep what is settled, and who can move.

    With it come excesses at shares that keep also what it settles: up to a multiple, and of coalitions that can move.
    """
    players = len(directions)
    moves = membership(players) @ directions
    coalitions = np.flatnonzero(moves.any(axis=1))
    alone = [1 << player for player in range(players) if moves[1 << player].any()] if imputations else []
    kinds = np.array([1] * len(coalitions) + [0] * len(alone))
    names = np.array([*coalitions, *alone])
    found = optimum(np.vstack([moves[names].T, kinds]), costs[names])
    if found is None:
        return None
    held = {int(names[place]): weight for place, weight in found.weights.items() if place < len(coalitions)}
    floor = {
        int(names[place]).bit_length() - 1: weight
        for place, weight in found.weights.items()
        if place >= len(coalitions)
    }
    left = np.zeros_like(costs)
    left[coalitions] = found.excesses[: len(coalitions)]
    return Stage(held, floor), left


def _is_moved(directions: Int64[np.ndarray, "players dims"]) -> Bool[np.ndarray, " coalitions"]:
    """Return which coalitions get more or less, as shares move in some of the directions."""
    return np.asarray((membership(len(directions)) @ directions).any(axis=1))


def _row(coalition: int, players: int) -> list[int]:
    return membership(players)[coalition].astype(int).tolist()  # type: ignore[no-any-return]


def _held(stage: Stage, players: int) -> list[list[int]]:
    """Return the coalitions, and players alone, whose shares a stage settles: who belongs to each."""
    return [_row(coalition, players) for coalition in (*stage.weights, *(1 << player for player in stage.floor))]


def _directions(stages: list[Stage], players: int) -> Int64[np.ndarray, "players dims"]:
    """Return whole numbers that span all transfers which leave everything settled as it is."""
    return kernel(np.array([[1] * players, *(row for stage in stages for row in _held(stage, players))]))


def _solution(stages: list[Stage], players: int) -> tuple[list[int], Shaped[np.ndarray, "unknowns terms"], int]:
    """Return the coalitions whose worth matters, and shares and levels as whole combinations over a denominator.

    All players get what they are worth together; x(S) plus the level of its stage is the worth of S for coalitions S
    that are held, and x_i the worth of i for players held to it. Shares that this does not settle are zero.
    """
    size = players + len(stages)
    rows, terms = [[1] * players + [0] * len(stages)], [(1 << players) - 1]
    for place, stage in enumerate(stages):
        level = [int(other == place) for other in range(len(stages))]
        rows += [[*_row(coalition, players), *level] for coalition in stage.weights]
        rows += [[*_row(1 << player, players), *([0] * len(stages))] for player in stage.floor]
        terms += [*stage.weights, *(1 << player for player in stage.floor)]
    settled = set(pivots(np.array(rows)))
    rows += [[int(other == column) for other in range(size)] for column in range(size) if column not in settled]
    numerators, denominator = inverse(rows)
    return terms, numerators[:, : len(terms)], denominator
