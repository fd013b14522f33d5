"""Two departments of one county side by side: each has what is in its custody, and nothing of the other's.

Every endpoint that names a case, a scan, a mailbox, an upload or a device is asked for the other's. The rows are
compared with what is served, so that an endpoint without a row fails here.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from countyhub.openapi import PATH, served
from countyhub.references import service as references
from countyhub.references.publishing import publish_catalogue, publish_organisation
from hubprotocol.courier.messages import CarryRequest
from hubprotocol.keys import KdfParams, derive_person_keys
from hubprotocol.messages import CursorMessage, DigestRequest, HoldingsMessage
from problem_answers import PERSONAL, expect
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.due_facts import due_fact
from stationapp.domain.events import CaseEvent, Hand, Versions, event_to_mapping
from stationapp.domain.organisation import Desk, DeskKind, Level, Person, Post, PostKind
from stationapp.domain.time_limits import Limit, LimitUnit

WINDOW = "510704000000"
SOCIAL, HOUSING = f"{WINDOW}-rsj", f"{WINDOW}-zjj"
PASSWORDS = {"builder": "words of the builder"}
ITEM, HOUSE = "51070401-REGISTER", "51070403-HOUSE"
CALENDAR = WorkCalendar("cn-2026.1", range(2026, 2027), frozenset(), frozenset())
# The same queries run on both engines; other tests show that.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SCOPELESS = {
    *(("GET", path) for path in (PATH, "/sync/v1/hub-keys")),
    *(("GET", f"/sync/v1/reference/{name}") for name in ("{name}", "{name}/{version}")),
    ("POST", "/sync/v1/enrol"),
    ("POST", "/sync/v1/device-key"),  # Two keys of the device itself sign it.
    *((method, "/sync/v1/uploads") for method in ("OPTIONS", "POST")),
}
"""What is the same for everybody, or makes something new of one's own."""


@dataclass(frozen=True)
class Department:
    """A department with a PC for it alone, a case in its custody with a scan, an upload and a file it carries."""

    desk: str
    pc: Any
    officer: str
    case_id: str
    scan: bytes
    upload: str
    carried: str


@dataclass(frozen=True)
class Row:
    """One request for something of another's, and how it may be refused."""

    place: tuple[str, str]
    path: str
    codes: frozenset[str]
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def rows(me: Department, other: Department, epoch: str) -> Iterator[Row]:
    """Everything of the other's that can be named, asked for in every way."""
    for feed in (other.desk, f"device:{other.pc.device}"):
        yield from _of_mailbox(me, feed, epoch)
    yield from _of_things(other)
    farewell = {"device": other.pc.device, "order": 1, "stage": "ready", "seq": 0, "hash": "0" * 64}
    leave = json.dumps({**farewell, "signature": "0" * 128}).encode()
    place = "/sync/v1/farewell"
    yield Row(("POST", place), place, frozenset({"bad-request", "bad-signature"}), leave)


def _of_mailbox(me: Department, feed: str, epoch: str) -> Iterator[Row]:
    foreign = frozenset({"foreign-feed"})
    cursor = CursorMessage(feed=feed, epoch=epoch, position=0, hash="0" * 64)
    exchange = me.pc.request(envelopes=(), cursors=(cursor,)).model_dump_json().encode()
    yield Row(("POST", "/sync/v1/exchange"), "/sync/v1/exchange", foreign, exchange)
    yield Row(("GET", "/sync/v1/snapshot"), f"/sync/v1/snapshot?feed={feed}", foreign)
    held = HoldingsMessage(count=0, digest="0" * 64)
    compare = DigestRequest(protocol=1, device=me.pc.device, cursor=cursor, buckets=(held,))
    yield Row(("POST", "/sync/v1/digest"), "/sync/v1/digest", foreign, compare.model_dump_json().encode())


