"""The due dates at the head of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from county_at_work import County, draft
from small_county import VILLAGE_ITEM
from stationapp.domain.due_dates import CurrentDue
from stationapp.services import intake
from stationapp.services.case_details import details
from stationapp.ui.case.head import due_lines
from stationapp.ui.words import Tone

MOVED = CurrentDue(date(2027, 1, 18), False, "cn-2027.1", was=date(2027, 1, 8))
PROVISIONAL = CurrentDue(date(2027, 1, 8), True, "cn-2026.1")


def test_a_date_that_has_moved_says_what_it_was(tmp_path: Path) -> None:
    county = County(tmp_path)
    case, _ = intake.receive(county.at("agent"), draft(VILLAGE_ITEM))
    shown = details(county.at("agent"), case.case_id)
    assert due_lines(shown, date(2027, 1, 4)) == []
    dues = (("promised_due", MOVED), ("statutory_due", PROVISIONAL))
    assert due_lines(replace(shown, due=dues), date(2027, 1, 4)) == [
        ("承诺办结 2027-01-18 还有14天（原暂定 2027-01-08）", Tone.PLAIN),
        ("法定办结 2027-01-08 还有4天（暂定）", Tone.PLAIN),
    ]
    county.close()
