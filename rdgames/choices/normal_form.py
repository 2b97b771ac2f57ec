"""A game in normal form: finitely many strategies for each player, a payoff for each at every profile.

A profile is a tuple of strategies, one for each player. It is a Nash equilibrium if nobody has a better reply to what
the others play, and a strict one if every other reply is worse. A strategy is strictly dominant if it is better than
any other, whatever the others play. In a prisoner's dilemma all players have strictly dominant strategies, and yet
another profile is worse for nobody and better for somebody.

>>> prisoners = NormalForm.of([[(3, 3), (0, 4)], [(4, 0), (1, 1)]], strategies=["silent", "talk"])
>>> prisoners
                  player 2
                  silent   talk
player 1  silent    3, 3   0, 4
            talk    4, 0  1, 1*
* Nash equilibrium
>>> prisoners.is_prisoners_dilemma
True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from rdgames.choices.equilibria import Equilibria, MixedEquilibrium, Profile, PureEquilibrium
from rdgames.choices.mixing import extreme_equilibria, is_degenerate
from rdgames.choices.payoffs import as_values
from rdgames.choices.showing import html, rows, text
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.values import Value

_ROUNDING = 1e-9
"""Up to which part of the largest payoff a difference between floats is taken for rounding."""


@dataclass(frozen=True, eq=False)
class NormalForm:
    """A game in normal form.

    Attributes
    ----------
    players, strategies
        The names of the players, and for each of them those of its strategies.
    values
        The payoffs: an array with an axis for the strategies of each player, and a last one for the players. Exact
        fractions if everything was given exactly, else floats.
    outcomes
        What else follows at each profile (welfare, say), by name: arrays without the last axis.
    failed
        For the profiles at which something does not hold that their payoffs rely on, the names of that.
    """

    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    values: npt.NDArray[Any]
    outcomes: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    failed: Mapping[Profile, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        counts = tuple(map(len, self.strategies))
        if len(self.players) != len(counts) or self.values.shape != (*counts, len(counts)):
            raise InputError(
                f"found payoffs of shape {self.values.shape} for {len(self.players)} players, expected "
                f"{(*counts, len(counts))}: an axis for the strategies of each player, and one for the players"
            )
        for names in (self.players, *self.strategies):
            if not names or len(set(names)) < len(names):
                raise InputError(f"found the names {', '.join(names) or 'of nobody'}, expected different ones")

    @classmethod
    def of(
        cls, payoffs: Any, *, players: Sequence[str] = (), strategies: Sequence[str] | Sequence[Sequence[str]] = ()
    ) -> NormalForm:
        """Return the game with some payoffs, as nested lists; one list of strategies is that of every player."""
        numbers = np.array(payoffs, dtype=object)
        if numbers.ndim < 2:
            raise InputError("found no payoffs such as [[(3, 3), (0, 4)], [(4, 0), (1, 1)]] for two players")
        values = as_values(numbers)
        names = tuple(players) or tuple(f"player {place + 1}" for place in range(values.shape[-1]))
        labels: Any = strategies or [[str(place + 1) for place in range(count)] for count in values.shape[:-1]]
        if isinstance(labels[0], str):
            labels = [labels] * len(names)
        return cls(names, tuple(map(tuple, labels)), values)

    # -- profiles ----------------------------------------------------------------------------------------------------

    @property
    def payoffs(self) -> npt.NDArray[np.float64]:
        """The payoffs as floats."""
        return self.values.astype(float)

    @property
    def exact(self) -> bool:
        """Whether the payoffs are exact."""
        return self.values.dtype == object

    @property
    def profiles(self) -> Iterator[Profile]:
        """Every profile, the last player's strategies running fastest."""
        return map(self._profile, np.ndindex(self.values.shape[:-1]))

    def at(self, *profile: str) -> tuple[Value, ...]:
        """Return the payoffs at a profile.

        Raises
        ------
        InputError, UnknownNameError
            If there is not one strategy for each player, or a player has no such strategy.
        """
        return tuple(self.values[self.place(*profile)].tolist())

    def place(self, *profile: str) -> tuple[int, ...]:
        """Return the place of a profile in the arrays."""
        if len(profile) != len(self.players):
            raise InputError(f"found {len(profile)} strategies, expected one for each of {', '.join(self.players)}")
        for strategy, known in zip(profile, self.strategies, strict=True):
            if strategy not in known:
                raise UnknownNameError("strategy", strategy, known)
        return tuple(known.index(strategy) for strategy, known in zip(profile, self.strategies, strict=True))

    @property
    def valid(self) -> bool:
        """Whether everything holds that the payoffs rely on, at all profiles."""
        return not self.failed

    def _profile(self, place: tuple[int, ...]) -> Profile:
        return tuple(names[index] for names, index in zip(self.strategies, place, strict=True))

    # -- what players do ---------------------------------------------------------------------------------------------

    @cached_property
    def tolerance(self) -> Value:
        """By how much a payoff must be larger to be larger: nothing if the payoffs are exact."""
        return Fraction(0) if self.exact else _ROUNDING * float(np.abs(self.values).max())

    def pure_equilibria(self) -> tuple[PureEquilibrium, ...]:
        """Return all Nash equilibria in which nobody mixes, of any number of players: all replies are compared."""
        found = []
        for place in np.ndindex(self.values.shape[:-1]):
            losses = list(self._losses(place))
            if all(loss >= -self.tolerance for loss in losses):
                strict = all(loss > self.tolerance for loss in losses)
                found.append(PureEquilibrium(self._profile(place), tuple(self.values[place].tolist()), strict))
        return tuple(found)

    def _losses(self, place: tuple[int, ...]) -> Iterator[Value]:
        """Yield what each player loses by each other reply to a profile."""
        for player, own in enumerate(place):
            others = place[:player] + place[player + 1 :]
            replies = np.moveaxis(self.values[..., player], player, -1)[others]
            yield from (replies[own] - reply for index, reply in enumerate(replies) if index != own)

    def equilibria(self) -> Equilibria:
        """Return all Nash equilibria of two players, mixed ones included, and whether the game is degenerate.

        Found by nashpy, by the vertices of the best-reply polytopes; and verified, in exact numbers if payoffs are.

        Raises
        ------
        InputError
            If there are not two players, or they have too many strategies.
        """
        if len(self.players) != 2:
            problem = "pure_equilibria() has those in which nobody mixes, for any number of players"
            raise InputError(f"found {len(self.players)} players, expected two: {problem}")
        row, column = self.values[..., 0], self.values[..., 1]
        mixes = extreme_equilibria(row, column)
        found = []
        for x, y in mixes:
            named = tuple(
                {name: chance for name, chance in zip(names, chances.tolist(), strict=True) if chance}
                for names, chances in zip(self.strategies, (x, y), strict=True)
            )
            expected = np.array([x @ row @ y, x @ column @ y]).tolist()
            found.append(MixedEquilibrium(named, tuple(expected)))
        return Equilibria(tuple(found), is_degenerate(row, column, mixes))

    def dominant(self, *, strictly: bool = True) -> tuple[str | None, ...]:
        """Return each player's dominant strategy, None where it has none.

        If not ``strictly``, also one that is never worse than another, and better than any other at some profile.
        """
        return tuple(self._dominant(player, strictly=strictly) for player in range(len(self.players)))

    def _dominant(self, player: int, *, strictly: bool) -> str | None:
        by_own = np.moveaxis(self.values[..., player], player, 0)
        for own, name in enumerate(self.strategies[player]):
            leads = [by_own[own] - by_own[other] for other in range(len(by_own)) if other != own]
            if all(np.all(lead > self.tolerance) for lead in leads):
                return name
            if strictly:
                continue
            if all(np.all(lead >= -self.tolerance) and np.any(lead > self.tolerance) for lead in leads):
                return name
        return None

    def joint_optima(self) -> tuple[Profile, ...]:
        """Return the profiles at which the players' payoffs add up to most: what a cartel would play."""
        sums = self.values.sum(axis=-1)
        return tuple(self._profile(place) for place in zip(*np.where(sums >= sums.max() - self.tolerance), strict=True))

    @property
    def is_prisoners_dilemma(self) -> bool:
        """Whether all have strictly dominant strategies, but another profile is better for some and worse for none."""
        dominant = self.dominant()
        if None in dominant:
            return False
        gains = self.values - self.values[self.place(*map(str, dominant))]
        return bool(((gains >= -self.tolerance).all(axis=-1) & (gains > self.tolerance).any(axis=-1)).any())

    # -- display -----------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return text(self)

    def _repr_html_(self) -> str:
        return html(self)

    def as_table(self) -> list[dict[str, Any]]:
        """Return a row for each profile: strategies, payoffs, outcomes, and whether it is a Nash equilibrium."""
        return rows(self)

    def to_document(self, *, exact: bool = False) -> dict[str, Any]:
        """Return the game as nested tables for JSON; the numbers are floats, or fractions as text if ``exact``."""

        def plain(value: Any) -> Any:
            if isinstance(value, Fraction):
                return str(value) if exact else float(value)
            return float(value) if isinstance(value, np.floating) else value

        return {
            "players": list(self.players),
            "strategies": [list(names) for names in self.strategies],
            "profiles": [{name: plain(value) for name, value in row.items()} for row in self.as_table()],
            "pure_equilibria": [{"profile": list(e.profile), "strict": e.strict} for e in self.pure_equilibria()],
            "dominant": list(self.dominant()),
            "joint_optima": [list(profile) for profile in self.joint_optima()],
            "prisoners_dilemma": self.is_prisoners_dilemma,
            "failed": [{"profile": list(profile), "failed": list(names)} for profile, names in self.failed.items()],
        }
