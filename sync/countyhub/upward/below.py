"""Queries on what came from the hubs below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, tuple_, update
from sqlmodel import col

from countyhub.acceptance.tables import EnvelopeRow
from countyhub.database import in_chunks
from countyhub.many_rows import add_rows, insert_if_absent
from countyhub.upward.tables import BelowCaseRow, BelowDocumentRow, BelowEventRow, BelowSumRow
from hubprotocol.digests import EMPTY_HOLDINGS
from hubprotocol.envelope import GENESIS
from hubprotocol.upward import PART_KIND, CarriedDocumentMessage, PartMessage, joined

Key = tuple[str, str]


@dataclass(slots=True)
class BelowCase:
    """A case of a county below as it stands here."""

    origin: str
    case_id: str
    revision: int = 0
    case_hash: str = GENESIS
    state: str = ""
    holder: str = ""
    updated_at: str = ""
    device: str = ""


@dataclass(slots=True)
class BelowSum:
    """What a county's cases add up to here, and what its hub said."""

    origin: str
    device: str
    count: int = 0
    digest: str = EMPTY_HOLDINGS
    told_count: int = 0
    told_digest: str = EMPTY_HOLDINGS
    told_at: str = ""

    @property
    def agrees(self) -> bool:
        """Whether both sides add up to the same."""
        return (self.count, self.digest) == (self.told_count, self.told_digest)


_CASE: Any = tuple(getattr(BelowCaseRow, name) for name in BelowCase.__dataclass_fields__)
_SUM: Any = tuple(getattr(BelowSumRow, name) for name in BelowSum.__dataclass_fields__)
_CARRIER = and_(
    BelowEventRow.county == EnvelopeRow.county,
    col(BelowEventRow.device) == col(EnvelopeRow.device),
    col(BelowEventRow.seq) == col(EnvelopeRow.seq),
)


def case(connection: Connection, key: Key) -> BelowCase | None:
    """Return one case by (origin, case_id)."""
    mine = (col(BelowCaseRow.origin) == key[0]) & (col(BelowCaseRow.case_id) == key[1])
    row = connection.execute(select(*_CASE).where(mine)).first()
    return BelowCase(*row) if row else None


def save_cases(connection: Connection, cases: Sequence[BelowCase]) -> None:
    """Write how cases stand."""
    keys = [(one.origin, one.case_id) for one in cases]
    for chunk in in_chunks(keys):
        mine = tuple_(col(BelowCaseRow.origin), col(BelowCaseRow.case_id)).in_(chunk)
        connection.execute(delete(BelowCaseRow).where(mine))
    add_rows(connection, BelowCaseRow, [asdict(one) for one in cases])


def carried_bodies(connection: Connection, key: Key) -> list[str]:
    """Return the bodies that carried a case's events, in order."""
    return [text for _, text in bodies_from(connection, key, 1)]


def bodies_from(connection: Connection, key: Key, revision: int) -> list[tuple[int, str]]:
    """Return (revision, body) of a case's events from a revision on."""
    mine = and_(
        col(BelowEventRow.origin) == key[0],
        col(BelowEventRow.case_id) == key[1],
        col(BelowEventRow.revision) >= revision,
    )
    columns = (col(BelowEventRow.revision), col(EnvelopeRow.device), col(EnvelopeRow.seq))
    query = select(*columns, col(EnvelopeRow.kind), col(EnvelopeRow.body)).join(EnvelopeRow, _CARRIER)
    rows = connection.execute(query.where(mine).order_by(col(BelowEventRow.revision))).all()
    return [(row.revision, _text(connection, row)) for row in rows]


def _text(connection: Connection, row: Any) -> str:
    body = bytes(row.body).decode()
    if row.kind != PART_KIND:
        return body
    last = PartMessage.model_validate_json(body)
    return joined(parts_before(connection, row.device, row.seq, last))[1]


