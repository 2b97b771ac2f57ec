"""One coalition while all others stay alone: whether anybody leaves it, or joins it.

A table has a row for each coalition S, as in `rdgames.sharing.coalitions`, and in it what each player gets if the
members of S cooperate and everybody else is alone. The rows of nobody, and of each player by itself, are all alike.

>>> # Three firms of a linear Cournot market in a cartel of two, or three: profits 1/(k + 1)**2 for k sellers.
>>> two = [1 / 18, 1 / 18, 1 / 9]
>>> payoffs = [[1 / 16] * 3] * 3 + [two] + [[1 / 16] * 3] + [[two[0], two[2], two[1]], two[::-1], [1 / 12] * 3]
>>> found = stable_coalitions(payoffs)
>>> found.internal.stable.tolist()  # a cartel of two loses, and one of three is left for the outsider's profit
[True, True, True, False, True, False, False, False]
>>> potential_surplus(payoffs).round(4).tolist()[-1]
-0.0833
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Int, Int8, Shaped

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.coalitions import membership
from rdgames.sharing.folding import over_members
from rdgames.stability.codes import STABLE, UNDECIDED, UNKNOWN, UNSTABLE
from rdgames.stability.verdict import Moves, Payoffs, Verdict, judge, read_payoffs, rounding_of

REMAINING: dict[str, str] = {
    "together": "those whom a member leaves stay together",
    "alone": "a coalition that a member leaves breaks up into single players",
}
"""What becomes of a coalition that a member leaves: the delta and gamma games of Hart and Kurz (1983)."""


@dataclass(frozen=True, eq=False)
class Alone:
    """Whether anybody leaves or joins each coalition.

    Attributes
    ----------
    internal
        No member gains by leaving alone. Rows are those left.
    external
        No outsider gains by joining. Rows are the enlarged coalitions.
    """

    internal: Verdict
    external: Verdict

    @property
    def stable(self) -> Bool[np.ndarray, "*points coalitions"]:
        """Whether nobody leaves and nobody joins; False where that is not known."""
        return np.asarray(self.internal.stable & self.external.stable)


@dataclass(frozen=True, eq=False)
class InCore:
    """Whether some coalition earns more on its own than its members get if all cooperate, at each point.

    Attributes
    ----------
    status
        By `rdgames.stability.verdict.MEANINGS`; to move is to leave as a coalition.
    excess
        The largest sum by which a coalition, other than nobody and everyone, earns more than its members get; NaN where
        all are unknown.
    by
        The first coalition that has it; 0 where no coalition is known to earn more.
    """

    status: Int8[np.ndarray, "*points"]
    excess: Shaped[np.ndarray, "*points"]
    by: Int[np.ndarray, "*points"]

    @property
    def stable(self) -> Bool[np.ndarray, "*points"]:
        """Whether no coalition earns more on its own; False where that is not known."""
        return np.asarray(self.status == STABLE)


def stable_coalitions(payoffs: Any, *, remaining: str = "together", exclusive: bool = False) -> Alone:
    """Say of every coalition whether a member gains by leaving it, or an outsider by joining it.

    With f(i, S) what i gets if S is formed and all others are alone, S is

    - internally stable if f(i, S) >= f(i, S - i) for all members i; if a coalition breaks up as soon as one leaves,
      f(i, nobody) stands in the place of f(i, S - i);
    - externally stable if f(j, S) >= f(j, S + j) for all outsiders j.

    A coalition of one or none cannot be left. (C. d'Aspremont, A. Jacquemin, J. J. Gabszewicz and J. A. Weymark, On the
    Stability of Collusive Price Leadership, Canadian Journal of Economics 16 (1983), 17-25.)

    Parameters
    ----------
    payoffs
        What each player gets if each coalition is formed, [..., 2**P, P]; NaN where unknown.
    remaining
        What becomes of a coalition that a member leaves, by `REMAINING`.
    exclusive
        Whether an outsider joins only if no member loses by that.

    Raises
    ------
    InputError
        If the table has not a row for each coalition.
    UnknownNameError
        If there is no such assumption.
    """
    found = read_alone(payoffs)
    return Alone(judge(found, _leaving(found, remaining)), judge(found, _joining(found, exclusive=exclusive)))


def potential_surplus(payoffs: Any, *, remaining: str = "together") -> Shaped[np.ndarray, "*points coalitions"]:
    """Return what is left if every member gets as much as it would by leaving: v(S) - sum over i in S of f(i, S - i).

    Not negative exactly where some division of what the members earn keeps all of them: potential internal stability
    (C. Carraro, J. Eyckmans and M. Finus, Optimal Transfers and Participation Decisions in International Environmental
    Agreements, Review of International Organizations 1 (2006), 379-396). 0 for nobody and single players; NaN where
    unknown. Members' payoffs may be divided by any rule, since only their sum counts. Parameters and errors as of
    `stable_coalitions`.
    """
    found = read_alone(payoffs)
    surplus = within(found).sum(axis=-1)
    for moves in _leaving(found, remaining):
        player = moves.by.bit_length() - 1
        has = membership(found.shape[-1])[:, player]
        lost = np.where(has, found[..., moves.to[:, 0], player], 0 * found[..., :1, player])
        surplus = surplus - lost
    single = membership(found.shape[-1]).sum(axis=-1) <= 1
    result: Shaped[np.ndarray, "*points coalitions"] = np.where(single, 0 * found.sum(axis=-1), surplus)
    return result


def potentially_internal(payoffs: Any, *, remaining: str = "together") -> Bool[np.ndarray, "*points coalitions"]:
    """Return whether some division of what the members earn keeps all of them; False where that is not known."""
    found = read_alone(payoffs)
    surplus = potential_surplus(found, remaining=remaining)
    return np.asarray(surplus >= -found.shape[-1] * rounding_of(found)[..., None], dtype=bool)


def profitable(payoffs: Any) -> Int8[np.ndarray, "*points coalitions"]:
    """Return for each coalition whether its members earn more together than if all were alone: 1, 0, or -1 if unknown.

    (S. W. Salant, S. Switzer and R. J. Reynolds, Losses from Horizontal Merger, Quarterly Journal of Economics 98
    (1983), 185-199.) Nobody and single players gain nothing.
    """
    found = read_alone(payoffs)
    more = within(found).sum(axis=-1) - np.where(membership(found.shape[-1]), found[..., :1, :], 0).sum(axis=-1)
    gains = np.asarray(more > rounding_of(found)[..., None], dtype=bool)
    return np.where(np.asarray(more == more, dtype=bool), gains, -1).astype(np.int8)


def within(payoffs: Payoffs) -> Payoffs:
    """Return what members get of a table with a row for each coalition, and 0 for all others."""
    members_only: Payoffs = np.where(membership(payoffs.shape[-1]), payoffs, 0 * rounding_of(payoffs)[..., None, None])
    return members_only


def read_alone(payoffs: Any) -> Payoffs:
    """Return a table of payoffs with a row for each coalition."""
    found = read_payoffs(payoffs)
    if found.shape[-2] != 1 << found.shape[-1]:
        players = found.shape[-1]
        raise InputError(f"found {found.shape[-2]} rows for {players} players, expected 2**P, here {1 << players}")
    return found


def left_by(players: int, player: int, remaining: str) -> Any:
    """Return which coalition is left of each if a player leaves it; the coalition itself if it cannot be left."""
    if remaining not in REMAINING:
        raise UnknownNameError("assumption about those who remain", remaining, REMAINING)
    coalitions = np.arange(1 << players)
    left = (coalitions >> player & 1 == 1) & (coalitions != 1 << player)
    return np.where(left, coalitions ^ 1 << player if remaining == "together" else 0, coalitions)


def _leaving(payoffs: Payoffs, remaining: str) -> Iterator[Moves]:
    players = payoffs.shape[-1]
    for player in range(players):
        yield Moves(1 << player, left_by(players, player, remaining)[:, None])


def _joining(payoffs: Payoffs, *, exclusive: bool) -> Iterator[Moves]:
    players = payoffs.shape[-1]
    coalitions = np.arange(1 << players)
    for player in range(players):
        joined = np.where(coalitions == 0, 0, coalitions | 1 << player)
        asked = np.where(joined != coalitions, coalitions, 0)[:, None] if exclusive else None
        yield Moves(1 << player, joined[:, None], asked)


def core_stability(payoffs: Any) -> InCore:
    """Say whether some coalition earns more on its own than its members get if all cooperate.

    The grand coalition is stable if its payoffs are in the gamma core: no coalition S, all others being alone, earns
    more than what its members get together (P. Chander and H. Tulkens, The Core of an Economy with Multilateral
    Environmental Externalities, International Journal of Game Theory 26 (1997), 379-401). Parameters and errors as of
    `stable_coalitions`.
    """
    found = read_alone(payoffs)
    players = found.shape[-1]
    slack = rounding_of(found)[..., None]
    coalitions = np.arange(1, (1 << players) - 1)
    earned = within(found).sum(axis=-1)[..., coalitions]
    gets = over_members(found[..., -1, :])[..., coalitions]
    here = np.asarray((found[..., -1, :] == found[..., -1, :]).all(axis=-1), dtype=bool)
    excess = earned - gets
    known = np.asarray(excess == excess, dtype=bool)
    each = np.concatenate([0 * slack, np.where(known, excess, -np.inf)], axis=-1)  # nobody has no excess
    largest = each[..., 1:].max(axis=-1) if players > 1 else 0 * slack[..., 0]
    blocked = known.any(axis=-1) & np.asarray(largest > slack[..., 0], dtype=bool)
    by = np.where(blocked, each.argmax(axis=-1), 0)
    status = np.where(blocked, UNSTABLE, np.where(~here, UNKNOWN, np.where(known.all(axis=-1), STABLE, UNDECIDED)))
    excess = np.where(known.any(axis=-1) | (players == 1), largest, np.nan)
    return InCore(status.astype(np.int8), excess, by)
