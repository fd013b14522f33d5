"""The holidays of the next year are published: every station counts its provisional due dates anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from countyhub.references import publishing
from hub_world import StationWorld, World
from small_county import CHINA, FACTS, TOWNSHIP, WINDOW
from stationapp.domain.due_facts import due_fact
from stationapp.domain.time_limits import Limit, LimitUnit
from stationapp.store.rebuild import compare
from workplaces import calendar


def test_a_calendar_that_arrives_makes_a_provisional_due_date_certain(world: World) -> None:
    case_id = world.village.receive()
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village, world.township)
    world.township.act(case_id, "sign_for", {})
    world.township.act(case_id, "examine")
    world.township.hand_over(case_id, WINDOW, "forward")
    world.sync(world.township, world.window)
    world.clock.set_to(datetime(2026, 12, 21, 9, tzinfo=CHINA))
    due = due_fact(date(2026, 12, 21), Limit(10, LimitUnit.WORKING_DAYS), calendar())
    statutory = due_fact(date(2026, 12, 21), Limit(20, LimitUnit.WORKING_DAYS), calendar())
    facts = {**FACTS["accept"], "promised_due": due, "statutory_due": statutory}
    for move, stated in (("sign_for", {}), ("register", {}), ("accept", facts)):
        world.window.act(case_id, move, stated)
    world.sync()
    world.sync(world.village)
    assert world.window.statuses(case_id)[-1] == "confirmed"
    assert due["provisional"]
    assert _due_of(world.village, case_id) == (date.fromisoformat(due["day"]), True)
    later = replace(
        calendar(),
        version="cn-2027.1",
        years=range(calendar().years.start, 2028),
        days_off=calendar().days_off | {date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5)},
    )
    hub = world.hub.hub
    hub.database.write(lambda connection: publishing.publish_calendar(connection, hub, later))
    assert "calendar" in world.village.engine.run_once().renewed
    again = due_fact(date(2026, 12, 21), Limit(10, LimitUnit.WORKING_DAYS), later)
    assert again["day"] > due["day"]
    assert _due_of(world.village, case_id) == (date.fromisoformat(again["day"]), False)
    with world.village.store.read() as unit:
        assert unit.events.of_case(case_id)[-1].event.facts["promised_due"] == due
    assert compare(world.village.store) == []


def _due_of(station: StationWorld, case_id: str) -> tuple[date | None, bool]:
    with station.store.read() as unit:
        (line,) = unit.cases.summary([case_id])
    return line.due_day, line.due_provisional
