"""A station that does not open: the button below the password, and rescuing by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from hubprotocol.courier.stick import find
from hubprotocol.keys import KdfParams, derive_person_keys, public_of, sign_public_of
from stationapp.domain.case import Case
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.platform.vault import Sealer, Vault
from stationapp.services.roster import PostChoice, Roster, RosterEntry, read_roster, write_roster
from stationapp.services.workplace import Workplace
from stationapp.ui import application as window
from stationapp.ui.field_note import FieldNote
from stationapp.ui.messages import Messages, Notice
from stationapp.ui.rescue_dialog import RescueDialog
from stationapp.ui.sign_in_view import SignInView
from stationapp.ui.tasks import Tasks
from windows import show
from workplaces import DATA_KEY

Wait = Callable[[], None]
PASSWORD = "cunmin-1"  # noqa: S105 - an invented person of the tests.
PAGE = 4096
CHEAP = KdfParams(1, 8 * 1024)
PERSON = RosterEntry(
    "p-agent", "wuyan", "吴䶮", "代办员", (PostChoice("agent", "代办员", "抗香村便民服务室"),)
)


@pytest.fixture
def roster(workplace: Workplace, received: Callable[..., Case]) -> Roster:
    """The village's people, who received a case; the vault opens the station for the agent, and it is closed."""
    received()
    with workplace.store.write() as unit:
        unit.identity.set(replace(workplace.identity, hub_public=sign_public_of(bytes(range(32))).hex()))
    workplace.store.close()
    public = public_of(derive_person_keys(PASSWORD, bytes(16), CHEAP))
    sealer = Sealer(PERSON.person_id, public.box_public, bytes(16), CHEAP)
    Vault.create(workplace.paths.home, [sealer], lambda count: DATA_KEY[:count])
    write_roster(workplace.paths.home, "抗香村便民服务室", [PERSON])
    found = read_roster(workplace.paths.home)
    assert found is not None
    return found


@pytest.fixture
def damaged(workplace: Workplace, roster: Roster) -> StationPaths:
    """The home when the last page of its database is cut off: it is not opened any more."""
    with workplace.paths.database.open("r+b") as file:
        size = workplace.paths.database.stat().st_size
        file.truncate(size - PAGE)
    return workplace.paths


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def view(
    qtbot: QtBot,
    roster: Roster,
    damaged: StationPaths,
    workplace: Workplace,
    tasks: Tasks,
    messages: Messages,
) -> SignInView:
    """The sign-in window of the damaged station, shown."""
    view = SignInView(roster, damaged, workplace.clock, tasks, messages)
    qtbot.addWidget(view)
    show(qtbot, view)
    return view


def typed(qtbot: QtBot, dialog: RescueDialog, folder: Path) -> None:
    """Type the folder and press Enter."""
    dialog.folder.clear()
    qtbot.keyClicks(dialog.folder, str(folder))
    qtbot.keyClick(dialog.folder, Qt.Key.Key_Return)


def test_who_cannot_open_the_station_rescues_by_keyboard(
    qtbot: QtBot, view: SignInView, notices: list[Notice], settled: Wait, stick: Path, damaged: StationPaths
) -> None:
    assert not view.rescue.isVisible()
    before = damaged.database.read_bytes()
    qtbot.keyClicks(view.password, PASSWORD)
    qtbot.keyClick(view.password, Qt.Key.Key_Return)
    settled()
    assert "损坏" in notices[-1].text
    assert (view.rescue.isVisible(), view.rescue.text()) == (True, "把没有上报的记录导出到U盘(&X)")
    view.button.setFocus()
    qtbot.keyClick(view.button, Qt.Key.Key_Tab)
    assert view.rescue.hasFocus()
    qtbot.keyClick(view.rescue, Qt.Key.Key_Space)
    dialog = view.findChild(RescueDialog)
    assert isinstance(dialog, RescueDialog)
    assert (dialog.person.currentData(), dialog.password.text()) == ("wuyan", PASSWORD)
    typed(qtbot, dialog, stick)
    settled()
    assert "已救出 1 条" in dialog.told.toPlainText()
    assert dialog.told.hasFocus()
    (file,) = find(stick)
    assert file.scanned().header.station == "510704105209"
    assert damaged.database.read_bytes() == before
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_what_is_missing_or_wrong_is_said_at_its_field(
    qtbot: QtBot, view: SignInView, settled: Wait, stick: Path, damaged: StationPaths
) -> None:
    dialog = view.open_rescue()
    qtbot.keyClick(dialog.go, Qt.Key.Key_Space)
    assert note(dialog.password) == "请输入密码。"
    qtbot.keyClicks(dialog.password, "falsch")
    dialog.folder.clear()
    qtbot.keyClick(dialog.go, Qt.Key.Key_Space)
    assert "U盘" in note(dialog.folder)
    typed(qtbot, dialog, stick)
    assert not dialog.go.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    settled()
    assert "密码不对" in note(dialog.password)
    dialog.password.setText(PASSWORD)
    typed(qtbot, dialog, damaged.home)
    settled()
    assert "数据文件夹" in note(dialog.folder)
    typed(qtbot, dialog, stick / "gone")
    settled()
    assert "找不到" in dialog.told.toPlainText()


def note(widget: QWidget) -> str:
    """What stands at a field."""
    found = FieldNote.at(widget)
    return found.text() if found is not None else ""


def test_a_wrong_password_alone_offers_nothing(qtbot: QtBot, view: SignInView, settled: Wait) -> None:
    qtbot.keyClicks(view.password, "falsch")
    qtbot.keyClick(view.password, Qt.Key.Key_Return)
    settled()
    assert not view.rescue.isVisible()


def test_a_disk_that_takes_nothing_is_told_with_the_way_out(
    qtbot: QtBot,
    qapp: QApplication,
    roster: Roster,
    workplace: Workplace,
    monkeypatch: pytest.MonkeyPatch,
    stick: Path,
    undressed: object,
) -> None:
    def refuse(paths: StationPaths) -> None:
        raise Unavailable("磁盘只读。", "EROFS")

    def press_rescue() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box.text())
        next(button for button in box.buttons() if button.text().endswith("(&X)")).click()

    def at_the_keyboard(dialog: RescueDialog) -> None:
        dialog.show()
        dialog.password.setText(PASSWORD)
        typed(qtbot, dialog, stick)
        qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
        seen.append(dialog.told.toPlainText())
        dialog.reject()

    seen: list[str] = []
    monkeypatch.setattr(StationPaths, "prepare", refuse)
    monkeypatch.setattr(RescueDialog, "exec", at_the_keyboard)
    QTimer.singleShot(0, press_rescue)
    assert window.run(workplace.paths, workplace.clock, []) == window.CANNOT_START
    assert seen[0] == "磁盘只读。"
    assert "已救出 1 条" in seen[1]
    assert len(find(stick)) == 1
