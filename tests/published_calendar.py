"""The calendar this project ships, as the notices published it."""

from __future__ import annotations

import json
from pathlib import Path

from stationapp.domain.calendar import WorkCalendar, from_mapping

SHIPPED = Path(__file__).parents[1] / "resources" / "calendar" / "cn-workdays.json"
PUBLISHED: WorkCalendar = from_mapping(json.loads(SHIPPED.read_text(encoding="utf-8")))
