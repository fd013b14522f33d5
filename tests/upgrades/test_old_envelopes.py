"""What clients of the sampled versions sent, sent once more to today's hub: it says what the hub of then said."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import pytest
from sqlalchemy import Connection, delete, select, text, update
from sqlmodel import col

from countyhub import schema
from countyhub.acceptance import lost, repository
from countyhub.acceptance.lost_tables import LostEnvelopeRow
from countyhub.acceptance.service import exchange, push
from countyhub.acceptance.submission import open_envelope
from countyhub.acceptance.tables import CaseEventRow, ChainRow, EnvelopeRow, VerdictRow
from countyhub.attachments import repository as uploads
from countyhub.attachments.files import FolderFiles
from countyhub.attachments.repository import Upload
from countyhub.attachments.tables import AwaitedRow
from countyhub.database import Database, table_of
from countyhub.devices import repository as devices
from countyhub.devices.tables import DeviceRow
from countyhub.hub import Hub
from countyhub.mailboxes import repository as mailboxes
from countyhub.sweeps.service import sweep
from countyhub.tables import METADATA
from hubprotocol.envelope import GENESIS, Envelope
from hubprotocol.messages import EnvelopeMessage, ExchangeRequest
from hubprotocol.versions import HUB_DEVICE
from upgrades.samples import SAMPLES, old_hub

KEPT = frozenset(
    {
        "alembic_version",
        "attachment",
        "catalogue_change",
        "catalogue_step",
        "chain",
        "device",
        "device_desk",
        "enrolment_code",
        "hub",
        "key_change",
        "reference",
        "reference_head",
    }
)
"""What the county had before anybody sent anything: its documents, people, PCs, and the scans."""
SWEPT = frozenset({"deem_accepted", "note_double"})
LAW = frozenset({"not-publicised"})
"""Reasons of rules of the law: they bind programs that did not know them too, and what follows on such an act."""
UNLAWFUL = {"hub-0001-station-0001": 1}
"""In how many cases of a sample such an act was taken then: the first programs knew no publicity."""
Answer = tuple[str, str, str]
"""Result, case and reasons."""


class Repeated:
    """Today's hub with an old county's documents and nothing sent yet, and a clock that shows the time of then."""

    def __init__(self, database: Database, files: Path, gone: dict[str, lost.Ranges]) -> None:
        self.gone = gone
        self.now = datetime.fromisoformat("2026-11-21T00:00:00+08:00")
        self.hub = Hub(database, FolderFiles(files), lambda: self.now)

    def send(self, sender: str, envelopes: Sequence[Envelope]) -> None:
        """Send envelopes as their device did; of one whose disk was damaged they came in a file that said so."""
        with self.hub.database.read() as connection:
            device = devices.load(connection, [sender])[sender]
            head = repository.chain_head(connection, sender)
        if sender in self.gone:
            push(self.hub, device, head, envelopes, self.gone[sender])
            return
        request = {
            "protocol": 1,
            "device": sender,
            "sent_at": self.now.isoformat(),
            "base": head.model_dump(),
            "envelopes": [EnvelopeMessage.pack(envelope).model_dump() for envelope in envelopes],
            "page_size": 0,
        }
        exchange(self.hub, device, ExchangeRequest.model_validate_json(json.dumps(request)))


def sent(connection: Connection) -> list[tuple[str, Envelope]]:
    """Every envelope with the time it was answered, in the order in which it came."""
    times: dict[tuple[str, int], str] = {}
    for table in (VerdictRow, CaseEventRow):
        rows = connection.execute(select(table_of(table)))
        times |= {(row.device, row.seq): row.received_at for row in rows}
    query = select(*repository.ENVELOPE_COLUMNS).order_by(col(EnvelopeRow.device), col(EnvelopeRow.seq))
    found, latest = [], ""
    for row in connection.execute(query):
        envelope = repository.envelope_of(row)
        latest = latest if envelope.seq > 1 else ""
        latest = max(latest, times.get((row.device, row.seq), ""))
        found.append((latest, envelope))
    return sorted(found, key=lambda one: one[0])


def answers(connection: Connection) -> dict[tuple[str, int], Answer]:
    """Result and case of everything a station sent."""
    rows = connection.execute(select(table_of(VerdictRow)).where(col(VerdictRow.device) != HUB_DEVICE))
    return {(row.device, row.seq): (row.result, row.case_id, row.reasons) for row in rows}


def lost_places(connection: Connection) -> dict[str, lost.Ranges]:
    """The places whose envelope a device could not read, by device."""
    places: dict[str, list[tuple[int, int]]] = {}
    for row in connection.execute(select(table_of(LostEnvelopeRow))):
        places.setdefault(row.device, []).append((row.seq, row.seq))
    return {sender: lost.joined(found) for sender, found in places.items()}


def forget_all_that_was_sent(connection: Connection) -> None:
    """Leave the county as it was before its stations began, and before any PC was revoked or took its leave."""
    for table in METADATA.sorted_tables:
        if table.name not in KEPT:
            connection.execute(delete(table))
    connection.execute(update(table_of(ChainRow)).values(seq=0, hash=GENESIS, durable_seq=0))
    connection.execute(update(table_of(DeviceRow)).values(revoked_at="", left_at=""))
    for device in devices.everyone(connection).values():
        mailboxes.ensure(connection, sorted(device.feeds))


def let_them_upload(
    connection: Connection, envelopes: Sequence[Envelope], awaited: Collection[tuple[str, str]]
) -> None:
    """Every device uploaded its scans before its acts were taken, but for those awaited; an old hub forgot it."""
    named = {
        (one.device, wanted.sha256, wanted.size)
        for one in envelopes
        for wanted in open_envelope(one).attachments
        if (one.device, wanted.sha256) not in awaited
    }
    for sender, sha256, size in sorted(named):
        number = uuid5(NAMESPACE_OID, sender + sha256).hex
        uploads.add_upload(
            connection, Upload(number, sender, sha256, size, size, 1, "2026-11-20T00:00:00.000+08:00")
        )
        uploads.complete_upload(connection, number, "2026-11-20T00:00:01.000+08:00")


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_old_clients_sent_is_understood_for_ever(sample: str, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{old_hub(sample, tmp_path / 'hub.db')}")
    schema.upgrade(database)
    with database.read() as connection:
        envelopes, before = sent(connection), answers(connection)
        states, awaited, gone = ends(connection), awaits(connection), lost_places(connection)
    database.write(forget_all_that_was_sent)
    database.write(lambda one: let_them_upload(one, [envelope for _, envelope in envelopes], awaited))
    repeated = Repeated(database, tmp_path / "files", gone)
    for (at, sender), run in groupby(envelopes, key=lambda one: (one[0], one[1].device)):
        repeated.now = datetime.fromisoformat(at) if at else repeated.now
        together = [envelope for _, envelope in run]
        if sender != HUB_DEVICE:
            repeated.send(sender, together)
        elif any(json.loads(envelope.body)["move"] in SWEPT for envelope in together):
            sweep(repeated.hub)
    with database.read() as connection:
        after, states_after = answers(connection), ends(connection)
        assert (awaits(connection), lost_places(connection)) == (awaited, gone)
    database.close()
    unlawful = {case_id for _, case_id, reasons in after.values() if codes(reasons) & LAW} - {
        case_id for _, case_id, reasons in before.values() if codes(reasons) & LAW
    }
    assert len(unlawful) == UNLAWFUL.get(sample, 0)
    assert len(before) > 30
    assert without(unlawful, after) == without(unlawful, before)
    assert {one: end for one, end in states_after.items() if one not in unlawful} == {
        one: end for one, end in states.items() if one not in unlawful
    }


def codes(reasons: str) -> set[str]:
    """The codes of the reasons of an answer."""
    return {row["code"] for row in json.loads(reasons)}


def without(cases: set[str], given: dict[tuple[str, int], Answer]) -> dict[tuple[str, int], Answer]:
    """The answers about other cases."""
    return {place: answer for place, answer in given.items() if answer[1] not in cases}


def awaits(connection: Connection) -> set[tuple[str, str]]:
    """Which devices' acts wait for which scans."""
    return {(row.device, row.sha256) for row in connection.execute(select(table_of(AwaitedRow)))}


def ends(connection: Connection) -> dict[str, tuple[str, str]]:
    """State and holder of every case."""
    rows = connection.execute(text("SELECT case_id, state, holder FROM case_head"))
    return {row.case_id: (row.state, row.holder) for row in rows}
