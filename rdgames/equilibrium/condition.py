"""What must hold of an equilibrium: a margin that is positive where it does, and what it means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

from rdgames.algebra.fields import K

DEFINED, DEFINED_MEANING = "defined", "no outcome divides by zero"
"""The condition that is listed only where it fails, since it has no margin."""


CONVERGED, ONE_SOLUTION = "converged", "one_solution"
"""The conditions of levels without closed form: a solution of the first-order conditions is found, and only one."""

DIVISION = "division_"
"""What stands before the action in the condition that a bound which binds each member says how a total is divided."""


@dataclass(frozen=True, eq=False)
class Condition(Generic[K]):
    """A condition of an equilibrium.

    Attributes
    ----------
    name
        ``second_order``, ``interior_x``, ...; for moves after the first, and where a move has several units, the name
        says which.
    margin
        Positive where the condition holds; if not ``strict``, it may be zero.
    meaning, source
        What it says in words, and where it comes from.
    applies
        The condition says something only where this is positive; None if everywhere.
    decides
        Whether an equilibrium is valid only where this holds. What does not decide is a diagnostic.
    whole
        The margin is no margin then, but a number of things that must be whole.
    assumed
        Whether the model itself assumes it; claims about the model are made where it does.
    of_participation
        Whether it is that a player earns enough, which those who pay each other need not all do.
    divides
        Whether it is about how a total is divided among equals; where its margin is zero, every division is as good.
    """

    name: str
    margin: K
    meaning: str
    source: str = ""
    strict: bool = True
    applies: K | None = None
    decides: bool = True
    divides: bool = False
    whole: bool = False
    assumed: bool = False
    of_participation: bool = False

    def holds(self, margin: Any) -> Any:
        """Whether the condition holds by a margin: a number, or an array of numbers."""
        if self.whole:
            return margin % 1 == 0
        return margin > 0 if self.strict else margin >= 0

    def outputs(self, prefix: str = "") -> dict[str, K]:
        """Return what `met` needs, under the keys that it looks them up by."""
        found = {f"{prefix}margin:{self.name}": self.margin}
        return found if self.applies is None else {**found, f"{prefix}applies:{self.name}": self.applies}

    def met(self, found: Mapping[str, Any], prefix: str = "") -> Any:
        """Whether the condition holds, or says nothing, by the numbers of `outputs`, at many points at once.

        It does not hold by a margin that is infinite: there is no equilibrium where one is divided by zero.
        """
        margin = found[f"{prefix}margin:{self.name}"]
        met = self.holds(margin) & (margin < math.inf)
        return met if self.applies is None else met | (found[f"{prefix}applies:{self.name}"] <= 0)
