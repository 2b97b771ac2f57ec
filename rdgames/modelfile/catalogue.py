"""The models that come with the package, one file for each published game."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.modelfile.files import read_game
from rdgames.modelfile.folder import FOLDER, models


def load(model: str | os.PathLike[str]) -> Game:
    """Return a packaged model by its name, or the game in a model file.

    Raises
    ------
    UnknownNameError, InputError
        If there is no packaged model of that name, and the text is no path either.
    ModelError
        If the file is no game; every mistake is listed with its line.

    Examples
    --------
    >>> load("daspremont-jacquemin").citation.year
    1988
    """
    path = path_of(model)
    return _load_packaged(path) if path.parent == FOLDER else read_game(path)


def path_of(model: str | os.PathLike[str]) -> Path:
    """Return the file of a packaged model, or the path that is meant.

    Raises
    ------
    UnknownNameError, InputError
        If there is no packaged model of that name, and the text is no path either.
    """
    known = models()
    if isinstance(model, str) and model in known:
        return known[model]
    path = Path(model)
    if path.is_dir():
        raise InputError(f"found the folder {path}, expected a model file, FILE.toml, or the name of a packaged model")
    if path.suffix == ".toml" and path.stem in known and not path.exists():
        raise InputError(f"found no file {path}, but a packaged model of that name: leave .toml out, {path.stem}")
    if path.suffix == ".toml" or len(path.parts) > 1 or path.is_file():
        return path
    raise UnknownNameError("model", str(model), known)


@cache
def _load_packaged(path: Path) -> Game:
    return read_game(path)
