"""What reaches a device, and that it can prove to miss nothing."""

from __future__ import annotations

import threading

import pytest

from countyhub.acceptance import service
from countyhub.devices import service as devices
from countyhub.identity import repository as identities
from countyhub.inspection.verification import verify_hub
from countyhub.problems import Problem
from hubprotocol.messages import CursorMessage
from stationapp.domain.refusal import Refused

VILLAGE, TOWN = "510704105209", "510704105000"


def kinds(station, feed=""):
    return [kind.value for kind in station.mirrors[feed or station.station].kinds]


def test_a_case_arrives_whole_at_its_addressee_and_is_taken_back_on_recall(county):
    village, town = county.enrol(VILLAGE, "agent"), county.enrol(TOWN, "clerk")
    case = village.receive()
    village.act("hand_over", case, "agent", **village.batch(TOWN))
    village.exchange()
    town.exchange()
    assert len(town.mirrors[TOWN].cases[case]) == 2
    village.act("recall", case, "agent", reason="材料拿错")
    village.exchange()
    town.exchange()
    assert kinds(town) == ["put", "evict"]
    assert kinds(village) == ["put", "event", "event"]
    assert town.mirrors[TOWN].holdings() == (0, "0" * 64)
    village.act("hand_over", case, "agent", **village.batch(TOWN))
    village.exchange()
    town.exchange()
    assert len(town.mirrors[TOWN].cases[case]) == 4
    assert verify_hub(county.hub).ok


def test_a_second_pc_of_the_desk_gets_everything_from_the_beginning(county):
    first = county.enrol(VILLAGE, "agent")
    for _ in range(5):
        first.receive()
    first.exchange()
    second = county.enrol(VILLAGE, "agent")
    second.exchange()
    assert second.mirrors[VILLAGE].cases == first.mirrors[VILLAGE].cases


def test_pages_are_cut_and_go_on_where_they_stopped(county):
    village = county.enrol(VILLAGE, "agent")
    for _ in range(5):
        village.receive()
    answer = village.exchange(page_size=2)
    assert sum(len(page.entries) for page in answer.pages) == 2
    assert {page.feed: page.head for page in answer.pages}[VILLAGE] == 5
    village.exchange(page_size=2)
    village.exchange(page_size=2)
    assert len(village.mirrors[VILLAGE].cases) == 5
    assert sum(len(page.entries) for page in village.exchange(page_size=0).pages) == 0


def test_the_budget_of_a_page_is_shared_by_all_mailboxes(county):
    hall = county.enrol("510704000000", "window", "officer")
    for _ in range(3):
        hall.act("register", hall.receive("window"), "window")
    hall.exchange(page_size=4)
    for _ in range(3):
        assert sum(len(page.entries) for page in hall.exchange(page_size=4).pages) <= 4
    assert len(hall.mirrors["510704000000"].cases) == 3


def test_a_new_epoch_makes_every_station_read_again(county):
    village = county.enrol(VILLAGE, "agent")
    village.receive_at_hub()
    county.hub.database.write(lambda connection: identities.set_epoch(connection, "restored"))
    answer = village.exchange()
    assert [page.restart for page in answer.pages] == [True, True]
    assert answer.epoch == village.mirrors[VILLAGE].epoch == "restored"
    assert len(village.mirrors[VILLAGE].cases) == 1
    assert not any(page.restart for page in village.exchange().pages)


@pytest.mark.parametrize(("position", "digest"), [(1, "1" * 64), (2, None), (2**70, None), (0, "1" * 64)])
def test_a_cursor_the_hub_cannot_continue_restarts(county, position, digest):
    village = county.enrol(VILLAGE, "agent")
    village.receive_at_hub()
    mirror = village.mirrors[VILLAGE]
    cursor = CursorMessage(feed=VILLAGE, epoch=mirror.epoch, position=position, hash=digest or mirror.hash)
    page = next(page for page in village.exchange(cursors=(cursor,)).pages if page.feed == VILLAGE)
    assert page.restart
    assert page.entries[0].position == 1


def test_a_device_reads_only_its_own_mailboxes(county):
    village, other = county.enrol(VILLAGE, "agent"), county.enrol("510704105213", "neighbour")
    other.receive_at_hub("neighbour")
    for feed in (other.station, f"device:{other.device}", TOWN):
        cursor = CursorMessage(feed=feed, epoch="", position=0, hash="0" * 64)
        with pytest.raises(Problem, match="foreign-feed") as caught:
            village.exchange(cursors=(cursor,))
        assert caught.value.message.status == 403
    assert village.exchange().feeds == (f"device:{village.device}", VILLAGE)


