"""Programs without branches: a derivation written down step by step while it runs.

A `Recorder` is a field whose elements are steps. Running a derivation over it leaves a `Program`, the few hundred
additions, multiplications and divisions that lead from the parameters to every outcome, ready to be replayed on exact
fractions, floats or arrays. Besides ``+ - * /`` there are steps for functions such as ``exp``, and for functions of
matrices (`rdgames.algebra.linear`): the stability of ten firms is one step, not ten thousand.

Steps that compute the same function are one step. To know which do, the recorder gives every parameter a fixed value
modulo the prime 2**127 - 1, drawn from a hash of its name, and numbers steps by their values there (value numbering;
Schwartz 1980, Journal of the ACM 27:701-717). Two different functions of degree d agree at such a point with
probability d/2**127, so below 10**-30 for everything in this library; the same test tells whether a step is zero. What
is not rational has a value drawn from a hash of the function's name and its operands' values: the same function of the
same operands is one step, and no other relation between such functions is known. The exact road
(`rdgames.algebra.rational`) shares none of this, and tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

from rdgames.algebra.linear import MATRIX_FUNCTIONS, Matrix
from rdgames.algebra.residues import PRIME, Residue, Residues, residue_of

FUNCTIONS = ("sqrt", "log", "exp", "power")
"""The functions that are not rational; ``power`` has two operands, base and exponent, the others one."""


@dataclass(frozen=True)
class Step:
    """One operation; its operands are the numbers of earlier steps.

    ``parameter`` steps have a name, ``constant`` steps a value. The operands of a function of a square matrix are its
    entries, row by row; an ``entry`` step takes one of the elements that such a function returns, that at ``value``.
    """

    operation: str
    operands: tuple[int, ...] = ()
    name: str = ""
    value: Fraction = Fraction(0)


@dataclass(frozen=True)
class Program:
    """Steps, each before those that use it, and the step of each named output."""

    steps: tuple[Step, ...]
    outputs: Mapping[str, int]

    def run(
        self,
        parameters: Mapping[str, Any],
        number: Callable[[Fraction], Any],
        divide: Callable[[Any, Any], Any],
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> dict[str, Any]:
        """Replay the steps.

        Parameters
        ----------
        parameters
            The value of every parameter that a step names: anything with ``+ - *``.
        number
            Makes a value of a rational constant.
        divide
            Divides two values; so the caller says what division by zero means.
        functions
            Those of `FUNCTIONS` that occur, on values.

        Returns
        -------
        dict
            The value of each output.
        """
        values: list[Any] = []
        for step in self.steps:
            match step.operation, step.operands:
                case "parameter", _:
                    values.append(parameters[step.name])
                case "constant", _:
                    values.append(number(step.value))
                case "+", (left, right):
                    values.append(values[left] + values[right])
                case "-", (left, right):
                    values.append(values[left] - values[right])
                case "*", (left, right):
                    values.append(values[left] * values[right])
                case "/", (left, right):
                    values.append(divide(values[left], values[right]))
                case "negative", (operand,):
                    values.append(-values[operand])
                case "entry", (whole,):
                    values.append(values[whole][int(step.value)])
                case name, entries if name in MATRIX_FUNCTIONS:
                    matrix = square([values[place] for place in entries])
                    values.append(MATRIX_FUNCTIONS[name](_Values(number), matrix))
                case function, operands:
                    values.append((functions or {})[function](*(values[operand] for operand in operands)))
        return {name: values[place] for name, place in self.outputs.items()}

    @property
    def operations(self) -> int:
        """How many operations the program has."""
        return sum(step.operation not in ("parameter", "constant") for step in self.steps)


def square(entries: Sequence[Any]) -> list[Sequence[Any]]:
    """Return the rows of a square matrix whose entries are given row by row."""
    size = isqrt(len(entries))
    return [entries[row * size : (row + 1) * size] for row in range(size)]


class _Values:
    """What a program is replayed on, as a field: of arrays no element is taken for zero."""

    def __init__(self, number: Callable[[Fraction], Any]) -> None:
        self.number = number

    def constant(self, value: Fraction | int) -> Any:
        return self.number(Fraction(value))

    def parameter(self, name: str) -> Any:
        raise AssertionError(name)  # a function of a matrix asks for none

    def is_zero(self, element: Any) -> bool:
        return isinstance(element, Fraction | float) and element == 0


class Element:
    """A step of a recorder, as something to compute with."""

    __slots__ = ("place", "recorder", "value")

    def __init__(self, recorder: Recorder, place: int, value: int) -> None:
        self.recorder, self.place, self.value = recorder, place, value

    def __add__(self, other: Element | int | Fraction) -> Element:
        other = self.recorder.lift(other)
        if not self.value:
            return other
        if not other.value:
            return self
        return self.recorder.record("+", (self, other), (self.value + other.value) % PRIME)

    __radd__ = __add__

    def __sub__(self, other: Element | int | Fraction) -> Element:
        other = self.recorder.lift(other)
        if not other.value:
            return self
        if not self.value:
            return -other
        return self.recorder.record("-", (self, other), (self.value - other.value) % PRIME)

    def __rsub__(self, other: int | Fraction) -> Element:
        return self.recorder.lift(other) - self

    def __neg__(self) -> Element:
        return self.recorder.record("negative", (self,), -self.value % PRIME)

    def __mul__(self, other: Element | int | Fraction) -> Element:
        other = self.recorder.lift(other)
        if self.value == 1 or not other.value:
            return other
        if other.value == 1 or not self.value:
            return self
        return self.recorder.record("*", (self, other), self.value * other.value % PRIME)

    __rmul__ = __mul__

    def __truediv__(self, other: Element | int | Fraction) -> Element:
        other = self.recorder.lift(other)
        if not other.value:
            raise ZeroDivisionError("the function is zero everywhere")
        if other.value == 1 or not self.value:
            return self
        reciprocal = self.recorder.reciprocal(other)
        if reciprocal is not None:
            return self * reciprocal
        return self.recorder.record("/", (self, other), self.value * pow(other.value, -1, PRIME) % PRIME)

    def __rtruediv__(self, other: int | Fraction) -> Element:
        return self.recorder.lift(other) / self


class Recorder:
    """The field of functions as steps of a program."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._by_value: dict[int, Element] = {}

    def constant(self, value: Fraction | int) -> Element:
        """Return a rational number as a step."""
        value = Fraction(value)
        residue = value.numerator * pow(value.denominator, -1, PRIME) % PRIME
        return self._by_value.get(residue) or self._append(Step("constant", value=value), residue)

    def parameter(self, name: str) -> Element:
        """Return a parameter as a step."""
        residue = residue_of(name)
        return self._by_value.get(residue) or self._append(Step("parameter", name=name), residue)

    def is_zero(self, element: Element) -> bool:
        """Whether a step is zero, for every value of the parameters."""
        return element.value == 0

    def reciprocal(self, element: Element) -> Element | None:
        """Return one over a constant step, None for other steps: multiplying is cheaper than dividing."""
        step = self._steps[element.place]
        return self.constant(1 / step.value) if step.operation == "constant" else None

    def function(self, name: str, *operands: Element) -> Element:
        """Return one of `FUNCTIONS` of some steps."""
        text = " ".join([name, *(str(operand.value) for operand in operands)])
        residue = residue_of(text)
        return self._by_value.get(residue) or self._append(
            Step(name, tuple(operand.place for operand in operands)), residue
        )

    def matrix_function(self, name: str, matrix: Matrix[Element]) -> list[Element]:
        """Return what one of `rdgames.algebra.linear.MATRIX_FUNCTIONS` returns, from one step."""
        residues = MATRIX_FUNCTIONS[name](Residues(), [[Residue(entry.value) for entry in row] for row in matrix])
        entries = tuple(entry.place for row in matrix for entry in row)
        whole = self._by_value.get(key := residue_of(f"{name} {entries}")) or self._append(Step(name, entries), key)
        return [
            self._by_value.get(each.value)
            or self._append(Step("entry", (whole.place,), value=Fraction(place)), each.value)
            for place, each in enumerate(residues)
        ]

    def lift(self, value: Element | Fraction | int) -> Element:
        """Return a step as it is, a number as a step."""
        return value if isinstance(value, Element) else self.constant(value)

    def record(self, operation: str, operands: Sequence[Element], value: int) -> Element:
        """Return the step that computes a function, an earlier one if there is one."""
        known = self._by_value.get(value)
        if known is not None:
            return known
        constants = [self._steps[operand.place] for operand in operands]
        if all(step.operation == "constant" for step in constants):
            return self.constant(_folded(operation, [step.value for step in constants]))
        return self._append(Step(operation, tuple(operand.place for operand in operands)), value)

    def _append(self, step: Step, value: int) -> Element:
        self._steps.append(step)
        element = self._by_value[value] = Element(self, len(self._steps) - 1, value)
        return element

    def divisors(self, elements: Iterable[Element]) -> list[Element]:
        """Return what some steps, and those that they need, divide by; they are defined where none of it is zero."""
        needed = self._needed(elements)
        found = {step.operands[1] for place, step in enumerate(self._steps) if needed[place] and step.operation == "/"}
        by_place = {element.place: element for element in self._by_value.values()}
        return [by_place[place] for place in sorted(found)]

    def derivatives(self, elements: Sequence[Element], parameter: str) -> list[Element]:
        """Return the derivatives of some steps with respect to a parameter, as further steps.

        Every step that the given ones need is differentiated once, from those that it needs (forward accumulation).
        """
        by_place = {element.place: element for element in self._by_value.values()}
        slopes: dict[int, Element] = {}
        nothing = self.constant(0)
        for place, wanted in enumerate(self._needed(elements)):
            step = self._steps[place]
            if step.name == parameter and step.operation == "parameter":
                slopes[place] = self.constant(1)
            elif wanted and any(operand in slopes for operand in step.operands):
                operands = [by_place[operand] for operand in step.operands]
                inner = [slopes.get(operand, nothing) for operand in step.operands]
                slopes[place] = _slope(by_place[place], step.operation, operands, inner)
        return [slopes.get(element.place, nothing) for element in elements]

    def _needed(self, elements: Iterable[Element]) -> list[bool]:
        """Return, for every step, whether some steps need it."""
        needed = [False] * len(self._steps)
        for element in elements:
            needed[element.place] = True
        for place in range(len(self._steps) - 1, -1, -1):
            if needed[place]:
                for operand in self._steps[place].operands:
                    needed[operand] = True
        return needed

    def program(self, outputs: Mapping[str, Element]) -> Program:
        """Return the steps that some outputs need, in order."""
        kept = [place for place, wanted in enumerate(self._needed(outputs.values())) if wanted]
        moved = {place: number for number, place in enumerate(kept)}
        steps = []
        for place in kept:
            step = self._steps[place]
            steps.append(
                Step(step.operation, tuple(moved[operand] for operand in step.operands), step.name, step.value)
            )
        return Program(tuple(steps), {name: moved[element.place] for name, element in outputs.items()})


