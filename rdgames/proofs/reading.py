"""Claims about a game read as implications between signs of polynomials, in exact rational functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from rdgames.algebra.factors import factors_of
from rdgames.algebra.rational import RationalFunction, Ring
from rdgames.claims.functions import FastFunction, solved
from rdgames.claims.hypotheses import Selection, conjuncts, equality, interior_optimum, outcomes_in
from rdgames.claims.meaning import Meaning
from rdgames.claims.reading import Proposition
from rdgames.claims.substitution import substituted
from rdgames.equilibrium.condition import Condition
from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.language.printer import typed
from rdgames.language.tree import Binary, Call, Expression, Number, OfRegime, Power, Statement, Symbol, walk
from rdgames.proofs.implication import Atom, Compared, Implication, Joined, Part, read_part
from rdgames.proofs.polynomials import Polynomials, Product
from rdgames.proofs.rooted import Rooted

ZERO = Number(Fraction(0))


class InSymbols(Meaning[Rooted]):
    """Formulas as rational functions of the parameters, with at most one square root, after substitutions."""

    def __init__(self, game: Game) -> None:
        super().__init__(game)
        self.ring = Ring(game.parameter)
        self.substitutions: list[tuple[str, RationalFunction]] = []
        self.divided_by: list[Rooted] = []
        self.rooted: list[tuple[str, RationalFunction]] = []

    def put(self, function: RationalFunction) -> RationalFunction:
        """Return a function of the parameters after all substitutions."""
        return substituted(function, self.substitutions)

    def number(self, value: Fraction) -> Rooted:
        """Return a constant function."""
        return Rooted(self.ring.constant(value))

    def parameter(self, name: str) -> Rooted:
        """Return the parameter, or what takes its place."""
        return Rooted(self.put(self.ring.parameter(name)))

    def outcome(self, function: FastFunction) -> Rooted:
        """Return an outcome, or a derivative of one, after substitutions."""
        value = self.put(function.exact)
        self.divided_by.append(Rooted(RationalFunction(self.ring, value.denominator, self.ring.one_polynomial)))
        return Rooted(value)

    def of(self, node: Expression) -> Rooted:
        """Return the meaning of a formula; what is divided by is noted."""
        value = super().of(node)
        match node:
            case Power(base, exponent) if exponent < 0:
                self.divided_by.append(super().of(base))
            case Binary("/", _, below):
                self.divided_by.append(super().of(below))
            case Call("sqrt", (inner,)):
                self.rooted.append((typed(inner), super().of(inner).plain))
        return value

    def root(self, value: Rooted) -> Rooted:
        """Return the square root of a rational function."""
        return value.root()

    def sign(self, value: Rooted) -> Rooted:  # noqa: ARG002 -- signs are compared, not calculated with
        """Raise InputError."""
        raise InputError("found a sign within a formula, expected it alone, as in sign(cartel.x - competition.x) == 1")


def derivatives_by(statement: Statement) -> set[str]:
    """Return the parameters by which derivatives are taken in a statement."""
    calls = (node for node in walk(statement) if isinstance(node, Call) and node.function == "derivative")
    return {symbol.name for call in calls for symbol in call.arguments[1:] if isinstance(symbol, Symbol)}


@dataclass
class Reading:
    """A proposition of a game, read for proof.

    Attributes
    ----------
    proposition
        What is claimed, and given what.
    selection
        Which conditions of the regimes are assumed.
    """

    proposition: Proposition
    selection: Selection = interior_optimum
    given_atoms: list[Atom] = field(default_factory=list)
    stated_atoms: list[Atom] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Substitute what equalities give away, then read everything."""
        self.game = self.proposition.game
        self.meaning = InSymbols(self.game)
        self.polynomials = Polynomials(self.game.parameter)
        given = conjuncts(self.proposition.given)
        self._substitute(given)
        try:
            self._given = tuple(read_part(part, self._atom_of(self.given_atoms)) for part in given)
        except ZeroDivisionError:
            raise InputError("found what is given to divide by zero everywhere, expected what may be true") from None
        self.meaning.divided_by.clear()
        self.meaning.rooted.clear()
        try:
            self.statement = read_part(self.proposition.statement, self._atom_of(self.stated_atoms))
        except ZeroDivisionError:
            raise InputError(
                f"found {typed(self.proposition.statement)!r}, which divides by zero wherever what is given holds; "
                "expected a statement that has a value"
            ) from None

    @cached_property
    def implication(self) -> Implication:
        """The claim: hypotheses, and what follows."""
        conditions = tuple(part for _, part in self.assumed if part is not None)
        return Implication((*self.domains, *self._given, *conditions), self.statement)

    @cached_property
    def regimes(self) -> tuple[str, ...]:
        """The regimes that the claim names, whose conditions are assumed."""
        return tuple(dict.fromkeys(node.regime for node in self.outcomes))

    @cached_property
    def outcomes(self) -> tuple[OfRegime, ...]:
        """The outcomes of regimes that the claim names."""
        return outcomes_in((self.proposition.statement, *conjuncts(self.proposition.given)))

    @cached_property
    def whole(self) -> frozenset[str]:
        """The parameters that a proof may take for whole numbers: not those by which derivatives are taken.

        For these, what happens between whole numbers matters, too.
        """
        moving = derivatives_by(self.proposition.statement)
        return frozenset(p.name for p in self.game.parameters if p.integer and p.name not in moving)

    @cached_property
    def domains(self) -> tuple[Part, ...]:
        """The domains of the parameters."""
        found: list[Part] = []
        for parameter in self.game.parameters:
            domain = parameter.domain
            for bound, included, way in ((domain.low, domain.low_included, 1), (domain.high, domain.high_included, -1)):
                if bound is not None:
                    ends = (Symbol(parameter.name), Number(bound))
                    formula = Binary("-", *(ends if way > 0 else reversed(ends)))
                    found.append(Compared(self._read(formula), ">=" if included else ">"))
        return tuple(found)

    @cached_property
    def assumed(self) -> tuple[tuple[tuple[str, Condition[RationalFunction]], Part | None], ...]:
        """The assumed conditions, each with its regime and what it says; None for what only points are asked."""
        found = []
        seen: set[tuple[RationalFunction, RationalFunction | None, bool, bool]] = set()
        for regime in self.regimes:
            for fast in solved(self.game, regime).conditions:
                condition = fast.condition
                key = (condition.margin, condition.applies, condition.strict, condition.whole)
                if self.selection(condition) and key not in seen and self._has_a_margin(regime, condition):
                    seen.add(key)
                    found.append(((regime, condition), None if condition.whole else self._says(regime, condition)))
        return tuple(found)

    def _has_a_margin(self, regime: str, condition: Condition[RationalFunction]) -> bool:
        """Whether what is given leaves a condition a margin; where it need not apply, it may have none."""
        try:
            self.meaning.put(condition.margin)
        except ZeroDivisionError:
            if condition.applies is None:
                raise InputError(
                    f"found what is given to leave the condition {condition.name} of {regime} without a value, "
                    "expected points at which it has one: nothing could be claimed"
                ) from None
            return False
        return True

    def _says(self, regime: str, condition: Condition[RationalFunction]) -> Part:
        name = f"{regime}: {condition.name}"
        sort = ">" if condition.strict else ">="
        margin = self._atom(name, Rooted(self.meaning.put(condition.margin)))
        if condition.applies is None:
            return Compared(margin, sort)
        applies = self._atom(f"{name} applies", Rooted(self.meaning.put(condition.applies)))
        return Joined("or", (Compared(applies, "<="), Compared(replace(margin, excludes=False), sort)))

    def _substitute(self, given: tuple[Statement, ...]) -> None:
        """Put what an equality says a parameter is in its place."""
        for left, right in filter(None, map(equality, given)):
            if any(isinstance(node, OfRegime) for side in (left, right) for node in walk(side)):
                continue
            try:
                difference = self.meaning.of(left) - self.meaning.of(right)
            except (InputError, ArithmeticError):
                continue
            found = self._solved(difference) if difference.factor is None else None
            if found:
                self.meaning.substitutions.append(found)

    def _solved(self, difference: Rooted) -> tuple[str, RationalFunction] | None:
        """Return a parameter that is plainly something else where a difference is zero, and what it is."""
        ring = self.meaning.ring
        above = difference.plain.numerator
        taken = {name for name, _ in self.meaning.substitutions}
        degrees = dict(zip(ring.names, map(int, above.degrees()), strict=True))
        for name in sorted((n for n in ring.names if degrees[n] == 1 and n not in taken), key=self._least_wanted):
            below = above.derivative(name)
            if all(self._never_zero(factor) for factor, _ in factors_of(below)[1]):
                rest = above - below * ring.parameter(name).numerator
                return name, RationalFunction(ring, -rest, ring.one_polynomial) / RationalFunction(
                    ring, below, ring.one_polynomial
                )
        return None

    def _least_wanted(self, name: str) -> bool:
        """Whole numbers are the first to be replaced: nothing is then left to be said about them."""
        return not self.game.parameter[name].integer

    def _never_zero(self, factor: Any) -> bool:
        """Whether a polynomial is a parameter that its domain keeps from zero."""
        for name in self.game.parameter:
            if factor == self.meaning.ring.parameter(name).numerator:
                return self.game.parameter[name].problem(Fraction(0)) is not None
        return False

    def _atom_of(self, atoms: list[Atom]) -> Callable[[Expression], Atom]:
        def read(node: Expression) -> Atom:
            atoms.append(self._read(node))
            return atoms[-1]

        return read

    def _read(self, node: Expression) -> Atom:
        return self._atom(typed(node), self.meaning.of(node))

    def _atom(self, text: str, value: Rooted) -> Atom:
        product = self.polynomials.product
        if value.factor is None or value.radicand is None:
            return Atom(text, product(value.plain))
        norm = value.plain * value.plain - value.factor * value.factor * value.radicand
        return Atom(text, product(value.plain), product(value.factor), product(value.radicand), product(norm))

    @cached_property
    def stated_divisors(self) -> tuple[str, ...]:
        """The polynomials by which the statement divides, also where that cancels."""
        divisors = [self._atom("", value).products for value in self.meaning.divided_by]
        return tuple(dict.fromkeys(name for parts in divisors for name in parts[-1].names))

    @cached_property
    def stated_radicands(self) -> tuple[tuple[str, Product], ...]:
        """What the statement takes square roots of, each with its text."""
        return tuple({text: self.polynomials.product(value) for text, value in self.meaning.rooted}.items())

    def formula(self, text: str) -> Any:
        """Return a polynomial that was met in reading."""
        return self.polynomials.by_text[text]
