"""Formulas and statements of a certificate, read anew from their texts: statements with sets of possible truth values.

Formulas become products of powers of polynomials, or p + q*sqrt(R) of such; nothing is cancelled. Whatever a formula
divides by is noted as excluded: where it is zero, the implication says nothing.
"""

from __future__ import annotations

import ast
import itertools
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from rdgames.proofs.checker_polynomials import CertificateError, Key, Polynomial, Product, demand, divided
from rdgames.proofs.checker_values import Known, Signs, Value, fields, read_factored

Formula: TypeAlias = Callable[[Known], frozenset[bool]]
Replacement: TypeAlias = tuple[int, Polynomial, Polynomial]

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
MAX_EXPONENT, MAX_SIGNS = 64, 6


@dataclass
class Reader:
    """The formulas of a certificate as values, after replacements of parameters."""

    names: Sequence[str]
    abbreviations: Mapping[str, tuple[ast.expr, str]]
    outcomes: Mapping[tuple[str, str], Product]
    replacements: Sequence[Replacement] = ()
    listed: Iterator[object] | None = None
    excluded: set[Key] = field(default_factory=set)
    radicands: list[Product] = field(default_factory=list)
    reading: tuple[str, ...] = ()

    def place(self, product: Product) -> Product:
        """Return a product after the replacements."""
        for replacement in self.replacements:
            product = product.replaced(*replacement)
        return product

    def exclude(self, product: Product) -> None:
        """Note that nothing is said where a product is zero, or one of its factors."""
        demand(product.constant, "found a division by zero")
        self.excluded |= set(product.factors)

    def given(self, product: Product) -> Product:
        """Return a product of the certificate after the replacements, its denominators being excluded."""
        for key, power in product.factors.items():
            if power < 0:
                self.exclude(self.place(Product(product.names, Fraction(1), {key: 1})))
        return self.place(product)

    def value(self, node: ast.expr, text: str) -> Value:
        """Return the value of a formula."""
        match node:
            case ast.Constant():
                digits = text[node.col_offset : node.end_col_offset]
                demand(
                    re.fullmatch(r"\d{1,60}(\.\d{0,60})?", digits, re.ASCII), f"found {digits!r:.80}, expected a number"
                )
                return Value.of(Product(len(self.names), Fraction(digits)))
            case ast.Name(id=name) if name in self.names:
                place = self.names.index(name)
                monomial = tuple(int(i == place) for i in range(len(self.names)))
                return Value.of(self.place(Product.of({monomial: 1})))
            case ast.Name(id=name) if name in self.abbreviations:
                demand(name not in self.reading, f"found the abbreviation {name!r} in itself")
                self.reading += (name,)
                value = self.value(*self.abbreviations[name])
                self.reading = self.reading[:-1]
                return value
            case ast.Attribute(value=ast.Name(id=regime), attr=outcome) if (regime, outcome) in self.outcomes:
                return Value.of(self.given(self.outcomes[regime, outcome]))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.integer(-1).times(self.value(operand, text))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand, text)
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sort, right=right):
                return self.value(left, text).plus(self.value(right, text), 1 if isinstance(sort, ast.Add) else -1)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return self.value(left, text).times(self.value(right, text))
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.value(left, text).times(self.inverse(self.value(right, text)))
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
                return self.power(self.value(base, text), exponent)
            case ast.Call(func=ast.Name(id="sqrt"), args=[inner], keywords=[]):
                return self.root(self.value(inner, text))
            case ast.Call(func=ast.Name(id="derivative"), args=[inner, ast.Name(id=name)], keywords=[]):
                demand(name in self.names, f"found a derivative by {name!r}, expected a parameter")
                return self.derivative(inner, text, self.names.index(name))
        raise CertificateError(f"found {ast.unparse(node)!r:.80}, expected a formula")

    def integer(self, number: int) -> Value:
        """Return a whole number as a value."""
        return Value.of(Product(len(self.names), Fraction(number)))

    def inverse(self, value: Value) -> Value:
        """Return one over a value; what is excluded is that it is zero, not that its norm is."""
        if value.radicand is None:
            self.exclude(value.plain)
            return Value.of(value.plain.power(-1), doubts=value.doubts)
        norm = value.norm
        demand(norm.constant, "found a division by what is zero, or whose norm is")
        below, doubts = norm.power(-1), value.doubts | set(norm.factors)
        return Value.of(
            value.plain.times(below), value.factor.times(below).times(self.integer(-1).plain), value.radicand, doubts
        )

    def power(self, base: Value, exponent: ast.expr) -> Value:
        """Return a whole power."""
        match exponent:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as size)):
                base = self.inverse(base)
            case ast.Constant(value=int() as size):
                pass
            case _:
                raise CertificateError(f"found the exponent {ast.unparse(exponent)!r:.80}, expected a whole number")
        demand(
            type(size) is int and size <= MAX_EXPONENT, f"found the exponent {size}, expected at most {MAX_EXPONENT}"
        )
        if base.radicand is None:
            return Value.of(base.plain.power(size), doubts=base.doubts)
        result = self.integer(1)
        for _ in range(size):
            result = result.times(base)
        return result

    def root(self, value: Value) -> Value:
        """Return a square root."""
        demand(value.radicand is None and not value.doubts, "found a root in a root")
        self.radicands.append(value.plain)
        return Value.of(Product(len(self.names), Fraction(0)), self.integer(1).plain, value.plain)

    def derivative(self, inner: ast.expr, text: str, place: int) -> Value:
        """Return a derivative: the formula is read before any replacement, then everything is replaced."""
        before = Reader(self.names, self.abbreviations, self.outcomes, reading=self.reading)
        value = before.value(inner, text)
        plain, factor, root = value.plain.derivative(place), value.factor.derivative(place), value.radicand
        if root:  # (q*sqrt(R))' = (q' + q*R'/(2*R))*sqrt(R)
            before.exclude(root)
            slope = root.derivative(place).times(root.times(self.integer(2).plain).power(-1))
            factor, root = factor.plus(value.factor.times(slope)), self.place(root)
        for key in before.excluded:
            self.exclude(self.place(Product(len(self.names), Fraction(1), {key: 1})))
        self.radicands += [self.place(radicand) for radicand in before.radicands]
        doubtful = [self.place(Product(len(self.names), Fraction(1), {key: 1})) for key in value.doubts]
        demand(all(doubt.constant for doubt in doubtful), "found a division by what may be zero")
        return Value.of(
            self.place(plain), self.place(factor), root, {key for doubt in doubtful for key in doubt.factors}
        )

    def statement(self, node: ast.expr, text: str) -> Formula:
        """Return a statement as a function from possible signs of polynomials to its possible truth values."""
        match node:
            case ast.Compare(left=left, ops=kinds, comparators=rest) if all(
                type(kind) in COMPARISONS for kind in kinds
            ):
                sides = [left, *rest]
                pairs = zip(sides, kinds, rest, strict=False)
                return both([self.pair(one, COMPARISONS[type(kind)], other, text) for one, kind, other in pairs])
            case ast.BoolOp(op=ast.And(), values=parts):
                return both([self.statement(part, text) for part in parts])
            case ast.BoolOp(op=ast.Or(), values=parts):
                return negated(both([negated(self.statement(part, text)) for part in parts]))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return negated(self.statement(operand, text))
            case ast.Call(func=ast.Name(id="iff"), args=[left, right], keywords=[]):
                return same(self.statement(left, text), self.statement(right, text))
        raise CertificateError(f"found {ast.unparse(node)!r:.80}, expected a statement")

    def pair(self, left: ast.expr, compare: Callable[[Any, Any], bool], right: ast.expr, text: str) -> Formula:
        """Return a comparison of two sides: of their difference with 0, or of whole numbers made of signs."""
        calls = [part.func for side in (left, right) for part in ast.walk(side) if isinstance(part, ast.Call)]
        if not any(isinstance(call, ast.Name) and call.id == "sign" for call in calls):
            signs = self.atom(self.value(left, text).plus(self.value(right, text), -1))
            return lambda known: frozenset(compare(sign, 0) for sign in signs(known))
        atoms: list[Callable[[Known], Signs]] = []
        one, other = self.of_signs(left, text, atoms), self.of_signs(right, text, atoms)
        demand(len(atoms) <= MAX_SIGNS, f"found {len(atoms)} signs in a comparison, expected at most {MAX_SIGNS}")

        def possible(known: Known) -> frozenset[bool]:
            values = itertools.product(*(signs(known) for signs in atoms))
            return frozenset(compare(one(signs), other(signs)) for signs in values)

        return possible

    def of_signs(
        self, node: ast.expr, text: str, atoms: list[Callable[[Known], Signs]]
    ) -> Callable[[Sequence[int]], int]:
        """Return a formula of signs as a function of them; the signs are added to the atoms."""
        match node:
            case ast.Constant(value=int() as number) if type(number) is int:
                return lambda _: number
            case ast.Call(func=ast.Name(id="sign"), args=[inner], keywords=[]):
                place = len(atoms)
                atoms.append(self.atom(self.value(inner, text)))
                return lambda signs: signs[place]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inside = self.of_signs(operand, text, atoms)
                return lambda signs: -inside(signs)
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as sort, right=right):
                one, other = self.of_signs(left, text, atoms), self.of_signs(right, text, atoms)
                join = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}[type(sort)]
                return lambda signs: join(one(signs), other(signs))
        raise CertificateError(f"found {ast.unparse(node)!r:.80}, expected whole numbers, signs, and + - * of them")

    def atom(self, value: Value) -> Callable[[Known], Signs]:
        """Return the possible signs of a value, by its own factors or by those of the next atom that is listed."""
        if self.listed is None:
            return value.signs
        root, listed = value.radicand, next(self.listed, None)
        if root is None:
            entry = fields(listed, {"of": str, "constant": str, "factors": list}, "an atom")
            plain = self.checked({"constant": entry["constant"], "factors": entry["factors"]}, value.plain)
            return Value(plain, value.factor, None, value.doubts).signs
        kinds = dict.fromkeys(("plain", "factor", "radicand", "norm"), dict)
        entry = fields(listed, {"of": str, **kinds}, "an atom with a root")
        parts = (value.plain, value.factor, root, value.norm)
        plain, factor, radicand, norm = (
            self.checked(entry[name], part) for name, part in zip(kinds, parts, strict=True)
        )
        factored = Value(plain, factor, radicand, value.doubts)
        return lambda known: factored.signs(known, norm)

    def checked(self, entry: object, expected: Product) -> Product:
        """Read a product that must be equal to another one."""
        found = read_factored(entry, self.names)
        demand(not found.plus(expected, -1).constant, f"an atom is not what its factors say: {entry!s:.120}")
        self.exclude_factors(found)
        return found

    def exclude_factors(self, product: Product) -> None:
        """Exclude also zeros of denominators that divide what is excluded; where others are zero, signs stay open."""
        for key, power in product.factors.items():
            if (
                power < 0
                and key not in self.excluded
                and any(divided(dict(known), dict(key)) is not None for known in self.excluded)
            ):
                self.excluded.add(key)


def both(parts: Sequence[Formula]) -> Formula:
    """Return statements joined by ``and``."""

    def possible(known: Known) -> frozenset[bool]:
        values = [part(known) for part in parts]
        true, false = all(True in value for value in values), any(False in value for value in values)
        return frozenset([True] * true + [False] * false)

    return possible


def negated(part: Formula) -> Formula:
    """Return the negation of a statement."""
    return lambda known: frozenset(not value for value in part(known))


def same(one: Formula, other: Formula) -> Formula:
    """Return two statements joined by ``iff``."""
    return lambda known: frozenset(left == right for left in one(known) for right in other(known))
