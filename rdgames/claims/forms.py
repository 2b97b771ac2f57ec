"""Formulas of claims as rational functions: of one parameter on a line, or of all parameters."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from rdgames.algebra.rational import RationalFunction, Ring
from rdgames.claims.functions import ExactPoint, FastFunction
from rdgames.claims.meaning import Meaning
from rdgames.claims.surds import sqrt
from rdgames.errors import InputError
from rdgames.game.game import Game


class OnLine(Meaning[RationalFunction]):
    """Formulas as functions of the pivot; roots only where they are constant, to within 2**-60 if irrational.

    This says where to look, not what is true: at a point every value is computed anew (`rdgames.claims.truth`).
    """

    def __init__(self, game: Game, point: ExactPoint, pivot: str) -> None:
        super().__init__(game)
        self.point, self.pivot, self.line = point, pivot, Ring([pivot])

    def number(self, value: Fraction) -> RationalFunction:
        """Return a constant function."""
        return self.line.constant(value)

    def parameter(self, name: str) -> RationalFunction:
        """Return the pivot, or a constant function."""
        return self.line.parameter(name) if name == self.pivot else self.line.constant(self.point.values[name])

    def outcome(self, function: FastFunction) -> RationalFunction:
        """Return the outcome along the line."""
        return function.along(self.pivot, self.point, self.line)

    def root(self, value: RationalFunction) -> RationalFunction:
        """Return the root of a constant; raises ArithmeticError where the pivot is below the root."""
        if not value.numerator.is_constant() or not value.denominator.is_constant():
            raise ArithmeticError(f"a root of the moving {self.pivot}")
        square = value.at({self.pivot: 0})
        exact = sqrt(square)
        near = exact if isinstance(exact, Fraction) else Fraction(isqrt(int(square * 4**60)), 2**60)
        return self.line.constant(near)

    def sign(self, value: RationalFunction) -> RationalFunction:  # noqa: ARG002 -- whatever it is the sign of
        """Raise ArithmeticError: a sign jumps; where it does so are the roots of what it is the sign of."""
        raise ArithmeticError("a sign jumps")


class InRing(Meaning[RationalFunction]):
    """Formulas of parameters as rational functions of all parameters."""

    def __init__(self, game: Game) -> None:
        super().__init__(game)
        self.ring = Ring(game.parameter)

    def number(self, value: Fraction) -> RationalFunction:
        """Return a constant function."""
        return self.ring.constant(value)

    def parameter(self, name: str) -> RationalFunction:
        """Return the parameter as a function."""
        return self.ring.parameter(name)

    def outcome(self, function: FastFunction) -> RationalFunction:
        """Raise InputError."""
        raise InputError(f"found an outcome of {', '.join(function.names)}, expected a formula of the parameters alone")

    def root(self, value: RationalFunction) -> RationalFunction:  # noqa: ARG002 -- none has one here
        """Raise InputError."""
        raise InputError("found a square root, expected a rational function of the parameters")

    def sign(self, value: RationalFunction) -> RationalFunction:  # noqa: ARG002 -- none has one here
        """Raise InputError."""
        raise InputError("found a sign, expected a rational function of the parameters")
