"""Enrolling this PC with the county hub; it may be begun again with the same code after any failure."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from stationapp.domain.organisation import organisation_from_mapping
from stationapp.exchange.enrolment import NOTE_NAME, Connect, Enrolment, Order, enrol, finish, settle
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.transport import Credentials, HubTransport, HubUnreachable
from stationapp.platform import keyring_store
from stationapp.platform.atomic_files import copy_of, disk_trouble
from stationapp.platform.clock import Clock
from stationapp.platform.machine import platform_text
from stationapp.platform.paths import StationPaths, set_private_umask
from stationapp.platform.unavailable import Unavailable
from stationapp.platform.vault import Sealer, Vault
from stationapp.services.hub_address import county_ca, keep_county_ca
from stationapp.services.lost_pc import forget
from stationapp.services.people_here import note_people, renew_roster, sealers
from stationapp.services.roster import read_roster
from stationapp.store.station_store import StationStore


def enrol_station(
    paths: StationPaths, clock: Clock, hub_url: str, code: str, ca_file: Path | None = None
) -> None:
    """Make this PC a station: identity, documents, encrypted database, and who may sign in.

    `ca_file` is the county's certificate authority (PEM), the only one believed from then on. Raises Unavailable
    (CodeRefused for a wrong code); everything can be tried again with the same code.
    """
    set_private_umask()
    paths.prepare()
    if read_roster(paths.home) is not None:
        finish(paths.home)
        raise Unavailable("本机已经登记过，不需要再次登记。", "roster")
    _require_no_work(paths)
    if ca_file is not None:
        keep_county_ca(paths, ca_file)
    clients: list[HubClient] = []
    try:
        order = Order(hub_url, code, paths.home_id(), platform_text())
        _settle(
            paths,
            clock,
            enrol(
                paths.home, order, connecting(hub_url, clock, clients, county_ca(paths)), secrets.token_bytes
            ),
        )
    except HubUnreachable as away:
        raise Unavailable(_NOT_ENROLLED.format(hub_url), away.detail) from away
    finally:
        for client in clients:
            client.close()


_NOT_ENROLLED = (
    "连不上县级平台（{}），本机没有登记，还不能办件。请核对平台地址、网络和平台是否已启动，再用同一个登记码试一次；"
    "数据文件夹里已有的 enrolment.json 请不要删，重试时要用。"
)


def _require_no_work(paths: StationPaths) -> None:
    """A database without the note of an enrolment under way belongs to a station that worked: it is never replaced."""
    note = paths.home / NOTE_NAME
    if paths.database.exists() and not (note.exists() or copy_of(note).exists()):
        text = "数据文件夹中已有办件数据库，为避免丢失办件，不能再次登记。请保留文件夹不动，并联系维护人员。"
        raise Unavailable(text, "database without roster")


def connecting(hub_url: str, clock: Clock, clients: list[HubClient], ca_file: Path | None) -> Connect:
    """Return what makes roads to a hub; whoever asks closes the `clients` it has made."""

    def connect(credentials: Credentials | None) -> HubTransport:
        client = HubClient(hub_url, clock, credentials, ca_file)
        clients.append(client)
        return client

    return connect


def _settle(paths: StationPaths, clock: Clock, enrolment: Enrolment) -> None:
    """The roster comes last: a PC that has one is enrolled in full."""
    organisation = organisation_from_mapping(json.loads(enrolment.reference("organisation").body))
    people = sealers(organisation, enrolment.identity)
    if not people:
        raise Unavailable("县级平台还没有为本站设置人员，请联系县级管理员。", "nobody to seal to")
    data_key = _fresh_data_key(paths, people)
    store = StationStore.create(paths.database, data_key)
    try:
        settle(store, enrolment, clock)
        with store.write() as unit:
            note_people(unit, enrolment.reference("organisation"))
    finally:
        store.close()
    keyring_store.stash(paths.home_id(), data_key)
    renew_roster(paths, organisation, enrolment.identity)
    forget(paths)
    finish(paths.home)


def _fresh_data_key(paths: StationPaths, people: list[Sealer]) -> bytes:
    """An attempt that died before its roster left a vault whose key nobody used for work: it is made anew."""
    database = paths.database
    beside = (database.with_name(database.name + ending) for ending in ("-wal", "-shm"))
    try:
        for leftover in (paths.vault, copy_of(paths.vault), database, *beside):
            leftover.unlink(missing_ok=True)
    except OSError as error:
        raise disk_trouble(error) from error
    _, data_key = Vault.create(paths.home, people)
    return data_key
