"""Where the sliders begin and end: ranges of parameters about the values of a model's example."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Float

from rdgames.equilibrium.equilibrium import solve
from rdgames.errors import DerivationError, InputError, MissingValueError, UnknownNameError
from rdgames.game.entries import Parameter
from rdgames.game.game import Game
from rdgames.grid.axes import read_axis

STEPS = 100
"""About how many steps a slider has."""
LEAST_TOP = 10
"""A slider of whole numbers goes at least up to this, if the domain does."""
TRIES = 60
"""At how many points an equilibrium is looked for, where a model has no example."""
GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Range:
    """The values of a slider: from ``low`` to ``high`` by ``step``, and where it starts."""

    name: str
    low: float
    high: float
    step: float
    start: float
    whole: bool = False

    def values(self, points: int) -> Float[np.ndarray, " values"]:
        """Return the values along an axis of a map: all whole numbers, or so many points."""
        if self.whole:
            return np.arange(self.low, self.high + 1)
        return np.linspace(self.low, self.high, points)

    @property
    def decimals(self) -> int:
        """How many decimals its values have."""
        found = (f"{value:.9f}".rstrip("0").partition(".")[2] for value in (self.low, self.step, self.start))
        return max(map(len, found))

    def text(self, points: int) -> str:
        """Return these values as one types them in a sweep."""
        return f"{self.low:.12g}:{self.high:.12g}:{len(self.values(points))}"


def range_about(parameter: Parameter, start: float) -> Range:
    """Return a range about a value, within the parameter's domain: a bounded domain as a whole, else twice the value.

    >>> from rdgames.game.entries import Parameter
    >>> gamma = range_about(Parameter(name="gamma", domain="gamma > 0"), 5.0)
    >>> gamma.low, gamma.high, gamma.step
    (0.1, 10.0, 0.1)
    """
    domain = parameter.domain
    low = None if domain.low is None else float(domain.low)
    high = None if domain.high is None else float(domain.high)
    reach = max(abs(start - (low or 0.0)), 1.0 if low is None or start == low else 0.0)
    bottom = start - 2 * reach if low is None else low
    top = start + (reach if low is not None else 2 * reach) if high is None else high
    if parameter.integer:
        first = math.floor(bottom) + 1 if low is not None and not domain.low_included else math.ceil(bottom)
        last = math.ceil(top) - 1 if high is not None and not domain.high_included else math.floor(top)
        last = last if high is not None else max(last, LEAST_TOP)
        return Range(parameter.name, float(first), float(last), 1.0, start, whole=True)
    step = _round_step((top - bottom) / STEPS)
    if low is not None and not domain.low_included:
        bottom += step
    if high is not None and not domain.high_included:
        top -= step
    return Range(parameter.name, round(bottom, 12), round(top, 12), step, start)


def _round_step(least: float) -> float:
    """Return the next number at or below that reads 1, 2 or 5 and zeros."""
    power = 10.0 ** math.floor(math.log10(least) + 1e-9)
    return round(max(digit * power for digit in (1, 2, 5) if digit * power <= least * (1 + 1e-9)), 12)


def read_ranges(game: Game, regimes: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Range]:
    """Return a range for every parameter of a game.

    Parameters
    ----------
    regimes
        Where the game has no example, values are looked for at which the first of them is an equilibrium.
    given
        What a user says of parameters: a number to start from, or several numbers, or text such as ``"1:9:81"``: the
        ends of the range, and of the last kind also its steps.

    Raises
    ------
    UnknownNameError
        If a name is no parameter.
    InputError
        If the values are no numbers.
    OutsideDomainError
        If they lie outside the domain.
    """
    for name in given:
        if name not in game.parameter:
            raise UnknownNameError("parameter", name, game.parameter)
    read = {name: read_axis(name, value) for name, value in given.items()}
    found = _starts(game, regimes, read)
    return {name: _range(entry, found[name], read.get(name)) for name, entry in game.parameter.items()}


def _range(parameter: Parameter, start: float, given: Float[np.ndarray, " points"] | float | None) -> Range:
    """Return the range of a parameter, with the ends that are given."""
    if not isinstance(given, np.ndarray):
        return _with(range_about(parameter, start), start)
    low, high = float(given.min()), float(given.max())
    if low == high:
        raise InputError(f"found one value of {parameter.name} where a range is expected, such as '0:1:101'")
    step = 1.0 if parameter.integer else (high - low) / (len(given) - 1) if len(given) > 2 else (high - low) / STEPS
    inside = start if low <= start <= high else round(low + round((high - low) / 2 / step) * step, 12)
    return Range(parameter.name, low, high, step, inside, whole=parameter.integer)


def _with(found: Range, start: float) -> Range:
    """Return a range that reaches to its start."""
    return Range(found.name, min(found.low, start), max(found.high, start), found.step, start, found.whole)


def _starts(
    game: Game, regimes: tuple[str, ...], given: Mapping[str, Float[np.ndarray, " points"] | float]
) -> dict[str, float]:
    """Return where the sliders start: as given, as the example has it, or where there is an equilibrium."""
    found: dict[str, float] = {}
    if game.example is not None:
        for name, text in (*game.example.over, *game.example.fix):
            value = read_axis(name, text)
            found[name] = value if isinstance(value, float) else _middle(game.parameter[name], value)
    for name, value in given.items():
        if isinstance(value, float):
            found[name] = value
        elif not value.min() <= found.get(name, math.inf) <= value.max():
            found[name] = _middle(game.parameter[name], value)
    if missing := [name for name in game.parameter if name not in found]:
        found |= _where_valid(game, regimes[0], found, missing)
    return found


def _middle(parameter: Parameter, values: Float[np.ndarray, " points"]) -> float:
    """Return a value about the middle of an axis, one that a slider can have."""
    middle = float(values.min() + values.max()) / 2
    short = float(math.floor(middle)) if parameter.integer else float(f"{middle:.2g}")
    return short if values.min() <= short <= values.max() else middle


def _where_valid(game: Game, regime: str, known: Mapping[str, float], missing: list[str]) -> dict[str, float]:
    """Return values at which a regime is an equilibrium, the first that are found; else those tried first."""
    equilibrium = solve(game, regime)
    first = None
    for number in range(TRIES):
        tried = {name: _trial(game.parameter[name], number, place) for place, name in enumerate(missing)}
        first = first or tried
        values: dict[str, Any] = {**known, **tried}
        try:
            if equilibrium.at(**values).valid:
                return tried
        except (DerivationError, MissingValueError, ArithmeticError):
            continue
    return first or {}


def _trial(parameter: Parameter, number: int, place: int) -> float:
    """Return a value of a domain: spread out evenly by multiples of the golden section, another start at each place."""
    share = math.modf((number + 1) * GOLDEN + place * GOLDEN * GOLDEN)[0]
    low, high = parameter.domain.low, parameter.domain.high
    bottom = Fraction(0) if low is None else low
    top = bottom + 10 if high is None else high
    if parameter.integer:
        first = math.floor(bottom) + 1
        return float(min(first + int(share * 4), math.floor(top)))
    return round(float(bottom) + round(20 * (0.05 + 0.9 * share)) / 20 * float(top - bottom), 6)
