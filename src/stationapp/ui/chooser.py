"""Trying the program out: choose one of the demonstration's stations and open its window, as at three PCs."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QGridLayout, QGroupBox, QLabel, QPushButton, QVBoxLayout, QWidget

from stationapp.services.roster import read_roster
from stationapp.ui.application import make_application
from stationapp.ui.words import PRODUCT

_INTRODUCTION = (
    "这是内置县级平台的试用环境：一个村、它的乡镇和县里各有一台“电脑”。\n"
    "打开哪个窗口，就是坐在哪台电脑前。人员和办件都是虚构的，关闭后数据保留，下次可以接着用。"
)
_FIRST = "village"
_OTHERS = "还有其他部门的 {} 人，姓名和密码见程序的说明（README）。"
COLUMNS = 2
MOST_PEOPLE = 6  # The county's window, and the department that decides the case the manual leads through.


def choose_station(homes: Mapping[str, Path], passwords: Mapping[str, str]) -> int:
    """Show the chooser until it is closed; the first station's window opens by itself."""
    app = make_application([])
    chooser = ChooserView(homes, passwords)
    chooser.show()
    chooser.open_station(_FIRST)
    return app.exec()


class ChooserView(QWidget):
    """One box per station: its name, who may sign in with which password, a button that opens its window."""

    def __init__(self, homes: Mapping[str, Path], passwords: Mapping[str, str]) -> None:
        super().__init__()
        self.setObjectName("ChooserView")
        self.setWindowTitle(f"试用 · {PRODUCT}")
        self._homes = dict(homes)
        self._windows: dict[str, QProcess] = {}
        self._note = QLabel("", self)
        self._note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(QLabel(_INTRODUCTION, self))
        for key, home in self._homes.items():
            layout.addWidget(self._box(key, home, passwords))
        layout.addWidget(self._note)

    def open_station(self, key: str) -> None:
        """Open a station's window in a process of its own, once."""
        if key in self._windows:
            self._note.setText("这个站点的窗口已经打开。")
            return
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedChannels)
        process.finished.connect(lambda *_: self._closed(key))
        process.errorOccurred.connect(lambda *_: self._closed(key))
        self._windows[key] = process
        self._note.setText("")
        process.start(sys.executable, ["-m", "stationapp.cli", "--home", str(self._homes[key])])

    def closeEvent(self, event: QCloseEvent) -> None:
        """The hub ends with the chooser, so the stations' windows are closed first."""
        if self._windows:
            self._note.setText("请先关闭已经打开的站点窗口，再关闭本窗口。")
            event.ignore()
            return
        event.accept()

    def _box(self, key: str, home: Path, passwords: Mapping[str, str]) -> QGroupBox:
        roster = read_roster(home)
        box = QGroupBox(roster.station if roster else key, self)
        inside = QVBoxLayout(box)
        people = QGridLayout()
        people.setHorizontalSpacing(32)
        everybody = roster.people if roster else ()
        for number, row in enumerate(everybody[:MOST_PEOPLE]):
            desks = "、".join(
                dict.fromkeys(choice.desk for choice in row.choices if choice.desk != box.title())
            )
            words = f"{row.name}（{desks}{row.posts}）　密码 {passwords.get(row.login, '')}"
            people.addWidget(QLabel(words, box), *divmod(number, COLUMNS))
        inside.addLayout(people)
        if len(everybody) > MOST_PEOPLE:
            others = QLabel(_OTHERS.format(len(everybody) - MOST_PEOPLE), box)
            others.setObjectName("Muted")
            inside.addWidget(others)
        button = QPushButton("打开窗口", box)
        button.setAccessibleName(f"打开{box.title()}的窗口")
        button.clicked.connect(lambda: self.open_station(key))
        inside.addWidget(button)
        return box

    def _closed(self, key: str) -> None:
        process = self._windows.pop(key, None)
        if process is not None:
            process.deleteLater()
