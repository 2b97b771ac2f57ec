"""The design of rules and contracts: their parameters chosen for a purpose, under what members and others ask for.

>>> from rdgames.modelfile.catalogue import load
>>> game = load("katz-1986")  # firms keep a part theta of their gross profit, and give the rest to the others
>>> given = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 5, "beta": 0.2, "sigma_c": 0.5}
>>> found = design(game, "gross-sharing", choose={"theta": (0.2, 1)}, maximize="profit", **given)
>>> round(found["choice"].sel(chosen="theta").item(), 6), found["status_meaning"].item()
(0.75, 'the best choice that satisfies all requirements')
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float
from scipy.stats import qmc

from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.grid.labels import coordinates, provenance
from rdgames.sharing.best_choice import Chosen, Search
from rdgames.sharing.choosing import Choosing, read_fraction, standpoint
from rdgames.sharing.contracts import Contract
from rdgames.sharing.margins import ExactFormulas, Formulas, compile_formulas
from rdgames.sharing.ranges import Line, stretch_around
from rdgames.sharing.requirements import MEANINGS, Requirement

SCREENED = {1: 257, 2: 33, 3: 13}
"""How many values of each choice are tried first, by how many there are; of more choices together `MANY`."""
MANY = 4096

_INSIDE = 1e-9
"""By how much of its range a constraint that binds is to hold: the best choice is moved inside, to be provably good."""
_MEETS, _ROUNDED = 1e-8, 1e-12
"""By how much of its range an equation may fail to hold, and a margin that is no fraction be negative."""


def design(
    game: Game | Contract,
    regime: str | None = None,
    /,
    *,
    choose: Mapping[str, Any],
    maximize: Any,
    subject: Iterable[Any] | str = (),
    received: Mapping[str, Any] | None = None,
    together: str | None = None,
    alone: str = "competition",
    starts: int = 3,
    extrapolate: bool = False,
    progress: Callable[[int, int], None] | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Choose parameters of a rule or contract, at every point of a grid of the others.

    Parameters
    ----------
    game, regime
        The game and the regime that is designed, or a contract (`rdgames.sharing.contracts.contract`) alone.
    choose
        The parameters to choose, shares, weights, subsidies, each with a lower and an upper bound.
    maximize
        A formula of outcomes, ``"welfare"`` or ``"welfare - 2*subsidy"``; "smallest gain" for the smallest gain of a
        member over its outside option; or a list of formulas, the smallest of which is to be large.
    subject
        What must hold: inequalities such as ``"profit >= competition.profit"``, equations such as
        ``"x_1 == 2*x_2"``, and the names "participation", "stability", "core" and "budget"
        (`rdgames.sharing.requirements`).
    received
        For each member, a formula of what it gets; its payoff if left out. A contract says it.
    together
        The regime of all players that a coalition which leaves follows among its own members; the one that is designed
        if left out. A contract says it.
    alone
        The regime of members' outside option.
    starts
        From how many of the choices screened to search.
    extrapolate, parameters
        The values of all other parameters, as in `rdgames.grid.sweep.sweep`.
    progress
        Is told how many points are done, of how many.

    Returns
    -------
    xarray.Dataset
        Dimensions ``chosen``, ``constraint`` (bounds are the last of them) and the swept parameters. ``choice``;
        ``objective``; ``low`` and ``high``, the range around each choice in which everything holds while the other
        choices stay; ``status``, by its attribute ``flag_meanings``, and ``status_meaning`` in words: where no
        choice satisfies everything, that is given at which what is violated most is violated least. Of each
        constraint: ``margin``, of an equation the left side less the right one; ``binds``; ``multiplier``, by how much
        the objective would rise for each unit by which it were relaxed, of an equation for each unit by which its left
        side were less than its right one, NaN at what is no optimum; ``conflict``, whether it is one of those that no
        choice reconciles. ``checked_margin`` is the margin by an independent road, exact at rational points where there
        is a closed form, and ``certified`` says that there all equilibria are valid, no margin is negative, and
        equations hold up to rounding.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, ExpressionError, InputError
        If names, formulas or values do not fit the game.
    DerivationError
        If there is no equilibrium.
    """
    stand = standpoint(game, regime, received, together, alone)
    if not isinstance(starts, int) or starts < 1:
        raise InputError(f"found {starts!r} starts, expected a whole number of at least 1")
    requirements, objectives = stand.read(subject), stand.objectives(maximize)
    choosing = Choosing.read(stand.game, stand.regime, choose, parameters, extrapolate=extrapolate)
    wanted = (*objectives, *(each.margin for each in requirements))
    formulas = compile_formulas(stand.game, stand.regime, wanted, choosing.names)
    every = (*requirements, *choosing.bounds())
    exact = ExactFormulas(stand.game, [each.margin for each in every], formulas.regimes)
    results = []
    for place in range(choosing.grid.size):
        results.append(_Point(choosing, formulas, exact, every, place).designed(starts))
        if progress is not None:
            progress(place + 1, choosing.grid.size)
    return _labelled(choosing, stand.regime, every, results)


