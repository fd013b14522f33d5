"""What a station remembers of its exchange with the hub."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubprotocol.digests import EMPTY_HOLDINGS, add_holding, holding
from hubprotocol.envelope import GENESIS
from stationapp.store.records import AttachmentRecord, Cursor, FeedAgreement, Holdings, Reference, Upload
from stationapp.store.station_store import StationStore
from store.world import IDENTITY, NOON, QUICK, fresh_store

SHA = "ab" * 32


def test_a_cursor_goes_forward_and_only_a_reset_goes_back(store: StationStore) -> None:
    first, second = Cursor("desk-1", "e1", 3, "a" * 64), Cursor("desk-1", "e1", 5, "b" * 64)
    with store.write() as unit:
        for cursor in (first, first, second, Cursor("desk-2", "e1", 1, "c" * 64)):
            unit.mailboxes.advance(cursor)
        with pytest.raises(ValueError, match="before"):
            unit.mailboxes.advance(first)
        unit.mailboxes.hold("desk-1", "case-1", 1, "d" * 64)
        unit.mailboxes.set_agreed("desk-1", True, NOON)
    with store.read() as unit:
        assert unit.mailboxes.cursors() == [second, Cursor("desk-2", "e1", 1, "c" * 64)]
        assert unit.mailboxes.cursor("desk-1") == second
        assert unit.mailboxes.cursor("desk-9") is None
        assert unit.mailboxes.agreement()[0] == FeedAgreement("desk-1", 5, True, NOON)
    with store.write() as unit:
        unit.mailboxes.reset("desk-1", "e2")
    with store.read() as unit:
        assert unit.mailboxes.cursors()[0] == Cursor("desk-1", "e2", 0, GENESIS)
        assert unit.mailboxes.agreement()[0] == FeedAgreement("desk-1", 0, False, None)
        assert unit.mailboxes.holdings("desk-1") == Holdings(0, EMPTY_HOLDINGS)


STEPS = st.lists(
    st.tuples(st.sampled_from(["feed-1", "feed-2"]), st.sampled_from("abc"), st.integers(0, 3)), max_size=25
)


@settings(QUICK, max_examples=30)
@given(steps=STEPS)
def test_the_sum_of_holdings_is_the_sum_over_what_is_held(steps: list[tuple[str, str, int]]) -> None:
    held: dict[tuple[str, str], int] = {}
    with fresh_store() as store:
        with store.write() as unit:
            for feed, case_id, revision in steps:
                if revision:
                    unit.mailboxes.hold(feed, case_id, revision, f"{revision:064x}")
                    held[feed, case_id] = revision
                else:
                    unit.mailboxes.drop(feed, case_id)
                    held.pop((feed, case_id), None)
        with store.read() as unit:
            for feed in ("feed-1", "feed-2"):
                mine = {case_id: revision for (of_feed, case_id), revision in held.items() if of_feed == feed}
                digest = EMPTY_HOLDINGS
                for case_id, revision in mine.items():
                    digest = add_holding(digest, holding(case_id, revision, f"{revision:064x}"))
                assert unit.mailboxes.holdings(feed) == Holdings(len(mine), digest)
                assert {one.case_id: one.revision for one in unit.mailboxes.held(feed)} == mine
            assert len(unit.mailboxes.held()) == len(held)


def test_an_attachment_goes_to_the_hub_once(store: StationStore) -> None:
    with store.write() as unit:
        for _ in range(2):
            unit.attachments.add_local(SHA, 10, "身份证.jpg", "image/jpeg")
        unit.attachments.set_upload(SHA, "https://hub.invalid/uploads/1", 4)
    with store.read() as unit:
        expected = AttachmentRecord(SHA, 10, "身份证.jpg", "image/jpeg", here=True, at_hub=False)
        assert unit.attachments.get(SHA) == expected
        assert unit.attachments.not_at_hub(5) == [expected]
        assert unit.attachments.upload_state(SHA) == Upload("https://hub.invalid/uploads/1", 4)
        assert unit.events.pending_summary().attachments == 1
        assert unit.attachments.all_here() == {SHA}
    with store.write() as unit:
        unit.attachments.want(SHA, 10, "身份证.jpg", "image/jpeg")
        unit.attachments.mark_at_hub(SHA)
    with store.read() as unit:
        assert unit.attachments.get(SHA) == replace(expected, at_hub=True)
        assert unit.attachments.not_at_hub(5) == []
        assert unit.attachments.upload_state(SHA) is None
        assert unit.events.pending_summary().attachments == 0
    with store.write() as unit:
        unit.attachments.mark_not_at_hub(SHA)
    with store.read() as unit:
        assert unit.attachments.not_at_hub(5) == [expected]


def test_an_attachment_of_another_desk_is_wanted_until_it_lies_here(store: StationStore) -> None:
    hashes = [f"{number:064x}" for number in range(3)]
    with store.write() as unit:
        for sha256 in (*hashes, *hashes):
            unit.attachments.want(sha256, 5, "户口簿.png", "image/png")
    with store.read() as unit:
        assert [record.sha256 for record in unit.attachments.missing_here(2)] == hashes[:2]
        assert unit.attachments.all_here() == frozenset()
    with store.write() as unit:
        unit.attachments.mark_here(hashes[0])
        unit.attachments.unwant(hashes[1])
        unit.attachments.unwant(hashes[0])
    with store.read() as unit:
        assert [record.sha256 for record in unit.attachments.missing_here(5)] == hashes[2:]
        assert unit.attachments.not_at_hub(5) == []
        assert unit.attachments.get(hashes[0]) is not None
        assert unit.attachments.get(hashes[1]) is None


def test_every_version_of_a_document_is_kept_and_the_last_is_in_force(store: StationStore) -> None:
    with store.write() as unit:
        unit.references.put("catalogue", "1", "first", "s1", NOON)
        unit.references.put("catalogue", "2", "second", "s2", NOON)
        unit.references.put("catalogue", "2", "second", "s2", NOON)
        unit.references.put("calendar", "2026b", "days", "s3", NOON)
    with store.read() as unit:
        assert unit.references.get("catalogue") == Reference("catalogue", "2", "second", "s2")
        assert unit.references.get_version("catalogue", "1") == Reference("catalogue", "1", "first", "s1")
        assert unit.references.get_version("catalogue", "3") is None
        assert unit.references.get("devices") is None
        assert unit.references.versions() == {"catalogue": "2", "calendar": "2026b"}
    with store.write() as unit:
        unit.references.put("catalogue", "1", "first", "s1", NOON)
    with store.read() as unit:
        assert unit.references.versions()["catalogue"] == "1"
        assert unit.references.get_version("catalogue", "2") is not None


def test_an_identity_is_kept_whole_and_its_epoch_can_change(store: StationStore) -> None:
    with store.write() as unit:
        unit.identity.set_epoch("e2")
    with store.read() as unit:
        assert unit.identity.get() == replace(IDENTITY, epoch="e2")
        assert "device_seed" not in repr(unit.identity.get())
