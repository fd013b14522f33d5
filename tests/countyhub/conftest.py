"""A small county with a real hub, and station PCs that keep strictly to the protocol."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from countyhub.acceptance.service import exchange
from countyhub.app import create_app
from countyhub.attachments.files import FolderFiles
from countyhub.clock import CHINA_TIME
from countyhub.database import Database
from countyhub.devices import service as devices
from countyhub.hub import Hub
from countyhub.initialise import initialise
from hubprotocol.digests import EMPTY_HOLDINGS, add_holding, case_hash, holding, next_mailbox_hash
from hubprotocol.envelope import GENESIS, Envelope, seal
from hubprotocol.keys import KdfParams, derive_person_keys, sign_public_of
from hubprotocol.messages import (
    AttachmentOffer,
    ChainHeadMessage,
    CursorMessage,
    EnrolResponse,
    EntryKind,
    EntryMessage,
    EnvelopeMessage,
    ExchangeRequest,
    ExchangeResponse,
    PageMessage,
    VerdictMessage,
)
from hubprotocol.requests import sign_request
from hubprotocol.versions import CASE_EVENT_KIND, MAX_VERSION
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.catalogue import Catalogue, HandlingKind, ItemStatus, Material, ServiceItem
from stationapp.domain.check_character import check_character
from stationapp.domain.events import CaseEvent, Hand, Versions, event_to_mapping
from stationapp.domain.numbers import BatchNumber, EnquiryCode, ReceiptNumber
from stationapp.domain.organisation import (
    Desk,
    DeskKind,
    Level,
    Organisation,
    Person,
    Post,
    PostKind,
)
from stationapp.domain.time_limits import Limit, LimitUnit

COUNTY = "510704"
VILLAGE, OTHER_VILLAGE = "510704105209", "510704105213"
TOWN, WINDOW = "510704105000", "510704000000"
BUREAU = "510704000000-rsj"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=CHINA_TIME)
TODAY = NOON.date()
ITEM = "51070401-REGISTER"
LICENCE = "51070402-LICENCE"

_DESKS = (
    Desk(WINDOW, "县综合窗口", Level.COUNTY, WINDOW, organ_short="试验政务"),
    Desk(BUREAU, "县人社局", Level.COUNTY, WINDOW, DeskKind.DEPARTMENT, WINDOW, organ_short="试验人社"),
    Desk(TOWN, "沉抗镇便民服务中心", Level.TOWNSHIP, TOWN, parent=WINDOW, organ_short="试验沉抗"),
    Desk(VILLAGE, "抗香村便民服务站", Level.VILLAGE, VILLAGE, parent=TOWN, organ_short="试验抗香"),
    Desk(
        OTHER_VILLAGE, "同瓦村便民服务站", Level.VILLAGE, OTHER_VILLAGE, parent=TOWN, organ_short="试验同瓦"
    ),
)
_POSTS = (
    Post("village/agent", VILLAGE, PostKind.AGENT, "代办员岗", "agent", "second"),
    Post("other/agent", OTHER_VILLAGE, PostKind.AGENT, "代办员岗", "neighbour"),
    Post("town/clerk", TOWN, PostKind.CLERK, "综合窗口岗", "clerk"),
    Post("window/window", WINDOW, PostKind.WINDOW, "县级窗口岗", "window"),
    Post("bureau/officer", BUREAU, PostKind.OFFICER, "经办岗", "officer"),
    Post("bureau/approver", BUREAU, PostKind.APPROVER, "审批岗", "approver"),
)
_PEOPLE = {
    "agent": "何䶮",
    "second": "赵㛃",
    "neighbour": "王𬭎",
    "clerk": "文𡋾",
    "window": "邓小湖",
    "officer": "唐立",
    "approver": "任远",
}
PASSWORDS = {name: f"secret of {name}" for name in _PEOPLE}


def organisation() -> Organisation:
    """The county's desks, posts and persons; keys are cheap to derive."""
    people = (
        Person(name, title, name, kdf_ops=1, kdf_memory_kib=8, sign_public="")
        for name, title in _PEOPLE.items()
    )
    return Organisation(1, COUNTY, "试验县", _DESKS, _POSTS, tuple(people))


