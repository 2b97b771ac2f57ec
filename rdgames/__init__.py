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
    from rdgames.citations.cite import cite
    from rdgames.claims.published import check_published
    from rdgames.deviations.checking import check_equilibrium
    from rdgames.equilibrium.corners import Corners, corners
    from rdgames.equilibrium.equilibrium import Equilibrium, solve
    from rdgames.figures.curves import plot
    from rdgames.figures.regions import plot_regions
    from rdgames.figures.shares import plot_shares
    from rdgames.figures.stability_map import plot_stability
    from rdgames.figures.ternary import plot_ternary
    from rdgames.game.explicit import explicit
    from rdgames.game.game import Game
    from rdgames.grid.axes import Grid, linspace, read_axis
    from rdgames.grid.files import write
    from rdgames.grid.sweep import sweep
    from rdgames.modelfile.catalogue import load
    from rdgames.modelfile.files import read_game, write_game
    from rdgames.modelfile.folder import models
    from rdgames.overviews.summarize import Overview, summarize
    from rdgames.panels.controls import explore
    from rdgames.panels.page import serve_page
    from rdgames.papers.latex import latex
    from rdgames.proofs.proof import Proof
    from rdgames.proofs.proving import prove
    from rdgames.reductions.best import best_regimes
    from rdgames.reductions.counts import count
    from rdgames.reductions.extrema import extremes
    from rdgames.reductions.histograms import histogram
    from rdgames.reductions.optima import optimum
    from rdgames.sharing.bargaining import Egalitarian, KalaiSmorodinsky, NashBargaining
    from rdgames.sharing.coalitions import is_convex, is_monotone, is_superadditive
    from rdgames.sharing.coefficients import coefficients
    from rdgames.sharing.compromise import AlternateCostAvoided, CostGap, Tau
    from rdgames.sharing.contracts import Contract, contract
    from rdgames.sharing.core import blocking, core_of
    from rdgames.sharing.corrections import CorrectedShapley
    from rdgames.sharing.dependence import dependence
    from rdgames.sharing.design import design
    from rdgames.sharing.equal import EgalitarianNonSeparable, EqualSplit, EqualSurplus
    from rdgames.sharing.feedback import feedback
    from rdgames.sharing.graphs import Myerson
    from rdgames.sharing.kohlberg import certify_nucleolus
    from rdgames.sharing.members import Members, read_members
    from rdgames.sharing.nucleolus import LeastCore, Nucleolus, Prenucleolus
    from rdgames.sharing.partition_values import ExternalityFree, MyersonPartition
    from rdgames.sharing.partitions import coalitional, tabulate_partitions
    from rdgames.sharing.phases import Phase, in_phases
    from rdgames.sharing.proportional import Proportional, StandAloneProportional
    from rdgames.sharing.ranges import acceptable
    from rdgames.sharing.rule import Division, Rule
    from rdgames.sharing.rules import read_rules
    from rdgames.sharing.shapley import Shapley, WeightedShapley
    from rdgames.sharing.share import share
    from rdgames.sharing.showing import describe_shares, document_shares
    from rdgames.sharing.structures import AumannDreze, Owen
    from rdgames.sharing.symbolic import SymbolicWorth, symbolic_worth
    from rdgames.sharing.tables import tabulate
    from rdgames.sharing.worth import partition_worth, worth
    from rdgames.sharing.worth_files import read_worth
    from rdgames.stability.alone import potential_surplus, stable_coalitions
    from rdgames.stability.forming import form
    from rdgames.stability.keeping import kept_by, kept_in_core
    from rdgames.stability.patience import critical_discount
    from rdgames.stability.sequential import propose_coalitions, propose_sizes
    from rdgames.stability.stable import stable
    from rdgames.stability.structures import stable_partitions
    from rdgames.stability.sustaining import sustain
    from rdgames.stability.symmetric import stable_size, stable_sizes, tabulate_sizes
    from rdgames.stability.wording import explain
    from rdgames.stores.stream import stream
    from rdgames.theorems.region import region
    from rdgames.theorems.statics import statics

