"""Foreign lists become drafts; oddities warn, rows without an own code do not pass."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.catalogue_import import import_guangan
from stationapp.domain.time_limits import Limit, LimitUnit

DATA = Path(__file__).parents[2].parent / "shared" / "data"
CODE = "512B0003600037-510704000000-000-11510704000000001X-1-00"


def guide_row(code: str = CODE, **changes: Any) -> dict[str, Any]:
    row = {"department": "民政局", "name": "高龄津贴", "item_code": code, "task_type": "7", "group": None}
    return {**row, **changes}


def oddities(*rows: Any) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    result = import_guangan({"items": list(rows)})
    return [(w.row, w.code) for w in result.warnings], [(e.row, e.code) for e in result.errors]


def test_a_row_becomes_a_draft_that_cannot_be_published() -> None:
    result = import_guangan(
        {"items": [guide_row()]}, departments={"民政局": "mzj"}, effective_from=date(2026, 1, 1)
    )
    (item,) = result.items
    assert (item.code, item.item_type, item.department) == (CODE, "07", "mzj")
    assert item.effective_from == date(2026, 1, 1)
    assert not item.is_complete
    assert {"办理依据", "办理时限", "办件类型"} <= set(item.gaps)


@pytest.mark.parametrize(
    ("code", "warning"),
    [
        ("512B-510704000000-000-2222222222222-1-00", "organisation-code-length"),
        ("512B-510704000000-000-11510704000000001A-1-00", "organisation-code-format"),
        ("512B-510704000000-000-00877868-5-1-00", "organisation-code-old"),
        ("H-000185-001-4444444444", "code-shape"),
    ],
)
def test_an_odd_organisation_code_warns_and_the_item_is_kept(code: str, warning: str) -> None:
    assert oddities(guide_row(code)) == ([(1, warning)], [])


def test_one_code_is_one_item() -> None:
    result = import_guangan({"items": [guide_row(), guide_row(name="另一事项")]})
    assert [item.name for item in result.items] == ["高龄津贴"]
    (error,) = result.errors
    assert (error.row, error.code) == (2, "duplicate-code")
    assert "第1行" in error.text


def test_rows_without_a_usable_code_or_name_are_errors() -> None:
    rows = (guide_row(" "), guide_row("A" * 65), guide_row("A" * 64, name=""), "text", {"name": "没有编码"})
    _, errors = oddities(*rows)
    assert errors == [
        (1, "no-code"),
        (2, "code-too-long"),
        (3, "unreadable-row"),
        (4, "unreadable-row"),
        (5, "unreadable-row"),
    ]


def test_an_unknown_type_and_a_missing_department_warn() -> None:
    warnings, errors = oddities(guide_row("H-1", task_type="77", department=""))
    assert warnings == [(1, "code-shape"), (1, "unknown-type"), (1, "no-department")]
    assert errors == []


def test_a_document_without_items_is_refused() -> None:
    with pytest.raises(ValueError, match="items"):
        import_guangan({"rows": []})


def fact_sheet(**changes: Any) -> dict[str, Any]:
    return {
        "id": "mz06",
        "name": "高龄津贴",
        "item_type_code": "20",
        "sample_code": {"item_code": "512B-1", "department": "区民政局"},
        "handle_kind": "联办件(残联+民政)",
        "statutory_limit": {"value": 30, "unit": "日", "note": "条例"},
        "promised_limit": {"value": 0, "unit": "即办", "note": ""},
        "materials": [{"name": "身份证", "originals": 1, "copies": 2, "required": "按情形", "note": ""}],
        "basis": "法律",
        **changes,
    }


def test_a_fact_sheet_keeps_its_kind_limits_and_materials() -> None:
    (item,) = import_guangan({"items": [fact_sheet()]}).items
    assert item.handling is HandlingKind.JOINT
    assert item.statutory_limit == Limit(30, LimitUnit.CALENDAR_DAYS)
    assert item.promised_limit == Limit(0, LimitUnit.ON_THE_SPOT)
    (material,) = item.materials
    assert (material.material_id, material.originals, material.copies) == ("mz06-m1", 1, 2)
    assert not material.required
    assert not item.is_complete


def test_a_limit_that_does_not_read_as_one_stays_as_a_note() -> None:
    sheet = fact_sheet(promised_limit={"value": 2, "unit": "工作周", "note": "约"}, statutory_limit=None)
    (item,) = import_guangan({"items": [sheet]}).items
    assert item.promised_limit is None
    assert item.promised_note == "2工作周 约"
    assert "办理时限" in item.gaps


def test_a_fact_sheet_without_a_code_is_an_error() -> None:
    assert oddities(fact_sheet(sample_code=None)) == ([], [(1, "no-code")])


@pytest.mark.skipif(
    not (DATA / "guangan_items.json").exists(), reason="the county list is not part of the project"
)
def test_a_whole_published_county_list_is_taken_over_with_its_known_oddities() -> None:
    result = import_guangan(json.loads((DATA / "guangan_items.json").read_text(encoding="utf-8")))
    assert len(result.items) == 1135
    assert result.errors == ()
    found = Counter(warning.code for warning in result.warnings)
    assert found == {
        "organisation-code-length": 127,
        "organisation-code-format": 7,
        "organisation-code-old": 16,
        "code-shape": 3,
    }
    assert len(result.items) - found.total() == 982


@pytest.mark.skipif(not (DATA / "items.json").exists(), reason="the fact sheets are not part of the project")
def test_the_fact_sheets_are_taken_over_but_for_those_without_a_code() -> None:
    result = import_guangan(json.loads((DATA / "items.json").read_text(encoding="utf-8")))
    assert len(result.items) == 76
    assert {error.code for error in result.errors} == {"no-code"}
    assert len(result.errors) == 8
