"""Finding a service item and reading its guide (办事指南)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from stationapp.domain.case_flow import why_not_open_to
from stationapp.domain.catalogue import Keeper, Material, ServiceItem, describe_window
from stationapp.domain.catalogue_columns import HANDLING_TITLES as HANDLING_TITLES
from stationapp.domain.organisation import Level
from stationapp.domain.refusal import Reason
from stationapp.domain.time_limits import Limit
from stationapp.services.workplace import Workplace

# Where a fact comes from is noted for those who keep the catalogue, in a code nobody else can read.
_SOURCE_CODE = re.compile(r"[（(]?出处：[A-Z]+[）)]?")
_WEEKDAYS = "一二三四五六日"
_FLAGS = (
    ("promise_allowed", "可以告知承诺：部分材料可书面承诺后补交。"),
    ("applicant_must_appear", "须申请人本人到场。"),
    ("formal_check_only", "形式审查，一审一核。"),
    ("default_on_timeout", "联办部门逾期不回执的，按超时默认处理。"),
    ("default_on_absence", "联合踏勘、会商缺席的，按缺席默认处理。"),
    ("pays_money", "涉及资金发放。"),
    ("decided_above_county", "由上级机关决定：区（县）审核后上报，按上级批复办理。"),
    ("minimum_set", "底限性事项，各站点都应办理。"),
)
LEVEL_TITLES = {Level.COUNTY: "县级决定", Level.TOWNSHIP: "乡镇决定", Level.VILLAGE: "村级直办"}


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item that matches what was typed, with why no case of it may be opened today (or nothing)."""

    item: ServiceItem
    closed: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class GuideSection:
    """One part of a guide: a heading and its paragraphs."""

    title: str
    lines: tuple[str, ...]


def find_items(workplace: Workplace, text: str) -> list[FoundItem]:
    """Return the items in force that match: by pinyin initials or full pinyin, by characters in any place, by
    code.

    Several words must all match. Items that may be opened come first, then those whose name matches soonest.
    """
    day = workplace.now().date()
    words = text.lower().split()
    hits = [
        (rank, item) for item in workplace.catalogue.current(day) if (rank := _rank(item, words)) is not None
    ]
    found = [(rank, FoundItem(item, why_closed(workplace, item))) for rank, item in hits]
    found.sort(key=lambda row: (bool(row[1].closed), row[0], row[1].item.name))
    return [row for _, row in found]


def why_closed(workplace: Workplace, item: ServiceItem) -> tuple[Reason, ...]:
    """Return why this person may open no case of an item today; empty when he may."""
    return why_not_open_to(workplace.opening(item), workplace.hand, workplace.now().date())


def guide(item: ServiceItem, partners: Sequence[str] = ()) -> tuple[GuideSection, ...]:
    """Return what must be public about an item (六个公开, SEED 001): contents, basis, procedure, conditions,
    limits, fee, and the materials; then what is special about it. A fact of the six that no source gives is said to
    be missing, never left out. `partners` are the names of the departments it is handled with.
    """
    sections = (
        ("办理内容", item.content),
        ("办理依据", item.basis),
        ("受理条件", item.conditions),
        ("办理程序", item.procedure),
        ("办理时限", limits_text(item)),
        ("收费标准", item.fee),
    )
    parts = [
        GuideSection(title, tuple((text or "来源未载明，待补充").split("\n"))) for title, text in sections
    ]
    parts.insert(4, GuideSection("申请材料", tuple(_material_lines(item)) or ("来源未载明，待补充",)))
    special = (
        ("不需要办理的情形", item.not_needed_when),
        ("联合办理部门", "、".join(partners)),
        ("受理期", describe_window(item.window) if item.window is not None else ""),
        ("办理日", "、".join(f"周{_WEEKDAYS[day - 1]}" for day in item.service_days)),
        (
            "公示",
            f"决定前公示 {item.publicity_days} 天，公示期不计入办理时限。" if item.publicity_days else "",
        ),
        ("办理方式", "\n".join(text for name, text in _FLAGS if getattr(item, name))),
    )
    return (*parts, *(GuideSection(title, tuple(text.split("\n"))) for title, text in special if text))


def plain_note(note: str) -> str:
    """Return a note of the catalogue without the code of its source."""
    return _SOURCE_CODE.sub("", note).strip()


def limits_text(item: ServiceItem) -> str:
    """Return both limits in words, the promised one first."""
    parts = [
        f"{title} {limit.text}{f'（{note}）' if note else ''}"
        for title, limit, note in (
            ("承诺", item.promised_limit, plain_note(item.promised_note)),
            ("法定", item.statutory_limit, plain_note(item.statutory_note)),
        )
        if isinstance(limit, Limit)
    ]
    return "\n".join(parts)


def _material_lines(item: ServiceItem) -> Iterable[str]:
    for number, material in enumerate(item.materials, 1):
        yield f"{number}. {material_text(material)}"


def material_text(material: Material) -> str:
    """Return one material in a line: name, originals and copies, whether it is needed, who keeps the
    original.
    """
    counts = (("原件", material.originals), ("复印件", material.copies))
    wanted = "、".join(f"{title} {count} 份" for title, count in counts if count)
    parts = (
        wanted,
        "原件核验后退还" if material.keeper is Keeper.APPLICANT and material.originals else "",
        "" if material.required else "视情况提交",
        "可共享获取，不需提交" if material.shared else "",
        "可承诺补交" if material.promisable else "",
    )
    details = "，".join(part for part in parts if part)
    note = f"。{material.note}" if material.note else ""
    return f"{material.name}{f'（{details}）' if details else ''}{note}"


def _rank(item: ServiceItem, words: list[str]) -> int | None:
    places = [_place(item, word) for word in words]
    if any(place is None for place in places):
        return None
    return sum(place or 0 for place in places)


def _place(item: ServiceItem, word: str) -> int | None:
    """Where a word matches: its place in the name, behind that pinyin, behind that code and department."""
    if word in item.name.lower():
        return item.name.lower().index(word)
    initials, full = _pinyin(item.name)
    for offset, texts in ((100, initials), (200, full)):
        at = [text.find(word) for text in texts if word in text]
        if at:
            return offset + min(at)
    if item.code.lower().startswith(word) or word in item.department_name:
        return 400
    return None


@lru_cache(maxsize=8192)
def _pinyin(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Initials and full pinyin of a name; the name without its brackets is tried as well."""
    from pypinyin import Style, lazy_pinyin

    letters = "".join(character for character in name if character.isalnum())
    initials = "".join(lazy_pinyin(letters, style=Style.FIRST_LETTER)).lower()
    full = "".join(lazy_pinyin(letters)).lower()
    return (initials,), (full,)
