"""Items that are handled on fixed days (综合定时办理): appointments know them, and the guide says them."""

from __future__ import annotations

from datetime import date

import pytest

from small_county import TOWNSHIP, item
from stationapp.domain.case import State
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.organisation import Level
from stationapp.domain.people import Applicant
from stationapp.domain.refusal import Refused
from stationapp.services import appointments, seats
from stationapp.services.catalogue import guide
from stationapp.services.workplace import Workplace
from windows import with_items

CALLER = Applicant("吴䶮", "", "", phone="13900000001", address="抗香村3组")
FIXED = item("TEST-FIXED", Level.TOWNSHIP, HandlingKind.COMMITTED, name="联合踏勘", service_days=(2, 4))
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


def slot(day: date, manner: str = "office") -> dict[str, str]:
    """Half past nine of a day at the township."""
    return {
        "to_desk": TOWNSHIP,
        "day": day.isoformat(),
        "slot": "09:30",
        "manner": manner,
        "address": "抗香村3组",
    }


@pytest.fixture
def place(village: Workplace) -> Workplace:
    """The village with an item that its township handles on Tuesdays and Thursdays."""
    return with_items(village, FIXED)


def test_an_appointment_is_for_a_day_on_which_the_item_is_handled(place: Workplace) -> None:
    with pytest.raises(Refused, match="“联合踏勘”只在周二、周四办理") as told:
        appointments.book(place, "", CALLER, slot(MONDAY), item_code=FIXED.code)
    assert [(row.code, row.field) for row in told.value.reasons] == [("no-service-day", "day")]
    booking, _ = appointments.book(place, "", CALLER, slot(TUESDAY), item_code=FIXED.code)
    assert booking.state is State.BOOKED
    with pytest.raises(Refused, match="周二、周四"):
        appointments.rebook(place, booking.case_id, WEDNESDAY, "10:00")


def test_a_visit_at_home_and_a_talk_about_nothing_fixed_may_be_on_any_day(place: Workplace) -> None:
    visit, _ = appointments.book(place, "", CALLER, slot(MONDAY, "home"), item_code=FIXED.code)
    talk, _ = appointments.book(place, "咨询", CALLER, slot(WEDNESDAY))
    assert {visit.state, talk.state} == {State.BOOKED}


def test_only_its_days_are_offered_for_such_an_item(place: Workplace) -> None:
    offered = seats.bookable_days(place, TOWNSHIP, FIXED.code)
    assert offered
    assert {day.isoweekday() for day in offered} == {2, 4}
    assert {day.isoweekday() for day in seats.bookable_days(place, TOWNSHIP)} >= {1, 2, 3, 4, 5}


def test_the_guide_names_the_days(place: Workplace) -> None:
    assert ("周二、周四",) in [tuple(section.lines) for section in guide(FIXED)]