def catalogue() -> Catalogue:
    """A service that the county decides, and a licence that a township grants."""
    item = ServiceItem(
        ITEM,
        1,
        "城乡居民养老保险参保登记",
        "20",
        HandlingKind.COMMITTED,
        Level.COUNTY,
        "rsj",
        "县人社局",
        ItemStatus.IN_USE,
        date(2020, 1, 1),
        content="参保登记",
        basis="社会保险经办条例",
        conditions="本县户籍",
        procedure="收件、受理、审查、决定、送达",
        promised_limit=Limit(10, LimitUnit.WORKING_DAYS),
        fee="不收费",
        result_name="参保凭证",
        materials=(Material("m1", "居民身份证复印件", 0, 1),),
        materials_known=True,
    )
    licence = replace(
        item,
        code=LICENCE,
        name="农村村民住宅用地审批",
        item_type="01",
        decides_at=Level.TOWNSHIP,
        statutory_limit=Limit(20, LimitUnit.WORKING_DAYS),
    )
    return Catalogue(1, NOON.isoformat(), (item, licence))


def calendar() -> WorkCalendar:
    """A calendar of one year."""
    return WorkCalendar("cn-2026.1", range(2026, 2027), frozenset(), frozenset())


@dataclass
class Clock:
    """The hub's clock; it goes on by a millisecond with every look."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass(frozen=True)
class LocalClient:
    """Requests to the web application in this process, each in an event loop of its own."""

    app: FastAPI

    def request(self, method: str, path: str, **parts: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
                return await client.request(method, path, **parts)

        return asyncio.run(ask())


@dataclass
class Source:
    """Randomness and counts that stations of one test share."""

    random: Random
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    persons: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def uuid(self) -> str:
        """A fresh UUID from the county's own randomness."""
        text = self.random.randbytes(16).hex()
        return "-".join((text[:8], text[8:12], "7" + text[13:16], "8" + text[17:20], text[20:]))


@dataclass
class County(Source):
    """A hub with its clock and randomness, and its web application without a network."""

    hub: Hub = field(kw_only=True)
    clock: Clock = field(kw_only=True)
    client: LocalClient = field(kw_only=True)

    def person_seed(self, person_id: str) -> bytes:
        """What a person's password yields."""
        return seed_of(self.reference("organisation"), person_id)

    @staticmethod
    def organisation() -> Organisation:
        """The organisation the hub began with, before anybody had keys."""
        return organisation()

    def reference(self, name: str) -> str:
        """A reference document in force."""
        from countyhub.references import service

        document = service.read(self.hub, name)
        assert document is not None
        return document.body

    def enrol(self, station: str, *people: str, desks: tuple[str, ...] = ()) -> Station:
        """A new PC of a station, over HTTP."""
        code, _ = devices.make_code(self.hub, station, desks)
        seed = self.random.randbytes(32)
        request = {"protocol": MAX_VERSION, "code": code.lower(), "device_public": sign_public_of(seed).hex()}
        response = self.client.request("POST", "/sync/v1/enrol", json=request)
        assert response.status_code == 200, response.text
        answer = response.json()
        seeds = {name: self.person_seed(name) for name in people}
        return Station(self, answer["device"], station, answer["slot"], seed, seeds, tuple(answer["desks"]))


def seed_of(body: str, person_id: str) -> bytes:
    """What a person's password yields with the salt in a published organisation."""
    person = next(one for one in json.loads(body)["persons"] if one["person_id"] == person_id)
    params = KdfParams(person["kdf_ops"], person["kdf_memory_kib"] * 1024)
    return derive_person_keys(PASSWORDS[person_id], bytes.fromhex(person["salt"]), params).sign_seed