def test_nothing_is_stored_when_a_cursor_is_refused(county):
    village = county.enrol(VILLAGE, "agent")
    village.receive()
    with pytest.raises(Problem, match="foreign-feed"):
        village.exchange(cursors=(CursorMessage(feed=TOWN, epoch="", position=0, hash="0" * 64),))
    assert village.exchange().verdicts[0].already is False


def test_mailboxes_have_no_gap_under_concurrent_writers(county):
    town = county.enrol(TOWN, "clerk")
    writers = [county.enrol(VILLAGE, "agent") for _ in range(4)]
    failures = []

    def push(station):
        try:
            for _ in range(8):
                station.exchange()
        except BaseException as error:  # noqa: BLE001 - shown by the main thread
            failures.append(error)

    for station in writers:
        for _ in range(8):
            station.act("hand_over", station.receive(), "agent", **station.batch(TOWN))
    plain = {station.device: station.request for station in writers}
    for station in writers:
        station.request = lambda ask=plain[station.device], **changes: _two_at_once(ask(**changes))
    threads = [threading.Thread(target=push, args=(station,)) for station in writers]
    for thread in threads:
        thread.start()
    # Reads while the others write: every page it gets must follow the one before.
    while any(thread.is_alive() for thread in threads):
        town.exchange()
    for thread in threads:
        thread.join()
    assert failures == []
    town.exchange()
    assert town.mirrors[TOWN].position == len(town.mirrors[TOWN].cases) == 32
    writers[0].exchange()
    assert writers[0].mirrors[VILLAGE].position == 64
    report = verify_hub(county.hub)
    assert report.ok, report.faults
    assert report.checked["case_events"] == 64


def _two_at_once(request):
    return request.model_copy(update={"envelopes": request.envelopes[:2]})


def test_the_hub_numbers_without_gap_under_concurrent_writers(county):
    halls = [county.enrol("510704000000", "window") for _ in range(3)]
    for hall in halls:
        for _ in range(5):
            hall.act("register", hall.receive("window"), "window")
    threads = [threading.Thread(target=service.exchange, args=_asked(county, hall)) for hall in halls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    halls[0].exchange()
    events = [one[2] for one in halls[0].mirrors["510704000000"].cases.values()]
    assert sorted(envelope.seq for envelope in events) == list(range(1, 16))
    assert verify_hub(county.hub).ok


def _asked(county, station):
    return county.hub, devices.find(county.hub, station.device), station.request()


# A PC's desks change.

HALL, BUREAU = "510704000000", "510704000000-rsj"


def at_the_bureau(county, *desks):
    """A hall PC with a case that the bureau has, and the case."""
    hall = county.enrol(HALL, "window", "officer", desks=desks)
    case = hall.receive("window")
    hall.act("register", case, "window")
    hall.exchange()
    return hall, case


def test_a_desk_given_to_another_pc_is_read_there_from_the_beginning_and_here_no_more(county):
    hall, _ = at_the_bureau(county)
    other = county.enrol(HALL, "officer", desks=(HALL,))
    other.exchange()
    assert devices.assign_desks(county.hub, other.device, (HALL, BUREAU))
    assert devices.assign_desks(county.hub, hall.device, (HALL,))
    assert other.exchange().feeds == (f"device:{other.device}", HALL, BUREAU)
    assert other.mirrors[BUREAU].holdings() == hall.mirrors[BUREAU].holdings()
    with pytest.raises(Problem, match="foreign-feed") as caught:
        hall.exchange()
    assert caught.value.message.extra["feeds"] == [f"device:{hall.device}", HALL]
    del hall.mirrors[BUREAU]
    assert hall.exchange().feeds == (f"device:{hall.device}", HALL)


def test_a_desk_that_was_lost_cannot_be_acted_for(county):
    hall, case = at_the_bureau(county, HALL, BUREAU)
    assert devices.assign_desks(county.hub, hall.device, (BUREAU,))
    del hall.mirrors[HALL]
    hall.act("urge", case, "window", words="请尽快办理")
    hall.exchange()
    assert hall.result() == ("refused", ["foreign-desk"])


def test_only_desks_of_its_station_can_be_given_to_a_pc(county):
    village = county.enrol(VILLAGE, "agent")
    with pytest.raises(Refused, match=TOWN):
        devices.assign_desks(county.hub, village.device, (VILLAGE, TOWN))
    assert not devices.assign_desks(county.hub, "f" * 32, (VILLAGE,))
    assert village.exchange().feeds == (f"device:{village.device}", VILLAGE)
