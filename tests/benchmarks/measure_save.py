"""Receiving a case durably, with everything that belongs to it, against a bare SQLite commit with the same pragmas.

The bare commit inserts one row with a body of the same size into the same kind of encrypted file. Goal: 3 times.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench_station import BenchStation

ROUNDS = 300
_PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "cache_size", "temp_store")


def measure(place: Path) -> dict[str, Any]:
    """Return medians in milliseconds and their ratio; the two take turns in one process."""
    station = BenchStation(place)
    bare = _bare_commit(place, station)
    times: dict[str, list[float]] = {"bare": [], "ours": []}
    try:
        for turn in range(ROUNDS + 20):
            for name, work in (("bare", bare), ("ours", station.receive_one)):
                began = time.perf_counter()
                work()
                if turn >= 20:
                    times[name].append((time.perf_counter() - began) * 1000)
    finally:
        station.close()
    one, ours = statistics.median(times["bare"]), statistics.median(times["ours"])
    return {
        "baseline": "one INSERT and COMMIT into an encrypted file with the same pragmas",
        "bare_ms": round(one, 3),
        "ours_ms": round(ours, 3),
        "ratio": round(ours / one, 2),
        "goals": {"ratio ≤ 3": ours / one <= 3},
    }


def _bare_commit(place: Path, station: BenchStation) -> Callable[[], None]:
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(place / "bare.db"), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{'ab' * 32}'\"")
    for name, value in station.pragmas(_PRAGMAS).items():
        connection.execute(f"PRAGMA {name} = {value}")
    connection.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    body = "x" * station.body_size()

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO log (body) VALUES (?)", (body,))
        connection.execute("COMMIT")

    return commit
