"""What is asked of a game by a sweep: which outcomes, under which regimes, over which grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game, expect_game
from rdgames.game.play import entries_under
from rdgames.grid.axes import MAX_POINTS, Grid
from rdgames.kernel.kernel import DOUBLE, SINGLE, Kernel, compile_kernel
from rdgames.kernel.levels import STARTS


@dataclass(frozen=True, eq=False)
class Question:
    """Some outcomes of a game, under some regimes, over a grid of parameters.

    Attributes
    ----------
    margins, corners, derivatives
        Whether margins are wanted, and bounds may bind; by which parameters to differentiate.
    starts
        From how many starts levels are looked for that have no closed form.
    dtype
        The type of numbers of the outcomes: ``float64`` or ``float32``.
    """

    game: Game
    regimes: tuple[str, ...]
    outcomes: tuple[str, ...]
    grid: Grid
    margins: bool = False
    corners: bool = False
    derivatives: tuple[str, ...] = ()
    starts: int = len(STARTS)
    dtype: str = DOUBLE

    def compile(self) -> Kernel:
        """Return the kernel that answers the question, point by point."""
        return compile_kernel(
            self.game,
            self.regimes,
            self.outcomes,
            margins=self.margins,
            corners=self.corners,
            derivatives=self.derivatives,
            starts=self.starts,
            dtype=self.dtype,
        )

    @classmethod
    def read(
        cls,
        game: Game,
        regimes: Iterable[str] | str,
        outcomes: Iterable[str] | None,
        parameters: Mapping[str, Any],
        *,
        margins: bool = False,
        corners: bool = False,
        derivatives: Iterable[str] | str = (),
        starts: int = len(STARTS),
        dtype: Any = DOUBLE,
        extrapolate: bool = False,
        most: int = MAX_POINTS,
    ) -> Question:
        """Read what a user asks; all outcomes are meant if ``outcomes`` is None.

        Raises
        ------
        UnknownNameError, MissingValueError, OutsideDomainError, InputError
            If names or values are not those of the game, or there are more than ``most`` points.
        """
        expect_game(game)
        names = (regimes,) if isinstance(regimes, str) else tuple(regimes)
        if not all(isinstance(name, str) for name in names):
            raise InputError("found a regime that is no text, expected names or sentences of regimes")
        if not names:
            raise InputError("found no regime, expected at least one")
        if len(set(names)) < len(names):
            raise InputError(f"found a regime twice in {', '.join(names)}, expected different regimes")
        known = entries_under(game, map(game.regime, names))
        chosen = tuple(known) if outcomes is None else tuple(outcomes)
        for name in chosen:
            if name not in known:
                raise UnknownNameError("outcome", name, known)
        if margins and corners:
            raise InputError("found margins together with corners, expected one of them: corners have other conditions")
        by = tuple(dict.fromkeys([derivatives] if isinstance(derivatives, str) else derivatives))
        for name in by:
            if name not in game.parameter:
                raise UnknownNameError("parameter", name, game.parameter)
        if not isinstance(starts, int) or not 1 <= starts <= len(STARTS):
            raise InputError(f"found {starts!r} starts, expected a whole number from 1 to {len(STARTS)}")
        grid = Grid.of(game, parameters, names, extrapolate=extrapolate, most=most)
        return cls(game, names, chosen, grid, margins, corners, by, starts, _read_type(dtype))


def _read_type(given: Any) -> str:
    """Return the name of a type of numbers, given as text or as NumPy has it."""
    for name in (DOUBLE, SINGLE):
        with suppress(TypeError):  # what NumPy does not know
            if given is not None and np.dtype(given) == name:
                return name
    raise InputError(f"found dtype {given!r}, expected {DOUBLE!r} or {SINGLE!r}")