_ROOMS = {
    "AlternateCostAvoided": "rdgames.sharing.compromise",
    "AumannDreze": "rdgames.sharing.structures",
    "Continuation": "rdgames.choices.regimes",
    "Contract": "rdgames.sharing.contracts",
    "Corners": "rdgames.equilibrium.corners",
    "CorrectedShapley": "rdgames.sharing.corrections",
    "CostGap": "rdgames.sharing.compromise",
    "Division": "rdgames.sharing.rule",
    "Egalitarian": "rdgames.sharing.bargaining",
    "EgalitarianNonSeparable": "rdgames.sharing.equal",
    "EqualSplit": "rdgames.sharing.equal",
    "EqualSurplus": "rdgames.sharing.equal",
    "Equilibrium": "rdgames.equilibrium.equilibrium",
    "ExternalityFree": "rdgames.sharing.partition_values",
    "Game": "rdgames.game.game",
    "Grid": "rdgames.grid.axes",
    "KalaiSmorodinsky": "rdgames.sharing.bargaining",
    "LeastCore": "rdgames.sharing.nucleolus",
    "Members": "rdgames.sharing.members",
    "Myerson": "rdgames.sharing.graphs",
    "MyersonPartition": "rdgames.sharing.partition_values",
    "NashBargaining": "rdgames.sharing.bargaining",
    "NormalForm": "rdgames.choices.normal_form",
    "Nucleolus": "rdgames.sharing.nucleolus",
    "Overview": "rdgames.overviews.summarize",
    "Owen": "rdgames.sharing.structures",
    "Phase": "rdgames.sharing.phases",
    "Prenucleolus": "rdgames.sharing.nucleolus",
    "Proof": "rdgames.proofs.proof",
    "Proportional": "rdgames.sharing.proportional",
    "Rule": "rdgames.sharing.rule",
    "Shapley": "rdgames.sharing.shapley",
    "StandAloneProportional": "rdgames.sharing.proportional",
    "SymbolicWorth": "rdgames.sharing.symbolic",
    "Tau": "rdgames.sharing.compromise",
    "WeightedShapley": "rdgames.sharing.shapley",
    "acceptable": "rdgames.sharing.ranges",
    "best_regimes": "rdgames.reductions.best",
    "blocking": "rdgames.sharing.core",
    "certify_nucleolus": "rdgames.sharing.kohlberg",
    "check_certificate": "rdgames.certificates.checker",
    "check_equilibrium": "rdgames.deviations.checking",
    "check_published": "rdgames.claims.published",
    "choose_levels": "rdgames.choices.levels",
    "choose_regimes": "rdgames.choices.regimes",
    "cite": "rdgames.citations.cite",
    "coalitional": "rdgames.sharing.partitions",
    "coefficients": "rdgames.sharing.coefficients",
    "contract": "rdgames.sharing.contracts",
    "core_of": "rdgames.sharing.core",
    "corners": "rdgames.equilibrium.corners",
    "count": "rdgames.reductions.counts",
    "critical_discount": "rdgames.stability.patience",
    "dependence": "rdgames.sharing.dependence",
    "describe_shares": "rdgames.sharing.showing",
    "document_shares": "rdgames.sharing.showing",
    "design": "rdgames.sharing.design",
    "explain": "rdgames.stability.wording",
    "explicit": "rdgames.game.explicit",
    "explore": "rdgames.panels.controls",
    "extremes": "rdgames.reductions.extrema",
    "feedback": "rdgames.sharing.feedback",
    "form": "rdgames.stability.forming",
    "histogram": "rdgames.reductions.histograms",
    "in_phases": "rdgames.sharing.phases",
    "is_convex": "rdgames.sharing.coalitions",
    "is_monotone": "rdgames.sharing.coalitions",
    "is_superadditive": "rdgames.sharing.coalitions",
    "kept_by": "rdgames.stability.keeping",
    "kept_in_core": "rdgames.stability.keeping",
    "latex": "rdgames.papers.latex",
    "linspace": "rdgames.grid.axes",
    "load": "rdgames.modelfile.catalogue",
    "measure_speed": "rdgames.bench.catalogue",
    "models": "rdgames.modelfile.folder",
    "optimum": "rdgames.reductions.optima",
    "partition_worth": "rdgames.sharing.worth",
    "plot": "rdgames.figures.curves",
    "plot_regions": "rdgames.figures.regions",
    "plot_shares": "rdgames.figures.shares",
    "plot_stability": "rdgames.figures.stability_map",
    "plot_ternary": "rdgames.figures.ternary",
    "potential_surplus": "rdgames.stability.alone",
    "propose_coalitions": "rdgames.stability.sequential",
    "propose_sizes": "rdgames.stability.sequential",
    "prove": "rdgames.proofs.proving",
    "read_axis": "rdgames.grid.axes",
    "read_game": "rdgames.modelfile.files",
    "read_members": "rdgames.sharing.members",
    "read_rules": "rdgames.sharing.rules",
    "read_worth": "rdgames.sharing.worth_files",
    "region": "rdgames.theorems.region",
    "serve_page": "rdgames.panels.page",
    "share": "rdgames.sharing.share",
    "solve": "rdgames.equilibrium.equilibrium",
    "stable": "rdgames.stability.stable",
    "stable_coalitions": "rdgames.stability.alone",
    "stable_partitions": "rdgames.stability.structures",
    "stable_size": "rdgames.stability.symmetric",
    "stable_sizes": "rdgames.stability.symmetric",
    "statics": "rdgames.theorems.statics",
    "stream": "rdgames.stores.stream",
    "summarize": "rdgames.overviews.summarize",
    "sustain": "rdgames.stability.sustaining",
    "sweep": "rdgames.grid.sweep",
    "symbolic_worth": "rdgames.sharing.symbolic",
    "tabulate": "rdgames.sharing.tables",
    "tabulate_partitions": "rdgames.sharing.partitions",
    "tabulate_sizes": "rdgames.stability.symmetric",
    "worth": "rdgames.sharing.worth",
    "write": "rdgames.grid.files",
    "write_game": "rdgames.modelfile.files",
}

