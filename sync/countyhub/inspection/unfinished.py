"""What is here without effect since something is missing, and what is on a paper and not here at all.

Nobody at a station may be left to see it: its PC may be broken, or wiped. So the county can ask for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from countyhub.devices import repository as devices
from countyhub.devices.repository import Device
from countyhub.hub import Hub
from countyhub.inspection import repository
from countyhub.numbers import repository as numbers
from countyhub.numbers.finding import Status


def unfinished(hub: Hub) -> Iterator[dict[str, Any]]:
    """Yield every act that is held, in the order in which they came, then every number whose act is not here."""
    with hub.database.read() as connection:
        everyone = devices.everyone(connection)
        mentioned = repository.numbers_of_held(connection)
        held, absent = repository.held(connection), numbers.absent_in_all(connection)
    for row in held:
        yield {
            "status": Status.HELD.value,
            **_whose(everyone, row),
            "numbers": sorted({row.receipt_number, *mentioned.get((row.device, row.seq), ())} - {"", None}),
            "case_id": row.case_id,
            "since": row.received_at,
            "reasons": json.loads(row.reasons),
        }
    for row in absent:
        status = Status.EARLY if row.waits else Status.LOST
        named = {"numbers": [row.number], "found": bool(row.found), "case_id": row.case_id}
        yield {"status": status.value, **_whose(everyone, row), **named}


def _whose(everyone: Mapping[str, Device], row: Any) -> dict[str, Any]:
    """Tell which PC sealed it, and whether that can still bring what is missing."""
    device = everyone[row.device]
    stands = {"revoked": device.revoked, "left": device.left, "lost": device.lost}
    pc = next((name for name, holds in stands.items() if holds), "")
    return {"device": row.device, "seq": row.seq, "station": device.station, "pc": pc}
