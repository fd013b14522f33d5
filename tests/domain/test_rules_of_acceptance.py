"""From receipt to acceptance: silence that accepts, supplements, and applications that are turned away."""

from __future__ import annotations

from datetime import date

import pytest

from places import asked_to_supply, at_county, at_township, licence_in_silence, received, township_licence
from small_county import (
    FACTS,
    LICENCE_ITEM,
    NEEDLESS_ITEM,
    PROMISE_ITEM,
    TOWNSHIP_ITEM,
    VILLAGE,
    WINDOW,
    application,
    event,
    receipt_facts,
)
from stationapp.domain.case import State
from stationapp.domain.case_flow import judge
from stationapp.domain.due_dates import acceptance_of, current_due, limits_start
from stationapp.domain.rules.endings import promise_was_made
from walks import AGENT, CLERK, LONG_CALENDAR, OFFICER, WINDOW_CLERK, Walk, right_facts

NOTICES = ("request_supplement", "decline_acceptance", "return_application")
FIFTH_DAY, SIXTH_DAY = 7, 10  # From Friday: the fifth working day is the next Friday, the sixth its Monday.


@pytest.mark.parametrize("move", NOTICES)
def test_a_notice_on_the_fifth_working_day_is_in_time_and_on_the_sixth_is_not(move: str) -> None:
    assert licence_in_silence(FIFTH_DAY).refusals(move, WINDOW_CLERK) == ()
    assert licence_in_silence(FIFTH_DAY + 1).refusals(move, WINDOW_CLERK) == ("deemed-accepted",)
    assert licence_in_silence(SIXTH_DAY).refusals(move, WINDOW_CLERK) == ("deemed-accepted",)


def test_what_is_not_needed_is_told_in_time_too() -> None:
    walk = at_township(NEEDLESS_ITEM)
    assert walk.wait(FIFTH_DAY).refusals("tell_not_needed", CLERK) == ()
    assert walk.wait(SIXTH_DAY - FIFTH_DAY).refusals("tell_not_needed", CLERK) == ("deemed-accepted",)


@pytest.mark.parametrize("move", NOTICES)
def test_only_licences_are_accepted_by_silence(move: str) -> None:
    assert at_county().wait(40).refusals(move, WINDOW_CLERK) == ()


def test_the_days_of_silence_begin_where_the_authority_takes_the_materials_in() -> None:
    walk = at_township(LICENCE_ITEM).wait(20)
    assert walk.refusals("request_supplement", CLERK) == ()
    walk.go("examine", CLERK).go("forward", CLERK).go("sign_for", WINDOW_CLERK)
    assert walk.wait(FIFTH_DAY).refusals("request_supplement", WINDOW_CLERK) == ()


def test_what_silence_accepted_counts_from_the_day_of_receipt() -> None:
    walk = licence_in_silence(SIXTH_DAY).fall_silent()
    assert walk.standing.state is State.DEEMED_ACCEPTED
    acceptance = acceptance_of(walk.standing)
    assert acceptance is not None
    assert limits_start(acceptance) == date(2026, 11, 20)
    walk.go("accept", WINDOW_CLERK)
    due = current_due(walk.standing, "promised_due", LONG_CALENDAR)
    assert due is not None
    assert due.day == date(2026, 12, 4), "ten working days after the receipt, however late the acceptance"


def test_an_acceptance_after_silence_that_counts_from_its_own_day_is_refused() -> None:
    walk = licence_in_silence(SIXTH_DAY).fall_silent()
    fresh = at_county(LICENCE_ITEM).wait(SIXTH_DAY).go("register", WINDOW_CLERK)
    assert walk.refusals("accept", WINDOW_CLERK, {**FACTS["accept"]}) == ()
    late = right_facts(licence_in_silence(0).wait(0), "accept", WINDOW_CLERK)
    assert walk.refusals("accept", WINDOW_CLERK, late) == ()
    assert fresh.refusals("accept", WINDOW_CLERK, {**FACTS["accept"]}) == ()


def test_what_silence_accepted_is_accepted_without_being_registered_and_assigned_at_once() -> None:
    walk = licence_in_silence(SIXTH_DAY).fall_silent()
    assert walk.refusals("accept", WINDOW_CLERK) == ()
    walk.go("assign", WINDOW_CLERK).go("review", OFFICER)
    assert walk.standing.state is State.REVIEWED


