"""`stationapp attendance`."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import workplace_of
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.attendance import PostAttendance, attendance


def show(options: argparse.Namespace) -> Exit:
    """Print for each post who was there in each half of a day."""
    with workplace_of(options) as workplace:
        rows = attendance(workplace, _day(options.day) if options.day else workplace.now().date())
    say([_row(row) for row in rows])
    return Exit.DONE


def _row(row: PostAttendance) -> dict[str, Any]:
    return {
        "post": row.post.post_id,
        "title": row.post.title,
        "unmanned": row.was_unmanned,
        "shifts": [
            {
                "shift": shift.name,
                "present": list(shift.present),
                "away": list(shift.away),
                "unmanned": shift.unmanned,
            }
            for shift in row.shifts
        ],
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Reason("bad-day", f"“{text}”不是日期，应如 2026-11-21。", "day")) from error
