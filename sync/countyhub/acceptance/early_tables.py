"""The table of runs that came too early."""

from __future__ import annotations

from sqlmodel import Field, Index

from countyhub.county_rows import CountyRow


class EarlyRunRow(CountyRow, table=True):
    """A run of envelopes that came before those it follows (JSON list of envelopes); see `early`.

    The places `lost_from` … `first_seq` - 1 are lost, none where both are the same: the run follows a chain that
    ends among them. `file_hash` is the courier file it came in, empty where an older hub did not note that.
    """

    __tablename__ = "early_run"
    __table_args__ = (Index("ix_early_run", "county", "device", "lost_from"),)

    device: str = Field(primary_key=True)
    last_hash: str = Field(primary_key=True)
    first_seq: int
    last_seq: int
    run: bytes
    kept_at: str
    lost_from: int = 0
    file_hash: str = ""
