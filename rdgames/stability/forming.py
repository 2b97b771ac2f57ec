"""Which partitions of the players are stable, and which one forms: from the game, over a grid of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.kernel.levels import STARTS
from rdgames.sharing.coalitions import named
from rdgames.sharing.partitions import partitions
from rdgames.sharing.rule import Rule
from rdgames.stability.codes import MEANINGS
from rdgames.stability.sequential import MEANINGS as FORMATION
from rdgames.stability.sequential import MOST_PROPOSING, propose_coalitions
from rdgames.stability.solving import PLAYER, RULE, Question, Variable, flagged
from rdgames.stability.stable import is_one_rule, labelled_rules, stacked
from rdgames.stability.structures import MEMBERSHIP, stable_partitions
from rdgames.stability.valuation import OWN, Dividing, Valuation, valued_in_partitions

PARTITION, MEMBERS_MAY = "partition", "membership"


def form(
    game: Game,
    regime: str,
    /,
    *,
    rule: Dividing | list[str | Rule] | Mapping[str, Dividing] = OWN,
    membership: str | Iterable[str] | None = None,
    together: bool = False,
    order: Sequence[str] | None = None,
    remaining: str = "together",
    starts: int = len(STARTS),
    extrapolate: bool = False,
    progress: Callable[[int, int], None] | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Say of every partition of the players of a game whether it is stable, and which one forms by proposals.

    The game is solved in all partitions; each coalition follows the regime among its members, and divides what it earns
    by a rule.

    Parameters
    ----------
    game, regime, starts, extrapolate, progress, parameters
        As in `rdgames.sharing.worth.worth`.
    rule
        As in `rdgames.stability.stable.stable`.
    membership
        One or several of "open", "exclusive", "delta" and "gamma"; all that there are if not given. See
        `rdgames.stability.structures.stable_partitions`.
    together
        Whether several players may also move at once; then there is no "exclusive".
    order
        In which order players propose coalitions, as they stand in the game if not given; see
        `rdgames.stability.sequential.propose_coalitions`.
    remaining
        What "almost-ideal" takes to become of a coalition that a member leaves: "together", as for all memberships but
        "gamma", for which it keeps every coalition that can be kept only if this is "alone".

    Returns
    -------
    xarray.Dataset
        Dimensions ``partition`` (``blocks`` has its coalitions in words) and the swept parameters, behind ``rule`` and
        ``membership`` if several are given.

        - ``stable``, ``status``: whether nobody gains by moving, and why it is not known.
        - ``movers``, ``becomes``, ``gain``: who moves (a coalition, 0 for nobody), to which partition, and what the one
          who gains least gets more.
        - ``formed``, ``formed_status``: the partition that forms by proposals, -1 where none is settled, and why; for
          up to 7 players.
        - ``payoff``: what each player gets, with dimension ``player``; ``division_status``: why the rule does not say.
        - ``valid``, ``failed_condition``: where there is an equilibrium.

    Raises
    ------
    InputError, UnknownNameError, MissingValueError, OutsideDomainError
        As in `rdgames.stability.stable.stable`; or if there is no such membership, player or assumption.

    Examples
    --------
    >>> from rdgames.game.explicit import explicit
    >>> from rdgames.modelfile.catalogue import load
    >>> game = explicit(load("daspremont-jacquemin"), n=3)
    >>> spillovers = {name: 0.8 for name in game.parameter if name.startswith("beta")}
    >>> found = form(game, "cartel", membership="open", a=100, b=1, c=60, gamma=8, **spillovers)
    >>> found["stable"].values.tolist(), found["blocks"].values[int(found["formed"])].item()
    ([True, False, False, False, False], 'firms_1, firms_2 and firms_3')
    """
    question = Question.read(game, regime, parameters, starts=starts, extrapolate=extrapolate, progress=progress)
    rules, asked = labelled_rules(rule), _read_memberships(membership, together=together)
    turns, one = _read_order(question.players, order), isinstance(membership, str)
    every = partitions(len(question.players))
    earnings = question.solve(every)
    found = []
    for each in rules.values():
        valued = valued_in_partitions(earnings.payoffs, each, remaining=remaining)
        found.append(_judged(valued, question, asked, one=one, together=together) | _formed(valued, question, turns))
    data = stacked(found, compared=not is_one_rule(rule)) | earnings.validity(PARTITION, question.axes)
    words = ["; ".join(named(block, question.players) for block in partition) for partition in every]
    label = {"long_name": "rule by which members divide what they earn"}
    may = {
        "long_name": "who may move where",
        "descriptions": "; ".join(f"{name}: {MEMBERSHIP[name]}" for name in asked),
    }
    labels = {
        PARTITION: (PARTITION, np.arange(len(every)), {"long_name": "partition of the players"}),
        "blocks": (PARTITION, words, {"long_name": "coalitions of the partition"}),
        RULE: ((), next(iter(rules)), label) if is_one_rule(rule) else ((RULE,), list(rules), label),
        MEMBERS_MAY: ((), asked[0], may) if one else ((MEMBERS_MAY,), asked, may),
    }
    about = {"moves": "of several players at once" if together else "of one player"}
    return question.dataset(data, labels, about | {"order": ", ".join(question.players[turn] for turn in turns)})


