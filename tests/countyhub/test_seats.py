"""No double booking after sync: one seat of one slot belongs to one appointment, and is free again when it is left."""

from __future__ import annotations

from typing import Any

import pytest

from affairs_county import application

VILLAGE, OTHER_VILLAGE, TOWN = "510704105209", "510704105213", "510704105000"
SEAT: dict[str, Any] = {"to_desk": TOWN, "day": "2026-11-23", "slot": "09:30", "seat": 1}


@pytest.fixture
def village(county):
    return county.enrol(VILLAGE, "agent", "second")


@pytest.fixture
def other(county):
    return county.enrol(OTHER_VILLAGE, "neighbour")


def book(station, person: str, **changes: Any) -> str:
    """Book a seat offline; returns the appointment's id."""
    case_id = station.county.uuid()
    opened = station.opening() | {"application": application(), "manner": "office"}
    station.act("book_appointment", case_id, person, **opened | SEAT | changes)
    return case_id


def test_of_two_stations_that_booked_a_seat_offline_the_first_at_the_hub_has_it(village, other):
    book(other, "neighbour")
    book(village, "agent")
    village.exchange()
    other.exchange()
    assert village.result() == ("accepted", [])
    assert other.result() == ("refused", ["seat-taken"])
    (reason,) = other.verdicts[1].reasons
    assert reason.text == "2026-11-23 09:30 的第1号 已经约给别人，请联系群众改约其他时段。"
    assert reason.field == "slot"


@pytest.mark.parametrize("change", [{"seat": 2}, {"slot": "10:00"}, {"day": "2026-11-24"}])
def test_another_seat_slot_or_day_is_free(village, other, change):
    book(village, "agent")
    village.exchange()
    book(other, "neighbour", **change)
    other.exchange()
    assert other.result() == ("accepted", [])


def test_a_cancelled_seat_can_be_booked_again(village, other):
    first = book(village, "agent")
    village.exchange()
    village.act("cancel_appointment", first, "agent", reason="不来了")
    village.exchange()
    book(other, "neighbour")
    other.exchange()
    assert other.result() == ("accepted", [])
    book(village, "agent")
    village.exchange()
    assert village.result() == ("refused", ["seat-taken"])


def test_an_appointment_that_is_moved_gives_its_old_seat_back_and_takes_the_new_one(village, other):
    first = book(village, "agent")
    village.act("rebook_appointment", first, "agent", **SEAT | {"slot": "10:00"})
    village.exchange()
    assert village.result() == ("accepted", [])
    book(other, "neighbour")
    book(other, "neighbour", slot="10:00")
    other.exchange()
    assert (other.result(1), other.result(2)) == (("accepted", []), ("refused", ["seat-taken"]))


def test_an_appointment_that_cannot_be_moved_keeps_its_seat(village, other):
    book(other, "neighbour", slot="10:00")
    other.exchange()
    first = book(village, "agent")
    village.act("rebook_appointment", first, "agent", **SEAT | {"slot": "10:00"})
    village.exchange()
    assert village.result() == ("refused", ["seat-taken"])
    book(other, "neighbour")
    other.exchange()
    assert other.result() == ("refused", ["seat-taken"])


def test_a_seat_goes_from_hand_to_hand_within_one_push(village):
    one = book(village, "agent")
    village.act("cancel_appointment", one, "agent", reason="不来了")
    two = book(village, "second")
    village.act("cancel_appointment", two, "second", reason="不来了")
    three = book(village, "agent")
    book(village, "second")
    village.exchange()
    assert [village.result(n)[0] for n in range(1, 7)] == [*["accepted"] * 5, "refused"]
    village.act("rebook_appointment", three, "agent", **SEAT)
    village.exchange()
    assert village.result() == ("accepted", [])


@pytest.mark.parametrize(
    "change",
    [{"seat": "1"}, {"seat": True}, {"seat": 0}, {"slot": "09|30"}, {"day": 20261123}, {"slot": None}],
)
def test_a_seat_that_cannot_be_read_is_refused_and_delays_nobody(village, change):
    book(village, "agent", **change)
    book(village, "agent")
    village.exchange()
    assert village.result(1)[0] == "refused"
    assert village.result(2) == ("accepted", [])


def test_the_desk_of_an_appointment_sees_it(village, county):
    town = county.enrol(TOWN, "clerk")
    case_id = book(village, "agent")
    village.exchange()
    town.exchange()
    assert case_id in town.mirrors[TOWN].cases
