"""Clocks: one offset, whole seconds, and text that reads back equal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.platform.clock import CHINA, Clock, FixedClock, SteppingClock, SystemClock, from_text, to_text

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=CHINA)
MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds beside `timezones`.
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - as above.
    timezones=st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)


@given(moment=MOMENTS)
def test_a_moment_reads_back_in_whole_seconds(moment: datetime) -> None:
    text = to_text(moment)
    assert text.endswith("+08:00")
    assert len(text) == 25
    read = from_text(text)
    assert read == moment.replace(microsecond=0)
    assert read.utcoffset() == timedelta(hours=8)
    assert to_text(read) == text


def test_other_offsets_are_the_same_moment() -> None:
    assert to_text(datetime(2026, 11, 21, 22, 0, 0, 999_999, tzinfo=UTC)) == "2026-11-22T06:00:00+08:00"
    assert from_text("2026-11-21T04:00:00Z") == NOON


@pytest.mark.parametrize(
    "text", ["2026-11-21T12:00:00", "2026-11-21", "昨天", "", "2026-13-01T00:00:00+08:00"]
)
def test_a_text_without_offset_or_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|isoformat|month"):
        from_text(text)


def test_the_system_clock_tells_whole_seconds_at_plus_eight() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC).replace(microsecond=0)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(hours=8)
    assert from_text(to_text(now)) == now
    assert clock.monotonic() <= clock.monotonic()


def test_a_fixed_clock_stands_still() -> None:
    clock: Clock = FixedClock(NOON)
    assert clock.now() == clock.now() == NOON
    assert clock.monotonic() == clock.monotonic()


def test_a_stepping_clock_goes_on_and_can_be_turned_back() -> None:
    clock = SteppingClock(NOON, timedelta(minutes=1))
    as_clock: Clock = clock
    assert [as_clock.now() for _ in range(3)] == [NOON + timedelta(minutes=step) for step in range(3)]
    clock.advance(timedelta(days=1))
    assert clock.monotonic() == timedelta(days=1, minutes=3).total_seconds()
    clock.set_to(NOON - timedelta(days=3650))
    assert clock.now() == NOON - timedelta(days=3650)
    assert clock.monotonic() == timedelta(days=1, minutes=4).total_seconds()
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(seconds=-1))
