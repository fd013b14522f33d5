"""Queries on courier files, answers and pieces."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlmodel import col

from countyhub.acceptance.tables import CaseEventRow, CaseRow
from countyhub.attachments.tables import CaseAttachmentRow
from countyhub.courier.tables import CourierAnswerRow, CourierFileRow, CourierPieceRow, CourierSpoolRow
from countyhub.database import in_chunks
from countyhub.many_rows import insert_if_absent

BEING_WRITTEN = "-"


@dataclass(frozen=True, slots=True)
class Noted:
    """What is known of a file that came before."""

    device: str
    number: int
    taking: str
    answer: str
    at: str


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file in pieces; `carrier` is empty for an answer, `BEING_WRITTEN` for one that is not finished."""

    hash: str
    size: int
    carrier: str
    manifest: str


def noted(connection: Connection, file_hash: str) -> Noted | None:
    """Return what is known of a file."""
    columns = (col(CourierFileRow.device), col(CourierFileRow.number), col(CourierFileRow.taking))
    more = (col(CourierFileRow.answer), col(CourierFileRow.at))
    one = select(*columns, *more).where(col(CourierFileRow.hash) == file_hash)
    row = connection.execute(one).first()
    return Noted(*row) if row else None


def note(connection: Connection, file_hash: str, device: str, number: int, taking: str, at: str) -> None:
    """Write what became of a file."""
    row = {"device": device, "number": number, "hash": file_hash, "taking": taking, "at": at, "answer": ""}
    insert_if_absent(connection, CourierFileRow, [row])
    connection.execute(
        update(CourierFileRow).where(col(CourierFileRow.hash) == file_hash).values(taking=taking)
    )


def note_answer(connection: Connection, file_hash: str, answer: str) -> None:
    """Write which answer belongs to a file."""
    mine = col(CourierFileRow.hash) == file_hash
    connection.execute(update(CourierFileRow).where(mine).values(answer=answer))


def last_answer(connection: Connection, device: str) -> tuple[int, str]:
    """Return number and hash of the last answer written for a device, 0 and empty for none."""
    columns = (col(CourierAnswerRow.number), col(CourierAnswerRow.hash))
    row = connection.execute(select(*columns).where(col(CourierAnswerRow.device) == device)).first()
    return (row.number, row.hash) if row else (0, "")


def save_answer(connection: Connection, device: str, number: int, answer: str, at: str) -> str:
    """Write the newest answer of a device; return the hash of the one before, empty for none."""
    insert_if_absent(connection, CourierAnswerRow, [CourierAnswerRow(device=device).model_dump()])
    _, before = last_answer(connection, device)
    mine = col(CourierAnswerRow.device) == device
    connection.execute(update(CourierAnswerRow).where(mine).values(number=number, hash=answer, at=at))
    return before


def spooled(connection: Connection, file_hash: str) -> Spooled | None:
    """Return a file in pieces."""
    columns = (col(CourierSpoolRow.hash), col(CourierSpoolRow.size), col(CourierSpoolRow.carrier))
    one = select(*columns, col(CourierSpoolRow.manifest)).where(col(CourierSpoolRow.hash) == file_hash)
    row = connection.execute(one).first()
    return Spooled(*row) if row else None


def begin_spool(connection: Connection, spool: Spooled, at: str) -> None:
    """Begin a file in pieces, unless it was begun before."""
    row = {"hash": spool.hash, "size": spool.size, "carrier": spool.carrier, "manifest": spool.manifest}
    insert_if_absent(connection, CourierSpoolRow, [row | {"begun_at": at}])


def note_progress(connection: Connection, file_hash: str, at: str) -> None:
    """Write that a file in pieces moved on."""
    mine = col(CourierSpoolRow.hash) == file_hash
    connection.execute(update(CourierSpoolRow).where(mine).values(begun_at=at))


