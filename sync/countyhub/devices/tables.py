"""Tables of devices and enrolment codes."""

from __future__ import annotations

from sqlmodel import Field, SQLModel, UniqueConstraint


class DeviceRow(SQLModel, table=True):
    """One enrolled PC. Slots are never given twice at a station, so its receipt numbers stay unique."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("station", "slot", name="uq_device_slot"),)

    device_id: str = Field(primary_key=True)
    station: str
    slot: int
    public: str
    machine: str
    enrolled_at: str
    revoked_at: str = ""


class DeviceDeskRow(SQLModel, table=True):
    """A desk a device works for."""

    __tablename__ = "device_desk"

    device_id: str = Field(primary_key=True, foreign_key="device.device_id")
    desk_id: str = Field(primary_key=True)
    place: int  # order in which the desks were named


class EnrolmentCodeRow(SQLModel, table=True):
    """A one-time code, kept as its hash; `used_by` is the device that used it."""

    __tablename__ = "enrolment_code"

    code_hash: str = Field(primary_key=True)
    station: str
    desks: str  # JSON list
    expires_at: str
    used_by: str = ""
