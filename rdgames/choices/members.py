"""The members of a game's groups, one by one: how many there are, what they are called and what they want."""

from __future__ import annotations

from collections.abc import Mapping

from rdgames.equilibrium.histories import FirmByFirm
from rdgames.errors import InputError
from rdgames.game.findings import PLAYER
from rdgames.game.play import Play
from rdgames.game.values import Value
from rdgames.language.printer import typed
from rdgames.language.tree import Indexed


def sizes(play: Play, point: Mapping[str, Value]) -> dict[str, int]:
    """Return how many members each group has.

    Raises
    ------
    InputError
        If a size is no whole number of at least 1.
    """
    return {group: len(places) for group, places in FirmByFirm(play, point, {}).members.items()}


def member_name(group: str, place: int, size: int) -> str:
    """Return what a member of a group is called; the only one has the group's name.

    >>> member_name("firms", 1, 2)
    'firm 2'
    """
    return group if size == 1 else f"{group.removesuffix('s')} {place + 1}"


def payoff_of(play: Play, group: str) -> str:
    """Return the name of the quantity that the members of a group maximize.

    Raises
    ------
    InputError
        If it is a formula without a name.
    """
    formula = next(entry for entry in play.game.payoffs if entry.name == group).formula
    match formula:
        case Indexed(name, (index,)) if index == PLAYER and name in play.game.definition:
            return name
    problem = "expected a quantity such as profit[i]: give the formula a name among the definitions of the game"
    raise InputError(f"found the payoff {typed(formula)} of {group}, {problem}")


def market_outcomes(play: Play) -> tuple[str, ...]:
    """Return the names of the defined quantities that belong to nobody in particular, such as welfare."""
    return tuple(name for name, entry in play.game.definition.items() if not entry.group)
