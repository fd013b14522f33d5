"""Periods that limits leave out, and the events that prove them."""

from __future__ import annotations

from datetime import date

from small_county import event, hand
from stationapp.domain.events import CaseEvent
from stationapp.domain.excluded_periods import ExcludedPeriod, ExclusionKind, excluded_periods
from supervised_case import moment


def act(name: str, move: str, day: str, **facts: object) -> CaseEvent:
    """An event of that id on a day of 2026."""
    made = event("c", move, hand("officer"), dict(facts), moment(day))
    return CaseEvent(name, "c", move, made.at, made.hand, made.facts)


def test_a_procedure_is_left_out_from_the_day_after_its_start_to_its_end() -> None:
    rows = excluded_periods(
        [act("a", "start_special", "03-02"), act("b", "end_special", "03-06", ended_on="2026-03-05")]
    )
    assert rows == (
        ExcludedPeriod(ExclusionKind.SPECIAL_PROCEDURE, date(2026, 3, 3), date(2026, 3, 5), ("a", "b")),
    )


def test_each_of_several_procedures_is_left_out() -> None:
    rows = excluded_periods(
        [
            act("a", "start_special", "03-02"),
            act("b", "end_special", "03-05", ended_on="2026-03-05"),
            act("c", "start_special", "03-09"),
        ]
    )
    assert [(row.first, row.last, row.evidence) for row in rows] == [
        (date(2026, 3, 3), date(2026, 3, 5), ("a", "b")),
        (date(2026, 3, 10), None, ("c",)),
    ]


def test_a_procedure_that_ends_on_its_day_or_before_it_leaves_nothing_out() -> None:
    start = act("a", "start_special", "03-02")
    assert not excluded_periods([start, act("b", "end_special", "03-02", ended_on="2026-03-02")])
    assert not excluded_periods([start, act("b", "end_special", "03-04", ended_on="2026-02-20")])


def test_an_end_that_lies_ahead_of_its_record_is_believed_up_to_the_record() -> None:
    rows = excluded_periods(
        [act("a", "start_special", "03-02"), act("b", "end_special", "03-06", ended_on="2026-04-30")]
    )
    assert rows[0].last == date(2026, 3, 6)


def test_publicity_named_by_two_events_is_one_period_with_both_as_evidence() -> None:
    days = {"publicity_from": "2026-03-03", "publicity_to": "2026-03-09"}
    rows = excluded_periods([act("a", "publicise", "03-03", **days), act("b", "grant", "03-10", **days)])
    assert rows == (ExcludedPeriod(ExclusionKind.PUBLICITY, date(2026, 3, 3), date(2026, 3, 9), ("a", "b")),)


def test_unreadable_or_reversed_publicity_leaves_nothing_out() -> None:
    reversed_days = {"publicity_from": "2026-03-09", "publicity_to": "2026-03-03"}
    assert not excluded_periods([act("a", "publicise", "03-03", **reversed_days)])
    assert not excluded_periods([act("a", "grant", "03-03", publicity_from="", publicity_to="2026-03-03")])


def test_a_supplement_runs_until_it_is_supplied() -> None:
    asked = act("a", "request_supplement", "03-02")
    assert excluded_periods([asked])[0].last is None
    rows = excluded_periods([asked, act("b", "supply", "03-05")])
    assert rows == (ExcludedPeriod(ExclusionKind.SUPPLEMENT, date(2026, 3, 3), date(2026, 3, 5), ("a", "b")),)


def test_forwarding_leaves_nothing_out() -> None:
    moves = ("forward", "sign_for", "report_up", "record_reply_granted")
    assert not excluded_periods([act(move, move, f"03-0{n + 2}") for n, move in enumerate(moves)])


def test_publicity_named_anew_replaces_what_was_named_before() -> None:
    first = {"publicity_from": "2026-03-03", "publicity_to": "2026-03-09"}
    again = {"publicity_from": "2026-03-12", "publicity_to": "2026-03-18"}
    rows = excluded_periods(
        [act("a", "publicise", "03-03", **first), act("b", "publicise", "03-12", **again)]
    )
    assert rows == (ExcludedPeriod(ExclusionKind.PUBLICITY, date(2026, 3, 12), date(2026, 3, 18), ("b",)),)


def test_a_late_supplement_that_reopens_a_lapsed_case_ends_the_wait_and_not_its_closing() -> None:
    asked, closed = act("a", "request_supplement", "03-02"), act("b", "close_unsupplied", "03-20")
    assert excluded_periods([asked, closed])[0].last == date(2026, 3, 20)
    (row,) = excluded_periods([asked, closed, act("c", "supply", "03-23")])
    assert (row.first, row.last, row.evidence) == (date(2026, 3, 3), date(2026, 3, 23), ("a", "c"))
