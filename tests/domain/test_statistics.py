"""The county's figures: what counts, what is left out, and what is said with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affairs_county import AGENT, CLERK, Affair
from case_logs import MONDAY, CaseLog, decided, on_the_spot, served, travelled
from small_county import (
    CALENDAR,
    COUNTY_ITEM,
    TOWNSHIP,
    VILLAGE,
    VILLAGE_ITEM,
    WINDOW,
    catalogue,
    organisation,
)
from stationapp.domain.bulletin import BulletinTally
from stationapp.domain.case_course import LegKind
from stationapp.domain.case_figures import CaseFigures, Sight, figures_of
from stationapp.domain.statistics import DEFINITIONS, DatePeriod, FigureKind
from stationapp.domain.tabulation import DIMENSIONS, Figure, hundredths, months_of, tabulate

NOVEMBER = DatePeriod(date(2026, 11, 1), date(2026, 11, 30))
SIGHT = Sight(organisation(), CALENDAR)


def seen(log: CaseLog) -> CaseFigures:
    figures = figures_of(log.events, catalogue().version_of(log.code, 1), SIGHT)
    assert figures is not None
    return figures


def figure(key: str, *logs: CaseLog) -> Figure:
    return tabulate([seen(log) for log in logs], (), NOVEMBER).total.figure(key)


def rated(log: CaseLog, satisfaction: str, day: int = 6) -> CaseLog:
    return log.then("rate", day, satisfaction=satisfaction, words="", channel="qr", enquiry_code="x")


def test_a_case_becomes_numbers_without_a_citizens_name():
    case = seen(rated(served(), "2"))
    assert (case.station, case.township, case.window) == (VILLAGE, TOWNSHIP, WINDOW)
    assert (case.received_on, case.accepted_on, case.decided_on) == (
        MONDAY,
        MONDAY + timedelta(days=1),
        MONDAY + timedelta(days=3),
    )
    assert (case.statutory_days, case.promised_days, case.used_days) == (20, 10, 2)
    assert (case.on_time, case.satisfaction, case.closing) == (True, 2, "0")
    assert "吴䶮" not in repr(case)
    assert "510721194203078528" not in repr(case)


def test_a_log_that_opens_no_case_has_no_figures():
    assert figures_of([], None, SIGHT) is None
    assert figures_of(CaseLog().then("review").events, None, SIGHT) is None


def test_a_service_around_cases_is_no_case_and_still_work():
    affair = Affair("ask_question", AGENT).go("answer_question", CLERK)
    assert figures_of(affair.events, None, SIGHT) is None
    tally = BulletinTally(NOVEMBER)
    tally.add(None, affair.events)
    assert (tally.cases, sum(row.total for row in tally.work.rows(CALENDAR))) == (0, 2)


def test_same_day_counts_the_day_of_acceptance_and_the_decision():
    same = decided("same", day=1)
    assert seen(same).used_days == 0
    whole = figure("same_day", same, decided("later", day=3), on_the_spot("spot"))
    assert (whole.numerator, whole.denominator, whole.value, whole.met) == (2, 3, "66.66%", False)
    immediate = figure("same_day_immediate", same, on_the_spot("spot"))
    assert (immediate.value, immediate.left_out) == ("100.00%", (("不是即办件", 1),))


def test_who_never_could_be_done_on_one_day_is_left_out_and_named():
    withdrawn = travelled("withdrawn").then("withdraw", 2)
    voided = CaseLog("voided").then("receive").then("void", 1, by="agent")
    returned = CaseLog("returned").then("receive").then("hand_over").then("sign_for")
    returned.then("return_application", 1, by="clerk")
    publicised = travelled("public").then(
        "publicise", 2, publicity_from="2026-11-18", publicity_to="2026-11-20"
    )
    publicised.then("review", 7).then("grant", 8)
    found = figure("same_day", withdrawn, voided, returned, publicised, decided("ok", day=1))
    assert (found.numerator, found.denominator) == (1, 1)
    assert dict(found.left_out) == {
        "未作决定（撤回、退件、不予受理、补正不来等）": 1,
        "未受理": 1,
        "作废或删除": 1,
        "有公示、特别程序或延长期限": 1,
    }


def test_speed_up_is_one_minus_used_over_statutory():
    # Two working days of twenty, and none of twenty.
    found = figure("speed_up", decided("two"), decided("none", day=1))
    assert (found.numerator, found.denominator, found.value, found.met) == (38, 40, "95.00%", True)
    slow = figure("speed_up", decided("slow", date(2026, 10, 1), day=34))
    assert slow.numerator == 20 - seen(decided("slow", date(2026, 10, 1), day=34)).used_days


def test_a_case_that_took_longer_than_the_law_allows_pulls_the_rate_below_zero():
    late = decided("late", date(2026, 9, 1), day=80)
    found = figure("speed_up", late)
    assert found.numerator < 0
    assert found.value.startswith("-")
    assert figure("on_time", late).value == "0.00%"


def test_days_of_publicity_and_special_procedures_are_no_days_of_work():
    plain = decided("plain", day=11)
    public = travelled("public").then("publicise", 2, publicity_from="2026-11-18", publicity_to="2026-11-20")
    public.then("review", 11, 9).then("grant", 11)
    special = travelled("special").then("start_special", 2, procedure="testing")
    special.then("end_special", 9, ended_on="2026-11-25").then("review", 11, 9).then("grant", 11)
    used = [seen(log).used_days for log in (plain, public, special)]
    assert used == [8, 5, 3]


def test_on_time_is_measured_by_the_promise_and_moves_with_what_is_left_out():
    # Ten working days after 17 November end on 1 December.
    on_the_day, a_day_late = decided("on", day=15), decided("late", day=16)
    assert (seen(on_the_day).on_time, seen(a_day_late).on_time) == (True, False)
    rested = travelled("rested").then("start_special", 2, procedure="testing")
    rested.then("end_special", 9, ended_on="2026-11-25").then("review", 16, 9).then("grant", 16)
    assert seen(rested).on_time is True
    extended = travelled("extended").then("extend", 10, days=10, approved_by="局长", reason="复杂")
    extended.then("review", 16, 9).then("grant", 16)
    assert seen(extended).on_time is True


def test_the_deemed_acceptance_counts_from_the_day_the_materials_came():
    dues = {name: fact for name, fact in travelled().events[-2].facts.items() if name.endswith("_due")}
    log = CaseLog().then("receive").then("hand_over").then("sign_for")
    log.then("deem_accepted", 8, by="hub", received_on=MONDAY.isoformat(), **dues)
    case = seen(log)
    assert (case.accepted_on, case.window, case.by_default) == (MONDAY, TOWNSHIP, True)


def test_satisfaction_shows_its_sample_and_a_hundred_per_cent_is_a_smell():
    logs = [rated(served(f"case-{n}"), "1") for n in range(3)] + [served("silent")]
    found = figure("satisfaction", *logs)
    assert (found.value, found.sample) == ("100.00%", 3)
    assert found.notes[0] == "样本3件，参评率75.00%。"
    assert "请核查有无刷评" in found.notes[1]
    assert "样本不足30件" in found.notes[2]
    mixed = figure("satisfaction", *logs, rated(served("bad"), "4"))
    assert (mixed.value, mixed.met) == ("75.00%", None)
    assert not any("刷评" in note for note in mixed.notes)
    assert figure("satisfaction", served()).value == ""


def test_a_rate_just_below_the_whole_is_never_shown_as_the_whole():
    assert hundredths(99_999, 100_000, 10_000) == "99.99"
    assert hundredths(-1, 3, 10_000) == "-33.33"
    assert hundredths(0, 5, 100) == "0.00"


def test_visits_are_days_at_a_desk_and_those_beyond_the_village_are_errands():
    case = seen(served())
    assert (case.visits, case.visits_away) == (2, 0)
    posted = served("posted")
    posted.events[-2] = replace(posted.events[-2], facts={**posted.events[-2].facts, "manner": "post"})
    assert seen(posted).visits == 1
    town = CaseLog("town").then("receive", by="clerk").then("examine")
    assert (seen(town).visits, seen(town).visits_away) == (1, 1)
    both = figure("one_visit", served(), posted)
    assert (both.numerator, both.denominator) == (1, 2)
    assert figure("no_errand", served(), posted).value == "100.00%"
    assert figure("visits", served(), posted).value == "1.50"


def test_transfer_legs_are_timed_apart_from_work():
    case = seen(served())
    # 11-15 and 17-9 on the way up, 12-9 on the way down.
    assert case.seconds(LegKind.TRANSFER) == (4 + 16 + 21) * 3600
    assert figure("hours_transfer", served()).value == "41.00"
    whole = sum(leg.seconds for leg in case.legs)
    assert whole == (4 * 24 + 1) * 3600


def test_a_clock_that_runs_backwards_is_flagged_and_its_legs_are_left_out():
    log = on_the_spot()
    log.events[1] = replace(log.events[1], at=log.events[1].at - timedelta(hours=5))
    assert seen(log).clock_doubtful
    found = figure("hours_work", log)
    assert (found.value, found.left_out) == ("", (("事件时间前后颠倒，时钟有疑", 1),))


def test_counts_follow_the_day_of_what_they_count():
    logs = [
        served("october", date(2026, 10, 26), day=9),
        served("november"),
        travelled("open"),
        served("december", date(2026, 12, 7)),
    ]
    counts = {key: figure(key, *logs).numerator for key in ("received", "accepted", "closed", "open")}
    assert counts == {"received": 2, "accepted": 2, "closed": 2, "open": 1}
    day_before = DatePeriod(date(2026, 11, 19), date(2026, 11, 19))
    still = tabulate([seen(log) for log in logs], (), day_before).total.figure("open")
    assert still.numerator == 2


def test_figures_are_filed_by_station_item_kind_and_month():
    logs = [served("a"), on_the_spot("b"), served("c", date(2026, 10, 12))]
    year = DatePeriod(date(2026, 1, 1), date(2026, 12, 31))
    table = tabulate([seen(log) for log in logs], ("handling", "month"), year)
    assert [row.keys for row in table.groups] == [
        ("committed", "2026-10"),
        ("committed", "2026-11"),
        ("immediate", "2026-11"),
    ]
    by_item = tabulate([seen(log) for log in logs], ("station", "item"), year)
    assert [row.keys for row in by_item.groups] == [(VILLAGE, COUNTY_ITEM), (VILLAGE, VILLAGE_ITEM)]
    group = by_item.group(VILLAGE, COUNTY_ITEM)
    assert group is not None
    assert group.figure("closed").numerator == 2
    assert by_item.total.figure("closed").numerator == 3
    with pytest.raises(KeyError):
        tabulate([], ("colour",), year)


def test_every_definition_says_what_it_is_and_names_each_reason_it_leaves_out():
    assert len({row.key for row in DEFINITIONS}) == len(DEFINITIONS)
    assert all(row.title and row.formula and row.source for row in DEFINITIONS)
    targets = {row.key: row.target for row in DEFINITIONS if row.target is not None}
    assert targets["same_day"] == 9500
    assert targets["speed_up"] == 7000
    assert targets["on_time"] == 10000
    assert {row.kind for row in DEFINITIONS} == set(FigureKind)
    assert set(DIMENSIONS) >= {"station", "item", "handling", "month", "quarter", "window"}


def test_months_of_a_period_cross_the_year():
    assert list(months_of(DatePeriod(date(2026, 11, 30), date(2027, 2, 1)))) == [
        "2026-11",
        "2026-12",
        "2027-01",
        "2027-02",
    ]
    with pytest.raises(ValueError, match="ends before"):
        DatePeriod(date(2026, 2, 1), date(2026, 1, 1))


LOGS = [
    served("a"),
    decided("b", day=1),
    travelled("c"),
    on_the_spot("d"),
    rated(served("e"), "5"),
    travelled("f").then("withdraw", 2),
    CaseLog("g").then("receive").then("void", 1, by="agent"),
]
FIGURES = [seen(log) for log in LOGS]


@given(st.lists(st.sampled_from(FIGURES), max_size=20))
def test_the_parts_of_a_table_add_up_to_its_whole_and_nothing_is_left_out_unnamed(cases):
    table = tabulate(cases, ("item", "month"), NOVEMBER)
    for number, row in enumerate(DEFINITIONS):
        parts = [group.figures[number] for group in table.groups]
        whole = table.total.figures[number]
        assert sum(part.numerator for part in parts) == whole.numerator
        assert sum(part.sample for part in parts) == whole.sample
        named = {str(reason) for reason in row.exclusions}
        if row.key != "satisfaction":
            assert {reason for reason, _ in whole.left_out} <= named
        left = sum(count for _, count in whole.left_out)
        counted = [one for one in cases if NOVEMBER.holds(row.day(one, NOVEMBER))]
        assert whole.sample + left == len(counted)
