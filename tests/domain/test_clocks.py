"""The clocks of a case from village to county: what starts, stops, suspends and lengthens them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from published_calendar import PUBLISHED
from small_county import TOWNSHIP, VILLAGE, WINDOW, event, hand, item, receipt_facts
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import fold
from stationapp.domain.case_flow import EFFECTS
from stationapp.domain.catalogue import HandlingKind, Stage, StageLimit
from stationapp.domain.clock import Clock, ClockStatus
from stationapp.domain.clocks import CaseClocks, moved_dues
from stationapp.domain.due_dates import current_due
from stationapp.domain.logged_acts import not_yet_received
from stationapp.domain.organisation import Level
from stationapp.domain.time_limits import Limit, LimitUnit
from supervised_case import (
    ACCEPTED,
    LICENCE,
    SERVICE,
    TO_WINDOW,
    Row,
    accept_facts,
    clocks_at,
    log_of,
    moment,
    named,
    working,
)


def stage(clocks: CaseClocks, name: str) -> Clock:
    """The last clock of that name among stages and waits."""
    return named((*clocks.stages, *clocks.waits), name)[-1]


def due_of(clock: Clock | None) -> date | None:
    """The due day of a clock."""
    assert clock is not None
    return clock.due.day if clock.due is not None else None


def test_statutory_and_promised_run_side_by_side_from_the_acceptance() -> None:
    clocks = clocks_at(log_of(*ACCEPTED), "03-16")
    assert (due_of(clocks.statutory), due_of(clocks.promised)) == (date(2026, 4, 7), date(2026, 3, 23))
    assert clocks.leading is clocks.promised
    assert clocks.promised is not None
    assert clocks.promised.remaining is not None
    assert (clocks.promised.used, clocks.promised.remaining.days) == (5, 5)
    assert clocks.promised.status is ClockStatus.RUNNING


def test_before_acceptance_no_limit_of_the_case_runs() -> None:
    assert clocks_at(log_of(*TO_WINDOW), "03-09").of_case == ()


def test_the_decision_stops_the_limits_of_the_case() -> None:
    log = log_of(*ACCEPTED, ("review", "officer", "03-12"), ("grant", "approver", "03-13"))
    promised = clocks_at(log, "05-30").promised
    assert promised is not None
    assert (promised.status, promised.run.stopped_on, promised.is_over) == (
        ClockStatus.STOPPED,
        date(2026, 3, 13),
        False,
    )


def test_silence_starts_the_limits_on_the_day_of_receipt() -> None:
    facts = {**accept_facts(date(2026, 3, 6)), "received_on": "2026-03-06"}
    deemed = event("case-1", "deem_accepted", hand("window"), facts, moment("03-14"))
    accepted = log_of(("accept", "window", "03-20"))
    clocks = clocks_at([*log_of(*TO_WINDOW), *not_yet_received([deemed]), *accepted], "03-21")
    assert clocks.promised is not None
    assert clocks.promised.run.started_on == date(2026, 3, 6)
    assert due_of(clocks.promised) == date(2026, 3, 20)


def test_an_open_special_procedure_suspends_and_has_no_due_day() -> None:
    rows: tuple[Row, ...] = (*ACCEPTED, ("start_special", "officer", "03-12"))
    log = log_of(*rows)
    clocks = clocks_at(log, "06-01")
    for clock in (clocks.statutory, clocks.promised):
        assert clock is not None
        assert (clock.due, clock.status, clock.used, clock.is_over) == (None, ClockStatus.SUSPENDED, 3, False)
    resumed = log_of(*rows, ("end_special", "officer", "03-19", {"ended_on": "2026-03-19", "result": "合格"}))
    promised = clocks_at(resumed, "03-20").promised
    assert promised is not None
    assert (due_of(promised), promised.status) == (date(2026, 3, 30), ClockStatus.RUNNING)
    assert [row.evidence for row in promised.excluded] == [
        (resumed[-2].event.event_id, resumed[-1].event.event_id)
    ]


def test_a_limit_that_ran_out_before_the_procedure_keeps_its_due_day() -> None:
    promised = clocks_at(log_of(*ACCEPTED, ("start_special", "officer", "03-25")), "06-01").promised
    assert due_of(promised) == date(2026, 3, 23)
    assert promised is not None
    assert promised.is_over


@pytest.mark.parametrize(
    ("changes", "days", "due"),
    [
        ({}, 5, "2026-03-30"),
        ({}, 30, "2026-04-07"),  # No more than ten days for one authority.
        ({"handling": HandlingKind.JOINT}, 30, "2026-04-14"),  # Fifteen for several.
        ({"extension_days": 3}, 30, "2026-03-26"),  # Fewer by the item's own rule.
        ({"extension_days": 0}, 30, "2026-03-23"),
    ],
)
def test_an_extension_lengthens_the_limit_within_the_law(
    changes: dict[str, Any], days: int, due: str
) -> None:
    log = log_of(*ACCEPTED, ("extend", "approver", "03-20", {"days": days}))
    assert due_of(clocks_at(log, "03-20", replace(LICENCE, **changes)).promised) == date.fromisoformat(due)


def test_an_extension_after_the_due_day_lengthens_nothing_there() -> None:
    clocks = clocks_at(log_of(*ACCEPTED, ("extend", "approver", "03-24")), "03-25")
    assert (due_of(clocks.promised), due_of(clocks.statutory)) == (date(2026, 3, 23), date(2026, 4, 14))


def test_an_extension_of_a_limit_in_months_is_counted_in_working_days() -> None:
    month = replace(LICENCE, promised_limit=Limit(1, LimitUnit.MONTHS))
    log = log_of(*ACCEPTED, ("extend", "approver", "03-24", {"days": 2}), of=month)
    assert due_of(clocks_at(log, "03-25", month).promised) == date(2026, 4, 13)


def test_the_folded_case_has_the_same_due_day_as_the_clock() -> None:
    log = log_of(
        *ACCEPTED,
        ("start_special", "officer", "03-11"),
        ("end_special", "officer", "03-13", {"ended_on": "2026-03-13", "result": "合格"}),
        ("start_special", "officer", "03-16"),
        ("end_special", "officer", "03-18", {"ended_on": "2026-03-17", "result": "合格"}),
        ("extend", "approver", "03-19", {"days": 2}),
    )
    events = [act.event for act in log]
    case = fold(events, EFFECTS)
    assert case is not None
    due = current_due(case, "promised_due", PUBLISHED)
    assert due is not None
    assert due.day == due_of(clocks_at(log, "03-19").promised) == date(2026, 3, 30)


def test_a_suspended_case_has_no_current_due_day() -> None:
    events = [act.event for act in log_of(*ACCEPTED, ("start_special", "officer", "03-11"))]
    case = fold(events, EFFECTS)
    assert case is not None
    assert current_due(case, "promised_due", PUBLISHED) is None


def test_each_desk_and_each_leg_is_timed_by_itself() -> None:
    clocks = clocks_at(log_of(*ACCEPTED), "03-10")
    stints = [
        (
            clock.face.name,
            clock.run.desk_id,
            clock.run.started_on.day,
            clock.run.stopped_on and clock.run.stopped_on.day,
        )
        for clock in (*clocks.stages, *clocks.waits)
    ]
    assert stints == [
        (Stage.HANDOVER, VILLAGE, 2, 3),
        (Stage.EXAMINATION, TOWNSHIP, 4, 5),
        (Stage.ACCEPTANCE, WINDOW, 6, 9),
        (Stage.REVIEW, WINDOW, 9, None),
        ("leg", VILLAGE, 3, 4),
        ("leg", TOWNSHIP, 5, 6),
    ]
    assert stage(clocks, "leg").due is None
    assert stage(clocks, "leg").used == 1


def test_the_limits_of_stages_are_the_laws_for_licences_and_the_countys_else() -> None:
    log = log_of(*TO_WINDOW)
    by_law = {clock.face.name: clock.face.statutory for clock in clocks_at(log, "03-09").stages}
    own = {clock.face.name: clock.face.statutory for clock in clocks_at(log, "03-09", SERVICE).stages}
    assert by_law == {Stage.HANDOVER: False, Stage.EXAMINATION: True, Stage.ACCEPTANCE: True}
    assert not any(own.values())
    limits = {clock.face.name: clock.face.limit for clock in clocks_at(log, "03-09").stages}
    assert limits == {
        Stage.HANDOVER: working(3),
        Stage.EXAMINATION: working(20),
        Stage.ACCEPTANCE: working(5),
    }


def test_an_items_own_stage_limits_go_before_the_countys() -> None:
    own = replace(
        LICENCE,
        stage_limits=(StageLimit(Stage.EXAMINATION, working(2)), StageLimit(Stage.REVIEW, working(4))),
    )
    clocks = clocks_at(log_of(*ACCEPTED), "03-10", own)
    assert due_of(stage(clocks, Stage.EXAMINATION)) == date(2026, 3, 6)
    assert due_of(stage(clocks, Stage.REVIEW)) == date(2026, 3, 13)


def test_a_recalled_handover_never_stopped_the_villages_clock() -> None:
    rows: tuple[Row, ...] = (*TO_WINDOW[:2], ("recall", "agent", "03-04"), ("hand_over", "agent", "03-06"))
    handovers = named(clocks_at(log_of(*rows), "03-09").stages, Stage.HANDOVER)
    assert [(clock.run.started_on.day, clock.used, clock.is_over) for clock in handovers] == [(2, 4, True)]


def test_a_declined_handover_begins_the_villages_days_again() -> None:
    rows: tuple[Row, ...] = (*TO_WINDOW[:2], ("decline_handover", "clerk", "03-10"))
    handovers = named(clocks_at(log_of(*rows), "03-11").stages, Stage.HANDOVER)
    assert [(clock.run.started_on.day, clock.status) for clock in handovers] == [
        (2, ClockStatus.STOPPED),
        (10, ClockStatus.RUNNING),
    ]


def test_a_declined_result_is_no_new_application() -> None:
    log = log_of(
        *ACCEPTED,
        ("review", "officer", "03-10"),
        ("grant", "approver", "03-11"),
        ("issue_result", "officer", "03-12"),
        ("send_result", "window", "03-13"),
        ("decline_handover", "clerk", "03-16"),
    )
    stages = clocks_at(log, "03-17").stages
    assert len(named(stages, Stage.ACCEPTANCE)) == 1
    assert len(named(stages, Stage.EXAMINATION)) == 1


def test_review_check_and_decision_follow_one_another() -> None:
    rows: tuple[Row, ...] = (
        *ACCEPTED,
        ("review", "officer", "03-11"),
        ("check", "approver", "03-13", {"opinion": "属实。"}),
        ("grant", "approver", "03-18"),
        ("issue_result", "officer", "03-20"),
    )
    clocks = clocks_at(log_of(*rows), "03-23")
    spans = {
        clock.face.name: (clock.run.started_on.day, clock.run.stopped_on and clock.run.stopped_on.day)
        for clock in clocks.stages[3:]
    }
    assert spans == {
        Stage.REVIEW: (9, 11),
        Stage.CHECK: (11, 13),
        Stage.DECISION: (13, 18),
        Stage.RESULT: (18, 20),
        Stage.SERVICE: (20, None),
        "delivery": (18, None),
    }
    assert due_of(stage(clocks, "delivery")) == date(2026, 4, 1)


def test_an_item_with_one_check_alone_has_no_review() -> None:
    formal = replace(LICENCE, formal_check_only=True)
    names = {clock.face.name for clock in clocks_at(log_of(*ACCEPTED), "03-10", formal).stages}
    assert Stage.CHECK in names
    assert Stage.REVIEW not in names


def test_delivery_ends_on_the_day_the_applicant_received_the_result() -> None:
    log = log_of(
        *ACCEPTED,
        ("review", "officer", "03-10"),
        ("grant", "approver", "03-11"),
        ("issue_result", "officer", "03-12"),
        ("serve", "window", "03-20", {"served_on": "2026-03-16"}),
    )
    assert stage(clocks_at(log, "04-30"), "delivery").run.stopped_on == date(2026, 3, 16)


def test_supplement_and_special_procedure_run_towards_the_days_that_were_told() -> None:
    log = log_of(*TO_WINDOW, ("request_supplement", "window", "03-10", {"deadline": "2026-03-25"}))
    supplement = stage(clocks_at(log, "03-20"), "supply")
    assert supplement.remaining is not None
    assert (due_of(supplement), supplement.remaining.days) == (date(2026, 3, 25), 5)
    special = log_of(*ACCEPTED, ("start_special", "officer", "03-12", {"expected_days": 5}))
    assert due_of(stage(clocks_at(special, "03-13"), "special")) == date(2026, 3, 19)


def test_each_department_asked_has_its_own_clock() -> None:
    limited = log_of(("accept", "window", "03-10"))[0].event.facts["promised_due"]
    parts = [
        {"desk_id": "510704000000-a", "matter": "消防", "due": limited},
        {"desk_id": "510704000000-b", "matter": "环保"},
    ]
    rows: tuple[Row, ...] = (*ACCEPTED, ("fan_out", "officer", "03-10", {"parts": parts}))
    clocks = clocks_at(log_of(*rows), "03-12")
    asked = named(clocks.waits, "part")
    assert [(clock.face.subject, clock.due and clock.due.day) for clock in asked] == [
        ("510704000000-a", date(2026, 3, 24)),
        ("510704000000-b", None),
    ]
    done = log_of(*rows, ("default_part", "window", "03-27", {"desk_id": "510704000000-a", "reason": "超时"}))
    stopped = named(clocks_at(done, "03-30").waits, "part")
    assert [clock.status for clock in stopped] == [ClockStatus.STOPPED, ClockStatus.RUNNING]
    assert stopped[0].is_over


def test_a_promised_material_is_waited_for() -> None:
    receipt = receipt_facts(day=date(2026, 3, 2))
    receipt["application"]["materials"][1]["promised_by"] = "2026-03-20"
    rows: tuple[Row, ...] = (("receive", "agent", "03-02", receipt), *ACCEPTED[1:])
    promise = stage(clocks_at(log_of(*rows), "03-23"), "promise")
    assert (promise.face.subject, due_of(promise), promise.is_over) == ("booklet", date(2026, 3, 20), True)
    kept = log_of(*rows, ("check_promise", "window", "03-18", {"outcome": "kept"}))
    assert not stage(clocks_at(kept, "03-23"), "promise").is_over


def test_what_the_village_carries_out_itself_runs_from_the_receipt() -> None:
    village = item("V", Level.VILLAGE, HandlingKind.IMMEDIATE, promised_limit=Limit(0, LimitUnit.ON_THE_SPOT))
    promised = clocks_at(log_of(("receive", "agent", "03-02")), "03-03", village).promised
    assert due_of(promised) == date(2026, 3, 2)
    assert promised is not None
    assert promised.is_over


LATER = replace(
    PUBLISHED,
    version="cn-2027.1",
    years=range(PUBLISHED.years.start, 2028),
    days_off=PUBLISHED.days_off | {date(2027, 1, 1), date(2027, 1, 4)},
)


def test_a_provisional_day_is_counted_again_told_and_kept() -> None:
    log = log_of(("receive", "agent", "2026-12-18"), ("accept", "window", "2026-12-21"))
    before = clocks_at(log, "2026-12-22")
    after = clocks_at(log, "2026-12-22", calendar=LATER)
    assert before.promised is not None
    assert before.promised.due is not None
    assert (before.promised.due.day, before.promised.due.provisional) == (date(2027, 1, 5), True)
    assert after.promised is not None
    assert after.promised.due is not None
    assert (after.promised.due.day, after.promised.due.provisional) == (date(2027, 1, 6), False)
    assert after.promised.was == date(2027, 1, 5)
    texts = [moved.text for moved in moved_dues(before, after)]
    assert "承诺时限按公布的放假安排重新计算，由2027-01-05改为2027-01-06。" in texts
    assert log[-1].event.facts["promised_due"]["day"] == "2027-01-05"
    assert moved_dues(after, after) == ()


def test_a_day_that_only_became_certain_is_told_as_such() -> None:
    same: WorkCalendar = replace(LATER, days_off=PUBLISHED.days_off | {date(2027, 1, 1)})
    log = log_of(("receive", "agent", "2026-12-18"), ("accept", "window", "2026-12-21"))
    moved = moved_dues(clocks_at(log, "2026-12-22"), clocks_at(log, "2026-12-22", calendar=same))
    assert "承诺时限2027-01-05已按公布的放假安排确定。" in [one.text for one in moved]


def test_a_local_day_off_lengthens_running_stages() -> None:
    snow = PUBLISHED.with_local_days_off({date(2026, 3, 10)}, version="cn-2026.1+snow")
    log = log_of(*TO_WINDOW)
    assert due_of(stage(clocks_at(log, "03-09"), Stage.ACCEPTANCE)) == date(2026, 3, 13)
    assert due_of(stage(clocks_at(log, "03-09", calendar=snow), Stage.ACCEPTANCE)) == date(2026, 3, 16)
