"""A case opened by a catalogue that was replaced since is taken for a while, and a running one to its end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from countyhub.references import publishing
from countyhub.references.service import Law
from stationapp.domain.catalogue import ItemStatus
from stationapp.domain.events import Versions, event_to_mapping

ITEM = "51070401-REGISTER"


@pytest.fixture
def village(county):
    return county.enrol("510704105209", "agent")


def publish_status(county, status, version=2):
    """Publish a second version of the item, in force from the day of publication."""

    def work(connection):
        catalogue = Law(connection, county.hub).current_catalogue
        newest = catalogue.versions_of(ITEM)[0]
        today = county.clock.now.date()
        fresh = replace(newest, version=newest.version + 1, status=status, effective_from=today)
        older = tuple(one for one in catalogue.items if one.code != ITEM or one.version != newest.version)
        ended = replace(newest, effective_to=today)
        items = (*older, ended, fresh)
        publishing.publish_catalogue(connection, county.hub, replace(catalogue, version=version, items=items))

    county.hub.database.write(work)


def open_at(county, village, at, catalogue=1, move="receive", item_version=1):
    """Open a case at some time by the station's clock, under a version of the catalogue; return the verdict."""
    facts = village.opening(day=at.date())
    facts["application"]["item_version"] = item_version
    if move == "note_missing":
        facts["application"]["materials"] = []
        row = {"material_id": "m1", "name": "居民身份证复印件", "problem": "未提交", "standard": "1份"}
        facts["missing"] = [row]
    opened = village.event(move, county.uuid(), "agent", **facts)
    opened = replace(opened, at=at, under=Versions(1, catalogue, "cn-2026.1"))
    village.seal(json.dumps(event_to_mapping(opened), ensure_ascii=False), "agent")
    village.exchange()
    return village.result()


@pytest.mark.parametrize("move", ["receive", "note_missing"])
@pytest.mark.parametrize("status", [ItemStatus.SUSPENDED, ItemStatus.CANCELLED, ItemStatus.REVISED])
@pytest.mark.parametrize(("days", "result"), [(29, "accepted"), (31, "refused")])
def test_an_item_that_changed_is_opened_by_the_old_catalogue_for_thirty_days(
    county, village, move, status, days, result
):
    publish_status(county, status)
    at = county.clock.now + timedelta(days=days)
    county.clock.now += timedelta(days=40)
    verdict = open_at(county, village, at, move=move)
    assert verdict == (result, ["item-replaced"] if result == "refused" else [])


def test_what_was_opened_before_the_change_is_taken_however_late_it_comes(county, village):
    before = county.clock.now
    county.clock.now += timedelta(days=1)
    publish_status(county, ItemStatus.SUSPENDED)
    county.clock.now += timedelta(days=1000)
    assert open_at(county, village, before) == ("accepted", [])


def test_the_sentence_says_what_became_of_the_item_and_what_to_do(county, village):
    publish_status(county, ItemStatus.SUSPENDED)
    county.clock.now += timedelta(days=40)
    open_at(county, village, county.clock.now)
    text = village.verdicts[1].reasons[0].text
    assert "“城乡居民养老保险参保登记”自2026年11月21日起已暂停办理" in text
    assert "超过其后30天" in text


def test_under_the_new_catalogue_a_suspended_item_opens_nothing(county, village):
    publish_status(county, ItemStatus.SUSPENDED)
    assert open_at(county, village, county.clock.now, catalogue=2, item_version=2) == (
        "refused",
        ["item-suspended"],
    )


def test_under_the_new_catalogue_the_old_version_opens_nothing(county, village):
    publish_status(county, ItemStatus.SUSPENDED)
    for move in ("receive", "note_missing"):
        assert open_at(county, village, county.clock.now, catalogue=2, move=move) == ("refused", ["no-code"])


def test_a_catalogue_that_never_was_is_no_way_round(county, village):
    publish_status(county, ItemStatus.SUSPENDED)
    assert open_at(county, village, county.clock.now, catalogue=999) == ("refused", ["no-code"])


def test_an_item_that_was_suspended_and_is_open_again_is_opened(county, village):
    publish_status(county, ItemStatus.SUSPENDED)
    county.clock.now += timedelta(days=60)
    publish_status(county, ItemStatus.IN_USE, 3)
    county.clock.now += timedelta(days=1)
    assert open_at(county, village, county.clock.now, 3, item_version=3) == ("accepted", [])


def test_a_running_case_goes_on_under_the_version_it_began_with(county, village):
    case = village.receive_at_hub()
    publish_status(county, ItemStatus.CANCELLED)
    county.clock.now += timedelta(days=100)
    event = village.event("hand_over", case, "agent", **village.batch("510704105000"))
    event = replace(event, under=Versions(1, 2, "cn-2026.1"))
    village.seal(json.dumps(event_to_mapping(event), ensure_ascii=False), "agent")
    village.exchange()
    assert village.result() == ("accepted", [])
