"""Which layout of the database this program writes; known without importing alembic, which takes half a second."""

from __future__ import annotations

import hashlib

from stationapp.domain.case_flow import TABLE

HEAD = "0007"
"""The newest alembic revision. Revisions are four digits and count up, so that a newer one is recognised."""

PROJECTIONS = 5
"""Counted up when projections or search are derived differently; the next opening rebuilds them."""

READINGS = "0.55.0"
"""The version of pypinyin whose readings are in the search; named here, because importing it takes long."""

APPLICATION_ID = 0x53744170
"""Written into the database's header: the file is a station's and no other program's."""


def projection_fingerprint() -> str:
    """Return what the stored projections depend on besides the log: their derivation, the moves, the readings."""
    moves = "\n".join(f"{name} {move.opens} {move.effect!r}" for name, move in sorted(TABLE.items()))
    return hashlib.sha256(f"{PROJECTIONS}\n{READINGS}\n{moves}".encode()).hexdigest()
