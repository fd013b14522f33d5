"""The own fields of a service item, described by a small and closed part of JSON Schema.

A form is `{"type": "object", "properties": {...}, "required": [...], "x-order": [...]}`. A property has a
`title`, a `description` (the hint at the field) and, if wanted, `x-message` (the sentence for a bad value).
A keyword that is not listed here raises ValueError when a catalogue is read: no rule may be lost in silence.
Money is text with at most two decimals ("1200.50", yuan), since binary floats cannot hold it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from stationapp.domain.refusal import Reason


class FieldKind(StrEnum):
    """What kind of value a field holds, and so what the screen offers for it."""

    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"  # ISO text
    CHOICE = "choice"
    BOOLEAN = "boolean"
    MONEY = "money"  # decimal text in yuan


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form; `max_length` is in characters, 0 when there is no limit."""

    name: str
    title: str
    kind: FieldKind
    required: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()
    message: str = ""
    max_length: int = 0


_TYPES = {"string": str, "integer": int, "boolean": bool}
_FORMATS = ("date", "money")
_MONEY = re.compile(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?")
_FORM_KEYS = {"type", "title", "description", "properties", "required", "additionalProperties", "x-order"}
_TEXT_ONLY = {"enum", "pattern", "format", "minLength", "maxLength"}
_NUMBER_ONLY = {"minimum", "maximum"}
_PROPERTY_KEYS: dict[str, type] = {
    "type": str,
    "title": str,
    "description": str,
    "x-message": str,
    "enum": list,
    "pattern": str,
    "format": str,
    "minimum": int,
    "maximum": int,
    "minLength": int,
    "maxLength": int,
}


def check_schema(schema: Mapping[str, Any]) -> None:
    """Raise ValueError, with the reason, when a schema is not one this program can fully obey."""
    if not schema:
        return
    if unknown := set(schema) - _FORM_KEYS:
        raise ValueError(f"unknown keywords in the form: {sorted(unknown)}")
    if schema.get("type") != "object" or not isinstance(schema.get("properties"), Mapping):
        raise ValueError("a form is an object with properties")
    properties = schema["properties"]
    if sorted(schema.get("x-order", ())) != sorted(properties):
        raise ValueError("x-order has to name every property once")
    if stray := set(schema.get("required", ())) - set(properties):
        raise ValueError(f"required fields that do not exist: {sorted(stray)}")
    for name, rule in properties.items():
        _check_property(name, rule)


def _check_property(name: str, rule: Mapping[str, Any]) -> None:
    for key, value in rule.items():
        if key not in _PROPERTY_KEYS:
            raise ValueError(f"unknown keyword {key!r} in field {name!r}")
        if not isinstance(value, _PROPERTY_KEYS[key]):
            raise ValueError(f"keyword {key!r} in field {name!r} has a wrong value")
    if rule.get("type") not in _TYPES or not rule.get("title"):
        raise ValueError(f"field {name!r} needs a known type and a title")
    misplaced = {"string": _NUMBER_ONLY, "integer": _TEXT_ONLY, "boolean": _TEXT_ONLY | _NUMBER_ONLY}
    if wrong := misplaced[rule["type"]] & set(rule):
        raise ValueError(f"keywords {sorted(wrong)} do not fit the type of field {name!r}")
    if rule.get("format", "date") not in _FORMATS:
        raise ValueError(f"unknown format in field {name!r}")
    try:
        re.compile(rule.get("pattern", ""))
    except re.error as error:
        raise ValueError(f"bad pattern in field {name!r}") from error


def fields_of(schema: Mapping[str, Any]) -> tuple[FormField, ...]:
    """Return the fields in the order of `x-order`; raises ValueError like `check_schema`."""
    check_schema(schema)
    required = set(schema.get("required", ()))
    return tuple(
        FormField(
            name=name,
            title=rule["title"],
            kind=_kind_of(rule),
            required=name in required,
            hint=rule.get("description", ""),
            choices=tuple(str(choice) for choice in rule.get("enum", ())),
            message=rule.get("x-message", ""),
            max_length=rule.get("maxLength", 0),
        )
        for name in schema.get("x-order", ())
        for rule in (schema["properties"][name],)
    )


def _kind_of(rule: Mapping[str, Any]) -> FieldKind:
    if "enum" in rule:
        return FieldKind.CHOICE
    if rule["type"] == "string":
        return FieldKind(rule.get("format", "text"))
    return FieldKind(rule["type"])


def check_form(schema: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Return a Chinese sentence for every value that is missing or wrong, in the order of the form."""
    fields = fields_of(schema)
    reasons: list[Reason] = []
    for field in fields:
        value = values.get(field.name)
        if value is None or value == "":
            if field.required:
                reasons.append(Reason("form-missing", f"{_verb(field)}“{field.title}”。", field.name))
        elif fault := _fault(schema["properties"][field.name], value):
            reasons.append(Reason("form-invalid", field.message or f"“{field.title}”{fault}。", field.name))
    known = {field.name for field in fields}
    strange = [name for name in values if name not in known]
    reasons += [Reason("form-unknown", f"该事项没有“{name}”这一项。", name) for name in strange]
    return tuple(reasons)


def _verb(field: FormField) -> str:
    chosen = field.kind in (FieldKind.CHOICE, FieldKind.BOOLEAN, FieldKind.DATE)
    return "请选择" if chosen else "请填写"


def _fault(rule: Mapping[str, Any], value: object) -> str:
    """Return what is wrong with a value, as the second half of a sentence, or an empty text."""
    # True is an int in Python, but no number to a person.
    if type(value) is not _TYPES[rule["type"]]:
        return "的填写格式不对"
    for keyword, check in _CHECKS.items():
        if keyword in rule and (fault := check(rule[keyword], value)):
            return fault
    return ""


def _outside_choices(choices: list[Any], value: object) -> str:
    return "" if value in choices else "不在可选范围内"


def _against_format(name: str, value: object) -> str:
    text = str(value)
    if name == "money":
        return "" if _MONEY.fullmatch(text) else "应为金额，最多两位小数"
    return "" if _is_date(text) else "应为有效日期，如2026-03-01"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_CHECKS: dict[str, Callable[[Any, Any], str]] = {
    "enum": _outside_choices,
    "format": _against_format,
    "minLength": lambda least, value: "" if len(value) >= least else f"至少{least}个字",
    "maxLength": lambda most, value: "" if len(value) <= most else f"不能超过{most}个字",
    "pattern": lambda pattern, value: "" if re.search(pattern, value) else "的填写格式不对",
    "minimum": lambda least, value: "" if value >= least else f"不能小于{least}",
    "maximum": lambda most, value: "" if value <= most else f"不能大于{most}",
}
