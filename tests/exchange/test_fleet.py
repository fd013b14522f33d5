"""Several connections working through one list: all of it, each piece until it got through, and none for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from stationapp.exchange.fleet import Fleet
from stationapp.exchange.transport import CutShort, HubUnreachable, Moved, NotTheHub, Stretch, always
from stationapp.platform.clock import SystemClock

PATIENCE = 20.0
PIECES = [Stretch(first, 10, 200) for first in range(0, 200, 10)]


class Rope:
    """A connection that remembers whether it was cut."""

    def __init__(self) -> None:
        self.cut = threading.Event()
        self.closed = False

    def abort(self) -> None:
        self.cut.set()

    def close(self) -> None:
        self.closed = True


class Keeping:
    """Keeps what got through."""

    def __init__(self) -> None:
        self.offsets: list[int] = []

    def __call__(self, stretch: Stretch, done: int) -> None:
        assert done == stretch.offset
        self.offsets.append(stretch.offset)


def offset_of(_: Rope, stretch: Stretch, __: float) -> int:
    return stretch.offset


@pytest.mark.parametrize("most", [1, 8])
def test_every_piece_is_done_once(most: int) -> None:
    kept, fleet = Keeping(), Fleet(Rope, most, SystemClock())
    told: list[Moved] = []
    fleet.run(PIECES, offset_of, kept, lambda moved: told.append(moved) is None)
    assert sorted(kept.offsets) == [piece.offset for piece in PIECES]
    assert told[-1] == Moved(200)


def failing(first: int) -> Callable[[Rope, Stretch, float], int]:
    """Work of which the first attempts fail."""
    left, lock = [first], threading.Lock()

    def work(_: Rope, stretch: Stretch, __: float) -> int:
        with lock:
            left[0] -= 1
            fails = left[0] >= 0
        if fails:
            raise HubUnreachable("stalled")
        return stretch.offset

    return work


@pytest.mark.parametrize(("most", "failures"), [(1, 1), (8, 15)])
def test_a_piece_that_stalled_goes_again_and_the_trouble_is_told(most: int, failures: int) -> None:
    kept, told = Keeping(), []
    Fleet(Rope, most, SystemClock()).run(
        PIECES, failing(failures), kept, lambda moved: told.append(moved) is None
    )
    assert sorted(kept.offsets) == [piece.offset for piece in PIECES]
    assert told[-1] == Moved(200, failures)


@pytest.mark.parametrize("most", [1, 8])
def test_a_road_on_which_nothing_gets_through_is_given_up(most: int) -> None:
    with pytest.raises(HubUnreachable):
        Fleet(Rope, most, SystemClock()).run(PIECES, failing(10_000), Keeping(), always)


@pytest.mark.parametrize("most", [1, 8])
def test_what_is_no_fault_of_the_road_ends_everything(most: int) -> None:
    def impostor(_: Rope, stretch: Stretch, __: float) -> int:
        raise NotTheHub("login page")

    with pytest.raises(NotTheHub):
        Fleet(Rope, most, SystemClock()).run(PIECES, impostor, Keeping(), always)


def test_who_stops_it_does_not_wait_for_what_is_under_way() -> None:
    under_way = threading.Event()

    def stuck(rope: Rope, stretch: Stretch, __: float) -> int:
        under_way.set()
        assert rope.cut.wait(PATIENCE)
        raise HubUnreachable("cut")

    with pytest.raises(CutShort):
        Fleet(Rope, 8, SystemClock()).run(PIECES, stuck, Keeping(), lambda _: not under_way.is_set())
    assert not [thread for thread in threading.enumerate() if thread.name == "pieces"]


def test_no_new_piece_begins_while_something_else_goes_first() -> None:
    begun: list[int] = []

    def work(_: Rope, stretch: Stretch, __: float) -> int:
        begun.append(stretch.offset)
        return stretch.offset

    def exchange_meanwhile(moved: Moved) -> bool:
        before = len(begun)
        if moved.size == 10:  # The first came back; the others that were handed out may still begin.
            assert before <= 8
        return True

    Fleet(Rope, 8, SystemClock()).run(PIECES, work, Keeping(), exchange_meanwhile)
    assert len(begun) == len(PIECES)


def test_connections_stay_for_the_next_list_and_can_be_closed() -> None:
    made: list[Rope] = []

    def connect() -> Rope:
        made.append(Rope())
        return made[-1]

    fleet = Fleet(connect, 8, SystemClock())
    fleet.run(PIECES[:3], offset_of, Keeping(), always)
    assert len(made) == 3
    fleet.run(PIECES, offset_of, Keeping(), always)
    assert len(made) == 8
    fleet.close()
    assert all(rope.closed for rope in made)
