"""Finding an item as people type, and reading what must be public about it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from small_county import COUNTY_ITEM, DAY, SUSPENDED_ITEM, catalogue, item
from stationapp.domain.catalogue import Catalogue, HandlingKind, ItemStatus, Material
from stationapp.domain.catalogue_codec import catalogue_from_mapping
from stationapp.domain.organisation import Level
from stationapp.platform.resources import resource
from stationapp.services.catalogue import find_items, guide, material_text
from stationapp.services.workplace import References, Workplace
from workplaces import make_workplace

PUBLICS = ("办理内容", "办理依据", "受理条件", "办理程序", "申请材料", "办理时限", "收费标准")


@pytest.fixture
def real(village: Workplace) -> Workplace:
    """The village with the demonstration's catalogue."""
    text = resource("catalogue", "demonstration.json").read_text("utf-8")
    old = village.references
    village.references = References(old.organisation, catalogue_from_mapping(json.loads(text)), old.calendar)
    return village


def names(workplace: Workplace, text: str) -> list[str]:
    return [row.item.name for row in find_items(workplace, text)]


@pytest.mark.parametrize("typed", ["ylbx", "YLBX", "养老保险", "yanglaobaoxian", "居民 养老", "ylbx 养老"])
def test_an_item_is_found_as_people_type(real: Workplace, typed: str) -> None:
    found = names(real, typed)
    assert any("养老保险" in name for name in found)
    assert all("养老保险" in name for name in found[:1])


def test_an_item_is_found_by_the_beginning_of_its_code(village: Workplace) -> None:
    assert [row.item.code for row in find_items(village, "test-county")] == [COUNTY_ITEM]


def test_all_words_must_match_and_nothing_typed_shows_everything(village: Workplace) -> None:
    assert names(village, "养老 救助") == []
    assert names(village, "不存在的事项") == []
    assert len(names(village, "")) == len(village.catalogue.current(village.now().date()))


def test_closed_items_come_last_with_their_reason(village: Workplace) -> None:
    closed = item("A-CLOSED", Level.COUNTY, HandlingKind.COMMITTED, name="救助", status=ItemStatus.SUSPENDED)
    old = village.references
    small = Catalogue(2, "2026-01-01T00:00:00+08:00", (closed, *catalogue().items))
    village.references = References(old.organisation, small, old.calendar)
    found = find_items(village, "救助")
    assert [row.item.name for row in found] == ["临时救助", "救助"]
    assert found[0].closed == ()
    assert [reason.code for reason in found[1].closed] == ["item-suspended"]
    assert find_items(village, "")[-1].closed != ()
    assert SUSPENDED_ITEM in {row.item.code for row in find_items(village, "") if row.closed}


def test_what_the_applicant_must_ask_for_himself_is_shown_closed_in_the_village_and_open_at_the_window(
    village: Workplace, tmp_path: Path
) -> None:
    window = make_workplace(tmp_path / "window", "window", 3)
    try:
        for workplace in (village, window):
            old = workplace.references
            personal = tuple(replace(row, applicant_must_appear=True) for row in catalogue().items)
            workplace.references = References(
                old.organisation, replace(catalogue(), items=personal), old.calendar
            )
        (seen,) = find_items(village, "test-county")
        assert [reason.code for reason in seen.closed] == ["must-appear"]
        assert find_items(window, "test-county")[0].closed == ()
        assert [reason.code for reason in find_items(window, "test-village")[0].closed] == ["decided-below"]
    finally:
        window.store.close()


def test_the_guide_shows_what_must_be_public(village: Workplace) -> None:
    found = village.catalogue.in_force(COUNTY_ITEM, DAY)
    assert found is not None
    sections = {section.title: section.lines for section in guide(found)}
    assert tuple(sections) == PUBLICS
    assert sections["办理时限"] == ("承诺 10个工作日", "法定 20个工作日")
    assert sections["申请材料"][0] == "1. 居民身份证（原件 1 份、复印件 1 份，原件核验后退还）"


def test_a_fact_no_source_gives_is_said_to_be_missing() -> None:
    bare = item(
        "BARE", Level.COUNTY, HandlingKind.COMMITTED, fee="", basis="", materials=(), materials_known=False
    )
    sections = {section.title: section.lines for section in guide(bare)}
    assert tuple(sections) == PUBLICS
    for title in ("收费标准", "办理依据", "申请材料"):
        assert sections[title] == ("来源未载明，待补充",)


def test_every_item_of_the_demonstration_has_a_whole_guide(real: Workplace) -> None:
    for row in find_items(real, ""):
        sections = guide(row.item)
        assert set(PUBLICS) <= {section.title for section in sections}, row.item.name
        assert all(line.strip() for section in sections for line in section.lines), row.item.name


def test_a_materials_line_says_what_a_person_must_bring() -> None:
    photo = Material("photo", "照片", 0, 2, required=False, note="近期免冠")
    assert material_text(photo) == "照片（复印件 2 份，视情况提交）。近期免冠"
    assert "不需提交" in material_text(replace(photo, required=True, shared=True))
