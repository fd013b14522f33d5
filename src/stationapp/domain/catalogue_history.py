"""What became of items: their standing on a day, all their versions, and what one catalogue changed.

动态调整 (SEED 003) counts what was 取消, 修订, 暂停 and 新增; 可追溯 (SEED 004) asks for any past date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from stationapp.domain.catalogue import Catalogue, ItemStatus, ServiceItem

STATUS_TITLES: Final[Mapping[ItemStatus, str]] = MappingProxyType(
    {
        ItemStatus.IN_USE: "在用",
        ItemStatus.REVISED: "修订",
        ItemStatus.SUSPENDED: "暂停",
        ItemStatus.CANCELLED: "取消",
    }
)


class ChangeKind(StrEnum):
    """What a new version of an item does to it."""

    NEW = "new"
    REVISED = "revised"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    RESUMED = "resumed"
    ENDED = "ended"


KIND_TITLES: Final[Mapping[ChangeKind, str]] = MappingProxyType(
    {
        ChangeKind.NEW: "新增",
        ChangeKind.REVISED: "修订",
        ChangeKind.SUSPENDED: "暂停",
        ChangeKind.CANCELLED: "取消",
        ChangeKind.RESUMED: "恢复",
        ChangeKind.ENDED: "失效",
    }
)

# What says when a version holds and where it comes from is no part of what the item is.
_NOT_CONTENT = {"version", "effective_from", "effective_to", "status", "sources"}


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """One line of an item's history; `until` is the first day on which it no longer holds."""

    item: ServiceItem
    kind: ChangeKind
    since: date
    until: date | None
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What a catalogue changed about an item, in the words people use; `changed` are names of fields."""

    kind: ChangeKind
    code: str
    name: str
    version: int
    effective_from: date
    changed: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """As in 修订“高龄津贴”：自2026-12-01起（第3版）."""
        return f"{KIND_TITLES[self.kind]}“{self.name}”：自{self.effective_from}起（第{self.version}版）"


def standing(catalogue: Catalogue, code: str, day: date) -> str:
    """Return 在用, 修订, 暂停 or 取消 on a day; 未启用 or 已失效 when no version holds; empty: no such code."""
    versions = catalogue.versions_of(code)
    if not versions:
        return ""
    if item := catalogue.in_force(code, day):
        return STATUS_TITLES[item.status]
    return "未启用" if all(day < item.effective_from for item in versions) else "已失效"


def changed_fields(before: ServiceItem, after: ServiceItem) -> tuple[str, ...]:
    """Return the names of the fields in which two versions of an item differ in content."""
    return tuple(
        field.name
        for field in fields(ServiceItem)
        if field.name not in _NOT_CONTENT and getattr(before, field.name) != getattr(after, field.name)
    )


def kind_of(before: ServiceItem | None, after: ServiceItem) -> ChangeKind:
    """Return what a version does, seen from the one before it."""
    if before is None:
        return ChangeKind.NEW
    if after.status is ItemStatus.CANCELLED:
        return ChangeKind.CANCELLED
    if after.status is ItemStatus.SUSPENDED:
        return ChangeKind.SUSPENDED
    return ChangeKind.REVISED if before.status.is_in_service else ChangeKind.RESUMED


def history(catalogue: Catalogue, code: str) -> tuple[ItemVersion, ...]:
    """Return every version of an item, the oldest first; empty when there is no such code."""
    versions = tuple(reversed(catalogue.versions_of(code)))
    befores: tuple[ServiceItem | None, ...] = (None, *versions)[: len(versions)]
    return tuple(
        ItemVersion(
            item,
            kind_of(before, item),
            item.effective_from,
            _until(item, versions[number + 1 :]),
            changed_fields(before, item) if before else (),
        )
        for number, (before, item) in enumerate(zip(befores, versions, strict=True))
    )


def _until(item: ServiceItem, later: tuple[ServiceItem, ...]) -> date | None:
    ends = [one.effective_from for one in later] + ([item.effective_to] if item.effective_to else [])
    return min(ends, default=None)


def changes_between(old: Catalogue, new: Catalogue) -> tuple[ItemChange, ...]:
    """Return what a newer catalogue changed, one line for each new version, in the order of publication.

    An item that the newer one gives an end to, or no longer knows, is named as ended.
    """
    changes = []
    for item in new.items:
        if old.version_of(item.code, item.version) is None:
            before = new.version_of(item.code, item.version - 1)
            changed = changed_fields(before, item) if before else ()
            changes.append(_change(kind_of(before, item), item, changed))
    for item in old.items:
        now = new.version_of(item.code, item.version)
        replaced = any(one.version > item.version for one in new.versions_of(item.code))
        if not replaced and (now is None or now.effective_to != item.effective_to):
            changes.append(_change(ChangeKind.ENDED, now or item, ()))
    return tuple(changes)


def lost_or_altered(old: Catalogue, new: Catalogue) -> tuple[ServiceItem, ...]:
    """Return the versions of an older catalogue that a newer one lacks or tells otherwise.

    Running cases finish under the version they began with, so only the end of a version may still change.
    """
    return tuple(item for item in old.items if not _is_kept(item, new.version_of(item.code, item.version)))


def _is_kept(item: ServiceItem, now: ServiceItem | None) -> bool:
    return now is not None and replace(now, effective_to=item.effective_to) == item


def _change(kind: ChangeKind, item: ServiceItem, changed: tuple[str, ...]) -> ItemChange:
    day = item.effective_to if kind is ChangeKind.ENDED and item.effective_to else item.effective_from
    return ItemChange(kind, item.code, item.name, item.version, day, changed)
