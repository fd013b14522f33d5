"""Enrolling and revoking PCs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection

from countyhub.acceptance import repository as chains
from countyhub.devices import repository
from countyhub.devices.listing import publish_devices
from countyhub.devices.repository import Device, EnrolmentCode
from countyhub.devices.slots import next_slot
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.mailboxes import repository as mailboxes
from countyhub.problems import Problem
from countyhub.references import service as references
from hubprotocol.messages import EnrolRequest, EnrolResponse
from hubprotocol.versions import MAX_VERSION, MIN_VERSION
from stationapp.domain.organisation import Desk, DeskKind, Level, Organisation
from stationapp.domain.refusal import Reason, Refused

CODE_DAYS = 7
# Crockford's alphabet: no letter that is read as a digit. 16 characters hold 80 bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 16


def find(hub: Hub, device_id: str) -> Device | None:
    """Return an enrolled device, revoked or not."""
    with hub.database.read() as connection:
        return repository.load(connection, [device_id]).get(device_id)


def make_code(hub: Hub, station: str, desks: tuple[str, ...] = (), days: int = CODE_DAYS) -> tuple[str, str]:
    """Write a one-time code for a PC of a station; return it and when it expires.

    Without `desks` a PC works for the station, and at the county for the departments too. Raises Refused when
    the organisation in force has no such station or desk.
    """
    return make_code_for(
        hub,
        station,
        lambda connection: _desks_of(references.current_organisation(connection, hub), station, desks),
        days,
    )


def make_code_for(
    hub: Hub, station: str, desks: Callable[[Connection], tuple[str, ...]], days: int = CODE_DAYS
) -> tuple[str, str]:
    """Write a one-time code for whoever works for the desks that `desks` finds; return it and when it expires."""
    expires_at = (hub.now() + timedelta(days=days)).isoformat(timespec="milliseconds")
    code = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in hub.random_bytes(_CODE_LENGTH))

    def work(connection: Connection) -> None:
        row = EnrolmentCode(_hash_of(code), station, desks(connection), expires_at)
        repository.add_code(connection, row)

    hub.database.write(work)
    return "-".join(code[start : start + 4] for start in range(0, _CODE_LENGTH, 4)), expires_at


def _desks_of(organisation: Organisation, station: str, desks: tuple[str, ...]) -> tuple[str, ...]:
    home = organisation.desk(station)
    if home is None or home.kind is not DeskKind.STATION:
        raise Refused(Reason("no-station", f"组织机构里没有站点“{station}”。", "station"))
    allowed = (station, *(desk.desk_id for desk in organisation.desks if _is_department_of(desk, home)))
    foreign = [desk for desk in desks if desk not in allowed]
    if foreign:
        raise Refused(Reason("no-desk", f"站点“{station}”没有岗位“{'、'.join(foreign)}”。", "desks"))
    return desks or allowed


def _is_department_of(desk: Desk, home: Desk) -> bool:
    departments = home.level is Level.COUNTY and desk.kind is DeskKind.DEPARTMENT
    return departments and desk.station_code == home.desk_id


def enrol(hub: Hub, request: EnrolRequest) -> EnrolResponse:
    """Give a PC its identity; the same again for the same code and key, in case the answer was lost."""
    if not MIN_VERSION <= request.protocol <= MAX_VERSION:
        raise Problem("unsupported-protocol", min=MIN_VERSION, max=MAX_VERSION)
    with hub.database.read() as connection:  # Whoever guesses keeps no writer waiting.
        if not repository.knows_code(connection, _hash_of(request.code)):
            raise Problem("wrong-code")
    device = hub.database.write(lambda connection: _enrol(connection, hub, request))
    with hub.database.read() as connection:
        identity = identities.load(connection)
    return EnrolResponse(
        protocol=MAX_VERSION,
        device=device.device_id,
        station=device.station,
        slot=device.slot,
        desks=device.desks,
        epoch=identity.epoch,
        hub_public=identity.public.hex(),
        server_time=hub.stamp(),
    )


def _enrol(connection: Connection, hub: Hub, request: EnrolRequest) -> Device:
    code = repository.lock_code(connection, _hash_of(request.code))
    if code is None:
        raise Problem("wrong-code")
    if code.used_by:
        return _enrolled_before(connection, code, request)
    if code.expires_at < hub.stamp():
        raise Problem("wrong-code")
    restored = identities.load(connection).restored
    slot = next_slot(repository.slots_of(connection, code.station), hub.random_bytes, restored=restored)
    if slot is None:
        raise Problem("no-slot")
    public = bytes.fromhex(request.device_public)
    device = Device(hub.random_bytes(16).hex(), code.station, slot, public, code.desks)
    repository.add(connection, device, request.machine, hub.stamp())
    repository.use_code(connection, code.code_hash, device.device_id)
    chains.start_chain(connection, device.device_id)
    mailboxes.ensure(connection, sorted(device.feeds))
    publish_devices(connection, hub)
    return device


def _enrolled_before(connection: Connection, code: EnrolmentCode, request: EnrolRequest) -> Device:
    device = repository.load(connection, [code.used_by])[code.used_by]
    if device.public.hex() != request.device_public or device.revoked or device.lost:
        raise Problem("wrong-code")
    return device


def revoke(hub: Hub, device_id: str) -> bool:
    """Take a device's rights away and tell the stations; False when it has none."""

    def work(connection: Connection) -> bool:
        done = repository.revoke(connection, device_id, hub.stamp())
        if done:
            publish_devices(connection, hub)
        return done

    return hub.database.write(work)


def assign_desks(hub: Hub, device_id: str, desks: tuple[str, ...]) -> bool:
    """Let a device work for these desks of its station and no others; False when it has no rights here.

    Its mailboxes change with them: it reads a new desk's from the beginning, and takes back what only a desk that
    it lost made visible. Raises Refused for a desk that is not of its station.
    """

    def work(connection: Connection) -> bool:
        device = repository.load(connection, [device_id]).get(device_id)
        if device is None or device.revoked:
            return False
        organisation = references.current_organisation(connection, hub)
        repository.place(connection, device_id, _desks_of(organisation, device.station, desks))
        mailboxes.ensure(connection, sorted(desks))
        return True

    return hub.database.write(work)


def _hash_of(code: str) -> str:
    """Hash a code however it was typed: hyphens, spaces and case do not count, O I L are read as digits."""
    plain = "".join(code.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    return hashlib.sha256(f"countyhub-enrolment\n{plain}".encode()).hexdigest()
