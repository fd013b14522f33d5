"""Every endpoint × everybody who has no business there: the expected problem, and nothing of anybody in the answer.

The rows are compared with what is served, so that an endpoint without a row fails here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import httpx
import pytest

from countyhub.devices import orders, service
from countyhub.openapi import PATH, served
from hubprotocol.key_changes import announce
from hubprotocol.messages import CursorMessage, DigestRequest, HoldingsMessage
from hubprotocol.requests import sign_request
from problem_answers import PERSONAL, expect

VILLAGE, OTHER, TOWN, WINDOW = "510704105209", "510704105213", "510704105000", "510704000000"
SCAN = b"an identity card"
SHA256 = hashlib.sha256(SCAN).hexdigest()
# The same queries run on both; other tests show that.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AT = "2026-11-21T12:00:00+08:00"

Ask = tuple[str, str, bytes, dict[str, str]]
"""Method, path with query, body, headers."""


@dataclass(frozen=True)
class Scene:
    """A village's case with a scan, and an upload it began."""

    county: Any
    village: Any
    case_id: str
    upload: str

    def asks(self) -> dict[tuple[str, str], Ask]:
        """One honest request of the village for each endpoint that needs a signature."""
        return {
            **self._about_itself(),
            **self._about_cases(),
            **self._about_uploads(),
            **self._about_sticks(),
        }

    def _about_itself(self) -> dict[tuple[str, str], Ask]:
        village = self.village
        changed = json.dumps(asdict(announce(village.device, 99, village.seed, b"n" * 32))).encode()
        farewell = {"device": village.device, "order": 1, "stage": "ready", "seq": 0, "hash": "0" * 64}
        leave = json.dumps({**farewell, "signature": "0" * 128}).encode()
        return {
            ("POST", "/sync/v1/device-key"): ("POST", "/sync/v1/device-key", changed, {}),
            ("GET", "/sync/v1/hub-keys"): ("GET", "/sync/v1/hub-keys", b"", {}),
            ("POST", "/sync/v1/farewell"): ("POST", "/sync/v1/farewell", leave, {}),
        }

    def _about_cases(self) -> dict[tuple[str, str], Ask]:
        village, reference = self.village, "/sync/v1/reference/{name}"
        cursor = CursorMessage(feed=VILLAGE, epoch=self.epoch(), position=1, hash="0" * 64)
        held = HoldingsMessage(count=0, digest="0" * 64)
        compare = DigestRequest(protocol=1, device=village.device, cursor=cursor, buckets=(held,))
        exchange = village.request().model_dump_json().encode()
        return {
            ("GET", reference): ("GET", "/sync/v1/reference/organisation", b"", {}),
            ("GET", reference + "/{version}"): ("GET", "/sync/v1/reference/organisation/1", b"", {}),
            ("POST", "/sync/v1/exchange"): ("POST", "/sync/v1/exchange", exchange, {}),
            ("GET", "/sync/v1/snapshot"): ("GET", f"/sync/v1/snapshot?feed={VILLAGE}", b"", {}),
            ("POST", "/sync/v1/digest"): ("POST", "/sync/v1/digest", compare.model_dump_json().encode(), {}),
            ("GET", "/sync/v1/attachments/{sha256}"): ("GET", f"/sync/v1/attachments/{SHA256}", b"", {}),
        }

    def _about_uploads(self) -> dict[tuple[str, str], Ask]:
        digest = base64.b64encode(hashlib.sha256(b"piece").digest()).decode()
        upload, piece = "/sync/v1/uploads/{upload_id}", {"Content-Digest": f"sha-256=:{digest}:"}
        patch = {"Upload-Offset": "0", "Upload-Complete": "?0", "Content-Type": "application/partial-upload"}
        fresh = self.village.upload_headers(b"fresh")
        return {
            ("OPTIONS", "/sync/v1/uploads"): ("OPTIONS", "/sync/v1/uploads", b"", {}),
            ("POST", "/sync/v1/uploads"): ("POST", "/sync/v1/uploads", b"", fresh),
            ("HEAD", upload): ("HEAD", self.upload, b"", {}),
            ("GET", upload): ("GET", self.upload, b"", {}),
            ("PATCH", upload): ("PATCH", self.upload, b"", patch),
            ("DELETE", upload): ("DELETE", self.upload, b"", {}),
            ("PUT", upload + "/pieces/{number}"): ("PUT", f"{self.upload}/pieces/0", b"piece", piece),
            ("GET", upload + "/pieces"): ("GET", f"{self.upload}/pieces", b"", {}),
        }

    def _about_sticks(self) -> dict[tuple[str, str], Ask]:
        carried = json.dumps({"hash": "ab" * 32, "size": 10}).encode()
        place, there = "/sync/v1/courier/{file_hash}/{place}", f"/sync/v1/courier/{'ab' * 32}/0"
        return {
            ("POST", "/sync/v1/courier"): ("POST", "/sync/v1/courier", carried, {}),
            ("PUT", place): ("PUT", there, b"x", {}),
            ("GET", place): ("GET", there, b"", {}),
        }

    def epoch(self) -> str:
        answer = self.village.request(envelopes=(), cursors=())
        body = answer.model_dump_json().encode()
        return str(self.village.http("POST", "/sync/v1/exchange", body).json()["epoch"])

    def send(self, ask: Ask, headers: dict[str, str]) -> httpx.Response:
        method, path, body, own = ask
        return self.county.client.request(method, path, content=body, headers=own | headers)


