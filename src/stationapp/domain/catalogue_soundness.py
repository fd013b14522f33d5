"""What has to hold of one item version before it may be published, besides the six publics.

Each rule gives a sentence for the person who keeps the catalogue, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from stationapp.domain.catalogue import HandlingKind, ServiceItem, Stage, missing_publics
from stationapp.domain.organisation import Level
from stationapp.domain.refusal import Reason
from stationapp.domain.time_limits import Limit, LimitUnit

LICENCE: Final = "01"
"""行政许可 in GB/T 39046-2020 table A.1."""

_DAYS_AT_MOST: Final = {
    LimitUnit.ON_THE_SPOT: 0,
    LimitUnit.WORKING_DAYS: 1,
    LimitUnit.CALENDAR_DAYS: 1,
    LimitUnit.MONTHS: 31,
    LimitUnit.YEARS: 366,
}


def why_unsound(item: ServiceItem) -> tuple[Reason, ...]:
    """Return every reason why an item version may not be published as it is.

    What is suspended or cancelled may lack what it likes: nobody opens a case of it.
    """
    rules = (*_ALWAYS, *(_IN_SERVICE if item.status.is_in_service else ()))
    return tuple(
        Reason(code, f"“{item.name}”（{item.code}）{text}", "items")
        for code, rule in rules
        for text in rule(item)
    )


def _six_publics(item: ServiceItem) -> Iterable[str]:
    """六个公开 (SEED 001, 004): none of them may be empty; nor may a known gap be left."""
    if lacking := tuple(dict.fromkeys((*missing_publics(item), *item.gaps))):
        yield f"公开要素不全，缺少：{'、'.join(lacking)}。"


def _has_name_and_department(item: ServiceItem) -> Iterable[str]:
    if not item.name.strip() or not item.department or not item.department_name:
        yield "没有写全事项名称和承办部门。"


def _ends_after_it_begins(item: ServiceItem) -> Iterable[str]:
    if item.effective_to is not None and item.effective_to <= item.effective_from:
        yield f"的失效日期{item.effective_to}不晚于生效日期{item.effective_from}。"


def _village_decides_no_licence(item: ServiceItem) -> Iterable[str]:
    """行政许可法 art. 24: power is delegated to organs only, and a village committee is none."""
    if item.item_type == LICENCE and item.decides_at is Level.VILLAGE:
        yield "是行政许可，不能由村（社区）决定。"


def _promise_within_law(item: ServiceItem) -> Iterable[str]:
    """Promised limits are never longer than statutory ones; limits of different units are compared roughly."""
    promised, statutory = item.promised_limit, item.statutory_limit
    if promised is None or statutory is None:
        return
    same = promised.unit is statutory.unit
    longer = promised.value > statutory.value if same else _shortest(promised) > _longest(statutory)
    if longer:
        yield f"的承诺时限（{promised.text}）长于法定时限（{statutory.text}）。"


def _longest(limit: Limit) -> int:
    """Calendar days: a working day takes at most two of them in the long run."""
    return limit.value * _DAYS_AT_MOST[limit.unit] * (2 if limit.unit is LimitUnit.WORKING_DAYS else 1)


def _shortest(limit: Limit) -> int:
    return limit.value * min(_DAYS_AT_MOST[limit.unit], 28 if limit.unit is LimitUnit.MONTHS else 365)


def _stages_within_promise(item: ServiceItem) -> Iterable[str]:
    """The legs of a promise, one after the other, take no longer than the promise; partners work side by side."""
    whole = item.promised_limit or item.statutory_limit
    legs = [one.limit for one in item.stage_limits if one.stage is not Stage.JOINT_OPINION]
    if whole is None or any(leg.unit not in (whole.unit, LimitUnit.ON_THE_SPOT) for leg in legs):
        return
    if (days := sum(leg.value for leg in legs)) > whole.value:
        yield f"的环节时限合计{days}，长于办理时限（{whole.text}）。"


def _shared_is_not_demanded(item: ServiceItem) -> Iterable[str]:
    """SEED 004: what data already shows may not be demanded."""
    if names := [row.name for row in item.materials if row.shared and row.required]:
        yield f"的材料“{'”“'.join(names)}”可共享获取，不能又列为必备。"


def _materials_have_names(item: ServiceItem) -> Iterable[str]:
    if any(not row.name.strip() for row in item.materials):
        yield "有材料没有名称。"


def _promise_has_its_material(item: ServiceItem) -> Iterable[str]:
    promisable = any(row.promisable for row in item.materials)
    if item.promise_allowed and not promisable:
        yield "可告知承诺，却没有一件材料标明“可承诺”。"
    if promisable and not item.promise_allowed:
        yield "有材料可承诺，事项却没有标明“可告知承诺”。"


def _joint_has_partners(item: ServiceItem) -> Iterable[str]:
    joint = item.handling is HandlingKind.JOINT
    if joint and not item.co_departments:
        yield "是联办件，却没有写明联办部门。"
    if item.department and item.department in item.co_departments:
        yield "的联办部门里有牵头部门自己。"
    if not joint and (item.default_on_timeout or item.default_on_absence):
        yield "不是联办件，不能设超时默认或者缺席默认。"
    if item.decides_at is not Level.COUNTY and (item.default_on_timeout or item.default_on_absence):
        yield "不由县级决定，没有综合窗口登记默认，不能设超时默认或者缺席默认。"


def _needs_form_only_when_formal(item: ServiceItem) -> Iterable[str]:
    """一审一核 is for what needs no site visit, expert or test (SEED 001)."""
    if item.formal_check_only and item.special_procedures:
        yield "有特别程序，不能一审一核。"


_Rule = tuple[str, Callable[[ServiceItem], Iterable[str]]]

_ALWAYS: Final[tuple[_Rule, ...]] = (
    ("no-name", _has_name_and_department),
    ("ends-too-soon", _ends_after_it_begins),
)
_IN_SERVICE: Final[tuple[_Rule, ...]] = (
    ("item-incomplete", _six_publics),
    ("village-licence", _village_decides_no_licence),
    ("promise-too-long", _promise_within_law),
    ("stages-too-long", _stages_within_promise),
    ("unnamed-material", _materials_have_names),
    ("shared-demanded", _shared_is_not_demanded),
    ("promise-material", _promise_has_its_material),
    ("joint-partners", _joint_has_partners),
    ("not-formal", _needs_form_only_when_formal),
)
