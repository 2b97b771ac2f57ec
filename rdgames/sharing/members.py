"""Members from practice: who they are, and what each bears and brings in, from a table that anybody can keep.

A CSV file has a row for each member, in the order of the players of the game; a TOML file has a ``[[member]]`` each.
``name`` is needed, all else may be left out:

type
    What kind of member it is, in words.
cost, efficiency
    Numbers, for parameters of a game: see `Members.parameters`. A member may have none.
risk_share, knowledge_share
    Which part of the risk it bears, of the knowledge it brings in: not negative, together 1.
outlay
    What it spends: not negative.

Further columns are numbers for the parameters of a game that they have the names of.
"""

from __future__ import annotations

import csv
import io
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from rdgames.errors import InputError, Mistake, did_you_mean
from rdgames.game.game import Game
from rdgames.game.values import read_value
from rdgames.modelfile.locating import lines_of, nearest_line

WORDS = ("name", "type")
SHARES = ("risk_share", "knowledge_share")
AMOUNTS = ("outlay",)
NUMBERS = ("cost", "efficiency")
COLUMNS = (*WORDS, *NUMBERS, *SHARES, *AMOUNTS)
"""What is known of members whatever the game."""

_ROUNDING = Fraction(1, 10**9)
"""How far shares may be from 1 together, since thirds are no decimals: as far as rules let them."""


@dataclass(frozen=True)
class Members:
    """The members of a consortium, in the order of the players of the game.

    Attributes
    ----------
    names
        What they are called.
    types
        What kind of member each is, in words; empty where that is not said.
    columns
        Numbers of each member by what they are; None for a member that has none.
    """

    names: tuple[str, ...]
    types: tuple[str, ...]
    columns: Mapping[str, tuple[Fraction | None, ...]]

    def numbers(self, column: str) -> list[Fraction]:
        """Return a number of each member.

        Raises
        ------
        InputError
            If there is no such column, or a member has no number in it.
        """
        if column not in self.columns:
            raise InputError(f"members have no column {column!r}{did_you_mean(column, self.columns)}")
        lacking = [name for name, number in zip(self.names, self.columns[column], strict=True) if number is None]
        if lacking:
            raise InputError(f"found no {column} of {', '.join(lacking)}, expected a number of each member")
        return [number for number in self.columns[column] if number is not None]

    def parameters(self, game: Game, columns: Mapping[str, str] | None = None) -> dict[str, Fraction]:
        """Return the values that members give to the parameters of a game of single players.

        The first member is the first player, and so on. What the column ``c`` has for the player ``firms_2`` is the
        value of ``c_2``.

        Parameters
        ----------
        game
            A game of single players, such as `rdgames.game.explicit.explicit` returns.
        columns
            Which column is for which parameter where names differ, such as ``{"c": "cost"}``.

        Raises
        ------
        InputError
            If there are other numbers of members and players, no such column or parameter, or two members for the same
            parameter; all mistakes are listed.
        """
        players = [group.name for group in game.groups]
        if len(players) != len(self.names):
            members = "1 member" if len(self.names) == 1 else f"{len(self.names)} members"
            raise InputError(
                f"found {members} ({', '.join(self.names)}) for {len(players)} players "
                f"({', '.join(players)}), expected as many, in the same order"
            )
        chosen = {name: name for name in self.columns if name not in COLUMNS} | dict(columns or {})
        found: dict[str, Fraction] = {}
        giver: dict[str, str] = {}
        problems = []
        for stem, column in chosen.items():
            if column not in self.columns:
                problems.append(f"members have no column {column!r}{did_you_mean(column, self.columns)}")
                continue
            for member, player, number in zip(self.names, players, self.columns[column], strict=True):
                name = f"{stem}_{player.rpartition('_')[2]}"
                if number is None:
                    continue
                if name not in game.parameter:
                    remedy = f"; to let players differ in {stem}: explicit(game, different=[{stem!r}], ...)"
                    problems.append(
                        f"{member} has a {column}, but the game has no parameter {name}"
                        f"{remedy if stem in game.parameter else did_you_mean(name, game.parameter)}"
                    )
                elif name in giver:
                    problems.append(f"{giver[name]} and {member} both have a {column} for the parameter {name}")
                else:
                    found[name], giver[name] = number, member
        if problems:
            raise InputError("; ".join(problems))
        return found


