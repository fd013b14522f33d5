"""Reading the whole log and the health of the file, for verifying them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import bindparam, select, text, union

from stationapp.store.records.events import StoredEvent
from stationapp.store.repositories.base import Repository
from stationapp.store.repositories.chain import OWN
from stationapp.store.repositories.event_queries import EVENTS, stored_event
from stationapp.store.tables import SetAsideRow
from stationapp.store.tables.base import table_of

_E, _A = EVENTS.c, table_of(SetAsideRow).c
_ALL = select(EVENTS).order_by(_E.id)
_CHAINS = union(
    select(_E.device, _E.seq, _E.prev, _E.hash).where(OWN),
    select(_A.device, _A.seq, _A.prev, _A.hash),
).order_by("device", "seq")
_CONFIRMED = (
    select(_E.case_key, _E.revision, _E.hash)
    .where(text("status = 'confirmed'"))
    .order_by(_E.case_key, _E.revision)
)
_OWN_WITH = (
    select(EVENTS).where(OWN, text("instr(body, :fact) > 0").bindparams(bindparam("fact"))).order_by(_E.id)
)
_CASE_IDS = text("SELECT key, case_id FROM case_key")
_QUICK_CHECK = text("PRAGMA quick_check")


class InspectionQueries(Repository):
    """Yields everything there is, in few and long reads."""

    def events(self) -> Iterator[tuple[StoredEvent, str]]:
        """Yield every event, refused ones too, with the envelope's hash as it was noted."""
        for row in self._connection.execute(_ALL):
            yield stored_event(row), row.hash

    def own_events_naming(self, fact: str) -> Iterator[StoredEvent]:
        """Yield every own event, refused ones too, in whose facts a name may occur, in the order of their making."""
        for row in self._connection.execute(_OWN_WITH, {"fact": f'"{fact}"'}):
            yield stored_event(row)

    def own_links(self) -> Iterator[tuple[str, int, str, str]]:
        """Yield device, seq, prev and hash of every own envelope, device by device, in order."""
        for row in self._connection.execute(_CHAINS):
            yield row[0], row[1], row[2], row[3]

    def confirmed(self) -> dict[str, list[tuple[int, str]]]:
        """Return for every case (by id) revision and envelope hash of its confirmed events, in order."""
        ids = {row.key: row.case_id for row in self._connection.execute(_CASE_IDS)}
        found: dict[str, list[tuple[int, str]]] = {}
        for key, revision, envelope_hash in self._connection.execute(_CONFIRMED):
            found.setdefault(ids[key], []).append((revision, envelope_hash))
        return found

    def file_complaints(self) -> list[str]:
        """Return what SQLite finds wrong with the file; nothing for a sound one."""
        answers = [str(answer) for answer in self._connection.execute(_QUICK_CHECK).scalars()]
        return [answer for answer in answers if answer != "ok"]
