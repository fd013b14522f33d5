"""Every kind of field an item may ask for has an editor, and what is typed there is what the form's check sees."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from small_county import item
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.item_form import FieldKind, check_form, fields_of
from stationapp.domain.organisation import Level
from stationapp.domain.refusal import Reason
from stationapp.ui.case.contents import value_text
from stationapp.ui.new_case.item_fields import ItemFields, field_of
from stationapp.ui.new_case.list_editors import ChoicesEditor, LongTextEditor, TableEditor
from windows import on_screen

MEMBER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "title": "姓名"},
        "number": {"type": "string", "title": "身份证号", "format": "id-number"},
        "relation": {"type": "string", "title": "与申请人关系", "enum": ["配偶", "子女", "父母", "其他"]},
        "age": {"type": "integer", "title": "年龄", "minimum": 0, "maximum": 130},
        "works": {"type": "boolean", "title": "有工作"},
    },
    "required": ["name", "relation"],
    "x-order": ["name", "number", "relation", "age", "works"],
}
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "phone": {"type": "string", "title": "家属电话", "format": "phone"},
        "number": {"type": "string", "title": "监护人身份证号", "format": "id-number"},
        "needs": {
            "type": "array",
            "title": "需要的帮助",
            "items": {"type": "string", "enum": ["送餐", "陪护", "理发", "助浴", "代购"]},
            "maxItems": 2,
        },
        "members": {
            "type": "array",
            "title": "家庭成员",
            "description": "共同生活的人，不含申请人",
            "items": MEMBER,
            "minItems": 1,
            "maxItems": 3,
        },
        "story": {"type": "string", "title": "情况说明", "format": "long-text", "maxLength": 500},
    },
    "required": ["members"],
    "x-order": ["phone", "number", "needs", "members", "story"],
}
VALUES: dict[str, Any] = {
    "phone": "0816-2290000",
    "number": "11010119900307889X",
    "needs": ["送餐", "助浴"],
    "members": [
        {"name": "王𬭎", "number": "11010119900307889X", "relation": "配偶", "age": 36, "works": False},
        {"name": "王䶮", "relation": "子女"},
    ],
    "story": "去年冬天摔伤，\n目前不能久站。",
}


def own_fields(qtbot: QtBot) -> ItemFields:
    fields = ItemFields(item("A", Level.COUNTY, HandlingKind.COMMITTED, form=FORM))
    on_screen(qtbot, fields)
    return fields


def test_every_kind_has_an_editor(qtbot: QtBot) -> None:
    kinds: dict[FieldKind, dict[str, Any]] = {
        kind: {"type": "string", "title": kind.value} for kind in FieldKind
    }
    kinds[FieldKind.CHOICE] |= {"enum": ["甲"]}
    for kind in (FieldKind.INTEGER, FieldKind.BOOLEAN):
        kinds[kind] |= {"type": kind.value}
    for kind in (FieldKind.LONG_TEXT, FieldKind.PHONE, FieldKind.ID_NUMBER, FieldKind.DATE, FieldKind.MONEY):
        kinds[kind] |= {"format": kind.value}
    for kind, name in ((FieldKind.CHOICES, "needs"), (FieldKind.TABLE, "members")):
        kinds[kind] = FORM["properties"][name]
    properties = {kind.value: rule for kind, rule in kinds.items()}
    form = {"type": "object", "properties": properties, "x-order": list(properties)}
    assert [field.kind for field in fields_of(form)] == list(FieldKind)
    fields = ItemFields(item("A", Level.COUNTY, HandlingKind.COMMITTED, form=form))
    on_screen(qtbot, fields)
    assert list(fields.fields) == list(properties)


def test_what_is_put_in_comes_out(qtbot: QtBot) -> None:
    fields = own_fields(qtbot)
    assert fields.values() == {}
    fields.fill(VALUES, {})
    assert fields.values() == VALUES
    assert fields.unfinished() == {}
    assert check_form(FORM, fields.values()) == ()
    fields.fill({"needs": [], "members": []}, {})
    assert "needs" not in fields.values()
    assert "members" not in fields.values()


def test_a_table_grows_and_shrinks_within_its_bounds(qtbot: QtBot) -> None:
    fields = own_fields(qtbot)
    table = fields.fields["members"].editor
    assert table.rows.rowCount() == 1
    table.add.click()
    table.add.click()
    assert not table.add.isEnabled()
    for _ in range(3):
        table.remove.click()
    assert not table.remove.isEnabled()


def test_the_row_a_person_types_in_is_the_one_that_goes(qtbot: QtBot) -> None:
    fields = own_fields(qtbot)
    fields.fill(VALUES, {})
    table = fields.fields["members"].editor
    table.rows.cellWidget(0, 0).setFocus()
    table.remove.click()
    assert [row["name"] for row in fields.values()["members"]] == ["王䶮"]


def test_a_wrong_cell_is_complained_of_at_its_table_and_the_answer_taken_away(qtbot: QtBot) -> None:
    fields = own_fields(qtbot)
    table = fields.fields["members"]
    fields.fill({"members": [{"name": "王𬭎", "relation": "配偶"}]}, {})
    age = table.editor.rows.cellWidget(0, 3)
    assert isinstance(age, QLineEdit)
    age.setText("三十")
    assert table.note.text().endswith("“家庭成员”第1行：“年龄”的填写格式不对。")
    age.setText("３０")
    assert not table.is_wrong
    assert fields.values()["members"][0]["age"] == 30
    relation = table.editor.rows.cellWidget(0, 2)
    assert isinstance(relation, QComboBox)
    relation.setCurrentIndex(0)
    assert table.note.text().endswith("“家庭成员”第1行：请选择“与申请人关系”。")


def test_a_reason_of_a_cell_belongs_to_its_table() -> None:
    assert field_of(Reason("form-invalid", "", "members.2.name")) == "members"
    assert field_of(Reason("form-invalid", "", "story")) == "story"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("needs", "送餐、助浴"),
        ("story", "去年冬天摔伤，\n目前不能久站。"),
        (
            "members",
            "姓名 王𬭎，身份证号 11010119900307889X，与申请人关系 配偶，年龄 36，有工作 否\n"
            "姓名 王䶮，与申请人关系 子女",
        ),
    ],
)
def test_values_are_shown_as_people_read_them(name: str, said: str) -> None:
    field = next(one for one in fields_of(FORM) if one.name == name)
    assert value_text(field, VALUES[name]) == said


def test_editors_speak_of_what_stands_in_them(qtbot: QtBot) -> None:
    fields = own_fields(qtbot)
    fields.fill(VALUES, {})
    by_name = {field.name: field for field in fields_of(FORM)}
    for name, editor, typed in (
        ("needs", ChoicesEditor, "送餐、助浴"),
        ("members", TableEditor, "2行"),
        ("story", LongTextEditor, VALUES["story"]),
    ):
        made = editor(by_name[name], fields)
        assert made.typed == ""
        made.put(VALUES[name])
        assert made.typed == typed
