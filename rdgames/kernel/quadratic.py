"""Linear-quadratic games of many single players, solved with matrices at many points at once.

The forms are those of `rdgames.equilibrium.forms`, which says what is done with them. The entries that depend on
parameters are computed first, over the axes that they depend on; matrices have the points behind rows and columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from rdgames.algebra.program import Element, Recorder
from rdgames.equilibrium.forms import Forms, second_derivative, slope
from rdgames.kernel.matrices import MATRIX_FUNCTIONS, solve, times
from rdgames.kernel.mesh import run_on_mesh

CACHED = 1 << 17
"""How many entries a processor's second cache holds."""


class _Entries:
    """Different entries of matrices, numbered from 1 in the order in which they are met; 0 is no entry."""

    def __init__(self) -> None:
        self.elements: dict[str, Element] = {}
        self._numbers: dict[str, int] = {}

    def number(self, element: Element) -> int:
        """Return the number of an element, which is written down if it is new."""
        key = str(element.place)
        self.elements.setdefault(key, element)
        return self._numbers.setdefault(key, len(self.elements))


class MatrixSolver:
    """Finds the levels and second derivatives of one regime; their names have a prefix.

    Attributes
    ----------
    derivatives
        The parameters by which levels are differentiated.
    block_points
        At how many points the largest matrix is still in the cache.
    """

    def __init__(self, recorder: Recorder, forms: Forms, derivatives: tuple[str, ...] = ()) -> None:
        self.forms, self.derivatives = forms, derivatives
        self.size = len(forms.names)
        self.block_points = max(1, CACHED // (self.size + 1) ** 2)
        entries = _Entries()
        self.criteria = {action: self._places(form, entries) for action, form in forms.criteria.items()}
        self.clearing = {price: self._row(form, entries) for price, form in forms.clearing.items()}
        self.numbers = tuple(entries.elements)
        self.program = recorder.program(entries.elements)

    def _places(self, form: Mapping[tuple[int, int], Element], entries: _Entries) -> Any:
        """Return, for every entry of a matrix, which number it is: none is the first, the others follow."""
        places = np.zeros((self.size + 1, self.size + 1), dtype=int)
        for (row, column), element in form.items():
            places[row, column] = places[column, row] = entries.number(element)
        return places

    def _row(self, form: Mapping[int, Element], entries: _Entries) -> Any:
        places = np.zeros(self.size + 1, dtype=int)
        for place, element in form.items():
            places[place] = entries.number(element)
        return places

    def find(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return levels and second derivatives over the whole mesh, and derivatives of levels if they are wanted."""
        found = self._solve(parameters)
        for parameter in self.derivatives:  # XLA sees that the levels are the same, and computes them once
            direction = {name: jnp.zeros_like(value) for name, value in parameters.items()}
            direction[parameter] = jnp.ones_like(parameters[parameter])
            _, slopes = jax.jvp(self._levels, (dict(parameters),), (direction,))
            found |= {slope(name, parameter): slopes[place] for place, name in enumerate(self.forms.names)}
        return {self.forms.prefix + name: value for name, value in found.items()}

    def _levels(self, parameters: Mapping[str, Any]) -> Any:
        found = self._solve(parameters)
        return jnp.stack([found[name] for name in self.forms.names])

    def _solve(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Solve the moves, the last first."""
        shape = jnp.broadcast_shapes(*(jnp.shape(value) for value in parameters.values()))
        entries = run_on_mesh(self.program, parameters)
        zero = jnp.zeros(shape)
        numbers = jnp.stack([zero, *(jnp.broadcast_to(entries[name], shape) for name in self.numbers)])
        everything = jnp.eye(self.size + 1).reshape([self.size + 1] * 2 + [1] * len(shape))
        chosen: Any = None  # T, as long as it is the unit matrix
        found: dict[str, Any] = {}
        first = self.size  # the place of what is chosen first at a move
        for move in reversed(self.forms.moves):
            first -= len(move)
            rows = self._conditions(move, numbers, chosen, range(first, first + len(move)))
            now, rest = rows[:, first : first + len(move)], self._without(rows, first, len(move))
            found |= self._of_second_derivatives(move, now)
            rules = solve(now, -rest)
            if chosen is None:
                earlier = self._without(everything, first, len(move))
                chosen = jnp.broadcast_to(earlier, (*earlier.shape[:2], *shape))
                chosen = chosen.at[first : first + len(move)].set(rules)
            else:
                of_rules = times(chosen[:, first : first + len(move)], rules)
                chosen = self._without(chosen, first, len(move)) + of_rules
        return found | {name: chosen[place, 0] for place, name in enumerate(self.forms.names)}

    def _of_second_derivatives(self, move: tuple[str, ...], matrix: Any) -> dict[str, Any]:
        """Return the second derivatives of a move, and what is asked of them."""
        found = {
            second_derivative(one, other): matrix[row, column]
            for row, one in enumerate(move)
            for column, other in enumerate(move)
        }
        for asked in self.forms.functions:
            if asked.rows[0] in move:
                places = np.ix_([move.index(one) for one in asked.rows], [move.index(one) for one in asked.columns])
                entries = MATRIX_FUNCTIONS[asked.function](asked.sign * matrix[places])
                found |= {asked.entry(place): entry for place, entry in enumerate(entries)}
        return found

    def _conditions(self, move: tuple[str, ...], numbers: Any, chosen: Any, columns: range) -> Any:
        """Return the coefficients of the conditions for what is chosen at a move: ``T[:, a]'H[a] T``, and ``h'T``."""
        criteria = [self.criteria[action] for action in move if action in self.criteria]
        markets = [self.clearing[price] for price in move if price in self.clearing]
        if chosen is None:
            gradients = [places[column] for places, column in zip(criteria, columns, strict=False)]
            return numbers[np.stack([*gradients, *markets])]
        rows: list[Any] = []
        if criteria:
            places = np.stack(criteria)
            own = chosen[:, columns.start : columns.start + len(criteria)]
            rows.append(sum(numbers[places[:, :, place]] * own[place][:, None] for place in range(self.size + 1)))
        if markets:
            rows.append(numbers[np.stack(markets)])
        return times(jnp.concatenate(rows), chosen)

    def _without(self, matrix: Any, first: int, count: int) -> Any:
        """Return the columns of what was chosen before a move, and of the constant."""
        return jnp.concatenate([matrix[:, :first], matrix[:, first + count :]], 1)
