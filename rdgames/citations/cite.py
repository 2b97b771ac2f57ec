"""What to cite for models, rules, methods and results.

Nothing is recorded while something is computed. A result knows its model, its rules and its conditions; these name
their sources, and the list of references (`rdgames.citations.references`) knows the publications.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.metadata import version
from inspect import getdoc, getmodule
from typing import Any, TypeAlias

from rdgames.citations.bibliography import Bibliography
from rdgames.citations.references import named_in
from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.equilibrium.point import Point
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.game.literature import Citation
from rdgames.modelfile.catalogue import load
from rdgames.modelfile.folder import models
from rdgames.proofs.proof import Proof
from rdgames.sharing.corrections import CorrectedShapley
from rdgames.sharing.graphs import Myerson
from rdgames.sharing.proportional import Proportional
from rdgames.sharing.rule import Division, Rule
from rdgames.sharing.rules import RULES
from rdgames.sharing.shapley import WeightedShapley
from rdgames.sharing.structures import AumannDreze, Owen
from rdgames.theorems.region import Region
from rdgames.theorems.tabulated import Statics, StaticsTable

Cited: TypeAlias = Iterator[tuple[Citation, str]]

SOFTWARE_YEAR = 2026

_WITH_DATA: tuple[type[Rule], ...] = (Proportional, CorrectedShapley, WeightedShapley, Owen, AumannDreze, Myerson)

_LAYERS = {
    "linear programming": "Handelman 1988",
    "solvers": "de Moura and Bjørner 2008; Barbosa and others 2022",
}
"""Whose methods the layers of a proof are, where they are more than arithmetic."""


def cite(*things: Any) -> Bibliography:
    """Return the BibTeX of what a paper should cite for models, rules, methods and results that it uses.

    Parameters
    ----------
    things
        Games and names of models, rules (objects, classes, or names), functions of this library, and results:
        equilibria and points, proofs, regions, comparative statics, divisions, and the Datasets of sweeps and of what
        coalitions are worth, how they divide it, and who stays. rdgames itself comes last; it is all if there are none.

    Raises
    ------
    InputError
        If something is none of these; all such things are listed.
    UnknownNameError
        If a text is no name of a model or rule.

    Examples
    --------
    >>> cite("daspremont-jacquemin", "shapley").keys
    ('daspremont1988cooperative', 'shapley1953value', 'rdgames2026games')
    >>> print(cite("nucleolus"))  # doctest: +ELLIPSIS
    % For the rule nucleolus
    @article{schmeidler1969nucleolus,
      author = {Schmeidler, David},
      title = {{The Nucleolus of a Characteristic Function Game}},
      journal = {SIAM Journal on Applied Mathematics},
      volume = {17},
      number = {6},
      pages = {1163--1170},
      year = {1969},
      doi = {10.1137/0117107},
    }
    ...
    """
    work = _Citing()
    cited = [pair for thing in things for pair in work.of(thing)]
    if work.unknown:
        found = ", ".join(work.unknown)
        raise InputError(
            f"found {found}, expected games, rules, their names, functions of rdgames, or what they return: an "
            "equilibrium, a proof, a Dataset"
        )
    return Bibliography.of([*cited, (software(), "the computations")], work.notes)


def software() -> Citation:
    """Return how rdgames itself is cited."""
    return Citation(
        name="rdgames",
        authors="The rdgames developers",
        year=SOFTWARE_YEAR,
        title=f"Games of Research Cooperation: rdgames, version {version('rdgames')}",
    )


_ASSUMED = {
    "outsiders": {
        "singletons": "Hart and Kurz 1983; Chander and Tulkens 1997",
        "merged": "Hart and Kurz 1983",
        "average": "Macho-Stadler, Perez-Castrillo and Wettstein 2007",
        "": "",
    },
    "membership": {"": "d'Aspremont, Jacquemin, Gabszewicz and Weymark 1983"},
}
"""Whose assumptions the attributes of a dataset state, by their values; under "" those of any other value."""


class _Citing:
    """What is found on the way: things that cannot be cited, and what a reader should know."""

    def __init__(self) -> None:
        self.unknown: list[str] = []
        self.notes: list[str] = []

    def of(self, thing: Any) -> Cited:
        """Yield the publications to cite for a thing, each with what it is cited for."""
        match thing:
            case str():
                yield from self._named(thing.strip())
            case Game():
                yield from self._game(thing)
            case Equilibrium():
                yield from self._game(thing.game)
                further = thing.game.references
                for condition in thing.stated_conditions:
                    yield from _sources(condition.source, f"the condition {condition.name}", further)
            case Point():
                yield from self._model(thing.model)
                for name, verdict in (*thing.conditions.items(), *thing.diagnostics.items()):
                    yield from _sources(verdict.source, f"the condition {name}", ())
            case Proof() | Statics() | StaticsTable() | Region():
                yield from self._model(thing.model)
                for proof in _proofs(thing):
                    yield from self._proof(proof)
            case Division():
                yield from self.of(thing.rule)
            case Rule():
                yield from self._rule(type(thing))
            case type() if issubclass(thing, Rule):
                yield from self._rule(thing)
            case _ if isinstance(attrs := getattr(thing, "attrs", None), Mapping):
                yield from self._dataset(attrs, type(thing).__name__)
            case _ if callable(thing) and str(getattr(thing, "__module__", "")).startswith("rdgames."):
                yield from _method(thing)
            case _:
                self.unknown.append(f"a {type(thing).__name__}")

    def _named(self, name: str) -> Cited:
        if name in models():
            yield from self._game(load(name))
        elif name in _rules():
            yield from self._rule(_rules()[name])
        else:
            raise UnknownNameError("model or rule", name, [*models(), *_rules()])

    def _game(self, game: Game) -> Cited:
        if game.citation is None:
            self.notes.append(f"{game.name} has no citation of its own")
        else:
            yield game.citation, f"the model {game.name}"

    def _rule(self, rule: type[Rule]) -> Cited:
        purpose = f"the rule {rule.name.replace(' ', '-')}"
        found = list(_sources(rule.source, purpose, ()))
        if not found:
            self.notes.append(f"{purpose}: {rule.source}")
        yield from found

    def _model(self, name: str) -> Cited:
        if name in models():
            yield from self._game(load(name))
        else:
            self.notes.append(f"{name} is no packaged model: name the game too, cite(game, ...)")

    def _proof(self, proof: Proof) -> Cited:
        for layer in proof.layers:
            yield from _sources(_LAYERS.get(layer, ""), f"proofs by {layer}", ())
        if proof.model in models():
            game = load(proof.model)
            for claim in game.claims:
                if claim.name == proof.claim:
                    yield from _sources(claim.source, f"the claim {claim.name}", game.references)

    def _dataset(self, attrs: Mapping[str, Any], kind: str) -> Cited:
        if not ({"model", "rules"} & set(attrs)):
            self.unknown.append(f"a {kind} that rdgames did not make")
            return
        if "model" in attrs:
            yield from self._model_of_dataset(str(attrs["model"]), str(attrs.get("citation", "")))
        for attribute, sources in _ASSUMED.items():
            source = sources.get(str(attrs.get(attribute, "")), sources[""]) if attribute in attrs else ""
            yield from _sources(source, f"the method: {attribute} {attrs.get(attribute)}", ())
        for label, source in json.loads(attrs.get("rules", "{}")).items():
            yield from _sources(str(source), f"the rule {label}", ())

    def _model_of_dataset(self, name: str, citation: str) -> Cited:
        if name in models() and str(load(name).citation or "") == citation:
            yield from self._game(load(name))
        elif citation:
            self.notes.append(f"the model {name}: {citation} Name the game for its BibTeX: cite(game, ...)")
        else:
            self.notes.append(f"{name} has no citation of its own")


def _sources(text: str, purpose: str, further: tuple[Citation, ...]) -> Cited:
    yield from ((citation, purpose) for citation in named_in(text, further)) if text else ()


def _method(thing: Callable[..., Any]) -> Cited:
    """Yield what the docstrings of a function and of its module name."""
    module = getmodule(thing)
    text = " ".join(filter(None, (getdoc(thing), module.__doc__ if module else "")))
    yield from _sources(text, f"the method {getattr(thing, '__name__', type(thing).__name__)}", ())


def _proofs(thing: Proof | Statics | StaticsTable | Region) -> Iterator[Proof]:
    match thing:
        case Proof():
            yield thing
        case Statics():
            yield from thing.proofs
        case StaticsTable():
            for entry in thing.entries.values():
                yield from entry.proofs
        case Region():
            yield from [thing.proof] if thing.proof else []


@cache
def _rules() -> Mapping[str, type[Rule]]:
    """Return the classes of rules by the names that users write."""
    by_name = {name: type(make()) for name, make in RULES.items()}
    return by_name | {rule.name.replace(" ", "-"): rule for rule in _WITH_DATA}
