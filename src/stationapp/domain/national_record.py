"""The lossless half of the exchange: the `ext` record of each event, and the way back from rows to events.

A record is the event's JSON in which every text that stands in a column of the case's rows is replaced by a pointer
to that column, {"$column": "up_pro_accept.applyer_name"}, or {"$column": …, "$row": row_guid} where a table has
several rows. So nothing is told twice, and whoever corrects a column corrects the case that is read back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stationapp.domain.events import CaseEvent, event_from_mapping, event_to_mapping
from stationapp.domain.national_columns import Row
from stationapp.domain.refusal import Reason, Refused

COLUMN, ROW, LITERAL = "$column", "$row", "$literal"
_SIGNS = frozenset({COLUMN, ROW, LITERAL})

# Only columns that hold what somebody wrote; a code or a date that happens to look alike is not the same thing.
_POINTED = {
    "up_pro_accept": (
        "applyer_name",
        "applyer_page_code",
        "contact_mobile",
        "address",
        "task_name",
        "local_task_code",
        "accept_doc_no",
        "handle_user_name",
    ),
    "up_pro_process": ("handle_explain", "handle_user_name"),
    "up_pro_result": ("result_cetr_name", "result_cetr_no"),
    "up_pro_material": ("material_name", "material_attach_name"),
}
_SHORTEST = 2  # Characters: a pointer is no shorter than what it points at, and one letter is nobody's name.


def record_of(event: CaseEvent, rows: Iterable[tuple[str, Row]]) -> str:
    """Return an event's record; `rows` are the rows (table, row) it may point into."""
    places: dict[str, dict[str, str]] = {}
    for table, row in rows:
        for column in _POINTED.get(table, ()):
            text = str(row[column])
            if len(text) >= _SHORTEST:
                places.setdefault(text, {COLUMN: f"{table}.{column}", ROW: str(row["row_guid"])})
    return json.dumps(_pointing(event_to_mapping(event), places), ensure_ascii=False, sort_keys=True)


def events_of(tables: Mapping[str, Sequence[Row]]) -> dict[str, tuple[CaseEvent, ...]]:
    """Return the events of every case in the rows, by case id and in order.

    Raises Refused when a record cannot be read or points at a row that is not there.
    """
    rows = {str(row["row_guid"]): row for several in tables.values() for row in several}
    cases: dict[str, list[tuple[int, CaseEvent]]] = {}
    for row in tables.get("ext", ()):
        try:
            event = event_from_mapping(_followed(json.loads(str(row["record"])), rows))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            text = f"扩展信息“{row.get('row_guid', '')}”读不出来，导出文件不完整或被改动过。"
            raise Refused(Reason("bad-record", text, str(row.get("row_guid", "")))) from error
        cases.setdefault(event.case_id, []).append((int(row["place"]), event))
    return {
        case_id: tuple(event for _, event in sorted(placed, key=lambda one: one[0]))
        for case_id, placed in cases.items()
    }


def _pointing(value: Any, places: Mapping[str, Mapping[str, str]]) -> Any:
    if isinstance(value, str):
        return dict(places[value]) if value in places else value
    if isinstance(value, Mapping):
        inner = {name: _pointing(one, places) for name, one in value.items()}
        return {LITERAL: inner} if _SIGNS & value.keys() else inner
    if isinstance(value, list | tuple):
        return [_pointing(one, places) for one in value]
    return value


def _followed(value: Any, rows: Mapping[str, Row]) -> Any:
    if isinstance(value, list):
        return [_followed(one, rows) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {LITERAL}:
        return {name: _followed(one, rows) for name, one in value[LITERAL].items()}
    if COLUMN in value:
        return str(rows[value[ROW]][value[COLUMN].split(".")[1]])
    return {name: _followed(one, rows) for name, one in value.items()}
