"""Where a statement has a value: what it divides by is not zero, and what it takes the root of is not negative."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf

from rdgames.claims.functions import ExactPoint
from rdgames.proofs.charts import Limit
from rdgames.proofs.evidence import Coefficients
from rdgames.proofs.implication import Atom, Compared, Implication
from rdgames.proofs.polynomials import Product
from rdgames.proofs.problem import Effort, Problem, in_flint
from rdgames.proofs.reading import Reading
from rdgames.proofs.search import find_proof

WORK = 1e5
"""How many terms may be written to show that one denominator is not zero."""


def defined_where(reading: Reading, points: Sequence[ExactPoint], until: float = inf) -> tuple[str, ...]:
    """Return what the hypotheses do not show and a statement needs to have a value, as comparisons.

    Parameters
    ----------
    reading
        The claim.
    points
        Admissible points, which guide the search.
    until
        When to give up, as a time of `time.monotonic`; what is not shown by then is returned.
    """
    hypotheses = reading.implication.hypotheses
    nonzero = Implication(hypotheses, None).at_first
    near = [in_flint(point.values) for point in points]

    def shown(atom: Atom, sort: str) -> bool:
        effort = Effort((Coefficients(),), depth=1, limit=Limit(WORK, until))
        problem = Problem(Implication(hypotheses, Compared(atom, sort)), reading.polynomials, near, effort)
        return find_proof(problem) is not None

    found = []
    for name in reading.stated_divisors:
        if name not in nonzero and not shown(Atom(name, Product(Fraction(1), ((name, 1),))), "!="):
            found.append(f"{name.replace('^', '**')} != 0")
    for text, product in reading.stated_radicands:
        if not shown(Atom(text, product), ">="):
            found.append(f"{text} >= 0")
    return tuple(found)
