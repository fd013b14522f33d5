"""Tables of a hub below another, and of a hub above others."""

from __future__ import annotations

from sqlmodel import Field

from countyhub.county_rows import CountyRow
from hubprotocol.digests import EMPTY_HOLDINGS
from hubprotocol.envelope import GENESIS


class LinkRow(CountyRow, table=True):
    """The county's only row: the hub above, and how far the chain sealed for it is and was acknowledged."""

    __tablename__ = "upward_link"

    url: str
    authority: str  # the file of the certificates to believe; empty: the system's
    device: str
    seed: str
    hub_public: str
    enrolled_at: str
    seq: int = 0
    hash: str = GENESIS
    acknowledged: int = 0
    durable: int = 0
    trouble: str = ""  # a code while nothing can be sent before a person acts
    refused: int = 0


class OutgoingRow(CountyRow, table=True):
    """An envelope sealed for the hub above; kept until that hub has it in a backup."""

    __tablename__ = "upward_envelope"

    seq: int = Field(primary_key=True)
    prev: str
    hash: str
    kind: str
    body: bytes
    signature: str


class SealedCaseRow(CountyRow, table=True):
    """Up to which revision a case is sealed; `part` is what it has in its county's sum."""

    __tablename__ = "upward_case"

    origin: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    revision: int
    part: str


class SealedDocumentRow(CountyRow, table=True):
    """A version of a reference document that is sealed."""

    __tablename__ = "upward_document"

    origin: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    version: str = Field(primary_key=True)


class SealedSumRow(CountyRow, table=True):
    """What the sealed cases of a county add up to."""

    __tablename__ = "upward_sum"

    origin: str = Field(primary_key=True)
    count: int = 0
    digest: str = EMPTY_HOLDINGS


class BelowCaseRow(CountyRow, table=True):
    """A case of a county below, as far as the hub below (`device`) told it."""

    __tablename__ = "below_case"

    origin: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    revision: int
    case_hash: str
    state: str
    holder: str
    updated_at: str
    device: str


class BelowEventRow(CountyRow, table=True):
    """A confirmed event from below and the envelope that carried it; `fault` is empty when all signatures fit."""

    __tablename__ = "below_event"

    origin: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    event_hash: str
    device: str
    seq: int
    fault: str


class BelowDocumentRow(CountyRow, table=True):
    """A reference document of a county below."""

    __tablename__ = "below_document"

    origin: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    number: int
    body: str
    signature: str
    hub_public: str


class BelowSumRow(CountyRow, table=True):
    """What the cases of a county add up to here, and what its hub said they do; `device` is the hub below."""

    __tablename__ = "below_sum"

    origin: str = Field(primary_key=True)
    device: str
    count: int = 0
    digest: str = EMPTY_HOLDINGS
    told_count: int = 0
    told_digest: str = EMPTY_HOLDINGS
    told_at: str = ""
