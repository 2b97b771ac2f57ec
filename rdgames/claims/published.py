"""Published formulas, compared with what the game says as identities of rational functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from rdgames.algebra.rational import RationalFunction
from rdgames.claims.forms import InRing
from rdgames.claims.functions import solved
from rdgames.claims.sampling import drawn
from rdgames.claims.substitution import Substitutions, substituted, substitutions_from
from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.game.literature import Published
from rdgames.language.printer import typed

_ATTEMPTS = 100


@dataclass(frozen=True)
class Difference:
    """A point at which a printed formula and the game have different values."""

    parameters: Mapping[str, Fraction]
    printed: Fraction
    derived: Fraction

    def to_document(self) -> dict[str, Any]:
        """Return the difference as tables of exact numbers as text."""
        values = {"printed": str(self.printed), "derived": str(self.derived)}
        return {"parameters": {name: str(value) for name, value in self.parameters.items()}, **values}

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {value}" for name, value in self.parameters.items())
        return f"printed {self.printed}, derived {self.derived} at {where}"


@dataclass(frozen=True)
class PublishedCheck:
    """What comparing a published formula with the game has found.

    Attributes
    ----------
    entry
        The entry of the model file.
    holds
        Whether the formula as printed is identically the game's, once what is given is put in its place.
    corrected_holds
        The same of the formula that should stand there; None if the entry has none.
    difference
        Where the printed formula and the game differ; None if it holds.
    """

    entry: Published
    holds: bool
    corrected_holds: bool | None
    difference: Difference | None

    @property
    def as_known(self) -> bool:
        """Whether the finding is what the entry says: a misprint is refuted, and its correction, if given, holds."""
        return self.holds == self.entry.holds and self.corrected_holds is not False

    def __str__(self) -> str:
        entry = self.entry
        where = f", given {typed(entry.given)}" if entry.given else ""
        what = f"{entry.source}: {entry.regime}.{entry.outcome} == {typed(entry.formula)}{where}"
        return f"{what}: holds" if self.holds else f"{what}: refuted: {self.difference}"

    def to_document(self) -> dict[str, Any]:
        """Return the finding as nested tables, exact numbers as text, for JSON."""
        entry, difference = self.entry, self.difference
        return {
            "source": entry.source,
            "regime": entry.regime,
            "outcome": entry.outcome,
            "formula": typed(entry.formula),
            "given": typed(entry.given) if entry.given else "",
            "known": entry.holds,
            "holds": self.holds,
            "corrected_holds": self.corrected_holds,
            "difference": None if difference is None else difference.to_document(),
        }


def check_published(game: Game, entry: Published) -> PublishedCheck:
    """Compare a published formula with the game, exactly and for all parameters at once.

    Equalities that are given, such as ``n == 2`` or ``n_u == n_d``, are put into both; an identity of rational
    functions holds with or without inequalities, so those are passed over.

    Raises
    ------
    InputError
        If a formula is no rational function, if an equality does not have a parameter on one side, or if something
        is nowhere defined once the equalities are put in.
    DerivationError
        If the regime has no equilibrium in closed form.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> all(check_published(game, entry).as_known for entry in game.published)
    True
    """
    meaning = InRing(game)
    given = substitutions_from(meaning, entry.given)
    try:
        derived = substituted(solved(game, entry.regime).equilibrium.exact(entry.outcome), given)
        printed = substituted(meaning.of(entry.formula), given)
        corrected = None if entry.corrected is None else substituted(meaning.of(entry.corrected), given)
    except ZeroDivisionError:
        found = f", given {typed(entry.given)}" if entry.given else ""
        raise InputError(
            f"found a division by zero in {entry.source}{found}, expected formulas that are defined there"
        ) from None
    holds = bool(printed == derived)
    difference = None if holds else _difference(game, printed, derived, given)
    return PublishedCheck(entry, holds, None if corrected is None else bool(corrected == derived), difference)


def check_all_published(game: Game) -> tuple[PublishedCheck, ...]:
    """Compare every published formula of a model with the game; see `check_published`."""
    return tuple(check_published(game, entry) for entry in game.published)


def _difference(
    game: Game, printed: RationalFunction, derived: RationalFunction, given: Substitutions
) -> Difference | None:
    rng = Random(0)
    for _ in range(_ATTEMPTS):
        point = {parameter.name: drawn(parameter, rng) for parameter in game.parameters}
        try:
            for name, value in reversed(given):
                point[name] = value.at(point)
            values = printed.at(point), derived.at(point)
        except ZeroDivisionError:
            continue
        if values[0] != values[1]:
            return Difference(point, *values)
    return None
