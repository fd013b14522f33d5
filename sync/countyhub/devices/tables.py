"""Tables of devices and enrolment codes."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, UniqueConstraint

from countyhub.county_rows import CountyRow


class DeviceRow(CountyRow, table=True):
    """One enrolled PC. Slots are never given twice at a station, so its receipt numbers stay unique."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("county", "station", "slot", name="uq_device_slot"),)

    device_id: str = Field(primary_key=True)
    station: str
    slot: int
    public: str
    machine: str
    enrolled_at: str
    revoked_at: str = ""


class DeviceDeskRow(CountyRow, table=True):
    """A desk a device works for."""

    __tablename__ = "device_desk"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county", "device_id"], ["device.county", "device.device_id"], "fk_device_desk_device"
        ),
    )

    device_id: str = Field(primary_key=True)
    desk_id: str = Field(primary_key=True)
    place: int  # order in which the desks were named


class EnrolmentCodeRow(CountyRow, table=True):
    """A one-time code, kept as its hash; `used_by` is the device that used it."""

    __tablename__ = "enrolment_code"

    code_hash: str = Field(primary_key=True)
    station: str
    desks: str  # JSON list
    expires_at: str
    used_by: str = ""
