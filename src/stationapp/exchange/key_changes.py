"""Changing this PC's key, and following the hub when it changes its own.

A new key is in the store, announced by the old one, before anything is sealed with it; the announcement is sent
until the hub knows it, and again when a hub restored from a backup has forgotten it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from hubprotocol.device_messages import MOST_CHANGES, KeyChangesRequest
from hubprotocol.key_changes import FIRST_SEQ, KeyChange, announce, is_announced
from hubprotocol.messages import ExchangeResponse
from hubprotocol.orders import OrderKind
from hubprotocol.versions import HUB_DEVICE
from stationapp.exchange import orders
from stationapp.exchange.orders import Phase, Standing
from stationapp.exchange.transport import Credentials, HubFault, HubTransport
from stationapp.platform.clock import from_text, to_text
from stationapp.store.records import Identity
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit, WriteUnit

KEY_DAYS = 365
OWN_SETTING, _HUB, _TOLD, _SINCE = (
    f"exchange.{name}" for name in ("key_changes", "hub_key_changes", "key_changes_told", "key_since")
)
_STRANGE_HUB = (
    "县级平台的密钥与本机登记时的不同，又没有原密钥签名的更换公告，没有采用它的应答。请联系县级平台管理员。"
)


class KeyKeeper:
    """Keeps keys up to date on both sides; `random_bytes` makes the new ones."""

    def __init__(
        self, store: StationStore, transport: HubTransport, random_bytes: Callable[[int], bytes]
    ) -> None:
        self._store = store
        self._transport = transport
        self._random_bytes = random_bytes

    def announce(self) -> None:
        """Tell the hub of every change of this PC's key it has not confirmed, in one request: the last key signs it."""
        with self._store.read() as unit:
            changes, told = own_changes(unit), int(unit.settings.get(_TOLD, "0"))
        if told < len(changes):
            self._transport.change_key(KeyChangesRequest.pack_all(changes[told:][-MOST_CHANGES:]))
            with self._store.write() as writing:
                writing.settings.set(_TOLD, str(len(changes)))

    def doubt(self) -> None:
        """The hub does not know this PC's signature: a restored one is told of every change again."""
        with self._store.read() as unit:
            changed = bool(own_changes(unit))
        if changed:
            with self._store.write() as writing:
                writing.settings.set(_TOLD, "0")

    def follow(self, identity: Identity, response: ExchangeResponse) -> Identity:
        """Return the identity with the hub's key of now, to which signed announcements led from the one known.

        Raises HubFault when they do not lead there: then nothing of the answer is believed.
        """
        if response.hub_public in ("", identity.hub_public):
            return identity
        told = self._transport.hub_keys()
        return follow_hub(self._store, identity, response.hub_public, [one.unpack() for one in told.changes])

    def renew(self, identity: Identity, server_time: str, now: Standing) -> None:
        """Change the key when the hub ordered it or the key is old by the hub's clock, and announce it."""
        ordered = now.kind == OrderKind.ROTATE and now.phase is Phase.HEARD
        if not ordered and not self._is_old(from_text(server_time)):
            return
        with self._store.write() as unit:
            known = unit.identity.get() or identity
            seed = self._random_bytes(len(known.device_seed))
            change = announce(known.device, unit.chain.head().seq + 1, known.device_seed, seed)
            unit.settings.set(OWN_SETTING, json.dumps([asdict(one) for one in (*own_changes(unit), change)]))
            unit.identity.set(replace(known, device_seed=seed))
            unit.settings.set(_SINCE, server_time)
            if ordered:
                orders.note(unit, replace(now, phase=Phase.DONE))
        self._transport.use(Credentials(known.device, seed))
        self.announce()

    def _is_old(self, hub_time: datetime) -> bool:
        with self._store.read() as unit:
            since = unit.settings.get(_SINCE)
        if not since:
            with self._store.write() as writing:
                writing.settings.set(_SINCE, to_text(hub_time))
            return False
        return hub_time - from_text(since) > timedelta(days=KEY_DAYS)


def follow_hub(
    store: StationStore, identity: Identity, hub_public: str, changes: Sequence[KeyChange]
) -> Identity:
    """Return the identity with the hub's key of now. Raises HubFault when the changes do not lead there."""
    if not _leads(changes, identity.hub_public, hub_public):
        raise HubFault("hub key", _STRANGE_HUB)
    with store.write() as unit:
        now = replace(unit.identity.get() or identity, hub_public=hub_public)
        unit.identity.set(now)
        unit.settings.set(_HUB, json.dumps([asdict(one) for one in changes]))
    return now


def own_changes(unit: ReadUnit) -> list[KeyChange]:
    """Return the changes of this PC's own key, in order."""
    return changes_of(unit.identity.device_and_epoch()[0], unit.settings.get(OWN_SETTING, "[]"))


def changes_of(device: str, setting: str) -> list[KeyChange]:
    """Return the changes of a device's key that a setting holds, in order."""
    return [one for one in _read(setting) if one.device == device]


def hub_changes(unit: ReadUnit) -> list[KeyChange]:
    """Return the changes of the hub's key this PC followed, in order."""
    return _changes(unit, _HUB)


def forget(unit: WriteUnit) -> None:
    """A PC that becomes another device begins with a key that was never changed."""
    for name in (OWN_SETTING, _TOLD, _SINCE):
        unit.settings.delete(name)


def _changes(unit: ReadUnit, name: str) -> list[KeyChange]:
    return _read(unit.settings.get(name, "[]"))


def _read(setting: str) -> list[KeyChange]:
    return [KeyChange(**row) for row in json.loads(setting)]


def _leads(changes: Sequence[KeyChange], known: str, wanted: str) -> bool:
    """Whether every announcement is signed, follows the one before, and one of them the key that is known."""
    places = [place for place, one in enumerate(changes) if one.old_public == known]
    if not places:
        return False
    seq, key = FIRST_SEQ, changes[0].old_public
    for one in changes:
        if one.old_public != key or one.from_seq < seq or one.device != HUB_DEVICE or not is_announced(one):
            return False
        seq, key = one.from_seq, one.new_public
    return key == wanted
