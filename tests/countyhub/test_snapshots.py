"""Snapshots: a mailbox's picture at a position, the same whatever happens while it is read."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from countyhub.identity import repository as identities
from countyhub.mailboxes import compaction
from countyhub.mailboxes import repository as mailboxes
from hubprotocol.digests import EMPTY_HOLDINGS, add_holding, bucket_of, case_hash, holding
from hubprotocol.messages import DigestResponse, SnapshotMessage

VILLAGE, TOWN = "510704105209", "510704105000"


def ask(station, status=200, **query):
    """A page of a snapshot over HTTP."""
    text = "&".join(f"{name}={value}" for name, value in query.items())
    response = station.http("GET", f"/sync/v1/snapshot?{text}")
    assert response.status_code == status, response.text
    return SnapshotMessage.model_validate_json(response.content) if status == 200 else response.json()


def walk(station, feed, limit=3, between=lambda: None):
    """A whole snapshot, with something happening between its pages: place, cases in order, pages."""
    pages = [ask(station, feed=feed, limit=limit)]
    while pages[-1].next:
        between()
        pages.append(go_on(station, pages[-1], limit))
    cases = {
        case.case_id: [one.envelope.unpack() for one in case.events] for page in pages for case in page.cases
    }
    assert list(cases) == sorted(cases)
    assert len(cases) == sum(len(page.cases) for page in pages)
    return pages, cases


def go_on(station, page, limit=3, status=200):
    place = {"epoch": page.epoch, "as_of": page.as_of, "hash": page.hash, "after": page.next}
    return ask(station, status, feed=page.feed, limit=limit, **place)


def continue_from(station, page, cases):
    """Make a snapshot the station's mirror of the mailbox, and exchange."""
    mirror = station.mirrors[page.feed]
    mirror.epoch, mirror.position, mirror.hash = page.epoch, page.as_of, page.hash
    mirror.cases = dict(cases)
    station.exchange()  # The mirror compares its holdings at the head.
    return mirror


def busy(county):
    """A town with cases of two villagers' doing, and what may happen to them."""
    village, town = county.enrol(VILLAGE, "agent"), county.enrol(TOWN, "clerk")
    cases = [village.receive() for _ in range(8)]
    for case in cases:
        village.act("hand_over", case, "agent", **village.batch(TOWN))
    village.exchange()
    town.exchange()
    return village, town, sorted(cases)


def test_a_snapshot_is_what_the_entries_add_up_to(county):
    _, town, cases = busy(county)
    pages, told = walk(town, TOWN)
    assert list(told) == cases
    assert told == town.mirrors[TOWN].cases
    assert [sum(len(case.events) for case in page.cases) for page in pages] == [2] * 8
    assert {(page.as_of, page.hash) for page in pages} == {(8, town.mirrors[TOWN].hash)}


def test_a_snapshot_stays_the_same_while_cases_come_go_and_change(county):
    village, town, cases = busy(county)
    before = dict(town.mirrors[TOWN].cases)
    reader = county.enrol(TOWN, "clerk")
    reader.exchange(page_size=0)
    happenings = iter(
        [
            lambda: village.act("recall", cases[7], "agent", reason="拿错"),  # goes, not told yet
            lambda: village.act("recall", cases[0], "agent", reason="拿错"),  # goes, told
            lambda: town.act("sign_for", cases[6], "clerk"),  # changes, not told yet
            lambda: town.act("sign_for", cases[1], "clerk"),  # changes, told
            lambda: village.act("hand_over", cases[7], "agent", **village.batch(TOWN)),  # comes back
            lambda: village.act("hand_over", village.receive(), "agent", **village.batch(TOWN)),
        ]
    )

    def happen():
        next(happenings, lambda: None)()
        village.exchange()
        town.exchange()

    pages, told = walk(reader, TOWN, between=happen)
    assert told == before
    assert pages[-1].as_of == 8
    mirror = continue_from(reader, pages[-1], told)
    assert mirror.cases == town.mirrors[TOWN].cases
    assert set(mirror.cases) != set(before)
    again, _ = walk(reader, TOWN)
    assert [page.as_of for page in again] == [mirror.position] * len(again)


