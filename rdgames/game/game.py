"""A game of research cooperation, as data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, ValidationError

from rdgames.errors import ExpressionError, Mistake, ModelError, UnknownNameError, did_you_mean
from rdgames.game.checks import complete, find_mistakes
from rdgames.game.entries import (
    Abbreviation,
    Action,
    Citation,
    Claim,
    Definition,
    Entry,
    Example,
    Group,
    NamedRegime,
    Parameter,
    Payoff,
    Published,
    Requirement,
    Stage,
)
from rdgames.game.scope import Scope
from rdgames.game.sentences import Sentence
from rdgames.language.printer import typed
from rdgames.language.reader import read_statement
from rdgames.language.tree import Statement

COMPETITION = NamedRegime.from_document(
    "competition", {"is": "", "description": "every player decides alone, for its own payoff", "symbol": "N"}
)

_TABLES: dict[str, type[Entry]] = {
    "references": Citation,
    "parameters": Parameter,
    "groups": Group,
    "stages": Stage,
    "definitions": Definition,
    "payoffs": Payoff,
    "requirements": Requirement,
    "regimes": NamedRegime,
    "abbreviations": Abbreviation,
    "claims": Claim,
}


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

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
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

    def __init__(self, **document: Any) -> None:
        super().__init__(**_checked(document))

    @cached_property
    def parameter(self) -> Mapping[str, Parameter]:
        """The parameters by name."""
        return {parameter.name: parameter for parameter in self.parameters}

    @cached_property
    def action(self) -> Mapping[str, Action]:
        """The actions by name, in the order of the stages."""
        return {action.name: action for stage in self.stages for action in stage.actions}

    @cached_property
    def definition(self) -> Mapping[str, Definition]:
        """The defined quantities by name."""
        return {definition.name: definition for definition in self.definitions}

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """The names of everything that an equilibrium has a value for: actions, then definitions."""
        return (*self.action, *self.definition)

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome.

        Raises
        ------
        UnknownNameError
            If the game has no such outcome.
        """
        if outcome not in self.outcomes:
            raise UnknownNameError("outcome", outcome, self.outcomes)
        return (self.definition.get(outcome) or self.action[outcome]).unit

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
        try:
            sentence = Sentence.read(regime)
        except ExpressionError as error:
            raise ModelError([Mistake(("regime",), str(error))]) from None
        described = NamedRegime(name="described", sentence=sentence, description=str(sentence))
        mistakes = find_mistakes({**self._entries(), "regimes": (described,)}, only="regimes")
        if mistakes:
            raise ModelError(mistakes, f"the regime {regime!r}")
        return described

    def to_document(self) -> dict[str, Any]:
        """Return the nested tables of the model file from which this game would be read."""
        document: dict[str, Any] = {}
        for key in type(self).model_fields:
            value = getattr(self, key)
            if key in _TABLES:
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
        """A hash of everything that the game says; equal games have equal ones."""
        return hashlib.sha256(json.dumps(self.to_document(), sort_keys=True).encode()).hexdigest()

    def _entries(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in type(self).model_fields}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Game) and self.to_document() == other.to_document()

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"Game({self.name!r})"

    def _repr_latex_(self) -> str:
        from_stages = ", ".join(f"{s.name}: {', '.join(a.name for a in s.actions)}" for s in self.stages)
        return f"{self.title or self.name} ({from_stages})"


