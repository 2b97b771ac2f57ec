"""Sharing in phases: a rule for each phase of a project, and in which phase who would leave.

What members bring in and risk changes from the formation of a consortium to its operation and maturation, and with it
what coalitions are worth. Let ``v_t`` be the game of phase ``t``, ``x_t`` its division, and ``w_t`` the weight of the
phase: its length, discounted, times the probability that it is reached. In phase ``t`` the members of a coalition

- look ahead: they compare what they will get from now on, the sum of ``w_u x_u`` over phases ``u >= t``, with what they
  would earn from now on without the others, the sum of ``w_u v_u``; or
- look at the phase alone: they compare ``x_t`` with ``v_t``.

A coalition leaves in the first phase in which it would earn more. What was paid before is gone. A division of all
phases that no coalition leaves in any, looking ahead, is in the weak sequential core of Kranich, Perea and Peters
(2005, Core concepts for dynamic TU games, International Game Theory Review 7:43-61).

>>> from rdgames.sharing.equal import EqualSplit
>>> early, late = Phase("formation", [0, 1, 1, 4], EqualSplit()), Phase("operation", [0, 1, 4, 6], EqualSplit())
>>> print(in_phases([early, late]).sentences(["Ann", "Bob"])[0])
operation: Bob gets 3 from now on, and is worth 4
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Int64, Shaped

from rdgames.errors import InputError
from rdgames.sharing.coalitions import named, read_games
from rdgames.sharing.core import Blocking, blocking
from rdgames.sharing.exactness import read_numbers
from rdgames.sharing.rule import Division, Rule

NEVER = -1
"""The phase in which nobody leaves."""


@dataclass(frozen=True, eq=False)
class Phase:
    """A phase of a project.

    Attributes
    ----------
    name
        What it is called.
    worth
        What each coalition is worth in it, [..., 2**P].
    rule
        How it is divided; rules that take risks, contributions or outlays are given those of this phase.
    weight
        How much the phase counts: its length, discounted, times the probability that it is reached; a number or an
        array over the points.
    """

    name: str
    worth: Any
    rule: Rule
    weight: Any = 1


@dataclass(frozen=True, eq=False)
class InPhases:
    """How a project is divided in each phase, and who would leave when.

    Attributes
    ----------
    phases
        The phases, in the order of time.
    divisions
        The division of each phase.
    blockings
        For each phase, which coalitions would leave in it, and by how much they would be better off.
    weights
        How much each phase counts, at each point.
    farsighted
        Whether members look ahead, to all phases that are left, or at each phase alone.
    """

    phases: tuple[Phase, ...]
    divisions: tuple[Division, ...]
    blockings: tuple[Blocking, ...]
    weights: tuple[Shaped[np.ndarray, "*points"], ...]
    farsighted: bool

    @property
    def shares(self) -> Shaped[np.ndarray, "phases *points players"]:
        """What each player gets in each phase, not weighted; NaN where a rule does not say."""
        return np.stack([division.shares for division in self.divisions])

    @cached_property
    def total(self) -> Shaped[np.ndarray, "*points players"]:
        """What each player gets over all phases, weighted."""
        weighted = [
            weight[..., None] * division.shares for weight, division in zip(self.weights, self.divisions, strict=True)
        ]
        return np.asarray(sum(weighted[1:], weighted[0]))

    @property
    def known(self) -> Bool[np.ndarray, "*points"]:
        """Whether every rule divides its phase, at each point."""
        return np.asarray(np.logical_and.reduce([division.divided for division in self.divisions]))

    @property
    def stays(self) -> Bool[np.ndarray, "*points"]:
        """Whether no coalition leaves in any phase; False where a rule does not divide its phase."""
        return np.asarray(self.known & (self.leaving_phase == NEVER))

    @property
    def leaving_phase(self) -> Int64[np.ndarray, "*points"]:
        """The first phase in which a coalition leaves, counted from 0; `NEVER` where none does."""
        leaves = np.stack([each.blocks.any(axis=-1) for each in self.blockings])
        return np.asarray(np.where(leaves.any(axis=0), leaves.argmax(axis=0), NEVER))

    def who(self, place: tuple[int, ...] = ()) -> list[int]:
        """Return the coalitions that leave at one point in the first phase in which any does, the best off first."""
        phase = int(self.leaving_phase[place])
        return [] if phase == NEVER else self.blockings[phase].coalitions(place)

    def sentences(self, names: Sequence[str] = (), place: tuple[int, ...] = ()) -> list[str]:
        """Return who leaves at one point, when and why: a sentence for each coalition, or that all stay."""
        names = names or [str(player) for player in range(self.shares.shape[-1])]
        silent = [
            f"{phase.name}: {phase.rule.name} does not divide it: {division.meanings[division.status[place]]}"
            for phase, division in zip(self.phases, self.divisions, strict=True)
            if not division.divided[place]
        ]
        if silent:
            return silent
        number = int(self.leaving_phase[place])
        if number == NEVER:
            return [f"{named((1 << len(names)) - 1, names)} stay together in all phases"]
        phase, until = self.phases[number], " from now on" if self.farsighted else ""
        return [
            f"{phase.name}: {said.replace(', and ', f'{until}, and ', 1) if until else said}"
            for said in self.blockings[number].sentences(names, place)
        ]


def in_phases(phases: Iterable[Phase], *, farsighted: bool = True) -> InPhases:
    """Divide a project phase by phase, and find who would leave in which.

    Parameters
    ----------
    phases
        The phases, in the order of time; all have the same players.
    farsighted
        Whether members compare all phases that are left, or each phase alone.

    Raises
    ------
    InputError
        If there is no phase, two have one name, players or points differ, or a weight is not positive; all mistakes are
        listed. If a rule does not fit its game.
    """
    ordered = tuple(phases)
    games, weights = _read(ordered)
    divisions = tuple(phase.rule.divide(game) for phase, game in zip(ordered, games, strict=True))
    blockings: list[Blocking] = []
    left: Any = (0, 0)
    for game, weight, division in reversed(list(zip(games, weights, divisions, strict=True))):
        if farsighted:
            left = (left[0] + weight[..., None] * game, left[1] + weight[..., None] * division.shares)
        else:
            left = (game, division.shares)
        unknown = (left[1] != left[1]).any(axis=-1, keepdims=True)
        blockings.insert(0, blocking(left[0], np.where(unknown, np.nan, left[1])))
    return InPhases(ordered, divisions, tuple(blockings), tuple(weights), farsighted)


_Arrays = list[Shaped[np.ndarray, "..."]]


def _read(phases: Sequence[Phase]) -> tuple[_Arrays, _Arrays]:
    """Return the games and weights of all phases at the same points, exact only if all are."""
    if not phases:
        raise InputError("found no phases, expected some, such as Phase('formation', worth, rule)")
    named_twice = Counter(phase.name for phase in phases)
    games, players = zip(*(read_games(phase.worth) for phase in phases), strict=True)
    problems = [f"the name {name!r} is used {times} times" for name, times in named_twice.items() if times > 1]
    if len(set(players)) > 1:
        listed = ", ".join(f"{count} in {phase.name}" for phase, count in zip(phases, players, strict=True))
        problems.append(f"found different numbers of players: {listed}")
    weights = [read_numbers(f"weight of {phase.name}", phase.weight, exact_integers=True) for phase in phases]
    for phase, weight in zip(phases, weights, strict=True):
        if not (weight > 0).all():
            problems.append(f"found the weight {phase.weight!r} of {phase.name!r}, expected numbers above 0")
    try:
        points = np.broadcast_shapes(*(game.shape[:-1] for game in games), *(weight.shape for weight in weights))
    except ValueError:
        problems.append("found phases at points of different shapes, expected the same points for all")
    if problems:
        raise InputError("; ".join(problems))
    exact = all(array.dtype == object for array in (*games, *weights))
    kind = object if exact else np.float64
    at_points = [np.broadcast_to(game, (*points, game.shape[-1])).astype(kind) for game in games]
    return at_points, [np.broadcast_to(weight, points).astype(kind) for weight in weights]
