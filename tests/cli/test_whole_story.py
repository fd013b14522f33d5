"""One case from a village to the county and back by commands only: what the windows do, a script can do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from hub_in_a_process import address
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.scan import sample_scan
from stationapp.demo.stations import AGENT, CLERK, COUNTY, TOWNSHIP, VILLAGE, WINDOW
from stationapp.platform.clock import SystemClock
from stationapp.platform.resources import resource

Run = Callable[..., tuple[int, Any]]
RELIEF = "512B0003600031-510704000000-000-11511301008778298W-1-00"
STATIONS = {AGENT: VILLAGE, CLERK: TOWNSHIP, WINDOW: COUNTY}
NAME = "欧阳𬭎"


class Story:
    """Commands by login; every command must succeed. Numbers that were printed are remembered."""

    def __init__(self, run: Run, hub: HubProcess, folder: Path) -> None:
        self._run = run
        self.folder = folder
        self.numbers: set[str] = set()
        self._homes = dict(STATIONS)
        for station in STATIONS.values():
            line = ("enrol", "--hub", address(hub), "--code", hub.enrolment_code(station))
            code, answer = run(folder / station, "", *line)
            assert code == 0, answer
        people = json.loads(hub_county())["persons"]
        self._homes |= {row["login"]: COUNTY for row in people if row["person_id"].startswith("p-mzj")}
        self.officer, self.approver = (row["login"] for row in people if row["person_id"] in _CIVIL)

    def do(self, login: str, *line: str) -> Any:
        """Run a command as somebody; returns what it printed."""
        code, answer = self._run(self.folder / self._homes[login], login, *line)
        assert code == 0, (line, answer)
        return answer

    def sync(self, *logins: str) -> None:
        """Sync stations, one after the other."""
        for login in logins:
            assert self.do(login, "sync")["outcome"] == "agreed"

    def move(self, login: str, number: str, move: str, **facts: Any) -> Any:
        """Make a move."""
        return self.do(login, "case", "move", number, move, "--facts", json.dumps(facts, ensure_ascii=False))

    def print(self, login: str, number: str, paper: str) -> None:
        """Save a paper."""
        made = self.do(login, "print", number, paper, "--out", str(self.folder / "papers"))
        assert Path(made["file"]).read_bytes().startswith(b"%PDF")
        self.numbers.add(made["number"])

    def carry(self, sender: str, receiver: str, number: str, difference: str = "") -> None:
        """Send the case in a batch, print the handover list, and sign for it on the other side."""
        batch = self.do(sender, "batch", "send", number)["batch_number"]
        self.print(sender, batch, "handover_list")
        self.sync(sender, receiver)
        (arrived,) = [
            row
            for row in self.do(receiver, "batch", "list", "--direction", "in")
            if row["batch_number"] == batch
        ]
        assert (arrived["declared"], arrived["present"], arrived["signed"]) == (1, 1, 0)
        noted = json.dumps({number: difference} if difference else {}, ensure_ascii=False)
        self.do(receiver, "batch", "sign", number, "--differences", noted)
        self.sync(receiver, sender)


_CIVIL = {"p-mzj-1", "p-mzj-2"}


def hub_county() -> str:
    """The demonstration county as it is published."""
    return resource("demo", "county.json").read_text("utf-8")


def application(folder: Path, *, complete: bool) -> str:
    """The file of an application for temporary relief, with a scan."""
    (folder / "scan.jpg").write_bytes(sample_scan("户口簿", NAME))
    rows = [("mz03-m1", 0), ("mz03-m2", 1), ("mz03-m3", 0), ("mz03-m4", 0)]
    materials = [
        {"material_id": material, "name": material, "originals": 1, "copies": copies, "pages": 2}
        for material, copies in rows
    ]
    materials[1]["files"] = ["scan.jpg"]
    form = {
        "hardship": "",
        "happened_on": "2026-11-01",
        "amount_needed": "3000.00",
        "urgent": False,
        "story": "十一月一日家中失火，房屋烧毁，无处居住。",
    }
    data = {
        "item": RELIEF,
        "applicant": {"name": NAME, "document_kind": "resident_id", "document_number": "510721194203078528"},
        "form": form,
        "attorney": "paper",
        "materials": materials if complete else materials[:2],
    }
    file = folder / f"application-{complete}.json"
    file.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return str(file)


def with_first_choice(file: str, guide: Any) -> str:
    """Fill in the first of the hardships the item's form offers."""
    data = json.loads(Path(file).read_text("utf-8"))
    data["form"]["hardship"] = guide["form"]["properties"]["hardship"]["enum"][0]
    Path(file).write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return file


