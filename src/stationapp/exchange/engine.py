"""The exchange with the hub: decides what to ask next and what an answer means, touches nothing itself.

Clock, transport, store and randomness come from outside. Whatever is lost, repeated or cut, and wherever the
machine dies: every step is one transaction of the store or one request that can be sent again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from hubprotocol.failpoints import here
from hubprotocol.messages import ExchangeResponse, PageMessage
from hubprotocol.orders import Stage
from stationapp.exchange import leaving, orders, outbox
from stationapp.exchange.asking import WAIT_SECONDS, Answered, Questioner
from stationapp.exchange.attachments import Carrier
from stationapp.exchange.course import Course
from stationapp.exchange.key_changes import KeyKeeper
from stationapp.exchange.link import Link
from stationapp.exchange.mailboxes import Eyes, MailboxReader
from stationapp.exchange.orders import Phase
from stationapp.exchange.pace import Pace
from stationapp.exchange.references import ReferenceReader
from stationapp.exchange.retry import CAP_SECONDS, SHORTEST_POLL_SECONDS, Patience
from stationapp.exchange.state import Outcome, Round, Tally, close_round
from stationapp.exchange.transport import (
    ChainForked,
    CutShort,
    HubBusy,
    HubRefusesDevice,
    HubTransport,
    ProtocolTooOld,
)
from stationapp.exchange.vigil import Vigil
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import Identity
from stationapp.store.station_store import StationStore
from stationapp.store.units import WriteUnit

_GLANCE_SECONDS = 0.25
# Asking again soon would not help: somebody has to do something first.
_FOR_A_PERSON = (ChainForked, HubRefusesDevice, ProtocolTooOld)


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
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        pace = Pace()
        self._keys = KeyKeeper(store, transport, random_bytes)
        self._store = store
        self._files = files
        self._transport = transport
        self._interrupted = interrupted
        self._clock = clock
        self._pace = pace
        self._patience = Patience(random)
        self._hurried = False
        self._link = Link()
        self._vigil = Vigil(clock)
        self._next_look = self._next_glance = 0.0
        self._carrier = Carrier(store, files, transport, clock, pace, self._link)
        self._questioner = Questioner(store, transport, clock, self._carrier, pace, self._link)
        self._references = ReferenceReader(store, transport, clock)
        self._mailboxes = MailboxReader(store, transport, clock, pace)

    def run_once(self, idle: bool = False) -> Round:
        """Exchange until neither side has more to say, and carry attachments; never raises Unavailable.

        An idle run may wait at the hub for news, as long as nobody calls `hurry`.
        """
        tally, course = Tally(), Course()
        eager, self._hurried = self._hurried, False
        self._carrier.begin_round(eager, tally)
        try:
            outcome = self._run(tally, course, idle)
        except CutShort:
            return close_round(tally, Outcome.INTERRUPTED, 0.0)
        except Unavailable as problem:
            if isinstance(problem, HubRefusesDevice):
                self._keys.doubt()
            return self._close_failed(tally, problem)
        wait = self._patience.after_success(tally.next_poll, tally.retry_after)
        lingers = outcome is Outcome.AGREED and not tally.retry_after and self._vigil.may_begin(self._link)
        return replace(close_round(tally, outcome, wait), lingers=lingers)

    def hurry(self) -> None:
        """Forget earlier failures: the next run tries everything, the delay after it is a short one again.

        Any thread may call it: what waits at the hub is cut short, and attachments give way to an exchange.
        """
        self._hurried = True
        self._patience.forget()
        if self._vigil.disturb():
            self._transport.abort()

    def want_audit(self) -> None:
        """Let the next run end with a comparison of everything stored here with what the hub shows."""
        self._mailboxes.want_audit()

    def close(self) -> None:
        """End the connection to the hub."""
        self._transport.close()

    def _close_failed(self, tally: Tally, problem: Unavailable) -> Round:
        asked = problem.retry_after if isinstance(problem, HubBusy) else 0.0
        if isinstance(problem, _FOR_A_PERSON):
            asked = CAP_SECONDS
        wait = self._patience.after_failure(self._clock.monotonic(), asked)
        return close_round(tally, Outcome.FAILED, wait, problem)

    def _run(self, tally: Tally, course: Course, idle: bool) -> Outcome:
        while not self._interrupted():
            quiet, idle = self._exchange(tally, course, idle), False
            if quiet and not tally.retry_after and not self._carry(tally, course):
                return self._ending(course)
            if tally.retry_after and not self._may_send(course):
                return self._ending(course) if quiet else Outcome.CAUGHT_UP
        return Outcome.INTERRUPTED

    def _ending(self, course: Course) -> Outcome:
        """Both sides agree only when no scan lies here that the hub lacks."""
        if course.order.restricts:
            return self._obey(course)
        with self._store.read() as unit:
            complete = unit.attachments.count_not_at_hub() == 0
        agreed = course.agreed and complete and course.stuck is None
        return Outcome.AGREED if agreed else Outcome.CAUGHT_UP

    def _obey(self, course: Course) -> Outcome:
        """Everything that can be sent was sent: lock, or wipe when the hub says that it lacks nothing that is here."""
        order, lacking = course.order, course.order.lacking
        if order.wipes and order.phase is not Phase.DONE:
            gone = leaving.lacking(self._store, self._files, course.needed)
            with self._store.read() as unit:
                leave = orders.farewell(unit, self._questioner.identity(), Stage.READY, gone)
            self._transport.farewell(leave)
            here("station.leave-taken")
            lacking = len(gone)
        orders.obeyed(self._store, lacking)
        return Outcome.ORDERED

    def _carry(self, tally: Tally, course: Course) -> bool:
        """Carry attachments until there is a reason to exchange again; return whether there is one."""
        while not self._interrupted():
            attend = partial(self._attend, tally, course)
            if not self._carrier.move(tally, attend, only_up=course.order.restricts):
                return self._carrier.take_uploaded()
            if course.problem is not None:
                raise course.problem
            if self._may_send(course) or tally.retry_after:
                return True  # What people do goes before what they scanned.
        return True

    def _attend(self, tally: Tally, course: Course) -> bool:
        """Between two blocks of an attachment: exchange when that is due, and say whether to carry on."""
        if self._interrupted():
            return False
        if self._is_due(course):
            try:
                self._exchange(tally, course)
            except Unavailable as problem:
                course.problem = problem
                return False
        return not tally.retry_after

    def _is_due(self, course: Course) -> bool:
        """Tell whether an exchange goes before the attachment; the store is asked now and then only."""
        now = self._clock.monotonic()
        if self._vigil.wanted or now >= self._next_look:
            return True
        if now < self._next_glance:
            return False
        self._next_glance = now + _GLANCE_SECONDS
        return self._may_send(course)

    def _exchange(self, tally: Tally, course: Course, idle: bool = False) -> bool:
        """Ask the hub once and digest its answer; return whether both sides have nothing left to say."""
        self._vigil.begin_exchange()
        self._keys.announce()
        began, received = self._clock.monotonic(), tally.received
        if idle:
            with self._vigil.waiting():
                answered = self._questioner.ask(tally, course, lambda: not self._vigil.wanted)
        else:
            answered = self._questioner.ask(tally, course)
        took = self._clock.monotonic() - began
        self._next_look = began + took + max(SHORTEST_POLL_SECONDS, tally.next_poll)
        if answered is None:
            return False
        done = self._digest(answered, tally, course)
        if idle and not answered.sent and tally.received == received:
            self._vigil.note_answer(WAIT_SECONDS, took)
        return done

    def _digest(self, answered: Answered, tally: Tally, course: Course) -> bool:
        """Apply an answer; return whether both sides have nothing left to say."""
        response = answered.response
        identity = self._keys.follow(self._questioner.identity(), response)
        course.order = orders.hear_or_tell(self._store, identity, response.order, tally)
        course.needed = tuple(need.sha256 for need in response.needed)
        if course.order.restricts:
            settled = self._settle(answered, tally, course)
            self._carrier.plan(answered.request.offered, response.needed)
            course.note_progress(settled or not self._may_send(course))
            return not self._may_send(course)
        self._references.renew(response.references, identity.hub_public, tally)
        settled = self._settle(answered, tally, course)
        self._carrier.plan(answered.request.offered, response.needed)
        self._keys.renew(identity, response.server_time, course.order)
        eyes = Eyes(identity.device, identity.desks, self._references.device_keys(identity.hub_public))
        moved, at_head = self._mailboxes.read(response, eyes, tally, course)
        quiet = self._is_quiet(response, at_head, course)
        again = quiet and self._ask_again()
        if quiet and not again and self._mailboxes.compare(at_head, eyes, tally, course):
            return True
        course.note_progress(moved or settled or again)
        return False

    def _ask_again(self) -> bool:
        with self._store.read() as unit:
            if outbox.has_asked_again(unit):
                return False
        with self._store.write() as unit:
            return outbox.ask_again(unit)

    def _settle(self, answered: Answered, tally: Tally, course: Course) -> bool:
        """Apply the verdicts, and go back to what the hub has lost; return whether there was anything to do.

        Raises ChainForked before anything of the answer is applied: what the hub then shows of this device is
        another disk's work.
        """
        with self._store.write() as unit:
            identity = unit.identity.get()
            if identity is not None:
                follow(unit, identity, answered.response)
            settled = outbox.settle(unit, answered.sent, answered.response)
            gone = outbox.go_back_to_lost(unit, answered.response)
            if gone is not None:
                course.note_rewind(answered.response.lost[0][0])
                settled |= gone.cases
        if answered.sent:
            self._pace.grow_batch()
        tally.pushed += len(answered.sent)
        tally.touched |= settled
        return bool(settled)

    def _is_quiet(self, response: ExchangeResponse, at_head: Sequence[PageMessage], course: Course) -> bool:
        read = {page.feed for page in at_head} | course.given_up
        return read >= set(response.feeds) and not self._may_send(course)

    def _may_send(self, course: Course) -> bool:
        with self._store.read() as unit:
            return course.stuck is None and outbox.has_unsent(unit)


def follow(unit: WriteUnit, identity: Identity, response: ExchangeResponse) -> None:
    """Take over the hub's epoch, and the desks it now lets this PC work for."""
    if identity.epoch != response.epoch:
        unit.identity.set_epoch(response.epoch)
    desks = tuple(feed for feed in response.feeds if feed != f"device:{identity.device}")
    if desks and desks != identity.desks:
        unit.identity.set(replace(identity, desks=desks, epoch=response.epoch))
