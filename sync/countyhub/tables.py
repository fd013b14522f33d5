"""All tables of the hub together, for migrations and for the check that they agree."""

from __future__ import annotations

from sqlmodel import SQLModel

from countyhub.acceptance import early_tables as early
from countyhub.acceptance import lost_tables as lost
from countyhub.acceptance import tables as acceptance
from countyhub.attachments import tables as attachments
from countyhub.catalogue import tables as catalogue
from countyhub.courier import tables as courier
from countyhub.devices import tables as devices
from countyhub.doubles import tables as doubles
from countyhub.identity import tables as identity
from countyhub.mailboxes import tables as mailboxes
from countyhub.numbers import tables as numbers
from countyhub.references import tables as references
from countyhub.upward import tables as upward

TOPICS = (
    identity,
    devices,
    references,
    acceptance,
    mailboxes,
    attachments,
    numbers,
    catalogue,
    doubles,
    early,
    lost,
    courier,
    upward,
)
METADATA = SQLModel.metadata
