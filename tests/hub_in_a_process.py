"""The demonstration county's hub in a process of its own, and PCs enrolled with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import demonstration_passwords
from stationapp.domain.check_character import check_character
from stationapp.domain.organisation import Organisation, organisation_to_mapping
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths
from stationapp.services.enrolment import enrol_station
from stationapp.services.session import sign_in, sign_out
from stationapp.services.workplace import Workplace

_PEOPLE = count(1)
PASSWORDS = demonstration_passwords()


def another_number() -> str:
    """An identity number that no applicant had before: the hub tells both sides of a possible double application."""
    body = f"51072119420307{next(_PEOPLE):03}"
    return body + check_character(body)


@contextmanager
def serving(folder: Path) -> Iterator[HubProcess]:
    """A fresh hub that serves for the length of the block."""
    with HubProcess(folder) as hub, hub.at_hand():
        hub.initialise()
        hub.serve()
        yield hub


def address(hub: HubProcess) -> str:
    """Where the hub listens."""
    return f"http://127.0.0.1:{hub.port}"


def enrolled(hub: HubProcess, home: Path, station: str) -> StationPaths:
    """A new PC of a station."""
    paths = StationPaths.at(home)
    enrol_station(paths, SystemClock(), address(hub), hub.enrolment_code(station))
    return paths


@contextmanager
def signed_in(paths: StationPaths, login: str, password: str = "", post: str = "") -> Iterator[Workplace]:
    """Somebody at the PC."""
    workplace = sign_in(paths, SystemClock(), login, password or PASSWORDS[login], post)
    try:
        yield workplace
    finally:
        sign_out(workplace)


def publish(hub: HubProcess, folder: Path, organisation: Organisation, **passwords: str) -> None:
    """Publish an organisation, with the passwords of new people."""
    _write(folder / "organisation.json", organisation_to_mapping(organisation))
    _write(folder / "passwords.json", passwords)
    files = [str(folder / name) for name in ("organisation.json", "passwords.json")]
    hub.ask("publish", "organisation", files[0], "--passwords", files[1])


def _write(file: Path, data: Any) -> None:
    file.write_text(json.dumps(data, ensure_ascii=False, default=asdict), encoding="utf-8")
