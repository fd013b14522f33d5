"""What is derived from the log and can be dropped and rebuilt: worklists, numbers to search by, batches.

The text search itself is the FTS5 table `case_search`, which SQLModel cannot describe; its migration does.
"""

from __future__ import annotations

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from stationapp.store.tables.base import StoreRow


class CaseRow(StoreRow, table=True):
    """One case as lists show it. Times are microseconds since 1970 UTC, days ISO text, `states` values.

    `kind` tells cases from the services around them, and heads every index. `due_calendar` is the version of the
    calendar a due day that may still move was counted by, NULL for a day that stands. `rectify_by` is the day by which
    a bad rating is to be rectified, NULL where none waits. `marks` are the words of `domain.case_marks`, each with a
    blank before and behind it. `search_text` and `search_numbers` hold, line by line,
    exactly what a search can find (`search_text.py`).
    """

    __tablename__ = "case_row"
    __table_args__ = (
        Index("ix_case_updated", "kind", "updated_at"),
        Index("ix_case_received", "kind", "received_at"),
        Index("ix_case_due", "kind", "due_day", sqlite_where=text("due_day IS NOT NULL")),
        Index("ix_case_due_calendar", "due_calendar", sqlite_where=text("due_calendar IS NOT NULL")),
        Index("ix_case_receipt", "kind", "receipt_number"),
        Index("ix_case_work", "kind", "holder", "state", "updated_at"),
        Index("ix_case_state", "kind", "state", "updated_at"),
        Index(
            "ix_case_addressed", "kind", "addressed_to", "updated_at", sqlite_where=text("addressed_to <> ''")
        ),
        Index("ix_case_attention", "kind", "updated_at", sqlite_where=text("attention = 1")),
        Index("ix_case_priority", "kind", "updated_at", sqlite_where=text("priority = 1")),
        Index("ix_case_rectify", "kind", "updated_at", sqlite_where=text("rectify_by IS NOT NULL")),
        Index("ix_case_marks", "kind", "updated_at", sqlite_where=text("marks <> ''")),
    )

    key: int = Field(primary_key=True, foreign_key="case_key.key")
    case_id: str = Field(sa_type=Text)
    receipt_number: str = Field(sa_type=Text)
    case_number: str = Field(sa_type=Text)
    item_code: str = Field(sa_type=Text)
    item_name: str = Field(sa_type=Text)
    applicant_name: str = Field(sa_type=Text)
    document_kind: str = Field(sa_type=Text)
    document_number: str = Field(sa_type=Text)
    sex: str = Field(sa_type=Text)
    birth_date: str = Field(sa_type=Text)
    phone: str = Field(sa_type=Text)
    address: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    holder: str = Field(sa_type=Text)
    addressed_to: str = Field(sa_type=Text)
    origin: str = Field(sa_type=Text)
    received_at: int
    due_day: str | None = Field(default=None, sa_type=Text)
    due_provisional: bool
    updated_at: int
    pending: int
    refused: int
    confirmed_revision: int
    batch_number: str = Field(sa_type=Text)
    opening_refused: bool
    taken_back: bool
    unknown_moves: int
    attention: bool
    search_text: str = Field(sa_type=Text)
    search_numbers: str = Field(sa_type=Text)
    due_calendar: str | None = Field(default=None, sa_type=Text)
    kind: str = Field(sa_type=Text, sa_column_kwargs={"server_default": text("'case'")})
    priority: bool = Field(sa_column_kwargs={"server_default": text("0")})
    rectify_by: str | None = Field(default=None, sa_type=Text)
    marks: str = Field(sa_type=Text, sa_column_kwargs={"server_default": text("''")})


class CaseNumberRow(StoreRow, table=True):
    """A number by which a case is found: `token` is compact, and reversed where `kind` says so."""

    __tablename__ = "case_number"
    __table_args__ = ({"sqlite_with_rowid": False},)

    kind: str = Field(sa_type=Text, primary_key=True)
    token: str = Field(sa_type=Text, primary_key=True)
    case_key: int = Field(primary_key=True, foreign_key="case_key.key")


class NewNumberRow(StoreRow, table=True):
    """A number that has not moved over to the others yet (`repositories/case_numbers.py`)."""

    __tablename__ = "case_number_new"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_type=Text)
    token: str = Field(sa_type=Text)
    case_key: int = Field(foreign_key="case_key.key")


class BatchCaseRow(StoreRow, table=True):
    """One case in one batch, with what became of it there: sent, signed, declined or recalled."""

    __tablename__ = "batch_case"
    __table_args__ = (
        Index("ix_batch_case", "case_key"),
        Index("ix_batch_from", "from_desk", "sent_at"),
        Index("ix_batch_to", "to_desk", "sent_at"),
        {"sqlite_with_rowid": False},
    )

    batch_id: str = Field(sa_type=Text, primary_key=True)
    case_key: int = Field(primary_key=True, foreign_key="case_key.key")
    batch_number: str = Field(sa_type=Text)
    from_desk: str = Field(sa_type=Text)
    to_desk: str = Field(sa_type=Text)
    sent_at: int
    declared: int
    outcome: str = Field(sa_type=Text)
