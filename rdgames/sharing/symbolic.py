"""What coalitions are worth as formulas of the parameters, for small games: shares in closed form, the core as proofs.

In every partition of the players, what each earns is a rational function of the parameters. So is the worth of a
coalition under an assumption about outsiders; so are its members' shares by a linear rule; and the core is not empty if
and only if no minimal balanced collection of coalitions is worth more than all players are (Bondareva 1963; Shapley
1967), which is an inequality of rational functions for each collection, for the prover to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import inf
from typing import Any

from rdgames.algebra.rational import RationalFunction
from rdgames.algebra.sympy_edge import to_sympy
from rdgames.claims.forms import InRing
from rdgames.claims.hypotheses import Selection, interior_optimum
from rdgames.claims.substitution import Substitutions, substituted, substitutions_from
from rdgames.equilibrium.coalitions import Cooperation
from rdgames.equilibrium.display import presenters
from rdgames.equilibrium.equilibrium import Equilibrium, solve
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.language.printer import typed
from rdgames.language.reader import read_statement
from rdgames.proofs.proof import Proof
from rdgames.proofs.proving import prove
from rdgames.sharing.coalitions import members, named
from rdgames.sharing.coefficients import coefficients
from rdgames.sharing.partitions import partitions
from rdgames.sharing.rule import Rule
from rdgames.sharing.rules import rule_named
from rdgames.sharing.worth import MEANINGS, reckoned_with

MAX_PLAYERS = 4
"""How many players a game in symbols may have: of five, there are 1291 minimal balanced collections."""

_EARNED, _PARTITION = "earned_", "partition-"


@dataclass(frozen=True, eq=False)
class SymbolicWorth:
    """What each coalition is worth, as a function of the parameters.

    Attributes
    ----------
    game
        The game, with a regime for each partition of the players, and what each earns among its outcomes: see
        `with_partitions`.
    players
        The names of the players.
    outsiders
        What coalitions reckon with.
    worths
        Exact functions, by the number of the coalition; that of nobody is 0.
    equilibria
        Those that coalitions reckon with, by the name of their regime: with the conditions under which all this holds.
    """

    game: Game
    players: tuple[str, ...]
    outsiders: str
    worths: tuple[RationalFunction, ...]
    equilibria: Mapping[str, Equilibrium]

    def __getitem__(self, coalition: int) -> Any:
        """Return what a coalition is worth as a SymPy expression."""
        return self._presented(self.worths[coalition])

    def exact_shares(self, rule: Rule | str) -> tuple[RationalFunction, ...]:
        """Return what each player gets by a linear rule of coalitions, exactly.

        Raises
        ------
        InputError
            If the rule is not linear, or for games in partition function form.
        """
        chosen = rule_named(rule) if isinstance(rule, str) else rule
        if chosen.takes != "coalitions":
            raise InputError(f"found the rule {chosen.name}, expected one of what each coalition is worth")
        matrix = coefficients(chosen, len(self.players))
        found = []
        for column in matrix.T:
            total = self.worths[0]
            for number, worth in zip(column, self.worths, strict=True):
                total = total + worth * Fraction(number)
            found.append(total)
        return tuple(found)

    def shares(self, rule: Rule | str) -> dict[str, Any]:
        """Return what each player gets by a linear rule, as SymPy expressions."""
        return dict(zip(self.players, map(self._presented, self.exact_shares(rule)), strict=True))

    def _presented(self, function: RationalFunction) -> Any:
        play = next(iter(self.equilibria.values())).play
        return to_sympy(presenters(play, function.ring)[False].quotient(function))

    def core_statements(self) -> list[str]:
        """Return what must all be true for the core not to be empty: a statement for each balanced collection.

        They are about ``game``, in the language of `rdgames.proofs.proving.prove`, `rdgames.theorems.region.region`.
        """
        everyone = (1 << len(self.players)) - 1
        return [
            f"{' + '.join(_times(weight, self._said(coalition)) for coalition, weight in weights.items())} "
            f"<= {self._said(everyone)}"
            for weights in balanced_collections(len(self.players))
        ]

    def _said(self, coalition: int) -> str:
        [place] = reckoned_with(coalition, len(self.players), self.outsiders)
        regime = regime_of(place, len(self.players))
        earned = [f"{regime}.{_EARNED}{self.players[member]}" for member in members(coalition)]
        return earned[0] if len(earned) == 1 else f"({' + '.join(earned)})"

    def prove_core(
        self, *, given: str = "", assuming: Selection = interior_optimum, timeout: float = inf
    ) -> dict[str, Proof]:
        """Prove or refute for each balanced collection that it does not leave the core empty.

        If all are proved, the core is nowhere empty, where all conditions that are assumed hold. If one is refuted, it
        is empty at the point that refutes it.

        Parameters
        ----------
        given, assuming, timeout
            As in `rdgames.proofs.proving.prove`; the time is that of each.

        Returns
        -------
        dict
            The collections, in words, with their proofs.
        """
        found = {}
        for weights, statement in zip(balanced_collections(len(self.players)), self.core_statements(), strict=True):
            words = "; ".join(named(coalition, self.players) for coalition in weights)
            found[words] = prove(statement, self.game, given=given, assuming=assuming, timeout=timeout)
        return found

    def __repr__(self) -> str:
        return f"<worth of {len(self.worths)} coalitions of {self.game.name}: {MEANINGS[self.outsiders]}>"


def symbolic_worth(game: Game, regime: str, /, *, outsiders: str = "singletons", given: str = "") -> SymbolicWorth:
    """Return what every coalition of the players of a small game is worth, as formulas of the parameters.

    Parameters
    ----------
    game
        A game of single players, at most 4, whose equilibria have a closed form.
    regime
        What those do who cooperate, a regime of all players: each coalition follows it among its own members.
    outsiders
        What a coalition reckons with: "singletons" or "merged". (The worst and the best for it are no formulas.)
    given
        Equalities that make formulas short, such as ``beta_1_2 == beta_2_1 and b == 1``.

    Raises
    ------
    InputError
        If players are groups or too many, coalitions cannot follow the regime by themselves, or what is given is no
        equality of a parameter.
    UnknownNameError
        If there is no such regime or assumption.
    DerivationError
        If there is no equilibrium in closed form.

    Examples
    --------
    >>> from rdgames.game.explicit import explicit
    >>> from rdgames.modelfile.catalogue import load
    >>> game = explicit(load("daspremont-jacquemin"), n=2)
    >>> found = symbolic_worth(game, "cartel", given="beta_1_2 == 0 and beta_2_1 == 0 and b == 1")
    >>> found[0b11]
    2*gamma*(a - c)**2/(9*gamma - 2)
    >>> found.shares("shapley")["firms_1"]
    gamma*(a - c)**2/(9*gamma - 2)
    """
    if outsiders not in ("singletons", "merged"):
        raise UnknownNameError("assumption about outsiders", outsiders, ("singletons", "merged"))
    cooperation = Cooperation.of(game, regime)
    players = len(cooperation.players)
    if players > MAX_PLAYERS:
        raise InputError(f"found {players} players, expected at most {MAX_PLAYERS}: formulas of more are too many")
    wide = with_partitions(game, regime)
    needed = [reckoned_with(coalition, players, outsiders)[0] for coalition in range(1, 1 << players)]
    equilibria = {regime_of(place, players): solve(wide, regime_of(place, players)) for place in sorted(set(needed))}
    equalities = substitutions_from(InRing(wide), read_statement(given)) if given else []
    earned = {
        (name, player): _put(equilibrium.exact(f"{_EARNED}{player}"), equalities)
        for name, equilibrium in equilibria.items()
        for player in cooperation.players
    }
    nothing = next(iter(earned.values())).ring.constant(0)
    worths = [nothing]
    for coalition, place in enumerate(needed, start=1):
        parts = (earned[regime_of(place, players), cooperation.players[member]] for member in members(coalition))
        worths.append(sum(parts, nothing))
    return SymbolicWorth(wide, cooperation.players, outsiders, tuple(worths), equilibria)


def _put(function: RationalFunction, equalities: Substitutions) -> RationalFunction:
    """Return a function with others in the place of parameters: all at once where these are polynomials."""
    ring = function.ring
    images = [substituted(ring.parameter(name), equalities) for name in ring.names] if equalities else []
    try:
        if not images or not all(image.denominator.is_one() for image in images):
            return substituted(function, equalities)
        places = [image.numerator for image in images]
        above, below = (part.compose(*places, ctx=ring.context) for part in (function.numerator, function.denominator))
        one = ring.one_polynomial
        return RationalFunction(ring, above, one) / RationalFunction(ring, below, one)
    except ZeroDivisionError:
        raise InputError("found equalities under which payoffs divide by zero everywhere, expected others") from None


def with_partitions(game: Game, regime: str) -> Game:
    """Return a game of single players with a regime for each of their partitions, and what each earns as an outcome.

    The regime ``partition-aab`` is that in which the first two cooperate, as ``regime`` says, and the third is alone;
    the outcome ``earned_firms_1`` is the payoff of the player ``firms_1``.
    """
    cooperation = Cooperation.of(game, regime)
    document = {
        key: value for key, value in game.to_document().items() if key not in ("published", "claims", "example")
    }
    definitions, regimes = dict(document["definitions"]), dict(document.get("regimes", {}))
    for payoff in game.payoffs:
        definitions[f"{_EARNED}{payoff.name}"] = {"for": f"i in {payoff.name}", "is": typed(payoff.formula)}
    players = cooperation.players
    for place, partition in enumerate(partitions(len(players))):
        blocks = [[players[member] for member in members(block)] for block in partition]
        regimes[regime_of(place, len(players))] = {"is": str(cooperation.among(blocks))}
    return Game(**{**document, "definitions": definitions, "regimes": regimes})


def regime_of(place: int, players: int) -> str:
    """Return the name of the regime in which a partition of the players cooperates.

    >>> [regime_of(place, 3) for place in range(5)]
    ['partition-aaa', 'partition-aab', 'partition-aba', 'partition-abb', 'partition-abc']
    """
    letter = {
        member: chr(ord("a") + number)
        for number, block in enumerate(partitions(players)[place])
        for member in members(block)
    }
    return _PARTITION + "".join(letter[player] for player in range(players))


def balanced_collections(players: int) -> list[dict[int, Fraction]]:
    """Return all minimal balanced collections of coalitions other than everyone, with their weights.

    Weights are positive, and those of the coalitions of any one player add up to 1. A collection is minimal if no part
    of it is balanced: then its coalitions are linearly independent, and its weights are the only ones.

    >>> [[members(coalition) for coalition in collection] for collection in balanced_collections(3)]
    [[(0,), (1, 2)], [(1,), (0, 2)], [(0, 1), (2,)], [(0,), (1,), (2,)], [(0, 1), (0, 2), (1, 2)]]
    """
    found = []
    for size in range(2, players + 1):
        for collection in combinations(range(1, (1 << players) - 1), size):
            weights = _balancing(collection, players)
            if weights is not None and all(weight > 0 for weight in weights):
                found.append(dict(zip(collection, weights, strict=True)))
    return found


def _balancing(collection: Sequence[int], players: int) -> list[Fraction] | None:
    """Return the only weights that balance some coalitions; None if there are none, or others."""
    rows = [
        [Fraction(coalition >> player & 1) for coalition in collection] + [Fraction(1)] for player in range(players)
    ]
    for column in range(len(collection)):
        pivot = next((row for row in range(column, players) if rows[row][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [entry / rows[column][column] for entry in rows[column]]
        for row in range(players):
            if row != column and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [entry - factor * other for entry, other in zip(rows[row], rows[column], strict=True)]
    if any(row[-1] for row in rows[len(collection) :]):
        return None
    return [rows[place][-1] for place in range(len(collection))]


def _times(weight: Fraction, said: str) -> str:
    return said if weight == 1 else f"{weight}*{said}"
