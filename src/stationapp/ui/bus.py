"""Tells every screen what changed and who wants to go where; no screen asks the store "what is new?"."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from stationapp.services.changed import Changed, Kind

# The initiator of what the hub told: nothing of it is to be sent.
FROM_HUB = object()


class Bus(QObject):
    """`changed(Changed, initiator)`: an act changed something; the initiator need not redraw itself.

    `acted()`: a person's act waits to be sent to the hub.
    The other signals are wishes that the main window fulfils: open a case, show a worklist of cases, go on
    with a draft, start a new case, or one of an item, hand over a batch, go back to where one came from, sign in anew.
    """

    changed = Signal(object, object)
    acted = Signal()
    case_wanted = Signal(str)
    worklist_wanted = Signal(str)
    draft_wanted = Signal(str)
    new_case_wanted = Signal()
    item_wanted = Signal(str)
    batches_wanted = Signal()
    back_wanted = Signal()
    session_over = Signal()
    _arrived = Signal(object)
    _ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self.session_over, Qt.ConnectionType.QueuedConnection)
        self.changed.connect(self._notice_act)

    def tell(self, changed: Changed, initiator: object = None) -> None:
        """Tell a change; from the window's thread."""
        self.changed.emit(changed, initiator)

    def tell_from_thread(self, changed: Changed) -> None:
        """Tell a change from any thread, such as the synchronising one; the screens hear it in theirs."""
        self._arrived.emit(changed)

    def end_session_from_thread(self) -> None:
        """End the session, from any thread: the county ordered it."""
        self._ended.emit()

    def _pass_on(self, changed: Changed) -> None:
        self.changed.emit(changed, FROM_HUB)

    def _notice_act(self, changed: Changed, initiator: object) -> None:
        if initiator is not FROM_HUB and Kind.OUTBOX in changed.kinds:
            self.acted.emit()
