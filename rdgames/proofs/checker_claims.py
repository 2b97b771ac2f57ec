"""What a certificate claims: hypotheses that imply a conclusion, compiled from its texts and closed forms."""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from rdgames.proofs.checker_formulas import Formula, Reader, Replacement
from rdgames.proofs.checker_polynomials import (
    CertificateError,
    Key,
    Polynomial,
    Product,
    canonical,
    constant,
    demand,
    divided,
    multiply,
    read_polynomial,
    total,
)
from rdgames.proofs.checker_values import Known, fields, read_factored, signs_of

MAX_CHARACTERS, MAX_NAMES = 20_000, 40
FUNCTIONS = ("sqrt", "derivative")
TRUE, FALSE = frozenset((True,)), frozenset((False,))

Text: TypeAlias = tuple[ast.expr, str]


def parsed(text: str, regimes: Iterable[str] = ()) -> Text:
    """Return the tree of a formula or statement and its text; hyphens in names of regimes become underscores."""
    demand(
        len(text) <= MAX_CHARACTERS and text.isascii() and "#" not in text, f"found {text!r:.80}, expected a formula"
    )
    text = " ".join(text.split())
    for regime in sorted((name for name in regimes if "-" in name), key=len, reverse=True):
        text = re.sub(rf"(?<![\w.]){re.escape(regime)}(?=\.)", regime.replace("-", "_"), text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body, text
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise CertificateError(f"found {text!r:.80}, expected a formula") from None


@dataclass(frozen=True)
class Implication:
    """Hypotheses that imply a conclusion (None: always false), wherever nothing excluded is zero and roots are real."""

    hypotheses: Sequence[Formula]
    conclusion: Formula | None
    excluded: frozenset[Key]
    radicands: Sequence[Product]

    def holds(self, known: Known) -> bool:
        """Whether the implication is true whatever the signs are, of those that are possible."""
        return (
            any(known(key) == {0} for key in self.excluded)
            or any(signs_of(radicand, known) == {-1} for radicand in self.radicands)
            or any(part(known) == FALSE for part in self.hypotheses)
            or (self.conclusion is not None and self.conclusion(known) == TRUE)
        )


@dataclass(frozen=True)
class Claim:
    """The texts and closed forms of a certificate."""

    names: Sequence[str]
    whole: frozenset[str]
    domains: Sequence[Text]
    given: Text | None
    statement: Text
    abbreviations: Mapping[str, Text]
    outcomes: Mapping[tuple[str, str], Product]
    assumptions: Sequence[tuple[Product, Product | None, bool, bool]]

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Claim:
        """Read the claim of a certificate."""
        names = list(document["parameters"])
        demand(0 < len(names) <= MAX_NAMES, f"found {len(names)} parameters, expected 1 to {MAX_NAMES}")
        words = [*names, *document["abbreviations"]]
        demand(len(set(words)) == len(words), "found an abbreviation named as a parameter")
        for word in words:
            demand(re.fullmatch(r"[A-Za-z_]\w*", word, re.ASCII), f"found the name {word!r:.80}")
        domains, whole = [], set()
        for name, entry in document["parameters"].items():
            found = fields(entry, {"domain": str, "integer": bool}, f"the parameter {name!r:.80}")
            domain = parsed(found["domain"])
            parts = [part for part in ast.walk(domain[0]) if not isinstance(part, ast.cmpop | ast.expr_context)]
            simple = all(
                isinstance(part, ast.Compare | ast.BinOp | ast.UnaryOp | ast.Constant | ast.Name | ast.Div | ast.USub)
                for part in parts
            )
            used = [part.id for part in parts if isinstance(part, ast.Name)]
            demand(simple and used == [name], f"found the domain {found['domain']!r:.80} of {name!r:.80}")
            domains.append(domain)
            whole |= {name} if found["integer"] else set()
        outcomes, regimes = {}, set()
        for name, entry in document["outcomes"].items():
            demand(re.fullmatch(r"[A-Za-z_][\w-]*\.[A-Za-z_]\w*", name, re.ASCII), f"found the outcome {name!r:.80}")
            regime, outcome = name.split(".")
            place = regime.replace("-", "_"), outcome
            demand(place not in outcomes, f"found the outcome {name!r:.80} twice")
            outcomes[place] = read_factored(entry, names)
            regimes.add(regime)
        for regime, other in itertools.permutations(regimes, 2):
            confused = regime.endswith(f"-{other}") and regime.removesuffix(f"-{other}") in words
            demand(not confused, f"found the regime {regime!r:.80}, which may also be a difference")
        assumptions = []
        kinds = {
            "regime": str,
            "name": str,
            "margin": dict,
            "strict": bool,
            "applies": (dict, type(None)),
            "whole": bool,
        }
        for entry in document["assumptions"]:
            found = fields(entry, kinds, "an assumption")
            applies = None if found["applies"] is None else read_factored(found["applies"], names)
            assumptions.append((read_factored(found["margin"], names), applies, found["strict"], found["whole"]))
        abbreviations = {}
        for name, text in document["abbreviations"].items():
            demand(type(text) is str, f"found {text!r:.80}, expected a formula")
            abbreviations[name] = parsed(text)
            unknown = {part.id for part in ast.walk(abbreviations[name][0]) if isinstance(part, ast.Name)}
            demand(unknown <= {*words, *FUNCTIONS}, f"found unknown names in {text!r:.80}")
        given = parsed(document["given"], regimes) if document["given"].strip() else None
        statement = parsed(document["statement"], regimes)
        return cls(names, frozenset(whole), domains, given, statement, abbreviations, outcomes, assumptions)

    def reader(self, replacements: Sequence[Replacement]) -> Reader:
        """Return a reader of this claim's formulas."""
        return Reader(self.names, self.abbreviations, self.outcomes, replacements)

    def compiled(self, replacements: Sequence[Replacement], atoms: Sequence[object], *, vacuous: bool) -> Implication:
        """Return the implication after replacements, its comparisons as factored by a list of atoms."""
        reader = self.reader(replacements)
        for place, (_, _, below) in enumerate(replacements):
            reader.exclude(self.reader(replacements[place + 1 :]).place(Product.of(below)))
        hypotheses = [reader.statement(*domain) for domain in self.domains]
        hypotheses += [self.assumed(reader, assumption) for assumption in self.assumptions if not assumption[3]]
        reader.listed = iter(atoms)
        hypotheses += [reader.statement(*self.given)] if self.given else []
        excluded, radicands, left = frozenset(reader.excluded), list(reader.radicands), list(reader.listed)
        if vacuous and not left:
            return Implication(hypotheses, None, excluded, radicands)
        reader.listed = iter(left)
        conclusion = reader.statement(*self.statement)
        demand(next(reader.listed, None) is None, "found more atoms than comparisons")
        if vacuous:
            return Implication(hypotheses, None, excluded, radicands)
        return Implication(hypotheses, conclusion, frozenset(reader.excluded), reader.radicands)

    def assumed(self, reader: Reader, assumption: tuple[Product, Product | None, bool, bool]) -> Formula:
        """Return an assumption as a statement: that it does not apply, or that its margin is positive."""
        margin, applies = reader.given(assumption[0]), assumption[1] and reader.given(assumption[1])
        smallest = 1 if assumption[2] else 0

        def possible(known: Known) -> frozenset[bool]:
            found = {sign >= smallest for sign in signs_of(margin, known)}
            asked = signs_of(applies, known) if applies else {1}
            return frozenset(value if sign > 0 else True for value in found for sign in asked)

        return possible

    def check_point(self, values: Mapping[str, Fraction], conclusion: bool | None) -> None:
        """Demand that a point is admissible, everything is defined, and the statement has a truth value there."""
        shown = ", ".join(f"{name} = {value!s:.40}" for name, value in values.items())
        names = len(self.names)
        replacements = [
            (place, constant(values[name].numerator, names), constant(values[name].denominator, names))
            for place, name in enumerate(self.names)
        ]
        reader = self.reader(replacements)
        for name in self.whole:
            demand(values[name].denominator == 1, f"found {name} = {values[name]}, expected a whole number")
        for margin, applies, strict, whole in self.assumptions:
            value, asked = reader.given(margin).constant, applies is None or reader.given(applies).constant > 0
            holds = value.denominator == 1 if whole else value > 0 or (value == 0 and not strict)
            demand(holds or not asked, f"an assumption fails at {shown}")
        for text in [*self.domains, *([self.given] if self.given else [])]:
            demand(reader.statement(*text)(no_sign) == TRUE, f"{text[1]} fails at {shown}")
        found = reader.statement(*self.statement)(no_sign)
        demand(all(radicand.constant >= 0 for radicand in reader.radicands), "found the root of a negative number")
        demand(conclusion is None or found == {conclusion}, f"the statement is {not conclusion} at {shown}")

    def replacements(self, entries: Sequence[Any]) -> list[Replacement]:
        """Read the substitutions, each of which must follow from an equality that is given."""
        found: list[Replacement] = []
        gone: set[int] = set()
        for entry in entries:
            demand(
                type(entry) is list and len(entry) == 3 and type(entry[0]) is str and entry[0] in self.names,
                f"found the substitution {entry!r:.80}",
            )
            name, above, below = entry[0], read_polynomial(entry[1], self.names), read_polynomial(entry[2], self.names)
            place = self.names.index(name)
            gone.add(place)
            used = {i for part in (above, below) for monomial in part for i, k in enumerate(monomial) if k}
            demand(len(gone) == len(found) + 1 and not used & gone, f"{name!r:.80} is replaced twice, or by itself")
            self.check_replacement(found, (place, above, below))
            found.append((place, above, below))
        return found

    def check_replacement(self, before: Sequence[Replacement], new: Replacement) -> None:
        """Demand that ``below*parameter - above`` is zero by an equality, and that ``below`` is not."""
        place, above, below = new
        parameter = {tuple(int(i == place) for i in range(len(self.names))): 1}
        wanted = dict(canonical(total([(1, multiply(below, parameter)), (-1, above)]))[1])
        for left, right in equalities(self.given[0]) if self.given else ():
            text = self.given[1] if self.given else ""
            reader = self.reader(before)
            try:
                difference = reader.value(left, text).plus(reader.value(right, text), -1)
            except CertificateError:
                continue
            never = reader.excluded | self.never_zero(before)
            if difference.radicand is None and not difference.doubts and not vanishes(below, never):
                for key, power in difference.plain.factors.items():
                    quotient = divided(dict(key), wanted) if power > 0 else None
                    others = [dict(other) for other, k in difference.plain.factors.items() if k > 0 and other != key]
                    if quotient and not any(vanishes(part, never) for part in [quotient, *others]):
                        return
        raise CertificateError(f"no equality that is given shows the substitution for {self.names[place]}")

    def never_zero(self, replacements: Sequence[Replacement]) -> set[Key]:
        """Return the parameters that are never zero by their domains, except those that are replaced."""
        zero: list[Replacement] = [(place, {}, constant(1, len(self.names))) for place in range(len(self.names))]
        free = set(range(len(self.names))) - {place for place, _, _ in replacements}
        keys = {place: frozenset([(tuple(int(i == place) for i in range(len(self.names))), 1)]) for place in free}
        return {keys[i] for i in free if self.reader(zero).statement(*self.domains[i])(no_sign) == FALSE}


def equalities(node: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return the sides of equalities that are joined by ``and``."""
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return [pair for part in parts for pair in equalities(part)]
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return [(left, right)]
    return []


def vanishes(polynomial: Polynomial, never: Iterable[Key]) -> bool:
    """Whether something is left of a polynomial, other than a constant, after division by what is never zero."""
    for key in sorted(never, key=len):
        while any(map(any, polynomial)) and (quotient := divided(polynomial, dict(key))) is not None:
            polynomial = quotient
    return not polynomial or any(map(any, polynomial))


def no_sign(key: Key) -> frozenset[int]:
    """Refuse to say the sign of a polynomial: at a point all are numbers."""
    raise CertificateError(f"found the polynomial {dict(key)!r:.80} at a point, expected a number")
