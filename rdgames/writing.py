"""Files written whole or not at all, in places and formats that are checked before anything is computed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex

from rdgames.errors import OutputError, did_you_mean

DATASETS = {".nc": "h5netcdf", ".parquet": "pyarrow", ".csv": "pandas"}
"""The formats of datasets, with the library that each needs."""

STORES = {".zarr": "zarr"}
"""The formats of stores, which are folders, likewise."""

FIGURES = {".png": "matplotlib", ".pdf": "matplotlib", ".svg": "matplotlib"}
"""The formats of figures, likewise."""

_EXTRAS = {"h5netcdf": "sweep", "pyarrow": "sweep", "zarr": "sweep", "matplotlib": "plot"}


def check_target(path: str | os.PathLike[str], formats: Mapping[str, str]) -> Path:
    """Return the path of a file that can be written there in one of some formats, or of a folder for a store.

    Raises
    ------
    OutputError
        If its suffix names no format, the library for it is not installed, or the folder is missing or closed.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    known = ", ".join(formats)
    if suffix not in formats:
        found = f"the suffix {suffix!r}{did_you_mean(suffix, formats)}" if suffix else "no suffix"
        raise OutputError(f"cannot write {target}: found {found}, expected one of {known}")
    library = formats[suffix]
    if find_spec(library) is None:
        raise OutputError(f"cannot write {target}: it needs {library}; pip install 'rdgames[{_EXTRAS[library]}]'")
    if suffix in STORES:
        if target.exists() and not target.is_dir():
            raise OutputError(f"cannot write {target}: found a file of that name, expected none; choose another name")
    elif target.is_dir():
        raise OutputError(f"cannot write {target}: found a folder of that name; choose another name")
    if not target.parent.is_dir():
        raise OutputError(f"cannot write {target}: found no folder {target.parent}; make it, or choose another")
    if not os.access(target.parent, os.W_OK):
        raise OutputError(f"cannot write {target}: the folder {target.parent} cannot be written in; choose another")
    return target


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give a draft to write to, and put it in the target's place when all went well.

    A failed or interrupted write leaves an old file as it was, and no draft.

    Raises
    ------
    OutputError
        If the system refuses to write there, or the disk is full.
    """
    draft = target.with_name(f".draft-{token_hex(8)}{target.suffix}")  # known before it is there: see the last line
    try:
        draft.touch(exist_ok=False)
        yield draft
        draft.replace(target)
    except OSError as error:
        raise OutputError(
            f"cannot write {target}: {error.strerror or error}. An older file of that name is unchanged; "
            "free the space or the permission, or choose another folder"
        ) from error
    finally:
        draft.unlink(missing_ok=True)
