"""How outcomes change with a parameter, as further steps of the program that computes them.

Where everything has a closed form the steps are differentiated one by one. Levels without closed form meet
``F(levels, parameter) = 0``, so by the implicit function theorem they change by

    d levels/d parameter = -(dF/d levels)^-1 dF/d parameter,

and an outcome by what it changes with the parameter itself, and through the levels. How the levels of many single
players change (`rdgames.equilibrium.forms`) is for those to say who solve for them, and has names.
"""

from __future__ import annotations

from collections.abc import Mapping

from rdgames.algebra.linear import SingularError, solve
from rdgames.algebra.program import Element, Recorder
from rdgames.equilibrium.forms import slope
from rdgames.equilibrium.recording import Recording
from rdgames.equilibrium.technology import Implicit
from rdgames.errors import DerivationError


def sensitivities(
    recorder: Recorder, outcomes: Mapping[str, Element], recording: Recording, parameter: str
) -> dict[str, Element]:
    """Return the derivatives of some outcomes of one equilibrium with respect to a parameter.

    Raises
    ------
    DerivationError
        If the conditions for the levels cannot be solved for how they change.
    """
    elements = [*outcomes.values()]
    found = recorder.derivatives(elements, parameter)
    changes: dict[str, Element] = {}
    if recording.implicit is not None:
        changes = _changes(recorder, recording.implicit, parameter)
    elif recording.forms is not None:
        prefix = recording.forms.prefix
        changes = {
            prefix + level: recorder.parameter(prefix + slope(level, parameter)) for level in recording.forms.names
        }
    for level, change in changes.items():
        through = recorder.derivatives(elements, level)
        found = [whole + part * change for whole, part in zip(found, through, strict=True)]
    return dict(zip(outcomes, found, strict=True))


def _changes(recorder: Recorder, implicit: Implicit[Element], parameter: str) -> dict[str, Element]:
    """Return how levels without closed form change with a parameter."""
    residuals = [*implicit.residuals.values()]
    levels = [implicit.prefix + name for name in implicit.residuals]
    columns = [recorder.derivatives(residuals, level) for level in levels]
    matrix = [[column[row] for column in columns] for row in range(len(levels))]
    right = [-change for change in recorder.derivatives(residuals, parameter)]
    try:
        changes = solve(recorder, matrix, right, lambda change, factor: change * factor)
    except SingularError:
        raise DerivationError(
            f"the first-order conditions of {', '.join(implicit.residuals)} do not say how they change with {parameter}"
        ) from None
    return dict(zip(levels, changes, strict=True))
