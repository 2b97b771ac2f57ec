"""What the statuses of stability stand for."""

from __future__ import annotations

STABLE, UNSTABLE, UNKNOWN, UNDECIDED = range(4)
MEANINGS = (
    "nobody gains by moving",
    "somebody gains by moving",
    "what the players get here is unknown",
    "what somebody would get by moving is unknown",
)
"""What a status says."""
