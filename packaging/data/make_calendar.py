"""Write resources/calendar/cn-workdays.json from the tables of the chinesecalendar package (MIT).

Usage: python packaging/data/make_calendar.py [--check]
With --check nothing is written; the exit code is 1 when the file on disk differs from what would be written.
Run it again whenever a release of the package brings the notice for another year.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib.metadata import version
from pathlib import Path

from chinese_calendar import constants

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "resources" / "calendar" / "cn-workdays.json"

sys.path.insert(0, str(ROOT / "src"))

from stationapp.domain.calendar import WorkCalendar, to_mapping


def published_calendar() -> WorkCalendar:
    """The calendar of all years for which the package holds a State Council notice."""
    years = sorted({day.year for day in constants.holidays})
    return WorkCalendar(
        version=f"cn-{years[-1]}.1",
        years=range(years[0], years[-1] + 1),
        days_off=frozenset(constants.holidays),
        make_up_workdays=frozenset(constants.workdays),
    )


def rendered() -> str:
    """The JSON text of the file, with where its facts come from."""
    heading = {
        "title": "全国法定节假日与调休上班日",
        "source": "国务院办公厅历年节假日安排通知",
        "compiled_from": f"chinesecalendar {version('chinesecalendar')}",
        "licence": "MIT",
    }
    return json.dumps(heading | to_mapping(published_calendar()), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    if parser.parse_args().check:
        return 0 if TARGET.read_text(encoding="utf-8") == rendered() else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(rendered(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
