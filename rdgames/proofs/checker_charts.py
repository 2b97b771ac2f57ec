"""Evidence that a polynomial is positive, or at least not negative, where polynomials have known signs.

A *chart* replaces parameters by coordinates that are not negative, one after the other. Every move multiplies each
polynomial by something positive, so that the sign at a point is kept. In the end, what has only coefficients >= 0 is
not negative; it is positive if some monomial is left whichever coordinates vanish that may vanish together.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rdgames.proofs.checker_formulas import Replacement
from rdgames.proofs.checker_polynomials import (
    CertificateError,
    Polynomial,
    canonical,
    coefficients,
    demand,
    multiply,
    read_polynomial,
    replaced,
    total,
)
from rdgames.proofs.checker_values import Known, Signs, fields

SIGNS: dict[str, Signs] = {
    name: frozenset(1 if sign == "+" else -1 if sign == "-" else 0 for sign in name)
    for name in ("-", "0", "+", "-0", "-+", "0+", "-0+")
}
MAX_WEAK_PAIRS, MAX_DEPTH = 12, 20


def negative(signs: Signs) -> Signs:
    """Return the signs of the negative."""
    return frozenset(-sign for sign in signs)


def check_evidence(
    entry: object, polynomial: Polynomial, sign: object, names: Sequence[str], known: Known, depth: int = 0
) -> None:
    """Demand that evidence shows that a polynomial is ``+``, ``0+``, ``-`` or ``-0``."""
    demand(sign in ("+", "0+", "-", "-0"), f"found {sign!r:.80}, expected a sign that evidence can show")
    demand(isinstance(entry, dict) and depth <= MAX_DEPTH, f"found {entry!r:.80}, expected evidence")
    found: dict[str, Any] = entry if isinstance(entry, dict) else {}
    if sign in ("-", "-0"):
        polynomial = total([(-1, polynomial)])
    strict = sign in ("+", "-")
    if "quadratic" in found:
        fields(found, {"quadratic": str, "leading": dict, "discriminant": dict}, "evidence by a quadratic")
        demand(found["quadratic"] in names, f"found {found['quadratic']!r:.80}, expected a parameter")
        parts = coefficients(polynomial, list(names).index(found["quadratic"]))
        demand(len(parts) == 3, f"found degree {len(parts) - 1} in {found['quadratic']}, expected a quadratic")
        discriminant = total([(4, multiply(parts[0], parts[2])), (-1, multiply(parts[1], parts[1]))])
        check_evidence(found["leading"], parts[2], "+", names, known, depth + 1)
        check_evidence(found["discriminant"], discriminant, "+" if strict else "0+", names, known, depth + 1)
    else:
        found = {"multiplier": "1", "terms": [], **found}
        fields(found, {"chart": list, "multiplier": str, "terms": list}, "evidence by a chart")
        _Chart(names, found["chart"], known).check(found, polynomial, strict)


@dataclass(frozen=True)
class _Move:
    """One parameter, the facts that replace it, whether each is strict, and the place of a second coordinate."""

    place: int
    facts: Sequence[Polynomial]
    strict: Sequence[bool]
    kind: str
    second: int


class _Chart:
    """Replacements of parameters by coordinates."""

    def __init__(self, names: Sequence[str], entries: Sequence[object], known: Known) -> None:
        self.names, self.known = names, known
        pairs = [entry["parameter"] for entry in entries if isinstance(entry, dict) and "low" in entry]
        self.coordinates = [*names, *(f"{name}'" for name in pairs)]
        self.moves: list[_Move] = []
        for entry in entries:
            kind = next((each for each in ("fact", "zero", "low") if isinstance(entry, dict) and each in entry), "")
            kinds = {"parameter": str, kind: str, **({"high": str} if kind == "low" else {})}
            move = fields(entry, kinds, "a move of a chart")
            demand(move["parameter"] in names, f"found {move['parameter']!r:.80}, expected a parameter")
            place = names.index(move["parameter"])
            demand(all(place != other.place for other in self.moves), f"{move['parameter']} is replaced twice")
            facts = [self.fact(move[each]) for each in kinds if each != "parameter"]
            demand(kind != "zero" or facts[0][1] == "0", f"{move[kind]!r:.80} is not known to be zero")
            second = len(names) + pairs.index(move["parameter"]) if kind == "low" else place
            self.moves.append(
                _Move(place, [fact for fact, _ in facts], [sign == "+" for _, sign in facts], kind, second)
            )
        self.free = {place for move in self.moves if move.kind != "zero" for place in (move.place, move.second)}
        self.patterns = self.vanishing()
        self.replacements = self.signed()

    def fact(self, text: object) -> tuple[Polynomial, str]:
        """Read a polynomial of known sign, turned so that it is not negative: it is ``+``, ``0+`` or ``0``."""
        polynomial = read_polynomial(text, self.names)
        content, key = canonical(polynomial)
        signs = self.known(key) if content >= 0 else negative(self.known(key))
        shown = next((name for name in ("0", "+", "0+", "-", "-0") if signs <= SIGNS[name]), "")
        demand(shown, f"the sign of {text!r:.80} is not known")
        turned = -1 if shown in ("-", "-0") else 1
        extra = (0,) * (len(self.coordinates) - len(self.names))
        wide = {monomial + extra: turned * coefficient for monomial, coefficient in polynomial.items()}
        return wide, {"-": "+", "-0": "0+"}.get(shown, shown)

    def after(self, polynomial: Polynomial, replacements: Sequence[Replacement]) -> Polynomial:
        """Return a polynomial, times something positive, after replacements."""
        for replacement in replacements:
            polynomial, _ = replaced(polynomial, *replacement)
        return polynomial

    def untouched(self, fact: Polynomial, replacements: Sequence[Replacement]) -> Polynomial:
        """Return a fact after replacements that multiply it by no more than a number.

        The sign of anything else that multiplies it would be shown by the coordinate that the fact is to become.
        """
        for replacement in replacements:
            fact, degree = replaced(fact, *replacement)
            demand(not degree or not any(map(any, replacement[2])), "found a fact with a parameter that was replaced")
        return fact

    def coordinate(self, place: int) -> Polynomial:
        """Return a coordinate as a polynomial."""
        return {tuple(int(i == place) for i in range(len(self.coordinates))): 1}

    def vanishing(self) -> list[frozenset[int]]:
        """Return the largest sets of coordinates that may vanish together: of a pair never both."""
        choices: list[list[frozenset[int]]] = []
        for move in self.moves:
            places = (move.place, move.second)[: len(move.facts)] if move.kind != "zero" else ()
            weak = [frozenset((place,)) for place, strict in zip(places, move.strict, strict=False) if not strict]
            choices += [weak] if weak else []
        demand(
            sum(len(weak) > 1 for weak in choices) <= MAX_WEAK_PAIRS,
            "found too many pairs of coordinates that may vanish",
        )
        return [frozenset().union(*chosen) for chosen in itertools.product(*choices)]

    def signed(self) -> list[Replacement]:
        """Return the replacements, by positive slopes; one that proves negative is turned, the last one first."""
        turns = [1] * len(self.moves)
        for _ in range(len(turns) + 1):
            replacements, slopes = self.built(turns)
            ends = [[self.after(slope, replacements[i + 1 :]) for slope in parts] for i, parts in enumerate(slopes)]
            wrong = [i for i, parts in enumerate(ends) if len(parts) == 1 and self.positive(total([(-1, parts[0])]))]
            if not wrong:
                demand(all(self.positive(slope) for parts in ends for slope in parts), "found a slope of unknown sign")
                return replacements
            turns[wrong[-1]] *= -1
        raise CertificateError("found a slope of unknown sign")

    def built(self, turns: Sequence[int]) -> tuple[list[Replacement], list[list[Polynomial]]]:
        """Return the replacements, and what must be positive for each, if slopes have these signs."""
        replacements: list[Replacement] = []
        slopes: list[list[Polynomial]] = []
        for move, turn in zip(self.moves, turns, strict=True):
            lines = [coefficients(self.untouched(fact, replacements), move.place) for fact in move.facts]
            demand(
                all(len(line) == 2 for line in lines), "found a fact that is not linear in the parameter it replaces"
            )
            (b, a), one = lines[0], self.coordinate(move.place)
            if move.kind == "low":  # u = c*(a*v + b), w = a*(e - c*v), so that u + w = c*b + a*e
                (e, c), other = (lines[1][0], total([(-1, lines[1][1])])), self.coordinate(move.second)
                above = total([(1, multiply(multiply(e, a), one)), (-1, multiply(multiply(b, c), other))])
                below = multiply(multiply(a, c), total([(1, one), (1, other)]))
                slopes.append([a, c, total([(1, multiply(c, b)), (1, multiply(a, e))])])
            else:
                above = total([(turn, one if move.kind == "fact" else {}), (-turn, b)])
                below = total([(turn, a)])
                slopes.append([below])
            replacements.append((move.place, above, below))
        return replacements, slopes

    def nonnegative(self, polynomial: Polynomial) -> bool:
        """Whether a polynomial has only coordinates, and no negative coefficient."""
        return all(
            coefficient > 0 and all(place in self.free for place, power in enumerate(monomial) if power)
            for monomial, coefficient in polynomial.items()
        )

    def stays(self, polynomials: Sequence[Polynomial]) -> bool:
        """Whether a monomial is left whichever coordinates vanish, of polynomials without negative coefficients."""
        supports = {
            frozenset(place for place, power in enumerate(monomial) if power)
            for polynomial in polynomials
            for monomial in polynomial
        }
        return all(any(not support & pattern for support in supports) for pattern in self.patterns)

    def positive(self, polynomial: Polynomial) -> bool:
        """Whether a polynomial is positive for all values of the coordinates."""
        return self.nonnegative(polynomial) and self.stays([polynomial])

    def check(self, entry: Mapping[str, Any], polynomial: Polynomial, strict: bool) -> None:
        """Demand that multiplier * polynomial is a sum of terms and of a rest, all of them not negative."""
        extra = (0,) * (len(self.coordinates) - len(self.names))
        wide = {monomial + extra: coefficient for monomial, coefficient in polynomial.items()}
        multiplier = read_polynomial(entry["multiplier"], self.coordinates)
        demand(self.positive(multiplier), "found a multiplier that may vanish")
        parts = [(1, multiply(multiplier, self.after(wide, self.replacements)))]
        left = []
        for term in entry["terms"]:
            found = fields(term, {"factor": str, "fact": str}, "a term")
            factor, (fact, sign) = read_polynomial(found["factor"], self.coordinates), self.fact(found["fact"])
            demand(sign == "0" or self.nonnegative(factor), f"found the factor {found['factor']!r:.80}")
            parts.append((-1, multiply(factor, self.after(fact, self.replacements))))
            left += [factor] if sign == "+" else []
        rest = total(parts)
        demand(self.nonnegative(rest), "the coordinates leave a term that may be negative")
        demand(not strict or self.stays([*left, rest]), "what is said to be positive may vanish")