def _of_things(other: Department) -> Iterator[Row]:
    unknown = frozenset({"not-found"})
    upload, piece = "/sync/v1/uploads/{upload_id}", "/sync/v1/courier/{file_hash}/{place}"
    digest = base64.b64encode(hashlib.sha256(b"piece").digest()).decode()
    patch = {"Upload-Offset": "0", "Upload-Complete": "?0", "Content-Type": "application/partial-upload"}
    yield Row(("GET", "/sync/v1/attachments/{sha256}"), f"/sync/v1/attachments/{sha256(other.scan)}", unknown)
    for method in ("HEAD", "GET", "DELETE"):
        yield Row((method, upload), other.upload, unknown)
    yield Row(("PATCH", upload), other.upload, unknown, headers=tuple(patch.items()))
    yield Row(("GET", upload + "/pieces"), other.upload + "/pieces", unknown)
    with_digest = (("Content-Digest", f"sha-256=:{digest}:"),)
    place = upload + "/pieces/{number}"
    yield Row(("PUT", place), f"{other.upload}/pieces/0", unknown, b"piece", with_digest)
    for method, body in (("PUT", b"x"), ("GET", b"")):
        yield Row((method, piece), f"/sync/v1/courier/{other.carried}/0", unknown, body)
    announced = CarryRequest(hash=other.carried, size=10).model_dump_json().encode()
    busy = frozenset({"carried-by-another"})
    yield Row(("POST", "/sync/v1/courier"), "/sync/v1/courier", busy, announced)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def publish_housing(county: Any) -> bytes:
    """Give the county a second department, with an officer and a service; return what his password yields."""
    housing = Desk(
        HOUSING, "县住建局", Level.COUNTY, WINDOW, DeskKind.DEPARTMENT, WINDOW, organ_short="试验住建"
    )
    officer = Post("housing/officer", HOUSING, PostKind.OFFICER, "经办岗", "builder")
    person = Person("builder", "孙𡋾", "builder", kdf_ops=1, kdf_memory_kib=8, sign_public="")

    def publish(connection: Any) -> None:
        now = references.current_organisation(connection, county.hub)
        edited = replace(
            now,
            desks=(*now.desks, housing),
            posts=(*now.posts, officer),
            persons=(*now.persons, person),
        )
        publish_organisation(connection, county.hub, edited, PASSWORDS)
        law = references.Law(connection, county.hub).current_catalogue
        item = replace(law.items[0], code=HOUSE, department="zjj", department_name="县住建局")
        publish_catalogue(connection, county.hub, replace(law, version=2, items=(*law.items, item)))

    county.hub.database.write(publish)
    persons = json.loads(county.reference("organisation"))["persons"]
    found = next(one for one in persons if one["person_id"] == "builder")
    params = KdfParams(found["kdf_ops"], found["kdf_memory_kib"] * 1024)
    return derive_person_keys(PASSWORDS["builder"], bytes.fromhex(found["salt"]), params).sign_seed


def act(pc: Any, signer: str, event: CaseEvent) -> tuple[str, list[str]]:
    """Send an act by the organisation and the catalogue of now; return what the hub says to it."""
    now = replace(event, under=Versions(2, 2, "cn-2026.1"))
    pc.seal(json.dumps(event_to_mapping(now), ensure_ascii=False), signer)
    pc.exchange()
    result: tuple[str, list[str]] = pc.result()
    return result


def assigned(hall: Any, desk: str, scan: bytes) -> str:
    """A case that the window received and assigned to a department."""
    case_id, number = hall.county.uuid(), f"{len(hall.envelopes) + 1:06}"
    opening = hall.opening((scan,))
    item = opening["application"] | {"item_code": HOUSE if desk == HOUSING else ITEM}
    hall.upload(scan)
    promised = due_fact(hall.now.date(), Limit(10, LimitUnit.WORKING_DAYS), CALENDAR)
    steps: dict[str, dict[str, Any]] = {
        "receive": opening | {"application": item},
        "register": {},
        "accept": {"promised_due": promised, "document_number": f"试验政务受〔2026〕{number}号"},
        "assign": {"to_desk": desk},
    }
    for move, facts in steps.items():
        assert act(hall, "window", hall.event(move, case_id, "window", **facts)) == ("accepted", []), move
    return str(case_id)


def department(county: Any, hall: Any, desk: str, officer: str) -> Department:
    pc, scan = county.enrol(WINDOW, desks=(desk,)), f"a scan for {desk}".encode()
    case_id = assigned(hall, desk, scan)
    created = pc.http("POST", "/sync/v1/uploads", **pc.upload_headers(f"begun by {desk}".encode()))
    announced = CarryRequest(hash=sha256(desk.encode()), size=10)
    pc.http("POST", "/sync/v1/courier", announced.model_dump_json().encode())
    return Department(desk, pc, officer, case_id, scan, created.headers["Location"], announced.hash)


