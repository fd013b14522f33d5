"""Whatever is sent, signed or not: never a bug of the hub, always a problem document or what was described."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from countyhub.inspection.verification import verify_hub
from countyhub.openapi import CONTRACTS, PATH, document, served
from hub_world import quick_folder
from hubprotocol.requests import sign_request
from openapi_answers import Described
from openapi_strategies import Call, calls, mutated
from raw_clients import RawClient, RawCounty, RawTemplate
from small_county import VILLAGE

AT = "2026-11-21T12:00:00+08:00"
MOST = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(MOST, max_examples=30)


class Fuzzed:
    """A county with a case in it, and the document it publishes."""

    def __init__(self, county: RawCounty) -> None:
        self.county = county
        self.client: RawClient = county.clients[VILLAGE]
        answer = self.unsigned(Call("GET", PATH))
        self.document: dict[str, Any] = answer.json()
        self.described = Described(self.document)
        self.known = {
            "name": ["organisation", "devices"],
            "version": ["1"],
            "feed": [VILLAGE, f"device:{self.client.device}"],
            "epoch": [self.exchanged()["epoch"]],
            "Upload-Complete": ["?0", "?1"],
            "Upload-Offset": ["0", "5"],
            "Upload-Length": ["10"],
            "Repr-Digest": [f"sha-256=:{'A' * 43}=:"],
            "sha256": ["0" * 64],
            "upload_id": [self.upload()],
            "file_hash": ["0" * 64, self.carry()],
            "place": ["0"],
            "number": ["0", "1"],
            "as_of": ["0", "1"],
            "limit": ["1"],
        }

    def upload(self) -> str:
        headers = {"Upload-Length": "10", "Upload-Complete": "?0", "Repr-Digest": f"sha-256=:{'A' * 43}=:"}
        return (
            self.signed(Call("POST", "/sync/v1/uploads", b"", headers)).headers["Location"].rpartition("/")[2]
        )

    def carry(self) -> str:
        announced = json.dumps({"hash": "ab" * 32, "size": 10}).encode()
        assert self.signed(Call("POST", "/sync/v1/courier", announced)).status_code == 200
        return "ab" * 32

    def exchanged(self) -> dict[str, Any]:
        told: dict[str, Any] = self.county.exchange(self.client).json()
        return told

    def unsigned(self, call: Call) -> httpx.Response:
        return self._send(call, {})

    def signed(self, call: Call) -> httpx.Response:
        streamed = call.path.startswith("/sync/v1/uploads") and call.method != "PUT"
        body = b"" if streamed else call.body
        return self._send(
            call, sign_request(self.client.device, self.client.seed, call.method, call.path, body, AT)
        )

    def _send(self, call: Call, headers: dict[str, str]) -> httpx.Response:
        fields = [(name.encode(), text.encode("latin-1")) for name, text in (call.headers | headers).items()]
        request = httpx.Request(call.method, f"http://hub{call.path}", headers=fields, content=call.body)
        answer = self.county.network.handle_request(request)
        answer.read()
        return answer


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Fuzzed]:
    with quick_folder() as folder, RawTemplate(folder / "t").county(folder / "county") as county:
        yield Fuzzed(county)


def check(fuzzed: Fuzzed, call: Call, answer: httpx.Response) -> None:
    """An answer is what the document says of this endpoint, or a problem, and never a bug."""
    fuzzed.described.expect(call.method, call.path, answer)


def test_the_document_describes_what_is_served_and_nothing_else(fuzzed: Fuzzed) -> None:
    from countyhub.app import create_app

    app = create_app(fuzzed.county.hub)
    assert fuzzed.document == json.loads(json.dumps(document(app)))
    listed = {(name.upper(), path) for path, row in fuzzed.document["paths"].items() for name in row}
    assert listed == served(app).keys() == CONTRACTS.keys()
    assert fuzzed.document["openapi"].startswith("3.1")
    for schema in fuzzed.document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@MOST
@given(st.data())
def test_nobody_unsigned_finds_a_bug(fuzzed: Fuzzed, data: st.DataObject) -> None:
    call = data.draw(calls(fuzzed.document, fuzzed.known))
    answer = fuzzed.unsigned(call)
    check(fuzzed, call, answer)
    assert answer.status_code >= 400 or call.path == PATH


@pytest.mark.parametrize("place", sorted(CONTRACTS), ids=" ".join)
@FEW
@given(data=st.data())
def test_no_device_finds_a_bug_at_any_endpoint(
    fuzzed: Fuzzed, place: tuple[str, str], data: st.DataObject
) -> None:
    call = data.draw(calls(fuzzed.document, fuzzed.known, place))
    check(fuzzed, call, fuzzed.signed(call))


@MOST
@given(st.data())
def test_an_exchange_with_one_place_changed_finds_no_bug(fuzzed: Fuzzed, data: st.DataObject) -> None:
    """A genuine request, with envelopes, cursors and offers, is changed here and there and signed again."""
    plain = json.loads(genuine(fuzzed))
    for _ in range(data.draw(st.integers(1, 2))):
        plain = mutated(data.draw, plain)
    call = Call("POST", "/sync/v1/exchange", json.dumps(plain).encode())
    check(fuzzed, call, fuzzed.signed(call))


def genuine(fuzzed: Fuzzed) -> str:
    client = fuzzed.client
    own = {"feed": VILLAGE, "epoch": fuzzed.known["epoch"][0], "position": 0, "hash": "0" * 64}
    if not client.pending:
        client.seal('{"event_id": "x"}', "p-agent")
    envelopes = [one.model_dump() for one in client.pending]
    base = {"seq": 0, "hash": "0" * 64}
    offers = [{"sha256": "ab" * 32, "size": 3}]
    plain = {"protocol": 1, "device": client.device, "sent_at": AT, "base": base, "envelopes": envelopes}
    return json.dumps({**plain, "cursors": [own], "offered": offers})


@MOST
@given(
    body=st.binary(max_size=200), encoding=st.sampled_from(["", "zstd", "identity", "gzip"]), data=st.data()
)
def test_junk_that_is_well_signed_finds_no_bug(
    fuzzed: Fuzzed, body: bytes, encoding: str, data: st.DataObject
) -> None:
    paths = [path for path, row in fuzzed.document["paths"].items() if "post" in row]
    call = Call("POST", data.draw(st.sampled_from(paths)), body, {"Content-Encoding": encoding})
    check(fuzzed, call, fuzzed.signed(call))


def test_after_all_that_the_hub_is_sound(fuzzed: Fuzzed) -> None:
    assert verify_hub(fuzzed.county.hub).faults == []
