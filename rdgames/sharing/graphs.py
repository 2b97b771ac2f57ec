"""The Myerson value: players who cooperate only through the links between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from jaxtyping import Int

from rdgames.errors import InputError
from rdgames.sharing.coalitions import read_games
from rdgames.sharing.exactness import read_numbers
from rdgames.sharing.folding import Shares, Table, linear_shares
from rdgames.sharing.rule import Division, Rule
from rdgames.sharing.shapley import shapley_shares


@final
@dataclass(frozen=True, eq=False)
class Myerson(Rule):
    """The Myerson value: the Shapley value of the game in which only linked players cooperate.

    In that game a coalition is worth the sum of what its connected parts are worth,

        v_g(S) = sum over the components C of S in the graph g of v(C).

    It is efficient in each component of the graph, and fair: if a link is cut, both its players lose the same. If all
    are linked it is the Shapley value.

    Attributes
    ----------
    links
        The graph: a symmetric matrix [P, P], not 0 (or True) where two players are linked.
    """

    links: Any

    name = "myerson"
    linear = True
    source = "R. B. Myerson, Graphs and Cooperation in Games, Mathematics of Operations Research 2 (1977), 225-229"

    def __post_init__(self) -> None:
        links = read_numbers("links", self.links)
        if links.ndim != 2 or links.shape[0] != links.shape[1] or (links != links).any():
            raise InputError(f"found links of shape {links.shape}, expected a square matrix, [P, P], of 0 and 1")
        links = np.asarray(links != 0, dtype=bool)
        one_sided = np.argwhere(links & ~links.T)
        if len(one_sided):
            pairs = ", ".join(f"{one} with {other}" for one, other in one_sided[:5].tolist())
            raise InputError(f"found links of one side only ({pairs}), expected a symmetric matrix")
        object.__setattr__(self, "links", links)

    def divide(self, worth: Any) -> Division:
        """Divide what each component of the graph is worth."""
        games, players = read_games(worth)
        if len(self.links) != players:
            raise InputError(f"found links of {len(self.links)} players, but the games have {players}")
        return Division.of(self, games, linear_shares(games, self._shares))

    def _shares(self, games: Table) -> Shares:
        return shapley_shares(self._restricted(games))

    def _restricted(self, games: Table) -> Table:
        """Return v_g."""
        first = self._first_components()
        rest, total = np.arange(games.shape[-1]), 0 * games
        while rest.any():
            total = total + games[..., first[rest]]  # the empty coalition, of which nothing is left, is worth 0
            rest = rest & ~first[rest]
        return total

    def _first_components(self) -> Int[np.ndarray, " coalitions"]:
        """Return for each coalition the component of its first player."""
        players = len(self.links)
        near = np.zeros(1, dtype=np.int64)
        for links in self.links:
            near = np.concatenate([near, near | int(links @ (1 << np.arange(players)))])
        everyone = np.arange(1 << players)
        found = everyone & -everyone
        for _ in range(players):
            found |= near[found] & everyone
        return found