def parts_before(connection: Connection, device: str, seq: int, last: PartMessage) -> list[PartMessage]:
    """Return all parts of a body by the place and content of its last one."""
    mine = (col(EnvelopeRow.device) == device) & col(EnvelopeRow.seq).between(seq - last.index, seq)
    rows = connection.execute(select(col(EnvelopeRow.body)).where(mine).order_by(col(EnvelopeRow.seq)))
    return [PartMessage.model_validate_json(bytes(row.body)) for row in rows]


def add_events(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Append events, rows of `BelowEventRow`."""
    add_rows(connection, BelowEventRow, rows)


def drop_events(connection: Connection, key: Key) -> None:
    """Forget a case's events: its hub tells the case anew. The envelopes that carried them stay."""
    mine = (col(BelowEventRow.origin) == key[0]) & (col(BelowEventRow.case_id) == key[1])
    connection.execute(delete(BelowEventRow).where(mine))


def add_document(connection: Connection, message: CarriedDocumentMessage) -> None:
    """Write a version of a document; told anew by a hub that changed its key, it has that key's signature."""
    row = message.model_dump()
    insert_if_absent(connection, BelowDocumentRow, [row])
    mine = and_(
        col(BelowDocumentRow.origin) == message.origin,
        col(BelowDocumentRow.name) == message.name,
        col(BelowDocumentRow.version) == message.version,
    )
    connection.execute(update(BelowDocumentRow).where(mine).values(**row))


def document(connection: Connection, origin: str, name: str, version: str) -> str:
    """Return the body of a version that is here."""
    mine = and_(
        col(BelowDocumentRow.origin) == origin,
        col(BelowDocumentRow.name) == name,
        col(BelowDocumentRow.version) == version,
    )
    return connection.execute(select(col(BelowDocumentRow.body)).where(mine)).scalar_one()


def versions_of(connection: Connection, origin: str, name: str) -> list[str]:
    """Return the versions of a county's document, the newest first."""
    mine = (col(BelowDocumentRow.origin) == origin) & (col(BelowDocumentRow.name) == name)
    newest = select(col(BelowDocumentRow.version)).where(mine).order_by(col(BelowDocumentRow.number).desc())
    return list(connection.execute(newest).scalars())


def newest_document(connection: Connection, origin: str, name: str) -> str:
    """Return the body of the newest version of a document, empty when there is none."""
    found = versions_of(connection, origin, name)
    return document(connection, origin, name, found[0]) if found else ""


def sum_of(connection: Connection, origin: str) -> BelowSum | None:
    """Return what a county adds up to."""
    row = connection.execute(select(*_SUM).where(col(BelowSumRow.origin) == origin)).first()
    return BelowSum(*row) if row else None


def sums(connection: Connection) -> list[BelowSum]:
    """Return what each county adds up to."""
    return [BelowSum(*row) for row in connection.execute(select(*_SUM).order_by(col(BelowSumRow.origin)))]


def save_sums(connection: Connection, changed: Iterable[BelowSum]) -> None:
    """Write sums."""
    for one in changed:
        connection.execute(delete(BelowSumRow).where(col(BelowSumRow.origin) == one.origin))
        connection.execute(insert(BelowSumRow), asdict(one))


def faults(connection: Connection) -> dict[str, int]:
    """Return how many events of each county do not prove to be genuine."""
    query = select(col(BelowEventRow.origin), func.count()).where(col(BelowEventRow.fault) != "")
    return {row[0]: row[1] for row in connection.execute(query.group_by(col(BelowEventRow.origin)))}


def not_told_again(connection: Connection) -> dict[str, int]:
    """Return how many cases of each county its present hub has not told: it was restored from an old backup."""
    same = (BelowCaseRow.county == BelowSumRow.county) & (col(BelowCaseRow.origin) == col(BelowSumRow.origin))
    query = select(col(BelowCaseRow.origin), func.count()).join(BelowSumRow, same)
    query = query.where(col(BelowCaseRow.device) != col(BelowSumRow.device))
    return {row[0]: row[1] for row in connection.execute(query.group_by(col(BelowCaseRow.origin)))}