def test_a_page_asked_for_again_is_the_same_and_need_not_be_sent(county):
    _village, town, cases = busy(county)
    first = ask(town, feed=TOWN, limit=3)
    target = (
        f"/sync/v1/snapshot?feed={TOWN}&limit=3&epoch={first.epoch}&as_of={first.as_of}&hash={first.hash}"
    )
    page = town.http("GET", target)
    town.act("sign_for", cases[0], "clerk")
    town.exchange()
    for known in (page.headers["etag"], f"W/{page.headers['etag']}", f'"other", {page.headers["etag"]}'):
        again = town.http("GET", target, **{"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == page.headers["etag"]
    other = town.http("GET", target, **{"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, page.content)


def test_the_picture_at_any_former_position_can_be_had(county):
    village, town, cases = busy(county)
    pictures = {0: ("0" * 64, {})}
    acts = [
        lambda: village.act("recall", cases[2], "agent", reason="拿错"),
        lambda: town.act("sign_for", cases[3], "clerk"),
        lambda: village.act("hand_over", cases[2], "agent", **village.batch(TOWN)),
        lambda: town.act("examine", cases[3], "clerk", opinion="齐全"),
    ]
    for act in acts:
        mirror = town.mirrors[TOWN]
        pictures[mirror.position] = (mirror.hash, dict(mirror.cases))
        act()
        village.exchange()
        town.exchange()
    for position, (digest, shown) in pictures.items():
        place = {"epoch": town.mirrors[TOWN].epoch, "as_of": position, "hash": digest}
        page = ask(town, feed=TOWN, limit=1000, **place)
        told = {case.case_id: [one.envelope.unpack() for one in case.events] for case in page.cases}
        assert (told, page.next) == (shown, "")
        some = ask(town, feed=TOWN, cases=",".join([cases[2], cases[3], "unknown"]), **place)
        assert {case.case_id for case in some.cases} == set(shown) & {cases[2], cases[3]}
    assert len(pictures) == 5


def test_a_snapshot_ends_when_its_position_cannot_be_continued(county):
    _, town, _ = busy(county)
    page = ask(town, feed=TOWN, limit=3)
    assert go_on(town, page.model_copy(update={"hash": "1" * 64}), status=410)["code"] == "position-gone"
    assert go_on(town, page.model_copy(update={"as_of": 9}), status=410)["code"] == "position-gone"
    county.hub.database.write(lambda connection: identities.set_epoch(connection, "restored"))
    assert go_on(town, page, status=410)["code"] == "position-gone"
    assert ask(town, feed=TOWN).epoch == "restored"


def test_nobody_gets_a_snapshot_of_a_mailbox_that_is_not_his(county):
    village, town, _ = busy(county)
    problem = ask(village, 403, feed=TOWN)
    assert (problem["code"], problem["extra"]["feeds"]) == (
        "foreign-feed",
        [f"device:{village.device}", VILLAGE],
    )
    assert ask(village, 403, feed=f"device:{town.device}")["code"] == "foreign-feed"
    assert ask(village, 400, feed=VILLAGE, limit=0)["code"] == "bad-request"
    assert ask(village, 400, limit=1)["detail"] == "feed"
    assert ask(village, 400, feed=VILLAGE, cases=",".join(["x"] * 101))["code"] == "bad-request"
    assert ask(village, feed=f"device:{village.device}").cases == ()


def test_a_long_mailbox_is_read_by_a_snapshot_by_whoever_can(county, monkeypatch):
    _, town, cases = busy(county)
    monkeypatch.setattr("countyhub.mailboxes.service.LONG_HISTORY", 8)
    town.act("sign_for", cases[0], "clerk")
    town.exchange()
    reader = county.enrol(TOWN, "clerk")
    told = {page.feed: page for page in reader.exchange(page_size=0, snapshots=True).pages}
    assert (told[TOWN].snapshot, told[TOWN].entries, told[TOWN].restart) == (True, (), False)
    assert not told[f"device:{reader.device}"].snapshot
    reader.exchange()
    assert reader.mirrors[TOWN].cases == town.mirrors[TOWN].cases


# Compaction


def later(county, days):
    county.clock.now += timedelta(days=days)


def head_of(county, feed):
    with county.hub.database.read() as connection:
        return mailboxes.heads(connection, [feed])[feed]


def grown_old(county, days=40):
    """A town whose mailbox was marked and then grew by one entry."""
    village, town, cases = busy(county)
    village.act("recall", cases[0], "agent", reason="拿错")
    village.exchange()
    compaction.compact(county.hub)
    later(county, days)
    town.act("sign_for", cases[1], "clerk")
    town.exchange()
    county.hub.noted.clear()
    town.exchange()
    village.exchange()
    return village, town, cases


def test_what_everybody_has_read_and_is_old_goes(county):
    _village, town, cases = grown_old(county)
    assert compaction.compact(county.hub).entries == 8 + 8 + 8 + 1  # Of the town the taking back stays.
    assert head_of(county, TOWN).floor == 9
    assert compaction.compact(county.hub).entries == 0
    from countyhub.inspection.verification import verify_hub

    report = verify_hub(county.hub)
    assert report.ok, report.faults
    town.act("sign_for", cases[2], "clerk")
    assert not any(page.restart or page.snapshot for page in town.exchange().pages)
    assert town.mirrors[TOWN].position == 11


@pytest.mark.parametrize("days", [0, 29])
def test_what_is_young_stays(county, days):
    grown_old(county, days)
    assert compaction.compact(county.hub).entries == 0
    assert head_of(county, TOWN).floor == 0


def test_what_a_reader_lacks_stays_until_he_was_away_for_a_year(county):
    _, first, _ = busy(county)
    first.exchange()  # Only what a device says it has is noted, so its second exchange counts.
    slow = county.enrol(TOWN, "clerk")
    slow.exchange(page_size=0)
    slow.exchange(page_size=2)
    county.hub.noted.clear()
    slow.exchange(page_size=0)
    read = slow.mirrors[TOWN].position
    assert read == 2
    compaction.compact(county.hub)
    later(county, 40)
    town = county.enrol(TOWN, "clerk")
    town.exchange()
    county.hub.noted.clear()
    town.exchange()
    compaction.compact(county.hub)
    assert head_of(county, TOWN).floor == read
    later(county, 330)
    compaction.compact(county.hub)
    assert head_of(county, TOWN).floor == 8
    page = next(one for one in slow.exchange(page_size=5).pages if one.feed == TOWN)
    assert (page.snapshot, page.restart, page.entries, page.head) == (True, True, (), 8)
    assert page.holdings.count == 8
    pages, told = walk(slow, TOWN)
    assert continue_from(slow, pages[-1], told).cases == town.mirrors[TOWN].cases


def test_that_a_case_was_taken_back_stays_written_for_a_year(county):
    _, town, _ = grown_old(county)
    compaction.compact(county.hub)
    assert _kinds_below(county, TOWN, 9) == ["evict"]
    later(county, 320)
    county.hub.noted.clear()
    town.exchange()
    compaction.compact(county.hub)
    assert _kinds_below(county, TOWN, 9) == ["evict"]
    later(county, 6)
    compaction.compact(county.hub)
    assert _kinds_below(county, TOWN, 9) == []


def _kinds_below(county, feed, upto):
    with county.hub.database.read() as connection:
        return [row.kind for row in mailboxes.entries(connection, feed, 0, upto, 100)]


def test_a_snapshot_under_way_ends_when_its_position_is_removed(county):
    _village, town, cases = busy(county)
    page = ask(town, feed=TOWN, limit=3)
    compaction.compact(county.hub)
    later(county, 40)
    town.act("sign_for", cases[1], "clerk")
    town.exchange()
    compaction.compact(county.hub)
    later(county, 40)
    county.hub.noted.clear()
    town.exchange()
    compaction.compact(county.hub)
    assert head_of(county, TOWN).floor == 9
    assert go_on(town, page, status=410)["code"] == "position-gone"


def test_the_sweep_compacts_once_a_day_what_has_grown(county):
    from countyhub.sweeps.service import sweep

    grown_old(county)
    assert sweep(county.hub).entries_removed == 25
    assert sweep(county.hub).entries_removed == 0


def refused_late(county):
    """A village whose act is refused after it was told that it is held."""
    village, second = county.enrol(VILLAGE, "agent"), county.enrol(VILLAGE, "second")
    number = village.receipt_number()
    village.receive(attachments=(b"a scan",), receipt_number=number)
    village.exchange()
    village.exchange()
    second.receive("second", receipt_number=number)
    second.exchange()
    village.upload(b"a scan")
    assert village.result() == ("held", ["attachment-missing"])
    return village


def test_a_late_refusal_waits_for_its_device_for_longer_than_a_year(county):
    village = refused_late(county)
    own = f"device:{village.device}"
    compaction.compact(county.hub)
    later(county, 400)
    compaction.compact(county.hub)
    assert (head_of(county, own).position, head_of(county, own).floor) == (1, 0)
    village.exchange()
    assert village.result() == ("refused", ["number-taken"])
    county.hub.noted.clear()
    village.exchange()
    compaction.compact(county.hub)
    assert head_of(county, own).floor == 1, "what the device has read goes"


def test_the_snapshot_of_an_own_mailbox_leads_to_the_entries_it_still_has(county):
    village = refused_late(county)
    own = f"device:{village.device}"
    page = ask(village, feed=own)
    assert (page.cases, page.as_of, page.hash) == ((), 0, "0" * 64)
    mirror = village.mirrors[own]
    mirror.epoch, mirror.position, mirror.hash = page.epoch, page.as_of, page.hash
    village.exchange()
    assert village.result() == ("refused", ["number-taken"])


# Digest


def digest(station, feed, number, status=200, **changes):
    """Compare the station's mirror with the hub, over HTTP."""
    mirror = station.mirrors[feed]
    sums = [[0, EMPTY_HOLDINGS] for _ in range(number)]
    for case_id, envelopes in mirror.cases.items():
        one = sums[bucket_of(case_id, number)]
        one[0] += 1
        one[1] = add_holding(one[1], holding(case_id, len(envelopes), case_hash(e.hash for e in envelopes)))
    body = {
        "protocol": 1,
        "device": station.device,
        "cursor": mirror.cursor().model_dump(),
        "buckets": [{"count": count, "digest": total} for count, total in sums],
    }
    response = station.http("POST", "/sync/v1/digest", json.dumps(body | changes).encode())
    assert response.status_code == status, response.text
    return DigestResponse.model_validate_json(response.content) if status == 200 else response.json()


@pytest.mark.parametrize("buckets", [1, 16, 256])
def test_who_holds_the_same_is_told_of_no_difference(county, buckets):
    village, town, cases = busy(county)
    town.act("sign_for", cases[0], "clerk")
    village.act("recall", cases[1], "agent", reason="拿错")
    village.exchange()  # The town compares where it stands, not at the head.
    assert digest(town, TOWN, buckets).differing == ()
    town.exchange()
    assert digest(town, TOWN, buckets).differing == ()


def test_the_buckets_that_differ_are_told_with_what_is_in_them(county):
    _, town, cases = busy(county)
    mirror = town.mirrors[TOWN]
    lost, short, strange = cases[0], cases[1], "0199a5d0-0000-7000-8000-0000000000c1"
    whole = mirror.cases[short]
    mirror.cases = {**mirror.cases, short: whole[:1], strange: whole}
    del mirror.cases[lost]
    answer = digest(town, TOWN, 16)
    assert {one.bucket for one in answer.differing} == {
        bucket_of(case, 16) for case in (lost, short, strange)
    }
    states = {state.case_id: state for bucket in answer.differing for state in bucket.cases}
    assert {lost, short} <= states.keys() <= set(cases)
    assert (states[short].revision, states[short].hash) == (2, case_hash(one.hash for one in whole))
    assert not answer.more


def test_a_long_list_of_differences_is_cut(county, monkeypatch):
    _, town, _ = busy(county)
    monkeypatch.setattr("countyhub.audit.service.MOST_CASES", 3)
    town.mirrors[TOWN].cases = {}
    answer = digest(town, TOWN, 4)
    assert answer.more
    assert 1 <= sum(len(one.cases) for one in answer.differing) < 8


def test_a_digest_is_refused_for_strange_places(county):
    village, town, _ = busy(county)
    town.mirrors[TOWN].hash = "1" * 64
    assert digest(town, TOWN, 1, 410)["code"] == "position-gone"
    assert digest(town, TOWN, 1, 400, buckets=[])["code"] == "bad-request"
    assert digest(town, TOWN, 1, 400, device=village.device)["code"] == "bad-request"
    foreign = town.mirrors[TOWN].cursor().model_dump()
    village.exchange()
    assert digest(village, VILLAGE, 1, 403, cursor=foreign)["code"] == "foreign-feed"