@dataclass
class Mirror:
    """What a station knows of one mailbox; every entry is checked on arrival."""

    feed: str
    epoch: str = ""
    position: int = 0
    hash: str = GENESIS
    cases: dict[str, list[Envelope]] = field(default_factory=dict)
    verdicts: list[VerdictMessage] = field(default_factory=list)
    kinds: list[EntryKind] = field(default_factory=list)

    def cursor(self) -> CursorMessage:
        return CursorMessage(feed=self.feed, epoch=self.epoch, position=self.position, hash=self.hash)

    def take(self, page: PageMessage) -> None:
        if page.restart:
            self.position, self.hash, self.cases, self.verdicts, self.kinds = 0, GENESIS, {}, [], []
        self.epoch = page.epoch
        for entry in page.entries:
            self._apply(entry)
        if self.position == page.head:
            assert self.holdings() == (page.holdings.count, page.holdings.digest)

    def _apply(self, entry: EntryMessage) -> None:
        told = [one.envelope.unpack() for one in entry.events]
        subjects = [one.hash for one in told]
        if entry.verdict:
            subjects = [str(entry.verdict.seq), entry.verdict.result.value, str(entry.verdict.revision)]
            self.verdicts.append(entry.verdict)
        assert entry.position == self.position + 1
        assert entry.hash == next_mailbox_hash(
            self.hash, entry.position, entry.kind.value, entry.case_id, subjects
        )
        self.position, self.hash = entry.position, entry.hash
        self.kinds.append(entry.kind)
        if entry.kind is EntryKind.PUT:
            self.cases[entry.case_id] = told
        elif entry.kind is EntryKind.EVENT:
            self.cases[entry.case_id] = self.cases[entry.case_id] + told
            assert entry.events[0].revision == len(self.cases[entry.case_id])
        elif entry.kind is EntryKind.EVICT:
            del self.cases[entry.case_id]

    def holdings(self) -> tuple[int, str]:
        total = EMPTY_HOLDINGS
        for case_id, envelopes in self.cases.items():
            part = holding(case_id, len(envelopes), case_hash(one.hash for one in envelopes))
            total = add_holding(total, part)
        return len(self.cases), total


