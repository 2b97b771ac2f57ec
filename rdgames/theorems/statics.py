"""Comparative statics as theorems: how an outcome of an equilibrium changes with a parameter, with proofs.

The derivative of an outcome is a rational function of the parameters. Its sign is claimed like anything else, and
proved, or refuted by an exact point (`rdgames.theorems.differentiation`), where the regime has an interior optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import inf
from time import monotonic
from typing import overload

from rdgames.claims.hypotheses import Selection, interior_optimum
from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.errors import InputError, UnknownNameError
from rdgames.theorems.differentiation import Differentiation
from rdgames.theorems.tabulated import Statics, StaticsTable

LEAST_SHARE = 0.5
"""So many seconds of what is left of a time limit an entry of a table may take in any case."""

Several = list[str] | tuple[str, ...] | None
Names = str | Several
Progress = Callable[[int, int], None]


@overload
def statics(
    equilibrium: Equilibrium, of: str, wrt: str, *, given: str = ..., assuming: Selection = ..., timeout: float = ...
) -> Statics: ...


@overload
def statics(
    equilibrium: Equilibrium,
    of: Several = ...,
    wrt: Names = ...,
    *,
    given: str = ...,
    assuming: Selection = ...,
    timeout: float = ...,
    progress: Progress | None = ...,
) -> StaticsTable: ...


@overload
def statics(
    equilibrium: Equilibrium,
    of: Names = ...,
    wrt: Several = ...,
    *,
    given: str = ...,
    assuming: Selection = ...,
    timeout: float = ...,
    progress: Progress | None = ...,
) -> StaticsTable: ...


def statics(
    equilibrium: Equilibrium,
    of: Names = None,
    wrt: Names = None,
    *,
    given: str = "",
    assuming: Selection = interior_optimum,
    timeout: float = inf,
    progress: Progress | None = None,
) -> Statics | StaticsTable:
    """Prove how outcomes of an equilibrium change with parameters.

    Parameters
    ----------
    equilibrium
        The equilibrium, of a regime with a name or of a sentence.
    of, wrt
        An outcome, and the parameter that changes. A list, or None for all, gives a table.
    given
        What is given besides, such as ``n >= 2``.
    assuming
        Which conditions of the regime are assumed, as in `rdgames.proofs.proving.prove`.
    timeout
        Seconds for everything; entries of a table that are not reached are ``not tried``. An interrupt (Ctrl-C) also
        ends a table early.
    progress
        Told how many entries of a table are done, and of how many.

    Raises
    ------
    UnknownNameError, ModelError
        If there is no such outcome or parameter, or what is given cannot be read.
    DerivationError
        If the equilibrium has no closed form.

    Examples
    --------
    >>> from rdgames.equilibrium.equilibrium import solve
    >>> from rdgames.modelfile.catalogue import load
    >>> competition = solve(load("daspremont-jacquemin"), "competition")
    >>> found = statics(competition, of="x", wrt="gamma", given="n >= 2")
    >>> found.sign, found.proofs[-1].verdict
    ('-', 'proved')
    >>> table = statics(competition, of=["x", "price"], wrt=["gamma", "beta", "n"], given="n >= 2")
    >>> [entry.sign for entry in table.entries.values()]
    ['-', '-', '-', '+', 'changes', 'changes']
    """
    started = monotonic()
    work = Differentiation(equilibrium, given, assuming)
    outcomes = _names(of, "outcome", equilibrium.outcomes, equilibrium.outcomes)
    parameters = _names(wrt, "parameter", tuple(equilibrium.game.parameter), equilibrium.parameters)
    work.read_given(outcomes[0], parameters[0])
    if isinstance(of, str) and isinstance(wrt, str):
        return work.entry(of, wrt, started + timeout)
    entries: dict[tuple[str, str], Statics] = {}
    pairs = list(product(outcomes, parameters))
    ended = ""
    try:
        for place, (outcome, parameter) in enumerate(pairs):
            left = started + timeout - monotonic()
            if left <= 0:
                ended = "timeout"
                break
            share = min(left, max(left / (len(pairs) - place), LEAST_SHARE))
            entries[outcome, parameter] = work.entry(outcome, parameter, monotonic() + share)
            if progress is not None:
                progress(place + 1, len(pairs))
    except KeyboardInterrupt:
        ended = "interrupted"
    for pair in pairs:
        entries.setdefault(pair, work.untried(*pair))
    symbols = {name: equilibrium.symbol(name) for name in (*outcomes, *parameters)}
    time_taken = monotonic() - started
    return StaticsTable(equilibrium.game.name, work.shown, given, entries, work.assumed, symbols, ended, time_taken)


def _names(asked: Names, kind: str, known: Sequence[str], all_of_them: Sequence[str]) -> tuple[str, ...]:
    names = tuple(all_of_them) if asked is None else (asked,) if isinstance(asked, str) else tuple(asked)
    for name in names:
        if name not in known:
            raise UnknownNameError(kind, name, known)
    if not names:
        raise InputError(f"found no {kind}, expected one or more, or None for all")
    return names
