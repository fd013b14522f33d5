"""Queries on what is sealed for the hub above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, literal, select, tuple_, update
from sqlmodel import col

from countyhub.acceptance.tables import CaseRow
from countyhub.database import in_chunks
from countyhub.many_rows import add_rows, insert_if_absent
from countyhub.upward.below import Key
from countyhub.upward.tables import (
    BelowCaseRow,
    BelowDocumentRow,
    LinkRow,
    OutgoingRow,
    SealedCaseRow,
    SealedDocumentRow,
    SealedSumRow,
)
from hubprotocol.digests import EMPTY_HOLDINGS
from hubprotocol.envelope import GENESIS, Envelope


@dataclass(frozen=True, slots=True)
class Link:
    """The hub above and how far its chain is: sealed, acknowledged, in a backup there. `seed` is hex."""

    url: str
    authority: str
    device: str
    seed: str
    hub_public: str
    enrolled_at: str
    seq: int = 0
    hash: str = GENESIS
    acknowledged: int = 0
    durable: int = 0
    trouble: str = ""
    refused: int = 0


@dataclass(slots=True)
class SealedSum:
    """What the sealed cases of a county add up to."""

    origin: str
    count: int = 0
    digest: str = EMPTY_HOLDINGS


@dataclass(frozen=True, slots=True)
class Pending:
    """A case with more events than are sealed: those after `sealed` up to `revision`; `part` is its old part."""

    origin: str
    case_id: str
    revision: int
    case_hash: str
    sealed: int
    part: str


_LINK: Any = tuple(getattr(LinkRow, one.name) for one in fields(Link))


def link(connection: Connection) -> Link | None:
    """Return the link, None for a hub that has no other above."""
    row = connection.execute(select(*_LINK)).first()
    return Link(*row) if row else None


def locked_link(connection: Connection) -> Link:
    """Return the link that is there, and keep others from changing it until the transaction ends."""
    return Link(*connection.execute(select(*_LINK).with_for_update()).one())


def begin(connection: Connection, new: Link) -> None:
    """Begin with a new link: all that was sealed for the last one is told again."""
    for table in (LinkRow, OutgoingRow, SealedCaseRow, SealedDocumentRow, SealedSumRow):
        connection.execute(delete(table))
    connection.execute(insert(LinkRow), asdict(new))


def change(connection: Connection, now: Link, **values: Any) -> Link:
    """Write new values of the link and return it with them."""
    connection.execute(update(LinkRow).values(**values))
    return replace(now, **values)


def add_envelopes(connection: Connection, envelopes: Sequence[Envelope]) -> None:
    """Append sealed envelopes."""
    rows = [
        {
            "seq": one.seq,
            "prev": one.prev,
            "hash": one.hash,
            "kind": one.kind,
            "body": one.body.encode(),
            "signature": one.signature,
        }
        for one in envelopes
    ]
    add_rows(connection, OutgoingRow, rows)


def envelopes_after(connection: Connection, device: str, seq: int, limit: int) -> list[Envelope]:
    """Return envelopes behind a place, in order."""
    query = select(OutgoingRow).where(col(OutgoingRow.seq) > seq).order_by(col(OutgoingRow.seq)).limit(limit)
    return [
        Envelope(device, row.seq, row.prev, row.kind, bytes(row.body).decode(), row.signature)
        for row in connection.execute(query)
    ]


def hash_at(connection: Connection, seq: int) -> str | None:
    """Return the hash of an envelope that is still here."""
    return connection.execute(select(col(OutgoingRow.hash)).where(col(OutgoingRow.seq) == seq)).scalar()


def forget(connection: Connection, upto: int) -> None:
    """Drop what the hub above has in a backup, but the last of it: the next one follows its hash."""
    connection.execute(delete(OutgoingRow).where(col(OutgoingRow.seq) < upto))


def pending_own(connection: Connection, origin: str, limit: int) -> list[Pending]:
    """Return the hub's own cases that moved on, those first that were changed first."""
    sealed = and_(
        SealedCaseRow.county == CaseRow.county,
        col(SealedCaseRow.case_id) == col(CaseRow.case_id),
        col(SealedCaseRow.origin) == origin,
    )
    columns = (literal(origin), col(CaseRow.case_id), col(CaseRow.revision), col(CaseRow.case_hash))
    return _pending(connection, CaseRow, columns, sealed, limit)


