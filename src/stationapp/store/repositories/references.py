"""The county's published documents, every version ever received: events are judged under the one they name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.moments import from_micros, to_micros
from stationapp.store.records.events import Moment
from stationapp.store.records.station import Reference
from stationapp.store.repositories.base import AnyRow, Repository
from stationapp.store.repositories.calendar_in_force import CALENDAR
from stationapp.store.repositories.projections import Projections
from stationapp.store.tables import ReferenceRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(ReferenceRow)
_COLUMNS = (_TABLE.c.name, _TABLE.c.version, _TABLE.c.body, _TABLE.c.signature)
_OF_NAME = select(*_COLUMNS).where(_TABLE.c.name == bindparam("wanted"))
_GET = _OF_NAME.order_by(_TABLE.c.received.desc()).limit(1)
_GET_VERSION = _OF_NAME.where(_TABLE.c.version == bindparam("wanted_version"))
_LATEST = select(func.max(_TABLE.c.received)).group_by(_TABLE.c.name)
_VERSIONS = select(_TABLE.c.name, _TABLE.c.version).where(_TABLE.c.received.in_(_LATEST))
_RECEIVED = (
    select(_TABLE.c.version, _TABLE.c.at)
    .where(_TABLE.c.name == bindparam("wanted"))
    .order_by(_TABLE.c.received.desc())
)
_FORGET = delete(_TABLE).where(
    _TABLE.c.name == bindparam("wanted"), _TABLE.c.version == bindparam("wanted_version")
)
_PUT = insert(_TABLE)


class ReferenceQueries(Repository):
    """Reads published documents."""

    def get(self, name: str) -> Reference | None:
        """Return the version in force: the one received last."""
        return _reference(self._connection.execute(_GET, {"wanted": name}).one_or_none())

    def get_version(self, name: str, version: str) -> Reference | None:
        """Return that version, however old."""
        asked = {"wanted": name, "wanted_version": version}
        return _reference(self._connection.execute(_GET_VERSION, asked).one_or_none())

    def received(self, name: str) -> list[tuple[str, datetime]]:
        """Return every version of a document that is here and when it came, the newest first."""
        rows = self._connection.execute(_RECEIVED, {"wanted": name})
        return [(row.version, from_micros(row.at)) for row in rows]

    def versions(self) -> dict[str, str]:
        """Return the version in force of every document."""
        return {row.name: row.version for row in self._connection.execute(_VERSIONS)}


class References(ReferenceQueries):
    """Keeps published documents."""

    def put(self, name: str, version: str, body: str, signature: str, at: Moment) -> None:
        """Keep a version and put it in force. The same version again replaces it: the hub judges by its own.

        With a calendar the due days that rest on it are counted anew.
        """
        row = {"name": name, "version": version, "body": body, "signature": signature, "at": to_micros(at)}
        known = self._connection.execute(_GET, {"wanted": name}).one_or_none()
        if known is not None and tuple(known) == (name, version, body, signature):
            return
        self._connection.execute(_FORGET, {"wanted": name, "wanted_version": version})
        self._connection.execute(_PUT, row)
        if name == CALENDAR:
            Projections(self._connection).renew_moving_dues()


def _reference(row: AnyRow | None) -> Reference | None:
    return Reference(*row) if row is not None else None