UNSIGNED = {("POST", "/sync/v1/enrol"), ("GET", PATH)}
BY_NEW_KEY = ("POST", "/sync/v1/device-key")


@pytest.fixture
def scene(county: Any) -> Scene:
    village = county.enrol(VILLAGE, "agent")
    case_id = village.receive(attachments=(SCAN,))
    village.exchange()
    village.upload(SCAN)
    created = village.http("POST", "/sync/v1/uploads", **village.upload_headers(b"another scan"))
    assert village.exchange().pages[0].entries or village.mirrors
    return Scene(county, village, case_id, created.headers["Location"])


def signature(device: str, seed: bytes, ask: Ask) -> dict[str, str]:
    """The headers with which a device signs a request; uploads are signed over an empty body."""
    method, path, body, _ = ask
    streamed = path.startswith("/sync/v1/uploads") and "/pieces/" not in path
    return sign_request(device, seed, method, path, b"" if streamed else body, AT)


def by_unknown(scene: Scene, ask: Ask) -> Iterator[dict[str, str]]:
    yield signature("f" * 32, scene.village.seed, ask)
    yield signature("hub", scene.village.seed, ask)
    yield signature("' OR 1=1 --", scene.village.seed, ask)


def by_nobody(scene: Scene, ask: Ask) -> Iterator[dict[str, str]]:
    yield {}


def badly_signed(scene: Scene, ask: Ask) -> Iterator[dict[str, str]]:
    village, (method, path, body, own) = scene.village, ask
    good = signature(village.device, village.seed, ask)
    yield good | {"X-Station-Signature": "0" * 128}
    yield good | {"X-Station-Signature": "no hex"}
    yield good | {"X-Station-Time": "2026-11-21T12:00:01+08:00"}
    yield {name: value for name, value in good.items() if name != "X-Station-Signature"}
    yield signature(village.device, b"s" * 32, ask)
    yield signature(village.device, village.seed, (method, path + "?x=1", body, own))
    yield signature(village.device, village.seed, ("TRACE", path, body, own))


def by_another(scene: Scene, ask: Ask) -> Iterator[dict[str, str]]:
    """Another device signs in the village's name, and sends the village's signed request as its own."""
    other = scene.county.enrol(OTHER)
    yield signature(scene.village.device, other.seed, ask)
    yield signature(scene.village.device, scene.village.seed, ask) | {"X-Station-Device": other.device}


REFUSED: dict[str, tuple[Callable[[Scene, Ask], Iterator[dict[str, str]]], set[str]]] = {
    "unknown": (by_unknown, {"unknown-device"}),
    "nobody": (by_nobody, {"unknown-device"}),
    "badly signed": (badly_signed, {"bad-signature"}),
    "another's signature": (by_another, {"bad-signature"}),
}


def test_every_endpoint_that_is_served_has_a_row(scene: Scene) -> None:
    assert served(scene.county.client.app).keys() == scene.asks().keys() | UNSIGNED


@pytest.mark.parametrize("who", REFUSED)
def test_nobody_without_a_device_s_signature_gets_anything(
    scene: Scene, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    forge, codes = REFUSED[who]
    for place, ask in scene.asks().items():
        for headers in forge(scene, ask):
            # The key a change announces is that of the message, whoever signed the request.
            expected = codes | {"bad-signature"} if place == BY_NEW_KEY else codes
            expect(scene.send(ask, headers), expected, (place, who))
    log = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("countyhub"))
    assert [word for word in (*PERSONAL, scene.village.seed.hex(), "0" * 128) if word in log] == []


STILL_HEARD = {
    ("POST", "/sync/v1/exchange"),
    ("GET", "/sync/v1/hub-keys"),
    BY_NEW_KEY,
    ("POST", "/sync/v1/farewell"),
    *((method, "/sync/v1/uploads") for method in ("OPTIONS", "POST")),
    *((method, "/sync/v1/uploads/{upload_id}") for method in ("HEAD", "GET", "PATCH", "DELETE")),
    ("PUT", "/sync/v1/uploads/{upload_id}/pieces/{number}"),
    ("GET", "/sync/v1/uploads/{upload_id}/pieces"),
}


def test_a_revoked_device_is_told_so_everywhere(scene: Scene) -> None:
    asks = scene.asks()
    service.revoke(scene.county.hub, scene.village.device)
    for place, ask in asks.items():
        seed = b"n" * 32 if place == BY_NEW_KEY else scene.village.seed
        expect(scene.send(ask, signature(scene.village.device, seed, ask)), {"revoked-device"}, place)


