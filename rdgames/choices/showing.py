"""A normal form as people print it: the bimatrix of two players, a list of profiles of more."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rdgames.choices.normal_form import NormalForm

_SHOWN = 40
"""How many profiles are printed."""

_DIGITS = 5
"""How many digits the largest payoff is printed with; the others have as many decimals."""

_LEGEND = "* Nash equilibrium"


def text(game: NormalForm) -> str:
    """Return a game as text."""
    lines = _bimatrix(game) if len(game.players) == 2 else _profiles(game)
    lines.append(_LEGEND if game.pure_equilibria() else "no equilibrium without mixing")
    if game.failed:
        lines.append(f"conditions fail at {len(game.failed)} profiles: see failed")
    return "\n".join(lines)


def html(game: NormalForm) -> str:
    """Return a game as a table in HTML."""
    if len(game.players) != 2:
        return f"<pre>{escape(text(game))}</pre>"
    first, second = map(escape, game.players)
    names = "".join(f"<th>{escape(name)}</th>" for name in game.strategies[1])
    head = (
        f"<tr><th></th><th></th><th colspan={len(game.strategies[1])}>{second}</th></tr><tr><th></th><th></th>{names}"
    )
    body = ""
    for place, (name, cells) in enumerate(zip(game.strategies[0], _cells(game), strict=True)):
        side = f"<th rowspan={len(game.strategies[0])}>{first}</th>" if place == 0 else ""
        marked = (f"<b>{cell[:-1]}</b>" if cell.endswith("*") else cell for cell in cells)
        body += f"<tr>{side}<th>{escape(name)}</th>{''.join(f'<td>{cell}</td>' for cell in marked)}</tr>"
    note = "conditions fail at some profiles" if game.failed else "Nash equilibria are bold"
    return f"<table><caption>{note}</caption>{head}</tr>{body}</table>"


def rows(game: NormalForm) -> list[dict[str, Any]]:
    """Return a row for each profile."""
    nash = {equilibrium.profile for equilibrium in game.pure_equilibria()}
    found = []
    for profile, place in zip(game.profiles, np.ndindex(game.values.shape[:-1]), strict=True):
        payoffs = {f"payoff of {name}": value for name, value in zip(game.players, game.values[place], strict=True)}
        outcomes = {name: values[place] for name, values in game.outcomes.items()}
        strategies = dict(zip(game.players, profile, strict=True))
        found.append({**strategies, **payoffs, **outcomes, "nash": profile in nash})
    return found


def _cells(game: NormalForm) -> list[list[str]]:
    """Return the payoffs of two players, rows of columns, with a star at the equilibria."""
    nash = {equilibrium.profile for equilibrium in game.pure_equilibria()}
    first, second = game.strategies
    return [
        [f"{_payoffs(game, (row, column))}{'*' if (row, column) in nash else ''}" for column in second] for row in first
    ]


def _payoffs(game: NormalForm, profile: tuple[str, ...]) -> str:
    largest = max(abs(float(value)) for value in game.values.flat)
    decimals = max(0, _DIGITS - 1 - math.floor(math.log10(largest))) if largest else 0
    if all(value == int(value) for value in game.values.flat):
        decimals = 0
    return ", ".join(_rounded(value, decimals) for value in game.at(*profile))


def _rounded(value: Any, decimals: int) -> str:
    """Return a number with so many decimals, halves rounded away from zero as in print."""
    exact = Fraction(value)
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return str(number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _bimatrix(game: NormalForm) -> list[str]:
    cells, (first, second) = _cells(game), game.strategies
    widths = [max(len(name), *(len(row[place]) for row in cells)) for place, name in enumerate(second)]
    left = max(map(len, first))
    side = len(game.players[0])

    def line(owner: str, name: str, entries: Any) -> str:
        padded = "  ".join(entry.rjust(width) for entry, width in zip(entries, widths, strict=True))
        return f"{owner:<{side}}  {name:>{left}}  {padded}".rstrip()

    lines = [" " * (side + left + 4) + game.players[1], line("", "", second)]
    return lines + [
        line("" if place else game.players[0], name, row)
        for place, (name, row) in enumerate(zip(first, cells, strict=True))
    ]


def _profiles(game: NormalForm) -> list[str]:
    nash = {equilibrium.profile for equilibrium in game.pure_equilibria()}
    profiles = list(game.profiles)
    shown = profiles if len(profiles) <= _SHOWN else [profile for profile in profiles if profile in nash][:_SHOWN]
    lines = [f"{', '.join(game.players)}: payoffs"]
    lines += [f"{', '.join(p)}: {_payoffs(game, p)}{'*' if p in nash else ''}" for p in shown]
    if len(shown) < len(profiles):
        lines.append(f"({len(profiles)} profiles in all: as_table() has them)")
    return lines
