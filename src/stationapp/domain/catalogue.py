"""The catalogue of service items (公共服务事项代码库): versioned, effective-dated, gated.

Sources: GB/T 39046-2020 table 4 and annex A, SEED 001 (六个公开, 四件管理), SEED 004 (无编码不得办理).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from stationapp.domain.catalogue_elements import NO_ELEMENTS, ItemElements
from stationapp.domain.material_dictionary import NO_MATERIALS, MaterialDictionary
from stationapp.domain.organisation import Level
from stationapp.domain.refusal import Reason
from stationapp.domain.time_limits import Limit


class ItemStatus(StrEnum):
    """Whether an item may be used (动态调整: 在用, 暂停, 取消, 修订).

    A revised item is in use like any other: the word says that this version replaced an earlier one, under
    which the cases that were running then are finished.
    """

    IN_USE = "in_use"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    REVISED = "revised"

    @property
    def is_in_service(self) -> bool:
        """New cases may be received, as far as the status goes."""
        return self in (ItemStatus.IN_USE, ItemStatus.REVISED)


class HandlingKind(StrEnum):
    """四件管理 (SEED 001): how an item is managed. Exchange maps it to GB/T 39046 table A.6."""

    IMMEDIATE = "immediate"  # 即办件
    COMMITTED = "committed"  # 承诺件
    JOINT = "joint"  # 联办件
    FORWARDED = "forwarded"  # 上报件


class Stage(StrEnum):
    """A part of the handling that may have a limit of its own (the legs of a promise, 分段时限)."""

    HANDOVER = "handover"  # 报送
    EXAMINATION = "examination"  # 初审
    ACCEPTANCE = "acceptance"  # 受理
    REVIEW = "review"  # 审查
    CHECK = "check"  # 审核
    DECISION = "decision"  # 决定
    JOINT_OPINION = "joint_opinion"  # 联办意见
    RESULT = "result"  # 制证
    SERVICE = "service"  # 送达


@dataclass(frozen=True, slots=True)
class StageLimit:
    """The limit of one stage; it runs from the end of the stage before."""

    stage: Stage
    limit: Limit


class Keeper(StrEnum):
    """Who keeps the original of a material."""

    APPLICANT = "applicant"  # 核验后退还
    STATION = "station"  # 收存


@dataclass(frozen=True, slots=True)
class Material:
    """One material of an item with the numbers of originals and copies that are needed.

    `material_key` names the material in the county's dictionary, so that one person's identity card is the
    same material in every item. `issue_requirement` (出具时间要求), `usage` (使用说明) and `basis` are texts.
    """

    material_id: str
    name: str
    originals: int
    copies: int
    required: bool = True
    shared: bool = False  # 可共享获取: may not be demanded
    issuer: str = ""
    note: str = ""
    keeper: Keeper = Keeper.STATION
    material_key: str = ""
    promisable: bool = False  # 可告知承诺: may be promised instead of handed in
    issue_requirement: str = ""
    usage: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class YearlyWindow:
    """The part of each year (inclusive, MM-DD to MM-DD) or of each month (days) in which an item is open."""

    first: str = ""
    last: str = ""
    first_day_of_month: int = 0
    last_day_of_month: int = 0

    def is_open(self, day: date) -> bool:
        """Tell whether applications may be received on that day."""
        if self.first_day_of_month and not self.first_day_of_month <= day.day <= self.last_day_of_month:
            return False
        if not self.first:
            return True
        today = day.strftime("%m-%d")
        if self.first <= self.last:
            return self.first <= today <= self.last
        return today >= self.first or today <= self.last


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One version of one item. `gaps` names the facts that no source gives; an item with gaps is not
    published.

    `form` is a JSON Schema (object) with `x-order`, titles and Chinese hints; an empty mapping means no own
    fields.
    """

    code: str  # opaque text, at most 64 characters
    version: int
    name: str
    item_type: str  # GB/T 39046 table A.1
    handling: HandlingKind
    decides_at: Level
    department: str  # key of the department, as in "510704000000-rsj"
    department_name: str
    status: ItemStatus
    effective_from: date
    effective_to: date | None = None
    co_departments: tuple[str, ...] = ()
    service_objects: tuple[str, ...] = ("自然人",)
    content: str = ""
    basis: str = ""
    conditions: str = ""
    procedure: str = ""
    statutory_limit: Limit | None = None
    statutory_note: str = ""
    promised_limit: Limit | None = None
    promised_note: str = ""
    fee: str = ""
    result_name: str = ""
    materials: tuple[Material, ...] = ()
    materials_known: bool = False
    form: Mapping[str, Any] = field(default_factory=dict)
    applicant_must_appear: bool = False
    publicity_days: int = 0
    window: YearlyWindow | None = None
    demonstration: bool = False
    sources: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    stage_limits: tuple[StageLimit, ...] = ()
    default_on_timeout: bool = False  # 超时默认: never by itself, see the acts of the same name
    default_on_absence: bool = False  # 缺席默认
    formal_check_only: bool = False  # 一审一核
    promise_allowed: bool = False  # 告知承诺
    pays_money: bool = False
    minimum_set: bool = False  # 底限性事项
    special_procedures: tuple[str, ...] = ()  # which of 行政许可法 art. 45 may occur
    not_needed_when: str = ""  # when nobody needs this licence (art. 32)
    service_days: tuple[int, ...] = ()  # ISO weekdays on which the item is handled (定时办理); none: all
    extension_days: int | None = None  # by so much the limit may be extended once; None: the law's own
    elements: ItemElements = NO_ELEMENTS
    decided_above_county: bool = (
        False  # 上报件 of SEED 001: a higher body decides, the county reports and records
    )

    @property
    def is_complete(self) -> bool:
        """六个公开 and the limits are all there, so that the item may be published."""
        return not self.gaps and not missing_publics(self)


