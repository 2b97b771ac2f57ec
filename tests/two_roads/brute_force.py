"""The R&D game of d'Aspremont and Jacquemin, played by explicit firms that know nothing but the primitives.

This is the second road to every answer. Nothing here comes from rdgames, and no closed form is used: firms
look for what pays by trying it out, and whenever somebody tries another R&D vector the market is cleared anew.

    demand          price = a - b * (sum of all outputs)
    unit cost       c - (spillovers @ x)            spillovers[i, j]: share of firm j's reduction that reaches firm i
    profit          (price - unit cost) * q - gamma * x**2 / 2

A firm whose best output is negative shuts down, and its rivals react to that. R&D is feasible when x >= 0 and no
unit cost is negative. Arrays of histories have the shape (..., firm), so that many are played at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import LinearConstraint, minimize

Array = np.ndarray
Objective = Callable[["Market", Array, Array], Array]


# ---------------------------------------------------------------------------------------------- primitives


@dataclass(frozen=True, kw_only=True)
class Market:
    """One demand curve and n firms."""

    a: float
    b: float
    c: float
    gamma: float
    spillovers: Array

    @property
    def firms(self) -> int:
        """How many firms there are."""
        return len(self.spillovers)


def market(*, a, b, c, gamma, n: int, beta) -> Market:
    """The market with n firms; beta is one number, or a matrix whose diagonal is ignored."""
    spillovers = np.array(np.broadcast_to(np.asarray(beta, dtype=float), (n, n)))
    np.fill_diagonal(spillovers, 1.0)
    return Market(a=float(a), b=float(b), c=float(c), gamma=float(gamma), spillovers=spillovers)


def sharing_everything(m: Market) -> Market:
    """The same market when all firms belong to one research joint venture: spillovers rise to 1."""
    return replace(m, spillovers=np.ones_like(m.spillovers))


def effective_rd(m: Market, x: Array) -> Array:
    """How much each firm's unit cost falls."""
    return x @ m.spillovers.T


def unit_costs(m: Market, x: Array) -> Array:
    """Unit cost of each firm after R&D."""
    return m.c - effective_rd(m, x)


def price(m: Market, q: Array) -> Array:
    """The market price."""
    return m.a - m.b * q.sum(-1)


def profits(m: Market, x: Array, q: Array) -> Array:
    """Profit of each firm."""
    return (price(m, q)[..., None] - unit_costs(m, x)) * q - m.gamma * x**2 / 2


def industry_profit(m: Market, x: Array, q: Array) -> Array:
    """Profit of all firms together."""
    return profits(m, x, q).sum(-1)


def consumer_surplus(m: Market, q: Array) -> Array:
    """The triangle between demand and price."""
    output = q.sum(-1)
    return (m.a - price(m, q)) * output / 2


def welfare(m: Market, x: Array, q: Array) -> Array:
    """Consumer surplus and all profits."""
    return consumer_surplus(m, q) + industry_profit(m, x, q)


# ------------------------------------------------------------------------------------- looking for what pays


