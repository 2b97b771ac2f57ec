"""What is wanted of a rule or contract: what is to be large, and what must hold, as margins that must not be negative.

The margin of an equation must be 0.

Margins are formulas of outcomes and parameters, as trees. An outcome is that under the contract, ``welfare``; one under
a way of cooperating that is compared with has that before a dot, ``competition.welfare``. Besides inequalities in the
language there are four names, each of which stands for several:

participation
    No member receives less than it earns under the regime of its outside option.
stability
    No member gains by leaving while all others stay together: internal stability.
core
    No coalition gains by leaving, all others then being alone: its members receive together what it is worth. That of
    all players is not asked for: it chooses under the contract because it cannot agree on more.
budget
    Members receive no more, together, than they earn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from rdgames.equilibrium.coalitions import Cooperation
from rdgames.errors import InputError, RdgamesError, UnknownNameError, did_you_mean
from rdgames.game.game import Game
from rdgames.language.printer import typed
from rdgames.language.reader import read_statement
from rdgames.language.tree import (
    Binary,
    Comparison,
    Expression,
    Indexed,
    Logic,
    Node,
    Number,
    OfRegime,
    Statement,
    Sum,
    Symbol,
    rewrite,
)

FOUND, CONFLICT, NO_EQUILIBRIUM, EDGE = range(4)
MEANINGS = (
    "the best choice that satisfies all requirements",
    "no choice satisfies all requirements: those marked as conflicting do not go together",
    "no equilibrium is valid for any choice",
    "the best choice found, but no optimum: a better one would be where an equilibrium is not valid, or was missed",
)
"""What became of a design."""

NAMED = ("participation", "stability", "core", "budget")
SMALLEST_GAIN = "smallest gain"
"""The objective that is the smallest gain of a member over its outside option."""


@dataclass(frozen=True)
class Requirement:
    """Something that must hold: a margin that must not be negative, or must be 0.

    Attributes
    ----------
    label
        What is asked for, as text.
    margin
        By how much it holds: outcomes as `OfRegime`, everything else a parameter.
    equation
        Whether the margin must be 0; it is the left side less the right one then.
    """

    label: str
    margin: Expression
    equation: bool = False


@dataclass(frozen=True)
class Standpoint:
    """From where requirements are read.

    Attributes
    ----------
    game, regime
        The game, and the regime whose outcomes are meant where none is named.
    received
        For each member, a formula of what it gets; empty for its payoff.
    together
        The regime of all players that a coalition that leaves follows among its own members.
    alone
        The regime of the outside option.
    """

    game: Game
    regime: str
    received: Mapping[str, Any]
    together: str
    alone: str

    @property
    def players(self) -> tuple[str, ...]:
        """The members."""
        return tuple(payoff.name for payoff in self.game.payoffs)

    def read(self, given: Iterable[Any]) -> tuple[Requirement, ...]:
        """Return requirements from inequalities and names, those that are meant twice once.

        Raises
        ------
        InputError
            If any cannot be read; all mistakes are listed.
        """
        found: dict[str, Requirement] = {}
        problems: list[str] = []
        for each in [given] if isinstance(given, str) else given:
            try:
                found |= {one.label: one for one in self._one(each)}
            except (RdgamesError, ValueError) as error:
                problems.append(f"{each!r}: {error}")
        if problems:
            raise InputError("; ".join(problems))
        return tuple(found.values())

    def objectives(self, given: Any) -> tuple[Expression, ...]:
        """Return the formulas the smallest of which is to be large.

        Raises
        ------
        InputError
            If one cannot be read.
        """
        if given == SMALLEST_GAIN:
            return tuple(self._gains().values())
        listed = [given] if isinstance(given, str) or not isinstance(given, Iterable) else [*given]
        if not listed or not all(isinstance(each, str) for each in listed):
            raise InputError(f"found {given!r} to maximize, expected a formula, several, or {SMALLEST_GAIN!r}")
        return tuple(self.formula(each) for each in listed)

    def formula(self, text: Any) -> Expression:
        """Return a formula from text; it is read as one side of a comparison, so that regimes may be named."""
        statement = self._statement(f"{text} >= 0")
        if len(statement.operators) > 1:
            raise InputError(f"found the inequality {text!r}, expected a formula such as 'welfare'")
        return statement.terms[0]

    def _one(self, given: Any) -> Iterator[Requirement]:
        match given:
            case "participation":
                for player, gain in self._gains().items():
                    yield Requirement(f"participation of {player}", gain)
            case "stability":
                yield from self._leaving(staying=True)
            case "core":
                yield from self._leaving(staying=False)
            case "budget":
                left = Binary("-", _added(self._earned(self.regime).values()), _added(self._gets().values()))
                yield Requirement("budget", left)
            case str() if given.isidentifier():
                raise UnknownNameError("requirement", given, NAMED)
            case _:
                yield from self._inequalities(self._statement(given))

    def _inequalities(self, statement: Comparison) -> Iterator[Requirement]:
        for place, operator in enumerate(statement.operators):
            left, right = statement.terms[place : place + 2]
            label = f"{self._shown(left)} {operator} {self._shown(right)}"
            if operator in (">=", ">"):
                yield Requirement(label, Binary("-", left, right))
            elif operator in ("<=", "<"):
                yield Requirement(label, Binary("-", right, left))
            elif operator == "==":
                yield Requirement(label, Binary("-", left, right), equation=True)
            else:
                raise InputError(f"found {operator!r}, expected <=, >= or ==")

    def _shown(self, node: Expression) -> str:
        def one(part: Node) -> Node | None:
            return Symbol(part.outcome) if isinstance(part, OfRegime) and part.regime == self.regime else None

        return typed(rewrite(node, one))

    def _statement(self, text: Any) -> Comparison:
        """Read a comparison, all its outcomes with their regimes."""
        statement: Statement = read_statement(text, [regime.name for regime in self.game.regimes])
        if isinstance(statement, Logic) or not statement.operators:
            raise InputError("found no inequality, expected one such as 'welfare >= 100', or several in a list")
        return Comparison(tuple(self._placed(term, self.regime) for term in statement.terms), statement.operators)

    def _placed(self, node: Expression, regime: str) -> Expression:
        """Return a formula whose outcomes are those under a regime.

        Raises
        ------
        InputError
            If it names what the game does not have, or sums over several members.
        """
        outcomes = self._outcomes(regime)

        def one(part: Node) -> Node | None:
            match part:
                case Sum(body, _, group) if self.game.scope.groups[group].size == Number(Fraction(1)):
                    return rewrite(body, one)
                case Sum():
                    raise InputError(f"found {typed(part)}, expected a formula of outcomes: define the sum in the game")
                case OfRegime(other, outcome) if outcome not in self._outcomes(other):
                    raise UnknownNameError(f"outcome under {other!r}", outcome, self._outcomes(other))
                case Symbol(name) | Indexed(name) if name in self.game.parameter:
                    return Symbol(name)
                case Symbol(name) | Indexed(name) if name not in outcomes:
                    raise UnknownNameError("outcome or parameter", name, {*outcomes, *self.game.parameter})
                case Symbol(name) | Indexed(name):
                    return OfRegime(regime, name)
            return None

        found: Expression = rewrite(node, one)  # type: ignore[assignment]
        return found

    def _outcomes(self, regime: str) -> tuple[str, ...]:
        return self.game.scope.outcomes_under(self.game.regime(regime).sentence)

    def _earned(self, regime: str) -> dict[str, Expression]:
        """Return what each member earns under a regime."""
        return {payoff.name: self._placed(payoff.formula, regime) for payoff in self.game.payoffs}

    def _gets(self) -> dict[str, Expression]:
        """Return what each member gets."""
        if not self.received:
            return self._earned(self.regime)
        unknown = [name for name in self.received if name not in self.players]
        missing = [name for name in self.players if name not in self.received]
        if unknown or missing:
            found = [f"found {name!r}{did_you_mean(name, self.players)}" for name in unknown]
            found += [f"found nothing for {name}" for name in missing]
            raise InputError(f"received: {'; '.join(found)}, expected a formula for each of {', '.join(self.players)}")
        return {name: self.formula(text) for name, text in self.received.items()}

    def _gains(self) -> dict[str, Expression]:
        """Return by how much each member gets more than under its outside option."""
        outside = self._earned(self.alone)
        return {name: Binary("-", gets, outside[name]) for name, gets in self._gets().items()}

    def _leaving(self, *, staying: bool) -> Iterator[Requirement]:
        """Yield that nobody leaves while the others stay together, or no coalition while they fall apart."""
        cooperation, gets = Cooperation.of(self.game, self.together), self._gets()
        players = cooperation.players
        for size in (1,) if staying else range(1, len(players)):
            for leaving in combinations(players, size):
                rest = tuple(player for player in players if player not in leaving)
                regime = cooperation.among([leaving, rest] if staying else [leaving])
                regime = self.game.regime(regime).name if regime else "competition"
                worth = self._earned(regime)
                margin = Binary("-", _added(gets[one] for one in leaving), _added(worth[one] for one in leaving))
                kind = "stability" if staying else "core"
                yield Requirement(f"{kind}: {' and '.join(leaving)} not leaving", margin)


def _added(terms: Iterable[Expression]) -> Expression:
    first, *rest = terms
    total = first
    for term in rest:
        total = Binary("+", total, term)
    return total
