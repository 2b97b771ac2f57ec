"""What checking a claim has found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rdgames.claims.surds import Real


def _texts(table: Mapping[str, Real]) -> dict[str, str]:
    return {name: str(value) for name, value in table.items()}


@dataclass(frozen=True)
class Counterexample:
    """An admissible point at which a claim is false.

    Attributes
    ----------
    parameters
        The exact value of every parameter.
    values
        The exact values of both sides of every comparison in the claim, and of the outcomes in them, by their text.
    """

    parameters: Mapping[str, Fraction]
    values: Mapping[str, Real]

    def to_document(self) -> dict[str, Any]:
        """Return the counterexample as tables of exact numbers as text."""
        return {"parameters": _texts(self.parameters), "values": _texts(self.values)}

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {value}" for name, value in self.parameters.items())
        what = ", ".join(f"{text} = {value}" for text, value in self.values.items())
        return f"{what} at {where}"
