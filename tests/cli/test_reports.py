"""`stationapp statistics`, `stationapp document-register` and `stationapp export-cases`."""

from __future__ import annotations

import json


def test_the_figures_of_a_station(agent, tmp_path):
    code, told = agent("statistics", "--period", "2026", "--out", str(tmp_path / "out"))
    assert (code, told["period"]) == (0, "2026")
    assert set(told["figures"]) >= {"received", "same_day", "speed_up", "on_time", "satisfaction"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(told["files"])
    assert agent("statistics", "--period", "2026")[1]["files"] == []


def test_a_period_must_be_one(agent):
    code, told = agent("statistics", "--period", "yesterday")
    assert (code, told["refused"][0]["code"]) == (1, "bad-period")


def test_the_register_of_document_numbers(agent, tmp_path):
    code, told = agent("document-register", "--out", str(tmp_path / "out"))
    assert (code, told["unexplained"]) == (0, [])
    assert told["files"] == ["document-register.xlsx", "document_register.csv"]
    code, told = agent("document-register", "--explain", "抗香村送〔2026〕010099号", "--words", "写错")
    assert (code, told["refused"][0]["code"]) == (1, "no-gap")


def test_an_export_says_what_it_holds(agent, tmp_path):
    codes = tmp_path / "codes.json"
    codes.write_text(json.dumps({"yes_no": {"yes": "Y"}}), "utf-8")
    code, told = agent("export-cases", "--out", str(tmp_path / "out"), "--codes", str(codes))
    assert code == 0
    assert "个人信息" in told["notice"]
    assert {"up_pro_accept.jsonl", "up_pro_accept.csv", "tables.xlsx", "cases.xlsx", "rows.txt"} <= set(
        told["files"]
    )
    previous = str(tmp_path / "out" / "rows.txt")
    assert agent("export-cases", "--out", str(tmp_path / "two"), "--previous", previous)[0] == 0


def test_files_that_do_not_fit_are_told(agent, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{", "utf-8")
    assert agent("export-cases", "--out", str(tmp_path), "--codes", str(bad))[0] == 1
    bad.write_text("[]", "utf-8")
    assert agent("export-cases", "--out", str(tmp_path), "--codes", str(bad))[0] == 1
    assert agent("export-cases", "--out", str(tmp_path), "--previous", str(tmp_path / "none"))[0] == 3
