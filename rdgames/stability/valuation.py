"""What every player gets, if the members of each coalition divide what they earn by a rule.

A rule divides a game, but the members of a coalition B earn only one sum. Their game is what the parts of B would earn:
u(T) is what the members of T would earn together if the others of B were alone, and everybody outside of B stayed
grouped as they are. u(B) is what there is to divide. Where there is no rule, each keeps what it earns itself. A rule
that divides another sum (Aumann and Dreze's divides what unions within B would earn without each other) says nothing of
B: somebody would be paid with money that nobody earns.

Tables have a row for each coalition with all others alone (`rdgames.stability.alone`), or for each partition
(`rdgames.stability.structures`), and in it what each player earns itself, before anything is divided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Bool, Int, Int8, Shaped

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.coalitions import members
from rdgames.sharing.folding import over_members
from rdgames.sharing.partitions import partitions
from rdgames.sharing.rule import Division, Rule
from rdgames.sharing.rules import OF_DATA, OF_MEMBERS, RULES, rule_named
from rdgames.stability.alone import REMAINING, left_by, read_alone
from rdgames.stability.structures import broken_up, ordered, place_of, read_structures
from rdgames.stability.verdict import Payoffs

Shares = Shaped[np.ndarray, "*points teams members"]

Dividing = str | Rule | Callable[[tuple[int, ...]], Rule]
"""A rule for all coalitions, by name or not, or what returns the rule of the coalition of some players."""

OWN, ALMOST_IDEAL = "own", "almost-ideal"
BUILT_IN: dict[str, str] = {
    OWN: "each keeps what it earns itself",
    ALMOST_IDEAL: "each gets what it would by leaving, and an equal part of what is then left, or lacking",
}
"""Ways of dividing that are no rules of a game among the members."""

NO_SUM, NO_PART, NO_OPTION, ANOTHER_SUM = (
    "what the members earn is unknown",
    "what a part of a coalition would earn is unknown",
    "what a member would get by leaving is unknown",
    "the rule divides another sum than what the members earn",
)

_SAME_SUM = 1e-6
"""Up to which part of the largest worth a rule may miss what there is to divide: more than any rule's own errors."""


@dataclass(frozen=True, eq=False)
class Valuation:
    """What each player gets in each row.

    Attributes
    ----------
    payoffs
        The amounts; NaN where unknown.
    status
        For each row 0 if all of them are known, else the place in ``meanings`` of the first reason why one is not.
    meanings
        What each status means, in words.
    """

    payoffs: Payoffs
    status: Int8[np.ndarray, "*points rows"]
    meanings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Team:
    """A coalition in a row, and where to look up what its parts earn.

    Attributes
    ----------
    row, block
        The row, and the coalition.
    at
        For each part, numbered by its members' places in the coalition, the row in which it is on its own.
    left
        For each member, the row in which it has left.
    """

    row: int
    block: int
    at: tuple[int, ...]
    left: tuple[int, ...]


def valued_alone(earned: Any, rule: Any = OWN, *, remaining: str = "together") -> Valuation:
    """Return what players get if one coalition is formed, and all others are alone.

    Parameters
    ----------
    earned
        What each player earns itself if each coalition is formed, [..., 2**P, P]; NaN where unknown.
    rule
        How members divide what they earn: "own", "almost-ideal" (J. Eyckmans and M. Finus, An Almost Ideal Sharing
        Scheme for Coalition Games with Externalities, FEEM 155.2004), the name of a rule, a rule that fits any number
        of players, or a function from the members of a coalition, counted from 0, to their rule.
    remaining
        What becomes of a coalition that a member leaves, by `rdgames.stability.alone.REMAINING`: only for
        "almost-ideal".

    Raises
    ------
    InputError
        If the table has not a row for each coalition, or the rule divides games in partition function form, or does not
        fit the coalitions.
    UnknownNameError
        If there is no such rule, or no such assumption.
    """
    found = read_alone(earned)
    return _valued(found, _lone_teams(found.shape[-1], remaining), rule)


def valued_in_partitions(earned: Any, rule: Any = OWN, *, remaining: str = "together") -> Valuation:
    """Return what players get in each partition, all of whose coalitions divide by the same rule.

    Parameters and errors are those of `valued_alone`; ``earned`` has a row for each partition, [..., partitions, P].
    """
    found = read_structures(earned)
    if remaining not in REMAINING:
        raise UnknownNameError("assumption about those who remain", remaining, REMAINING)
    return _valued(found, _partition_teams(found.shape[-1], remaining), rule)


@lru_cache(maxsize=8)
def _lone_teams(players: int, remaining: str) -> tuple[_Team, ...]:
    left = [left_by(players, player, remaining) for player in range(players)]
    return tuple(
        _Team(block, block, tuple(_parts(block).tolist()), tuple(int(left[member][block]) for member in members(block)))
        for block in range(1, 1 << players)
    )


@lru_cache(maxsize=8)
def _partition_teams(players: int, remaining: str) -> tuple[_Team, ...]:
    places, found = place_of(players), []
    for row, partition in enumerate(partitions(players)):
        for column, block in enumerate(partition):
            others = partition[:column] + partition[column + 1 :]
            at = [
                places[ordered([*others, part, *(1 << member for member in members(block & ~part))])]
                for part in _parts(block).tolist()
            ]
            left = [places[ordered(broken_up(partition, member, remaining))] for member in members(block)]
            found.append(_Team(row, block, tuple(at), tuple(left)))
    return tuple(found)


