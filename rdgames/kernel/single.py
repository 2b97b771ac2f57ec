"""Outcomes in single precision: in slack coordinates where formulas are short, else rounded from double precision.

Single precision halves the memory that outcomes need, and is all that many graphics processors are fast in. What it
must not do is to subtract: see `rdgames.equilibrium.slack`. Whether a point is valid is decided in double precision in
either case, by the signs of factors or by margins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp

from rdgames.algebra.program import Recorder
from rdgames.equilibrium.condition import DEFINED
from rdgames.equilibrium.equilibrium import solve
from rdgames.equilibrium.slack import SlackForms, slack_forms
from rdgames.errors import NoFormulaError
from rdgames.game.game import Game
from rdgames.kernel.cells import derivative_name, record_cell
from rdgames.kernel.mesh import run_on_mesh
from rdgames.kernel.tracing import FAILED, VALID, Key, Trace

IN_SLACK = "float32, in slack coordinates"
ROUNDED = "float64, rounded"
"""How outcomes of a regime are computed in single precision."""


@dataclass(frozen=True, eq=False)
class InSinglePrecision:
    """The outputs of a trace in single precision, as a function of arrays that lie along their own axes.

    Attributes
    ----------
    double
        The outputs in double precision; what is not used of it is not compiled.
    forms
        The regimes that are computed in slack coordinates.
    computed_in
        For each regime, how it is computed, and if it is rounded why.
    """

    double: Trace
    forms: Mapping[str, SlackForms]
    computed_in: Mapping[str, str]

    @classmethod
    def of(cls, trace: Trace, game: Game, outcomes: Sequence[str], derivatives: Sequence[str]) -> InSinglePrecision:
        """Find out which regimes can be computed in slack coordinates."""
        forms, computed_in = {}, {}
        for regime, cells in trace.cells.items():
            if trace.corners:
                computed_in[regime] = f"{ROUNDED}: actions may be at their bounds"
                continue
            if cells[0].finder is not None:
                computed_in[regime] = f"{ROUNDED}: levels are found in numbers"
                continue
            try:
                forms[regime] = _forms(game, regime, outcomes, derivatives)
                computed_in[regime] = IN_SLACK
            except NoFormulaError as error:
                computed_in[regime] = f"{ROUNDED}: {error}"
        return cls(trace, forms, computed_in)

    @property
    def block_points(self) -> int:
        """At how many points everything is best computed at once."""
        return self.double.block_points

    def __call__(self, parameters: Mapping[str, Any]) -> dict[Key, Any]:
        """Return all outputs, and `VALID` besides; outcomes are not masked."""
        shape = jnp.broadcast_shapes(*(jnp.shape(value) for value in parameters.values()))
        rounded = self.double(parameters) if len(self.forms) < len(self.computed_in) else {}
        arrays = {key: _single(array) for key, array in rounded.items()}
        for regime, forms in self.forms.items():
            found = self._of_regime(regime, forms, parameters)
            arrays |= {(regime, name): jnp.broadcast_to(array, shape) for name, array in found.items()}
        return arrays

    def _of_regime(self, regime: str, forms: SlackForms, parameters: Mapping[str, Any]) -> dict[str, Any]:
        factors = run_on_mesh(forms.factors, parameters)
        values = run_on_mesh(forms.products, {name: _single(factor) for name, factor in factors.items()})
        signs = run_on_mesh(forms.verdicts, {name: _single(jnp.sign(factor)) for name, factor in factors.items()})
        (interior,) = self.double.cells[regime]
        whole = {f"margin:{c.name}": factors[f"whole:{c.name}"] for c in interior.conditions if c.whole}
        cell = replace(interior, divisors=tuple(f"{interior.name}/{name}" for name in forms.divisors), finite=False)
        told = {f"{interior.name}/{key}": each for key, each in (factors | signs | whole).items()}
        numbers = {name: number for number, name in enumerate(self.double.condition_names, start=1)}
        valid, failed = cell.verdict(told, numbers, numbers[DEFINED])
        shown = cell.conditions if self.double.margins else ()
        margins = {f"margin_{c.name}": _single((values | whole)[f"margin:{c.name}"]) for c in shown}
        return {name: values[f"value:{name}"] for name in cell.values} | margins | {VALID: valid, FAILED: failed}


def _forms(game: Game, regime: str, outcomes: Sequence[str], derivatives: Sequence[str]) -> SlackForms:
    """Return the slack forms of a regime, if their factors take no more operations than the derivation."""
    equilibrium = solve(game, regime)
    known = [name for name in outcomes if name in equilibrium.outcomes]
    slopes = {derivative_name(name, by): (name, by) for by in derivatives for name in known}
    recorder = Recorder()
    _, outputs = record_cell(equilibrium, recorder, outcomes, derivatives, 1)
    return slack_forms(equilibrium, known, slopes, recorder.program(outputs).operations)


def _single(array: Any) -> Any:
    """Return an array in single precision, if it is one of real numbers."""
    found = jnp.asarray(array)
    return found.astype(jnp.float32) if found.dtype == jnp.float64 else found
