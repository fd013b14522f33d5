"""A change of the catalogue on its way: drafted, reviewed by another person, published, withdrawn.

SEED 004 asks for the mechanisms of 审核, 变更 and 应用 of the code library. `ACTS` is the whole procedure as
data; the sentences are read by whoever keeps the catalogue at the county.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from stationapp.domain.catalogue import Catalogue, ItemStatus, ServiceItem
from stationapp.domain.catalogue_soundness import why_unsound
from stationapp.domain.material_dictionary import MaterialDictionary
from stationapp.domain.organisation import Organisation, PostKind
from stationapp.domain.refusal import Reason


class ChangeState(StrEnum):
    """How far a change is."""

    DRAFTED = "drafted"
    REVIEWED = "reviewed"
    REJECTED = "rejected"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


STATE_TITLES: Final[Mapping[ChangeState, str]] = MappingProxyType(
    {
        ChangeState.DRAFTED: "草稿",
        ChangeState.REVIEWED: "已审核",
        ChangeState.REJECTED: "审核不通过",
        ChangeState.PUBLISHED: "已发布",
        ChangeState.WITHDRAWN: "已停用",
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One act on a change: who did it (a person's id), when (ISO date-time), and why."""

    act: str
    person_id: str
    at: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """New versions of items, asked for together. A version's number is settled when it is published."""

    number: int
    state: ChangeState
    reason: str
    items: tuple[ServiceItem, ...]
    steps: tuple[Step, ...]
    dictionary: MaterialDictionary | None = None
    published_as: int = 0

    def who(self, act: str) -> str:
        """Return the person who did an act last, or an empty text."""
        return next((step.person_id for step in reversed(self.steps) if step.act == act), "")


@dataclass(frozen=True, slots=True)
class Act:
    """One act: from which states, to which, by holders of which posts, and what else must hold."""

    title: str
    sources: frozenset[ChangeState]
    target: ChangeState
    posts: frozenset[PostKind]
    checks: tuple[Callable[[CatalogueChange, str, str], Reason | None], ...] = ()


def _not_the_author(change: CatalogueChange, person_id: str, _note: str) -> Reason | None:
    """不相容职责分离: nobody reviews or publishes his own draft."""
    if person_id != change.who("draft"):
        return None
    return Reason("same-person", "起草人不能审核、发布自己起草的变更，请由另一人办理。", "person")


def _the_author(change: CatalogueChange, person_id: str, _note: str) -> Reason | None:
    if person_id == change.who("draft"):
        return None
    return Reason("other-author", "只有起草人能修改草稿。", "person")


def _not_the_publisher(change: CatalogueChange, person_id: str, _note: str) -> Reason | None:
    if change.state is not ChangeState.PUBLISHED or person_id != change.who("publish"):
        return None
    return Reason("same-person", "发布人不能停用自己发布的变更，请由另一人办理。", "person")


def _says_why(_change: CatalogueChange, _person_id: str, note: str) -> Reason | None:
    return None if note.strip() else Reason("no-reason", "请写明理由。", "note")


_DRAFTING: Final = frozenset(PostKind) - {PostKind.AGENT, PostKind.SUPERVISOR}
_DECIDING: Final = frozenset({PostKind.WINDOW, PostKind.APPROVER, PostKind.CHIEF})
_OPEN: Final = frozenset({ChangeState.DRAFTED, ChangeState.REVIEWED, ChangeState.REJECTED})

ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "draft": Act("起草", frozenset(), ChangeState.DRAFTED, _DRAFTING, (_says_why,)),
        "amend": Act("修改", _OPEN, ChangeState.DRAFTED, _DRAFTING, (_the_author,)),
        "review": Act(
            "审核", frozenset({ChangeState.DRAFTED}), ChangeState.REVIEWED, _DECIDING, (_not_the_author,)
        ),
        "reject": Act(
            "审核不通过",
            frozenset({ChangeState.DRAFTED, ChangeState.REVIEWED}),
            ChangeState.REJECTED,
            _DECIDING,
            (_not_the_author, _says_why),
        ),
        "publish": Act(
            "发布", frozenset({ChangeState.REVIEWED}), ChangeState.PUBLISHED, _DECIDING, (_not_the_author,)
        ),
        "withdraw": Act(
            "停用",
            _OPEN | {ChangeState.PUBLISHED},
            ChangeState.WITHDRAWN,
            _DRAFTING,
            (_not_the_publisher, _says_why),
        ),
    }
)


