"""What is derived from the log can be dropped and rebuilt, and tampering with anything is noticed."""

from __future__ import annotations

from pathlib import Path

import pypinyin
import pytest
from sqlalchemy import text

from hubprotocol.digests import case_hash
from hubprotocol.key_changes import KeyHistory
from hubprotocol.keys import sign_public_of
from stationapp.domain.refusal import Reason
from stationapp.store import schema
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.rebuild import VerifyReport, compare, rebuild, verify
from stationapp.store.records import CaseQuery
from stationapp.store.repositories.settings import PROJECTION_SETTING
from stationapp.store.station_store import StationStore
from store.world import (
    CLERK,
    DATA_KEY,
    DEVICE,
    PERSON_SEED,
    TOWNSHIP,
    World,
    event,
    facts_of,
    handover,
    later,
    seed_of,
)

PEOPLE = {person: sign_public_of(PERSON_SEED) for person in ("p-agent", "p-clerk")}
DEVICES = {device: KeyHistory.single(sign_public_of(seed_of(device))) for device in (DEVICE, "pc-township")}


@pytest.fixture
def filled(store: StationStore, world: World) -> StationStore:
    """A store with cases in all kinds of standing."""
    first, second, third = (
        world.receive(name="吴䶮"),
        world.receive(name="张三"),
        world.receive(name="单于行"),
    )
    world.append(store, first, second, third, handover(first.case_id), handover(second.case_id))
    taken = [
        event(first.case_id, "sign_for", CLERK),
        event(second.case_id, "decline_handover", CLERK, facts_of("decline_handover")),
    ]
    with store.write() as unit:
        for seq, case_revision in ((1, 1), (2, 1), (4, 2), (5, 2)):
            unit.events.apply_verdict(DEVICE, seq, "accepted", case_revision, later(seq))
        unit.events.apply_verdict(DEVICE, 3, "refused", 0, "", [Reason("bad", "收件号不对。")])
    for one in taken:
        world.confirm(store, one, first=3)
    gone = world.receive(name="李四")
    world.confirm(store, gone)
    with store.write() as unit:
        unit.events.evict(gone.case_id)
        hashes = [stored.envelope.hash for stored in unit.events.of_case(first.case_id)]
        unit.mailboxes.hold(TOWNSHIP, first.case_id, 3, case_hash(hashes))
    return store


def look(store: StationStore) -> VerifyReport:
    """Verify everything but attachments."""
    return verify(store, DEVICES, PEOPLE)


def lines(store: StationStore) -> list[object]:
    """Everything lists show."""
    with store.read() as unit:
        return list(unit.cases.summary(unit.cases.find(CaseQuery())))


def tamper(store: StationStore, statement: str) -> None:
    """Change the database behind the program's back."""
    with store._writer.connect() as connection:
        connection.execute(text(statement))
        connection.commit()


def test_a_sound_store_has_no_differences_and_no_findings(filled: StationStore) -> None:
    report = look(filled)
    assert report.findings == ()
    assert report.is_clean
    assert (report.events, report.cases, report.attachments) == (7, 3, 0)
    assert compare(filled) == []


def test_a_rebuilt_store_shows_and_finds_the_same(filled: StationStore) -> None:
    before = lines(filled)
    for table in ("batch_case", "case_number", "case_number_new", "case_row"):
        tamper(filled, f"DELETE FROM {table}")  # noqa: S608 - the four names above.
    tamper(filled, "INSERT INTO case_search (case_search) VALUES ('delete-all')")
    assert lines(filled) == []
    assert len(compare(filled)) > 3
    rebuild(filled)
    assert lines(filled) == before
    assert compare(filled) == []


