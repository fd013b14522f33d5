"""Tables of devices and enrolment codes."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKeyConstraint
from sqlmodel import Field, UniqueConstraint

from countyhub.county_rows import CountyRow


class DeviceRow(CountyRow, table=True):
    """One enrolled PC. No two of a station have one slot, so its receipt numbers stay unique; see `slots`."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("county", "station", "slot", name="uq_device_slot"),)

    device_id: str = Field(primary_key=True)
    station: str
    slot: int
    public: str
    machine: str
    enrolled_at: str
    revoked_at: str = ""
    lost_at: str = ""  # since then it is given nothing but the order to lock or to wipe
    left_at: str = ""  # it said that everything is here and that it will be wiped now
    wiped_at: str = ""  # it said that it was wiped


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


class KeyChangeRow(CountyRow, table=True):
    """A key took another's place from `from_seq` of a chain on, as both signed it; `hub` changes keys too."""

    __tablename__ = "key_change"

    device_id: str = Field(primary_key=True)
    place: int = Field(primary_key=True)  # 1, 2, 3 … for each device
    from_seq: int = Field(sa_type=BigInteger)
    old_public: str
    new_public: str
    signature: str
    new_signature: str
    at: str


class OrderRow(CountyRow, table=True):
    """An order to a device, signed by the hub; the highest number is in force."""

    __tablename__ = "device_order"

    device_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    kind: str
    issued_at: str
    signature: str
