"""Which bounds bind: an equilibrium for every choice of bounds that can bind.

At every move there is complementarity: every member of a group chooses an action above its least level (the
first-order condition holds with equality) or at it (nobody would raise it); a requirement of the model on a player
leaves room, or it holds with equality (and the player would gain by going on); and where others respond to a choice
only from some point on, that point itself may be best (`rdgames.equilibrium.kinks`). Each choice of bounds that bind is
a cell, with formulas of its own and conditions that say where it is an equilibrium
(`rdgames.equilibrium.complementarity`):

====================  =====================================================  ==========================================
a bound               where it binds                                         where it does not
====================  =====================================================  ==========================================
``x``                 ``corner_x``: nobody gains by more of it               ``interior_x``: it is above the least level
``unit_cost``         ``binding_unit_cost``: less would pay                  what the model requires
``q_2-by-x_1``        ``edge_q_2_held``, ``edge_q_2_free``: neither side     ``corner_q_2``, or ``interior_q_2``
                      pays more than the point where ``q_2`` is just held
====================  =====================================================  ==========================================

The conditions of two cells that differ in one bound exclude each other where the margins are monotone. Where several
cells hold all the same, there are several equilibria, and no point is called valid; where several actions can hold
another at its least level, a whole continuum may lie between cells. Where none holds there is no equilibrium in which
members of a group are alike and everybody is at a strict local optimum.

Players take into account how those who choose later respond at the margin. Whether a larger deviation, which would free
or bind somebody else, pays more is another question: `rdgames.deviations` asks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from rdgames.algebra.program import Recorder
from rdgames.equilibrium.bounds import BY, bound, described, holders, kinks, least_levels, requirements
from rdgames.equilibrium.condition import ONE_SOLUTION
from rdgames.equilibrium.conditions import never_holds
from rdgames.equilibrium.equilibrium import Equilibrium, solve
from rdgames.equilibrium.expansion import derived
from rdgames.equilibrium.point import Point, Verdict
from rdgames.errors import DerivationError, InputError, NoFormulaError, UnknownNameError
from rdgames.game.game import Game, expect_game
from rdgames.game.play import Play, play

MAX_BOUNDS = 9
"""How many bounds may bind or not: there are two cells for one, four for two, and so on, and those of kinks besides."""

_SEVERAL = "the conditions of one cell hold; they hold of {}"
_CONTINUUM = (
    "; between these lies a continuum of equilibria, in which those who can hold {} at its least level share that "
    "in other ways"
)


@dataclass(frozen=True, eq=False)
class Corners:
    """All cells of an equilibrium.

    Attributes
    ----------
    game, regime
        The game, and the name of the regime.
    cells
        The equilibria, the interior one first; ``cell.play.at_bounds`` are the bounds that bind.
    without
        For each choice of bounds for which there is no equilibrium anywhere, why.
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
        hold of several that differ, the cell with the fewest bounds is returned, and the condition ``one_solution``
        fails. If they hold of none, the first cell is returned, with what fails there.

        Parameters
        ----------
        extrapolate, parameters
            As in `rdgames.equilibrium.equilibrium.Equilibrium.at`.
        """
        points = [cell.at(extrapolate=extrapolate, **parameters) for cell in self.cells]
        valid = [point for point in points if point.valid]
        # what binds without force may count as binding or not: then cells are the same
        differing = [point for place, point in enumerate(valid) if all(_differ(point, one) for one in valid[:place])]
        if len(differing) < 2:
            return (differing or points)[0]
        played = self.cells[0].play
        meaning = _SEVERAL.format("; ".join(described(point.at_bounds, played) for point in differing))
        held = [{name.partition(BY)[0] for name in point.at_bounds if BY in name} for point in differing]
        meaning += _CONTINUUM.format(", ".join(sorted(shared))) if (shared := set.intersection(*held)) else ""
        verdict = Verdict(2 - len(differing), False, meaning)
        return replace(differing[0], conditions={ONE_SOLUTION: verdict, **differing[0].conditions})

    def __repr__(self) -> str:
        cells = "; ".join(described(cell.play.at_bounds, cell.play) for cell in self.cells)
        return f"Corners({self.game.name}, {self.regime}: {cells})"


def corners(game: Game, regime: str = "competition", *, among: Iterable[str] | None = None) -> Corners:
    """Derive the equilibria of a game under a regime for every choice of bounds that bind.

    Parameters
    ----------
    game, regime
        As in `rdgames.equilibrium.equilibrium.solve`.
    among
        The bounds that may bind: actions at their least level, and requirements on players such as ``"unit_cost"``
        (`rdgames.equilibrium.bounds`); all, if they are not named. An action that is named may also be just held at
        its least level by others.

    Raises
    ------
    UnknownNameError
        If there is no such bound.
    InputError
        If more than `MAX_BOUNDS` bounds may bind.
    DerivationError
        If none of the cells has an equilibrium.

    Examples
    --------
    >>> from rdgames.game.explicit import explicit
    >>> from rdgames.modelfile.catalogue import load
    >>> duopoly = corners(explicit(load("daspremont-jacquemin"), different=["c"], n=2))
    >>> parameters = dict(a=100, b=1, c_1=20, gamma=10, beta_1_2=0, beta_2_1=0)
    >>> found = duopoly.at(c_2=70, **parameters)
    >>> found.valid, found.at_bounds, found.values["q_1"]
    (True, ('x_2', 'q_2'), Fraction(800, 19))

    Against a rival that would just enter the first firm does enough research to prevent that:

    >>> found = duopoly.at(c_2="57.5", **parameters)
    >>> found.valid, found.at_bounds, found.values["x_1"], found.values["q_1"]
    (True, ('x_2', 'q_2-by-x_1'), Fraction(5, 1), Fraction(85, 2))
    """
    expect_game(game)
    played = play(game, game.regime(regime))
    bounds = _bounds(played, among)
    cells, without = [], dict[tuple[str, ...], DerivationError]()
    required = {name: _movers(played, name, without) for name in bounds if name in requirements(played)}
    can_hold: dict[tuple[str, ...], dict[str, list[tuple[str, ...]]]] = {}
    for count in range(len(bounds) + 1):
        for binding in combinations(bounds, count):
            demanded = [required[name] for name in binding if name in required]
            if any(actions <= {*binding} for actions in demanded):
                continue  # nobody is left who could keep the requirement
            held = tuple(name for name in binding if name not in required)
            if held not in can_hold:
                can_hold[held] = holders(bound(played, held))
            for just in (binding, *_with_kinks(binding, can_hold[held], demanded)):
                try:
                    cell = solve(game, regime, at_bounds=just)
                    if just:
                        _expect_somewhere(cell)
                except DerivationError as error:
                    without[just] = error
                else:
                    cells.append(cell)
    if not cells:
        raise without[()]
    cells.sort(key=lambda cell: len(cell.play.at_bounds))
    return Corners(game, regime, tuple(cells), without)


def _bounds(played: Play, among: Iterable[str] | None) -> list[str]:
    """Return the names of the bounds that may bind."""
    known = (*least_levels(played), *requirements(played))
    if among is None:
        chosen = known
    else:
        chosen = tuple(among)
        for name in chosen:
            if name not in known:
                raise UnknownNameError("bound that may bind", name, known)
    if len(chosen) > MAX_BOUNDS:
        raise InputError(
            f"found {len(chosen)} bounds that may bind, expected at most {MAX_BOUNDS} to try all choices; say which "
            "may, corners(game, regime, among=[...]), or which do, solve(game, regime, at_bounds=[...])"
        )
    return [name for name in known if name in chosen]


def _expect_somewhere(cell: Equilibrium) -> None:
    """Check that no condition of a cell plainly fails everywhere, as that of research by somebody who sells nothing.

    Raises
    ------
    DerivationError
        If one does.
    """
    with suppress(NoFormulaError):
        for condition in cell.exact_conditions:
            decides = condition.decides and condition.strict and condition.applies is None
            if decides and never_holds(cell.game, condition):
                raise DerivationError(f"nowhere an equilibrium: it is required that {condition.meaning}")


def _with_kinks(
    binding: tuple[str, ...], can_hold: Mapping[str, list[tuple[str, ...]]], demanded: Iterable[set[str]]
) -> Iterator[tuple[str, ...]]:
    """Yield the bounds of which one action is held because others choose just enough for that."""
    pinned = {action for actions in demanded if len(actions) == 1 for action in actions}
    for held, units in can_hold.items():
        free = [able for unit in units if (able := tuple(action for action in unit if action not in pinned))]
        for kink in kinks(held, free):
            yield tuple(kink if name == held else name for name in binding)


def _movers(played: Play, requirement: str, without: dict[tuple[str, ...], DerivationError]) -> set[str]:
    """Return the actions of those whose requirement it is that move it; none, and why, if nobody can keep it."""
    try:
        induction = derived(bound(played, [requirement]), Recorder())
    except DerivationError as error:
        without[requirement,] = error
        return set()
    return {action for solved in induction.moves for kept in solved.bound.kept for action in kept.slopes[0]}


def _differ(one: Point, other: Point) -> bool:
    return any(one.values[name] != other.values[name] for name in one.values)
