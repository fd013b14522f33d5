"""From the command to the window: what is loaded when, who is told what, and in and out again."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from hubprotocol.keys import KdfParams, derive_person_keys, public_of
from stationapp.platform.clock import SystemClock
from stationapp.platform.fonts import find_fonts
from stationapp.platform.paths import StationPaths
from stationapp.platform.single_instance import claim_home
from stationapp.platform.vault import Sealer, Vault
from stationapp.services import session
from stationapp.services.hub_address import set_hub_address
from stationapp.services.roster import PostChoice, RosterEntry, write_roster
from stationapp.services.workplace import Workplace
from stationapp.store.records import SignIn
from stationapp.ui.application import CANNOT_START, Station, run
from stationapp.ui.crash_window import CrashWindow
from stationapp.ui.enrol_view import EnrolView
from stationapp.ui.main_window import MainWindow
from stationapp.ui.sign_in_view import SignInView
from stationapp.ui.style import load_font, load_fonts
from workplaces import DATA_KEY

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "sqlmodel",
    "sqlalchemy",
    "httpx",
    "keyring",
    "reportlab",
    "alembic",
    "nacl",
    "pypdfium2",
    "zstandard",
)
PASSWORD = "cunmin-1"  # noqa: S105 - an invented person of the tests.
# The discard port of this machine: the connection is refused at once.
NOBODY_THERE = "https://127.0.0.1:9"
PROGRAM = """
    import sys
    from pathlib import Path
    from stationapp.app import open_window
    from stationapp.ui import application

    def tell():
        print("shown", *sorted(set(sys.modules) & set({heavy!r})))
        app.quit()

    application.preload = lambda: None
    from PySide6.QtCore import QEvent, QTimer
    from PySide6.QtWidgets import QApplication
    app = application.make_application([])
    seen = application.SignInView.paintEvent
    def paint(self, event):
        seen(self, event)
        QTimer.singleShot(0, tell)
    application.SignInView.paintEvent = paint
    sys.exit(open_window(Path(sys.argv[1])))
"""


def test_nothing_heavy_is_loaded_before_the_sign_in_window_is_painted(tmp_path: Path) -> None:
    home = tmp_path / "home"
    StationPaths.at(home).prepare()
    write_roster(home, "抗香村便民服务室", [RosterEntry("p-agent", "wuyan", "吴䶮", "代办员")])
    program = textwrap.dedent(PROGRAM.format(heavy=HEAVY))
    done = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=dict(os.environ, PYTHONPATH=f"{ROOT / 'src'}:{ROOT / 'sync'}"),
    )
    assert (done.returncode, done.stdout.splitlines()[:1]) == (0, ["shown"]), done.stderr


@pytest.fixture
def home(workplace: Workplace) -> StationPaths:
    """A home into which the agent can sign in."""
    workplace.store.close()
    cheap, salt = KdfParams(1, 8 * 1024), bytes(16)
    public = public_of(derive_person_keys(PASSWORD, salt, cheap))
    Vault.create(
        workplace.paths.home,
        [Sealer("p-agent", public.box_public, salt, cheap)],
        lambda count: DATA_KEY[:count],
    )
    posts = (PostChoice("agent", "代办员", "抗香村便民服务室"),)
    write_roster(
        workplace.paths.home, "抗香村便民服务室", [RosterEntry("p-agent", "wuyan", "吴䶮", "代办员", posts)]
    )
    return workplace.paths


def test_one_signs_in_works_signs_out_and_closes(
    qtbot: QtBot, qapp: QApplication, home: StationPaths, undressed: object
) -> None:
    set_hub_address(home, NOBODY_THERE)
    station, window = sign_in(qtbot, qapp, home)
    assert window.context.sync is not None
    qtbot.waitUntil(lambda: "联系不上县级平台，不影响办件" in window.strip.state.text(), timeout=20_000)
    assert window.context.workplace.person.person_id == "p-agent"
    window.leave(quits=False)
    qtbot.waitUntil(lambda: isinstance(station.window, SignInView), timeout=20_000)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(window)
    station.close()
    shut(station)
    assert [(row.post, row.until_at is not None) for row in sessions_of_today(home)] == [("agent", True)]


def sessions_of_today(home: StationPaths) -> list[SignIn]:
    """Who has been at this PC today, as is kept for the list of attendance."""
    workplace = session.sign_in(home, SystemClock(), "p-agent", PASSWORD)
    try:
        with workplace.store.read() as unit:
            return unit.sign_ins.of_day(workplace.now().date().isoformat())
    finally:
        session.sign_out(workplace)


def test_a_wrong_hub_address_is_told_and_does_not_keep_one_from_working(
    qtbot: QtBot, qapp: QApplication, home: StationPaths, undressed: object
) -> None:
    set_hub_address(home, "nonsense")
    station, window = sign_in(qtbot, qapp, home)
    assert window.context.sync is None
    assert any("https://" in label.text() for label in window.findChildren(QLabel))
    window.leave(quits=False)
    qtbot.waitUntil(lambda: isinstance(station.window, SignInView), timeout=20_000)
    station.close()
    shut(station)


def sign_in(qtbot: QtBot, qapp: QApplication, home: StationPaths) -> tuple[Station, MainWindow]:
    """Sign in as the agent and return the main window that opens."""
    station = Station(qapp, home, SystemClock())
    station.start()
    view = station.window
    assert isinstance(view, SignInView)
    view.password.setText(PASSWORD)
    view.sign_in()
    qtbot.waitUntil(lambda: isinstance(station.window, MainWindow), timeout=20_000)
    window = station.window
    assert isinstance(window, MainWindow)
    return station, window


def shut(station: Station) -> None:
    """Take a station's last window away."""
    if station.window is not None:
        station.window.close()
        station.window.deleteLater()
    QApplication.processEvents()
    station.deleteLater()


