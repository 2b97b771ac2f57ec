"""Sharing that feeds back: what a rule agreed before the members choose makes of their choices, and what that costs.

A member that gets only a part of what its action earns for all, but bears its outlay alone, chooses too little: no rule
that divides everything among the members, and nothing else, can do better than make up for what rivals do to each other
(Holmstrom 1982, Bell Journal of Economics 13:324-340). If outlays are pooled too, fixed shares leave every member with
a part of the same total, so each wants what all want. Shares in proportion to outlays reward outlays rather than
results, and may bring forth too much.

The loss is that against the same members choosing the same actions jointly: what they earn together then, less what
they earn together under the rule. It may be negative where somebody outside is affected too, or the joint optimum is
none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from rdgames.game.game import Game
from rdgames.grid.sweep import sweep
from rdgames.kernel.levels import STARTS
from rdgames.sharing.contracts import POOL, TOTAL, Contract, contract

CONTRACT, TOGETHER, APART = "contract", "joint optimum", "no rule"
"""How the regimes that are compared are called."""


def feedback(
    game: Game,
    regime: str,
    /,
    *,
    shares: Any,
    pooled: Any = None,
    private: Any = None,
    outcomes: Iterable[str] | None = None,
    starts: int = len(STARTS),
    extrapolate: bool = False,
    progress: Callable[[int, int], None] | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Solve a game under a rule of sharing that members choose under, and compare with the joint optimum.

    Parameters
    ----------
    game, regime, shares, pooled, private
        As in `rdgames.sharing.contracts.contract`: who shares what in which proportions, under which cooperation.
    outcomes
        Which outcomes of the game to return; all if left out. Fewer are compiled faster.
    starts, extrapolate, progress, parameters
        As in `rdgames.grid.sweep.sweep`; a parameter that formulas of shares use may be swept like any other.

    Returns
    -------
    xarray.Dataset
        Dimensions ``regime``, which has "contract", "joint optimum" and "no rule" (everybody for its own payoff), and
        the swept parameters. The outcomes asked for, with the accounts of the
        contract (`rdgames.sharing.contracts.Contract`); ``valid`` and ``failed_condition``.
        Along ``player``, ``received``, what each gets under the contract; ``participates``, whether that is at least
        what it has without taking part; and ``payoff``, what each earns under each regime before anything is shared.
        Then ``total``, what the members earn together under each regime; ``loss``, by
        how much that of the joint optimum is larger than that of the contract, and ``relative_loss``, that as a part of
        the joint optimum's. NaN where an equilibrium that is needed is not valid: also where somebody would choose
        nothing, since its least level binds.

    Raises
    ------
    UnknownNameError, MissingValueError, OutsideDomainError, ExpressionError, ModelError, InputError
        If names, formulas or values do not fit the game; see `rdgames.sharing.contracts.contract`.
    DerivationError
        If there is no equilibrium.

    Examples
    --------
    >>> from rdgames.game.explicit import explicit
    >>> from rdgames.modelfile.catalogue import load
    >>> game = explicit(load("daspremont-jacquemin"), n=2)
    >>> values = {"a": 100, "b": 1, "c": 60, "gamma": 5, "beta_1_2": 1, "beta_2_1": 1}
    >>> found = feedback(game, "cartel", shares="equal", private="gamma*x[i]**2/2", **values)
    >>> found["x_1"].sel(regime=["contract", "joint optimum"]).values.round(3).tolist()
    [1.951, 4.324]
    >>> found["relative_loss"].item() > 0
    True
    """
    agreed, values = _with_numbers(game, regime, shares, pooled, private)
    regimes = dict(zip((CONTRACT, TOGETHER, APART), (agreed.regime, agreed.together, agreed.apart), strict=True))
    distinct = tuple(dict.fromkeys(regimes.values()))
    accounts = [f"{what}_{name}" for what in ("received", "pooled", "private", "outside") for name in agreed.players]
    found = sweep(
        agreed.game,
        distinct,
        outcomes=None if outcomes is None else dict.fromkeys([*outcomes, *accounts, POOL, TOTAL]),
        starts=starts,
        extrapolate=extrapolate,
        progress=progress,
        **{**values, **parameters},
    )
    found = found.isel(regime=[distinct.index(sentence) for sentence in regimes.values()])
    found = found.assign_coords(regime=("regime", [*regimes], dict(found["regime"].attrs)))
    found.attrs |= {"players": json.dumps(agreed.players), "regimes": json.dumps(regimes)}
    return _accounted(agreed, found)


def _with_numbers(game: Game, regime: str, shares: Any, pooled: Any, private: Any) -> tuple[Contract, dict[str, float]]:
    """Return the contract, with numbers for shares as values of parameters: so that it is compiled once for all."""
    agreed = contract(game, regime, shares=shares, pooled=pooled, private=private)  # says what is wrong with them
    if isinstance(shares, str) or not isinstance(shares, Iterable):
        return agreed, {}
    given = [shares[name] for name in agreed.players] if isinstance(shares, Mapping) else [*shares]
    if not all(isinstance(each, int | float | np.number) for each in given):
        return agreed, {}
    agreed = contract(game, regime, pooled=pooled, private=private)
    return agreed, {f"share_{name}": float(share) for name, share in zip(agreed.players, given, strict=True)}


def _accounted(agreed: Contract, found: xr.Dataset) -> xr.Dataset:
    """Return a sweep with who receives what, the totals, and the loss."""
    unit = found[TOTAL].attrs.get("units", "")
    players = xr.DataArray([*agreed.players], dims="player", name="player")
    under, optimum = found.sel(regime=CONTRACT, drop=True), found.sel(regime=TOGETHER, drop=True)
    gains = [under[agreed.received[name]] - under[agreed.outside[name]] for name in agreed.players]
    payoffs = [found[f"pooled_{name}"] - found[f"private_{name}"] for name in agreed.players]
    loss = optimum[TOTAL] - under[TOTAL]
    more = {
        "received": (
            xr.concat([under[agreed.received[name]] for name in agreed.players], players),
            "what each member receives under the contract",
        ),
        "participates": (
            xr.concat(gains, players) >= 0,
            "whether the member receives at least what it has without taking part",
        ),
        "payoff": (xr.concat(payoffs, players), "what each member earns before anything is shared"),
        "total": (found[TOTAL], "what the members earn together"),
        "loss": (loss, "by how much the members would earn more together in the joint optimum"),
        "relative_loss": (loss / abs(optimum[TOTAL]), "that loss as a part of what they would earn"),
    }
    for name, (array, meaning) in more.items():
        units = "" if name in ("relative_loss", "participates") else unit
        found[name] = array.drop_vars("regime", errors="ignore") if "regime" not in array.dims else array
        found[name].attrs = {"long_name": meaning, "units": units}
    return found.drop_vars(TOTAL)
