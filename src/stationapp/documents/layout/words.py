"""Dates and times as an official paper writes them (GB/T 9704-2012: Arabic, no leading zeros)."""

from __future__ import annotations

from datetime import date, datetime

BLANK_DATE = "　　　　年　　月　　日"
PROVISIONAL = "（暂定）"
PROVISIONAL_NOTE = "标有“暂定”的日期按现行放假安排推算，以国务院办公厅放假通知为准；有变动的，另行告知。"


def long_date(day: date | None) -> str:
    """Return 2026年3月5日, or nothing for no date."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def long_time(moment: datetime | None) -> str:
    """Return 2026年3月5日 9:05, or nothing for no time."""
    return f"{long_date(moment)} {moment.hour}:{moment.minute:02d}" if moment else ""


def short_time(moment: datetime) -> str:
    """Return 2026-03-05 and 09:05 on two lines for narrow columns."""
    return f"{moment:%Y-%m-%d}\n{moment:%H:%M}"


def due_date(day: date | None, *, provisional: bool) -> str:
    """Return the last day of a limit, marked 暂定 while that year's calendar is not yet published."""
    return long_date(day) + PROVISIONAL * (provisional and day is not None)
