"""Enrolling this PC with the county hub; it may be begun again with the same code after any failure."""

from __future__ import annotations

import json
import secrets

from stationapp.domain.organisation import organisation_from_mapping
from stationapp.exchange.enrolment import Connect, Enrolment, Order, enrol, finish, settle
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.transport import Credentials, HubTransport
from stationapp.platform import keyring_store
from stationapp.platform.clock import Clock
from stationapp.platform.machine import platform_text
from stationapp.platform.paths import StationPaths, set_private_umask
from stationapp.platform.unavailable import Unavailable
from stationapp.platform.vault import NoVault, Sealer, Vault
from stationapp.services.roster import read_roster
from stationapp.services.session import renew_roster, sealers
from stationapp.store.station_store import StationStore


def enrol_station(paths: StationPaths, clock: Clock, hub_url: str, code: str) -> None:
    """Make this PC a station: identity, documents, encrypted database, and who may sign in.

    Raises Unavailable (CodeRefused for a wrong code); everything can be tried again with the same code.
    """
    set_private_umask()
    paths.prepare()
    if read_roster(paths.home) is not None:
        raise Unavailable("本机已经登记过，不需要再次登记。")
    clients: list[HubClient] = []
    try:
        order = Order(hub_url, code, paths.home_id(), platform_text())
        _settle(
            paths, clock, enrol(paths.home, order, _connect(hub_url, clock, clients), secrets.token_bytes)
        )
    finally:
        for client in clients:
            client.close()


def _connect(hub_url: str, clock: Clock, clients: list[HubClient]) -> Connect:
    def connect(credentials: Credentials | None) -> HubTransport:
        client = HubClient(hub_url, clock, credentials)
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
    finally:
        store.close()
    keyring_store.stash(paths.home_id(), data_key)
    renew_roster(paths, organisation, enrolment.identity)
    finish(paths.home)


def _fresh_data_key(paths: StationPaths, people: list[Sealer]) -> bytes:
    """An attempt that died before its roster left a vault whose key nobody used for work: it is made anew."""
    for leftover in (paths.vault, paths.vault.with_name(paths.vault.name + ".bak"), paths.database):
        leftover.unlink(missing_ok=True)
    _, data_key = Vault.create(paths.home, people)
    return data_key


def renew_people(paths: StationPaths, data_key: bytes, store: StationStore) -> None:
    """After a new organisation arrived: exactly its people can sign in here from now on."""
    with store.read() as unit:
        identity, reference = unit.identity.get(), unit.references.get("organisation")
    if identity is None or reference is None:
        raise Unavailable("本机尚未登记。", "no identity")
    organisation = organisation_from_mapping(json.loads(reference.body))
    people = sealers(organisation, identity)
    if not people:
        return
    try:
        Vault.open(paths.home).reseal(data_key, people)
    except NoVault:
        Vault.rebuild(paths.home, data_key, people)
    renew_roster(paths, organisation, identity)
