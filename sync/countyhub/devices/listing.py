"""The reference document `devices`: whose keys sealed what."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection

from countyhub.devices import key_repository, repository
from countyhub.devices.repository import Device
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.references import service as references
from hubprotocol.key_changes import KeyHistory
from hubprotocol.versions import HUB_DEVICE


def publish_devices(connection: Connection, hub: Hub) -> None:
    """Publish the list of devices anew: id → public key, station, slot, revoked; the hub is `hub`.

    A device that changed its key has `keys` besides: each with the seq from which it sealed.
    """
    number = references.lock_number(connection, references.DEVICES) + 1
    devices = {one.device_id: _row(one) for one in repository.everyone(connection).values()}
    history = hub_history(connection)
    plain = {"public": history.current.hex(), "station": "", "slot": 0, "revoked": False}
    devices[HUB_DEVICE] = {**plain, **_keys(history)}
    body = json.dumps({"version": number, "devices": devices}, ensure_ascii=False)
    references.publish(connection, hub, references.DEVICES, str(number), body)


def hub_history(connection: Connection) -> KeyHistory:
    """Return the keys that sealed the hub's own chain."""
    changes = key_repository.changes_of(connection, [HUB_DEVICE]).get(HUB_DEVICE, [])
    return KeyHistory.after(identities.load(connection).public, changes)


def _row(device: Device) -> dict[str, Any]:
    row = {"public": device.public.hex(), "station": device.station, "slot": device.slot}
    return {**row, "revoked": device.revoked, **_keys(device.history)}


def _keys(history: KeyHistory) -> dict[str, Any]:
    if len(history.ranges) == 1:
        return {}
    return {"keys": [{"from": first, "public": public.hex()} for first, public in history.ranges]}
