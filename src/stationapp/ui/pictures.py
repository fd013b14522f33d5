"""Pictures of the real windows in use, for the demonstration and for looking at them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from stationapp.domain.case_flow import TABLE
from stationapp.platform.unavailable import Unavailable
from stationapp.services.changed import Changed, Kind
from stationapp.services.roster import read_roster
from stationapp.services.synchronise import SyncPicture, SyncWorker, start
from stationapp.services.workplace import Workplace
from stationapp.ui.application import make_application, screenshot, settle
from stationapp.ui.batches_view import BatchesView
from stationapp.ui.bus import Bus
from stationapp.ui.case_view import CaseView
from stationapp.ui.context import Context
from stationapp.ui.main_window import MainWindow
from stationapp.ui.messages import Messages
from stationapp.ui.new_case_view import NewCaseView
from stationapp.ui.sign_in_view import SignInView
from stationapp.ui.tasks import Tasks

SIZE = (1366, 768)  # The screen of an ordinary station PC.


class FirstRound(QObject):
    """Hears the sync worker, in its thread, and lets the window's thread wait for the end of its first round."""

    _over = Signal()

    def __init__(self, workplace: Workplace, bus: Bus, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace, self._bus = workplace, bus
        self._is_over = False
        self._loop = QEventLoop(self)
        self._over.connect(self._note, Qt.ConnectionType.QueuedConnection)

    def hear(self, seen: SyncPicture, changed: Changed) -> None:
        """What the worker calls."""
        if Kind.REFERENCES in changed.kinds:
            self._workplace.refresh()
        self._bus.tell_from_thread(changed)
        if not seen.running:
            self._over.emit()

    def wait(self) -> None:
        """Wait, with a living window."""
        if not self._is_over:
            self._loop.exec()

    def _note(self) -> None:
        self._is_over = True
        self._loop.quit()


def _tell_qt_message(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Pass on what Qt has to say, but for what the offscreen screen says of every window: that it has no manager."""
    if "propagateSizeHints" not in text:
        sys.stderr.write(f"{text}\n")


class Photographer:
    """Opens the windows of a workplace, lets them settle, saves what they show, and leaves the store open.

    The main window syncs as it does in use: the first round has ended, well or not, when the picture is taken.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        qInstallMessageHandler(_tell_qt_message)
        self._app = make_application([])
        folder.mkdir(parents=True, exist_ok=True)

    def window(self, workplace: Workplace, name: str, prepare: Callable[[MainWindow], None]) -> Path:
        """Save the main window as `prepare` leaves it."""
        with self._open(workplace) as window:
            prepare(window)
            return self._save(window, name, window.context.tasks)

    def move(self, workplace: Workplace, case_id: str, move: str, name: str) -> Path:
        """Save the dialog in which a move is made on a case."""
        return self._dialog(workplace, case_id, name, lambda page: page.open_move(TABLE[move]))

    def paper(self, workplace: Workplace, case_id: str, paper: str, name: str) -> Path:
        """Save the preview of a case's newest paper of that name."""

        def make(page: CaseView) -> QDialog | None:
            offers = page.details.papers if page.details else ()
            newest = [offer for offer in offers if offer.name == paper]
            return page.open_paper(newest[-1]) if newest else None

        return self._dialog(workplace, case_id, name, make)

    def search(self, workplace: Workplace, name: str, typed: str) -> Path:
        """Save the search for a service item with something typed."""

        def prepare(window: MainWindow) -> None:
            window.show_place("new_case")
            page = window.page("new_case")
            if isinstance(page, NewCaseView):
                page.search.look_for(typed)

        return self.window(workplace, name, prepare)

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

    def _dialog(
        self, workplace: Workplace, case_id: str, name: str, make: Callable[[CaseView], QDialog | None]
    ) -> Path:
        with self._open(workplace) as window:
            window.show_case(case_id)
            settle(window.context.tasks)
            page = window.stack.currentWidget()
            dialog = make(page) if isinstance(page, CaseView) else None
            if dialog is None:
                raise LookupError(name)
            settle(window.context.tasks)
            return self._save(dialog, name, window.context.tasks)

    @contextmanager
    def _open(self, workplace: Workplace) -> Iterator[MainWindow]:
        owner = QObject()
        messages = Messages(workplace.paths.crash, workplace.clock, owner)
        tasks, bus = Tasks(messages, owner), Bus(owner)
        with _syncing(workplace, bus, owner) as worker:
            window = MainWindow(Context(workplace, tasks, bus, messages, worker))
            try:
                window.resize(*SIZE)
                window.show()
                settle(tasks)
                yield window
            finally:
                tasks.close()
                _discard(window)
        _discard(owner)

    def _save(self, view: QWidget, name: str, tasks: Tasks) -> Path:
        path = self._folder / f"{name}.png"
        screenshot(view, path, tasks)
        return path


@contextmanager
def _syncing(workplace: Workplace, bus: Bus, owner: QObject) -> Iterator[SyncWorker]:
    """Sync in the background, from the end of the first round on."""
    first = FirstRound(workplace, bus, owner)
    worker = start(workplace, first.hear)
    try:
        first.wait()
        yield worker
    finally:
        worker.stop()


def _discard(thing: QObject) -> None:
    """Delete at once: the next picture must not find what belonged to this one."""
    if isinstance(thing, QWidget):
        thing.hide()
    thing.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
