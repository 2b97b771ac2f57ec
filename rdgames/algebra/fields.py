"""What a derivation computes with."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar


class Arithmetic(Protocol):
    """An element that can be added, subtracted, multiplied and divided, also with whole numbers."""

    def __add__(self, other: Any) -> Any: ...
    def __radd__(self, other: Any) -> Any: ...
    def __sub__(self, other: Any) -> Any: ...
    def __rsub__(self, other: Any) -> Any: ...
    def __mul__(self, other: Any) -> Any: ...
    def __rmul__(self, other: Any) -> Any: ...
    def __truediv__(self, other: Any) -> Any: ...
    def __rtruediv__(self, other: Any) -> Any: ...
    def __neg__(self) -> Any: ...


K = TypeVar("K", bound=Arithmetic)


class Field(Protocol[K]):
    """A field of numbers or of functions of the parameters."""

    def constant(self, value: Fraction | int) -> K:
        """Return a rational number as an element."""
        ...

    def parameter(self, name: str) -> K:
        """Return a parameter as an element."""
        ...

    def is_zero(self, element: K) -> bool:
        """Whether an element is zero, for every value of the parameters."""
        ...


class Numbers(Generic[K]):
    """The field of exact fractions at one point of the parameters.

    >>> field = Numbers({"beta": Fraction(1, 3)})
    >>> field.parameter("beta") * 3
    Fraction(1, 1)
    """

    def __init__(self, values: dict[str, Fraction]) -> None:
        self.values = values

    def constant(self, value: Fraction | int) -> Fraction:
        """Return the number itself."""
        return Fraction(value)

    def parameter(self, name: str) -> Fraction:
        """Return the value of a parameter."""
        return self.values[name]

    def is_zero(self, element: Fraction) -> bool:
        """Whether a number is zero."""
        return element == 0
