"""What may be chosen of a game or contract, between which bounds, at which values of the other parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from rdgames.errors import InputError, UnknownNameError
from rdgames.game.entries import Parameter
from rdgames.game.game import Game, expect_game
from rdgames.game.values import read_value
from rdgames.grid.axes import Grid
from rdgames.language.printer import typed
from rdgames.language.tree import Binary, Number, Symbol
from rdgames.sharing.contracts import Contract
from rdgames.sharing.margins import Formulas, Values
from rdgames.sharing.requirements import Requirement, Standpoint

MAX_CHOSEN = 8
"""How many parameters may be chosen at once."""


@dataclass(frozen=True, eq=False)
class Choosing:
    """Some parameters to be chosen, and all others.

    Attributes
    ----------
    game
        The game.
    names
        The parameters that are chosen.
    low, high
        Between which bounds.
    grid
        The values of the others.
    """

    game: Game
    names: tuple[str, ...]
    low: Float[np.ndarray, " chosen"]
    high: Float[np.ndarray, " chosen"]
    grid: Grid

    @classmethod
    def read(
        cls, game: Game, regime: str, choose: Mapping[str, Any], parameters: Mapping[str, Any], *, extrapolate: bool
    ) -> Choosing:
        """Read what may be chosen.

        Raises
        ------
        UnknownNameError, MissingValueError, OutsideDomainError, InputError
            If names, bounds or values are not those of the game.
        """
        names = tuple(choose)
        if not 1 <= len(names) <= MAX_CHOSEN:
            raise InputError(f"found {len(names)} parameters to choose, expected 1 to {MAX_CHOSEN}")
        problems = []
        low, high = np.zeros(len(names)), np.ones(len(names))
        for place, (name, bounds) in enumerate(choose.items()):
            if name not in game.parameter:
                raise UnknownNameError("parameter", name, game.parameter)
            if name in parameters:
                problems.append(f"found {name} both to choose and with the value {parameters[name]}")
            if game.parameter[name].integer:
                problems.append(f"found {name} to choose, which is a whole number: solve for each number instead")
            if not isinstance(bounds, Sequence) or isinstance(bounds, str) or len(bounds) != 2:
                problems.append(f"found {name}: {bounds!r}, expected two bounds such as (0, 1)")
                continue
            low[place], high[place] = (float(read_value(name, bound)) for bound in bounds)
            if not low[place] < high[place]:
                problems.append(f"found {name} from {low[place]:g} to {high[place]:g}, expected a lower bound first")
            elif not extrapolate and _reaches_out(game.parameter[name], low[place], high[place]):
                found = f"found {name} from {low[place]:g} to {high[place]:g}"
                problems.append(f"{found}, expected bounds within its domain {game.parameter[name].domain}")
        if problems:
            raise InputError("; ".join(problems))
        middle = dict(zip(names, ((low + high) / 2).tolist(), strict=True))
        inside = Grid.of(game, {**middle, **parameters}, [regime], extrapolate=extrapolate)
        fixed = {name: value for name, value in inside.fixed.items() if name not in names}
        return cls(game, names, low, high, Grid(inside.axes, fixed))

    def bounds(self) -> tuple[Requirement, ...]:
        """Return the bounds as requirements: all lower ones first."""
        ends = [*((name, ">=", low) for name, low in zip(self.names, self.low, strict=True))]
        ends += [(name, "<=", high) for name, high in zip(self.names, self.high, strict=True)]
        found = []
        for name, sign, end in ends:
            number, symbol = Number(read_fraction(end)), Symbol(name)
            margin = Binary("-", symbol, number) if sign == ">=" else Binary("-", number, symbol)
            found.append(Requirement(f"{name} {sign} {typed(number)}", margin))
        return tuple(found)

    def point(self, place: int) -> dict[str, float]:
        """Return the values of the others at one point of the grid, counted in the order of its axes."""
        where = np.unravel_index(place, self.grid.shape) if self.grid.shape else ()
        swept = {name: float(values[at]) for (name, values), at in zip(self.grid.axes.items(), where, strict=True)}
        return {**self.grid.fixed, **swept}

    def evaluate(
        self, formulas: Formulas, choices: Float[np.ndarray, "points chosen"], places: Int[np.ndarray, " points"]
    ) -> Values:
        """Return formulas at choices, each at one point of the grid."""
        where = np.unravel_index(places, self.grid.shape) if self.grid.shape else ()
        points = {name: np.full(len(places), value) for name, value in self.grid.fixed.items()}
        points |= {name: axis[at] for (name, axis), at in zip(self.grid.axes.items(), where, strict=True)}
        points |= {name: choices[:, place] for place, name in enumerate(self.names)}
        return formulas.at(points)

    def here(self, formulas: Formulas, place: int) -> Callable[[Float[np.ndarray, "points chosen"]], Values]:
        """Return the formulas as a function of choices at one point of the grid."""
        return lambda choices: self.evaluate(formulas, choices, np.full(len(choices), place))


def _reaches_out(parameter: Parameter, low: float, high: float) -> bool:
    """Return whether some choice between two bounds is outside the domain; a bound that it does not include may be."""
    inward = 1e-9 * (high - low)
    return any(parameter.problem(float(end)) is not None for end in (low + inward, high - inward))


def read_fraction(value: float) -> Any:
    """Return the number that a float is written as, exactly: 1/10 for 0.1."""
    return read_value("value", repr(float(value)))


def standpoint(
    game: Game | Contract, regime: str | None, received: Mapping[str, Any] | None, together: str | None, alone: str
) -> Standpoint:
    """Return from where requirements are read, of a game and a regime or of a contract, which brings all of it.

    Raises
    ------
    InputError
        If there is a game without a regime, or a contract with one.
    """
    if isinstance(game, Contract):
        if regime is not None or received is not None or together is not None:
            raise InputError("found a regime, 'received' or 'together' besides a contract, which has its own")
        return Standpoint(game.game, game.regime, game.received, game.together, alone)
    expect_game(game)
    if regime is None:
        raise InputError("found no regime, expected one: design(game, 'regime', ...), or a contract alone")
    named = game.regime(regime).name
    game.regime(alone)
    return Standpoint(game, named, received or {}, together or named, alone)
