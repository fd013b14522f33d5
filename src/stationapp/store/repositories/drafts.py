"""Unfinished intakes, so that a power cut takes no typing away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.moments import from_micros, to_micros
from stationapp.store.records.events import Moment
from stationapp.store.records.station import DraftSummary
from stationapp.store.repositories.base import Prepared, Repository
from stationapp.store.tables import DraftRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(DraftRow)
_GET = select(_TABLE.c.body).where(_TABLE.c.draft_id == bindparam("wanted"))
_LIST = select(_TABLE).order_by(_TABLE.c.at.desc(), _TABLE.c.draft_id)
_INSERT = insert(_TABLE)
_SAVE = _INSERT.on_conflict_do_update(
    ["draft_id"], set_={"body": _INSERT.excluded.body, "at": _INSERT.excluded.at}
)
_DELETE = Prepared(delete(_TABLE).where(_TABLE.c.draft_id == bindparam("wanted")))


class DraftQueries(Repository):
    """Reads drafts."""

    def get(self, draft_id: str) -> dict[str, Any] | None:
        """Return a draft's content."""
        body = self._connection.execute(_GET, {"wanted": draft_id}).scalar()
        return None if body is None else dict(json.loads(body))

    def list(self) -> list[DraftSummary]:
        """Return all drafts, the one saved last first."""
        rows = self._connection.execute(_LIST)
        return [DraftSummary(row.draft_id, from_micros(row.at), json.loads(row.body)) for row in rows]


class Drafts(DraftQueries):
    """Keeps drafts."""

    def save(self, draft_id: str, body: Mapping[str, Any], at: Moment) -> None:
        """Keep a draft in place of its earlier content; `body` holds JSON values."""
        values = {"draft_id": draft_id, "body": json.dumps(body, ensure_ascii=False), "at": to_micros(at)}
        self._connection.execute(_SAVE, values)

    def delete(self, draft_id: str) -> None:
        """Forget a draft; nothing happens where there is none."""
        _DELETE.run(self._connection, {"wanted": draft_id})