@pytest.mark.parametrize("move", [*NOTICES, "accept"])
def test_an_answer_given_in_time_that_arrives_late_overrules_silence(move: str) -> None:
    walk = licence_in_silence(SIXTH_DAY).fall_silent()
    in_time = licence_in_silence(FIFTH_DAY)
    if move == "accept":
        in_time.go("register", WINDOW_CLERK)
    step = event("case", move, WINDOW_CLERK, right_facts(in_time, move, WINDOW_CLERK), in_time.now)
    assert judge(walk.situation, step) == ()


def test_an_acceptance_in_time_keeps_its_own_day_though_silence_was_noted_before_it() -> None:
    walk, in_time = licence_in_silence(SIXTH_DAY).fall_silent(), licence_in_silence(FIFTH_DAY)
    in_time.go("register", WINDOW_CLERK)
    walk.add(event("case", "accept", WINDOW_CLERK, right_facts(in_time, "accept", WINDOW_CLERK), in_time.now))
    acceptance = acceptance_of(walk.standing)
    assert acceptance is not None
    assert limits_start(acceptance) == in_time.now.date()


def test_a_supplement_asked_for_in_time_leaves_nothing_of_the_silence() -> None:
    walk, in_time = licence_in_silence(SIXTH_DAY).fall_silent(), licence_in_silence(FIFTH_DAY)
    facts = right_facts(in_time, "request_supplement", WINDOW_CLERK)
    walk.add(event("case", "request_supplement", WINDOW_CLERK, facts, in_time.now))
    assert acceptance_of(walk.standing) is None
    assert walk.standing.state is State.SUPPLEMENT


@pytest.mark.parametrize("move", NOTICES)
def test_a_late_notice_does_not_overrule_silence(move: str) -> None:
    walk = licence_in_silence(SIXTH_DAY).fall_silent()
    assert walk.refusals(move, WINDOW_CLERK) == ("deemed-accepted",)


def test_a_township_accepts_by_silence_what_it_decides_itself() -> None:
    walk = township_licence().wait(SIXTH_DAY).fall_silent()
    assert walk.go("accept", CLERK).standing.state is State.ACCEPTED


def test_what_lies_at_the_counter_of_receipt_can_be_found_wanting_within_the_five_days() -> None:
    walk = Walk(TOWNSHIP_ITEM, item_type="01").go("receive", CLERK)
    assert walk.wait(FIFTH_DAY).refusals("request_supplement", CLERK) == ()
    assert walk.wait(SIXTH_DAY - FIFTH_DAY).refusals("request_supplement", CLERK) == ("deemed-accepted",)


def test_what_was_asked_for_once_is_not_asked_for_again() -> None:
    walk = asked_to_supply().go("supply", AGENT).go("hand_over", AGENT).go("sign_for", CLERK)
    assert walk.refusals("request_supplement", CLERK, FACTS["request_supplement"]) == ("told-twice",)
    other = [{"material_id": "id-card", "name": "居民身份证", "standard": "正反两面"}]
    again = {**FACTS["request_supplement"], "missing": other}
    assert walk.refusals("request_supplement", CLERK, again) == ()


def test_what_was_told_at_the_counter_may_be_told_once_more_by_the_authority() -> None:
    walk = Walk().go("note_missing", AGENT).go("receive", AGENT).go("hand_over", AGENT).go("sign_for", CLERK)
    assert walk.refusals("request_supplement", CLERK, FACTS["request_supplement"]) == ()


def test_a_case_without_its_supplement_is_closed_only_after_the_deadline() -> None:
    walk = asked_to_supply()
    assert walk.wait(10).refusals("close_unsupplied", CLERK) == ("not-overdue",)
    walk.wait(1).go("close_unsupplied", CLERK)
    assert (walk.standing.state, walk.standing.closed_as) == (
        State.SUPPLEMENT_LAPSED,
        State.SUPPLEMENT_LAPSED,
    )


def test_only_the_desk_that_asked_for_a_supplement_closes_for_want_of_it() -> None:
    walk = asked_to_supply().wait(11)
    assert walk.standing.holder == VILLAGE
    assert walk.refusals("close_unsupplied", WINDOW_CLERK) == ("not-asker",)
    assert walk.refusals("close_unsupplied", AGENT) == ("not-asker",)


def test_a_supplement_taken_in_time_counts_though_the_case_was_closed_meanwhile() -> None:
    walk, in_time = asked_to_supply().wait(11).go("close_unsupplied", CLERK), asked_to_supply().wait(10)
    step = event("case", "supply", AGENT, right_facts(in_time, "supply", AGENT), in_time.now)
    assert judge(walk.situation, step) == ()
    walk.add(step)
    assert (walk.standing.state, walk.standing.closed_as) == (State.RECEIVED, None)


def test_a_supplement_after_the_deadline_is_taken_while_nobody_closed_the_case() -> None:
    assert asked_to_supply().wait(30).refusals("supply", AGENT) == ()


