"""The table of runs that came too early."""

from __future__ import annotations

from sqlmodel import Field, Index

from countyhub.county_rows import CountyRow


class EarlyRunRow(CountyRow, table=True):
    """A run of envelopes that came before those it follows (JSON list of envelopes); see `early`."""

    __tablename__ = "early_run"
    __table_args__ = (Index("ix_early_run", "county", "device", "first_seq"),)

    device: str = Field(primary_key=True)
    last_hash: str = Field(primary_key=True)
    first_seq: int
    last_seq: int
    run: bytes
    kept_at: str
