"""What has been compiled is kept in a folder of the user, so that the next process need not compile it again.

An entry is named by a hash of the program in StableHLO and how it is called, of the versions of JAX and XLA, and of
what the processor can do: a home directory may be shared by different machines. It is written whole or not at all, and
one that cannot be read is compiled again and replaced. JAX's own cache is a setting for the whole process; this one is
not, so that the settings of a user's program stay as they are.

The folder is ``rdgames`` in the user's folder for caches (``$XDG_CACHE_HOME``, or ``~/.cache``). The environment
variable ``RDGAMES_CACHE`` names another, or is ``off``. Like any program, entries are run when they are loaded: the
folder must be nobody else's to write to.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import time
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
    return folder if os.access(folder, os.W_OK) else None


def compile_or_load(lowered: Any) -> Any:
    """Return the executable of a lowered function: the one that was kept, or a new one, which is kept."""
    folder = cache_folder()
    if folder is None:
        return _compile(lowered)
    from jax.experimental import serialize_executable

    entry = folder / f"{_name(lowered)}.xla"
    with suppress(Exception):  # whatever is wrong with an entry, compiling is the remedy
        executable = serialize_executable.deserialize_and_load(*pickle.loads(entry.read_bytes()))
        os.utime(entry)
        return executable
    started = time.perf_counter()
    executable = _compile(lowered)
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


def _name(lowered: Any) -> str:
    """Return a name for all that an executable depends on: also the names and shapes that it is called with."""
    parts = (
        lowered.as_text(),
        str(lowered.args_info),
        str(lowered.out_tree),
        *map(str, OPTIONS.items()),
        *_circumstances(),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def _circumstances() -> tuple[str, ...]:
    """Return what else an executable depends on."""
    device = jax.devices()[0]
    flags = ""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    versions = (version("jax"), version("jaxlib"), str(device.client.platform_version))
    return (*versions, device.device_kind, platform.machine(), flags, os.environ.get("XLA_FLAGS", ""))
