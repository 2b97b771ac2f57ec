"""What a certificate claims, read anew from its texts: an implication between signs of polynomials.

A formula becomes a product of powers of polynomials in the parameters and, if there is a root in it, in one name r
more: r = sqrt(R), so that r**2 = R. A statement becomes a function from the possible signs of polynomials to its
possible truth values (Kleene). Nothing is claimed where something divides by zero, or R < 0; this is noted. A given
equality L == R shows that a parameter is num/den if L - R is den*parameter - num, but for factors that are never zero;
it is then replaced everywhere.
"""

from __future__ import annotations

import ast
import itertools
import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, partial, reduce
from math import isqrt
from typing import Any, TypeAlias

from rdgames.certificates.polynomials import ANY_SIGN, CertificateError, Key, Known, Polynomial, Product, demand

Formula: TypeAlias = Callable[[Known], frozenset[Any]]
Replacement: TypeAlias = tuple[int, Polynomial, Polynomial]

OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.And: operator.and_, ast.Or: operator.or_,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
MAX_CHARACTERS, MAX_EXPONENT, MAX_NAMES = 20_000, 64, 40
ZERO, ONE = Product(Fraction(0)), Product(Fraction(1))


def lift(function: Callable[..., Any], *parts: Formula) -> Formula:
    """Return the possible values of a function of parts, from their possible values."""
    return lambda known: frozenset(function(*values) for values in itertools.product(*(part(known) for part in parts)))


def parsed(text: str, regimes: Collection[str] = ()) -> ast.expr:
    """Return the tree of a text; hyphens in names of regimes become underscores, and decimals exact quotients."""
    demand(len(text) <= MAX_CHARACTERS and text.isascii(), f"found {text!r:.80}, expected a formula")
    for regime in sorted(regimes, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.]){re.escape(regime)}(?=\.)", regime.replace("-", "_"), text)
    demand(not re.search(r"#|(?<![\w.])\d[\d.]*[A-Za-z_]", text), f"found {text!r:.80}, expected a formula")
    text = re.sub(r"(?<![\w.])(\d+)\.(\d*)", lambda found: f"({int(found[1] + found[2])}/1{'0' * len(found[2])})", text)
    return ast.parse(" ".join(text.split()), mode="eval").body


def sign_at(point: Sequence[Fraction], key: Key) -> frozenset[int]:
    """Return the one sign of a polynomial at a point."""
    value = Polynomial(key).at(point)
    return frozenset(((value > 0) - (value < 0),))


