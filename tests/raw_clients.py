"""A hub of the small county, and PCs that speak its protocol without our program: they seal what they are told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx

from countyhub.acceptance.case_repository import cases_of
from countyhub.app import create_app
from countyhub.attachments.files import FolderFiles
from countyhub.database import Database
from countyhub.devices import service as devices
from countyhub.hub import Hub
from countyhub.initialise import initialise
from hub_world import InProcess, person_seed
from hubprotocol.envelope import GENESIS, seal
from hubprotocol.keys import sign_public_of
from hubprotocol.messages import (
    ChainHeadMessage,
    EnrolRequest,
    EnvelopeMessage,
    ExchangeRequest,
    VerdictMessage,
)
from hubprotocol.requests import sign_request
from hubprotocol.versions import CASE_EVENT_KIND, MAX_VERSION
from small_county import NOON, SECOND_TOWNSHIP, SECOND_VILLAGE, TOWNSHIP, VILLAGE, WINDOW, catalogue
from small_county import organisation as small_organisation
from stationapp.domain.case import Case
from stationapp.domain.events import CaseEvent, event_to_mapping
from stationapp.domain.organisation import Organisation
from walks import LONG_CALENDAR

STATIONS = (VILLAGE, TOWNSHIP, WINDOW, SECOND_VILLAGE, SECOND_TOWNSHIP)
PATH = "/sync/v1/exchange"


def keyed_organisation() -> Organisation:
    """The small county's, with everybody's key known to the tests."""
    county = small_organisation()
    persons = (
        replace(one, sign_public=sign_public_of(person_seed(one.person_id)).hex()) for one in county.persons
    )
    return replace(county, persons=tuple(persons))


@dataclass
class RawClient:
    """A PC that was tampered with: its chain is in order, and that is all."""

    county: RawCounty
    device: str
    seed: bytes
    seq: int = 0
    hash: str = GENESIS
    pending: list[EnvelopeMessage] = field(default_factory=list)

    def seal(self, body: str, person_id: str) -> None:
        """Put a body into the chain, signed by a person's key."""
        own = person_seed(person_id)
        envelope = seal(self.device, self.seq + 1, self.hash, CASE_EVENT_KIND, body, self.seed, own)
        self.seq, self.hash = envelope.seq, envelope.hash
        self.pending.append(EnvelopeMessage.pack(envelope))

    def event(self, event: CaseEvent, person_id: str = "") -> None:
        """Put an event into the chain, signed by its own person by default."""
        body = json.dumps(event_to_mapping(event), ensure_ascii=False)
        self.seal(body, person_id or event.hand.person_id)

    def push(self) -> list[VerdictMessage]:
        """Send what is pending over HTTP; return the verdicts in order."""
        response = self.county.exchange(self)
        assert response.status_code == 200, response.text
        self.pending = []
        return [VerdictMessage(**row) for row in response.json()["verdicts"]]


class RawCounty:
    """The hub with its clock, and a client for each station."""

    def __init__(self, folder: Path, seed: object = 0) -> None:
        self.now = NOON
        self.chance = Random(f"raw {seed}")
        self.hub = Hub(
            Database(f"sqlite:///{folder / 'hub.sqlite'}"),
            FolderFiles(folder / "files"),
            lambda: self.now,
            self.chance.randbytes,
        )
        self.network = InProcess(create_app(self.hub))
        self.clients: dict[str, RawClient] = {}

    def found(self) -> None:
        """Make the hub."""
        county = keyed_organisation()
        initialise(self.hub, county.county, county, catalogue(), LONG_CALENDAR, {})

    def enrol(self) -> None:
        """Enrol a client for each station."""
        for station in STATIONS:
            seed = self.chance.randbytes(32)
            code, _ = devices.make_code(self.hub, station)
            public = sign_public_of(seed).hex()
            got = devices.enrol(self.hub, EnrolRequest(protocol=MAX_VERSION, code=code, device_public=public))
            self.clients[station] = RawClient(self, got.device, seed)

    def of(self, desk_id: str) -> RawClient:
        """The client of a desk's station."""
        return self.clients[desk_id[:12]]

    def new_id(self) -> str:
        """A fresh UUID."""
        return str(UUID(bytes=self.chance.randbytes(16), version=4))

    def case(self, case_id: str) -> Case | None:
        """A case as the hub has it."""
        with self.hub.database.read() as connection:
            return next(iter(cases_of(connection, [case_id])), None)

    def exchange(self, client: RawClient) -> httpx.Response:
        """One signed request with what is pending at a client."""
        request = ExchangeRequest(
            protocol=MAX_VERSION,
            device=client.device,
            sent_at=self.now.isoformat(),
            base=ChainHeadMessage(seq=0, hash=GENESIS),
            envelopes=tuple(client.pending),
            cursors=(),
            offered=(),
        )
        return self.request(client, request.model_dump_json().encode())

    def request(self, client: RawClient, body: bytes) -> httpx.Response:
        """One signed request with any body."""
        signed: Any = sign_request(client.device, client.seed, "POST", PATH, body, self.now.isoformat())
        request = httpx.Request("POST", f"http://hub{PATH}", headers=signed, content=body)
        response = self.network.handle_request(request)
        response.read()
        return response

    def at(self, moment: datetime) -> None:
        """Set the hub's clock, which never goes back."""
        self.now = max(self.now, moment)

    def close(self) -> None:
        """End everything."""
        self.network.end()
        self.hub.database.close()


class RawTemplate:
    """A founded hub with enrolled clients, copied for every journey."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        county = RawCounty(folder)
        county.found()
        county.enrol()
        self._clients = {station: (one.device, one.seed) for station, one in county.clients.items()}
        county.close()

    @contextmanager
    def county(self, folder: Path, seed: object = 0) -> Iterator[RawCounty]:
        """A copy of the county."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        county = RawCounty(folder, seed)
        county.clients = {
            station: RawClient(county, device, own) for station, (device, own) in self._clients.items()
        }
        try:
            yield county
        finally:
            county.close()


def refused_codes(verdicts: Sequence[VerdictMessage]) -> list[set[str]]:
    """The codes of the reasons of each verdict."""
    return [{reason.code for reason in one.reasons} for one in verdicts]
