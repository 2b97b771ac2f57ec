"""The labels of a sweep: what its variables and coordinates are called, measure and mean, and where they come from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from rdgames.equilibrium.condition import DEFINED, DEFINED_MEANING
from rdgames.game.game import Game
from rdgames.game.play import entries_under
from rdgames.grid.axes import Grid
from rdgames.kernel.cells import derivative_name
from rdgames.kernel.kernel import Kernel, type_of
from rdgames.kernel.tracing import CORNER, FAILED
from rdgames.language.printer import LATEX, typeset
from rdgames.language.tree import Symbol

VALID = "valid"
MARGIN = "margin_"


@dataclass(frozen=True)
class Variable:
    """One variable of a sweep: the type of its numbers, and its attributes."""

    dtype: np.dtype[Any]
    attributes: Mapping[str, Any]


def variables(game: Game, kernel: Kernel) -> dict[str, Variable]:
    """Return the variables of a sweep: outcomes, margins if there are any, ``valid``, and ``failed_condition``."""
    real, found = np.dtype(kernel.dtype), {}
    for name, attributes in _outcomes(game, kernel).items():
        without = [regime for regime in kernel.regimes if name not in kernel.available[regime]]
        if without:
            attributes["not_under"] = json.dumps(without)
        found[name] = Variable(real, attributes)
    meanings = {c.name: c.meaning for regime in kernel.regimes for c in kernel.conditions[regime]}
    meanings[DEFINED] = DEFINED_MEANING
    for name in dict.fromkeys(name for regime in kernel.regimes for name in kernel.outputs(regime)):
        if name.startswith(MARGIN):
            meaning = meanings[name.removeprefix(MARGIN)]
            found[name] = Variable(real, {"long_name": f"margin of: {meaning}", "units": ""})
    found[VALID] = Variable(np.dtype(bool), {"long_name": "whether the point is a valid equilibrium"})
    found[FAILED] = Variable(type_of(FAILED), failures(kernel.condition_names, meanings))
    if kernel.at_bounds:
        found[CORNER] = Variable(type_of(CORNER), _corners(kernel))
    return found


def _outcomes(game: Game, kernel: Kernel) -> dict[str, dict[str, Any]]:
    """Return what outcomes, and derivatives of them, are called and measured in."""
    known = entries_under(game, map(game.regime, kernel.regimes))
    outcomes = {
        name: {
            "long_name": entry.description or name,
            "units": entry.unit,
            "symbol": entry.symbol or typeset(Symbol(name), LATEX),
        }
        for name, entry in known.items()
    }
    for parameter in kernel.derivatives:
        entry = game.parameter[parameter]
        for name, unit in [(name, known[name].unit) for name in known]:
            outcomes[derivative_name(name, parameter)] = {
                "long_name": f"derivative of {known[name].description or name} by {entry.description or parameter}",
                "units": f"({unit or '1'}) per ({entry.unit or '1'})",
            }
    return {name: outcomes[name] for name in kernel.outcomes}


def _corners(kernel: Kernel) -> dict[str, Any]:
    names = [",".join(held) or "none" for held in kernel.at_bounds]
    return {"long_name": "bounds that bind", **flags(names)}


def failures(names: Iterable[str], meanings: Mapping[str, str]) -> dict[str, Any]:
    """Return the attributes of ``failed_condition``, whose numbers count conditions from 1, and their meanings."""
    words = ["none", *(name.replace(" ", "") for name in names)]
    return {"long_name": "first condition that fails", **flags(words), "meanings": json.dumps(dict(meanings))}


def flags(names: Iterable[str], dtype: npt.DTypeLike = np.int16, *, first: int = 0) -> dict[str, Any]:
    """Return the attributes of a variable whose numbers stand for names, by the conventions of CF: a word for each."""
    words = [name.replace(" ", "_") for name in names]
    return {"flag_values": np.arange(first, first + len(words), dtype=dtype), "flag_meanings": " ".join(words)}


def coordinates(game: Game, regimes: tuple[str, ...], grid: Grid) -> dict[str, Any]:
    """Return the coordinates of a sweep as xarray takes them: regimes, swept parameters, the values of the others."""
    described = {name: game.regime(name).description for name in regimes}
    found: dict[str, Any] = {
        "regime": ("regime", list(regimes), {"long_name": "regime", "descriptions": json.dumps(described)})
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
            found[name] = (name, _whole(grid.axes[name], whole=parameter.integer), attributes)
        else:
            found[name] = ((), _whole(np.asarray(grid.fixed[name]), whole=parameter.integer), attributes)
    return found


def provenance(game: Game, regimes: tuple[str, ...]) -> dict[str, str]:
    """Return where a sweep comes from: the model and its source, what the regimes say, the versions of the programs."""
    return {
        "title": game.title or game.name,
        "model": game.name,
        "model_sha256": game.fingerprint,
        "citation": str(game.citation or ""),
        "regimes": json.dumps({name: str(game.regime(name).sentence) for name in regimes}),
        "rdgames_version": version("rdgames"),
        "jax_version": version("jax"),
        "numpy_version": np.__version__,
        "Conventions": "CF-1.11",
    }


def precision(kernel: Kernel) -> dict[str, str]:
    """Return how each regime is computed, where that is not plain double precision."""
    return {"computed_in": json.dumps(dict(kernel.computed_in))} if kernel.computed_in else {}


def _whole(values: np.ndarray, *, whole: bool) -> np.ndarray:
    return values.astype(np.int64) if whole and np.all(values == np.round(values)) else values
