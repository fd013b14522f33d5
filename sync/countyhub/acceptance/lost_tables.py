"""The table of envelopes that are lost."""

from __future__ import annotations

from sqlmodel import Field

from countyhub.county_rows import CountyRow


class LostEnvelopeRow(CountyRow, table=True):
    """A place in a device's chain whose envelope the device could not read any more; see `lost`.

    `hash` is what the envelope behind it names as its predecessor, empty while that is not known.
    """

    __tablename__ = "lost_envelope"

    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    hash: str = ""
