"""What a model requires at some levels: margins, and what they are differences of.

At a bound a margin is zero but for rounding, which is as large as what is subtracted, not as the difference: a cost of
nothing is left of a cost of sixty. So the terms of every requirement are outputs too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from rdgames.algebra.program import Element
from rdgames.equilibrium.expansion import AtLevels
from rdgames.equilibrium.interpretation import Player
from rdgames.game.scope import Scope
from rdgames.language.tree import Binary, Comparison, Expression, Indexed, Negative, Symbol

ROUNDING = 1e-11
"""By which part of its terms a requirement may be missed."""

MARGIN, TERM = "required:", "term of "


def requirements(reader: AtLevels) -> dict[str, Element]:
    """Return the margins of what the model requires, positive where it holds, and their terms."""
    scope = Scope.of(dict(reader.game))
    found: dict[str, Element] = {}
    for entry in reader.game.requirements:
        assert isinstance(entry.statement, Comparison)  # the checks of a game let nothing else pass
        players = {index: Player(group, 0) for index, group in scope.free_indices(entry.statement).items()}
        for (left, right), sign in zip(pairwise(entry.statement.terms), entry.statement.operators, strict=True):
            more, less = (left, right) if sign.startswith(">") else (right, left)
            name = f"{MARGIN}{sum(key.startswith(MARGIN) for key in found)}"
            terms = [*_terms(reader, more, players), *_terms(reader, less, players)]
            found |= {f"{TERM}{name}:{place}": term for place, term in enumerate(terms)}
            found[name] = reader.evaluate(more, players) - reader.evaluate(less, players)
    return found


def _terms(reader: AtLevels, formula: Expression, bound: Mapping[str, Player]) -> Iterator[Element]:
    """Yield what a formula adds and subtracts, definitions written out."""
    match formula:
        case Binary("+" | "-", left, right):
            yield from _terms(reader, left, bound)
            yield from _terms(reader, right, bound)
        case Negative(operand):
            yield from _terms(reader, operand, bound)
        case Symbol(name) if name in reader.game.definition:
            yield from _terms(reader, reader.game.definition[name].formula, {})
        case Indexed(name, (index,)) if name in reader.game.definition:
            definition = reader.game.definition[name]
            yield from _terms(reader, definition.formula, {definition.index: bound[index]} if definition.index else {})
        case _:
            yield reader.evaluate(formula, bound)


def meets_requirements(found: Mapping[str, Any], shape: tuple[int, ...]) -> np.ndarray:
    """Return where what the model requires holds, but for rounding."""
    holds = np.ones(shape, dtype=bool)
    for name, margin in found.items():
        if name.startswith(MARGIN):
            before = f"{TERM}{name}:"
            size = sum(np.abs(value) for key, value in found.items() if key.startswith(before))
            with np.errstate(invalid="ignore"):
                holds &= margin >= -ROUNDING * size
    return holds
