"""The catalogue opens an item only on a day on which it is in force, complete and within its window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.catalogue import (
    Catalogue,
    HandlingKind,
    ItemStatus,
    ServiceItem,
    YearlyWindow,
    describe_window,
    missing_publics,
    why_not_open,
)
from stationapp.domain.organisation import Level
from stationapp.domain.time_limits import Limit, LimitUnit

DAY = date(2026, 3, 10)
ITEM = ServiceItem(
    "512B-1",
    1,
    "高龄津贴",
    "20",
    HandlingKind.COMMITTED,
    Level.COUNTY,
    "mzj",
    "民政局",
    ItemStatus.IN_USE,
    date(2026, 1, 1),
    content="发放",
    basis="法律",
    conditions="年满80周岁",
    procedure="收件、审批、发放",
    promised_limit=Limit(5, LimitUnit.WORKING_DAYS),
    fee="不收费",
    materials_known=True,
)


def codes(item: ServiceItem | None, day: date = DAY) -> list[str]:
    return [reason.code for reason in why_not_open(item, day)]


def test_a_complete_item_in_use_is_open() -> None:
    assert ITEM.is_complete
    assert codes(ITEM) == []


def test_without_a_code_in_force_nothing_is_opened() -> None:
    assert codes(None) == ["no-code"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("content", "办理内容"),
        ("basis", "办理依据"),
        ("conditions", "受理条件"),
        ("procedure", "办理程序"),
        ("fee", "收费标准"),
    ],
)
def test_each_missing_public_closes_the_item_and_is_named(name: str, label: str) -> None:
    (reason,) = why_not_open(replace(ITEM, **{name: ""}), DAY)
    assert reason.code == "item-incomplete"
    assert label in reason.text


def test_a_limit_and_the_materials_belong_to_the_six_publics() -> None:
    assert missing_publics(replace(ITEM, promised_limit=None)) == ("办理时限",)
    assert missing_publics(replace(ITEM, materials_known=False)) == ("申请材料",)


def test_a_gap_closes_an_item_and_is_named_only_once() -> None:
    item = replace(ITEM, fee="", gaps=("收费标准", "本地事项编码"))
    (reason,) = why_not_open(item, DAY)
    assert "（收费标准、本地事项编码）" in reason.text


def test_suspended_and_cancelled_items_say_so() -> None:
    assert codes(replace(ITEM, status=ItemStatus.SUSPENDED)) == ["item-suspended"]
    assert codes(replace(ITEM, status=ItemStatus.CANCELLED)) == ["item-cancelled"]


def test_a_window_over_new_year_is_open_on_both_sides() -> None:
    window = YearlyWindow("05-01", "02-29")
    open_days = [date(2026, 5, 1), date(2026, 12, 31), date(2027, 2, 28), date(2028, 2, 29)]
    shut_days = [date(2026, 3, 1), date(2026, 4, 30)]
    assert all(window.is_open(day) for day in open_days)
    assert not any(window.is_open(day) for day in shut_days)
    assert describe_window(window) == "每年5月1日至2月29日"


@given(st.dates())
def test_a_month_window_looks_at_the_day_of_the_month_alone(day: date) -> None:
    window = YearlyWindow(first_day_of_month=1, last_day_of_month=20)
    assert window.is_open(day) == (day.day <= 20)


def test_a_closed_window_is_told_in_words() -> None:
    item = replace(ITEM, window=YearlyWindow(first_day_of_month=1, last_day_of_month=9))
    (reason,) = why_not_open(item, DAY)
    assert "每月1日至9日" in reason.text


def test_the_version_in_force_changes_on_its_day_and_old_cases_keep_theirs() -> None:
    second = replace(ITEM, version=2, effective_from=date(2026, 4, 1), name="高龄津贴（修订）")
    catalogue = Catalogue(
        2, "2026-03-20T00:00:00+08:00", (replace(ITEM, effective_to=date(2026, 4, 1)), second)
    )
    before, after = catalogue.in_force("512B-1", DAY), catalogue.in_force("512B-1", date(2026, 4, 1))
    assert before is not None
    assert after is not None
    assert (before.version, after.version) == (1, 2)
    assert catalogue.version_of("512B-1", 1) == catalogue.items[0]
    assert catalogue.version_of("512B-1", 3) is None
    assert catalogue.in_force("512B-1", date(2025, 12, 31)) is None
    assert [item.version for item in catalogue.current(DAY)] == [1]
