"""Searching among 100,000 cases, by characters of every length, pinyin initials and numbers. Goal: p95 ≤ 20 ms."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path
from typing import Any

from bench_station import BenchStation

CASES = 100_000
QUERIES = 400


def measure(place: Path) -> dict[str, Any]:
    """Return percentiles in milliseconds of finding the newest 200 ids, and of a plain scan for them."""
    from stationapp.store.records import CaseQuery

    station = BenchStation(place)
    try:
        station.fill(CASES)
        chance = random.Random(7)
        texts = station.search_texts(chance, QUERIES)
        times = []
        for text in texts:
            began = time.perf_counter()
            with station.workplace.store.read() as unit:
                unit.cases.find(CaseQuery(text=text), 200, None)
            times.append((time.perf_counter() - began) * 1000)
        scan = station.scan_ms(texts[:20])
    finally:
        station.close()
    p95 = statistics.quantiles(times, n=20)[18]
    return {
        "baseline": "LIKE '%text%' over name and item of the same rows",
        "cases": CASES,
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(p95, 2),
        "scan_median_ms": round(scan, 1),
        "goals": {"p95 ≤ 20 ms": p95 <= 20},
    }
