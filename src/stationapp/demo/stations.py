"""Three stations and the people who sign in there, one after the other as at a shared PC."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stationapp.demo.hub_process import HubProcess
from stationapp.demo.link import Link
from stationapp.platform.clock import Clock
from stationapp.platform.paths import StationPaths
from stationapp.platform.resources import resource
from stationapp.platform.single_instance import claim_home
from stationapp.platform.unavailable import Unavailable
from stationapp.services.enrolment import enrol_station
from stationapp.services.session import sign_in, sign_out
from stationapp.services.synchronise import Outcome, sync_once
from stationapp.services.workplace import Workplace

VILLAGE, TOWNSHIP, COUNTY = "510704105209", "510704105000", "510704000000"
AGENT, CLERK, TOWNSHIP_APPROVER, WINDOW = "hekangsheng", "zhengyurong", "fengsufen", "sumin"


@dataclass(frozen=True, slots=True)
class Station:
    """One PC: its home, its line to the hub, the passwords of its invented people."""

    code: str
    paths: StationPaths
    link: Link
    clock: Clock
    passwords: dict[str, str]

    @contextmanager
    def signed_in(self, login: str, post: str = "") -> Iterator[Workplace]:
        """Sign in for a while, offline or not."""
        with claim_home(self.paths.lock):
            workplace = sign_in(self.paths, self.clock, login, self.passwords[login], post)
            try:
                yield workplace
            finally:
                sign_out(workplace)


def demonstration_passwords() -> dict[str, str]:
    """Return login → password of the invented people, as the README names them."""
    data: dict[str, str] = json.loads(resource("demo", "passwords.json").read_text("utf-8"))
    return data


def enrol_stations(hub: HubProcess, homes: Path, clock: Clock) -> dict[str, Station]:
    """Enrol the village, its township and the county hall; each gets a line of its own to the hub."""
    passwords = demonstration_passwords()
    stations: dict[str, Station] = {}
    try:
        for name, code in (("village", VILLAGE), ("township", TOWNSHIP), ("county", COUNTY)):
            link, paths = Link(hub.port), StationPaths.at(homes / name)
            stations[code] = Station(code, paths, link, clock, passwords)
            link.connect()
            enrol_station(paths, clock, link.url, hub.enrolment_code(code))
    except BaseException:
        cut_all(stations)
        raise
    return stations


def cut_all(stations: Mapping[str, Station]) -> None:
    """Cut every line; without this the program would not end."""
    for station in stations.values():
        station.link.close()


def sync_until_agreed(workplace: Workplace) -> None:
    """Exchange with the hub until both hold the same; raises Unavailable when that cannot be reached."""
    for _ in range(5):
        result = sync_once(workplace)
        if result.problem is not None:
            raise result.problem
        if result.outcome is Outcome.AGREED:
            return
    raise Unavailable("站点与县级平台没有达成一致。", str(result.troubles))
