"""The plug is pulled while somebody types: what was typed is offered when the program is started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from small_county import COUNTY_ITEM
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths
from stationapp.services.session import open_workplace
from stationapp.ui.desk_view import DeskView
from stationapp.ui.new_case.draft_saver import INTERVAL
from stationapp.ui.new_case.intake_page import IntakePage
from stationapp.ui.new_case_view import NewCaseView
from windows import at_rest, opened
from workplaces import make_workplace, unlocked

ROOT = Path(__file__).resolve().parents[2]
NAME = "何𡋾香"
# An agent's window: he chooses an item and types a name. It never ends by itself, and nobody leaves the screen.
TYPIST = """
    import sys
    from pathlib import Path
    from PySide6.QtCore import QObject
    from stationapp.platform.clock import SystemClock
    from stationapp.platform.paths import StationPaths
    from stationapp.services.session import open_workplace
    from stationapp.ui.application import make_application, settle
    from stationapp.ui.bus import Bus
    from stationapp.ui.context import Context
    from stationapp.ui.main_window import MainWindow
    from stationapp.ui.messages import Messages
    from stationapp.ui.tasks import Tasks
    from windows import type_in
    from workplaces import unlocked

    home, item, typed = sys.argv[1:]
    app, owner = make_application([]), QObject()
    paths = StationPaths.at(Path(home))
    workplace = open_workplace(paths, SystemClock(), "p-agent", unlocked())
    messages = Messages(paths.crash, workplace.clock, owner)
    tasks = Tasks(messages, owner)
    window = MainWindow(Context(workplace, tasks, Bus(owner), messages))
    window.show()
    window.activateWindow()
    window.show_place("new_case")
    page = window.page("new_case")
    page.search.look_for(item)
    settle(tasks)
    page.search.hits.itemActivated.emit(page.search.hits.item(0))
    page.page.form.applicant.name_field.editor.setFocus()
    page.page.saver.saved.connect(lambda: print("saved", flush=True))
    type_in(typed)
    app.exec()
"""


@contextmanager
def somebody_typing(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process type the name into its window."""
    search = os.pathsep.join(str(ROOT / part) for part in ("src", "sync", "tests"))
    line = [sys.executable, "-c", textwrap.dedent(TYPIST), str(home), COUNTY_ITEM, NAME]
    environment = {**os.environ, "PYTHONPATH": search, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills as only POSIX systems do")
def test_what_was_typed_is_offered_after_the_program_was_killed(qtbot: QtBot, tmp_path: Path) -> None:
    make_workplace(tmp_path).store.close()
    with somebody_typing(tmp_path) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        _, trouble = process.communicate()
    assert (said, process.returncode) == ("saved\n", -signal.SIGKILL), trouble
    workplace = open_workplace(StationPaths.at(tmp_path), SystemClock(), "p-agent", unlocked())
    with opened(workplace) as context:
        desk, view = DeskView(context), NewCaseView(context)
        for widget in (desk, view):
            qtbot.addWidget(widget)
        at_rest(qtbot, context)
        context.bus.draft_wanted.connect(view.resume)
        assert desk.drafts.count() == 1
        assert desk.drafts.item(0).text().startswith(f"{NAME}　临时救助")
        desk.drafts.itemActivated.emit(desk.drafts.item(0))
        qtbot.waitUntil(lambda: isinstance(view.page, IntakePage))
        page = view.page
        assert isinstance(page, IntakePage)
        editor = page.form.applicant.name_field.editor
        assert isinstance(editor, QLineEdit)
        assert editor.text() == NAME
        at_rest(qtbot, context)


def test_a_second_of_typing_is_lost_at_most() -> None:
    assert INTERVAL < 1000
