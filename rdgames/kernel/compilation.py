"""How functions of arrays are compiled: in double precision, for wide registers, once for all processes."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

import jax
import numpy as np

from rdgames.kernel.cache import compile_or_load
from rdgames.kernel.devices import divided


def compiled(function: Callable[..., Any], *, donated: int | None = None) -> Callable[..., Any]:
    """Return a function of arrays, compiled when it is first called; it may be called from several threads.

    Double precision is a scope of the call: the user's setting stays as it is. Where there are several devices they all
    take part.

    Parameters
    ----------
    function
        A function that JAX can trace.
    donated
        The place of an argument that is not read: its arrays are the memory that the result is written to.
    """
    donations: dict[str, Any] = {} if donated is None else {"donate_argnums": donated, "keep_unused": True}
    jitted = jax.jit(function, **donations)
    executables: dict[Any, Any] = {}
    lock = Lock()

    def call(*arguments: Any) -> Any:
        if jax.device_count() > 1:
            with jax.enable_x64(True):
                return jitted(*divided(arguments))
        leaves, structure = jax.tree.flatten(arguments)
        signature = (structure, *((np.shape(leaf), leaf.dtype) for leaf in leaves))
        with jax.enable_x64(True):
            if signature not in executables:
                with lock:  # threads that come at the same moment need not all compile
                    if signature not in executables:
                        executables[signature] = compile_or_load(jitted.lower(*arguments))
            return executables[signature](*arguments)

    return call