@dataclass
class Station:
    """One PC: it seals events, sends them, and reads its mailboxes."""

    county: Source
    device: str
    station: str
    slot: int
    seed: bytes
    people: dict[str, bytes]
    desks: tuple[str, ...]
    envelopes: list[Envelope] = field(default_factory=list)
    acknowledged: ChainHeadMessage = field(default_factory=lambda: ChainHeadMessage(seq=0, hash=GENESIS))
    verdicts: dict[int, VerdictMessage] = field(default_factory=dict)
    mirrors: dict[str, Mirror] = field(default_factory=dict)
    offered: list[AttachmentOffer] = field(default_factory=list)
    now: datetime = NOON

    def act(self, move: str, case_id: str, person: str, **facts: Any) -> CaseEvent:
        """Seal one act of a person and put it into the outbox."""
        event = self.event(move, case_id, person, **facts)
        self.seal(json.dumps(event_to_mapping(event), ensure_ascii=False), person)
        return event

    def event(self, move: str, case_id: str, person: str, **facts: Any) -> CaseEvent:
        """An act of a person in the post he has."""
        post = next(one for one in _POSTS if person in (one.holder_a, one.holder_b))
        side = "A" if person == post.holder_a else "B"
        hand = Hand(post.desk_id, post.post_id, person, _PEOPLE[person], side)
        under = Versions(1, 1, "cn-2026.1")
        return CaseEvent(self.county.uuid(), case_id, move, self.now, hand, facts, under)

    def seal(self, body: str, person: str, kind: str = CASE_EVENT_KIND) -> Envelope:
        """Seal a body as the next link of the chain."""
        before = self.envelopes[-1].hash if self.envelopes else GENESIS
        seq = len(self.envelopes) + 1
        envelope = seal(self.device, seq, before, kind, body, self.seed, self.people[person])
        self.envelopes.append(envelope)
        return envelope

    def receive(self, person: str = "agent", attachments: tuple[bytes, ...] = (), **facts: Any) -> str:
        """Receive a case; returns its id."""
        case_id = self.county.uuid()
        self.act("receive", case_id, person, **self.opening(attachments) | facts)
        return case_id

    def opening(self, attachments: tuple[bytes, ...] = (), day: date = TODAY) -> dict[str, Any]:
        """The facts of a receive."""
        return {
            "application": application(attachments, next(self.county.persons)),
            "receipt_number": self.receipt_number(day),
            "enquiry_code": str(EnquiryCode.from_random(self.county.random.randbytes(16))),
        }

    @staticmethod
    def application() -> dict[str, Any]:
        """A complete application."""
        return application()

    def receipt_number(self, day: date = TODAY) -> str:
        return str(ReceiptNumber(self.station, day, self.slot, next(self.county.numbers)))

    def batch(self, target: str, desk: str = "") -> dict[str, str]:
        """The facts of a handover."""
        number = BatchNumber(desk or self.station, TODAY, self.slot, next(self.county.numbers))
        return {"to_desk": target, "batch_id": self.county.uuid(), "batch_number": str(number)}

    def request(self, **changes: Any) -> ExchangeRequest:
        """An exchange of everything the hub has not acknowledged."""
        unsent = self.envelopes[self.acknowledged.seq :]
        plain = {
            "protocol": MAX_VERSION,
            "device": self.device,
            "sent_at": NOON.isoformat(),
            "base": self.acknowledged,
            "envelopes": tuple(EnvelopeMessage.pack(one) for one in unsent[:512]),
            "cursors": tuple(mirror.cursor() for mirror in self.mirrors.values()),
            "offered": tuple(self.offered),
        }
        return ExchangeRequest(**plain | changes)

    def exchange(self, **changes: Any) -> ExchangeResponse:
        """Exchange without HTTP, and take in the answer."""
        assert isinstance(self.county, County)
        device = devices.find(self.county.hub, self.device)
        assert device is not None
        return self.take(exchange(self.county.hub, device, self.request(**changes)))

    def take(self, answer: ExchangeResponse) -> ExchangeResponse:
        """Take in an answer."""
        self.acknowledged = answer.acknowledged
        self.verdicts |= {verdict.seq: verdict for verdict in answer.verdicts}
        for page in answer.pages:
            self.mirrors.setdefault(page.feed, Mirror(page.feed)).take(page)
        for verdict in self.mirrors[f"device:{self.device}"].verdicts:
            self.verdicts[verdict.seq] = verdict
        return answer

    def result(self, seq: int = 0) -> tuple[str, list[str]]:
        """The last answer to an envelope (by default the last one): result and the codes of its reasons."""
        verdict = self.verdicts[seq or len(self.envelopes)]
        return verdict.result.value, [reason.code for reason in verdict.reasons]

    def receive_at_hub(self, person: str = "agent", **facts: Any) -> str:
        """Receive a case and see it accepted."""
        case_id = self.receive(person, **facts)
        self.exchange()
        assert self.result() == ("accepted", [])
        return case_id

    def http(
        self, method: str, path: str, body: bytes = b"", signed: bytes | None = None, **headers: str
    ) -> httpx.Response:
        """A signed request over HTTP."""
        assert isinstance(self.county, County)
        covered = body if signed is None else signed
        signature = sign_request(self.device, self.seed, method, path, covered, NOON.isoformat())
        return self.county.client.request(method, path, content=body, headers=signature | headers)

    @staticmethod
    def upload_headers(data: bytes) -> dict[str, str]:
        """The headers that open an upload."""
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        return {
            "Upload-Length": str(len(data)),
            "Upload-Complete": "?0",
            "Repr-Digest": f"sha-256=:{digest}:",
        }

    def upload(self, data: bytes) -> None:
        """Upload an attachment in one piece."""
        created = self.http("POST", "/sync/v1/uploads", **self.upload_headers(data))
        assert created.status_code == 201, created.text
        headers = {
            "Upload-Offset": "0",
            "Upload-Complete": "?1",
            "Content-Type": "application/partial-upload",
        }
        done = self.http("PATCH", created.headers["Location"], data, b"", **headers)
        assert done.headers["Upload-Complete"] == "?1", done.text


def identity_number(person: int) -> str:
    """The valid number of one of a thousand invented persons."""
    body = f"51070419620314{person:03d}"
    return body + check_character(body)


