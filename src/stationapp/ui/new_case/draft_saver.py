"""Saves a draft while it is typed, so that a pulled plug takes a second's work at most."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from stationapp.services.changed import Changed
from stationapp.services.intake import Draft, save_draft
from stationapp.ui.context import Context

INTERVAL = 700  # milliseconds between a key stroke and its safe-keeping, at the most


class DraftSaver(QObject):
    """Saves what `snapshot` returns after each change.

    The time runs from the first unsaved key stroke and is not put off by the next: who types without a pause is saved
    all the same. `saved` and `failed` (the exception) tell the outcome.
    """

    saved = Signal()
    failed = Signal(object)

    def __init__(self, context: Context, snapshot: Callable[[], Draft], parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._snapshot = snapshot
        self._stopped = False
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL)
        self._timer.timeout.connect(self.save)

    @property
    def is_waiting(self) -> bool:
        """Whether something typed is not yet on its way to the disk."""
        return self._timer.isActive()

    def touch(self) -> None:
        """Something was typed."""
        if not self._stopped and not self._timer.isActive():
            self._timer.start()

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save now; `then` follows when it is on disk."""
        self._timer.stop()
        if self._stopped:
            return
        workplace, draft = self._context.workplace, self._snapshot()
        self._context.tasks.run(
            lambda: save_draft(workplace, draft),
            lambda changed: self._saved(changed, then),
            self.failed.emit,
            owner=self,
        )

    def stop(self) -> None:
        """Save nothing more: the draft became a case or was thrown away. What is under way comes before that act."""
        self._stopped = True
        self._timer.stop()

    def resume(self) -> None:
        """Go on saving after an act that did not succeed."""
        self._stopped = False
        self.touch()

    def _saved(self, changed: Changed, then: Callable[[], None] | None) -> None:
        self.saved.emit()
        self._context.bus.tell(changed, self)
        if then is not None:
            then()
