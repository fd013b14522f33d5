"""A provisional due date after the calendar of its year has arrived: on the screen, in the list, on the papers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

from county_at_work import County, draft, stored_events
from small_county import CHINA, TOWNSHIP_ITEM
from stationapp.domain.calendar import to_mapping
from stationapp.domain.case import Case
from stationapp.platform.clock import SteppingClock
from stationapp.services import intake
from stationapp.services.case_details import details
from stationapp.services.due_changes import moved_dues
from stationapp.services.gathering import acceptance_notice, routing_slip
from stationapp.services.gathering.matter import Matter
from stationapp.services.workplace import Workplace
from stationapp.store.rebuild import compare, rebuild

STATED, CERTAIN = date(2027, 1, 19), date(2027, 1, 22)
# 2027-01-01 to 06 invented off, with a make-up Saturday.
OFF, WORKED = {date(2027, 1, day) for day in (1, 4, 5, 6, 7)}, {date(2027, 1, 9)}


def accepted_in_december(county: County) -> Case:
    """A case with 20 working days, accepted on 2026-12-21 under the calendar of 2026."""
    case, _ = intake.receive(county.at("agent"), draft(TOWNSHIP_ITEM))
    clock = county.at("clerk").clock
    county.send("agent", case)
    county.sign("clerk", case)
    assert isinstance(clock, SteppingClock)
    clock.set_to(datetime(2026, 12, 21, 9, tzinfo=CHINA))
    return county.act("clerk", case, "accept")


def publish_next_year(workplace: Workplace) -> None:
    """Let a calendar with an invented 2027 arrive."""
    old = workplace.calendar
    new = replace(
        old,
        version="cn-2027.1",
        years=range(old.years.start, 2028),
        days_off=old.days_off | OFF,
        make_up_workdays=old.make_up_workdays | WORKED,
    )
    with workplace.store.write() as unit:
        body = json.dumps(to_mapping(new), ensure_ascii=False)
        unit.references.put("calendar", new.version, body, "", workplace.now())
    workplace.refresh()


def accepted_matter(workplace: Workplace, case: Case) -> Matter:
    """The acceptance, for the papers about it."""
    history = tuple(stored_events(workplace, case.case_id))
    event = next(row.event for row in history if row.event.move == "accept")
    return Matter(workplace, case, event, history)


def test_everything_shows_the_certain_date_and_the_event_keeps_the_provisional_one(county: County) -> None:
    case, clerk = accepted_in_december(county), county.at("clerk")
    dues = dict(details(clerk, case.case_id).due)
    assert (dues["statutory_due"].day, dues["statutory_due"].provisional) == (STATED, True)
    assert dues["statutory_due"].calendar_version == "cn-2026.1"
    publish_next_year(clerk)
    dues = dict(details(clerk, case.case_id).due)
    assert (dues["statutory_due"].day, dues["statutory_due"].provisional) == (CERTAIN, False)
    assert dues["statutory_due"].was == STATED
    with clerk.store.read() as unit:
        (line,) = unit.cases.summary([case.case_id])
        record = unit.cases.get(case.case_id)
    assert record is not None
    assert (line.due_day, line.due_provisional) == (dues["promised_due"].day, False)
    assert record.case.fact("accept", "statutory_due")["day"] == STATED.isoformat()
    shown = [line]
    rebuild(clerk.store)
    with clerk.store.read() as unit:
        assert unit.cases.summary([case.case_id]) == shown
    assert compare(clerk.store) == []


def test_the_slip_shows_both_dates_and_the_notice_the_one_the_applicant_holds(county: County) -> None:
    case, clerk = accepted_in_december(county), county.at("clerk")
    issued = acceptance_notice.gather(accepted_matter(clerk, case))
    publish_next_year(clerk)
    slip = routing_slip.gather(accepted_matter(clerk, case))
    assert (slip.statutory_due, slip.statutory_provisional, slip.statutory_was) == (CERTAIN, False, STATED)
    assert acceptance_notice.gather(accepted_matter(clerk, case)) == issued
    assert (issued.statutory_due, issued.statutory_provisional) == (STATED, True)


def test_whoever_has_the_case_is_told_which_dates_moved(county: County) -> None:
    case = accepted_in_december(county)
    clerk = county.at("clerk")
    assert moved_dues(clerk) == []
    publish_next_year(clerk)
    rows = {row.title: row for row in moved_dues(clerk)}
    assert (rows["法定办结"].was, rows["法定办结"].now) == (STATED, CERTAIN)
    assert rows["法定办结"].text == (
        f"{case.receipt_number}：法定办结日期原暂定 {STATED}，按新公布的放假安排改为 {CERTAIN}。"
    )
