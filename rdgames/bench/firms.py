"""The benchmark of many different firms, against what is written by hand for this one game, in batches and in a loop.

Ten firms differ in cost and in the efficiency of research, and every one learns from every other to another degree. In
the game of d'Aspremont and Jacquemin outputs meet ``b*M q = a - c + B x``, with ``M = 1 + identity`` and ``B`` the
spillovers, ones on its diagonal. Let ``G = M^-1 B/b`` say how outputs respond to research, and ``g`` what they are
without. Profits are ``b*q[i]**2 - gamma[i]*x[i]**2/2``, so that first-order conditions by hand are

    (diag(gamma) - 2*b*diag(G[i, i]) G) x = 2*b*diag(G[i, i]) g.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from rdgames.bench.measuring import Benchmark, Candidate, Ratio
from rdgames.game.explicit import explicit
from rdgames.game.game import Game
from rdgames.grid.sweep import sweep
from rdgames.modelfile.catalogue import load

FIRMS = 10
RDGAMES, BATCH, LOOP = "rdgames", "numpy.linalg, by hand, in batches", "numpy.linalg, by hand, in a loop"
NUMBER, QUICK_NUMBER, LOOPED = 256, 16, 2000
A, B = 200.0, 1.0


@lru_cache(maxsize=1)
def ten_firms() -> Game:
    """Return the game."""
    return explicit(load("daspremont-jacquemin"), different=["c", "gamma"], n=FIRMS)


def levels(cost: np.ndarray, gamma: np.ndarray, spillovers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return research and outputs by the formulas above; ``cost`` and ``gamma`` are of shape [*points, firms]."""
    inverse = np.linalg.inv(np.ones((FIRMS, FIRMS)) + np.eye(FIRMS)) / B
    response = inverse @ spillovers
    without = (A - cost) @ inverse
    own = 2 * B * np.diag(response)
    matrix = -own[:, None] * response + gamma[..., None] * np.eye(FIRMS)
    research = np.linalg.solve(matrix, (own * without)[..., None])[..., 0]
    return research, without + research @ response.T


def _prepare(quick: bool) -> list[Candidate]:
    number = QUICK_NUMBER if quick else NUMBER
    random = np.random.default_rng(0)
    cost, gamma = random.uniform(40, 50, FIRMS), random.uniform(20, 40, FIRMS)
    spillovers = random.uniform(0, 0.6, (FIRMS, FIRMS))
    np.fill_diagonal(spillovers, 1)
    given: dict[str, Any] = {"a": A, "b": B}
    given |= {f"c_{i + 1}": cost[i] for i in range(FIRMS)} | {f"gamma_{i + 1}": gamma[i] for i in range(FIRMS)}
    given |= {f"beta_{i + 1}_{j + 1}": spillovers[i, j] for i in range(FIRMS) for j in range(FIRMS) if i != j}
    given |= {"c_1": np.linspace(40, 50, number), "gamma_2": np.linspace(20, 40, number)}

    costs, gammas = np.tile(cost, (number, number, 1)), np.tile(gamma, (number, number, 1))
    costs[..., 0], gammas[..., 1] = given["c_1"][:, None], given["gamma_2"]
    some = random.integers(0, number, (LOOPED, 2)).tolist()

    def ours() -> Any:
        return sweep(ten_firms(), "competition", **given)

    expect_equal(ours(), levels(costs, gammas, spillovers))
    return [
        Candidate(RDGAMES, "rd.sweep, every outcome, with conditions and masks", number**2, work=ours),
        Candidate(BATCH, "research and outputs only", number**2, work=lambda: levels(costs, gammas, spillovers)),
        Candidate(
            LOOP,
            "the same, point by point",
            LOOPED,
            work=lambda: [levels(costs[i, j], gammas[i, j], spillovers) for i, j in some],
        ),
    ]


def expect_equal(found: Any, by_hand: tuple[np.ndarray, np.ndarray]) -> None:
    """Check that both roads lead to the same levels."""
    for action, expected in zip("xq", by_hand, strict=True):
        for place in range(FIRMS):
            np.testing.assert_allclose(found[f"{action}_{place + 1}"].values[0], expected[..., place], rtol=1e-8)


MANY_FIRMS = Benchmark(
    "ten different firms",
    "R&D and output of ten firms that differ in cost, efficiency and spillovers, over c_1 x gamma_2",
    _prepare,
    (Ratio(RDGAMES, LOOP), Ratio(RDGAMES, BATCH)),
)