def take_over(connection: Connection, file_hash: str, carrier: str, before: str, at: str) -> None:
    """Give a file on its way up to another carrier, with its pieces, unless it moved since a moment."""
    is_anothers = col(CourierSpoolRow.carrier).not_in(("", BEING_WRITTEN, carrier))
    mine = (col(CourierSpoolRow.hash) == file_hash) & (col(CourierSpoolRow.begun_at) < before)
    connection.execute(update(CourierSpoolRow).where(mine, is_anothers).values(carrier=carrier, begun_at=at))


def spools_of(connection: Connection, carrier: str) -> list[str]:
    """Return the files a carrier has under way, first what moved on last."""
    mine = select(col(CourierSpoolRow.hash)).where(col(CourierSpoolRow.carrier) == carrier)
    newest = mine.order_by(col(CourierSpoolRow.begun_at).desc(), col(CourierSpoolRow.hash))
    return list(connection.execute(newest).scalars())


def stale_spools(connection: Connection, before: str) -> list[str]:
    """Return the files that did not move on since a time."""
    old = select(col(CourierSpoolRow.hash)).where(col(CourierSpoolRow.begun_at) < before)
    return list(connection.execute(old.order_by(col(CourierSpoolRow.hash))).scalars())


def drop_spool(connection: Connection, file_hash: str) -> None:
    """Forget a file in pieces."""
    connection.execute(delete(CourierPieceRow).where(col(CourierPieceRow.hash) == file_hash))
    connection.execute(delete(CourierSpoolRow).where(col(CourierSpoolRow.hash) == file_hash))


def add_piece(connection: Connection, file_hash: str, place: int, data: bytes) -> None:
    """Keep a piece; one that is there already stays."""
    insert_if_absent(connection, CourierPieceRow, [{"hash": file_hash, "place": place, "data": data}])


def add_fresh_piece(connection: Connection, file_hash: str, place: int, data: bytes) -> None:
    """Keep a piece of a file nobody else writes."""
    connection.execute(insert(CourierPieceRow), {"hash": file_hash, "place": place, "data": data})


def piece(connection: Connection, file_hash: str, place: int) -> bytes | None:
    """Return a piece."""
    one = (col(CourierPieceRow.hash) == file_hash) & (col(CourierPieceRow.place) == place)
    data = connection.execute(select(col(CourierPieceRow.data)).where(one)).scalar()
    return None if data is None else bytes(data)


def first_missing(connection: Connection, file_hash: str) -> int:
    """Return the first piece that is not there, counting from 0."""
    mine = col(CourierPieceRow.hash) == file_hash
    count = connection.execute(select(func.count()).select_from(CourierPieceRow).where(mine)).scalar_one()
    last = connection.execute(select(func.max(col(CourierPieceRow.place))).where(mine)).scalar()
    if count and last == count - 1:
        return int(count)
    there = set(connection.execute(select(col(CourierPieceRow.place)).where(mine)).scalars())
    return next(place for place in range(len(there) + 1) if place not in there)


def attachments_at(
    connection: Connection, case_ids: list[str], desks: tuple[str, ...], device: str
) -> set[str]:
    """Return attachments of those cases that one of the desks holds or will hold, unless the device opened them.

    What a device opened it has scanned itself.
    """
    found: set[str] = set()
    for chunk in in_chunks(case_ids):
        here = col(CaseRow.holder).in_(desks) | col(CaseRow.addressed_to).in_(desks)
        refers = (
            (col(CaseAttachmentRow.case_id) == col(CaseRow.case_id)) & col(CaseRow.case_id).in_(chunk) & here
        )
        opened = (col(CaseEventRow.case_id) == col(CaseRow.case_id)) & (col(CaseEventRow.revision) == 1)
        query = (
            select(col(CaseAttachmentRow.sha256))
            .join(CaseRow, refers)
            .join(CaseEventRow, opened)
            .where(col(CaseEventRow.device) != device)
        )
        found |= set(connection.execute(query).scalars())
    return found


def rename_pieces(connection: Connection, passing: str, file_hash: str) -> None:
    """Give the pieces of a file their name, once its hash is known."""
    mine = col(CourierPieceRow.hash) == passing
    connection.execute(update(CourierPieceRow).where(mine).values(hash=file_hash))
