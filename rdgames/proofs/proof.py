"""What is found about a claim: proved, refuted, vacuous, or unknown, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from rdgames.claims.findings import Counterexample
from rdgames.proofs.pages import proof_page

Finding: TypeAlias = Literal["proved", "proved by one solver", "refuted", "vacuous", "unknown"]

UNNAMED = "statement"
"""The name of a claim that has none."""


@dataclass(frozen=True, repr=False)
class Proof:
    """What is found about a claim.

    Attributes
    ----------
    model, claim, statement, given
        What was claimed; ``claim`` is its name.
    verdict
        ``proved`` for all real values of the parameters (numbers of firms: see ``numbers``), with a certificate;
        ``proved by one solver`` where that alone says so; ``refuted`` by an exact point; ``vacuous`` where the
        hypotheses contradict each other; ``unknown``.
    numbers
        Whether numbers of firms may be any ``real`` numbers in the proof, or it uses that they are ``whole``.
    layers
        What was needed: ``signs`` of factors and nothing else, ``coefficients``, ``linear programming``, ``solvers``.
    exactly_when
        For a claim that is refuted, a condition on the parameters under which, and only under which, it is true (that
        is proved too, with ``condition_certificate``); ``never`` where it is true nowhere, empty if none was found.
    defined_where
        What the statement needs to have a value, as far as it was not shown: ``2*beta - 1 != 0``. Elsewhere it says
        nothing.
    example
        An admissible point.
    counterexample
        An admissible point at which the statement is false.
    tried
        What was tried, in order, in words.
    missing
        Layers that could not be used, with what to install.
    seconds
        The time it took.
    certificate
        What `rdgames.certificates.checker` checks; None for what is unknown.
    """

    model: str
    claim: str
    statement: str
    given: str
    verdict: Finding
    numbers: Literal["real", "whole"] = "real"
    layers: tuple[str, ...] = ()
    exactly_when: str = ""
    defined_where: tuple[str, ...] = ()
    example: Mapping[str, Fraction] | None = None
    counterexample: Counterexample | None = None
    tried: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    seconds: float = 0.0
    certificate: Mapping[str, Any] | None = None
    condition_certificate: Mapping[str, Any] | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the claim is true; None where that is not known, or it says nothing."""
        return {"proved": True, "proved by one solver": True, "refuted": False}.get(self.verdict)

    def __str__(self) -> str:
        where = f", given {self.given}" if self.given else ""
        name = "" if self.claim == UNNAMED else f"{self.claim}, "
        scope = f"; nothing is said except where {' and '.join(self.defined_where)}" if self.defined_where else ""
        return f"{name}{self.statement}{where}: {self.found}{scope}"

    __repr__ = __str__  # a certificate may fill pages

    def _repr_html_(self) -> str:
        return proof_page(self).html()

    @property
    def found(self) -> str:
        """The verdict and its reason, in words."""
        match self.verdict:
            case "proved" | "proved by one solver":
                numbers = ", for whole numbers" if self.numbers == "whole" else ""
                return f"{self.verdict} ({', '.join(self.layers)}{numbers})"
            case "refuted":
                when = f"; it is true exactly when {self.exactly_when}" if self.exactly_when else ""
                return (
                    f"refuted{'; it is true nowhere' if self.exactly_when == 'never' else when}: {self.counterexample}"
                )
            case "vacuous":
                return "vacuous: the assumptions contradict each other"
        missing = f"; missing: {', '.join(self.missing)}" if self.missing else ""
        return f"unknown after {self.seconds:.1f} s: {'; '.join(self.tried)}{missing}"

    def to_document(self) -> dict[str, Any]:
        """Return the finding as nested tables, exact numbers as text, for JSON."""
        return {
            "model": self.model,
            "claim": self.claim,
            "statement": self.statement,
            "given": self.given,
            "verdict": self.verdict,
            "numbers": self.numbers,
            "layers": list(self.layers),
            "exactly_when": self.exactly_when,
            "defined_where": list(self.defined_where),
            "example": None if self.example is None else {name: str(value) for name, value in self.example.items()},
            "counterexample": None if self.counterexample is None else self.counterexample.to_document(),
            "tried": list(self.tried),
            "missing": list(self.missing),
            "seconds": round(self.seconds, 4),
        }
