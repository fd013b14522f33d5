"""Queries on reference documents."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from countyhub.many_rows import insert_if_absent
from countyhub.references.tables import ReferenceHeadRow, ReferenceRow


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a reference document; `body` is JSON text, `signature` 128 hex digits."""

    name: str
    version: str
    body: str
    signature: str


_VERSIONS = select(col(ReferenceHeadRow.name), col(ReferenceHeadRow.version))


def versions(connection: Connection) -> dict[str, str]:
    """Return the version in force of each document."""
    return {row.name: row.version for row in connection.execute(_VERSIONS)}


def load(connection: Connection, name: str, version: str) -> Document | None:
    """Return one version of a document."""
    one = (col(ReferenceRow.name) == name) & (col(ReferenceRow.version) == version)
    row = connection.execute(select(col(ReferenceRow.body), col(ReferenceRow.signature)).where(one)).first()
    return Document(name, version, row.body, row.signature) if row else None


def lock_number(connection: Connection, name: str) -> int:
    """Return how often a document was published, and keep others from publishing it meanwhile."""
    insert_if_absent(connection, ReferenceHeadRow, [{"name": name, "number": 0, "version": ""}])
    head = select(col(ReferenceHeadRow.number)).where(col(ReferenceHeadRow.name) == name)
    return connection.execute(head.with_for_update()).scalar_one()


def add(connection: Connection, document: Document, number: int, at: str) -> None:
    """Write a version and put it in force; the caller holds the lock."""
    row = {"name": document.name, "version": document.version, "number": number, "body": document.body}
    connection.execute(insert(ReferenceRow), {**row, "signature": document.signature, "published_at": at})
    head = update(ReferenceHeadRow).where(col(ReferenceHeadRow.name) == document.name)
    connection.execute(head.values(number=number, version=document.version))


def set_signature(connection: Connection, name: str, version: str, signature: str) -> None:
    """Write another signature under a version."""
    one = (col(ReferenceRow.name) == name) & (col(ReferenceRow.version) == version)
    connection.execute(update(ReferenceRow).where(one).values(signature=signature))


def published(connection: Connection, name: str) -> list[tuple[str, str]]:
    """Return version and time of publication of a document, the newest first."""
    mine = select(col(ReferenceRow.version), col(ReferenceRow.published_at)).where(
        col(ReferenceRow.name) == name
    )
    newest_first = mine.order_by(col(ReferenceRow.number).desc())
    return [(row.version, row.published_at) for row in connection.execute(newest_first)]


def everything(connection: Connection) -> list[Document]:
    """Return every version of every document in the order of publication."""
    columns = (
        col(ReferenceRow.name),
        col(ReferenceRow.version),
        col(ReferenceRow.body),
        col(ReferenceRow.signature),
    )
    ordered = select(*columns).order_by(col(ReferenceRow.name), col(ReferenceRow.number))
    return [Document(row.name, row.version, row.body, row.signature) for row in connection.execute(ordered)]


def stored(connection: Connection, name: str, version: str) -> Document:
    """Return a version that is here for sure: none is ever removed. Raises LookupError otherwise."""
    found = load(connection, name, version)
    if found is None:
        raise LookupError(f"no version {version} of {name}")
    return found


def numbered(connection: Connection) -> list[tuple[str, str, int]]:
    """Return (name, version, number) of every version of every document in the order of publication."""
    columns = (col(ReferenceRow.name), col(ReferenceRow.version), col(ReferenceRow.number))
    ordered = select(*columns).order_by(col(ReferenceRow.name), col(ReferenceRow.number))
    return [(row[0], row[1], row[2]) for row in connection.execute(ordered)]