__all__ = [
    "AlternateCostAvoided",
    "AumannDreze",
    "Continuation",
    "Contract",
    "Corners",
    "CorrectedShapley",
    "CostGap",
    "Division",
    "Egalitarian",
    "EgalitarianNonSeparable",
    "EqualSplit",
    "EqualSurplus",
    "Equilibrium",
    "ExternalityFree",
    "Game",
    "Grid",
    "KalaiSmorodinsky",
    "LeastCore",
    "Members",
    "Myerson",
    "MyersonPartition",
    "NashBargaining",
    "NormalForm",
    "Nucleolus",
    "Overview",
    "Owen",
    "Phase",
    "Prenucleolus",
    "Proof",
    "Proportional",
    "Rule",
    "Shapley",
    "StandAloneProportional",
    "SymbolicWorth",
    "Tau",
    "WeightedShapley",
    "acceptable",
    "best_regimes",
    "blocking",
    "certify_nucleolus",
    "check_certificate",
    "check_equilibrium",
    "check_published",
    "choose_levels",
    "choose_regimes",
    "cite",
    "coalitional",
    "coefficients",
    "contract",
    "core_of",
    "corners",
    "count",
    "critical_discount",
    "dependence",
    "describe_shares",
    "design",
    "document_shares",
    "explain",
    "explicit",
    "explore",
    "extremes",
    "feedback",
    "form",
    "histogram",
    "in_phases",
    "is_convex",
    "is_monotone",
    "is_superadditive",
    "kept_by",
    "kept_in_core",
    "latex",
    "linspace",
    "load",
    "measure_speed",
    "models",
    "optimum",
    "partition_worth",
    "plot",
    "plot_regions",
    "plot_shares",
    "plot_stability",
    "plot_ternary",
    "potential_surplus",
    "propose_coalitions",
    "propose_sizes",
    "prove",
    "read_axis",
    "read_game",
    "read_members",
    "read_rules",
    "read_worth",
    "region",
    "serve_page",
    "share",
    "solve",
    "stable",
    "stable_coalitions",
    "stable_partitions",
    "stable_size",
    "stable_sizes",
    "statics",
    "stream",
    "summarize",
    "sustain",
    "sweep",
    "symbolic_worth",
    "tabulate",
    "tabulate_partitions",
    "tabulate_sizes",
    "worth",
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
