"""Coalitions that are proposed one after the other, by players who foresee what follows.

>>> from rdgames.stability.symmetric import tabulate_sizes
>>> # Bloch 1995: of 7 firms that share knowledge in associations, 5 form one, and the others another one.
>>> payoffs = tabulate_sizes(lambda sizes: [(50 + 8 * k - sum(s * s for s in sizes)) ** 2 for k in sizes], 7)
>>> structures(7)[int(propose_sizes(payoffs).structure)]
(5, 2)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from jaxtyping import Bool, Int, Int8, Shaped

from rdgames.errors import InputError
from rdgames.sharing.coalitions import members, subsets
from rdgames.sharing.partitions import Partition
from rdgames.stability.structures import ordered, place_of, read_structures
from rdgames.stability.symmetric import Sizes, read_sizes, structures
from rdgames.stability.verdict import Payoffs, rounding_of

Situation = tuple[Partition, int]
"""Which coalitions are formed, and who proposes."""

MOST_PROPOSING = 7
"""How many different players may propose: 7 leave 4,140 situations to look at."""

FORMED, NOT_SETTLED, UNKNOWN = range(3)
MEANINGS = (
    "this partition forms",
    "the proposals do not settle: they depend on how many may be refused, or all wait for each other",
    "what the players get in some partition is unknown",
)
"""What a status says."""


@dataclass(frozen=True, eq=False)
class Formed:
    """Which partition forms if coalitions are proposed one after the other.

    Attributes
    ----------
    status
        By `MEANINGS`.
    partition
        The row of the partition that forms; -1 where status is not 0.
    rounds
        How often one more refusal was allowed until that changed nothing, at any point.
    """

    status: Int8[np.ndarray, "*points"]
    partition: Int[np.ndarray, "*points"]
    rounds: int


def propose_coalitions(payoffs: Any, order: Sequence[int] | None = None, *, most_rounds: int = 20) -> Formed:
    """Return which partition forms if players propose coalitions, one after the other.

    The first player of those who are left proposes a coalition that it belongs to. The others in it are asked in the
    same order. If all agree, it is formed and gone; the first who refuses proposes next. All foresee what follows, so

    - a player agrees if it then gets at least what it gets as the next to propose;
    - the proposer chooses, of the proposals to which all agree (to be alone needs nobody), the one by which it gets
      most; of such the smallest, and of these the one with the first players;
    - it makes a proposal that will be refused only if it gets still more by what the one who refuses proposes.

    This is solved for a game in which no, one, two, ... proposals may be refused before all who are left are alone; to
    begin with only with proposals to which all agree, and from what these lead to with the others, too. Where one more
    changes nothing, and nobody waits for somebody who waits for the first one again, the proposals are an equilibrium
    of the game without end, in stationary strategies, if never to agree is worst of all (F. Bloch, Sequential Formation
    of Coalitions in Games with Externalities and Fixed Payoff Division, Games and Economic Behavior 14 (1996), 90-123).
    If it is not reached, as a status says, there may be no such equilibrium, or several that take turns.

    Parameters
    ----------
    payoffs
        What each player gets in each partition, [..., partitions, P]; NaN where unknown.
    order
        In which order players propose, counted from 0; as they stand in the table if not given.
    most_rounds
        How many proposals may be refused at most, without and then with proposals that are refused on purpose.

    Raises
    ------
    InputError
        If the table has not a row for each partition, there are more than 7 players, or the order lacks one.
    """
    found = read_structures(payoffs)
    players = found.shape[-1]
    turns = list(range(players)) if order is None else list(order)
    if players > MOST_PROPOSING:
        raise InputError(f"found {players} players, expected at most {MOST_PROPOSING} who propose coalitions")
    if sorted(turns) != list(range(players)):
        raise InputError(f"found the order {turns}, expected each player of 0 to {players - 1} once")
    unknown = np.asarray((found != found).any(axis=(-2, -1)), dtype=bool)
    known = np.where(unknown[..., None, None], 0 * rounding_of(found)[..., None, None], found)
    flat = known.reshape(-1, *known.shape[-2:])
    end, settled, rounds = _Proposals(flat, turns).settle(most_rounds)
    status = np.where(unknown, UNKNOWN, np.where(settled.reshape(unknown.shape), FORMED, NOT_SETTLED))
    partition = np.where(status == FORMED, end.reshape(unknown.shape), -1)
    return Formed(status.astype(np.int8), partition, rounds)


class _Proposals:
    """What follows in every situation: some coalitions are formed, and one of those who are left proposes."""

    def __init__(self, payoffs: Shaped[np.ndarray, "points partitions players"], order: Sequence[int]) -> None:
        self.payoffs, self.order = payoffs, order
        self.points = np.arange(len(payoffs))
        self.slack = rounding_of(payoffs)
        self.rows = place_of(payoffs.shape[-1])
        self.nobody = np.full(len(payoffs), -1)
        self.everyone = (1 << payoffs.shape[-1]) - 1
        self.situations = list(self._situations())

    def settle(self, most_rounds: int) -> tuple[Int[np.ndarray, " points"], Bool[np.ndarray, " points"], int]:
        """Let more and more proposals be refused until nothing changes; return what forms, and where it is settled."""
        before = {
            (formed, proposer): np.full(len(self.points), self.rows[self._all_alone(formed)])
            for formed, left in self.situations
            for proposer in members(left)
        }
        rounds = 0
        for waiting in (False, True):
            settled, start = np.zeros(len(self.points), dtype=bool), rounds
            while not settled.all() and rounds - start < most_rounds:
                after, waits = self._round(before, waiting=waiting)
                settled = np.all([after[place] == before[place] for place in after], axis=0)
                settled &= self._end_somewhere(waits)
                before, rounds = after, rounds + 1
        return before[(), self.order[0]], settled, rounds

    def _end_somewhere(self, waits: Mapping[Situation, Int[np.ndarray, " points"]]) -> Bool[np.ndarray, " points"]:
        """Return where nobody waits, by proposals that are refused, for somebody who waits for the first one again."""
        ends = np.full(len(self.points), True)
        for formed, left in self.situations:
            waited = np.stack([waits.get((formed, player), self.nobody) for player in range(self.payoffs.shape[-1])])
            last = waited
            for _ in members(left):
                last = np.where(last >= 0, waited[last, self.points], last)
            ends &= (last < 0).all(axis=0)
        return ends

    def _situations(self) -> Iterator[tuple[Partition, int]]:
        """Yield what may be formed already, and who is left; those with the fewest left first."""
        found = {ordered(blocks) for partition in self.rows for blocks in _choices(partition)}
        for formed in sorted(found, key=lambda blocks: -sum(blocks)):
            if sum(formed) != self.everyone:
                yield formed, self.everyone ^ sum(formed)

    def _all_alone(self, formed: Partition) -> Partition:
        return ordered([*formed, *(1 << player for player in members(self.everyone ^ sum(formed)))])

    def _round(
        self, refused: Mapping[Situation, Any], *, waiting: bool
    ) -> tuple[dict[Situation, Any], dict[Situation, Any]]:
        """Return what forms from every situation, given what forms from it after a refusal, and for whom one waits."""
        result: dict[Situation, Any] = {}
        waits: dict[Situation, Any] = {}
        for formed, left in sorted(self.situations, key=lambda each: each[1].bit_count()):
            ends = {int(part): self._end(result, formed, left, int(part)) for part in subsets(left)[1:]}
            next_one = {player: refused[formed, player] for player in members(left)}
            for proposer in members(left):
                result[formed, proposer], waits[formed, proposer] = self._best(
                    ends, next_one, proposer, waiting=waiting
                )
        return result, waits

    def _end(
        self, result: Mapping[Situation, Any], formed: Partition, left: int, part: int
    ) -> Int[np.ndarray, " points"]:
        """Return what forms in the end if a coalition is formed now."""
        then = ordered([*formed, part])
        if part == left:
            return np.full(len(self.points), self.rows[then])
        first = next(player for player in self.order if (left ^ part) >> player & 1)
        return np.asarray(result[then, first])

    def _answered(self, end: Any, next_one: Mapping[int, Any], part: int, proposer: int) -> tuple[Any, Any]:
        """Return what forms after a proposal by a player, and who refuses it; -1 if nobody does."""
        who = self.nobody
        for player in sorted(members(part), key=self.order.index, reverse=True):
            if player != proposer:
                own = next_one[player]
                refuses = np.asarray(self._gets(player, own) > self._gets(player, end) + self.slack, dtype=bool)
                end, who = np.where(refuses, own, end), np.where(refuses, player, who)
        return end, who

    def _best(
        self, ends: Mapping[int, Any], next_one: Mapping[int, Any], proposer: int, *, waiting: bool
    ) -> tuple[Any, Any]:
        """Return what forms by the best proposal of a player, and who refuses it; -1 if all agree."""
        own = sorted((part for part in ends if part >> proposer & 1), key=self._rank)
        answers = [self._answered(ends[part], next_one, part, proposer) for part in own]
        end, refusing = answers[0]  # to be alone
        best = self._gets(proposer, end)
        for refused in (False, True)[: 1 + waiting]:
            for after, who in answers[1:]:
                gets = self._gets(proposer, after)
                better = ((who >= 0) == refused) & np.asarray(gets > best + self.slack, dtype=bool)
                best = np.where(better, gets, best)
                end, refusing = np.where(better, after, end), np.where(better, who, refusing)
        return end, refusing

    def _rank(self, part: int) -> tuple[int, list[int]]:
        return part.bit_count(), sorted(self.order.index(player) for player in members(part))

    def _gets(self, player: int, end: Int[np.ndarray, " points"]) -> Shaped[np.ndarray, " points"]:
        found: Shaped[np.ndarray, " points"] = self.payoffs[self.points, end, player]
        return found


def _choices(partition: Partition) -> Iterator[Partition]:
    """Yield all selections of blocks of a partition."""
    for chosen in range(1 << len(partition)):
        yield tuple(partition[place] for place in members(chosen))


# -- players who are alike ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class FormedSizes:
    """What forms if players who are alike choose the sizes of coalitions one after the other.

    Attributes
    ----------
    structure
        The row of the structure that forms; -1 where payoffs are unknown.
    chosen
        The sizes in the order in which they are chosen, 0 behind the last one.
    """

    structure: Int[np.ndarray, "*points"]
    chosen: Int[np.ndarray, "*points players"]


def propose_sizes(payoffs: Any) -> FormedSizes:
    """Return which structure forms if players who are alike choose sizes one after the other.

    The first player chooses how large its coalition is; that many are gone, and the next one chooses among those who
    are left. Each foresees what follows, so the game is solved from its end. Of sizes that pay as much the smallest is
    chosen. This is what forms if coalitions are proposed one after the other, and everybody who is asked may refuse and
    propose another one, without end, provided that, whoever are gone already, nobody gets more in a coalition that is
    chosen later: else a player would rather have others go first, which it can by proposals that are refused, but not
    here; ask `propose_coalitions` then (F. Bloch, Endogenous Structures of Association in Oligopolies, RAND Journal of
    Economics 26 (1995), 537-556; Sequential Formation of Coalitions in Games with Externalities and Fixed Payoff
    Division, Games and Economic Behavior 14 (1996), 90-123; D. Ray and R. Vohra, A Theory of Endogenous Coalition
    Structures, Games and Economic Behavior 26 (1999), 286-336).

    Raises
    ------
    InputError
        If the table has not a row for each structure.
    """
    found = read_sizes(payoffs)
    players, points = found.shape[-1], found.shape[:-2]
    slack = rounding_of(found)
    rows = {sizes: row for row, sizes in enumerate(structures(players))}

    @cache
    def continued(formed: Sizes) -> tuple[Any, Any]:
        left = players - sum(formed)
        if not left:
            return np.full(points, rows[formed]), np.zeros((*points, players), dtype=np.int64)
        best: Any = None
        end = chosen = np.zeros(points, dtype=np.int64)
        for size in range(1, left + 1):
            after, then = continued(tuple(sorted((*formed, size), reverse=True)))
            worth = _at(found, rows, after, size)
            then = np.concatenate([np.full((*points, 1), size), then[..., :-1]], axis=-1)
            better = np.full(points, True) if best is None else np.asarray(worth > best + slack, dtype=bool)
            best = worth if best is None else np.where(better, worth, best)
            end, chosen = np.where(better, after, end), then if size == 1 else np.where(better[..., None], then, chosen)
        return end, chosen

    structure, chosen = continued(())
    unknown = np.asarray((found != found).any(axis=(-2, -1)), dtype=bool)
    return FormedSizes(np.where(unknown, -1, structure), np.where(unknown[..., None], 0, chosen))


def _at(
    payoffs: Payoffs, rows: dict[Sizes, int], structure: Int[np.ndarray, "*points"], size: int
) -> Shaped[np.ndarray, "*points"]:
    """Return what a member of a coalition of some size gets in the structure that forms at each point."""
    column = np.array([sizes.index(size) if size in sizes else 0 for sizes in rows])[structure]
    flat = payoffs.reshape(*payoffs.shape[:-2], -1)
    place = structure * payoffs.shape[-1] + column
    return np.asarray(np.take_along_axis(flat, place[..., None], axis=-1)[..., 0])
