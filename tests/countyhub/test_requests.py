"""Bodies within limits, and answers a machine and a person can read."""

from __future__ import annotations

import pytest
from zstandard import ZstdCompressor, ZstdDecompressor

from countyhub.devices import service
from countyhub.requests import MAX_SENT_BYTES, MAX_UNPACKED_BYTES
from hubprotocol.messages import ExchangeResponse

EXCHANGE = "/sync/v1/exchange"


@pytest.fixture
def village(county):
    return county.enrol("510704105209", "agent")


def test_an_exchange_travels_compressed_both_ways(village):
    village.receive()
    body = ZstdCompressor().compress(village.request().model_dump_json().encode())
    headers = {"Content-Encoding": "zstd", "Accept-Encoding": "gzip, zstd;q=1"}
    answer = village.http("POST", EXCHANGE, body, **headers)
    assert answer.headers["Content-Encoding"] == "zstd"
    taken = village.take(ExchangeResponse.model_validate_json(answer.content))
    assert taken.verdicts[0].result == "accepted"


def test_an_exchange_travels_uncompressed_too(village):
    body = village.request().model_dump_json().encode()
    answer = village.http("POST", EXCHANGE, body, **{"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in answer.headers
    assert ExchangeResponse.model_validate_json(answer.content).acknowledged.seq == 0


def test_the_signature_covers_the_bytes_as_sent(village):
    plain = village.request().model_dump_json().encode()
    packed = ZstdCompressor().compress(plain)
    assert ZstdDecompressor().decompress(packed) == plain
    answer = village.http("POST", EXCHANGE, packed, plain, **{"Content-Encoding": "zstd"})
    assert answer.json()["code"] == "bad-signature"


def test_a_body_that_unpacks_beyond_the_limit_is_refused(village):
    bomb = ZstdCompressor().compress(bytes(MAX_UNPACKED_BYTES + 1))
    answer = village.http("POST", EXCHANGE, bomb, **{"Content-Encoding": "zstd"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_body_beyond_the_limit_is_refused(village):
    answer = village.http("POST", EXCHANGE, bytes(MAX_SENT_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    ("encoding", "body", "status", "code"),
    [
        ("zstd", b"no zstd", 400, "bad-encoding"),
        ("zstd", ZstdCompressor().compress(b"{}" * 1000)[:-5], 400, "bad-encoding"),
        ("gzip", b"{}", 415, "unsupported-media"),
        ("identity", b"{}", 400, "bad-request"),
        ("identity", b"\xff\xfe", 400, "bad-request"),
        ("identity", b'{"device": "\\ud800"}', 400, "bad-request"),
    ],
)
def test_a_body_that_breaks_the_agreement_is_refused(village, encoding, body, status, code):
    answer = village.http("POST", EXCHANGE, body, **{"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_problem_names_the_place_but_repeats_no_value(village):
    body = village.request().model_dump_json().replace(village.device, "王䶮" * 60).encode()
    answer = village.http("POST", EXCHANGE, body)
    assert answer.json()["detail"] == "device"
    assert "王䶮" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [("GET", "/nowhere", "not-found"), ("PUT", EXCHANGE, "method-not-allowed")],
)
def test_what_is_not_there_is_a_problem_document_too(village, method, path, code):
    assert village.http(method, path).json()["code"] == code


def test_a_text_that_no_database_holds_is_no_bug(county):
    code, _ = service.make_code(county.hub, "510704105209")
    message = {"protocol": 1, "code": code, "device_public": "ab" * 32, "machine": "PC\x00"}
    answer = county.client.request("POST", "/sync/v1/enrol", json=message)
    assert answer.status_code in {200, 400}  # SQLite takes it.
    if answer.status_code == 400:
        assert answer.json()["code"] == "bad-request"
