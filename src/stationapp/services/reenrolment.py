"""Enrolling this PC again: after its disk was cloned, restored from an old copy, or its enrolment was revoked."""

from __future__ import annotations

import secrets

from stationapp.exchange.enrolment import Connect, Enrolment, Order, enrol, finish
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.key_changes import follow_hub
from stationapp.exchange.reenrolment import become
from stationapp.exchange.transport import Credentials
from stationapp.platform.machine import platform_text
from stationapp.services.enrolment import connecting
from stationapp.services.hub_address import county_ca, hub_address
from stationapp.services.people_here import renew_people
from stationapp.services.second_road import NOTICE_SETTING
from stationapp.services.workplace import Workplace

_DONE = "本机已重新登记。只存在本机的 {acts} 条记录将自动补送到县级平台，不会重复。"


def enrol_again(workplace: Workplace, code: str) -> int:
    """Make this PC a new device of its station with a one-time code; return how many acts were sealed anew.

    The workplace has to be left afterwards: whoever works on signs in again. Nothing may exchange meanwhile. Raises
    Unavailable (CodeRefused for a wrong code); everything can be tried again with the same code.
    """
    paths, clock = workplace.paths, workplace.clock
    address = hub_address(paths, workplace.identity.hub_url)
    clients: list[HubClient] = []
    try:
        order = Order(address, code, paths.home_id(), platform_text())
        road = connecting(address, clock, clients, county_ca(paths))
        enrolment = enrol(paths.home, order, road, secrets.token_bytes)
        _follow_hub(workplace, enrolment, road)
    finally:
        for client in clients:
            client.close()
    sealed_anew = become(workplace.store, enrolment, clock)
    with workplace.store.write() as unit:
        unit.settings.set(NOTICE_SETTING, _DONE.format(acts=sealed_anew))
    renew_people(paths, workplace.data_key, workplace.store)
    finish(paths.home)
    return sealed_anew


def _follow_hub(workplace: Workplace, enrolment: Enrolment, road: Connect) -> None:
    """The hub may have changed its key since this PC last heard of it; its announcements have to lead there."""
    new = enrolment.identity
    with workplace.store.read() as unit:
        known = unit.identity.get()
    if known is None or known.hub_public == new.hub_public:
        return
    told = road(Credentials(new.device, new.device_seed)).hub_keys()
    follow_hub(workplace.store, known, new.hub_public, [one.unpack() for one in told.changes])
