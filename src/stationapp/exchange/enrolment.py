"""Enrolling a new PC: one code, one device key, one identity, however often it has to be begun again.

The device key is on disk before the code is used. The hub answers the same code and key with the same
identity, so a lost answer, a crash or a pulled plug costs nothing but another try. The note is removed once
the store has it all.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hubprotocol.keys import KEY_BYTES, new_device_keys, sign_public_of
from hubprotocol.messages import EnrolRequest, EnrolResponse
from hubprotocol.versions import MAX_VERSION, MIN_VERSION
from stationapp.exchange.references import require_signed
from stationapp.exchange.transport import Credentials, HubTransport, ProtocolTooOld
from stationapp.platform.atomic_files import Damaged, copy_of, disk_trouble, read_checked, write_twice
from stationapp.platform.clock import Clock
from stationapp.store.records import Identity, Reference
from stationapp.store.station_store import StationStore

REFERENCES = ("organisation", "catalogue", "calendar", "devices")
NOTE_NAME = "enrolment.json"


Connect = Callable[[Credentials | None], HubTransport]
"""Makes the road to the hub: before the device is known without credentials, afterwards with them."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a new PC got: its identity, and the documents it needs to make a vault and to begin work."""

    identity: Identity
    references: tuple[Reference, ...]

    def reference(self, name: str) -> Reference:
        """Return a document by name. Raises KeyError when there is none."""
        return {document.name: document for document in self.references}[name]


@dataclass(frozen=True, slots=True)
class Order:
    """What a person typed, and whose home this is; `machine` is how the hub's list shall name the PC."""

    hub_url: str
    code: str
    home_id: str
    machine: str = ""


def enrol(home: Path, order: Order, connect: Connect, random_bytes: Callable[[int], bytes]) -> Enrolment:
    """Present the code and fetch what a new PC needs.

    Can be called again with the same code after any failure. Raises CodeRefused or what the road raises,
    Unavailable when the home's disk refuses.
    """
    seed = _device_seed(home / NOTE_NAME, random_bytes)
    public = sign_public_of(seed).hex()
    answer = connect(None).enrol(
        EnrolRequest(
            protocol=MAX_VERSION, code=order.code.strip(), device_public=public, machine=order.machine
        )
    )
    if not MIN_VERSION <= answer.protocol <= MAX_VERSION:
        raise ProtocolTooOld(f"hub speaks {answer.protocol}")
    transport = connect(Credentials(answer.device, seed))
    documents = tuple(_fetch(transport, name, answer.hub_public) for name in REFERENCES)
    return Enrolment(_identity(answer, order, seed), documents)


def settle(store: StationStore, enrolment: Enrolment, clock: Clock) -> None:
    """Put an enrolment into the store in one transaction.

    The note of the device key stays until `finish`, so that the code can be used again whatever happens.
    """
    with store.write() as unit:
        unit.identity.set(enrolment.identity)
        for document in enrolment.references:
            unit.references.put(
                document.name, document.version, document.body, document.signature, clock.now()
            )


def finish(home: Path) -> None:
    """Remove the note: the station is set up, and its store alone holds the device key."""
    _remove_note(home / NOTE_NAME)


def _identity(answer: EnrolResponse, order: Order, seed: bytes) -> Identity:
    return Identity(
        device=answer.device,
        station=answer.station,
        slot=answer.slot,
        desks=answer.desks,
        epoch=answer.epoch,
        hub_public=answer.hub_public,
        hub_url=order.hub_url,
        device_seed=seed,
        home_id=order.home_id,
    )


def _fetch(transport: HubTransport, name: str, hub_public: str) -> Reference:
    document = transport.reference(name)
    require_signed(document, name, document.version, hub_public)
    return Reference(document.name, document.version, document.body, document.signature)


def _device_seed(note: Path, random_bytes: Callable[[int], bytes]) -> bytes:
    """Return the key of an enrolment begun before, or a new one that is on disk already."""
    with contextlib.suppress(FileNotFoundError, Damaged):
        return read_checked(note, _parse_note).value
    seed = new_device_keys(random_bytes).sign_seed
    write_twice(note, json.dumps({"device_seed": seed.hex()}).encode())
    return seed


def _parse_note(data: bytes) -> bytes:
    try:
        seed = bytes.fromhex(json.loads(data)["device_seed"])
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(type(error).__name__) from error
    if len(seed) != KEY_BYTES:
        raise Damaged("device seed")
    return seed


def _remove_note(note: Path) -> None:
    try:
        note.unlink(missing_ok=True)
        copy_of(note).unlink(missing_ok=True)
    except OSError as error:
        raise disk_trouble(error) from error
