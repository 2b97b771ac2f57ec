"""Which coalitions are stable, while all others stay alone: from the game, over a grid of parameters."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.kernel.levels import STARTS
from rdgames.sharing.coalitions import named
from rdgames.sharing.rule import Rule
from rdgames.stability.alone import (
    REMAINING,
    InCore,
    core_stability,
    potential_surplus,
    potentially_internal,
    stable_coalitions,
)
from rdgames.stability.codes import MEANINGS
from rdgames.stability.solving import PLAYER, RULE, Earnings, Question, Variable, flagged, with_singles
from rdgames.stability.valuation import BUILT_IN, OWN, Dividing, Valuation, valued_alone
from rdgames.stability.verdict import Verdict

COALITION = "coalition"


def stable(
    game: Game,
    regime: str,
    /,
    *,
    rule: Dividing | list[str | Rule] | Mapping[str, Dividing] = OWN,
    remaining: str = "together",
    exclusive: bool = False,
    starts: int = len(STARTS),
    extrapolate: bool = False,
    progress: Callable[[int, int], None] | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Say of every coalition of the players of a game whether anybody leaves or joins it, over a grid of parameters.

    One coalition follows the regime, everybody else is alone, and the members divide what they earn by a rule. All
    definitions are those of `rdgames.stability.alone`; what the rule divides is told in `rdgames.stability.valuation`.

    Parameters
    ----------
    game, regime, starts, extrapolate, progress, parameters
        As in `rdgames.sharing.worth.worth`.
    rule
        "own": each keeps what it earns itself; or another way of dividing of
        `rdgames.stability.valuation.valued_alone`. Several, in a list, or by labels of your own in a mapping, to be
        compared.
    remaining
        What becomes of a coalition that a member leaves: "together" or "alone".
    exclusive
        Whether an outsider joins only if no member loses by that.

    Returns
    -------
    xarray.Dataset
        Dimensions ``coalition`` (bit i for player i; ``members`` has their names) and the swept parameters, behind
        ``rule`` if several are given.

        - ``internal``, ``external``, ``stable``: no member leaves, no outsider joins, both; False where that is not
          known: ``internal_status`` and ``external_status`` tell why.
        - ``leaver``, ``joiner``: who gains most by that (the number of the player, -1 for nobody), and
          ``gain_leaving``, ``gain_joining``, how much.
        - ``potentially_internal``: some division keeps all members; ``surplus`` is what it can give away.
        - ``core_stable``: no coalition earns more on its own than its members get if all cooperate; ``core_status``,
          ``core_blocking`` (0 for none) and ``core_excess`` tell which does, and by how much.
        - ``payoff``: what each player gets, with dimension ``player``; ``division_status``: why the rule does not say.
        - ``valid``, ``failed_condition``: where there is an equilibrium.

    Raises
    ------
    InputError, UnknownNameError, MissingValueError, OutsideDomainError
        As in `rdgames.sharing.worth.worth`; or if there is no such rule, or it does not fit coalitions.

    Examples
    --------
    >>> from rdgames.game.explicit import explicit
    >>> from rdgames.modelfile.catalogue import load
    >>> game = explicit(load("daspremont-jacquemin"), n=3)
    >>> spillovers = {name: 0.8 for name in game.parameter if name.startswith("beta")}
    >>> found = stable(game, "cartel", a=100, b=1, c=60, gamma=8, **spillovers)
    >>> from rdgames.stability.wording import explain
    >>> explain(found, [3])
    ['firms_1 and firms_2: nobody leaves; firms_3 gains 0.112 by joining']
    """
    question = Question.read(game, regime, parameters, starts=starts, extrapolate=extrapolate, progress=progress)
    rules = labelled_rules(rule)
    number = len(question.players)
    several = [coalition for coalition in range(1 << number) if coalition & (coalition - 1)]
    solved = question.solve([with_singles(coalition, number) for coalition in (0, *several)])
    place = {coalition: row for row, coalition in enumerate(several, start=1)}
    earnings = solved.rows([place.get(coalition, 0) for coalition in range(1 << number)])
    found = [
        _Answer.of(valued_alone(earnings.payoffs, each, remaining=remaining), remaining, exclusive)
        for each in rules.values()
    ]
    data = stacked([answer.variables(question) for answer in found], compared=not is_one_rule(rule))
    surplus = potential_surplus(earnings.payoffs, remaining=remaining)
    data |= _potential(earnings, surplus, potentially_internal(earnings.payoffs, remaining=remaining), question)
    about = {"remaining": remaining, "remaining_meaning": REMAINING[remaining], "membership": _membership(exclusive)}
    return question.dataset(data, _labels(question, rules, compared=not is_one_rule(rule)), about)


def labelled_rules(rule: Any) -> dict[str, Dividing]:
    """Return ways of dividing by what they are called."""
    if isinstance(rule, Mapping):
        found = dict(rule)
    else:
        given = [rule] if is_one_rule(rule) else list(rule)
        found = {_name(each): each for each in given}
        if len(found) < len(given):
            raise InputError("found a rule twice, expected labels that tell them apart: {'my label': rule, ...}")
    if not found:
        raise InputError(f"found no rule, expected some, such as {list(BUILT_IN)}")
    return found


