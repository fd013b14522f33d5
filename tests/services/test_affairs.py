"""Services around a case at a desk: opened offline, listed apart from cases, told to the desks they concern."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from affairs_county import CREDIT_CODE
from county_at_work import County, draft
from hubprotocol.messages import Result
from small_county import COUNTY_ITEM, TOWNSHIP, VILLAGE, VILLAGE_ITEM, WINDOW
from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import State
from stationapp.domain.people import Applicant
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.clock import SteppingClock
from stationapp.services import (
    absences,
    affairs,
    appointments,
    casework,
    complaints,
    consultations,
    extra_hours,
    intake,
    projects,
    seats,
    troubles,
    worklists,
)
from stationapp.services.case_details import details
from stationapp.services.workplace import Workplace
from stationapp.store.rebuild import compare, rebuild
from stationapp.store.records import CaseQuery

CALLER = Applicant("吴䶮", "", "", phone="13900000001")
MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 21)
SLOT = {"to_desk": TOWNSHIP, "day": MONDAY.isoformat(), "slot": "09:30", "manner": "office"}
COMPLAINT = {"accused_desk": TOWNSHIP, "matter": "窗口上班时间没有人。", "channel": "phone"}
SESSION = {"session": "saturday", "day": SATURDAY.isoformat(), "from_at": "09:00", "until_at": "17:00"}


def set_clock(place: Workplace, at: str) -> None:
    """Go to another time, which from then on steps by a second."""
    place.clock = SteppingClock(datetime.fromisoformat(f"{at}:00+08:00"), timedelta(seconds=1))


def refused(act, *arguments, **named) -> list[str]:
    """The codes with which an act is refused."""
    with pytest.raises(Refused) as told:
        act(*arguments, **named)
    return [reason.code for reason in told.value.reasons]


def test_affairs_and_cases_are_kept_apart_in_lists_and_found_by_number(village: Workplace) -> None:
    case, _ = intake.receive(village, draft())
    booking, _ = appointments.book(village, "咨询低保", CALLER, SLOT)
    assert worklists.case_ids(village, "all") == [case.case_id]
    assert affairs.affair_ids(village, AffairKind.APPOINTMENT) == [booking.case_id]
    assert affairs.affair_ids(village, AffairKind.APPOINTMENT, "低保") == [booking.case_id]
    assert affairs.affair_ids(village, AffairKind.CONSULTATION) == []
    with village.store.read() as unit:
        assert unit.cases.by_number(booking.receipt_number) == booking.case_id
        assert unit.cases.count(CaseQuery(kind="")) == 2
        assert unit.applicants.find("", 10)[0].name == case.application.applicant.name
    (line,) = affairs.summaries(village, [booking.case_id])
    assert (line.kind, line.due_day, line.holder) == ("appointment", MONDAY, TOWNSHIP)
    counted = {row.kind: row.count for row in affairs.counts(village)}
    assert counted[AffairKind.APPOINTMENT] == 1
    assert sum(counted.values()) == 1


def test_what_is_derived_of_affairs_can_be_derived_again(village: Workplace) -> None:
    appointments.book(village, "咨询低保", CALLER, SLOT)
    complaints.file_complaint(village, CALLER, COMPLAINT)
    consultations.ask(
        village, CALLER, {"question": "要多久？", "channel": "phone"}, answer="十天", basis="指南"
    )
    extra_hours.announce(village, SESSION)
    assert compare(village.store) == []
    rebuild(village.store)
    assert compare(village.store) == []


def test_an_appointment_takes_the_first_free_seat_and_a_full_slot_is_refused(county: County) -> None:
    agent, clerk = county.at("agent"), county.at("clerk")
    numbers = [seats.seat_of(appointments.book(agent, "咨询", CALLER, SLOT)[0]).number for _ in range(2)]
    assert numbers == [1, 2]
    assert refused(appointments.book, agent, "咨询", CALLER, SLOT) == ["slot-full"]
    offers = {one.slot.start: one.free for one in seats.slot_offers(agent, TOWNSHIP, MONDAY)}
    assert (offers["09:30"], offers["10:00"]) == ((), (1, 2))
    county.share()
    assert [one.seat.number for one in appointments.bookings(clerk, MONDAY)] == [1, 2]
    casework.act(
        clerk, appointments.bookings(clerk, MONDAY)[0].case.case_id, "cancel_appointment", {"reason": "停电"}
    )
    again, _ = appointments.book(clerk, "咨询", CALLER, SLOT)
    assert seats.seat_of(again).number == 1


def test_an_appointment_is_moved_to_a_free_seat(village: Workplace) -> None:
    booking, _ = appointments.book(village, "咨询", CALLER, SLOT)
    moved, _ = appointments.rebook(village, booking.case_id, MONDAY + timedelta(days=1), "10:00")
    assert seats.seat_of(moved).key == f"{TOWNSHIP}|2026-11-24|10:00|1"
    offers = {one.slot.start: one.free for one in seats.slot_offers(village, TOWNSHIP, MONDAY)}
    assert offers["09:30"] == (1, 2)


def test_a_day_off_can_be_booked_where_service_is_announced(village: Workplace) -> None:
    saturday = {**SLOT, "to_desk": VILLAGE, "day": SATURDAY.isoformat(), "slot": "12:30"}
    assert refused(appointments.book, village, "咨询", CALLER, saturday) == ["closed"]
    assert seats.slot_offers(village, VILLAGE, SATURDAY) == []
    extra_hours.announce(village, SESSION)
    assert SATURDAY in seats.bookable_days(village, VILLAGE)
    booking, _ = appointments.book(village, "咨询", CALLER, saturday)
    assert booking.state is State.BOOKED


def test_the_slots_of_today_that_are_over_say_so(village: Workplace) -> None:
    today = village.now().date()
    over = {one.slot.start: one.over for one in seats.slot_offers(village, VILLAGE, today)}
    assert (over["11:30"], over["13:30"]) == (True, False)
    assert refused(seats.slot_offers, village, "nowhere", today) == ["no-desk"]


def test_a_home_visit_has_a_kit_for_entry_and_paper_at_the_door(village: Workplace) -> None:
    assert refused(appointments.render_visit_kit, village, MONDAY) == ["no-visits"]
    home = {**SLOT, "to_desk": VILLAGE, "manner": "home", "address": "抗香村2组11号", "remark": "行动不便"}
    visit, _ = appointments.book(village, "", CALLER, home, item_code=COUNTY_ITEM)
    assert visit.application.item_name == "临时救助"
    kit = appointments.render_visit_kit(village, MONDAY, vehicle="步行")
    assert kit.pdf.startswith(b"%PDF")
    filled, _ = appointments.visit_draft(village, visit.case_id)
    assert filled.application.applicant.name == "吴䶮"
    assert intake.resume_draft(village, filled.draft_id).application.item_code == COUNTY_ITEM
    bare, _ = appointments.book(village, "送证", CALLER, {**home, "slot": "10:00"})
    assert refused(appointments.visit_draft, village, bare.case_id) == ["no-item"]


def test_a_question_is_answered_at_once_and_found_again_by_its_words(village: Workplace) -> None:
    asked = {"question": "老人没有户口簿，临时救助怎么办？", "channel": "in_person"}
    case, _ = consultations.ask(village, Applicant("", "", ""), asked, answer="先开证明。", basis="办事指南")
    assert case.state is State.ANSWERED
    (line,) = consultations.register(village, "户口簿")
    assert (line.answer, line.basis) == ("先开证明。", "办事指南")
    assert consultations.register(village, "先开证明") == [line]
    assert consultations.register(village, "护照") == []
    waiting, _ = consultations.ask(village, CALLER, {**asked, "to_desk": TOWNSHIP, "answer_by": "2026-11-25"})
    (row,) = affairs.summaries(village, [waiting.case_id])
    assert (row.state, row.due_day) == (State.ASKED, date(2026, 11, 25))


def test_usual_questions_are_answered_from_the_guides_without_a_network(village: Workplace) -> None:
    found = consultations.faq(village, "临时救助")
    assert any("要带什么材料" in entry.question and "户口簿" in entry.answer for entry in found)
    assert all(entry.basis for entry in found)
    assert consultations.faq(village, "没有这个事项") == []


def test_an_answer_without_basis_leaves_no_question_behind(village: Workplace) -> None:
    asked = {"question": "怎么办？", "channel": "phone"}
    assert refused(consultations.ask, village, CALLER, asked, answer="不知道") == ["empty"]
    assert consultations.register(village) == []


def test_a_complaint_reaches_the_complaint_post_and_stays_hidden_from_others(county: County) -> None:
    agent, supervisor, window = (county.at(post) for post in ("agent", "supervisor", "window"))
    case, _ = complaints.file_complaint(agent, CALLER, COMPLAINT)
    county.share()
    (line,) = complaints.complaints(supervisor)
    assert line.due is not None
    assert (line.due.day, line.overdue) == (date(2026, 11, 27), False)
    assert [one.case.case_id for one in complaints.complaints(agent)] == [case.case_id]
    assert complaints.complaints(window) == []
    assert affairs.affair_ids(window, AffairKind.COMPLAINT) == []
    assert {row.kind: row.count for row in affairs.counts(window)}[AffairKind.COMPLAINT] == 0
    assert worklists.case_ids(supervisor, "all") == []
    assert refused(details, window, case.case_id) == ["confidential"]
    assert details(supervisor, case.case_id).case.case_id == case.case_id
    assert refused(casework.act, window, case.case_id, "withdraw_complaint", {"reason": "算了"}) == [
        "confidential"
    ]


def test_the_accused_person_at_a_shared_desk_sees_nothing_of_it(county: County) -> None:
    agent = county.at("agent")
    about = {**COMPLAINT, "accused_desk": VILLAGE, "accused_person": "p-agent"}
    assert refused(complaints.file_complaint, agent, CALLER, about) == ["accused"]
    clerk = county.at("clerk")
    case, _ = complaints.file_complaint(
        clerk, CALLER, {**about, "accused_desk": TOWNSHIP, "accused_person": "p-clerk-b"}
    )
    colleague = clerk.organisation.person("p-clerk-b")
    assert colleague is not None
    clerk.person = colleague
    assert complaints.complaints(clerk) == []
    assert affairs.affair_ids(clerk, AffairKind.COMPLAINT, "窗口") == []
    assert refused(details, clerk, case.case_id) == ["accused"]


def test_a_refused_complaint_waits_for_those_who_may_see_it(county: County) -> None:
    clerk = county.at("clerk")
    about = {**COMPLAINT, "accused_person": "p-clerk-b"}
    complaints.file_complaint(clerk, CALLER, about)
    no = Reason("no", "不行。")
    with clerk.store.write() as unit:
        assert unit.events.apply_verdict(clerk.identity.device, 1, Result.REFUSED, 0, "", [no])
    assert [one.title for one in troubles.troubles(clerk)] == ["登记投诉"]
    colleague = clerk.organisation.person("p-clerk-b")
    assert colleague is not None
    clerk.person = colleague
    assert troubles.troubles(clerk) == []
    assert worklists.overview(clerk).troubles == 0


def test_an_overdue_complaint_says_so(county: County) -> None:
    agent, supervisor = county.at("agent"), county.at("supervisor")
    complaints.file_complaint(agent, CALLER, COMPLAINT)
    county.share()
    set_clock(supervisor, "2026-11-30T09:00")
    assert complaints.complaints(supervisor)[0].overdue


def test_a_bad_rating_waits_until_it_is_rectified(village: Workplace) -> None:
    case, _ = intake.receive(village, draft(VILLAGE_ITEM))
    steps = (
        ("handle_directly", {"result_name": "查询结果"}),
        ("serve", {"manner": "in_person", "recipient": "吴䶮", "served_on": "2026-11-20"}),
        ("conclude", {}),
        ("rate", {"enquiry_code": case.enquiry_code, "satisfaction": "4", "channel": "phone"}),
    )
    for move, facts in steps:
        casework.act(village, case.case_id, move, facts)
    assert worklists.case_ids(village, "rectify") == [case.case_id]
    (line,) = worklists.summaries(village, [case.case_id])
    assert line.rectify_by == date(2026, 12, 11)
    assert compare(village.store) == []
    measures = {"measures": "上门道歉。", "called_back_on": "2026-11-20"}
    casework.act(village, case.case_id, "rectify", measures)
    assert worklists.case_ids(village, "rectify") == []


def test_while_a_is_away_b_has_every_task_and_both_are_named(village: Workplace) -> None:
    case, _ = intake.receive(village, draft())
    away, _ = absences.leave(village, {"cause": "meeting", "until_on": "2026-11-20", "until_at": "16:00"})
    (sign,) = absences.absences(village)
    assert sign.sign == (
        "代办员 测试agent 离岗，预计 2026-11-20 16:00 回岗；由B岗 测试agent-b（代A岗 测试agent）办理。"
    )
    assert absences.standing_in(village) == ()
    stand_in = village.organisation.person("p-agent-b")
    assert stand_in is not None
    village.person = stand_in
    (mine,) = absences.standing_in(village)
    assert mine.absence.person == "测试agent"
    assert {row.key: row.count for row in mine.tasks}["to_send"] == 1
    casework.act(village, case.case_id, "prioritise", {"reason": "急"})
    last = details(village, case.case_id).steps[-1]
    assert last.who == "B岗 测试agent-b（代A岗 测试agent）"
    absences.come_back(village, away.case_id)
    assert absences.absences(village) == []
    assert absences.standing_in(village) == ()


def test_an_absence_told_ahead_shows_from_its_beginning(village: Workplace) -> None:
    later = {
        "cause": "leave",
        "from_on": "2026-11-23",
        "from_at": "09:00",
        "until_on": "2026-11-24",
        "until_at": "17:00",
    }
    absences.leave(village, later)
    assert absences.absences(village) == []
    set_clock(village, "2026-11-23T09:00")
    assert len(absences.absences(village)) == 1
    set_clock(village, "2026-11-25T09:00")
    assert absences.absences(village)[0].is_overdue(village.now())


def test_service_on_a_saturday_is_flagged_and_moves_no_limit(county: County) -> None:
    agent = county.at("agent")
    dues = []
    for announced in (False, True):
        if announced:
            extra_hours.announce(agent, SESSION)
            county.share()
        for post in ("agent", "clerk", "window"):
            set_clock(county.at(post), "2026-11-21T10:00")
        case, _ = intake.receive(agent, draft())
        county.send("agent", case)
        county.sign("clerk", case)
        county.act("clerk", case, "examine", opinion="同意。")
        county.send("clerk", case)
        county.sign("window", case)
        county.act("window", case, "register")
        accepted = county.act("window", case, "accept")
        dues.append(accepted.fact("accept", "promised_due")["day"])
    assert dues[0] == dues[1] == "2026-12-04"
    (row,) = extra_hours.figures(agent, SATURDAY, SATURDAY)
    assert row.session.session == "saturday"
    assert len(row.cases) == 2
    assert extra_hours.figures(county.at("clerk"), SATURDAY, SATURDAY) == []
    assert extra_hours.sessions(agent, MONDAY, MONDAY) == []


def test_a_project_shows_how_its_cases_stand(county: County) -> None:
    clerk, window = county.at("clerk"), county.at("window")
    first, _ = intake.receive(clerk, draft())
    second, _ = intake.receive(clerk, draft())
    firm = Applicant("试验食品有限公司", "", "")
    made, _ = projects.open_project(clerk, "开办食品加工厂", firm, {"credit_code": f" {CREDIT_CODE.lower()}"})
    projects.add_case(clerk, made.case_id, first.receipt_number.replace("-", ""))
    projects.add_case(clerk, made.case_id, second.receipt_number)
    request = {"reason": "不办了", "written_request": "11月20日吴䶮签名"}
    casework.act(clerk, first.case_id, "withdraw", request)
    found = projects.project(clerk, made.case_id)
    assert [one.receipt_number for one in found.members] == [first.receipt_number, second.receipt_number]
    assert (found.agent, found.finished) == ("测试clerk", 1)
    projects.remove_case(clerk, made.case_id, first.receipt_number, "误加")
    handed = {"to_desk": WINDOW, "to_person": "p-window", "reason": "县级事项"}
    casework.act(clerk, made.case_id, "hand_project_on", handed)
    county.share()
    there = projects.project(window, made.case_id)
    assert there.agent == "测试window"
    assert [one.receipt_number for one in there.members] == [second.receipt_number]
    assert refused(projects.project, clerk, first.case_id) == ["no-project"]


def test_a_dispute_goes_to_the_other_desk_and_to_the_county_window(county: County) -> None:
    clerk, _agent, _window = (county.at(post) for post in ("clerk", "agent", "window"))
    applicant = Applicant(clerk.desk.name, "", "")
    raised, _ = affairs.open_affair(
        clerk, AffairKind.DISPUTE, "材料口径", applicant, {"to_desk": VILLAGE, "matter": "件数口径不一致"}
    )
    county.share()
    county.act("agent", raised, "state_position", position="按清单")
    settled = county.act("window", raised, "settle_dispute", decision="按清单", basis="目录")
    assert settled.state is State.SETTLED
    assert county.known("clerk", raised).state is State.SETTLED


def test_a_suggestion_goes_to_the_county_window_without_naming_it(county: County) -> None:
    said, _ = affairs.open_affair(
        county.at("agent"),
        AffairKind.FEEDBACK,
        "",
        affairs.NOBODY,
        {"words": "写明要户口簿"},
        item_code=COUNTY_ITEM,
    )
    assert (said.holder, said.application.item_code) == (WINDOW, COUNTY_ITEM)


def test_who_may_open_what_is_known_before_anything_is_typed(county: County) -> None:
    supervisor = county.at("supervisor")
    assert [one.code for one in affairs.why_not_opened(supervisor, AffairKind.APPOINTMENT)] == ["wrong-post"]
    assert affairs.why_not_opened(supervisor, AffairKind.COMPLAINT) == ()
    assert set(affairs.OPENERS) == set(AffairKind)


def test_the_history_of_an_affair_tells_every_answer_under_its_title(village: Workplace) -> None:
    home = {**SLOT, "to_desk": VILLAGE, "manner": "home", "address": "抗香村2组11号"}
    booking, _ = appointments.book(village, "送证", CALLER, home)
    told = details(village, booking.case_id)
    assert told.steps[0].remark == (
        "预约单位：抗香村便民服务室；日期：2026-11-23；时段：09:30；号序：1；方式：上门服务；上门地址：抗香村2组11号"
    )
    assert told.papers == ()
    assert [due.day for _, due in told.due] == [MONDAY]
    assert {move.name for move, _ in told.moves} == {
        "rebook_appointment",
        "cancel_appointment",
        "record_visit",
        "note_missed",
    }
