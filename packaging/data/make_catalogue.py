"""Make resources/catalogue/youxian.json, demonstration.json and materials.json out of the facts of 84 items.

    python packaging/data/make_catalogue.py FOLDER resources/catalogue

FOLDER holds items.json, the fact sheets with their sources. youxian.json says what is on record and names
what is not; nothing in it can be published before a person has closed its gaps. demonstration.json is a
completed part of it, marked as such, with the texts of packaging/data/demonstration_items.toml.
"""

from __future__ import annotations

import json
import sys
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

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
    missing_publics,
)
from stationapp.domain.catalogue_codec import catalogue_to_mapping, item_to_mapping
from stationapp.domain.catalogue_elements import ItemElements
from stationapp.domain.material_dictionary import (
    MaterialDictionary,
    MaterialEntry,
    dictionary_to_mapping,
)
from stationapp.domain.organisation import Level
from stationapp.domain.time_limits import Limit, LimitUnit

SAMPLE_DIVISION, DIVISION = "511602000000", "510704000000"
DRAFTED, DEMONSTRATED = date(2026, 11, 21), date(2025, 1, 1)
COMPLETED = "演示补全"

DEPARTMENTS = {
    "rsj": "人力资源和社会保障局",
    "mzj": "民政局",
    "cl": "残疾人联合会",
    "ybj": "医疗保障局",
    "wjj": "卫生健康局",
    "tyj": "退役军人事务局",
    "nyj": "农业农村局",
    "zrj": "自然资源和规划局",
    "lyj": "林业局",
    "zjj": "住房和城乡建设局",
    "gaj": "公安分局",
    "sfj": "司法局",
    "spj": "行政审批局",
}
# The fact sheets' ids begin with a mark of the department; the exceptions are named one by one.
DEPARTMENT_OF = {
    "mz": "mzj",
    "cl": "cl",
    "rs": "rsj",
    "yb": "ybj",
    "wj": "wjj",
    "ty": "tyj",
    "ny": "nyj",
    "ly": "lyj",
    "zj": "zjj",
    "ga": "gaj",
    "sf": "sfj",
    "sj": "spj",
    "lw": "mzj",
    "mz13": "wjj",
    "wj05": "spj",
    "ny02": "zrj",
}
# Where the route on record does not end at the county.
DECIDES_BELOW = {
    **dict.fromkeys(("mz13", "rs01", "rs15", "rs17", "rs18", "wj01", "wj04", "ny01", "ny03"), Level.TOWNSHIP),
    "rs16": Level.VILLAGE,
}
HANDLING = (
    ("联办件", HandlingKind.JOINT),
    ("上报件", HandlingKind.FORWARDED),
    ("即办件", HandlingKind.IMMEDIATE),
    ("承诺件", HandlingKind.COMMITTED),
)
# Sheets whose first word in the kind is not the kind at the level that decides.
HANDLING_OF = {
    "rs01": HandlingKind.IMMEDIATE,
    "ny01": HandlingKind.COMMITTED,
}
MUST_APPEAR = {"mz11", "ga02", "ty02", "rs17"}
JOINT_WITH = {"mz04": ("cl",), "mz05": ("cl",), "mz01": ("rsj", "zjj", "gaj")}
"""Departments that are asked: of joint items, and for what they know of a household (低保跨部门核对)."""
UNITS = {
    "工作日": LimitUnit.WORKING_DAYS,
    "日": LimitUnit.CALENDAR_DAYS,
    "自然日/条文未写明": LimitUnit.CALENDAR_DAYS,
    "个月": LimitUnit.MONTHS,
    "即办": LimitUnit.ON_THE_SPOT,
    "当场": LimitUnit.ON_THE_SPOT,
}
# These limits bind the citizen who has to report, not the organ that decides.
CITIZENS_LIMITS = {"ga03", "ga04", "ty02"}
RETURNED = ("身份证", "户口簿", "社会保障卡", "执业证书", "证件", "结婚证", "就业创业证", "权属证明")

