"""Functions of arrays along their own axes, computed in two stages: what needs only some of the axes, then the rest.

XLA fuses all steps that lead to one output into one loop over the mesh. Left to itself it would compute what depends on
one axis again at every point, and for every output; an ``optimization_barrier`` does not keep it from that on a CPU,
where barriers are removed before steps are fused. What a conditional gives back has to stand in memory. So everything
smaller than the mesh is put into one branch of a conditional that is always taken, which XLA cannot know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import ClosedJaxpr, Literal, jaxpr_as_fun


def in_stages(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that computes the same, all steps with fewer points than the mesh first and apart.

    Parameters
    ----------
    function
        A function of arrays (a pytree) that together span a mesh by broadcasting; JAX must be able to trace it.
    """

    def staged(arguments: Any) -> Any:
        closed, result = jax.make_jaxpr(function, return_shape=True)(arguments)
        steps = closed.jaxpr
        given = jax.tree.leaves(arguments)
        known, names = [*closed.consts, *given], [*steps.constvars, *steps.invars]
        small, rest = _divided(steps.eqns, prod(jnp.broadcast_shapes(*map(jnp.shape, given))))
        wanted = _needed(rest, steps.outvars)
        kept = [each for step in small for each in step.outvars if each in wanted]
        first = steps.replace(constvars=[], invars=names, eqns=small, outvars=kept)
        last = steps.replace(constvars=[], invars=[*names, *kept], eqns=rest)
        # Where a parameter is no number, either branch makes everything no number.
        taken = jnp.ravel(min(given, key=jnp.size))[0]
        found = jax.lax.cond(
            taken == taken,
            lambda: jaxpr_as_fun(ClosedJaxpr(first, []))(*known),
            lambda: [_nothing(each.aval) for each in kept],
        )
        return jax.tree.unflatten(jax.tree.structure(result), jaxpr_as_fun(ClosedJaxpr(last, []))(*known, *found))

    return staged


def _divided(steps: Iterable[Any], points: int) -> tuple[list[Any], list[Any]]:
    """Return the steps that have, and come from, fewer points than a mesh; and the others."""
    small: list[Any] = []
    rest: list[Any] = []
    late: set[Any] = set()
    for step in steps:
        is_small = all(each.aval.size < points for each in (*step.invars, *step.outvars)) and all(
            jnp.issubdtype(each.aval.dtype, jnp.floating) for each in step.outvars
        )
        if is_small and not any(each in late for each in step.invars if not isinstance(each, Literal)):
            small.append(step)
        else:
            rest.append(step)
            late.update(step.outvars)
    return small, rest


def _needed(steps: Iterable[Any], results: Iterable[Any]) -> set[Any]:
    """Return the variables that steps need, or that are results."""
    found = [each for step in steps for each in step.invars]
    return {each for each in (*found, *results) if not isinstance(each, Literal)}


def _nothing(of: Any) -> Any:
    """Return an array of no numbers, of falsehoods where it is no array of floats."""
    return jnp.full(of.shape, jnp.nan if jnp.issubdtype(of.dtype, jnp.floating) else 0, of.dtype)