def why_not_act(
    change: CatalogueChange, act: str, person_id: str, organisation: Organisation, note: str = ""
) -> tuple[Reason, ...]:
    """Return why a person may not do an act on a change; empty when he may."""
    row = ACTS[act]
    reasons = [_wrong_post(row, person_id, organisation)]
    if act != "draft" and change.state not in row.sources:
        text = f"第{change.number}号变更{STATE_TITLES[change.state]}，不能{row.title}。"
        reasons.append(Reason("wrong-state", text, "change"))
    reasons += [check(change, person_id, note) for check in row.checks]
    return tuple(reason for reason in reasons if reason is not None)


def _wrong_post(row: Act, person_id: str, organisation: Organisation) -> Reason | None:
    person = organisation.person(person_id)
    if person is None:
        return Reason("no-person", f"组织机构里没有这个人：{person_id}。", "person")
    if any(post.kind in row.posts for post in organisation.posts_of(person_id)):
        return None
    return Reason("wrong-post", f"{person.name}的岗位不能{row.title}事项目录的变更。", "person")


def acted(change: CatalogueChange, step: Step) -> CatalogueChange:
    """Return the change after an act that `why_not_act` allows."""
    return replace(change, state=ACTS[step.act].target, steps=(*change.steps, step))


def why_not_publishable(
    change: CatalogueChange, catalogue: Catalogue, today: date, departments: Collection[str]
) -> tuple[Reason, ...]:
    """Return every reason why a change may not become part of the catalogue as it stands today.

    `departments` are the keys of the county's departments.
    """
    reasons = list(_repeated(change.items))
    for item in change.items:
        reasons += why_unsound(item)
        reasons += [reason for reason in _against(item, catalogue, today, departments) if reason]
    reasons += _unknown_materials(change, catalogue, today)
    if not change.items and change.dictionary in (None, catalogue.dictionary):
        reasons.append(Reason("nothing-changed", "这份变更与现行目录相同，没有可发布的内容。", "items"))
    return tuple(reasons)


def _unknown_materials(change: CatalogueChange, catalogue: Catalogue, today: date) -> list[Reason]:
    """Every key that an item in service names is in the dictionary, also after that was changed (一数一源)."""
    dictionary = change.dictionary or catalogue.dictionary
    replaced = {item.code for item in change.items}
    standing = [item for item in catalogue.current(today) if item.code not in replaced]
    return [
        Reason(
            "unknown-material",
            f"“{item.name}”的材料“{row.name}”用了材料字典里没有的编号 {row.material_key}。",
            "items",
        )
        for item in (*change.items, *standing)
        if item.status.is_in_service
        for row in item.materials
        if row.material_key and dictionary.entry(row.material_key) is None
    ]


def _repeated(items: tuple[ServiceItem, ...]) -> list[Reason]:
    """一事一码 within the change: one code, one item, and one item, one code."""
    codes = [item.code for item in items]
    names = [(item.name, item.department) for item in items]
    return [
        Reason("duplicate-code", f"事项编码 {code} 在这份变更中出现了不止一次，一事一码。", "items")
        for code in dict.fromkeys(codes)
        if codes.count(code) > 1
    ] + [
        Reason("duplicate-item", f"“{name}”在这份变更中有不止一个编码，一事一码。", "items")
        for name, department in dict.fromkeys(names)
        if names.count((name, department)) > 1 and len(set(codes)) == len(codes)
    ]


