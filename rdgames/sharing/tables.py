"""Games from a list of what each coalition is worth, by the names of its members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from rdgames.errors import InputError, did_you_mean
from rdgames.sharing.coalitions import named, read_games
from rdgames.sharing.folding import Table

_SHOWN = 10
"""How many missing coalitions are named."""


def tabulate(worth: Mapping[str | Collection[str], Any], names: Sequence[str]) -> Table:
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
    problems = [f"the name {name!r} is used {times} times" for name, times in Counter(names).items() if times > 1]
    found: dict[int, Any] = {0: 0}
    given: set[int] = set()
    for coalition, value in worth.items():
        who = [coalition] if isinstance(coalition, str) else list(coalition)
        strangers = [name for name in who if name not in names]
        problems += [f"found the member {name!r}{did_you_mean(str(name), names)}" for name in strangers]
        if strangers:
            continue
        number = sum(1 << names.index(name) for name in set(who))
        shown = named(number, names)
        if len(set(who)) < len(who):
            problems.append(f"the coalition of {shown} names a member twice")
        elif number in given:
            problems.append(f"the coalition of {shown} is given twice")
        given.add(number)
        found[number] = value
    missing = [number for number in range(1, 1 << len(names)) if number not in given]
    if missing and not problems:
        more = f", and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        listed = "; ".join(named(number, names) for number in missing[:_SHOWN])
        problems.append(f"found no worth for {len(missing)} of {(1 << len(names)) - 1} coalitions: {listed}{more}")
    if problems:
        raise InputError("; ".join(problems))
    try:
        columns = np.broadcast_arrays(*(np.asarray(found[number]) for number in range(1 << len(names))))
    except ValueError:
        raise InputError("found worths at points of different shapes, expected the same points for all") from None
    return read_games(np.stack(columns, axis=-1))[0]
