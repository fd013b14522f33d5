"""Starts the window: the sign-in window at once, the heavy parts while the password is typed."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QLibraryInfo, QObject, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from stationapp.platform.atomic_files import copy_of
from stationapp.platform.clock import Clock
from stationapp.platform.crash_reports import CrashHooks
from stationapp.platform.fonts import find_fonts
from stationapp.platform.logs import close_log, open_log
from stationapp.platform.paths import StationPaths, set_private_umask
from stationapp.platform.single_instance import AlreadyOpen, claim_home
from stationapp.platform.unavailable import Unavailable
from stationapp.services.roster import roster_of
from stationapp.ui import input_method
from stationapp.ui.appearance import other_scale, read_scale, write_scale
from stationapp.ui.messages import Messages, Notice, Weight
from stationapp.ui.paint_watch import PaintWatch
from stationapp.ui.sign_in_view import SignInView
from stationapp.ui.style import dress, dress_first, load_font, load_fonts
from stationapp.ui.tasks import Tasks
from stationapp.ui.words import PRODUCT

if TYPE_CHECKING:
    from stationapp.services.changed import Changed
    from stationapp.services.synchronise import SyncPicture, SyncWorker
    from stationapp.services.workplace import Workplace
    from stationapp.ui.bus import Bus

CANNOT_START = 3
FIRST_PAINT = "first window painted"
_FIRST_SIZE = (1024, 728)
_log = logging.getLogger(__name__)


def run(paths: StationPaths, clock: Clock, argv: Sequence[str]) -> int:
    """Show the program's window until it is closed; returns the exit code.

    0 after closing, 3 when the home cannot be used: another window has it, or the disk does not let us. The
    person was told then.
    """
    app = _bare_application(argv)
    set_private_umask()
    try:
        paths.prepare()
        lock = claim_home(paths.lock)
        log = open_log(paths.logs)
    except Unavailable as trouble:
        return _cannot_start(app, trouble, paths, clock)
    station = Station(app, paths, clock)
    hooks = CrashHooks(paths.crash, clock, station.messages.crashed.emit)
    hooks.install()
    try:
        try:
            station.start()
        except Unavailable as trouble:
            return _cannot_start(app, trouble, paths, clock)
        return app.exec()
    finally:
        station.close()
        hooks.remove()
        close_log(log)
        lock.release()


def _cannot_start(app: QApplication, trouble: Unavailable, paths: StationPaths, clock: Clock) -> int:
    """Say why; where the disk is the trouble, what was done here can still be taken to the county."""
    from PySide6.QtWidgets import QMessageBox

    from stationapp.ui.rescue_dialog import RESCUE, rescue_alone, roster_to_rescue

    dress(app, load_fonts(find_fonts()))
    box = QMessageBox(QMessageBox.Icon.Critical, PRODUCT, trouble.text, QMessageBox.StandardButton.Ok)
    roster = None if isinstance(trouble, AlreadyOpen) else roster_to_rescue(paths)
    rescue = box.addButton(RESCUE, QMessageBox.ButtonRole.ActionRole) if roster else None
    box.exec()
    if roster is not None and box.clickedButton() is rescue:
        rescue_alone(roster, paths, clock)
    return CANNOT_START


def make_application(argv: Sequence[str], scale: float = 1.0) -> QApplication:
    """The one QApplication, in Chinese and in the house's dress; the present one if there is one."""
    app = _bare_application(argv)
    dress(app, load_fonts(find_fonts()), scale)
    return app


def _bare_application(argv: Sequence[str]) -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        input_method.prepare(os.environ, sys.platform)
        # Named here, Qt makes the style itself; through setStyle Python would first learn all about styles.
        app = QApplication([PRODUCT, "-style", "fusion", *argv])
    app.setApplicationName("stationapp")
    app.setApplicationDisplayName(PRODUCT)
    app.installTranslator(FileKinds(app))  # Asked last, for what the others do not know.
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    return app


class FileKinds(QTranslator):
    """The kinds of files in Qt's own file dialog, which its translations leave in English."""

    def translate(self, context: str, source: str, _meaning: str | None = None, _count: int = -1) -> str:
        """Return the words of one of them, anything else as it is."""
        return _FILE_KINDS.get(source, source) if context == "QAbstractFileIconProvider" else source

    def isEmpty(self) -> bool:
        return False


_FILE_KINDS = {
    "Drive": "磁盘",
    "File": "文件",
    "%1 File": "%1 文件",
    "Folder": "文件夹",
    "File Folder": "文件夹",
    "Shortcut": "快捷方式",
    "Alias": "快捷方式",
    "Unknown": "未知",
}


def screenshot(view: QWidget, path: Path, tasks: Tasks | None = None) -> None:
    """Save what `view` shows as PNG; with `tasks`, after everything under way has been shown."""
    view.ensurePolished()
    if tasks is not None:
        settle(tasks)
    QApplication.processEvents()
    if not view.grab().save(str(path)):
        raise Unavailable("屏幕截图没有写成，请检查磁盘。", "screenshot")


def settle(tasks: Tasks) -> None:
    """Wait, with a living window, until every result has been shown."""
    QApplication.processEvents()
    while not tasks.idle:
        loop = QEventLoop()
        tasks.busy_changed.connect(loop.quit)
        loop.exec()
        QApplication.processEvents()


