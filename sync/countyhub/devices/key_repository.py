"""Queries on changes of keys, of devices and of the hub, and on orders to devices."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlmodel import col

from countyhub.database import table_of
from countyhub.devices.tables import DeviceRow, KeyChangeRow, OrderRow
from hubprotocol.key_changes import KeyChange
from hubprotocol.messages import OrderMessage

_CHANGE = [
    table_of(KeyChangeRow).c[name]
    for name in ("device_id", "from_seq", "old_public", "new_public", "signature", "new_signature")
]


_CHANGES = (
    select(*_CHANGE)
    .where(col(KeyChangeRow.device_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(KeyChangeRow.device_id), col(KeyChangeRow.place))
)


def changes_of(connection: Connection, device_ids: Sequence[str]) -> dict[str, list[KeyChange]]:
    """Return the changes of those devices that made any, in order."""
    found: dict[str, list[KeyChange]] = {}
    for row in connection.execute(_CHANGES, {"ids": list(device_ids)}):
        found.setdefault(row.device_id, []).append(KeyChange(*row))
    return found


def add_change(connection: Connection, place: int, change: KeyChange, at: str) -> None:
    """Write a device's change of key of that place."""
    row = {name: getattr(change, name) for name in KeyChange.__dataclass_fields__ if name != "device"}
    connection.execute(insert(KeyChangeRow), {**row, "device_id": change.device, "place": place, "at": at})


def set_public(connection: Connection, device_id: str, public: str) -> None:
    """Know a device by another key (64 hex digits) from now on."""
    mine = col(DeviceRow.device_id) == device_id
    connection.execute(update(DeviceRow).where(mine).values(public=public))


_LAST_ORDER = (
    select(col(OrderRow.number), col(OrderRow.kind), col(OrderRow.issued_at), col(OrderRow.signature))
    .where(col(OrderRow.device_id) == bindparam("of_device"))
    .order_by(col(OrderRow.number).desc())
    .limit(1)
)


def last_order(connection: Connection, device_id: str) -> OrderMessage | None:
    """Return the order in force for a device."""
    row = connection.execute(_LAST_ORDER, {"of_device": device_id}).mappings().first()
    return OrderMessage(device=device_id, **row) if row else None


def add_order(connection: Connection, order: OrderMessage) -> None:
    """Write an order."""
    row = order.model_dump(exclude={"device"})
    connection.execute(insert(OrderRow), {**row, "device_id": order.device})
