"""What can be wrong with a game beyond its single entries: names that stand for nothing, cycles, parts never used.

Each check yields mistakes and goes on, so that a model is read once and all its mistakes are reported together.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import islice
from typing import Any

from rdgames.errors import Mistake
from rdgames.game.check_play import (
    check_definitions,
    check_groups,
    check_names,
    check_payoffs,
    check_stages,
    check_unused,
)
from rdgames.game.check_regimes import check_regimes
from rdgames.game.check_words import check_claims, check_example, check_published, check_statements
from rdgames.game.entries import Definition
from rdgames.game.findings import PLAYER as PLAYER
from rdgames.game.findings import Fields
from rdgames.game.scope import Scope, free_uses

MAX_MISTAKES = 100
"""How many mistakes are listed at most."""


def complete(fields: Fields) -> dict[str, Any]:
    """Return the fields with what may be left out filled in: groups of SymPy sums, and ``for`` of definitions."""
    scope = Scope.of(fields)

    def named(entry: Any, key: str) -> Any:
        return entry.model_copy(update={key: scope.name_groups(getattr(entry, key))})

    done = dict(fields)
    definitions: dict[str, Definition] = {d.name: named(d, "formula") for d in fields.get("definitions", ())}
    uses = {name: free_uses(definition.formula) for name, definition in definitions.items() if not definition.each}
    known = replace(scope, definitions=definitions)
    while uses:  # what belongs to a player makes what is defined by it belong to one
        free = {name: known.groups_behind(found) for name, found in uses.items()}
        settled = {name: next(iter(one.items())) for name, one in free.items() if len(one) == 1}
        for name, (index, group) in settled.items():
            definitions[name] = definitions[name].model_copy(update={"each": f"{index} in {group}"})
        uses = {name: found for name, found in uses.items() if name not in settled} if settled else {}
    done["definitions"] = tuple(definitions.values())
    done["payoffs"] = tuple(named(payoff, "formula") for payoff in fields.get("payoffs", ()))
    done["requirements"] = tuple(named(requirement, "statement") for requirement in fields.get("requirements", ()))
    return done


def find_mistakes(fields: Fields, only: str = "", broken: Collection[tuple[str, ...]] = ()) -> list[Mistake]:
    """Return what is wrong with the completed fields of a game, or with one of them; a hundred mistakes at most.

    ``broken`` has the keys of entries that could not be read: what only follows from that is no mistake.
    """
    checks = {
        "names": check_names,
        "groups": check_groups,
        "stages": check_stages,
        "definitions": check_definitions,
        "payoffs": check_payoffs,
        "unused": check_unused,
        "statements": check_statements,
        "regimes": check_regimes,
        "published": check_published,
        "claims": check_claims,
        "example": check_example,
    }
    if {key[0] for key in broken} & {"groups", "stages", "definitions", "payoffs"}:
        del checks["unused"]  # what could not be read may use it
    scope = Scope.of(fields).doubting(key[-1] for key in broken)
    found = (mistake for key, check in checks.items() if only in ("", key) for mistake in check(fields, scope))
    return list(islice(found, MAX_MISTAKES))
