"""The curves at which a statement begins or ceases to be true, and exact points on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from flint import fmpz_poly

from rdgames.errors import InputError, MissingValueError, TooLargeError, UnknownNameError
from rdgames.game.domains import Domain
from rdgames.game.values import read_value
from rdgames.language.printer import typed
from rdgames.language.tree import Expression
from rdgames.proofs.explicit_bounds import Explicit
from rdgames.theorems.real_roots import RealRoot, real_roots

A_FEW_LINES = 1000
"""How many characters of a formula somebody may read; longer ones are told by their size."""


@dataclass(frozen=True)
class Boundary:
    """Where a polynomial is zero: a number, a curve or a surface that bounds where a statement is true.

    Attributes
    ----------
    polynomial
        The polynomial, as it would be typed.
    parameters
        The parameters in it.
    explicit
        The same solved for a parameter, ``beta = 1/2``, where that is possible; else empty.
    """

    polynomial: str
    parameters: tuple[str, ...]
    explicit: str
    domains: Mapping[str, Domain] = field(repr=False, compare=False)
    terms: Mapping[tuple[int, ...], int] = field(repr=False, compare=False)

    @classmethod
    def of(cls, polynomial: Any, explicit: Explicit, condition: str) -> Boundary:
        """Return the boundary that a polynomial makes, in the form in which a condition names it."""
        taken = explicit.taken(polynomial)
        degrees = dict(zip(explicit.ring.names, map(int, taken.degrees()), strict=True))
        try:
            written = typed(explicit.plain(polynomial, ">").terms[0])
        except TooLargeError:
            written = str(taken).replace("^", "**")
        domains = {entry.name: entry.domain for entry in explicit.game.parameters}
        terms = {tuple(map(int, powers)): int(coefficient) for powers, coefficient in taken.to_dict().items()}
        used = tuple(name for name, degree in degrees.items() if degree)
        return cls(written, used, _explicit(polynomial, explicit, condition, degrees), domains, terms)

    def __str__(self) -> str:
        if max(len(self.explicit), len(self.polynomial)) > A_FEW_LINES:
            among = ", ".join(self.parameters)
            return f"a polynomial of {len(self.terms):,} terms in {among} = 0 (its attribute `polynomial` has it)"
        return self.explicit or f"{self.polynomial} = 0"

    def roots(self, parameter: str, **values: Any) -> tuple[RealRoot, ...]:
        """Return where the boundary is on a line along one parameter.

        Parameters
        ----------
        parameter
            The parameter that moves.
        **values
            An exact value of each other parameter in the polynomial; values of further parameters do not matter.

        Returns
        -------
        tuple of RealRoot
            The roots in the domain of the parameter, in increasing order, each by an interval of width 2**-40 at most
            that contains it and no other.

        Raises
        ------
        UnknownNameError, MissingValueError
            If names are no parameters of the game, or values are missing.
        InputError
            If every value of the parameter is on the boundary.
        """
        for name in (parameter, *values):
            if name not in self.domains:
                raise UnknownNameError("parameter", name, self.domains)
        missing = [name for name in self.parameters if name != parameter and name not in values]
        if missing:
            raise MissingValueError({name: str(self.domains[name]) for name in missing})
        along = self._along(parameter, {name: exactly(name, value) for name, value in values.items()})
        if not along:
            raise InputError(f"found {self} for every {parameter}, expected values at which it is a boundary")
        found = real_roots([along]) if along.degree() else []
        return tuple(each for each in found if self._inside(parameter, each))

    def _inside(self, parameter: str, root: RealRoot) -> bool:
        """Whether a root lies in the domain; only a rational one can lie on its end."""
        domain, low, high = self.domains[parameter], root.root.low, root.root.high
        while not root.exact and (low in domain) != (high in domain):
            root = root.halved()
            low, high = root.root.low, root.root.high
        return low in domain

    def _along(self, parameter: str, values: Mapping[str, Fraction]) -> Any:
        """Return the polynomial in one parameter, with whole coefficients."""
        names = tuple(self.domains)
        powers: dict[int, Fraction] = {}
        for exponents, coefficient in self.terms.items():
            term, power = Fraction(coefficient), 0
            for name, exponent in zip(names, exponents, strict=True):
                if name == parameter:
                    power = exponent
                elif exponent:
                    term *= values[name] ** exponent
            powers[power] = powers.get(power, Fraction(0)) + term
        scale = lcm(*(value.denominator for value in powers.values()))
        return fmpz_poly([int(powers.get(power, Fraction(0)) * scale) for power in range(max(powers) + 1)])

    def to_document(self) -> dict[str, Any]:
        """Return the boundary as a table, for JSON."""
        return {"polynomial": self.polynomial, "parameters": list(self.parameters), "explicit": self.explicit}


def exactly(name: str, value: Any) -> Fraction:
    """Return an exact value of a parameter; a float is the decimal number that it shows.

    >>> exactly("beta", 0.1)
    Fraction(1, 10)
    """
    found = read_value(name, value)
    return found if isinstance(found, Fraction) else Fraction(repr(found))


def _explicit(polynomial: Any, explicit: Explicit, condition: str, degrees: Mapping[str, int]) -> str:
    """Return a boundary solved for a parameter: as in the condition, or both roots where that chooses none."""
    found: list[tuple[str, Expression]] = list(explicit.solutions(polynomial))
    for name, solution in found:
        if degrees[name] > 1 and typed(solution) in condition:
            return f"{name} = {typed(solution)}"
    linear = [f"{name} = {typed(solution)}" for name, solution in found if degrees[name] == 1]
    if linear:
        return linear[0]
    return " or ".join(f"{name} = {typed(solution)}" for name, solution in found if name == found[0][0])
