"""The JSON shape of service items and catalogues, as files and the hub carry them.

Reading is strict: a key or a form keyword that this version does not know raises ValueError, since an item
whose rule was dropped in silence would be handled wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import date
from enum import StrEnum
from typing import Any

from stationapp.domain.catalogue import (
    Catalogue,
    HandlingKind,
    ItemStatus,
    Keeper,
    Material,
    ServiceItem,
    Stage,
    StageLimit,
    YearlyWindow,
)
from stationapp.domain.catalogue_elements import ItemElements, elements_from_mapping, elements_to_mapping
from stationapp.domain.item_form import check_schema
from stationapp.domain.material_dictionary import (
    NO_MATERIALS,
    dictionary_from_mapping,
    dictionary_to_mapping,
)
from stationapp.domain.organisation import Level
from stationapp.domain.time_limits import Limit, LimitUnit

CODE_LENGTH = 64
"""Most characters an item code may have; codes are opaque (GB/T 39046 allows 24, practice has 55)."""


def item_to_mapping(item: ServiceItem) -> dict[str, Any]:
    """Return the JSON shape of one item version; every field is there, in the order of ServiceItem."""
    return {field.name: _plain(getattr(item, field.name)) for field in fields(item)}


def item_from_mapping(data: Mapping[str, Any]) -> ServiceItem:
    """Read what `item_to_mapping` wrote; optional fields may be absent.

    Raises KeyError, TypeError or ValueError for a malformed item: no code, an unknown key, a form that cannot
    be obeyed.
    """
    known = {field.name for field in fields(ServiceItem)}
    if unknown := set(data) - known:
        raise ValueError(f"unknown keys in an item: {sorted(unknown)}")
    code = data["code"]
    if not isinstance(code, str) or not 0 < len(code) <= CODE_LENGTH or code.strip() != code:
        raise ValueError(f"an item code has 1 to {CODE_LENGTH} characters: {code!r}")
    values = {name: _READERS[name](value) if name in _READERS else value for name, value in data.items()}
    item = ServiceItem(**values)
    check_schema(item.form)
    return item


def catalogue_to_mapping(catalogue: Catalogue) -> dict[str, Any]:
    """Return the JSON shape of a catalogue: version, published_at, items, and the dictionary of materials."""
    data = {
        "version": catalogue.version,
        "published_at": catalogue.published_at,
        "items": [item_to_mapping(item) for item in catalogue.items],
    }
    if catalogue.dictionary.entries:
        data["dictionary"] = dictionary_to_mapping(catalogue.dictionary)
    return data


def catalogue_from_mapping(data: Mapping[str, Any]) -> Catalogue:
    """Read what `catalogue_to_mapping` wrote; further keys beside the items are notes for people.

    Raises what `item_from_mapping` raises, and ValueError when one version of a code occurs twice (一事一码).
    """
    items = tuple(item_from_mapping(row) for row in data["items"])
    seen: set[tuple[str, int]] = set()
    for item in items:
        if (item.code, item.version) in seen:
            raise ValueError(f"item {item.code} occurs twice in version {item.version}")
        seen.add((item.code, item.version))
    dictionary = dictionary_from_mapping(data["dictionary"]) if "dictionary" in data else NO_MATERIALS
    return Catalogue(int(data["version"]), str(data["published_at"]), items, dictionary)


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, ItemElements):
        return elements_to_mapping(value)
    if isinstance(value, Limit | YearlyWindow | Material | StageLimit):
        return {name: _plain(part) for name, part in asdict(value).items()}
    return dict(value) if isinstance(value, Mapping) else value


def _limit(data: Mapping[str, Any] | None) -> Limit | None:
    return None if data is None else _some_limit(data)


def _stage_limits(rows: list[Mapping[str, Any]]) -> tuple[StageLimit, ...]:
    found = tuple(StageLimit(Stage(row["stage"]), _some_limit(row["limit"])) for row in rows)
    if len({one.stage for one in found}) != len(found):
        raise ValueError("a stage of an item has two limits")
    return found


def _some_limit(data: Mapping[str, Any]) -> Limit:
    return Limit(int(data["value"]), LimitUnit(data["unit"]))


def _service_days(days: list[int]) -> tuple[int, ...]:
    if wrong := [day for day in days if day not in range(1, 8)]:
        raise ValueError(f"days of service are ISO weekdays, 1 to 7: {wrong}")
    return tuple(days)


def _extension(days: int | None) -> int | None:
    if days is not None and days < 0:
        raise ValueError("an extension has no negative number of days")
    return days


def _window(data: Mapping[str, Any] | None) -> YearlyWindow | None:
    return None if data is None else YearlyWindow(**data)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _material(data: Mapping[str, Any]) -> Material:
    material = Material(**{**data, "keeper": Keeper(data.get("keeper", Keeper.STATION))})
    if not material.material_id or material.material_id.strip() != material.material_id:
        raise ValueError(f"a material needs an id without blanks around it: {material.material_id!r}")
    if material.originals < 0 or material.copies < 0:
        raise ValueError(f"material {material.material_id} has a negative number of copies")
    return material


def _materials(rows: list[Mapping[str, Any]]) -> tuple[Material, ...]:
    materials = tuple(_material(row) for row in rows)
    if len({material.material_id for material in materials}) != len(materials):
        raise ValueError("two materials of an item share an id")
    return materials


_READERS: dict[str, Callable[[Any], Any]] = {
    "handling": HandlingKind,
    "decides_at": Level,
    "status": ItemStatus,
    "effective_from": date.fromisoformat,
    "effective_to": _day,
    "co_departments": tuple,
    "service_objects": tuple,
    "statutory_limit": _limit,
    "promised_limit": _limit,
    "materials": _materials,
    "form": dict,
    "window": _window,
    "sources": tuple,
    "gaps": tuple,
    "stage_limits": _stage_limits,
    "special_procedures": tuple,
    "service_days": _service_days,
    "extension_days": _extension,
    "elements": elements_from_mapping,
}
