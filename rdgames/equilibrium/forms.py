"""Games of single players as quadratic forms: what many different firms need, whose derivation is too long in steps.

Where every group has one member, and payoffs are quadratic in everything that is chosen, let ``z`` be all actions and
prices in the order of play, and 1 behind them. What decides about action ``a`` is a form ``z'H[a]z/2``, what clears the
market of a price is ``h'z = 0``. Whoever knows the forms as numbers can solve the game with matrices
(`rdgames.kernel.quadratic`):

1. Let the columns of ``T`` say how ``z`` depends on what has been chosen before the last move, on what is chosen at it,
   and on 1; before anything is solved ``T`` is the unit matrix.
2. The first-order condition for ``a`` is ``T[:, a]'H[a] T = 0``: a linear equation in what was chosen up to this move,
   whose coefficients for actions of this move are the second derivatives. So is ``h'T = 0``.
3. Solved for what is chosen at the move these are the rules; put into ``T`` they make ``z`` a function of what was
   chosen before. The move before is next; in the end ``T`` is the one column of levels.

Levels, second derivatives and functions of matrices of them then have names, as levels without closed form have
elsewhere, and outcomes and conditions are the formulas of every other equilibrium in these names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from rdgames.algebra.linear import Matrix
from rdgames.algebra.program import Element
from rdgames.algebra.series import WithFunctions
from rdgames.equilibrium.first_order import FirstOrderCondition, SolvedMove
from rdgames.equilibrium.induction import Criterion, Induction
from rdgames.equilibrium.interpretation import AtEqualActions
from rdgames.equilibrium.moves import Move, Unit, moves_of
from rdgames.equilibrium.players import Players
from rdgames.equilibrium.polynomial import Polynomial, Total, actions_in
from rdgames.errors import NotQuadraticError
from rdgames.game.play import Play
from rdgames.language.tree import Number

Entries = Mapping[tuple[int, int], Element]
"""The entries of a symmetric matrix that are not zero, by row and column, those below the diagonal left out."""


@dataclass(frozen=True)
class MatrixFunction:
    """One of `rdgames.algebra.linear.MATRIX_FUNCTIONS` of second derivatives of a move, or of their negatives.

    ``rows`` and ``columns`` are the names whose second derivatives are the entries.
    """

    function: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    sign: int

    def entry(self, place: int) -> str:
        """Return the name of an element that the function returns."""
        matrix = f"{'-' if self.sign < 0 else ''}{' '.join(self.rows)} by {' '.join(self.columns)}"
        return f"{self.function} of {matrix}: {place}"


@dataclass(frozen=True, eq=False)
class Forms:
    """What is maximized, and what clears markets, as matrices.

    Attributes
    ----------
    names
        The actions and prices in the order of play; the place behind the last one is that of the constant.
    moves
        The names of each move, those of actions before those of prices.
    criteria
        For each action the entries of the matrix ``H`` of what decides about it.
    clearing
        For each price the entries of the vector ``h``, by place.
    functions
        What conditions ask of second derivatives.
    prefix
        What stands before the names of levels and second derivatives where several equilibria are in one program.
    """

    names: tuple[str, ...]
    moves: tuple[tuple[str, ...], ...]
    criteria: Mapping[str, Entries]
    clearing: Mapping[str, Mapping[int, Element]]
    functions: Collection[MatrixFunction]
    prefix: str = ""


def second_derivative(one: str, other: str) -> str:
    """Return the name of how the condition for an action or price changes with what is chosen at the same move."""
    return f"{one} by {other}"


def slope(level: str, parameter: str) -> str:
    """Return the name of how a level changes with a parameter."""
    return f"{level} with {parameter}"


class NamedMatrices:
    """A field in which functions of matrices of second derivatives are names.

    Attributes
    ----------
    asked
        The functions that have been asked for.
    """

    def __init__(self, field: WithFunctions) -> None:
        self.constant, self.is_zero = field.constant, field.is_zero
        self.function, self.field = field.function, field
        self.asked: dict[MatrixFunction, None] = {}
        self._known: dict[int, tuple[str, str, int]] = {}

    def parameter(self, name: str) -> Element:
        """Return a parameter, or what else has a name."""
        return self.field.parameter(name)

    def second_derivative(self, one: str, other: str) -> Element:
        """Return the element of that name."""
        entry = self.parameter(second_derivative(one, other))
        self._known[entry.value] = (one, other, 1)
        self._known[(-entry).value] = (one, other, -1)
        return entry

    def matrix_function(self, name: str, matrix: Matrix[Element]) -> list[Element]:
        """Return elements that stand for what the function returns, or the function itself of another matrix."""
        known = [[self._known.get(entry.value, ("", "", 0)) for entry in row] for row in matrix]
        rows, columns = tuple(row[0][0] for row in known), tuple(entry[1] for entry in known[0])
        sign = known[0][0][2]
        if not sign or known != [[(one, other, sign) for other in columns] for one in rows]:
            return self.field.matrix_function(name, matrix)
        asked = MatrixFunction(name, rows, columns, sign)
        self.asked[asked] = None
        return [self.parameter(asked.entry(place)) for place in range(1 if name == "determinant" else len(matrix))]


class SinglePlayers(Induction[Element]):
    """The equilibrium of a linear-quadratic game of single players, in terms of levels and second derivatives.

    Attributes
    ----------
    forms
        The matrices from which they follow.

    Raises
    ------
    NotQuadraticError
        If a group has several members, or payoffs are not quadratic in everything that is chosen together.
    """

    field: NamedMatrices

    def __init__(self, play: Play, field: WithFunctions) -> None:
        Players.__init__(self, play, field if isinstance(field, NamedMatrices) else NamedMatrices(field))
        moves = moves_of(play)
        _expect_single_players(play, moves)
        self.following = (play.regime.name,)
        self._values = {}
        names = tuple(name for move in moves for name in (*move.actions, *move.prices))
        self._place: dict[tuple[str, ...], int] = {(name,): place for place, name in enumerate(names)}
        self._place[()] = len(names)
        criteria: dict[str, Entries] = {}
        clearing: dict[str, dict[int, Element]] = {}
        for move in moves:
            for unit in move.units:
                criteria |= self._criteria(unit)
            for price in move.prices:
                excess = self._excess_demand(move, price)
                clearing[price] = {self._place_of(actions_in(m)): value for m, value in excess.terms.items()}
        if self.formulas.technologies:
            raise NotQuadraticError(f"found {next(iter(self.formulas.technologies))}, which is not quadratic")
        of_moves = tuple((*move.actions, *move.prices) for move in moves)
        self.forms = Forms(names, of_moves, criteria, clearing, self.field.asked)
        self.moves = tuple(self._move(move) for move in moves)
        self.levels = {name: field.parameter(name) for name in names}
        self.at_levels = AtEqualActions(play, field, self.levels)

    def _criteria(self, unit: Unit) -> dict[str, Entries]:
        """Return the matrix of what decides about each action of a unit."""
        return dict.fromkeys(unit.actions, self._matrix(self._criterion(unit)))

    def _place_of(self, factors: list[str]) -> int:
        if tuple(factors) not in self._place:
            raise NotQuadraticError(f"found {'*'.join(factors)}, which is not quadratic in what is chosen")
        return self._place[tuple(factors)]

    def _matrix(self, criterion: Criterion[Element]) -> Entries:
        """Return the matrix of a quadratic form; twice the coefficient of a square, that of a product once."""
        found: dict[tuple[int, int], Element] = {}
        for monomial, coefficient in criterion[""].terms.items():
            factors = actions_in(monomial)
            row, column = sorted((self._place_of(factors[:1]), self._place_of(factors[1:])))
            value = coefficient * 2 if row == column else coefficient
            found[row, column] = found[row, column] + value if (row, column) in found else value
        return found

    def _move(self, move: Move) -> SolvedMove[Element]:
        """Return a move whose second derivatives have names; being single, everybody is a total."""
        nothing = Polynomial[Element](self.field, {})
        now = (*move.actions, *move.prices)
        rows = {a: {b: self.field.second_derivative(a, b) for b in now} for a in now}
        conditions = {a: FirstOrderCondition(nothing, {}, {}, rows[a], nothing, nothing) for a in move.actions}
        clearing = {
            price: Polynomial(self.field, {(Total(b),): entry for b, entry in rows[price].items()})
            for price in move.prices
        }
        return SolvedMove(move, conditions, clearing, {}, {})


def _expect_single_players(play: Play, moves: tuple[Move, ...]) -> None:
    if any(group.size != Number(Fraction(1)) for group in play.game.groups) or play.consortium:
        raise NotQuadraticError("found a group with several members, expected single players")
    if play.held or play.bindings or any(unit.kept for move in moves for unit in move.units):
        raise NotQuadraticError("found what is not chosen for a payoff, expected moves at which all is decided")
