"""Values of parameters: read exactly where they are exact, and checked against the domains of a game."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from typing import TYPE_CHECKING, Any, TypeAlias

from rdgames.errors import InputError, MissingValueError, OutsideDomainError, UnknownNameError

if TYPE_CHECKING:
    from rdgames.game.game import Game

Value: TypeAlias = Fraction | float

_EXACT = re.compile(r"[+-]?(\d{1,40}/\d{1,40}|(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?)")


def read_value(name: str, value: Any) -> Value:
    """Return a parameter's value: a Fraction for a whole number, a fraction or text such as ``"1/3"``, else a float.

    Raises
    ------
    InputError
        If it is no number.

    Examples
    --------
    >>> read_value("beta", "0.25")
    Fraction(1, 4)
    """
    if isinstance(value, list | tuple | Mapping) or getattr(value, "ndim", None):
        problem = "expected a number such as 2, 0.25 or 1/3, for all; players that differ need groups of their own"
        raise InputError(f"found {name} = {str(value)!r:.60}, {problem}")
    if isinstance(value, str):
        text = value.strip()
        if _EXACT.fullmatch(text) and not re.fullmatch(r".*/0+", text):
            return Fraction(text)
    elif isinstance(value, Rational) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))
    elif isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 100:
        return Fraction(value)
    elif hasattr(value, "__float__") and not isinstance(value, bool):
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return number
    instead = "; a range is swept, at a point there is one number" if isinstance(value, str) and ":" in value else ""
    raise InputError(f"found {name} = {str(value)!r:.60}, expected a number such as 2, 0.25 or 1/3{instead}")


def read_point(
    game: Game, values: Mapping[str, Any], needed: Iterable[str] | None = None, *, extrapolate: bool = False
) -> dict[str, Value]:
    """Return a value for every parameter of a game, in its order; all of them exact, or all of them floats.

    Only the ``needed`` parameters must have one, if they are named.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError
        If a name is no parameter, if parameters are missing, or if values are outside their domains (unless
        ``extrapolate``).
    """
    check_names(game, values, needed)
    point = {name: read_value(name, values[name]) for name in game.parameter if name in values}
    if not extrapolate:
        check_domains(game, ((name, value) for name, value in point.items()))
    if any(isinstance(value, float) for value in point.values()):
        return {name: _as_float(name, value) for name, value in point.items()}
    return point


def _as_float(name: str, value: Value) -> float:
    try:
        return float(value)
    except OverflowError:
        raise InputError(f"found {name} beyond what a float can hold; give all parameters exactly") from None


def check_names(game: Game, given: Iterable[str], needed: Iterable[str] | None = None) -> None:
    """Check that the parameters of a game are given: all, or at least those ``needed``, and nothing else."""
    given, needed = list(given), set(game.parameter if needed is None else needed)
    for name in given:
        if name not in game.parameter:
            raise UnknownNameError("parameter", name, game.parameter)
    missing = {name: entry.describe_domain() for name, entry in game.parameter.items() if name in needed - {*given}}
    if missing:
        raise MissingValueError(missing)


def check_domains(game: Game, values: Iterable[tuple[str, Value]]) -> None:
    """Check that values lie in the domains of their parameters."""
    found: dict[str, str] = {}  # one problem for each parameter says enough
    for name, value in values:
        problem = game.parameter[name].problem(value)
        if problem:
            found.setdefault(name, problem)
    if found:
        raise OutsideDomainError(list(found.values()))
