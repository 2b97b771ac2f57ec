"""The nucleoli of many games: each piece that is found serves every game in it.

A game is solved only if no piece found so far has it. On a smooth map a handful of pieces serve everything; among
random games of five players and more nearly every game has a piece of its own, so that only the pieces which served
most are tried on others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int64, Shaped

from rdgames.sharing.coalitions import rounding
from rdgames.sharing.pieces import Piece, piece_of

BLOCK = 1 << 15
"""How many worths are gone through at a time: they stay in the cache, and pieces are remembered between."""

FEW = 8
"""Up to how many players fractions take less time than a call of HiGHS, so that no guess in floats is made before."""

MOST_PIECES = 1024
"""How many pieces are remembered: those that served the most games."""


@dataclass(frozen=True, eq=False)
class Nucleoli:
    """The nucleolus of each of some games, or the prenucleolus.

    Attributes
    ----------
    shares
        What each player gets.
    largest
        The largest excess of a coalition other than nobody and everyone; -inf for one player, who is alone.
    free
        Whose shares can change without raising the largest excess.
    first
        The first stage of each game, as a place in ``firsts``.
    firsts
        The weights of coalitions, which prove that no division has a smaller largest excess, of the first stages.
    pieces
        How many games each of the pieces that were remembered to the end served.
    """

    shares: Shaped[np.ndarray, "games players"]
    largest: Shaped[np.ndarray, " games"]
    free: Bool[np.ndarray, "games players"]
    first: Int64[np.ndarray, " games"]
    firsts: tuple[Mapping[int, Fraction], ...]
    pieces: tuple[int, ...]


def nucleoli(games: Shaped[np.ndarray, "games coalitions"], players: int, *, imputations: bool) -> Nucleoli:
    """Return the nucleolus of each game, or the prenucleolus.

    Parameters
    ----------
    games
        The worth of every coalition; fractions are solved exactly. Each game has an imputation, if these are asked for.
    players
        How many players the games have.
    imputations
        Whether to look for the nucleolus, among imputations, or the prenucleolus.
    """
    found = _Search(games, players, imputations)
    length = max(1, BLOCK >> players)
    for start in range(0, len(games), length):
        found.serve(np.arange(start, min(start + length, len(games))))
    return found.result()


class _Search:
    """Games that are being served, the pieces found so far, and how many games each has."""

    def __init__(self, games: Shaped[np.ndarray, "games coalitions"], players: int, imputations: bool) -> None:
        self.games, self.players, self.imputations = games, players, imputations
        self.floats: Float[np.ndarray, "games coalitions"] = games.astype(np.float64)
        self.shares = np.empty((len(games), players), dtype=games.dtype)
        self.largest = np.full(len(games), -np.inf, dtype=games.dtype)
        self.free = np.zeros((len(games), players), dtype=bool)
        self.first = np.zeros(len(games), dtype=np.int64)
        self.firsts: dict[tuple[tuple[int, Fraction], ...], int] = {}
        self.known: Counter[Piece] = Counter()

    def serve(self, rest: Int64[np.ndarray, " rest"]) -> None:
        """Solve the games in some places, with the pieces found so far and then with new ones.

        The piece that served last is tried first, since neighbors on a map often share one.
        """
        for piece in reversed(tuple(self.known)):
            if rest.size:
                rest = self._try(piece, rest)
        while rest.size:
            rest = self._solve(rest)
        kept = {piece for piece, _ in self.known.most_common(MOST_PIECES)}
        self.known = Counter({piece: count for piece, count in self.known.items() if piece in kept})

    def _solve(self, rest: Int64[np.ndarray, " rest"]) -> Int64[np.ndarray, " left"]:
        """Solve the first game, and return the places of the games that are not in its piece."""
        if self.players > FEW:
            guess = piece_of(self.floats[rest[0]], self.players, imputations=self.imputations)
            left = rest if guess is None else self._try(guess, rest)
            if not left.size or left[0] != rest[0]:
                return left
        piece = piece_of(self.games[rest[0]], self.players, imputations=self.imputations, exactly=True)
        if piece is None:
            raise AssertionError("a game without an imputation has no nucleolus, and cannot be asked for one")
        left = self._try(piece, rest[1:])
        self._keep(piece, rest[:1], *piece.solve(self.games[rest[:1]]))
        return left

    def _try(self, piece: Piece, rest: Int64[np.ndarray, " rest"]) -> Int64[np.ndarray, " left"]:
        """Serve the games that are in a piece, and return the places of all others."""
        floats = self.floats[rest]
        shares, levels = piece.solve(floats)
        inside = piece.holds(floats, shares, levels)
        shares, levels = shares[inside], levels[inside]
        if self.games.dtype == object and inside.any():
            exact = self.games[rest[inside]]
            shares, levels = piece.solve(exact)
            proven = piece.holds(exact, shares, levels)
            shares, levels = shares[proven], levels[proven]
            inside[inside] = proven
        self._keep(piece, rest[inside], shares, levels)
        return np.asarray(rest[~inside])

    def _keep(
        self,
        piece: Piece,
        places: Int64[np.ndarray, " kept"],
        shares: Shaped[np.ndarray, "kept players"],
        levels: Shaped[np.ndarray, "kept stages"],
    ) -> None:
        """Write down what a piece gives for the games in some places."""
        if not places.size:
            return
        self.known[piece] = self.known.pop(piece, 0) + len(places)
        self.shares[places] = shares
        if piece.stages:
            self.largest[places] = levels[:, 0]
            self.first[places] = self.firsts.setdefault(tuple(piece.stages[0].weights.items()), len(self.firsts))
            slack: Any = np.asarray(rounding(self.games[places]))
            as_large = (levels >= (levels[:, 0] - slack)[:, None]).sum(axis=1)
            self.free[places] = piece.stage_of[1 << np.arange(self.players)] >= as_large[:, None]

    def result(self) -> Nucleoli:
        """Return what was found."""
        firsts = tuple(dict(weights) for weights in self.firsts)
        counts = tuple(count for _, count in self.known.most_common())
        return Nucleoli(self.shares, self.largest, self.free, self.first, firsts, counts)