def screened(count: int) -> Float[np.ndarray, "points chosen"]:
    """Return choices from 0 to 1 that are spread evenly: a grid, or a low-discrepancy sequence (Sobol 1967)."""
    if count in SCREENED:
        axes = [np.linspace(0, 1, SCREENED[count])] * count
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, count)
    return np.asarray(qmc.Sobol(count, scramble=False).random(MANY))


class _Point:
    """A design at one point of the grid."""

    def __init__(
        self, choosing: Choosing, formulas: Formulas, exact: ExactFormulas, every: Sequence[Requirement], place: int
    ) -> None:
        self.choosing, self.formulas, self.exact, self.place = choosing, formulas, exact, place
        self.objectives = len(formulas.formulas) + 2 * len(choosing.names) - len(every)
        self.equal = np.array([each.equation for each in every])
        self.evaluate = choosing.here(formulas, place)

    def designed(self, starts: int) -> dict[str, Any]:
        """Return the results by name."""
        low, high = self.choosing.low, self.choosing.high
        units = screened(len(low))
        search = Search(self.evaluate, self.objectives, low, high, self.equal)
        chosen = search.best(units, self.evaluate(low + units * (high - low)), starts)
        where, certified, checked = self._certified(chosen)
        objective, margins = self._there(where)
        least, most = np.full(len(low), np.nan), np.full(len(low), np.nan)
        if np.isfinite(where).all() and certified:
            rows = self.objectives + np.flatnonzero(~self.equal[: -2 * len(low)])
            for place in range(len(low)):
                line = Line(self.place, where, place)
                if self._fixed(chosen, place):
                    least[place] = most[place] = where[place]
                else:
                    least[place], most[place] = stretch_around(self.choosing, self.formulas, rows, line)
        return {
            "choice": where,
            "low": least,
            "high": most,
            "objective": objective,
            "status": chosen.status,
            "margin": margins,
            "binds": chosen.binding,
            "multiplier": chosen.multipliers,
            "conflict": chosen.conflict,
            "checked_margin": checked,
            "certified": certified,
        }

    def _fixed(self, chosen: Chosen, place: int) -> bool:
        """Return whether an equation would not hold any more if one choice alone were another one."""
        steep = np.abs(chosen.slopes[self.equal, place]) * (self.choosing.high - self.choosing.low)[place]
        return bool((steep > _MEETS * chosen.sizes[self.equal]).any())

    def _there(self, where: Float[np.ndarray, " chosen"]) -> tuple[float, Float[np.ndarray, " margins"]]:
        """Return the smallest objective, and the margins of all constraints, at a choice; none if there is none."""
        levels = self.evaluate(where[None]).values[0]
        if not np.isfinite(where).all():  # what was computed there is of no equilibrium
            levels = np.full(len(levels), np.nan)
        bounds = np.concatenate([where - self.choosing.low, self.choosing.high - where])
        return float(levels[: self.objectives].min()), np.concatenate([levels[self.objectives :], bounds])

    def _certified(self, chosen: Chosen) -> tuple[Float[np.ndarray, " chosen"], bool, Float[np.ndarray, " margins"]]:
        """Return the choice, moved inside what binds, with its margins by the other road, and whether all hold."""
        nothing = np.full(len(chosen.margins), np.nan)
        if not np.isfinite(chosen.choice).all():
            return chosen.choice, False, nothing
        others = {name: read_fraction(value) for name, value in self.choosing.point(self.place).items()}
        found: tuple[Any, bool, Any] = (chosen.choice, False, nothing)
        for push in (0.0, 1.0, 10.0, 100.0, 1000.0) if not chosen.conflict.any() else (0.0,):
            where = [Fraction(each).limit_denominator(10**12) for each in self._inside(chosen, push * _INSIDE)]
            valid, margins = self.exact.at({**others, **dict(zip(self.choosing.names, where, strict=True))})
            if valid:
                holds = self._hold(margins, chosen)
                found = (np.array([float(each) for each in where]), holds, np.array([float(each) for each in margins]))
                if holds:
                    break
        return found

    def _hold(self, margins: Sequence[Any], chosen: Chosen) -> bool:
        """Return whether all constraints hold by margins that are fractions, or floats with their rounding."""
        met = []
        for margin, size, equal in zip(margins, chosen.sizes, self.equal, strict=True):
            slack = _ROUNDED * size if isinstance(margin, float) else 0
            met.append(abs(margin) <= _MEETS * size if equal else margin >= -slack)
        return all(met)

    def _inside(self, chosen: Chosen, by: float) -> Float[np.ndarray, " chosen"]:
        """Return the nearest choice at which what binds holds by some part of what it would gain over the bounds.

        Equations go on holding.
        """
        width = self.choosing.high - self.choosing.low
        steep = chosen.slopes[chosen.binding] * width
        if not by or not len(steep):
            return chosen.choice
        size = np.maximum(np.abs(steep).max(axis=1), 1e-300)
        gained = np.where(self.equal[chosen.binding], 0.0, by)
        step = np.linalg.lstsq(steep / size[:, None], gained, rcond=None)[0]
        inside: Float[np.ndarray, " chosen"] = chosen.choice + step * width
        return np.asarray(np.clip(inside, self.choosing.low, self.choosing.high))


