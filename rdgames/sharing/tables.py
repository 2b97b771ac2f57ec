"""Games from a list of what each coalition is worth, by the names of its members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any

from rdgames.errors import InputError, did_you_mean
from rdgames.sharing.coalitions import named, read_games
from rdgames.sharing.exactness import on_same_points
from rdgames.sharing.folding import Table

MAX_PLAYERS = 20
"""How many players a table may have: its 1,048,575 coalitions are more than anybody writes down."""

_SHOWN = 10
"""How many missing coalitions are named."""


def tabulate(worth: Any, names: Sequence[Any]) -> Table:
    """Return a game from what each coalition is worth.

    Parameters
    ----------
    worth
        Maps each coalition, a tuple or a frozenset of names (or one name alone), to what it is worth: a number, or an
        array over points. The empty coalition may be left out.
    names
        The names of the players, in order.

    Returns
    -------
    Table
        Shape [..., 2**P].

    Raises
    ------
    InputError
        If names are used twice or unknown, or a coalition is given twice or missing; all mistakes are listed.

    Examples
    --------
    >>> tabulate({"Ann": 1, "Bob": 2, ("Ann", "Bob"): 5}, ["Ann", "Bob"]).tolist()
    [0.0, 1.0, 2.0, 5.0]
    """
    if not isinstance(worth, Mapping):
        raise InputError(f"found worths of type {type(worth).__name__}, expected a mapping from coalitions to numbers")
    problems = [f"the name {name!r} is used {times} times" for name, times in Counter(names).items() if times > 1]
    if not 1 <= len(names) <= MAX_PLAYERS:
        problems.append(f"found {len(names)} players, expected 1 to {MAX_PLAYERS}: each coalition of them has a worth")
    place, called = {name: number for number, name in enumerate(names)}, [str(name) for name in names]
    found: dict[int, Any] = {0: 0}
    given: set[int] = set()
    for coalition, value in worth.items():
        who = members_named(coalition)
        strangers = [name for name in who if name not in place]
        problems += [f"found the member {name!r}{did_you_mean(str(name), names)}" for name in strangers]
        if strangers:
            continue
        number = sum(1 << place[name] for name in set(who))
        shown = named(number, called)
        if len(set(who)) < len(who):
            problems.append(f"the coalition of {shown} names a member twice")
        elif number in given:
            problems.append(f"the coalition of {shown} is given twice")
        given.add(number)
        found[number] = value
    if problems:
        raise InputError("; ".join(problems))
    absent = (1 << len(names)) - 1 - len(given - {0})
    if absent:
        lacking = islice((number for number in range(1, 1 << len(names)) if number not in given), _SHOWN)
        listed = "; ".join(named(number, called) for number in lacking)
        more = f", and {absent - _SHOWN} more" if absent > _SHOWN else ""
        several = any(" + " in name for name in called)  # as files write them
        hint = "; expected a coalition of several as a tuple of names, such as ('Ann', 'Bob')" if several else ""
        raise InputError(f"found no worth for {absent} of {(1 << len(names)) - 1} coalitions: {listed}{more}{hint}")
    return read_games(on_same_points(found[number] for number in range(1 << len(names))), names)[0]


def members_named(coalition: Any) -> list[Any]:
    """Return the names of a coalition: those of a collection, or a name alone."""
    together = isinstance(coalition, Collection) and not isinstance(coalition, str)
    return list(coalition) if together else [coalition]
