"""Identities with the facts, found by linear programming in floating point and put right in exact rationals.

In a chart, multiplier, factors and rest of

    multiplier * p = sum(factor_i * fact_i) + rest

are polynomials with unknown coefficients that are not negative, so that equating coefficients gives a linear program
(Handelman 1988, Pacific Journal of Mathematics 132:35-62; Schmuedgen 1991). Its solution is rounded to the exact
solution of the equations that hold with equality; what is then an identity is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias, final

from flint import fmpq, fmpq_mat

from rdgames.proofs.charts import Chart, Limit
from rdgames.proofs.evidence import AbstractWay, Evidence, Question
from rdgames.proofs.polynomials import Polynomials, not_negative
from rdgames.proofs.signs import NEGATIVE, ONE_SIDED, POSITIVE, ZERO

Powers: TypeAlias = tuple[int, ...]

MOST_TERMS = 1_500
MOST_UNKNOWNS = 1_500
MOST_EQUATIONS = 3_000
MOST_CHARTS = 4
LARGEST = 2**1000
"""Where a coefficient is larger no program is solved: solvers compute with floats, which end at 2**1024."""

_SMALL = 1e-9


@dataclass(frozen=True)
class Unknown:
    """A coefficient to be found: of a monomial in the multiplier (``fact`` empty) or in the factor of a fact."""

    fact: str
    monomial: Powers
    terms: Mapping[Powers, int]


@final
class LinearProgramming(AbstractWay):
    """A combination of the facts."""

    layer = "linear programming"

    def __init__(self, degree: int = 1) -> None:
        self.degree = degree

    def find(self, question: Question) -> Evidence | None:
        """Return the first combination found in the first few charts; a strict one is preferred."""
        weak: Evidence | None = None
        for place, (chart, moved) in enumerate(question.in_charts()):
            if place >= MOST_CHARTS:
                break
            evidence = self._in_chart(question, chart, moved)
            if evidence is not None and evidence.strict:
                return evidence
            weak = weak or evidence
        return weak

    def _in_chart(self, question: Question, chart: Chart, target: Any) -> Evidence | None:
        if len(target) > MOST_TERMS:
            return None
        facts = dict(_facts(question, chart))
        unknowns = list(_unknowns(question.polynomials, target, facts, self.degree))
        if target.is_zero() or len(unknowns) > MOST_UNKNOWNS:
            return None
        chart.limit.spend(sum(len(unknown.terms) for unknown in unknowns))
        rows = sorted({powers for unknown in unknowns for powers in unknown.terms})
        if len(rows) > MOST_EQUATIONS:
            return None
        found = _solve(unknowns, rows, chart.limit)
        return None if found is None else _checked(question, chart, target, facts, unknowns, found)


def _facts(question: Question, chart: Chart) -> Iterator[tuple[str, Any]]:
    """Yield the facts that are no coordinates, each as a polynomial in coordinates that is not negative."""
    taken = {name for move in chart.moves for name in (move.low, move.high, move.zero)}
    for name, signs in question.known.items():
        if name in taken or signs == ZERO or signs not in ONE_SIDED:
            continue
        moved = chart.moved(chart.oriented(name))
        small = len(moved) <= MOST_TERMS
        if small and chart.inside(moved) and not moved.is_constant() and not not_negative(moved):
            yield name, moved


def _unknowns(polynomials: Polynomials, target: Any, facts: Mapping[str, Any], degree: int) -> Iterator[Unknown]:
    """Yield the coefficients that may help: those whose terms stay among the terms of the multiplied polynomial."""
    one = (0,) * len(polynomials.names)
    used = sorted(polynomials.place(name) for name in polynomials.used(target) | _all_used(polynomials, facts))
    monomials = [one]
    for _ in range(degree):
        monomials += [_raised(powers, place) for powers in monomials for place in used]
    monomials = list(dict.fromkeys(monomials))
    terms = _terms(target)
    reach: set[Powers] = set()
    multipliers = [Unknown("", powers, _times(terms, powers)) for powers in monomials]
    for unknown in multipliers:
        reach |= unknown.terms.keys()
    negative = {powers for unknown in multipliers for powers, value in unknown.terms.items() if value < 0}
    yield from multipliers
    for fact, polynomial in facts.items():
        of_fact = _terms(polynomial)
        below = [powers for powers, value in of_fact.items() if value < 0]
        for shift in _shifts(negative, below) if negative else ():
            shifted = _times({powers: -value for powers, value in of_fact.items()}, shift)
            if shifted.keys() <= reach:
                yield Unknown(fact, shift, shifted)


def _all_used(polynomials: Polynomials, facts: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for polynomial in facts.values() for name in polynomials.used(polynomial))


def _terms(polynomial: Any) -> dict[Powers, int]:
    return {tuple(map(int, powers)): int(value) for powers, value in polynomial.to_dict().items()}


def _raised(powers: Powers, place: int) -> Powers:
    return (*powers[:place], powers[place] + 1, *powers[place + 1 :])


def _shifts(wanted: Iterable[Powers], from_: Sequence[Powers]) -> list[Powers]:
    """Return the monomials that lift one of some terms to one that is wanted."""
    import numpy as np  # takes a tenth of a second, so only where it is needed

    differences = np.array(list(wanted))[:, None, :] - np.array(from_)[None, :, :]
    flat = differences.reshape(-1, differences.shape[-1])
    found = np.unique(flat[(flat >= 0).all(axis=1)], axis=0)
    return [tuple(map(int, row)) for row in found]


def _times(terms: Mapping[Powers, int], monomial: Powers) -> dict[Powers, int]:
    return {tuple(map(int.__add__, powers, monomial)): value for powers, value in terms.items()}


def _solve(unknowns: Sequence[Unknown], rows: Sequence[Powers], limit: Limit) -> list[Fraction] | None:
    """Return exact values of the unknowns that leave no negative coefficient, None if there are none."""
    import numpy as np  # with SciPy takes half a second, so only where it is needed
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix

    if any(abs(value) > LARGEST for unknown in unknowns for value in unknown.terms.values()):
        return None
    place = {powers: number for number, powers in enumerate(rows)}
    scale = np.array(
        [max((abs(float(value)) for value in unknown.terms.values()), default=1.0) for unknown in unknowns]
    )
    at_rows, at_columns, values = [], [], []
    for column, unknown in enumerate(unknowns):
        for powers, value in unknown.terms.items():
            at_rows.append(place[powers])
            at_columns.append(column)
            values.append(-value / scale[column])
    matrix = coo_matrix((values, (at_rows, at_columns)), shape=(len(rows), len(unknowns))).tocsr()
    first = np.array([[1.0 if not unknown.fact else 0.0 for unknown in unknowns]])
    cost = np.array([0.01 if not unknown.fact else 1.0 for unknown in unknowns])
    result = linprog(
        cost,
        A_ub=matrix,
        b_ub=np.zeros(len(rows)),
        A_eq=first,
        b_eq=[1.0],
        method="highs-ds",
        options=limit.for_solvers,
    )
    if result.status != 0:
        return None
    basic = [column for column, value in enumerate(result.x) if value > _SMALL]
    tight = [row for row, slack in enumerate(result.slack) if slack < _SMALL]
    return _exact(unknowns, rows, basic, tight, result.x / scale)


def _exact(
    unknowns: Sequence[Unknown], rows: Sequence[Powers], basic: list[int], tight: list[int], near: Any
) -> list[Fraction] | None:
    """Return the exact solution near a rounded one: the equations that hold with equality, solved."""
    values = [Fraction(0)] * len(unknowns)
    if len(basic) > 200:
        return None
    pivot = max(basic, key=lambda column: float(near[column]) if not unknowns[column].fact else -1.0)
    table = [
        [fmpq(unknowns[column].terms.get(rows[row], 0)) for column in (*(c for c in basic if c != pivot), pivot)]
        for row in tight
    ]
    table = [row for row in table if any(value != 0 for value in row)]
    others = [column for column in basic if column != pivot]
    values[pivot] = Fraction(1)
    if others and table:
        reduced, _ = fmpq_mat(table).rref()
        free = dict.fromkeys(range(len(others)), True)
        solved: list[tuple[int, list[Any]]] = []
        for row in range(min(reduced.nrows(), len(others))):
            lead = next((c for c in range(len(others)) if reduced[row, c] != 0), None)
            if lead is not None:
                free[lead] = False
                solved.append((lead, [reduced[row, c] for c in range(len(others) + 1)]))
        ratio = [_simple(float(near[column] / near[pivot])) for column in others]
        for number, column in enumerate(others):
            if free[number]:
                values[column] = ratio[number]
        for lead, row_values in solved:
            total = -_fraction(row_values[-1])
            for number in range(len(others)):
                if free[number]:
                    total -= _fraction(row_values[number]) * ratio[number]
            values[others[lead]] = total
    else:
        for column in others:
            values[column] = _simple(float(near[column] / near[pivot]))
    return values if all(value >= 0 for value in values) else None


def _simple(value: float) -> Fraction:
    return Fraction(value).limit_denominator(10_000)


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _checked(
    question: Question,
    chart: Chart,
    target: Any,
    facts: Mapping[str, Any],
    unknowns: Sequence[Unknown],
    found: list[Fraction],
) -> Evidence | None:
    """Return the identity as evidence, if it is one."""
    polynomials = question.polynomials
    common = lcm(*(value.denominator for value in found))
    factors: dict[str, dict[Powers, int]] = {}
    for unknown, value in zip(unknowns, found, strict=True):
        if value:
            factors.setdefault(unknown.fact, {})[unknown.monomial] = int(value * common)
    multiplier = polynomials.context.from_dict(factors.pop("", {}))
    if multiplier.is_zero() or not chart.is_strict(multiplier):
        return None
    terms = {fact: polynomials.context.from_dict(terms) for fact, terms in factors.items()}
    rest = multiplier * target - sum(
        (factor * facts[fact] for fact, factor in terms.items()), polynomials.context.constant(0)
    )
    if not not_negative(rest):
        return None
    faces = chart.strict_faces(rest)
    for fact, factor in terms.items():
        if question.known[fact] in (NEGATIVE, POSITIVE):
            faces |= chart.strict_faces(factor)
    strict = faces == set(chart.vanishing)
    return Evidence(
        chart, strict, LinearProgramming.layer, multiplier, tuple((factor, fact) for fact, factor in terms.items())
    )
