"""A regime is a sentence about any game: who decides jointly at which stage, for what objective, with what shared.

A sentence is a list of clauses, separated by semicolons; what no clause mentions, every player chooses alone for its
own payoff. So the empty sentence is competition. Clauses are

``firms choose x jointly``
    The members of the groups named choose an action to maximize the sum of their payoffs.
``firms choose x, q jointly and equally``
    The same, restricted to one level for all members of a group.
``planner chooses x equally for welfare``
    Somebody outside the game chooses for all players; the objective, any formula of the market, must be named.
``firms choose x for (1 - s)*profit[i] + s*industry_profit/n``
    Every player chooses alone, but under a contract: member ``i`` maximizes the formula, not its payoff.
``firms choose x, q simultaneously``
    The actions are committed to at one moment, though the game has them at different stages (open loop).
``firms share beta = 1``
    Spillovers between members of the groups named take another value, as inside a research joint venture.
``k of firms are insiders, the rest outsiders``
    A group is split; the other clauses may speak of its parts, and every outcome of a member is one of each part:
    ``x_insiders``, ``x_outsiders``. Sizes are formulas of parameters.
``pairs of upstream and downstream choose x_u, x_d jointly``
    Each member of one group joins one member of the other; a pair maximizes the sum of its payoffs.
``consortia of k firms choose x jointly``
    Groups are divided into consortia with so many members of each. Consortia and pairs can also ``share``.
``insiders choose x as in cartel``
    What is chosen is not reconsidered: it is what another regime of the game would have.

The adverbs combine, in any order. A parameter that only sentences use needs a value only under those regimes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, Self

from rdgames.errors import ExpressionError
from rdgames.language.printer import typed
from rdgames.language.reader import MAX_CHARACTERS, read_expression
from rdgames.language.tree import Expression, Number

PLANNER = "planner"
ADVERBS = ("jointly", "equally", "simultaneously")
_EXPECTED = (
    "expected clauses such as 'firms choose x jointly', 'planner chooses x equally for welfare', "
    "'firms share beta = 1' or 'k of firms are insiders, the rest outsiders', separated by semicolons"
)


@dataclass(frozen=True)
class Company:
    """Of whom a clause speaks: groups or parts of groups, or the planner.

    With ``counts`` they are divided into consortia, with so many members of each.
    """

    names: tuple[str, ...]
    counts: tuple[Expression, ...] = ()

    @property
    def is_planner(self) -> bool:
        """Whether it is somebody outside the game."""
        return self.names == (PLANNER,)

    def __str__(self) -> str:
        if not self.counts:
            return ", ".join(self.names)
        if all(count == Number(1) for count in self.counts) and len(self.names) > 1:  # type: ignore[arg-type]
            return f"pairs of {' and '.join(self.names)}"
        return "consortia of " + " and ".join(
            f"{typed(count)} {name}" for count, name in zip(self.counts, self.names, strict=True)
        )


@dataclass(frozen=True)
class Decision:
    """Who chooses which actions how, and for what.

    No objective means the sum of the payoffs of those who choose. ``as_in`` names a regime whose choices are kept.
    """

    who: Company
    actions: tuple[str, ...]
    adverbs: frozenset[str] = frozenset()
    objective: Expression | None = None
    as_in: str = ""

    @property
    def by_planner(self) -> bool:
        """Whether somebody outside the game decides."""
        return self.who.is_planner

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
        words = [str(self.who), verb, ", ".join(self.actions), how]
        if self.objective is not None:
            words += ["for", typed(self.objective)]
        if self.as_in:
            words += ["as in", self.as_in]
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Sharing:
    """Between whom a spillover takes which value."""

    who: Company
    parameter: str
    value: Expression

    def __str__(self) -> str:
        return f"{self.who} share {self.parameter} = {typed(self.value)}"


@dataclass(frozen=True)
class Split:
    """Into which parts a group falls: so many members for each but the last, which has the rest."""

    group: str
    sizes: tuple[Expression, ...]
    parts: tuple[str, ...]

    def __str__(self) -> str:
        sized = ", ".join(
            f"{typed(size)} of {self.group} are {part}" for size, part in zip(self.sizes, self.parts, strict=False)
        )
        return f"{sized}, the rest {self.parts[-1]}"


@dataclass(frozen=True)
class Sentence:
    """A way of cooperating.

    >>> print(Sentence.read("firms choose x   jointly;firms share beta=1"))
    firms choose x jointly; firms share beta = 1
    >>> print(Sentence.read("k of firms are members, the rest outsiders; members choose x jointly"))
    k of firms are members, the rest outsiders; members choose x jointly
    """

    decisions: tuple[Decision, ...] = ()
    sharings: tuple[Sharing, ...] = ()
    splits: tuple[Split, ...] = ()

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
        clauses = [_Clause(text, clause).read() for clause in filter(None, map(str.strip, text.split(";")))]
        return cls(
            tuple(clause for clause in clauses if isinstance(clause, Decision)),
            tuple(clause for clause in clauses if isinstance(clause, Sharing)),
            tuple(clause for clause in clauses if isinstance(clause, Split)),
        )

    def __str__(self) -> str:
        return "; ".join(map(str, [*self.splits, *self.decisions, *self.sharings]))

    @property
    def formulas(self) -> tuple[Expression, ...]:
        """Everything in the sentence that is a formula: objectives, values of spillovers, sizes and counts."""
        return (
            *(decision.objective for decision in self.decisions if decision.objective is not None),
            *(sharing.value for sharing in self.sharings),
            *(size for split in self.splits for size in split.sizes),
            *(count for company in self.companies for count in company.counts),
        )

    @property
    def companies(self) -> tuple[Company, ...]:
        """Of whom the clauses speak."""
        return (*(decision.who for decision in self.decisions), *(sharing.who for sharing in self.sharings))


class _Clause:
    """Reads one clause of a sentence."""

    def __init__(self, text: str, clause: str) -> None:
        self.text, self.clause = text, clause

    def refuse(self, problem: str) -> NoReturn:
        raise ExpressionError(self.text, self.text.index(self.clause) + 1, f"{problem}, {_EXPECTED}")

    def read(self) -> Decision | Sharing | Split:
        """Return what the clause says."""
        if re.search(r", the rest (are )?\w+$", self.clause):
            return self.split()
        parted = re.fullmatch(r"(?P<who>.+?) (?P<verb>chooses?|shares?) (?P<rest>.+)", self.clause)
        if parted is None:
            self.refuse(f"found {self.clause!r}")
        if second := re.search(r",\s*(\w+\s(chooses?|shares?)\s.*)", parted["rest"]):
            self.refuse(f"found a second clause, {second[1]!r}, behind a comma: write a semicolon")
        who = self.company(parted["who"])
        return (
            self.sharing(who, parted["rest"])
            if parted["verb"].startswith("share")
            else self.decision(who, parted["rest"])
        )

    def split(self) -> Split:
        *sized, rest = self.clause.split(",")
        sizes, parts, groups = [], [], set()
        for item in sized:
            found = re.fullmatch(r"(?P<size>.+) of (?P<group>\w+) (is|are) (?P<part>\w+)", item.strip())
            if found is None:
                self.refuse(f"found {item.strip()!r}, no part such as 'k of firms are insiders'")
            sizes.append(read_expression(found["size"]))
            parts.append(found["part"])
            groups.add(found["group"])
        if len(groups) != 1:
            self.refuse(f"found parts of {' and '.join(sorted(groups))} in one clause")
        return Split(groups.pop(), tuple(sizes), (*parts, rest.split()[-1]))

    def company(self, text: str) -> Company:
        kind, of, members = text.partition(" of ")
        if not of or kind not in ("pairs", "consortia"):
            return Company(self.names(text))
        if kind == "pairs":
            names = self.names(members)
            if len(set(names)) != 2:
                self.refuse(f"found {text!r}, no two groups; two of one group are 'consortia of 2 firms'")
            return Company(names, (read_expression(1), read_expression(1)))
        items = [item.rpartition(" ") for item in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", members)]
        if not all(count for count, _, _ in items):
            self.refuse(f"found {text!r}, no consortia such as 'consortia of 2 upstream and 3 downstream'")
        return Company(tuple(name for *_, name in items), tuple(read_expression(count) for count, *_ in items))

    def sharing(self, who: Company, rest: str) -> Sharing:
        parameter, equals, value = rest.partition("=")
        if not equals or not parameter.strip().isidentifier():
            self.refuse(f"found {self.clause!r}, which gives no spillover a value")
        return Sharing(who, parameter.strip(), read_expression(value))

    def decision(self, who: Company, rest: str) -> Decision:
        what, as_in, regime = rest.partition(" as in ")
        what, _, objective = what.partition(" for ")
        words = what.replace(",", " ").split()
        adverbs = frozenset(ADVERBS) & set(words)
        actions = self.names(" ".join(word for word in words if word not in adverbs))
        for action in actions:
            if not action.isidentifier():
                self.refuse(f"found {action!r}")
        if not actions:
            self.refuse(f"found no action in {self.clause!r}")
        decision = Decision(who, actions, adverbs, read_expression(objective) if objective else None, regime.strip())
        for problem in _contradictions(decision, as_in=bool(as_in)):
            self.refuse(problem.format(repr(self.clause)))
        return decision

    def names(self, text: str) -> tuple[str, ...]:
        """Return the names in ``x, q and z``."""
        parts = re.split(r"\s*,\s*|\s+and\s+|\s+|^and\s+", re.sub(r"\band\b", ",", text).strip())
        return tuple(filter(None, parts))


def _contradictions(decision: Decision, *, as_in: bool) -> Iterator[str]:
    """Yield what in a decision does not go together, with a place for the clause."""
    if as_in and (decision.objective is not None or decision.adverbs or not decision.as_in):
        yield "found 'as in' with an objective, an adverb, or without a regime in {}"
    if as_in and (decision.by_planner or decision.who.counts):
        yield "found 'as in' of others than groups in {}"
    if decision.by_planner and decision.objective is None and not as_in:
        yield "found no objective in {}: a planner chooses for something"
    if "equally" in decision.adverbs and not decision.jointly:
        yield "found 'equally' without 'jointly' in {}"
    if decision.who.counts and not decision.jointly:
        yield "found consortia that do not choose 'jointly' in {}"
