"""Work that may take time, off the window's thread: writes one after the other, reads beside them.

What `work` does must not touch a widget; `done`, `failed` and `always` run in the window's thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from stationapp.ui.messages import Messages

Result = TypeVar("Result")
READERS = 2


@dataclass(eq=False, slots=True)
class Ticket:
    """One piece of work under way; `cancel` means that nobody waits for its result any more."""

    owner: QObject
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    always: Callable[[], None] | None
    cancelled: bool = field(default=False)

    def cancel(self) -> None:
        """Drop the result, whatever it will be. Work that was begun is finished all the same."""
        self.cancelled = True

    @property
    def wanted(self) -> bool:
        """Whether somebody is still there to take the result."""
        return not self.cancelled and isValid(self.owner)


class Tasks(QObject):
    """The bridge between the window's thread and the work.

    `run` takes acts: they are made one at a time, in the order asked for, and finished even while the program
    closes. `read` takes look-ups: two at a time, the waiting ones are dropped at the end.
    """

    busy_changed = Signal(bool)
    _finished = Signal(object, object)

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._home = threading.get_ident()
        self._writer = ThreadPoolExecutor(1, "station-write")
        self._readers = ThreadPoolExecutor(READERS, "station-read")
        self._open: set[Ticket] = set()
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether every result has been delivered."""
        return not self._open

    @property
    def closed(self) -> bool:
        """Whether the session is over and no more work is taken."""
        return self._closed

    def run(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        owner: QObject,
        always: Callable[[], None] | None = None,
    ) -> Ticket:
        """Make an act: `work()` off this thread, then `done(result)` here, unless `owner` is gone by then.

        `failed(error)` takes Refused and Unavailable; without it they are shown in the window. Any other
        exception is a bug and goes to the crash window. `always()` comes last, to give buttons back. Raises
        RuntimeError after `close`: an act must not be lost silently.
        """
        return self._submit(self._writer, work, Ticket(owner, done, failed, always))

    def read(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        owner: QObject,
        always: Callable[[], None] | None = None,
    ) -> Ticket:
        """Look something up; as `run`, beside other look-ups and not behind the acts.

        After `close` nobody looks any more: the wish is dropped.
        """
        ticket = Ticket(owner, done, failed, always, cancelled=self._closed)
        return ticket if self._closed else self._submit(self._readers, work, ticket)

    def close(self) -> None:
        """Finish every act, drop waiting look-ups, join the threads. No result is delivered any more."""
        self._check_thread()
        self._closed = True
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)
        self._open.clear()

    def _submit(self, pool: ThreadPoolExecutor, work: Callable[[], Any], ticket: Ticket) -> Ticket:
        self._check_thread()
        if self._closed:
            raise RuntimeError("work after the end of the window")
        if not self._open:
            self.busy_changed.emit(True)
        self._open.add(ticket)
        pool.submit(work).add_done_callback(lambda future: self._finished.emit(ticket, future))
        return ticket

    def _check_thread(self) -> None:
        if threading.get_ident() != self._home:
            raise RuntimeError("only the window's thread may ask for work")

    @Slot(object, object)
    def _deliver(self, ticket: Ticket, future: Future[Any]) -> None:
        if self._closed:
            return
        self._open.discard(ticket)
        try:
            self._hand_over(ticket, future)
        finally:
            if not self._open:
                self.busy_changed.emit(False)

    def _hand_over(self, ticket: Ticket, future: Future[Any]) -> None:
        error = future.exception()
        if error is not None and not self._messages.expected(error):
            self._messages.bug(error)  # A bug is told even when the screen that met it is gone.
        elif ticket.wanted:
            self._answer(ticket, future, error)
        if ticket.always is not None and ticket.wanted:
            ticket.always()

    def _answer(self, ticket: Ticket, future: Future[Any], error: BaseException | None) -> None:
        if error is None:
            if ticket.done is not None:
                ticket.done(future.result())
        elif isinstance(error, Exception):
            (ticket.failed or self._messages.bad_news)(error)
