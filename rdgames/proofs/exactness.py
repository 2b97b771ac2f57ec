"""When a statement is true: the condition on the parameters that is equivalent to it.

Once the signs of most factors are known, the truth of a statement depends on the signs of the few that are left. For
which of their signs it is true can be tabulated, and the table read as comparisons joined by *and* and *or*
(`rdgames.proofs.sign_tables`), each solved for a parameter where that is possible (`rdgames.proofs.explicit_bounds`).

Two things are guessed from exact points, so that the condition stays short: which combinations of signs occur at all,
and which way a solved comparison goes. So nothing is taken for granted: a condition is an answer only once it is
proved, as a claim of its own, that it is equivalent to the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import inf
from time import monotonic

from rdgames.claims.functions import ExactPoint
from rdgames.claims.truth import AtPoint
from rdgames.errors import InputError, TooLargeError
from rdgames.language.printer import typed
from rdgames.language.reader import MAX_CHARACTERS
from rdgames.language.tree import Call, Comparison, Logic, Statement, walk
from rdgames.proofs import signs
from rdgames.proofs.atlas import value_at
from rdgames.proofs.definedness import defined_where
from rdgames.proofs.explicit_bounds import Explicit
from rdgames.proofs.open_signs import Table, admissible_points, find_table
from rdgames.proofs.problem import in_flint
from rdgames.proofs.proof import Proof
from rdgames.proofs.reading import Reading
from rdgames.proofs.sign_tables import Clauses, Combination, briefest, comparison

MOST = 3
"""A condition on more polynomials is not looked for."""

ROUNDS = 4
"""How often a condition is mended by a counterexample to it."""

Prove = Callable[[str], Proof]
"""What proves a statement under the same hypotheses; it must not ask in turn when that is true."""


@dataclass(frozen=True)
class Exactly:
    """When a statement is true.

    Attributes
    ----------
    condition
        The condition, as it would be typed in a claim; ``always`` and ``never`` where there is none.
    proof
        The proof that the statement is true when the condition is, and only then.
    polynomials
        The polynomials whose signs the condition is about, by their text.
    """

    condition: str
    proof: Proof
    polynomials: tuple[str, ...]


def exactly_when(
    reading: Reading, prove: Prove, *, points: Sequence[ExactPoint] = (), most: int = MOST, until: float = inf
) -> Exactly | None:
    """Return the condition under which, and only under which, a statement is true.

    Parameters
    ----------
    reading
        The claim.
    prove
        What proves a statement under the hypotheses of the claim.
    points
        Admissible points at which the statement has a value; looked for if there are none.
    most
        How many polynomials the condition may be about.
    until
        When to give up, as a time of `time.monotonic`.

    Returns
    -------
    Exactly or None
        None where too many signs stay open, or no condition is proved to be equivalent.
    """
    points = points or admissible_points(reading)
    table = find_table(reading, points, until)
    return None if table is None else condition_of(table, reading, prove, points=points, most=most, until=until)


def condition_of(
    table: Table, reading: Reading, prove: Prove, *, points: Sequence[ExactPoint], most: int = MOST, until: float = inf
) -> Exactly | None:
    """Return the condition that a table of signs amounts to, as `exactly_when` does."""
    return None if len(table.names) > most else _Search(reading, points, prove, table, until).find()


@dataclass
class _Search:
    """The search for a condition that a table of signs amounts to."""

    reading: Reading
    points: Sequence[ExactPoint]
    prove: Prove
    table: Table
    until: float = inf
    tried: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """See which signs occur together."""
        self.explicit = Explicit(self.reading.game, self.reading.meaning.ring)
        self.points = list(self.points)
        self.seen = {self._signs_at(point) for point in self.points}
        self.allowed = set(defined_where(self.reading, self.points[:6], self.until))

    def find(self) -> Exactly | None:
        """Return a condition that is proved: first among those that are true to all points, then the whole table."""
        for _ in range(ROUNDS):
            found = self._first_proved(self.table.only(_between(self.seen)))
            if isinstance(found, Exactly):
                return found
            if not found:
                break
        found = self._first_proved(self.table)
        return found if isinstance(found, Exactly) else None

    def _first_proved(self, table: Table) -> Exactly | bool:
        """Return the first condition that is proved; else whether a counterexample to one was learnt."""
        for condition, names in self._conditions(table):
            found = monotonic() < self.until and self._proved(condition, names)
            if found:
                return found
        return False

    def _conditions(self, table: Table) -> Iterator[tuple[Statement | bool, tuple[str, ...]]]:
        """Yield conditions that a table amounts to, the ones that are best to read first."""
        if len(table.said) < 2:
            if table.said:
                yield table.said.pop(), ()
            return
        clauses = briefest(table.entries, table.possible)
        if clauses is None:
            return
        places = dict.fromkeys(place for clause in clauses.clauses for place, _ in clause)
        names = tuple(table.names[place] for place in places)
        for written in (self._solved, self._plain):
            try:
                yield self._joined(clauses, table, written), names
            except TooLargeError:
                continue

    def _joined(self, clauses: Clauses, table: Table, written: Callable[[str, int, int], Comparison]) -> Statement:
        outer: list[Statement] = []
        for clause in clauses.clauses:
            inner = tuple(written(table.names[place], mask, table.possible[place]) for place, mask in clause)
            outer.append(inner[0] if len(inner) == 1 else Logic(clauses.inner, inner))
        return outer[0] if len(outer) == 1 else Logic(clauses.outer, tuple(outer))

    def _plain(self, name: str, mask: int, possible: int) -> Comparison:
        return self.explicit.plain(self.reading.formula(name), comparison(mask, possible))

    def _solved(self, name: str, mask: int, possible: int) -> Comparison:
        """Return a comparison solved for a parameter, that agrees with the polynomial's at all points."""
        polynomial, sort = self.reading.formula(name), comparison(mask, possible)
        said = [bool(signs.set_of(self._sign(name, point)) & mask) for point in self.points]
        for bound in self.explicit.bounds(polynomial, sort):
            if self._agrees(bound, said):
                return bound
        return self._plain(name, mask, possible)

    def _agrees(self, bound: Comparison, said: Sequence[bool]) -> bool:
        try:
            return all(
                AtPoint(self.reading.game, point).decide(bound) == one
                for point, one in zip(self.points, said, strict=True)
            )
        except (ArithmeticError, InputError):
            return False

    def _proved(self, condition: Statement | bool, names: tuple[str, ...]) -> Exactly | bool:
        """Return the answer if a condition is proved to be equivalent, else whether something was learnt."""
        statement = self.reading.proposition.statement
        if isinstance(condition, bool):
            claim, shown = typed(statement if condition else Logic("not", (statement,))), ("never", "always")[condition]
        else:
            claim, shown = typed(Logic("iff", (statement, condition))), typed(condition)
        if shown in self.tried or len(claim) > MAX_CHARACTERS:
            return False
        self.tried.add(shown)
        proof = self.prove(claim)
        if proof.verdict == "proved" and set(proof.defined_where) <= self.allowed:
            return Exactly(shown, proof, names) if isinstance(condition, bool) or self._rooted(condition) else False
        if proof.counterexample is None:
            return False
        return self._learnt(ExactPoint(dict(proof.counterexample.parameters)))

    def _rooted(self, condition: Statement) -> bool:
        """Whether all square roots in a condition can be taken: where one cannot, it would say nothing."""
        return all(
            self.prove(f"{typed(node.arguments[0])} >= 0").verdict == "proved"
            for node in walk(condition)
            if isinstance(node, Call) and node.function == "sqrt"
        )

    def _learnt(self, point: ExactPoint) -> bool:
        self.points = [*self.points, point]
        self.seen.add(self._signs_at(point))
        return True

    def _signs_at(self, point: ExactPoint) -> Combination:
        return tuple(self._sign(name, point) for name in self.table.names)

    def _sign(self, name: str, point: ExactPoint) -> int:
        value = value_at(self.reading.polynomials, self.reading.formula(name), in_flint(point.values))
        return int(value > 0) - int(value < 0)


def _between(seen: Iterable[Combination]) -> set[Combination]:
    """Return combinations of signs with those that lie between two: a sign that changes is zero somewhere."""
    found = set(seen)
    for one, other in combinations(tuple(found), 2):
        differing = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
        if len(differing) == 1 and one[differing[0]] * other[differing[0]]:
            found.add(tuple(0 if place == differing[0] else sign for place, sign in enumerate(one)))
    return found
