"""Where a game of players who stand for themselves is asked something: at one point, or over swept parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import rdgames
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.game.scope import used_names
from rdgames.language.printer import LATEX, typeset
from rdgames.language.tree import Symbol

if TYPE_CHECKING:
    import xarray as xr

Progress = Callable[[int, int], None] | None


class Points:
    """A game of players who stand for themselves, and where something is asked of it.

    A parameter of the model that each player, or each pair, has of its own in this game is swept for all of them at
    once; it is no axis of the game's own, so the game is solved for one of its values after another.

    Attributes
    ----------
    game, single
        The model, and the game of single players.
    own
        The values of the parameters of the single players' game: as text, but for those in ``shared``, or told by a
        table of members.
    shared
        Parameters that stand for several of them: these, and the values.
    """

    def __init__(
        self, game: Game, single: Game, values: Mapping[str, str], told: Mapping[str, Any] | None = None
    ) -> None:
        self.game, self.single = game, single
        self.own: dict[str, Any] = dict(told or {})
        self.shared: dict[str, tuple[list[str], Any]] = {}
        for name, value in values.items():
            of_others = {**values, **self.own}
            each = [other for other in spread_out(game, single, {name: value}, of_others) if other != name]
            if each and name not in single.parameter:
                self.shared[name] = (each, rdgames.read_axis(name, value))
            else:
                self.own[name] = value

    @property
    def players(self) -> list[str]:
        """The names of the players."""
        return [group.name for group in self.single.groups]

    def members(self, text: str) -> list[str] | None:
        """Return the players of a coalition; None if none is asked for."""
        names = [name.strip() for name in text.split(",") if name.strip()]
        for name in names:
            if name not in self.players:
                raise UnknownNameError("player", name, self.players)
        return names or None

    def solved(
        self, ask: Callable[..., xr.Dataset], progress: Progress = None
    ) -> Iterator[tuple[dict[str, float], xr.Dataset]]:
        """Yield, for each combination of values that are shared, these and what is found there.

        ``ask`` takes the game of single players, ``progress``, and the values of its parameters.
        """
        axes = [[value] if isinstance(value, float) else value.tolist() for _, value in self.shared.values()]
        number = math.prod(len(axis) for axis in axes)
        for place, values in enumerate(product(*axes)):
            point = dict(zip(self.shared, values, strict=True))
            spread = {other: point[name] for name, (each, _) in self.shared.items() for other in each}
            found = ask(self.single, progress=_part_of(progress, place, number), **self.own, **spread)
            yield point, found.drop_vars([*spread], errors="ignore")

    def joined(self, pieces: Sequence[tuple[dict[str, float], xr.Dataset]]) -> xr.Dataset:
        """Return what was found over all swept parameters, each parameter that is shared under its one name."""
        import xarray

        grid = {name: value for name, (_, value) in self.shared.items()}
        axes = [name for name, value in grid.items() if not isinstance(value, float)]
        named = [found.assign_coords(point).expand_dims(axes) for point, found in pieces]
        joined = xarray.combine_by_coords(named, combine_attrs="override", join="outer") if axes else named[0]
        assert isinstance(joined, xarray.Dataset)  # of datasets
        for name in grid:
            parameter = self.game.parameter[name]
            joined[name].attrs = {
                "long_name": parameter.description or name,
                "units": parameter.unit,
                "symbol": parameter.symbol or typeset(Symbol(name), LATEX),
            }
        return joined


def _part_of(progress: Progress, place: int, number: int) -> Progress:
    """Return what tells how much is done of some parts of equal size, when one of them tells that of its own."""
    if progress is None:
        return None
    return lambda done, total: progress(place * total + done, number * total)


def check_swept(fixed: Mapping[str, str], swept: Mapping[str, str]) -> None:
    """Check that what is swept has several values, and nothing else has; raises InputError."""
    for name in swept.keys() & fixed.keys():
        raise InputError(f"found {name} in --over and in --fix, expected it in one of them")
    for name, value in swept.items():
        if isinstance(rdgames.read_axis(name, value), float):
            raise InputError(f"found {name}={value} in --over, expected several values, such as {name}=0:1:51")
    for name, value in fixed.items():
        if not isinstance(rdgames.read_axis(name, value), float):
            raise InputError(f"found several values of {name} in --fix, expected one; sweep it with --over")


def check_drawable(plot: object, swept: Mapping[str, str]) -> None:
    """Check that what is swept can be drawn, if it shall be; raises InputError."""
    if plot is not None and not 1 <= len(swept) <= 2:
        raise InputError(f"found {len(swept)} swept parameters with --plot, expected one or two in --over")


def single_players(game: Game, values: Mapping[str, str], own: list[str]) -> tuple[Game, dict[str, str]]:
    """Return a game in which every player stands for itself, and the values that are left.

    Parameters that members have a number of each, or that --fix gives to one of them (``c_1``), differ between players.
    """
    sizes = {name: value for name, value in values.items() if name in used_names(group.size for group in game.groups)}
    left = {name: value for name, value in values.items() if name not in sizes}
    if all(str(group.size) == "1" for group in game.groups):
        return game, left
    stems = [name.rpartition("_")[0] for name in left if name not in game.parameter]
    stems = [stem for stem in [*own, *stems] if stem in game.parameter and not game.parameter[stem].index]
    return rdgames.explicit(game, different=list(dict.fromkeys(stems)), **sizes), left


def spread_out(game: Game, single: Game, values: Mapping[str, str], told: Mapping[str, Any]) -> dict[str, str]:
    """Return values in which one that is given for all players or pairs stands for each that has none of its own.

    ``beta=0.5`` gives 0.5 to all of ``beta_1_2``, ``beta_2_1``, ... that are not given themselves.
    """
    found = {}
    for name, value in values.items():
        if name in single.parameter or name not in game.parameter:
            found[name] = value
            continue
        each = [other for other in single.parameter if other not in game.parameter and _is_of(other, name)]
        if not each:
            found[name] = value
        found |= {other: value for other in each if other not in values and other not in told}
    return found


def _is_of(name: str, stem: str) -> bool:
    """Return whether a name is a stem with the numbers of players: ``beta_1_2`` of ``beta``."""
    rest = name.removeprefix(f"{stem}_")
    return rest != name and all(part.isdigit() for part in rest.split("_"))
