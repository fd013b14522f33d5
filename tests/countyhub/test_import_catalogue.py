"""A published list of items becomes a draft, and a draft does not become law by itself."""

from __future__ import annotations

import json

import pytest

from countyhub.cli import main
from stationapp.domain.catalogue_codec import catalogue_from_mapping
from stationapp.domain.organisation import organisation_to_mapping

SOUND = "512B0003600029-511602000000-000-11511301008778298W-1-00"
GUIDE = [
    {"department": "县人社局", "name": "参保登记", "item_code": SOUND, "task_type": "20"},
    {"department": "县民政局", "name": "高龄津贴", "item_code": "自编-7", "task_type": "20"},
    {"department": "县民政局", "name": "又一项", "item_code": "自编-7", "task_type": "20"},
    {"department": "县民政局", "name": "没有编码", "item_code": "", "task_type": "20"},
]
SHEET = {
    "id": "A1",
    "name": "参保登记",
    "sample_code": {"department": "县人社局", "item_code": SOUND},
    "item_type_code": "20",
    "handle_kind": "承诺件",
    "promised_limit": {"value": 10, "unit": "工作日"},
    "fee": "不收费",
    "materials": [{"name": "身份证复印件", "originals": 0, "copies": 1}],
}


@pytest.fixture
def run(tmp_path, capsys):
    """Imports rows; returns exit code and the lines printed."""

    def command(rows, *options):
        (tmp_path / "list.json").write_text(json.dumps(rows), encoding="utf-8")
        code = main(["import-catalogue", str(tmp_path / "list.json"), *options])
        output = capsys.readouterr()
        return code, [json.loads(line) for line in (output.out or output.err).splitlines()]

    return command


def test_odd_rows_are_told_and_the_rest_becomes_a_draft(run, tmp_path, county_papers):
    organisation = tmp_path / "organisation.json"
    organisation.write_text(json.dumps(organisation_to_mapping(county_papers[0])), encoding="utf-8")
    draft = tmp_path / "draft.json"
    options = ("--out", str(draft), "--version", "7", "--organisation", str(organisation))
    code, lines = run({"items": GUIDE}, *options)
    assert code == 1
    assert [(one["level"], one["row"], one["code"]) for one in lines[:-1]] == [
        ("error", 3, "duplicate-code"),
        ("error", 4, "no-code"),
        ("warning", 2, "code-shape"),
    ]
    assert all(one["text"] for one in lines[:-1])
    counts = {"items": 2, "incomplete": 2, "without_department": 1, "warnings": 1, "errors": 2}
    assert lines[-1] == {**counts, "out": str(draft)}
    catalogue = catalogue_from_mapping(json.loads(draft.read_text(encoding="utf-8")))
    assert catalogue.version == 7
    assert [item.department for item in catalogue.items] == ["rsj", ""]
    assert "收费标准" in catalogue.items[0].gaps


def test_the_shape_of_fact_sheets_is_read_too(run, tmp_path):
    draft = tmp_path / "draft.json"
    code, lines = run({"items": [SHEET]}, "--out", str(draft))
    assert (code, lines[-1]["items"], lines[-1]["errors"]) == (0, 1, 0)
    (item,) = catalogue_from_mapping(json.loads(draft.read_text(encoding="utf-8"))).items
    assert (item.materials[0].name, item.promised_limit.value) == ("身份证复印件", 10)
    assert not item.is_complete


def test_without_out_nothing_is_written(run, tmp_path):
    assert run({"items": [SHEET]})[1][-1]["out"] == ""
    assert sorted(path.name for path in tmp_path.glob("*.json")) == ["list.json"]


def test_a_file_of_another_shape_is_refused(run):
    code, lines = run({"rows": []})
    assert (code, lines[0]["error"]) == (3, "malformed-file")
