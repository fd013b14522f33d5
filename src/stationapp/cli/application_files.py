"""What the file that `stationapp case open` reads has to hold, said in words before anything is made of it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from stationapp.domain.people import Applicant, HandedIn
from stationapp.domain.refusal import Reason, Refused

_APPLICANT = {"name": "姓名", "document_kind": "证件种类", "document_number": "证件号码"}
_MATERIAL = {"material_id": "材料编号", "name": "名称", "originals": "原件数", "copies": "复印件数"}
_APPLICANT_PARTS = {field.name for field in fields(Applicant)}
_MATERIAL_PARTS = {field.name for field in fields(HandedIn)} | {"files"}


def require_parts(data: dict[str, Any]) -> None:
    """Raise Refused for a file that lacks a part or has one nobody knows, naming all of them."""
    applicant, rows = data.get("applicant"), data.get("materials", ())
    if not isinstance(applicant, dict):
        raise Refused(Reason("bad-file", "申请文件里缺少申请人（applicant）。", "applicant"))
    found = _misfits(applicant, _APPLICANT, _APPLICANT_PARTS, "申请人（applicant）")
    for place, row in enumerate(rows if isinstance(rows, list) else (), 1):
        if isinstance(row, dict):
            found += _misfits(row, _MATERIAL, _MATERIAL_PARTS, f"第 {place} 份材料（materials）")
    if found:
        raise Refused(*found)


def _misfits(part: dict[str, Any], needed: dict[str, str], known: set[str], name: str) -> list[Reason]:
    lacking = [f"{title}（{key}）" for key, title in needed.items() if key not in part]
    strange = sorted(key for key in part if key not in known)
    texts = [f"{name}缺少{'、'.join(lacking)}。"] if lacking else []
    texts += [f"{name}里有不认识的内容：{'、'.join(strange)}。"] if strange else []
    return [Reason("bad-file", text, "file") for text in texts]
