"""Sweeps: the outcomes of a game under several regimes over a grid of parameters, as one labelled Dataset."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from itertools import chain
from typing import Any

import numpy as np
import xarray as xr

from rdgames.equilibrium.condition import DEFINED, DEFINED_MEANING
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game, expect_game
from rdgames.game.play import entries_under
from rdgames.grid.axes import Grid
from rdgames.kernel.kernel import FAILED, Block, Kernel, compile_kernel
from rdgames.language.printer import LATEX, typeset
from rdgames.language.tree import Symbol

Progress = Callable[[int, int], None]
"""Is told how many points are done, of how many."""


def sweep(
    game: Game,
    regimes: Iterable[str] | str,
    /,
    *,
    outcomes: Iterable[str] | None = None,
    margins: bool = False,
    extrapolate: bool = False,
    progress: Progress | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Evaluate a game under several regimes over a grid of parameters.

    Parameters
    ----------
    game, regimes
        The game, and names or sentences of regimes.
    outcomes
        Which outcomes; all if left out.
    margins
        Whether to include the margins of the conditions, as ``margin_NAME``.
    extrapolate
        Evaluate also outside the domains of the parameters.
    progress
        Called after every block with the number of points done and the number of all.
    parameters
        For each parameter a number, several numbers (`linspace`, a list, an array), or text such as ``"0:1:101"``.

    Returns
    -------
    xarray.Dataset
        Dimensions ``regime`` and the swept parameters, in the order given. A variable for each outcome, in float64, NaN
        where the point is no valid equilibrium, or the regime has no such outcome (the attribute ``not_under`` lists
        those that have not); ``valid``; ``failed_condition``, 0 where valid, else which condition fails first, by the
        attributes ``flag_values`` and ``flag_meanings``. Units and descriptions are in the attributes ``units`` and
        ``long_name``, the model and its source in those of the Dataset.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, InputError
        If names or values are not those of the game; see `rdgames.grid.axes.Grid.of`.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> ds = sweep(game, ["competition", "cartel"], a=100, b=1, c=60, n=2, gamma=5, beta=[0, 0.5, 1])
    >>> ds["x"].sel(regime="cartel").values.round(3).tolist()
    [1.86, 2.963, 4.324]
    """
    expect_game(game)
    names = (regimes,) if isinstance(regimes, str) else tuple(regimes)
    if not all(isinstance(name, str) for name in names):
        raise InputError("found a regime that is no text, expected names or sentences of regimes")
    if not names:
        raise InputError("found no regime, expected at least one")
    if len(set(names)) < len(names):
        raise InputError(f"found a regime twice in {', '.join(names)}, expected different regimes")
    known = entries_under(game, map(game.regime, names))
    chosen = tuple(known) if outcomes is None else tuple(outcomes)
    for name in chosen:
        if name not in known:
            raise UnknownNameError("outcome", name, known)
    grid = Grid.of(game, parameters, names, extrapolate=extrapolate)
    kernel = compile_kernel(game, names, chosen, margins=margins)
    arrays = _allocate(kernel, grid)

    def compute(block: Block) -> int:
        values = kernel.evaluate(grid.axes, grid.fixed, block)
        for place, regime in enumerate(names):
            for name in kernel.outputs(regime):
                here = arrays[name][place, ...]  # a view, also where nothing is swept
                here[block] = values[regime, name]
        return values[names[0], FAILED].size

    _run(compute, kernel.blocks(grid.shape), grid.size, progress)
    return _labelled(game, kernel, grid, arrays)


def _run(compute: Callable[[Block], int], blocks: Sequence[Block], points: int, progress: Progress | None) -> None:
    """Compute blocks on all processors (XLA and NumPy release Python's lock), the first alone since it compiles."""
    done = compute(blocks[0])
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        try:
            for points_of_block in chain([0], pool.map(compute, blocks[1:])):
                done = min(done + points_of_block, points)  # blocks may overlap
                if progress is not None:
                    progress(done, points)
        finally:
            pool.shutdown(cancel_futures=True)  # after an interrupt, what has not begun is not begun


