"""Evidence that a polynomial is positive, or at least not negative, where other polynomials have known signs.

A *chart* replaces parameters by coordinates that are not negative, one after the other: v := (t - B)/A where t = F, a
fact F = A*v + B >= 0; v := -B/A where F = 0; and, between two facts F = A*v + B >= 0 and G = E - C*v >= 0, v :=
(E*A*u - B*C*w)/(A*C*(u + w)) where u = C*F, w = A*G, never both zero. Every replacement multiplies each polynomial by
a power of what must be positive: |A|, or A, C and u + w = C*B + A*E. Then, in coordinates,

    multiplier * polynomial = sum of factor * fact + rest,

and what has only coefficients >= 0 is not negative; it is positive if a monomial is left whichever weak coordinates
(those that are not known to be positive) vanish together.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from rdgames.certificates.polynomials import CertificateError, Known, Polynomial, Signs, demand

SIGNS: dict[str, Signs] = {
    name: frozenset("-0+".index(sign) - 1 for sign in name) for name in ("0", "+", "0+", "-", "-0", "-+", "-0+")
}
KINDS, MAX_PATTERNS = ("fact", "zero", "low", "high"), 4096


def negative(signs: Signs) -> Signs:
    """Return the signs of the negative."""
    return frozenset(-sign for sign in signs)


def check_evidence(entry: Mapping[str, Any], of: Polynomial, sign: str, names: Sequence[str], known: Known) -> None:
    """Demand that evidence shows that a polynomial is ``+``, ``0+``, ``-`` or ``-0``."""
    demand(sign in ("+", "0+", "-", "-0"), f"found {sign!r:.80}, expected a sign that evidence can show")
    of, strict = of * (-1 if "-" in sign else 1), "0" not in sign
    if "chart" in entry:
        Chart(names, entry["chart"], known).check(entry, of, strict)
        return
    parts = of.coefficients(names.index(entry["quadratic"]))
    demand(len(parts) == 3, f"found degree {len(parts) - 1} in {entry['quadratic']}, expected a quadratic")
    c, b, a = parts
    check_evidence(entry["leading"], a, "+", names, known)
    check_evidence(entry["discriminant"], a * c * 4 - b * b, "+" if strict else "0+", names, known)


class Chart:
    """Replacements of parameters by coordinates; of a pair u and w, w has the name of the parameter with a prime."""

    def __init__(self, names: Sequence[str], moves: Sequence[Mapping[str, str]], known: Known) -> None:
        """Read the moves; then see the signs of slopes in the coordinates that come later, the last one first."""
        pairs = [f"{move['parameter']}'" for move in moves if "low" in move]
        self.parameters, self.names, self.known = names, [*names, *pairs], known
        self.replacements: list[tuple[int, Polynomial, Polynomial]] = []
        slopes: list[list[Polynomial]] = []
        weak: dict[int, list[int]] = {}
        self.free: set[int] = set()
        for move in moves:
            place, facts = names.index(move["parameter"]), [self.fact(move[key]) for key in KINDS if key in move]
            demand(place not in weak, f"{move['parameter']} is replaced twice")
            demand("zero" not in move or facts[0][1] == "0", f"the fact of {move!r:.80} is not known to be zero")
            (b, a), *high = (self.line(fact, place) for fact, _ in facts)
            places = [place, self.names.index(f"{names[place]}'")] if high else [place] * ("zero" not in move)
            u, *w = [Polynomial.name(each, len(self.names)) for each in places] or [Polynomial()]
            if high:
                e, c = high[0][0], high[0][1] * -1
                above, below, slope = e * a * u - b * c * w[0], a * c * (u + w[0]), [a, c, c * b + a * e]
            else:
                turn = -1 if a.is_constant and max(a.values()) < 0 else 1
                above, below, slope = (u - b) * turn, a * turn, [a * turn]
            self.replacements.append((place, above, below))
            slopes.append(slope)
            weak[place] = [each for each, (_, sign) in zip(places, facts, strict=False) if sign != "+"]
            self.free |= set(places)
        demand(prod(len(each) or 1 for each in weak.values()) <= MAX_PATTERNS, "found too many pairs of coordinates")
        self.patterns = [set(pattern) for pattern in itertools.product(*filter(None, weak.values()))]
        for i, slope in reversed([*enumerate(slopes)]):
            ends = [self.after(each, i + 1) for each in slope]
            if len(ends) == 1 and self.shown(True, ends[0] * -1):
                place, above, below = self.replacements[i]
                self.replacements[i] = place, above * -1, below * -1
            else:
                demand(
                    all(self.shown(True, end) for end in ends), f"the sign of a slope is not known, in {moves[i]!r:.80}"
                )

    def wide(self, polynomial: Polynomial) -> Polynomial:
        """Return a polynomial in the names of parameters as one in all names."""
        extra = (0,) * (len(self.names) - len(self.parameters))
        return Polynomial({monomial + extra: coefficient for monomial, coefficient in polynomial.items()})

    def fact(self, text: str) -> tuple[Polynomial, str]:
        """Read a polynomial of known sign, turned so that it is not negative: it is ``+``, ``0+`` or ``0``."""
        polynomial = Polynomial.read(text, self.parameters)
        content, key = polynomial.canonical()
        for shown, turn in itertools.product(("0", "+", "0+"), (1, -1)):
            if {sign * turn * (1 if content >= 0 else -1) for sign in self.known(key)} <= SIGNS[shown]:
                return self.wide(polynomial * turn), shown
        raise CertificateError(f"the sign of {text!r:.80} is not known")

    def line(self, fact: Polynomial, place: int) -> list[Polynomial]:
        """Return B and A of a fact that is A*v + B after the moves so far, times no more than a positive number.

        The sign of anything else that multiplies it would be shown by the coordinate that the fact is to become.
        """
        for replacement in self.replacements:
            fact, degree = fact.replaced(*replacement)
            demand(not degree or replacement[2].is_constant, "found a fact with a parameter that was replaced")
        parts = fact.coefficients(place)
        demand(len(parts) == 2, "found a fact that is not linear in the parameter that it replaces")
        return parts

    def after(self, polynomial: Polynomial, start: int = 0) -> Polynomial:
        """Return a polynomial, times something positive, after the moves from a place on."""
        for replacement in self.replacements[start:]:
            polynomial, _ = polynomial.replaced(*replacement)
        return polynomial

    def shown(self, strict: bool, *parts: Polynomial) -> bool:
        """Whether no polynomial has a negative coefficient; and if strict, whatever vanishes, some monomial is left."""
        supports = {frozenset(i for i, power in enumerate(each) if power) for part in parts for each in part}
        right = all(each > 0 for part in parts for each in part.values()) and self.free.issuperset(
            itertools.chain(*supports)
        )
        return right and (not strict or all(any(not each & gone for each in supports) for gone in self.patterns))

    def check(self, entry: Mapping[str, Any], polynomial: Polynomial, strict: bool) -> None:
        """Demand that multiplier * polynomial is a sum of terms and of a rest, all of them not negative."""
        multiplier = Polynomial.read(entry.get("multiplier", "1"), self.names)
        demand(self.shown(True, multiplier), "found a multiplier that may vanish")
        rest, left = multiplier * self.after(self.wide(polynomial)), []
        for term in entry.get("terms", []):
            factor, (fact, sign) = Polynomial.read(term["factor"], self.names), self.fact(term["fact"])
            demand(sign == "0" or self.shown(False, factor), f"found the factor {term['factor']!r:.80}")
            rest -= factor * self.after(fact)
            left += [factor] if sign == "+" else []
        demand(self.shown(strict, *left, rest), "the coordinates leave what may be negative, or what may vanish")
