"""A cloned PC on the command line: it is told to enrol again, does so, and what only it has goes up."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from hub_in_a_process import PASSWORDS, enrolled
from stationapp.cli import main
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, VILLAGE
from stationapp.platform.clock import SystemClock
from stationapp.services.reenrolment import enrol_again
from stationapp.services.session import sign_in, sign_out
from stationapp.services.synchronise import start
from stationapp.ui.sync_view import SyncView
from windows import at_rest, on_screen, opened

Run = Callable[..., tuple[int, Any]]
APPLICATION = {
    "item": "512B0003600031-510704000000-000-11511301008778298W-1-00",
    "applicant": {"name": "吴䶮", "document_kind": "resident_id", "document_number": "510721194203078528"},
    "materials": [],
}


def opened_case(run: Run, home: Path, tmp_path: Path, number: str) -> str:
    """Receive a case at a home; return its receipt number."""
    file = tmp_path / "application.json"
    applicant = APPLICATION["applicant"] | {"document_number": number}
    file.write_text(json.dumps(APPLICATION | {"applicant": applicant}, ensure_ascii=False), "utf-8")
    return str(run(home, AGENT, "case", "open", str(file), "--note-missing")[1]["receipt_number"])


def test_a_cloned_pc_is_enrolled_again_and_its_acts_are_found_at_the_hub(
    run: Run, hub: HubProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original = enrolled(hub, tmp_path / "original", VILLAGE).home
    assert run(original, AGENT, "sync")[0] == 0
    clone = tmp_path / "clone"
    shutil.copytree(original, clone)
    opened_case(run, original, tmp_path, "510721194203078528")
    assert run(original, AGENT, "sync")[0] == 0
    number = opened_case(run, clone, tmp_path, "510721195001011231")
    assert main(["--home", str(clone), "--as", AGENT, "sync"]) == 3
    assert "重新登记" in json.loads(capsys.readouterr().out)["problem"]
    assert run(clone, AGENT, "enrol-again", "--code", "ABCD-EFGH")[0] == 3
    code, told = run(clone, AGENT, "enrol-again", "--code", hub.enrolment_code(VILLAGE))
    assert (code, told["sealed_anew"]) == (0, 1)
    assert main(["--home", str(clone), "--as", AGENT, "sync"]) == 0
    printed = capsys.readouterr()
    assert "已重新登记" in json.loads(printed.err)["notice"]
    assert json.loads(printed.out)["outcome"] == "agreed"
    assert run(clone, AGENT, "verify")[0] == 0
    assert hub.known_numbers([number]) == {number}


def test_a_pc_that_slept_while_the_hub_changed_its_key_is_enrolled_again(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "hub") as other, other.at_hand():
        other.initialise()
        other.serve()
        home = enrolled(other, tmp_path / "home", VILLAGE)
        workplace = sign_in(home, SystemClock(), AGENT, PASSWORDS[AGENT])
        try:
            other.ask("revoke-device", workplace.identity.device)
            other.ask("rotate-hub-key")
            assert enrol_again(workplace, other.enrolment_code(VILLAGE)) == 0
        finally:
            sign_out(workplace)


def test_the_window_asks_for_the_code_and_ends_the_session(
    hub: HubProcess, tmp_path: Path, qtbot: QtBot
) -> None:
    home = enrolled(hub, tmp_path / "home", VILLAGE)
    workplace = sign_in(home, SystemClock(), AGENT, PASSWORDS[AGENT])
    hub.ask("revoke-device", workplace.identity.device)
    with opened(workplace) as context:
        heard: list[bool] = []
        worker = start(workplace, lambda *_: heard.append(True))
        context.sync = worker
        context.bus.session_over.connect(lambda: heard.append(False))
        view = SyncView(context)
        on_screen(qtbot, view)
        qtbot.waitUntil(lambda: worker.state().problem is not None)
        view.look()
        at_rest(qtbot, context)
        assert view.enrol_again.isVisible()
        view.enrol_again.code.setText(hub.enrolment_code(VILLAGE))
        view.enrol_again.findChild(QPushButton).click()
        qtbot.waitUntil(lambda: False in heard)
        worker.stop()
    again = sign_in(home, SystemClock(), AGENT, PASSWORDS[AGENT])
    assert "已重新登记" in again.notice
    sign_out(again)