def _checked(document: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of a document, or raise with every mistake in it."""
    mistakes: list[Mistake] = []
    fields: dict[str, Any] = {}
    for key, value in document.items():
        if key not in Game.model_fields:
            mistakes.append(Mistake((key,), _unknown_key(key, Game.model_fields)))
        elif key in _TABLES:
            fields[key] = _read_table(key, value, _TABLES[key], mistakes)
        elif (field := _read_field(key, value, mistakes)) is not None:
            fields[key] = field
    for key, info in Game.model_fields.items():
        if info.is_required() and key not in document:
            mistakes.append(Mistake((key,), f"found nothing, expected {_SHAPES[key]}"))
            fields[key] = ()
        elif info.is_required() and key in _TABLES and not document[key]:
            mistakes.append(Mistake((key,), f"found an empty table, expected {_SHAPES[key]}"))
    regimes = fields.get("regimes", ())
    if not any(regime.name == COMPETITION.name for regime in regimes):
        fields["regimes"] = (COMPETITION, *regimes)
    fields = complete(fields)
    broken = _names_in(document, mistakes)
    # What only says that a broken entry is missing follows from the mistake in that entry.
    mistakes += [m for m in find_mistakes(fields) if not any(repr(name) in m.problem for name in broken)]
    if mistakes:
        order = list(document)
        raise ModelError(sorted(mistakes, key=lambda m: order.index(m.key[0]) if m.key[0] in order else -1))
    return fields


def _names_in(document: dict[str, Any], mistakes: list[Mistake]) -> set[str]:
    """Return the names of the entries that could not be read, and of the actions of such stages."""
    broken = {mistake.key[1] for mistake in mistakes if len(mistake.key) > 1}
    stages = document.get("stages")
    for name, stage in stages.items() if isinstance(stages, dict) else ():
        if name in broken and isinstance(stage, dict) and isinstance(stage.get("actions"), dict):
            broken |= set(stage["actions"])
    return broken


_SHAPES = {
    "name": "a name in lower case with hyphens, such as 'my-game'",
    "parameters": "a table such as a = 'a > 0'",
    "groups": "a table from group to size, such as firms = 'n'",
    "stages": "a table of stages, such as research = { actions = { x = 'firms' } }",
    "payoffs": "a table from group to what member i maximizes, such as firms = 'profit[i]'",
}


def _read_table(key: str, table: Any, kind: type[Entry], mistakes: list[Mistake]) -> tuple[Entry, ...]:
    if not isinstance(table, dict):
        mistakes.append(Mistake((key,), f"found a {type(table).__name__}, expected a table from name to entry"))
        return ()
    entries = []
    for name, value in table.items():
        try:
            entries.append(value if isinstance(value, kind) else kind.from_document(name, value))
        except ValidationError as error:
            mistakes += _mistakes_of(error, (key, name), kind)
        except (TypeError, ValueError, AttributeError):
            mistakes.append(
                Mistake((key, name), f"found a {type(value).__name__}, expected a table of {_fields_of(kind)}")
            )
    return tuple(entries)


def _read_field(key: str, value: Any, mistakes: list[Mistake]) -> Any:
    try:
        if key == "citation":
            return value if isinstance(value, Citation) else Citation.from_document("citation", value)
        if key == "example":
            return value if isinstance(value, Example) else Example.from_document(value)
        if key == "published":
            return tuple(_read_published(value, mistakes))
        if key == "assumptions":
            return tuple(_read_assumptions(value, mistakes))
    except ValidationError as error:
        mistakes += _mistakes_of(error, (key,), Example if key == "example" else Citation)
        return None
    except (TypeError, ValueError):
        mistakes.append(Mistake((key,), f"found a {type(value).__name__}, expected a table"))
        return None
    if not isinstance(value, str):
        mistakes.append(Mistake((key,), f"found a {type(value).__name__}, expected text"))
        return None
    if key == "name" and not _is_model_name(value):
        mistakes.append(Mistake((key,), f"found {value!r}, expected {_SHAPES['name']}"))
    return value


def _is_model_name(name: str) -> bool:
    return bool(name) and all(part.isalnum() and part == part.lower() for part in name.split("-"))


def _read_published(value: Any, mistakes: list[Mistake]) -> Iterable[Published]:
    for number, fields in enumerate(value):
        try:
            yield (
                fields if isinstance(fields, Published) else Published.model_validate({"name": str(number), **fields})
            )
        except ValidationError as error:
            mistakes += _mistakes_of(error, ("published", str(number)), Published)


def _read_assumptions(value: Any, mistakes: list[Mistake]) -> Iterable[Statement]:
    for number, text in enumerate([value] if isinstance(value, str) else value):
        try:
            yield read_statement(text)
        except ExpressionError as error:
            mistakes.append(Mistake(("assumptions", str(number)), str(error)))


def _fields_of(kind: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in kind.model_fields.items() if name != "name"]


def _unknown_key(key: str, known: Iterable[str]) -> str:
    return f"found an unknown key{did_you_mean(key, known)}, expected one of {', '.join(known)}"


def _mistakes_of(error: ValidationError, place: tuple[str, ...], kind: type[BaseModel]) -> Iterable[Mistake]:
    """Say pydantic's findings in our words."""
    for finding in error.errors(include_url=False):
        key = (*place, *(str(part) for part in finding["loc"]))
        if finding["type"] == "extra_forbidden":
            yield Mistake(key, _unknown_key(key[-1], _fields_of(kind)))
        elif finding["type"] == "missing":
            yield Mistake(key, "found nothing, expected an entry")
        elif finding["type"] == "value_error":
            yield Mistake(key, str(finding["ctx"]["error"]))
        elif finding["type"] == "string_pattern_mismatch" and key[-1] == "name":
            yield Mistake(
                place,
                f"found the name {finding['input']!r}, expected letters, digits and underscores, a letter first",
            )
        else:
            yield Mistake(key, f"found {finding['input']!r:.60}; {finding['msg'][0].lower()}{finding['msg'][1:]}")
