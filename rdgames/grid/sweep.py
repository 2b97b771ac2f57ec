"""Sweeps: the outcomes of a game under several regimes over a grid of parameters, as one labelled Dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from rdgames.game.game import Game
from rdgames.grid.accuracy import with_errors
from rdgames.grid.axes import Grid
from rdgames.grid.labels import VALID, coordinates, precision, provenance, variables
from rdgames.grid.questions import Question
from rdgames.kernel.blocks import Block, on_all_processors
from rdgames.kernel.kernel import DOUBLE, SINGLE, Kernel, Memory, type_of
from rdgames.kernel.levels import STARTS
from rdgames.kernel.tracing import FAILED

Progress = Callable[[int, int], None]
"""Is told how many points are done, of how many."""


def sweep(
    game: Game,
    regimes: Iterable[str] | str,
    /,
    *,
    outcomes: Iterable[str] | None = None,
    margins: bool = False,
    corners: bool = False,
    derivatives: Iterable[str] | str = (),
    starts: int = len(STARTS),
    dtype: Any = DOUBLE,
    extrapolate: bool = False,
    progress: Progress | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Evaluate a game under several regimes over a grid of parameters, by formulas or in numbers.

    Parameters
    ----------
    game, regimes
        The game, and names or sentences of regimes.
    outcomes
        Which outcomes; all if left out.
    margins
        Whether to include the margins of the conditions, as ``margin_NAME``.
    corners
        Whether bounds may bind (`rdgames.equilibrium.corners`): at every point the equilibrium is
        taken whose conditions hold, and ``corner`` says which bounds bind there, by its attribute ``flag_meanings``.
        Where the conditions hold for several choices of bounds, ``one_solution`` fails.
    derivatives
        Parameters by which all outcomes are differentiated, as ``d_welfare_d_beta``: term by term where there are
        formulas, by the implicit function theorem where levels are found in numbers.
    starts
        From how many starts levels are looked for that have no closed form, 1 to 5. With 1, which is the fastest, other
        solutions go unnoticed.
    dtype
        The type of numbers of outcomes and margins. ``"float32"`` takes half the memory, and less time on a graphics
        processor. Outcomes are then computed in slack coordinates (`rdgames.equilibrium.slack`), which keep six digits
        or more also near a boundary; under a regime without short formulas they are computed in double precision and
        rounded. Which points are valid is decided in double precision.
    extrapolate
        Evaluate also outside the domains of the parameters.
    progress
        Called after every block with the number of points done and the number of all.
    parameters
        For each parameter a number, several numbers (`linspace`, a list, an array), or text such as ``"0:1:101"``.

    Returns
    -------
    xarray.Dataset
        Dimensions ``regime`` and the swept parameters, in the order given. A variable for each outcome, NaN where the
        point is no valid equilibrium, or the regime has no such outcome (the attribute ``not_under`` lists
        those that have not); ``valid``; ``failed_condition``, 0 where valid, else which condition fails first, by the
        attributes ``flag_values`` and ``flag_meanings``. Units and descriptions are in the attributes ``units`` and
        ``long_name``, the model and its source in those of the Dataset. In float32, an outcome has the largest error
        that was found (`rdgames.grid.accuracy`) as ``float32_error``, and the Dataset ``computed_in``, how each regime
        is computed, and ``float32_points``, at how many points its outcomes were compared with exact values.

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
    question = Question.read(
        game,
        regimes,
        outcomes,
        parameters,
        margins=margins,
        corners=corners,
        derivatives=derivatives,
        starts=starts,
        dtype=dtype,
        extrapolate=extrapolate,
    )
    names, grid = question.regimes, question.grid
    kernel = question.compile()
    arrays = _allocate(kernel, grid)
    places = {regime: place for place, regime in enumerate(names)}

    def worker() -> Callable[[Block], int]:
        memory = Memory()

        def compute(block: Block) -> int:
            values = kernel.evaluate(grid.axes, grid.fixed, block, memory)
            for (regime, name), found in values.items():
                here: tuple[Any, ...] = (places[regime], *block, ...)  # a view, also where nothing is swept
                arrays[name][here] = found
                if name == FAILED:
                    np.equal(found, 0, out=arrays[VALID][here])
            return values[names[0], FAILED].size

        return compute

    done = 0
    for _, number in on_all_processors(kernel.blocks(grid.shape), worker):
        done = min(done + number, grid.size)  # blocks may overlap
        if progress is not None:
            progress(done, grid.size)
    dataset = _labelled(game, kernel, grid, arrays)
    return with_errors(dataset, game, kernel, grid) if kernel.dtype == SINGLE else dataset


def _allocate(kernel: Kernel, grid: Grid) -> dict[str, np.ndarray]:
    shape = (len(kernel.regimes), *grid.shape)
    arrays = {name: np.empty(shape, type_of(name, kernel.dtype)) for _, name in kernel.keys}
    for name, array in arrays.items():
        if any((regime, name) not in kernel.keys for regime in kernel.regimes):
            array.fill(np.nan)  # a margin, or an outcome of some members, that a regime does not have
    return arrays | {VALID: np.empty(shape, bool)}


def _labelled(game: Game, kernel: Kernel, grid: Grid, arrays: Mapping[str, np.ndarray]) -> xr.Dataset:
    dims = ("regime", *grid.axes)
    data = {name: (dims, arrays[name], dict(each.attributes)) for name, each in variables(game, kernel).items()}
    attributes = provenance(game, kernel.regimes) | precision(kernel)
    return xr.Dataset(data, coordinates(game, kernel.regimes, grid), attributes)
