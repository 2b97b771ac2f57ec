"""Everything that can go wrong, one class for each way.

    RdgamesError
    ├── InputError                what the user wrote cannot be used (command line: exit code 2)
    │   ├── ExpressionError       a formula cannot be read
    │   ├── ModelError            a game has mistakes; all of them are listed
    │   ├── UnknownNameError      no model, regime, parameter, outcome of that name
    │   ├── MissingValueError     parameters without a value; all of them are listed
    │   ├── OutsideDomainError    parameter values outside their domains; all of them are listed
    │   └── OutputError           a file cannot be written in that place or format
    └── DerivationError           the game is well formed, but no equilibrium can be derived
        ├── NotQuadraticError     a stage is not linear-quadratic
        ├── NotConcaveError       a payoff has no maximum in a player's own action
        ├── IndeterminateError    first-order conditions do not determine every action
        └── NoFormulaError        an equilibrium can be had in numbers only
            └── TooLargeError     a formula outgrows the work that a derivation may cost

Every message says what was found, what was expected, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


class RdgamesError(Exception):
    """The root of all errors that rdgames raises on purpose."""


class InputError(RdgamesError, ValueError):
    """What the user wrote cannot be used."""


class ExpressionError(InputError):
    """A formula cannot be read.

    ``text`` is the formula, ``column`` the place (from 1) at which reading stopped.
    """

    def __init__(self, text: str, column: int, problem: str) -> None:
        self.text, self.column, self.problem = text, column, problem
        shown = text if len(text) <= 80 else f"{text[:77]}..."
        super().__init__(f"{problem} (column {column} of {shown!r})")


class UnknownNameError(InputError):
    """No such model, regime, parameter or outcome."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        listing = ", ".join(self.known) or "none"
        super().__init__(f"there is no {kind} {name!r}{did_you_mean(name, self.known)}; known: {listing}")


class MissingValueError(InputError):
    """Parameters were given no value. ``missing`` maps each name to a description of its domain."""

    def __init__(self, missing: dict[str, str]) -> None:
        self.missing = dict(missing)
        lines = "; ".join(f"{name} ({domain})" for name, domain in missing.items())
        super().__init__(f"no value was given for {lines}. Give one for each, for example {next(iter(missing))}=1.")


class OutsideDomainError(InputError):
    """Values lie outside the domains of their parameters. ``problems`` has one sentence for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__(
            "; ".join(problems)
            + ". The formulas are not meant for that; to evaluate them all the same: extrapolate=True (--extrapolate)"
        )


class OutputError(InputError):
    """A result cannot be written where, or as, the user asked."""


@dataclass(frozen=True)
class Mistake:
    """One mistake of a model: where it stands, what was found there, what was expected."""

    key: tuple[str, ...]
    problem: str
    line: int | None = None

    def __str__(self) -> str:
        places = [f"line {self.line}"] if self.line else []
        places += [".".join(self.key)] if self.key else []
        return f"{', '.join(places)}: {self.problem}" if places else self.problem


class ModelError(InputError):
    """A game has mistakes; ``mistakes`` has all of them, ``source`` the file if there is one."""

    def __init__(self, mistakes: Iterable[Mistake], source: str | None = None) -> None:
        self.mistakes = tuple(mistakes)
        self.source = source
        count = len(self.mistakes)
        head = f"{source or 'the model'} has {count} mistake{'s' if count != 1 else ''}"
        super().__init__("\n".join([f"{head}:", *(f"  {mistake}" for mistake in self.mistakes)]))

    def located(self, source: str, lines: dict[tuple[str, ...], int | None]) -> ModelError:
        """Return the same mistakes, with the file and the line of each."""
        placed = (replace(mistake, line=mistake.line or lines.get(mistake.key)) for mistake in self.mistakes)
        return ModelError(sorted(placed, key=lambda mistake: mistake.line or 0), source)


class DerivationError(RdgamesError):
    """The game is well formed, but no equilibrium can be derived, in closed form or as equations for its levels.

    ``key`` names the entry of the model that is to blame, if one is.
    """

    def __init__(self, problem: str, key: tuple[str, ...] = ()) -> None:
        self.key = key
        super().__init__(problem)


class NotQuadraticError(DerivationError):
    """A payoff is not quadratic in the actions of its stage."""


class NotConcaveError(DerivationError):
    """A payoff has no maximum in a player's own action, whatever the parameters."""


class IndeterminateError(DerivationError):
    """The first-order conditions of a stage do not determine every action."""


class NoFormulaError(DerivationError):
    """An equilibrium can be had in numbers only; ``instead`` stands where its formula would."""

    instead = "no closed form"


class TooLargeError(NoFormulaError):
    """A formula outgrows the work that a derivation may cost."""

    instead = "too long to be written out"


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like ``name``, or None if none is.

    >>> nearest_name("bta", ["alpha", "beta", "gamma"])
    'beta'
    """
    by_lower = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a remark on the nearest known name, to be set behind the one that was found; empty if none is near."""
    nearest = nearest_name(name, known)
    return f" (did you mean {nearest!r}?)" if nearest else ""
