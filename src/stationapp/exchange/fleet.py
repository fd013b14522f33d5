"""Several warm connections working through one list of pieces, each piece again until it got through.

Only the thread that calls `run` decides anything; the others do one request at a time for it. While it is busy
with something else, such as an exchange that is due, no new piece begins.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from stationapp.exchange.link import StallTimer
from stationapp.exchange.transport import CutShort, GoingOn, HubUnreachable, Moved, Stretch
from stationapp.platform.clock import Clock

_LOOK_SECONDS = 0.2
_MOST_BARREN = 2  # A road on which every connection failed so many times in a row is dead for now.


class Lane(Protocol):
    """One connection."""

    def abort(self) -> None:
        """Cut the request under way short; called from another thread."""

    def close(self) -> None:
        """End the connection; a later request makes a new one."""


LaneT = TypeVar("LaneT", bound=Lane)
Done = TypeVar("Done")
# Does one piece on a connection; the seconds say how long to bear silence.
Work = Callable[[LaneT, Stretch, float], Done]


@dataclass(frozen=True, slots=True)
class _Finished(Generic[Done]):
    stretch: Stretch
    borne: float
    seconds: float
    result: Done | None = None
    trouble: BaseException | None = None


class Fleet(Generic[LaneT]):
    """Up to `most` connections; with one only, everything happens in the calling thread."""

    def __init__(self, connect: Callable[[], LaneT], most: int, clock: Clock) -> None:
        self._connect = connect
        self._most = most
        self._clock = clock
        self._timer = StallTimer()
        self._lanes: list[LaneT] = []

    def run(
        self,
        stretches: Sequence[Stretch],
        work: Work[LaneT, Done],
        keep: Callable[[Stretch, Done], None],
        going_on: GoingOn,
    ) -> None:
        """Do all pieces; `keep` gets each result in this thread. Raises `CutShort`, or what a request raised.

        A piece that met `HubUnreachable` is done again on a new connection, unless none gets through.
        """
        while len(self._lanes) < min(self._most, len(stretches)):
            self._lanes.append(self._connect())
        crew = (
            _Crew(self._lanes, work, self._clock)
            if self._most > 1
            else _Alone(self._lanes, work, self._clock)
        )
        try:
            self._work_through(deque(stretches), crew, keep, going_on)
        finally:
            crew.dismiss()

    def abort(self) -> None:
        """Cut all requests short."""
        for lane in tuple(self._lanes):
            lane.abort()

    def close(self) -> None:
        """End all connections."""
        for lane in self._lanes:
            lane.close()
        self._lanes.clear()

    def _work_through(
        self,
        waiting: deque[Stretch],
        crew: _Crew[LaneT, Done] | _Alone[LaneT, Done],
        keep: Callable[[Stretch, Done], None],
        going_on: GoingOn,
    ) -> None:
        moved = broken = barren = 0
        while waiting or crew.busy:
            while waiting and crew.has_room:
                crew.hand_out(waiting.popleft(), self._timer.seconds)
            finished = crew.next()
            if finished is not None and self._is_lost(finished):
                waiting.appendleft(finished.stretch)
                broken, barren = broken + 1, barren + 1
                if barren >= _MOST_BARREN * len(self._lanes):
                    raise HubUnreachable(f"{barren} pieces in a row")
            elif finished is not None and finished.result is not None:
                moved, barren = moved + finished.stretch.length, 0
                keep(finished.stretch, finished.result)
            if not going_on(Moved(moved, broken)):
                raise CutShort(f"after {moved} bytes")

    def _is_lost(self, finished: _Finished[Done]) -> bool:
        """Tell whether the piece has to go again; raises what another attempt would meet again."""
        if finished.trouble is None:
            self._timer.note_moved(finished.seconds)
            return False
        if not isinstance(finished.trouble, HubUnreachable):
            raise finished.trouble
        self._timer.note_stall(finished.borne)
        return True


class _Alone(Generic[LaneT, Done]):
    """One connection, used by the calling thread itself."""

    def __init__(self, lanes: Sequence[LaneT], work: Work[LaneT, Done], clock: Clock) -> None:
        self._lanes = lanes
        self._work = work
        self._clock = clock
        self._next: tuple[Stretch, float] | None = None

    @property
    def busy(self) -> bool:
        """Whether a piece was handed out."""
        return self._next is not None

    @property
    def has_room(self) -> bool:
        """Whether one more piece can be handed out."""
        return self._next is None

    def hand_out(self, stretch: Stretch, borne: float) -> None:
        """Take a piece to be done."""
        self._next = (stretch, borne)

    def next(self) -> _Finished[Done] | None:
        """Do the piece."""
        if self._next is None:
            return None
        (stretch, borne), self._next = self._next, None
        return _do(self._work, self._lanes[0], stretch, borne, self._clock)

    def dismiss(self) -> None:
        """Nothing is under way."""


class _Crew(Generic[LaneT, Done]):
    """A thread for each connection, for as long as one list lasts."""

    def __init__(self, lanes: Sequence[LaneT], work: Work[LaneT, Done], clock: Clock) -> None:
        self._lanes = lanes
        self._work = work
        self._clock = clock
        self._orders: queue.SimpleQueue[tuple[Stretch, float] | None] = queue.SimpleQueue()
        self._finished: queue.SimpleQueue[_Finished[Done]] = queue.SimpleQueue()
        self._under_way = 0
        self._threads = [
            threading.Thread(target=self._serve, args=(lane,), name="pieces", daemon=True) for lane in lanes
        ]
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> bool:
        """Whether pieces are on their way."""
        return self._under_way > 0

    @property
    def has_room(self) -> bool:
        """Whether a connection is free."""
        return self._under_way < len(self._threads)

    def hand_out(self, stretch: Stretch, borne: float) -> None:
        """Let a free connection do a piece."""
        self._under_way += 1
        self._orders.put((stretch, borne))

    def next(self) -> _Finished[Done] | None:
        """Return what was finished, or None when nothing was for a moment."""
        try:
            finished = self._finished.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            return None
        self._under_way -= 1
        return finished

    def dismiss(self) -> None:
        """End the threads; what is still on its way is cut short and may be done again."""
        for _ in self._threads:
            self._orders.put(None)
        for thread, lane in zip(self._threads, self._lanes, strict=True):
            while thread.is_alive():
                if self._under_way:
                    lane.abort()
                thread.join(_LOOK_SECONDS)

    def _serve(self, lane: LaneT) -> None:
        while (order := self._orders.get()) is not None:
            self._finished.put(_do(self._work, lane, *order, self._clock))


def _do(
    work: Work[LaneT, Done], lane: LaneT, stretch: Stretch, borne: float, clock: Clock
) -> _Finished[Done]:
    began = clock.monotonic()
    try:
        result = work(lane, stretch, borne)
    except BaseException as trouble:  # noqa: BLE001 - raised again in the thread that asked.
        return _Finished(stretch, borne, clock.monotonic() - began, trouble=trouble)
    return _Finished(stretch, borne, clock.monotonic() - began, result=result)