def is_one_rule(rule: Any) -> bool:
    """Return whether a way of dividing is given, and not several to be compared."""
    return isinstance(rule, str | Rule) or callable(rule)


def _name(rule: Any) -> str:
    return rule if isinstance(rule, str) else str(getattr(rule, "name", getattr(rule, "__name__", rule)))


def _membership(exclusive: bool) -> str:
    return "an outsider joins if it gains" + (" and no member loses" if exclusive else "")


@dataclass(frozen=True, eq=False)
class _Answer:
    """What is found under one rule."""

    valued: Valuation
    internal: Verdict
    external: Verdict
    core: InCore

    @classmethod
    def of(cls, valued: Valuation, remaining: str, exclusive: bool) -> _Answer:
        found = stable_coalitions(valued.payoffs, remaining=remaining, exclusive=exclusive)
        return cls(valued, found.internal, found.external, core_stability(valued.payoffs))

    def variables(self, question: Question) -> dict[str, Variable]:
        axes, unit = question.axes, question.unit
        rows = (COALITION, *axes)

        def along(values: np.ndarray) -> np.ndarray:
            return np.moveaxis(values, -1, 0)

        def words(text: str) -> dict[str, Any]:
            return {"long_name": text}

        found: dict[str, Variable] = {
            "internal": (rows, along(self.internal.stable), words("no member gains by leaving alone")),
            "external": (rows, along(self.external.stable), words("no outsider gains by joining")),
            "stable": (rows, along(self.internal.stable & self.external.stable), words("nobody leaves, nobody joins")),
            "core_stable": (axes, self.core.stable, words("no coalition earns more than its members get")),
            "core_status": (axes, self.core.status, flagged(MEANINGS, "whether the grand coalition is in the core")),
            "core_blocking": (axes, self.core.by, words("first coalition with the largest excess, 0 for none")),
            "core_excess": (axes, self.core.excess, {**words("largest excess of a coalition"), "units": unit}),
        }
        for side, verdict, who, doing in (
            ("internal", self.internal, "leaver", "leaving"),
            ("external", self.external, "joiner", "joining"),
        ):
            found[f"{side}_status"] = (
                rows,
                along(verdict.status),
                flagged(MEANINGS, f"whether anybody gains by {doing}"),
            )
            player = np.array([-1, *(number.bit_length() - 1 for number in range(1, 1 << len(question.players)))])
            text = f"who gains most by {doing}: the number of the player, -1 for nobody"
            found[who] = (rows, along(player[verdict.by]).astype(np.int8), words(text))
            gain = {**words(f"largest gain of a player from {doing}"), "units": unit}
            found[f"gain_{doing}"] = (rows, along(verdict.gain), gain)
        payoffs = np.moveaxis(self.valued.payoffs, (-2, -1), (0, 1))
        found["payoff"] = ((COALITION, PLAYER, *axes), payoffs, {**words("what the player gets"), "units": unit})
        meaning = flagged(self.valued.meanings, "whether the rule divides what members earn")
        found["division_status"] = (rows, along(self.valued.status), meaning)
        return found


def stacked(each: list[dict[str, Variable]], *, compared: bool) -> dict[str, Variable]:
    """Return variables that have been found for one rule after another, along a dimension of rules.

    Numbers that stand for sentences are given anew, since rules may differ in what can go wrong.
    """
    if not compared:
        return dict(each[0])
    found: dict[str, Variable] = {}
    for name, (dims, _, attributes) in each[0].items():
        arrays = [one[name][1] for one in each]
        if "meanings" in attributes:
            sentences = [json.loads(one[name][2]["meanings"]) for one in each]
            every = list(dict.fromkeys(sentence for some in sentences for sentence in some))
            arrays = [
                np.array([every.index(sentence) for sentence in some], dtype=np.int8)[array]
                for some, array in zip(sentences, arrays, strict=True)
            ]
            attributes = flagged(every, attributes["long_name"])
        found[name] = ((RULE, *dims), np.stack(arrays), attributes)
    return found


def _potential(earnings: Earnings, surplus: np.ndarray, keeps: np.ndarray, question: Question) -> dict[str, Variable]:
    rows = (COALITION, *question.axes)
    over = {"long_name": "what is left if each member gets what it would by leaving", "units": question.unit}
    return {
        "surplus": (rows, np.moveaxis(surplus, -1, 0), over),
        "potentially_internal": (rows, np.moveaxis(keeps, -1, 0), {"long_name": "some division keeps all members"}),
        **earnings.validity(COALITION, question.axes),
    }


def _labels(question: Question, rules: Mapping[str, Any], *, compared: bool) -> dict[str, Any]:
    coalitions = np.arange(1 << len(question.players))
    names = [named(coalition, question.players) for coalition in coalitions]
    found: dict[str, Any] = {
        COALITION: (COALITION, coalitions, {"long_name": "coalition, bit i for player i"}),
        "members": (COALITION, names, {"long_name": "members of the coalition"}),
    }
    label = {"long_name": "rule by which members divide what they earn"}
    found[RULE] = ((RULE,), list(rules), label) if compared else ((), next(iter(rules)), label)
    return found
