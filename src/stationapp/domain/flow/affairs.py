"""The rows of services around a case (affairs), by topic."""

from __future__ import annotations

from stationapp.domain.moves import Move

ROWS: tuple[Move, ...] = ()