def _against(
    item: ServiceItem, catalogue: Catalogue, today: date, departments: Collection[str]
) -> tuple[Reason | None, ...]:
    return (
        _unknown_department(item, departments),
        _other_code(item, catalogue, today),
        _too_early(item, catalogue, today),
    )


def _unknown_department(item: ServiceItem, departments: Collection[str]) -> Reason | None:
    unknown = [key for key in (item.department, *item.co_departments) if key and key not in departments]
    if not unknown or not item.status.is_in_service:
        return None
    return Reason("unknown-department", f"“{item.name}”的部门“{'、'.join(unknown)}”不在组织机构中。", "items")


def _other_code(item: ServiceItem, catalogue: Catalogue, today: date) -> Reason | None:
    """一事一码: the same item of the same department is not published under a second code."""
    if not item.status.is_in_service:
        return None
    for other in catalogue.current(max(today, item.effective_from)):
        same = (other.name, other.department) == (item.name, item.department)
        if same and other.code != item.code and other.status.is_in_service:
            text = f"“{item.name}”已以编码 {other.code} 在册，一事一码，不能再用 {item.code} 发布。"
            return Reason("duplicate-item", text, "items")
    return None


def _too_early(item: ServiceItem, catalogue: Catalogue, today: date) -> Reason | None:
    """A version never reaches back: what was done yesterday was done under the version of yesterday."""
    versions = catalogue.versions_of(item.code)
    if not versions:
        return None
    last = versions[0]
    if item.effective_from < last.effective_from:
        text = f"“{item.name}”新版本的生效日期{item.effective_from}早于上一版本的{last.effective_from}。"
        return Reason("before-last-version", text, "items")
    if item.effective_from < today:
        text = f"“{item.name}”新版本的生效日期{item.effective_from}已经过去，最早为{today}。"
        return Reason("in-the-past", text, "items")
    return None


def published(
    catalogue: Catalogue,
    items: tuple[ServiceItem, ...],
    dictionary: MaterialDictionary | None,
    version: int,
    at: str,
) -> Catalogue:
    """Return the next catalogue: each item as the next version of its code, the one before it ended by it.

    Nothing is taken out: running cases finish under the version they began with.
    """
    numbered = tuple(_as_next(item, catalogue) for item in items)
    ends = {item.code: item.effective_from for item in numbered}
    kept = tuple(_ended(item, ends.get(item.code)) for item in catalogue.items)
    return Catalogue(version, at, (*kept, *numbered), dictionary or catalogue.dictionary)


def _as_next(item: ServiceItem, catalogue: Catalogue) -> ServiceItem:
    versions = catalogue.versions_of(item.code)
    last = versions[0].version if versions else 0
    status = ItemStatus.REVISED if item.status.is_in_service and last else item.status
    return replace(item, version=last + 1, status=status)


def _ended(item: ServiceItem, day: date | None) -> ServiceItem:
    if day is None or (item.effective_to is not None and item.effective_to <= day):
        return item
    return replace(item, effective_to=day)


def stopped(items: tuple[ServiceItem, ...], catalogue: Catalogue, day: date) -> tuple[ServiceItem, ...]:
    """Return what a published change leaves behind when it is withdrawn from a day on.

    `items` are its versions as published: what was new is cancelled, what replaced a version becomes again what
    it was before.
    """
    return tuple(_as_before(item, catalogue, day) for item in items)


def _as_before(item: ServiceItem, catalogue: Catalogue, day: date) -> ServiceItem:
    before = catalogue.version_of(item.code, item.version - 1)
    if before is None:
        before = replace(item, status=ItemStatus.CANCELLED)
    return replace(before, effective_from=max(day, item.effective_from), effective_to=None)


def why_not_stoppable(items: tuple[ServiceItem, ...], catalogue: Catalogue) -> tuple[Reason, ...]:
    """Return why a published change can no longer be withdrawn: later ones stand on it."""
    return tuple(
        Reason("newer-version", f"“{item.name}”之后又发布了新版本，请另行起草变更。", "items")
        for item in items
        if catalogue.versions_of(item.code)[0].version > item.version
    )
