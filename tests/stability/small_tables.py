"""Small tables of payoffs for tests of stability, and naive answers that share nothing with the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

Blocks = frozenset[frozenset[int]]

amounts = st.integers(min_value=0, max_value=4)
"""Few amounts, so that there are many ties."""


def tables(rows: int, players: int) -> st.SearchStrategy[np.ndarray]:
    """Return payoffs of players in some rows, as fractions."""
    flat = st.lists(amounts, min_size=rows * players, max_size=rows * players)
    return flat.map(lambda numbers: np.array([Fraction(n) for n in numbers], dtype=object).reshape(rows, players))


def cournot(n: int, members: Sequence[int]) -> list[Fraction]:
    """Return profits of equal firms of a market with demand 1 - Q and no costs, of which some act as one firm."""
    sellers = n - max(len(members) - 1, 0)
    each = Fraction(1, (sellers + 1) ** 2)
    return [each / len(members) if i in members else each for i in range(n)]


def cournot_table(n: int) -> np.ndarray:
    """Return the profits if one coalition acts as one firm."""
    rows = [cournot(n, [i for i in range(n) if coalition >> i & 1]) for coalition in range(1 << n)]
    return np.array(rows, dtype=object)


def association(sizes: Sequence[int], strength: int = 0) -> list[Fraction]:
    """Return profits of members of associations that lower their costs by sharing what they know (Bloch 1995)."""
    n = sum(sizes)
    intercept = strength or n * n + 1  # so that everybody produces
    return [Fraction(intercept + (n + 1) * k - sum(size * size for size in sizes)) ** 2 for k in sizes]


def by_player(blocks: Sequence[int], payoffs: Callable[[tuple[int, ...]], Sequence[Any]], players: int) -> list[Any]:
    """Return what each player gets in a partition of players who are alike, from what its coalition's members get."""
    ranked = sorted(blocks, key=lambda block: -block.bit_count())
    each = payoffs(tuple(block.bit_count() for block in ranked))
    return [
        next(amount for block, amount in zip(ranked, each, strict=True) if block >> player & 1)
        for player in range(players)
    ]