Facts = dict[str, Any]

WIDE = str.maketrans("(),;:", "（），；：")


def widened(value: Any) -> Any:
    """Return the facts with Chinese punctuation; addresses and codes stand under other keys."""
    if isinstance(value, str):
        return value.translate(WIDE)
    if isinstance(value, list):
        return [widened(part) for part in value]
    return {key: widened(part) for key, part in value.items()} if isinstance(value, dict) else value


def limit_of(facts: Facts, name: str) -> tuple[Limit | None, str]:
    """Return a limit on record and its note with the source."""
    data = facts[name]
    if data is None:
        return None, ""
    note = f"{data['note']}（出处：{data['source']}）" if data["note"] else f"出处：{data['source']}"
    if facts["id"] in CITIZENS_LIMITS and name == "statutory_limit":
        return None, f"{data['value']}{data['unit']}是对申报人的期限，不是办理时限；{note}"
    return Limit(data["value"], UNITS[data["unit"]]), note


def material(item_id: str, number: int, row: Facts) -> Material:
    form, name = row["form"], row["name"]
    returned = row["originals"] > 0 and (row["copies"] > 0 or "核验" in form or is_returned(name))
    notes = [row["note"], "" if form in ("原件", "复印件", "原件+复印件") else form]
    if row["required"] == "按情形":
        notes.append("按情形提供")
    return Material(
        f"{item_id}-m{number}",
        name,
        row["originals"],
        row["copies"],
        required=row["required"] == "必要",
        note="；".join(note for note in notes if note),
        keeper=Keeper.APPLICANT if returned else Keeper.STATION,
    )


def is_returned(name: str) -> bool:
    return any(word in name for word in RETURNED) and not name.startswith("原")


def handling_of(facts: Facts) -> HandlingKind:
    kind = facts["handle_kind"]
    found = (value for word, value in HANDLING if word in kind)
    return HANDLING_OF.get(facts["id"]) or next(found)


def sources_of(facts: Facts, index: dict[str, dict[str, str]]) -> tuple[str, ...]:
    sources = [f"{key}：{index[key]['title']}，{index[key]['address']}" for key in facts["sources"]]
    if facts["sample_code"]:
        original = facts["sample_code"]["item_code"]
        sources.insert(0, f"编码结构示例：原编码 {original}（广安区），只把区划段换为 {DIVISION}")
    return tuple(sources)


def code_of(facts: Facts) -> str:
    sample = facts["sample_code"]
    return sample["item_code"].replace(SAMPLE_DIVISION, DIVISION) if sample else ""


def item_of(facts: Facts, index: dict[str, dict[str, str]]) -> ServiceItem:
    """Return what is on record about an item; the gaps name the rest."""
    item_id = facts["id"]
    key = DEPARTMENT_OF.get(item_id) or DEPARTMENT_OF[item_id[:2]]
    statutory, statutory_note = limit_of(facts, "statutory_limit")
    promised, promised_note = limit_of(facts, "promised_limit")
    publicity = facts["publicity"] or {"days": None}
    item = ServiceItem(
        code=code_of(facts),
        version=1,
        name=facts["name"],
        item_type=facts["item_type_code"],
        handling=handling_of(facts),
        decides_at=DECIDES_BELOW.get(item_id, Level.COUNTY),
        department=key,
        department_name=DEPARTMENTS[key],
        status=ItemStatus.IN_USE,
        effective_from=DRAFTED,
        co_departments=JOINT_WITH.get(item_id, ()),
        service_objects=(facts["service_object"],),
        basis="" if facts["basis"].startswith("（") else facts["basis"],
        procedure=facts["route"],
        statutory_limit=statutory,
        statutory_note=statutory_note,
        promised_limit=promised,
        promised_note=promised_note,
        fee=facts["fee"],
        result_name=facts["result"],
        materials=tuple(material(item_id, n, row) for n, row in enumerate(facts["materials"], start=1)),
        materials_known=bool(facts["materials"]),
        applicant_must_appear=item_id in MUST_APPEAR,
        publicity_days=publicity["days"] or 0,
        sources=sources_of(facts, index),
    )
    return replace(item, gaps=gaps_of(item, facts))