def peak(payoff: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where payoff is highest between low and high, by ever finer grids; many independent searches at once.

    `payoff` maps trials of shape (trial, search) to values of that shape. The last step is the top of the
    parabola through three points. Payoffs are piecewise quadratic, so it loses no accuracy.
    """
    low, high = np.broadcast_arrays(np.asarray(low, dtype=float), np.asarray(high, dtype=float))
    steps = np.linspace(0, 1, 33).reshape(-1, *[1] * low.ndim)
    for _ in range(3):
        trials = low + (high - low) * steps
        values = payoff(trials)
        best = values.argmax(0)
        low, middle, high = (
            np.take_along_axis(trials, np.clip(best + shift, 0, 32)[None], 0)[0] for shift in (-1, 0, 1)
        )
    return _top_of_parabola(payoff, low, middle, high)


def _top_of_parabola(payoff, low: Array, middle: Array, high: Array) -> Array:
    # at an end of the range middle is low or high; the parabola then needs a point of its own
    middle = np.where((middle <= low) | (middle >= high), (low + high) / 2, middle)
    below, at, above = payoff(np.stack([low, middle, high]))
    half = (high - low) / 2
    bend = below + above - 2 * at
    slope = above - below
    with np.errstate(divide="ignore", invalid="ignore"):
        top = np.where(bend < 0, middle - half * slope / (2 * bend), middle)
    candidates = np.stack([low, np.clip(top, low, high), high])
    values = payoff(candidates)
    return np.take_along_axis(candidates, values.argmax(0)[None], 0)[0]


def slopes(f: Callable[[Array], Array], point: Array, step: float) -> Array:
    """Central differences of f, one row per direction; free of truncation error where f is quadratic."""
    trials = step * np.eye(len(point))
    return (f(point + trials) - f(point - trials)) / (2 * step)


def root(f: Callable[[Array], Array], start: Array, step: float) -> Array:
    """Where f, which maps many points at once, vanishes: Newton's method with numeric slopes."""
    point = start
    for _ in range(6):
        move = np.linalg.solve(slopes(f, point, step).T, f(point[None])[0])
        point = point - move
        if np.abs(move).max() <= 1e-11 * np.abs(point).max():
            break
    return point


# ---------------------------------------------------------------------------------------- the output stage


def cournot(m: Market, x: Array) -> Array:
    """Outputs when each firm decides alone: all first-order conditions as one linear system.

    Starting from everybody, the firms with the highest unit cost leave as long as they would produce less than
    nothing; with one price for all, a firm that stays has a lower unit cost than one that leaves.
    """
    costs = unit_costs(m, x)
    active = np.ones(costs.shape, dtype=bool)
    for _ in range(m.firms + 1):
        q = _outputs_of(m, costs, active)
        losing = (active & (q < 0)).any(-1)
        if not losing.any():
            break
        highest = np.where(active, costs, -np.inf).max(-1, keepdims=True)
        active = active & ~(losing[..., None] & (costs >= highest))
    return q


def _outputs_of(m: Market, costs: Array, active: Array) -> Array:
    # active firm i: a - c_i - b*(Q + q_i) = 0; a firm that has shut down: q_i = 0
    own = np.eye(m.firms)
    system = np.where(active[..., None], m.b * (own + active[..., None, :]), own)
    return np.linalg.solve(system, np.where(active, m.a - costs, 0.0)[..., None])[..., 0]


def common_output(objective: Objective, m: Market, x: Array) -> Array:
    """Outputs when one common output for every firm is chosen to maximize the objective, price staying >= 0."""

    def payoff(common):
        return objective(m, x, np.repeat(common[..., None], m.firms, -1))

    highest = np.full(x.shape[:-1], m.a / (m.b * m.firms))
    return np.repeat(peak(payoff, 0 * highest, highest)[..., None], m.firms, -1)


# ------------------------------------------------------------------------------------------- the R&D stage


def most_rd(m: Market, x: Array) -> Array:
    """The most R&D each firm can do without any unit cost becoming negative, when the others do x."""
    slack = unit_costs(m, x)[..., :, None] / np.where(m.spillovers > 0, m.spillovers, np.nan)
    return np.maximum(x + np.nanmin(slack, -2), 0.0)


def one_changes(x: Array, trials: Array) -> Array:
    """Histories in which firm i does trials[..., i] and all others stay at x; shape (..., deviator, firm)."""
    return np.where(np.eye(len(x), dtype=bool), trials[..., None], x)


def best_replies(m: Market, outputs, x: Array) -> Array:
    """What each firm would best do when the others do x and the market is then cleared by `outputs`."""

    def own_profit(trials):
        histories = one_changes(x, trials)
        return np.diagonal(profits(m, histories, outputs(m, histories)), axis1=-2, axis2=-1)

    return peak(own_profit, np.zeros(len(x)), most_rd(m, x))


def alone(m: Market, outputs, _objective: Objective) -> Array:
    """R&D when each firm decides alone: the fixed point of best replies."""
    # firms start unequal, so that equal R&D in equilibrium is a result and no assumption
    x = most_rd(m, np.zeros(m.firms)) * np.linspace(0, 0.1, m.firms) / m.firms
    for _ in range(12):
        for _ in range(15):
            x = x + (best_replies(m, outputs, x) - x) / m.firms
        settled = root(partial(_regret, m, outputs), x, step=1e-2 * np.abs(x).max())
        if np.abs(_regret(m, outputs, settled[None])).max() <= 1e-9 * np.abs(settled).max():
            return settled
    raise ArithmeticError("best replies do not settle")


def _regret(m: Market, outputs, histories: Array) -> Array:
    return np.stack([best_replies(m, outputs, x) - x for x in histories])


def jointly(m: Market, outputs, objective: Objective) -> Array:
    """R&D when all firms maximize one objective together, each with its own x: the best of several climbs."""
    scale = most_rd(m, np.zeros(m.firms))

    def value(histories):
        return objective(m, histories, outputs(m, histories))

    tops = [climb(m, value, start * scale / m.firms) for start in _unequal_starts(m.firms)]
    return max(tops, key=value)


def _unequal_starts(n: int) -> list[Array]:
    specialist = np.zeros(n)
    specialist[0] = 1.0
    return [np.full(n, 0.5), specialist, np.random.default_rng(n).uniform(size=n)]


def climb(m: Market, value: Callable[[Array], Array], start: Array) -> Array:
    """A local maximum of value over feasible R&D vectors, equal or not."""
    unit = np.abs(start).max()
    worth = abs(value(start)) or 1.0
    found = minimize(
        lambda z: -value(z * unit) / worth,
        start / unit,
        jac=lambda z: -slopes(value, z * unit, 1e-4 * unit) * unit / worth,
        method="SLSQP",
        bounds=[(0, None)] * m.firms,
        constraints=LinearConstraint(m.spillovers * unit, -np.inf, m.c),
        options={"ftol": 1e-15, "maxiter": 200},
    )
    x = np.clip(found.x * unit, 0, None)
    return _polished(m, value, x)


def _polished(m: Market, value, x: Array) -> Array:
    # an interior top is sharpened by Newton's method; at a corner, or where that does not pay, the climb stands
    step = 1e-2 * np.abs(x).max()
    if (x <= step).any():
        return x

    def gradient(points):
        return np.stack([slopes(value, point, step) for point in points])

    sharper = root(gradient, x, step)
    feasible = (sharper >= 0).all() and (unit_costs(m, sharper) >= 0).all()
    return sharper if feasible and value(sharper) >= value(x) * (1 - 1e-12) else x


def equally(m: Market, outputs, objective: Objective) -> Array:
    """R&D when one common x for every firm is chosen to maximize the objective."""

    def value(common):
        histories = np.repeat(common[..., None], m.firms, -1)
        return objective(m, histories, outputs(m, histories))

    return np.full(m.firms, peak(value, 0.0, m.c / m.spillovers.sum(-1).max()))


# ------------------------------------------------------------------------------------------ whole regimes


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Who decides what with whom."""

    research: Callable[..., Array] = alone
    outputs: Callable[[Market, Array], Array] = cournot
    objective: Objective = industry_profit
    shared: bool = False


REGIMES = {
    "competition": Rules(),
    "cartel": Rules(research=jointly),
    "rjv-competition": Rules(shared=True),
    "rjv-cartel": Rules(research=jointly, shared=True),
    "merger": Rules(research=equally, outputs=partial(common_output, industry_profit)),
    "second-best": Rules(research=equally, objective=welfare),
    "first-best": Rules(research=equally, outputs=partial(common_output, welfare), objective=welfare),
}


def at_once(m: Market) -> tuple[Array, Array]:
    """R&D and outputs when every firm chooses both at one moment: all numeric first-order conditions vanish."""
    n = m.firms

    def own_slopes(plans):
        return np.stack([_own_slopes(m, plan) for plan in plans])

    size = m.a / m.b
    plan = root(own_slopes, np.linspace(0.01, 0.02, 2 * n) * size, step=1e-3 * size)
    return plan[:n], plan[n:]


def _own_slopes(m: Market, plan: Array) -> Array:
    n = m.firms
    all_slopes = slopes(lambda plans: profits(m, plans[..., :n], plans[..., n:]), plan, 1e-3 * m.a / m.b)
    return np.concatenate([np.diagonal(all_slopes[:n]), np.diagonal(all_slopes[n:])])


def play(m: Market, regime: str) -> dict[str, Array]:
    """Everything that happens in the equilibrium of a regime, by the names that rdgames uses."""
    if regime == "open-loop":
        return outcomes(m, *at_once(m))
    rules = REGIMES[regime]
    m = sharing_everything(m) if rules.shared else m
    x = rules.research(m, rules.outputs, rules.objective)
    return outcomes(m, x, rules.outputs(m, x))


def outcomes(m: Market, x: Array, q: Array) -> dict[str, Array]:
    """All values that follow from R&D and outputs."""
    return {
        "x": x,
        "q": q,
        "price": price(m, q),
        "output": q.sum(-1),
        "effective_rd": effective_rd(m, x),
        "unit_cost": unit_costs(m, x),
        "profit": profits(m, x, q),
        "industry_profit": industry_profit(m, x, q),
        "consumer_surplus": consumer_surplus(m, q),
        "welfare": welfare(m, x, q),
    }
