"""Games for tests of stability, read once."""

from __future__ import annotations

from functools import cache

import rdgames as rd
from rdgames.game.game import Game

FIRMS = ("firms_1", "firms_2", "firms_3")
SPILLOVERS = ("beta_1_2", "beta_1_3", "beta_2_1", "beta_2_3", "beta_3_1", "beta_3_2")


@cache
def market(n: int) -> Game:
    """Return a Cournot market of single firms, whose marginal costs c + s*q may differ in c."""
    game = rd.Game(
        name="market",
        parameters={
            **{name: f"{name} >= 0" for name in ("a", "c", "s")},
            "n": {"domain": "n >= 1", "integer": True},
        },
        groups={"firms": "n"},
        stages={"production": {"actions": {"q": "firms"}}},
        definitions={
            "price": "a - sum(q[j] for j in firms)",
            "profit": {"for": "i in firms", "is": "(price - c)*q[i] - s*q[i]**2/2"},
        },
        payoffs={"firms": "profit[i]"},
        regimes={"cartel": "firms choose q jointly"},
    )
    return rd.explicit(game, different=["c"], n=n)


@cache
def consortium() -> Game:
    """Return two firms, and an institute that sells nothing and whose research helps both."""
    game = rd.Game(
        name="consortium",
        parameters={name: f"{name} > 0" for name in ("a", "c", "gamma", "gamma_z")} | {"v": "0 <= v <= 1"},
        groups={"firms": 2, "institute": 1},
        stages={
            "research": {"actions": {"x": "firms", "z": {"by": "institute", "signed": True}}},
            "production": {"actions": {"q": "firms"}},
        },
        definitions={
            "price": "a - sum(q[j] for j in firms)",
            "unit_cost": {"for": "i in firms", "is": "c - x[i] - v*sum(z[k] for k in institute)"},
            "profit": {"for": "i in firms", "is": "(price - unit_cost[i])*q[i] - gamma*x[i]**2/2"},
            "cost": {"for": "i in institute", "is": "gamma_z*z[i]**2/2"},
        },
        payoffs={"firms": "profit[i]", "institute": "-cost[i]"},
        regimes={"joint": "firms, institute choose x, z jointly"},
    )
    return rd.explicit(game)


@cache
def trio() -> Game:
    return rd.explicit(rd.load("daspremont-jacquemin"), different=["c"], n=3)


def values(beta: float = 0.8, **others: object) -> dict[str, object]:
    """Return parameters of the trio, with the same spillovers between all."""
    given: dict[str, object] = {"a": 100, "b": 1, "c_1": 58, "c_2": 60, "c_3": 62, "gamma": 8}
    return {**given, **dict.fromkeys(SPILLOVERS, beta), **others}