def application(attachments: tuple[bytes, ...] = (), person: int = 31) -> dict[str, Any]:
    """An invented applicant's complete application with scans."""
    scans = [
        {
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
            "name": "身份证.jpg",
            "media_type": "image/jpeg",
        }
        for data in attachments
    ]
    material = {"material_id": "m1", "name": "居民身份证复印件", "originals": 0, "copies": 1}
    return {
        "item_code": ITEM,
        "item_version": 1,
        "item_name": "城乡居民养老保险参保登记",
        "applicant": {
            "name": "王䶮",
            "document_kind": "resident_id",
            "document_number": identity_number(person),
        },
        "form": {},
        "materials": [{**material, "pages": 1, "keeper": "station", "attachments": scans}],
        "attorney": "paper",
    }


@pytest.fixture
def make_county(database_url: str, tmp_path: Path) -> Iterator[Callable[..., County]]:
    """Makes the county's hub in the test's database; its files lie in the folder that is named."""
    made: list[County] = []

    def make(folder: str = "files") -> County:
        clock, random = Clock(), Random(7)
        hub = Hub(Database(database_url), FolderFiles(tmp_path / folder), clock, random.randbytes)
        initialise(hub, COUNTY, organisation(), catalogue(), calendar(), PASSWORDS)
        made.append(County(random, hub=hub, clock=clock, client=LocalClient(create_app(hub))))
        return made[-1]

    yield make
    for county in made:
        county.hub.database.close()


@dataclass(frozen=True)
class Beginning:
    """A hub as `initialise` leaves it: its database, where its randomness goes on, and its time."""

    database: str
    chance: Any
    now: datetime


@pytest.fixture(scope="session")
def beginning(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Beginning]:
    """Makes the beginning of a hub in a kind of database, once in each process."""
    folder = tmp_path_factory.mktemp("beginning")

    @cache
    def begin(kind: str) -> Beginning:
        place = str(folder / "hub.sqlite") if kind == "sqlite" else "beginning"
        url = f"sqlite:///{place}"
        if kind != "sqlite":
            url = request.getfixturevalue("postgres_server").create(place)
        clock, chance = Clock(), Random(7)
        hub = Hub(Database(url), FolderFiles(folder / "files"), clock, chance.randbytes)
        initialise(hub, COUNTY, organisation(), catalogue(), calendar(), PASSWORDS)
        hub.database.close()
        return Beginning(place, chance.getstate(), clock.now)

    return begin


@pytest.fixture
def filled_database(
    request: pytest.FixtureRequest, beginning: Callable[[str], Beginning]
) -> Callable[[str], str]:
    """Who asks for a county has a copy of its beginning."""
    return lambda kind: beginning(kind).database if "county" in request.fixturenames else ""


@pytest.fixture
def county(database_url: str, beginning: Callable[[str], Beginning], tmp_path: Path) -> Iterator[County]:
    """A county with a fresh hub."""
    database = Database(database_url)
    begun = beginning("sqlite" if database.is_sqlite else "postgres")
    clock, chance = Clock(begun.now), Random(7)
    chance.setstate(begun.chance)
    hub = Hub(database, FolderFiles(tmp_path / "files"), clock, chance.randbytes)
    yield County(chance, hub=hub, clock=clock, client=LocalClient(create_app(hub)))
    database.close()


@pytest.fixture
def county_papers() -> tuple[Organisation, Catalogue, WorkCalendar, dict[str, str]]:
    """What a hub is made from: organisation, catalogue, calendar, initial passwords."""
    return organisation(), catalogue(), calendar(), dict(PASSWORDS)


@pytest.fixture
def enrolled_station() -> Callable[[EnrolResponse, bytes, str, tuple[str, ...]], Station]:
    """Makes a station of an enrolment's answer, its seed and the published organisation."""

    def make(answer: EnrolResponse, seed: bytes, body: str, people: tuple[str, ...]) -> Station:
        seeds = {name: seed_of(body, name) for name in people}
        source = Source(Random(11))
        return Station(source, answer.device, answer.station, answer.slot, seed, seeds, answer.desks)

    return make
