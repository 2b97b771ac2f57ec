"""A game of research cooperation, as data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator

from rdgames.errors import ExpressionError, InputError, Mistake, ModelError, UnknownNameError
from rdgames.game.checks import find_mistakes
from rdgames.game.document import COMPETITION, MODEL_NAME, TABLES, read_document
from rdgames.game.entries import (
    Abbreviation,
    Action,
    Definition,
    Entry,
    Group,
    NamedRegime,
    Parameter,
    Payoff,
    Price,
    Requirement,
    Stage,
)
from rdgames.game.literature import Citation, Claim, Example, Published
from rdgames.game.scope import Scope, used_names
from rdgames.game.sentences import Sentence
from rdgames.game.typesetting import card, markdown
from rdgames.language.printer import typed
from rdgames.language.reader import read_statement
from rdgames.language.tree import Statement


class Game(BaseModel):
    """A game: groups of players, stages, what they choose, what follows, what each wants.

    Built from keywords that mirror the tables of a model file; formulas are text (``rdgames.language``) or SymPy
    expressions. A game built in Python and the same game read from a file are equal.

    Raises
    ------
    ModelError
        If anything is wrong with the game; every mistake is listed.

    Examples
    --------
    >>> game = Game(
    ...     name="cournot",
    ...     parameters={"a": "a > 0", "c": "c > 0", "n": {"domain": "n >= 1", "integer": True}},
    ...     groups={"firms": "n"},
    ...     stages={"output": {"actions": {"q": "firms"}}},
    ...     definitions={"price": "a - sum(q[j] for j in firms)"},
    ...     payoffs={"firms": "(price - c)*q[i]"},
    ...     regimes={"cartel": "firms choose q jointly and equally"},
    ... )
    >>> [regime.name for regime in game.regimes]
    ['competition', 'cartel']
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, ignored_types=(cached_property,)
    )

    name: str = Field(pattern=MODEL_NAME)
    title: str = ""
    summary: str = ""
    status: str = ""
    citation: Citation | None = None
    references: tuple[Citation, ...] = ()
    parameters: tuple[Parameter, ...]
    groups: tuple[Group, ...]
    stages: tuple[Stage, ...]
    definitions: tuple[Definition, ...] = ()
    payoffs: tuple[Payoff, ...]
    assumptions: tuple[Annotated[Statement, PlainValidator(read_statement), PlainSerializer(typed)], ...] = ()
    requirements: tuple[Requirement, ...] = ()
    regimes: tuple[NamedRegime, ...] = (COMPETITION,)
    abbreviations: tuple[Abbreviation, ...] = ()
    published: tuple[Published, ...] = ()
    claims: tuple[Claim, ...] = ()
    example: Example | None = None

    def __init__(self, /, **document: Any) -> None:
        super().__init__(**read_document(document, type(self).model_fields))

    @cached_property
    def parameter(self) -> Mapping[str, Parameter]:
        """The parameters by name."""
        return {parameter.name: parameter for parameter in self.parameters}

    @cached_property
    def action(self) -> Mapping[str, Action]:
        """The actions by name, in the order of the stages."""
        return {action.name: action for stage in self.stages for action in stage.actions}

    @cached_property
    def price(self) -> Mapping[str, Price]:
        """The prices that clear markets, by name, in the order of the stages."""
        return {price.name: price for stage in self.stages for price in stage.prices}

    @cached_property
    def definition(self) -> Mapping[str, Definition]:
        """The defined quantities by name."""
        return {definition.name: definition for definition in self.definitions}

    @cached_property
    def contract_parameters(self) -> frozenset[str]:
        """The parameters that only regimes use: shares of a contract, sizes of a consortium."""
        formulas = self.scope.formulas(self._entries())
        formulas += [requirement.statement for requirement in self.requirements]
        return frozenset(self.parameter) - used_names(formulas)

    @cached_property
    def symbols(self) -> Mapping[str, str]:
        """The LaTeX symbols of the names that have one."""
        tables = (self.parameter, self.action, self.price, self.definition)
        return {name: entry.symbol for table in tables for name, entry in table.items() if entry.symbol}

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """The names of everything that an equilibrium has a value for: actions, prices, then definitions."""
        return (*self.action, *self.price, *self.definition)

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome.

        Raises
        ------
        UnknownNameError
            If the game has no such outcome.
        """
        return self.entry(outcome).unit

    def entry(self, outcome: str) -> Definition | Action | Price:
        """Return what the game says of an outcome.

        Raises
        ------
        UnknownNameError
            If the game has no such outcome.
        """
        if outcome not in self.outcomes:
            raise UnknownNameError("outcome", outcome, self.outcomes)
        return self.definition.get(outcome) or self.action.get(outcome) or self.price[outcome]

    @cached_property
    def scope(self) -> Scope:
        """What the names in the game's formulas stand for."""
        return Scope.of(self._entries())

    def regime(self, regime: str) -> NamedRegime:
        """Return the regime of that name, or the one that a sentence describes.

        Raises
        ------
        UnknownNameError
            If there is no such regime and the text is no sentence (one word only).
        ModelError
            If the sentence cannot be read, or names what the game does not have.
        """
        named = {known.name: known for known in self.regimes}
        if regime in named:
            return named[regime]
        if len(regime.split()) == 1:
            raise UnknownNameError("regime", regime, named)
        source = f"the regime {regime!r}"
        try:
            sentence = Sentence.read(regime)
        except ExpressionError as error:
            raise ModelError([Mistake((), str(error))], source) from None
        # Named by what it says: a name with spaces, which no entry of a file can have.
        described = NamedRegime.model_construct(name=str(sentence), sentence=sentence, description="", symbol="")
        mistakes = find_mistakes(
            {**self._entries(), "regimes": (described,), "known_regimes": self.regimes}, only="regimes"
        )
        if mistakes:
            raise ModelError([Mistake((), mistake.problem) for mistake in mistakes], source)
        return described

    def to_document(self) -> dict[str, Any]:
        """Return the nested tables of the model file from which this game would be read."""
        document: dict[str, Any] = {}
        for key in type(self).model_fields:
            value = getattr(self, key)
            if key in TABLES:
                entries = [entry for entry in value if entry is not COMPETITION]
                document[key] = {entry.name: entry.to_document() for entry in entries}
            elif key == "published":
                document[key] = [entry.to_document() for entry in value]
            elif key == "assumptions":
                document[key] = [typed(statement) for statement in value]
            elif isinstance(value, Entry | Example):
                document[key] = value.to_document()
            else:
                document[key] = value
        return {key: value for key, value in document.items() if value}

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything that the game says, in its order; equal games have equal ones."""
        return hashlib.sha256(json.dumps(self.to_document()).encode()).hexdigest()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other fields, which knows nothing of what followed from the old ones."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

    def _entries(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in type(self).model_fields}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Game) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"Game({self.name!r})"

    def __str__(self) -> str:
        return card(self)

    def _repr_markdown_(self) -> str:
        return markdown(self)


def expect_game(value: object) -> None:
    """Check that a value is a game, and not the name of one.

    Raises
    ------
    InputError
        If it is something else.
    """
    if not isinstance(value, Game):
        raise InputError(f"found a {type(value).__name__}, expected a Game: load one with rd.load('name of a model')")
