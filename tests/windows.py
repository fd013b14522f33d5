"""What a screen needs in a test: a real workplace, real threads, and keys sent to whatever has the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from stationapp.domain.case import Case
from stationapp.domain.catalogue import Catalogue, ServiceItem
from stationapp.domain.people import Applicant, HandedIn
from stationapp.services.intake import new_draft, receive
from stationapp.services.workplace import Workplace
from stationapp.ui.bus import Bus
from stationapp.ui.context import Context
from stationapp.ui.messages import Messages
from stationapp.ui.tasks import Tasks


@contextmanager
def opened(workplace: Workplace) -> Iterator[Context]:
    """Give a session at a workplace; at the end no bug may have been met, and the store is closed."""
    owner = QObject()
    messages = Messages(workplace.paths.crash, workplace.clock, owner)
    crashes: list[object] = []
    messages.crashed.connect(crashes.append)
    tasks = Tasks(messages, owner)
    try:
        yield Context(workplace, tasks, Bus(owner), messages)
    finally:
        tasks.close()
        workplace.store.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert crashes == [], [path.read_text("utf-8") for path in workplace.paths.crash.iterdir()]


def at_rest(qtbot: QtBot, context: Context) -> None:
    """Wait until everything asked for has been answered."""
    qtbot.waitUntil(lambda: context.tasks.idle)


def on_screen(qtbot: QtBot, view: QWidget) -> None:
    """Show a screen at the size of a station PC and give it the keyboard."""
    qtbot.addWidget(view)
    view.resize(1166, 720)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)


def show(qtbot: QtBot, view: QWidget) -> None:
    """Show a window and give it the keyboard."""
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    view.setFocus()


def focused() -> QWidget:
    """The widget that has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key in the active window, as the keyboard does: shortcuts come first."""
    window = focused().window().windowHandle()
    QTest.keyClick(window, key, modifier)


def type_in(text: str) -> None:
    """Type ASCII with keys, everything else as an input method commits it."""
    for character in text:
        if character.isascii():
            QTest.keyClicks(focused(), character)
        else:
            event = QInputMethodEvent("", [])
            event.setCommitString(character)
            QApplication.sendEvent(focused(), event)


def with_items(workplace: Workplace, *items: ServiceItem) -> Workplace:
    """Let a workplace's catalogue have these items instead."""
    catalogue = Catalogue(workplace.catalogue.version, workplace.catalogue.published_at, items)
    workplace.references = replace(workplace.references, catalogue=catalogue)
    return workplace


def carry(case_ids: list[str], sender: Workplace, receiver: Workplace) -> None:
    """Let every event of these cases be confirmed at both desks, as the hub would tell them."""
    with sender.store.read() as unit:
        histories = {case_id: unit.events.of_case(case_id) for case_id in case_ids}
    confirmed = [
        (revision, stored.event.at, stored.envelope, stored.event)
        for history in histories.values()
        for revision, stored in enumerate(history, 1)
    ]
    for workplace in (sender, receiver):
        with workplace.store.write() as unit:
            unit.events.apply_confirmed(confirmed)


def received(workplace: Workplace, code: str, applicant: Applicant, **form: object) -> Case:
    """Receive a case with all its materials, without a window."""
    item = workplace.catalogue.in_force(code, workplace.now().date())
    assert item is not None
    handed_in = tuple(
        HandedIn(row.material_id, row.name, row.originals, row.copies, 2, str(row.keeper))
        for row in item.materials
    )
    draft = new_draft(workplace, item)
    application = replace(
        draft.application, applicant=applicant, form=form, materials=handed_in, attorney="paper"
    )
    return receive(workplace, replace(draft, application=application))[0]