@dataclass(frozen=True)
class Row:
    """What a file says of one member: texts by column, and the line of each."""

    cells: Mapping[str, str]
    lines: Mapping[str, int | None]
    line: int | None

    def mistake(self, column: str, problem: str) -> Mistake:
        """Return a mistake at its place."""
        return Mistake((column,), problem, self.lines.get(column, self.line))


def read_members(path: str | os.PathLike[str], parameters: Iterable[str] = ()) -> Members:
    """Read members from a CSV or TOML file.

    Parameters
    ----------
    path
        A file ending in ``.csv`` or ``.toml``; see this module for what it may say.
    parameters
        Further columns that there may be, by name: parameters in which members differ, such as ``c`` and ``gamma``.

    Raises
    ------
    InputError
        If there is no such file, or it has mistakes: unknown columns, names used twice, what is no number, a negative
        share or outlay, shares that do not add up to 1. All are listed, each with its line.
    """
    text, kind = file_text(path, (".csv", ".toml"))
    rows, mistakes = _rows_of_csv(text) if kind == ".csv" else _rows_of_toml(text, str(path))
    known = (*COLUMNS, *parameters)
    mistakes += _mistakes_of_spelling(rows[: 1 if kind == ".csv" else None], known, 1 if kind == ".csv" else None)
    rows = [_with_known_names(row, known) for row in rows]
    columns = list(dict.fromkeys(column for row in rows for column in row.cells))
    for column in columns:
        if column not in known:
            first = next(row for row in rows if column in row.cells)
            place = 1 if kind == ".csv" else first.lines.get(column)
            remark = f"found the column {column!r}{did_you_mean(column, known)}, expected some of {', '.join(known)}"
            mistakes.append(Mistake((), remark, place))
    if not rows and not mistakes:
        mistakes.append(Mistake((), "found no members, expected a line for each", None))
    mistakes += _mistakes_of_names(rows)
    numbers = {}
    for column in columns:
        if column in known and column not in WORDS:
            numbers[column], wrong = _read_column(column, rows, 1 if kind == ".csv" else None)
            mistakes += wrong
    if mistakes:
        raise InputError(listed(str(path), mistakes))
    names, types = (tuple(row.cells.get(column, "") for row in rows) for column in WORDS)
    return Members(names, types, numbers)


def file_text(path: str | os.PathLike[str], kinds: Sequence[str]) -> tuple[str, str]:
    """Return what is written in a file, and its suffix, which must be one of some kinds."""
    kind = Path(path).suffix.lower()
    if kind not in kinds:
        raise InputError(f"found the file {path}, expected one ending in {' or '.join(kinds)}")
    try:
        return Path(path).read_text(encoding="utf-8-sig"), kind
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"cannot read {path}: found bytes that are no UTF-8; save it in UTF-8") from None


def listed(source: str, mistakes: Iterable[Mistake]) -> str:
    """Return the mistakes of a file, a line for each, in the order of the file."""
    ordered = sorted(mistakes, key=lambda mistake: mistake.line or 0)
    head = f"{source} has {len(ordered)} mistake{'s' * (len(ordered) != 1)}:"
    return "\n".join([head, *(f"  {mistake}" for mistake in ordered)])


def records(text: str) -> tuple[list[str], list[tuple[int, list[str]]], list[Mistake]]:
    """Return the columns of a CSV text, its records with their lines, and what is wrong with their lengths.

    Semicolons divide cells where the first line has them and no commas.
    """
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in first and "," not in first else ",")
    found, line = [], 1
    for cells in reader:
        if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
            found.append((line, [cell.strip() for cell in cells]))
        line = reader.line_num + 1
    if not found:
        return [], [], [Mistake((), "found nothing, expected a line with the names of columns, and lines below it", 1)]
    (head, columns), *rest = found
    twice = [column for column in dict.fromkeys(columns) if columns.count(column) > 1]
    mistakes = [Mistake((), f"found the column {column!r} twice", head) for column in twice]
    for line, cells in rest:
        if len(cells) != len(columns):
            expected = f"expected {len(columns)}: {', '.join(columns)}"
            mistakes.append(Mistake((), f"found {len(cells)} cells, {expected}", line))
    return columns, [(line, cells) for line, cells in rest if len(cells) == len(columns)], mistakes


