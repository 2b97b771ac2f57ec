"""Tables of truth by signs, put as briefly as comparisons joined by *and* and *or* can.

A table says for every combination of signs of a few polynomials whether something is true; None where that does not
matter. A *box* allows each polynomial some signs. What is true is a union of boxes, or the complement of one of what
is false; the union of fewest and widest boxes is the one to read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final, TypeAlias

from rdgames.proofs import signs
from rdgames.proofs.signs import ANY

Combination: TypeAlias = tuple[int, ...]
"""One sign, -1, 0 or 1, of each polynomial."""

Box: TypeAlias = tuple[int, ...]
"""The allowed signs of each polynomial."""

Literal: TypeAlias = tuple[int, int]
"""The place of a polynomial, and its allowed signs."""

MOST_BOXES = 4
"""No union of more boxes is looked for: nobody could read it."""


@dataclass(frozen=True)
class Clauses:
    """Literals joined within clauses by one word, ``or`` or ``and``, and the clauses by the other, ``outer``."""

    outer: str
    clauses: tuple[tuple[Literal, ...], ...]

    @property
    def inner(self) -> str:
        """The word within clauses."""
        return "and" if self.outer == "or" else "or"

    @property
    def length(self) -> int:
        """How many literals there are."""
        return sum(map(len, self.clauses))


def briefest(table: Mapping[Combination, bool | None], possible: Sequence[int]) -> Clauses | None:
    """Return what a table says, in as few comparisons as boxes allow; None if it takes more boxes than are readable.

    ``possible`` are the signs that each polynomial may have. The table must have both true and false entries.

    Examples
    --------
    >>> table = {signs: signs[0] > 0 and signs[1] <= 0 for signs in product((-1, 0, 1), repeat=2)}
    >>> briefest(table, (ANY, ANY))
    Clauses(outer='or', clauses=(((0, 4), (1, 3)),))
    """
    true = _cover(table, possible)
    false = _cover({at: None if said is None else not said for at, said in table.items()}, possible)
    found = []
    if true is not None:
        found.append(Clauses("or", tuple(_literals(box, possible) for box in true)))
    if false is not None:
        denied = (_literals(box, possible) for box in false)
        found.append(Clauses("and", tuple(tuple((place, ANY ^ mask) for place, mask in clause) for clause in denied)))
    return min(found, key=lambda clauses: clauses.length, default=None)


def _literals(box: Box, possible: Sequence[int]) -> tuple[Literal, ...]:
    return tuple((place, mask) for place, mask in enumerate(box) if mask != possible[place])


def _cover(table: Mapping[Combination, bool | None], possible: Sequence[int]) -> tuple[Box, ...] | None:
    """Return the fewest boxes that contain all that is true and nothing that is false, of these the widest."""
    wanted = {at for at, said in table.items() if said}
    denied = {at for at, said in table.items() if said is False}
    boxes = []
    for box in product(*(_within(mask) for mask in possible)):
        covered = _members(box)
        if covered & wanted and not covered & denied:
            boxes.append((box, covered & wanted))
    best = {
        frozenset(covered): box for box, covered in sorted(boxes, key=lambda each: -len(_literals(each[0], possible)))
    }
    widest = [(box, covered) for covered, box in best.items() if not any(covered < other for other in best)]
    for count in range(1, MOST_BOXES + 1):
        full = [
            tuple(box for box, _ in chosen)
            for chosen in combinations(widest, count)
            if frozenset().union(*(covered for _, covered in chosen)) == wanted
        ]
        if full:
            return min(full, key=lambda chosen: sum(len(_literals(box, possible)) for box in chosen))
    return None


def _within(mask: int) -> list[int]:
    """Return the sets of signs within one that are not empty."""
    return [part for part in range(1, ANY + 1) if not part & ~mask]


def _members(box: Box) -> set[Combination]:
    return set(product(*(tuple(signs.members(mask)) for mask in box)))


_COMPARISONS: Final = {
    ">": signs.POSITIVE,
    "<": signs.NEGATIVE,
    "==": signs.ZERO,
    ">=": signs.POSITIVE | signs.ZERO,
    "<=": signs.NEGATIVE | signs.ZERO,
    "!=": signs.NONZERO,
}


def comparison(mask: int, possible: int) -> str:
    """Return how to compare with zero what may have some signs, to say that it has one of others.

    >>> comparison(signs.NEGATIVE, ANY), comparison(signs.ZERO, signs.ZERO | signs.NEGATIVE)
    ('<', '==')
    """
    return next(sort for sort, said in _COMPARISONS.items() if said & possible == mask & possible)
