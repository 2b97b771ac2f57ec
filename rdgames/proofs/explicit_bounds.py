"""Where a polynomial is positive, written for people: solved for a parameter where that can be done.

What is linear in a parameter, ``A*v + B``, changes sign at ``v = -B/A``; what is quadratic in one, at
``(-B - sqrt(B**2 - 4*A*C))/(2*A)`` or with ``+``. Whether the parameter must then be larger or smaller depends on the
sign of ``A``, and on which root lies in the domain: that is guessed from points, and proved by whoever uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from rdgames.algebra.presentation import Presenter, factored, typical_point
from rdgames.algebra.rational import RationalFunction, Ring
from rdgames.errors import TooLargeError
from rdgames.game.game import Game
from rdgames.language.printer import typed
from rdgames.language.tree import Binary, Call, Comparison, Expression, Negative, Number, Symbol

MIRROR = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}

LONGEST = 240
"""No solution is written out that would take more characters."""

MOST_TERMS = 150
"""No longer polynomial is written into a condition; the language of claims reads none that is much longer."""

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


class Explicit:
    """Writes conditions on polynomials of a game's parameters."""

    def __init__(self, game: Game, ring: Ring) -> None:
        self.game, self.ring = game, ring
        domains = {entry.name: (entry.domain.low, entry.domain.high) for entry in game.parameters}
        self.presenter = Presenter(ring, typical_point(domains), {})

    def taken(self, polynomial: Any) -> Any:
        """Return a polynomial of the proofs, over parameters and coordinates, as one of the ring."""
        count = len(self.ring.names)
        return self.ring.context.from_dict(
            {tuple(map(int, powers))[:count]: coefficient for powers, coefficient in polynomial.to_dict().items()}
        )

    def plain(self, polynomial: Any, sort: str) -> Comparison:
        """Return the comparison of a polynomial with zero.

        Raises
        ------
        TooLargeError
            If it is too long to be written.
        """
        taken = self.taken(polynomial)
        if len(taken) > MOST_TERMS:
            raise TooLargeError(f"found a polynomial of {len(taken)} terms, expected at most {MOST_TERMS} to be read")
        shown = self.presenter.factored(taken)
        if isinstance(shown, Negative):
            return Comparison((shown.operand, ZERO), (MIRROR[sort],))
        return Comparison((shown, ZERO), (sort,))

    def solutions(self, polynomial: Any) -> Iterator[tuple[str, Expression]]:
        """Yield parameters with what they are where a polynomial is zero, the ones best to read first."""
        taken = self.taken(polynomial)
        degrees = dict(zip(self.ring.names, map(int, taken.degrees()), strict=True))
        for degree, solve in ((1, self._linear), (2, self._quadratic)):
            found = []
            for name in (name for name, power in degrees.items() if power == degree):
                try:
                    found += [(name, solution) for solution in solve(taken, name)]
                except TooLargeError:
                    continue
            short = [each for each in found if len(typed(each[1])) <= LONGEST]
            yield from sorted(short, key=lambda each: self._burden(*each))

    def _burden(self, name: str, solution: Expression) -> tuple[bool, bool, bool, int]:
        """Order solutions: those for spillovers first, then other shares, numbers of firms last; then short ones."""
        parameter = self.game.parameter[name]
        return (
            parameter.integer,
            not parameter.is_spillover,
            parameter.domain.high is None,
            len(typed(solution)),
        )

    def bounds(self, polynomial: Any, sort: str) -> Iterator[Comparison]:
        """Yield conditions ``v > ...`` and ``v < ...`` of which one may say that a polynomial compares so with zero."""
        for name, solution in self.solutions(polynomial):
            for way in dict.fromkeys((sort, MIRROR[sort])):
                yield Comparison((Symbol(name), solution), (way,))

    def _linear(self, polynomial: Any, name: str) -> Iterator[Expression]:
        slope = polynomial.derivative(name)
        rest = polynomial - slope * self.ring.parameter(name).numerator
        yield self.presenter.quotient(self._function(-rest) / self._function(slope))

    def _quadratic(self, polynomial: Any, name: str) -> Iterator[Expression]:
        generator = self.ring.parameter(name).numerator
        twice = polynomial.derivative(name).derivative(name)  # 2*A
        half = twice / 2
        slope = polynomial.derivative(name) - twice * generator
        rest = polynomial - slope * generator - half * generator**2
        number, factors = factored(slope * slope - 2 * twice * rest)
        below = twice
        root, under = (self.ring.context.constant(part) for part in self._squares(number))
        for factor, power in factors:
            root, under = root * factor ** (power // 2), under * factor ** (power % 2)
        if under.is_constant() and under == 1:
            return
        common = below.gcd(root).gcd(slope)
        below, root, slope = below / common, root / common, slope / common
        if below.leading_coefficient() < 0:
            below, slope = -below, -slope
        shared = slope.gcd(root)
        if shared.leading_coefficient() < 0:
            shared = -shared
        slope, root = slope / shared, root / shared
        radical = Call("sqrt", (self.presenter.factored(under),))
        outside, divisor = self.presenter.factored(shared), self.presenter.factored(below)
        for way in (1, -1):
            times = self.presenter.factored(root)
            product = radical if times == ONE else Binary("*", times, radical)
            above = self._joined(self.presenter.factored(-slope), product, way)
            above = above if outside == ONE else Binary("*", outside, above)
            yield _divided(above, divisor)

    def _joined(self, first: Expression, second: Expression, way: int) -> Expression:
        """Return the sum or difference of two formulas, what is positive first."""
        if isinstance(second, Negative):
            second, way = second.operand, -way
        signed = second if way > 0 else Negative(second)
        return signed if first == ZERO else self.presenter.terms([first, signed])

    def _squares(self, number: int) -> tuple[int, int]:
        """Return the root of the largest square that divides a number, as far as small primes go, and what is left."""
        outside = 1
        for prime in (2, 3, 5, 7, 11, 13):
            while number % prime**2 == 0 and number:
                number, outside = number // prime**2, outside * prime
        return outside, number

    def _function(self, polynomial: Any) -> RationalFunction:
        return RationalFunction(self.ring, polynomial, self.ring.one_polynomial)


def _divided(above: Expression, below: Expression) -> Expression:
    """Return a quotient, without a minus sign in the divisor."""
    if isinstance(below, Negative):
        above, below = above.operand if isinstance(above, Negative) else Negative(above), below.operand
    return above if below == ONE else Binary("/", above, below)
