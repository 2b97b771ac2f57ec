"""What has been compiled is kept in a folder of the user, so that the next process need not compile it again.

An entry is named by a hash of what is computed and how it is called, of the source of this package, of the versions of
JAX and XLA, and of what the processor can do: a home directory may be shared by different machines. So a process that
finds an entry neither compiles nor traces. An entry is written whole or not at all, and one that cannot be read is
compiled again and replaced. JAX's own cache is a setting for the whole process, and traces; this one does neither.

The folder is ``rdgames`` in the user's folder for caches (``$XDG_CACHE_HOME``, or ``~/.cache``), made for the user
alone (mode 0700). The environment variable ``RDGAMES_CACHE`` names another, or is ``off``. Like any program, entries
are run when they are loaded, so a folder that belongs to somebody else, or that others may write to, is not used.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from typing import Any

import jax

OPTIONS = {"xla_cpu_prefer_vector_width": 512}
"""For XLA: registers of 512 bits where the processor has them, since results are written once and not read again."""
CACHE_VARIABLE, OFF = "RDGAMES_CACHE", "off"
WORTH_KEEPING = 0.1
"""Seconds of compilation; what compiles faster is not kept."""
PACKAGE = Path(__file__).parents[1]
"""The folder of this package's source."""
MOST_ENTRIES = 500
"""Beyond that, the entries that have not been used for longest are removed. An entry has about half a megabyte."""


def cache_folder() -> Path | None:
    """Return the folder for what was compiled; None if there is to be none, or none can be."""
    asked = os.environ.get(CACHE_VARIABLE, "")
    if asked == OFF:
        return None
    folder = Path(asked or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rdgames")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if _is_private(folder) else None


def _is_private(folder: Path) -> bool:
    """Return whether the user can write to a folder, and nobody else."""
    if not hasattr(os, "getuid"):  # a system without such owners
        return os.access(folder, os.W_OK)
    state = folder.stat()
    return state.st_uid == os.getuid() and not state.st_mode & 0o022 and os.access(folder, os.W_OK)


def compile_or_load(name: str, lower: Callable[[], Any]) -> Any:
    """Return the executable of a function that is told by its name: the one that was kept, or a new one, which is kept.

    ``lower`` traces and lowers the function, and is called only if nothing was kept.
    """
    folder = cache_folder()
    if folder is None:
        return _compile(lower())
    from jax.experimental import serialize_executable

    entry = folder / f"{_hash_of(name)}.xla"
    with suppress(Exception):  # whatever is wrong with an entry, compiling is the remedy
        executable = serialize_executable.deserialize_and_load(*pickle.loads(entry.read_bytes()))
        os.utime(entry)
        return executable
    started = time.perf_counter()
    executable = _compile(lower())
    if time.perf_counter() - started >= WORTH_KEEPING:
        with suppress(OSError, ValueError, TypeError, NotImplementedError):  # some devices' executables cannot be kept
            _keep(entry, pickle.dumps(serialize_executable.serialize(executable)))
    return executable


def _keep(entry: Path, content: bytes) -> None:
    draft = entry.with_suffix(f".{token_hex(8)}")
    try:
        draft.write_bytes(content)
        draft.replace(entry)
    finally:
        draft.unlink(missing_ok=True)
    entries = sorted(entry.parent.glob("*.xla"), key=lambda path: path.stat().st_mtime)
    for old in entries[:-MOST_ENTRIES]:
        old.unlink(missing_ok=True)


def _compile(lowered: Any) -> Any:
    try:
        return lowered.compile(compiler_options=OPTIONS)
    except jax.errors.JaxRuntimeError:  # a version of XLA that has no such option
        return lowered.compile()


def _hash_of(name: str) -> str:
    """Return a hash of all that an executable depends on."""
    return hashlib.sha256("\n".join((name, *map(str, OPTIONS.items()), *_circumstances())).encode()).hexdigest()


@lru_cache(maxsize=1)
def _circumstances() -> tuple[str, ...]:
    """Return what an executable depends on besides what it computes."""
    device = jax.devices()[0]
    flags = ""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    versions = (_source_hash(), version("jax"), version("jaxlib"), str(device.client.platform_version))
    return (*versions, device.device_kind, platform.machine(), flags, os.environ.get("XLA_FLAGS", ""))


def _source_hash() -> str:
    """Return a hash of the package's source: not of its version only, so that who changes it gets what was changed."""
    found = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        found.update(f"{path.relative_to(PACKAGE)} {path.stat().st_size}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()
