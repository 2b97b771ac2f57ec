"""Which bounds bind: an equilibrium for every choice of actions that are held at their least level.

Every member of a group chooses an action above its least level (the first-order condition holds with equality) or at it
(nobody would raise it): complementarity at every move. Each choice of actions that are held is a cell, with formulas of
its own and conditions that say where it is an equilibrium: ``interior_x`` where ``x`` is free, ``corner_x`` where it is
held. The conditions of two cells that differ in one action exclude each other where that action's condition is
monotone; where several cells hold all the same, there are several equilibria, and no point is called valid.

Players take into account how those who choose later respond at the margin. Whether a larger deviation, which would free
or bind somebody else, pays more is another question: `rdgames.deviations` asks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from rdgames.equilibrium.condition import ONE_SOLUTION
from rdgames.equilibrium.equilibrium import Equilibrium, solve
from rdgames.equilibrium.moves import can_be_held
from rdgames.equilibrium.point import Point, Verdict
from rdgames.errors import DerivationError, InputError
from rdgames.game.game import Game, expect_game
from rdgames.game.play import play

MAX_BOUNDS = 8
"""How many actions may be at a bound or not: there are two cells for one, four for two, and so on."""

_SEVERAL = "the conditions of one cell hold; they hold of {}"


@dataclass(frozen=True, eq=False)
class Corners:
    """All cells of an equilibrium.

    Attributes
    ----------
    game, regime
        The game, and the name of the regime.
    cells
        The equilibria, the interior one first; ``cell.play.held`` are the actions that are held.
    without
        For each choice of actions for which there is no equilibrium anywhere, why.
    """

    game: Game
    regime: str
    cells: tuple[Equilibrium, ...]
    without: dict[tuple[str, ...], DerivationError]

    def __iter__(self) -> Iterator[Equilibrium]:
        return iter(self.cells)

    def at(self, /, *, extrapolate: bool = False, **parameters: Any) -> Point:
        """Return the equilibrium at a point, whichever bounds bind there.

        That is the point of the one cell all of whose conditions hold; `Point.at_bounds` names what binds. If they
        hold of several, the cell with the fewest bounds is returned, and the condition ``one_solution`` fails. If they
        hold of none, the first cell is returned, with what fails there.

        Parameters
        ----------
        extrapolate, parameters
            As in `rdgames.equilibrium.equilibrium.Equilibrium.at`.
        """
        points = [cell.at(extrapolate=extrapolate, **parameters) for cell in self.cells]
        valid = [point for point in points if point.valid]
        if len(valid) < 2:
            return (valid or points)[0]
        cells = "; ".join(_named(point.at_bounds) for point in valid)
        verdict = Verdict(2 - len(valid), False, _SEVERAL.format(cells))
        return replace(valid[0], conditions={ONE_SOLUTION: verdict, **valid[0].conditions})

    def __repr__(self) -> str:
        cells = "; ".join(_named(tuple(sorted(cell.play.held))) for cell in self.cells)
        return f"Corners({self.game.name}, {self.regime}: {cells})"


def corners(game: Game, regime: str = "competition") -> Corners:
    """Derive the equilibria of a game under a regime for every choice of actions that are at their least level.

    Raises
    ------
    InputError
        If there are more actions than `MAX_BOUNDS` with a least level.
    DerivationError
        If none of the cells has an equilibrium.

    Examples
    --------
    >>> from rdgames.game.explicit import explicit
    >>> from rdgames.modelfile.catalogue import load
    >>> duopoly = explicit(load("daspremont-jacquemin"), different=["c"], n=2)
    >>> found = corners(duopoly).at(a=100, b=1, c_1=20, c_2=70, gamma=10, beta_1_2=0, beta_2_1=0)
    >>> found.valid, found.at_bounds, found.values["q_1"]
    (True, ('x_2', 'q_2'), Fraction(800, 19))
    """
    expect_game(game)
    played = play(game, game.regime(regime))
    bounded = [action for action in played.game.action if can_be_held(played, action)]
    if len(bounded) > MAX_BOUNDS:
        raise InputError(
            f"found {len(bounded)} actions with a least level, expected at most {MAX_BOUNDS} to try all choices of "
            "those that are held there; name them yourself: solve(game, regime, at_bounds=[...])"
        )
    cells, without = [], {}
    for count in range(len(bounded) + 1):
        for held in combinations(bounded, count):
            try:
                cells.append(solve(game, regime, at_bounds=held))
            except DerivationError as error:
                without[held] = error
    if not cells:
        raise without[()]
    return Corners(game, regime, tuple(cells), without)


def _named(held: tuple[str, ...]) -> str:
    return f"{', '.join(held)} at the least level" if held else "none at a bound"
