"""What is to be proved, with what guides the search, and how far the search goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from flint import fmpq

from rdgames.proofs.atlas import value_at
from rdgames.proofs.charts import Limit
from rdgames.proofs.evidence import AbstractWay
from rdgames.proofs.implication import Implication, Part, atoms_in, comparisons
from rdgames.proofs.polynomials import Polynomials

Step: TypeAlias = dict[str, Any]
"""A step of a proof, as certificates write it."""

Point: TypeAlias = Mapping[str, Any]
"""A value of each parameter, as numbers of python-flint."""


@dataclass
class Effort:
    """How far a search goes, and what it found out on the way.

    Attributes
    ----------
    ways
        How signs are shown.
    depth
        How many cases may lie within each other.
    cuts
        How often the range of a parameter may be cut in two besides.
    limit
        The work that may be done.
    solvers
        For how many seconds solvers are asked about a case that is left; not at all if zero.
    layers
        Which ways were needed.
    whole
        Whether it was needed that numbers of firms are whole.
    by_one_solver
        Whether a case rests on the word of one solver.
    candidates
        Points that solvers propose as counterexamples.
    root_knowledge
        The signs that were found without distinguishing cases.
    """

    ways: Sequence[AbstractWay]
    depth: int = 4
    cuts: int = 0
    limit: Limit = field(default_factory=Limit)
    solvers: float = 0.0
    layers: set[str] = field(default_factory=set)
    whole: bool = False
    by_one_solver: bool = False
    candidates: list[dict[str, Fraction]] = field(default_factory=list)
    root_knowledge: dict[str, int] = field(default_factory=dict)


@dataclass
class Problem:
    """An implication to be proved.

    Attributes
    ----------
    implication, polynomials
        What is to be proved, about which polynomials.
    points
        Points that satisfy the hypotheses; they guide the search and prove nothing.
    effort
        How far the search goes.
    guides
        Points by which bounds are compared where no point satisfies all that is supposed.
    whole
        The parameters that are whole numbers.
    """

    implication: Implication
    polynomials: Polynomials
    points: Sequence[Point]
    effort: Effort
    whole: frozenset[str] = frozenset()
    guides: Sequence[Point] = ()

    def __post_init__(self) -> None:
        """Find the polynomials that each hypothesis and each comparison depends on."""
        self.guides = self.guides or self.points
        self._signs: dict[tuple[str, int], int] = {}
        self.of_hypotheses = [(part, _names(part)) for part in self.implication.hypotheses]
        stated = self.implication.statement
        self.of_statement = [] if stated is None else [(part, _names(part)) for part in comparisons(stated)]

    def sign_at(self, name: str, place: int) -> int:
        """Return the sign of a polynomial at one of the points."""
        if (name, place) not in self._signs:
            value = value_at(self.polynomials, self.polynomials.by_text[name], self.points[place])
            self._signs[name, place] = int(value > 0) - int(value < 0)
        return self._signs[name, place]


def in_flint(values: Mapping[str, Fraction]) -> Point:
    """Return the values of parameters as numbers of python-flint."""
    return {name: fmpq(value.numerator, value.denominator) for name, value in values.items()}


def _names(part: Part) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for atom in atoms_in(part) for one in atom.products for name in one.names))
