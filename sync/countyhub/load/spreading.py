"""Spreading the stations of a county over time, each always at its own place, so that they never come as a herd."""

from __future__ import annotations

import hashlib

USUAL_POLL_S = 60
_POLL_SPREAD = 0.25


def share_of(device: str) -> float:
    """Return a device's own number from 0 to 1, the same on every worker."""
    return int.from_bytes(hashlib.sha256(f"countyhub-share\n{device}".encode()).digest()[:4], "big") / 2**32


def poll_of(device: str) -> int:
    """Return after how many seconds an idle device looks again: a minute, a quarter more or less."""
    return round(USUAL_POLL_S * (1 - _POLL_SPREAD + 2 * _POLL_SPREAD * share_of(device)))
