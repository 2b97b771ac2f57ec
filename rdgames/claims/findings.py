"""What checking a claim has found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

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


@dataclass(frozen=True)
class ClaimCheck:
    """What checking a claim has found.

    Attributes
    ----------
    claim, statement, given
        Its name and what it says.
    verdict
        What the model file knows of it, ``true`` or ``false``.
    points
        At how many admissible points the statement was decided.
    undefined
        At how many more it had no value, since it divides by zero or takes the root of a negative number.
    proposed
        At how many points altogether admissibility was looked into.
    example
        The first admissible point; None if none was found.
    counterexample
        The first point at which the statement is false; None if none was found.
    truths
        At how many points each comparison in the statement was true, by its text; an equivalence of two comparisons
        that are never true says little.
    """

    claim: str
    statement: str
    given: str
    verdict: Literal["true", "false"]
    points: int
    undefined: int
    proposed: int
    example: Mapping[str, Fraction] | None
    counterexample: Counterexample | None
    truths: Mapping[str, int]

    @property
    def finding(self) -> Literal["holds", "refuted", "vacuous"]:
        """``holds`` on all points tried, ``refuted`` by one, or ``vacuous`` as long as no point was found."""
        if self.counterexample is not None:
            return "refuted"
        return "holds" if self.points else "vacuous"

    @property
    def holds(self) -> bool:
        """Whether points were found, and the statement is true at all of them."""
        return self.finding == "holds"

    @property
    def as_known(self) -> bool:
        """Whether the finding is what the model file says: a true claim holds, a false one is refuted."""
        return self.finding == ("holds" if self.verdict == "true" else "refuted")

    def __str__(self) -> str:
        match self.finding:
            case "holds":
                found = f"holds at {self.points} admissible points"
            case "refuted":
                found = f"refuted: {self.counterexample}"
            case _ if self.undefined:
                found = f"vacuous so far: it has no value at the {self.undefined} admissible points found"
            case _:
                found = f"vacuous so far: none of {self.proposed} points is admissible"
        where = f", given {self.given}" if self.given else ""
        return f"{self.claim}, {self.statement}{where}: {found}"

    def to_document(self) -> dict[str, Any]:
        """Return the finding as nested tables, exact numbers as text, for JSON."""
        return {
            "claim": self.claim,
            "statement": self.statement,
            "given": self.given,
            "verdict": self.verdict,
            "finding": self.finding,
            "points": self.points,
            "undefined": self.undefined,
            "proposed": self.proposed,
            "example": _texts(self.example or {}),
            "counterexample": None if self.counterexample is None else self.counterexample.to_document(),
            "truths": dict(self.truths),
        }
