"""A form as a list of rows, one for each field, so that people can edit it in a table.

What the rows cannot hold is what a form need not say: an empty hint, the format of a choice. `plain` gives a
form in the shape that comes back unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stationapp.domain.item_form import FieldKind, check_schema


@dataclass(frozen=True, slots=True)
class FormRow:
    """One field. `table` names the table whose column it is; the bounds are None where there are none."""

    name: str
    title: str
    kind: FieldKind
    table: str = ""
    required: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()
    message: str = ""
    pattern: str = ""
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    min_items: int | None = None
    max_items: int | None = None


_TEXTS = {"description": "hint", "x-message": "message", "pattern": "pattern"}
_BOUNDS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minimum": "minimum",
    "maximum": "maximum",
    "minItems": "min_items",
    "maxItems": "max_items",
}


def rows_of(schema: Mapping[str, Any]) -> tuple[FormRow, ...]:
    """Return the fields of a form in their order, the columns of a table behind it; ValueError: no form."""
    check_schema(schema)
    return tuple(_rows(schema, "")) if schema else ()


def _rows(schema: Mapping[str, Any], table: str) -> Iterable[FormRow]:
    required = set(schema.get("required", ()))
    for name in schema.get("x-order", ()):
        rule = schema["properties"][name]
        yield _row(name, rule, table, name in required)
        if rule["type"] == "array" and rule["items"]["type"] == "object":
            yield from _rows(rule["items"], name)


def _row(name: str, rule: Mapping[str, Any], table: str, required: bool) -> FormRow:
    values: dict[str, Any] = {ours: rule.get(theirs, "") for theirs, ours in _TEXTS.items()}
    values |= {ours: rule.get(theirs) for theirs, ours in _BOUNDS.items()}
    choices = rule.get("enum", rule.get("items", {}).get("enum", ()))
    return FormRow(
        name, rule["title"], _kind(rule), table, required, choices=tuple(map(str, choices)), **values
    )


def _kind(rule: Mapping[str, Any]) -> FieldKind:
    if rule["type"] == "array":
        return FieldKind.TABLE if rule["items"]["type"] == "object" else FieldKind.CHOICES
    if "enum" in rule:
        return FieldKind.CHOICE
    return FieldKind(rule.get("format", "text") if rule["type"] == "string" else rule["type"])


def schema_of(rows: Iterable[FormRow]) -> dict[str, Any]:
    """Return the form of some rows, empty for none.

    Raises ValueError for a field that stands twice, for a column of no table, and like `check_schema`.
    """
    every = tuple(rows)
    tables = {row.name for row in every if row.kind is FieldKind.TABLE and not row.table}
    if lost := [row.name for row in every if row.table and row.table not in tables]:
        raise ValueError(f"columns of no table: {lost}")
    if not every:
        return {}
    schema = _object(every, "")
    check_schema(schema)
    return schema


def _object(every: tuple[FormRow, ...], table: str) -> dict[str, Any]:
    mine = [row for row in every if row.table == table]
    names = [row.name for row in mine]
    if len(set(names)) != len(names):
        raise ValueError(f"a field stands twice: {names}")
    return {
        "type": "object",
        "properties": {row.name: _rule(row, every) for row in mine},
        "required": [row.name for row in mine if row.required],
        "x-order": names,
    }


def _rule(row: FormRow, every: tuple[FormRow, ...]) -> dict[str, Any]:
    rule = {**_type(row, every), "title": row.title}
    for names in (_TEXTS, _BOUNDS):
        for theirs, ours in names.items():
            if getattr(row, ours) not in ("", None):
                rule[theirs] = getattr(row, ours)
    return rule


def _type(row: FormRow, every: tuple[FormRow, ...]) -> dict[str, Any]:
    if row.kind is FieldKind.TABLE:
        return {"type": "array", "items": _object(every, row.name)}
    if row.kind is FieldKind.CHOICES:
        entry = {"type": "string", "enum": list(row.choices)}
        return {"type": "array", "items": entry, "uniqueItems": True}
    if row.kind is FieldKind.CHOICE:
        return {"type": "string", "enum": list(row.choices)}
    if row.kind in (FieldKind.INTEGER, FieldKind.BOOLEAN):
        return {"type": str(row.kind)}
    return {"type": "string"} | ({} if row.kind is FieldKind.TEXT else {"format": str(row.kind)})


def plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form in the shape that rows give back."""
    return schema_of(rows_of(schema))
