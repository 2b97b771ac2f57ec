"""The benchmarks of dividing: rules on many games at once, against one game after the other; worth from the game."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from rdgames.bench.measuring import Benchmark, Candidate, Ratio
from rdgames.game.explicit import explicit
from rdgames.game.game import Game
from rdgames.modelfile.catalogue import load
from rdgames.sharing.coalitions import membership
from rdgames.sharing.nucleolus import Nucleolus
from rdgames.sharing.shapley import Shapley
from rdgames.sharing.worth import worth

RDGAMES, LOOP, OTHER = "rdgames", "NumPy, one game at a time", "coopgame-py, one game at a time"
LOOPED = 1000


def _with_other(candidates: list[Candidate], games: np.ndarray, function: str) -> list[Candidate]:
    """Add the other tool, where it is installed."""
    if find_spec("coopgame") is None:
        return candidates
    import coopgame

    solve = getattr(coopgame, function)
    tables = [game[1:].tolist() for game in games]
    return [
        *candidates,
        Candidate(OTHER, f"coopgame.{function}", len(games), work=lambda: [solve(coopgame.Game(t)) for t in tables]),
    ]


def shapley_by_hand(game: np.ndarray, players: int) -> list[float]:
    """Return the value as the formula says it: a weighted sum of what a player adds to each coalition."""
    found = []
    for player in range(players):
        others = [other for other in range(players) if other != player]
        total = 0.0
        for size in range(players):
            weight = 1 / (players * comb(players - 1, size))
            for coalition in combinations(others, size):
                place = sum(1 << member for member in coalition)
                total += weight * (game[place | 1 << player] - game[place])
        found.append(total)
    return found


def _shapley(quick: bool) -> list[Candidate]:
    games = np.random.default_rng(0).random((10_000 if quick else 1_000_000, 32))
    games[:, 0] = 0
    few = games[:LOOPED]
    candidates = [
        Candidate(RDGAMES, "Shapley().divide", len(games), work=lambda: Shapley().divide(games)),
        Candidate(LOOP, "the formula", LOOPED, work=lambda: [shapley_by_hand(one, 5) for one in few]),
    ]
    return _with_other(candidates, few, "shapley")


def _large(quick: bool) -> list[Candidate]:
    players = 12 if quick else 20
    game = np.random.default_rng(0).random((1, 1 << players))
    game[:, 0] = 0
    candidates = [Candidate(RDGAMES, "Shapley().divide", 1, work=lambda: Shapley().divide(game[0]))]
    return _with_other(candidates, game, "shapley")


def smooth_games(count: int, players: int = 4) -> np.ndarray:
    """Return games that change smoothly: returns to size grow, while what a coalition can make swings."""
    at = np.linspace(0, 1, count)[:, None]
    size, strength = membership(players).sum(axis=1), membership(players) @ (1 + 0.3 * np.arange(players))
    games = (size > 1) * strength ** (1 + at) * (1 + 0.3 * np.sin(7 * at * size))
    games[:, -1] = games.max(axis=1) * (1.1 + at[:, 0])
    return np.asarray(games)


def _nucleoli(quick: bool) -> list[Candidate]:
    games = smooth_games(2_000 if quick else 100_000)
    candidates = [Candidate(RDGAMES, "Nucleolus().divide", len(games), work=lambda: Nucleolus().divide(games))]
    return _with_other(candidates, games[:: len(games) // LOOPED], "nucleolus")


@lru_cache(maxsize=1)
def six_firms() -> Game:
    """Return six firms that differ in cost and efficiency."""
    return explicit(load("daspremont-jacquemin"), different=["c", "gamma"], n=6)


def _worth(quick: bool) -> list[Candidate]:
    number = 10 if quick else 100
    given: dict[str, Any] = {"a": 200.0, "b": 1.0}
    for place, parameter in enumerate(six_firms().parameters):
        kind = parameter.name.split("_")[0]
        low, high = {"c": (40.0, 50.0), "gamma": (20.0, 40.0), "beta": (0.0, 0.6)}.get(kind, (0.0, 0.0))
        if high:
            given[parameter.name] = low + (high - low) * (place * 0.618 % 1)
    given |= {"c_1": np.linspace(40, 50, number), "gamma_2": np.linspace(20, 40, number)}
    says = "rd.worth of all coalitions of six different firms, shared and joint R&D, others alone"
    return [Candidate(RDGAMES, says, number**2, work=lambda: worth(six_firms(), "rjv-cartel", **given))]


SHAPLEY = Benchmark(
    "Shapley values of five players",
    "games drawn at random",
    _shapley,
    (Ratio(RDGAMES, LOOP), Ratio(RDGAMES, OTHER)),
)
LARGE_SHAPLEY = Benchmark(
    "Shapley value of twenty players", "one game drawn at random", _large, (Ratio(RDGAMES, OTHER),)
)
NUCLEOLI = Benchmark(
    "nucleoli of four players", "games along a smooth sweep of a parameter", _nucleoli, (Ratio(RDGAMES, OTHER, 20),)
)
WORTH = Benchmark(
    "worth of coalitions", "at points of c_1 x gamma_2; 64 coalitions in 58 partitions at each", _worth, ()
)