def gaps_of(item: ServiceItem, facts: Facts) -> tuple[str, ...]:
    gaps = list(missing_publics(item))
    if facts["sample_code"]:
        gaps.append("本地事项编码（现为示例编码）")
    if not item.result_name:
        gaps.append("办理结果名称")
    if item.promised_limit is not None:
        gaps.append("本地承诺时限（现为外地数值）")
    if item.materials_known and facts["counts_sourced"] is False:
        gaps.append("材料份数的核定")
    if facts["publicity"] and not facts["publicity"]["days"]:
        gaps.append("公示天数")
    if item.procedure:
        gaps.append("办理程序的核定（现只有流转路线）")
    if facts["note"]:
        gaps.append(f"待核：{facts['note']}")
    return tuple(gaps)


PUBLICS = {"content": "办理内容", "basis": "办理依据", "conditions": "受理条件", "procedure": "办理程序"}


def demonstration_of(item: ServiceItem, extra: Facts) -> ServiceItem:
    """Return an item completed for a demonstration; its sources name every completed value."""
    changes: Facts = {name: extra[name] for name in PUBLICS if name in extra}
    completed = [label for name, label in PUBLICS.items() if name in extra]
    if "promised" in extra:
        value, unit = extra["promised"]
        changes |= {"promised_limit": Limit(value, LimitUnit(unit)), "promised_note": COMPLETED}
        completed.append("承诺时限")
    if "promised_note" in extra:
        changes["promised_note"] = extra["promised_note"]
    if "materials" in extra:
        rows = enumerate(extra["materials"], start=1)
        changes |= {"materials": tuple(invented_material(extra["id"], n, row) for n, row in rows)}
        changes["materials_known"] = True
        completed.append("申请材料")
    if "result" in extra:
        changes["result_name"] = extra["result"]
        completed.append("办理结果")
    if "publicity_days" in extra:
        changes["publicity_days"] = extra["publicity_days"]
        completed.append("公示天数")
    changes |= windows_of(extra, completed) | flags_of(extra, completed)
    if "form" in extra:
        changes["form"] = schema_of(extra["form"])
        completed.append("申请表单")
    notes = [f"{COMPLETED}：{'、'.join(completed)}"] + ([f"说明：{extra['note']}"] if "note" in extra else [])
    done = replace(
        item,
        handling=HandlingKind(extra["handling"]),
        decides_at=Level(extra["at"]),
        effective_from=DEMONSTRATED,
        co_departments=tuple(extra.get("co", ())),
        applicant_must_appear=extra.get("must_appear", False),
        demonstration=True,
        sources=(*notes, *item.sources),
        gaps=(),
        **changes,
    )
    rows = tuple(promise(share(row, extra.get("shared", ())), extra) for row in done.materials)
    return replace(done, materials=rows, elements=elements_of(done))


FLAGS = {
    "pays": ("pays_money", "发放资金"),
    "above": ("decided_above_county", "上级机关决定"),
    "minimum": ("minimum_set", "底限性事项"),
    "formal": ("formal_check_only", "一审一核"),
    "timeout_default": ("default_on_timeout", "超时默认"),
    "absence_default": ("default_on_absence", "缺席默认"),
    "promisable": ("promise_allowed", "告知承诺"),
}


def flags_of(extra: Facts, completed: list[str]) -> Facts:
    """Return how the item is handled beyond the usual; no source settles it for this county."""
    found: Facts = {field: True for key, (field, _) in FLAGS.items() if extra.get(key)}
    completed += [label for key, (_, label) in FLAGS.items() if extra.get(key)]
    if "special" in extra:
        found["special_procedures"] = tuple(extra["special"])
        completed.append("特别程序")
    if "not_needed_when" in extra:
        found["not_needed_when"] = extra["not_needed_when"]
        completed.append("不需要许可的情形")
    if "stages" in extra:
        found["stage_limits"] = tuple(
            StageLimit(Stage(stage), Limit(value, LimitUnit(unit))) for stage, value, unit in extra["stages"]
        )
        completed.append("环节时限")
    return found