_PUBLICS = (
    ("content", "办理内容"),
    ("basis", "办理依据"),
    ("procedure", "办理程序"),
    ("conditions", "受理条件"),
    ("fee", "收费标准"),
)


def missing_publics(item: ServiceItem) -> tuple[str, ...]:
    """Return the Chinese names of those of the six publics (六个公开, SEED 001) that the item lacks."""
    missing = [label for name, label in _PUBLICS if not getattr(item, name)]
    if item.statutory_limit is None and item.promised_limit is None:
        missing.append("办理时限")
    if not item.materials_known:
        missing.append("申请材料")
    return tuple(missing)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All item versions the county knows, in one published version of the catalogue."""

    version: int
    published_at: str  # ISO date-time
    items: tuple[ServiceItem, ...]
    dictionary: MaterialDictionary = NO_MATERIALS
    _by_code: Mapping[str, tuple[ServiceItem, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Group the versions of each code, newest first."""
        grouped: dict[str, list[ServiceItem]] = {}
        for item in self.items:
            grouped.setdefault(item.code, []).append(item)
        ordered = {
            code: tuple(sorted(rows, key=lambda row: row.version, reverse=True))
            for code, rows in grouped.items()
        }
        object.__setattr__(self, "_by_code", ordered)

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code there ever was, in the order of publication."""
        return tuple(self._by_code)

    def versions_of(self, code: str) -> tuple[ServiceItem, ...]:
        """Return all versions of an item, the newest first."""
        return self._by_code.get(code, ())

    def version_of(self, code: str, version: int) -> ServiceItem | None:
        """Return that version of an item: a running case finishes under the version it began with."""
        return next((item for item in self._by_code.get(code, ()) if item.version == version), None)

    def in_force(self, code: str, day: date) -> ServiceItem | None:
        """Return the newest version of a code that is in force on a day, whatever its status."""
        for item in self._by_code.get(code, ()):
            if item.effective_from <= day and (item.effective_to is None or day < item.effective_to):
                return item
        return None

    def current(self, day: date) -> tuple[ServiceItem, ...]:
        """Return the item in force of every code on a day, in the order of publication."""
        found = (self.in_force(code, day) for code in self._by_code)
        return tuple(item for item in found if item is not None)


def why_not_open(item: ServiceItem | None, day: date) -> tuple[Reason, ...]:
    """Return why nobody may receive a case of this item on that day: 无编码不得办理 (SEED 004); empty when it
    may be received at some desk. Who may is for `case_flow.why_not_open_to`.
    """
    if item is None:
        return (Reason("no-code", "该事项当日没有有效的事项编码，无编码不得办理。", "item"),)
    reasons = []
    if item.status is ItemStatus.SUSPENDED:
        reasons.append(Reason("item-suspended", f"“{item.name}”已暂停办理。", "item"))
    if item.status is ItemStatus.CANCELLED:
        reasons.append(Reason("item-cancelled", f"“{item.name}”已取消，不再办理。", "item"))
    if not item.is_complete:
        lacking = "、".join(dict.fromkeys((*missing_publics(item), *item.gaps)))
        reasons.append(
            Reason("item-incomplete", f"“{item.name}”的公开要素不全（{lacking}），不能办理。", "item")
        )
    if item.window is not None and not item.window.is_open(day):
        reasons.append(
            Reason(
                "window-closed", f"“{item.name}”今天不在受理期内（{describe_window(item.window)}）。", "item"
            )
        )
    return tuple(reasons)


def describe_window(window: YearlyWindow) -> str:
    """Return a window of receipt in words."""
    parts = []
    if window.first:
        parts.append(f"每年{_month_day(window.first)}至{_month_day(window.last)}")
    if window.first_day_of_month:
        parts.append(f"每月{window.first_day_of_month}日至{window.last_day_of_month}日")
    return "，".join(parts)


def _month_day(text: str) -> str:
    month, day = text.split("-")
    return f"{int(month)}月{int(day)}日"
