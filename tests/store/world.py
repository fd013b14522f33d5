"""Devices that seal events, and cases to fill a store with."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings

from hubprotocol.envelope import Envelope, seal
from hubprotocol.versions import CASE_EVENT_KIND
from small_county import (
    DAY,
    ID_NUMBER,
    NOON,
    TOWNSHIP,
    VILLAGE,
    WINDOW,
    application,
    batch_facts,
    event,
    hand,
    receipt_facts,
)
from stationapp.domain.events import CaseEvent, event_to_mapping
from stationapp.store.records import ChainHead, Identity
from stationapp.store.station_store import StationStore

DATA_KEY = bytes(range(32))
DEVICE = "pc-village"
EPOCH = "epoch-1"
AGENT, CLERK, COUNTY_WINDOW = hand("agent"), hand("clerk"), hand("window")
PERSON_SEED = hashlib.sha256(b"p-agent").digest()

QUICK = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
"""Without the phase that traces every line: these properties run through SQLAlchemy."""

__all__ = ["DAY", "ID_NUMBER", "NOON", "TOWNSHIP", "VILLAGE", "WINDOW", "event", "hand"]


def seed_of(device: str) -> bytes:
    """The signing seed of a device."""
    return hashlib.sha256(device.encode()).digest()


IDENTITY = Identity(
    device=DEVICE,
    station=VILLAGE,
    slot=1,
    desks=(VILLAGE,),
    epoch=EPOCH,
    hub_public="0" * 64,
    hub_url="https://hub.invalid",
    device_seed=seed_of(DEVICE),
    home_id="1" * 32,
)


@lru_cache(maxsize=1)
def empty_database() -> bytes:
    """A database of an enrolled PC, made once; making it anew takes a second."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "station.db"
        store = StationStore.create(database, DATA_KEY)
        with store.write() as unit:
            unit.identity.set(IDENTITY)
        store.close()
        return database.read_bytes()


@contextmanager
def fresh_store(database: Path | None = None) -> Iterator[StationStore]:
    """A store of an enrolled PC without cases, at that place or at one of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = database or Path(folder) / "station.db"
        database.write_bytes(empty_database())
        store = StationStore.open(database, DATA_KEY)
        try:
            yield store
        finally:
            store.close()


class Device:
    """Seals events one after another, as a station PC or the hub does."""

    def __init__(self, name: str = DEVICE) -> None:
        self.name = name
        self.head = ChainHead()

    def seal(self, sealed: CaseEvent) -> Envelope:
        """The envelope of an event, behind the one sealed before."""
        body = json.dumps(event_to_mapping(sealed), ensure_ascii=False)
        seq, prev = self.head.seq + 1, self.head.hash
        envelope = seal(self.name, seq, prev, CASE_EVENT_KIND, body, seed_of(self.name), PERSON_SEED)
        self.head = ChainHead(seq, envelope.hash)
        return envelope


class World:
    """The own device, another one, and the cases they make."""

    def __init__(self) -> None:
        self.mine = Device()
        self.other = Device("pc-township")
        self.serial = 0

    def receive(self, case_id: str = "", at: datetime = NOON, **applicant: str) -> CaseEvent:
        """A received case; keyword arguments change the applicant, `item_name` the item."""
        self.serial += 1
        asked = application()
        asked["item_name"] = applicant.pop("item_name", asked["item_name"])
        asked["applicant"] |= applicant
        facts = receipt_facts(serial=self.serial, application=asked)
        return event(case_id or f"case-{self.serial}", "receive", AGENT, facts, at)

    def append(self, store: StationStore, *events: CaseEvent) -> list[Envelope]:
        """Append own events, each in a transaction of its own."""
        envelopes = []
        for one in events:
            envelopes.append(self.mine.seal(one))
            with store.write() as unit:
                unit.events.append_pending(one, envelopes[-1])
        return envelopes

    def append_together(self, store: StationStore, *events: CaseEvent) -> None:
        """Append own events in one transaction."""
        with store.write() as unit:
            for one in events:
                unit.events.append_pending(one, self.mine.seal(one))

    def confirm(self, store: StationStore, *events: CaseEvent, first: int = 1) -> list[Envelope]:
        """Take in other people's events of one case as the hub's mailbox tells them."""
        envelopes = [self.other.seal(one) for one in events]
        told = [
            (revision, later(revision), envelope, one)
            for revision, (envelope, one) in enumerate(zip(envelopes, events, strict=True), first)
        ]
        with store.write() as unit:
            unit.events.apply_confirmed(told)
        return envelopes


def handover(case_id: str, serial: int = 1, size: int = 1) -> CaseEvent:
    """A case handed over to the township in a batch."""
    return event(case_id, "hand_over", AGENT, {**batch_facts(TOWNSHIP, serial=serial), "batch_size": size})


def later(minutes: int) -> str:
    """The hub's time of receipt as it comes over the wire."""
    return (NOON + timedelta(minutes=minutes)).isoformat()


def facts_of(move: str) -> dict[str, Any]:
    """The facts a move needs, from the small county."""
    from small_county import FACTS

    return FACTS.get(move, {})