def _read_memberships(membership: str | Iterable[str] | None, *, together: bool) -> list[str]:
    if membership is None:
        return [name for name in MEMBERSHIP if name != "exclusive" or not together]
    asked = [membership] if isinstance(membership, str) else list(membership)
    for name in asked:
        if name not in MEMBERSHIP:
            raise UnknownNameError("membership", name, MEMBERSHIP)
    if not asked or len(set(asked)) < len(asked):
        raise InputError(f"found the memberships {asked}, expected some of {', '.join(MEMBERSHIP)}, each once")
    return asked


def _read_order(players: Sequence[str], order: Sequence[str] | None) -> list[int]:
    if order is None:
        return list(range(len(players)))
    for name in order:
        if name not in players:
            raise UnknownNameError("player", name, players)
    if sorted(order) != sorted(players):
        raise InputError(f"found the order {', '.join(order)}, expected each of {', '.join(players)} once")
    return [players.index(name) for name in order]


def _judged(
    valued: Valuation, question: Question, asked: Sequence[str], *, one: bool, together: bool
) -> dict[str, Variable]:
    """Return the variables that tell who moves, along a dimension of memberships if there may be several."""
    verdicts = [stable_partitions(valued.payoffs, membership, together=together) for membership in asked]
    rows = (*([] if one else [MEMBERS_MAY]), PARTITION, *question.axes)

    def along(name: str) -> np.ndarray:
        each = [np.moveaxis(getattr(verdict, name), -1, 0) for verdict in verdicts]
        return each[0] if one else np.stack(each)

    payoffs = np.moveaxis(valued.payoffs, (-2, -1), (0, 1))
    units = {"units": question.unit}
    gain = {"long_name": "what the one who gains least of the movers gets more"}
    division = flagged(valued.meanings, "whether the rule divides what members earn")
    return {
        "stable": (rows, along("stable"), {"long_name": "nobody gains by moving"}),
        "status": (rows, along("status"), flagged(MEANINGS, "whether anybody gains by moving")),
        "gain": (rows, along("gain"), gain | units),
        "movers": (rows, along("by"), {"long_name": "who gains most by moving, bit i for player i, 0 for nobody"}),
        "becomes": (rows, along("to"), {"long_name": "the partition that results, the same one if nobody moves"}),
        "payoff": ((PARTITION, PLAYER, *question.axes), payoffs, {"long_name": "what the player gets"} | units),
        "division_status": ((PARTITION, *question.axes), np.moveaxis(valued.status, -1, 0), division),
    }


def _formed(valued: Valuation, question: Question, turns: Sequence[int]) -> dict[str, Variable]:
    """Return the variables that tell which partition forms by proposals, if there are not too many players."""
    if len(question.players) > MOST_PROPOSING:
        return {}
    found = propose_coalitions(valued.payoffs, turns)
    what = {"long_name": "the partition that forms by proposals, -1 for none"}
    return {
        "formed": (question.axes, found.partition, what),
        "formed_status": (question.axes, found.status, flagged(FORMATION, "whether a partition forms by proposals")),
    }
