"""Queries on changes of the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlmodel import col

from countyhub.catalogue.tables import CatalogueChangeRow, CatalogueStepRow
from countyhub.many_rows import add_rows
from stationapp.domain.catalogue_changes import CatalogueChange, ChangeState, Step
from stationapp.domain.catalogue_codec import item_from_mapping, item_to_mapping
from stationapp.domain.material_dictionary import dictionary_from_mapping, dictionary_to_mapping


def next_number(connection: Connection) -> int:
    """Return the number of the next change; the caller holds the lock on the catalogue."""
    return (connection.execute(select(func.max(col(CatalogueChangeRow.number)))).scalar() or 0) + 1


def add(connection: Connection, change: CatalogueChange) -> None:
    """Write a change and its first steps."""
    connection.execute(insert(CatalogueChangeRow), {"number": change.number, **_columns(change)})
    _add_steps(connection, change, 0)


def save(connection: Connection, change: CatalogueChange) -> None:
    """Write what an act made of a change; its earlier steps stay as they are."""
    mine = col(CatalogueStepRow.change_number) == change.number
    known = connection.execute(select(func.count()).select_from(CatalogueStepRow).where(mine)).scalar_one()
    this = col(CatalogueChangeRow.number) == change.number
    connection.execute(update(CatalogueChangeRow).where(this).values(**_columns(change)))
    _add_steps(connection, change, known)


def _add_steps(connection: Connection, change: CatalogueChange, known: int) -> None:
    rows = [
        {
            "change_number": change.number,
            "number": number,
            "act": step.act,
            "person_id": step.person_id,
            "at": step.at,
            "note": step.note,
        }
        for number, step in enumerate(change.steps[known:], start=known + 1)
    ]
    add_rows(connection, CatalogueStepRow, rows)


def _columns(change: CatalogueChange) -> dict[str, Any]:
    body: dict[str, Any] = {"items": [item_to_mapping(item) for item in change.items]}
    if change.dictionary is not None:
        body["dictionary"] = dictionary_to_mapping(change.dictionary)
    return {
        "state": str(change.state),
        "reason": change.reason,
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "published_as": change.published_as,
    }


def load(connection: Connection, number: int) -> CatalogueChange | None:
    """Return one change with its steps."""
    found = _load(connection, select(CatalogueChangeRow).where(col(CatalogueChangeRow.number) == number))
    return found[0] if found else None


def everything(connection: Connection) -> list[CatalogueChange]:
    """Return every change, the newest first."""
    return _load(connection, select(CatalogueChangeRow).order_by(col(CatalogueChangeRow.number).desc()))


def _load(connection: Connection, query: Any) -> list[CatalogueChange]:
    rows = connection.execute(query).all()
    wanted = col(CatalogueStepRow.change_number).in_([row.number for row in rows])
    ordered = select(CatalogueStepRow).where(wanted).order_by(col(CatalogueStepRow.number))
    steps: dict[int, list[Step]] = {}
    for row in connection.execute(ordered):
        steps.setdefault(row.change_number, []).append(Step(row.act, row.person_id, row.at, row.note))
    return [_change(row, tuple(steps.get(row.number, ()))) for row in rows]


def _change(row: Any, steps: tuple[Step, ...]) -> CatalogueChange:
    body: Mapping[str, Any] = json.loads(row.body)
    return CatalogueChange(
        row.number,
        ChangeState(row.state),
        row.reason,
        tuple(item_from_mapping(item) for item in body["items"]),
        steps,
        dictionary_from_mapping(body["dictionary"]) if "dictionary" in body else None,
        row.published_as,
    )
