"""The commands around a case: what a window can do with affairs and the queue, a script can do too."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from cli.conftest import Run
from stationapp.demo.stations import TOWNSHIP, VILLAGE
from stationapp.platform.clock import SystemClock

CALLER = {"name": "王䶮", "phone": "13900000001"}


def written(folder: Path, **content: Any) -> str:
    """A file to open an affair with."""
    file = folder / "affair.json"
    file.write_text(json.dumps({"applicant": CALLER, **content}, ensure_ascii=False), encoding="utf-8")
    return str(file)


def a_slot(agent: Run) -> dict[str, str]:
    """A slot of the township that lies ahead."""
    today = SystemClock().now().date()
    for days in range(1, 15):
        day = (today + timedelta(days=days)).isoformat()
        code, offers = agent("appointment", "slots", TOWNSHIP, day)
        assert code == 0
        free = [offer for offer in offers if offer["free"]]
        if free:
            return {"day": day, "slot": free[0]["start"]}
    raise AssertionError("no slot lies ahead")


def test_an_appointment_is_booked_moved_on_and_printed(agent: Run, tmp_path: Path) -> None:
    slot = a_slot(agent)
    facts = {**slot, "manner": "home", "address": "抗香村2组", "to_desk": VILLAGE}
    code, booked = agent("appointment", "book", written(tmp_path, subject="送证上门", facts=facts))
    assert (code, booked["state"]) == (0, "booked")
    assert slot["slot"] in booked["seat"]
    listed = agent("appointment", "list", slot["day"])[1]
    assert [row["number"] for row in listed] == [booked["number"]]
    code, saved = agent("appointment", "visits", slot["day"], "--out", str(tmp_path / "out"))
    assert code == 0
    assert Path(saved["file"]).read_bytes().startswith(b"%PDF")
    reason = '{"reason": "改日再来"}'
    code, cancelled = agent("case", "move", booked["number"], "cancel_appointment", "--facts", reason)
    assert (code, cancelled["state"]) == (0, "cancelled")
    assert agent("case", "show", booked["number"])[1]["state_title"] == "已取消"
    assert agent("appointment", "list", slot["day"])[1] == []
    assert agent("appointment", "list", "明天")[0] == 1


def test_a_question_is_registered_answered_and_found(agent: Run, tmp_path: Path) -> None:
    facts = {"question": "临时救助要多少天？", "channel": "phone"}
    asked = written(tmp_path, facts=facts, answer="十个工作日。", basis="办事指南")
    code, told = agent("consult", "ask", asked)
    assert (code, told["state"]) == (0, "answered")
    (row,) = agent("consult", "list", "--text", "多少天")[1]
    assert (row["answer"], row["basis"]) == ("十个工作日。", "办事指南")
    assert agent("consult", "faq", "临时救助")[1]


def test_a_complaint_is_taken_down_and_its_limit_shown(agent: Run, tmp_path: Path) -> None:
    facts = {"accused_desk": TOWNSHIP, "matter": "窗口没有人。", "channel": "phone"}
    code, filed = agent("complaint", "file", written(tmp_path, facts=facts))
    assert (code, filed["state"]) == (0, "filed")
    (row,) = [one for one in agent("complaint", "list")[1] if one["number"] == filed["number"]]
    assert (row["overdue"], bool(row["due"])) == (False, True)
    own = written(tmp_path, facts={**facts, "accused_desk": VILLAGE})
    code, refusal = agent("complaint", "file", own)
    assert (code, refusal["refused"][0]["code"]) == (1, "accused")


def test_an_absence_is_shown_until_it_is_over(agent: Run) -> None:
    facts = '{"cause": "meeting", "until_on": "2099-01-01", "until_at": "16:00"}'
    code, gone = agent("absence", "leave", "--facts", facts)
    assert (code, gone["state"]) == (0, "absent")
    (row,) = agent("absence", "list")[1]
    assert row["until"] == "2099-01-01 16:00"
    assert row["stand_in"] in row["sign"]
    assert agent("absence", "back", gone["number"])[1]["state"] == "back"
    assert agent("absence", "list")[1] == []


def test_a_project_shows_its_cases(agent: Run, tmp_path: Path) -> None:
    firm = {"name": "试验食品有限公司"}
    file = written(
        tmp_path, subject="开办加工厂", applicant=firm, facts={"credit_code": "91510704MA62345671"}
    )
    made = agent("project", "open", file)[1]
    question = {"question": "要什么？", "channel": "phone"}
    member = agent("consult", "ask", written(tmp_path, facts=question))[1]["number"]
    assert agent("project", "add", made["number"], member)[1]["cases"] == [member]
    shown = agent("project", "show", made["number"])[1]
    assert [one["receipt_number"] for one in shown["cases"]] == [member]
    left = agent("project", "remove", made["number"], member, "--reason", "误加")[1]
    assert left["cases"] == []


def test_the_queue_is_taken_and_called(agent: Run, tmp_path: Path) -> None:
    first = agent("queue", "take", "--business", "社保", "--out", str(tmp_path))[1]
    assert Path(first["file"]).read_bytes().startswith(b"%PDF")
    second = agent("queue", "take", "--priority")[1]
    assert agent("queue", "call", "--window", "1号")[1]["number"] == second["number"]
    count = str(second["count"])
    assert agent("queue", "recall", count)[1]["state"] == "called"
    assert agent("queue", "skip", count)[1]["state"] == "skipped"
    assert agent("queue", "done", count)[0] == 1
    assert agent("queue", "call")[1]["number"] == first["number"]
    assert agent("queue", "done", str(first["count"]))[1]["state"] == "done"
    assert agent("queue", "call")[1] == {}
    assert len(agent("queue", "list")[1]) == 2


def test_any_kind_is_opened_and_listed_and_an_unknown_one_named(agent: Run, tmp_path: Path) -> None:
    file = written(tmp_path, subject="指南", facts={"words": "写明要带户口簿"})
    code, said = agent("affair", "open", "feedback", file)
    assert (code, said["state"]) == (0, "suggested")
    listed = agent("affair", "list", "feedback", "--text", "户口簿", "--open", "--limit", "5")[1]
    assert [row["number"] for row in listed] == [said["number"]]
    code, refusal = agent("affair", "list", "wedding")
    assert (code, refusal["refused"][0]["code"]) == (1, "no-kind")


def test_a_file_that_is_no_registration_is_refused(agent: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"applicant": []}', encoding="utf-8")
    assert agent("affair", "open", "feedback", str(tmp_path / "bad.json"))[0] == 1
    assert agent("affair", "open", "feedback", str(tmp_path / "none.json"))[0] == 3
