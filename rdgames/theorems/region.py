"""Regions: exactly where, among admissible parameters, a statement about a game is true.

The condition is found and proved as `rdgames.proofs.exactness` describes. What bounds the region are the zeros of the
polynomials in it (`rdgames.theorems.boundaries`); where one parameter alone is open, the region is a list of intervals
with exact ends (`rdgames.theorems.intervals`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from time import monotonic
from typing import Any, Literal

from rdgames.claims.functions import ExactPoint
from rdgames.claims.hypotheses import Selection, interior_optimum
from rdgames.claims.reading import Proposition
from rdgames.claims.truth import AtPoint
from rdgames.errors import InputError, OutsideDomainError, TooLargeError, UnknownNameError
from rdgames.game.game import Game, expect_game
from rdgames.game.literature import Claim
from rdgames.proofs.charts import TooHardError
from rdgames.proofs.exactness import MOST, Exactly, condition_of
from rdgames.proofs.explicit_bounds import Explicit
from rdgames.proofs.open_signs import Table, admissible_points, find_table
from rdgames.proofs.proof import Proof
from rdgames.proofs.proving import as_claim, prove
from rdgames.proofs.reading import Reading
from rdgames.theorems.boundaries import Boundary, exactly
from rdgames.theorems.intervals import Interval, intervals
from rdgames.theorems.pages import region_page

PATIENCE = 0.6
"""The share of the time left that one attempt at a proof may take, where time is limited."""

Finding = Literal["exact", "always", "never", "vacuous", "unknown"]


@dataclass(frozen=True, repr=False)
class Region:
    """Where a statement about a game is true.

    Attributes
    ----------
    model, statement, given
        What is stated, and what is given.
    regimes
        The regimes that are compared.
    assumptions
        The domains of the parameters, and the conditions that are assumed, in words.
    finding
        ``exact``: the statement is true exactly when the condition is; ``always``, ``never``: wherever the assumptions
        hold; ``vacuous``: they contradict each other; ``unknown``.
    condition
        When the statement is true, as it would be typed in a claim; empty unless ``finding`` is ``exact``.
    proof
        The proof of it: that statement and condition are equivalent, that the statement always holds, or never.
    boundaries
        Where the polynomials in the condition are zero; if nothing was proved, in those whose sign is open.
    parameter, intervals
        Where one parameter alone decides, that parameter, and its admissible values, by whether the statement is true
        there; otherwise empty.
    true_at, false_at
        An admissible point at which the statement is true, and one at which it is false; None if none was met.
    """

    model: str
    statement: str
    given: str
    regimes: tuple[str, ...]
    assumptions: tuple[str, ...]
    finding: Finding
    condition: str = ""
    proof: Proof | None = None
    boundaries: tuple[Boundary, ...] = ()
    parameter: str = ""
    intervals: tuple[Interval, ...] = ()
    true_at: Mapping[str, Fraction] | None = None
    false_at: Mapping[str, Fraction] | None = None

    @property
    def always(self) -> bool:
        """Whether the statement is proved for all admissible parameters."""
        return self.finding == "always"

    @property
    def never(self) -> bool:
        """Whether the statement is proved to be false for all admissible parameters."""
        return self.finding == "never"

    def __str__(self) -> str:
        where = f", given {self.given}" if self.given else ""
        lines = [f"{self.statement}{where}: {self.found}"]
        if self.finding == "exact" and self.proof is not None:
            lines.append(f"  equivalence {self.proof.found}")
        if self.finding in ("exact", "unknown"):
            lines += [f"  boundary: {boundary}" for boundary in self.boundaries]
        lines += [f"  {interval.truth} for {interval}" for interval in self.intervals]
        if self.finding == "unknown":
            for word, point in (("true", self.true_at), ("false", self.false_at)):
                if point is not None:
                    lines.append(f"  {word} at {', '.join(f'{name} = {value}' for name, value in point.items())}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return region_page(self).html()

    @property
    def found(self) -> str:
        """What was found, in words."""
        match self.finding:
            case "exact":
                return f"true exactly when {self.condition}"
            case "always":
                return "always true"
            case "never":
                return "never true"
            case "vacuous":
                return "vacuous: the assumptions contradict each other"
        if self.boundaries:
            return "unknown; the signs of polynomials stay open"
        return "unknown; the signs of too many polynomials stay open, or time was too short"

    def to_document(self) -> dict[str, Any]:
        """Return the region as nested tables, exact numbers as text, for JSON."""
        return {
            "model": self.model,
            "statement": self.statement,
            "given": self.given,
            "regimes": list(self.regimes),
            "assumptions": list(self.assumptions),
            "finding": self.finding,
            "condition": self.condition,
            "proof": None if self.proof is None else self.proof.to_document(),
            "boundaries": [boundary.to_document() for boundary in self.boundaries],
            "parameter": self.parameter,
            "intervals": [interval.to_document() for interval in self.intervals],
            "true_at": _texts(self.true_at),
            "false_at": _texts(self.false_at),
        }


def _texts(point: Mapping[str, Fraction] | None) -> dict[str, str] | None:
    return None if point is None else {name: str(value) for name, value in point.items()}


def region(
    statement: Claim | str,
    game: Game,
    *,
    given: str = "",
    fix: Mapping[str, Any] | None = None,
    assuming: Selection = interior_optimum,
    most: int = MOST,
    timeout: float = inf,
    **values: Any,
) -> Region:
    """Find exactly where a statement about a game is true, among admissible parameters.

    Parameters
    ----------
    statement
        A statement such as ``cartel.x > competition.x``, a claim, or the name of one of the model.
    game
        The game.
    given
        What is given, such as ``n >= 2``.
    fix, **values
        Exact values of parameters; ``n=2`` and ``fix={"n": 2}`` mean the same.
    assuming
        Which conditions of the regimes are assumed, as for `rdgames.proofs.proving.prove`.
    most
        How many polynomials the condition may be about.
    timeout
        Seconds after which the answer is ``unknown``.

    Raises
    ------
    ModelError
        If the statement cannot be read, with every mistake and the nearest right names.
    UnknownNameError, InputError, OutsideDomainError
        If values are given to what is no parameter, twice, or outside the domain.
    DerivationError
        If a regime that it names has no equilibrium in closed form.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> found = region("merger.x > competition.x", game, given="n >= 2")
    >>> found.condition
    'beta > (3*n + 1)/(n**2 + 6*n + 1)'
    >>> print(found.boundaries[0])
    beta = (3*n + 1)/(n**2 + 6*n + 1)
    >>> [round(root.value, 4) for root in found.boundaries[0].roots("beta", n=2)]
    [0.4118]
    """
    until = monotonic() + timeout
    expect_game(game)
    fixed = _fixed(game, fix, values)
    claim = as_claim(game, statement, f"({given}) and {fixed}" if given and fixed else given or fixed)
    search = _Search(game, claim, Reading(Proposition.read(game, claim), assuming), until)
    try:
        return search.find(most)
    except (TooHardError, TooLargeError):
        return search.region("unknown", ())


def _fixed(game: Game, fix: Mapping[str, Any] | None, values: Mapping[str, Any]) -> str:
    """Return values of parameters as what is given."""
    twice = sorted(set(fix or {}) & set(values))
    if twice:
        raise InputError(f"found {', '.join(twice)} in fix and besides, expected one value for each parameter")
    exact = {}
    for name, value in {**(fix or {}), **values}.items():
        if name not in game.parameter:
            raise UnknownNameError("parameter", name, game.parameter)
        exact[name] = exactly(name, value)
    problems = [game.parameter[name].problem(value) for name, value in exact.items()]
    if any(problems):
        raise OutsideDomainError([problem for problem in problems if problem])
    return " and ".join(f"{name} == {value}" for name, value in exact.items())


@dataclass
class _Search:
    """One statement on its way to a region."""

    game: Game
    claim: Claim
    reading: Reading
    until: float

    def find(self, most: int) -> Region:
        """Return what is found."""
        points = admissible_points(self.reading)
        if not points:
            proof = self._prove(self.claim.statement)
            vacuous = proof.verdict == "vacuous"
            return self.region("vacuous" if vacuous else "unknown", points, proof=proof if vacuous else None)
        table = find_table(self.reading, points, self.until)
        if table is None:
            return self.region("unknown", points)
        found = condition_of(table, self.reading, self._prove, points=points, most=most, until=self.until)
        if found is None:
            return self.region("unknown", points, boundaries=self._boundaries(table.names))
        if found.condition in ("always", "never"):
            return self.region(found.condition, points, proof=found.proof)  # type: ignore[arg-type]
        return self._exact(found, table, points)

    def _exact(self, found: Exactly, table: Table, points: Sequence[ExactPoint]) -> Region:
        parameter, stretches = intervals(self.reading, table, points[0]) or ("", ())
        return self.region(
            "exact",
            points,
            condition=found.condition,
            proof=found.proof,
            boundaries=self._boundaries(found.polynomials, found.condition),
            parameter=parameter,
            intervals=stretches,
        )

    def region(self, finding: Finding, points: Sequence[ExactPoint], **more: Any) -> Region:
        proposition = self.reading.proposition
        met: dict[bool, Mapping[str, Fraction]] = {}
        for point in points:
            met.setdefault(AtPoint(self.game, point).decide(proposition.statement), point.values)
        return Region(
            self.game.name,
            self.claim.statement,
            self.claim.given,
            self.reading.regimes,
            self._assumptions(),
            finding,
            true_at=met.get(True),
            false_at=met.get(False),
            **more,
        )

    def _assumptions(self) -> tuple[str, ...]:
        domains = [f"{entry.domain}{', whole' if entry.integer else ''}" for entry in self.game.parameters]
        conditions = [f"{regime}: {condition.meaning}" for (regime, condition), _ in self.reading.assumed]
        return tuple(dict.fromkeys((*domains, *conditions)))

    def _boundaries(self, names: Sequence[str], condition: str = "") -> tuple[Boundary, ...]:
        explicit = Explicit(self.game, self.reading.meaning.ring)
        return tuple(Boundary.of(self.reading.formula(name), explicit, condition) for name in names)

    def _prove(self, statement: str) -> Proof:
        claim = Claim(name="exactly", statement=statement, given=self.claim.given)
        left = PATIENCE * max(self.until - monotonic(), 0.0)
        return prove(claim, self.game, assuming=self.reading.selection, timeout=left, exactly=0)