def _allocate(kernel: Kernel, grid: Grid) -> dict[str, np.ndarray]:
    shape = (len(kernel.regimes), *grid.shape)
    names = dict.fromkeys(name for regime in kernel.regimes for name in kernel.outputs(regime))
    arrays = {name: np.empty(shape) for name in names if name != FAILED}
    for name, array in arrays.items():
        if any(name not in kernel.outputs(regime) for regime in kernel.regimes):
            array.fill(np.nan)  # a margin, or an outcome of some members, that a regime does not have
    return arrays | {FAILED: np.zeros(shape, dtype=np.int16)}


def _labelled(game: Game, kernel: Kernel, grid: Grid, arrays: Mapping[str, np.ndarray]) -> xr.Dataset:
    dims = ("regime", *grid.axes)
    data: dict[str, Any] = {}
    known = entries_under(game, map(game.regime, kernel.regimes))
    for name in kernel.outcomes:
        entry = known[name]
        attributes: dict[str, Any] = {"long_name": entry.description or name, "units": entry.unit}
        without = [regime for regime in kernel.regimes if name not in kernel.available[regime]]
        if without:
            attributes["not_under"] = json.dumps(without)
        data[name] = (dims, arrays[name], attributes)
    meanings = {c.name: c.meaning for regime in kernel.regimes for c in kernel.conditions[regime]}
    meanings[DEFINED] = DEFINED_MEANING
    for name, array in arrays.items():
        if name.startswith("margin_"):
            meaning = meanings[name.removeprefix("margin_")]
            data[name] = (dims, array, {"long_name": f"margin of: {meaning}", "units": ""})
    data["valid"] = (dims, arrays[FAILED] == 0, {"long_name": "whether the point is a valid equilibrium"})
    flags = {
        "long_name": "first condition that fails",
        "flag_values": np.arange(len(kernel.condition_names) + 1, dtype=np.int16),
        "flag_meanings": " ".join(["none", *(name.replace(" ", "") for name in kernel.condition_names)]),
        "meanings": json.dumps(meanings),
    }
    data[FAILED] = (dims, arrays[FAILED], flags)
    return xr.Dataset(data, _coordinates(game, kernel, grid), _provenance(game, kernel))


def _coordinates(game: Game, kernel: Kernel, grid: Grid) -> dict[str, Any]:
    described = {name: game.regime(name).description for name in kernel.regimes}
    coordinates: dict[str, Any] = {
        "regime": ("regime", list(kernel.regimes), {"long_name": "regime", "descriptions": json.dumps(described)})
    }
    given = {name: parameter for name, parameter in game.parameter.items() if name in {*grid.axes, *grid.fixed}}
    for name, parameter in given.items():
        attributes = {
            "long_name": parameter.description or name,
            "units": parameter.unit,
            "domain": parameter.describe_domain(),
            "symbol": parameter.symbol or typeset(Symbol(name), LATEX),
        }
        if name in grid.axes:
            coordinates[name] = (name, _whole(grid.axes[name], whole=parameter.integer), attributes)
        else:
            coordinates[name] = ((), _whole(np.asarray(grid.fixed[name]), whole=parameter.integer), attributes)
    return coordinates


def _whole(values: np.ndarray, *, whole: bool) -> np.ndarray:
    return values.astype(np.int64) if whole and np.all(values == np.round(values)) else values


def _provenance(game: Game, kernel: Kernel) -> dict[str, str]:
    return {
        "title": game.title or game.name,
        "model": game.name,
        "model_sha256": game.fingerprint,
        "citation": str(game.citation or ""),
        "regimes": json.dumps({name: str(game.regime(name).sentence) for name in kernel.regimes}),
        "rdgames_version": version("rdgames"),
        "jax_version": version("jax"),
        "numpy_version": np.__version__,
        "Conventions": "CF-1.11",
    }
