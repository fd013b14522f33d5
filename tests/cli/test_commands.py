"""Single commands: what they print, and with which code they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub_in_a_process import PASSWORDS, address, signed_in
from stationapp.cli import main
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT
from stationapp.platform.paths import StationPaths
from stationapp.platform.single_instance import claim_home
from stationapp.services.hub_address import set_hub_address

Run = Callable[..., tuple[int, Any]]
RELIEF = "512B0003600031-510704000000-000-11511301008778298W-1-00"
BRIEF = ["case_id", "receipt_number", "case_number", "item", "applicant", "state", "state_title", "holder"]
STANDING = {
    "only_here_events",
    "only_here_cases",
    "oldest",
    "held",
    "blocked_by",
    "refused",
    "attachments_waiting",
    "agreed",
}


def application(tmp_path: Path, **changes: Any) -> str:
    """A file with an application that lacks its materials."""
    data: dict[str, Any] = {
        "item": RELIEF,
        "applicant": {
            "name": "吴䶮",
            "document_kind": "resident_id",
            "document_number": "510721194203078528",
        },
        "materials": [],
    }
    file = tmp_path / "application.json"
    file.write_text(json.dumps({**data, **changes}, ensure_ascii=False), "utf-8")
    return str(file)


@pytest.fixture
def told(agent: Run, tmp_path: Path) -> dict[str, Any]:
    """A case whose applicant was told what is missing."""
    code, case = agent("case", "open", application(tmp_path), "--note-missing")
    assert code == 0
    return dict(case)


def codes(answer: Any) -> list[str]:
    return [row["code"] for row in answer["refused"]]


def test_an_item_is_found_and_its_guide_is_printed(agent: Run) -> None:
    code, found = agent("item", "search", "linshijiuzhu")
    assert code == 0
    assert [(row["code"], row["name"], row["closed"]) for row in found] == [(RELIEF, "临时救助", [])]
    assert set(found[0]) == {"code", "name", "handling", "decides", "closed"}
    code, guide = agent("item", "show", RELIEF)
    assert (code, guide["name"]) == (0, "临时救助")
    assert {"办理依据", "收费标准"} <= {section["title"] for section in guide["guide"]}
    assert guide["materials"][0] == {"material_id": "mz03-m1", "name": "临时救助申请表"}
    assert codes(agent("item", "show", "nothing")[1]) == ["no-code"]


def test_the_catalogue_says_its_version_its_age_and_what_is_in_service(agent: Run) -> None:
    code, held = agent("item", "catalogue")
    assert code == 0
    assert (held["version"], held["warning"], held["changes"]) == (1, "", [])
    assert held["line"].startswith("事项目录第1版，2025-01-01发布")
    code, versions = agent("item", "history", RELIEF)
    assert [(row["version"], row["kind"], row["until"]) for row in versions] == [(1, "新增", "")]
    assert codes(agent("item", "history", "nothing")[1]) == ["no-code"]
    code, found = agent("item", "coverage")
    assert code == 0
    assert found["minimum_outside"] == []
    (relief,) = (row for row in found["items"] if row["code"] == RELIEF)
    assert relief["received"] == ["county", "township", "village"]
    assert relief["minimum_set"]


def test_a_case_is_printed_in_the_documented_shape(agent: Run, told: dict[str, Any]) -> None:
    assert list(told) == [*BRIEF, "addressed_to", "enquiry_code"]
    assert (told["state"], told["applicant"]) == ("incomplete", "吴䶮")
    code, shown = agent("case", "show", told["receipt_number"].replace("-", ""))
    assert code == 0
    assert shown["holder_name"] == "抗香村便民服务室"
    assert [row["move"] for row in shown["history"]] == ["材料不齐一次告知"]
    assert shown["history"][0]["status"] == "pending"
    moves = {row["move"]: row for row in shown["moves"]}
    assert (moves["withdraw"]["needs"], moves["withdraw"]["why_not"]) == (["reason", "written_request"], [])
    papers = [row["paper"] for row in shown["papers"]]
    assert papers == ["power_of_attorney", "supplement_notice", "routing_slip"]
    code, rows = agent("case", "list", "--list", "incomplete", "--text", told["receipt_number"])
    assert (code, [row["receipt_number"] for row in rows]) == (0, [told["receipt_number"]])
    assert set(rows[0]) == {
        "receipt_number", "case_number", "item", "applicant", "state", "holder", "pending", "refused", "unrecognised"
    }  # fmt: skip


def test_a_move_is_made(agent: Run, told: dict[str, Any]) -> None:
    facts = json.dumps({"reason": "不办了", "written_request": "11月22日本人签名"})
    code, case = agent("case", "move", told["receipt_number"], "withdraw", "--facts", facts)
    assert (code, case["state"]) == (0, "withdrawn")
    code, answer = agent("case", "move", told["receipt_number"], "withdraw", "--facts", facts)
    assert (code, codes(answer)) == (1, ["wrong-state"])


def test_a_paper_is_saved_and_counted(agent: Run, told: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "new" / "papers"
    line = ("print", told["receipt_number"], "supplement_notice", "--out", str(out))
    first, second = agent(*line)[1], agent(*line, "--large")[1]
    assert [first["copy"], second["copy"]] == [1, 2]
    assert first["number"] == second["number"] == told["receipt_number"]
    assert Path(first["file"]).read_bytes().startswith(b"%PDF")
    assert len(list(out.iterdir())) == 2
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    assert agent(*line[:-1], str(blocked))[0] == 3
    assert codes(agent("print", told["receipt_number"], "decision", "--out", str(out))[1]) == ["no-paper"]
    assert codes(agent("print", "none", "handover_list", "--out", str(out))[1]) == ["no-batch"]


def test_status_and_verify(agent: Run, told: dict[str, Any]) -> None:
    code, standing = agent("status")
    assert code == 0
    assert set(standing) == STANDING
    assert standing["only_here_events"] >= 1
    assert standing["agreed"] is False
    code, report = agent("verify")
    assert (code, report["differences"]) == (0, [])
    assert report["events"] >= 1
    assert set(report) == {"events", "cases", "attachments", "differences"}


def test_verify_ends_with_four_when_something_is_not_as_it_must_be(
    agent: Run, told: dict[str, Any], village_home: StationPaths
) -> None:
    with signed_in(village_home, AGENT) as workplace, workplace.store.write() as unit:
        identity = unit.identity.get()
        assert identity is not None
        unit.identity.set(replace(identity, device_seed=bytes(32)))
    try:
        code, report = agent("verify")
    finally:
        with signed_in(village_home, AGENT) as workplace, workplace.store.write() as unit:
            unit.identity.set(identity)
    assert code == 4
    assert any("签名" in line for line in report["differences"])
    assert told["receipt_number"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"item": "nothing"}, "no-code"),
        ({"applicant": {"name": "吴䶮"}}, "bad-file"),
        ({"applicant": {"name": 5, "document_kind": "passport", "document_number": "x"}}, "bad-file"),
        ({"applicant": None}, "bad-file"),
        ({"materials": ["身份证"]}, "bad-file"),
        ({"materials": [{"material_id": "a", "name": "b", "originals": "1", "copies": 1}]}, "bad-file"),
        ({"form": [1, 2]}, "bad-file"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(
    agent: Run, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    code, answer = agent("case", "open", application(tmp_path, **changes))
    assert (code, codes(answer)) == (1, [reason])


def test_what_a_file_lacks_and_where_it_is_no_json_is_said_in_words(agent: Run, tmp_path: Path) -> None:
    material = {"material_id": "a", "name": "b", "originals": 1, "number": 3}
    file = application(tmp_path, applicant={"name": "吴䶮"}, materials=[material])
    texts = [row["text"] for row in agent("case", "open", file)[1]["refused"]]
    assert texts == [
        "申请人（applicant）缺少证件种类（document_kind）、证件号码（document_number）。",
        "第 1 份材料（materials）缺少复印件数（copies）。",
        "第 1 份材料（materials）里有不认识的内容：number。",
    ]
    (tmp_path / "empty.json").write_text("", "utf-8")
    (tmp_path / "bad.json").write_text('{\n "item"：1}', "utf-8")
    for name, said in (("empty.json", "内容是空的"), ("bad.json", "第 2 行第 8 个字符")):
        (row,) = agent("case", "open", str(tmp_path / name))[1]["refused"]
        assert said in row["text"]
        assert row["text"].isprintable()
        assert "line" not in row["text"]


def test_a_pc_that_cannot_reach_the_hub_is_told_that_it_is_not_enrolled(run: Run, tmp_path: Path) -> None:
    code, answer = run(tmp_path, "", "enrol", "--hub", "http://127.0.0.1:1", "--code", "ABCD")
    assert code == 3
    assert "没有登记" in answer["unavailable"]
    assert "可继续办件" not in answer["unavailable"]


def test_all_that_is_wrong_is_told_at_once(agent: Run, tmp_path: Path) -> None:
    wrong = {"name": "", "document_kind": "resident_id", "document_number": "510721194203078529"}
    code, answer = agent("case", "open", application(tmp_path, applicant=wrong))
    assert code == 1
    fields = [row["field"] for row in answer["refused"]]
    assert fields[:2] == ["name", "document_number"]
    assert "material:mz03-m1" in fields


@pytest.mark.parametrize("text", [b"{", b"[]", b"\xff\xfe", b"7"])
def test_what_is_no_json_object_is_refused(agent: Run, tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(text)
    assert codes(agent("case", "open", str(file))[1]) == ["bad-json"]


def test_a_file_that_is_not_there_is_unavailable(agent: Run, tmp_path: Path) -> None:
    code, answer = agent("case", "open", str(tmp_path / "nothing.json"))
    assert code == 3
    assert "nothing.json" in answer["unavailable"]
    scans = [{"material_id": "a", "name": "b", "originals": 1, "copies": 1, "files": ["no.jpg"]}]
    assert agent("case", "open", application(tmp_path, materials=scans))[0] == 3


@pytest.mark.parametrize("facts", ["{", "[]", "null"])
def test_facts_that_are_no_object_are_refused(agent: Run, told: dict[str, Any], facts: str) -> None:
    line = ("case", "move", told["receipt_number"], "void", "--facts", facts)
    assert codes(agent(*line)[1]) == ["bad-json"]
    signing = ("batch", "sign", told["receipt_number"], "--differences", facts)
    assert codes(agent(*signing)[1]) == ["bad-json"]


def test_a_difference_of_a_case_that_is_not_signed_for_is_refused(
    agent: Run, told: dict[str, Any], tmp_path: Path
) -> None:
    _, other = agent("case", "open", application(tmp_path), "--note-missing")
    noted = json.dumps({other["receipt_number"]: "少 1 页"})
    line = ("batch", "sign", told["receipt_number"], "--differences", noted)
    assert codes(agent(*line)[1]) == ["not-signed"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (("case", "show", "nothing"), "no-case"),
        (("case", "list", "--list", "nothing"), "no-list"),
        (("batch", "send", "nothing"), "no-case"),
    ],
)
def test_what_is_not_there_is_refused(agent: Run, line: tuple[str, ...], reason: str) -> None:
    code, answer = agent(*line)
    assert (code, codes(answer)) == (1, [reason])
    assert set(answer["refused"][0]) == {"code", "text", "field"}


def test_an_unknown_move_is_refused(agent: Run, told: dict[str, Any]) -> None:
    assert codes(agent("case", "move", told["receipt_number"], "fly")[1]) == ["unknown-move"]


@pytest.mark.parametrize(
    "line", [["case"], ["fly"], ["case", "open"], ["batch", "list", "--direction", "up"]]
)
def test_a_wrong_command_line_ends_with_two(line: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(line)
    assert ended.value.code == 2


def test_who_acts_must_be_known(run: Run, village_home: StationPaths, tmp_path: Path) -> None:
    home = village_home.home
    assert codes(run(home, "", "status")[1]) == ["no-login"]
    assert codes(run(home, AGENT, "status", password=AGENT)[1]) == ["wrong-password"]
    assert codes(run(home, AGENT, "--post", "no/post", "status")[1]) == ["no-post"]
    code, answer = run(tmp_path / "fresh", AGENT, "status")
    assert (code, answer["detail"]) == (3, "no roster")


def test_a_password_is_asked_for_and_its_absence_is_refused(
    village_home: StationPaths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody_there(prompt: str) -> str:
        raise EOFError(prompt)

    monkeypatch.delenv("STATIONAPP_PASSWORD", raising=False)
    monkeypatch.setattr("stationapp.cli.signed_in.getpass", nobody_there)
    assert main(["--home", str(village_home.home), "--as", AGENT, "status"]) == 1
    assert codes(json.loads(capsys.readouterr().err)) == ["no-password"]


def test_a_home_that_another_program_has_open_is_unavailable(agent: Run, village_home: StationPaths) -> None:
    with claim_home(village_home.lock):
        assert agent("status")[0] == 3
    assert agent("status")[0] == 0


def test_enrolling_says_who_can_sign_in_and_a_wrong_code_is_unavailable(
    run: Run, hub: HubProcess, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    line = ("enrol", "--hub", address(hub), "--code")
    assert run(home, "", *line, "ABCD-EFGH")[0] == 3
    code, answer = run(home, "", *line, hub.enrolment_code("510704105209"))
    assert (code, answer["station"]) == (0, "抗香村便民服务室")
    assert {"login": AGENT, "name": "何抗生", "posts": "代办员岗"} in answer["people"]
    assert run(home, "", *line, "ABCD-EFGH")[0] == 3


def test_a_sync_without_a_hub_ends_with_three_and_says_so_on_standard_output(
    village_home: StationPaths, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    set_hub_address(village_home, "http://127.0.0.1:9")
    try:
        monkeypatch.setenv("STATIONAPP_PASSWORD", PASSWORDS[AGENT])
        code = main(["--home", str(village_home.home), "--as", AGENT, "sync"])
    finally:
        village_home.settings.unlink()
    report = json.loads(capsys.readouterr().out)
    assert (code, report["outcome"]) == (3, "failed")
    assert report["problem"]
    assert report["only_here_events"] >= 1
    assert set(report) == STANDING | {
        "outcome",
        "pushed",
        "received",
        "requests",
        "audited",
        "mended",
        "problem",
    }
    assert told["receipt_number"]
