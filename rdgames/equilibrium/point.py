"""An equilibrium at one point of the parameters: values, and whether it is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from rdgames.equilibrium.pages import point_page

Quantity: TypeAlias = Fraction | float | None
"""A value; None where a formula divides by zero."""


@dataclass(frozen=True)
class Verdict:
    """Whether a condition holds at a point, and by how much."""

    margin: Quantity
    holds: bool
    meaning: str
    source: str = ""


@dataclass(frozen=True)
class Point:
    """The values of an equilibrium at one point.

    Attributes
    ----------
    model, regime
        The names of the game and of the way of cooperating.
    parameters, values
        By name; exact fractions if every parameter was given exactly, else floats.
    conditions
        What decides whether the point is an equilibrium, by name. Conditions that say nothing there (unequal divisions
        in a group of one) are left out.
    diagnostics
        What a careful reader wants to know besides, in the same form.
    notes
        Restrictions that the regime imposes, in words.
    at_bounds
        The names of the bounds that bind (`rdgames.equilibrium.bounds`), such as ``q``, ``unit_cost``, ``q_2-by-x_1``.
    """

    model: str
    regime: str
    parameters: Mapping[str, Fraction | float]
    values: Mapping[str, Quantity]
    conditions: Mapping[str, Verdict]
    diagnostics: Mapping[str, Verdict]
    notes: tuple[str, ...] = ()
    at_bounds: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether all conditions hold."""
        return all(verdict.holds for verdict in self.conditions.values())

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the conditions that do not hold."""
        return tuple(name for name, verdict in self.conditions.items() if not verdict.holds)

    def __repr__(self) -> str:
        status = "valid" if self.valid else f"invalid: {', '.join(self.failed)}"
        values = ", ".join(f"{name}={_short(value)}" for name, value in self.values.items())
        return f"Point({self.model}, {self.regime}, {status}: {values})"

    def _repr_html_(self) -> str:
        return point_page(self).html()

    def to_document(self, *, exact: bool = False) -> dict[str, Any]:
        """Return the point as nested tables for JSON; the numbers are floats, or fractions as text if ``exact``."""

        def plain(value: Quantity) -> str | float | int | None:
            if not isinstance(value, Fraction):
                return value
            if exact:
                return str(value)
            return int(value) if value.denominator == 1 else float(value)

        def verdicts(table: Mapping[str, Verdict]) -> dict[str, Any]:
            return {
                name: {"margin": plain(entry.margin), "holds": entry.holds, "meaning": entry.meaning}
                for name, entry in table.items()
            }

        return {
            "model": self.model,
            "regime": self.regime,
            "parameters": {name: plain(value) for name, value in self.parameters.items()},
            "status": "valid" if self.valid else "invalid",
            "failed": list(self.failed),
            "values": {name: plain(value) for name, value in self.values.items()},
            "conditions": verdicts(self.conditions),
            "diagnostics": verdicts(self.diagnostics),
            "notes": list(self.notes),
            "at_bounds": list(self.at_bounds),
        }


@dataclass(frozen=True)
class History:
    """What follows from a history of explicit, possibly unequal choices.

    ``values`` has a list with an entry for each firm where a quantity belongs to firms, a number where it belongs to
    the market. ``below_bound`` names the actions that are below their least level for some firm; there the decision
    rules, which know no corners, do not apply. ``violated`` names the requirements of the model that do not hold.
    """

    values: Mapping[str, Any]
    below_bound: tuple[str, ...]
    violated: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether all choices are possible, and all requirements of the model hold."""
        return not self.below_bound and not self.violated


def _short(value: Quantity) -> str:
    if isinstance(value, Fraction) and value.denominator < 1000:
        return str(value)
    return "undefined" if value is None else f"{float(value):.6g}"
