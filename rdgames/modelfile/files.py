"""Games read from TOML files and written to them."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from rdgames.errors import InputError, Mistake, ModelError
from rdgames.game.document import TABLES
from rdgames.game.entries import Entry, Stage
from rdgames.game.game import Game
from rdgames.modelfile.extending import extended
from rdgames.modelfile.locating import lines_of, nearest_line
from rdgames.writing import whole_file

MAX_BYTES = 1_000_000
MAX_DOTS = 100


def read_game(path: str | os.PathLike[str]) -> Game:
    """Read a game from a model file.

    Raises
    ------
    InputError
        If there is no such file, or it is no text.
    ModelError
        If the text is no game; every mistake is listed with its line.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None
    if len(content) > MAX_BYTES:
        raise ModelError(
            [Mistake((), f"found more than {MAX_BYTES} bytes, expected a model file of at most that")],
            str(path),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ModelError(
            [Mistake((), "found bytes that are no UTF-8, expected a text file", line)], str(path)
        ) from None
    return game_from_text(text, str(path))


def game_from_text(text: str, source: str = "the text") -> Game:
    """Return the game that a TOML text describes; ``source`` names the text in messages.

    Raises
    ------
    ModelError
        If the text is no game; every mistake is listed with its line.
    """
    for place, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > MAX_DOTS:  # the work that a key costs grows with the square of its dots
            found = f"found a line with {line.count('.')} dots, expected at most {MAX_DOTS}"
            raise ModelError([Mistake((), found, place)], source)
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a ValueError that is no TOMLDecodeError: a number too long
        problem = "too deeply nested" if isinstance(error, RecursionError) else str(error).partition(";")[0]
        at = re.search(r"\(at (?:line (\d+)|end)", problem)
        number = int(at[1] or text.count("\n") + 1) if at else None
        raise ModelError([Mistake((), f"this is no TOML: {problem}", number)], source) from None
    try:
        return Game(**extended(document, source))
    except ModelError as error:
        known = lines_of(text)
        raise error.located(source, {m.key: nearest_line(known, m.key) for m in error.mistakes}) from None


def game_to_text(game: Game) -> str:
    """Return the model file of a game; reading it gives an equal game."""
    document = game.to_document()
    for key, kind in TABLES.items():
        if key in document:
            document[key] = _in_order(document[key], kind)
    for stage in document["stages"].values():
        for key, kind in Stage.parts.items():
            if key in stage:
                stage[key] = _in_order(stage[key], kind)
    return tomli_w.dumps(document, multiline_strings=True)


def _in_order(table: dict[str, Any], kind: type[Entry]) -> dict[str, Any]:
    """Return a table with every entry at length if one is: short ones would be written first, and order matters."""
    if not any(isinstance(entry, dict) for entry in table.values()):
        return table
    return {name: entry if isinstance(entry, dict) else {kind.short: entry} for name, entry in table.items()}


def write_game(game: Game, path: str | os.PathLike[str]) -> None:
    """Write a game to a model file; a failed write leaves an old file as it was."""
    with whole_file(Path(path)) as draft:
        draft.write_text(game_to_text(game), encoding="utf-8")
