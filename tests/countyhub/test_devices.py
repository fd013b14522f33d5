"""Enrolment, revocation and reference documents."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from countyhub.acceptance import repository as chains
from countyhub.cli import main
from countyhub.devices import orders, service
from countyhub.devices.slots import FORGOTTEN, LAST_SLOT, next_slot
from countyhub.identity import repository as identities
from countyhub.numbers import finding
from countyhub.references import publishing
from countyhub.tables import METADATA
from hubprotocol.keys import new_device_keys, sign_public_of
from hubprotocol.references import is_reference_signed
from stationapp.domain.numbers import ReceiptNumber
from stationapp.domain.refusal import Refused

TODAY = date(2026, 11, 21)
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


def copy_of(database):
    """Every row of every table, as a backup has it."""
    with database.read() as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in METADATA.sorted_tables
        }


def restore(county, copy):
    """Put the hub back to a copy and begin a new epoch, as the page of its commands says."""

    def work(connection):
        for table in reversed(METADATA.sorted_tables):
            connection.execute(delete(table))
        for table, rows in copy.items():
            if rows:
                connection.execute(insert(table), rows)
        identities.set_epoch(connection, county.random.randbytes(8).hex())

    county.hub.database.write(work)


def test_a_restored_hub_gives_no_other_pc_the_slot_of_one_it_has_forgotten(county):
    county.enrol(VILLAGE)
    backup = copy_of(county.hub.database)
    forgotten = county.enrol(VILLAGE, "agent")
    restore(county, backup)
    new = county.enrol(VILLAGE, "agent")
    # Both print the first receipt of this day before the one that was forgotten hears of it.
    printed = [str(ReceiptNumber(VILLAGE, TODAY, one.slot, 1)) for one in (forgotten, new)]
    for station, number in zip((forgotten, new), printed, strict=True):
        station.receive(receipt_number=number)
    new.exchange()
    refused = forgotten.http("GET", "/sync/v1/reference/devices")
    assert refused.json()["code"] == "unknown-device"
    again = county.enrol(VILLAGE, "agent")
    again.seal(forgotten.envelopes[0].body, "agent")
    again.exchange()
    assert again.result() == ("accepted", [])
    found = [finding.find(county.hub, number) for number in printed]
    assert [[one.status for one in cases] for cases in found] == [["confirmed"], ["confirmed"]]
    assert len({one.slot for one in (forgotten, new, again)}) == 3


def test_a_hub_restored_twice_to_one_backup_gives_other_slots_the_second_time(county):
    county.enrol(VILLAGE)
    backup = copy_of(county.hub.database)
    given_twice = []
    for _ in range(2):
        restore(county, backup)
        given_twice.append(county.enrol(VILLAGE).slot)
    first, second = given_twice
    assert first != second
    assert min(given_twice) > 1 + FORGOTTEN


SLOTS = st.frozensets(st.integers(1, LAST_SLOT))


@given(taken=SLOTS, draw=st.binary(min_size=8, max_size=8), restored=st.booleans())
@example(taken=frozenset(range(1, LAST_SLOT + 1)), draw=b"12345678", restored=True)
@example(taken=frozenset({LAST_SLOT}), draw=b"12345678", restored=False)
def test_a_slot_is_one_nobody_has(taken, draw, restored):
    slot = next_slot(taken, lambda size: draw[:size], restored=restored)
    if slot is None:
        assert len(taken) == LAST_SLOT or (LAST_SLOT in taken and not restored)
    else:
        assert 1 <= slot <= LAST_SLOT
        assert slot not in taken


@given(
    known=st.integers(0, 40),
    more=st.integers(1, FORGOTTEN),
    draws=st.lists(st.binary(min_size=8, max_size=8), max_size=20),
)
def test_a_restored_hub_leaves_alone_what_it_may_have_counted_since_its_backup(known, more, draws):
    forgotten = set(range(known + 1, known + more + 1))
    taken = set(range(1, known + 1))
    for draw in draws:
        taken.add(next_slot(taken, lambda size, draw=draw: draw[:size], restored=True))
    assert None not in taken
    assert not taken & forgotten


def test_a_restored_hub_gives_what_it_left_alone_when_all_else_is_given():
    known = {1, 2, 3}
    taken = known | set(range(4 + FORGOTTEN, LAST_SLOT + 1))
    assert next_slot(taken, bytes, restored=True) == 3 + FORGOTTEN


def test_whoever_orders_a_wipe_is_told_what_no_backup_has(county, tmp_path, capsys):
    village = county.enrol(VILLAGE, "agent")
    for _ in range(3):
        village.receive()
    village.exchange()
    county.hub.database.write(lambda connection: chains.mark_durable(connection, village.device, 1))
    assert orders.without_backup(county.hub, village.device) == (2, False)
    address = county.hub.database.engine.url.render_as_string(hide_password=False)
    place = ("--database", address, "--files", str(tmp_path / "files"))

    def lose(*options):
        assert main(["lose-device", *place, village.device, *options]) == 0
        return json.loads(capsys.readouterr().out)

    locked = lose()
    assert locked.keys() == {"device", "ordered", "order"}
    told = lose("--wipe")
    assert (told["ordered"], told["without_backup"]) == ("wipe", 2)
    (warning,) = told["warnings"]
    assert "有 2 条还没有任何备份" in warning["text"]
    assert "countyhub mark-durable" in warning["text"]
    county.hub.database.write(lambda connection: chains.mark_durable(connection, village.device, 3))
    told = lose("--wipe")
    assert told["without_backup"] == 0
    assert "已送到的记录都有备份" in told["warnings"][0]["text"]


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
