"""Games with labels: what coalitions are worth, in whichever form it is given, with the names of players and points."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Int16, Int32, Shaped

from rdgames.errors import InputError
from rdgames.kernel.tracing import FAILED
from rdgames.sharing.coalitions import named, read_games
from rdgames.sharing.partitions import coalitional, partitions, read_partition_games
from rdgames.sharing.tables import members_named, tabulate
from rdgames.sharing.worth import BLOCK, COALITION, MEANINGS, PARTITION, PLAYER, WORTH

_OF_SHARES = {"rule", PLAYER, COALITION}

NOBODY = -1
"""In the place of a coalition or partition: there is none."""

_OF_PARTITIONS = {
    "singletons": MEANINGS["singletons"],
    "merged": MEANINGS["merged"],
    "average": "the others are grouped at random",
}


@dataclass(frozen=True, eq=False)
class LabelledGames:
    """Games over points, with labels.

    Attributes
    ----------
    games
        What each coalition is worth, all of it NaN at points where a part is unknown.
    partitions
        The games in partition function form, if they were given so.
    players
        The names of the players.
    points
        The names of the axes before the last.
    coords
        The labels of the points, and values of parameters that are the same at all.
    gap
        The first coalition (or partition, if ``partitions`` is not None) whose worth is unknown; `NOBODY` if all are
        known.
    failed
        Which condition fails there, by the flags of ``about_failed``; None if that is not known.
    unit
        What worth is measured in.
    attributes
        Where it all comes from, and what is assumed of outsiders.
    """

    games: Shaped[np.ndarray, "*points coalitions"]
    partitions: Shaped[np.ndarray, "*points partitions players"] | None
    players: tuple[str, ...]
    points: tuple[str, ...]
    coords: Mapping[Hashable, Any]
    gap: Int32[np.ndarray, "*points"]
    failed: Int16[np.ndarray, "*points"] | None
    about_failed: Mapping[str, Any]
    unit: str
    attributes: Mapping[str, Any]

    @property
    def places(self) -> list[str]:
        """The coalitions (or partitions) that ``gap`` speaks of, in words."""
        if self.partitions is None:
            return [named(coalition, self.players) for coalition in range(self.games.shape[-1])]
        every = partitions(len(self.players))
        return ["; ".join(named(block, self.players) for block in partition) for partition in every]


def read_labelled(worth: Any, names: Sequence[str] = (), outsiders: str = "") -> LabelledGames:
    """Return games with labels.

    Parameters
    ----------
    worth
        What `rdgames.sharing.worth.worth` or `partition_worth` returns; a DataArray with a dimension ``coalition`` (or
        ``partition`` and ``block``); an array, [..., 2**P]; or a mapping from coalitions of names, or single names, to
        what they are worth.
    names
        The names of the players; left out, those that come with ``worth``, else 0, 1, ...
    outsiders
        For games in partition function form: what coalitions reckon with. A table that comes with it is one of those.

    Raises
    ------
    InputError
        If this is nothing of that kind, or names do not fit.
    """
    if isinstance(worth, xr.Dataset):
        if WORTH not in worth:
            raise InputError(f"found a Dataset of {', '.join(map(str, worth)) or 'nothing'}, expected one with 'worth'")
        array, told = worth[WORTH], worth
    elif isinstance(worth, xr.DataArray):
        array, told = worth, worth.to_dataset(name=WORTH)
    else:
        return _of_table(worth, names, outsiders)
    ours = (PARTITION, BLOCK) if PARTITION in array.dims else (COALITION,)
    if not set(ours) <= set(array.dims):
        raise InputError(f"found worth over {array.dims}, expected a dimension 'coalition', or 'partition' and 'block'")
    array = array.transpose(..., *ours)
    points = tuple(str(dim) for dim in array.dims if dim not in ours)
    if taken := sorted({*points} & _OF_SHARES):
        raise InputError(f"found worth over the dimension {', '.join(taken)}, which shares have: rename it")
    players = array.sizes[BLOCK] if BLOCK in ours else array.sizes[COALITION].bit_length() - 1
    attributes = {**worth.attrs}
    given = json.loads(attributes.pop("players", "[]")) or [str(player) for player in range(players)]
    called = _checked(names or given, players)
    table, gap = _known(np.asarray(array.values), len(ours))
    failed, about = None, {}
    if FAILED in told:
        flags = told[FAILED].transpose(*points, ours[0])
        about = dict(flags.attrs)
        at = np.maximum(gap, 0)[..., None]
        failed = np.where(gap == NOBODY, 0, np.take_along_axis(flags.values, at, axis=-1)[..., 0]).astype(np.int16)
    coords = {
        name: coord for name, coord in told.coords.items() if not set(ours) & set(coord.dims) and name not in ours
    }
    assumed = attributes.get("outsiders", "")
    if outsiders and ours == (COALITION,) and outsiders != assumed:
        says = f"outsiders={assumed!r}" if assumed else "what is assumed of outsiders"
        raise InputError(
            f"found outsiders={outsiders!r} for what each coalition is worth, of which {says} is part: ask for it in "
            "worth(...), or give what partition_worth(...) returns"
        )
    unit = str(array.attrs.get("units", ""))
    games, told_of_outsiders = (table, {}) if ours == (COALITION,) else _reckoned(table, outsiders)
    in_partitions = None if ours == (COALITION,) else table
    attributes |= told_of_outsiders
    return LabelledGames(games, in_partitions, called, points, coords, gap, failed, about, unit, attributes)


def _of_table(worth: Any, names: Sequence[str], outsiders: str) -> LabelledGames:
    if isinstance(worth, Mapping):
        names = list(names) or list(dict.fromkeys(name for each in worth for name in members_named(each)))
        worth = tabulate(worth, names)
    found = np.asarray(worth)
    partitioned = bool(outsiders)
    if partitioned:
        _check_assumption(outsiders)
    table, players = read_partition_games(worth) if partitioned else read_games(worth)
    axes = found.ndim - 1 - partitioned
    points = tuple(f"point_{axis}" for axis in range(axes)) if axes > 1 else ("point",) * axes
    called = _checked(names or [str(player) for player in range(players)], players)
    table, gap = _known(table, 1 + partitioned)
    games, told = _reckoned(table, outsiders) if partitioned else (table, {})
    return LabelledGames(games, table if partitioned else None, called, points, {}, gap, None, {}, "", told)


def _checked(names: Sequence[str], players: int) -> tuple[str, ...]:
    called = tuple(map(str, names))
    problems = [] if len(called) == players else [f"found {len(called)} names for {players} players"]
    problems += [f"the name {name!r} is used twice" for name in dict.fromkeys(called) if called.count(name) > 1]
    if problems:
        raise InputError(f"{'; '.join(problems)}: {', '.join(called)}")
    return called


def _known(
    table: Shaped[np.ndarray, "..."], axes: int
) -> tuple[Shaped[np.ndarray, "..."], Int32[np.ndarray, "*points"]]:
    """Return games that are wholly known or wholly NaN, and the first coalition or partition that is unknown."""
    absent = np.asarray(table != table)
    if axes == 2:
        absent = np.asarray(absent.any(axis=-1))
    else:
        absent[..., 0] = False  # nobody is worth nothing, whatever is known of the others
    some = np.asarray(absent.any(axis=-1))
    gap = np.where(some, absent.argmax(axis=-1), NOBODY).astype(np.int32)
    if some.any():  # fractions become floats, since only among these a game may be unknown
        table = np.where(some[(..., *[None] * axes)], np.nan, table).astype(np.float64)
    return table, gap


def _reckoned(table: Shaped[np.ndarray, "..."], outsiders: str) -> tuple[Shaped[np.ndarray, "..."], dict[str, str]]:
    """Return what coalitions are worth under an assumption, of games in partition function form; and what it says."""
    _check_assumption(outsiders)
    return coalitional(table, outsiders), {"outsiders": outsiders, "outsiders_meaning": _OF_PARTITIONS[outsiders]}


def _check_assumption(outsiders: str) -> None:
    if outsiders not in _OF_PARTITIONS:
        known = "; ".join(f"outsiders={name!r}: {meaning}" for name, meaning in _OF_PARTITIONS.items())
        found = f"outsiders={outsiders!r}" if outsiders else "nothing said of outsiders"
        raise InputError(
            f"found {found}. These games are in partition function form, and who would block a division depends on "
            f"what a coalition expects of the others; expected {known}"
        )
