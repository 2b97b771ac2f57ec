"""Two kernels in C, compiled when they are needed: how fast memory can be written, and the work done by hand.

Both use stores that go past the cache (non-temporal ones) where the processor has them, since what is written is not
read again soon.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

LINE = 64
"""Bytes of a cache line, at whose bounds arrays must begin for stores past the cache."""
_COMPILERS = ("cc", "gcc", "clang")
_OPTIONS = ("-O3", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC", "-lm")


@dataclass(frozen=True, eq=False)
class Native:
    """The compiled kernels.

    ``stores`` says which stores they use.
    """

    library: Any
    compiler: str

    @property
    def stores(self) -> str:
        """How many bits a store past the cache has; ordinary stores where it is 0."""
        bits = self.library.store_bits()
        return f"non-temporal stores of {bits} bits" if bits else "ordinary stores"

    def fill(self, array: np.ndarray, threads: int) -> None:
        """Write a number to every place of an array."""
        flat = array.reshape(-1)
        share = -(-flat.size // threads // 8) * 8

        def part(start: int) -> None:
            number = max(0, min(share, flat.size - start))
            self.library.fill(_pointer(flat[start:]), ctypes.c_size_t(number), ctypes.c_double(1.0))

        _each(part, [share * place for place in range(threads)], threads)

    def sweep(self, values: dict[str, np.ndarray], fixed: dict[str, float], out: np.ndarray, threads: int) -> None:
        """Do the work: n, gamma and beta are swept, a, b and c are fixed, ``out`` has 24 arrays."""
        n, gamma, beta = (np.ascontiguousarray(values[name]) for name in ("n", "gamma", "beta"))
        lines = len(n) * len(gamma)
        share = -(-lines // (4 * threads))

        def part(first: int) -> None:
            self.library.sweep(
                *(ctypes.c_double(fixed[name]) for name in "abc"),
                _pointer(n),
                _pointer(gamma),
                ctypes.c_size_t(len(gamma)),
                _pointer(beta),
                ctypes.c_size_t(len(beta)),
                ctypes.c_size_t(first),
                ctypes.c_size_t(min(first + share, lines)),
                _pointer(out),
                ctypes.c_size_t(lines * len(beta)),
            )

        _each(part, list(range(0, lines, share)), threads)


def _each(part: Callable[[int], None], starts: list[int], threads: int) -> None:
    if threads == 1:
        for start in starts:
            part(start)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, starts))


def _pointer(array: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def aligned(*shape: int, touched: bool = True) -> np.ndarray:
    """Return an array of floats that begins at a cache line, and whose memory has been touched before, or has not."""
    number = int(np.prod(shape))
    room = (np.ones if touched else np.empty)(number + LINE // 8)
    first = -room.ctypes.data % LINE // 8
    return room[first : first + number].reshape(shape)


@lru_cache(maxsize=1)
def native() -> Native | None:
    """Compile the kernels; None where there is no compiler, or none that understands them."""
    compiler = next(filter(None, map(shutil.which, _COMPILERS)), None)
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "kernels.so"
        source = files("rdgames.bench") / "kernels.c"
        written = Path(folder) / "kernels.c"
        written.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        done = subprocess.run([compiler, *_OPTIONS, str(written), "-o", str(target)], capture_output=True, check=False)
        if done.returncode:
            return None
        library = ctypes.CDLL(str(target))  # stays loaded when the file is gone
    return Native(library, compiler)
