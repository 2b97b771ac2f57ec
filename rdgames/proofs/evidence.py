"""Why a polynomial has a sign: an identity in nonnegative coordinates, found in one of several ways.

In a chart (`rdgames.proofs.charts`) it is shown that

    multiplier * p = sum(factor_i * fact_i) + rest,

with facts that are known not to be negative, and all coefficients of multiplier, factors and rest not negative. Without
multiplier and facts this says that p itself has no negative coefficient.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, repeat
from typing import Any, final

from rdgames.proofs.atlas import Atlas
from rdgames.proofs.charts import Chart, Limit
from rdgames.proofs.polynomials import Polynomials
from rdgames.proofs.signs import POSITIVE, ZERO


@dataclass(frozen=True)
class Evidence:
    """That a polynomial is not negative, or positive if ``strict``."""

    chart: Chart
    strict: bool
    layer: str
    multiplier: Any = None
    terms: tuple[tuple[Any, str], ...] = ()

    def to_document(self) -> dict[str, Any]:
        """Return the evidence as certificates write it."""
        document: dict[str, Any] = {"chart": [move.to_document() for move in self.chart.moves]}
        if self.multiplier is not None:
            document["multiplier"] = str(self.multiplier)
        if self.terms:
            document["terms"] = [{"factor": str(factor), "fact": fact} for factor, fact in self.terms]
        return document


@dataclass
class Question:
    """Whether a polynomial is positive, or not negative, given what is known.

    Attributes
    ----------
    polynomials, known, points
        The polynomials of the proof, what is known of their signs, admissible points that guide the search.
    target
        The polynomial, with the sign that makes it positive at the points.
    limit, most_charts
        The work that may be done, and how many charts may be tried.
    """

    polynomials: Polynomials
    known: Mapping[str, int]
    points: Sequence[Mapping[str, Any]]
    target: Any
    limit: Limit = field(default_factory=Limit)
    most_charts: int = 8

    @cached_property
    def charts(self) -> list[Chart]:
        """The charts to be tried."""
        atlas = Atlas(self.polynomials, self.known, self.points, self.limit)
        return list(islice(atlas.charts(self.target), self.most_charts))

    def in_charts(self) -> Iterator[tuple[Chart, Any]]:
        """Yield the polynomial in one chart after the other."""
        for chart in self.charts:
            moved = chart.moved(self.target)
            if chart.inside(moved):
                yield chart, moved


class AbstractWay(ABC):
    """One way of finding evidence."""

    layer: str

    @abstractmethod
    def find(self, question: Question) -> Evidence | None:
        """Return evidence, None if there is none of this kind."""


@final
class Coefficients(AbstractWay):
    """No coefficient is negative in some chart."""

    layer = "coefficients"

    def find(self, question: Question) -> Evidence | None:
        """Return the first chart in which all coefficients have the sign; a strict one is preferred."""
        weak: Evidence | None = None
        for found in map(self._in_chart, question.charts, repeat(question.target)):
            if found is not None and found.strict:
                return found
            weak = weak or found
        return weak

    def _in_chart(self, chart: Chart, target: Any) -> Evidence | None:
        found = chart.without_upper_bounds(target)
        if found is None or not found[0].inside(found[1]):
            return None
        return Evidence(found[0], found[0].is_strict(found[1]), self.layer)


def known_signs(evidence: Evidence) -> int:
    """Return the signs that evidence leaves to the polynomial it is about."""
    return POSITIVE if evidence.strict else POSITIVE | ZERO
