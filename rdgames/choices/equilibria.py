"""What the equilibria of a normal form are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rdgames.game.values import Value

Profile: TypeAlias = tuple[str, ...]
"""A strategy for each player."""


@dataclass(frozen=True)
class PureEquilibrium:
    """A Nash equilibrium in which nobody mixes; ``strict`` if every other reply of a player is worse."""

    profile: Profile
    payoffs: tuple[Value, ...]
    strict: bool


@dataclass(frozen=True)
class MixedEquilibrium:
    """A Nash equilibrium: with which probability each player plays a strategy, and what it expects to earn."""

    mixes: tuple[Mapping[str, Value], ...]
    payoffs: tuple[Value, ...]

    @property
    def pure(self) -> bool:
        """Whether nobody mixes."""
        return all(len(mix) == 1 for mix in self.mixes)


@dataclass(frozen=True)
class Equilibria:
    """The equilibria of a game of two players, and whether it is ``degenerate``.

    A game is called degenerate here if in one of its equilibria a player has more best replies than the other mixes
    strategies. Then there can be a continuum of equilibria, and those found are its corners. Otherwise they are all.
    """

    found: tuple[MixedEquilibrium, ...]
    degenerate: bool

    def __iter__(self) -> Iterator[MixedEquilibrium]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)
