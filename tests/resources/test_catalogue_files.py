"""One shipped catalogue says only what is known; the other is complete and marked as a demonstration."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pypinyin import Style, lazy_pinyin

from stationapp.domain.catalogue import Catalogue, HandlingKind, ServiceItem, Stage, why_not_open
from stationapp.domain.catalogue_codec import catalogue_from_mapping, item_from_mapping
from stationapp.domain.catalogue_coverage import coverage
from stationapp.domain.catalogue_elements import NO_ELEMENTS
from stationapp.domain.catalogue_soundness import why_unsound
from stationapp.domain.item_form import check_form, fields_of
from stationapp.domain.material_dictionary import dictionary_from_mapping
from stationapp.domain.organisation import Desk, Level, Organisation
from stationapp.domain.time_limits import LimitUnit

FOLDER = Path(__file__).parents[2] / "resources" / "catalogue"
DEPARTMENTS = {"rsj", "mzj", "cl", "ybj", "wjj", "tyj", "nyj", "zrj", "lyj", "zjj", "gaj", "sfj", "spj"}
DAY = date(2026, 5, 10)
COUNTY_LEVELS = Organisation(
    1, "510704", "游仙区", tuple(Desk(level.name, level.name, level, level.name) for level in Level), (), ()
)


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    return load("youxian.json")


@pytest.fixture(scope="module")
def demonstration() -> Catalogue:
    return catalogue_from_mapping(load("demonstration.json"))


def test_all_84_items_are_on_record_and_those_without_a_code_stand_apart(record: dict[str, Any]) -> None:
    assert len(catalogue_from_mapping(record).items) == 76
    assert len(record["without_code"]) == 8
    for draft in record["without_code"]:
        with pytest.raises(KeyError):
            item_from_mapping(draft)
        assert item_from_mapping({**draft, "code": "510704-1"}).sources


def test_nothing_on_record_can_be_used_before_a_person_completed_it(record: dict[str, Any]) -> None:
    for item in catalogue_from_mapping(record).items:
        assert "本地事项编码（现为示例编码）" in item.gaps
        assert why_not_open(item, date(2027, 1, 15))
        assert not item.demonstration


def test_sample_codes_carry_our_division_and_name_their_origin(record: dict[str, Any]) -> None:
    for item in catalogue_from_mapping(record).items:
        assert "510704000000" in item.code
        assert "511602" not in item.code
        assert item.sources[0].startswith("编码结构示例：原编码")


def test_a_limit_that_binds_the_citizen_is_no_limit_of_the_organ(record: dict[str, Any]) -> None:
    births = [item for item in catalogue_from_mapping(record).items if item.name == "户口登记（出生）"]
    assert [item.statutory_limit for item in births] == [None]
    assert "对申报人的期限" in births[0].statutory_note


def test_the_demonstration_is_complete_and_marked(demonstration: Catalogue) -> None:
    assert len(demonstration.items) >= 30
    for item in demonstration.items:
        assert item.is_complete, item.name
        assert item.demonstration
        assert item.sources[0].startswith("演示补全")
        assert item.result_name, item.name
        assert {item.department, *item.co_departments} <= DEPARTMENTS


def test_the_demonstration_covers_every_kind_and_every_level(demonstration: Catalogue) -> None:
    items = demonstration.items
    assert {item.handling for item in items} == set(HandlingKind)
    assert {item.decides_at for item in items} == set(Level)
    assert any(item.publicity_days for item in items)
    assert any(item.applicant_must_appear for item in items)
    assert any(item.window and item.window.first for item in items)
    assert any(item.window and item.window.first_day_of_month for item in items)
    assert any(material.shared for item in items for material in item.materials)
    assert all(item.co_departments for item in items if item.handling is HandlingKind.JOINT)


def test_a_village_never_decides_a_licence(demonstration: Catalogue) -> None:
    assert {item.item_type for item in demonstration.items if item.decides_at is Level.VILLAGE} == {"20"}


def test_what_data_already_shows_is_not_demanded(demonstration: Catalogue) -> None:
    shared = [material for item in demonstration.items for material in item.materials if material.shared]
    assert shared
    assert not any(material.required for material in shared)


def pension(catalogue: Catalogue) -> ServiceItem:
    return next(item for item in catalogue.items if item.name == "城乡居民基本养老保险参保登记")


def test_the_pension_enrolment_is_immediate_at_the_township_and_open_every_day(
    demonstration: Catalogue,
) -> None:
    item = pension(demonstration)
    assert (item.handling, item.decides_at) == (HandlingKind.IMMEDIATE, Level.TOWNSHIP)
    assert item.promised_limit is not None
    assert item.promised_limit.unit is LimitUnit.ON_THE_SPOT
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(800)]
    assert all(why_not_open(item, day) == () for day in days)


def test_the_pension_enrolment_is_found_by_its_initials(demonstration: Catalogue) -> None:
    found = [
        item.name
        for item in demonstration.items
        if "ylbx" in "".join(lazy_pinyin(item.name, style=Style.FIRST_LETTER))
    ]
    assert "城乡居民基本养老保险参保登记" in found


def test_at_least_ten_items_have_forms_that_speak_chinese(demonstration: Catalogue) -> None:
    forms = [item.form for item in demonstration.items if item.form]
    assert len(forms) >= 10
    for form in forms:
        Draft202012Validator.check_schema(dict(form))
        for field in fields_of(form):
            assert field.title
            assert not field.title.isascii()
            assert not field.message.isascii() or not field.message
        asked = {reason.field for reason in check_form(form, {})}
        assert asked == set(form["required"])


def test_the_pension_form_takes_right_values_and_explains_wrong_ones(demonstration: Catalogue) -> None:
    form = pension(demonstration).form
    values = {
        "tier": "500元/年",
        "household": "居民户口",
        "start_on": "2026-03-01",
        "bank": "四川农村商业银行",
        "account": "6200000000000001",
    }
    assert check_form(form, values) == ()
    (reason,) = check_form(form, {**values, "account": "62X"})
    assert (reason.field, reason.text) == ("account", "银行账号应为12至19位数字。")


def test_every_item_of_the_demonstration_could_be_published(demonstration: Catalogue) -> None:
    for item in demonstration.items:
        assert why_unsound(item) == ()
    assert coverage(demonstration, COUNTY_LEVELS, DAY).minimum_outside == ()


def test_every_material_has_its_entry_and_common_ones_share_one(
    record: dict[str, Any], demonstration: Catalogue
) -> None:
    dictionary = dictionary_from_mapping(load("materials.json"))
    items = (*catalogue_from_mapping(record).items, *demonstration.items)
    materials = [row for item in items for row in item.materials]
    for row in materials:
        entry = dictionary.entry(row.material_key)
        assert entry is not None
        assert entry == dictionary.named(row.name)
    assert sum(row.material_key == "resident-id-card" for row in materials) > 20
    assert {row.material_key for item in demonstration.items for row in item.materials} == {
        entry.key for entry in demonstration.dictionary.entries
    }


def one(catalogue: Catalogue, beginning: str) -> ServiceItem:
    return next(item for item in catalogue.items if item.name.startswith(beginning))


def test_the_demonstration_shows_every_way_an_item_can_be_special(demonstration: Catalogue) -> None:
    subsidy = one(demonstration, "困难残疾人生活补贴")
    assert (subsidy.handling, subsidy.department, subsidy.co_departments) == (
        HandlingKind.JOINT,
        "mzj",
        ("cl",),
    )
    assert subsidy.default_on_timeout
    assert subsidy.default_on_absence
    assert "超时默认、缺席默认" in subsidy.sources[0]
    assert one(demonstration, "动物及动物产品检疫").special_procedures == ("quarantine",)
    assert one(demonstration, "残疾人证新办").special_procedures == ("appraisal",)
    card = one(demonstration, "伤残证件换发")
    assert (card.handling, card.stage_limits[-1].stage) == (HandlingKind.FORWARDED, Stage.RESULT)
    assert "第五十六条" in one(demonstration, "林木采伐").not_needed_when
    record_abroad = one(demonstration, "异地长期居住人员备案")
    assert record_abroad.promise_allowed
    assert [row.name for row in record_abroad.materials if row.promisable] == ["长期居住承诺书"]
    assert [row.limit.value for row in one(demonstration, "80周岁").stage_limits] == [1, 5, 5, 5, 5]
    assert one(demonstration, "最低生活保障").pays_money
    assert one(demonstration, "残疾人证换领").formal_check_only


def test_what_is_made_up_is_marked_and_the_record_has_none_of_it(
    record: dict[str, Any], demonstration: Catalogue
) -> None:
    for item in demonstration.items:
        for flagged, word in ((item.stage_limits, "环节时限"), (item.pays_money, "发放资金")):
            assert not flagged or word in item.sources[0]
        assert item.elements.exercise_level == item.decides_at
    for item in catalogue_from_mapping(record).items:
        assert (item.stage_limits, item.special_procedures) == ((), ())
        assert not any((item.default_on_timeout, item.default_on_absence, item.pays_money, item.minimum_set))
        assert item.elements == NO_ELEMENTS
