"""Whether the formulas that a certificate rests on are those that a game leads to.

The checker (`rdgames.certificates.checker`) confirms that a statement follows from closed forms and assumptions; it
cannot know where these come from. Here they are derived once more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rdgames.claims.reading import Proposition, find_claim
from rdgames.equilibrium.condition import Condition
from rdgames.game.game import Game
from rdgames.game.literature import Claim
from rdgames.proofs.certificate import claim_document
from rdgames.proofs.reading import Reading

_COMPARED = ("parameters", "abbreviations", "outcomes")
_LOGIC = ("margin", "strict", "applies", "whole")
"""What an assumption says; its name and its regime are for people."""


def differing_parts(document: Mapping[str, Any], game: Game) -> tuple[str, ...]:
    """Return the parts of a certificate that a game does not lead to; none if its formulas are those of the game.

    A certificate may assume any of the conditions of the regimes that it names, and nothing else.

    Raises
    ------
    ModelError
        If the statement of the certificate names what the game does not have.
    DerivationError
        If a regime that it names has no equilibrium in closed form.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> from rdgames.proofs.proving import prove
    >>> game = load("daspremont-jacquemin")
    >>> shown = dict(prove("P1a", game).certificate)
    >>> differing_parts(shown, game)
    ()
    >>> differing_parts({**shown, "outcomes": {}}, game)
    ('outcomes',)
    """
    claim = Claim(name="certified", statement=document["statement"], given=document["given"])
    proposition = Proposition.read(game, find_claim(game, claim))
    derived = json.loads(json.dumps(claim_document(Reading(proposition, _every_condition))))
    found = json.loads(json.dumps(dict(document)))
    differing = [part for part in _COMPARED if found[part] != derived[part]]
    recorded = {entry.name: entry for entry in game.claims}.get(document["claim"])
    if recorded is not None and not _says(recorded, proposition, game):
        differing.append("claim")
    if not {_logic(entry) for entry in found["assumptions"]} <= {_logic(entry) for entry in derived["assumptions"]}:
        differing.append("assumptions")
    return tuple(differing)


def _says(recorded: Claim, proposition: Proposition, game: Game) -> bool:
    """Whether a claim of the model says what a certificate shows under its name."""
    known = Proposition.read(game, recorded)
    return (known.statement, known.given) == (proposition.statement, proposition.given)


def _every_condition(condition: Condition[Any]) -> bool:  # noqa: ARG001 -- every selection is asked about a condition
    return True


def _logic(assumption: Mapping[str, Any]) -> str:
    return json.dumps({key: assumption[key] for key in _LOGIC}, sort_keys=True)
