"""Enrolment, revocation and reference documents."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from countyhub.devices import service
from countyhub.references import publishing
from hubprotocol.keys import new_device_keys, sign_public_of
from hubprotocol.references import is_reference_signed
from stationapp.domain.refusal import Refused

VILLAGE, WINDOW, BUREAU = "510704105209", "510704000000", "510704000000-rsj"


def enrol(county, code, seed=b"1" * 32, **changes):
    plain = {"protocol": 1, "code": code, "device_public": sign_public_of(seed).hex(), "machine": "PC"}
    return county.client.request("POST", "/sync/v1/enrol", json=plain | changes)


def test_a_code_serves_once_but_answers_its_own_device_again(county):
    code, _ = service.make_code(county.hub, VILLAGE)
    first = enrol(county, code)
    assert first.status_code == 200
    again = enrol(county, code.replace("-", " ").lower())
    unlike = {"server_time"}
    assert {name: value for name, value in again.json().items() if name not in unlike} == {
        name: value for name, value in first.json().items() if name not in unlike
    }
    other = enrol(county, code, b"2" * 32)
    assert (other.status_code, other.json()["code"]) == (403, "wrong-code")


def test_a_code_expires(county):
    code, _ = service.make_code(county.hub, VILLAGE, days=1)
    county.clock.now += timedelta(days=1, seconds=1)
    assert enrol(county, code).json()["code"] == "wrong-code"


def test_an_invented_code_is_refused(county):
    assert enrol(county, "0000-0000-0000-0000").json()["code"] == "wrong-code"


def test_slots_of_a_station_are_never_given_twice(county):
    first, second = county.enrol(VILLAGE), county.enrol(VILLAGE)
    service.revoke(county.hub, first.device)
    third = county.enrol(VILLAGE)
    assert [one.slot for one in (first, second, third)] == [1, 2, 3]
    assert county.enrol("510704105000").slot == 1


def test_a_station_has_99_slots(county):
    from countyhub.devices import repository

    full = repository.Device("f" * 32, VILLAGE, 99, b"0" * 32, (VILLAGE,))
    county.hub.database.write(lambda connection: repository.add(connection, full, "", ""))
    code, _ = service.make_code(county.hub, VILLAGE)
    assert enrol(county, code).json()["code"] == "no-slot"


def test_a_pc_of_the_county_hall_works_for_window_and_departments(county):
    assert county.enrol(WINDOW).desks == (WINDOW, BUREAU)
    assert county.enrol(WINDOW, desks=(BUREAU,)).desks == (BUREAU,)
    assert county.enrol(VILLAGE).desks == (VILLAGE,)


@pytest.mark.parametrize(("station", "desks"), [("999999999999", ()), (BUREAU, ()), (VILLAGE, (WINDOW,))])
def test_a_code_for_a_desk_that_is_not_there_is_refused(county, station, desks):
    with pytest.raises(Refused):
        service.make_code(county.hub, station, desks)


def test_a_revoked_device_is_shown_the_door(county):
    village = county.enrol(VILLAGE)
    assert village.http("GET", "/sync/v1/reference/devices").status_code == 200
    assert service.revoke(county.hub, village.device)
    answer = village.http("GET", "/sync/v1/reference/devices")
    assert (answer.status_code, answer.json()["code"]) == (403, "revoked-device")
    assert "停用" in answer.json()["title"]
    assert not service.revoke(county.hub, village.device)


def test_reference_documents_are_signed_by_the_hub(county):
    village = county.enrol(VILLAGE)
    public = bytes.fromhex(json.loads(county.reference("devices"))["devices"]["hub"]["public"])
    versions = village.exchange().references
    assert versions.keys() == {"organisation", "catalogue", "calendar", "devices"}
    for name, version in versions.items():
        answer = village.http("GET", f"/sync/v1/reference/{name}").json()
        assert answer["version"] == version
        assert is_reference_signed(public, name, version, answer["body"], answer["signature"])
        assert not is_reference_signed(public, name, version, answer["body"] + " ", answer["signature"])


def test_the_list_of_devices_holds_every_public_key(county):
    first, second = county.enrol(VILLAGE), county.enrol(WINDOW)
    listed = json.loads(county.reference("devices"))["devices"]
    assert listed.keys() == {first.device, second.device, "hub"}
    assert listed[first.device] == {
        "public": sign_public_of(first.seed).hex(),
        "station": VILLAGE,
        "slot": 1,
        "revoked": False,
    }


def test_old_versions_stay_readable(county):
    village = county.enrol(VILLAGE)
    county.hub.database.write(
        lambda connection: publishing.set_password(connection, county.hub, "agent", "another secret")
    )
    old, new = (
        json.loads(village.http("GET", f"/sync/v1/reference/organisation/{version}").json()["body"])
        for version in (1, 2)
    )
    assert (old["version"], new["version"]) == (1, 2)
    changed = [a["login"] for a, b in zip(old["persons"], new["persons"], strict=True) if a != b]
    assert changed == ["agent"]
    assert village.http("GET", "/sync/v1/reference/organisation/3").status_code == 404
    assert village.http("GET", "/sync/v1/reference/secrets").status_code == 404


def test_a_request_must_be_signed_by_an_enrolled_device(county):
    village = county.enrol(VILLAGE)
    path = "/sync/v1/reference/devices"
    assert county.client.request("GET", path).json()["code"] == "unknown-device"
    assert village.http("GET", path, signed=b"other body").json()["code"] == "bad-signature"
    village.seed = new_device_keys().sign_seed
    assert village.http("GET", path).status_code == 401


def test_the_signature_covers_the_query(county):
    village = county.enrol(VILLAGE)
    assert village.http("GET", "/sync/v1/reference/devices?x=%2F1").status_code == 200
