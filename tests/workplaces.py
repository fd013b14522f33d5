"""Signed-in workplaces for tests: a real encrypted store with the small county's documents, on a clock that steps."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hubprotocol.keys import PersonKeys
from small_county import NOON, catalogue, organisation
from stationapp.domain.calendar import WorkCalendar, to_mapping
from stationapp.domain.calendar import from_mapping as calendar_from_mapping
from stationapp.domain.catalogue_codec import catalogue_to_mapping
from stationapp.domain.organisation import organisation_to_mapping
from stationapp.platform.clock import SteppingClock
from stationapp.platform.paths import StationPaths
from stationapp.platform.resources import resource
from stationapp.platform.vault import Unlocked
from stationapp.services.workplace import References, Workplace
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import Identity
from stationapp.store.station_store import StationStore

DATA_KEY = bytes(range(32))
SIGN_SEED = bytes([9]) * 32


def make_workplace(home: Path, post_id: str = "agent", slot: int = 1) -> Workplace:
    """Return the workplace of a post's A holder at a fresh home; the home's PC serves only that post's desk."""
    organisation_ = organisation()
    post = organisation_.post(post_id)
    assert post is not None
    person, desk = organisation_.person(post.holder_a), organisation_.desk(post.desk_id)
    assert person is not None
    assert desk is not None
    paths = StationPaths.at(home)
    paths.prepare()
    with paths.database.open("xb") as file:
        file.write(_empty_database())
    store = StationStore.open(paths.database, DATA_KEY)
    device = f"device-{post_id}-{slot}"
    identity = Identity(
        device,
        desk.station_code,
        slot,
        (desk.desk_id,),
        "epoch-1",
        "00" * 32,
        "",
        bytes([slot]) * 32,
        paths.home_id(),
    )
    references = References(organisation_, catalogue(), calendar())
    clock = SteppingClock(NOON, timedelta(seconds=1))
    _settle(store, identity, references, clock)
    files = AttachmentFiles(paths.attachments, DATA_KEY)
    return Workplace(
        paths, store, files, clock, identity, references, person, post, desk, SIGN_SEED, DATA_KEY
    )


@cache
def _empty_database() -> bytes:
    """A fresh database as a station makes it; the others are copies, for tests make thousands."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "station.db"
        StationStore.create(database, DATA_KEY).close()
        return database.read_bytes()


def unlocked() -> Unlocked:
    """Return what the right password of a workplace yields, to open its home again."""
    return Unlocked(DATA_KEY, PersonKeys(SIGN_SEED, SIGN_SEED))


def calendar() -> WorkCalendar:
    """The real working-day calendar."""
    return calendar_from_mapping(json.loads(resource("calendar", "cn-workdays.json").read_text("utf-8")))


def _settle(store: StationStore, identity: Identity, references: References, clock: SteppingClock) -> None:
    documents = {
        "organisation": (
            str(references.organisation.version),
            organisation_to_mapping(references.organisation),
        ),
        "catalogue": (str(references.catalogue.version), catalogue_to_mapping(references.catalogue)),
        "calendar": (references.calendar.version, to_mapping(references.calendar)),
    }
    with store.write() as unit:
        unit.identity.set(identity)
        for name, (version, data) in documents.items():
            unit.references.put(name, version, json.dumps(data, ensure_ascii=False), "", clock.now())