class Station(QObject):
    """Leads from signing in to the main window and back."""

    def __init__(self, app: QApplication, paths: StationPaths, clock: Clock) -> None:
        super().__init__(app)
        self._app, self._paths, self._clock = app, paths, clock
        self.messages = Messages(paths.crash, clock, self)
        self.messages.crashed.connect(self._show_crash)
        self.window: QWidget | None = None
        self._tasks: Tasks | None = None
        self._scale = read_scale(paths.settings)
        dress_first(app, load_font(find_fonts().regular), self._scale)

    def start(self) -> None:
        """Show who may sign in, or how to enrol, and load the rest as soon as that is painted."""
        self._close_tasks()
        tasks = self._tasks = Tasks(self.messages, self)
        self._show_first(tasks)

    def close(self) -> None:
        """Join what still runs before the program ends."""
        self._close_tasks()

    def _load_rest(self) -> None:
        """What the first picture could do without: bold and rare letters, and the parts behind signing in."""
        _log.info(FIRST_PAINT)
        dress(self._app, load_fonts(find_fonts()), self._scale)
        if self._tasks is not None:
            self._tasks.read(preload, owner=self)

    def _show_first(self, tasks: Tasks) -> None:
        said = self._ordered(tasks)
        roster = roster_of(self._paths)
        if roster is None:
            from stationapp.ui.enrol_view import EnrolView

            enrol = EnrolView(self._paths, self._clock, tasks, self.messages)
            enrol.enrolled.connect(lambda: self._show_first(tasks))
            self._show(enrol, PRODUCT)
            self._say(said)
            return
        view = SignInView(roster, self._paths, self._clock, tasks, self.messages)
        view.signed_in.connect(self._signed_in)
        self._show(view, f"{roster.station} · {PRODUCT}")
        self._say(said)

    def _ordered(self, tasks: Tasks) -> str:
        """What became of this PC by order of the county; almost always nothing, and then nothing is loaded."""
        order = self._paths.county_order
        if not order.exists() and not copy_of(order).exists():
            return ""
        from stationapp.services.lost_pc import finish, tell_hub

        said = finish(self._paths)
        tasks.read(lambda: tell_hub(self._paths, self._clock), owner=self)
        return said

    def _say(self, text: str) -> None:
        """Put what the county ordered over the first window; it stays until it is read."""
        if text:
            self.messages.noticed.emit(Notice(Weight.UNAVAILABLE, text))

    def _show(self, view: QWidget, title: str) -> None:
        before, self.window = self.window, view
        PaintWatch(view).painted.connect(self._load_rest)
        view.setWindowTitle(title)
        view.resize(*_FIRST_SIZE)
        view.show()
        view.setFocus()
        if before is not None:
            before.close()
            before.deleteLater()

    def _signed_in(self, workplace: Workplace) -> None:
        """Start the sync worker, off this thread like everything slow; without it one works all the same."""
        from stationapp.services.changed import Kind
        from stationapp.ui.bus import Bus

        tasks, bus = self._tasks, Bus(self)
        if tasks is None:
            raise RuntimeError("signed in without tasks")

        def on_change(picture: SyncPicture, changed: Changed) -> None:
            if picture.ordered:
                bus.end_session_from_thread()
            if Kind.REFERENCES in changed.kinds:
                workplace.refresh()
            bus.tell_from_thread(changed)

        def work() -> SyncWorker:
            from stationapp.services.attendance import begin_session
            from stationapp.services.synchronise import start

            try:
                begin_session(workplace)
            except Unavailable as trouble:  # It is told, and keeps nobody from working.
                workplace.notice = "\n".join(filter(None, (workplace.notice, trouble.text)))
            return start(workplace, on_change)

        def failed(error: Exception) -> None:
            self._open(workplace, bus, None)
            self.messages.bad_news(error)

        tasks.read(work, lambda worker: self._open(workplace, bus, worker), failed, owner=self)

    def _open(self, workplace: Workplace, bus: Bus, worker: SyncWorker | None) -> None:
        from stationapp.ui.context import Context
        from stationapp.ui.main_window import MainWindow

        self._close_tasks()
        tasks = self._tasks = Tasks(self.messages, self)
        if worker is not None:
            bus.acted.connect(worker.send_now)
        window = MainWindow(Context(workplace, tasks, bus, self.messages, worker))
        window.size_wanted.connect(self.change_size)
        window.left.connect(self._left)
        before, self.window = self.window, window
        window.showMaximized()
        if workplace.notice:
            self.messages.noticed.emit(
                Notice(Weight.UNAVAILABLE, workplace.notice)
            )  # It stays until it is read.
        if before is not None:
            before.close()
            before.deleteLater()

    def _left(self, quits: bool) -> None:
        if quits:
            self._app.quit()
        else:
            self.start()

    def change_size(self) -> None:
        """Go over to the other size of letters and keep it."""
        self._scale = other_scale(self._scale)
        dress(self._app, load_fonts(find_fonts()), self._scale)
        try:
            write_scale(self._paths.settings, self._scale)
        except Unavailable as trouble:
            self.messages.unavailable(trouble)

    def _show_crash(self, report: Path | None) -> None:
        from stationapp.ui.crash_window import CrashWindow

        CrashWindow(report, self.window).open()

    def _close_tasks(self) -> None:
        if self._tasks is not None:
            self._tasks.close()
            self._tasks = None


def preload() -> None:
    """Import what signing in and the main window need, while the password is being typed."""
    import stationapp.services.session
    import stationapp.services.synchronise
    import stationapp.services.worklists  # noqa: F401 - loading is the purpose.
