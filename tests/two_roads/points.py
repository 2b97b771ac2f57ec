"""Points of the parameters at which the game is played, and the solved regimes.

Where the conditions of an equilibrium hold is told by rdgames itself (`Point.valid`), never assumed here. The bounds
below only steer the draws, so that most of them are worth playing.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp
from hypothesis import Phase, assume, settings
from hypothesis import strategies as st

import rdgames as rd
from rdgames.equilibrium.point import Point

from .brute_force import Market, market

REGIMES = (
    "competition",
    "cartel",
    "rjv-competition",
    "rjv-cartel",
    "merger",
    "second-best",
    "first-best",
    "open-loop",
)
FIRMS = (2, 3, 5, 8)

# Without shrinking: playing a game takes a while, and when the library is wrong it is wrong at hundreds of points.
_DETERMINISTIC = {"deadline": None, "derandomize": True, "database": None, "phases": [Phase.explicit, Phase.generate]}
FEW = settings(max_examples=15, **_DETERMINISTIC)
SOME = settings(max_examples=40, **_DETERMINISTIC)

Parameters = dict[str, Any]


@cache
def solved(regime: str) -> rd.Equilibrium:
    """The equilibrium of a regime of the packaged model."""
    return rd.solve(rd.load("daspremont-jacquemin"), regime)


@cache
def formula(regime: str, outcome: str) -> sp.Expr:
    """An outcome of a regime of the packaged model, as an expression."""
    return solved(regime)[outcome]


def explicit(parameters: Parameters) -> Market:
    """The same market for explicit firms."""
    return market(**parameters)


def played_market(parameters: Parameters, regime: str) -> Market:
    """The market as the regime's firms find it: a joint venture raises spillovers to 1."""
    return market(**{**parameters, "beta": 1 if regime.startswith("rjv") else parameters["beta"]})


def least_steepness(regime: str, n: int, beta: Fraction) -> Fraction:
    """About how large b*gamma must be for the regime to have an interior equilibrium (CATALOGUE 1.4)."""
    beta = Fraction(1) if regime.startswith("rjv") else beta
    reach = 1 + (n - 1) * beta
    private = n - (n - 1) * beta
    square = Fraction((n + 1) ** 2)
    match regime:
        case "competition" | "rjv-competition":
            unequal = 2 * private * (1 - beta) / (n + 1)
            return max(2 * private**2 / square, 2 * private * reach / square, unequal)
        case "cartel" | "rjv-cartel":
            return max(2 * reach**2 / square, 2 * (1 - beta) ** 2)
        case "merger":
            return reach**2 / (2 * n)
        case "second-best":
            return (n + 2) * reach**2 / square
        case "first-best":
            return reach**2 / n
        case _:
            return max(Fraction(1, 2), reach / (n + 1), 1 - beta)


@st.composite
def around(draw, *regimes: str, n: int | None = None) -> Parameters:
    """Exact parameters at most of which the regimes have interior equilibria, on either side of the bounds.

    Points at which rdgames should say "invalid" belong to the draw: a condition that it forgot must not hide there.
    R&D explodes near a bound, so the unit cost from which it starts is mostly high enough there.
    """
    n = draw(st.sampled_from(FIRMS)) if n is None else n
    beta = Fraction(draw(st.integers(0, 20)), 20)
    beyond = Fraction(draw(st.integers(-10, 60).map(lambda twentieths: twentieths or 1)), 20)
    b = Fraction(draw(st.integers(1, 12)), 4)
    profitability = draw(st.integers(1, 50))
    c = profitability / abs(beyond) * Fraction(draw(st.integers(1, 25)), 5)
    gamma = max(least_steepness(regime, n, beta) for regime in regimes) * (1 + beyond) / b
    return {"a": c + profitability, "b": b, "c": c, "gamma": gamma, "beta": beta, "n": n}


@st.composite
def valid_points(draw, regime: str, n: int | None = None) -> tuple[Parameters, Point]:
    """Exact parameters at which rdgames calls the equilibrium valid, and that equilibrium."""
    parameters = draw(around(regime, n=n))
    point = solved(regime).at(**parameters)
    assume(point.valid)
    return parameters, point


@st.composite
def histories(draw, parameters: Parameters) -> list[Fraction]:
    """Unequal R&D that leaves no unit cost negative; sometimes so unequal that a firm may leave the market."""
    n, a, c = parameters["n"], parameters["a"], parameters["c"]
    most = c if draw(st.booleans()) else min(c, a - c)
    shares = draw(st.lists(st.integers(0, 12), min_size=n, max_size=n))
    return [most * Fraction(share, 12 * n) for share in shares]
