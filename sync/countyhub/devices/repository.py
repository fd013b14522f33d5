"""Queries on devices and enrolment codes."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update
from sqlmodel import col

from countyhub.devices.tables import DeviceDeskRow, DeviceRow, EnrolmentCodeRow


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled PC; `public` is its Ed25519 key, 32 bytes."""

    device_id: str
    station: str
    slot: int
    public: bytes
    desks: tuple[str, ...]
    revoked: bool = False

    @property
    def feeds(self) -> tuple[str, ...]:
        """The mailboxes the device may read: its own, then its desks'."""
        return (own_feed(self.device_id), *self.desks)


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A code by its hash; `used_by` is empty until a device used it."""

    code_hash: str
    station: str
    desks: tuple[str, ...]
    expires_at: str
    used_by: str = ""


def own_feed(device_id: str) -> str:
    """The mailbox in which a device hears late verdicts."""
    return f"device:{device_id}"


_COLUMNS = (
    col(DeviceRow.device_id),
    col(DeviceRow.station),
    col(DeviceRow.slot),
    col(DeviceRow.public),
    col(DeviceRow.revoked_at),
)


def load(connection: Connection, device_ids: list[str]) -> dict[str, Device]:
    """Return those devices that exist, by id."""
    desks: dict[str, list[str]] = {}
    placed = select(col(DeviceDeskRow.device_id), col(DeviceDeskRow.desk_id)).order_by(
        col(DeviceDeskRow.place)
    )
    for row in connection.execute(placed.where(col(DeviceDeskRow.device_id).in_(device_ids))):
        desks.setdefault(row.device_id, []).append(row.desk_id)
    found = connection.execute(select(*_COLUMNS).where(col(DeviceRow.device_id).in_(device_ids)))
    return {
        row.device_id: Device(
            row.device_id,
            row.station,
            row.slot,
            bytes.fromhex(row.public),
            tuple(desks.get(row.device_id, ())),
            bool(row.revoked_at),
        )
        for row in found
    }


def everyone(connection: Connection) -> dict[str, Device]:
    """Return every device ever enrolled, in the order of their ids."""
    ids = (
        connection.execute(select(col(DeviceRow.device_id)).order_by(col(DeviceRow.device_id)))
        .scalars()
        .all()
    )
    return load(connection, list(ids))


def add(connection: Connection, device: Device, machine: str, at: str) -> None:
    """Write a newly enrolled device with its desks."""
    row = {"device_id": device.device_id, "station": device.station, "slot": device.slot}
    connection.execute(
        insert(DeviceRow),
        {**row, "public": device.public.hex(), "machine": machine, "enrolled_at": at, "revoked_at": ""},
    )
    desks = [
        {"device_id": device.device_id, "desk_id": desk, "place": n} for n, desk in enumerate(device.desks)
    ]
    connection.execute(insert(DeviceDeskRow), desks)


def last_slot(connection: Connection, station: str) -> int:
    """Return the highest slot ever given at a station, 0 for none."""
    highest = select(func.max(col(DeviceRow.slot))).where(col(DeviceRow.station) == station)
    return connection.execute(highest).scalar() or 0


def revoke(connection: Connection, device_id: str, at: str) -> bool:
    """Take a device's rights away; tell whether it exists and had them."""
    mine = (col(DeviceRow.device_id) == device_id) & (col(DeviceRow.revoked_at) == "")
    return connection.execute(update(DeviceRow).where(mine).values(revoked_at=at)).rowcount == 1


def add_code(connection: Connection, code: EnrolmentCode) -> None:
    """Write a fresh code."""
    row = {"code_hash": code.code_hash, "station": code.station, "expires_at": code.expires_at, "used_by": ""}
    connection.execute(insert(EnrolmentCodeRow), {**row, "desks": json.dumps(code.desks)})


def lock_code(connection: Connection, code_hash: str) -> EnrolmentCode | None:
    """Return a code and keep everybody else from it until the transaction ends."""
    query = select(
        col(EnrolmentCodeRow.station), col(EnrolmentCodeRow.desks), col(EnrolmentCodeRow.expires_at)
    )
    query = query.add_columns(col(EnrolmentCodeRow.used_by))
    row = connection.execute(
        query.where(col(EnrolmentCodeRow.code_hash) == code_hash).with_for_update()
    ).first()
    if row is None:
        return None
    return EnrolmentCode(code_hash, row.station, tuple(json.loads(row.desks)), row.expires_at, row.used_by)


def use_code(connection: Connection, code_hash: str, device_id: str) -> None:
    """Note which device used a code."""
    mine = col(EnrolmentCodeRow.code_hash) == code_hash
    connection.execute(update(EnrolmentCodeRow).where(mine).values(used_by=device_id))
