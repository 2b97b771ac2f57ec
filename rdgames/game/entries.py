"""The entries of a model: each is frozen data, validated on its own.

An entry stands under its name in a table of the model file; many may be written in short (``a = "a > 0"`` for a
parameter that only needs a domain). The comments in `rdgames.game.game.Game` say where each belongs.
"""

from __future__ import annotations

import keyword
import reprlib
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    model_validator,
)

from rdgames.errors import ExpressionError
from rdgames.game.domains import Domain
from rdgames.game.sentences import ADVERBS, PLANNER, Sentence
from rdgames.language.printer import typed
from rdgames.language.reader import read_expression, read_statement
from rdgames.language.tree import Comparison, Expression, Statement

Formula = Annotated[Expression, PlainValidator(read_expression), PlainSerializer(typed)]
"""A formula, given as text, number, tree or SymPy expression."""

Claimed = Annotated[Statement, PlainValidator(read_statement), PlainSerializer(typed)]
"""A statement about parameters, such as ``a > c``."""


def _free(name: str) -> str:
    """Return a name that means nothing else in formulas and sentences."""
    if keyword.iskeyword(name) or name in (PLANNER, *ADVERBS):
        raise ValueError(f"found the name {name!r}, which is reserved, expected another, such as {name}_")
    return name


Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$"), AfterValidator(_free)]
Label = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
RegimeName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$")]
Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]


def shown(value: Any) -> str:
    """Return a value in short, whatever it is."""
    try:
        return reprlib.repr(value)
    except ValueError:  # Python refuses to show numbers of thousands of digits
        return f"a {type(value).__name__} of thousands of digits"


class Entry(BaseModel):
    """The base of all entries: frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True)

    short: ClassVar[str | None] = None
    """The key that an entry written in short (as one text) fills."""

    name: Label

    @classmethod
    def from_document(cls, name: str, value: Any) -> Self:
        """Build the entry from what stands under its name in a document."""
        fields = {cls.short: value} if cls.short and not isinstance(value, dict) else value
        return cls.model_validate({"name": name, **fields} if isinstance(fields, dict) else fields)

    def to_document(self) -> Any:
        """Return what stands under the entry's name, in short where possible."""
        fields = self.model_dump(mode="json", exclude={"name"}, exclude_defaults=True, by_alias=True)
        return fields[self.short] if self.short and set(fields) == {self.short} else fields


class Parameter(Entry):
    """A number that the game takes as given, common to all players unless ``index`` names groups.

    ``index = ["firms", "firms"]`` makes it a spillover from each firm to each other firm, written ``beta[i, j]``; in a
    game of exchangeable firms all of them have the same value, except where a regime lets some firms share.
    """

    short: ClassVar[str | None] = "domain"

    name: Name
    domain: Annotated[Domain, PlainValidator(Domain.read), PlainSerializer(str)]
    integer: bool = False
    index: Names = ()
    unit: str = ""
    description: str = ""
    symbol: str = ""

    @model_validator(mode="after")
    def _domain_is_of_this_parameter(self) -> Self:
        if self.domain.name != self.name:
            raise ValueError(
                f"found the domain {str(self.domain)!r}, expected one of {self.name}, such as '{self.name} > 0'"
            )
        if len(self.index) > 2:
            raise ValueError(f"found {len(self.index)} indices, expected at most two: player, or pair of players")
        return self

    @property
    def is_spillover(self) -> bool:
        """Whether the parameter belongs to ordered pairs of players."""
        return len(self.index) == 2

    def problem(self, value: Fraction | float) -> str | None:
        """Return a sentence that says why a value is outside the domain, or None."""
        if value not in self.domain:
            return f"{self.name} = {value} is outside its domain {self.domain}"
        if self.integer and value != int(value):
            return f"{self.name} = {value} is no whole number"
        return None

    def describe_domain(self) -> str:
        """Return the domain in words."""
        return f"{self.domain}, a whole number" if self.integer else str(self.domain)


class Group(Entry):
    """Players that have the same possibilities; ``size`` is a parameter, a number, or a formula such as ``n - k``."""

    short: ClassVar[str | None] = "size"

    name: Name
    size: Formula
    description: str = ""