@dataclass
class Reader:
    """Reads formulas of words, after replacements of parameters, and notes where nothing is claimed.

    That is where an excluded polynomial is zero, or where a product is negative, or divides by zero, that must not.
    The last of the names is that of the root in the formula at hand, sqrt(``root``).
    """

    names: Sequence[str]
    words: Mapping[str, Product | ast.expr]
    replacements: Sequence[Replacement] = ()
    listed: Iterator[Mapping[str, Any]] | None = None
    root: Product | None = None
    excluded: set[Key] = field(default_factory=set)
    not_negative: list[Product] = field(default_factory=list)

    def variable(self, place: int) -> Product:
        """Return the name at a place."""
        return Product.of(Polynomial.name(place, len(self.names)))

    def place(self, product: Product) -> Product:
        """Return a product after the replacements."""
        return reduce(lambda found, replacement: found.replaced(*replacement), self.replacements, product)

    def split(self, key: Key) -> tuple[Product, Product]:
        """Return p and q such that a polynomial is p + q*r, by r**2 = R."""
        parts = [ZERO, ZERO]
        for power, part in enumerate(Polynomial(key).coefficients(len(self.names) - 1)):
            parts[power % 2] += Product.of(part) * (self.root or ONE) ** (power // 2)
        return parts[0], parts[1]

    def exclude(self, product: Product) -> Product:
        """Note that nothing is claimed where a product is zero, and return it; p + q*r is not if its norm is not."""
        demand(product.constant, "found a division by zero")
        for key in product.factors:
            p, q = self.split(key)
            if self.root and q.constant:
                self.not_negative.append((p**2 - q**2 * self.root) ** -2)
            else:
                self.excluded.add(key)
        return product

    def given(self, product: Product) -> Product:
        """Return a product of the certificate after the replacements, its denominators being excluded."""
        for key in (key for key, power in product.factors.items() if power < 0):
            self.exclude(self.place(Product(Fraction(1), {key: 1})))
        return self.place(product)

    def value(self, node: ast.expr) -> Product:
        """Return the value of a formula."""
        match node:
            case ast.Constant(value=int() as number) if type(number) is int:
                return Product(Fraction(number))
            case ast.Name() | ast.Attribute() if (word := self.words.get(ast.unparse(node))) is not None:
                return self.given(word) if isinstance(word, Product) else self.value(word)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return ZERO - self.value(operand)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.value(left) + self.value(right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return self.value(left) - self.value(right)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return self.value(left) * self.value(right)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.value(left) * self.exclude(self.value(right)) ** -1
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                base, power = self.value(left), ast.literal_eval(right)
                if type(power) is not int or abs(power) > MAX_EXPONENT:
                    raise CertificateError(f"found the exponent {power!r:.80}, expected at most {MAX_EXPONENT}")
                return (self.exclude(base) if power < 0 else base) ** power
            case ast.Call(func=ast.Name(id="sqrt"), args=[inner], keywords=[]):
                self.not_negative.append(self.value(inner))
                return self.rooted(self.not_negative[-1])
            case ast.Call(func=ast.Name(id="derivative"), args=[inner, ast.Name(id=name)], keywords=[]):
                return self.derivative(inner, self.names.index(name))
        raise CertificateError(f"found {ast.unparse(node)!r:.80}, expected a formula")

    def rooted(self, radicand: Product) -> Product:
        """Return the root of a radicand: r, or a rational number."""
        root = Fraction(*map(isqrt, abs(radicand.constant).as_integer_ratio()))
        if not radicand.factors and root**2 == radicand.constant:
            return Product(root)
        demand(not any(monomial[-1] for key in radicand.factors for monomial, _ in key), "found a root in a root")
        demand(not self.root or self.root == radicand or not (self.root - radicand).constant, "found two roots")
        self.root = radicand
        return self.variable(len(self.names) - 1)

    def derivative(self, node: ast.expr, place: int) -> Product:
        """Return a derivative: the formula is read before any replacement, then everything is replaced."""
        before = Reader(self.names, self.words)
        value = before.value(node)
        slope = value.derivative(place)
        if before.root:  # r' = R'/(2*R)*r, which is not defined where R = 0
            inner = before.exclude(before.root).derivative(place) * (before.root + before.root) ** -1
            slope += value.derivative(len(self.names) - 1) * inner * before.rooted(before.root)
            demand(self.rooted(self.place(before.root)).factors, "found a root that becomes rational in a derivative")
        for key in before.excluded:
            self.exclude(self.place(Product(Fraction(1), {key: 1})))
        self.not_negative += map(self.place, before.not_negative)
        return self.place(slope)

    def statement(self, node: ast.expr) -> Formula:
        """Return a statement as a function from possible signs of polynomials to its possible truth values."""
        match node:
            case ast.Compare(left=left, ops=sorts, comparators=rest) if all(type(sort) in OPERATORS for sort in sorts):
                pairs = zip([left, *rest], sorts, rest, strict=False)
                return reduce(partial(lift, operator.and_), [self.comparison(*pair) for pair in pairs])
            case ast.BoolOp(op=sort, values=parts):
                return reduce(partial(lift, OPERATORS[type(sort)]), map(self.statement, parts))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return lift(operator.not_, self.statement(operand))
            case ast.Call(func=ast.Name(id="iff"), args=[left, right], keywords=[]):
                return lift(operator.eq, self.statement(left), self.statement(right))
        raise CertificateError(f"found {ast.unparse(node)!r:.80}, expected a statement")

    def comparison(self, left: ast.expr, sort: ast.cmpop, right: ast.expr) -> Formula:
        """Return a comparison of whole numbers made of signs, or of the sign of a difference with 0."""
        names = {part.id for side in (left, right) for part in ast.walk(side) if isinstance(part, ast.Name)}
        if "sign" not in names:
            left, right = ast.Call(ast.Name("sign"), [ast.BinOp(left, ast.Sub(), right)], []), ast.Constant(0)
        return lift(OPERATORS[type(sort)], self.signs(left), self.signs(right))

    def signs(self, node: ast.expr) -> Formula:
        """Return the possible values of whole numbers and signs, and of sums and products of them."""
        match node:
            case ast.Constant(value=int() as number) if type(number) is int:
                return lift(lambda: number)
            case ast.Call(func=ast.Name(id="sign"), args=[inner], keywords=[]):
                return self.atom(inner)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return lift(operator.neg, self.signs(operand))
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as sort, right=right):
                return lift(OPERATORS[type(sort)], self.signs(left), self.signs(right))
        raise CertificateError(f"found {ast.unparse(node)!r:.80}, expected whole numbers, signs, and + - * of them")

    def atom(self, node: ast.expr) -> Formula:
        """Return the possible signs of a formula, by its own factors or by those that are listed next and equal it.

        Where p + q*sqrt(R) has p and q of different signs, its sign is that of p times that of p**2 - q**2*R.
        """
        self.root = None
        value = self.value(node)
        if self.listed is None:
            demand(not self.root, "found a root, expected none")
            return value.signs
        entry = next(self.listed, {})
        demand(entry, "found more comparisons than atoms")
        entries = [entry[name] for name in ("plain", "factor", "radicand", "norm")] if "plain" in entry else [entry]
        p, *more = parts = [Product.read(each, self.names) for each in entries]
        q, root, norm = more or (ZERO, self.root or ZERO, p**2)
        rest = value - (p + q * self.variable(len(self.names) - 1))
        zero = not rest.constant or any(self.split(key) == (ZERO, ZERO) for key, k in rest.factors.items() if k > 0)
        same = zero and root - (self.root or ZERO) == norm - (p**2 - q**2 * root) == ZERO
        demand(same, f"an atom is not what its factors say: {entry!s:.120}")
        self.not_negative += [root] if more else []  # the same as before, but in the factors that a proof speaks of
        below = {key for part in (*parts, root) for key, power in part.factors.items() if power < 0}
        for key in below - self.excluded:  # what divides something excluded is excluded, too
            if any(Polynomial(other).divided(Polynomial(key)) is not None for other in self.excluded):
                self.excluded.add(key)

        def possible(known: Known) -> frozenset[int]:
            if any(0 in known(key) for key in below):
                return ANY_SIGN
            signs = p.signs(known), q.signs(known), root.signs(known) & {0, 1}, norm.signs(known)
            return frozenset((a or b * c) if a * b * c >= 0 else a * n for a, b, c, n in itertools.product(*signs))

        return possible


class Claim:
    """Hypotheses that imply a conclusion, wherever everything is defined, after replacements of parameters."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Read everything; the comparisons of what is given and stated must be the atoms listed."""
        self.parameters, self.names = document["parameters"], [*document["parameters"], ""]
        words: dict[str, Product | ast.expr] = {
            **{name: Product.of(Polynomial.name(i, len(self.names))) for i, name in enumerate(self.parameters)},
            **{name: parsed(text) for name, text in document["abbreviations"].items()},
            **{name.replace("-", "_"): Product.read(each, self.names) for name, each in document["outcomes"].items()},
        }
        once = len(words) == sum(len(document[kind]) for kind in ("parameters", "abbreviations", "outcomes"))
        demand(once and 1 < len(self.names) <= MAX_NAMES, f"found a name twice, or too many: {', '.join(words)!r:.200}")
        regimes = {name.split(".")[0] for name in document["outcomes"]}
        minus = {f"{word}-{regime}" for word in words for regime in regimes} & regimes
        demand(not minus, f"found the regimes {minus!r:.80}, which may also be differences")
        self.reader = reader = Reader(self.names, words)
        self.domains = [parsed(entry["domain"]) for entry in self.parameters.values()]
        given = [parsed(document["given"], regimes)] if document["given"].strip() else []
        for entry in document["substitutions"]:
            name, above, below = entry
            reader.replacements = [*reader.replacements, self.replacement(name, above, below, given)]
        for i, (_, _, scale) in enumerate(reader.replacements):
            reader.exclude(replace(reader, replacements=reader.replacements[i + 1 :]).place(Product.of(scale)))
        self.hypotheses, self.whole = [reader.statement(domain) for domain in self.domains], []
        for entry in document["assumptions"]:
            margin = Product.read(entry["margin"], self.names)  # excludes nothing where it does not apply
            margin = reader.place(margin) if entry["applies"] else reader.given(margin)
            applies = reader.given(Product.read(entry["applies"], self.names)) if entry["applies"] else ONE
            least = 1 if entry["strict"] else 0
            holds = lift(lambda sign, asked, least=least: asked <= 0 or sign >= least, margin.signs, applies.signs)
            self.hypotheses += [] if entry["whole"] else [holds]  # what is whole is asked at points only
            self.whole += [(margin, applies)] if entry["whole"] else []
        reader.listed = iter(document["atoms"])
        self.hypotheses += map(reader.statement, given)
        vacuous = document["verdict"] == "vacuous"  # what the statement excludes is then not excluded
        last = replace(reader, excluded=set(), not_negative=[]) if vacuous else reader
        stated = last.statement(parsed(document["statement"], regimes))
        self.conclusion: Formula = lift(lambda: False) if vacuous else stated
        demand(next(reader.listed, None) is None, "found more atoms than comparisons")

    def replacement(self, name: str, over: str, under: str, given: Sequence[ast.expr]) -> Replacement:
        """Read that a parameter is above/below, which a given equality must show."""
        above, below = Polynomial.read(over, self.names), Polynomial.read(under, self.names)
        place, gone = self.names.index(name), {place for place, _, _ in self.reader.replacements}
        used = {i for part in (above, below) for monomial in part for i, k in enumerate(monomial) if k}
        demand(below and place not in gone and not used & {place, *gone}, f"{name!r:.80} is replaced twice")
        at_zero, never = partial(sign_at, [Fraction(0)] * len(self.names)), set[Key]()
        for i, (own, domain) in enumerate(zip(self.parameters, self.domains, strict=True)):
            alone = {part.id for part in ast.walk(domain) if isinstance(part, ast.Name)} == {own}
            if alone and i not in gone and Reader(self.names, self.reader.words).statement(domain)(at_zero) == {False}:
                never |= set(self.reader.variable(i).factors)
        wanted = Product.of(below) * self.reader.variable(place) - Product.of(above)
        for equality in itertools.chain(*map(conjuncts, given)):
            match equality:
                case ast.Compare(left=one, ops=[ast.Eq()], comparators=[other]):
                    reader = replace(self.reader, excluded=set(), not_negative=[])
                    found = reader.value(ast.BinOp(one, ast.Sub(), other))
                    never_here, parts = never | reader.excluded, (found, wanted, Product.of(below))
                    left, right, unit = (cleared(part, never_here) for part in parts)
                    if left and left == right and not unit:
                        return place, above, below
        raise CertificateError(f"no equality that is given shows the substitution for {name!r:.80}")

    def holds(self, known: Known) -> bool:
        """Whether the implication is true whatever the signs are, of those that are possible."""
        return (
            any(known(key) == {0} for key in self.reader.excluded)
            or any(product.signs(known) == {-1} for product in self.reader.not_negative)
            or any(part(known) == {False} for part in self.hypotheses)
            or self.conclusion(known) == {True}
        )

    def confirm(self, entry: Mapping[str, str], conclusion: bool) -> None:
        """Demand that a point is admissible, everything is defined, and the statement is true, or false, there."""
        demand(set(entry) == set(self.parameters), f"found a point with {', '.join(entry)!r:.80}, expected all names")
        point = [*(Fraction(entry[name]) for name in self.parameters), Fraction(0)]
        known = cache(partial(sign_at, point))
        shown = ", ".join(f"{name} = {value:.40}" for name, value in entry.items())
        for value, parameter in zip(point, self.parameters.values(), strict=False):
            demand(value.denominator == 1 or not parameter["integer"], f"found {value}, expected a whole number")
        for place, above, below in self.reader.replacements:
            equal = below.at(point) and below.at(point) * point[place] == above.at(point)
            demand(equal, f"what is given fails at {shown}")
        defined = all(product.at(point) >= 0 for product in self.reader.not_negative)
        defined = defined and not any(known(key) == {0} for key in self.reader.excluded)
        demand(defined, f"something divides by zero, or is the root of a negative number, at {shown}")
        whole = all(applies.at(point) <= 0 or margin.at(point).denominator == 1 for margin, applies in self.whole)
        demand(whole and all(part(known) == {True} for part in self.hypotheses), f"a hypothesis fails at {shown}")
        demand(self.conclusion(known) == {conclusion}, f"the statement is not {conclusion} at {shown}")


def conjuncts(node: ast.expr) -> list[ast.expr]:
    """Return the statements that are joined by ``and``."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return [part for value in node.values for part in conjuncts(value)]
    return [node]


def cleared(product: Product, never: Collection[Key]) -> list[Key]:
    """Return what is left of the factors of a product after division by what is never zero."""
    found = []
    for polynomial in (Polynomial(key) for key, power in product.factors.items() if power > 0):
        for other in sorted(never, key=len):
            while (quotient := polynomial.divided(Polynomial(other))) is not None:
                polynomial = quotient
        found += [] if polynomial.is_constant else [polynomial.canonical()[1]]
    return found
