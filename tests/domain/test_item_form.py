"""Forms are checked in full or refused; every sentence is one a village agent understands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from stationapp.domain.item_form import FieldKind, FormField, check_form, check_schema, fields_of


def form(*required: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "x-order": list(properties),
    }


ACCOUNT = {
    "type": "string",
    "title": "银行账号",
    "description": "社会保障卡账号",
    "pattern": "^[0-9]{12,19}$",
    "x-message": "银行账号应为12至19位数字。",
    "maxLength": 19,
}
SCHEMA = form(
    "account",
    "tier",
    account=ACCOUNT,
    tier={"type": "string", "title": "档次", "enum": ["200元/年", "500元/年"]},
    born={"type": "string", "title": "出生日期", "format": "date"},
    income={"type": "string", "title": "收入", "format": "money"},
    size={"type": "integer", "title": "人数", "minimum": 1, "maximum": 20},
    urgent={"type": "boolean", "title": "紧急"},
    story={"type": "string", "title": "说明", "minLength": 2, "maxLength": 4},
)
RIGHT = {"account": "6200000000000001", "tier": "200元/年"}


def test_fields_come_in_their_own_order_with_their_kinds() -> None:
    schema = {**SCHEMA, "x-order": list(reversed(SCHEMA["x-order"]))}
    kinds = [field.kind for field in fields_of(schema)]
    assert kinds == [
        FieldKind.TEXT,
        FieldKind.BOOLEAN,
        FieldKind.INTEGER,
        FieldKind.MONEY,
        FieldKind.DATE,
        FieldKind.CHOICE,
        FieldKind.TEXT,
    ]


def test_a_field_carries_all_a_screen_needs() -> None:
    assert fields_of(SCHEMA)[0] == FormField(
        "account",
        "银行账号",
        FieldKind.TEXT,
        required=True,
        hint="社会保障卡账号",
        message="银行账号应为12至19位数字。",
        max_length=19,
    )


def test_no_own_fields_means_an_empty_form() -> None:
    assert fields_of({}) == ()
    assert check_form({}, {}) == ()


def test_right_values_pass_and_optional_ones_may_stay_empty() -> None:
    full = {"born": "1948-09-25", "income": "1200.50", "size": 3, "urgent": False, "story": "说明"}
    assert check_form(SCHEMA, {**RIGHT, **full}) == ()
    assert check_form(SCHEMA, {**RIGHT, "born": "", "size": None}) == ()


def test_missing_values_are_asked_for_at_their_fields() -> None:
    reasons = check_form(SCHEMA, {"account": ""})
    assert [(r.field, r.text) for r in reasons] == [
        ("account", "请填写“银行账号”。"),
        ("tier", "请选择“档次”。"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("account", "123", "12至19位"),
        ("account", 6200000000000001, "12至19位"),
        ("tier", "999元/年", "可选范围"),
        ("born", "2026-02-30", "有效日期"),
        ("born", "20260228", "有效日期"),
        ("income", "1.234", "两位小数"),
        ("income", "-1", "两位小数"),
        ("size", 0, "不能小于1"),
        ("size", 21, "不能大于20"),
        ("size", True, "格式不对"),
        ("size", "3", "格式不对"),
        ("urgent", "是", "格式不对"),
        ("story", "短", "至少2个字"),
        ("story", "太长的说明", "不能超过4个字"),
        ("other", "1", "没有“other”"),
    ],
)
def test_a_wrong_value_is_told_at_its_field(name: str, value: object, words: str) -> None:
    (reason,) = check_form(SCHEMA, {**RIGHT, name: value})
    assert reason.field == name
    assert words in reason.text


@pytest.mark.parametrize(
    "schema",
    [
        {**SCHEMA, "allOf": []},
        {**SCHEMA, "x-order": ["account"]},
        {**SCHEMA, "required": ["nobody"]},
        {"type": "array", "properties": {}},
        form(a={"type": "string", "title": "甲", "multipleOf": 2}),
        form(a={"type": "number", "title": "甲"}),
        form(a={"type": "string"}),
        form(a={"type": "string", "title": "甲", "format": "email"}),
        form(a={"type": "string", "title": "甲", "pattern": "("}),
        form(a={"type": "string", "title": "甲", "minimum": 1}),
        form(a={"type": "integer", "title": "甲", "pattern": "1"}),
        form(a={"type": "integer", "title": "甲", "minimum": "1"}),
    ],
)
def test_a_form_that_would_not_be_fully_obeyed_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_schema(schema)


VALUES = st.one_of(st.none(), st.booleans(), st.integers(-5, 30), st.text(max_size=6), st.just("200元/年"))
NAMES = st.sampled_from(["account", "tier", "size", "urgent", "story"])


@given(st.dictionaries(NAMES, VALUES.filter(lambda v: v not in (None, "")), max_size=5))
def test_the_verdict_is_that_of_a_full_json_schema_validator(values: dict[str, Any]) -> None:
    assert (check_form(SCHEMA, values) == ()) == Draft202012Validator(SCHEMA).is_valid(values)


HOUSEHOLD = form(
    "members",
    members={
        "type": "array",
        "title": "家庭成员",
        "description": "共同生活的人，含申请人",
        "minItems": 1,
        "maxItems": 3,
        "items": form(
            "name",
            name={"type": "string", "title": "姓名", "maxLength": 30},
            number={"type": "string", "title": "身份证号", "format": "id-number"},
            income={"type": "string", "title": "月收入", "format": "money"},
        ),
    },
    needs={
        "type": "array",
        "title": "需要的帮助",
        "uniqueItems": True,
        "maxItems": 2,
        "items": {"type": "string", "enum": ["送餐", "陪护", "理发"]},
    },
    phone={"type": "string", "title": "家属电话", "format": "phone"},
    story={"type": "string", "title": "情况说明", "format": "long-text", "maxLength": 500},
)
WANG = {"name": "王𬭎", "number": "11010119900307889X", "income": "1200.50"}


def test_a_table_and_several_choices_carry_all_a_screen_needs() -> None:
    members, needs, phone, story = fields_of(HOUSEHOLD)
    assert (members.kind, members.least, members.most) == (FieldKind.TABLE, 1, 3)
    assert [(one.title, one.kind) for one in members.columns] == [
        ("姓名", FieldKind.TEXT),
        ("身份证号", FieldKind.ID_NUMBER),
        ("月收入", FieldKind.MONEY),
    ]
    assert (needs.kind, needs.choices, needs.most) == (FieldKind.CHOICES, ("送餐", "陪护", "理发"), 2)
    assert (phone.kind, story.kind) == (FieldKind.PHONE, FieldKind.LONG_TEXT)
    Draft202012Validator.check_schema(HOUSEHOLD)


def test_a_fault_in_a_table_names_its_row_and_its_cell() -> None:
    rows = [WANG, {**WANG, "name": "", "number": "110101199003078890", "age": 7}]
    found = [(one.field, one.text) for one in check_form(HOUSEHOLD, {"members": rows})]
    assert found == [
        ("members.2.name", "“家庭成员”第2行：请填写“姓名”。"),
        ("members.2.number", "“家庭成员”第2行：“身份证号”应为18位居民身份证号，请核对。"),
        ("members.2.age", "“家庭成员”第2行：该事项没有“age”这一项。"),
    ]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({}, "请填写“家庭成员”。"),
        ({"members": []}, "请填写“家庭成员”。"),
        ({"members": [WANG] * 4}, "“家庭成员”不能超过3行。"),
        ({"members": "王"}, "“家庭成员”的填写格式不对。"),
        ({"members": [WANG], "needs": ["送餐", "按摩"]}, "“需要的帮助”不在可选范围内。"),
        ({"members": [WANG], "needs": ["送餐", "送餐"]}, "“需要的帮助”有重复的选项。"),
        ({"members": [WANG], "needs": ["送餐", "陪护", "理发"]}, "“需要的帮助”不能超过2项。"),
        ({"members": [WANG], "phone": "12345"}, "“家属电话”应为手机号码或者带区号的固定电话。"),
    ],
)
def test_a_bad_list_is_explained(values: dict[str, Any], fault: str) -> None:
    assert [one.text for one in check_form(HOUSEHOLD, values)] == [fault]


@pytest.mark.parametrize(
    "phone", ["13900000000", "0816-2290000", "08162290000", "2290000", "010-62290000-12"]
)
def test_numbers_that_people_have_are_taken(phone: str) -> None:
    assert check_form(HOUSEHOLD, {"members": [WANG], "needs": ["陪护"], "phone": phone}) == ()


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "array", "title": "表"},
        {"type": "array", "title": "表", "items": {"type": "string"}},
        {"type": "array", "title": "表", "items": form(inner={"type": "array", "title": "内表"})},
        {"type": "array", "title": "表", "items": {**form(a={"type": "string", "title": "甲"}), "if": {}}},
        {"type": "string", "title": "表", "minItems": 1},
    ],
)
def test_a_list_that_cannot_be_obeyed_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="field"):
        check_schema(form(rule=rule))