TAMPERED = {
    "UPDATE case_row SET state = 'served' WHERE key = 1": "case 1: state",
    "UPDATE case_row SET applicant_name = '张三' WHERE key = 1": "case 1: applicant_name",
    "DELETE FROM case_row WHERE key = 2": "case 2: not shown, but should be",
    "DELETE FROM case_number_new WHERE case_key = 2 AND kind = 'X'": "case 2: numbers",
    "INSERT INTO case_number (kind, token, case_key) VALUES ('R', '1', 1)": "case 1: numbers",
    "DELETE FROM case_search WHERE rowid = 3": "case 3: text search",
    "INSERT INTO case_search (rowid, pairs) VALUES (99, '李四')": "case 99: derived rows without a log",
    "UPDATE batch_case SET outcome = 'sent'": "case 1: batches",
    "UPDATE case_key SET taken_back = 1 WHERE key = 2": "case 2: shown, but should not be",
    "UPDATE event SET status = 'pending', revision = NULL WHERE id = 1": "case 1: ",
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_a_projection_that_was_changed_is_named_and_a_rebuild_mends_it(
    filled: StationStore, statement: str
) -> None:
    tamper(filled, statement)
    found = compare(filled)
    assert any(line.startswith(TAMPERED[statement]) for line in found), found
    assert {finding.subject for finding in look(filled).findings} >= {"projection"}
    rebuild(filled)
    assert compare(filled) == []


FORGED = {
    "UPDATE event SET body = replace(body, '吴䶮', '吴龑') WHERE seq = 1 AND own = 1": {"event", "signature"},
    "UPDATE event SET signature = replace(signature, substr(signature, 1, 1), 'g') WHERE seq = 2": {
        "signature"
    },
    "UPDATE event SET person_signature = '' WHERE own = 0": {"signature"},
    "UPDATE event SET hash = replace(hash, substr(hash, 1, 1), 'g') WHERE seq = 2 AND own = 1": {
        "chain",
        "event",
    },
    "UPDATE event SET seq = 50 WHERE seq = 5 AND own = 1": {"chain", "event"},
    "UPDATE event SET revision = 9 WHERE case_key = 1 AND revision = 2": {"case"},
    "UPDATE holding SET revision = 2": {"case", "mailbox"},
    "UPDATE feed SET digest = replace(digest, substr(digest, 1, 1), '')": {"mailbox"},
}


@pytest.mark.parametrize("statement", FORGED)
def test_a_forged_record_is_found(filled: StationStore, statement: str) -> None:
    tamper(filled, statement)
    found = {finding.subject for finding in look(filled).findings}
    assert found >= FORGED[statement]
    assert all(finding.text for finding in look(filled).findings)


def test_a_missing_key_is_a_finding(filled: StationStore) -> None:
    without_device = verify(filled, {DEVICE: DEVICES[DEVICE]}, PEOPLE).findings
    without_person = verify(filled, DEVICES, {"p-agent": PEOPLE["p-agent"]}).findings
    assert [finding.subject for finding in without_device] == ["signature"] * 2
    assert [finding.subject for finding in without_person] == ["signature"] * 2


def test_a_lost_or_damaged_attachment_is_found(filled: StationStore, tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path / "attachments", DATA_KEY)
    kept, lost, damaged = files.put(b"kept"), files.put(b"lost"), files.put(b"damaged")
    with filled.write() as unit:
        for sha256 in (kept, lost, damaged):
            unit.attachments.add_local(sha256, 4, "a.jpg", "image/jpeg")
    assert verify(filled, DEVICES, PEOPLE, files).is_clean
    (tmp_path / "attachments" / lost[:2] / lost).unlink()
    (tmp_path / "attachments" / damaged[:2] / damaged).write_bytes(b"x" * 60)
    report = verify(filled, DEVICES, PEOPLE, files)
    assert report.attachments == 3
    assert {finding.where for finding in report.findings} == {lost, damaged}


def test_projections_derived_otherwise_are_rebuilt_on_opening(filled: StationStore, database: Path) -> None:
    before = lines(filled)
    with filled.write() as unit:
        unit.settings.set(PROJECTION_SETTING, "of an older program")
    tamper(filled, "DELETE FROM case_row")
    filled.close()
    store = StationStore.open(database, DATA_KEY)
    assert lines(store) == before
    with store.read() as unit:
        assert unit.settings.get(PROJECTION_SETTING) == schema.projection_fingerprint()
    store.close()


def test_the_named_readings_are_those_installed() -> None:
    """With other readings the search would be derived otherwise: count up, and old stores are rebuilt."""
    assert pypinyin.__version__ == schema.READINGS


def test_an_unconfirmed_case_held_by_no_mailbox_is_not_stale(filled: StationStore, world: World) -> None:
    world.append(filled, world.receive())
    with filled.read() as unit:
        assert unit.mailboxes.unheld() == ["case-2"]
