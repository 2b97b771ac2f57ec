"""From the nested tables of a model file to the entries of a game, with everything that is wrong with them.

Reading goes on behind a mistake, but says nothing that only follows from it: a misspelled table is read as what it was
meant to be, and the names of entries that could not be read are believed (`Scope.doubting`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rdgames.errors import ExpressionError, Mistake, ModelError, did_you_mean, nearest_name
from rdgames.game.checks import MAX_MISTAKES, complete, find_mistakes
from rdgames.game.entries import (
    Abbreviation,
    Definition,
    Entry,
    Group,
    NamedRegime,
    Parameter,
    Payoff,
    Requirement,
    Stage,
    shown,
)
from rdgames.game.literature import Citation, Claim, Example, Published
from rdgames.language.reader import read_statement
from rdgames.language.tree import Statement

MAX_ENTRIES = 200
"""How many entries a table may have; published games have fewer than thirty."""

COMPETITION = NamedRegime.from_document(
    "competition", {"is": "", "description": "every player decides alone, for its own payoff", "symbol": "N"}
)

TABLES: dict[str, type[Entry]] = {
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

_SHAPES = {
    "name": "a name in lower case with hyphens, such as 'my-game'",
    "parameters": "a table such as a = 'a > 0'",
    "groups": "a table from group to size, such as firms = 'n'",
    "stages": "a table of stages, such as research = { actions = { x = 'firms' } }",
    "payoffs": "a table from group to what member i maximizes, such as firms = 'profit[i]'",
}
"""What a game cannot do without."""

_MEANING = {"parameters", "groups", "stages", "definitions"}
"""The tables that say what the names in formulas mean."""

MODEL_NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Key = tuple[str, ...]
T = TypeVar("T")


def read_document(document: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """Return the entries of a document; ``keys`` are those that it may have.

    Raises
    ------
    ModelError
        If anything is wrong with it; every mistake is listed.
    """
    reader = _Reader(keys)
    fields = reader.fields(document)
    if not reader.unread & _MEANING:  # else no name can be judged
        fields = complete(fields)
        reader.mistakes += reader.independent(find_mistakes(fields, broken=reader.broken))
    if reader.mistakes:
        raise ModelError(reader.listing(document))
    return fields


class _Reader:
    """Reads entries one by one, and notes what is wrong with each.

    ``written`` has the key under which a table stands in the document; ``unread`` the tables, and ``broken`` the
    entries, that could not be read.
    """

    def __init__(self, keys: Collection[str]) -> None:
        self.keys = keys
        self.written: dict[str, str] = {}
        self.mistakes: list[Mistake] = []
        self.unread: set[str] = set()
        self.broken: set[Key] = set()

    def note(self, key: Key, problem: str) -> None:
        self.mistakes.append(Mistake(key, problem))

    def fields(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return what can be read of a document."""
        self.written = self.spelled((), document, self.keys)
        fields: dict[str, Any] = {}
        for key, written in self.written.items():
            if key in TABLES:
                fields[key] = self.table((key,), document[written], TABLES[key])
            elif (field := self.field(key, document[written])) is not None:
                fields[key] = field
        for key in _unknown_keys(document, [*self.keys, *self.written.values()]):
            meant = nearest_name(key, self.keys) or ""  # part of a table, while another part is spelled right
            for entry in self.table((key,), document[key], TABLES[meant]) if meant in TABLES else ():
                self.broken |= {(meant, entry.name), *((meant, part.name) for part in _parts_of(entry))}
        for key, shape in _SHAPES.items():
            empty = key in self.written and document[self.written[key]] == {}
            if empty or key not in self.written:
                self.note((key,), f"found {'an empty table' if empty else 'nothing'}, expected {shape}")
                self.unread.add(key)
        regimes = fields.get("regimes", ())
        if not any(regime.name == COMPETITION.name for regime in regimes):
            fields["regimes"] = (COMPETITION, *regimes)
        return fields

    def spelled(self, place: Key, table: Mapping[str, Any], known: Collection[str]) -> dict[str, str]:
        """Return the known keys of a table, each with the key that stands there for it; note the others."""
        written = {key: key for key in table if key in known}
        for key in _unknown_keys(table, known):
            self.note((*place, key), _unknown_key(key, known))
            meant = nearest_name(key, known)
            if meant:
                written.setdefault(meant, key)
        return written

    def table(self, place: Key, table: Any, kind: type[Entry]) -> tuple[Any, ...]:
        """Return the entries of a table from name to entry."""
        if not isinstance(table, dict) or len(table) > MAX_ENTRIES:
            found = f"{len(table)} entries" if isinstance(table, dict) else f"a {type(table).__name__}"
            self.note(place, f"found {found}, expected a table from name to entry, of at most {MAX_ENTRIES} entries")
            self.unread.add(place[0])
            return ()
        entries = (self.entry((*place, str(name)), name, value, kind) for name, value in table.items())
        return tuple(entry for entry in entries if entry is not None)

    def entry(self, place: Key, name: Any, value: Any, kind: type[Entry]) -> Entry | None:
        """Return an entry, or None if it cannot be read."""
        if isinstance(value, kind):
            return value
        if isinstance(value, dict):
            value = {key: value[written] for key, written in self.spelled(place, value, _fields_of(kind)).items()}
            for key, part in Stage.parts.items() if kind is Stage else ():
                if isinstance(value.get(key), dict):
                    value[key] = self.table((*place, key), value[key], part)
        entry = self.validated(place, kind, value, lambda: kind.from_document(name, value))
        if entry is None:
            self.broken |= {place, *((*place, part.name) for part in _parts_in(value))}
        return entry

    def validated(self, place: Key, kind: type[BaseModel], value: Any, read: Callable[[], T]) -> T | None:
        """Return what ``read`` does, or None if it finds mistakes."""
        try:
            return read()
        except ValidationError as error:
            self.mistakes += _mistakes_of(error, place, kind)
        except (TypeError, ValueError, AttributeError):
            self.note(place, f"found {shown(value)}, expected a table of {', '.join(_fields_of(kind))}")
        return None

    def field(self, key: str, value: Any) -> Any:
        """Return what is no table of entries."""
        match key:
            case "citation":
                return self.entry((key,), key, value, Citation)
            case "example":
                return self.example(value)
            case "published":
                return self.items(key, value, lambda place, item: self.entry(place, place[-1], item, Published))
            case "assumptions":
                return self.items(key, [value] if isinstance(value, str) else value, self.assumption)
        if not isinstance(value, str):
            self.note((key,), f"found a {type(value).__name__}, expected text")
            return None
        if key == "name" and not re.fullmatch(MODEL_NAME, value):
            self.note((key,), f"found {value!r:.60}, expected {_SHAPES['name']}")
        return value

    def example(self, value: Any) -> Example | None:
        if isinstance(value, dict):
            written = self.spelled(("example",), value, _fields_of(Example))
            value = {key: value[where] for key, where in written.items()}
        elif isinstance(value, Example):
            return value
        return self.validated(("example",), Example, value, lambda: Example.from_document(value))

    def items(self, key: str, items: Any, read: Callable[[Key, Any], T | None]) -> tuple[T, ...]:
        """Return published formulas, or assumptions; each stands under its number."""
        if not isinstance(items, list | tuple) or len(items) > MAX_ENTRIES:
            found = f"{len(items)} entries" if isinstance(items, list | tuple) else f"a {type(items).__name__}"
            self.note((key,), f"found {found}, expected a list of at most {MAX_ENTRIES} entries")
            return ()
        entries = (read((key, str(number)), item) for number, item in enumerate(items))
        return tuple(entry for entry in entries if entry is not None)

    def assumption(self, place: Key, value: Any) -> Statement | None:
        try:
            return read_statement(value)
        except ExpressionError as error:
            self.note(place, str(error))
            return None

    def independent(self, later: Iterable[Mistake]) -> list[Mistake]:
        """Return the mistakes that are not about something of which something is wrong already."""
        known = {mistake.key for mistake in self.mistakes}

        def related(key: Key) -> bool:
            return any(key[: len(one)] == one or one[: len(key)] == key for one in known)

        return [mistake for mistake in later if not related(mistake.key)]

    def listing(self, document: Mapping[str, Any]) -> list[Mistake]:
        """Return the mistakes in the order of the document, under the keys that stand there."""
        order = {key: place for place, key in enumerate(document)}
        placed = (replace(m, key=(self.written.get(m.key[0], m.key[0]), *m.key[1:])) for m in self.mistakes)
        listed = sorted(dict.fromkeys(placed), key=lambda mistake: order.get(mistake.key[0], -1))
        if len(listed) > MAX_MISTAKES:
            return [Mistake((), f"found too many mistakes; here are {MAX_MISTAKES}"), *listed[:MAX_MISTAKES]]
        return listed


