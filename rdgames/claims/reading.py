"""Claims read against the game that they are about, with what is wrong in them located."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rdgames.claims.derivatives import differentiated
from rdgames.claims.functions import ExactPoint
from rdgames.claims.surds import Real
from rdgames.claims.truth import AtPoint
from rdgames.errors import InputError, Mistake, ModelError, UnknownNameError, did_you_mean
from rdgames.game.checks import find_mistakes
from rdgames.game.game import Game
from rdgames.game.literature import Claim
from rdgames.language.printer import typed
from rdgames.language.reader import read_statement
from rdgames.language.tree import (
    Call,
    Comparison,
    Expression,
    Logic,
    Node,
    Number,
    OfRegime,
    Statement,
    Sum,
    Symbol,
    rewrite,
    walk,
)

_RELATIONS = {"increasing": ">", "decreasing": "<", "highest": ">=", "lowest": "<="}
"""How what claims say in words compares: a derivative with zero, an outcome with each of the others."""


def find_claim(game: Game, claim: Claim | str) -> Claim:
    """Return the claim of that name in a game; a claim that is none of the game's own is checked like one.

    Raises
    ------
    UnknownNameError
        If the game has no claim of that name.
    ModelError
        If the claim names what the game does not have.
    """
    known = {entry.name: entry for entry in game.claims}
    if isinstance(claim, str):
        if claim not in known:
            raise UnknownNameError("claim", claim, known)
        return known[claim]
    if known.get(claim.name) != claim:
        entries = {key: getattr(game, key) for key in type(game).model_fields}
        mistakes = find_mistakes({**entries, "claims": (claim,)}, only="claims")
        if mistakes:
            raise ModelError(mistakes, f"the claim {claim.name!r}")
    return claim


@dataclass(frozen=True)
class Proposition:
    """A claim with its statements as trees, what they say in words put as comparisons."""

    game: Game
    claim: Claim
    statement: Statement
    given: Statement | None

    @classmethod
    def read(cls, game: Game, claim: Claim) -> Proposition:
        """Read a claim of a game.

        Raises
        ------
        ModelError
            If a derivative is taken of what has none, or by what is no parameter, if a sum over players is claimed, or
            if an outcome is to be highest of all, and no other regime has it.
        """
        regimes = [regime.name for regime in game.regimes]
        read: dict[str, Statement] = {}
        mistakes: list[Mistake] = []
        for key, text in (("is", claim.statement), ("given", claim.given)):
            if not text:
                continue
            place = ("claims", claim.name, key)
            try:
                read[key] = in_comparisons(game, read_statement(text, regimes))
            except InputError as error:
                mistakes.append(Mistake(place, str(error)))
            else:
                mistakes += [Mistake(place, problem) for problem in _problems(game, read[key])]
        if mistakes:
            raise ModelError(mistakes, f"the claim {claim.name!r}")
        return cls(game, claim, read["is"], read.get("given"))

    def values_at(self, point: ExactPoint) -> dict[str, Real]:
        """Return the sides of all comparisons, what signs are taken of, and the outcomes in them, by their text."""
        here = AtPoint(self.game, point)
        shown: list[Expression] = []
        for node in walk(self.statement):
            match node:
                case Comparison(terms, _):
                    shown += terms
                case Call("sign", (inner,)):
                    shown.append(inner)
                case OfRegime():
                    shown.append(node)
        return {typed(node): here.of(node) for node in shown if not isinstance(node, Number)}


def in_comparisons(game: Game, statement: Statement) -> Statement:
    """Return a statement in which comparisons take the place of words.

    ``increasing(F, v)`` says that a derivative is positive, ``decreasing(F, v)`` that it is negative. ``highest`` says
    that its first outcome is at least each of the others, ``lowest`` that it is at most that; with one outcome alone,
    the others are those of all regimes of the game that have it.

    Raises
    ------
    InputError
        If there are no others.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> said = read_statement("increasing(cartel.x, beta) or lowest(cartel.x, merger.x)", ["cartel", "merger"])
    >>> typed(in_comparisons(game, said))
    'derivative(cartel.x, beta) > 0 or cartel.x <= merger.x'
    """

    def put(node: Node) -> Node | None:
        match node:
            case Comparison((Call("increasing" | "decreasing" as word, (inner, by)),), ()):
                return Comparison((Call("derivative", (inner, by)), Number(Fraction(0))), (_RELATIONS[word],))
            case Comparison((Call("highest" | "lowest" as word, (OfRegime() as first, *rest)),), ()):
                others = rest or _same_elsewhere(game, first, word)
                parts = tuple(Comparison((first, other), (_RELATIONS[word],)) for other in others)
                return parts[0] if len(parts) == 1 else Logic("and", parts)
        return None

    return rewrite(statement, put)  # type: ignore[return-value]


def _same_elsewhere(game: Game, first: OfRegime, word: str) -> list[OfRegime]:
    """Return the same outcome of all other regimes of a game."""
    found = [
        OfRegime(regime.name, first.outcome)
        for regime in game.regimes
        if regime.name != first.regime and first.outcome in game.scope.outcomes_under(regime.sentence)
    ]
    if not found:
        problem = f"no other regime has the outcome {first.outcome!r}"
        raise InputError(f"found {word}({typed(first)}), but {problem}: name those to compare it with")
    return found


def _problems(game: Game, statement: Statement) -> Iterator[str]:
    """Yield what the checks of a game let pass: which derivatives exist, and that no sum over players is meant."""
    abbreviations = {entry.name: entry.formula for entry in game.abbreviations}
    for node in walk(statement):
        match node:
            case Sum():
                yield f"found {typed(node)!r}, expected outcomes of regimes, such as cartel.output"
            case Call("derivative", (inner, by)):
                if not isinstance(by, Symbol) or by.name not in game.parameter:
                    found = typed(by)
                    hint = did_you_mean(found, game.parameter)
                    known = ", ".join(game.parameter)
                    yield f"found a derivative by {found!r}{hint}, expected one of the parameters {known}"
                    continue
                try:
                    differentiated(inner, by.name, abbreviations)
                except InputError as error:
                    yield str(error)