def _parts(block: int) -> Int[np.ndarray, " parts"]:
    """Return all parts of a coalition, in the order of a game of its members."""
    return over_members(np.array([1 << member for member in members(block)]))


def _valued(earned: Payoffs, teams: Sequence[_Team], rule: Any) -> Valuation:
    """Divide what every team of two or more earns; a single player keeps what it earns."""
    chosen = _read_rule(rule)
    payoffs = earned.copy()
    status = np.zeros(earned.shape[:-1], dtype=np.int8)
    meanings = {"every player's payoff is known": 0}
    together: dict[tuple[Any, int], list[_Team]] = defaultdict(list)
    for team in teams:
        if team.block & (team.block - 1) and rule != OWN:
            who = members(team.block)
            together[who if callable(rule) and not isinstance(rule, Rule) else (), len(who)].append(team)
    for (who, _), group in together.items():
        shares, reasons, words = _divided(earned, group, chosen if chosen is None else chosen(who))
        numbers = np.array([0, *(meanings.setdefault(text, len(meanings)) for text in words)], dtype=np.int8)
        for place, team in enumerate(group):
            payoffs[..., team.row, list(members(team.block))] = shares[..., place, :]
            reason = numbers[reasons[..., place]]
            status[..., team.row] = np.where(status[..., team.row] > 0, status[..., team.row], reason)
    lost = np.asarray((earned != earned).any(axis=-1), dtype=bool)
    status[lost] = meanings.setdefault(NO_SUM, len(meanings))
    return Valuation(payoffs, status, tuple(meanings))


def _read_rule(rule: Any) -> Callable[[tuple[int, ...]], Rule] | None:
    """Return what gives the rule of some members, or nothing if the way of dividing is no rule."""
    if isinstance(rule, str):
        if rule in BUILT_IN:
            return None
        if rule not in (*RULES, *OF_MEMBERS, *OF_DATA):
            raise UnknownNameError("rule", rule, [*BUILT_IN, *RULES])
        rule = rule_named(rule)
    if not isinstance(rule, Rule):
        if not callable(rule):
            raise InputError(f"found the rule {rule!r}, expected a name, a rule, or a function from members to a rule")
        of_members: Callable[[tuple[int, ...]], Rule] = rule
        return of_members
    if rule.takes != "coalitions":
        problem = "expected one that divides what the parts of a coalition are worth"
        raise InputError(f"the rule {rule.name} divides games in partition function form, {problem}")
    same = rule
    return lambda _: same


def _divided(
    earned: Payoffs, teams: Sequence[_Team], rule: Rule | None
) -> tuple[Shares, Int[np.ndarray, "*points teams"], tuple[str, ...]]:
    """Return the shares of teams of one size, why there are none (0, or a place in words from 1), and the words."""
    if rule is None:
        return _almost_ideal(earned, teams)
    games = np.stack([_game(earned, team) for team in teams], axis=-2)
    sums, parts = _missing(games[..., -1]), _missing(games).any(axis=-1)
    games[parts] = np.nan
    division = _fitting(rule, games, len(members(teams[0].block)))
    lost = np.asarray(abs(division.shares.sum(axis=-1) - games[..., -1]) > _SAME_SUM * abs(games).max(axis=-1))
    shares = np.where(lost[..., None], np.nan, division.shares)
    divided = np.where(division.status > 0, division.status + 3, np.where(lost, 3, 0))
    reasons = np.where(sums, 1, np.where(parts, 2, divided))
    words = [f"{rule.name.replace('-', ' ')}: {text}" for text in division.meanings[1:]]
    return shares, reasons, (NO_SUM, NO_PART, ANOTHER_SUM, *words)


def _fitting(rule: Rule, games: Shaped[np.ndarray, "*points teams parts"], size: int) -> Division:
    try:
        return rule.divide(games)
    except InputError as error:
        remedy = "the rule must fit coalitions of every size: pass a function from the members to their rule"
        raise InputError(f"in a coalition of {size}: {error}. If it has data of players, {remedy}") from None


def _game(earned: Payoffs, team: _Team) -> Shaped[np.ndarray, "*points parts"]:
    """Return what the parts of a team earn."""
    own = earned[..., list(team.at), :][..., list(members(team.block))]
    size = own.shape[-1]
    belongs: Bool[np.ndarray, "parts members"] = (np.arange(1 << size)[:, None] >> np.arange(size) & 1).astype(bool)
    return np.asarray(np.where(belongs, own, 0 * _some(earned)).sum(axis=-1))


def _almost_ideal(
    earned: Payoffs, teams: Sequence[_Team]
) -> tuple[Shares, Int[np.ndarray, "*points teams"], tuple[str, ...]]:
    own = np.stack([earned[..., team.row, list(members(team.block))] for team in teams], axis=-2)
    options = np.stack([earned[..., list(team.left), list(members(team.block))] for team in teams], axis=-2)
    left = own.sum(axis=-1) - options.sum(axis=-1)
    reasons = np.where(_missing(own).any(axis=-1), 1, np.where(_missing(options).any(axis=-1), 2, 0))
    return options + (left / own.shape[-1])[..., None], reasons, (NO_SUM, NO_OPTION)


def _missing(numbers: Shaped[np.ndarray, "..."]) -> Bool[np.ndarray, "..."]:
    return np.asarray(numbers != numbers, dtype=bool)


def _some(numbers: Shaped[np.ndarray, "..."]) -> Any:
    """Return a known number of an array, whose type a zero is to have."""
    known = numbers[~_missing(numbers)]
    return known.flat[0] if known.size else 0
