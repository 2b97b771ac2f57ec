"""Claims read against the game that they are about, with what is wrong in them located."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
from rdgames.language.tree import Call, Comparison, Expression, Number, OfRegime, Statement, Sum, Symbol, walk


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
    """A claim with its statements as trees."""

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
            If a derivative is taken of what has none, or by what is no parameter, or if a sum over players is claimed.
        """
        regimes = [regime.name for regime in game.regimes]
        statement = read_statement(claim.statement, regimes)
        given = read_statement(claim.given, regimes) if claim.given else None
        mistakes = [
            Mistake(("claims", claim.name, key), problem)
            for key, part in (("is", statement), ("given", given))
            if part is not None
            for problem in _problems(game, part)
        ]
        if mistakes:
            raise ModelError(mistakes, f"the claim {claim.name!r}")
        return cls(game, claim, statement, given)

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
