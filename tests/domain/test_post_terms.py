"""The terms of window posts: a year at a time, and known before they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_county import organisation
from stationapp.domain.organisation import Organisation, organisation_from_mapping, organisation_to_mapping
from stationapp.domain.post_terms import term_faults, terms

TODAY = date(2026, 11, 20)


def with_term(since: str, until: str, post_id: str = "window") -> Organisation:
    """The small county, with the term of one post."""
    posts = tuple(
        replace(post, since=since, until=until) if post.post_id == post_id else post
        for post in organisation().posts
    )
    return replace(organisation(), posts=posts)


def test_the_term_that_ends_first_stands_first_and_posts_without_one_last() -> None:
    first, *others = terms(with_term("2025-12-01", "2026-11-30"), TODAY)
    assert (first.post.post_id, first.holder_a, first.days_left, first.is_over) == (
        "window", "测试window", 10, False
    )  # fmt: skip
    assert all(row.until is None and not row.is_over for row in others)


def test_a_term_is_over_after_its_last_day_and_not_on_it() -> None:
    county = with_term("2025-11-21", "2026-11-20")
    assert not terms(county, TODAY)[0].is_over
    assert terms(county, TODAY + timedelta(days=1))[0].is_over


def test_a_term_travels_with_the_organisation_and_an_unsettled_one_leaves_no_trace() -> None:
    county = with_term("2025-12-01", "2026-11-30")
    plain = organisation_to_mapping(county)
    assert organisation_from_mapping(plain) == county
    assert [row["post_id"] for row in plain["posts"] if "until" in row] == ["window"]


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-13-01", "", "任职起始日“2026-13-01”不是日期"),
        ("", "明年", "任期截止日“明年”不是日期"),
        ("2026-11-01", "2026-10-31", "早于"),
        ("2026-01-01", "2027-01-01", "超过1年"),
    ],
)
def test_a_term_that_cannot_be_is_told(since: str, until: str, said: str) -> None:
    (fault,) = term_faults(next(p for p in with_term(since, until).posts if p.post_id == "window"))
    assert said in fault


@given(since=st.dates(date(2000, 1, 1), date(2090, 1, 1)), days=st.integers(0, 364))
def test_any_term_within_a_year_is_sound(since: date, days: int) -> None:
    until = (since + timedelta(days=days)).isoformat()
    post = next(p for p in with_term(since.isoformat(), until).posts if p.post_id == "window")
    assert list(term_faults(post)) == []
