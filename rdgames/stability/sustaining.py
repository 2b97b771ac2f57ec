"""How patient the members of a coalition must be to keep what they agreed on: from the game, over a grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float

from rdgames.deviations.checking import check_equilibrium
from rdgames.deviations.points import Asked
from rdgames.deviations.replies import best_replies
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.game.sentences import Sentence
from rdgames.kernel.levels import STARTS
from rdgames.sharing.coalitions import members, named
from rdgames.sharing.rule import Rule
from rdgames.stability.patience import critical_discount
from rdgames.stability.solving import PLAYER, RULE, Question, Variable, flagged, with_singles
from rdgames.stability.stable import is_one_rule, labelled_rules, stacked
from rdgames.stability.valuation import OWN, Dividing, valued_alone


def sustain(
    game: Game,
    regime: str,
    /,
    *,
    coalition: Sequence[str] | None = None,
    rule: Dividing | list[str | Rule] | Mapping[str, Dividing] = OWN,
    breaking: Any = None,
    starts: int = len(STARTS),
    extrapolate: bool = False,
    progress: Callable[[int, int], None] | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Say how patient the members of a coalition must be to keep what they agreed on, without a court.

    The game is played again and again. In every period the members choose what the regime says, and divide what they
    earn by a rule. A member that breaks the agreement chooses what is best for itself, while all others still choose
    what was agreed on; after its move everybody who sees it chooses as if all were alone; and it pays nobody, and gets
    nothing from others. Results that the members share are shared in that period, too. From the next period on all are
    alone, and share nothing. Each member's critical discount factor is that of
    `rdgames.stability.patience.critical_discount`, with

    - ``agreed``: its share;
    - ``breaking``: what it earns itself by the best of its deviations, which are looked for from outside, without
      first-order conditions (`rdgames.deviations.checking.check_equilibrium`), or at least by choosing what was agreed
      on and keeping what it earns;
    - ``after``: what it earns if all are alone.

    Parameters
    ----------
    game, regime, starts, extrapolate, progress, parameters
        As in `rdgames.sharing.worth.worth`.
    coalition
        The names of the members; all players if not given.
    rule
        As in `rdgames.stability.stable.stable`.
    breaking
        What each player earns by breaking the agreement, if it is known: an array with the players along the first axis
        and the points behind, or one that fits.

    Returns
    -------
    xarray.Dataset
        Dimensions ``player`` and the swept parameters, behind ``rule`` if several are given.

        - ``discount``: the critical discount factor of each player, NaN where no patience keeps the agreement or it is
          unknown, as ``status`` says; 0 for players who are no members.
        - ``agreed``, ``breaking``, ``after``: what it is computed from.
        - ``needed``: the largest discount factor of any, NaN where one is; ``hardest``: whose it is, or whom no
          patience keeps (the number of the player).
        - ``valid``: whether both are equilibria: of members who cooperate, and of all alone.

    Raises
    ------
    InputError, UnknownNameError, MissingValueError, OutsideDomainError
        As in `rdgames.stability.stable.stable`; or if there is no such player, the coalition has fewer than two, or
        ``breaking`` does not fit.
    DerivationError
        If what remains of the game after a deviation cannot be solved.

    Examples
    --------
    >>> from rdgames.game.explicit import explicit
    >>> from rdgames.modelfile.catalogue import load
    >>> game = explicit(load("daspremont-jacquemin"), n=2)
    >>> found = sustain(game, "cartel", a=100, b=1, c=60, gamma=8, beta_1_2=0, beta_2_1=0)
    >>> found["discount"].values.round(4).tolist(), found["needed"].item() < 1
    ([0.5079, 0.5079], True)
    """
    question = Question.read(game, regime, parameters, starts=starts, extrapolate=extrapolate, progress=progress)
    number = len(question.players)
    block = _read_coalition(question.players, coalition)
    rules = labelled_rules(rule)
    several = [part for part in range(1, 1 << number) if part & ~block == 0 and part & (part - 1)]
    solved = question.solve([with_singles(part, number) for part in (0, *several)])
    place = {part: row for row, part in enumerate(several, start=1)}
    earnings = solved.rows([place.get(part, 0) for part in range(1 << number)])
    after, own = (np.moveaxis(earnings.payoffs[..., row, :], -1, 0) for row in (0, block))
    given = _broken(question, block, own, parameters, extrapolate) if breaking is None else _fitted(breaking, own.shape)
    data = []
    for each in rules.values():
        shares = np.moveaxis(valued_alone(earnings.payoffs, each).payoffs[..., block, :], -1, 0)
        data.append(_variables(question, block, shares, given, after))
    found = stacked(data, compared=not is_one_rule(rule))
    valid = (earnings.failed[..., [0, block]] == 0).all(axis=-1)
    found["valid"] = (question.axes, valid, {"long_name": "whether there is an equilibrium with and without agreement"})
    label = {"long_name": "rule by which members divide what they earn"}
    labels = {RULE: ((), next(iter(rules)), label) if is_one_rule(rule) else ((RULE,), list(rules), label)}
    return question.dataset(found, labels, {"coalition": named(block, question.players)})


