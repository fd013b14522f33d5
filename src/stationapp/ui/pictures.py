"""Pictures of the real windows in use, for the demonstration and for looking at them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from stationapp.platform.unavailable import Unavailable
from stationapp.services.roster import read_roster
from stationapp.services.workplace import Workplace
from stationapp.ui.application import make_application, screenshot, settle
from stationapp.ui.batches_view import BatchesView
from stationapp.ui.bus import Bus
from stationapp.ui.context import Context
from stationapp.ui.main_window import MainWindow
from stationapp.ui.messages import Messages
from stationapp.ui.sign_in_view import SignInView
from stationapp.ui.tasks import Tasks

SIZE = (1366, 768)  # The screen of an ordinary station PC.


class Photographer:
    """Opens the main window for a workplace, lets it settle, saves what it shows, and leaves the store open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._app = make_application([])
        folder.mkdir(parents=True, exist_ok=True)

    def window(self, workplace: Workplace, name: str, prepare: Callable[[MainWindow], None]) -> Path:
        """Save the main window as `prepare` leaves it."""
        owner = QObject()
        messages = Messages(workplace.paths.crash, workplace.clock, owner)
        tasks = Tasks(messages, owner)
        window = MainWindow(Context(workplace, tasks, Bus(owner), messages))
        try:
            window.resize(*SIZE)
            window.show()
            settle(tasks)
            prepare(window)
            settle(tasks)
            return self._save(window, name, tasks)
        finally:
            tasks.close()
            _discard(window)
            _discard(owner)

    def batches(self, workplace: Workplace, name: str, *, arrived: bool) -> Path:
        """Save the batches that went out, or those to be signed for."""

        def prepare(window: MainWindow) -> None:
            window.show_place("batches")
            page = window.page("batches")
            if isinstance(page, BatchesView):
                page.tabs.setCurrentWidget(page.sign_tab if arrived else page.send_tab)

        return self.window(workplace, name, prepare)

    def sign_in(self, workplace: Workplace, name: str) -> Path:
        """Save the sign-in window of a station."""
        owner = QObject()
        messages = Messages(workplace.paths.crash, workplace.clock, owner)
        tasks = Tasks(messages, owner)
        roster = read_roster(workplace.paths.home)
        if roster is None:
            raise Unavailable("本机尚未登记。", "no roster")
        view = SignInView(roster, workplace.paths, workplace.clock, tasks, messages)
        try:
            view.resize(980, 680)
            view.show()
            settle(tasks)
            return self._save(view, name, tasks)
        finally:
            tasks.close()
            _discard(view)
            _discard(owner)

    def _save(self, view: QWidget, name: str, tasks: Tasks) -> Path:
        path = self._folder / f"{name}.png"
        screenshot(view, path, tasks)
        return path


def _discard(thing: QObject) -> None:
    """Delete at once: the next picture must not find what belonged to this one."""
    if isinstance(thing, QWidget):
        thing.hide()
    thing.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
