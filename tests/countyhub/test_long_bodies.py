"""A body longer than an act may be, and text no database takes: neither stops the chain of its PC."""

from __future__ import annotations

import json

import pytest

from countyhub.inspection.verification import verify_hub
from hubprotocol.envelope import GENESIS, MOST_BODY, seal
from hubprotocol.messages import EnvelopeMessage
from stationapp.domain.events import event_to_mapping

VILLAGE = "510704105209"
EXCHANGE = "/sync/v1/exchange"


def padded(village, length):
    """A receive that is sound but for its length."""
    opened = village.event("receive", village.county.uuid(), "agent", **village.opening())
    body = json.dumps(event_to_mapping(opened), ensure_ascii=False)
    return body + " " * (length - len(body))


@pytest.fixture
def village(county):
    return county.enrol(VILLAGE, "agent")


@pytest.mark.parametrize(
    ("length", "result"),
    [
        (MOST_BODY, ("accepted", [])),
        (MOST_BODY + 1, ("refused", ["too-long"])),
        (4_194_304, ("refused", ["too-long"])),
    ],
)
def test_an_act_that_is_too_long_is_refused_by_a_verdict_and_delays_nobody(county, village, length, result):
    village.seal(padded(village, length), "agent")
    village.receive()
    answer = village.http("POST", EXCHANGE, village.request().model_dump_json().encode())
    assert answer.status_code == 200
    verdicts = answer.json()["verdicts"]
    assert (verdicts[0]["result"], [one["code"] for one in verdicts[0]["reasons"]]) == result
    assert verdicts[1]["result"] == "accepted"
    assert answer.json()["acknowledged"]["seq"] == 2
    assert verify_hub(county.hub).ok


def test_what_is_too_long_is_refused_of_whatever_kind(village):
    village.seal("x" * (MOST_BODY + 1), "agent", kind="case-event/9")
    village.exchange()
    assert village.result() == ("refused", ["too-long"])


def test_beyond_what_any_program_seals_the_request_is_refused(village):
    request = json.loads(village.request().model_dump_json())
    envelope = seal(village.device, 1, GENESIS, "case-event/1", "x" * 4_194_305, village.seed)
    plain = {name: getattr(envelope, name) for name in EnvelopeMessage.model_fields}
    answer = village.http("POST", EXCHANGE, json.dumps(request | {"envelopes": [plain]}).encode())
    assert (answer.status_code, answer.json()["detail"]) == (400, "envelopes.0.body")


@pytest.mark.parametrize(("name", "value"), [("kind", "case\x00"), ("person_signature", "\x00" * 128)])
def test_a_zero_character_in_what_is_stored_as_text_is_no_bug_of_the_hub(village, name, value):
    parts = {"kind": "case-event/1"} | ({"kind": value} if name == "kind" else {})
    envelope = seal(village.device, 1, GENESIS, parts["kind"], "{}", village.seed)
    plain = {field: getattr(envelope, field) for field in EnvelopeMessage.model_fields} | {name: value}
    request = json.loads(village.request().model_dump_json()) | {"envelopes": [plain]}
    answer = village.http("POST", EXCHANGE, json.dumps(request).encode())
    assert (answer.status_code, answer.json()["detail"]) == (400, f"envelopes.0.{name}")
