"""Programs replayed on an open mesh: the array of each swept parameter lies along its own axis.

A step is computed over the axes that it depends on, no others; see `rdgames.kernel.stages`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jax.numpy as jnp

from rdgames.algebra.program import Program, square
from rdgames.kernel.matrices import MATRIX_FUNCTIONS


def run_on_mesh(program: Program, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Replay a program on arrays that lie along their own axes, each step over the axes that it depends on."""
    values: list[Any] = []
    for step in program.steps:
        if step.operation == "parameter":
            values.append(parameters[step.name])
            continue
        if step.operation == "constant":
            values.append(float(step.value))
            continue
        if step.operation == "entry":
            values.append(values[step.operands[0]][int(step.value)])
            continue
        operands = [values[place] for place in step.operands]
        if step.operation in MATRIX_FUNCTIONS:
            shape = jnp.broadcast_shapes(*map(jnp.shape, operands))
            rows = [jnp.stack([jnp.broadcast_to(entry, shape) for entry in row]) for row in square(operands)]
            values.append(MATRIX_FUNCTIONS[step.operation](jnp.stack(rows)))
            continue
        values.append(_OPERATIONS[step.operation](*operands))
    return {name: values[place] for name, place in program.outputs.items()}


def all_true(statements: Iterable[Any]) -> Any:
    """Return where all of some statements hold, those over the same axes joined before they meet others."""
    by_shape: dict[tuple[int, ...], Any] = {}
    for statement in statements:
        along = jnp.shape(statement)
        by_shape[along] = by_shape[along] & statement if along in by_shape else statement
    found: Any = jnp.bool_(True)
    for statement in by_shape.values():
        found = found & statement
    return found


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "negative": lambda operand: -operand,
    "sqrt": jnp.sqrt,
    "log": jnp.log,
    "exp": jnp.exp,
    "power": lambda base, exponent: jnp.exp(exponent * jnp.log(base)),  # the power of XLA is several times slower
}
