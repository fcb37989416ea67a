"""Processes are killed at random moments while complaints come in: the proof of its own, `tests.proof.kill`."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.proof import kill


def prove(short: bool) -> dict[str, Any]:
    """Forty kills in ten thousand intakes; four in two hundred when it has to be short."""
    kills, intakes = (4, 200) if short else (40, 10_000)
    return kill.prove(kills, intakes, hashlib.sha256(kill.commit().encode()).hexdigest())
