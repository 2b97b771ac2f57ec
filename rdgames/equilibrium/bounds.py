"""Which bounds of a game can bind, what they are called, and the game in which some of them do.

There are three kinds:

- ``x``: everybody chooses ``x`` at its least level, and nobody would raise it;
- ``unit_cost``: a requirement of the model on each player of a group, such as ``unit_cost[i] >= 0``, holds with
  equality, and those who decide for these players would gain if it gave way. It is called as the quantity that it
  bounds, or as the requirement if that is an action or has several bounds;
- ``q_2-by-x_1``: everybody chooses ``q_2`` at its least level, because those who choose ``x_1`` choose just enough for
  that (`rdgames.equilibrium.kinks`). Others who could do the same choose as if ``q_2`` stayed there anyway; those
  behind ``-not-`` as if it responded: ``q_3-by-x_1-not-x_2``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import product

from rdgames.algebra.program import Recorder
from rdgames.equilibrium.induction import Induction
from rdgames.equilibrium.kinks import movers
from rdgames.equilibrium.moves import can_be_held
from rdgames.errors import DerivationError, InputError, UnknownNameError
from rdgames.game.play import Binding, Play
from rdgames.game.scope import Scope
from rdgames.language.tree import Binary, Comparison, Indexed

BY, NOT = "-by-", "-not-"
"""What stands in the name of a kink before those who hold an action there, and before those who choose otherwise."""


def least_levels(play: Play) -> tuple[str, ...]:
    """Return the actions that can be held at their least level."""
    return tuple(action for action in play.game.action if can_be_held(play, action))


def requirements(play: Play) -> dict[str, Binding]:
    """Return the requirements that can hold with equality for those who decide for a group, by what they are called."""
    scope = Scope.of(dict(play.game))
    found: list[tuple[str, str, Binding]] = []
    for entry in play.game.requirements:
        statement = entry.statement
        if not isinstance(statement, Comparison) or statement.operators not in ((">=",), ("<=",)):
            continue  # a chain has several bounds; where a bound itself is not allowed nothing is best
        more, less = statement.terms if statement.operators == (">=",) else statement.terms[::-1]
        owners = set(scope.free_indices(statement).values())
        if len(owners) != 1:
            continue  # of the market, so nobody's in particular
        bounded = [term.name for term in statement.terms if isinstance(term, Indexed)]
        quantity = bounded[0] if len(bounded) == 1 and bounded[0] not in play.game.action else entry.name
        binding = Binding(quantity, Binary("-", more, less), owners.pop(), requirement=entry.name)
        found.append((quantity, entry.name, binding))
    names = [quantity for quantity, _, _ in found]
    return {
        name: replace(binding, name=name)
        for quantity, entry_name, binding in found
        for name in [quantity if names.count(quantity) == 1 else entry_name]
    }


def holders(play: Play) -> dict[str, list[tuple[str, ...]]]:
    """Return who can hold each action that is held at the point where more of it does not pay; nobody, of most.

    For each such action, the actions of each unit that can. There are none in games without closed form.
    """
    with suppress(DerivationError):
        induction = Induction(play, Recorder())
        if induction.implicit is None:
            return {action: movers(induction, action) for action in play.held}
    return {}


def kinks(action: str, units: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield in which ways units can hold an action: each may be the one, and the others on either side of the kink."""
    for place, (first, *_) in enumerate(units):
        others = [each[0] for number, each in enumerate(units) if number != place]
        for unlike in product((False, True), repeat=len(others)):
            against = [other for other, is_unlike in zip(others, unlike, strict=True) if is_unlike]
            yield NOT.join([f"{action}{BY}{first}", *against])


def described(names: Iterable[str], play: Play) -> str:
    """Return bounds that bind in words."""
    said = []
    for name in names:
        action, _, by = name.partition(BY)
        first, *unlike = by.split(NOT)
        if by:
            said.append(f"{action} just held at the least level by {first}")
            said[-1] += f", and {' and '.join(unlike)} chosen as if it were not" if unlike else ""
        else:
            said.append(f"{name} at {'the least level' if name in play.game.action else 'its bound'}")
    return ", ".join(said) if said else "none at a bound"


def bound(play: Play, names: Iterable[str]) -> Play:
    """Return a game in which some bounds bind.

    Raises
    ------
    UnknownNameError, InputError
        If there is no such bound, or more than one kink.
    """
    names = list(names)
    least, required = least_levels(play), requirements(play)
    held, bindings = set[str](), dict[str, Binding]()
    for name in names:
        action, _, by = name.partition(BY)
        if by:
            first, *unlike = by.split(NOT)
            for each in (action, first, *unlike):
                if each not in least and (each == action or each not in play.game.action):
                    raise UnknownNameError(f"action for {name!r}", each, least)
            held.add(action)
            bindings[name] = Binding(name, action=action, by=first, unlike=tuple(unlike))
        elif name in least:
            held.add(name)
        elif name in required:
            bindings[name] = required[name]
        else:
            raise UnknownNameError(
                "bound (an action with a least level that somebody decides, or a requirement on each player)",
                name,
                (*least, *required),
            )
    if len(just := [binding.name for binding in bindings.values() if binding.action]) > 1:
        raise InputError(f"found {', '.join(just)} at once, expected at most one action that others just hold")
    levels = {action: play.game.action[action].at_least for action in least if action in held}
    return replace(play, held=levels, bindings=tuple(bindings.values()))
