"""Changing keys: a device's, as both of its keys announce, and the hub's own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from countyhub.acceptance import repository as chains
from countyhub.devices import key_repository, repository
from countyhub.devices.listing import publish_devices
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.problems import Problem
from countyhub.references import service as references
from hubprotocol.device_messages import HubKeysResponse, KeyChangeMessage, KeyChangeResponse
from hubprotocol.key_changes import KeyChange, announce, is_announced
from hubprotocol.keys import KEY_BYTES
from hubprotocol.versions import HUB_DEVICE


def take_changes(hub: Hub, changes: Sequence[KeyChange]) -> KeyChangeResponse:
    """Know a device by its new keys, in order, each from a place in its chain on; all of them, or none.

    What is known already changes nothing. A lost device may change its key too: what it sealed with the new one could
    never be sent otherwise. Raises Problem `unknown-device`, `revoked-device`, `bad-signature` when not both keys
    signed, and `wrong-key` when the old key is not the device's, or the hub has an envelope of the place already.
    """

    def work(connection: Connection) -> None:
        for change in changes:
            _take(connection, hub, change)

    hub.database.write(work)
    return KeyChangeResponse(device=changes[-1].device, public=changes[-1].new_public)


def _take(connection: Connection, hub: Hub, change: KeyChange) -> None:
    device = repository.load(connection, [change.device]).get(change.device)
    if device is None or change.device == HUB_DEVICE:
        raise Problem("unknown-device")
    if device.revoked:
        raise Problem("revoked-device")
    if not is_announced(change):
        raise Problem("bad-signature", "key change")
    head = chains.lock_chain(connection, change.device)  # From here on no other change comes between.
    before = key_repository.changes_of(connection, [change.device]).get(change.device, [])
    if change in before:
        return
    current = before[-1].new_public if before else device.public.hex()
    if change.old_public != current or change.from_seq <= head.seq or change.new_public == current:
        raise Problem("wrong-key")
    key_repository.add_change(connection, len(before) + 1, change, hub.stamp())
    key_repository.set_public(connection, change.device, change.new_public)
    publish_devices(connection, hub)


def change_hub_key(hub: Hub) -> KeyChange:
    """Give the hub a new key, announced by the last one; documents are signed anew, their bodies stay."""

    def work(connection: Connection) -> KeyChange:
        identity, fresh = identities.load(connection), hub.random_bytes(KEY_BYTES)
        head = chains.lock_chain(connection, HUB_DEVICE)
        change = announce(HUB_DEVICE, head.seq + 1, identity.seed, fresh)
        before = key_repository.changes_of(connection, [HUB_DEVICE]).get(HUB_DEVICE, [])
        key_repository.add_change(connection, len(before) + 1, change, hub.stamp())
        identities.change_seed(connection, identity, fresh)
        references.sign_all_anew(connection)
        publish_devices(connection, hub)
        return change

    return hub.database.write(work)


def hub_keys(hub: Hub) -> HubKeysResponse:
    """Return the hub's key, and by which changes it came to it."""
    with hub.database.read() as connection:
        changes = key_repository.changes_of(connection, [HUB_DEVICE]).get(HUB_DEVICE, [])
        public = identities.load(connection).public.hex()
    return HubKeysResponse(public=public, changes=tuple(KeyChangeMessage.pack(one) for one in changes))
