"""Programs replayed on an open mesh: the array of each swept parameter lies along its own axis.

A step is computed over the axes that it depends on, no others. Where a step first needs another axis, its operands are
held back from XLA's fusion, which would compute them again for every point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp

from rdgames.algebra.program import Program


def run_on_mesh(program: Program, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Replay a program on arrays that lie along their own axes, each step over the axes that it depends on."""
    values: list[Any] = []
    lifted: dict[int, Any] = {}
    for step in program.steps:
        if step.operation == "parameter":
            values.append(parameters[step.name])
            continue
        if step.operation == "constant":
            values.append(float(step.value))
            continue
        shape = jnp.broadcast_shapes(*(jnp.shape(values[place]) for place in step.operands))
        operands = []
        for place in step.operands:
            value = values[place]
            if jnp.size(value) > 1 and jnp.shape(value) != shape:
                if place not in lifted:
                    lifted[place] = jax.lax.optimization_barrier(value)
                value = lifted[place]
            operands.append(value)
        values.append(_OPERATIONS[step.operation](*operands))
    return {name: values[place] for name, place in program.outputs.items()}


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "negative": lambda operand: -operand,
}
