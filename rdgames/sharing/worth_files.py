"""Games from files: a table of coalitions and what each is worth, as CSV or JSON.

A CSV file has the columns ``coalition`` and ``worth``, and a row for each coalition, its members joined by ``+``:
``Ann + Bob,5``. A JSON file maps coalitions, written likewise, to numbers: ``{"Ann": 1, "Bob": 2, "Ann + Bob": 5}``.
Players are numbered as they are first named. Numbers are read exactly, so that shares are exact too.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from rdgames.errors import InputError, Mistake
from rdgames.game.values import read_value
from rdgames.sharing.folding import Table
from rdgames.sharing.members import file_text, listed, records
from rdgames.sharing.tables import tabulate

_COLUMNS = ("coalition", "worth")

Entry = tuple[str, str, int | None]
"""A coalition as written, what it is worth as written, and the line if that is known."""


def read_worth(path: str | os.PathLike[str], names: Sequence[str] = ()) -> tuple[Table, tuple[str, ...]]:
    """Return a game from a file, of fractions, and the names of its players.

    Parameters
    ----------
    path
        A file ending in ``.csv`` or ``.json``; see this module for what it says.
    names
        The players in order; as they are first named in the file if left out.

    Raises
    ------
    InputError
        If there is no such file, or it has mistakes: a coalition missing or given twice, a member named twice in one,
        what is no number. All are listed, each with its line.
    """
    text, kind = file_text(path, (".csv", ".json"))
    entries, mistakes = _of_csv(text) if kind == ".csv" else _of_json(text, str(path))
    found: dict[frozenset[str], Fraction] = {}
    first: dict[frozenset[str], str] = {}
    seen: dict[str, None] = {}
    for written, number, line in entries:
        who = [name.strip() for name in written.split("+")]
        problems = [f"names {name!r} twice" for name, times in Counter(who).items() if times > 1]
        problems += ["has a member without a name"] if "" in who else []
        coalition = frozenset(who)
        if coalition in first:
            problems.append(f"is given again, after {first[coalition]}")
        try:
            found[coalition] = Fraction(read_value("worth", number))
        except InputError:
            problems.append(f"is worth {number!r}, expected a number")
        first.setdefault(coalition, f"line {line}" if line else repr(written))
        seen |= dict.fromkeys(who)
        mistakes += [Mistake((), f"the coalition {written!r} {problem}", line) for problem in problems]
    if not entries and not mistakes:
        mistakes.append(Mistake((), "found no coalitions, expected the worth of each"))
    if mistakes:
        raise InputError(listed(str(path), mistakes))
    players = tuple(names or seen)
    try:
        return tabulate({tuple(coalition): number for coalition, number in found.items()}, players), players
    except InputError as error:
        raise InputError(listed(str(path), [Mistake((), str(error))])) from None


def _of_csv(text: str) -> tuple[list[Entry], list[Mistake]]:
    columns, rows, mistakes = records(text)
    lower = [column.lower() for column in columns]
    if not columns:
        return [], mistakes
    if sorted(lower) != sorted(_COLUMNS):
        problem = f"found the columns {', '.join(columns)}, expected coalition and worth"
        return [], [Mistake((), f"{problem}; join members by +, as in Ann + Bob", 1)]
    who, what = lower.index("coalition"), lower.index("worth")
    return [(row[who], row[what], line) for line, row in rows], mistakes


def _of_json(text: str, source: str) -> tuple[list[Entry], list[Mistake]]:
    try:
        pairs = json.loads(text, object_pairs_hook=list, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        raise InputError(f"cannot read {source} as JSON: {error}") from None
    except RecursionError:
        raise InputError(f"cannot read {source} as JSON: lists lie in lists without end") from None
    if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
        expected = 'expected an object such as {"Ann": 1, "Bob": 2, "Ann + Bob": 5}'
        return [], [Mistake((), f"found no table of coalitions, {expected}")]
    return [(coalition, str(number), None) for coalition, number in pairs], []


def _is_pair(pair: object) -> bool:
    return isinstance(pair, tuple) and isinstance(pair[0], str)