def _rows_of_csv(text: str) -> tuple[list[Row], list[Mistake]]:
    columns, found, mistakes = records(text)
    return [Row(dict(zip(columns, cells, strict=True)), {}, line) for line, cells in found], mistakes


def _rows_of_toml(text: str, source: str) -> tuple[list[Row], list[Mistake]]:
    try:
        document = tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"cannot read {source} as TOML: {error}") from None
    except RecursionError:
        raise InputError(f"cannot read {source} as TOML: lists lie in lists without end") from None
    lines = lines_of(text)
    mistakes = [
        Mistake((key,), f"found this entry{did_you_mean(key, ['member'])}, expected [[member]]", lines.get((key,)))
        for key in document
        if key != "member"
    ]
    tables = document.get("member", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return [], [*mistakes, Mistake(("member",), "expected a [[member]] for each member", lines.get(("member",)))]
    rows = []
    for place, table in enumerate(tables):
        at = {column: nearest_line(lines, ("member", str(place), column)) for column in table}
        mistakes += [
            Mistake((column,), f"found {table[column]!r}, expected a text in quotes", at[column])
            for column in WORDS
            if not isinstance(table.get(column, ""), str | int)
        ]
        rows.append(Row({column: str(value) for column, value in table.items()}, at, lines.get(("member", str(place)))))
    return rows, mistakes


def _known_name(column: str, known: Sequence[str]) -> str:
    """Return ``risk_share`` for ``Risk share``."""
    plain = column.lower().replace(" ", "_").replace("-", "_")
    return plain if column not in known and plain in known else column


def _mistakes_of_spelling(rows: Sequence[Row], known: Sequence[str], head: int | None) -> list[Mistake]:
    """Return which columns are the same, spelled in two ways."""
    mistakes = []
    for row in rows:
        first: dict[str, str] = {}
        for column in row.cells:
            name = _known_name(column, known)
            if name in first:
                problem = f"found the columns {first[name]!r} and {column!r}, which are the same"
                mistakes.append(Mistake((), problem, head or row.lines.get(column)))
            first.setdefault(name, column)
    return mistakes


def _with_known_names(row: Row, known: Sequence[str]) -> Row:
    """Return a row whose columns have their known names."""
    names = {column: _known_name(column, known) for column in row.cells}
    cells = {names[column]: text for column, text in row.cells.items()}
    return Row(cells, {names[column]: line for column, line in row.lines.items()}, row.line)


def _mistakes_of_names(rows: Sequence[Row]) -> list[Mistake]:
    mistakes = []
    first: dict[str, Row] = {}
    for row in rows:
        name = row.cells.get("name", "")
        if not name:
            mistakes.append(row.mistake("name", "found no name, expected one for each member"))
        elif name in first:
            where = first[name].lines.get("name", first[name].line)
            mistakes.append(
                row.mistake("name", f"found {name!r} again, which is the name of the member of line {where}")
            )
        first.setdefault(name, row)
    return mistakes


def _read_column(
    column: str, rows: Sequence[Row], head: int | None
) -> tuple[tuple[Fraction | None, ...], list[Mistake]]:
    """Return the numbers of a column, and what is wrong with them."""
    needed = column in SHARES + AMOUNTS
    numbers: list[Fraction | None] = []
    mistakes: list[Mistake] = []
    for row in rows:
        text = row.cells.get(column, "")
        number: Fraction | None = None
        if text:
            try:
                number = Fraction(read_value(column, text))
            except InputError:
                mistakes.append(row.mistake(column, f"found {text!r}, expected a number such as 0.25 or 1/3"))
        elif needed:
            mistakes.append(row.mistake(column, "found nothing, expected a number"))
        if needed and number is not None and number < 0:
            mistakes.append(row.mistake(column, f"found {text}, expected at least 0"))
        numbers.append(number)
    total = sum((number for number in numbers if number is not None), Fraction(0))
    if column in SHARES and not mistakes and abs(total - 1) > _ROUNDING:
        remedy = "divide each by their sum"
        mistakes.append(Mistake((column,), f"shares add up to {float(total):.6g}, expected 1 ({remedy})", head))
    elif column in SHARES and not mistakes:
        numbers = [number / total for number in numbers if number is not None]  # exactly 1, for exact rules
    return tuple(numbers), mistakes
