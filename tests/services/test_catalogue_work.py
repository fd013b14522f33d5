"""A station knows how old its catalogue is, says so in time, and tells what a newer one changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from small_county import COUNTY_ITEM, SUSPENDED_ITEM, catalogue
from stationapp.domain.catalogue import Catalogue, ItemStatus
from stationapp.domain.catalogue_changes import published
from stationapp.domain.catalogue_codec import catalogue_to_mapping
from stationapp.domain.organisation import Level
from stationapp.domain.refusal import Refused
from stationapp.platform.clock import SteppingClock
from stationapp.services.catalogue_work import (
    STALE_AFTER_DAYS,
    catalogue_age,
    catalogue_changes,
    item_history,
    item_standing,
    items_in_service,
    known_versions,
)
from stationapp.services.workplace import References, Workplace


def arrive(workplace: Workplace, newer: Catalogue) -> None:
    with workplace.store.write() as unit:
        body = json.dumps(catalogue_to_mapping(newer), ensure_ascii=False)
        unit.references.put("catalogue", str(newer.version), body, "", workplace.now())
    workplace.refresh()


def wait(workplace: Workplace, days: int) -> None:
    """Let so many days go by."""
    assert isinstance(workplace.clock, SteppingClock)
    workplace.clock.advance(timedelta(days=days))


def revised(workplace: Workplace) -> Catalogue:
    day = workplace.now().date()
    changed = (
        replace(workplace.catalogue.versions_of(COUNTY_ITEM)[0], fee="免费", effective_from=day),
        replace(
            workplace.catalogue.versions_of(SUSPENDED_ITEM)[0],
            status=ItemStatus.CANCELLED,
            effective_from=day,
        ),
    )
    at = workplace.now().isoformat()
    return published(workplace.catalogue, changed, None, workplace.catalogue.version + 1, at)


def test_the_catalogue_says_its_version_and_age(village: Workplace) -> None:
    old = village.references
    at = (village.now() - timedelta(days=21, hours=2)).isoformat()
    village.references = References(old.organisation, replace(catalogue(3), published_at=at), old.calendar)
    age = catalogue_age(village)
    assert (age.version, age.days) == (3, 21)
    assert age.line == f"事项目录第3版，{at[:10]}发布（21天前）"
    assert not age.is_stale
    assert age.warning == ""


@pytest.mark.parametrize(("days", "stale"), [(STALE_AFTER_DAYS, False), (STALE_AFTER_DAYS + 1, True)])
def test_a_station_that_did_not_ask_for_long_is_warned(village: Workplace, days: int, stale: bool) -> None:
    wait(village, days)
    age = catalogue_age(village)
    assert age.unchecked_days == days
    assert age.is_stale is stale
    assert (f"已有{days}天没有与县级平台核对事项目录" in age.warning) is stale


def test_an_answer_of_the_hub_counts_as_a_look_at_the_catalogue(village: Workplace) -> None:
    wait(village, 100)
    with village.store.write() as unit:
        unit.mailboxes.set_agreed("510704105209", True, village.now() - timedelta(days=2))
    assert catalogue_age(village).unchecked_days == 2


def test_a_time_nobody_can_read_is_left_out(village: Workplace) -> None:
    old = village.references
    village.references = References(old.organisation, replace(catalogue(), published_at="昨天"), old.calendar)
    age = catalogue_age(village)
    assert age.published_at is None
    assert age.line == "事项目录第1版"


def test_what_a_newer_catalogue_changed_is_told(village: Workplace) -> None:
    assert catalogue_changes(village) == ()
    newer = revised(village)
    arrive(village, newer)
    assert [version for version, _ in known_versions(village)] == [2, 1]
    kinds = [(change.kind.value, change.code, change.changed) for change in catalogue_changes(village)]
    assert kinds == [("revised", COUNTY_ITEM, ("fee",)), ("cancelled", SUSPENDED_ITEM, ())]
    assert catalogue_changes(village, 1, 2) == catalogue_changes(village)
    assert catalogue_changes(village, 2, 2) == ()
    with pytest.raises(Refused):
        catalogue_changes(village, 9)


def test_an_items_history_and_standing_are_known_at_the_station(village: Workplace) -> None:
    arrive(village, revised(village))
    assert [line.item.version for line in item_history(village, COUNTY_ITEM)] == [1, 2]
    assert item_standing(village, COUNTY_ITEM) == "修订"
    yesterday = village.now().date() - timedelta(days=1)
    assert item_standing(village, COUNTY_ITEM, yesterday) == "在用"
    assert item_standing(village, SUSPENDED_ITEM) == "取消"
    assert item_standing(village, "NOTHING") == ""


def test_the_station_sees_what_is_in_service(village: Workplace) -> None:
    found = items_in_service(village)
    assert found.count(Level.VILLAGE) >= 3
    assert SUSPENDED_ITEM in {row.code for row in found.outside}
