"""Pushing and pulling 10,000 cases between a village, the hub (a process of its own, SQLite) and the township.

The baseline is reading and writing the same bytes over the same loopback without hub or station: what is left of it is
the price of checking, judging, ordering and storing.
"""

from __future__ import annotations

import socket
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

CASES = 10_000
_A_DAY = 5_000  # A PC has 9,999 numbers a day.


def measure(place: Path) -> dict[str, Any]:
    """Return cases per second up and down, and the loopback's own speed for the same number of bytes."""
    from stationapp.demo.hub_process import HubProcess
    from stationapp.demo.stations import AGENT, CLERK, TOWNSHIP, VILLAGE, enrol_stations, sync_until_agreed
    from stationapp.platform.clock import SteppingClock, SystemClock

    clock = SteppingClock(SystemClock().now() - timedelta(days=3), timedelta(0))
    with HubProcess(place / "hub") as hub:
        hub.initialise()
        hub.serve()
        stations = enrol_stations(hub, place / "homes", clock)
        try:
            with stations[VILLAGE].signed_in(AGENT) as workplace:
                size = _fill(workplace)
                began = time.perf_counter()
                sync_until_agreed(workplace)
                push = time.perf_counter() - began
            with stations[TOWNSHIP].signed_in(CLERK) as workplace:
                began = time.perf_counter()
                sync_until_agreed(workplace)
                pull = time.perf_counter() - began
        finally:
            for station in stations.values():
                station.link.close()
    bare = _loopback_seconds(size)
    return {
        "baseline": "the same bytes over bare loopback TCP",
        "cases": CASES,
        "events": 2 * CASES,
        "push_cases_per_s": round(CASES / push),
        "pull_cases_per_s": round(CASES / pull),
        "megabytes": round(size / 1e6, 1),
        "push_times_bare": round(push / bare),
        "pull_times_bare": round(pull / bare),
        "goals": {},
    }


def _fill(workplace: Any) -> int:
    """Receive the cases and hand them over, so that the township sees them; return the size of their events."""
    from stationapp.demo.acts import send_all, take_in
    from stationapp.demo.plan import Fate, PlannedCase, demonstration_applicants

    item = next(row for row in workplace.catalogue.items if row.name == "临时救助")
    people = demonstration_applicants()
    for number in range(CASES):
        if number % _A_DAY == 0:
            workplace.clock.advance(timedelta(days=1))
        take_in(workplace, PlannedCase(item.code, people[number % len(people)], Fate.COUNTY, with_scan=False))
    send_all(workplace, "to_send")
    with workplace.store.read() as unit:
        return sum(len(envelope.body.encode()) for envelope in unit.events.outbox(4 * CASES, 1 << 40))


def _loopback_seconds(size: int) -> float:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sender = threading.Thread(target=_send, args=(listener.getsockname()[1], size))
        began = time.perf_counter()
        sender.start()
        connection, _ = listener.accept()
        with connection:
            while connection.recv(1 << 20):
                pass
        sender.join()
    return time.perf_counter() - began


def _send(port: int, size: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"x" * size)