def _slope(whole: Element, operation: str, operands: Sequence[Element], slopes: Sequence[Element]) -> Element:
    """Return the derivative of a step, from its operands and their derivatives."""
    match operation, operands, slopes:
        case "+", _, [of_left, of_right]:
            return of_left + of_right
        case "-", _, [of_left, of_right]:
            return of_left - of_right
        case "*", [left, right], [of_left, of_right]:
            return of_left * right + left * of_right
        case "/", [_, right], [of_left, of_right]:
            return (of_left - whole * of_right) / right
        case "sqrt", _, [inner]:
            return inner / (2 * whole)
        case "log", [operand], [inner]:
            return inner / operand
        case "exp", _, [inner]:
            return whole * inner
        case "power", [base, exponent], [of_base, of_exponent]:
            by_exponent = (
                whole * base.recorder.function("log", base) * of_exponent if of_exponent.value else of_exponent
            )
            return exponent * (whole / base) * of_base + by_exponent
    (of_operand,) = slopes
    return -of_operand


def _folded(operation: str, values: list[Fraction]) -> Fraction:
    match operation, values:
        case "+", [left, right]:
            return left + right
        case "-", [left, right]:
            return left - right
        case "*", [left, right]:
            return left * right
        case "/", [left, right]:
            return left / right
    return -values[0]