_ALONG: dict[str, tuple[tuple[str, ...], str]] = {
    "choice": (("chosen",), "the best choice"),
    "low": (("chosen",), "lowest value near the choice at which everything holds, the other choices as they are"),
    "high": (("chosen",), "highest value near the choice at which everything holds, the other choices as they are"),
    "objective": ((), "what was maximized"),
    "status": ((), "what became of the design"),
    "margin": (("constraint",), "by how much the constraint holds"),
    "binds": (("constraint",), "whether the constraint binds"),
    "multiplier": (("constraint",), "rise of the objective for each unit by which the constraint were relaxed"),
    "conflict": (("constraint",), "whether the constraint is among those that no choice reconciles"),
    "checked_margin": (("constraint",), "by how much the constraint holds, by an independent road"),
    "certified": ((), "whether all equilibria are valid and no checked margin is negative"),
}


def _labelled(
    choosing: Choosing, regime: str, requirements: tuple[Requirement, ...], results: list[dict[str, Any]]
) -> xr.Dataset:
    grid, shape = choosing.grid, choosing.grid.shape
    data: dict[str, Any] = {}
    for name, (dims, meaning) in _ALONG.items():
        values = np.stack([np.asarray(result[name]) for result in results], axis=-1)
        data[name] = ((*dims, *grid.axes), values.reshape((*values.shape[:-1], *shape)), {"long_name": meaning})
    data["status"][2]["flag_values"] = np.arange(len(MEANINGS))
    data["status"][2]["flag_meanings"] = json.dumps(MEANINGS)
    words = np.array(MEANINGS)[data["status"][1]]
    data["status_meaning"] = (tuple(grid.axes), words, {"long_name": "what became of the design, in words"})
    coords = {name: each for name, each in coordinates(choosing.game, (regime,), grid).items() if name != "regime"}
    coords["chosen"] = ("chosen", list(choosing.names), {"long_name": "parameter that is chosen"})
    labels = [each.label for each in requirements]
    coords["constraint"] = ("constraint", labels, {"long_name": "what must hold"})
    return xr.Dataset(data, coords, provenance(choosing.game, (regime,)))