def test_a_supplement_after_a_closed_case_is_refused() -> None:
    walk = asked_to_supply().wait(11).go("close_unsupplied", CLERK)
    assert walk.refusals("supply", AGENT) == ("lapsed",)


@pytest.mark.parametrize("move", ["decline_acceptance", "return_application"])
def test_only_the_authority_turns_an_application_away(move: str) -> None:
    (reason,) = at_township().reasons(move, CLERK)
    assert reason.code == "no-power"
    assert "作出答复" in reason.text
    assert at_county().refusals(move, WINDOW_CLERK) == ()
    assert at_township(TOWNSHIP_ITEM).refusals(move, CLERK) == ()


def test_nobody_is_told_that_he_needs_nothing_where_the_catalogue_knows_no_such_case() -> None:
    assert at_township().refusals("tell_not_needed", CLERK) == ("always-needed",)
    walk = received(NEEDLESS_ITEM).go("tell_not_needed", AGENT)
    assert walk.standing.closed_as is State.NOT_NEEDED


def test_what_was_entered_wrongly_goes_back_and_is_received_again() -> None:
    walk = at_township().go("send_back", CLERK)
    assert (walk.standing.state, walk.standing.holder) == (State.SENT_BACK, VILLAGE)
    mended = application(name="吴㛃")
    walk.go("receive", AGENT, receipt_facts(application=mended))
    assert (walk.standing.state, walk.standing.application.applicant.name) == (State.RECEIVED, "吴㛃")


def test_what_a_desk_received_itself_is_not_sent_back() -> None:
    walk = Walk().go("receive", WINDOW_CLERK).go("register", WINDOW_CLERK)
    assert walk.refusals("send_back", WINDOW_CLERK, {"to_desk": WINDOW, "reason": "录错"}) == ("wrong-desk",)


def promised(**changes: object) -> dict[str, object]:
    """A receipt with the household booklet promised instead of handed in."""
    asked = application(PROMISE_ITEM)
    row = {"material_id": "booklet", "name": "户口簿", "originals": 0, "copies": 0}
    materials = [asked["materials"][0], {**row, "promised_by": "2026-12-20", **changes}]
    return receipt_facts(PROMISE_ITEM, application={**asked, "materials": materials})


def test_what_the_catalogue_lets_be_promised_may_follow() -> None:
    walk = Walk(PROMISE_ITEM)
    assert walk.refusals("receive", AGENT, promised()) == ()
    assert walk.refusals("receive", AGENT, promised(promised_by="")) == ("material-missing",)
    assert walk.refusals("receive", AGENT, promised(promised_by="2026-11-20")) == ("past-promise",)
    assert walk.refusals("receive", AGENT, promised(promised_by="月底"))[0] == "bad-application"


def test_nothing_is_promised_that_the_catalogue_does_not_name() -> None:
    strict = Walk(PROMISE_ITEM, promise_allowed=False)
    assert strict.refusals("receive", AGENT, promised()) == ("no-promise", "material-missing")
    plain = promised(material_id="id-card", name="居民身份证")
    assert Walk(PROMISE_ITEM).refusals("receive", AGENT, plain)[0] == "no-promise"


def test_a_promise_is_checked_and_nothing_else_is() -> None:
    walk = Walk(PROMISE_ITEM).go("receive", AGENT, promised()).go("hand_over", AGENT).go("sign_for", CLERK)
    walk.go("examine", CLERK).go("forward", CLERK).go("sign_for", WINDOW_CLERK)
    walk.go("register", WINDOW_CLERK).go("accept", WINDOW_CLERK)
    assert walk.refusals("check_promise", WINDOW_CLERK) == ()
    assert walk.refusals("check_promise", CLERK) == ()
    kept = at_county().go("register", WINDOW_CLERK).go("accept", WINDOW_CLERK)
    assert kept.refusals("check_promise", WINDOW_CLERK) == ("no-promise",)


def test_what_was_promised_is_brought_later_and_may_still_be_checked() -> None:
    walk = Walk(PROMISE_ITEM).go("receive", AGENT, promised())
    strange = {"materials": [{"material_id": "id-card", "name": "居民身份证", "originals": 1, "copies": 1}]}
    assert walk.refusals("bring_promised", AGENT, strange) == ("not-promised",)
    walk.go("bring_promised", AGENT)
    assert not any(row.promised_by for row in walk.standing.application.materials)
    assert promise_was_made(walk.situation, AGENT) is None
    assert promise_was_made(Walk(PROMISE_ITEM).go("receive", AGENT).situation, AGENT) is not None
