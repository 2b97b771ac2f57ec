"""Whether shares that are formulas add up to 1."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rdgames.errors import InputError
from rdgames.game.scope import used_names
from rdgames.language.printer import typed
from rdgames.language.tree import Expression, Indexed, Node, Number, Symbol
from rdgames.sharing.margins import amount


def adds_up(column: Sequence[Expression], of: str) -> bool:
    """Return whether shares add up to 1 whatever the values of names; refuse those that add up to another number."""
    names = sorted(used_names(column))
    try:
        totals = {_total(column, names, place) for place in range(3)}
    except (ZeroDivisionError, InputError):
        return False  # formulas of which this cannot be said exactly
    if len(totals) == 1 and abs(min(totals) - 1) > Fraction(1, 10**9):
        shown = ", ".join(typed(part) for part in column)
        raise InputError(f"found the shares {shown} of {of}, which add up to {float(min(totals)):g}, expected 1")
    return len(totals) == 1


def _total(column: Sequence[Expression], names: Sequence[str], place: int) -> Fraction:
    """Return what shares add up to at one of some arbitrary points."""
    at = {name: Fraction(7 + 3 * place + 5 * number, 31 + 2 * place) for number, name in enumerate(names)}

    def leaf(node: Node) -> Fraction:
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Symbol | Indexed):
            return at[node.name]
        raise InputError(f"found {node}, expected a number or a name")

    return sum((Fraction(amount(part, leaf, {})) for part in column), Fraction(0))
