"""A regime is a sentence about any game: who decides jointly at which stage, for what objective, with what shared.

A sentence is a list of clauses, separated by semicolons; what no clause mentions, every player chooses alone for its
own payoff. So the empty sentence is competition. Clauses are

``firms choose x jointly``
    The members of the groups named choose an action to maximize the sum of their payoffs.
``firms choose x, q jointly and equally``
    The same, restricted to one level for all members of a group.
``planner chooses x equally for welfare``
    Somebody outside the game chooses for all players; the objective, any formula of the market, must be named.
``firms choose x, q simultaneously``
    The actions are committed to at one moment, though the game has them at different stages (open loop).
``firms share beta = 1``
    Spillovers between members of the groups named take another value, as inside a research joint venture.

The adverbs combine, in any order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn, Self

from rdgames.errors import ExpressionError
from rdgames.language.printer import typed
from rdgames.language.reader import MAX_CHARACTERS, read_expression
from rdgames.language.tree import Expression

PLANNER = "planner"
ADVERBS = ("jointly", "equally", "simultaneously")
_EXPECTED = (
    "expected clauses such as 'firms choose x jointly', 'planner chooses x equally for welfare' "
    "or 'firms share beta = 1', separated by semicolons"
)


@dataclass(frozen=True)
class Decision:
    """Who chooses which actions how, and for what; no objective means the sum of the payoffs of those who choose."""

    who: tuple[str, ...]
    actions: tuple[str, ...]
    adverbs: frozenset[str] = frozenset()
    objective: Expression | None = None

    @property
    def by_planner(self) -> bool:
        """Whether somebody outside the game decides."""
        return self.who == (PLANNER,)

    @property
    def jointly(self) -> bool:
        """Whether the players named act as one."""
        return "jointly" in self.adverbs or self.by_planner

    @property
    def equally(self) -> bool:
        """Whether every member of a group must be given the same level."""
        return "equally" in self.adverbs

    @property
    def simultaneously(self) -> bool:
        """Whether the actions are committed to at one moment."""
        return "simultaneously" in self.adverbs

    def __str__(self) -> str:
        verb = "chooses" if self.by_planner else "choose"
        how = " and ".join(adverb for adverb in ADVERBS if adverb in self.adverbs)
        words = [", ".join(self.who), verb, ", ".join(self.actions), how]
        if self.objective is not None:
            words += ["for", typed(self.objective)]
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Sharing:
    """Between whom a spillover takes which value."""

    who: tuple[str, ...]
    parameter: str
    value: Expression

    def __str__(self) -> str:
        return f"{', '.join(self.who)} share {self.parameter} = {typed(self.value)}"


@dataclass(frozen=True)
class Sentence:
    """A way of cooperating.

    >>> print(Sentence.read("firms choose x   jointly;firms share beta=1"))
    firms choose x jointly; firms share beta = 1
    """

    decisions: tuple[Decision, ...] = ()
    sharings: tuple[Sharing, ...] = ()

    @classmethod
    def read(cls, text: object) -> Self:
        """Read a sentence.

        Raises
        ------
        ExpressionError
            If a clause is of none of the forms above.
        """
        if isinstance(text, cls):
            return text
        if not isinstance(text, str):
            raise ExpressionError(str(text), 1, f"found a {type(text).__name__}, {_EXPECTED}")
        if len(text) > MAX_CHARACTERS:
            raise ExpressionError(text, MAX_CHARACTERS, f"found {len(text)} characters, {_EXPECTED}")
        text = " ".join(text.split()).rstrip(".")
        clauses = [_read_clause(text, clause) for clause in filter(None, map(str.strip, text.split(";")))]
        decisions = tuple(clause for clause in clauses if isinstance(clause, Decision))
        return cls(decisions, tuple(clause for clause in clauses if isinstance(clause, Sharing)))

    def __str__(self) -> str:
        return "; ".join(map(str, [*self.decisions, *self.sharings]))


def _read_clause(text: str, clause: str) -> Decision | Sharing:
    def refuse(problem: str) -> NoReturn:
        raise ExpressionError(text, text.index(clause) + 1, f"{problem}, {_EXPECTED}")

    parted = re.fullmatch(r"(?P<who>.+?) (?P<verb>chooses?|shares?) (?P<rest>.+)", clause)
    if parted is None:
        refuse(f"found {clause!r}")
    who = _names(parted["who"])
    if parted["verb"].startswith("share"):
        parameter, equals, value = parted["rest"].partition("=")
        if not equals or not parameter.strip().isidentifier():
            refuse(f"found {clause!r}, which gives no spillover a value")
        return Sharing(who, parameter.strip(), read_expression(value))
    what, _, objective = parted["rest"].partition(" for ")
    words = what.replace(",", " ").split()
    adverbs = frozenset(ADVERBS) & set(words)
    actions = _names(" ".join(word for word in words if word not in adverbs))
    for action in actions:
        if not action.isidentifier():
            refuse(f"found {action!r}")
    if not actions:
        refuse(f"found no action in {clause!r}")
    decision = Decision(who, actions, adverbs, read_expression(objective) if objective else None)
    if decision.by_planner and decision.objective is None:
        refuse(f"found no objective in {clause!r}: a planner chooses for something")
    if "equally" in adverbs and not decision.jointly:
        refuse(f"found 'equally' without 'jointly' in {clause!r}")
    return decision


def _names(text: str) -> tuple[str, ...]:
    """Return the names in ``x, q and z``."""
    return tuple(filter(None, re.split(r"\s*,\s*|\s+and\s+|\s+|^and\s+", re.sub(r"\band\b", ",", text).strip())))