def test_a_home_nobody_knows_offers_enrolment(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, undressed: object
) -> None:
    paths = StationPaths.at(tmp_path / "fresh")
    paths.prepare()
    station = Station(qapp, paths, SystemClock())
    station.start()
    view = station.window
    assert isinstance(view, EnrolView)
    write_roster(paths.home, "抗香村便民服务室", [RosterEntry("p-agent", "wuyan", "吴䶮", "代办员")])
    view.enrolled.emit()
    assert isinstance(station.window, SignInView)
    station.close()
    shut(station)


def test_bold_and_rare_letters_and_the_version_come_after_the_first_paint(
    qtbot: QtBot, qapp: QApplication, home: StationPaths, undressed: object
) -> None:
    station = Station(qapp, home, SystemClock())
    assert qapp.font().families() == list(load_font(find_fonts().regular))
    station.start()
    view = station.window
    assert isinstance(view, SignInView)
    qtbot.waitUntil(lambda: view.people.font().families() == load_fonts(find_fonts()))
    qtbot.waitUntil(lambda: any(label.text().startswith("版本") for label in view.findChildren(QLabel)))
    station.close()
    shut(station)


def test_a_bug_opens_the_crash_window_and_work_goes_on(
    qtbot: QtBot, qapp: QApplication, home: StationPaths, undressed: object
) -> None:
    station = Station(qapp, home, SystemClock())
    station.start()
    station.messages.bug(ZeroDivisionError())
    windows = [window for window in qapp.topLevelWidgets() if isinstance(window, CrashWindow)]
    assert len(windows) == 1
    assert "ZeroDivisionError" in windows[0].text.toPlainText()
    windows[0].accept()
    station.close()
    shut(station)


def test_the_size_of_the_letters_is_changed_and_kept(
    qtbot: QtBot, qapp: QApplication, home: StationPaths, undressed: object
) -> None:
    station = Station(qapp, home, SystemClock())
    before = qapp.font().pointSizeF()
    station.change_size()
    assert qapp.font().pointSizeF() > before
    again = Station(qapp, home, SystemClock())
    assert qapp.font().pointSizeF() > before
    for each in (station, again):
        each.deleteLater()


def press_ok(seen: list[str]) -> Callable[[], None]:
    """Reads the message box that stands and puts it away."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box.text())
        box.accept()

    return press


def test_a_second_window_on_the_same_home_says_so(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, undressed: object
) -> None:
    paths = StationPaths.at(tmp_path / "home")
    paths.prepare()
    seen: list[str] = []
    with claim_home(paths.lock):
        QTimer.singleShot(0, press_ok(seen))
        assert run(paths, SystemClock(), []) == CANNOT_START
    assert "已经打开" in seen[0]


def test_a_roster_that_cannot_be_read_or_made_anew_is_told(
    qtbot: QtBot, qapp: QApplication, home: StationPaths, undressed: object
) -> None:
    for file in home.home.glob("roster.json*"):
        file.write_bytes(b"{")
    seen: list[str] = []
    QTimer.singleShot(0, press_ok(seen))
    assert run(home, SystemClock(), []) == CANNOT_START
    assert "人员名单已损坏" in seen[0]


def test_what_was_mended_stands_in_the_main_window(
    qtbot: QtBot, qapp: QApplication, home: StationPaths, undressed: object
) -> None:
    set_hub_address(home, NOBODY_THERE)
    home.vault.write_bytes(b"{")
    station, window = sign_in(qtbot, qapp, home)
    assert any("已改用备份副本" in label.text() for label in window.findChildren(QLabel))
    window.leave(quits=False)
    qtbot.waitUntil(lambda: isinstance(station.window, SignInView), timeout=20_000)
    station.close()
    shut(station)