def _parts_of(entry: Entry) -> Iterable[Entry]:
    """Return the actions and prices of a stage, nothing of any other entry."""
    return (*entry.actions, *entry.prices) if isinstance(entry, Stage) else ()


def _parts_in(value: Any) -> Iterable[Entry]:
    """Return what could be read of a stage that could not be read as a whole."""
    tables = [value.get(key) for key in Stage.parts] if isinstance(value, dict) else []
    return [part for table in tables if isinstance(table, tuple) for part in table if isinstance(part, Entry)]


def _fields_of(kind: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in kind.model_fields.items() if name != "name"]


def _unknown_keys(table: Mapping[str, Any], known: Collection[str]) -> list[str]:
    """Return the keys of a table that are not known, as many as anybody wants to read of."""
    return [key for key in map(str, table) if key not in known][: MAX_MISTAKES + 1]


def _unknown_key(key: str, known: Iterable[str]) -> str:
    return f"found the unknown key {key!r:.60}{did_you_mean(key, known)}, expected one of {', '.join(known)}"


def _mistakes_of(error: ValidationError, place: Key, kind: type[BaseModel]) -> Iterable[Mistake]:
    """Say pydantic's findings in our words; of a name that cannot be one, nothing else is said."""
    findings = error.errors(include_url=False)
    for finding in [one for one in findings if one["loc"] == ("name",)] or findings:
        key = (*place, *(str(part) for part in finding["loc"]))
        if finding["type"] == "model_type":
            yield Mistake(key, f"found {shown(finding['input'])}, expected a table of {', '.join(_fields_of(kind))}")
        elif finding["type"] == "missing":
            yield Mistake(key, "found nothing, expected an entry")
        elif finding["type"] == "value_error":
            yield Mistake(place if key[-1] == "name" else key, str(finding["ctx"]["error"]))
        elif finding["type"] == "string_pattern_mismatch" and key[-1] == "name":
            hyphens = ", inner hyphens" if "-[" in finding["ctx"]["pattern"] else ""
            found = f"found the name {finding['input']!r:.60}"
            yield Mistake(place, f"{found}, expected letters, digits and underscores{hyphens}, a letter first")
        else:
            message = finding["msg"]
            yield Mistake(key, f"found {shown(finding['input'])}; {message[:1].lower()}{message[1:]}")
