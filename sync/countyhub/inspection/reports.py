"""Lists and counts for the county's own people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlmodel import SQLModel, col

from countyhub.acceptance.tables import CaseEventRow, CaseRow, EnvelopeRow, VerdictRow
from countyhub.attachments import repository as attachments
from countyhub.attachments.tables import AttachmentRow
from countyhub.devices.tables import DeviceRow
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.inspection import repository
from countyhub.mailboxes.tables import EntryRow
from countyhub.references import service as references

_CASE_COLUMNS = ("case_id", "state", "receipt_number", "case_number", "revision", "case_hash")
_COUNTED: dict[str, type[SQLModel]] = {
    "devices": DeviceRow,
    "envelopes": EnvelopeRow,
    "case_events": CaseEventRow,
    "mailbox_entries": EntryRow,
    "attachments": AttachmentRow,
}


def cases(hub: Hub) -> Iterator[dict[str, Any]]:
    """Yield every case: id, state, numbers, revision, hash."""
    with hub.database.read() as connection:
        rows = repository.open_cases(connection)
    return ({name: getattr(row, name) for name in _CASE_COLUMNS} for row in rows)


def stats(hub: Hub) -> dict[str, Any]:
    """Return counts of everything, cases by state, verdicts by result, and the versions in force."""
    with hub.database.read() as connection:
        identity = identities.load(connection)
        counts: dict[str, Any] = {
            name: repository.count(connection, table) for name, table in _COUNTED.items()
        }
        opened = col(CaseRow.revision) > 0
        return {
            "county": identity.county,
            "epoch": identity.epoch,
            **counts,
            "uploads": attachments.count_open(connection),
            "cases": repository.count_by(connection, col(CaseRow.state), opened),
            "verdicts": repository.count_by(connection, col(VerdictRow.result)),
            "references": references.versions(connection),
        }
