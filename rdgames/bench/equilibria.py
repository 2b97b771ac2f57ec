"""The benchmark of equilibria without closed form, against a loop of `scipy.optimize.root`.

Two firms choose R&D ``x``, then output ``q``; demand has a constant elasticity, unit cost falls with a power of R&D.
What rdgames derives from the payoffs a user without it would derive by hand: with ``p`` the price, ``p'`` and ``p''``
its derivatives by total output ``Q = 2*q``, and ``k = dc/dx`` the change of a firm's own unit cost,

    A = 2*p' + p''*q,   B = p' + p''*q,   dq_2/dx_1 = (A*beta - B)*k/(A**2 - B**2),
    0 = p + p'*q - c,   0 = p'*q*dq_2/dx_1 - q*k - 1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from scipy.optimize import root

from rdgames.bench.measuring import Benchmark, Candidate, Ratio
from rdgames.game.game import Game
from rdgames.grid.sweep import sweep

ONE_START, FIVE_STARTS, SCIPY = "rdgames, one start", "rdgames, five starts", "scipy.optimize.root"
FIXED: dict[str, Any] = {"a": 20.0, "eps": 1.5, "c": 3.0}
NUMBER, QUICK_NUMBER, LOOPED = 512, 64, 200


@lru_cache(maxsize=1)
def elastic_duopoly() -> Game:
    """Return the game."""
    return Game(
        name="elastic-duopoly",
        parameters={**{name: f"{name} > 0" for name in ("a", "eps", "c", "rho")}, "beta": "0 <= beta <= 1"},
        groups={"firms": 2},
        stages={"research": {"actions": {"x": "firms"}}, "production": {"actions": {"q": "firms"}}},
        definitions={
            "output": "sum(q[j] for j in firms)",
            "price": "a*output**(-1/eps)",
            "unit_cost": {
                "for": "i in firms",
                "is": "c*(1 + x[i] + beta*sum(x[j] for j in firms if j != i))**(-rho)",
            },
        },
        payoffs={"firms": "(price - unit_cost[i])*q[i] - x[i]"},
    )


def residuals(levels: Any, rho: float, beta: float) -> list[float]:
    """Return what the two first-order conditions leave, by hand."""
    x, q = levels
    e, total, argument = 1 / FIXED["eps"], 2 * q, 1 + (1 + beta) * x
    price = FIXED["a"] * total**-e
    slope, curvature = -e * price / total, e * (e + 1) * price / total**2
    cost = FIXED["c"] * argument**-rho
    by_own = -rho * cost / argument
    a, b = 2 * slope + curvature * q, slope + curvature * q
    response = (a * beta - b) * by_own / (a * a - b * b)
    return [price + slope * q - cost, slope * q * response - q * by_own - 1]


def by_scipy(points: np.ndarray, start: tuple[float, float]) -> list[Any]:
    """Solve point by point, from one start."""
    return [root(residuals, start, args=(rho, beta)).x for rho, beta in points.tolist()]


def _prepare(quick: bool) -> list[Candidate]:
    number = QUICK_NUMBER if quick else NUMBER
    axes: dict[str, Any] = {"rho": np.linspace(0.25, 0.35, number), "beta": np.linspace(0, 0.5, number)}

    def ours(starts: int) -> Any:
        return sweep(elastic_duopoly(), "competition", outcomes=["x", "q"], starts=starts, **FIXED, **axes)

    found = ours(1)
    start = (float(found["x"].mean()), float(found["q"].mean()))
    some = np.random.default_rng(0).integers(0, number, (LOOPED, 2))
    points = np.stack([axes["rho"][some[:, 0]], axes["beta"][some[:, 1]]], axis=1)
    return [
        Candidate(ONE_START, "rd.sweep, with conditions and masks", number**2, work=lambda: ours(1)),
        Candidate(FIVE_STARTS, "the same, other solutions looked for", number**2, work=lambda: ours(5)),
        Candidate(
            SCIPY, "two conditions by hand, one good start a point", LOOPED, work=lambda: by_scipy(points, start)
        ),
    ]


EQUILIBRIA = Benchmark(
    "equilibria in numbers",
    "R&D and output of two firms with isoelastic demand and X**rho technology, over rho x beta",
    _prepare,
    (Ratio(ONE_START, SCIPY, 100), Ratio(FIVE_STARTS, SCIPY)),
)