@pytest.fixture
def departments(county: Any) -> tuple[Department, Department]:
    seed = publish_housing(county)
    hall = county.enrol(WINDOW, "window", desks=(WINDOW,))
    social = department(county, hall, SOCIAL, "officer")
    housing = department(county, hall, HOUSING, "builder")
    social.pc.people["officer"] = county.person_seed("officer")
    housing.pc.people["builder"] = seed
    return social, housing


BOTH = pytest.mark.parametrize("turned", [False, True], ids=["one", "the other"])


@BOTH
def test_every_endpoint_refuses_a_department_what_is_the_others(
    county: Any, departments: tuple[Department, Department], turned: bool
) -> None:
    me, other = reversed(departments) if turned else departments
    asked = set()
    for row in rows(me, other, me.pc.exchange().pages[0].epoch):
        answer = me.pc.http(row.place[0], row.path, row.body, **dict(row.headers))
        expect(answer, set(row.codes), row)
        asked.add(row.place)
    assert served(county.client.app).keys() == asked | SCOPELESS
    assert other.pc.http("HEAD", other.upload).status_code == 204, "and the other's upload is still there"


@BOTH
def test_a_department_has_its_own_and_nothing_beside_it(
    departments: tuple[Department, Department], turned: bool
) -> None:
    me, other = reversed(departments) if turned else departments
    told = me.pc.exchange()
    assert set(told.feeds) == {me.desk, f"device:{me.pc.device}"}
    assert set(me.pc.mirrors[me.desk].cases) == {me.case_id}
    shown = me.pc.http("GET", f"/sync/v1/snapshot?feed={me.desk}").json()
    assert [one["case_id"] for one in shown["cases"]] == [me.case_id]
    assert me.pc.http("GET", f"/sync/v1/attachments/{sha256(me.scan)}").content == me.scan
    cursor = me.pc.mirrors[me.desk].cursor()
    none = HoldingsMessage(count=0, digest="0" * 64)
    compare = DigestRequest(protocol=1, device=me.pc.device, cursor=cursor, buckets=(none,))
    answer = me.pc.http("POST", "/sync/v1/digest", compare.model_dump_json().encode())
    listed = [case["case_id"] for bucket in answer.json()["differing"] for case in bucket["cases"]]
    assert (listed, other.case_id in answer.text) == ([me.case_id], False)


def hand_of(department_: Department) -> Hand:
    """The officer's hand in the only post he has."""
    post = "bureau/officer" if department_.officer == "officer" else "housing/officer"
    name = "唐立" if department_.officer == "officer" else "孙𡋾"
    return Hand(department_.desk, post, department_.officer, name, "A")


def reviewed(me: Department, case_id: str, hand: Hand, signer: str) -> tuple[str, list[str]]:
    """What the hub says to a review of a case that a department's PC sends."""
    event = me.pc.event("review", case_id, "officer", opinion="符合条件。")
    return act(me.pc, signer, replace(event, hand=hand))


@BOTH
def test_a_department_does_nothing_to_the_others_case(
    departments: tuple[Department, Department], turned: bool
) -> None:
    """Neither in its own name, nor in the other's: with its own officer's key, or by the other's very officer."""
    me, other = reversed(departments) if turned else departments
    for one in departments:
        one.pc.exchange()
    me.pc.people[other.officer] = other.pc.people[other.officer]
    before = {case: len(told) for case, told in other.pc.mirrors[other.desk].cases.items()}
    results = [
        reviewed(me, other.case_id, hand_of(me), me.officer),
        reviewed(me, other.case_id, hand_of(other), other.officer),
    ]
    assert [result for result, _ in results] == ["refused", "refused"]
    assert results[1][1] == ["foreign-desk"]
    assert [word for word in PERSONAL if word in str(me.pc.verdicts)] == []
    other.pc.exchange()
    assert {case: len(told) for case, told in other.pc.mirrors[other.desk].cases.items()} == before
    assert reviewed(me, me.case_id, hand_of(me), me.officer) == ("accepted", []), "its own it may"
