"""The best choice of a few parameters under constraints, at one point of the others.

Everything is scaled: choices to [0, 1], margins and objectives by how much they vary. A batch of choices is screened
first. SciPy's sequential quadratic programming (Kraft 1988) then starts from the best of them, with exact derivatives.
Of all choices that it visits, the best is kept that is valid and satisfies the constraints. At the end multipliers are
found as the weights, none negative, with which the constraints that bind hold the objective in balance (Karush 1939;
Kuhn and Tucker 1951): how much the objective would rise for each unit by which a constraint were relaxed.

Where no choice satisfies all constraints, that is looked for at which the one that is most violated is violated least;
those that are in balance there cannot hold together nearby.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from scipy.optimize import minimize, nnls

from rdgames.sharing.margins import Values
from rdgames.sharing.requirements import CONFLICT, EDGE, FOUND, NO_EQUILIBRIUM

TOLERANCE, BINDING, BALANCED = 1e-9, 1e-6, 1e-4
"""By how much, in scaled margins, constraints may fail; below what they bind; how far from balance is balanced."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """The best choice at one point.

    Attributes
    ----------
    status
        The place in `MEANINGS` of what became of it.
    choice
        The parameters; NaN if there is no equilibrium.
    objective
        The smallest objective there.
    margins, slopes
        Those of the constraints, with derivatives with respect to each choice.
    binding
        Which constraints bind.
    multipliers
        By how much the objective would rise for each unit by which a constraint were relaxed.
    conflict
        Which constraints cannot hold together, where none satisfies all.
    """

    status: int
    choice: Float[np.ndarray, " chosen"]
    objective: float
    margins: Float[np.ndarray, " constraints"]
    slopes: Float[np.ndarray, "constraints chosen"]
    binding: Bool[np.ndarray, " constraints"]
    multipliers: Float[np.ndarray, " constraints"]
    conflict: Bool[np.ndarray, " constraints"]


@dataclass(eq=False)
class Search:
    """A search at one point.

    Attributes
    ----------
    evaluate
        The formulas at some choices, [points, chosen]: objectives first, then constraints.
    objectives
        How many of the formulas are objectives.
    low, high
        The bounds of the choices; they are constraints too, at the end of the list.
    """

    evaluate: Callable[[Float[np.ndarray, "points chosen"]], Values]
    objectives: int
    low: Float[np.ndarray, " chosen"]
    high: Float[np.ndarray, " chosen"]
    _visited: dict[bytes, tuple[np.ndarray, np.ndarray, bool]] = field(default_factory=dict)
    _scale: np.ndarray = field(default_factory=lambda: np.ones(0))

    def best(self, screened: Float[np.ndarray, "points chosen"], values: Values, starts: int) -> Chosen:
        """Return the best choice, given what is known of a batch of choices from 0 to 1."""
        valid = values.valid
        if not valid.any():
            return self._nothing(values)
        levels = self._with_bounds(screened, values.values)[valid]
        low, high = np.quantile(levels, (0.1, 0.9), axis=0)  # some may be huge near where second-order conditions end
        self._scale = np.where(high > low, high - low, np.maximum(np.abs(levels).max(axis=0), 1.0))
        self._scale[: self.objectives] = self._scale[: self.objectives].max()  # the smallest is that in their own unit
        places, worst = screened[valid], self._worst(levels)
        holds = worst >= -TOLERANCE
        merit = np.where(holds, self._merit(levels), -np.inf)
        order = np.lexsort((-worst, -merit))
        self._visited = {}
        candidates = [places[place] for place in order[:1]]
        for start in _apart(places[order], starts):
            candidates += self._climb(start)
        fit = []
        for place, where in enumerate(candidates):
            level, _, good = self._looked(where)
            if good and self._worst(level) >= -TOLERANCE:
                fit.append((float(self._merit(level)), place))
        if not fit:
            return self._in_conflict(places[np.argsort(-worst)], starts)
        return self._described(candidates[max(fit)[1]], conflict=False)

    def _climb(self, start: np.ndarray) -> list[np.ndarray]:
        """Return what is visited on the way up from a start."""
        constraints = slice(self.objectives, None)
        if self.objectives == 1:
            return self._programmed(start, None, constraints)
        level, _, _ = self._looked(start)
        return self._programmed(np.append(start, self._merit(level)), slice(0, self.objectives), constraints)

    def _programmed(self, first: np.ndarray, lifted: slice | None, rows: slice) -> list[np.ndarray]:
        """Maximize the first level or, if others are ``lifted``, one more variable that is below them all."""
        count = len(self.low)
        seen: list[np.ndarray] = []

        def split(point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            where = np.clip(point[:count], 0, 1)
            seen.append(where)
            level, slope, _ = self._looked(where)
            return level / self._scale, slope / self._scale[:, None]

        def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
            if lifted:
                return -point[-1], np.append(np.zeros(count), -1.0)
            level, slope = split(point)
            return -level[0], -slope[0]

        def constraints(point: np.ndarray) -> np.ndarray:
            level, _ = split(point)
            return np.concatenate([level[lifted] - point[-1], level[rows]]) if lifted else level[rows]

        def slopes(point: np.ndarray) -> np.ndarray:
            _, slope = split(point)
            if not lifted:
                return slope[rows]
            above = np.hstack([slope[lifted], -np.ones((len(slope[lifted]), 1))])
            return np.vstack([above, np.hstack([slope[rows], np.zeros((len(slope[rows]), 1))])])

        bounds = [(0.0, 1.0)] * count + ([(None, None)] if lifted else [])
        minimize(
            objective,
            first,
            jac=True,
            bounds=bounds,
            constraints=[{"type": "ineq", "fun": constraints, "jac": slopes}],
            method="SLSQP",
            options={"maxiter": 100, "ftol": 1e-13},
        )
        return seen

    def _looked(self, where: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
        """Return the levels at one place, their derivatives by place, and whether the equilibria there are valid."""
        key = where.tobytes()
        if key not in self._visited:
            found = self.evaluate((self.low + where * (self.high - self.low))[None])
            levels = self._with_bounds(where[None], found.values)[0]
            slopes = np.vstack([found.slopes[0], np.eye(len(where)), -np.eye(len(where))]) * (self.high - self.low)
            finite = np.nan_to_num(levels, nan=-1e300, posinf=1e300, neginf=-1e300)
            self._visited[key] = (finite, np.nan_to_num(slopes), bool(found.valid[0]))
        return self._visited[key]

    def _with_bounds(self, places: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """Return levels with the margins of the bounds behind them."""
        width = self.high - self.low
        return np.hstack([levels, places * width, (1 - places) * width])

    def _merit(self, levels: np.ndarray) -> Any:
        return (levels[..., : self.objectives] / self._scale[: self.objectives]).min(axis=-1)

    def _worst(self, levels: np.ndarray) -> Any:
        return (levels[..., self.objectives :] / self._scale[self.objectives :]).min(axis=-1)

    def _in_conflict(self, places: np.ndarray, starts: int) -> Chosen:
        """Return the choice that violates the constraint least that is violated most."""
        first_bound = len(self._scale) - 2 * len(self.low)
        asked, bounds = slice(self.objectives, first_bound), slice(first_bound, None)
        seen = [places[0]]
        for start in _apart(places, starts):
            level, _, _ = self._looked(start)
            seen += self._programmed(np.append(start, self._worst(level)), asked, bounds)
        good = [where for where in seen if self._looked(where)[2]]
        best = max(good, key=lambda where: float(self._worst(self._looked(where)[0])))
        return self._described(best, conflict=True)

    def _described(self, where: np.ndarray, *, conflict: bool) -> Chosen:
        """Return a choice with what binds there, and the multipliers."""
        level, slope, _ = self._looked(where)
        scaled, steep = level / self._scale, slope / self._scale[:, None]
        first = self.objectives
        margins = scaled[first:]
        if conflict:
            inner = margins[: len(margins) - 2 * len(self.low)]
            pulling = np.flatnonzero(inner <= inner.min() + BINDING) + first
            holding = np.flatnonzero(margins[len(inner) :] <= BINDING) + first + len(inner)
        else:
            pulling = np.flatnonzero(scaled[:first] <= scaled[:first].min() + BINDING)
            holding = np.flatnonzero(margins <= BINDING) + first
        pull, hold, left = _balance(steep[pulling], steep[holding])
        multipliers, marked = np.zeros(len(margins)), np.zeros(len(margins), dtype=bool)
        if conflict:
            marked[pulling[pull > BINDING] - first] = True
            marked[holding[hold > BINDING] - first] = True
        else:
            units = float((pull * self._scale[pulling]).sum())
            multipliers[holding - first] = hold * units / self._scale[holding]
        binding = np.zeros(len(margins), dtype=bool)
        binding[holding - first] = True
        status = (CONFLICT if conflict else FOUND) if left < BALANCED else EDGE
        if conflict and left >= BALANCED:
            status, marked = CONFLICT, margins < 0
        choice = self.low + where * (self.high - self.low)
        objective = float(level[:first].min())
        slopes = slope[first:] / (self.high - self.low)
        return Chosen(status, choice, objective, level[first:], slopes, binding, multipliers, marked)

    def _nothing(self, values: Values) -> Chosen:
        constraints = values.values.shape[1] - self.objectives + 2 * len(self.low)
        missing = np.full(constraints, np.nan)
        none = np.zeros(constraints, dtype=bool)
        slopes = np.full((constraints, len(self.low)), np.nan)
        nowhere = np.full(len(self.low), np.nan)
        return Chosen(NO_EQUILIBRIUM, nowhere, np.nan, missing, slopes, none, missing, none)


def _balance(pulling: np.ndarray, holding: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return weights with which all slopes cancel, none negative, those of what pulls adding up to 1; and what is left.

    ``pulling`` and ``holding`` have a row of slopes for each objective, or constraint.
    """
    size = max(1.0, float(np.abs(pulling).max(initial=0)))
    slopes = np.vstack([pulling, holding]).T / size
    matrix = np.vstack([slopes, np.append(np.ones(len(pulling)), np.zeros(len(holding)))])
    right = np.append(np.zeros(matrix.shape[0] - 1), 1.0)
    weights, left = nnls(matrix, right)
    return weights[: len(pulling)], weights[len(pulling) :], float(left)


def _apart(places: np.ndarray, number: int) -> list[np.ndarray]:
    """Return the first of some places, and the next ones that are not near those taken."""
    taken: list[np.ndarray] = []
    for place in places:
        if all(np.abs(place - other).max() > 0.1 for other in taken):
            taken.append(place)
        if len(taken) == number:
            break
    return taken
