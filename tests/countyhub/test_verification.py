"""A flipped byte anywhere is found; a sound hub is found sound."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from countyhub.inspection import reports
from countyhub.inspection.verification import verify_hub

VILLAGE, TOWN = "510704105209", "510704105000"
SCAN = b"a scan of some bytes"


@pytest.fixture
def busy(county):
    """A county in which something of everything happened."""
    village, hall = county.enrol(VILLAGE, "agent"), county.enrol("510704000000", "window")
    village.upload(SCAN)
    case = village.receive(attachments=(SCAN,))
    village.act("hand_over", case, "agent", **village.batch(TOWN))
    village.act("recall", case, "agent", reason="材料拿错")
    village.receive(attachments=(b"never sent",))
    hall.act("register", hall.receive("window"), "window")
    village.exchange()
    hall.exchange()
    return county


def faults(county):
    return [f"{fault['where']}: {fault['what']}" for fault in verify_hub(county.hub).faults]


def test_a_sound_hub_is_found_sound(busy):
    report = verify_hub(busy.hub)
    assert report.faults == []
    assert report.checked == {
        "references": 6,
        "envelopes": 7,
        "case_events": 6,
        "cases": 2,
        "visible_rows": 2,
        "application_mark_rows": 2,
        "mention_rows": 5,
        "case_attachment_rows": 1,
        "mailbox_entries": 8,
        "attachments": 1,
    }


FLIPS = [
    ("UPDATE envelope SET body = :body WHERE seq = 2 AND device <> 'hub'", "content differs from its hash"),
    (
        "UPDATE envelope SET signature = :zeros WHERE seq = 1 AND device = 'hub'",
        "device's signature is wrong",
    ),
    ("UPDATE envelope SET person_signature = :zeros WHERE seq = 3", "person's signature is wrong"),
    ("DELETE FROM envelope WHERE seq = 2 AND device <> 'hub'", "chain is broken"),
    ("UPDATE chain SET seq = seq + 1 WHERE device = 'hub'", "head is wrong"),
    ("UPDATE case_head SET state = 'concluded' WHERE revision = 3", "row differs from its events"),
    ("UPDATE case_head SET case_hash = :zeros WHERE revision = 3", "row differs from its events"),
    ("DELETE FROM case_event WHERE revision = 2", "revisions have a gap"),
    ("UPDATE mailbox_entry SET hash = :zeros WHERE position = 2", "hash is wrong"),
    ("DELETE FROM mailbox_entry WHERE position = 2", "positions have a gap"),
    ("UPDATE mailbox SET count = count + 1", "head differs from its entries"),
    ("UPDATE mailbox SET digest = :zeros WHERE count > 0", "head differs from its entries"),
    ("DELETE FROM visible_case", "missing"),
    (
        "INSERT INTO visible_case (county, desk_id, case_id) VALUES ('510704', '510704105213', 'x')",
        "one too many",
    ),
    ("DELETE FROM number_mention WHERE kind = 'case'", "missing"),
    ("DELETE FROM case_attachment", "missing"),
    ("UPDATE reference SET body = '{}' WHERE name = 'calendar'", "hub's signature is wrong"),
]


@pytest.mark.parametrize(("statement", "fault"), FLIPS, ids=range(len(FLIPS)))
def test_what_was_altered_in_the_database_is_found(busy, statement, fault):
    values = {"body": b"{}", "zeros": "0" * 64}
    busy.hub.database.write(
        lambda connection: connection.execute(
            text(statement), {name: value for name, value in values.items() if f":{name}" in statement}
        )
    )
    assert any(line.endswith(fault) for line in faults(busy))


def test_a_flipped_byte_in_an_attachment_is_found(busy, tmp_path):
    (file,) = (path for path in (tmp_path / "files").rglob("*") if path.is_file())
    file.write_bytes(SCAN.replace(b"scan", b"scam"))
    assert faults(busy) == [f"attachment {file.name}: file differs from its digest"]
    file.unlink()
    assert faults(busy) == [f"attachment {file.name}: file is missing"]


def test_the_hub_counts_what_it_has(busy):
    stats = reports.stats(busy.hub)
    assert stats["cases"] == {"received": 1, "registered": 1}
    assert stats["verdicts"] == {"accepted": 5, "held": 1}
    assert stats["devices"] == 2
    rows = list(reports.cases(busy.hub))
    assert [sorted((row["state"], row["revision"]) for row in rows)] == [[("received", 3), ("registered", 3)]]
