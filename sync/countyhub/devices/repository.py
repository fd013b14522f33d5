"""Queries on devices and enrolment codes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlmodel import col

from countyhub.database import table_of
from countyhub.devices import key_repository
from countyhub.devices.tables import DeviceDeskRow, DeviceRow, EnrolmentCodeRow
from countyhub.many_rows import add_rows
from hubprotocol.key_changes import KeyHistory


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled PC; `public` is the Ed25519 key (32 bytes) it signs with now, `keys` those of its chain.

    A lost one is heard, and given nothing; one that `left` has sent everything and was to be wiped.
    """

    device_id: str
    station: str
    slot: int
    public: bytes
    desks: tuple[str, ...]
    revoked: bool = False
    keys: KeyHistory | None = None
    lost: bool = False
    left: bool = False

    @property
    def history(self) -> KeyHistory:
        """The keys that sealed its chain."""
        return self.keys or KeyHistory.single(self.public)

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


_OWN = "device:"


def own_feed(device_id: str) -> str:
    """The mailbox in which a device hears late verdicts."""
    return f"{_OWN}{device_id}"


def is_own_feed(feed: str) -> bool:
    """Tell whether a mailbox is that of a device, not of a desk."""
    return feed.startswith(_OWN)


def device_of(feed: str) -> str:
    """Return the device whose own mailbox this is."""
    return feed.removeprefix(_OWN)


_COLUMNS = (
    col(DeviceRow.device_id),
    col(DeviceRow.station),
    col(DeviceRow.slot),
    col(DeviceRow.public),
    col(DeviceRow.revoked_at),
    col(DeviceRow.lost_at),
    col(DeviceRow.left_at),
)


# What every request asks is put together once: that costs as much as asking.
_IDS: Any = bindparam("ids", expanding=True)
_DEVICES = select(*_COLUMNS).where(col(DeviceRow.device_id).in_(_IDS))
_DESKS = (
    select(col(DeviceDeskRow.device_id), col(DeviceDeskRow.desk_id))
    .where(col(DeviceDeskRow.device_id).in_(_IDS))
    .order_by(col(DeviceDeskRow.place))
)


def load(connection: Connection, device_ids: list[str]) -> dict[str, Device]:
    """Return those devices that exist, by id."""
    desks: dict[str, list[str]] = {}
    for row in connection.execute(_DESKS, {"ids": device_ids}):
        desks.setdefault(row.device_id, []).append(row.desk_id)
    changes = key_repository.changes_of(connection, device_ids)
    found = connection.execute(_DEVICES, {"ids": device_ids})
    return {
        row.device_id: Device(
            row.device_id,
            row.station,
            row.slot,
            bytes.fromhex(row.public),
            tuple(desks.get(row.device_id, ())),
            bool(row.revoked_at),
            KeyHistory.after(bytes.fromhex(row.public), changes.get(row.device_id, ())),
            bool(row.lost_at),
            bool(row.left_at),
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


_NOTHING_NOTED = dict.fromkeys(("revoked_at", "lost_at", "left_at", "wiped_at"), "")


def add(connection: Connection, device: Device, machine: str, at: str) -> None:
    """Write a newly enrolled device with its desks."""
    row = {"device_id": device.device_id, "station": device.station, "slot": device.slot}
    connection.execute(
        insert(DeviceRow),
        {**row, "public": device.public.hex(), "machine": machine, "enrolled_at": at, **_NOTHING_NOTED},
    )
    place(connection, device.device_id, device.desks)


def place(connection: Connection, device_id: str, desks: Sequence[str]) -> None:
    """Write for which desks a device works, in their order, in place of those before."""
    connection.execute(delete(DeviceDeskRow).where(col(DeviceDeskRow.device_id) == device_id))
    rows = [{"device_id": device_id, "desk_id": desk, "place": n} for n, desk in enumerate(desks)]
    add_rows(connection, DeviceDeskRow, rows)


def slots_of(connection: Connection, station: str) -> frozenset[int]:
    """Return every slot ever given at a station, as far as this hub knows."""
    query = select(col(DeviceRow.slot)).where(col(DeviceRow.station) == station)
    return frozenset(connection.execute(query).scalars())


def revoke(connection: Connection, device_id: str, at: str) -> bool:
    """Take a device's rights away; tell whether it exists and had them."""
    mine = (col(DeviceRow.device_id) == device_id) & (col(DeviceRow.revoked_at) == "")
    return connection.execute(update(DeviceRow).where(mine).values(revoked_at=at)).rowcount == 1


def set_lost(connection: Connection, device_id: str, at: str) -> bool:
    """Note since when a device is lost, empty for found again; tell whether there is such a device.

    A revoked device stays what it is.
    """
    mine = (col(DeviceRow.device_id) == device_id) & (col(DeviceRow.revoked_at) == "")
    return connection.execute(update(DeviceRow).where(mine).values(lost_at=at)).rowcount == 1


def set_left(connection: Connection, device_id: str, at: str, *, wiped: bool) -> None:
    """Note that a device will be wiped now, or was."""
    column = {"wiped_at": at} if wiped else {"left_at": at}
    connection.execute(update(DeviceRow).where(col(DeviceRow.device_id) == device_id).values(**column))


def overview(connection: Connection) -> list[dict[str, str | int]]:
    """Return every device with its station and all that was noted of it, by station and slot."""
    names = (
        "device_id",
        "station",
        "slot",
        "machine",
        "enrolled_at",
        "revoked_at",
        "lost_at",
        "left_at",
        "wiped_at",
    )
    table = table_of(DeviceRow)
    rows = connection.execute(
        select(*(table.c[name] for name in names)).order_by(table.c.station, table.c.slot)
    )
    return [dict(row) for row in rows.mappings()]


def add_code(connection: Connection, code: EnrolmentCode) -> None:
    """Write a fresh code."""
    row = {"code_hash": code.code_hash, "station": code.station, "expires_at": code.expires_at, "used_by": ""}
    connection.execute(insert(EnrolmentCodeRow), {**row, "desks": json.dumps(code.desks)})


def knows_code(connection: Connection, code_hash: str) -> bool:
    """Tell whether there is such a code, used or not."""
    query = select(col(EnrolmentCodeRow.code_hash)).where(col(EnrolmentCodeRow.code_hash) == code_hash)
    return connection.execute(query).first() is not None


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
