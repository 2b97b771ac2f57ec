"""rdgames solves games of research cooperation. This is the front door: each name opens its room when first used.

>>> import rdgames as rd
>>> game = rd.load("daspremont-jacquemin")
>>> rd.solve(game, "cartel")["q"]
gamma*(a - c)*(n + 1)/(b*gamma*(n + 1)**2 - 2*(beta*(n - 1) + 1)**2)
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rdgames.bench.catalogue import measure_speed
    from rdgames.certificates.checker import check_certificate
    from rdgames.choices.levels import choose_levels
    from rdgames.choices.normal_form import NormalForm
    from rdgames.choices.regimes import Continuation, choose_regimes
    from rdgames.claims.published import check_published
    from rdgames.deviations.checking import check_equilibrium
    from rdgames.equilibrium.corners import Corners, corners
    from rdgames.equilibrium.equilibrium import Equilibrium, solve
    from rdgames.figures.curves import plot
    from rdgames.figures.regions import plot_regions
    from rdgames.game.explicit import explicit
    from rdgames.game.game import Game
    from rdgames.grid.axes import Grid, linspace
    from rdgames.grid.files import write
    from rdgames.grid.sweep import sweep
    from rdgames.modelfile.catalogue import load
    from rdgames.modelfile.files import read_game, write_game
    from rdgames.modelfile.folder import models
    from rdgames.proofs.proof import Proof
    from rdgames.proofs.proving import prove
    from rdgames.reductions.best import best_regimes
    from rdgames.reductions.counts import count
    from rdgames.reductions.extrema import extremes
    from rdgames.reductions.histograms import histogram
    from rdgames.reductions.optima import optimum
    from rdgames.stores.stream import stream
    from rdgames.theorems.region import region
    from rdgames.theorems.statics import statics

_ROOMS = {
    "Continuation": "rdgames.choices.regimes",
    "Corners": "rdgames.equilibrium.corners",
    "Equilibrium": "rdgames.equilibrium.equilibrium",
    "Game": "rdgames.game.game",
    "Grid": "rdgames.grid.axes",
    "NormalForm": "rdgames.choices.normal_form",
    "Proof": "rdgames.proofs.proof",
    "best_regimes": "rdgames.reductions.best",
    "check_certificate": "rdgames.certificates.checker",
    "check_equilibrium": "rdgames.deviations.checking",
    "check_published": "rdgames.claims.published",
    "choose_levels": "rdgames.choices.levels",
    "choose_regimes": "rdgames.choices.regimes",
    "corners": "rdgames.equilibrium.corners",
    "count": "rdgames.reductions.counts",
    "explicit": "rdgames.game.explicit",
    "extremes": "rdgames.reductions.extrema",
    "histogram": "rdgames.reductions.histograms",
    "linspace": "rdgames.grid.axes",
    "load": "rdgames.modelfile.catalogue",
    "measure_speed": "rdgames.bench.catalogue",
    "models": "rdgames.modelfile.folder",
    "optimum": "rdgames.reductions.optima",
    "plot": "rdgames.figures.curves",
    "plot_regions": "rdgames.figures.regions",
    "prove": "rdgames.proofs.proving",
    "read_game": "rdgames.modelfile.files",
    "region": "rdgames.theorems.region",
    "solve": "rdgames.equilibrium.equilibrium",
    "statics": "rdgames.theorems.statics",
    "stream": "rdgames.stores.stream",
    "sweep": "rdgames.grid.sweep",
    "write": "rdgames.grid.files",
    "write_game": "rdgames.modelfile.files",
}

__all__ = [
    "Continuation",
    "Corners",
    "Equilibrium",
    "Game",
    "Grid",
    "NormalForm",
    "Proof",
    "best_regimes",
    "check_certificate",
    "check_equilibrium",
    "check_published",
    "choose_levels",
    "choose_regimes",
    "corners",
    "count",
    "explicit",
    "extremes",
    "histogram",
    "linspace",
    "load",
    "measure_speed",
    "models",
    "optimum",
    "plot",
    "plot_regions",
    "prove",
    "read_game",
    "region",
    "solve",
    "statics",
    "stream",
    "sweep",
    "write",
    "write_game",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("rdgames")
    if name not in _ROOMS:
        raise AttributeError(f"module 'rdgames' has no attribute {name!r}; it has {', '.join(sorted(_ROOMS))}")
    try:
        value = getattr(import_module(_ROOMS[name]), name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"rd.{name} needs {error.name}: pip install 'rdgames[all]'", name=error.name
        ) from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_ROOMS, "__all__", "__doc__", "__version__"])