def pending_below(connection: Connection, limit: int) -> list[Pending]:
    """Return the cases from below that moved on."""
    sealed = and_(
        SealedCaseRow.county == BelowCaseRow.county,
        col(SealedCaseRow.case_id) == col(BelowCaseRow.case_id),
        col(SealedCaseRow.origin) == col(BelowCaseRow.origin),
    )
    columns = tuple(getattr(BelowCaseRow, name) for name in ("origin", "case_id", "revision", "case_hash"))
    return _pending(connection, BelowCaseRow, columns, sealed, limit)


def _pending(connection: Connection, table: Any, columns: Any, sealed: Any, limit: int) -> list[Pending]:
    done = func.coalesce(col(SealedCaseRow.revision), 0)
    query = select(*columns, done, func.coalesce(col(SealedCaseRow.part), EMPTY_HOLDINGS))
    query = query.select_from(table).outerjoin(SealedCaseRow, sealed).where(table.revision > done)
    ordered = query.order_by(table.updated_at, table.case_id).limit(limit)
    return [Pending(*tuple(row)) for row in connection.execute(ordered)]


def seal_cases(connection: Connection, cases: Sequence[Pending], parts: Sequence[str]) -> None:
    """Note that cases are sealed up to their revisions."""
    keys: list[Key] = [(one.origin, one.case_id) for one in cases]
    for chunk in in_chunks(keys):
        mine = tuple_(col(SealedCaseRow.origin), col(SealedCaseRow.case_id)).in_(chunk)
        connection.execute(delete(SealedCaseRow).where(mine))
    rows = [
        {"origin": one.origin, "case_id": one.case_id, "revision": one.revision, "part": part}
        for one, part in zip(cases, parts, strict=True)
    ]
    add_rows(connection, SealedCaseRow, rows)


def sealed_documents(connection: Connection) -> set[tuple[str, str, str]]:
    """Return (origin, name, version) of what is sealed."""
    columns = (col(SealedDocumentRow.origin), col(SealedDocumentRow.name), col(SealedDocumentRow.version))
    return {(row[0], row[1], row[2]) for row in connection.execute(select(*columns))}


def seal_documents(connection: Connection, keys: Iterable[tuple[str, str, str]]) -> None:
    """Note that documents are sealed."""
    rows = [dict(zip(("origin", "name", "version"), key, strict=True)) for key in keys]
    insert_if_absent(connection, SealedDocumentRow, rows)


def documents_below(connection: Connection) -> list[tuple[str, str, str, int]]:
    """Return (origin, name, version, number) of every document from below, in the order of their numbers."""
    names = ("origin", "name", "version", "number")
    columns: Any = tuple(getattr(BelowDocumentRow, name) for name in names)
    ordered = select(*columns).order_by(*columns[:2], columns[3])
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(ordered)]


def document_below(connection: Connection, key: tuple[str, str, str]) -> Any:
    """Return one document from below, a row of `BelowDocumentRow`."""
    mine = and_(
        col(BelowDocumentRow.origin) == key[0],
        col(BelowDocumentRow.name) == key[1],
        col(BelowDocumentRow.version) == key[2],
    )
    return connection.execute(select(BelowDocumentRow).where(mine)).one()


def sums(connection: Connection) -> dict[str, SealedSum]:
    """Return the sums of what is sealed, by county."""
    columns = (col(SealedSumRow.origin), col(SealedSumRow.count), col(SealedSumRow.digest))
    return {row[0]: SealedSum(*row) for row in connection.execute(select(*columns))}


def save_sum(connection: Connection, one: SealedSum) -> None:
    """Write a sum."""
    connection.execute(delete(SealedSumRow).where(col(SealedSumRow.origin) == one.origin))
    connection.execute(insert(SealedSumRow), asdict(one))
