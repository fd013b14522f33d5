"""Lost PCs and changed keys as the hub sees them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import httpx
import pytest

from countyhub.devices import keys, orders
from countyhub.devices import service as devices
from countyhub.doubles.marks import key_of
from countyhub.identity import repository as identities
from countyhub.inspection.verification import verify_hub
from countyhub.numbers import finding
from hubprotocol.device_messages import MOST_CHANGES
from hubprotocol.key_changes import KeyChange, KeyHistory, announce, is_announced
from hubprotocol.keys import sign_public_of
from hubprotocol.orders import is_order_signed, sign_farewell
from hubprotocol.references import is_reference_signed
from hubprotocol.requests import sign_request

VILLAGE = "510704105209"
NEW, LAST = b"n" * 32, b"l" * 32
# The same queries run on both; the tests of the exchange and of the schema show that.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def village(county: Any) -> Any:
    return county.enrol(VILLAGE, "agent")


def changed(county: Any, change: KeyChange, seed: bytes, *following: KeyChange) -> httpx.Response:
    """Announce a change, and those after it, in a request signed by a seed."""
    told = asdict(change) | ({"following": [asdict(one) for one in following]} if following else {})
    body, path = json.dumps(told).encode(), "/sync/v1/device-key"
    headers = sign_request(change.device, seed, "POST", path, body, "")
    return county.client.request("POST", path, content=body, headers=headers)


def test_a_change_of_key_counts_from_its_place_on_and_may_be_repeated(county: Any, village: Any) -> None:
    village.receive_at_hub()
    village.receive()
    change = announce(village.device, 3, village.seed, NEW)
    for _ in range(2):
        assert changed(county, change, NEW).json() == {"device": village.device, "public": change.new_public}
    assert village.http("GET", "/sync/v1/hub-keys").json()["code"] == "bad-signature"
    old, village.seed = village.seed, NEW
    village.receive()
    village.exchange()  # One envelope of the old key and one of the new.
    assert [village.result(seq)[0] for seq in (1, 2, 3)] == ["accepted"] * 3
    listed = json.loads(county.reference("devices"))["devices"][village.device]
    assert listed["public"] == change.new_public
    assert listed["keys"] == [
        {"from": 1, "public": sign_public_of(old).hex()},
        {"from": 3, "public": change.new_public},
    ]
    assert verify_hub(county.hub).faults == []
    village.seed = old
    village.receive()
    body = village.request().model_dump_json().encode()
    village.seed = NEW
    refused = village.http("POST", "/sync/v1/exchange", body)
    assert (refused.json()["code"], refused.json()["extra"]) == ("bad-signature", {"seq": 4})


def test_nobody_else_changes_a_key_and_no_place_is_taken_twice(county: Any, village: Any) -> None:
    village.receive_at_hub()
    other = county.enrol(VILLAGE)
    genuine = announce(village.device, 2, village.seed, NEW)
    cases = [
        (announce(village.device, 2, other.seed, NEW), NEW, "wrong-key"),
        (announce(village.device, 1, village.seed, NEW), NEW, "wrong-key"),
        (announce(village.device, 2, village.seed, village.seed), village.seed, "wrong-key"),
        (replace(genuine, from_seq=3), NEW, "bad-signature"),
        (replace(genuine, signature="0" * 128), NEW, "bad-signature"),
        (replace(genuine, device=other.device), NEW, "bad-signature"),
        (genuine, village.seed, "bad-signature"),
        (announce("hub", 2, village.seed, NEW), NEW, "unknown-device"),
        (announce("f" * 32, 2, village.seed, NEW), NEW, "unknown-device"),
    ]
    for change, seed, code in cases:
        assert changed(county, change, seed).json()["code"] == code, change
    assert village.http("GET", "/sync/v1/hub-keys").status_code == 200
    assert changed(county, genuine, NEW).status_code == 200
    again = announce(village.device, 2, NEW, b"m" * 32)
    assert changed(county, again, b"m" * 32).status_code == 200
    assert changed(county, genuine, NEW).status_code == 200  # It was told before, and undoes nothing.
    village.seed = b"m" * 32
    village.receive_at_hub()


def test_several_changes_are_taken_together_or_none_of_them(county: Any, village: Any) -> None:
    village.receive_at_hub()
    other = county.enrol(VILLAGE)
    first, second = announce(village.device, 2, village.seed, NEW), announce(village.device, 2, NEW, LAST)
    foreign = announce(other.device, 2, other.seed, LAST)
    for changes, seed, code in (
        ((first, replace(second, signature="0" * 128)), LAST, "bad-signature"),
        ((second, first), NEW, "wrong-key"),
        ((first, foreign), LAST, "bad-signature"),
        ((first, second), NEW, "bad-signature"),
        ((first, *[second] * MOST_CHANGES), LAST, "bad-request"),
    ):
        answer = changed(county, changes[0], seed, *changes[1:])
        assert answer.json()["code"] == code
    assert village.http("GET", "/sync/v1/hub-keys").status_code == 200, "nothing of it was taken"
    for _ in range(2):
        assert changed(county, first, LAST, second).json()["public"] == second.new_public
    village.seed = LAST
    village.receive_at_hub()


def test_the_hub_changes_its_key_and_all_it_ever_signed_stays_true(county: Any, village: Any) -> None:
    village.receive_at_hub()
    before = identity(county)
    changes = [keys.change_hub_key(county.hub) for _ in range(2)]
    after = identity(county)
    assert after.former_seeds[0] == before.seed
    assert key_of(after) == key_of(before)
    assert all(is_announced(change) for change in changes)
    told = village.http("GET", "/sync/v1/hub-keys").json()
    assert told == {"public": after.public.hex(), "changes": [asdict(change) for change in changes]}
    for name, version in village.exchange().references.items():
        for one in {version, "1" if name != "calendar" else version}:
            answer = village.http("GET", f"/sync/v1/reference/{name}/{one}").json()
            assert is_reference_signed(after.public, name, one, answer["body"], answer["signature"])
    village.receive_at_hub()
    assert verify_hub(county.hub).faults == []
    history = KeyHistory.after(after.public, changes)
    assert history.at(10**6) == after.public
    assert county.enrol(VILLAGE).exchange().hub_public == after.public.hex()


def identity(county: Any) -> identities.Identity:
    with county.hub.database.read() as connection:
        return identities.load(connection)


def leave(
    county: Any, village: Any, stage: str, lacking: Sequence[str] = (), **forged: Any
) -> tuple[int, str]:
    """Take leave; what is forged is signed as well."""
    head = village.acknowledged
    order = orders.key_repository
    with county.hub.database.read() as connection:
        last = order.last_order(connection, village.device)
    plain = {"device": village.device, "order": last.number if last else 1, "stage": stage}
    plain |= {"seq": head.seq, "hash": head.hash} | forged
    signature = sign_farewell(village.seed, *plain.values())
    body = json.dumps({**plain, "signature": signature, "lacking": lacking}).encode()
    answer = village.http("POST", "/sync/v1/farewell", body)
    return answer.status_code, answer.json().get("code", "")


def test_only_a_pc_that_was_told_to_and_left_nothing_behind_takes_its_leave(
    county: Any, village: Any
) -> None:
    assert leave(county, village, "ready") == (409, "no-order")
    orders.lose(county.hub, village.device, wipe=False)
    assert leave(county, village, "ready") == (409, "no-order")
    orders.lose(county.hub, village.device, wipe=True)
    village.receive(attachments=(b"only here",))
    body = village.request().model_dump_json().encode()
    told = village.http("POST", "/sync/v1/exchange", body).json()
    assert leave(county, village, "ready") == (409, "gap")
    village.acknowledged = type(village.acknowledged)(**told["acknowledged"])
    assert leave(county, village, "ready") == (409, "incomplete")
    county.enrol("510704105213", "neighbour").upload(b"only here")
    assert leave(county, village, "ready") == (409, "incomplete")  # The act still waits for its own PC.
    assert leave(county, village, "ready", lacking=["ab" * 32]) == (409, "incomplete")
    village.upload(b"only here")
    assert leave(county, village, "ready", order=7) == (409, "no-order")
    assert leave(county, village, "ready", device="f" * 32) == (401, "bad-signature")
    assert leave(county, village, "ready") == (200, "")
    assert leave(county, village, "done") == (200, "")
    assert orders.unlock(county.hub, village.device) is None


def test_a_pc_to_be_wiped_goes_without_a_scan_it_says_nobody_has_and_its_act_is_found(
    county: Any, village: Any
) -> None:
    orders.lose(county.hub, village.device, wipe=True)
    village.receive(attachments=(b"eaten by the disk",))
    number = json.loads(village.envelopes[0].body)["facts"]["receipt_number"]
    told = village.http("POST", "/sync/v1/exchange", village.request().model_dump_json().encode()).json()
    village.acknowledged = type(village.acknowledged)(**told["acknowledged"])
    gone = hashlib.sha256(b"eaten by the disk").hexdigest()
    assert leave(county, village, "ready", lacking=[gone]) == (200, "")
    assert leave(county, village, "done") == (200, "")
    (found,) = finding.find(county.hub, number)
    assert (found.status, [one["code"] for one in found.reasons]) == ("held", ["attachment-missing"])
    assert verify_hub(county.hub).ok


def test_an_order_is_signed_by_the_key_of_now_for_one_device_alone(county: Any, village: Any) -> None:
    first = orders.lose(county.hub, village.device, wipe=False)
    second = orders.unlock(county.hub, village.device)
    third = orders.lose(county.hub, village.device, wipe=True)
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.number < second.number < third.number
    keys.change_hub_key(county.hub)
    told = village.http("POST", "/sync/v1/exchange", village.request().model_dump_json().encode()).json()
    order, public = told["order"], bytes.fromhex(told["hub_public"])
    assert (order["number"], order["kind"]) == (third.number, "wipe")
    assert is_order_signed(
        public, *(order[name] for name in ("device", "number", "kind", "issued_at", "signature"))
    )
    for name, other in (("device", "f" * 32), ("number", 1), ("kind", "unlock"), ("issued_at", "")):
        forged = {**order, name: other}
        assert not is_order_signed(public, *(forged[one] for one in order))


def test_who_is_not_there_or_has_no_rights_is_not_lost(county: Any, village: Any) -> None:
    assert orders.lose(county.hub, "f" * 32, wipe=True) is None
    assert orders.unlock(county.hub, village.device) is None
    devices.revoke(county.hub, village.device)
    assert orders.lose(county.hub, village.device, wipe=True) is None
    assert orders.ask_for_new_key(county.hub, village.device) is None
    answer = village.http("POST", "/sync/v1/exchange", village.request().model_dump_json().encode())
    assert answer.json()["code"] == "revoked-device"


def test_the_code_of_a_lost_pc_does_not_bring_it_back(county: Any) -> None:
    code, _ = devices.make_code(county.hub, VILLAGE)
    message = {"protocol": 1, "code": code, "device_public": sign_public_of(NEW).hex()}
    device = county.client.request("POST", "/sync/v1/enrol", json=message).json()["device"]
    orders.lose(county.hub, device, wipe=False)
    assert county.client.request("POST", "/sync/v1/enrol", json=message).json()["code"] == "wrong-code"
