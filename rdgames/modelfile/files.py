"""Games read from TOML files and written to them."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import tomli_w

from rdgames.errors import InputError, Mistake, ModelError
from rdgames.game.game import Game
from rdgames.modelfile.locating import line_of
from rdgames.writing import whole_file

MAX_BYTES = 1_000_000


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
        text = content.decode()
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
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ModelError([Mistake((), f"this is no TOML: {error or 'too deeply nested'}")], source) from None
    try:
        return Game(**document)
    except ModelError as error:
        lines = {mistake.key: line_of(text, mistake.key) for mistake in error.mistakes}
        raise error.located(source, lines) from None


def game_to_text(game: Game) -> str:
    """Return the model file of a game; reading it gives an equal game."""
    return tomli_w.dumps(game.to_document(), multiline_strings=True)


def write_game(game: Game, path: str | os.PathLike[str]) -> None:
    """Write a game to a model file; a failed write leaves an old file as it was."""
    with whole_file(Path(path)) as draft:
        draft.write_text(game_to_text(game), encoding="utf-8")
