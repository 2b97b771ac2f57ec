"""The Shapley value corrected for what the worth of coalitions does not show: risk borne, knowledge brought in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np

from rdgames.errors import InputError, did_you_mean
from rdgames.sharing.amounts import Amounts, fitted, read_amounts
from rdgames.sharing.coalitions import read_games, rounding
from rdgames.sharing.equal import alone
from rdgames.sharing.folding import linear_shares
from rdgames.sharing.rule import Division, Remark, Rule
from rdgames.sharing.shapley import shapley_shares

LESS_THAN_ALONE = "the correction leaves a player less than it is worth alone"


@final
@dataclass(frozen=True, eq=False)
class CorrectedShapley(Rule):
    """The Shapley value corrected for factors: phi_i + B sum_f w_f (R_if - 1/P).

    R_if is the part of factor f that player i bears or brings in, w_f the weight of the factor; both add up to 1, over
    players and over factors. So a player that bears more than an equal part of the risk is paid for that by the
    others, and v(N) is divided still. The base B is v(N), or the surplus v(N) - sum_j v(j).

    It is efficient, but not individually rational even where the Shapley value is: a remark says where, and of whom.
    With the surplus as base it is covariant; a factor in equal parts changes nothing.

    Attributes
    ----------
    factors
        For each factor, by name, the part of each player: numbers not below 0, [..., P], that add up to 1.
    weights
        The weight of each factor, by name: numbers not below 0 that add up to 1. None if all are alike.
    base
        What is moved between players: "worth" for v(N), or "surplus".
    """

    factors: Any
    weights: Any = None
    base: str = "worth"

    name = "corrected-shapley"
    linear = True
    source = (
        "the alliance literature; the arithmetic is that of Optimization of Benefit Allocation in Contracted "
        "Water-Saving Projects Based on the Shapley Value Method, Mathematical Problems in Engineering 2022, article "
        "8942299, Table 11 (one factor, base v(N))"
    )

    def __post_init__(self) -> None:
        if not isinstance(self.factors, Mapping) or not self.factors:
            found = "no factors" if isinstance(self.factors, Mapping) else f"the factors {self.factors!r}"
            raise InputError(f"found {found}, expected some, for example {{'risk': [0.5, 0.3, 0.2]}}")
        parts, problems = {}, []
        for name, given in self.factors.items():
            try:
                parts[name] = read_amounts(name, given, total=1)
            except InputError as error:
                problems.append(str(error))
        if problems:
            raise InputError("; ".join(problems))
        counts = {name: part.shape[-1] for name, part in parts.items()}
        if len(set(counts.values())) > 1:
            problems.append(f"found parts of different numbers of players: {counts}")
        weights = dict.fromkeys(parts, Fraction(1, len(parts))) if self.weights is None else self.weights
        if not isinstance(weights, Mapping):
            raise InputError(f"found the weights {weights!r} of factors, expected one for each of {', '.join(parts)}")
        for name in [name for name in weights if name not in parts]:
            problems.append(f"found a weight for {name!r}, which is no factor{did_you_mean(name, parts)}")
        for name in [name for name in parts if name not in weights]:
            problems.append(f"found no weight for the factor {name!r}")
        if not problems:
            together = read_amounts("weights of factors", [*weights.values()], total=1)
        if self.base not in ("worth", "surplus"):
            problems.append(f"found the base {self.base!r}, expected 'worth' or 'surplus'")
        if problems:
            raise InputError("; ".join(problems))
        object.__setattr__(self, "factors", parts)
        object.__setattr__(self, "weights", dict(zip(weights, together, strict=True)))

    def divide(self, worth: Any) -> Division:
        """Divide what all players together are worth."""
        games, _ = read_games(worth)
        games, correction = fitted(games, self.correction, what="factors")
        base = games[..., -1]
        if self.base == "surplus":
            base = np.asarray(base - alone(games).sum(axis=-1))
        shares = linear_shares(games, shapley_shares) + base[..., None] * correction
        below = shares < alone(games) - rounding(games)[..., None]
        return Division.of(self, games, shares, remarks=(Remark(LESS_THAN_ALONE, below),))

    @property
    def correction(self) -> Amounts:
        """What part of the base is added to each share: sum_f w_f (R_if - 1/P), [..., P]."""
        weights = self.weights or {}
        parts = [weights[name] * (part - Fraction(1, part.shape[-1])) for name, part in self.factors.items()]
        total: Amounts = sum(parts[1:], parts[0])
        return total
