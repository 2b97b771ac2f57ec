"""For which signs a statement is true: what is left to ask once all signs are found that can be.

The truth of a statement depends on the signs of the factors of what it compares. Those that are the same at all
admissible points are found as for a proof; for the few others a table says with which signs the statement is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, product
from math import inf
from random import Random

from rdgames.claims.functions import ExactPoint
from rdgames.claims.hypotheses import Hypotheses
from rdgames.claims.sampling import Walk
from rdgames.claims.truth import AtPoint
from rdgames.proofs import signs
from rdgames.proofs.charts import Limit
from rdgames.proofs.evidence import Coefficients
from rdgames.proofs.linear_programming import LinearProgramming
from rdgames.proofs.problem import Effort, Problem, in_flint
from rdgames.proofs.reading import Reading
from rdgames.proofs.search import find_proof
from rdgames.proofs.sign_tables import Combination
from rdgames.proofs.signs import ANY, FALSE, TRUE

MOST_TABULATED = 7
"""Of how many polynomials a table of signs is made, to see which of them matter."""

POINTS, LINES = 60, 200
"""How many admissible points guide the guesses, and along how many lines they are looked for."""

READING, STRIVING = 3e5, 1e6
"""The work spent on finding signs, at first and where more than one polynomial stays open."""


@dataclass(frozen=True)
class Table:
    """For which signs of which polynomials a statement is true.

    ``possible`` are the signs that they may have, ``known`` those of all polynomials.
    """

    names: tuple[str, ...]
    possible: tuple[int, ...]
    entries: Mapping[Combination, bool | None]
    known: Mapping[str, int]

    def only(self, seen: Iterable[Combination]) -> Table:
        """Return the table in which only some combinations matter."""
        kept = set(seen)
        entries = {at: said if at in kept else None for at, said in self.entries.items()}
        return Table(self.names, self.possible, entries, self.known)

    @property
    def said(self) -> set[bool]:
        """The truths in the table."""
        return {said for said in self.entries.values() if said is not None}


def admissible_points(reading: Reading, most: int = POINTS, seed: int = 0) -> list[ExactPoint]:
    """Return points that satisfy the hypotheses of a claim, and at which its statement has a value."""
    proposition, found = reading.proposition, []
    hypotheses = Hypotheses.of(proposition.game, proposition.given, proposition.statement, reading.selection)
    for point in islice(Walk(hypotheses, proposition.statement, Random(seed)).points(lines=LINES), 2 * most):
        with suppress(ArithmeticError):
            AtPoint(proposition.game, point).decide(proposition.statement)
            found.append(point)
        if len(found) == most:
            break
    return found


def find_table(reading: Reading, points: Sequence[ExactPoint], until: float = inf) -> Table | None:
    """Return the table of signs on which the truth of a statement depends, once all signs are found that can be.

    None where too many stay open for a table. ``until`` is a time of `time.monotonic`.
    """
    tables = []
    for ways, work in (((Coefficients(),), READING), ((Coefficients(), LinearProgramming()), STRIVING)):
        effort = Effort(ways, limit=Limit(work, until))
        near = [in_flint(point.values) for point in points[:6]]
        find_proof(Problem(reading.implication, reading.polynomials, near, effort, reading.whole))
        table = tabulated(reading, effort.root_knowledge)
        if table is not None:
            tables.append(table)
            if len(table.names) <= 1:
                break
    return min(tables, key=lambda table: len(table.names), default=None)


def open_names(reading: Reading, known: Mapping[str, int]) -> tuple[str, ...]:
    """Return the polynomials of a statement that may have several signs."""
    names = dict.fromkeys(name for atom in reading.stated_atoms for part in atom.products for name in part.names)
    return tuple(name for name in names if known.get(name, ANY) not in (signs.POSITIVE, signs.NEGATIVE, signs.ZERO))


def tabulated(reading: Reading, known: Mapping[str, int]) -> Table | None:
    """Return for which signs of the polynomials that are left open a statement is true.

    Polynomials on which its truth does not depend are left out. Where a statement has no value nothing is claimed.
    """
    names = open_names(reading, known)
    if len(names) > MOST_TABULATED:
        return None
    possible = tuple(known.get(name, ANY) for name in names)
    entries: dict[Combination, bool | None] = {}
    for at in product(*(tuple(signs.members(mask)) for mask in possible)):
        said = reading.statement.truth(
            {**known, **{name: signs.set_of(sign) for name, sign in zip(names, at, strict=True)}}
        )
        if said == TRUE | FALSE:
            return None
        entries[at] = None if not said else said == TRUE
    return _of_what_matters(Table(names, possible, entries, known))


def _of_what_matters(table: Table) -> Table:
    """Return a table without the polynomials on which nothing depends."""
    for place in range(len(table.names)):
        rest: dict[Combination, set[bool]] = {}
        for at, said in table.entries.items():
            rest.setdefault((*at[:place], *at[place + 1 :]), set()).update(() if said is None else (said,))
        if all(len(said) < 2 for said in rest.values()):
            shorter = {at: next(iter(said), None) for at, said in rest.items()}
            names = table.names[:place] + table.names[place + 1 :]
            possible = table.possible[:place] + table.possible[place + 1 :]
            return _of_what_matters(Table(names, possible, shorter, table.known))
    return table
