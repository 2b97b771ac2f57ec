"""Small sweeps with many chunks."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="module")
def _as_workers(as_for_users):
    """Files are compared with those of other processes, bit by bit; these compile as users do."""


@pytest.fixture
def small_chunks(monkeypatch):
    """Chunks of a few points, so that a small sweep has many, and some reach beyond the end of an axis."""
    monkeypatch.setattr("rdgames.stores.plan.CHUNK_BYTES", 3 * (2 * 8 + 1 + 2) * 40)
    monkeypatch.setattr("rdgames.kernel.tracing.BLOCK_POINTS", 16)
