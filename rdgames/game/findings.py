"""What the checks of a game have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from rdgames.errors import Mistake, did_you_mean
from rdgames.game.scope import Scope

PLAYER = "i"
"""The index of the player whose payoff is meant, where a formula needs no other."""

Fields = Mapping[str, Any]


def at(key: tuple[str, ...], problems: Iterable[str]) -> Iterator[Mistake]:
    """Yield problems as mistakes of one place, each once."""
    return (Mistake(key, problem) for problem in dict.fromkeys(problems))


def no_such(kind: str, name: str, known: Collection[str], key: tuple[str, ...], scope: Scope) -> Iterator[Mistake]:
    """Yield a mistake if a name is unknown, and not only because its own entry could not be read."""
    if name not in known and name not in scope.doubtful:
        expected = f"expected one of {', '.join(known)}" if known else "but there is none"
        yield Mistake(key, f"found the {kind} {name!r}{did_you_mean(name, known)}, {expected}")