class Action(Entry):
    """What every member of a group chooses at a stage: a real number, at least ``at_least``.

    With ``signed = true`` it may be any real number, as a subsidy that may be a tax.
    """

    short: ClassVar[str | None] = "by"

    name: Name
    by: str
    at_least: Formula = Field(default_factory=lambda: read_expression(0), validate_default=False)
    signed: bool = False
    unit: str = ""
    description: str = ""
    symbol: str = ""


def _read_market(value: object) -> Statement:
    """Read what clears a market."""
    try:
        return read_statement(value)
    except ExpressionError as error:
        raise ValueError(f"{error}; a market is written 'demand == supply', with two signs of equality") from None


class Price(Entry):
    """What nobody chooses: a price that everybody takes as given at a stage, and that equates ``demand == supply``."""

    short: ClassVar[str | None] = "clears"

    name: Name
    clears: Annotated[Statement, PlainValidator(_read_market), PlainSerializer(typed)]
    unit: str = ""
    description: str = ""
    symbol: str = ""

    @model_validator(mode="after")
    def _clears_is_an_equation(self) -> Self:
        if not isinstance(self.clears, Comparison) or self.clears.operators != ("==",):
            raise ValueError(f"found {typed(self.clears)!r}, expected an equation 'demand == supply'")
        return self


class Stage(Entry):
    """A moment at which actions are chosen, all of them seen by everybody before the next stage.

    Those who choose take the stage's ``prices`` as given; each clears its market once they have chosen.
    """

    name: Name
    actions: tuple[Action, ...]
    prices: tuple[Price, ...] = ()
    description: str = ""

    parts: ClassVar[dict[str, type[Entry]]] = {"actions": Action, "prices": Price}
    """The tables inside a stage."""

    @classmethod
    def from_document(cls, name: str, value: Any) -> Self:
        """Build a stage; its actions are a table from name to `Action`, its prices one from name to `Price`."""
        fields: dict[str, Any] = {"actions": {}} | dict(value)
        for key, kind in cls.parts.items():
            if key in fields and not isinstance(fields[key], tuple):
                fields[key] = tuple(kind.from_document(name, entry) for name, entry in fields[key].items())
        return super().from_document(name, fields)

    def to_document(self) -> Any:
        """Return the stage as a table."""
        document: dict[str, Any] = {"description": self.description} if self.description else {}
        for key in self.parts:
            if entries := getattr(self, key):
                document[key] = {entry.name: entry.to_document() for entry in entries}
        return document


class Definition(Entry):
    """A quantity that follows from the actions: of the market, or of each player (``for = "i in firms"``)."""

    short: ClassVar[str | None] = "is"

    name: Name
    each: Annotated[str, Field(alias="for", pattern=r"^([A-Za-z]\w* in [A-Za-z]\w*)?$")] = ""
    formula: Formula = Field(alias="is")
    unit: str = ""
    description: str = ""
    symbol: str = ""

    @property
    def index(self) -> str | None:
        """The index of the player whose quantity this is."""
        return self.each.split()[0] if self.each else None

    @property
    def group(self) -> str | None:
        """The group whose members each have this quantity."""
        return self.each.split()[2] if self.each else None


class Payoff(Entry):
    """What each member ``i`` of a group maximizes; ``outside`` is what it can have without taking part."""

    short: ClassVar[str | None] = "is"

    name: Name
    formula: Formula = Field(alias="is")
    outside: Formula = Field(default_factory=lambda: read_expression(0), validate_default=False)


class Requirement(Entry):
    """An inequality that an equilibrium must satisfy to mean anything, such as ``unit_cost[i] >= 0``."""

    short: ClassVar[str | None] = "is"

    statement: Claimed = Field(alias="is")
    meaning: str = ""
    source: str = ""


class NamedRegime(Entry):
    """A way of cooperating under its name; see `rdgames.game.sentences` for what a sentence can say."""

    short: ClassVar[str | None] = "is"

    name: RegimeName
    sentence: Annotated[Sentence, PlainValidator(Sentence.read), PlainSerializer(str)] = Field(alias="is")
    description: str = ""
    symbol: str = ""


class Abbreviation(Entry):
    """A name that papers give to a part of their formulas, such as ``D`` for ``b*gamma*(n + 1)**2``."""

    short: ClassVar[str | None] = "formula"

    name: Name
    formula: Formula