def test_a_lost_device_may_bring_and_gets_nothing(scene: Scene) -> None:
    asks = scene.asks()
    asks[BY_NEW_KEY] = asks.pop(BY_NEW_KEY)  # The last: it takes the key from all others.
    orders.lose(scene.county.hub, scene.village.device, wipe=False)
    for place, ask in asks.items():
        seed = b"n" * 32 if place == BY_NEW_KEY else scene.village.seed
        answer = scene.send(ask, signature(scene.village.device, seed, ask))
        if place not in STILL_HEARD:
            expect(answer, {"lost-device"}, place)
        assert [word for word in PERSONAL if word in answer.text] == [], place
        if place == ("POST", "/sync/v1/exchange"):
            told = answer.json()
            assert (told["pages"], told["references"], told["feeds"]) == ([], {}, [])
            assert told["order"]["kind"] == "lock"


def test_what_a_lost_device_had_not_sent_is_taken(scene: Scene) -> None:
    orders.lose(scene.county.hub, scene.village.device, wipe=True)
    scene.village.receive()
    body = scene.village.request().model_dump_json().encode()
    told = scene.village.http("POST", "/sync/v1/exchange", body).json()
    assert [one["result"] for one in told["verdicts"]] == ["accepted"]
    assert told["pages"] == []


@pytest.mark.parametrize(("station", "person"), [(OTHER, "neighbour"), (TOWN, "clerk"), (WINDOW, "officer")])
def test_what_is_a_village_s_own_nobody_else_reads(scene: Scene, station: str, person: str) -> None:
    """A neighbour, the county's departments, and the township before the village hands the case on to it."""
    stranger = scene.county.enrol(station, person)
    foreign = scene.village.request(envelopes=(), device=stranger.device, base=stranger.acknowledged)
    cursor = CursorMessage(feed=VILLAGE, epoch=scene.epoch(), position=0, hash="0" * 64)
    for feed in (VILLAGE, f"device:{scene.village.device}"):
        asked = foreign.model_copy(update={"cursors": (cursor.model_copy(update={"feed": feed}),)})
        expect(
            stranger.http("POST", "/sync/v1/exchange", asked.model_dump_json().encode()),
            {"foreign-feed"},
            feed,
        )
        expect(stranger.http("GET", f"/sync/v1/snapshot?feed={feed}"), {"foreign-feed"}, feed)
        digest = DigestRequest(
            protocol=1,
            device=stranger.device,
            cursor=cursor.model_copy(update={"feed": feed}),
            buckets=(HoldingsMessage(count=0, digest="0" * 64),),
        )
        answer = stranger.http("POST", "/sync/v1/digest", digest.model_dump_json().encode())
        expect(answer, {"foreign-feed"}, feed)
    expect(stranger.http("GET", f"/sync/v1/attachments/{SHA256}"), {"not-found"}, "attachment")
    for method, path, body, headers in scene.asks().values():
        if path.startswith("/sync/v1/uploads/"):
            expect(stranger.http(method, path, body, None if body else b"", **headers), {"not-found"}, path)
    assert [entry for page in stranger.exchange().pages for entry in page.entries] == []


def test_of_a_case_that_is_handed_on_only_the_next_hears(scene: Scene) -> None:
    village, town = scene.village, scene.county.enrol(TOWN, "clerk")
    others = [scene.county.enrol(OTHER, "neighbour"), scene.county.enrol(WINDOW, "officer")]
    village.act("hand_over", scene.case_id, "agent", **village.batch(TOWN))
    village.exchange()
    assert village.result() == ("accepted", [])
    assert scene.case_id in {entry.case_id for page in town.exchange().pages for entry in page.entries}
    assert town.http("GET", f"/sync/v1/attachments/{SHA256}").content == SCAN
    for stranger in others:
        assert [entry for page in stranger.exchange().pages for entry in page.entries] == []
        expect(stranger.http("GET", f"/sync/v1/attachments/{SHA256}"), {"not-found"}, "attachment")


def test_a_foreign_envelope_in_an_own_request_is_refused(scene: Scene) -> None:
    stranger = scene.county.enrol(OTHER, "neighbour")
    scene.village.receive()
    stolen = scene.village.request().envelopes
    renamed = tuple(one.model_copy(update={"device": stranger.device}) for one in stolen)
    assert stolen
    for envelopes in (stolen, renamed):
        body = stranger.request(envelopes=envelopes).model_dump_json().encode()
        expect(stranger.http("POST", "/sync/v1/exchange", body), {"bad-signature"}, "foreign envelope")
    named = stranger.request(device=scene.village.device).model_dump_json().encode()
    expect(stranger.http("POST", "/sync/v1/exchange", named), {"bad-request"}, "foreign name")
