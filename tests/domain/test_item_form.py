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