def promise(row: Material, extra: Facts) -> Material:
    return replace(row, promisable=True) if row.name in extra.get("promisable", ()) else row


ORGAN = "绵阳市游仙区"


def elements_of(item: ServiceItem) -> ItemElements:
    """Return what else a guide says; all of it made up but the codes, and the rules on remedies and fees."""
    station = "村（社区）便民服务站、乡镇（街道）便民服务中心、区政务服务中心综合窗口"
    return ItemElements(
        base_code=item.code.split("-")[0],
        exercise_level=item.decides_at.value,
        organ=f"{ORGAN}{item.department_name}",
        organ_nature="1",
        undertaking_office=item.department_name,
        charges="否" if item.fee.startswith(("不收费", "免费")) else "",
        reach="全区",
        channels="1",
        appointment="是",
        online_payment="否",
        courier="是",
        online="否",
        place="须本人到场办理的窗口" if item.applicant_must_appear else station,
        hours="工作日9:00至12:00、13:30至17:00",
        enquiries="到任一站点当面咨询，或者拨打政务服务便民热线",
        enquiry_phone="12345",
        complaint_phone="12345",
        common_errors="填写的姓名、证件号码与证件不一致；复印件缺页或者不清楚。",
        remedies="对决定不服的，可以自知道之日起六十日内申请行政复议，或者在六个月内提起行政诉讼。",
        power_list="公共服务清单" if item.item_type == "20" else "权责清单",
    )


def share(row: Material, names: list[str]) -> Material:
    """Mark a material that another department's data already shows: it may not be demanded."""
    if row.name not in names:
        return row
    return replace(row, shared=True, required=False, note=f"{COMPLETED}：可通过数据共享获取，不得要求提交")


def windows_of(extra: Facts, completed: list[str]) -> Facts:
    """Return the window of receipt, by the day of the year or of the month."""
    if "year_window" in extra:
        completed.append("年度受理期")
        return {"window": YearlyWindow(*extra["year_window"])}
    if "month_window" in extra:
        completed.append("每月受理期")
        first, last = extra["month_window"]
        return {"window": YearlyWindow(first_day_of_month=first, last_day_of_month=last)}
    return {}


def invented_material(item_id: str, number: int, row: list[Any]) -> Material:
    name, originals, copies = row
    returned = originals > 0 and (copies > 0 or is_returned(name))
    keeper = Keeper.APPLICANT if returned else Keeper.STATION
    return Material(f"{item_id}-m{number}", name, originals, copies, note=COMPLETED, keeper=keeper)


