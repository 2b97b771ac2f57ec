"""How functions of arrays are compiled: in double precision, for wide registers, once for all processes."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

import jax

from rdgames.kernel.cache import compile_or_load
from rdgames.kernel.devices import divided


def compiled(function: Callable[..., Any], identity: str, *, into: bool = False) -> Callable[..., Any]:
    """Return a function of arrays, compiled when it is first called; it may be called from several threads.

    Double precision is a scope of the call: the user's setting stays as it is. Where there are several devices they all
    take part.

    Parameters
    ----------
    function
        A function that JAX can trace.
    identity
        Tells it from every other function that this version of the package could ever compile. Another process that
        compiles a function of the same identity is given the same code, without tracing: so it must hold all that the
        function depends on besides its arguments and the package's own source.
    into
        Whether the first argument is not read: its arrays are the memory that the result is written to, and as many, of
        the same shapes and types.
    """
    donations: dict[str, Any] = {"donate_argnums": 0, "keep_unused": True} if into else {}
    jitted = jax.jit(function, **donations)
    executables: dict[Any, Any] = {}
    lock = Lock()

    def call(*arguments: Any) -> Any:
        if jax.device_count() > 1:
            with jax.enable_x64(True):
                return jitted(*divided(arguments))
        # The memory has the shapes of the result, which follow from the others.
        leaves, structure = jax.tree.flatten(arguments[1:] if into else arguments)
        signature = (structure, *((leaf.shape, leaf.dtype) for leaf in leaves))
        with jax.enable_x64(True):
            executable = executables.get(signature)
            if executable is None:
                with lock:  # threads that come at the same moment need not all compile
                    executable = executables.get(signature)
                    if executable is None:
                        name = f"{identity} {into} {signature}"
                        executable = compile_or_load(name, lambda: jitted.lower(*arguments))
                        executables[signature] = executable
            return executable(*arguments)

    return call
