"""Tables of envelopes, verdicts and cases."""

from __future__ import annotations

from sqlmodel import Field, Index, UniqueConstraint

from countyhub.county_rows import CountyRow
from hubprotocol.envelope import GENESIS


class ChainRow(CountyRow, table=True):
    """The end of a device's chain (and of the hub's own); locked first by every push."""

    __tablename__ = "chain"

    device: str = Field(primary_key=True)
    seq: int = 0
    hash: str = GENESIS
    durable_seq: int = 0


class EnvelopeRow(CountyRow, table=True):
    """An envelope exactly as it came; never changed. `body` is bytes, since it may hold what text cannot."""

    __tablename__ = "envelope"

    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    prev: str
    hash: str
    kind: str
    body: bytes
    signature: str
    person_signature: str


class VerdictRow(CountyRow, table=True):
    """The present answer to one envelope; only a held one changes."""

    __tablename__ = "verdict"
    __table_args__ = (
        Index("ix_verdict_case", "county", "case_id", "result"),
        Index("ix_verdict_result", "county", "result"),
    )

    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    event_id: str
    case_id: str
    result: str
    revision: int
    received_at: str
    reasons: str  # JSON list of ReasonMessage


class CaseRow(CountyRow, table=True):
    """A projection of one case, and the row that serialises its events; revision 0 means not opened yet."""

    __tablename__ = "case_head"
    __table_args__ = (Index("ix_case_head_state", "county", "state", "holder"),)

    case_id: str = Field(primary_key=True)
    revision: int = 0
    case_hash: str = GENESIS
    state: str = ""
    holder: str = ""
    addressed_to: str = ""
    origin: str = ""
    receipt_number: str = ""
    case_number: str = ""
    updated_at: str = ""


class CaseEventRow(CountyRow, table=True):
    """A confirmed event: its place in the case and the envelope it came in."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("county", "event_id", name="uq_case_event"),)

    case_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    event_id: str
    device: str
    seq: int
    received_at: str
