"""Formulas of outcomes under several regimes, at many points at once with derivatives, or exactly at one point.

The two roads have nothing in common but the game: the fast one replays the derivation in JAX, with derivatives by the
implicit function theorem (`rdgames.kernel`), the other one in fractions where there is a closed form, else in floats
with its own search for levels (`rdgames.equilibrium.evaluation`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from rdgames.equilibrium.evaluation import Evaluator
from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.game.play import play
from rdgames.kernel.cells import derivative_name
from rdgames.kernel.compilation import compiled
from rdgames.kernel.kernel import compile_kernel
from rdgames.kernel.levels import STARTS
from rdgames.kernel.tracing import FAILED
from rdgames.language.tree import Binary, Call, Expression, Negative, Node, Number, OfRegime, Power, Symbol, walk

BATCH = 256
"""How many points are computed together: one number, so that it is compiled once; fewer points are filled up."""


def amount(node: Expression, leaf: Callable[[Node], Any], functions: Mapping[str, Callable[[Any], Any]]) -> Any:
    """Return the value of a formula, from those of its numbers, parameters and outcomes.

    Raises
    ------
    InputError
        If it has a function that is not among those given.
    """
    match node:
        case Number() | Symbol() | OfRegime():
            return leaf(node)
        case Negative(operand):
            return -amount(operand, leaf, functions)
        case Power(base, exponent):
            return amount(base, leaf, functions) ** exponent
        case Call(function, (argument,)) if function in functions:
            return functions[function](amount(argument, leaf, functions))
        case Binary(operator, left, right):
            one, other = amount(left, leaf, functions), amount(right, leaf, functions)
            match operator:
                case "+":
                    return one + other
                case "-":
                    return one - other
                case "*":
                    return one * other
                case _:
                    return one / other
    raise InputError(f"found {node}, expected a formula of numbers, parameters, outcomes and {', '.join(functions)}")


@dataclass(frozen=True, eq=False)
class Values:
    """Formulas at some points.

    Attributes
    ----------
    values
        Of each formula.
    slopes
        Their derivatives with respect to each chosen parameter.
    failed
        For each regime, 0 where its equilibrium is valid, else the number of the first condition that fails.
    """

    values: Float[np.ndarray, "points formulas"]
    slopes: Float[np.ndarray, "points formulas chosen"]
    failed: Int[np.ndarray, "points regimes"]

    @property
    def valid(self) -> np.ndarray:
        """Whether all equilibria are valid and all formulas defined, at each point."""
        return np.asarray((self.failed == 0).all(axis=1) & np.isfinite(self.values).all(axis=1))


class Formulas:
    """Formulas of outcomes, compiled with their derivatives.

    Attributes
    ----------
    regimes
        The regimes whose outcomes they use; the one that is designed comes first.
    condition_names
        ``failed`` counts by this list, from 1.
    """

    def __init__(self, game: Game, regime: str, formulas: Sequence[Expression], chosen: Sequence[str]) -> None:
        self.game, self.formulas, self.chosen = game, tuple(formulas), tuple(chosen)
        leaves = [part for formula in formulas for part in walk(formula)]
        self.leaves: tuple[Any, ...] = tuple(dict.fromkeys(part for part in leaves if isinstance(part, OfRegime)))
        self.parameters = tuple(dict.fromkeys(part.name for part in leaves if isinstance(part, Symbol)))
        self.regimes = tuple(dict.fromkeys([regime, *(leaf.regime for leaf in self.leaves)]))
        outcomes = tuple(dict.fromkeys(leaf.outcome for leaf in self.leaves))
        kernel = compile_kernel(game, self.regimes, outcomes, derivatives=self.chosen, starts=len(STARTS))
        self.condition_names = kernel.condition_names
        self._trace = kernel.trace
        self._run = compiled(self._traced, f"formulas {self.formulas} {self.chosen} of {kernel.identity}")

    def at(self, points: Mapping[str, Float[np.ndarray, " points"]]) -> Values:
        """Return the formulas at points, given by a value of every parameter at each."""
        count = len(next(iter(points.values())))
        parts = []
        for start in range(0, count, BATCH):
            size = min(count - start, BATCH)
            here = {name: np.resize(values[start : start + size], BATCH) for name, values in points.items()}
            found = self._run({name: values.astype(np.float64) for name, values in here.items()})
            parts.append([np.asarray(array)[..., :size] for array in found])
        values, slopes, failed = (np.concatenate(each, axis=-1) for each in zip(*parts, strict=True))
        return Values(values.T, np.moveaxis(slopes, -1, 0), failed.T)

    def _traced(self, parameters: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        found = self._trace(parameters)
        shape = jnp.shape(next(iter(parameters.values())))
        nodes: list[Any] = [*self.leaves, *map(Symbol, self.parameters)]
        given = [parameters[n.name] if isinstance(n, Symbol) else found[n.regime, n.outcome] for n in nodes]

        def values(amounts: list[Any]) -> Any:
            read = _reading(dict(zip(nodes, amounts, strict=True)), float)
            return jnp.stack([jnp.broadcast_to(amount(each, read, _IN_JAX), shape) for each in self.formulas])

        slopes = []
        for chosen in self.chosen:
            moving = [
                jnp.full(shape, float(n.name == chosen))
                if isinstance(n, Symbol)
                else found[n.regime, derivative_name(n.outcome, chosen)]
                for n in nodes
            ]
            slopes.append(jax.jvp(values, (given,), (moving,))[1])
        failed = jnp.stack([found[regime, FAILED] for regime in self.regimes])
        return values(given), jnp.stack(slopes, axis=1), failed


@lru_cache(maxsize=32)
def compile_formulas(game: Game, regime: str, formulas: tuple[Expression, ...], chosen: tuple[str, ...]) -> Formulas:
    """Return formulas compiled, those that were before as they were.

    Raises
    ------
    DerivationError
        If there is no equilibrium under one of the regimes.
    """
    return Formulas(game, regime, formulas, chosen)


class ExactFormulas:
    """The same formulas at one point, by the road of fractions."""

    def __init__(self, game: Game, formulas: Sequence[Expression], regimes: Sequence[str]) -> None:
        self.formulas = tuple(formulas)
        self.evaluators = {regime: Evaluator(play(game, game.regime(regime))) for regime in regimes}

    def at(self, point: Mapping[str, Any]) -> tuple[bool, list[Any]]:
        """Return whether all equilibria are valid, and the values: fractions where there are closed forms."""
        solved = {regime: evaluator.at(point, ()) for regime, evaluator in self.evaluators.items()}
        if not all(each.valid for each in solved.values()):
            return False, [None] * len(self.formulas)
        leaves: dict[Any, Any] = {Symbol(name): value for name, value in point.items()}
        leaves |= {OfRegime(regime, name): v for regime, each in solved.items() for name, v in each.values.items()}
        return True, [amount(each, _reading(leaves, Fraction), _IN_FLOATS) for each in self.formulas]


def _reading(leaves: Mapping[Any, Any], number: Callable[[Fraction], Any]) -> Callable[[Node], Any]:
    return lambda node: number(node.value) if isinstance(node, Number) else leaves[node]


_IN_JAX: dict[str, Callable[[Any], Any]] = {"sqrt": jnp.sqrt, "log": jnp.log, "exp": jnp.exp}
_IN_FLOATS: dict[str, Callable[[Any], Any]] = {"sqrt": math.sqrt, "log": math.log, "exp": math.exp}
