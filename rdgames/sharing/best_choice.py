"""The best choice of a few parameters under constraints, at one point of the others.

Everything is scaled: choices to [0, 1], margins and objectives by how much they vary. A batch of choices is screened
first. SciPy's sequential quadratic programming (Kraft 1988) then starts from the best of them, with exact derivatives.
Of all choices that it visits, the best is kept that is valid and satisfies the constraints. At the end multipliers are
found as the weights, none negative but those of equations, with which the constraints that bind hold the objective in
balance (Karush 1939; Kuhn and Tucker 1951): how much the objective would rise for each unit by which a constraint were
relaxed.

Slopes lead nowhere where the best choice is at the edge of where equilibria are valid. Around the best one found there,
a box of choices is then tried that is moved where one is better, and halved where none is.

Where no choice satisfies all constraints, that is looked for at which the one that is most violated is violated least;
those that are in balance there cannot hold together nearby.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from scipy.optimize import minimize, nnls
from scipy.stats import qmc

from rdgames.sharing.margins import Values
from rdgames.sharing.requirements import CONFLICT, EDGE, FOUND, NO_EQUILIBRIUM

TOLERANCE, BINDING, BALANCED = 1e-9, 1e-6, 1e-4
"""By how much, in scaled margins, constraints may fail; below what they bind; how far from balance is balanced."""
NOISE = 1e-12
"""Up to what part of the largest level a level is taken not to vary: a budget that balances varies by rounding."""
BOX, TRIED, NARROWEST, STEPS = 0.125, 256, 1e-8, 4
"""Half the width of the box around the best choice at an edge, how many choices are tried in it, below what it is not
halved any more, and by how many steps of Newton's method equations are met."""


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
        By how much the objective would rise for each unit by which a constraint were relaxed; NaN at no optimum.
    conflict
        Which constraints cannot hold together, where none satisfies all.
    sizes
        By how much the margins vary.
    """

    status: int
    choice: Float[np.ndarray, " chosen"]
    objective: float
    margins: Float[np.ndarray, " constraints"]
    slopes: Float[np.ndarray, "constraints chosen"]
    binding: Bool[np.ndarray, " constraints"]
    multipliers: Float[np.ndarray, " constraints"]
    conflict: Bool[np.ndarray, " constraints"]
    sizes: Float[np.ndarray, " constraints"]


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
    equal
        Which of the constraints, with the bounds, are equations: their margin must be 0.
    """

    evaluate: Callable[[Float[np.ndarray, "points chosen"]], Values]
    objectives: int
    low: Float[np.ndarray, " chosen"]
    high: Float[np.ndarray, " chosen"]
    equal: Bool[np.ndarray, " constraints"]
    _visited: dict[bytes, tuple[np.ndarray, np.ndarray, bool]] = field(default_factory=dict)
    _scale: np.ndarray = field(default_factory=lambda: np.ones(0))

    def best(self, screened: Float[np.ndarray, "points chosen"], values: Values, starts: int) -> Chosen:
        """Return the best choice, given what is known of a batch of choices from 0 to 1."""
        valid = values.valid
        if not valid.any():
            return self._nothing(values)
        levels = self._with_bounds(screened, values.values)[valid]
        low, high = np.quantile(levels, (0.1, 0.9), axis=0)  # some may be huge near where second-order conditions end
        varies = high - low > NOISE * np.abs(levels).max()
        self._scale = np.where(varies, high - low, np.maximum(np.abs(levels).max(axis=0), 1.0))
        self._scale[: self.objectives] = self._scale[: self.objectives].max()  # the smallest is that in their own unit
        places, worst = screened[valid], self._worst(levels)
        holds = worst >= -TOLERANCE
        merit = np.where(holds, self._merit(levels), -np.inf)
        order = np.lexsort((-worst, -merit))
        self._visited = {}
        candidates = [places[place] for place in order[:1]]
        for start in _apart(places[order], starts):
            candidates += self._climb(start)
        best = self._best_of(candidates)
        if best is None:
            least = self._least_violated(places[np.argsort(-worst)], starts)
            best = self._best_of(least)
            if best is None:
                return self._described(least[0], conflict=True)
        found = self._described(best, conflict=False)
        if found.status == EDGE:
            closer = self._closer(best)
            better = self._best_of([best, closer, *self._climb(closer)])
            found = found if better is None else self._described(better, conflict=False)
        return found

    def _best_of(self, candidates: list[np.ndarray]) -> np.ndarray | None:
        """Return the best choice at which everything holds; none if there is none."""
        fit = []
        for place, where in enumerate(candidates):
            level, _, good = self._looked(where)
            if good and self._worst(level) >= -TOLERANCE:
                fit.append((float(self._merit(level)), place))
        return candidates[max(fit)[1]] if fit else None

    def _closer(self, where: np.ndarray) -> np.ndarray:
        """Return the best choice of boxes around one that are moved where a choice is better, and halved otherwise.

        In a box, choices are tried that meet the equations.
        """
        cube = 2 * np.asarray(qmc.Sobol(len(where), scramble=False).random(TRIED)) - 1
        half, best = BOX, float(self._merit(self._looked(where)[0]))
        while half > NARROWEST:
            tried = self._meeting(np.clip(where + half * cube, 0, 1))
            values = self.evaluate(self.low + tried * (self.high - self.low))
            levels = self._with_bounds(tried, values.values)
            fit = values.valid & (self._worst(levels) >= -TOLERANCE)
            merits = np.where(fit, self._merit(levels), -np.inf)
            place = int(np.argmax(merits))
            if merits[place] > best + TOLERANCE:
                where, best = tried[place], float(merits[place])
            else:
                half /= 2
        return where

    def _meeting(self, tried: np.ndarray) -> np.ndarray:
        """Return the nearest choices that meet the equations, by steps of Newton's method."""
        rows = self.objectives + np.flatnonzero(self.equal)
        width = self.high - self.low
        for _ in range(STEPS if len(rows) else 0):
            values = self.evaluate(self.low + tried * width)
            there = np.isfinite(values.slopes).all(axis=(1, 2)) & np.isfinite(values.values).all(axis=1)
            missed = np.where(there[:, None], values.values[:, rows], 0.0) / self._scale[rows]
            steep = np.where(there[:, None, None], values.slopes[:, rows], 0.0) * width / self._scale[rows][:, None]
            tried = np.clip(tried - np.einsum("pcr,pr->pc", np.linalg.pinv(steep), missed), 0, 1)
        return tried

    def _climb(self, start: np.ndarray) -> list[np.ndarray]:
        """Return what is visited on the way up from a start."""
        constraints = range(self.objectives, len(self._scale))
        if self.objectives == 1:
            return self._programmed(start, (), constraints)
        level, _, _ = self._looked(start)
        return self._programmed(np.append(start, self._merit(level)), range(self.objectives), constraints)

    def _programmed(self, first: np.ndarray, lifted: Sequence[int], rows: Sequence[int]) -> list[np.ndarray]:
        """Maximize the first level or, if others are ``lifted``, one more variable that is below them all.

        What is lifted of an equation is how far it is from holding, on either side.
        """
        count = len(self.low)
        seen: list[np.ndarray] = []
        equations = [row for row in rows if self._is_equation(row)]
        others = [row for row in rows if not self._is_equation(row)]
        raised = [*lifted, *(row for row in lifted if self._is_equation(row))]
        signs = np.repeat([1.0, -1.0], [len(lifted), len(raised) - len(lifted)])

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
            return np.concatenate([signs * level[raised] - point[-1], level[others]]) if lifted else level[others]

        def slopes(point: np.ndarray, wanted: Sequence[int], above: Sequence[int]) -> np.ndarray:
            _, slope = split(point)
            if not lifted:
                return slope[wanted]
            over = np.hstack([signs[: len(above), None] * slope[above], -np.ones((len(above), 1))])
            return np.vstack([over, np.hstack([slope[wanted], np.zeros((len(wanted), 1))])])

        asked: list[dict[str, Any]] = [
            {"type": "ineq", "fun": constraints, "jac": lambda point: slopes(point, others, raised)}
        ]
        if equations:
            rest = {"fun": lambda point: split(point)[0][equations], "jac": lambda point: slopes(point, equations, [])}
            asked.append({"type": "eq", **rest})
        bounds = [(0.0, 1.0)] * count + ([(None, None)] if lifted else [])
        minimize(
            objective,
            first,
            jac=True,
            bounds=bounds,
            constraints=asked,
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
        return self._held(levels).min(axis=-1)

    def _held(self, levels: np.ndarray) -> Any:
        """Return by how much each constraint holds, scaled; an equation holds by 0 at most."""
        margins = levels[..., self.objectives :] / self._scale[self.objectives :]
        return np.where(self.equal, -np.abs(margins), margins)

    def _is_equation(self, row: int) -> bool:
        return row >= self.objectives and bool(self.equal[row - self.objectives])

    def _least_violated(self, places: np.ndarray, starts: int) -> list[np.ndarray]:
        """Return choices on the way to violating the constraint less that is violated most, the best of them first."""
        first_bound = len(self._scale) - 2 * len(self.low)
        asked, bounds = range(self.objectives, first_bound), range(first_bound, len(self._scale))
        seen = [places[0]]
        for start in _apart(places, starts):
            level, _, _ = self._looked(start)
            seen += self._programmed(np.append(start, self._worst(level)), asked, bounds)
        good = [where for where in seen if self._looked(where)[2]]
        return sorted(good, key=lambda where: -float(self._worst(self._looked(where)[0])))

    def _described(self, where: np.ndarray, *, conflict: bool) -> Chosen:
        """Return a choice with what binds there, and the multipliers."""
        level, slope, _ = self._looked(where)
        scaled, steep = level / self._scale, slope / self._scale[:, None]
        first, margins = self.objectives, self._held(level)
        if conflict:
            inner = margins[: len(margins) - 2 * len(self.low)]
            pulling = np.flatnonzero(inner <= inner.min() + BINDING) + first
            holding = np.flatnonzero(margins[len(inner) :] <= BINDING) + first + len(inner)
        else:
            pulling = np.flatnonzero(scaled[:first] <= scaled[:first].min() + BINDING)
            holding = np.flatnonzero(margins <= BINDING) + first
        free = self.equal[holding - first]
        above = [conflict and self._is_equation(int(row)) and scaled[row] > 0 for row in pulling]
        towards = np.where(above, -1.0, 1.0)
        pull, hold, left = _balance(towards[:, None] * steep[pulling], steep[holding], free)
        multipliers, marked = np.zeros(len(margins)), np.zeros(len(margins), dtype=bool)
        if conflict:
            marked[pulling[pull > BINDING] - first] = True
            marked[holding[np.abs(hold) > BINDING] - first] = True
        else:
            units = float((pull * self._scale[pulling]).sum())
            multipliers[holding - first] = hold * units / self._scale[holding]
        binding = np.zeros(len(margins), dtype=bool)
        binding[holding - first] = True
        status = (CONFLICT if conflict else FOUND) if left < BALANCED else EDGE
        if conflict and left >= BALANCED:
            status, marked = CONFLICT, margins < 0
        elif left >= BALANCED:
            multipliers[:] = np.nan  # there are none but at an optimum
        choice = self.low + where * (self.high - self.low)
        objective = float(level[:first].min())
        slopes = slope[first:] / (self.high - self.low)
        sizes = self._scale[first:]
        return Chosen(status, choice, objective, level[first:], slopes, binding, multipliers, marked, sizes)

    def _nothing(self, values: Values) -> Chosen:
        constraints = values.values.shape[1] - self.objectives + 2 * len(self.low)
        missing = np.full(constraints, np.nan)
        none = np.zeros(constraints, dtype=bool)
        slopes = np.full((constraints, len(self.low)), np.nan)
        nowhere = np.full(len(self.low), np.nan)
        return Chosen(NO_EQUILIBRIUM, nowhere, np.nan, missing, slopes, none, missing, none, missing)


def _balance(pulling: np.ndarray, holding: np.ndarray, free: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return weights with which all slopes cancel, those of what pulls adding up to 1; and what is left.

    ``pulling`` and ``holding`` have a row of slopes for each objective, or constraint. No weight is negative but those
    of the constraints that are ``free``, since they hold in both directions.
    """
    size = max(1.0, float(np.abs(pulling).max(initial=0)))
    slopes = np.vstack([pulling, holding, -holding[free]]).T / size
    matrix = np.vstack([slopes, np.append(np.ones(len(pulling)), np.zeros(slopes.shape[1] - len(pulling)))])
    right = np.append(np.zeros(matrix.shape[0] - 1), 1.0)
    weights, left = nnls(matrix, right)
    pull, hold, against = np.split(weights, [len(pulling), len(pulling) + len(holding)])
    hold[free] -= against
    return pull, hold, float(left)


def _apart(places: np.ndarray, number: int) -> list[np.ndarray]:
    """Return the first of some places, and the next ones that are not near those taken."""
    taken: list[np.ndarray] = []
    for place in places:
        if all(np.abs(place - other).max() > 0.1 for other in taken):
            taken.append(place)
        if len(taken) == number:
            break
    return taken