KINDS: dict[str, Facts] = {
    "text": {"type": "string"},
    "choice": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "money": {"type": "string", "format": "money"},
    "long": {"type": "string", "format": "long-text"},
    "phone": {"type": "string", "format": "phone"},
    "id": {"type": "string", "format": "id-number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
}
SHORT = {
    "t": "title",
    "h": "description",
    "c": "enum",
    "m": "x-message",
    "pattern": "pattern",
    "min": "minimum",
    "max": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "least": "minItems",
    "most": "maxItems",
}


def rule_of(row: Facts) -> Facts:
    """Write one short row out; a table has the rows of its columns under `cols`."""
    rule = {key: row[short] for short, key in SHORT.items() if short in row}
    if row["k"] == "table":
        return {"type": "array", "items": schema_of(row["cols"])} | rule
    if row["k"] == "choices":
        entry = {"type": "string", "enum": rule.pop("enum")}
        return {"type": "array", "items": entry, "uniqueItems": True} | rule
    return KINDS[row["k"]] | rule


def schema_of(rows: list[Facts]) -> Facts:
    """Write the short rows of the data file out as a JSON Schema."""
    return {
        "type": "object",
        "properties": {row["n"]: rule_of(row) for row in rows},
        "required": [row["n"] for row in rows if row["r"]],
        "x-order": [row["n"] for row in rows],
    }


def dictionary_of(common: list[Facts], items: list[ServiceItem]) -> MaterialDictionary:
    """Return the dictionary: what several items ask for, and an entry for everything else they name."""
    entries = [
        MaterialEntry(
            row["key"],
            row["names"][0],
            tuple(row["names"][1:]),
            **{name: value for name, value in row.items() if name not in ("key", "names")},
        )
        for row in common
    ]
    known = {name for row in common for name in row["names"]}
    for row in (row for item in items for row in item.materials):
        if row.name not in known:
            known.add(row.name)
            entries.append(MaterialEntry(row.material_id, row.name, issuer=row.issuer))
    return MaterialDictionary(tuple(entries))


def keyed(item: ServiceItem, dictionary: MaterialDictionary) -> ServiceItem:
    """Return the item with the key, the issuer and the use of each material from the dictionary."""
    return replace(item, materials=tuple(keyed_material(row, dictionary) for row in item.materials))


def keyed_material(row: Material, dictionary: MaterialDictionary) -> Material:
    entry = dictionary.named(row.name)
    if entry is None:
        raise ValueError(f"no entry for {row.name}")
    return replace(row, material_key=entry.key, issuer=row.issuer or entry.issuer, usage=entry.usage)


def record(facts: Facts, items: list[ServiceItem]) -> Facts:
    """Return youxian.json: the coded items, those without a code apart, and where it all comes from."""
    coded = Catalogue(0, "", tuple(item for item in items if item.code))
    drafts = [item_to_mapping(item) for item in items if not item.code]
    for draft in drafts:
        del draft["code"]
    return {
        "note": "第0版：未发布的底稿。每个事项的 gaps 列明所缺要素，补齐并换成本地编码后才能发布。"
        "without_code 中的事项没有编码，无编码不得办理。",
        **catalogue_to_mapping(coded),
        "without_code": drafts,
        "source_index": facts["source_index"],
    }


def demonstration(items: list[ServiceItem], dictionary: MaterialDictionary) -> Facts:
    """Return demonstration.json, with the part of the dictionary that its items use."""
    lacking = [item.name for item in items if not item.is_complete or not item.code]
    if lacking:
        raise ValueError(f"not complete: {lacking}")
    note = "演示事项：其中“演示补全”的内容系为演示而拟，编码为结构示例，不得用于真实办理。"
    used = {row.material_key for item in items for row in item.materials}
    part = MaterialDictionary(tuple(entry for entry in dictionary.entries if entry.key in used))
    catalogue = Catalogue(1, "2025-01-01T00:00:00+08:00", tuple(items), part)
    return {"note": note, **catalogue_to_mapping(catalogue)}


def main(folder: Path, target: Path) -> None:
    facts = json.loads((folder / "items.json").read_text(encoding="utf-8"))
    with Path(__file__).with_name("demonstration_items.toml").open("rb") as file:
        extras = tomllib.load(file)["item"]
    with Path(__file__).with_name("material_dictionary.toml").open("rb") as file:
        common = tomllib.load(file)["material"]
    by_id = {row["id"]: item_of(widened(row), facts["source_index"]) for row in facts["items"]}
    shown = [demonstration_of(by_id[extra["id"]], extra) for extra in extras]
    dictionary = dictionary_of(common, [*by_id.values(), *shown])
    target.mkdir(parents=True, exist_ok=True)
    write(target / "youxian.json", record(facts, [keyed(item, dictionary) for item in by_id.values()]))
    write(
        target / "demonstration.json", demonstration([keyed(item, dictionary) for item in shown], dictionary)
    )
    note = "材料字典：由全部事项的材料归并而来。可复用天数为演示补全，须经本人同意。"
    write(target / "materials.json", {"note": note, **dictionary_to_mapping(dictionary)})


def write(path: Path, document: Facts) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
