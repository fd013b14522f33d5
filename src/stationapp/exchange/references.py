"""Reference documents of the hub: fetched when a new version is in force, believed only when signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hubprotocol.envelope import Envelope
from hubprotocol.key_changes import KeyChange, KeyHistory
from hubprotocol.messages import ReferenceResponse
from hubprotocol.references import is_reference_signed
from hubprotocol.versions import HUB_DEVICE
from stationapp.exchange.key_changes import hub_changes
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import Gone, HubFault
from stationapp.platform.clock import Clock
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit

DEVICES = "devices"


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """The keys of every device the hub ever enrolled, and of the hub itself, each with its changes."""

    keys: Mapping[str, KeyHistory]

    def sealed(self, envelope: Envelope) -> bool:
        """Tell whether the device an envelope names sealed it; an unknown device did not."""
        history = self.keys.get(envelope.device)
        return history is not None and history.sealed(envelope)


def read_devices(body: str, hub_public: str, hub_changes: Sequence[KeyChange] = ()) -> DeviceKeys:
    """Read the devices document; an empty body knows only the hub. Raises HubFault for a malformed one.

    The hub's own keys are those that `hub_changes` led this PC to, or else that the document tells, if they end
    with the one it knows.
    """
    try:
        rows = json.loads(body)["devices"] if body else {}
        keys = {str(device): _history(row) for device, row in rows.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HubFault(f"devices document: {type(error).__name__}") from error
    known, told = bytes.fromhex(hub_public), keys.get(HUB_DEVICE)
    own = KeyHistory.after(known, hub_changes)
    if told is not None and told.current == known and len(told.ranges) > len(own.ranges):
        own = told
    return DeviceKeys({**keys, HUB_DEVICE: own})


def slot_of(unit: ReadUnit, device: str) -> int:
    """Return the slot of a PC as the list of devices has it, 0 where it is not known."""
    document = unit.references.get(DEVICES)
    row = json.loads(document.body)["devices"].get(device, {}) if document else {}
    return int(row.get("slot", 0))


def _history(row: Mapping[str, Any]) -> KeyHistory:
    """Return the keys of a row: `keys` where there was a change, each with the seq from which it sealed."""
    ranges = tuple((int(one["from"]), bytes.fromhex(one["public"])) for one in row.get("keys", ()))
    return KeyHistory(ranges) if ranges else KeyHistory.single(bytes.fromhex(row["public"]))


def require_signed(document: ReferenceResponse, name: str, version: str, hub_public: str) -> None:
    """Raise HubFault unless the hub signed this very document under this name and version."""
    signed = is_reference_signed(
        bytes.fromhex(hub_public), document.name, document.version, document.body, document.signature
    )
    if document.name != name or document.version != version or not signed:
        raise HubFault(
            f"reference {name}: signature", "县级平台下发的资料签名不对，没有采用。请告知县级平台管理员。"
        )


class Shelf(Protocol):
    """Where documents are had: the hub over the network, or a file that was carried here."""

    def reference(self, name: str, version: str = "") -> ReferenceResponse:
        """Return a document. Raises Gone or HubFault when that one is not to be had."""


class ReferenceReader:
    """Keeps the station's reference documents up to the versions the hub has in force."""

    def __init__(self, store: StationStore, transport: Shelf, clock: Clock) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock

    def renew(self, in_force: Mapping[str, str], hub_public: str, tally: Tally) -> None:
        """Fetch what is not here in the version in force; one that cannot be believed delays no other."""
        with self._store.read() as unit:
            here = unit.references.versions()
        for name, version in sorted(in_force.items()):
            if here.get(name) != version:
                self._fetch(name, version, hub_public, tally)

    def device_keys(self, hub_public: str) -> DeviceKeys:
        """Return the keys by which envelopes are judged."""
        with self._store.read() as unit:
            document, changes = unit.references.get(DEVICES), hub_changes(unit)
        return read_devices(document.body if document else "", hub_public, changes)

    def _fetch(self, name: str, version: str, hub_public: str, tally: Tally) -> None:
        tally.requests += 1
        try:
            document = self._transport.reference(name, version)
            require_signed(document, name, version, hub_public)
        except (Gone, HubFault) as trouble:
            tally.troubles.append(trouble)
            return
        with self._store.write() as unit:
            unit.references.put(name, version, document.body, document.signature, self._clock.now())
        tally.renewed.add(name)
