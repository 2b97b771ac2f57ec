"""The range of a parameter in which all requirements hold: intervals, with what ends each.

A fine batch of values tells where everything holds; where that changes between two neighbors, the place is found by
dividing again and again, all places of a line at once. A stretch that is shorter than the distance of two values of the
batch is looked for where the smallest margin has a peak that fails, or a dip that holds. It may be missed where an
equilibrium is valid only there, since nothing leads to it, or where there are two peaks between two values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.grid.labels import coordinates, provenance
from rdgames.sharing.choosing import Choosing, standpoint
from rdgames.sharing.contracts import Contract
from rdgames.sharing.margins import BATCH, Formulas, Values, compile_formulas

VALUES, HALVINGS = 1001, 48
"""How many values are tried, and how often a place between two of them is bisected."""

NEAR = 129
"""How many values are tried around one choice."""

PEAKS, ZOOMS = 16, 4
"""At how many peaks and dips, those nearest to 0, a short stretch is looked for, and how often each is enlarged."""

BOUND = "bound"
"""What ends an interval that goes as far as it was looked."""


@dataclass(frozen=True, eq=False)
class Line:
    """Values of one choice, the others as they are, at one point of the grid.

    Attributes
    ----------
    place
        The point of the grid.
    choices
        All choices.
    along
        Which of them varies.
    """

    place: int
    choices: Float[np.ndarray, " chosen"]
    along: int


def acceptable(
    game: Game | Contract,
    regime: str | None = None,
    /,
    *,
    choose: Mapping[str, Any],
    subject: Iterable[Any] | str,
    received: Mapping[str, Any] | None = None,
    together: str | None = None,
    alone: str = "competition",
    number: int = VALUES,
    extrapolate: bool = False,
    **parameters: Any,
) -> xr.Dataset:
    """Return the range of one parameter of a rule or contract in which all requirements hold.

    Parameters
    ----------
    game, regime, subject, received, together, alone, extrapolate, parameters
        As in `rdgames.sharing.design.design`.
    choose
        One parameter with a lower and an upper bound.
    number
        How many values are tried before the ends of intervals are found by bisection.

    Returns
    -------
    xarray.Dataset
        Dimensions ``interval``, as many as there are at most, and the swept parameters: ``low`` and ``high``, NaN where
        there are fewer; ``low_because`` and ``high_because``, the requirement that ends the interval there, "bound" or,
        where an equilibrium is no longer valid, the condition that fails; ``intervals``, how many there are; and along
        ``constraint`` ``never``, whether a requirement holds nowhere, by itself.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, ExpressionError, InputError
        If names, formulas or values do not fit the game, or more than one parameter is to be chosen.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> given = {"a": 100, "b": 1, "c": 60, "n": 2, "gamma": 5, "beta": 0, "sigma_c": 0.5}
    >>> asked = {"choose": {"theta": (0.2, 1)}, "subject": "participation"}
    >>> found = acceptable(load("katz-1986"), "gross-sharing", **asked, **given)
    >>> found["high"].values.round(6).tolist(), found["high_because"].values.tolist()
    ([1.0], ['bound'])
    """
    stand = standpoint(game, regime, received, together, alone)
    requirements = stand.read(subject)
    equations = [each.label for each in requirements if each.equation]
    if equations:
        problem = "expected inequalities: an equation holds at single values, which rd.design finds"
        raise InputError(f"found {', '.join(equations)}, {problem}")
    if len(choose) != 1 or not requirements:
        raise InputError(f"found {len(choose)} parameters and {len(requirements)} requirements, expected 1 and some")
    choosing = Choosing.read(stand.game, stand.regime, choose, parameters, extrapolate=extrapolate)
    formulas = compile_formulas(stand.game, stand.regime, tuple(r.margin for r in requirements), choosing.names)
    lines = [Line(place, choosing.low, 0) for place in range(choosing.grid.size)]
    labels = [each.label for each in requirements]
    conditions = [f"{condition}, of an equilibrium" for condition in formulas.condition_names]
    found, never = [], []
    for line in lines:
        values = np.linspace(choosing.low[0], choosing.high[0], number)
        values, looked = _closer(choosing, formulas, line, values, _on_line(choosing, formulas, line, values))
        found.append(_intervals(choosing, formulas, line, values, looked, [*labels, *conditions]))
        never.append(~((looked.values >= 0) & looked.valid[:, None]).any(axis=0))
    return _labelled(choosing, stand.regime, labels, found, np.array(never))


def stretch_around(
    choosing: Choosing, formulas: Formulas, rows: Int[np.ndarray, " requirements"], line: Line
) -> tuple[float, float]:
    """Return the interval around a choice that satisfies everything, in which it still does.

    ``rows`` are the places of the formulas that are requirements.
    """
    here, ends = line.choices[line.along], []
    for end in (choosing.low[line.along], choosing.high[line.along]):
        values = np.linspace(here, end, NEAR)
        holds = _holds(_on_line(choosing, formulas, line, values), rows)
        holds[0] = True  # what is certified holds, whatever rounding says
        if holds.all():
            ends.append(float(end))
            continue
        place = int(np.argmin(holds))
        inside, _ = _bisected(choosing, formulas, line, values[[place - 1]], values[[place]], rows)
        ends.append(float(inside[0]))
    return ends[0], ends[1]


def _closer(
    choosing: Choosing, formulas: Formulas, line: Line, values: Float[np.ndarray, " values"], looked: Values
) -> tuple[Float[np.ndarray, " more"], Values]:
    """Return values in order, with those at which what holds differs from what both neighbors say."""
    places = _peaks(looked) if len(values) > 2 else np.zeros(0, dtype=int)
    if not len(places):
        return values, looked
    parts = np.linspace(0, 1, max(3, BATCH // len(places)))
    low, high = values[np.maximum(places - 1, 0)], values[np.minimum(places + 1, len(values) - 1)]
    holds, rows = _holds(looked)[places], np.arange(len(places))
    found = values[places]
    for _ in range(ZOOMS):
        tried = low[:, None] + parts * (high - low)[:, None]
        level = _least(_on_line(choosing, formulas, line, tried.ravel()), looked).reshape(tried.shape)
        best = np.where(holds, level.argmin(axis=1), level.argmax(axis=1))
        differs = (level[rows, best] >= 0) != holds
        found = tried[rows, best]
        low = np.where(differs, found, tried[rows, np.maximum(best - 1, 0)])
        high = np.where(differs, found, tried[rows, np.minimum(best + 1, len(parts) - 1)])
    more = np.union1d(values, found)
    return more, _on_line(choosing, formulas, line, more)


def _peaks(looked: Values) -> Int[np.ndarray, " peaks"]:
    """Return where the smallest margin is highest and fails, or is lowest and holds; those nearest to 0 first."""
    least = _least(looked, looked)
    before, here, after = least[:-2], least[1:-1], least[2:]
    peaks = (here < 0) & (here > before) & (here >= after)
    dips = (here >= 0) & (here < before) & (here <= after)
    ends = [
        place
        for place, neighbor in ((0, 1), (len(least) - 1, len(least) - 2))
        if (least[place] < 0) == (least[place] > least[neighbor])
    ]
    found = np.concatenate([1 + np.flatnonzero(peaks | dips), np.array(ends, dtype=int)])
    return found[np.argsort(np.abs(least[found]), kind="stable")][:PEAKS]


def _least(looked: Values, scale: Values) -> Float[np.ndarray, " values"]:
    """Return the smallest margin at some values, each by how large it is at others; huge and negative where invalid."""
    sizes = np.max(np.abs(scale.values), axis=0, where=scale.valid[:, None], initial=0)
    least = (looked.values / np.where(sizes > 0, sizes, 1)).min(axis=1)
    return np.asarray(np.where(looked.valid, least, -1e300))


def _on_line(choosing: Choosing, formulas: Formulas, line: Line, values: Float[np.ndarray, " values"]) -> Values:
    choices = np.tile(line.choices, (len(values), 1))
    choices[:, line.along] = values
    return choosing.evaluate(formulas, choices, np.full(len(values), line.place))


def _holds(looked: Values, rows: Any = slice(None)) -> Bool[np.ndarray, " values"]:
    return np.asarray(looked.valid & (looked.values[:, rows] >= 0).all(axis=1))


def _bisected(
    choosing: Choosing,
    formulas: Formulas,
    line: Line,
    inside: np.ndarray,
    outside: np.ndarray,
    rows: Any = slice(None),
) -> tuple[Float[np.ndarray, " ends"], Float[np.ndarray, " ends"]]:
    """Return the last values that hold and the first that do not, between some that do and some that do not."""
    between = max(1, BATCH // len(inside))
    parts = np.arange(1, between + 1) / (between + 1)
    ends = np.arange(len(inside))
    for _ in range(math.ceil(HALVINGS / math.log2(between + 1))):
        tried = inside[:, None] + parts * (outside - inside)[:, None]
        holds = _holds(_on_line(choosing, formulas, line, tried.ravel()), rows).reshape(tried.shape)
        fails = np.where(holds.all(axis=1), between, np.argmin(holds, axis=1))  # the place of the first that does not
        every = np.hstack([inside[:, None], tried, outside[:, None]])
        inside, outside = every[ends, fails], every[ends, fails + 1]
    return inside, outside


def _intervals(
    choosing: Choosing,
    formulas: Formulas,
    line: Line,
    values: Float[np.ndarray, " values"],
    looked: Values,
    words: Sequence[str],
) -> list[tuple[float, float, str, str]]:
    """Return the intervals on a line with what ends them, given what is known of some values in order."""
    holds = _holds(looked)
    changes = np.flatnonzero(holds[1:] != holds[:-1])
    rising = holds[changes + 1]
    inside = np.where(rising, values[changes + 1], values[changes])
    outside = np.where(rising, values[changes], values[changes + 1])
    reasons: list[str] = []
    if len(changes):
        inside, outside = _bisected(choosing, formulas, line, inside, outside)
        beyond = _on_line(choosing, formulas, line, outside)
        count = beyond.values.shape[1]
        for margins, failed, valid in zip(beyond.values, beyond.failed, beyond.valid, strict=True):
            number = int(failed[failed != 0][0]) if (failed != 0).any() else len(words) - count
            reasons.append(words[int(np.argmin(margins))] if valid else words[count + number - 1])
    ends = [(float(each), why) for each, why in zip(inside, reasons, strict=True)]
    if holds[0]:
        ends.insert(0, (float(values[0]), BOUND))
    if holds[-1]:
        ends.append((float(values[-1]), BOUND))
    return [(low, high, why, other) for (low, why), (high, other) in zip(ends[::2], ends[1::2], strict=True)]


def _labelled(
    choosing: Choosing,
    regime: str,
    labels: list[str],
    found: list[list[tuple[float, float, str, str]]],
    never: Bool[np.ndarray, "points constraints"],
) -> xr.Dataset:
    grid, (name,) = choosing.grid, choosing.names
    most = max(map(len, found), default=0)
    padded = [[*each, *[(np.nan, np.nan, "", "")] * (most - len(each))] for each in found]
    described = {
        "low": f"lowest {name} at which everything holds",
        "high": f"highest {name} at which everything holds",
        "low_because": "what ends the interval below",
        "high_because": "what ends the interval above",
    }
    data: dict[str, Any] = {}
    for column, (variable, meaning) in enumerate(described.items()):
        values = np.array([[interval[column] for interval in each] for each in padded]).T
        values = values.reshape((most, *grid.shape)) if most else np.empty((0, *grid.shape))
        data[variable] = (("interval", *grid.axes), values, {"long_name": meaning})
    counts = np.array([len(each) for each in found]).reshape(grid.shape)
    data["intervals"] = (tuple(grid.axes), counts, {"long_name": "number of intervals"})
    shape = (len(labels), *grid.shape)
    data["never"] = (("constraint", *grid.axes), never.T.reshape(shape), {"long_name": "whether it holds nowhere"})
    coords = {key: each for key, each in coordinates(choosing.game, (regime,), grid).items() if key != "regime"}
    coords["constraint"] = ("constraint", labels, {"long_name": "what must hold"})
    return xr.Dataset(data, coords, provenance(choosing.game, (regime,)) | {"chosen": name})
