"""Services around a case: appointments, consultations, absences, projects, disputes, suggestions."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affairs_county import (
    AGENT,
    CHIEF,
    CLERK,
    COUNTY_WINDOW,
    DEPARTMENT,
    FACTS,
    FRIDAY,
    OFFICER,
    SUPERVISOR,
    TOWNSHIP,
    VILLAGE,
    WINDOW,
    Affair,
    application,
    hand,
    opening_facts,
    opening_refusals,
    organisation,
)
from small_county import CALENDAR, event
from stationapp.domain.affair_kinds import AffairKind, noun_of
from stationapp.domain.appointment_slots import SLOT_MINUTES, seat_of, slots_of
from stationapp.domain.case import CASE, State
from stationapp.domain.case_flow import TABLE, judge, possible_moves
from stationapp.domain.moves import Situation
from stationapp.domain.organisation import Desk, Level
from stationapp.domain.states import AFFAIR_ENDS, AFFAIR_STATES, CASE_STATES


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


MONDAY = datetime.fromisoformat("2026-11-23T09:40:00+08:00")
AFFAIRS = [row for row in TABLE.values() if row.kind != CASE]


def test_every_kind_is_opened_by_one_move_and_every_row_names_its_source() -> None:
    openers = [row for row in AFFAIRS if row.opens]
    assert sorted(row.kind for row in openers) == sorted(AffairKind)
    assert all(row.source for row in AFFAIRS)
    assert all(row.effect.kind == row.kind for row in openers)
    assert all(noun_of(row.kind) != "办件" for row in AFFAIRS)


def test_no_affair_stands_where_a_case_stands() -> None:
    for row in TABLE.values():
        ours = AFFAIR_STATES if row.kind != CASE else CASE_STATES
        reached = {row.effect.to_state} - {None}
        assert row.from_states | reached <= ours, row.name
    assert {state for state in AFFAIR_STATES if state.is_final} == AFFAIR_ENDS


def test_every_state_of_an_affair_is_reached_and_the_open_ones_are_left() -> None:
    reached = {row.effect.to_state for row in AFFAIRS}
    left = {state for row in AFFAIRS if row.effect.to_state for state in row.from_states}
    assert reached - {None} == AFFAIR_STATES
    assert left == AFFAIR_STATES - AFFAIR_ENDS


def test_an_affair_offers_the_moves_of_its_own_kind_alone() -> None:
    booked = Affair("book_appointment", AGENT).case
    offered = possible_moves(Situation(booked, organisation(), None, CALENDAR), CLERK)
    assert {row.kind for row, _ in offered} == {AffairKind.APPOINTMENT}
    urging = judge(
        Situation(booked, organisation(), None, CALENDAR), event("affair", "urge", CLERK, {"words": "快"})
    )
    assert [reason.text for reason in urging] == ["预约现在是“已预约”，不能催办。"]


def test_an_appointment_made_in_the_village_is_the_townships_at_once() -> None:
    affair = Affair("book_appointment", AGENT)
    assert affair.case.state is State.BOOKED
    assert (affair.case.holder, affair.case.origin) == (TOWNSHIP, VILLAGE)
    assert affair.case.visible_to == {TOWNSHIP, VILLAGE}
    assert affair.refusals("keep_appointment", AGENT, MONDAY) == ("not-holder",)
    assert affair.refusals("keep_appointment", CLERK) == ("too-early",)
    assert affair.go("keep_appointment", CLERK, MONDAY).case.state is State.KEPT


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"slot": "09:15"}, "no-slot"),
        ({"slot": "9:30"}, "bad-time"),
        ({"slot": "12:30"}, "no-slot"),
        ({"seat": 3}, "no-seat"),
        ({"day": "2026-11-19"}, "slot-over"),
        ({"day": "2026-11-20", "slot": "11:30"}, "slot-over"),
        ({"day": "2026-12-25"}, "too-far"),
        ({"to_desk": "nowhere"}, "no-desk"),
        ({"manner": "home"}, "empty"),
        ({"application": application(phone="")}, "empty"),
        ({"application": application(name="")}, "empty"),
        ({"application": application(subject=" ")}, "empty"),
    ],
)
def test_an_appointment_needs_a_slot_a_seat_and_somebody_to_call_back(changes, code) -> None:
    assert code in opening_refusals("book_appointment", AGENT, **changes)


def test_a_day_off_has_the_slots_of_saturday_service() -> None:
    assert opening_refusals("book_appointment", AGENT, day="2026-11-21", slot="12:30") == ()
    assert opening_refusals("book_appointment", AGENT, day="2026-11-23", slot="12:30") == ("no-slot",)


def test_an_appointment_is_moved_or_cancelled_by_whoever_made_it() -> None:
    affair = Affair("book_appointment", AGENT).go("rebook_appointment", AGENT)
    assert seat_of(affair.case).key == f"{TOWNSHIP}|2026-11-24|10:00|1"
    assert affair.refusals("rebook_appointment", AGENT, to_desk=VILLAGE) == ("other-desk",)
    assert affair.refusals("cancel_appointment", OFFICER, reason="不来了") == ("not-concerned",)
    assert affair.go("cancel_appointment", AGENT, reason="不来了").case.state is State.CANCELLED


def test_nobody_missed_an_appointment_before_its_time() -> None:
    affair = Affair("book_appointment", AGENT)
    assert affair.refusals("note_missed", CLERK, MONDAY.replace(minute=20)) == ("not-over",)
    assert affair.go("note_missed", CLERK, MONDAY).case.state is State.MISSED


def test_a_home_visit_is_recorded_as_one() -> None:
    home = {"manner": "home", "address": "抗香村2组", "to_desk": VILLAGE}
    affair = Affair("book_appointment", CLERK, **home)
    assert affair.refusals("keep_appointment", AGENT, MONDAY) == ("home-visit",)
    affair.go("record_visit", AGENT, MONDAY, visitors="测试agent", outcome="已收件")
    assert affair.case.state is State.VISITED


@given(
    st.sampled_from(list(Level)),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.sampled_from(["", "周一至周五 8:30-11:30，14：00—17：30", "全天", "99:99-10:00"]),
)
def test_slots_do_not_overlap_and_a_day_has_some(level, day, hours) -> None:
    found = slots_of(Desk("1", "站", level, "1", opening_hours=hours), day, CALENDAR)
    assert found
    assert all(slot.seats >= 1 for slot in found)
    for before, after in pairwise(found):
        assert before.end <= after.start
    lengths = {minutes(slot.end) - minutes(slot.start) for slot in found}
    assert lengths == {SLOT_MINUTES}


def test_published_hours_go_before_the_usual_ones() -> None:
    desk = Desk("1", "站", Level.VILLAGE, "1", opening_hours="8:30-11:30，14:00-17:30")
    starts = [slot.start for slot in slots_of(desk, date(2026, 11, 23), CALENDAR)]
    assert (starts[0], starts[-1]) == ("08:30", "17:00")
    assert "12:00" not in starts


def test_a_question_may_be_anonymous_and_is_answered_with_its_basis() -> None:
    affair = Affair("ask_question", AGENT, application=application(name="", phone=""))
    assert affair.case.holder == TOWNSHIP
    assert affair.refusals("answer_question", CLERK, basis="") == ("empty",)
    affair.go("answer_question", CLERK).go("ask_again", AGENT, question="要多久？")
    assert affair.case.state is State.ASKED
    affair.go("refer_question", CLERK, to_desk=DEPARTMENT, reason="业务归口")
    affair.go("answer_question", OFFICER).go("close_question", AGENT)
    assert affair.case.state is State.CLOSED
    assert affair.case.visible_to == {VILLAGE, TOWNSHIP, DEPARTMENT}


def test_what_is_given_of_a_document_is_right() -> None:
    wrong = application()
    wrong["applicant"] |= {"document_kind": "resident_id", "document_number": "510721194203078529"}
    assert len(opening_refusals("ask_question", AGENT, application=wrong)) == 1


def test_absence_is_told_by_who_leaves_by_his_stand_in_or_by_the_chief() -> None:
    stand_in = hand("agent", "p-agent-b")
    for teller in (AGENT, stand_in):
        assert Affair("leave_post", teller).case.state is State.ABSENT
    clerk = {"post_id": "clerk", "person_id": "p-clerk"}
    assert Affair("leave_post", CHIEF, **clerk).go("come_back", CLERK).case.state is State.BACK
    mayor = hand("township-approver")
    assert opening_refusals("leave_post", mayor, **clerk) == ("not-yours",)
    assert "no-post" in opening_refusals("leave_post", CLERK)
    assert opening_refusals("leave_post", AGENT, person_id="p-clerk")[0] == "not-in-post"
    assert opening_refusals("leave_post", AGENT, until_at="12:00") == ("ends-before",)
    assert Affair("leave_post", CHIEF, **clerk).refusals("come_back", mayor) == ("not-yours",)


def test_an_absence_can_last_longer_than_told() -> None:
    affair = Affair("leave_post", AGENT)
    affair.go("prolong_absence", AGENT, until_on="2026-11-21", until_at="12:00", reason="会议延长")
    assert affair.case.state is State.ABSENT


def test_a_project_bundles_cases_under_one_agent() -> None:
    one, two = (
        str(opening_facts("open_project", CLERK)["receipt_number"]),
        str(opening_facts("open_project", CLERK)["receipt_number"]),
    )
    affair = Affair("open_project", CLERK).go("add_to_project", CLERK, member=one)
    affair.go("add_to_project", hand("clerk", "p-clerk-b"), member=two)
    assert affair.case.bundle == (one, two)
    assert affair.refusals("add_to_project", CLERK, member=one) == ("in-project",)
    assert affair.refusals("add_to_project", CLERK, member="1")
    assert affair.go("remove_from_project", CLERK, member=one, reason="误加").case.bundle == (two,)
    assert affair.refusals("remove_from_project", CLERK, member=one, reason="误加") == ("not-in-project",)
    handed = {"to_desk": WINDOW, "to_person": "p-window", "reason": "县级事项"}
    assert affair.refusals("hand_project_on", CLERK, **handed | {"to_desk": VILLAGE}) == ("not-there",)
    affair.go("hand_project_on", CLERK, **handed)
    assert (affair.case.holder, affair.case.handler) == (WINDOW, "p-window")
    assert affair.go("close_project", COUNTY_WINDOW, outcome="全部办结").case.state is State.CLOSED


def test_a_project_is_an_enterprises_and_its_agent_works_there() -> None:
    assert opening_refusals("open_project", CLERK, to_person="p-agent") == ("not-there",)
    assert opening_refusals("open_project", CLERK, credit_code="91510704MA62345672")
    assert opening_refusals("open_project", CLERK, application=application(name="")) == ("empty",)


def test_windows_settle_their_dispute_at_the_county_window() -> None:
    affair = Affair("raise_dispute", CLERK)
    assert affair.refusals("state_position", OFFICER, position="按清单", to_desk=TOWNSHIP) == ("wrong-desk",)
    affair.go("state_position", OFFICER, position="按清单", to_desk=WINDOW)
    assert affair.refusals("settle_dispute", OFFICER, decision="按清单", basis="清单")
    affair.go("settle_dispute", COUNTY_WINDOW, decision="按清单办理", basis="目录")
    assert affair.case.state is State.SETTLED
    assert affair.case.visible_to == {TOWNSHIP, DEPARTMENT, WINDOW}
    assert opening_refusals("raise_dispute", CLERK, to_desk=TOWNSHIP) == ("own-desk",)
    escalated = Affair("raise_dispute", CLERK).go("escalate_dispute", CLERK, to_desk=WINDOW, reason="未答")
    assert escalated.case.holder == WINDOW


def test_a_suggestion_becomes_a_change_of_the_guide() -> None:
    affair = Affair("suggest_change", AGENT)
    assert affair.case.holder == WINDOW
    assert affair.go("adopt_suggestion", COUNTY_WINDOW, change="补写").case.state is State.ADOPTED


def test_the_duty_of_a_day_names_its_leader_and_what_the_round_found() -> None:
    affair = Affair("open_duty", CLERK).go("note_inspection", CHIEF, finding="均在岗")
    assert affair.go("close_duty", CLERK).case.state is State.CLOSED
    assert opening_refusals("open_duty", CLERK, leader="") == ("empty",)


def test_the_complaint_post_opens_no_appointment() -> None:
    assert opening_refusals("book_appointment", SUPERVISOR) == ("wrong-post",)


def test_the_seat_is_part_of_what_a_move_asks_for() -> None:
    asked = {ask.name for ask in TABLE["book_appointment"].asks}
    assert FACTS["book_appointment"].keys() <= asked
    assert FRIDAY.date() == date(2026, 11, 20)
