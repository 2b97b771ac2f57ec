"""Where along its one open parameter a statement is true: intervals whose ends are exact.

Let all conditions and the statement depend on one parameter alone, besides factors of others whose sign is the same
everywhere. Then the truth of everything is constant between neighboring roots of polynomials in that parameter, and
one number from each stretch and the roots themselves decide all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from flint import fmpz_poly

from rdgames.claims.functions import ExactPoint
from rdgames.language.printer import typed
from rdgames.language.tree import Number
from rdgames.proofs import signs
from rdgames.proofs.atlas import value_at
from rdgames.proofs.implication import Part, atoms_in
from rdgames.proofs.open_signs import Table
from rdgames.proofs.problem import in_flint
from rdgames.proofs.reading import Reading
from rdgames.proofs.signs import FALSE, TRUE
from rdgames.theorems.real_roots import RealRoot, real_roots, sign_at

Truth = Literal["true", "false", "undefined"]


@dataclass(frozen=True)
class Interval:
    """A stretch of admissible values of a parameter on which a statement is true, or false, or has no value.

    An end that is None is infinite; ``low_included`` and ``high_included`` say whether the ends belong to it.
    """

    parameter: str
    truth: Truth
    low: RealRoot | None
    low_included: bool
    high: RealRoot | None
    high_included: bool

    def __str__(self) -> str:
        if self.low is not None and self.low == self.high:
            return f"{self.parameter} {'=' if self.low.exact else '≈'} {shown(self.low)}"
        below = "" if self.low is None else f"{shown(self.low)} {'<=' if self.low_included else '<'} "
        above = "" if self.high is None else f" {'<=' if self.high_included else '<'} {shown(self.high)}"
        return f"{below}{self.parameter}{above}"

    def to_document(self) -> dict[str, Any]:
        """Return the interval as a table, exact numbers as text, for JSON."""
        return {
            "truth": self.truth,
            "low": None if self.low is None else end(self.low),
            "low_included": self.low_included,
            "high": None if self.high is None else end(self.high),
            "high_included": self.high_included,
        }


def shown(root: RealRoot) -> str:
    """Return a root as it is read: exact where it is rational, else twelve digits.

    >>> shown(real_roots([fmpz_poly([-2, 0, 1])])[1])
    '1.41421356237'
    """
    return typed(Number(root.root.low)) if root.exact and len(str(root.root.low)) < 20 else f"{root.value:.12g}"


def end(root: RealRoot) -> dict[str, Any]:
    """Return a root as a table: the interval that contains it, and the coefficients of its polynomial."""
    ends = {"low": str(root.root.low), "high": str(root.root.high), "value": root.value}
    return ends if root.exact else {**ends, "coefficients": list(root.coefficients)}


def intervals(reading: Reading, table: Table, witness: ExactPoint) -> tuple[str, tuple[Interval, ...]] | None:
    """Return the parameter on which alone a statement depends, and the stretches of its admissible values.

    None where it depends on several, or where the conditions tie the parameter to others.
    """
    used = {name: reading.polynomials.used(reading.formula(name)) for name in reading.implication.polynomials}
    parameters = {parameter for name in table.names for parameter in used[name]}
    if len(parameters) != 1:
        return None
    [parameter] = parameters
    parts = (*reading.implication.hypotheses, reading.statement)
    concerned = [part for part in parts if any(parameter in used[name] for name in _names(part))]
    alone: dict[str, Any] = {}
    for name in {name for part in concerned for name in _names(part)}:
        if parameter in used[name]:
            if used[name] != {parameter}:
                return None
            alone[name] = _of_one(reading, name, parameter)
        elif table.known.get(name) not in signs.SINGLE:
            return None
    return parameter, tuple(_merged(_stretches(reading, parameter, alone, witness)))


def _names(part: Part) -> set[str]:
    return {name for atom in atoms_in(part) for product in atom.products for name in product.names}


def _of_one(reading: Reading, name: str, parameter: str) -> Any:
    place = reading.polynomials.place(parameter)
    powers = {int(exponents[place]): int(c) for exponents, c in reading.formula(name).to_dict().items()}
    return fmpz_poly([powers.get(power, 0) for power in range(max(powers) + 1)])


def _stretches(
    reading: Reading, parameter: str, alone: Mapping[str, Any], witness: ExactPoint
) -> Iterator[tuple[Interval, bool]]:
    """Yield roots and the stretches between them, from low to high, each with whether it is admissible."""
    at_witness = in_flint(witness.values)
    others = {}
    for name in reading.implication.polynomials:
        if name not in alone:
            value = value_at(reading.polynomials, reading.formula(name), at_witness)
            others[name] = signs.set_of(int(value > 0) - int(value < 0))
    roots = real_roots(list(alone.values()))
    for low, high in zip([None, *roots], [*roots, None], strict=True):
        inside = _between(low, high)
        here = {name: signs.set_of(sign_at(polynomial, inside)) for name, polynomial in alone.items()}
        yield _judged(reading, parameter, {**others, **here}, low, high)
        if high is not None:
            zero = fmpz_poly(list(high.coefficients))
            here = {
                name: signs.ZERO if not polynomial % zero else signs.set_of(sign_at(polynomial, high.root.low))
                for name, polynomial in alone.items()
            }
            yield _judged(reading, parameter, {**others, **here}, high, high)


def _between(low: RealRoot | None, high: RealRoot | None) -> Fraction:
    """Return a number between neighboring roots."""
    if low is None:
        return Fraction(0) if high is None else high.root.low - 1
    return low.root.high + 1 if high is None else (low.root.high + high.root.low) / 2


def _judged(
    reading: Reading, parameter: str, known: Mapping[str, int], low: RealRoot | None, high: RealRoot | None
) -> tuple[Interval, bool]:
    said = reading.statement.truth(known)
    truth: Truth = "true" if said == TRUE else "false" if said == FALSE else "undefined"
    admissible = all(part.truth(known) == TRUE for part in reading.implication.hypotheses)
    included = low is not None and low == high
    return Interval(parameter, truth, low, included, high, included), admissible


def _merged(stretches: Iterator[tuple[Interval, bool]]) -> list[Interval]:
    """Return the admissible stretches, neighbors of the same truth joined."""
    found: list[Interval] = []
    touching = False
    for stretch, admissible in stretches:
        if admissible and touching and found[-1].truth == stretch.truth:
            last = found.pop()
            stretch = Interval(
                last.parameter, last.truth, last.low, last.low_included, stretch.high, stretch.high_included
            )
        if admissible:
            found.append(stretch)
        touching = admissible
    return found
