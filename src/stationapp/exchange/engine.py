"""The exchange with the hub: decides what to ask next and what an answer means, touches nothing itself.

Clock, transport, store and randomness come from outside. Whatever is lost, repeated or cut, and wherever the
machine dies: every step is one transaction of the store or one request that can be sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hubprotocol.messages import ExchangeResponse, PageMessage
from stationapp.exchange import outbox
from stationapp.exchange.asking import Answered, Questioner
from stationapp.exchange.attachments import Carrier
from stationapp.exchange.course import Course
from stationapp.exchange.mailboxes import MailboxReader
from stationapp.exchange.pace import Pace
from stationapp.exchange.references import ReferenceReader
from stationapp.exchange.retry import Patience
from stationapp.exchange.state import Outcome, Round, Tally, close_round
from stationapp.exchange.transport import HubBusy, HubTransport
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.station_store import StationStore


class ExchangeEngine:
    """Brings a station and its hub to the same state. One thread at a time runs it.

    `random` yields numbers from 0 to 1, for the delays; `interrupted` is asked between requests, and when it
    says True the run ends early.
    """

    def __init__(
        self,
        store: StationStore,
        files: AttachmentFiles,
        transport: HubTransport,
        clock: Clock,
        random: Callable[[], float],
        interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        pace = Pace()
        self._store = store
        self._transport = transport
        self._interrupted = interrupted
        self._clock = clock
        self._pace = pace
        self._patience = Patience(random)
        self._hurried = False
        self._carrier = Carrier(store, files, transport, clock, pace)
        self._questioner = Questioner(store, transport, clock, self._carrier, pace)
        self._references = ReferenceReader(store, transport, clock)
        self._mailboxes = MailboxReader(store, clock, pace)

    def run_once(self) -> Round:
        """Exchange until neither side has more to say, and carry attachments; never raises Unavailable."""
        tally, course = Tally(), Course()
        eager, self._hurried = self._hurried, False
        self._carrier.begin_round(eager)
        try:
            outcome = self._run(tally, course)
        except Unavailable as problem:
            return self._close_failed(tally, problem)
        return close_round(tally, outcome, self._patience.after_success(tally.next_poll))

    def hurry(self) -> None:
        """Forget earlier failures: the next run tries everything, the delay after it is a short one again."""
        self._hurried = True
        self._patience.forget()

    def close(self) -> None:
        """End the connection to the hub."""
        self._transport.close()

    def _close_failed(self, tally: Tally, problem: Unavailable) -> Round:
        asked = problem.retry_after if isinstance(problem, HubBusy) else 0.0
        wait = self._patience.after_failure(self._clock.monotonic(), asked)
        return close_round(tally, Outcome.FAILED, wait, problem)

    def _run(self, tally: Tally, course: Course) -> Outcome:
        while not self._interrupted():
            if self._exchange(tally, course) and not self._carry(tally):
                return self._ending(course)
        return Outcome.INTERRUPTED

    def _ending(self, course: Course) -> Outcome:
        """Both sides agree only when no scan lies here that the hub lacks."""
        with self._store.read() as unit:
            complete = unit.attachments.count_not_at_hub() == 0
        return Outcome.AGREED if course.agreed and complete else Outcome.CAUGHT_UP

    def _carry(self, tally: Tally) -> bool:
        """Carry attachments until there is a reason to exchange again; return whether there is one."""
        while not self._interrupted():
            if not self._carrier.move(tally):
                return self._carrier.take_uploaded()
            if self._has_unsent():
                return True  # What people do goes before what they scanned.
        return True

    def _exchange(self, tally: Tally, course: Course) -> bool:
        """Ask the hub once and digest its answer; return whether both sides have nothing left to say."""
        answered = self._questioner.ask(tally, course)
        if answered is None:
            return False
        identity, response = self._questioner.identity(), answered.response
        self._references.renew(response.references, identity.hub_public, tally)
        settled = self._settle(answered, tally)
        self._carrier.plan(answered.request.offered, response.needed)
        keys = self._references.device_keys(identity.hub_public)
        moved, at_head = self._mailboxes.read(response, keys, identity.desks, tally, course)
        if self._is_quiet(response, at_head, course) and self._mailboxes.compare(at_head, tally, course):
            return True
        course.note_progress(moved or settled)
        return False

    def _settle(self, answered: Answered, tally: Tally) -> bool:
        """Apply the verdicts; return whether there were any.

        Raises ChainForked before anything of the answer is applied: what the hub then shows of this device is
        another disk's work.
        """
        with self._store.write() as unit:
            identity = unit.identity.get()
            if identity is not None and identity.epoch != answered.response.epoch:
                unit.identity.set_epoch(answered.response.epoch)
            settled = outbox.settle(unit, answered.sent, answered.response)
        if answered.sent:
            self._pace.grow_batch()
        tally.pushed += len(answered.sent)
        tally.touched |= settled
        return bool(settled)

    def _is_quiet(self, response: ExchangeResponse, at_head: Sequence[PageMessage], course: Course) -> bool:
        read = {page.feed for page in at_head} | course.given_up
        return read >= set(response.feeds) and not self._has_unsent()

    def _has_unsent(self) -> bool:
        with self._store.read() as unit:
            return outbox.has_unsent(unit)
