"""Whether the form of an item is one that this program can obey in full.

The part of JSON Schema that forms may use is closed: a keyword that is not listed here raises ValueError when
a catalogue is read, since no rule may be lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

FORMATS: Final = ("date", "money", "long-text", "phone", "id-number")
"""What a text may be besides plain text."""

_FORM_KEYS = {"type", "title", "description", "properties", "required", "additionalProperties", "x-order"}
_ROW_KEYS = {"type", "properties", "required", "additionalProperties", "x-order"}
_TEXT_ONLY = {"enum", "pattern", "format", "minLength", "maxLength"}
_NUMBER_ONLY = {"minimum", "maximum"}
_LIST_ONLY = {"items", "minItems", "maxItems", "uniqueItems"}
_MISPLACED = {
    "string": _NUMBER_ONLY | _LIST_ONLY,
    "integer": _TEXT_ONLY | _LIST_ONLY,
    "boolean": _TEXT_ONLY | _NUMBER_ONLY | _LIST_ONLY,
    "array": _TEXT_ONLY | _NUMBER_ONLY,
}
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
    "items": Mapping,
    "minItems": int,
    "maxItems": int,
    "uniqueItems": bool,
}


def check_schema(schema: Mapping[str, Any]) -> None:
    """Raise ValueError, with the reason, when a schema is not one this program can fully obey."""
    if not schema:
        return
    if unknown := set(schema) - _FORM_KEYS:
        raise ValueError(f"unknown keywords in the form: {sorted(unknown)}")
    _check_properties(schema, {"string", "integer", "boolean", "array"})


def _check_properties(schema: Mapping[str, Any], types: set[str]) -> None:
    if schema.get("type") != "object" or not isinstance(schema.get("properties"), Mapping):
        raise ValueError("a form is an object with properties")
    properties = schema["properties"]
    if sorted(schema.get("x-order", ())) != sorted(properties):
        raise ValueError("x-order has to name every property once")
    if stray := set(schema.get("required", ())) - set(properties):
        raise ValueError(f"required fields that do not exist: {sorted(stray)}")
    for name, rule in properties.items():
        _check_property(name, rule, types)


def _check_property(name: str, rule: Mapping[str, Any], types: set[str]) -> None:
    for key, value in rule.items():
        if key not in _PROPERTY_KEYS:
            raise ValueError(f"unknown keyword {key!r} in field {name!r}")
        if not isinstance(value, _PROPERTY_KEYS[key]):
            raise ValueError(f"keyword {key!r} in field {name!r} has a wrong value")
    if rule.get("type") not in types or not rule.get("title"):
        raise ValueError(f"field {name!r} needs a known type and a title")
    if wrong := _MISPLACED[rule["type"]] & set(rule):
        raise ValueError(f"keywords {sorted(wrong)} do not fit the type of field {name!r}")
    if rule.get("format", "date") not in FORMATS:
        raise ValueError(f"unknown format in field {name!r}")
    if rule["type"] == "array":
        _check_list(name, rule)
    try:
        re.compile(rule.get("pattern", ""))
    except re.error as error:
        raise ValueError(f"bad pattern in field {name!r}") from error


def _check_list(name: str, rule: Mapping[str, Any]) -> None:
    """A list is either several of some choices, or rows of a table whose columns are no lists."""
    entry = rule.get("items", {})
    if entry.get("type") == "object":
        if unknown := set(entry) - _ROW_KEYS:
            raise ValueError(f"unknown keywords in the rows of field {name!r}: {sorted(unknown)}")
        _check_properties(entry, {"string", "integer", "boolean"})
        return
    if set(entry) != {"type", "enum"} or entry["type"] != "string" or not isinstance(entry["enum"], list):
        raise ValueError(f"field {name!r} lists neither choices nor rows")
