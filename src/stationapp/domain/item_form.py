"""The own fields of a service item, described by a small and closed part of JSON Schema.

A form is `{"type": "object", "properties": {...}, "required": [...], "x-order": [...]}`. A property has a
`title`, a `description` (the hint at the field) and, if wanted, `x-message` (the sentence for a bad value).
Money is text with at most two decimals ("1200.50", yuan), since binary floats cannot hold it. A list is either
several of some choices or a table, whose rows are objects with a form of their own (家庭成员表).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stationapp.domain.item_form_schema import check_schema as check_schema
from stationapp.domain.item_form_values import fault_of, fault_of_choices, fault_of_count
from stationapp.domain.refusal import Reason


class FieldKind(StrEnum):
    """What kind of value a field holds, and so what the screen offers for it."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    INTEGER = "integer"
    DATE = "date"  # ISO text
    CHOICE = "choice"
    CHOICES = "choices"  # a list of texts
    BOOLEAN = "boolean"
    MONEY = "money"  # decimal text in yuan
    PHONE = "phone"
    ID_NUMBER = "id-number"  # GB 11643
    TABLE = "table"  # a list of mappings, one for each row


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form; `max_length` is in characters, 0 when there is no limit.

    `least` and `most` bound the choices of several and the rows of a table (0: no limit); only a table has
    `columns`.
    """

    name: str
    title: str
    kind: FieldKind
    required: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()
    message: str = ""
    max_length: int = 0
    columns: tuple[FormField, ...] = ()
    least: int = 0
    most: int = 0


def fields_of(schema: Mapping[str, Any]) -> tuple[FormField, ...]:
    """Return the fields in the order of `x-order`; raises ValueError like `check_schema`."""
    check_schema(schema)
    return _fields(schema)


def _fields(schema: Mapping[str, Any]) -> tuple[FormField, ...]:
    required = set(schema.get("required", ()))
    return tuple(
        _field(name, schema["properties"][name], name in required) for name in schema.get("x-order", ())
    )


def _field(name: str, rule: Mapping[str, Any], required: bool) -> FormField:
    kind, entry = _kind_of(rule), rule.get("items", {})
    return FormField(
        name=name,
        title=rule["title"],
        kind=kind,
        required=required,
        hint=rule.get("description", ""),
        choices=tuple(str(choice) for choice in rule.get("enum", entry.get("enum", ()))),
        message=rule.get("x-message", ""),
        max_length=rule.get("maxLength", 0),
        columns=_fields(entry) if kind is FieldKind.TABLE else (),
        least=rule.get("minItems", 0),
        most=rule.get("maxItems", 0),
    )


def _kind_of(rule: Mapping[str, Any]) -> FieldKind:
    if rule["type"] == "array":
        return FieldKind.TABLE if rule["items"]["type"] == "object" else FieldKind.CHOICES
    if "enum" in rule:
        return FieldKind.CHOICE
    if rule["type"] == "string":
        return FieldKind(rule.get("format", "text"))
    return FieldKind(rule["type"])


def check_form(schema: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Return a Chinese sentence for every value that is missing or wrong, in the order of the form.

    A reason names its field; a cell of a table as `members.2.name`, rows counted from 1.
    """
    check_schema(schema)
    return tuple(_reasons(schema, values, "", ""))


def _reasons(schema: Mapping[str, Any], values: Mapping[str, Any], path: str, place: str) -> list[Reason]:
    fields = _fields(schema)
    reasons: list[Reason] = []
    for field in fields:
        value = values.get(field.name)
        name = f"{path}{field.name}"
        if value is None or value == "" or (isinstance(value, list | tuple) and not value):
            if field.required:
                reasons.append(Reason("form-missing", f"{place}{_verb(field)}“{field.title}”。", name))
        else:
            reasons += _reasons_of(field, schema["properties"][field.name], value, name, place)
    known = {field.name for field in fields}
    strange = [name for name in values if name not in known]
    reasons += [
        Reason("form-unknown", f"{place}该事项没有“{name}”这一项。", f"{path}{name}") for name in strange
    ]
    return reasons


def _verb(field: FormField) -> str:
    chosen = (FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.BOOLEAN, FieldKind.DATE)
    return "请选择" if field.kind in chosen else "请填写"


def _reasons_of(
    field: FormField, rule: Mapping[str, Any], value: object, name: str, place: str
) -> list[Reason]:
    if field.kind is FieldKind.TABLE:
        return _reasons_of_rows(field, rule, value, name)
    fault = fault_of_choices(rule, value) if field.kind is FieldKind.CHOICES else fault_of(rule, value)
    if not fault:
        return []
    return [Reason("form-invalid", f"{place}{field.message or f'“{field.title}”{fault}。'}", name)]


def _reasons_of_rows(field: FormField, rule: Mapping[str, Any], value: object, name: str) -> list[Reason]:
    if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
        return [Reason("form-invalid", f"“{field.title}”的填写格式不对。", name)]
    reasons = []
    if fault := fault_of_count(rule, len(value), "行"):
        reasons.append(Reason("form-invalid", field.message or f"“{field.title}”{fault}。", name))
    for number, row in enumerate(value, start=1):
        place = f"“{field.title}”第{number}行："
        reasons += _reasons(rule["items"], row, f"{name}.{number}.", place)
    return reasons