def test_a_case_travels_to_the_county_and_back_by_commands_alone(
    run: Run, hub: HubProcess, tmp_path: Path
) -> None:
    story = Story(run, hub, tmp_path)
    number = _received(story)
    _sent_back_once(story, number)
    _decided(story, number)
    for below, above in ((CLERK, WINDOW), (AGENT, CLERK)):
        story.carry(above, below, number)
    served = {"manner": "in_person", "recipient": NAME, "served_on": SystemClock().now().date().isoformat()}
    story.move(AGENT, number, "serve", **served)
    story.print(AGENT, number, "service_certificate")
    assert story.move(AGENT, number, "conclude")["state"] == "concluded"
    story.print(AGENT, number, "routing_slip")
    story.sync(AGENT, CLERK, WINDOW)
    _everybody_holds_the_same(story, hub, number)


def _received(story: Story) -> str:
    guide = story.do(AGENT, "item", "show", RELIEF)
    incomplete = with_first_choice(application(story.folder, complete=False), guide)
    told = story.do(AGENT, "case", "open", incomplete, "--note-missing")
    number = str(told["receipt_number"])
    story.print(AGENT, number, "supplement_notice")
    whole = with_first_choice(application(story.folder, complete=True), guide)
    received = story.do(AGENT, "case", "open", whole, "--completes", number)
    assert (received["receipt_number"], received["case_id"], received["state"]) == (
        number,
        told["case_id"],
        "received",
    )
    story.print(AGENT, number, "material_receipt")
    return number


def _sent_back_once(story: Story, number: str) -> None:
    story.carry(AGENT, CLERK, number, difference="复印件少 1 页")
    missing = [
        {
            "material_id": "mz03-m2",
            "name": "身份证、户口簿（或居住证）",
            "problem": "复印件不清晰",
            "standard": "重新复印",
        }
    ]
    story.move(
        CLERK,
        number,
        "request_supplement",
        missing=missing,
        deadline=(SystemClock().now().date() + timedelta(days=15)).isoformat(),
    )
    story.print(CLERK, number, "supplement_notice")
    story.sync(CLERK, AGENT)
    brought = {"material_id": "mz03-m2", "name": "身份证、户口簿（或居住证）", "originals": 1, "copies": 1}
    story.move(AGENT, number, "supply", materials=[brought])
    story.print(AGENT, number, "material_receipt")
    story.carry(AGENT, CLERK, number)
    story.move(CLERK, number, "examine", opinion="材料齐全，同意转报。")
    story.carry(CLERK, WINDOW, number)


def _decided(story: Story, number: str) -> None:
    story.move(WINDOW, number, "register")
    story.sync(WINDOW)
    assert story.do(WINDOW, "case", "show", number)["case_number"]
    story.move(WINDOW, number, "accept")
    story.print(WINDOW, number, "acceptance_notice")
    story.move(WINDOW, number, "assign")
    story.sync(WINDOW)
    for login, post, move, facts in (
        (story.officer, "officer", "review", {"opinion": "情况属实。"}),
        (story.approver, "approver", "refuse", {"reason": "家庭财产高于规定标准。"}),
        (story.approver, "approver", "issue_result", {"result_name": "不予决定书"}),
    ):
        line = ("case", "move", number, move, "--facts", json.dumps(facts, ensure_ascii=False))
        story.do(login, "--post", f"510704000000-mzj/{post}", *line)
    story.print(WINDOW, number, "decision")
    story.sync(WINDOW)


def _everybody_holds_the_same(story: Story, hub: HubProcess, number: str) -> None:
    shown = [story.do(login, "case", "show", number) for login in (AGENT, CLERK, WINDOW)]
    assert {row["state"] for row in shown} == {"concluded"}
    assert shown[0]["history"] == shown[1]["history"] == shown[2]["history"]
    assert {row["status"] for row in shown[0]["history"]} == {"confirmed"}
    for login in (AGENT, CLERK, WINDOW):
        assert story.do(login, "status")["only_here_events"] == 0
        assert story.do(login, "verify")["differences"] == []
    assert len(story.numbers) == 9 + 1
    assert hub.known_numbers(sorted(story.numbers)) == story.numbers
    assert hub.faults() == []