def _read_coalition(players: Sequence[str], coalition: Sequence[str] | None) -> int:
    """Return the members of a coalition as a number."""
    if coalition is None:
        coalition = players
    if isinstance(coalition, str):
        raise InputError(f"found the coalition {coalition!r}, expected a list of names such as {list(players[:2])}")
    for name in coalition:
        if name not in players:
            raise UnknownNameError("player", name, players)
    block = sum(1 << players.index(name) for name in set(coalition))
    if len(members(block)) < 2:
        raise InputError(f"found a coalition of {named(block, players)}, expected at least two members")
    return block


def _fitted(breaking: Any, shape: tuple[int, ...]) -> Float[np.ndarray, "..."]:
    """Return what each player earns by breaking an agreement, as it was given."""
    try:
        found = np.asarray(breaking, dtype=np.float64)
        found = found.reshape(found.shape + (1,) * (len(shape) - found.ndim)) if found.ndim else found
        return np.broadcast_to(found, shape)
    except (TypeError, ValueError):
        problem = f"expected numbers of shape {shape}: players first, then the swept parameters"
        raise InputError(f"found {breaking!r} for what players earn by breaking the agreement, {problem}") from None


def _broken(
    question: Question, block: int, own: np.ndarray, parameters: Mapping[str, Any], extrapolate: bool
) -> Float[np.ndarray, "..."]:
    """Return what each member earns by the best of its deviations; NaN where that is not decided."""
    game, cooperation = question.game, question.cooperation
    agreement = cooperation.among([[question.players[member] for member in members(block)]])
    sentence = game.regime(agreement).sentence
    apart = tuple(decision for decision in sentence.decisions if not decision.jointly)
    asked = Asked.read(game, agreement, parameters, extrapolate=extrapolate)
    # Not those of a sweep, which has none where a member earns less itself than outside: members pay each other.
    levels = best_replies(game, agreement).candidates.levels(asked.numbers, (asked.size,))
    possible = np.isfinite(own).all(axis=0)
    chosen = {name: np.where(possible, level.reshape(possible.shape), 0.0) for name, level in levels.items()}
    breaking = str(Sentence(apart, sentence.sharings))
    found = check_equilibrium(game, breaking, levels=chosen, extrapolate=extrapolate, **parameters)
    gains = np.zeros_like(own)
    for deviation in found.each:
        player = question.players.index(deviation.who)
        gains[player] = np.maximum(gains[player], deviation.gain)  # NaN if one is
        gains[player] = np.where(np.asarray(deviation.undecided) > 0, np.nan, gains[player])
    return np.asarray(own + gains)


def _variables(
    question: Question, block: int, agreed: np.ndarray, breaking: np.ndarray, after: np.ndarray
) -> dict[str, Variable]:
    """Return the variables for one rule."""
    member = np.array([block >> player & 1 == 1 for player in range(len(question.players))])
    apart = ~member.reshape(-1, *[1] * (agreed.ndim - 1))
    found = critical_discount(agreed, breaking, after)
    known = np.asarray(agreed == agreed)
    discount = np.where(apart & known, 0.0, found.discount)
    status = np.where(apart & known, 0, found.status)
    rows, amounts = (PLAYER, *question.axes), {"units": question.unit}
    return {
        "discount": (rows, discount, {"long_name": "critical discount factor", "units": ""}),
        "status": (rows, status.astype(np.int8), flagged(found.meanings, "whether patience keeps the agreement")),
        "agreed": (rows, agreed, {"long_name": "what the player gets by the agreement"} | amounts),
        "breaking": (rows, breaking, {"long_name": "what the player gets by breaking it once"} | amounts),
        "after": (rows, after, {"long_name": "what the player gets if all are alone"} | amounts),
        "needed": (question.axes, _largest(discount), {"long_name": "discount factor that keeps all", "units": ""}),
        "hardest": (question.axes, _hardest(discount, status), {"long_name": "the player that is hardest to keep"}),
    }


def _largest(discount: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    return np.asarray(discount.max(axis=0))  # NaN if one is


def _hardest(discount: np.ndarray, status: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(status > 0, 1.0 + status, np.nan_to_num(discount)).argmax(axis=0)).astype(np.int8)
