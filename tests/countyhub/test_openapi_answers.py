"""Every success that the published OpenAPI document names is reached by genuine requests, and is as it says."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx
import pytest
from jsonschema import ValidationError

from countyhub.devices import orders
from countyhub.openapi import CONTRACTS, PATH
from courier_files import carry, sealed, spooled_whole
from hubprotocol.key_changes import announce
from hubprotocol.messages import DigestRequest, ExchangeResponse, HoldingsMessage
from hubprotocol.orders import sign_farewell
from openapi_answers import Described

VILLAGE, TOWN = "510704105209", "510704105000"
PIECE = 16_384
SCAN = bytes(range(256)) * 100
OTHER = b"another scan"
# The same answers come from both; other tests show that.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Watched:
    """The county's client; each answer is compared with the document, and noted by method, template and status."""

    inner: Any
    described: Described
    seen: set[tuple[str, str, int]] = field(default_factory=set)

    def request(self, method: str, path: str, **parts: Any) -> httpx.Response:
        answer: httpx.Response = self.inner.request(method, path, **parts)
        self.described.expect(method, path, answer)
        self.seen.add((method, self.described.template(path), answer.status_code))
        return answer


@pytest.fixture
def watched(county: Any) -> Watched:
    document = county.client.request("GET", PATH).json()
    made = county.client = Watched(county.client, Described(document))
    return made


def test_every_success_there_is_comes_as_it_is_described(county: Any, watched: Watched) -> None:
    watched.request("GET", PATH)
    village = county.enrol(VILLAGE, "agent")
    exchange_and_read(village)
    upload(village)
    download(village)
    compare(village)
    carry_on(county, village)
    leave(county, village)
    named = {(*place, status) for place, row in CONTRACTS.items() for status in row.answers}
    assert {one for one in watched.seen if one[2] < 400} == named


def exchange_and_read(village: Any) -> None:
    """A case that is held for its scan, an act that is refused, and the documents."""
    case_id = village.receive(attachments=(SCAN,))
    village.act("conclude", case_id, "agent")
    village.seal("{}", "agent")
    exchange(village)
    assert [village.verdicts[seq].result for seq in (1, 2, 3)] == ["held", "held", "refused"]
    for name in ("organisation", "catalogue", "calendar", "devices"):
        told = village.http("GET", f"/sync/v1/reference/{name}").json()
        village.http("GET", f"/sync/v1/reference/{name}/{told['version']}")


def exchange(village: Any) -> None:
    answer = village.http("POST", "/sync/v1/exchange", village.request().model_dump_json().encode())
    village.take(ExchangeResponse.model_validate_json(answer.content))


def upload(village: Any) -> None:
    """One piece and the rest in a stream; the same file once more; another one that is given up."""
    village.http("OPTIONS", "/sync/v1/uploads")
    place = village.http("POST", "/sync/v1/uploads", **village.upload_headers(SCAN)).headers["Location"]
    digest = base64.b64encode(hashlib.sha256(SCAN[:PIECE]).digest()).decode()
    piece = {"Content-Digest": f"sha-256=:{digest}:"}
    village.http("PUT", f"{place}/pieces/0", SCAN[:PIECE], **piece)
    assert village.http("GET", f"{place}/pieces").json()["missing"] == [[1, 1]]
    for method in ("HEAD", "GET"):
        assert village.http(method, place).headers["Upload-Offset"] == str(PIECE)
    rest = {
        "Upload-Offset": str(PIECE),
        "Upload-Complete": "?1",
        "Content-Type": "application/partial-upload",
    }
    assert village.http("PATCH", place, SCAN[PIECE:], b"", **rest).headers["Upload-Complete"] == "?1"
    village.http("POST", "/sync/v1/uploads", **village.upload_headers(SCAN))
    other = village.http("POST", "/sync/v1/uploads", **village.upload_headers(OTHER)).headers["Location"]
    village.http("DELETE", other)
    exchange(village)


def download(village: Any) -> None:
    """Whole, in part, not at all."""
    path = f"/sync/v1/attachments/{hashlib.sha256(SCAN).hexdigest()}"
    whole = village.http("GET", path)
    assert whole.content == SCAN
    assert village.http("GET", path, Range="bytes=5-9").content == SCAN[5:10]
    village.http("GET", path, **{"If-None-Match": whole.headers["ETag"]})


def compare(village: Any) -> None:
    """A snapshot, twice; a digest that differs; the hub's keys."""
    path = f"/sync/v1/snapshot?feed={VILLAGE}"
    first = village.http("GET", path)
    assert first.json()["cases"]
    village.http("GET", path, **{"If-None-Match": first.headers["ETag"]})
    wrong = HoldingsMessage(count=0, digest="0" * 64)
    cursor = village.mirrors[VILLAGE].cursor()
    asked = DigestRequest(protocol=1, device=village.device, cursor=cursor, buckets=(wrong,))
    assert village.http("POST", "/sync/v1/digest", asked.model_dump_json().encode()).json()["differing"]
    village.http("GET", "/sync/v1/hub-keys")


def carry_on(county: Any, village: Any) -> None:
    """A township carries the village's file, and fetches the answer to it."""
    town, data = county.enrol(TOWN, "clerk"), sealed(county, village, scans=(SCAN,))
    spooled_whole(town, data)
    answer = carry(town, data).json()["answer"]
    assert town.http("GET", f"/sync/v1/courier/{answer['hash']}/0").content


def leave(county: Any, village: Any) -> None:
    """The village changes its key, is lost, hears the order, and takes its leave."""
    change = announce(village.device, 4, village.seed, b"n" * 32)
    village.seed = b"n" * 32
    village.http("POST", "/sync/v1/device-key", json.dumps(asdict(change)).encode())
    order = orders.lose(county.hub, village.device, wipe=True)
    assert order is not None
    village.http("POST", "/sync/v1/exchange", village.request().model_dump_json().encode())
    head = village.acknowledged
    plain = {"device": village.device, "order": order.number, "stage": "ready"}
    plain |= {"seq": head.seq, "hash": head.hash}
    signature = sign_farewell(village.seed, *plain.values())
    village.http("POST", "/sync/v1/farewell", json.dumps({**plain, "signature": signature}).encode())


def test_an_answer_that_is_not_as_described_is_noticed(watched: Watched) -> None:
    """The comparison can fail: by status, media type, header field, and a field of the body too many or too few."""
    path, shape = "/sync/v1/hub-keys", {"public": "0" * 64, "changes": []}
    watched.described.expect("GET", path, httpx.Response(200, json=shape))
    wrong = [
        httpx.Response(204),
        httpx.Response(200, text="{}"),
        httpx.Response(200, json=shape, headers={"X-Other": "1"}),
        httpx.Response(200, json={"changes": []}),
        httpx.Response(200, json=shape | {"more": 1}),
        httpx.Response(404, json={"detail": "Not Found"}),
        httpx.Response(404, json={"detail": 1}, headers={"Content-Type": "application/problem+json"}),
        httpx.Response(500, json=shape),
    ]
    for answer in wrong:
        with pytest.raises((AssertionError, ValidationError)):
            watched.described.expect("GET", path, answer)
