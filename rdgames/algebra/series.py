"""Functions as power series: how a field is told to cut polynomials off, and what functions come to.

Where payoffs are no polynomials they are expanded around levels of the actions. Of an action that is expanded, a
polynomial's quantity is what a player chooses beyond the level.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Protocol

from rdgames.algebra.fields import Field
from rdgames.algebra.linear import Matrix
from rdgames.algebra.program import Element


class WithFunctions(Field[Element], Protocol):
    """The field of functions as steps of a program, or a likeness of it."""

    def function(self, name: str, *operands: Element) -> Element:
        """Return a function that is not rational of some elements."""
        ...

    def matrix_function(self, name: str, matrix: Matrix[Element]) -> list[Element]:
        """Return a function of a matrix, as one step."""
        ...


class Series:
    """A field over which polynomials in some expanded actions are cut off beyond an order.

    Attributes
    ----------
    expanded
        The names of the actions and prices that are expanded.
    order
        The highest degree in them that is kept. It is lowered while a derivation goes backward, since each move takes
        one derivative.
    degrees
        The degrees of monomials that have come up.
    """

    def __init__(self, field: WithFunctions, expanded: frozenset[str], order: int) -> None:
        self.constant, self.parameter, self.is_zero, self.function = (
            field.constant,
            field.parameter,
            field.is_zero,
            field.function,
        )
        self.matrix_function = field.matrix_function
        self.expanded, self.order = expanded, order
        self.degrees: dict[Any, int] = {}

    def derivatives(self, name: str, argument: Element, exponent: Element | None) -> list[Element]:
        """Return the value of a function and as many of its derivatives, divided by factorials, as the order asks."""
        one: Any = self.constant(1)
        whole: Any = self.function(name, argument) if exponent is None else self.function(name, argument, exponent)
        found = [whole]
        for degree in range(self.order):
            last = found[-1]
            match name:
                case "exp":
                    following = last / (degree + 1)
                case "log":
                    following = one / argument if degree == 0 else -last * degree / (argument * (degree + 1))
                case _:
                    power: Any = Fraction(1, 2) if exponent is None else exponent
                    following = last * (power - degree) / (argument * (degree + 1))
            found.append(following)
        return found

    def reciprocals(self, argument: Element) -> list[Element]:
        """Return the coefficients of one over a series whose constant term is given."""
        found: list[Any] = [1 / argument]
        for _ in range(self.order):
            found.append(-found[-1] / argument)
        return found
