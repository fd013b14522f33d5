"""What a county settles about supervision: thresholds, the limits of stages, and the grade of each rule.

Defaults follow 行政许可法 (arts. 32(4), 42-44) and the rules of electronic supervision in use: a warning with a fifth
of the time or one working day left, a village's report within three working days, late upload after 24 hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from stationapp.domain.organisation import Organisation
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.time_limits import Limit, LimitUnit

FORMAT = 1

_NUMBERS = {
    "warn_percent": (0, 100),
    "warn_days": (0, 30),
    "late_upload_hours": (1, 24 * 31),
    "clock_tolerance_minutes": (0, 24 * 60),
    "extension_days": (0, 10),
    "joint_extension_days": (0, 15),
}
# The law's own limits may be shortened by a county, never lengthened; a village reports within a week.
_LONGEST = {"handover_limit": 5, "acceptance_limit": 5, "examination_limit": 20, "delivery_limit": 10}


def _working(days: int) -> Limit:
    return Limit(days, LimitUnit.WORKING_DAYS)


@dataclass(frozen=True, slots=True)
class SupervisionPolicy:
    """One version of the county's settings.

    A warning comes with `warn_percent` of the limit or `warn_days` left, whichever is more. `grades` gives rules
    another grade (0 to 3) than their own, by rule code.
    """

    version: int = 0
    warn_percent: int = 20
    warn_days: int = 1
    late_upload_hours: int = 24
    clock_tolerance_minutes: int = 5
    handover_limit: Limit = field(default_factory=lambda: _working(3))
    acceptance_limit: Limit = field(default_factory=lambda: _working(5))
    examination_limit: Limit = field(default_factory=lambda: _working(20))
    delivery_limit: Limit = field(default_factory=lambda: _working(10))
    extension_days: int = 10
    joint_extension_days: int = 15
    grades: Mapping[str, int] = field(default_factory=dict)

    def units_left_to_warn(self, total: int) -> int:
        """Return with how many units left a limit of `total` units is warned of; always less than the whole."""
        return max(0, min(total - 1, max(self.warn_days, total * self.warn_percent // 100)))


DEFAULT_POLICY = SupervisionPolicy()


def policy_to_mapping(policy: SupervisionPolicy) -> dict[str, Any]:
    """Return the JSON shape in which a county publishes its policy."""
    numbers = {name: getattr(policy, name) for name in _NUMBERS}
    limits = {name: _limit_to_mapping(getattr(policy, name)) for name in _LONGEST}
    grades = dict(sorted(policy.grades.items()))
    return {"format": FORMAT, "version": policy.version, **numbers, **limits, "grades": grades}


def policy_from_mapping(data: Mapping[str, Any]) -> SupervisionPolicy:
    """Read what `policy_to_mapping` wrote; what is absent keeps its default. Refused when not sound or against law."""
    if data.get("format") != FORMAT:
        _refuse(f"格式版本是{data.get('format')}，本程序只认{FORMAT}")
    values: dict[str, Any] = {"version": _number(data, "version", 0, 10**9)}
    values.update({name: _number(data, name, *span) for name, span in _NUMBERS.items() if name in data})
    values.update({name: _limit(data, name, most) for name, most in _LONGEST.items() if name in data})
    return SupervisionPolicy(**values, grades=_grades(data.get("grades", {})))


def _limit_to_mapping(limit: Limit) -> dict[str, Any]:
    return {"value": limit.value, "unit": str(limit.unit)}


def _number(data: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        _refuse(f"{name} 应为 {least} 至 {most} 的整数")
    return value


def _limit(data: Mapping[str, Any], name: str, most: int) -> Limit:
    row = data[name]
    if not isinstance(row, Mapping) or row.get("unit") != str(LimitUnit.WORKING_DAYS):
        _refuse(f"{name} 应以工作日计算")
    return _working(_number(row, "value", 1, most))


def _grades(rows: Any) -> dict[str, int]:
    if not isinstance(rows, Mapping) or not all(isinstance(code, str) for code in rows):
        _refuse("grades 应为规则编号和等级的对照")
    return {code: _number(rows, code, 0, 3) for code in rows}


def _refuse(detail: str) -> NoReturn:
    raise Refused(Reason("policy-malformed", f"监察规则设置有误，没有采用：{detail}。"))


def policy_of(organisation: Organisation) -> SupervisionPolicy:
    """Return the thresholds a county published with its organisation, or those of the program.

    Raises Refused for thresholds that cannot be read.
    """
    return policy_from_mapping(organisation.supervision) if organisation.supervision else DEFAULT_POLICY
