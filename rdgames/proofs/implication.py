"""What a claim says, as one implication between signs of polynomials.

Domains, the conditions of the regimes that are compared, and what is given are the hypotheses; the statement follows
from them or does not. Every comparison ``L < R`` is one of the sign of ``L - R``, a product of powers of irreducible
polynomials; so the truth of everything depends on the signs of finitely many polynomials, and on nothing else. A sum
with a square root takes its sign from three of them: where p and q have different signs,

    sign(p + q*sqrt(R)) = sign(p)*sign(p**2 - q**2*R).

Where anything divides by zero or takes the root of a negative number, nothing is claimed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, product
from typing import Any, TypeAlias

from rdgames.claims.truth import COMPARE
from rdgames.errors import InputError
from rdgames.language.printer import typed
from rdgames.language.tree import Binary, Call, Comparison, Expression, Logic, Negative, Number, Power, Statement, walk
from rdgames.proofs import signs
from rdgames.proofs.polynomials import Product
from rdgames.proofs.signs import FALSE, NONZERO, POSITIVE, TRUE, ZERO

Known: TypeAlias = Mapping[str, int]
"""The possible signs of polynomials, by their text."""


@dataclass(frozen=True)
class Atom:
    """A quantity of which only the sign matters: a product, or ``plain + factor*sqrt(radicand)``.

    ``excludes`` says whether nothing is claimed where it divides by zero; not so for the margin of a condition that
    does not apply everywhere.
    """

    text: str
    plain: Product
    factor: Product | None = None
    radicand: Product | None = None
    norm: Product | None = None
    excludes: bool = True

    def signs(self, known: Known) -> int:
        """Return the possible signs."""
        if self.factor is None or self.radicand is None or self.norm is None:
            return self.plain.signs(known)
        found = 0
        norm, radicand = self.norm.signs(known), self.radicand.signs(known)
        for plain, factor in product(signs.members(self.plain.signs(known)), signs.members(self.factor.signs(known))):
            if radicand & ZERO:
                found |= signs.set_of(plain)
            if radicand & POSITIVE:
                found |= (
                    signs.set_of(plain or factor) if plain * factor >= 0 else signs.times(signs.set_of(plain), norm)
                )
        return found

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """The products that the sign is taken from."""
        return tuple(part for part in (self.plain, self.factor, self.radicand, self.norm) if part is not None)

    @property
    def below(self) -> Iterator[str]:
        """Polynomials in denominators."""
        for part in self.products:
            yield from part.below

    def to_document(self) -> dict[str, Any]:
        """Return the atom as certificates write it."""
        if self.factor is None or self.radicand is None or self.norm is None:
            return {"of": self.text, **self.plain.to_document()}
        parts = {"plain": self.plain, "factor": self.factor, "radicand": self.radicand, "norm": self.norm}
        return {"of": self.text, **{name: part.to_document() for name, part in parts.items()}}


@dataclass(frozen=True)
class Compared:
    """That an atom is less than, more than, ... zero."""

    atom: Atom
    sort: str

    def truth(self, known: Known) -> int:
        """Return whether it may be true, and whether it may be false."""
        return signs.truth(self.atom.signs(known), COMPARE[self.sort])


@dataclass(frozen=True)
class SignsCompared:
    """A comparison of formulas of signs, such as ``sign(p) == -sign(q)``; ``atoms`` by the text of the argument."""

    left: Expression
    right: Expression
    sort: str
    arguments: Mapping[Expression, Atom]

    def truth(self, known: Known) -> int:
        """Return whether it may be true, and whether it may be false."""
        found = 0
        for one, other in product(self._values(self.left, known), self._values(self.right, known)):
            found |= TRUE if COMPARE[self.sort](one, other) else FALSE
        return found

    def _values(self, node: Expression, known: Known) -> set[Fraction]:
        match node:
            case Number(value):
                return {value}
            case Call("sign", (inner,)):
                return {Fraction(sign) for sign in signs.members(self.arguments[inner].signs(known))}
            case Negative(operand):
                return {-value for value in self._values(operand, known)}
            case Power(base, exponent):
                return {value**exponent for value in self._values(base, known)}
            case Binary(sort, left, right):
                join = {"+": operator.add, "-": operator.sub, "*": operator.mul}[sort]
                return {join(*pair) for pair in product(self._values(left, known), self._values(right, known))}
        raise ValueError(f"{node} is no formula of signs")


@dataclass(frozen=True)
class Joined:
    """Statements joined by ``and``, ``or``, ``not`` or ``iff``."""

    operator: str
    parts: tuple[Part, ...]

    def truth(self, known: Known) -> int:
        """Return whether it may be true, and whether it may be false."""
        match self.operator:
            case "and":
                return signs.both(part.truth(known) for part in self.parts)
            case "or":
                return signs.opposite(signs.both(signs.opposite(part.truth(known)) for part in self.parts))
            case "not":
                return signs.opposite(self.parts[0].truth(known))
        return signs.alike(self.parts[0].truth(known), self.parts[1].truth(known))


Part: TypeAlias = Compared | SignsCompared | Joined


def comparisons(part: Part) -> Iterator[Compared | SignsCompared]:
    """Yield the comparisons in a statement, from left to right."""
    if isinstance(part, Joined):
        for inner in part.parts:
            yield from comparisons(inner)
    else:
        yield part


def atoms_in(part: Part) -> tuple[Atom, ...]:
    """Return the atoms of a statement, from left to right."""
    found: list[Atom] = []
    for comparison in comparisons(part):
        found += [comparison.atom] if isinstance(comparison, Compared) else comparison.arguments.values()
    return tuple(found)


@dataclass(frozen=True)
class Implication:
    """That a statement follows from hypotheses; see the head of this module.

    Attributes
    ----------
    hypotheses
        Domains first, then what is given, then conditions of the regimes.
    statement
        None stands for a falsehood: the claim is then that the hypotheses contradict each other.
    """

    hypotheses: tuple[Part, ...]
    statement: Part | None

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """All atoms."""
        parts = (*self.hypotheses, *(() if self.statement is None else (self.statement,)))
        return tuple(atom for part in parts for atom in atoms_in(part))

    @cached_property
    def at_first(self) -> dict[str, int]:
        """What is known at first: nothing is claimed where a denominator vanishes.

        Beside a root, a denominator may come from making another rational, and vanish where the formula has a value.
        """
        return {name: NONZERO for atom in self.atoms if atom.excludes and atom.radicand is None for name in atom.below}

    @cached_property
    def polynomials(self) -> tuple[str, ...]:
        """The polynomials on whose signs all depends."""
        return tuple(dict.fromkeys(name for atom in self.atoms for part in atom.products for name in part.names))

    def truth(self, known: Known) -> int:
        """Return whether the implication may be true, and whether it may be false."""
        unknown = 0
        for hypothesis in self.hypotheses:
            one = hypothesis.truth(known)
            if one == FALSE:
                return TRUE
            unknown |= one & FALSE
        for atom in self.atoms:
            if atom.radicand is not None and atom.radicand.signs(known) == signs.NEGATIVE:
                return TRUE
        stated = FALSE if self.statement is None else self.statement.truth(known)
        return stated | TRUE if unknown else stated


def with_signs(node: Statement) -> bool:
    """Whether a comparison is one of formulas of signs."""
    return any(isinstance(part, Call) and part.function == "sign" for part in walk(node))


def expect_signs(node: Expression) -> None:
    """Raise InputError unless a formula is made of signs and whole numbers by + - * and powers."""
    match node:
        case Call("sign", _):
            return None
        case Number(value) if value.denominator == 1:
            return None
        case Negative(operand):
            return expect_signs(operand)
        case Power(base, exponent) if exponent >= 0:
            return expect_signs(base)
        case Binary("+" | "-" | "*", left, right):
            expect_signs(left)
            return expect_signs(right)
    raise InputError(f"found {typed(node)!r} compared with a sign, expected signs and whole numbers, and + - * of them")


def pairs(comparison: Comparison) -> Iterator[tuple[Expression, str, Expression]]:
    """Yield the neighbors in a chain of comparisons, with what stands between them."""
    for (left, right), sort in zip(pairwise(comparison.terms), comparison.operators, strict=True):
        yield left, sort, right


def read_part(node: Statement, atom: Callable[[Expression], Atom]) -> Part:
    """Return a statement as one of signs, given how to read the quantities in it."""
    if isinstance(node, Logic):
        return Joined(node.operator, tuple(read_part(part, atom) for part in node.parts))
    found: list[Part] = []
    signed = with_signs(node)
    for left, sort, right in pairs(node):
        if signed:
            for side in (left, right):
                expect_signs(side)
            found.append(SignsCompared(left, right, sort, _arguments(left, right, atom)))
        else:
            found.append(Compared(atom(Binary("-", left, right)), sort))
    return found[0] if len(found) == 1 else Joined("and", tuple(found))


def _arguments(left: Expression, right: Expression, atom: Callable[[Expression], Atom]) -> dict[Expression, Atom]:
    calls = [
        node for side in (left, right) for node in walk(side) if isinstance(node, Call) and node.function == "sign"
    ]
    return {call.arguments[0]: atom(call.arguments[0]) for call in calls}
