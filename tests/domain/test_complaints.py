"""Complaints: the complaint post handles them, within limits, and the accused has no access."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from affairs_county import (
    AGENT,
    CLERK,
    COUNTY_WINDOW,
    FRIDAY,
    SUPERVISOR,
    TOWNSHIP,
    VILLAGE,
    WINDOW,
    Affair,
    application,
    hand,
    opening_refusals,
    organisation,
)
from small_county import CALENDAR
from small_county import organisation as county_without_post
from stationapp.domain.case import State
from stationapp.domain.complaint_limits import ComplaintLimits, complaint_due
from stationapp.domain.organisation import PostKind
from stationapp.domain.rules.complaints import complaint_desk, why_hidden

CLERK_B = hand("clerk", "p-clerk-b")
SUPERVISOR_B = hand("supervisor", "p-supervisor-b")


def hidden(affair: Affair, who) -> str:
    reason = why_hidden(affair.case, who, organisation())
    return reason.code if reason else ""


def test_a_complaint_goes_to_the_complaint_post_at_once() -> None:
    affair = Affair("file_complaint", AGENT)
    assert (affair.case.state, affair.case.holder) == (State.FILED, WINDOW)
    assert opening_refusals("file_complaint", AGENT, to_desk=TOWNSHIP) == ("wrong-desk",)
    assert affair.case.visible_to == {VILLAGE, WINDOW}


def test_the_accused_desk_neither_files_nor_sees_nor_handles_it() -> None:
    assert opening_refusals("file_complaint", CLERK) == ("accused",)
    affair = Affair("file_complaint", AGENT)
    assert TOWNSHIP not in affair.case.visible_to
    assert hidden(affair, CLERK) == "accused"
    assert hidden(affair, AGENT) == hidden(affair, SUPERVISOR) == ""
    assert hidden(affair, COUNTY_WINDOW) == "confidential"


def test_of_a_shared_desk_the_accused_person_alone_is_kept_out() -> None:
    affair = Affair("file_complaint", CLERK_B, accused_person="p-clerk")
    assert affair.case.visible_to == {TOWNSHIP, WINDOW}
    assert hidden(affair, CLERK_B) == ""
    assert hidden(affair, CLERK) == "accused"
    assert affair.refusals("withdraw_complaint", CLERK, reason="算了") == ("accused",)
    assert opening_refusals("file_complaint", CLERK, accused_person="p-clerk") == ("accused",)
    assert opening_refusals("file_complaint", AGENT, accused_person="p-officer") == ("not-there",)


def test_a_complaint_post_that_is_accused_leaves_it_to_the_other_holder() -> None:
    accused = {"accused_desk": WINDOW, "accused_person": "p-supervisor"}
    affair = Affair("file_complaint", AGENT, **accused)
    assert affair.refusals("accept_complaint", SUPERVISOR) == ("accused",)
    assert affair.go("accept_complaint", SUPERVISOR_B).case.state is State.UNDER_INQUIRY


def test_a_complaint_about_the_window_is_seen_by_the_complaint_post_there() -> None:
    affair = Affair("file_complaint", AGENT, accused_desk=WINDOW)
    assert affair.case.visible_to == {VILLAGE, WINDOW}
    assert hidden(affair, COUNTY_WINDOW) == "accused"
    assert hidden(affair, SUPERVISOR) == ""


def test_what_the_window_took_down_only_its_filer_and_the_complaint_post_see() -> None:
    affair = Affair("file_complaint", COUNTY_WINDOW)
    assert hidden(affair, COUNTY_WINDOW) == hidden(affair, SUPERVISOR) == ""
    assert hidden(affair, hand("window", "p-window-b")) == "confidential"


def test_a_complaint_is_accepted_answered_and_the_complainant_called_back() -> None:
    affair = Affair("file_complaint", AGENT).go("add_to_complaint", AGENT, matter="还有一次。")
    assert affair.refusals("reply_complaint", SUPERVISOR) == ("wrong-state",)
    affair.go("accept_complaint", SUPERVISOR).go("reply_complaint", SUPERVISOR)
    early = {"called_back_on": "2026-11-19", "satisfied": "yes"}
    assert affair.refusals("close_complaint", SUPERVISOR, **early) == ("called-outside",)
    affair.go("close_complaint", SUPERVISOR, called_back_on="2026-11-20", satisfied="yes")
    assert affair.case.state is State.CLOSED


@pytest.mark.parametrize("move", ["accept_complaint", "decline_complaint"])
def test_nobody_but_the_complaint_post_handles_it(move) -> None:
    affair = Affair("file_complaint", AGENT)
    assert affair.refusals(move, COUNTY_WINDOW, reason="不属实") == ("wrong-post",)


def test_the_limits_are_five_and_ten_working_days() -> None:
    affair = Affair("file_complaint", AGENT)
    due = complaint_due(affair.case, CALENDAR)
    assert due is not None
    assert due.day == date(2026, 11, 27)
    affair.go("accept_complaint", SUPERVISOR, FRIDAY + timedelta(days=3))
    due = complaint_due(affair.case, CALENDAR)
    assert due is not None
    assert due.day == date(2026, 12, 7)
    shorter = complaint_due(affair.case, CALENDAR, ComplaintLimits(reply=5))
    assert shorter is not None
    assert shorter.day == date(2026, 11, 30)
    affair.go("reply_complaint", SUPERVISOR)
    assert complaint_due(affair.case, CALENDAR) is None


def test_the_limit_is_extended_once_and_before_it_has_run_out() -> None:
    affair = Affair("file_complaint", AGENT).go("accept_complaint", SUPERVISOR)
    assert affair.refusals("extend_complaint", SUPERVISOR, days=11, reason="复杂") == ("too-long",)
    late = FRIDAY + timedelta(days=20)
    assert affair.refusals("extend_complaint", SUPERVISOR, late, days=5, reason="复杂") == ("ran-out",)
    affair.go("extend_complaint", SUPERVISOR, days=5, reason="复杂")
    due = complaint_due(affair.case, CALENDAR)
    assert due is not None
    assert due.day == date(2026, 12, 11)
    assert affair.refusals("extend_complaint", SUPERVISOR, days=1, reason="复杂") == ("extended",)


def test_a_complaint_may_be_anonymous_and_a_county_needs_a_complaint_post() -> None:
    assert (
        Affair("file_complaint", AGENT, application=application(name="", phone="")).case.state is State.FILED
    )
    desk = complaint_desk(organisation(), TOWNSHIP)
    assert desk is not None
    assert desk.desk_id == WINDOW
    if all(post.kind is not PostKind.SUPERVISOR for post in county_without_post().posts):
        assert complaint_desk(county_without_post()) is None
