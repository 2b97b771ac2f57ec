"""The entries of a model that are said about a game: what is published and claimed of it, where, and an example."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rdgames.game.entries import Claimed, Entry, Formula, Names, shown


def _read_values(table: Any) -> Any:
    """Return a table from parameter to value as pairs of text."""
    if not isinstance(table, dict):
        return table
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, str | int | float | Fraction):
            raise ValueError(f"found {name} = {shown(value)}, expected a number, or a range such as '0:1:101'")
    return tuple((str(name), str(value)) for name, value in table.items())


Values = Annotated[tuple[tuple[str, str], ...], BeforeValidator(_read_values)]


class Published(Entry):
    """A formula that is in print, and whether the game bears it out.

    ``given`` fixes parameters (``n == 2``). A misprint has ``holds = false``, and the formula that should stand there
    as ``corrected``.
    """

    regime: str
    outcome: str
    formula: Formula = Field(alias="is")
    given: Claimed | None = None
    source: str
    holds: bool = True
    corrected: Formula | None = None
    note: str = ""


class Claim(Entry):
    """A proposition about the game; ``verdict`` is what is known of it, ``words`` how a paper would say it.

    An open claim is one for which neither a proof nor a counterexample is known. The statement compares regimes, so
    only the game, which knows their names, can read it.
    """

    statement: str = Field(alias="is")
    given: str = ""
    words: str = ""
    source: str = ""
    verdict: Literal["true", "false", "open"] = "true"
    note: str = ""


class Citation(Entry):
    """A publication: in a journal, in a ``book`` that ``editors`` made of many, or a book that has a ``publisher``."""

    authors: Names
    year: Annotated[int, Field(ge=1, le=9999)]
    title: str
    journal: str = ""
    book: str = ""
    editors: Names = ()
    publisher: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    doi: str = ""
    note: str = ""

    def __str__(self) -> str:
        names = list(self.authors)
        people = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        issue = f"{self.volume}({self.number})" if self.number else self.volume
        series = self.journal or ", ".join(part for part in (self.book and f"In {self.book}", self.publisher) if part)
        place = " ".join(part for part in (series, issue) if part)
        where = f"{place}{f': {self.pages}' if self.pages else ''}"
        return (
            f"{people} ({self.year}): {self.title.rstrip('?')}{'?' * self.title.endswith('?') or '.'} {where}.".replace(
                " .", ""
            )
        )


class Example(BaseModel):
    """The sweep that shows the model: what ``rdgames sweep MODEL`` does when told nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fix: Values = ()
    over: Values = ()
    regimes: tuple[str, ...] = ()
    outcome: str = ""

    @classmethod
    def from_document(cls, value: Any) -> Self:
        """Build the example; ``fix`` and ``over`` are tables from parameter to value, or to range ``0:1:101``."""
        return cls.model_validate(value)

    def to_document(self) -> dict[str, Any]:
        """Return the example as tables."""
        document: dict[str, Any] = {"fix": dict(self.fix), "over": dict(self.over)}
        if self.regimes:
            document["regimes"] = list(self.regimes)
        return document | ({"outcome": self.outcome} if self.outcome else {})
