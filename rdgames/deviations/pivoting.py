"""Which bounds bind, where there are too many choices to try them all: from one choice to the next that looks better.

Nobody is held at first. Whoever would choose less than the least level is held there, and whoever is held but would
choose more is set free, until nobody is either. In games in which rivals' outputs are substitutes, this ends after a
few steps at the equilibrium (principal pivoting: Cottle, Pang and Stone 1992, The Linear Complementarity Problem,
chapter 4). It finds one equilibrium and does not look for others; where it goes in circles, it finds none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

STEPS = 40
"""How many choices are tried."""

Outputs = dict[str, Any]
InCell = Callable[[tuple[str, ...], Mapping[str, Any], int, Mapping[str, Any]], Iterator[Outputs]]
"""Yields the outputs of a cell with some actions held, at so many histories, near some levels."""


def pivoted(
    bounded: Sequence[str], in_cell: InCell, numbers: Mapping[str, Any], shape: tuple[int, ...], near: Mapping[str, Any]
) -> Outputs:
    """Return the outputs of the cell at which each history ends; those of no cell are missing numbers."""
    size = int(np.prod(shape))
    flat, start = (
        {name: np.broadcast_to(value, shape).ravel() for name, value in table.items()} for table in (numbers, near)
    )
    held = np.zeros((size, len(bounded)), dtype=bool)
    whole: Outputs = {}
    going = np.arange(size)
    for _ in range(STEPS):
        following = held[going].copy()
        choices, which = np.unique(held[going], axis=0, return_inverse=True)
        for number, choice in enumerate(choices):
            lanes = np.flatnonzero(which.ravel() == number)
            here = going[lanes]
            names = tuple(action for action, at_bound in zip(bounded, choice, strict=True) if at_bound)
            point, about = ({name: value[here] for name, value in table.items()} for table in (flat, start))
            found = _first_finite(in_cell(names, point, len(here), about), bounded, len(here))
            for place, action in enumerate(bounded):
                if choice[place]:
                    following[lanes, place] = ~(found.get(f"corner:{action}", np.float64(-1)) < 0)
                else:
                    following[lanes, place] = found.get(f"interior:{action}", np.float64(1)) < 0
            _write(whole, found, here, size)
        going, following = (each[(following != held[going]).any(axis=1)] for each in (going, following))
        held[going] = following
        if not len(going):
            break
    _write(whole, dict.fromkeys(whole, np.nan), going, size)
    return {name: value.reshape(shape) for name, value in whole.items()}


def _first_finite(solutions: Iterator[Outputs], bounded: Sequence[str], size: int) -> Outputs:
    """Return, history by history, the first solution that has numbers."""
    chosen: Outputs = {}
    missing = np.ones(size, dtype=bool)
    for found in solutions:
        for name, value in found.items():
            chosen[name] = np.where(missing, value, chosen.get(name, np.nan))
        missing = ~np.all([np.isfinite(chosen[f"level:{action}"]) for action in bounded], axis=0)
        if not missing.any():
            break
    return chosen


def _write(whole: Outputs, found: Outputs, lanes: np.ndarray, size: int) -> None:
    """Write the outputs of a cell to their histories, over those of cells that were left."""
    for name in found.keys() - whole.keys():
        whole[name] = np.full(size, np.inf)  # of a condition that other cells do not have
    for name, value in whole.items():
        value[lanes] = found.get(name, np.inf if _is_condition(name) else np.nan)


def _is_condition(name: str) -> bool:
    return name.partition(":")[0] in ("interior", "corner", "strictly", "weakly", "applies")
